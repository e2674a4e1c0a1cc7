"""The door for WSGI servers: `granian --interface wsgi wsgi:app`."""

from consortium.app import create_app

app = create_app()
