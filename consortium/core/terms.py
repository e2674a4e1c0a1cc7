"""Words of the field that several features share: enums, each with one table of labels (Chinese, English)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto

from consortium.core import words

Labels = Mapping[StrEnum, tuple[str, str]]


class CoreArea(StrEnum):
    """The eight core areas of 工信部联政法〔2021〕70号, point 3."""

    BASIC_PARTS = auto()
    BASIC_ELEC = auto()
    BASIC_SW = auto()
    BASIC_MAT = auto()
    BASIC_PROC = auto()
    HIGH_END_EQUIP = auto()
    IC = auto()
    NETSEC = auto()


class OrganisationKind(StrEnum):
    """What kind of legal person an organisation is."""

    ENTERPRISE = auto()
    UNIVERSITY = auto()
    INSTITUTE = auto()
    NEW_RD_BODY = auto()
    TESTING_BODY = auto()
    INDUSTRY_BODY = auto()
    FINANCE = auto()
    USER = auto()
    AUTHORITY = auto()
    OTHER = auto()


class Ownership(StrEnum):
    """Who owns an enterprise."""

    STATE = auto()
    PRIVATE = auto()
    FOREIGN = auto()
    MIXED = auto()
    COLLECTIVE = auto()
    OTHER = auto()


class Tier(StrEnum):
    """Steps of gradient cultivation, lowest first; leading enterprise and chain leader stand beside each other."""

    INNOVATIVE_SME = auto()
    SPECIALISED_SME = auto()
    LITTLE_GIANT = auto()
    KEY_LITTLE_GIANT = auto()
    SINGLE_CHAMPION = auto()
    LEADING_ENTERPRISE = auto()
    CHAIN_LEADER = auto()


class MemberRole(StrEnum):
    """What part a member has in a consortium."""

    LEAD = auto()
    CORE = auto()
    PARTNER = auto()
    USER = auto()
    FINANCE = auto()
    SERVICE = auto()


class BodyKind(StrEnum):
    """The bodies that a consortium may set up."""

    COUNCIL = auto()
    CHAIR = auto()
    EXPERT = auto()
    SECRETARIAT = auto()
    SUPERVISOR = auto()


class ConsortiumKind(StrEnum):
    """The two forms of working together."""

    INNOVATION_CONSORTIUM = auto()
    ALLIANCE = auto()


class ProjectKind(StrEnum):
    """What a project is for: research, or showing its results at work."""

    JOINT_RD = auto()
    DEMONSTRATION = auto()


class Light(StrEnum):
    """How it stands; grey says that nobody reported, and is never green."""

    GREEN = auto()
    AMBER = auto()
    RED = auto()
    GREY = auto()


LABELS: dict[type[StrEnum], Labels] = {
    CoreArea: {
        CoreArea.BASIC_PARTS: ("基础零部件", "Basic parts"),
        CoreArea.BASIC_ELEC: ("基础电子元器件", "Basic electronic components"),
        CoreArea.BASIC_SW: ("基础软件", "Basic software"),
        CoreArea.BASIC_MAT: ("基础材料", "Basic materials"),
        CoreArea.BASIC_PROC: ("基础工艺", "Basic processes"),
        CoreArea.HIGH_END_EQUIP: ("高端仪器设备", "High-end instruments and equipment"),
        CoreArea.IC: ("集成电路", "Integrated circuits"),
        CoreArea.NETSEC: ("网络安全", "Cyber security"),
    },
    OrganisationKind: {
        OrganisationKind.ENTERPRISE: ("企业", "Enterprise"),
        OrganisationKind.UNIVERSITY: ("高校", "University"),
        OrganisationKind.INSTITUTE: ("科研院所", "Research institute"),
        OrganisationKind.NEW_RD_BODY: ("新型研发机构", "New-type R&D body"),
        OrganisationKind.TESTING_BODY: ("检测机构", "Testing body"),
        OrganisationKind.INDUSTRY_BODY: ("行业组织", "Industry body"),
        OrganisationKind.FINANCE: ("金融机构", "Financial institution"),
        OrganisationKind.USER: ("医院/用户", "Hospital or other user"),
        OrganisationKind.AUTHORITY: ("主管部门", "Authority"),
        OrganisationKind.OTHER: ("其他", "Other"),
    },
    Ownership: {
        Ownership.STATE: ("国有", "State-owned"),
        Ownership.PRIVATE: ("民营", "Private"),
        Ownership.FOREIGN: ("外资", "Foreign-invested"),
        Ownership.MIXED: ("混合", "Mixed"),
        Ownership.COLLECTIVE: ("集体", "Collective"),
        Ownership.OTHER: ("其他", "Other"),
    },
    Tier: {
        Tier.INNOVATIVE_SME: ("创新型中小企业", "Innovative SME"),
        Tier.SPECIALISED_SME: ("专精特新中小企业", "Specialised, refined, distinctive, innovative SME"),
        Tier.LITTLE_GIANT: ("小巨人", "Little giant"),
        Tier.KEY_LITTLE_GIANT: ("重点小巨人", "Key little giant"),
        Tier.SINGLE_CHAMPION: ("制造业单项冠军", "Manufacturing single champion"),
        Tier.LEADING_ENTERPRISE: ("领航企业", "Leading enterprise"),
        Tier.CHAIN_LEADER: ("链主", "Chain leader"),
    },
    MemberRole: {
        MemberRole.LEAD: ("牵头单位", "Lead enterprise"),
        MemberRole.CORE: ("共建单位", "Core member"),
        MemberRole.PARTNER: ("成员单位", "Partner"),
        MemberRole.USER: ("用户单位", "Demonstration user"),
        MemberRole.FINANCE: ("金融投资机构", "Finance"),
        MemberRole.SERVICE: ("中介服务", "Service"),
    },
    BodyKind: {
        BodyKind.COUNCIL: ("理事会", "Council"),
        BodyKind.CHAIR: ("理事长", "Chair"),
        BodyKind.EXPERT: ("专家委员会", "Expert committee"),
        BodyKind.SECRETARIAT: ("秘书处", "Secretariat"),
        BodyKind.SUPERVISOR: ("监事", "Supervision"),
    },
    ConsortiumKind: {
        ConsortiumKind.INNOVATION_CONSORTIUM: ("创新联合体", "Innovation consortium"),
        ConsortiumKind.ALLIANCE: ("产业技术创新战略联盟", "Industrial technology innovation strategic alliance"),
    },
    ProjectKind: {
        ProjectKind.JOINT_RD: ("联合攻关", "Joint R&D"),
        ProjectKind.DEMONSTRATION: ("示范应用", "Demonstration application"),
    },
    Light: {
        Light.GREEN: ("正常", "On track"),
        Light.AMBER: ("需关注", "Needs attention"),
        Light.RED: ("严重偏离", "Off track"),
        Light.GREY: ("无数据", "No data"),
    },
}


def define(labels: Labels) -> Labels:
    """Make the labels of a feature's own enum known to `label`; every member needs one."""
    enum = type(next(iter(labels)))
    if missing := [member.name for member in enum if member not in labels]:
        raise ValueError(f"{enum.__name__} lacks a label for {', '.join(missing)}.")
    LABELS[enum] = labels
    return labels


def label(member: StrEnum, locale: object = None) -> str:
    """The member's name for people; locale is `zh…` or anything else for English, by default the reader's language."""
    chinese, english = LABELS[type(member)][member]
    return chinese if is_chinese(locale) else english


def choices(enum: type[StrEnum], locale: object = None) -> list[tuple[StrEnum, str]]:
    """All members with their labels, in their order."""
    return [(member, label(member, locale)) for member in enum]


def is_chinese(locale: object = None) -> bool:
    """Whether the locale (by default the reader's language) is Chinese."""
    return str(locale or words.language()).startswith("zh")


def either(zh: str, en: str) -> str:
    """The one of two names that the reader's language asks for, else the other."""
    return (zh or en) if is_chinese() else (en or zh)
