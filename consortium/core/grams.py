"""Search in Chinese: texts become pairs of characters, and queries phrases of such pairs.

`碳化硅 SiC` is indexed as `碳化 化硅 硅 sic`. The grams go into FTS5 (`tokenize="unicode61 remove_diacritics 0"`) and
`to_tsvector('simple', …)`, and both give the same answers, since nothing but plain letters and digits reaches them.
"""

from __future__ import annotations

import re
import unicodedata

MOST_TERMS = 12
MOST_QUERY = 200
LONGEST_WORD = 60
# Han, kana and hangul are written without spaces. Ends are those of Unicode 6.1, which FTS5 knows.
UNSPACED = "\u3041-\u3096\u30a1-\u30fa\u3400-\u4db5\u4e00-\u9fcc\uac00-\ud7a3"
LETTERS = "a-z\u00df-\u00f6\u00f8-\u024f\u03b1-\u03c9\u0430-\u045f"
# Digits are parted from letters, since PostgreSQL reads 1e5 as a number where it stands in a word.
RUN = re.compile(f"([{UNSPACED}]+)|([{LETTERS}]+|[0-9]+)")
SAFE = re.compile(f"[{UNSPACED}{LETTERS}0-9]")
SPELLED = str.maketrans("0123456789", "ghijklmnop")


def grams(text: str) -> str:
    """What is indexed for a text."""
    return " ".join(gram for term in terms(text) for gram in split(term, ended=True))


def fts5_query(text: str) -> str:
    """What is asked of FTS5 by MATCH; the last gram of each term is matched from its beginning, nothing finds nothing."""
    # An empty phrase finds nothing; an empty query would be a syntax error.
    return " AND ".join(f'"{" ".join(phrase)}" *' for phrase in phrases(text)) or '""'


def tsquery(text: str) -> str:
    """What is asked of PostgreSQL by `to_tsquery('simple', …)`; "" finds nothing."""
    return " & ".join("(" + " <-> ".join(f"'{gram}'" for gram in phrase) + ":*)" for phrase in phrases(text))


def phrases(text: str) -> list[list[str]]:
    """The grams of each term of a query; all terms have to be found, in any order."""
    found = [split(term, ended=False) for term in terms(text[:MOST_QUERY])]
    return [list(phrase) for phrase in dict.fromkeys(map(tuple, found))][:MOST_TERMS]


def terms(text: str) -> list[str]:
    """Runs of letters and digits, folded: wide and narrow, capital and small, accents."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not "\u0300" <= c <= "\u036f")
    return "".join(plain(character) for character in unicodedata.normalize("NFC", bare)).split()


def plain(character: str) -> str:
    """The character, a space for what is neither letter nor digit, and its number in letters for rare letters."""
    if SAFE.match(character):
        return character
    return f"u{ord(character):x}".translate(SPELLED) if unicodedata.category(character)[0] in "LN" else " "


def split(term: str, *, ended: bool) -> list[str]:
    """The grams of a term; `ended` says that the term's last character begins a gram of its own."""
    found: list[str] = []
    for run in RUN.finditer(term):
        characters, word = run.groups()
        if word:
            found.append(word[:LONGEST_WORD])
            continue
        found += [characters[i : i + 2] for i in range(len(characters) - 1)]
        # A lone last character stands for all that begins with it; inside a term it says that the run ends here.
        if ended or run.end() < len(term) or len(characters) == 1:
            found.append(characters[-1])
    return found
