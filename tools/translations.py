"""`check`: every sentence of the code is in every catalogue, translated; `update`: bring the catalogues up to date."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.checkers import checkers
from babel.messages.pofile import read_po

from programs import TOP, python

FOLDER = TOP / "consortium" / "translations"
# Positions are left out of the catalogues: they change with every edit and say nothing that a search does not.
EXTRACT = (
    "--no-location",
    "--sort-output",
    "--no-default-keywords",
    "--ignore-dirs=node_modules var static tests .* __*",
)
KEYWORDS = ("_", "_l", "_ln:1,2", "gettext", "ngettext:1,2", "lazy_gettext", "lazy_ngettext:1,2", "pgettext:1c,2")
BABEL = "babel.messages.frontend"


def extract(pot: Path) -> None:
    """Write the sentences of code and templates into a new template catalogue."""
    keywords = [f"--keyword={word}" for word in KEYWORDS]
    if python(BABEL, "--quiet", "extract", "-F", "pyproject.toml", *EXTRACT, *keywords, "-o", pot, "."):
        sys.exit("The sentences could not be extracted.")


def catalogue(path: Path) -> Catalog:
    """A catalogue as it is read from a file."""
    with path.open("rb") as file:
        return read_po(file, locale=None if path.suffix == ".pot" else path.parent.parent.name, abort_invalid=True)


def faults(used: Catalog, translated: Catalog) -> list[str]:
    """A line for each sentence that a reader of this language would see in English, or wrongly."""
    found = []
    for message in used:
        if not message.id:
            continue
        there = translated.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        sentence = repr(message.id)
        if there is None:
            found.append(f"not in the catalogue: {sentence}")
        elif there.fuzzy:
            found.append(f"marked as fuzzy: {sentence}")
        elif not all(there.string if isinstance(there.string, (tuple, list)) else (there.string,)):
            found.append(f"not translated: {sentence}")
        else:
            found += [f"{error}: {sentence}" for error in errors(translated, there)]
    return found


def errors(translated: Catalog, message: object) -> list[str]:
    """What is wrong with the places (`%(name)s`) of a translation."""
    said = []
    for checker in checkers:
        try:
            checker(translated, message)  # type: ignore[operator]
        except Exception as error:
            said.append(str(error))
    return said


def check() -> int:
    """Exit status 0 if every catalogue is complete; lists at most 40 faults of each."""
    # The sentences of the sign-in library (flask_security.po) are not in this code; the library shows English where one is missing.
    catalogues = sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
    if not catalogues:
        print("There is no catalogue under consortium/translations: make translate")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder, "messages.pot")
        extract(pot)
        used = catalogue(pot)
    total = 0
    for path in catalogues:
        found = faults(used, catalogue(path))
        total += len(found)
        for line in found[:40]:
            print(f"{path.relative_to(TOP)}: {line}")
        if len(found) > 40:
            print(f"… and {len(found) - 40} more")
    print(f"{len(used)} sentences, {len(catalogues)} catalogues, {total} faults")
    return 1 if total else 0


def update() -> int:
    """Add new sentences to the catalogues, untranslated, and take out those that nothing uses any more."""
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder, "messages.pot")
        extract(pot)
        for language in ("zh_Hans",):
            made = FOLDER / language / "LC_MESSAGES" / "messages.po"
            words = ["--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"]
            action = ["update", *words] if made.exists() else ["init"]
            if python(BABEL, "--quiet", *action, "-i", pot, "-d", FOLDER, "-l", language, "--width=120"):
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1] == "check" else update())
