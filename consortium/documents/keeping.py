"""Files of a form that was refused: kept for a day, for who sent them alone, until the form is sent again."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select, update

from consortium.core import clock
from consortium.core.db import db
from consortium.core.uploads import MEGABYTE, Upload
from consortium.documents import archive
from consortium.documents.models import KeptUpload

TIME = datetime.timedelta(hours=24)
#: Of one person, in all forms together.
MOST_FILES, MOST_BYTES = 50, 200 * MEGABYTE


def kept(user_id: int, purpose: str) -> list[KeptUpload]:
    """What is kept for a person and for the form at an address, in the order in which it was sent."""
    mine = select(KeptUpload).where(KeptUpload.user_id == user_id, KeptUpload.purpose == purpose)
    return list(db.session.scalars(mine.where(KeptUpload.kept_until > clock.now()).order_by(KeptUpload.id)))


def enter(user_id: int, purpose: str, files: Sequence[Upload]) -> tuple[dict[str, Upload], list[Upload]]:
    """Rows for files, as far as there is room for the person: files by the keys of their bytes, and those without room.

    The rows are committed before bytes are written: so no bytes lie there that no row names.
    """
    now = clock.now()
    counted = select(func.count(), func.coalesce(func.sum(KeptUpload.size), 0))
    count, size = db.session.execute(counted.where(KeptUpload.user_id == user_id, KeptUpload.kept_until > now)).one()
    mine = select(KeptUpload).where(KeptUpload.user_id == user_id, KeptUpload.purpose == purpose)
    there = {row.sha256: row for row in db.session.scalars(mine)}
    rows: dict[str, tuple[KeptUpload, Upload]] = {}
    without: list[Upload] = []
    for file in files:
        sha256 = digest(file)
        row = there.get(sha256)
        if row is None or row.kept_until <= now:
            count, size = count + 1, size + file.size
            if count > MOST_FILES or size > MOST_BYTES:
                count, size = count - 1, size - file.size
                without.append(file)
                continue
        if row is None:
            row = there[sha256] = KeptUpload(user_id=user_id, purpose=purpose, sha256=sha256, size=file.size)
            db.session.add(row)
        row.name, row.kind, row.kept_until = file.name, file.kind, now + TIME
        rows[sha256] = row, file
    db.session.flush()
    return {row.key: file for row, file in rows.values()}, without


def write(files: dict[str, Upload]) -> None:
    """Write the bytes of files whose rows are there."""
    for key, file in files.items():
        file.file.seek(0)
        archive.keep_for_a_while(key, file.file.read())


def let_go(user_id: int, purpose: str, digests: Sequence[str] | None = None) -> None:
    """Keep no longer what waits for the form at an address, or some of it by its SHA-256; the sweep removes it."""
    now = clock.now()
    mine = [KeptUpload.user_id == user_id, KeptUpload.purpose == purpose, KeptUpload.kept_until > now]
    if digests is not None:
        mine.append(KeptUpload.sha256.in_(digests))
    db.session.execute(update(KeptUpload).where(*mine).values(kept_until=now))


def sweep(most: int = 500) -> int:
    """Remove what is kept no longer, the bytes before their rows; answers how many files went."""
    over = select(KeptUpload).where(KeptUpload.kept_until <= clock.now()).order_by(KeptUpload.id).limit(most)
    gone = list(db.session.scalars(over.with_for_update(skip_locked=True)))
    for row in gone:
        archive.let_go(row.key)
        db.session.delete(row)
    return len(gone)


def digest(file: Upload) -> str:
    """The SHA-256 of an upload."""
    file.file.seek(0)
    return hashlib.sha256(file.file.read()).hexdigest()
