"""Makes WeasyPrint's PDF/A-3a also PDF/UA-1, with languages, descriptions and the paper's own metadata.

It touches private names of WeasyPrint: the version is pinned, `install` refuses another one, and the veraPDF tests guard it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

import pydyf  # type: ignore[import-untyped]
import weasyprint
import weasyprint.document as weasyprint_document
import weasyprint.pdf.tags as weasyprint_tags
from weasyprint.formatting_structure import boxes
from weasyprint.pdf.stream import Stream

VERSION = "70.0"
NAMESPACE = "urn:consortium-platform:paper:1#"
SVG = "{http://www.w3.org/2000/svg}"

_build_box_tree = weasyprint_tags._build_box_tree
_draw_page, _marked = weasyprint_document.draw_page, Stream.marked
_in_margin: set[int] = set()


def install() -> None:
    """Changes how this process' WeasyPrint tags; raises RuntimeError for a version that it was not tried with."""
    if weasyprint.__version__ != VERSION:
        raise RuntimeError(f"The papers were tried with WeasyPrint {VERSION}, not {weasyprint.__version__}.")
    weasyprint_tags._build_box_tree = _build_tagged
    weasyprint_document.draw_page = _draw_page_with_artifacts
    Stream.marked = _marked_or_artifact


def _build_tagged(box: Any, *rest: Any) -> Iterator[Any]:
    """Adds Lang, Scope and Alt, which WeasyPrint leaves out, to the elements of the structure tree."""
    if isinstance(box, boxes.MarginBox):  # drawn as an artifact below, so it has no place in the tree
        return
    for element in _build_box_tree(box, *rest):
        source = getattr(box, "element", None)
        if source is not None:
            if (language := source.get("lang")) and "Lang" not in element:
                element["Lang"] = pydyf.String(language)
            if element.get("S") == "/TH" and "A" in element:
                element["A"]["Scope"] = "/Row" if source.get("scope") == "row" else "/Column"
            if element.get("S") == "/Figure":
                texts = [source.findtext(SVG + name) for name in ("title", "desc")]
                element["Alt"] = pydyf.String(". ".join(text for text in texts if text) or source.get("alt", ""))
        yield element


def _draw_page_with_artifacts(page: Any, stream: Any) -> None:
    _in_margin.clear()
    for child in page.children:
        if isinstance(child, boxes.MarginBox):
            _in_margin.update(id(box) for box in child.descendants())
    _draw_page(page, stream)
    _in_margin.clear()


@contextlib.contextmanager
def _marked_or_artifact(stream: Any, box: Any, tag: Any) -> Iterator[None]:
    """Running heads and feet are artifacts of pagination, not content."""
    if stream._tags is None or id(box) not in _in_margin:
        with _marked(stream, box, tag):
            yield
        return
    pydyf.Stream.begin_marked_content(stream, "Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
    try:
        yield
    finally:
        pydyf.Stream.end_marked_content(stream)


def one_annotation_a_link(document: Any) -> None:
    """Takes off the annotations of what stands inside a link: they repeat it, and are not tagged as links."""
    for page in document.pages:
        page.links = [link for link in page.links if getattr(link[3], "element_tag", None) == "a"]


def finisher(properties: Mapping[str, str]) -> Callable[[Any, Any], None]:
    """What `write_pdf(finisher=…)` calls last: writes XMP with both conformance marks and the paper's properties."""

    def finish(document: Any, pdf: Any) -> None:
        stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        stream.stream = [xmp(document, properties)]
        stream.compress = False
        stream.extra.pop("Filter", None)
        if "AF" in pdf.catalog:  # WeasyPrint names each attachment twice
            pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))

    return finish


def xmp(document: Any, properties: Mapping[str, str]) -> bytes:
    """The metadata packet; PDF/A wants each schema that it does not know described in an extension schema."""
    rdf: str = document.metadata.generate_rdf_metadata("a", 3, "A").decode()
    ua = [("part", "Integer", "internal", "Part of ISO 14289")]
    schemas = _schema("PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", ua)
    extra = _description("pdfuaid", "http://www.aiim.org/pdfua/ns/id/", {"part": "1"})
    if properties:
        own = [(name, "Text", "external", name) for name in properties]
        schemas += _schema("Papers of the consortium platform", NAMESPACE, "paper", own)
        extra += _description("paper", NAMESPACE, properties)
    extra += (
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        f"<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    )
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        + rdf.replace("</rdf:RDF>", extra + "</rdf:RDF>")
        + '</x:xmpmeta>\n<?xpacket end="r"?>'
    )
    return packet.encode()


def _description(prefix: str, namespace: str, values: Mapping[str, str]) -> str:
    inner = "".join(f"<{prefix}:{name}>{escape(text)}</{prefix}:{name}>" for name, text in values.items())
    return f'<rdf:Description rdf:about="" xmlns:{prefix}="{namespace}">{inner}</rdf:Description>'


def _schema(title: str, namespace: str, prefix: str, properties: list[tuple[str, str, str, str]]) -> str:
    listed = "".join(
        '<rdf:li rdf:parseType="Resource">'
        + "".join(
            f"<pdfaProperty:{part}>{text}</pdfaProperty:{part}>"
            for part, text in zip(("name", "valueType", "category", "description"), described, strict=True)
        )
        + "</rdf:li>"
        for described in properties
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{title}</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI><pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{listed}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
