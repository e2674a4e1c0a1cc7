"""The floor of all measurements: Flask's bare hello on the same server."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """As little as a page can be."""
    return "hello"
