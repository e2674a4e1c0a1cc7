"""What can go wrong in a way that a person can do something about: sentences with a status."""

from __future__ import annotations


class Problem(Exception):
    """A refusal that is told to the person in a sentence; `fields` puts sentences at the fields that they are about."""

    status = 400

    def __init__(self, message: object = "", **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class Refused(Problem):
    """The input breaks a rule."""

    status = 422


class SignIn(Problem):
    """Nobody is signed in, and somebody has to be."""

    status = 401


class Denied(Problem):
    """A colleague without the right."""

    status = 403


class Missing(Problem):
    """There is no such thing, or the person may not know that there is."""

    status = 404


class NotNow(Problem):
    """The state of the thing does not allow it."""

    status = 409


class Stale(Problem):
    """Somebody else changed it in between."""

    status = 409


class Full(Problem):
    """The disk has no room; reading goes on."""

    status = 507
