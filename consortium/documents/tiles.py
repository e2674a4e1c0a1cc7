"""The provinces as tiles: a scheme in which each has the same room, and no map, so no borders are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from consortium.documents.drawing import Number, box, brief, fill, frame, text

# first two digits of GB/T 2260 -> column, row, one-character name, name in Chinese, name in English
PROVINCES: dict[str, tuple[int, int, str, str, str]] = {
    "23": (9, 0, "黑", "黑龙江", "Heilongjiang"), "15": (6, 1, "蒙", "内蒙古", "Inner Mongolia"),
    "22": (9, 1, "吉", "吉林", "Jilin"), "65": (0, 2, "新", "新疆", "Xinjiang"), "62": (3, 2, "甘", "甘肃", "Gansu"),
    "64": (4, 2, "宁", "宁夏", "Ningxia"), "14": (6, 2, "晋", "山西", "Shanxi"), "13": (7, 2, "冀", "河北", "Hebei"),
    "11": (8, 2, "京", "北京", "Beijing"), "21": (9, 2, "辽", "辽宁", "Liaoning"), "63": (2, 3, "青", "青海", "Qinghai"),
    "61": (5, 3, "陕", "陕西", "Shaanxi"), "41": (6, 3, "豫", "河南", "Henan"), "37": (7, 3, "鲁", "山东", "Shandong"),
    "12": (8, 3, "津", "天津", "Tianjin"), "54": (1, 4, "藏", "西藏", "Xizang"), "51": (3, 4, "川", "四川", "Sichuan"),
    "50": (4, 4, "渝", "重庆", "Chongqing"), "42": (5, 4, "鄂", "湖北", "Hubei"), "34": (6, 4, "皖", "安徽", "Anhui"),
    "32": (7, 4, "苏", "江苏", "Jiangsu"), "31": (8, 4, "沪", "上海", "Shanghai"), "53": (3, 5, "云", "云南", "Yunnan"),
    "52": (4, 5, "贵", "贵州", "Guizhou"), "43": (5, 5, "湘", "湖南", "Hunan"), "36": (6, 5, "赣", "江西", "Jiangxi"),
    "33": (7, 5, "浙", "浙江", "Zhejiang"), "45": (4, 6, "桂", "广西", "Guangxi"), "44": (5, 6, "粤", "广东", "Guangdong"),
    "35": (6, 6, "闽", "福建", "Fujian"), "71": (8, 6, "台", "台湾", "Taiwan"), "46": (4, 7, "琼", "海南", "Hainan"),
    "82": (5, 7, "澳", "澳门", "Macao"), "81": (6, 7, "港", "香港", "Hong Kong"),
}  # fmt: skip
SIDE = 38.0


def level(value: Number, steps: Sequence[Number]) -> int:
    """0 for nothing, else 1 and one more for each of the steps that is reached, at most 5."""
    return min(5, 1 + sum(value >= step for step in steps)) if value > 0 else 0


def even_steps(values: Mapping[str, Number]) -> list[Number]:
    """Four steps that part the values above 0 into five groups of about one size."""
    known = sorted({value for value in values.values() if value > 0})
    return sorted({known[len(known) * part // 5] for part in range(1, 5)}) if len(known) > 1 else []


def tile_grid(
    title: str, description: str, values: Mapping[str, Number], *, links: Mapping[str, str] | None = None,
    steps: Sequence[Number] | None = None, language: str = "zh", scheme: str = "示意图，非地图 Scheme, not a map",
) -> Markup:  # fmt: skip
    """Values by region code (its first two digits count), darker for more; `links` makes a tile a link."""
    numbers = {code[:2]: value for code, value in values.items()}
    targets = {code[:2]: target for code, target in (links or {}).items()}
    limits = even_steps(numbers) if steps is None else list(steps)
    drawn = []
    for code, (column, row, sign, chinese, english) in sorted(
        PROVINCES.items(), key=lambda item: (item[1][1], item[1][0])
    ):
        value = numbers.get(code, 0)
        grade = level(value, limits)
        x, y, tone = column * SIDE, row * SIDE, "paper" if grade > 3 else "ink"
        name = english if language == "en" else chinese
        tile = f"<title>{name} {brief(value)}</title>" + box(x, y, SIDE - 3, SIDE - 3, fill(f"level-{grade}"), 4)
        tile += text(x + SIDE / 2 - 1.5, y + 16, sign, 12, tone, "middle", 600)
        tile += text(x + SIDE / 2 - 1.5, y + 28, brief(value) if value else "–", 8.5, tone, "middle")
        if code in targets:
            drawn.append(f'<a href="{escape(targets[code])}" aria-label="{name} {brief(value)}">{tile}</a>')
        else:
            drawn.append(f"<g>{tile}</g>")
    width, height = SIDE * 10, SIDE * 8
    drawn.append(text(0, height + 8, scheme, 8, "ink-3"))
    picture = frame(width, height + 14, title, description, "".join(drawn), "chart tile-grid")
    if targets:  # a picture has no links; a group may
        picture = Markup(str(picture).replace('role="img"', 'role="group"', 1))  # noqa: S704 - it was Markup
    return picture
