"""The renderer process: WeasyPrint behind limits on memory, time, files and pages, and without a network.

`serve` is what runs in the process; `consortium.documents.pdf` starts, feeds and stops it.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import sys
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from consortium.documents import conformance, glyphs, subsetter, typesetting
from consortium.documents.troubles import Broken, Forbidden, MissingGlyph, OutOfMemory, PaperError, TooLarge

MEGABYTE = 1 << 20
STATM = "/proc/self/statm"
ASSETS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".css": "text/css"}
# audited by Python itself; a renderer that has begun to work does none of these
REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "os.remove",
    "os.rename",
    "pty.",
)


@dataclass(frozen=True)
class Limits:
    """What one paper may use: megabytes, seconds (by the clock), pages, and how many jobs a process lives."""

    memory: int = 1500
    seconds: int = 120
    pages: int = 600
    html: int = 12
    pdf: int = 64
    resources: int = 200
    jobs: int = 100
    resident: int = 700
    nesting: int = 1500


@dataclass(frozen=True)
class Order:
    """One paper to be made: from a template and facts, or, for trying the limits, from plain HTML."""

    template: str = ""
    facts: Mapping[str, Any] | None = None
    html: str = ""


@dataclass(frozen=True)
class Made:
    """What a renderer answers: the bytes, or the name of a trouble and its facts."""

    pdf: bytes = b""
    pages: int = 0
    cpu: float = 0.0
    resident: int = 0
    trouble: str = ""
    facts: Mapping[str, str | int] | None = None


class Press:
    """WeasyPrint with styles and fonts that are read once."""

    def __init__(self, limits: Limits) -> None:
        conformance.install()
        subsetter.install()
        self.limits = limits
        self.fonts = FontConfiguration()
        self.styles = {name: self._style(name) for kind in typesetting.editions().values() for name in kind.styles}
        glyphs.covered()

    def _style(self, name: str) -> weasyprint.CSS:
        text = (typesetting.PRINT / name).read_text("utf-8")
        return weasyprint.CSS(string=text, font_config=self.fonts, url_fetcher=Fetcher(self.limits))

    def make(self, order: Order) -> tuple[bytes, int]:
        """The PDF and its number of pages; raises PaperError."""
        if order.facts is None:
            return self.write(order.html, (), [], {}, "")
        kind = typesetting.editions().get(order.template)
        if kind is None:
            raise Broken(reason=f"there is no template {order.template}")
        try:
            content = typesetting.html(order.template, order.facts)
            properties = typesetting.properties(order.template, order.facts)
            made_at = datetime.fromisoformat(properties["cutoff"])
        except (jinja2.TemplateError, KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise Broken(reason=f"{type(error).__name__}: {str(error)[:200]}") from error
        attachment = weasyprint.Attachment(
            file_obj=BytesIO(typesetting.canonical(order.facts)), name="facts.json", relationship=kind.relationship,
            description="The facts that this paper is made of", created=made_at, modified=made_at,
        )  # fmt: skip
        return self.write(content, kind.styles, [attachment], properties, order.template)

    def write(
        self, html: str, styles: tuple[str, ...], attachments: list[Any], properties: Mapping[str, str], template: str
    ) -> tuple[bytes, int]:
        """Typesets and writes one document."""
        if len(html) > self.limits.html * MEGABYTE:
            raise TooLarge(what="its text", limit=f"{self.limits.html} MB")
        if unknown := glyphs.missing(html):
            raise MissingGlyph(characters=glyphs.names(unknown[:50]))
        options: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "dpi": 150, "attachments": attachments}
        fetcher = Fetcher(self.limits)
        document = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url="asset:").render(
            stylesheets=[self.styles[name] for name in styles], font_config=self.fonts, **options
        )
        if len(document.pages) > self.limits.pages:
            raise TooLarge(what="its number of pages", limit=self.limits.pages)
        conformance.one_annotation_a_link(document)
        pdf = document.write_pdf(finisher=conformance.finisher(properties), **options)
        if boxes := glyphs.drawn_as_boxes(document):
            raise MissingGlyph(characters=glyphs.names(boxes))
        if len(pdf) > self.limits.pdf * MEGABYTE:
            raise TooLarge(what="its file", limit=f"{self.limits.pdf} MB")
        return pdf, len(document.pages)


class Fetcher(URLFetcher):  # type: ignore[misc]
    """Reads `data:` URLs, and `asset:` ones as files below static/print; anything else ends the job."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(timeout=1, allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
        self.limits, self.left = limits, limits.resources

    def fetch(self, url: str, headers: Any = None) -> Any:
        self.left -= 1
        if self.left < 0:
            raise Refusal(TooLarge(what="its number of pictures", limit=self.limits.resources))
        if url.startswith("data:") and len(url) <= 8 * MEGABYTE:
            return super().fetch(url, headers)
        path = (typesetting.PRINT / urlsplit(url).path.lstrip("/")).resolve()
        allowed = url.startswith("asset:") and path.is_relative_to(typesetting.PRINT) and path.suffix in ASSETS
        if not allowed or not path.is_file():
            raise Refusal(Forbidden(url=url[:120]))
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": ASSETS[path.suffix]})


class Refusal(FatalURLFetchingError):  # type: ignore[misc]
    """Carries a trouble out of WeasyPrint, which swallows all errors but these."""

    def __init__(self, trouble: PaperError) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def serve(channel: Connection, limits: Limits, fontconfig: str) -> None:
    """Reads orders from `channel` and answers each, until it is closed."""
    os.setsid()
    os.nice(5)
    os.environ["FONTCONFIG_FILE"] = fontconfig
    os.environ["TZ"] = "UTC"
    warnings.simplefilter("ignore")
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (MEGABYTE, MEGABYTE)
    )  # fontconfig's cache at most; papers go by the channel
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    sys.setrecursionlimit(limits.nesting)
    press = Press(limits)
    press.write("<html lang=en><title>Warm-up</title><p lang=zh>预热 warm-up", (), [], {}, "")
    gc.collect()
    gc.freeze()
    # the address space counts the libraries too, so the limit comes after they are loaded
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory * MEGABYTE, limits.memory * MEGABYTE))
    sys.addaudithook(refuse)
    channel.send("ready")
    while True:
        try:
            order = channel.recv()
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        ceiling = int(used.ru_utime + used.ru_stime) + limits.seconds + 5
        resource.setrlimit(resource.RLIMIT_CPU, (ceiling, resource.RLIM_INFINITY))
        try:
            channel.send(work(press, order))
        except (BrokenPipeError, EOFError):
            return


def work(press: Press, order: Order) -> Made:
    """One order done; nothing that a document does gets out of here but as a trouble."""
    start = time.process_time()
    gc.disable()  # a third of the time of long tables; what is left over is collected below
    try:
        pdf, pages = press.make(order)
        return Made(pdf, pages, time.process_time() - start, resident())
    except PaperError as trouble:
        return _failed(trouble)
    except Refusal as refusal:
        return _failed(refusal.trouble)
    except MemoryError:
        return _failed(OutOfMemory(megabytes=press.limits.memory))
    except RecursionError:
        return _failed(Broken(reason="it is nested too deeply"))
    except (Exception, FatalURLFetchingError) as error:  # whatever a hostile document finds
        cause = error.__cause__ or error
        if isinstance(error, FatalURLFetchingError):
            return _failed(Forbidden(url=str(error)[:120]))
        return _failed(Broken(reason=f"{type(cause).__name__}: {str(cause)[:200]}"))
    finally:
        gc.enable()
        gc.collect()


def _failed(trouble: PaperError) -> Made:
    return Made(trouble=type(trouble).__name__, facts=trouble.facts, resident=resident())


def resident() -> int:
    """Megabytes of memory that this process holds."""
    return int(Path(STATM).read_text().split()[1]) * resource.getpagesize() // MEGABYTE


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook of a working renderer: no network, no other process, no file but to read those of the program."""
    if event.startswith(REFUSED):
        raise PermissionError(f"A renderer may not do {event}")
    if event == "open" and not isinstance(arguments[0], int) and arguments[0] != STATM:
        path, flags = os.path.realpath(os.fsdecode(arguments[0])), arguments[2] or 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or not path.startswith(READABLE):
            raise PermissionError(f"A renderer may not open {path}")


READABLE = tuple(
    os.path.realpath(folder) + "/"
    for folder in (
        typesetting.PRINT, typesetting.TEMPLATES, Path(weasyprint.__file__).parents[1], Path(os.__file__).parent,
    )
)  # fmt: skip
