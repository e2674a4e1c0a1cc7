"""The three consortia of the demonstration: members, bodies, invitations, dates; all are invented."""

from __future__ import annotations

from dataclasses import dataclass

from consortium.core.access import Role
from consortium.core.terms import BodyKind, ConsortiumKind, CoreArea, MemberRole

INVENTED_ZH = "（演示数据：单位、人员与数字均为虚构。）"
INVENTED_EN = "(Demonstration: the organisations, people and figures are invented.)"


@dataclass(frozen=True)
class Part:
    """What a firm does in a consortium; contribution in yuan, joined on an ISO day."""

    firm: str
    role: MemberRole
    contribution: int
    joined: str
    zh: str
    en: str


@dataclass(frozen=True)
class Panel:
    """A body and who sits in it: firm, person, post, full time."""

    kind: BodyKind
    zh: str
    en: str
    seats: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True)
class Guest:
    """An invitation: to whom, as what; `then` is what became of it (`accepted` by somebody of that name, `withdrawn`)."""

    day: str
    email: str
    role: Role
    firm: str = ""
    unregistered: str = ""
    part: MemberRole | None = None
    message: str = ""
    then: str = ""
    name: str = ""


@dataclass(frozen=True)
class Table:
    """A consortium; days are ISO, an empty day means that it has not come to that."""

    key: str
    coordinator: str
    kind: ConsortiumKind
    zh: str
    en: str
    purpose_zh: str
    purpose_en: str
    areas: tuple[CoreArea, ...]
    starts: str
    ends: str
    founded: str
    members: tuple[Part, ...]
    bodies: tuple[Panel, ...]
    guests: tuple[Guest, ...] = ()
    liability: str = ""
    bodies_on: str = ""
    agreed: str = ""
    filing_number: str = ""
    filed: str = ""
    operating: str = ""


R, B = MemberRole, BodyKind

SIC = Table(
    key="sic",
    coordinator="coordinator",
    kind=ConsortiumKind.INNOVATION_CONSORTIUM,
    zh="环太湖车规级碳化硅功率半导体创新联合体",
    en="Lake Tai Innovation Consortium for Automotive-Grade Silicon Carbide Power Semiconductors",
    purpose_zh="围绕新能源汽车主驱逆变器对碳化硅功率器件的需求，由链主企业牵头，联合衬底、外延、器件、封装、检测和整车电驱单位，"
    "攻克 8 英寸衬底缺陷控制、厚膜外延均匀性、沟槽栅可靠性和高温封装四类共性技术，形成从材料到装车验证的自主配套能力，"
    "到 2028 年实现 1200 V 主驱模块 10 万台套示范装车。" + INVENTED_ZH,
    purpose_en="Driven by the needs of main inverters in electric vehicles, the chain leader unites makers of substrates, epitaxy, devices, packages and "
    "drives with testing bodies and universities. Together they solve defect control in 8-inch substrates, uniform thick epitaxy, reliable trench "
    "gates and packaging for high temperatures, so that the whole chain from crystal to vehicle is available, with 100,000 sets of 1200 V modules "
    "on the road by 2028. " + INVENTED_EN,
    areas=(CoreArea.IC, CoreArea.BASIC_MAT),
    starts="2025-07-01",
    ends="2028-12-31",
    founded="2025-03-12",
    liability="jichuan",
    bodies_on="2025-05-08",
    agreed="2025-05-26",
    filing_number="苏创联备〔2025〕012 号（演示）",
    filed="2025-06-18",
    operating="2025-07-01",
    members=(
        Part("jichuan", R.LEAD, 68_000_000, "2025-03-12", "牵头单位，负责器件设计、流片和总体协调。", "Leads; designs and makes the devices and coordinates the whole."),
        Part("lishi", R.CORE, 26_500_000, "2025-04-02", "负责 8 英寸导电型衬底生长与加工。", "Grows and finishes 8-inch conductive substrates."),
        Part("danyun", R.CORE, 18_200_000, "2025-04-02", "负责厚膜外延与缺陷控制。", "Thick epitaxy and control of its defects."),
        Part("yizhou", R.CORE, 15_750_000, "2025-04-09", "负责银烧结与双面散热封装。", "Silver sintering and packages cooled on both sides."),
        Part("fuye", R.USER, 12_000_000, "2025-04-16", "提供应用需求，开展台架与整车验证。", "States the needs and tests on benches and in vehicles."),
        Part("jiangzuo", R.PARTNER, 3_600_000, "2025-04-16", "研究界面态与栅氧可靠性机理。", "Studies interface states and the reliability of gate oxide."),
        Part("taihu", R.PARTNER, 5_400_000, "2025-04-23", "提供中试线与失效分析平台。", "Offers a pilot line and failure analysis."),
        Part("hengzhun", R.SERVICE, 2_100_000, "2025-05-07", "负责车规级可靠性检测与认证。", "Automotive reliability tests and certification."),
        Part("huanxi", R.FINANCE, 20_000_000, "2025-05-07", "设立专项投资，审计资金使用。", "Invests, and audits how the money is used."),
    ),
    bodies=(
        Panel(B.COUNCIL, "理事会", "Council", (
            ("jichuan", "陆闻笙", "理事长 · Chair", False), ("lishi", "顾砚秋", "副理事长 · Vice chair", False), ("danyun", "沈亦澄", "理事 · Member", False),
            ("yizhou", "蒋牧之", "理事 · Member", False), ("fuye", "程予安", "理事 · Member", False), ("huanxi", "朱怀瑾", "理事 · Member", False),
        )),
        Panel(B.EXPERT, "专家委员会", "Expert committee", (
            ("jiangzuo", "徐鹤鸣", "主任委员 · Chair", False), ("hengzhun", "俞景行", "委员 · Member", False), ("luyang", "彭望舒", "外聘委员 · External member", False),
        )),
        Panel(B.SECRETARIAT, "秘书处", "Secretariat", (
            ("jichuan", "林映川", "秘书长 · Secretary general", True), ("taihu", "许微澜", "专职秘书 · Secretary", True),
        )),
        Panel(B.SUPERVISOR, "监事", "Supervision", (("huanxi", "朱怀瑾", "监事 · Supervisor", False),)),
    ),
    guests=(
        Guest("2025-04-24", "xu.weilan@demo.example", Role.MEMBER, "taihu", message="请加入联合体秘书处的日常工作。", then="accepted", name="许微澜"),
        Guest("2026-09-15", "liu.changting@demo.example", Role.MEMBER, unregistered="青岛汐野传感器有限公司", part=R.PARTNER,
              message="拟邀请贵司承担模块内置电流传感器的开发。", then="withdrawn"),
        Guest("2026-11-16", "fang.yue@demo.example", Role.EXPERT, "linghai", message="请担任 2026 年度技术评审外聘专家。"),
        Guest("2026-11-18", "mo.zhou@demo.example", Role.MEMBER, unregistered="厦门墨洲热管理科技有限公司", part=R.PARTNER,
              message="邀请贵司参与双面散热模块的热管理课题。We invite you to work on cooling of double-sided modules."),
    ),
)  # fmt: skip

CONTROL = Table(
    key="control",
    coordinator="coordinator2",
    kind=ConsortiumKind.INNOVATION_CONSORTIUM,
    zh="珠江口工业控制基础软件与网络安全创新联合体",
    en="Pearl River Innovation Consortium for Basic Software and Security of Industrial Control",
    purpose_zh="面向流程工业和离散制造的控制系统，联合研制硬实时操作系统、可编程控制器运行时、工程组态平台和内生安全防护组件，"
    "建立统一的测评规范，在建筑陶瓷等行业完成规模化示范，使中型控制系统基础软件可替代、可验证、可持续维护。" + INVENTED_ZH,
    purpose_en="For control systems of process and discrete manufacturing the members build a hard real-time operating system, a controller runtime, an "
    "engineering platform and security that is part of the system. They agree on how it is evaluated and demonstrate it at scale, beginning with "
    "ceramics. " + INVENTED_EN,
    areas=(CoreArea.BASIC_SW, CoreArea.NETSEC),
    starts="2025-11-01",
    ends="2028-10-31",
    founded="2025-06-19",
    liability="hongwei",
    bodies_on="2025-09-04",
    agreed="2025-09-22",
    filing_number="粤创联备〔2025〕031 号（演示）",
    filed="2025-10-17",
    operating="2025-11-03",
    members=(
        Part("hongwei", R.LEAD, 45_000_000, "2025-06-19", "牵头单位，负责控制器运行时与总体集成。", "Leads; controller runtime and integration."),
        Part("qimu", R.CORE, 16_800_000, "2025-07-08", "负责工程组态平台与模型工具链。", "Engineering platform and modelling tools."),
        Part("pantuo", R.CORE, 14_200_000, "2025-07-08", "负责内生安全与协议审计组件。", "Built-in security and auditing of protocols."),
        Part("qingxi", R.CORE, 9_600_000, "2025-07-15", "负责硬实时内核与板级支持。", "Hard real-time kernel and board support."),
        Part("linghai", R.PARTNER, 2_800_000, "2025-07-22", "研究形式化验证与调度理论。", "Formal verification and theory of scheduling."),
        Part("luyang", R.PARTNER, 4_500_000, "2025-07-22", "研究先进控制算法库。", "Library of advanced control algorithms."),
        Part("hedu", R.USER, 6_000_000, "2025-08-12", "提供窑炉与压机产线作为示范场景。", "Offers kilns and presses for the demonstration."),
        Part("wenheng", R.SERVICE, 1_500_000, "2025-08-12", "负责功能与安全测评。", "Evaluates function and security."),
        Part("fenglan", R.PARTNER, 800_000, "2026-04-08", "负责窑炉燃烧器与空燃比控制。", "Burners of kilns, and the control of air and gas."),
    ),
    bodies=(
        Panel(B.COUNCIL, "理事会", "Council", (
            ("hongwei", "梁致远", "理事长 · Chair", False), ("qimu", "黎书航", "副理事长 · Vice chair", False), ("pantuo", "冼若川", "理事 · Member", False),
            ("qingxi", "章念初", "理事 · Member", False), ("hedu", "霍启明", "理事 · Member", False),
        )),
        Panel(B.EXPERT, "技术专家组", "Technical experts", (
            ("linghai", "区明远", "组长 · Chair", False), ("wenheng", "万知行", "成员 · Member", False),
        )),
        Panel(B.SECRETARIAT, "秘书处", "Secretariat", (("hongwei", "梁思齐", "秘书长 · Secretary general", True),)),
    ),
    guests=(
        Guest("2026-11-12", "tan.jiayu@demo.example", Role.AUDITOR, "huanxi", message="请对 2026 年度经费开展联合体内部审计。"),
    ),
)  # fmt: skip

TOOLS = Table(
    key="tools",
    coordinator="coordinator3",
    kind=ConsortiumKind.ALLIANCE,
    zh="秦蜀五轴联动数控机床产业技术创新战略联盟",
    en="Qin-Shu Strategic Alliance for Five-Axis Machine Tools",
    purpose_zh="面向航空结构件和能源装备叶片加工，联合主机、主轴、滚动功能部件、量仪和用户单位，制定五轴联动机床精度保持性的共同指标，"
    "分工攻关电主轴、直驱转台和在机测量，建立首台套验证与保险补偿的协同机制。" + INVENTED_ZH,
    purpose_en="For structural parts of aircraft and blades of turbines, makers of machine tools, spindles, rolling components and gauges work with users on "
    "common measures of lasting accuracy, share the work on motor spindles, direct-drive tables and measuring on the machine, and prepare how "
    "first machines are verified and insured. " + INVENTED_EN,
    areas=(CoreArea.HIGH_END_EQUIP, CoreArea.BASIC_PARTS),
    starts="2026-07-01",
    ends="2029-06-30",
    founded="2026-05-20",
    bodies_on="2026-08-27",
    members=(
        Part("liyue", R.LEAD, 30_000_000, "2026-05-20", "牵头筹备，负责整机设计与集成。", "Leads the preparation; designs and integrates the machine."),
        Part("yunxiu", R.CORE, 9_800_000, "2026-06-11", "负责大扭矩电主轴。", "Motor spindles of high torque."),
        Part("jincen", R.CORE, 7_400_000, "2026-06-11", "负责高精度滚珠丝杠与导轨。", "Ball screws and guideways of high precision."),
        Part("weichuan", R.PARTNER, 2_200_000, "2026-06-25", "研究热误差建模与补偿。", "Models and compensates thermal errors."),
        Part("huance", R.PARTNER, 1_800_000, "2026-07-09", "负责在机测量测头与软件。", "Probes and software for measuring on the machine."),
        Part("chongling", R.USER, 5_000_000, "2026-07-09", "提供叶片加工验证场景。", "Offers the machining of blades for verification."),
    ),
    bodies=(
        Panel(B.COUNCIL, "理事会（筹）", "Council (in preparation)", (
            ("liyue", "秦守拙", "召集人 · Convenor", False), ("yunxiu", "雷启元", "成员 · Member", False), ("jincen", "邓知微", "成员 · Member", False),
        )),
        Panel(B.EXPERT, "专家委员会（筹）", "Expert committee (in preparation)", (
            ("weichuan", "韩景明", "召集人 · Convenor", False), ("shidu", "冉秋实", "成员 · Member", False),
        )),
    ),
    guests=(
        Guest("2026-10-08", "bai.luchuan@demo.example", Role.MEMBER, unregistered="洛阳白麓轴承有限公司", part=R.CORE,
              message="邀请贵司加入联盟，承担转台轴承研制。"),
        Guest("2026-11-17", "bai.luchuan@demo.example", Role.MEMBER, unregistered="洛阳白麓轴承有限公司", part=R.CORE,
              message="前次邀请已过期，现重新发送。The earlier invitation has expired; this one replaces it."),
        Guest("2026-11-19", "he.yuntai@demo.example", Role.SIGNATORY, unregistered="沈阳云台伺服技术有限公司", part=R.PARTNER,
              message="邀请贵司签署联盟协议（征求意见稿）。"),
    ),
)  # fmt: skip

TABLES = (SIC, CONTROL, TOOLS)
