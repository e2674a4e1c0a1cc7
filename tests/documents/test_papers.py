"""What both papers are: complete, readable, with their facts inside, and the same bytes everywhere."""

import hashlib
import json
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from consortium.documents.pdf import Rendered, Renderer, canonical, facts_hash
from consortium.documents.typesetting import runs, short, tongues
from tests.documents import samples

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
# makes both papers in a process whose clock stands in another century
ELSEWHERE = """
import datetime, sys, time
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return cls(2077, 1, 2, 3, 4, 5, tzinfo=tz)
    @classmethod
    def utcnow(cls): return cls(2077, 1, 2, 3, 4, 5)
    today = utcnow
datetime.datetime = Later
time.time = lambda: 3376684800.0
from consortium.documents.pdf import font_configuration
from pathlib import Path
import os, tempfile, hashlib
folder = tempfile.TemporaryDirectory()
os.environ["FONTCONFIG_FILE"] = str(font_configuration(Path(folder.name)))
from consortium.documents.renderer import Limits, Order, Press
from tests.documents import samples
press = Press(Limits())
for facts in (samples.status_report(), samples.agreement()):
    pdf, pages = press.make(Order(template=facts["template"], facts=facts))
    print(facts["id"], hashlib.sha256(pdf).hexdigest())
"""


def text_of(paper: Rendered) -> str:
    """All text of a paper, without the spaces that depend on where lines break."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(BytesIO(paper.pdf)).pages))


@pytest.mark.slow
def test_the_same_facts_give_the_same_bytes_in_any_process(agreement: Rendered, report: Rendered) -> None:
    expected = {"AG-2026-0001": agreement.sha256, "SR-2026-0001": report.sha256}
    for seed, zone in (("0", "Asia/Shanghai"), ("4711", "America/St_Johns")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [sys.executable, "-c", ELSEWHERE],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=True,
        )
        assert dict(line.split() for line in done.stdout.splitlines()) == expected, (seed, zone)


def test_the_order_of_the_facts_does_not_matter_but_each_of_them_does(renderer: Renderer, agreement: Rendered) -> None:
    facts = samples.agreement()
    turned = dict(reversed(facts.items()))
    assert canonical(turned) == canonical(facts)
    assert renderer.render("agreement/1", turned).sha256 == agreement.sha256
    facts["version"] = "2"
    assert renderer.render("agreement/1", facts).sha256 != agreement.sha256
    assert facts_hash(facts) != facts_hash(turned)


@pytest.mark.parametrize("name", ["agreement", "report"])
def test_a_paper_proves_itself(name: str, request: pytest.FixtureRequest) -> None:
    paper: Rendered = request.getfixturevalue(name)
    facts = samples.agreement() if name == "agreement" else samples.status_report()
    assert paper.sha256 == hashlib.sha256(paper.pdf).hexdigest()
    reader = PdfReader(BytesIO(paper.pdf))
    attached = reader.attachments["facts.json"][0]
    assert attached == canonical(facts)
    assert json.loads(attached) == facts
    files = reader.trailer["/Root"]["/AF"]
    assert [file.get_object()["/AFRelationship"] for file in files] == ["/Source" if name == "agreement" else "/Data"]
    packet = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    for words in (facts["id"], facts["chain_head"], facts_hash(facts), facts["cutoff"], facts["template"]):
        assert words in packet
    text = text_of(paper)
    assert facts["verify_url"] in text
    assert facts_hash(facts) in text
    assert facts["chain_head"] in text


@pytest.mark.parametrize("name", ["agreement", "report"])
def test_every_page_says_what_it_belongs_to(name: str, request: pytest.FixtureRequest) -> None:
    paper: Rendered = request.getfixturevalue(name)
    facts = samples.agreement() if name == "agreement" else samples.status_report()
    pages = PdfReader(BytesIO(paper.pdf)).pages
    assert len(pages) == paper.pages
    for number, page in enumerate(pages, 1):
        text = re.sub(r"\s+", "", page.extract_text())
        foot = (
            f"{facts['id']}·v1·数据读取recordsread2026-11-2208:00UTC·SHA-256{short(facts_hash(facts)).replace(' ', '')}"
        )
        assert foot in text, number
        assert f"第{number}/{paper.pages}页" in text, number


@pytest.mark.parametrize("name", ["agreement", "report"])
def test_all_fonts_are_embedded_subsets(name: str, request: pytest.FixtureRequest) -> None:
    paper: Rendered = request.getfixturevalue(name)
    reader = PdfReader(BytesIO(paper.pdf))
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[font.get_object()["/BaseFont"]] = descendant["/FontDescriptor"].get_object()
    assert len(fonts) > 5
    for base, descriptor in fonts.items():
        assert re.match(r"/[A-Z]{6}\+", base), base
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), base


def test_the_words_of_an_agreement_can_be_read_out(agreement: Rendered) -> None:
    facts, text = samples.agreement(), text_of(agreement)
    for party in facts["parties"]:
        for words in (*party["name"].values(), party["code"], party["contribution_capitals"], party["tasks"]["zh"]):
            assert words.replace(" ", "") in text
    assert "第十二条" in text
    assert facts["total_capitals"] in text
    # ends of hyphenated lines aside, every paragraph is there
    for clause in facts["clauses"]:
        for paragraph in clause["paragraphs"]:
            assert paragraph["zh"].replace(" ", "") in text


def test_the_contents_name_the_pages_where_things_are(agreement: Rendered) -> None:
    pages = [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(BytesIO(agreement.pdf)).pages]
    contents = pages[1]
    for clause in samples.agreement()["clauses"]:
        title = clause["title"]["en"].replace(" ", "")
        listed = int(re.search(re.escape(title) + r"(\d+)", contents).group(1))
        assert title in pages[listed - 1], title


def test_the_figures_of_a_report_are_those_of_its_facts(report: Rendered) -> None:
    facts, text = samples.status_report(), text_of(report)
    for figure in facts["figures"]:
        assert f"{figure['value']}{figure['unit']}".replace(" ", "") in text
    for line in facts["money"]:
        assert f"{int(line['planned'].split('.')[0]):,}.00" in text
    for milestone in facts["milestones"]:
        assert milestone["title"]["zh"] in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["agreement", "status_report"])
def test_a_paper_in_one_language(renderer: Renderer, kind: str, language: str) -> None:
    facts = getattr(samples, kind)()
    facts["language"] = language
    reader = PdfReader(BytesIO(renderer.render(facts["template"], facts).pdf))
    assert reader.trailer["/Root"]["/Lang"] == ("zh-Hans" if language == "zh" else "en")
    text = "".join(page.extract_text() for page in reader.pages)
    assert ("Verification" in text) is (language == "en")
    assert ("如何验证" in text) is (language == "zh")


def test_a_report_about_nothing_yet_can_be_made(renderer: Renderer) -> None:
    facts = samples.status_report()
    facts |= {
        "milestones": [],
        "projects": [],
        "money": [],
        "money_total": "0",
        "evidence": [],
        "narrative": {"zh": "", "en": ""},
    }
    facts["counts"] = dict.fromkeys(facts["counts"], 0)
    assert renderer.render("status_report/2", facts).pages >= 4


def test_an_agreement_of_many_parties_has_them_all(renderer: Renderer) -> None:
    facts = samples.agreement()
    facts["parties"] = [{**facts["parties"][place % 7], "n": place + 1} for place in range(40)]
    facts |= {"projects": [], "bodies": []}
    paper = renderer.render("agreement/1", facts)
    assert "及另外27方" in text_of(paper)


def test_the_leading_language() -> None:
    assert tongues({"language": "both"}) == ("zh", "en")
    assert tongues({"language": "both", "lead_language": "en"}) == ("en", "zh")
    assert tongues({"language": "en"}) == ("en",)
    assert runs({"zh": "", "en": "only"}, ("zh",)) == [("en", "only")]
    assert runs({"zh": "SAME", "en": "SAME"}, ("zh", "en")) == [("zh-Hans", "SAME")]
    assert runs(None, ("zh",)) == []
