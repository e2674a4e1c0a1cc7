"""The projects and milestones of the demonstration; all are invented."""

from __future__ import annotations

from dataclasses import dataclass

from consortium.core.terms import CoreArea, ProjectKind

MEANS = {
    "test": "第三方检测报告 · Third-party test report",
    "proto": "样件与验收记录 · Samples and the record of their acceptance",
    "review": "专家评审意见 · Opinion of expert reviewers",
    "site": "用户现场运行报告 · Report from the user's site",
    "design": "设计文件与评审记录 · Design documents and the record of their review",
}


@dataclass(frozen=True)
class Goal:
    """A milestone. `course` is what became of it, in days: `r-4` reported four days before it was due, `b6` returned six days after
    that, `v5` verified, `d3` returned by who was to accept it, `a8` verified half-way and accepted eight days after that, `w-20` waived twenty
    days before it was due. `slip` is the day on which its firm said why it is late, the day that it expects, and why."""

    firm: str
    zh: str
    en: str
    due: str
    weight: int
    means: str
    course: str = ""
    slip: tuple[str, str, str] | tuple[()] = ()


@dataclass(frozen=True)
class Share:
    """What a firm does in a project, and its planned money in yuan."""

    firm: str
    budget: int
    task: str


@dataclass(frozen=True)
class Work:
    """A project; `levels` are start, target, and the levels reached on ISO days; without `begun` it is still a draft.

    By its `key` its plan, results and indicators are found in the tables beside this one."""

    table: str
    kind: ProjectKind
    zh: str
    en: str
    objective: str
    area: CoreArea
    lead: str
    period: tuple[str, str]
    budget: int
    levels: tuple[int, int]
    started: str
    begun: str
    shares: tuple[Share, ...]
    goals: tuple[Goal, ...]
    reached: tuple[tuple[str, int, str], ...] = ()
    key: str = ""


RD, DEMO = ProjectKind.JOINT_RD, ProjectKind.DEMONSTRATION

WORKS = (
    Work(
        "sic", RD, "8 英寸车规级碳化硅衬底与厚膜外延联合攻关", "Joint R&D on 8-inch automotive silicon carbide substrates and thick epitaxy",
        "8 英寸导电型衬底微管密度不高于 0.1 个/平方厘米，基平面位错不高于 500 个/平方厘米；外延厚度不均匀性不高于 2%，致命缺陷不高于 0.2 个/平方厘米。",
        CoreArea.BASIC_MAT, "lishi", ("2025-07-15", "2027-12-31"), 38_600_000, (4, 8), "2025-07-08", "2025-07-15",
        shares=(
            Share("lishi", 17_400_000, "晶体生长、切磨抛与衬底检测。"), Share("danyun", 11_200_000, "厚膜外延工艺与缺陷控制。"),
            Share("taihu", 4_800_000, "中试线与失效分析。"), Share("jiangzuo", 2_600_000, "位错演化机理。"), Share("hengzhun", 1_900_000, "材料与晶圆检测。"),
        ),
        goals=(
            Goal("lishi", "完成 8 英寸长晶炉热场定型", "Thermal field of the 8-inch growth furnace settled", "2025-10-31", 8, "design", "r-3 a9"),
            Goal("lishi", "8 英寸晶体有效厚度达到 20 毫米", "8-inch crystal with 20 mm of usable thickness", "2026-01-31", 12, "test", "r-6 b7 r+9 a6"),
            Goal("danyun", "12 微米外延片厚度不均匀性不高于 3%", "Thickness of 12 µm epitaxy even to within 3%", "2026-03-31", 10, "test", "r-2 a11"),
            Goal("jiangzuo", "提交基平面位错演化模型", "Model of basal-plane dislocations delivered", "2026-05-15", 6, "review", "r-1 a12"),
            Goal("taihu", "中试线切磨抛工艺贯通", "Slicing, grinding and polishing run through on the pilot line", "2026-06-30", 10, "proto", "r+4 a8"),
            Goal("hengzhun", "建立 8 英寸晶圆检测能力", "Inspection of 8-inch wafers available", "2026-09-15", 8, "test", "r-5 a7"),
            Goal("lishi", "衬底微管密度不高于 0.1 个/平方厘米", "Micropipes at most 0.1 per square centimetre", "2026-10-31", 12, "test",
                 slip=("2026-10-26", "2026-12-10", "第七炉晶体在退火时开裂，需补长两炉。The seventh crystal cracked while it was annealed; two more runs are needed.")),
            Goal("danyun", "30 微米厚膜外延首批样片交付", "First samples of 30 µm epitaxy delivered", "2026-11-30", 8, "proto"),
            Goal("danyun", "外延致命缺陷不高于 0.2 个/平方厘米", "Killer defects at most 0.2 per square centimetre", "2027-08-31", 14, "test"),
            Goal("taihu", "完成 100 片晶圆缺陷溯源图谱", "Atlas of the defects of a hundred wafers", "2027-01-31", 4, "review"),
            Goal("lishi", "连续 10 炉晶体良率不低于 50%", "Ten growth runs in a row with a yield of at least 50%", "2027-05-31", 4, "test"),
            Goal("hengzhun", "完成衬底与外延片第三方评价", "Independent assessment of substrates and epitaxy finished", "2027-12-15", 4, "test"),
        ),
        reached=(("2026-02-24", 5, "8 英寸晶体样锭第三方检测报告"), ("2026-07-20", 6, "中试线连续三炉工艺验证记录")),
        key="substrate",
    ),
    Work(
        "sic", RD, "1200 V 沟槽栅碳化硅 MOSFET 联合攻关", "Joint R&D on a 1200 V trench-gate silicon carbide MOSFET",
        "1200 V 沟槽栅器件比导通电阻不高于 2.3 毫欧·平方厘米，175 摄氏度栅氧寿命外推大于 20 年，通过车规级可靠性考核。",
        CoreArea.IC, "jichuan", ("2025-09-01", "2028-06-30"), 52_000_000, (3, 8), "2025-08-20", "2025-09-01",
        shares=(
            Share("jichuan", 29_800_000, "器件设计、流片与良率提升。"), Share("yizhou", 9_600_000, "银烧结与双面散热封装。"),
            Share("taihu", 5_900_000, "沟槽刻蚀与离子注入中试。"), Share("jiangzuo", 3_400_000, "界面态与栅氧可靠性。"), Share("hengzhun", 2_700_000, "车规级可靠性考核。"),
        ),
        goals=(
            Goal("jichuan", "完成沟槽栅元胞结构设计冻结", "Cell design of the trench gate frozen", "2025-12-15", 10, "design", "r-7 a10"),
            Goal("taihu", "沟槽侧壁粗糙度不高于 2 纳米", "Trench walls rough by no more than 2 nm", "2026-03-15", 10, "test", "r+8 a9"),
            Goal("jiangzuo", "界面态密度降至 2×10¹¹ 以下", "Density of interface states below 2×10¹¹", "2026-05-31", 12, "review", "r-4 v5 d3 r+18 a9"),
            Goal("jichuan", "第一轮全流程流片完成", "First full run of wafers finished", "2026-07-31", 12, "proto", "r-3 a13"),
            Goal("yizhou", "双面散热封装热阻达到设计值", "Package cooled on both sides meets its thermal resistance", "2026-09-30", 12, "test", "r-1 b10"),
            Goal("hengzhun", "完成栅氧经时击穿考核方案", "Plan for testing the breakdown of gate oxide over time", "2026-10-20", 6, "design", "r-2 v9"),
            Goal("jichuan", "比导通电阻不高于 2.6 毫欧·平方厘米", "Specific on-resistance at most 2.6 mΩ·cm²", "2026-12-15", 12, "test"),
            Goal("hengzhun", "通过车规级可靠性考核", "Automotive qualification passed", "2028-03-31", 12, "test"),
            Goal("yizhou", "银烧结层空洞率不高于 2%", "Voids in the sintered silver at most 2%", "2026-06-30", 4, "test", "r-3 a9"),
            Goal("jichuan", "第二轮流片静态特性达标", "Second run of wafers meets its static values", "2027-03-31", 5, "test"),
            Goal("jichuan", "小批量芯片良率不低于 60%", "Small series with a yield of at least 60%", "2027-09-30", 5, "test"),
        ),
        reached=(("2026-08-18", 4, "第一轮流片静态特性实验室报告"),),
        key="mosfet",
    ),
    Work(
        "sic", DEMO, "碳化硅主驱逆变器装车示范应用", "Demonstration of silicon carbide main inverters in vehicles",
        "完成不少于 3 款车型装车，累计不低于 10 万台套；逆变器峰值效率不低于 99.2%，百万公里现场失效率不高于 5 FIT。",
        CoreArea.IC, "fuye", ("2026-03-01", "2028-12-31"), 24_000_000, (6, 9), "2026-02-10", "2026-03-02",
        shares=(
            Share("fuye", 13_500_000, "台架验证、整车标定与示范车队运行。"), Share("jichuan", 5_600_000, "模块供样与应用支持。"),
            Share("yizhou", 2_900_000, "小批量封装。"), Share("hengzhun", 1_200_000, "效率与电磁兼容检测。"),
        ),
        goals=(
            Goal("fuye", "完成示范车型与工况定义", "Vehicles and driving cycles of the demonstration defined", "2026-04-30", 8, "design", "r-8 a6"),
            Goal("jichuan", "交付首批 200 只工程样件模块", "First 200 engineering modules delivered", "2026-07-15", 14, "proto", "r-2 a9"),
            Goal("fuye", "台架 1000 小时耐久试验", "1,000 hours of endurance on the bench", "2026-10-10", 18, "site", "r+6"),
            Goal("hengzhun", "电磁兼容与效率第三方检测", "Independent test of efficiency and electromagnetic compatibility", "2026-11-10", 10, "test"),
            Goal("yizhou", "封装小批量产线通线", "Small-series packaging line in operation", "2027-03-31", 14, "proto"),
            Goal("fuye", "百台示范车队累计运行 500 万公里", "A hundred vehicles have driven 5 million kilometres", "2028-06-30", 22, "site"),
            Goal("jichuan", "累计交付 1000 只模块", "A thousand modules delivered", "2027-03-15", 6, "proto"),
            Goal("fuye", "首批 20 台车辆装车", "First 20 vehicles fitted", "2027-09-30", 8, "site"),
        ),
        key="inverter",
    ),
    Work(
        "control", RD, "硬实时操作系统内核与控制器运行时联合攻关", "Joint R&D on a hard real-time kernel and controller runtime",
        "内核中断响应最坏情况不高于 3 微秒，任务抖动不高于 1 微秒；运行时支持 IEC 61131-3 全部语言，通过功能安全 SIL 2 评估。",
        CoreArea.BASIC_SW, "qingxi", ("2025-11-10", "2027-10-31"), 21_500_000, (3, 7), "2025-11-05", "2025-11-10",
        shares=(
            Share("qingxi", 9_800_000, "硬实时内核与板级支持包。"), Share("hongwei", 7_600_000, "控制器运行时与总线协议栈。"),
            Share("linghai", 2_100_000, "调度可证明性与形式化验证。"), Share("wenheng", 1_400_000, "实时性与功能安全测评。"),
        ),
        goals=(
            Goal("qingxi", "内核架构与接口规范发布", "Architecture and interfaces of the kernel published", "2025-12-31", 8, "design", "r-4 a8"),
            Goal("linghai", "调度算法可调度性证明", "Proof that the scheduling always meets its deadlines", "2026-03-20", 8, "review", "r-2 a10"),
            Goal("qingxi", "内核在三种国产处理器上启动", "The kernel starts on three domestic processors", "2026-04-30", 12, "proto", "r+3 a7"),
            Goal("hongwei", "运行时支持梯形图与结构化文本", "The runtime executes ladder diagrams and structured text", "2026-06-15", 14, "test", "r-5 b9 r+11 a8"),
            Goal("wenheng", "实时性测评规范第一版", "First edition of the rules for testing real-time behaviour", "2026-08-31", 8, "design", "r-6 a9"),
            Goal("qingxi", "中断响应最坏情况不高于 5 微秒", "Worst interrupt latency at most 5 µs", "2026-09-30", 14, "test", "r-2 a14"),
            Goal("hongwei", "移植旧版总线协议栈", "Older fieldbus stack ported", "2026-10-15", 4, "proto", "w-24"),
            Goal("hongwei", "运行时支持全部五种编程语言", "The runtime supports all five languages", "2026-12-05", 10, "test"),
            Goal("wenheng", "通过功能安全 SIL 2 评估", "Functional safety SIL 2 assessed", "2027-09-30", 12, "test"),
            Goal("linghai", "内核关键模块完成形式化验证", "Critical modules of the kernel formally verified", "2027-05-14", 5, "review"),
            Goal("hongwei", "内核与运行时集成样机", "Prototype in which kernel and runtime work as one", "2027-05-31", 5, "proto"),
        ),
        reached=(("2026-05-22", 4, "三种处理器板级启动实验室记录"), ("2026-10-26", 5, "实时性测评报告")),
        key="kernel",
    ),
    Work(
        "control", RD, "工业控制内生安全与协议审计联合攻关", "Joint R&D on built-in security and protocol auditing of industrial control",
        "控制器固件完整性校验全覆盖，识别不少于 40 种工控协议，异常指令检出率不低于 98%，误报率不高于 0.5%。",
        CoreArea.NETSEC, "pantuo", ("2025-12-01", "2027-12-31"), 18_300_000, (4, 8), "2025-11-20", "2025-12-01",
        shares=(
            Share("pantuo", 9_100_000, "协议审计与异常检测引擎。"), Share("qimu", 4_300_000, "安全组态与签名下载。"), Share("hongwei", 2_600_000, "可信启动与固件加固。"),
            Share("wenheng", 1_200_000, "渗透测试与安全测评。"), Share("luyang", 900_000, "控制行为基线模型。"),
        ),
        goals=(
            Goal("pantuo", "完成威胁模型与安全需求规范", "Threat model and security requirements finished", "2026-02-10", 8, "design", "r-5 a9"),
            Goal("hongwei", "控制器可信启动原型", "Prototype of a controller that starts only trusted firmware", "2026-05-20", 14, "proto", "r-1 a12"),
            Goal("pantuo", "识别 20 种工控协议", "Twenty industrial protocols recognised", "2026-06-30", 12, "test", "r-3 a8"),
            Goal("qimu", "组态工程签名下载", "Engineering projects are signed before they are loaded", "2026-08-20", 9, "proto", "r+12 b7"),
            Goal("luyang", "控制行为基线模型", "Baseline model of control behaviour", "2026-09-25", 8, "review", "r-3 a9"),
            Goal("pantuo", "识别 40 种工控协议", "Forty industrial protocols recognised", "2026-11-15", 12, "test", "r-1 v5"),
            Goal("wenheng", "第一轮渗透测试", "First round of penetration tests", "2026-11-28", 10, "test"),
            Goal("pantuo", "异常指令检出率不低于 98%", "At least 98% of abnormal commands detected", "2027-09-30", 12, "test"),
            Goal("qimu", "签名下载通过现场试用", "Signed download tried at a site", "2027-03-31", 4, "site"),
            Goal("luyang", "基线模型误报率不高于 0.5%", "Baseline model with at most 0.5% false alarms", "2027-06-30", 5, "test"),
            Goal("wenheng", "完成整体安全测评", "Security of the whole assessed", "2027-12-15", 6, "test"),
        ),
        reached=(("2026-07-15", 5, "协议识别第三方测试报告"),),
        key="security",
    ),
    Work(
        "control", DEMO, "建筑陶瓷窑炉智能控制示范应用", "Demonstration of intelligent control in ceramic kilns",
        "在 6 条窑炉产线部署，连续无故障运行 5000 小时，单位产品能耗下降 4%，控制系统基础软件替换率 100%。",
        CoreArea.BASIC_SW, "hedu", ("2026-05-01", "2028-04-30"), 16_000_000, (6, 9), "2026-04-16", "2026-05-06",
        shares=(
            Share("hedu", 8_200_000, "示范产线改造与运行。"), Share("hongwei", 4_400_000, "控制系统交付与联调。"),
            Share("luyang", 1_700_000, "窑温优化控制算法。"), Share("pantuo", 1_300_000, "边界防护与审计部署。"), Share("fenglan", 400_000, "燃烧器与空燃比控制改造。"),
        ),
        goals=(
            Goal("hedu", "完成产线现状评估与改造方案", "State of the lines assessed, conversion planned", "2026-06-20", 10, "design", "r-2 a8"),
            Goal("hongwei", "首条窑炉控制系统离线联调", "Control of the first kiln tested off line", "2026-08-31", 14, "proto", "r-4 a9"),
            Goal("hedu", "首条窑炉切换上线", "First kiln switched over", "2026-09-30", 18, "site",
                 slip=("2026-09-22", "2026-12-20", "窑炉检修推迟到十一月，切换窗口随之顺延。The overhaul of the kiln was put off to November, and the switch-over with it.")),
            Goal("luyang", "窑温优化算法上线试运行", "Optimised firing curve on trial", "2026-11-20", 12, "site"),
            Goal("pantuo", "部署协议审计与边界防护", "Auditing and perimeter protection installed", "2026-12-10", 10, "site"),
            Goal("hedu", "旧系统备用通道保留改造", "Stand-by channel of the old system kept", "2026-10-31", 6, "design", "w-30"),
            Goal("hedu", "六条窑炉连续运行 5000 小时", "Six kilns have run for 5,000 hours", "2028-03-31", 18, "site"),
            Goal("hedu", "第三条窑炉切换上线", "Third kiln switched over", "2027-04-30", 6, "site"),
            Goal("hongwei", "五条窑炉控制柜全部交付", "Cabinets of five kilns delivered", "2027-06-15", 6, "proto"),
        ),
        key="kiln",
    ),
    Work(
        "tools", RD, "五轴联动机床精度保持性联合攻关", "Joint R&D on the lasting accuracy of five-axis machine tools",
        "整机空间定位精度不高于 8 微米，连续切削 2000 小时精度衰减不高于 15%；电主轴 24000 转每分钟温升不高于 12 摄氏度。",
        CoreArea.HIGH_END_EQUIP, "liyue", ("2026-08-01", "2028-12-31"), 33_000_000, (4, 7), "2026-07-20", "2026-08-03",
        shares=(
            Share("liyue", 15_600_000, "整机结构与数控集成。"), Share("yunxiu", 7_900_000, "大扭矩电主轴。"), Share("jincen", 5_200_000, "滚珠丝杠与直线导轨。"),
            Share("weichuan", 2_100_000, "热误差建模与补偿。"), Share("huance", 1_600_000, "在机测量。"),
        ),
        goals=(
            Goal("liyue", "整机总体方案评审", "Concept of the machine reviewed", "2026-09-20", 10, "review", "r-3 a8"),
            Goal("weichuan", "热误差试验台搭建", "Test stand for thermal errors set up", "2026-10-15", 8, "proto", "r+2 a10"),
            Goal("jincen", "丝杠预紧力保持性对比试验", "Comparison of how ball screws keep their preload", "2026-11-05", 10, "test",
                 slip=("2026-11-02", "2026-12-05", "试验台变频器到货晚三周。The inverter of the test stand came three weeks late.")),
            Goal("huance", "在机测头重复精度不高于 1 微米", "Probe on the machine repeats to within 1 µm", "2026-11-14", 8, "test", "r-1"),
            Goal("yunxiu", "电主轴首台样机装配", "First motor spindle assembled", "2026-12-18", 12, "proto"),
            Goal("liyue", "首台样机切削试验", "First machine cuts metal", "2027-06-30", 12, "site"),
            Goal("weichuan", "热误差补偿后定位误差下降 60%", "Compensation lowers the positioning error by 60%", "2027-10-31", 12, "test"),
            Goal("liyue", "2000 小时精度保持性考核", "Accuracy kept over 2,000 hours", "2028-10-31", 12, "site"),
            Goal("jincen", "丝杠副 1000 小时磨损试验", "Ball screws worn for 1,000 hours", "2027-04-30", 5, "test"),
            Goal("yunxiu", "电主轴温升不高于 12 摄氏度", "Spindle warms by at most 12 °C", "2027-05-31", 5, "test"),
            Goal("liyue", "整机空间定位精度不高于 8 微米", "Machine positions to within 8 µm", "2027-09-30", 6, "test"),
        ),
        key="machine",
    ),
    Work(
        "tools", DEMO, "能源装备叶片五轴加工示范应用", "Demonstration of five-axis machining of turbine blades",
        "在叶片产线部署 4 台样机，叶型轮廓度不高于 0.06 毫米，单件加工时间缩短 20%。",
        CoreArea.BASIC_PARTS, "chongling", ("2027-01-01", "2029-06-30"), 12_000_000, (6, 9), "2026-10-22", "",
        shares=(Share("chongling", 7_500_000, "叶片产线部署与验证。"), Share("liyue", 3_800_000, "样机交付与工艺支持。")),
        goals=(
            Goal("chongling", "确定首批验证叶片与验收指标", "First blades and criteria of acceptance agreed", "2027-02-28", 10, "design"),
            Goal("liyue", "首台样机进厂安装", "First machine installed at the user", "2027-08-31", 20, "proto"),
            Goal("chongling", "首件叶片合格", "First blade within tolerance", "2027-11-30", 20, "test"),
            Goal("liyue", "四台样机全部交付", "All four machines delivered", "2028-06-30", 20, "proto"),
            Goal("chongling", "连续生产 6 个月用户报告", "Report on six months of production", "2029-05-31", 20, "site"),
            Goal("chongling", "叶片轮廓度测量规程", "Rules for measuring the profile of blades", "2027-05-31", 6, "design"),
            Goal("liyue", "用户操作与维护培训", "Operators trained at the user", "2027-10-15", 4, "site"),
        ),
        key="blade",
    ),
)  # fmt: skip
