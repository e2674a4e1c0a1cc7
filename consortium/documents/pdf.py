"""Papers as PDF: a pool of limited renderer processes that are fed with facts."""

from __future__ import annotations

import hashlib
import queue
import signal
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from consortium.documents import fonts
from consortium.documents.renderer import Limits, Made, Order, serve
from consortium.documents.troubles import KINDS, Broken, Busy, OutOfMemory, PaperError, TooLarge, TooSlow
from consortium.documents.typesetting import canonical, facts_hash

__all__ = ["Limits", "PaperError", "Rendered", "Renderer", "canonical", "facts_hash"]

STARTING = 90  # seconds that a process may take until it is ready
BY_MEMORY = {-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGSEGV, -signal.SIGKILL}  # how C libraries end without memory


@dataclass(frozen=True)
class Rendered:
    """A finished paper: its bytes, pages, SHA-256 in hexadecimal, and the seconds of CPU that it took."""

    pdf: bytes
    pages: int
    sha256: str
    cpu: float


class Renderer:
    """Makes papers in `workers` processes; the same facts give the same bytes in any of them."""

    def __init__(self, workers: int = 1, limits: Limits | None = None, waiting: int = 600) -> None:
        self.limits = limits or Limits()
        self.waiting = waiting
        self._folder = tempfile.TemporaryDirectory(prefix="papers-")
        self._fontconfig = font_configuration(Path(self._folder.name))
        self._idle: queue.LifoQueue[_Process] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._room, self._closed = workers, False

    def render(self, template: str, facts: Mapping[str, Any]) -> Rendered:
        """The paper of `facts`, by the named template (`agreement/1`); raises PaperError with a sentence."""
        try:
            size = len(canonical(facts))
        except (TypeError, ValueError) as error:
            raise Broken(reason=str(error)[:200]) from error
        if size > self.limits.html << 20:
            raise TooLarge(what="what it is made of", limit=f"{self.limits.html} MB")
        return self._ordered(Order(template=template, facts=dict(facts)))

    def render_html(self, html: str) -> Rendered:
        """A document from plain HTML behind the same limits; made for trying them."""
        return self._ordered(Order(html=html))

    def _ordered(self, order: Order) -> Rendered:
        process = self._taken()
        keep = False
        try:
            made = process.ask(order, self.limits)
            keep = process.jobs < self.limits.jobs and made.resident < self.limits.resident
        finally:
            self._returned(process, keep)
        if made.trouble:
            raise KINDS[made.trouble](**(made.facts or {}))
        return Rendered(made.pdf, made.pages, hashlib.sha256(made.pdf).hexdigest(), made.cpu)

    def _taken(self) -> _Process:
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        with self._lock:
            if self._closed:
                raise Busy
            if self._room:
                self._room -= 1
                return _Process(self.limits, self._fontconfig)
        try:
            return self._idle.get(timeout=self.waiting)
        except queue.Empty:
            raise Busy from None

    def _returned(self, process: _Process, keep: bool) -> None:
        if keep and not self._closed:
            self._idle.put(process)
            return
        process.kill()
        if not self._closed:
            self._idle.put(_Process(self.limits, self._fontconfig))

    def close(self) -> None:
        """Ends all processes; a closed renderer takes no more orders."""
        self._closed = True
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().kill()
        self._folder.cleanup()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Process:
    """One renderer process and its channel; it starts in the background and is waited for with the first order."""

    def __init__(self, limits: Limits, fontconfig: Path) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["consortium.documents.renderer"])
        self.channel, other = context.Pipe()
        self.process = context.Process(
            target=serve, args=(other, limits, str(fontconfig)), daemon=True, name="renderer"
        )
        self.process.start()
        other.close()
        self.ready, self.jobs = False, 0

    def ask(self, order: Order, limits: Limits) -> Made:
        try:
            if not self.ready:
                if not self.channel.poll(STARTING):
                    raise Broken(reason="the renderer did not start")
                self.channel.recv()
                self.ready = True
            self.channel.send(order)
            self.jobs += 1
            if not self.channel.poll(limits.seconds):
                raise TooSlow(seconds=limits.seconds)
            return _made(self.channel.recv())
        except (EOFError, OSError):
            self.process.join(5)
            code = self.process.exitcode
            if code == -signal.SIGXCPU:
                raise TooSlow(seconds=limits.seconds) from None
            if self.ready and code in BY_MEMORY:
                raise OutOfMemory(megabytes=limits.memory) from None
            raise Broken(reason=f"the renderer ended ({code})") from None

    def kill(self) -> None:
        self.process.kill()
        self.process.join(5)
        self.channel.close()


def _made(answer: object) -> Made:
    if not isinstance(answer, Made):
        raise Broken(reason="the renderer answered with something else")
    return answer


def font_configuration(folder: Path) -> Path:
    """Writes a fontconfig file into `folder` that names the fonts of the papers and no others, with absolute paths."""
    if not any(fonts.FOLDER.glob("*.ttf")):
        raise FileNotFoundError(
            "The fonts of the papers are missing; build them with: python -m consortium.documents.fonts"
        )
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(fonts.FOLDER))}</dir>\n<cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        "</fontconfig>\n",
        "utf-8",
    )
    return file
