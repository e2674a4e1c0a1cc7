"""The door for WSGI servers: `granian --interface wsgi wsgi:app`."""

import gc

from consortium.app import create_app

app = create_app()
# What is there now stays until the end, so that collecting garbage does not go over it again while somebody waits for a page.
gc.collect()
gc.freeze()
