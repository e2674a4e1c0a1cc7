"""Builds the fonts of the papers into static/print/fonts, from packages under the Open Font License; run at set-up."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import uharfbuzz as hb
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "static" / "print" / "fonts"
NODE_MODULES = ROOT / "node_modules"
RECIPE = 3  # to be raised when this file makes other bytes from the same sources
STAMP = "fonts.json"

FEATURES = ("kern", "liga", "locl", "palt", "halt", "ccmp", "mark", "mkmk", "calt", "chws", "vchw")
WEIGHTS = {"Light": 300, "Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}


@dataclass(frozen=True)
class Face:
    """One static font: its family and style, the file that it comes from, and what is kept of it."""

    family: str
    style: str
    source: str
    axes: tuple[tuple[str, float], ...] = ()
    keep: str = "all"

    @property
    def name(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style.replace(' ', '')}"

    @property
    def weight(self) -> int:
        return WEIGHTS.get(self.style.split()[0], 400)

    @property
    def italic(self) -> bool:
        return self.style.endswith("Italic")


def faces() -> Iterator[Face]:
    """Every font that a paper can use; the Regular Chinese faces keep all characters, for the names of people and firms."""
    serif = "fontpkg_source_serif_4:SourceSerif4[opsz,wght].ttf"
    italic = "fontpkg_source_serif_4:SourceSerif4-Italic[opsz,wght].ttf"
    inter = "fontpkg_inter:Inter[opsz,wght].ttf"
    for style in ("Regular", "SemiBold", "Bold"):
        yield Face("Source Serif 4", style, serif, (("opsz", 11), ("wght", WEIGHTS[style])))
    yield Face("Source Serif 4", "Italic", italic, (("opsz", 11), ("wght", 400)))
    for style in ("Light", "Regular"):
        yield Face("Source Serif 4 Display", style, serif, (("opsz", 48), ("wght", WEIGHTS[style])))
    for style in ("Regular", "Medium", "SemiBold", "Bold"):
        yield Face("Inter", style, inter, (("opsz", 14), ("wght", WEIGHTS[style])))
    for style in ("Light", "SemiBold"):
        yield Face("Inter Display", style, inter, (("opsz", 32), ("wght", WEIGHTS[style])))
    for family, package in (("Noto Serif SC", "noto-serif-sc"), ("Noto Sans SC", "noto-sans-sc")):
        for style in ("Light", "Regular", "Medium", "SemiBold", "Bold"):
            file = f"{WEIGHTS[style]}{style}/{family.replace(' ', '')}_{WEIGHTS[style]}{style}.ttf"
            keep = "all" if style == "Regular" else "common"
            yield Face(family, style, f"@expo-google-fonts/{package}/{file}", keep=keep)


def source_path(face: Face, node_modules: Path = NODE_MODULES) -> Path:
    """Where the font that `face` is made from lies; raises FileNotFoundError with what to install."""
    if face.source.startswith("@"):
        path = node_modules / face.source
        remedy = "npm ci --ignore-scripts"
    else:
        package, file = face.source.split(":")
        try:
            path = Path(str(files(package))) / "files" / file
        except ModuleNotFoundError:
            path = Path(package)
        remedy = "pip install -r requirements.txt"
    if not path.is_file():
        raise FileNotFoundError(f"The font {face.name} needs {face.source}; install it with: {remedy}")
    return path


@cache
def common_characters() -> frozenset[int]:
    """GB 2312, the common part of Big5, and the signs and letters that papers use, as code points."""
    ranges = (
        (0x20, 0x7F), (0xA0, 0x180), (0x2000, 0x2070), (0x20A0, 0x20C1), (0x2100, 0x2300), (0x2460, 0x2700),
        (0x3000, 0x3100), (0x3200, 0x3400), (0xFF00, 0xFFF0),
    )  # fmt: skip
    characters = {code for start, end in ranges for code in range(start, end)}
    for code in range(0x4E00, 0xA000):
        big5 = chr(code).encode("big5", "ignore")
        if chr(code).encode("gb2312", "ignore") or (big5 and 0xA4 <= big5[0] <= 0xC6):
            characters.add(code)
    return frozenset(characters)


def static_instance(face: Face, content: bytes) -> bytes:
    """A static, unhinted font that holds what `face` keeps, under the name of its family."""
    source = hb.Face(hb.Blob(content))
    wanted = hb.SubsetInput()
    if face.keep == "all":
        wanted.keep_everything()
    else:
        wanted.unicode_set.update(common_characters() & set(source.unicodes))
        wanted.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in FEATURES)
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    for tag, value in face.axes:
        wanted.pin_axis_location(source, tag, value)
    return _renamed(face, wanted.subset(source).blob.data)


def _renamed(face: Face, content: bytes) -> bytes:
    font = TTFont(BytesIO(content), recalcTimestamp=False)
    table = cast(Any, font["name"])
    for record in list(table.names):
        if record.nameID in (1, 2, 3, 4, 6, 16, 17, 21, 22, 25):
            table.removeNames(nameID=record.nameID)
    ribbi = face.style in ("Regular", "Bold", "Italic", "Bold Italic")
    names = {
        1: face.family if ribbi else f"{face.family} {face.style}",
        2: face.style if ribbi else "Regular",
        3: face.name,
        4: f"{face.family} {face.style}",
        6: face.name,
    }
    if not ribbi:
        names |= {16: face.family, 17: face.style}
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    metrics, head = cast(Any, font["OS/2"]), cast(Any, font["head"])
    metrics.usWeightClass = face.weight
    bold = face.weight == 700
    metrics.fsSelection &= ~0b1100001
    metrics.fsSelection |= face.italic | bold << 5 | (not face.italic and not bold) << 6
    head.macStyle = bold | face.italic << 1
    for tag in ("STAT", "avar", "MVAR", "HVAR", "DSIG"):
        if tag in font:
            del font[tag]
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def build(node_modules: Path = NODE_MODULES, folder: Path = FOLDER) -> list[Path]:
    """Makes the fonts that are missing or older than their sources, and answers the files made."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / STAMP
    known = json.loads(stamp.read_text("utf-8")) if stamp.is_file() else {}
    now: dict[str, object] = {}
    made: list[Path] = []
    for face in faces():
        source = source_path(face, node_modules)
        target = folder / f"{face.name}.ttf"
        now[face.name] = {**json.loads(json.dumps(asdict(face))), "bytes": source.stat().st_size, "recipe": RECIPE}
        if known.get(face.name) == now[face.name] and target.is_file():
            continue
        part = target.with_suffix(".part")
        part.write_bytes(static_instance(face, source.read_bytes()))
        part.replace(target)
        made.append(target)
    for stranger in set(folder.glob("*.ttf")) - {folder / f"{name}.ttf" for name in now}:
        stranger.unlink()
    if made or known != now:
        stamp.write_text(json.dumps(now, indent=1, sort_keys=True), "utf-8")
    return made


def main() -> int:
    """Builds, and says what was done."""
    try:
        made = build()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Print fonts: {len(made)} made, {sum(1 for _ in faces())} in all.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
