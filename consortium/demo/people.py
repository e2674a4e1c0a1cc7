"""The people of the demonstration: all are invented, their addresses are of a domain that is reserved for examples, and share one password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from consortium.core.access import Role
from consortium.core.db import db
from consortium.people import services
from consortium.people.models import User

PASSWORD = "demo-2026-river"  # noqa: S105  (it is meant to be known)
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Person:
    """An invented person; `seats` are the tables and roles, for the own firm; `shown` is how the list of accounts calls the account."""

    key: str
    name: str
    post: str
    firm: str = ""
    seats: tuple[tuple[str, Role], ...] = ()
    shown: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


C, M, S, E, A, U = Role.COORDINATOR, Role.MEMBER, Role.SIGNATORY, Role.EXPERT, Role.AUDITOR, Role.SITE

ADMINISTRATOR = Person("administrator", "管若虚", "平台管理员 · Platform administrator", shown="platform administrator")

PEOPLE = (
    Person("coordinator", "林映川", "联合体秘书长 · Secretary general", "jichuan", (("sic", C),), "coordinator (SiC, Jiangsu)"),
    Person("member", "顾敏秋", "项目经理 · Project manager", "lishi", (("sic", M),), "member firm (crystals)"),
    Person("member2", "沈知夏", "研发主管 · Head of R&D", "danyun", (("sic", M),), "member firm (epitaxy)"),
    Person("signatory", "陆闻笙", "法定代表人 · Legal representative", "jichuan", (("sic", S),), "signatory (SiC)"),
    Person("expert", "俞景行", "首席检测师 · Chief test engineer", "hengzhun", (("sic", E), ("sic", M)), "expert, also member (testing)"),
    Person("auditor", "朱怀瑾", "投后审计 · Audit", "huanxi", (("sic", A),), "auditor (SiC)"),
    Person("officer", "吴清和", "处长 · Division head", "jiangsu", (), "ministry (Jiangsu)"),
    Person("ministry", "季望之", "司局调研员 · Desk officer", "national", (), "ministry (national)"),
    Person("coordinator2", "梁思齐", "联合体秘书长 · Secretary general", "hongwei", (("control", C),), "coordinator (control, Guangdong)"),
    Person("coordinator3", "秦越人", "联盟筹备组组长 · Head of the preparatory group", "liyue", (("tools", C),), "coordinator (machine tools)"),
    Person("jiang.muzhi", "蒋牧之", "总工程师 · Chief engineer", "yizhou", (("sic", M),)),
    Person("cheng.yuan", "程予安", "电驱平台负责人 · Head of drive platform", "fuye", (("sic", M),)),
    Person("xu.heming", "徐鹤鸣", "教授 · Professor", "jiangzuo", (("sic", M), ("sic", E))),
    Person("qian.ruogu", "钱若谷", "院长 · Director", "taihu", (("sic", M),)),
    Person("liang.zhiyuan", "梁致远", "法定代表人 · Legal representative", "hongwei", (("control", S),)),
    Person("li.shuhang", "黎书航", "产品总监 · Product director", "qimu", (("control", M),)),
    Person("xian.ruochuan", "冼若川", "安全研究负责人 · Head of security research", "pantuo", (("control", M),)),
    Person("zhang.nianchu", "章念初", "内核架构师 · Kernel architect", "qingxi", (("control", M),)),
    Person("ou.mingyuan", "区明远", "教授 · Professor", "linghai", (("control", M), ("control", E))),
    Person("peng.wangshu", "彭望舒", "研究员 · Research fellow", "luyang", (("control", M),)),
    Person("huo.qiming", "霍启明", "自动化部长 · Head of automation", "hedu", (("control", M),)),
    Person("wan.zhixing", "万知行", "测评总师 · Chief evaluator", "wenheng", (("control", E), ("control", M))),
    Person("qin.shouzhuo", "秦守拙", "法定代表人 · Legal representative", "liyue", (("tools", S),)),
    Person("lei.qiyuan", "雷启元", "总经理 · General manager", "yunxiu", (("tools", M),)),
    Person("deng.zhiwei", "邓知微", "技术部长 · Technical director", "jincen", (("tools", M),)),
    Person("wen.zhongping", "文仲平", "设备部长 · Head of equipment", "chongling", (("tools", M),)),
    Person("han.jingming", "韩景明", "教授 · Professor", "weichuan", (("tools", M), ("tools", E))),
    Person("chu.yifan", "初一帆", "创始人 · Founder", "huance", (("tools", M),)),
    Person("ran.qiushi", "冉秋实", "高级工程师 · Senior engineer", "shidu", (("tools", E),)),
    Person("site", "常念安", "车辆技术部长 · Head of vehicle technology", "chengyuan", (("sic", U),), "user at a site (bus company)"),
    Person("cen.wangye", "岑望野", "总经理 · General manager", "fenglan", (("control", M),)),
)  # fmt: skip

#: What officers oversee: key, provinces (none: all).
REMITS = (("officer", ("32",)), ("ministry", ()))


def open_administrator() -> User:
    """The account with which everything begins."""
    return services.open_account(
        None, email=ADMINISTRATOR.email, name=ADMINISTRATOR.name, post=ADMINISTRATOR.post, organisation=None, password=PASSWORD,
        is_administrator=True,
    )  # fmt: skip


def open_accounts(administrator: User, firms: dict[str, Any]) -> dict[str, User]:
    """Accounts of all people by their key, and the remits of the officers."""
    opened = {
        person.key: services.open_account(
            administrator, email=person.email, name=person.name, post=person.post, organisation=firms[person.firm], password=PASSWORD,
        )
        for person in PEOPLE
    }  # fmt: skip
    for key, regions in REMITS:
        services.give_remit(administrator, opened[key], firms[_firm_of(key)], regions=regions, areas=())
    return opened


def _firm_of(key: str) -> str:
    return next(person.firm for person in PEOPLE if person.key == key)


def is_demo() -> bool:
    """Whether this database holds the demonstration, so that pages can say that all people and firms are invented."""
    return db.session.scalar(select(User.id).where(User.email == ADMINISTRATOR.email)) is not None


def accounts() -> list[tuple[str, str, str]]:
    """What there is to sign in with: who, address, password; nothing where there is no demonstration."""
    if not is_demo():
        return []
    return [(person.shown, person.email, PASSWORD) for person in (ADMINISTRATOR, *PEOPLE) if person.shown]
