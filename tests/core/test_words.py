"""Lazy sentences."""

from __future__ import annotations

import copy
import json
import pickle
from types import SimpleNamespace

import jinja2
import pytest

from consortium.core import words
from consortium.core.words import Lazy, _l, _ln, plain


@pytest.fixture
def chinese():
    before = words.translate, words.translate_number, words.language, words.reading_in
    book = {
        "%(count)s firms in %(place)s.": "%(place)s有%(count)s家企业。",
        "here": "本地",
        "<b>": "<粗>",
        "one": "一",
        "%(num)s files": "%(num)s个文件",
    }
    words.speak_with(
        lambda message, values: words.fill(book.get(message, message), values),
        lambda one, many, number, values: words.fill(book.get(many, many), values),
        lambda: "zh_Hans",
    )
    yield
    words.speak_with(*before)


def sentence() -> Lazy:
    return _l("%(count)s firms in %(place)s.", count=3, place=_l("here"))


def test_english_without_a_translator() -> None:
    assert str(sentence()) == "3 firms in here."
    assert str(_l("100 %")) == "100 %"
    assert str(_ln("one file", "%(num)s files", 1)) == "one file"
    assert str(_ln("one file", "%(num)s files", 2)) == "2 files"


def test_translated_when_shown(chinese: None) -> None:
    text = sentence()
    assert f"{text}" == str(text) == "here有3家企业。".replace("here", "本地")
    assert text.english == "3 firms in here."
    assert str(_ln("one file", "%(num)s files", 2)) == "2个文件"


def test_what_is_written_down_is_read_in_every_language(chinese: None) -> None:
    for said in (sentence(), _ln("one file", "%(num)s files", 2, place=_ln("one", "%(num)s files", 3)), _l("")):
        again = words.read(words.written(said, 1000))
        assert isinstance(again, Lazy)
        assert (str(again), again.english) == (str(said), said.english)
    for text in ("as it was said", "", '{"message": "no end', '{"message": 3, "more": 4}'):
        assert words.read(words.written(text, 1000)) == text


def test_what_is_written_down_has_its_room() -> None:
    long = _l("%(count)s firms in %(place)s.", count=3, place="山" * 2000)
    again = words.read(words.written(long, 1000))
    assert isinstance(again, Lazy) and again.english.startswith("3 firms in 山山") and again.english.endswith("….")
    for most in (10, 40, 200, 1000):
        assert len(words.written(long, most)) <= most
        assert len(words.written("x" * 2000, most)) == most
    assert words.written(long, 10) == "3 firms in"[:10]


def test_in_jinja(chinese: None) -> None:
    template = jinja2.Environment(autoescape=True).from_string(
        "{{ x }} {{ [x, x]|join('-') }} {{ x ~ 1 }} {{ 'a%s'|format(x) }}"
    )
    assert template.render(x=_l("<b>")) == "&lt;粗&gt; &lt;粗&gt;-&lt;粗&gt; &lt;粗&gt;1 a<粗>".replace(
        "a<粗>", "a&lt;粗&gt;"
    )


def test_survives_pickle_copy_and_json() -> None:
    assert pickle.loads(pickle.dumps(sentence())) == sentence()
    assert copy.deepcopy(sentence()) == sentence()
    assert json.dumps({"error": sentence()}, default=plain) == '{"error": "3 firms in here."}'
    with pytest.raises(TypeError):
        json.dumps({"x": object()}, default=plain)


def test_behaves_like_text() -> None:
    text = _l("abc")
    assert text == "abc"
    assert text.upper() == "ABC"
    assert "b" in text
    assert text + "d" == "abcd"
    assert "x" + text == "xabc"
    assert len(text) == 3
    assert min([_l("b"), _l("a")]) == "a"


def test_a_name_in_both_languages_is_read_in_the_readers_one(request: pytest.FixtureRequest) -> None:
    row = SimpleNamespace(title="1.2 100% 外延", title_zh="100% 外延", title_en="100% epitaxy")
    sentence = _l("here: %(name)s", name=words.called(row))
    kept = json.loads(json.dumps(words.kept(sentence.values, str)))
    again = words.read(words.written(sentence, 600))
    assert isinstance(again, Lazy) and again == sentence
    assert sentence.english == str(sentence) == words.again("here: %(name)s", kept) == "here: 1.2 100% epitaxy"
    assert pickle.loads(pickle.dumps(sentence)) == copy.copy(sentence) == sentence
    request.getfixturevalue("chinese")
    assert str(sentence) == str(again) == words.again("here: %(name)s", kept) == "here: 1.2 100% 外延"
    assert sentence.english == "here: 1.2 100% epitaxy"


def test_a_name_in_one_language_is_that_name(chinese: None) -> None:
    for row in (SimpleNamespace(title="外延", title_zh="外延", title_en=""), "外延"):
        assert words.called(row) == "外延"
    assert words.called(SimpleNamespace(title=_l("here"))) == "本地"
    assert str(words.Name("", "epitaxy")) == "epitaxy" and words.Name("外延", "").english == "外延"
