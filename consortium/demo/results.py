"""What the projects of the demonstration deliver and are measured by; all is invented."""

from __future__ import annotations

from dataclasses import dataclass

from consortium.outputs.models import DeliverableKind, Direction, Dissemination


@dataclass(frozen=True)
class Piece:
    """A deliverable of a node; `course` as that of a milestone, `serves` the numbers of the milestones that depend on it."""

    number: str
    node: str
    firm: str
    zh: str
    en: str
    kind: DeliverableKind
    level: Dissemination
    due: str
    course: str = ""
    serves: str = ""


@dataclass(frozen=True)
class Measure:
    """An assessment indicator: values at the start, at mid-term, at the end, and the actual ones: day, value, what shows it."""

    number: str
    node: str
    firm: str
    zh: str
    en: str
    unit: str
    way: Direction
    targets: tuple[str, str, str]
    method: str
    readings: tuple[tuple[str, str, str], ...] = ()


K, PUBLIC, SENSITIVE, INTERNAL = DeliverableKind, Dissemination.PUBLIC, Dissemination.SENSITIVE, Dissemination.INTERNAL
MOST, LEAST, WORDS = Direction.AT_MOST, Direction.AT_LEAST, Direction.IN_WORDS
THIRD = "具备资质的第三方机构检测 · Test by an accredited third party"
OWN = "承担单位自测，专家抽查 · Measured by the firm, sampled by experts"

PIECES = {
    "substrate": (
        Piece("D1.1", "1.1", "lishi", "长晶炉热场设计报告", "Report on the thermal field", K.REPORT, INTERNAL, "2025-10-20", "r-2 a9", "1"),
        Piece("D1.2", "1.2", "lishi", "8 英寸晶体样锭", "Boules of 8-inch crystal", K.MATERIAL, SENSITIVE, "2026-07-31", "r-3 b9 r+10 a8", "7 8"),
        Piece("D1.3", "1.3", "lishi", "低微管密度衬底样片", "Substrates with few micropipes", K.MATERIAL, SENSITIVE, "2026-10-30", "", "7"),
        Piece("D1.4", "1.4", "jiangzuo", "基平面位错演化论文", "Paper on basal-plane dislocations", K.PAPER, PUBLIC, "2026-06-15", "r-5 a10", "4"),
        Piece("D2.1", "2.1", "taihu", "切磨抛工艺规程", "Rules for slicing, grinding and polishing", K.PROCESS, INTERNAL, "2026-06-26", "r+2 a9", "5"),
        Piece("D2.2", "2.2", "taihu", "晶圆缺陷图谱数据集", "Data set of wafer defects", K.DATA, SENSITIVE, "2027-01-15", "", "10"),
        Piece("D3.1", "3.1", "danyun", "12 微米外延工艺包", "Process for 12 µm epitaxy", K.PROCESS, INTERNAL, "2026-03-25", "r-1 a8", "3"),
        Piece("D3.2", "3.2", "danyun", "30 微米厚膜外延样片", "Samples of 30 µm epitaxy", K.MATERIAL, SENSITIVE, "2026-11-10", "r+6", "8"),
        Piece("D3.9", "3", "danyun", "外延设备选型建议书", "Advice on equipment for epitaxy", K.REPORT, INTERNAL, "2027-03-31"),
        Piece("D4.1", "4.1", "hengzhun", "8 英寸晶圆检测方法团体标准草案", "Draft standard for inspecting 8-inch wafers", K.STANDARD, PUBLIC, "2026-09-10", "r-2 a9", "6"),
    ),
    "mosfet": (
        Piece("D1.1", "1.1", "jichuan", "沟槽栅元胞设计说明书", "Description of the cell design", K.REPORT, INTERNAL, "2025-12-12", "r-4 a9", "1"),
        Piece("D1.2", "1.2", "taihu", "沟槽刻蚀工艺规程", "Rules for etching trenches", K.PROCESS, INTERNAL, "2026-03-20", "r+3 a7", "2"),
        Piece("D1.3", "1.3", "jichuan", "第一轮流片晶圆", "Wafers of the first run", K.PRODUCT, SENSITIVE, "2026-07-31", "r-2 a9", "4 7"),
        Piece("D1.4", "1.4", "jichuan", "静态特性测试数据集", "Data set of static values", K.DATA, SENSITIVE, "2026-11-30", "", "7 10"),
        Piece("D2.1", "2.1", "jiangzuo", "氮化退火界面钝化发明专利", "Patent on passivating the interface", K.PATENT, PUBLIC, "2026-06-30", "r-3 a12", "3"),
        Piece("D3.1", "3.1", "yizhou", "银烧结工艺窗口报告", "Report on the process window of silver sintering", K.REPORT, SENSITIVE, "2026-06-25", "r-2 a9", "9"),
        Piece("D3.2", "3.2", "yizhou", "双面散热封装样品", "Samples of packages cooled on both sides", K.DEMONSTRATOR, SENSITIVE, "2026-10-15", "r-2 b9", "5"),
    ),
    "inverter": (
        Piece("D1.1", "1.1", "fuye", "示范工况定义书", "Definition of the driving cycles", K.REPORT, PUBLIC, "2026-04-28", "r-3 a9", "1"),
        Piece("D2.1", "2.1", "jichuan", "首批 200 只工程样件模块", "200 engineering modules", K.PRODUCT, SENSITIVE, "2026-07-10", "r-1 a8", "2 3"),
        Piece("D1.2", "1.2", "fuye", "台架耐久试验数据集", "Data of the endurance test", K.DATA, SENSITIVE, "2026-10-14", "r+3", "3"),
        Piece("D3.1", "3", "hengzhun", "效率与电磁兼容检测报告", "Report on efficiency and compatibility", K.REPORT, SENSITIVE, "2026-12-18", "", "4"),
        Piece("D4.1", "4.2", "fuye", "车队运行公开摘要", "Public summary of the fleet", K.REPORT, PUBLIC, "2028-11-30", "", "6"),
    ),
    "kernel": (
        Piece("D1.1", "T1.1", "qingxi", "内核接口规范", "Specification of the kernel's interfaces", K.STANDARD, PUBLIC, "2025-12-26", "r-2 a8", "1 3"),
        Piece("D1.2", "T1.2", "qingxi", "三种处理器板级支持包", "Board support for three processors", K.SOFTWARE, SENSITIVE, "2026-05-08", "r-1 a9", "3"),
        Piece("D1.3", "T1.3", "qingxi", "内核发行版 1.0", "Release 1.0 of the kernel", K.SOFTWARE, SENSITIVE, "2026-10-30", "r-4 b9", "6 11"),
        Piece("D2.1", "T2.1", "hongwei", "运行时预览版", "Preview of the runtime", K.SOFTWARE, INTERNAL, "2026-06-10", "r-2 a9", "4"),
        Piece("D2.2", "T2.2", "hongwei", "五种语言一致性测试集", "Conformance tests of all five languages", K.DATA, PUBLIC, "2026-11-27", "", "8"),
        Piece("D3.1", "T3.1", "linghai", "可调度性证明论文", "Paper on the proof of schedulability", K.PAPER, PUBLIC, "2026-04-15", "r-3 a11", "2"),
        Piece("D4.1", "T4.1", "wenheng", "实时性测评规范", "Rules for testing real-time behaviour", K.STANDARD, PUBLIC, "2026-08-28", "r-4 a8", "5 6"),
    ),
    "security": (
        Piece("D1.1", "1.1", "pantuo", "威胁模型报告", "Report on the threat model", K.REPORT, INTERNAL, "2026-02-06", "r-2 a10", "1"),
        Piece("D1.2", "1.2", "pantuo", "协议识别引擎", "Engine that recognises protocols", K.SOFTWARE, SENSITIVE, "2026-11-10", "r+1", "3 6"),
        Piece("D2.1", "2.1", "hongwei", "可信启动固件", "Firmware with trusted start", K.SOFTWARE, SENSITIVE, "2026-05-29", "r-3 a8", "2"),
        Piece("D2.2", "2.2", "qimu", "签名下载工具", "Tool for signed download", K.SOFTWARE, SENSITIVE, "2026-10-23", "", "4 9"),
        Piece("D3.1", "3", "luyang", "控制行为基线数据集", "Data set of control behaviour", K.DATA, INTERNAL, "2026-09-18", "r-2 a9", "5"),
        Piece("D4.1", "4.1", "wenheng", "第一轮渗透测试报告", "Report on the first penetration tests", K.REPORT, INTERNAL, "2026-12-24", "", "7"),
    ),
    "kiln": (
        Piece("D1.1", "1.1", "hedu", "产线改造方案", "Plan of the conversion", K.REPORT, SENSITIVE, "2026-06-18", "r-2 a8", "1"),
        Piece("D2.1", "2.1", "hongwei", "首条窑炉联调记录", "Record of the off-line tests", K.REPORT, SENSITIVE, "2026-08-31", "r-1 a8", "2 3"),
        Piece("D3.1", "3", "luyang", "窑温优化算法库", "Library of the optimised firing curve", K.SOFTWARE, INTERNAL, "2026-11-13", "", "4"),
        Piece("D1.2", "1.4", "hedu", "示范应用公开案例", "Public case of the demonstration", K.REPORT, PUBLIC, "2028-04-14", "", "7"),
    ),
    "machine": (
        Piece("D1.1", "1.1", "liyue", "整机总体方案", "Concept of the machine", K.REPORT, SENSITIVE, "2026-09-18", "r-3 a9", "1"),
        Piece("D2.2", "2.2", "jincen", "丝杠预紧力对比数据", "Data on the preload of ball screws", K.DATA, SENSITIVE, "2026-11-13", "", "3"),
        Piece("D3.1", "3.1", "weichuan", "热误差试验台", "Test stand for thermal errors", K.DEMONSTRATOR, SENSITIVE, "2026-10-23", "r-1 a9", "2"),
        Piece("D4.1", "4", "huance", "在机测头样机", "Prototype of the probe", K.DEMONSTRATOR, SENSITIVE, "2026-11-17", "r-2", "4"),
    ),
    "blade": (
        Piece("D2.1", "2.1", "chongling", "叶片验收指标书", "Criteria for accepting blades", K.REPORT, INTERNAL, "2027-02-26", "", "1"),
        Piece("D2.2", "2.3", "chongling", "六个月生产数据", "Data of six months", K.DATA, SENSITIVE, "2029-05-15", "", "5"),
    ),
}  # fmt: skip

MEASURES = {
    "substrate": (
        Measure("K1", "1.3", "lishi", "8 英寸衬底微管密度", "Micropipes of 8-inch substrates", "个/cm²", MOST, ("1.2", "0.3", "0.1"), THIRD, (
            ("2025-12-10", "0.85", "第 6 炉样锭检测"), ("2026-05-20", "0.42", "第 14 炉样锭检测"), ("2026-10-15", "0.24", "第 23 炉样锭检测，达到中期指标"))),
        Measure("K2", "3.2", "danyun", "外延厚度不均匀性", "Unevenness of the epitaxy", "%", MOST, ("4.5", "3", "2"), THIRD, (
            ("2026-03-20", "2.8", "12 微米外延片验收"), ("2026-11-05", "3.6", "30 微米厚膜首批，未达到中期指标，正在调整温场"))),
        Measure("K3", "3.3", "danyun", "外延致命缺陷密度", "Killer defects of the epitaxy", "个/cm²", MOST, ("1.0", "0.5", "0.2"), THIRD),
        Measure("K4", "4.1", "hengzhun", "8 英寸检测能力", "Inspection of 8-inch wafers", "", WORDS, ("仅覆盖 6 英寸", "具备 8 英寸检测能力", "取得资质认定"), "资质证书 · Certificate", (
            ("2026-09-10", "具备 8 英寸检测能力，资质认定已受理", "检测方法验收时登记"),)),
    ),
    "mosfet": (
        Measure("K1", "1.4", "jichuan", "比导通电阻", "Specific on-resistance", "mΩ·cm²", MOST, ("3.8", "2.6", "2.3"), THIRD, (("2026-08-06", "2.9", "第一轮流片静态特性"),)),
        Measure("K2", "2.1", "jiangzuo", "界面态密度", "Density of interface states", "cm⁻²·eV⁻¹", MOST, ("5e11", "2e11", "1e11"), OWN, (
            ("2026-04-20", "2.6e11", "电导法"), ("2026-06-20", "1.8e11", "电导法，三片平均"))),
        Measure("K3", "3.2", "yizhou", "封装热阻降低幅度", "Reduction of thermal resistance", "%", LEAST, ("0", "25", "35"), THIRD, (("2026-09-28", "22", "6 只样品，低于中期指标"),)),
    ),
    "inverter": (
        Measure("K1", "3", "hengzhun", "逆变器峰值效率", "Peak efficiency of the inverter", "%", LEAST, ("98.4", "99", "99.2"), THIRD, (("2026-10-22", "99.05", "台架样机预测试"),)),
        Measure("K2", "4.2", "fuye", "示范车队累计里程", "Kilometres of the fleet", "万 km", LEAST, ("0", "150", "500"), "车联网平台统计 · Count of the fleet's platform"),
    ),
    "kernel": (
        Measure("K1", "T1.3", "qingxi", "中断响应最坏情况", "Worst interrupt latency", "µs", MOST, ("12", "5", "3"), THIRD, (
            ("2026-04-28", "9.4", "板级启动测试"), ("2026-09-26", "4.7", "72 小时压力测试"))),
        Measure("K2", "T1.3", "qingxi", "任务抖动", "Jitter of tasks", "µs", MOST, ("6", "2", "1"), THIRD, (("2026-09-26", "2.3", "72 小时压力测试，略高于中期指标"),)),
        Measure("K3", "T4.2", "wenheng", "功能安全等级", "Level of functional safety", "", WORDS, ("未评估", "完成概念评估", "通过 SIL 2"), "评估报告 · Report of the assessor"),
    ),
    "security": (
        Measure("K1", "1.2", "pantuo", "可识别工控协议数", "Protocols recognised", "种", LEAST, ("8", "20", "40"), THIRD, (("2026-06-24", "22", "第三方测试"), ("2026-11-12", "41", "待第三方确认"))),
        Measure("K2", "1.3", "pantuo", "异常指令检出率", "Abnormal commands detected", "%", LEAST, ("85", "95", "98"), THIRD),
        Measure("K3", "3", "luyang", "基线模型误报率", "False alarms of the model", "%", MOST, ("3", "1", "0.5"), OWN, (("2026-09-20", "0.9", "三周现场回放"),)),
    ),
    "kiln": (
        Measure("K1", "3", "luyang", "单位产品能耗下降", "Less energy per product", "%", LEAST, ("0", "2", "4"), "能源计量数据 · Metered energy"),
        Measure("K2", "1.4", "hedu", "连续无故障运行", "Hours without a fault", "h", LEAST, ("0", "2000", "5000"), "运行日志 · Log of the lines"),
    ),
    "machine": (
        Measure("K1", "1.3", "liyue", "空间定位精度", "Accuracy of positioning", "µm", MOST, ("18", "10", "8"), THIRD),
        Measure("K2", "4", "huance", "测头重复精度", "Repeatability of the probe", "µm", MOST, ("2.5", "1.5", "1"), OWN, (("2026-11-12", "1.1", "30 次重复触测"),)),
    ),
    "blade": (Measure("K1", "2.2", "chongling", "叶型轮廓度", "Profile of the blade", "mm", MOST, ("0.10", "0.08", "0.06"), THIRD),),
}  # fmt: skip
