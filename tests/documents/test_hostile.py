"""Documents that want too much, or something else: each ends as a sentence, and the next paper is made as if nothing was."""

import socket
import threading
from collections.abc import Iterator

import pytest

from consortium.documents.pdf import Limits, Renderer
from consortium.documents.renderer import refuse
from consortium.documents.troubles import Broken, Forbidden, MissingGlyph, OutOfMemory, PaperError, TooLarge, TooSlow
from tests.documents import samples

pytestmark = pytest.mark.slow

START = "<!doctype html><html lang='en'><head><title>Hostile</title></head><body>"


@pytest.fixture(scope="module")
def narrow() -> Iterator[Renderer]:
    """A renderer with little room."""
    with Renderer(limits=Limits(memory=600, seconds=12, pages=20, html=2, pdf=4, resources=5)) as made:
        yield made


HOSTILE: dict[str, tuple[str, tuple[type[PaperError], ...]]] = {
    "too many pages": (START + "<p style='break-after:page'>x</p>" * 60, (TooLarge,)),
    "too much text": (START + "x" * (3 << 20), (TooLarge,)),
    "too slow": (START + "<div style='display:flex'>" * 24 + "slow" + "</div>" * 24, (TooSlow, Broken)),
    "too much memory": (START + "<table>" + "<tr><td>x<td>y<td>z</tr>" * 20000 + "</table>", (OutOfMemory, TooSlow, TooLarge, Broken)),
    "too deep": (START + "<div>" * 5000 + "deep", (Broken, TooSlow)),
    "a web address": (START + "<img alt=x src='http://127.0.0.1:{port}/x.png'>", (Forbidden,)),
    "a style sheet from the web": (START + "<link rel=stylesheet href='https://platform.example/x.css'>", (Forbidden,)),
    "a file": (START + "<img alt=x src='file:///etc/passwd'>", (Forbidden,)),
    "a file from a style": (START + "<style>body{background:url(file:///etc/passwd)}</style>", (Forbidden,)),
    "a file as attachment": (START + "<link rel=attachment href='file:///etc/passwd'>x", (Forbidden,)),
    "out of the folder": (START + "<img alt=x src='asset:../../etc/passwd'>", (Forbidden,)),
    "out of the folder, encoded": (START + "<img alt=x src='asset:..%2f..%2fREADME.md'>", (Forbidden,)),
    "another kind of file": (START + "<img alt=x src='asset:fonts/fonts.json'>", (Forbidden,)),
    "too many pictures": (START + "<img alt=x src='asset:waves.svg'>" + "".join(f"<img alt=x src='data:image/svg+xml,<svg/>{n}'>" for n in range(9)), (TooLarge,)),
    "a font of its own": (START + "<style>@font-face{font-family:x;src:url(http://127.0.0.1:{port}/x.ttf)}</style><p style='font-family:x'>x", (Forbidden,)),
    "no glyph": (START + "a firm \U0001f600", (MissingGlyph,)),
    "no glyph, as an entity": (START + "&#x1f600;", (MissingGlyph,)),
    "a control": (START + "bell \x07", (MissingGlyph,)),
    "turned around": (START + "invoice \u202efdp.exe", (MissingGlyph,)),
}  # fmt: skip


@pytest.fixture(scope="module")
def listening() -> Iterator[tuple[int, list[object]]]:
    """A port that nobody may call, and who called."""
    calls: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        try:
            while True:
                calls.append(server.accept())
        except OSError:
            return

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1], calls
    server.close()


@pytest.mark.slow
@pytest.mark.parametrize(("html", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_ends_as_a_sentence(
    narrow: Renderer, listening: tuple[int, list[object]], html: str, expected: tuple[type[PaperError], ...]
) -> None:
    port, calls = listening
    with pytest.raises(PaperError) as caught:
        narrow.render_html(html.replace("{port}", str(port)))
    assert isinstance(caught.value, expected), repr(caught.value)
    assert str(caught.value).endswith(".")
    assert "%(" not in str(caught.value)
    assert calls == []
    assert narrow.render_html(START + "<p>The next one is made.").pages == 1


def test_a_missing_glyph_is_refused_by_name(renderer: Renderer) -> None:
    facts = samples.agreement()
    facts["parties"][1]["representative"] = "王\U00013000 😀"
    with pytest.raises(MissingGlyph) as caught:
        renderer.render("agreement/1", facts)
    assert "U+13000 EGYPTIAN HIEROGLYPH A001" in str(caught.value)
    assert "GRINNING FACE" in str(caught.value)


def test_rare_names_can_be_printed(renderer: Renderer) -> None:
    facts = samples.agreement()
    for party, name in zip(
        facts["parties"], ("喆堃珺", "镕昇祎", "Łukasz Żółć", "Ελένη Παππά", "Юлия Ёлкина", "㛃䶮", "Đặng"), strict=True
    ):
        party["representative"] = name
    assert renderer.render("agreement/1", facts).pages > 10


@pytest.mark.parametrize(
    "change",
    [
        {"parties": None}, {"cutoff": "yesterday"}, {"total": "sNaN"}, {"clauses": [{}]}, {"title": object()},
        {"consortium": {}}, {"total": float("nan")},
    ],
)  # fmt: skip
def test_facts_that_are_not_as_agreed_are_a_sentence(renderer: Renderer, change: dict[str, object]) -> None:
    with pytest.raises(Broken):
        renderer.render("agreement/1", samples.agreement() | change)


def test_an_unknown_template_is_a_sentence(renderer: Renderer) -> None:
    with pytest.raises(Broken, match="no template"):
        renderer.render("../../etc/passwd", samples.agreement())


def test_what_is_typed_is_text_and_no_markup(renderer: Renderer) -> None:
    facts = samples.status_report()
    facts["narrative"] = {"zh": "<img src=http://platform.example/x.png> {{ 7*7 }}", "en": "<script>alert(1)</script>"}
    assert renderer.render("status_report/2", facts).pages > 5


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", (None, ("127.0.0.1", 80))), ("socket.__new__", ()), ("subprocess.Popen", ("ls",)), ("os.system", ("ls",)),
        ("open", ("/etc/passwd", "r", 0)), ("open", ("/proc/self/environ", "r", 0)), ("open", ("static/print/tokens.css", "w", 577)),
    ],
)  # fmt: skip
def test_a_working_renderer_does_nothing_else(event: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(PermissionError):
        refuse(event, arguments)


def test_a_process_is_replaced_after_its_jobs() -> None:
    with Renderer(limits=Limits(jobs=2)) as short_lived:
        made = {short_lived.render_html(START + "<p>same").sha256 for _ in range(5)}
    assert len(made) == 1
