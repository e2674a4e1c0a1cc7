"""What members of the demonstration hand in: notes, and small files that are made here, the same each time."""

from __future__ import annotations

import io
import zlib

from consortium.core import uploads
from consortium.core.uploads import Upload
from consortium.demo.projects import Goal

NOTES = {
    "design": "“{zh}”已完成。设计文件经内部三级评审，遗留问题全部闭环，评审记录见附件。"
    "The documents passed three internal reviews; no open point remains.",
    "test": "“{zh}”已达到任务书指标。样品由具备资质的机构检测，结果与原始数据见附件。"
    "Samples were tested by an accredited body; results and raw data are attached.",
    "proto": "“{zh}”已完成。样件经现场清点与复测，移交手续齐备，记录见附件。"
    "The samples were counted, measured again and handed over; the record is attached.",
    "site": "“{zh}”已完成。用户现场运行数据经双方确认，异常均已说明，见附件。"
    "Both sides confirmed the data from the site; every irregularity is explained.",
    "review": "“{zh}”已完成。专家评审认为方法正确、数据可信，意见见附件。"
    "The reviewers found the method sound and the data credible.",
}
AGAIN = "按退回意见补充了数据与说明后再次提交。Handed in again with the data that were asked for."
REASONS = {
    "design": "缺少接口变更影响分析，请补充后重新提交。The effects of the changed interfaces are not analysed yet.",
    "test": "检测报告未注明样品批次，且仅有 3 个样品，达不到任务书约定的 10 个。The report names no batch, and three samples are not the ten agreed.",
    "proto": "移交记录缺少接收方签章，签名验证失败场景未覆盖。The receiver's seal is missing, and failing signatures were not tried.",
    "site": "运行数据中有 36 小时空缺，请说明原因。The data have a gap of 36 hours; please explain it.",
    "review": "评审组未包含用户单位专家，请补充意见。The reviewers included nobody from a user; please add an opinion.",
}
VERIFIED = "已核对附件与现场情况，与上报一致，建议通过。Compared with the files and on site: in line with the report."
ACCEPTED = "材料齐全，指标达到要求，同意通过。Complete, and the measures are met."
WAIVED = "示范场景已不再使用旧系统，理事会同意取消该项。The demonstration no longer uses the old system; the council agreed to let it go."


def note(goal: Goal, again: bool) -> str:
    """What the member writes when it reports, the first time or again."""
    return (AGAIN + "\n" if again else "") + NOTES[goal.means].format(zh=goal.zh)


def files(goal: Goal, number: int, again: bool) -> list[Upload]:
    """The evidence of a milestone: always a note as text, with figures (csv) or a report (pdf) depending on its means."""
    made = [("summary.txt", summary(goal).encode())]
    if goal.means in ("test", "site"):
        made.append(
            (f"measurements-{number:02d}{'-b' if again else ''}.csv", figures(number + 100 * again).encode("utf-8-sig"))
        )
    if goal.means in ("test", "review", "design"):
        made.append(
            (
                f"report-{number:02d}{'-b' if again else ''}.pdf",
                small_pdf(["Demonstration: invented content", goal.en, f"Report {number:02d}"]),
            )
        )
    return [uploads.examine(name, io.BytesIO(content)) for name, content in made]


def summary(goal: Goal) -> str:
    """A page of text."""
    return f"{goal.zh}\n{goal.en}\n\n演示数据，内容为虚构。Demonstration: the content is invented.\n\n到期 Due: {goal.due}\n权重 Weight: {goal.weight}\n"


def figures(seed: int) -> str:
    """A small table of measurements that look measured: whole thousandths that follow from the seed."""
    lines = ["sample,value_thousandths,limit_thousandths,passed"]
    for sample in range(1, 13):
        value = 700 + zlib.crc32(f"{seed}-{sample}".encode()) % 280
        lines.append(f"S{sample:02d},{value},1000,yes")
    return "\n".join(lines) + "\n"


def small_pdf(lines: list[str]) -> bytes:
    """A PDF of one page with lines of plain English, written by hand so that no engine is needed."""
    shown = " ".join(f"({_escaped(line)}) Tj T*" for line in lines)
    text = f"BT /F1 14 Tf 24 TL 60 760 Td {shown} ET".encode("ascii", "replace")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return bytes(content)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
