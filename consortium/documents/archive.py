"""The file store: bytes under the name of their own hash, in a folder or in S3. (A paper is asked for by `activity.papers`.)"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from consortium import config
from consortium.core.errors import Missing
from consortium.core.words import _l


@dataclass(frozen=True)
class Stored:
    """Where bytes lie, and what they are."""

    key: str
    sha256: str
    size: int


@cache
def _store(url: str) -> ObjectStore:
    if url.startswith("file://"):
        folder = Path(urlsplit(url).path)
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder, automatic_cleanup=False)
    return from_url(url)


def store() -> ObjectStore:
    """The store that FILES_URL names."""
    return _store(str(config.current()["FILES_URL"]))


def keep(content: bytes) -> Stored:
    """Keep bytes; the same bytes twice lie there once."""
    digest = hashlib.sha256(content).hexdigest()
    key = f"{digest[:2]}/{digest}"
    obstore.put(store(), key, content)
    return Stored(key, digest, len(content))


def fetch(key: str) -> bytes:
    """The bytes under a key, checked against their name; Missing when they are not there or not what they were."""
    try:
        content = bytes(obstore.get(store(), key).bytes())
    except FileNotFoundError:
        raise Missing(_l("The file is not in the store. The operator can restore it from the backup.")) from None
    if hashlib.sha256(content).hexdigest() != key.rsplit("/", 1)[-1]:
        raise Missing(
            _l("The file in the store is not the one that was kept. The operator can restore it from the backup.")
        )
    return content


#: Below this the disk counts as full: a paper takes about a megabyte.
LEAST_ROOM = 16 * 1024 * 1024


def takes_files() -> bool | None:
    """Whether the folder of files can be written and has room; None for a store elsewhere, which is not asked."""
    url = str(config.current()["FILES_URL"])
    if not url.startswith("file://"):
        return None
    folder = Path(urlsplit(url).path)
    folder.mkdir(parents=True, exist_ok=True)
    return os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free >= LEAST_ROOM
