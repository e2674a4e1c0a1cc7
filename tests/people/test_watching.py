"""What whoever watches the platform is told: /health without a sign-in, /metrics with a token."""

import datetime

import pytest
from sqlalchemy.exc import OperationalError

from consortium.core import clock
from consortium.jobs import queue
from consortium.people import queries
from tests import factories


@pytest.fixture
def settings(app, monkeypatch):
    """Change settings for one test: `settings(METRICS_TOKEN="…")`."""
    return lambda **values: [
        monkeypatch.setitem(app.config["PLATFORM"].values, name, value) for name, value in values.items()
    ]


@pytest.fixture
def calls(settings, tmp_path):
    """A queue in which no worker ever was."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    settings(JOBS_URL=url)
    return queue.connect(url)


def test_without_a_worker_the_web_is_well_all_the_same(client, calls):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "limited",
        "database": "ok",
        "files": "ok",
        "worker": "silent",
        "worker_seconds": None,
    }


def test_a_worker_gives_signs_and_falls_silent(client, calls):
    queue.give_sign(calls)
    assert client.get("/health").get_json() == {
        "status": "ok",
        "database": "ok",
        "files": "ok",
        "worker": "ok",
        "worker_seconds": 0,
    }
    with clock.at(factories.NOW + datetime.timedelta(seconds=90)):
        answer = client.get("/health").get_json()
        assert (answer["worker"], answer["worker_seconds"]) == ("ok", 90)
        queue.give_sign(calls)
    with clock.at(factories.NOW + datetime.timedelta(seconds=90 + queries.PATIENCE + 1)):
        assert client.get("/health").get_json()["worker"] == "silent"


def test_a_queue_that_does_not_answer_is_a_silent_worker(client, settings, tmp_path):
    (tmp_path / "jobs.db").write_bytes(b"this is no database at all" * 100)
    settings(JOBS_URL=f"sqlite:///{tmp_path / 'jobs.db'}")
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()["worker"]) == (200, "silent")


def test_a_file_store_without_room_is_told(client, settings, calls, monkeypatch):
    monkeypatch.setattr("consortium.documents.archive.LEAST_ROOM", 2**62)
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()["files"]) == (200, "not writable")
    settings(FILES_URL="s3://bucket/prefix")
    assert client.get("/health").get_json()["files"] == "elsewhere"


def test_only_a_silent_database_takes_the_web_out_of_service(client, monkeypatch):
    def fail():
        raise OperationalError("select 1", {}, Exception("no answer"))

    monkeypatch.setattr(queries, "health", fail)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "failing", "database": "no answer"}


def test_a_scraper_with_the_token_reads_the_metrics(client, settings):
    settings(METRICS_TOKEN="plain-letters")
    answer = client.get("/metrics", headers={"Authorization": "Bearer plain-letters"})
    assert answer.status_code == 200
    assert 'consortium_accounts{state="open"}' in answer.get_data(as_text=True)
    assert "晨星" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer é",
        "Bearer ",
        "Bearer wrong",
        "Basic cGxhaW46bGV0dGVycw==",
        "plain-letters",
        "Bearer plain-letters2",
    ],
)
@pytest.mark.parametrize("token", ["", "plain-letters"])
def test_nothing_else_opens_the_metrics(client, settings, token, header):
    settings(METRICS_TOKEN=token)
    answer = client.get("/metrics", headers={"Authorization": header} if header else {})
    assert (answer.status_code, "/login" in answer.headers.get("Location", "")) == (302, True)


def test_the_token_opens_nothing_else(client, settings):
    settings(METRICS_TOKEN="plain-letters")
    for address in ("/people", "/", "/portfolio"):
        assert client.get(address, headers={"Authorization": "Bearer plain-letters"}).status_code == 302


def test_administrators_need_no_token(world, sign_in, settings):
    settings(METRICS_TOKEN="plain-letters")
    assert sign_in(world.people.administrator).get("/metrics").status_code == 200
    assert sign_in(world.people.staff).get("/metrics").status_code == 403
