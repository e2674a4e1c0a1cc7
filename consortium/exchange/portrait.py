"""What the pages about one import show: the preview, and what is wrong."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.baselines import tables
from consortium.baselines.comparing import differences
from consortium.baselines.layout import BY_NAME, List, rows_of
from consortium.baselines.portrait import grouped
from consortium.baselines.tables import Change, Names
from consortium.core.terms import either
from consortium.core.words import Lazy, listed
from consortium.exchange import services
from consortium.exchange.models import PlanImport
from consortium.exchange.preview import File, Preview, try_out
from consortium.exchange.services import cannot_undo
from consortium.exchange.tables import STATES
from consortium.exchange.working import UNDER_WAY
from consortium.jobs.models import Job
from consortium.jobs.services import newest
from consortium.organisations.models import Organisation
from consortium.projects.models import Project


class ImportPortrait:
    """A file before and after it was imported. A preview comes to be when a file is looked at, or when it is asked for."""

    def __init__(
        self, actor: Any, project: Project, row: PlanImport | None = None, removes: bool | None = None
    ) -> None:
        self.actor, self.project, self.row, self.removes = actor, project, row, removes
        self.looked: Preview | None = None

    def look(self, files: list[File]) -> Preview:
        """Look at what was uploaded, and keep that for the page; what is small is tried as well."""
        self.looked = services.look(self.actor, self.project, services.together(files))
        if not self.looked.by_job:
            try_out(self.actor, self.looked)
        return self.looked

    @cached_property
    def preview(self) -> Preview | None:
        """What the file would change today; None where nothing was looked at, or where it is done."""
        if self.looked is None and self.row is not None and self.row.state == "previewed":
            return services.preview_of(self.actor, self.row, self.removes)
        return self.looked

    @cached_property
    def groups(self) -> list[tuple[List, list[Change]]]:
        """What would be different, in words and by list."""
        assert self.preview is not None
        names = Names.of({}, self.preview.lines)
        titles = tables.titles_of(self.preview.before, self.preview.wanted)
        return grouped(tables.changes(self.preview.lines, names, titles))

    @property
    def counts(self) -> list[tuple[object, list[int]]]:
        """How many rows of each list come, change and go."""
        counts = self.preview.counts if self.preview else self.row.counts if self.row else {}
        return [(BY_NAME[name].label, some) for name, some in counts.items()]

    @property
    def removed(self) -> int:
        """How many rows would go."""
        return sum(less for _, (_, _, less) in self.counts)

    @property
    def joining(self) -> str:
        """The names of the members who would take part from then on."""
        firms = Names(self.preview.joining).firms if self.preview else {}
        return listed(_name(firm) for firm in firms.values())

    @property
    def alone(self) -> str:
        """The lists that are left alone."""
        return listed(str(one.label) for one in self.preview.alone) if self.preview else ""

    @cached_property
    def job(self) -> Job | None:
        """The job that works on it, or that worked on it last."""
        return newest(self.row) if self.row else None

    @property
    def under_way(self) -> bool:
        """Whether a job works on it."""
        return self.row is not None and self.row.state in UNDER_WAY

    @property
    def refusal(self) -> object:
        """Why the last job changed nothing; blank where it did, where there was none, or where the import went on without it since."""
        job, row = self.job, self.row
        if job is None or row is None or job.state not in ("failed", "cancelled"):
            return ""
        is_last = row.imported_at is None or job.created_at > row.imported_at
        return job.problem if is_last and row.state == UNDER_WAY[job.args["state"]] else ""

    @property
    def mine(self) -> bool:
        """Whether the reader asked for the job, and so can take it back."""
        return self.job is not None and self.job.actor_id == getattr(self.actor, "id", None)

    @property
    def state(self) -> tuple[object, str]:
        """Word and tone of the state."""
        return STATES[self.row.state if self.row else "previewed"]

    @cached_property
    def why_not_undone(self) -> Lazy | None:
        """What stands in the way of undoing it."""
        return cannot_undo(self.row) if self.row and not self.under_way else None

    @property
    def changed(self) -> list[tuple[List, list[Change]]]:
        """What an import changed, as far as the plan is still as it left it."""
        if self.row is None or self.row.state != "imported" or self.why_not_undone or self.row.before is None:
            return []
        now = rows_of(self.project, self.row.before)
        lines = differences(self.row.before, now)
        return grouped(tables.changes(lines, Names.of({}, lines), tables.titles_of(self.row.before, now)))

    @property
    def history(self) -> list[dict[str, object]]:
        """What happened to it, newest first."""
        return feed(timeline(self.row), self.row) if self.row else []


def _name(firm: Organisation) -> str:
    return either(firm.name_zh, firm.name_en)
