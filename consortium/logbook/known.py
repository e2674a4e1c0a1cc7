"""Whether a voucher or its file is known on this platform already: only a count crosses the wall between tenants, never a row."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from consortium.core.db import db
from consortium.core.scope import everything
from consortium.logbook.models import Voucher, VoucherFile


def mark_of(number: str, payee: str) -> str:
    """The SHA-256 of a voucher's number and payee, in which widths, cases, blanks and signs that people write differently are gone."""
    return hashlib.sha256("\n".join(folded(text) for text in (number, payee)).encode()).hexdigest()


def folded(text: str) -> str:
    """The letters and digits of a text, with one sign between digits that a sign keeps apart (1-23 is not 12-3); the text itself where it has none."""
    narrow = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    apart = re.sub(r"(?<=\d)[\W_]+(?=\d)", "\t", narrow)
    return "".join(sign for sign in apart if sign.isalnum() or sign == "\t") or narrow


def same_mark(project_id: int, organisation_id: int, mark: str, besides: Voucher | None = None) -> Voucher | None:
    """Another voucher of a firm in a project with the same number and payee, the first part where it has several."""
    query = select(Voucher).where(Voucher.mark == mark, *_of(Voucher, project_id, organisation_id))
    found: Voucher | None = db.session.scalar(query.order_by(Voucher.part).limit(1))
    return None if found is besides else found


def same_file(project_id: int, organisation_id: int, digests: Sequence[str]) -> VoucherFile | None:
    """A file of a firm's voucher in a project with the same content as one of some."""
    query = select(VoucherFile).where(VoucherFile.sha256.in_(digests), *_of(VoucherFile, project_id, organisation_id))
    found: VoucherFile | None = db.session.scalar(query.order_by(VoucherFile.id).limit(1))
    return found


def elsewhere(project_id: int, organisation_id: int, mark: str, digests: Iterable[str]) -> int:
    """How many vouchers and files of others, or of the same firm in other projects, say the same; in which consortium nobody hears."""
    asked: list[tuple[Any, Any]] = [(Voucher, Voucher.mark == mark)]
    if wanted := sorted(set(digests)):
        asked.append((VoucherFile, VoucherFile.sha256.in_(wanted)))
    found = 0
    with everything("whether an invoice was used before is asked of all, and only answered with a number"):
        for model, same in asked:
            query = select(func.count()).select_from(model).where(same, ~and_(*_of(model, project_id, organisation_id)))
            found += db.session.scalar(query) or 0
    return found


def doubled(vouchers: Iterable[Voucher]) -> set[int]:
    """Those of some vouchers that are known elsewhere, too, by number and payee or by a file; their files are at hand. Two statements."""
    rows = list(vouchers)
    digests = {file.sha256 for row in rows for file in row.evidence}
    marks = {row.mark for row in rows}
    with everything("whether invoices are used twice is asked of all, and only answered of the rows at hand"):
        many: Any = select(Voucher.mark).where(Voucher.mark.in_(sorted(marks))).group_by(Voucher.mark)
        many = many.having(_of_several(Voucher))
        files: Any = select(VoucherFile.sha256).where(VoucherFile.sha256.in_(sorted(digests)))
        files = files.group_by(VoucherFile.sha256).having(_of_several(VoucherFile))
        twice = set(db.session.scalars(many)) if marks else set()
        copied = set(db.session.scalars(files)) if digests else set()
    return {row.id for row in rows if row.mark in twice or any(file.sha256 in copied for file in row.evidence)}


def _of_several(model: Any) -> ColumnElement[bool]:
    """Rows of several firms or projects: parts of one invoice are of one."""
    return or_(*(func.min(column) != func.max(column) for column in (model.project_id, model.organisation_id)))


def _of(model: Any, project_id: int, organisation_id: int) -> tuple[Any, ...]:
    return model.project_id == project_id, model.organisation_id == organisation_id
