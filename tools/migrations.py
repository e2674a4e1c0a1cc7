"""`check`: one head, and migrations that make exactly the tables of the models; `write "…"`: the next migration."""

from __future__ import annotations

import sys

from alembic.config import Config
from alembic.script import ScriptDirectory

from programs import TOP, empty_installation, flask


def scripts() -> ScriptDirectory:
    """The migrations; ends with a sentence if they do not form one line."""
    config = Config()
    config.set_main_option("script_location", str(TOP / "migrations"))
    directory = ScriptDirectory.from_config(config)
    heads = directory.get_heads()
    if len(heads) > 1:
        sys.exit(
            f"Migrations have {len(heads)} heads ({', '.join(heads)}). Give the later one the other as down_revision."
        )
    return directory


def check() -> int:
    """Exit status 0 if a new database has the tables of the models."""
    scripts()
    with empty_installation() as env:
        if flask("db", "upgrade", env=env):
            return 1
        if flask("db", "check", env=env):
            print('The models are ahead of the migrations: make migrate m="what changes"')
            return 1
    return 0


def write(message: str) -> int:
    """Write the migration from the last one to the models, with the next number as its name."""
    if not message.strip():
        sys.exit('A migration needs a message: make migrate m="add seats"')
    numbers = [int(script.revision) for script in scripts().walk_revisions() if script.revision.isdigit()]
    number = f"{max(numbers, default=0) + 1:04}"
    with empty_installation() as env:
        return flask("db", "upgrade", env=env) or flask("db", "migrate", "-m", message, "--rev-id", number, env=env)


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1] == "check" else write(" ".join(sys.argv[2:])))
