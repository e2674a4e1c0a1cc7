"""What people of the demonstration ask and tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from consortium.demo.changing import WORK
from consortium.discussions import services


@dataclass(frozen=True)
class Talk:
    """A thread about a thing (`goal` by its place, `node`, `piece`, `measure` by their numbers, `wish` by its key).

    `asked` and `until` make it a question; what follows are day, person, words; `closed` is the day on which who began it closed it.
    """

    work: str
    about: tuple[str, str]
    day: str
    who: str
    words: str
    asked: str = ""
    until: str = ""
    more: tuple[tuple[str, str, str], ...] = ()
    closed: str = ""


TALKS = (
    Talk("mosfet", ("goal", "5"), "2026-10-14", "coordinator", "双面散热封装热阻退回后，补充样品计划什么时候给出？\nBy when will there be a plan for more samples?", "yizhou", "2026-10-28"),
    Talk("substrate", ("goal", "7"), "2026-10-20", "expert", "第 23 炉样锭的切片位置是否覆盖头、中、尾三段？\nDo the slices of boule 23 cover its head, middle and tail?", "lishi", "2026-10-30",
         (("2026-10-23", "member", "三段各取 4 片，切片图已随交付物 D1.2 提交。\nFour slices of each; the drawing is part of D1.2."),
          ("2026-10-26", "expert", "收到，数据可以使用。Thank you, that will do."))),
    Talk("substrate", ("node", "3.2"), "2026-11-06", "member2", "厚膜首批不均匀性 3.6%，主要来自边缘 5 毫米。@钱若谷 中试线能否先给 5 片倒角加大的样片？\nThe edge is the problem; could the pilot line send five wafers with a wider bevel?",
         more=(("2026-11-09", "qian.ruogu", "可以，11 月 20 日前寄出。@沈知夏 请注明倒角角度。\nYes, by 20 November; please state the angle."), ("2026-11-10", "member2", "22 度，谢谢。22 degrees, thank you."))),
    Talk("substrate", ("measure", "K2"), "2026-11-08", "coordinator", "@沈知夏 该指标未达到中期值，请在月度填报中说明纠正措施。\nThe value at mid-term is missed; please say in the log what is done about it."),
    Talk("substrate", ("wish", "atlas"), "2026-11-14", "coordinator", "延期是否影响课题 3 的缺陷控制任务？\nWould the delay touch the control of killer defects?", "taihu", "2026-12-02"),
    Talk("inverter", ("piece", "D1.2"), "2026-10-21", "coordinator", "数据集请补充采样频率和传感器型号。\nPlease add the sampling rate and the types of sensors.",
         more=(("2026-10-22", "cheng.yuan", "已在说明页补充。Added on the first page."),), closed="2026-10-24"),
    Talk("kernel", ("node", "T2.2"), "2026-11-11", "zhang.nianchu", "顺序功能图的时钟源是否改用内核高精度定时器？@梁思齐\nShould sequential charts use the kernel's precise timer?",
         more=(("2026-11-12", "coordinator2", "同意，接口按 D1.1 第 4 章。Agreed, by chapter 4 of D1.1."),)),
    Talk("kernel", ("piece", "D1.3"), "2026-11-18", "coordinator2", "退回意见中的版本说明何时补齐？\nWhen will the notes on the release be complete?", "qingxi", "2026-11-30"),
    Talk("kiln", ("goal", "3"), "2026-10-09", "coordinator2", "停窑窗口推迟后，新的切换日期是哪一天？\nOn which day is the first kiln switched over now?", "hedu", "2026-10-16"),
    Talk("machine", ("node", "2.2"), "2026-11-09", "coordinator3", "丝杠对比试验已逾期，请锦岑部件说明原因和新的完成时间。\nThe comparison of ball screws is late; please say why, and by when it will be done.", "jincen", "2026-11-26"),
)  # fmt: skip


def plan(story: Any) -> None:
    """Put all talk into the story."""
    for place, talk in enumerate(TALKS):
        story.on(talk.day, partial(_begin, story, place, talk))
        for day, who, words in talk.more:
            story.on(day, partial(_go_on, story, place, who, words))
        if talk.closed:
            story.on(talk.closed, partial(_close, story, place, talk))


def _begin(story: Any, place: int, talk: Talk) -> None:
    who, thing = story.made["person", talk.who], _thing(story, talk)
    if talk.asked:
        firm, until = story.made["firm", talk.asked], date.fromisoformat(talk.until)
        story.made["talk", place] = services.ask(who, thing, words=talk.words, asked=firm, due_on=until)
    else:
        story.made["talk", place] = services.say(who, thing, words=talk.words)


def _go_on(story: Any, place: int, who: str, words: str) -> None:
    services.answer(story.made["person", who], story.made["talk", place], words=words)


def _close(story: Any, place: int, talk: Talk) -> None:
    services.move(story.made["person", talk.who], story.made["talk", place], "close")


def _thing(story: Any, talk: Talk) -> Any:
    work, (kind, name) = WORK[talk.work], talk.about
    if kind == "goal":
        return story.made["goal", (work.zh, work.goals[int(name) - 1].zh)]
    return story.made[kind, name if kind == "wish" else (work.key, name)]
