"""Full-text index of each database, and events that can only be added."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FORBIDDEN = "events are only ever added"


def upgrade() -> None:
    """Take the step."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(grams, content='search_entry', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
        )
        op.execute(
            "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN "
            "INSERT INTO search_index(rowid, grams) VALUES (new.id, new.grams); END"
        )
        op.execute(
            "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN "
            "INSERT INTO search_index(search_index, rowid, grams) VALUES ('delete', old.id, old.grams); END"
        )
        op.execute(
            "CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry BEGIN "
            "INSERT INTO search_index(search_index, rowid, grams) VALUES ('delete', old.id, old.grams); "
            "INSERT INTO search_index(rowid, grams) VALUES (new.id, new.grams); END"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER event_no_{verb.lower()} BEFORE {verb} ON event BEGIN SELECT RAISE(ABORT, '{FORBIDDEN}'); END"
            )
        return
    op.execute("CREATE INDEX search_index ON search_entry USING gin (to_tsvector('simple', grams))")
    op.execute(
        f"CREATE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{FORBIDDEN}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION event_refuse()"
    )


def downgrade() -> None:
    """Take it back."""
    if op.get_bind().dialect.name == "sqlite":
        for trigger in (
            "search_entry_added",
            "search_entry_removed",
            "search_entry_changed",
            "event_no_update",
            "event_no_delete",
        ):
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE search_index")
        return
    op.execute("DROP TRIGGER event_no_change ON event")
    op.execute("DROP FUNCTION event_refuse()")
    op.execute("DROP INDEX search_index")
