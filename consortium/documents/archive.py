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


#: What is kept for a while lies apart. The bytes of each row are its own there, so they can go without asking who else names them.
APART = "kept"


def keep_for_a_while(key: str, content: bytes) -> None:
    """Keep bytes apart, under a key that one row alone names and that ends with their SHA-256."""
    obstore.put(store(), _apart(key), content)


def let_go(key: str) -> None:
    """Remove bytes that were kept for a while; all others stay."""
    try:
        obstore.delete(store(), _apart(key))
    except FileNotFoundError:
        return  # what removed them broke off before it could say so


def _apart(key: str) -> str:
    if not key.startswith(f"{APART}/"):
        raise ValueError("What is in the archive stays there.")
    return key


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
