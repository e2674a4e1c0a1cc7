"""A chain whose end was cut off is found by its head."""

import pytest

from consortium.core.db import db

pytestmark = pytest.mark.slow


def test_a_chain_that_was_cut_off_is_found(app, world, inside):
    runner = app.test_cli_runner()
    with app.app_context():
        assert "chains hold" in runner.invoke(args=["verify-chain"]).output
    with inside():
        connection = db.session.connection()
        connection.exec_driver_sql("DROP TRIGGER event_no_delete")
        connection.exec_driver_sql("DELETE FROM event WHERE id = (SELECT max(id) FROM event WHERE chain = 'c1')")
        db.session.commit()
    with app.app_context():
        found = runner.invoke(args=["verify-chain"])
    assert found.exit_code != 0
    assert "cut off" in found.output
