"""What firms do with the vouchers of their months: enter, amend, remove. A confirmed month is closed for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from consortium.activity.services import record
from consortium.consortia.obstacles import obstacles
from consortium.core.access import Action, Actor, require
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.types import MOST_MONEY
from consortium.core.uploads import Upload
from consortium.core.words import Lazy, _l
from consortium.documents.keeping import digest
from consortium.logbook import expenditure, known, queries
from consortium.logbook.models import MonthlyLog, Voucher, VoucherFile
from consortium.logbook.services import FEN, may_log
from consortium.people.queries import seated
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects.services import change
from consortium.projects.testimony import attach, tell


def enter(
    actor: Actor, log: MonthlyLog, *, voucher_on: date, number: str, payee: str, category: CostCategory, source: MoneySource, amount: Decimal,
    node_id: int | None = None, note: str = "", known_because: str = "", further: bool = False, files: Sequence[Upload] = (), free_of_secrets: bool = False,
) -> Voucher:  # fmt: skip
    """Enter a voucher in a month that is not confirmed, with its files; a `further` part of an invoice stands under another head, source or node than those before."""
    _still_open(actor, log)
    _holds(log, voucher_on, number, payee, amount, node_id)
    mark = known.mark_of(number, payee)
    first = known.same_mark(log.project_id, log.organisation_id, mark)
    if first is not None:
        _further(first, further, voucher_on, (category, source, node_id))
    fresh = _unlike(log, files, first)
    seen = _seen(log, mark, fresh.values(), known_because or (first.known_because if first else ""))
    row = Voucher(
        consortium_id=log.consortium_id, organisation_id=log.organisation_id, project_id=log.project_id, log=log, node_id=node_id, voucher_on=voucher_on,
        number=number.strip(), payee=payee.strip(), category=category, source=source, amount=amount, note=note.strip(), mark=mark,
        known_because=(known_because.strip() or (first.known_because if first else "")) if seen else "",
        first_id=first.id if first else None, part=first.further[-1].part + 1 if first and first.further else 2 if first else 1,
    )  # fmt: skip
    db.session.add(row)
    holder = first or row
    holder.files += (added := _kept(holder, list(fresh)))
    _told(
        actor,
        "entered a voucher",
        log,
        row,
        *added,
        *([first] if first and added else []),
        files=_named(added),
        declared_free_of_secrets=free_of_secrets,
    )
    if first is not None:
        db.session.flush()
        db.session.expire(first, ["further"])
    if seen:
        _tell_coordinators(actor, row)
    return row


def amend(
    actor: Actor, voucher: Voucher, *, voucher_on: date, number: str, payee: str, category: CostCategory, source: MoneySource, amount: Decimal,
    node_id: int | None = None, note: str = "", known_because: str = "", files: Sequence[Upload] = (), gone: Iterable[int] = (), free_of_secrets: bool = False,
) -> Voucher:  # fmt: skip
    """Change a voucher of a month that is not confirmed; `files` are added, and those whose numbers are in `gone` are taken away."""
    log = voucher.log
    _still_open(actor, log)
    _free(voucher)
    _holds(log, voucher_on, number, payee, amount, node_id)
    mark = known.mark_of(number, payee)
    leaving = [file for file in voucher.files if file.id in set(gone)]
    if voucher.first or voucher.further:
        _still_a_part(voucher, mark, voucher_on, (category, source, node_id))
    elif (same := known.same_mark(log.project_id, log.organisation_id, mark, voucher)) is not None:
        raise Refused("", number=_entered_already(same))
    fresh = _unlike(log, files, voucher.first or voucher)
    digests = {*fresh.values(), *(file.sha256 for file in voucher.files if file not in leaving)}
    seen = _seen(log, mark, digests, known_because)
    was_known = bool(voucher.known_because)
    wanted = {
        "voucher_on": voucher_on, "number": number.strip(), "payee": payee.strip(), "category": category, "source": source, "amount": amount,
        "note": note.strip(), "mark": mark, "known_because": known_because.strip() if seen else "", "node_id": node_id,
    }  # fmt: skip
    changed = change(voucher, wanted)
    for file in leaving:
        voucher.files.remove(file)
    holder = voucher.first or voucher
    holder.files += (added := _kept(holder, list(fresh)))
    if changed or leaving or added:
        flag_modified(voucher, "note")
        _told(
            actor,
            "amended a voucher",
            log,
            voucher,
            *added,
            *leaving,
            *([holder] if added and holder is not voucher else []),
            changed=sorted(changed),
            files=_named(added),
            declared_free_of_secrets=free_of_secrets,
        )
    if seen and not was_known:
        _tell_coordinators(actor, voucher)
    return voucher


def remove(actor: Actor, voucher: Voucher) -> MonthlyLog:
    """Take a voucher out of a month that is not confirmed."""
    log, files = voucher.log, list(voucher.files)
    _still_open(actor, log)
    _free(voucher)
    _free(voucher, "remove_voucher")
    if voucher.further:
        raise NotNow(_l("This is the first part of an invoice that is split. Remove its other parts first."))
    first = voucher.first
    db.session.delete(voucher)
    _told(actor, "removed a voucher", log, voucher, *files, number=voucher.title)
    if first is not None:
        db.session.flush()
        db.session.expire(first, ["further"])
    return log


# What has to hold


def _still_open(actor: Actor, log: MonthlyLog) -> None:
    require(actor, Action.REPORT, log)
    may_log(actor, log.project, queries.firm(log.organisation_id))
    if log.state != "open":
        raise NotNow(_l("This month is confirmed. Open it again before you change its vouchers."))


def _free(voucher: Voucher, what: str = "change_voucher") -> None:
    for sentence in obstacles(what, voucher):
        raise NotNow(sentence)


def _holds(log: MonthlyLog, voucher_on: date, number: str, payee: str, amount: Decimal, node_id: int | None) -> None:
    """Refuse with a sentence at each field that is wrong."""
    wrong: dict[str, object] = {}
    if not number.strip():
        wrong["number"] = _l("Give the number of the voucher or invoice.")
    if not payee.strip():
        wrong["payee"] = _l("Say who was paid.")
    if not amount.is_finite() or amount <= 0:
        wrong["amount"] = _l("The amount must be above zero.")
    elif amount > MOST_MONEY:
        wrong["amount"] = _l("The amount is too large; at most %(most)s fits.", most=f"{MOST_MONEY:,}")
    elif amount != amount.quantize(FEN):
        wrong["amount"] = _l("Money has at most two decimals (fen).")
    if sentence := _not_eligible(log, voucher_on):
        wrong["voucher_on"] = sentence
    if node_id is not None and node_id not in queries.places(log.project, log.organisation_id):
        wrong["node_id"] = _l("Your organisation works in no node with this number.")
    if wrong:
        raise Refused("", **wrong)


def _not_eligible(log: MonthlyLog, day: date) -> object | None:
    """What is wrong with the day of a voucher: outside of the eligible period, after the firm's exit, or of another month."""
    project = log.project
    first, last = expenditure.eligible(project)
    if not first <= day <= last:
        return _l(
            "This day lies outside of the eligible period: vouchers from %(first)s to %(last)s count.", first=first.isoformat(), last=last.isoformat()
        )  # fmt: skip
    left = expenditure.left_on(log.consortium_id, log.organisation_id)
    if left is not None and day > left:
        return _l(
            "Your organisation left the consortium on %(day)s; later vouchers do not count.", day=left.isoformat()
        )
    if queries.first_of(day) != log.month:
        return _l("This day does not lie in %(month)s. Enter the voucher in the log of its own month.", month=log.title)
    return None


#: What parts of one invoice differ in: head, source, node.
Place = tuple[CostCategory, MoneySource, int | None]


def _entered_already(same: Voucher) -> Lazy:
    return _l(
        "Your organisation has entered this voucher already: number %(number)s of %(payee)s, in %(month)s.", number=same.number,
        payee=same.payee, month=f"{same.voucher_on:%Y-%m}",
    )  # fmt: skip


def _further(first: Voucher, said: bool, day: date, place: Place) -> None:
    """Refuse an invoice that is entered twice, unless it is said to be a further part of it, and can be one."""
    if not said:
        sentence = _l("Tick this if one invoice is split over heads, sources or nodes, and this is a further part of it.")  # fmt: skip
        raise Refused("", number=_entered_already(first), further=sentence)
    if day != first.voucher_on:
        raise Refused("", voucher_on=_l("All parts of an invoice bear its date, %(day)s.", day=first.voucher_on.isoformat()))  # fmt: skip
    _nobody_there([first, *first.further], place)


def _still_a_part(voucher: Voucher, mark: str, day: date, place: Place) -> None:
    """Parts of one invoice keep what they have in common."""
    first = voucher.first or voucher
    wrong: dict[str, object] = {}
    if mark != voucher.mark:
        wrong["number"] = _l("This invoice has several parts, so its number and payee stay. Remove the other parts first.")  # fmt: skip
    if day != voucher.voucher_on:
        wrong["voucher_on"] = _l("All parts of an invoice bear its date, %(day)s.", day=voucher.voucher_on.isoformat())
    if wrong:
        raise Refused("", **wrong)
    _nobody_there([part for part in (first, *first.further) if part is not voucher], place)


def _nobody_there(parts: Iterable[Voucher], place: Place) -> None:
    if any((part.category, part.source, part.node_id) == place for part in parts):
        raise Refused("", category=_l("A part of this invoice stands under this head, source and node already. Change its amount instead."))  # fmt: skip


def _unlike(log: MonthlyLog, files: Sequence[Upload], besides: Voucher | None = None) -> dict[Upload, str]:
    """The new files, each content once, with their SHA-256; Refused where another invoice of the firm in this project has one of them already."""
    fresh: dict[str, Upload] = {}
    for file in files:
        fresh.setdefault(digest(file), file)
    own = {file.sha256 for file in besides.files} if besides is not None else set()
    fresh = {sha256: file for sha256, file in fresh.items() if sha256 not in own}
    copy = known.same_file(log.project_id, log.organisation_id, list(fresh)) if fresh else None
    if copy is not None:
        sentence = _l(
            "The file “%(file)s” belongs to another voucher of your organisation already: number %(number)s, in %(month)s.",
            file=fresh[copy.sha256].name, number=copy.voucher.number, month=f"{copy.voucher.voucher_on:%Y-%m}",
        )  # fmt: skip
        raise Refused("", files=sentence)
    return {file: sha256 for sha256, file in fresh.items()}


def _seen(log: MonthlyLog, mark: str, digests: Iterable[str], because: str) -> bool:
    """Whether the voucher or a file of it is known elsewhere on this platform; Refused where the firm has not said why it is right."""
    seen = known.elsewhere(log.project_id, log.organisation_id, mark, digests) > 0
    if seen and not because.strip():
        sentence = _l(
            "This voucher or its file is known on this platform already. If it is right nevertheless, say why; the coordinator is told."
        )
        raise Refused("", known_because=sentence)
    return seen


# Writing


def _kept(row: Voucher, files: Sequence[Upload]) -> list[VoucherFile]:
    return attach(partial(VoucherFile, project_id=row.project_id), row, row.project_id, files, ())


def _named(files: Iterable[VoucherFile]) -> dict[str, str]:
    return {file.name: file.sha256 for file in files}


def _told(actor: Actor, verb: str, log: MonthlyLog, *rows: Any, **facts: Any) -> None:
    # The log changes with its vouchers: who confirms it at the same time has seen other figures.
    flag_modified(log, "note")
    record(actor, verb, log, *rows, **facts)


def _tell_coordinators(actor: Any, voucher: Voucher) -> None:
    sentence = _l(
        "%(project)s: a voucher of %(firm)s, or its file, is known on this platform already; the organisation says why.",
        project=voucher.project.title if voucher.project else voucher.log.project.title, firm=str(queries.firm(voucher.organisation_id)),
    )  # fmt: skip
    tell(seated(voucher.consortium_id, Action.MANAGE), actor, sentence, voucher, f"/vouchers/{voucher.id}")
