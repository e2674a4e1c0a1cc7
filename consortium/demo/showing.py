"""Six demonstration applications of the demonstration, each as far as it has come; what was said and measured is invented."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from consortium.core import uploads
from consortium.core.uploads import Upload
from consortium.demo import cast, evidence
from consortium.demo.changing import WORK
from consortium.demonstrations import operating, services, supporting
from consortium.demonstrations.models import ProductKind, Purpose, Recognition, SubsidyStep
from consortium.outputs.models import Direction

SET, BATCH, VERSION = ProductKind.FIRST_SET, ProductKind.FIRST_BATCH, ProductKind.FIRST_VERSION
LEAST, MOST = Direction.AT_LEAST, Direction.AT_MOST


@dataclass(frozen=True)
class Promise:
    """An indicator: names, unit, way, by contract, of what is replaced, and measured by day."""

    zh: str
    en: str
    unit: str
    way: Direction
    contract: str
    reference: str
    measured: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Show:
    """A demonstration: `days` are those of contract, delivery, installation, commissioning and trial, as far as it has come."""

    key: str
    work: str
    maker: str
    zh: str
    en: str
    kind: ProductKind
    level: Recognition
    catalogue: str
    begun: str
    level_at: int
    user: str = ""
    site: str = ""
    region: str = ""
    replaces: str = ""
    matched: str = ""
    contract: str = ""
    price: str = ""
    days: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    hours: tuple[tuple[str, str, str, str], ...] = ()
    failures: tuple[tuple[str, str, str, str, str], ...] = ()
    failed: tuple[str, str] = field(default=("", ""))


SHOWS = (
    Show("inverter", "inverter", "fuye", "800 V 碳化硅主驱逆变器", "800 V silicon carbide traction inverter", SET, Recognition.NATIONAL, "推广应用指导目录：新能源客车电驱系统",
         "2026-03-10", 6, "chengyuan", "扬州澄塬公交三车间", "321000", "进口硅基 IGBT 主驱逆变器", "2026-03-18", "CY-2026-017", "3860000.00",
         ("2026-03-27", "2026-04-20", "2026-05-06", "2026-05-12", "2026-05-18"),
         (Promise("最高效率", "Peak efficiency", "%", LEAST, "98.5", "96.8", (("2026-07-15", "98.4"), ("2026-10-08", "98.7"))),
          Promise("功率密度", "Power density", "kW/L", LEAST, "30", "18", (("2026-10-08", "32.5"),)),
          Promise("百公里电耗", "Consumption for 100 km", "kWh", MOST, "68", "74", (("2026-10-08", "66.9"),))),
         (("2026-05-18", "2026-06-30", "486.50", "21,300 km"), ("2026-07-01", "2026-08-31", "702.00", "30,900 km"), ("2026-09-01", "2026-10-31", "688.50", "30,100 km")),
         (("2026-06-11", "母线电容温度报警，降额运行", "6.50", "冷却液流量标定偏低，已重新标定。Coolant flow was calibrated too low.", "2026-06-11"),
          ("2026-08-19", "旋变信号丢失停机", "14.00", "接插件松动，改用带锁止的型号。A loose connector was replaced by a locking one.", "2026-08-20"))),
    Show("module", "inverter", "jichuan", "1200 V 沟槽栅碳化硅功率模块", "1200 V trench silicon carbide power module", BATCH, Recognition.NATIONAL, "首批次示范目录：第三代半导体",
         "2026-04-08", 6, "fuye", "阜野电驱一号装配线", "340100", "进口 1200 V 碳化硅模块", "2026-04-22", "FY-2026-108", "1240000.00",
         ("2026-05-08", "2026-07-03", "2026-07-20", "2026-07-24", "2026-08-03"),
         (Promise("导通电阻", "On-resistance", "mΩ", MOST, "3.2", "3.4", (("2026-10-20", "3.1"),)), Promise("功率循环次数", "Power cycles", "次", LEAST, "60000", "55000")),
         (("2026-08-03", "2026-09-30", "410.00", "1,180 台"), ("2026-10-01", "2026-10-31", "262.00", "760 台")),
         (("2026-09-17", "一只模块栅极漏电超限", "3.00", "", ""),)),
    Show("controller", "kiln", "hongwei", "陶瓷窑炉智能控制器", "Intelligent controller of ceramic kilns", SET, Recognition.PROVINCIAL, "",
         "2026-05-12", 6, "hedu", "何渡陶瓷二号窑", "440600", "进口分散控制系统", "2026-05-20", "HD-2026-031", "960000.00",
         ("2026-06-01", "2026-06-29", "2026-07-10", "2026-07-15", "2026-07-20"),
         (Promise("单位产品能耗下降", "Less energy for a tile", "%", LEAST, "8", "0", (("2026-10-15", "4.6"),)),),
         (("2026-07-20", "2026-08-31", "930.00", "41 万平方米"), ("2026-09-01", "2026-10-12", "874.00", "38 万平方米")),
         (("2026-08-02", "通信中断，转手动", "5.00", "交换机过热。", "2026-08-02"), ("2026-09-14", "温区三失控停窑", "31.00", "模型在换产时失配。", "2026-09-16"),
          ("2026-10-12", "温区三再次失控", "26.00", "同前，需要重新建模。", "2026-10-14")),
         ("2026-10-26", "节能 4.6%，低于合同的 8%，温区三两次失控。 4.6 % instead of 8 %, and zone three got out of control twice.")),
    Show("audit", "kiln", "pantuo", "工业协议审计软件 V1.0", "Audit of industrial protocols, version 1.0", VERSION, Recognition.NONE, "", "2026-09-09", 6, "luyang",
         "鹭洋中试车间", "440300", "", "2026-09-21", "LY-2026-006", "380000.00", ("2026-10-09",),
         (Promise("协议识别率", "Protocols recognised", "%", LEAST, "99", "92"),)),
    Show("wafer", "substrate", "lishi", "8 英寸导电型碳化硅衬底", "8-inch conductive silicon carbide substrate", BATCH, Recognition.NATIONAL, "首批次示范目录：半导体衬底", "2026-10-12", 5,
         "danyun", "澹云外延一厂", "320100", "进口 8 英寸衬底", "2026-10-28"),
    Show("spindle", "machine", "yunxiu", "五轴机床高精度电主轴", "High-precision spindle of five-axis machines", SET, Recognition.NONE, "", "2026-11-09", 4),
)  # fmt: skip

AGREED = "同意在本单位现场示范应用，场地和配合人员已落实。 We agree; place and people are ready."
ACCEPTED = "连续运行五个月，合同指标全部达到，同意验收。 Five months in operation; all figures of the contract are met."


def plan(story: Any) -> None:
    """Put all of them into the story."""
    for show in SHOWS:
        _plan(story, show)
    main = SHOWS[0]
    story.on("2026-05-10", partial(_insure, story, main))
    story.on(
        "2026-07-01",
        partial(_subsidise, story, main, SubsidyStep.QUALIFICATION, "2026-07-01", None, "工信〔2026〕41 号"),
    )
    story.on(
        "2026-09-15",
        partial(_subsidise, story, main, SubsidyStep.MONEY, "2026-09-15", Decimal("61600.00"), "拨付通知 2026-9"),
    )
    story.on("2026-10-16", partial(_file, story, main, Purpose.CERTIFICATE))
    story.on("2026-10-20", partial(_accept_for_user, story, main))
    story.on("2026-10-21", partial(_step, story, main, "accept"))
    story.on("2026-11-10", partial(_order, story, main))
    story.on("2026-11-18", partial(_step, story, main, "stabilise"))
    story.on("2026-11-20", lambda: services.conclude(
        _keeper(story, main), _row(story, main), lessons="冷却液流量要在装车前标定。 Calibrate the coolant before the drive is mounted.", promotion="", promoted_on=None))  # fmt: skip


def _plan(story: Any, show: Show) -> None:
    story.on(show.begun, partial(_begin, story, show))
    if show.matched:
        story.on(show.matched, partial(_confirm, story, show))
        story.on(show.matched, partial(_step, story, show, "match"))
    steps = ("contract", "deliver", "", "install", "try_out")  # installed is what is also commissioned
    for place, (day, step) in enumerate(zip(show.days, steps, strict=False)):
        story.on(day, partial(_note_days, story, show, show.days[: place + 1]))
        if place == 0:
            story.on(day, partial(_promise, story, show))
        if step:
            story.on(day, partial(_step, story, show, step))
    for promise in show.promises:
        for day, value in promise.measured:
            story.on(day, partial(_measure, story, show, promise, day, value))
    for first, last, hours, output in show.hours:
        story.on(_later(last), partial(_run, story, show, first, last, hours, output))
    for failure in show.failures:
        story.on(failure[4] or failure[0], partial(_fail, story, show, failure))
    if show.failed[0]:
        story.on(show.failed[0], partial(_step, story, show, "fail", show.failed[1]))


def _later(day: str) -> date:
    """Hours are recorded some days after their period."""
    return date.fromordinal(date.fromisoformat(day).toordinal() + 4)


def _row(story: Any, show: Show) -> Any:
    return story.made["show", show.key]


def _keeper(story: Any, show: Show) -> Any:
    return cast.speaker(story, WORK[show.work], show.maker)


def _user(story: Any, show: Show) -> Any:
    """Who speaks for the user: of a member its own people, of the bus company its account at the site."""
    return story.made["person", "site"] if show.user == "chengyuan" else cast.speaker(story, WORK[show.work], show.user)


def _begin(story: Any, show: Show) -> None:
    project, keeper = story.made["work", WORK[show.work].zh], _keeper(story, show)
    row = services.begin(
        keeper, project, organisation=story.made["firm", show.maker], title_zh=show.zh, title_en=show.en, kind=show.kind, level=show.level,
        trl_start=show.level_at, catalogue=show.catalogue,
    )  # fmt: skip
    story.made["show", show.key] = row
    if show.user:
        services.place(
            keeper, row, user_organisation=story.made["firm", show.user], site_name=show.site, site_region=show.region, site_address="",
            replaces=show.replaces,
        )  # fmt: skip


def _confirm(story: Any, show: Show) -> None:
    services.confirm(_user(story, show), _row(story, show), decision="agree", words=AGREED)


def _accept_for_user(story: Any, show: Show) -> None:
    files = [_paper("user-report.pdf", "User's report", show.en)]
    services.confirm(
        _user(story, show), _row(story, show), decision="agree", words=ACCEPTED, files=files, free_of_secrets=True
    )


def _step(story: Any, show: Show, step: str, reason: str = "") -> None:
    services.move(_keeper(story, show), _row(story, show), step, reason=reason)


def _note_days(story: Any, show: Show, days: tuple[str, ...]) -> None:
    keeper, row = _keeper(story, show), _row(story, show)
    known = [date.fromisoformat(day) for day in days]
    if len(known) == 1:
        services.contract(
            keeper, row, contract_number=show.contract, contract_on=known[0], contract_price=Decimal(show.price)
        )
        return
    delivered, installed, commissioned, trial = (*known[1:], None, None, None, None)[:4]
    services.schedule(
        keeper, row, delivered_on=delivered, installed_on=installed, commissioned_on=commissioned, trial_on=trial
    )


def _promise(story: Any, show: Show) -> None:
    for one in show.promises:
        story.made["promise", (show.key, one.zh)] = operating.add_indicator(
            _keeper(story, show), _row(story, show), title_zh=one.zh, title_en=one.en, unit=one.unit, direction=one.way, contract_value=one.contract,
            reference_value=one.reference,
        )  # fmt: skip


def _measure(story: Any, show: Show, promise: Promise, day: str, value: str) -> None:
    name = f"{show.key}-{day}.pdf"
    operating.measure(
        _keeper(story, show), story.made["promise", (show.key, promise.zh)], value=value, unit=promise.unit, on_day=date.fromisoformat(day),
        note="现场测试，双方在场。 Tested on site, both sides present.", files=[_paper(name, promise.en, f"{day}: {value} {promise.unit}")], free_of_secrets=True,
    )  # fmt: skip


def _run(story: Any, show: Show, first: str, last: str, hours: str, output: str) -> None:
    period = {"starts_on": date.fromisoformat(first), "ends_on": date.fromisoformat(last)}
    operating.run(_keeper(story, show), _row(story, show), **period, hours=Decimal(hours), output=output)


def _fail(story: Any, show: Show, failure: tuple[str, str, str, str, str]) -> None:
    day, what, downtime, cause, mended = failure
    operating.fail(
        _keeper(story, show), _row(story, show), happened_on=date.fromisoformat(day), what=what, downtime=Decimal(downtime), cause=cause,
        mended_on=date.fromisoformat(mended) if mended else None,
    )  # fmt: skip


def _insure(story: Any, show: Show) -> None:
    supporting.insure(
        _keeper(story, show), _row(story, show), insurer="清和财产保险（虚构）", policy="QH-2026-0510", insured_sum=Decimal("3860000.00"),
        insured_rate=Decimal("0.02"), premium=Decimal("77200.00"), insured_from=date(2026, 5, 10), insured_to=date(2027, 5, 9),
    )  # fmt: skip


def _subsidise(story: Any, show: Show, step: SubsidyStep, day: str, amount: Decimal | None, said: str) -> None:
    supporting.subsidise(
        _keeper(story, show), _row(story, show), maker=story.made["firm", show.maker], step=step, on_day=date.fromisoformat(day), amount=amount,
        reference=said,
    )  # fmt: skip


def _order(story: Any, show: Show) -> None:
    supporting.order(
        _keeper(story, show), _row(story, show), customer="泰州某公交公司（虚构）", on_day=date(2026, 11, 10), amount=Decimal("5790000.00"), replicates=True
    )  # fmt: skip


def _file(story: Any, show: Show, purpose: Purpose) -> None:
    services.add_files(
        _keeper(story, show), _row(story, show), purpose=purpose, files=[_paper("certificate.pdf", "Acceptance certificate", show.en)], free_of_secrets=True
    )  # fmt: skip


def _paper(name: str, *lines: str) -> Upload:
    content = evidence.small_pdf(
        ["Demonstration: invented content", *(line.encode("ascii", "replace").decode() for line in lines)]
    )
    return uploads.examine(name, io.BytesIO(content))
