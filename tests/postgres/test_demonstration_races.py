"""Two who write on one demonstration at the same moment: the second hears that the record changed, and what was judged holds."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm.exc import StaleDataError

from consortium.activity import services as activity
from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Problem
from consortium.core.scope import everything
from consortium.demonstrations import operating, services
from consortium.demonstrations.models import Demonstration, Matter, Purpose
from consortium.demonstrations.workflow import confirmed
from consortium.organisations.models import Organisation
from consortium.outputs.models import Direction
from consortium.people.models import User
from consortium.projects.models import Project
from tests import factories
from tests.demonstrations.furniture import a_demonstration, a_file, a_site_user, fulfilled, on_trial

pytestmark = pytest.mark.postgres

DAY = datetime.date
#: So long one waits for the other where both have judged.
PATIENCE = 0.5
Deed = Callable[["Race", Any], Any]


class Race:
    """A demonstration on trial that its user confirmed, and people who write on it at once."""

    def __init__(self, app: Any, world: Any, patch: Any) -> None:
        self.app, self.patch = app, patch
        with self.opened():
            self.boss = world.ours.people.coordinator.id
            consortium = db.session.get_one(Consortium, world.ours.consortium.id)
            works = factories.organisation(f"争用用户厂{id(self)}")
            site, works = a_site_user(consortium, f"争用用户{id(self)}", works)
            project = db.session.get_one(Project, world.ours.project.id)
            boss, maker = self.person(), db.session.get_one(Organisation, world.ours.member.id)
            row = on_trial(boss, site, a_demonstration(boss, project, maker), works)
            fulfilled(boss, row)
            services.confirm(site, row, decision="agree", words="通过", files=[a_file("报告.txt", "报告")])
            db.session.commit()
            self.number, self.site = row.id, site.id

    def opened(self) -> Any:
        outer = self

        class Opened:
            def __enter__(self) -> None:
                self.parts = (outer.app.app_context(), everything("one of two"), clock.at(factories.NOW))
                for part in self.parts:
                    part.__enter__()

            def __exit__(self, *_: object) -> None:
                db.session.rollback()
                for part in reversed(self.parts):
                    part.__exit__(None, None, None)

        return Opened()

    def person(self) -> Any:
        return db.session.get_one(User, self.boss)

    @property
    def row(self) -> Any:
        return db.session.get_one(Demonstration, self.number)

    def run(self, *deeds: Deed) -> list[str]:
        """Do all at once; answers what came of each, in order."""
        outcomes, judged, waited = [""] * len(deeds), threading.Barrier(len(deeds)), threading.local()
        ready, append = threading.Barrier(len(deeds)), activity._append

        def wait_for_the_other(chain: str, some: Any) -> None:
            if not getattr(waited, "done", False):
                waited.done = True
                with suppress(threading.BrokenBarrierError):
                    judged.wait(PATIENCE)
            append(chain, some)

        def do(place: int, deed: Deed) -> None:
            try:
                with self.opened():
                    row = self.row
                    ready.wait(10)
                    try:
                        deed(self, row)
                        db.session.commit()
                        outcomes[place] = "done"
                    except Problem as problem:
                        outcomes[place] = type(problem).__name__
                    except StaleDataError:  # `web.forms` tells it as 409
                        outcomes[place] = "Stale"
            except Exception as error:  # told to the test, not to the thread
                outcomes[place] = f"{type(error).__name__}: {error}"

        with self.patch.context() as patch:
            patch.setattr(activity, "_append", wait_for_the_other)
            threads = [threading.Thread(target=do, args=pair) for pair in enumerate(deeds)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return outcomes


@pytest.fixture
def race(app: Any, fresh: None, world: Any, monkeypatch: Any) -> Race:
    with app.app_context():
        db.engine.dispose()
    return Race(app, world, monkeypatch)


def _run(race: Race, row: Any) -> Any:
    return operating.run(race.person(), row, starts_on=DAY(2026, 5, 1), ends_on=DAY(2026, 5, 31), hours=Decimal(700))


def _measure(race: Race, row: Any) -> Any:
    return operating.measure(race.person(), row.indicators[0], value="50", unit="%", on_day=DAY(2026, 11, 1), files=[a_file("新测.txt", "新测")])  # fmt: skip


def _promise(race: Race, row: Any) -> Any:
    return operating.add_indicator(
        race.person(), row, title_zh="能耗", title_en="", unit="kW", direction=Direction.AT_MOST, contract_value="9", reference_value="",
    )  # fmt: skip


def _certificate(race: Race, row: Any) -> Any:
    return services.add_files(race.person(), row, purpose=Purpose.CERTIFICATE, files=[a_file("新证书.txt", "新证书")])


def _object(race: Race, row: Any) -> Any:
    return services.confirm(db.session.get_one(User, race.site), row, decision="object", words="不同意")


def _accept(race: Race, row: Any) -> Any:
    return services.move(race.person(), row, "accept")


def test_the_same_hours_are_recorded_once(race: Race) -> None:
    assert sorted(race.run(_run, _run)) in (["Refused", "done"], ["Stale", "done"])
    with race.opened():
        assert [record.hours for record in race.row.records] == [Decimal(700)]


@pytest.mark.parametrize("change", [_measure, _promise, _certificate, _object], ids=lambda deed: deed.__name__)
def test_what_is_accepted_is_what_was_confirmed(race: Race, change: Deed) -> None:
    outcomes = race.run(change, _accept)
    assert outcomes.count("done") == 1 and {*outcomes} <= {"done", "Stale", "NotNow"}, outcomes
    with race.opened():
        accepted = race.row.stage == "accepted"
        assert accepted == (outcomes[1] == "done")
        assert not accepted or confirmed(race.row, Matter.ACCEPTANCE) is not None
