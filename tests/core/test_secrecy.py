"""Files that declare themselves secret are refused, and ordinary words are not taken for marks."""

import io
import zipfile
import zlib

import pikepdf
import pytest

from consortium.core.errors import Refused
from consortium.core.secrecy import mark_in, mark_in_name
from consortium.core.uploads import examine

MARKED = ("机密★1年", "秘密 ★ 长期", "绝 密★", "密级：秘密", "密 级: 【机密】", "密级　涉密", "【机密】\n关于……的报告", "机 密\n关于研制的报告", "编号 7\n\n国家秘密\n正文",
          "本文件属于国家秘密，不得外传。", "内容涉及国家机密，注意保管")  # fmt: skip
ORDINARY = ("商业秘密保护制度", "保密协议", "双方应当保守商业机密", "本文件不涉及国家秘密。", "严禁上传含有国家秘密的文件", "是否涉及国家秘密：否", "保守国家秘密法实施条例", "密级：内部",
            "密级：公开", "内部资料 注意保存", "成功的秘密", "机密性、完整性、可用性", "该模块负责机密计算★★★", "【商业秘密】", "秘密花园\n第一章")  # fmt: skip


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_is_found(text: str) -> None:
    assert mark_in(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_word_is_no_mark(text: str) -> None:
    assert mark_in(text) is None


@pytest.mark.parametrize(
    "name",
    [
        "【绝密】方案.pdf",
        "机密-测试报告.docx",
        "机密.txt",
        "报告（秘密）.xlsx",
        "报告_机密.pdf",
        "涉密 清单.csv",
        "机密★1年.pdf",
        "方案 密级：秘密.txt",
    ],
)
def test_a_name_with_a_mark_is_refused(name: str) -> None:
    assert mark_in_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "商业秘密清单.pdf",
        "保密协议.docx",
        "非涉密声明.pdf",
        "不涉密证明.txt",
        "机密计算白皮书.pdf",
        "秘密花园.txt",
        "内部资料.pdf",
    ],
)
def test_an_ordinary_name_is_taken(name: str) -> None:
    assert mark_in_name(name) is None


def packed(**parts: str) -> io.BytesIO:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held


WORD = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:p><w:r><w:t>报告</w:t></w:r></w:p>"}
SHEET = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}
SPLIT = "<w:p><w:r><w:t>机</w:t></w:r><w:r><w:t>密★</w:t></w:r></w:p>"


def pdf(title: str = "", content: bytes = b"", plain: bool = True) -> io.BytesIO:
    held = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    if title:
        document.docinfo["/Title"] = title
    if content:
        document.pages[0].Contents = document.make_stream(content)
    mode = pikepdf.ObjectStreamMode.disable if plain else pikepdf.ObjectStreamMode.generate
    document.save(held, object_stream_mode=mode, compress_streams=True)
    return held


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a.txt", io.BytesIO("机密★1年\n正文".encode())),
        ("a.txt", io.BytesIO("机密★1年\n正文".encode("utf-16"))),
        ("a.csv", io.BytesIO("密级：秘密,甲,乙\n".encode("gb18030"))),
        ("a.docx", packed(**{**WORD, "word/document.xml": SPLIT})),
        ("a.docx", packed(**WORD, **{"word/header1.xml": "<w:p><w:t>秘密★</w:t></w:p>"})),
        ("a.docx", packed(**WORD, **{"docProps/core.xml": "<dc:title>【机密】方案</dc:title>"})),
        ("a.xlsx", packed(**SHEET, **{"xl/sharedStrings.xml": "<si><t>密级：机密</t></si>"})),
        ("a.xlsx", packed(**SHEET, **{"xl/worksheets/sheet1.xml": "<c><is><t>&#x7EDD;密★</t></is></c>"})),
        ("a.zip", packed(**{"夹/机密-方案.txt": "x"})),
        ("a.pdf", pdf("机密★ 测试报告")),
        ("a.pdf", pdf("机密★ 测试报告", plain=False)),
        ("a.pdf", pdf(content=b"BT <" + "密级：秘密".encode("utf-16-be").hex().encode() + b"> Tj ET")),
    ],
)  # fmt: skip
def test_a_file_that_declares_itself_secret_is_refused_by_its_mark(name: str, file: io.BytesIO) -> None:
    with pytest.raises(Refused, match="secrecy mark") as refused:
        examine(name, file)
    assert any(grade in str(refused.value.message) for grade in ("绝密", "机密", "秘密"))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("商业秘密清单.txt", io.BytesIO("商业秘密与保密协议\n不涉及国家秘密".encode())),
        ("a.docx", packed(**{**WORD, "word/document.xml": "<w:p><w:t>保守商业秘密</w:t></w:p><w:p><w:t>机密性</w:t></w:p>"})),
        ("a.xlsx", packed(**SHEET, **{"xl/sharedStrings.xml": "<si><t>密级：内部</t></si>"})),
        ("a.pdf", pdf("商业秘密保护制度")),
        ("a.pdf", pdf(content=zlib.compress(b"nothing") + "机密性".encode("utf-16-be"))),
    ],
)  # fmt: skip
def test_a_file_with_ordinary_words_is_taken(name: str, file: io.BytesIO) -> None:
    assert examine(name, file).size


def test_the_file_stands_at_its_beginning_afterwards() -> None:
    assert examine("a.txt", io.BytesIO("正文".encode())).file.tell() == 0


def test_a_broken_packing_is_no_mark() -> None:
    held = pdf("报告").getvalue() + b"\nstream\n" + b"\x78\x9c broken" + b"<673A5BC"
    assert examine("a.pdf", io.BytesIO(held)).kind == "pdf"
