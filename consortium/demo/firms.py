"""The organisations of the demonstration: all are invented, and their credit codes come from a series that no register gives out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from consortium.core.identifiers import Scheme, organisation_check, uscc_check
from consortium.core.terms import OrganisationKind as Kind
from consortium.core.terms import Ownership, Tier
from consortium.organisations import services
from consortium.organisations.models import Organisation

SOURCE = "演示数据：虚构的公告 · Demonstration: an invented announcement"


@dataclass(frozen=True)
class Firm:
    """An invented organisation; `titles` are tier, batch, valid from, valid to."""

    key: str
    kind: Kind
    zh: str
    en: str
    short: str
    region: str
    industry: str
    ownership: Ownership
    founded: str
    representative: str
    domicile: str
    titles: tuple[tuple[Tier, str, str, str], ...] = ()


P, S, M = Ownership.PRIVATE, Ownership.STATE, Ownership.MIXED

FIRMS = (
    # Power semiconductors on silicon carbide, around Lake Tai
    Firm("jichuan", Kind.ENTERPRISE, "苏州霁川功率半导体股份有限公司", "Suzhou Jichuan Power Semiconductor Co., Ltd.", "霁川半导体", "320500",
         "C3972", M, "2009-04-16", "陆闻笙", "苏州市霁川路 1 号", ((Tier.SINGLE_CHAMPION, "第八批", "2024-01-01", "2026-12-31"),
                                                         (Tier.CHAIN_LEADER, "2025 年度", "2025-01-01", "2027-12-31"))),
    Firm("lishi", Kind.ENTERPRISE, "无锡栎石晶体材料有限公司", "Wuxi Lishi Crystal Materials Co., Ltd.", "栎石晶体", "320200",
         "C3985", P, "2014-09-02", "顾砚秋", "无锡市栎石路 18 号", ((Tier.LITTLE_GIANT, "第五批", "2023-07-01", "2026-06-30"),
                                                          (Tier.KEY_LITTLE_GIANT, "第三轮第一批", "2024-10-01", "2027-09-30"))),
    Firm("danyun", Kind.ENTERPRISE, "南京澹云外延科技有限公司", "Nanjing Danyun Epitaxy Technology Co., Ltd.", "澹云外延", "320100",
         "C3985", P, "2016-03-21", "沈亦澄", "南京市澹云街 6 号", ((Tier.LITTLE_GIANT, "第六批", "2024-09-01", "2027-08-31"),)),
    Firm("yizhou", Kind.ENTERPRISE, "常州屹舟封装技术有限公司", "Changzhou Yizhou Packaging Technology Co., Ltd.", "屹舟封装", "320400",
         "C3973", P, "2017-11-08", "蒋牧之", "常州市屹舟路 9 号", ((Tier.SPECIALISED_SME, "2024 年度", "2024-12-01", "2027-11-30"),)),
    Firm("fuye", Kind.ENTERPRISE, "合肥阜野电驱系统有限公司", "Hefei Fuye Electric Drive Systems Co., Ltd.", "阜野电驱", "340100",
         "C3670", M, "2012-06-28", "程予安", "合肥市阜野大道 66 号", ((Tier.LEADING_ENTERPRISE, "2024 年度", "2024-06-01", "2027-05-31"),)),
    Firm("jiangzuo", Kind.UNIVERSITY, "江左理工大学", "Jiangzuo University of Technology", "江左理工", "320100",
         "P83", S, "1958-09-01", "徐观澜", "南京市江左路 100 号"),
    Firm("taihu", Kind.NEW_RD_BODY, "无锡梁鸿宽禁带器件研究院", "Wuxi Lianghong Institute of Wide-Bandgap Devices", "梁鸿研究院", "320200",
         "M7320", S, "2019-05-17", "钱若谷", "无锡市梁鸿路 2 号"),
    Firm("hengzhun", Kind.TESTING_BODY, "上海衡准电子元器件检测有限公司", "Shanghai Hengzhun Electronic Component Testing Co., Ltd.", "衡准检测", "310000",
         "M7450", M, "2005-08-11", "俞景行", "上海市衡准路 27 号"),
    Firm("huanxi", Kind.FINANCE, "苏州浣溪产业投资有限公司", "Suzhou Huanxi Industrial Investment Co., Ltd.", "浣溪投资", "320500",
         "J69", S, "2018-01-30", "朱怀瑾", "苏州市浣溪街 8 号"),
    # Basic software and security of industrial control, around the Pearl River
    Firm("hongwei", Kind.ENTERPRISE, "深圳弘桅工业控制股份有限公司", "Shenzhen Hongwei Industrial Control Co., Ltd.", "弘桅工控", "440300",
         "C4011", P, "2004-10-12", "梁致远", "深圳市弘桅路 5 号", ((Tier.SINGLE_CHAMPION, "第七批", "2023-01-01", "2025-12-31"),
                                                         (Tier.CHAIN_LEADER, "2024 年度", "2024-05-01", "2027-04-30"))),
    Firm("qimu", Kind.ENTERPRISE, "广州栖木软件有限公司", "Guangzhou Qimu Software Co., Ltd.", "栖木软件", "440100",
         "I6512", P, "2013-05-09", "黎书航", "广州市栖木街 21 号", ((Tier.LITTLE_GIANT, "第六批", "2024-09-01", "2027-08-31"),)),
    Firm("pantuo", Kind.ENTERPRISE, "珠海磐陀网络安全有限公司", "Zhuhai Pantuo Cyber Security Co., Ltd.", "磐陀网安", "440400",
         "I6531", P, "2015-12-03", "冼若川", "珠海市磐陀路 3 号", ((Tier.KEY_LITTLE_GIANT, "第三轮第二批", "2025-03-01", "2028-02-29"),)),
    Firm("qingxi", Kind.ENTERPRISE, "杭州晴溪实时系统有限公司", "Hangzhou Qingxi Real-Time Systems Co., Ltd.", "晴溪实时", "330100",
         "I6511", P, "2018-07-19", "章念初", "杭州市晴溪路 12 号", ((Tier.SPECIALISED_SME, "2025 年度", "2025-01-01", "2027-12-31"),)),
    Firm("linghai", Kind.UNIVERSITY, "岭海理工大学", "Linghai University of Science and Technology", "岭海理工", "440100",
         "P83", S, "1952-11-17", "区明远", "广州市岭海大道 300 号"),
    Firm("luyang", Kind.INSTITUTE, "长沙麓阳智能控制研究所", "Changsha Luyang Institute of Intelligent Control", "麓阳研究所", "430100",
         "M7320", S, "1978-04-01", "彭望舒", "长沙市麓阳路 16 号"),
    Firm("hedu", Kind.ENTERPRISE, "佛山禾渡建筑陶瓷有限公司", "Foshan Hedu Building Ceramics Co., Ltd.", "禾渡陶瓷", "440600",
         "C3071", P, "2001-03-15", "霍启明", "佛山市禾渡路 88 号"),
    Firm("wenheng", Kind.TESTING_BODY, "武汉稳衡信息安全测评中心", "Wuhan Wenheng Information Security Evaluation Centre", "稳衡测评", "420100",
         "M7450", S, "2010-09-20", "万知行", "武汉市稳衡路 7 号"),
    # Five-axis machine tools, Shaanxi and Sichuan
    Firm("liyue", Kind.ENTERPRISE, "西安砺岳数控机床股份有限公司", "Xi'an Liyue CNC Machine Tool Co., Ltd.", "砺岳机床", "610100",
         "C3421", S, "1998-12-25", "秦守拙", "西安市砺岳路 1 号", ((Tier.SINGLE_CHAMPION, "第九批", "2025-01-01", "2027-12-31"),)),
    Firm("yunxiu", Kind.ENTERPRISE, "宝鸡云岫主轴制造有限公司", "Baoji Yunxiu Spindle Manufacturing Co., Ltd.", "云岫主轴", "610300",
         "C3425", P, "2011-08-08", "雷启元", "宝鸡市云岫路 30 号", ((Tier.LITTLE_GIANT, "第五批", "2023-07-01", "2026-06-30"),)),
    Firm("jincen", Kind.ENTERPRISE, "成都锦岑滚动功能部件有限公司", "Chengdu Jincen Rolling Components Co., Ltd.", "锦岑部件", "510100",
         "C3459", P, "2015-02-27", "邓知微", "成都市锦岑路 45 号", ((Tier.SPECIALISED_SME, "2024 年度", "2024-11-01", "2027-10-31"),)),
    Firm("chongling", Kind.ENTERPRISE, "德阳崇岭重型装备有限公司", "Deyang Chongling Heavy Equipment Co., Ltd.", "崇岭装备", "510600",
         "C3516", S, "1987-06-06", "文仲平", "德阳市崇岭路 10 号"),
    Firm("weichuan", Kind.UNIVERSITY, "渭川工业大学", "Weichuan Polytechnic University", "渭川工大", "610100",
         "P83", S, "1956-10-01", "韩景明", "西安市渭川路 127 号"),
    Firm("huance", Kind.ENTERPRISE, "大连寰测精密量仪有限公司", "Dalian Huance Precision Metrology Co., Ltd.", "寰测量仪", "210200",
         "C4014", P, "2020-04-22", "初一帆", "大连市寰测路 4 号", ((Tier.INNOVATIVE_SME, "2025 年度", "2025-03-01", "2028-02-29"),)),
    Firm("shidu", Kind.TESTING_BODY, "重庆石渡机床质量检验中心", "Chongqing Shidu Machine Tool Quality Inspection Centre", "石渡质检", "500000",
         "M7450", S, "2003-07-01", "冉秋实", "重庆市石渡路 15 号"),
    # Authorities
    Firm("jiangsu", Kind.AUTHORITY, "江苏省制造业协同创新主管部门（演示）", "Jiangsu Provincial Authority for Collaborative Manufacturing Innovation (demonstration)",
         "江苏主管部门", "320000", "S92", S, "2018-10-30", "演示", "南京市演示路 1 号"),
    Firm("national", Kind.AUTHORITY, "国家制造业协同创新主管部门（演示）", "National Authority for Collaborative Manufacturing Innovation (demonstration)",
         "国家主管部门", "110000", "S92", S, "2018-03-20", "演示", "北京市演示路 1 号"),
    # A user of what is demonstrated, at no table
    Firm("chengyuan", Kind.ENTERPRISE, "扬州澄塬公共交通有限公司", "Yangzhou Chengyuan Public Transport Co., Ltd.", "澄塬公交", "321000",
         "G5412", S, "1999-03-08", "常砚书", "扬州市澄塬路 7 号"),
    # A maker of burners that leaves the consortium of the Pearl River
    Firm("fenglan", Kind.ENTERPRISE, "中山枫岚燃烧设备有限公司", "Zhongshan Fenglan Combustion Equipment Co., Ltd.", "枫岚燃烧", "442000",
         "C3461", P, "2014-06-18", "岑望野", "中山市枫岚路 6 号"),
)  # fmt: skip

#: What a credit code begins with: companies, public institutions, state organs.
PREFIX = {Kind.UNIVERSITY: "12", Kind.INSTITUTE: "12", Kind.NEW_RD_BODY: "12", Kind.AUTHORITY: "11"}


def credit_code(number: int, kind: Kind, region: str) -> str:
    """A code with right check characters whose middle part, 0000 and a running number, marks it as made up."""
    body = f"{number:08d}"
    start = PREFIX.get(kind, "91") + region + body + organisation_check(body)
    return start + uscc_check(start)


def register(administrator: Any) -> dict[str, Organisation]:
    """Enter all organisations and their titles into the directory, by their key."""
    entered = {}
    for number, firm in enumerate(FIRMS, 101):
        row = services.register(
            administrator, kind=firm.kind, scheme=Scheme.USCC, code=credit_code(number, firm.kind, firm.region), name_zh=firm.zh, name_en=firm.en,
            short=firm.short, region=firm.region, industry=firm.industry, ownership=firm.ownership, founded_on=date.fromisoformat(firm.founded),
            domicile=firm.domicile, representative=firm.representative,
        )  # fmt: skip
        for tier, batch, first, last in firm.titles:
            days = {"valid_from": date.fromisoformat(first), "valid_to": date.fromisoformat(last)}
            services.hold_title(administrator, row, tier=tier, batch=batch, source=SOURCE, **days)
        entered[firm.key] = row
    return entered
