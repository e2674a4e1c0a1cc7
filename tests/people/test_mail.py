"""The outbox: mails are sent once the server takes them, tried again, and given up in the end."""

import datetime
import smtplib
import socket
import threading
from types import SimpleNamespace

import pytest

from consortium.activity.models import OutboxMail
from consortium.core import clock
from consortium.core.db import db
from consortium.web import mail
from tests.factories import NOW


class Server(threading.Thread):
    """A mail server of a few lines on a socket: takes what it is told to take."""

    def __init__(self, refuse=()):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.refuse, self.taken, self.calls = self.listener.getsockname()[1], refuse, [], 0
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.calls += 1
            with connection, connection.makefile("rwb") as stream:
                self.talk(stream)

    def talk(self, stream):
        def say(line):
            stream.write(line.encode() + b"\r\n")
            stream.flush()

        say("220 test")
        recipient = ""
        while line := stream.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "RCPT":
                recipient = line.split("<")[1].split(">")[0]
                say("550 nobody of that name" if recipient in self.refuse else "250 ok")
            elif word == "DATA":
                say("354 go on")
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    body += stream.readline()
                self.taken.append((recipient, body.decode()))
                say("250 ok")
            elif word == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def stop(self):
        self.listener.close()


@pytest.fixture
def server():
    made = Server(refuse={"gone@example.org"})
    yield made
    made.stop()


@pytest.fixture
def post(app, inside, monkeypatch):
    """Write a mail, and let the outbox be delivered at some time after NOW."""

    def write(recipient="a@example.org", subject="状态报告已提交", body="正文。\n"):
        with inside():
            row = OutboxMail(recipient=recipient, subject=subject, body=body)
            db.session.add(row)
            db.session.commit()
            return row.id

    def deliver(url, after=datetime.timedelta(0), limit=50):
        monkeypatch.setitem(app.config["PLATFORM"].values, "MAIL_URL", url)
        with inside(), clock.at(NOW + after):
            return mail.deliver(limit)

    def look(number):
        with inside():
            row = db.session.get(OutboxMail, number)
            return SimpleNamespace(state=row.state, attempts=row.attempts, problem=row.problem, sent_at=row.sent_at)

    return SimpleNamespace(write=write, deliver=deliver, look=look)


def test_without_a_server_mails_stay(post):
    number = post.write()
    assert post.deliver("") == 0
    assert post.look(number).state == "waiting"
    assert post.look(number).attempts == 0


def test_a_mail_is_sent_once_as_plain_text(post, server):
    number = post.write()
    assert post.deliver(f"smtp://127.0.0.1:{server.port}") == 1
    assert post.deliver(f"smtp://127.0.0.1:{server.port}", datetime.timedelta(days=2)) == 0
    ((recipient, body),) = server.taken
    assert recipient == "a@example.org"
    assert 'text/plain; charset="utf-8"' in body
    assert "text/html" not in body
    assert "Auto-Submitted: auto-generated" in body
    found = post.look(number)
    assert (found.state, found.attempts, found.problem) == ("sent", 1, "")
    assert found.sent_at == NOW


def test_a_refused_mail_does_not_stop_the_others(post, server):
    refused, taken = post.write("gone@example.org"), post.write("b@example.org")
    assert post.deliver(f"smtp://127.0.0.1:{server.port}") == 1
    assert post.look(taken).state == "sent"
    assert post.look(refused).state == "waiting"
    assert "nobody of that name" in post.look(refused).problem


def test_tries_come_with_growing_delay_and_end(post):
    closed = socket.create_server(("127.0.0.1", 0))
    url = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
    closed.close()
    number = post.write()
    for count, wait in enumerate(mail.TRIES, start=1):
        if wait:
            post.deliver(url, wait - datetime.timedelta(seconds=1))
            assert post.look(number).attempts == count - 1
        post.deliver(url, wait)
        assert post.look(number).attempts == count
    found = post.look(number)
    assert found.state == "failed"
    assert "ConnectionRefusedError" in found.problem
    assert post.deliver(url, datetime.timedelta(days=9)) == 0


def test_no_line_of_a_subject_becomes_a_header(post, server):
    post.write(subject="Hello\r\nBcc: everybody@example.org")
    post.deliver(f"smtp://127.0.0.1:{server.port}")
    head = server.taken[0][1].split("\r\n\r\n")[0]
    assert "\nBcc:" not in head


def test_an_impossible_recipient_is_noted(post, server):
    number = post.write(recipient="not an address\n")
    assert post.deliver(f"smtp://127.0.0.1:{server.port}") == 0
    assert post.look(number).problem


def test_no_lock_is_held_while_the_server_thinks(post, server, inside, monkeypatch):
    post.write()
    seen = []
    send = smtplib.SMTP.send_message

    def slow(self, message):
        seen.append(db.session().in_transaction())
        return send(self, message)

    monkeypatch.setattr(smtplib.SMTP, "send_message", slow)
    post.deliver(f"smtp://127.0.0.1:{server.port}")
    assert seen == [False]


def test_only_so_many_at_a_time(post, server):
    for _ in range(3):
        post.write()
    assert post.deliver(f"smtp://127.0.0.1:{server.port}", limit=2) == 2


def test_a_forgotten_password_is_mailed_by_the_outbox(world, client, inside):
    answer = client.post("/reset", data={"email": world.people.staff.email})
    assert answer.status_code in (200, 302)
    with inside():
        mails = db.session.query(OutboxMail).filter_by(recipient=world.people.staff.email).all()
        assert len(mails) == 1
        assert "http://localhost/reset/" in mails[0].body


def test_a_password_is_never_sent_in_the_clear(monkeypatch):
    class Plain:
        """A mail server far away that offers no encryption."""

        def __init__(self, *_, **__):
            self.signed_in = False

        def ehlo_or_helo_if_needed(self):
            """Say hello."""

        def has_extn(self, _name):
            return False

        def login(self, *_):
            raise AssertionError("the password was sent")

    monkeypatch.setattr(smtplib, "SMTP", Plain)
    with pytest.raises(smtplib.SMTPNotSupportedError):
        mail.connect("smtp://somebody:secret@mail.example.org:25")
