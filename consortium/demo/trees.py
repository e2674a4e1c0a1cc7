"""The plans of the demonstration's projects: what has to be done, by whom, when, and what waits for what; all are invented."""

from __future__ import annotations

from dataclasses import dataclass

from consortium.plans.models import Profile


@dataclass(frozen=True)
class Job:
    """A node. `work` are the person-months of firms (`lishi:14 jiangzuo:3`); `after` is what it waits for (`1.1 2.1ss+30`)."""

    number: str
    firm: str
    zh: str
    en: str
    first: str
    last: str
    work: str = ""
    after: str = ""
    objective: str = ""

    @property
    def above(self) -> str:
        """The number of the node in which it lies: `1` of `1.2`, `WP1` of `T1.2`; nothing at the top."""
        head, dot, _ = self.number.rpartition(".")
        return head.replace("T", "WP") if dot else ""


@dataclass(frozen=True)
class Tree:
    """The plan of a project."""

    jobs: tuple[Job, ...]
    profile: Profile = Profile.CHINESE


TREES = {
    "substrate": Tree((
        Job("1", "lishi", "8 英寸导电型衬底制备", "Conductive 8-inch substrates", "2025-07-15", "2027-05-31",
            objective="微管密度不高于 0.1 个/平方厘米，连续 10 炉良率不低于 50%。\nAt most 0.1 micropipes per square centimetre, ten runs in a row with a yield of 50%."),
        Job("1.1", "lishi", "长晶炉热场设计与定型", "Design of the furnace's thermal field", "2025-07-15", "2025-10-31", "lishi:14 jiangzuo:3"),
        Job("1.2", "lishi", "8 英寸晶体生长工艺", "Growth of 8-inch crystals", "2025-11-03", "2026-07-31", "lishi:36", "1.1"),
        Job("1.3", "lishi", "衬底微管密度控制", "Control of micropipes", "2026-08-03", "2027-01-29", "lishi:24 jiangzuo:6", "1.2"),
        Job("1.4", "jiangzuo", "基平面位错演化机理", "How basal-plane dislocations evolve", "2025-09-01", "2026-05-15", "jiangzuo:18 lishi:2", "1.1ss+20"),
        Job("1.5", "lishi", "多炉次良率提升", "Higher yield over many runs", "2026-09-01", "2027-05-31", "lishi:12", "1.2"),
        Job("2", "taihu", "中试加工与失效分析", "Pilot line and failure analysis", "2025-10-09", "2027-03-31",
            objective="贯通切磨抛工艺，建立缺陷溯源方法。\nSlicing, grinding and polishing run through; every defect is traced to its origin."),
        Job("2.1", "taihu", "切磨抛中试线贯通", "Slicing, grinding and polishing on the pilot line", "2025-10-09", "2026-07-03", "taihu:22 lishi:6"),
        Job("2.2", "taihu", "缺陷溯源与失效分析", "Origin of defects and failure analysis", "2026-07-06", "2027-03-31", "taihu:16 jiangzuo:4", "2.1 1.4"),
        Job("3", "danyun", "厚膜外延工艺", "Thick epitaxy", "2025-09-01", "2027-08-31",
            objective="30 微米外延厚度不均匀性不高于 2%，致命缺陷不高于 0.2 个/平方厘米。\n30 µm of epitaxy, even to within 2%, with at most 0.2 killer defects per square centimetre."),
        Job("3.1", "danyun", "12 微米外延均匀性", "Evenness of 12 µm epitaxy", "2025-09-01", "2026-03-31", "danyun:18"),
        Job("3.2", "danyun", "30 微米厚膜外延", "30 µm epitaxy", "2026-04-01", "2026-10-30", "danyun:20 lishi:2", "3.1 1.2ss+60"),
        Job("3.3", "danyun", "外延致命缺陷控制", "Control of killer defects", "2027-02-01", "2027-08-31", "danyun:20 taihu:3", "1.3 3.2"),
        Job("4", "hengzhun", "检测方法与第三方评价", "Test methods and independent assessment", "2026-01-05", "2027-12-31",
            objective="建立 8 英寸晶圆检测能力，给出第三方结论。\n8-inch wafers can be inspected, and an independent finding is given."),
        Job("4.1", "hengzhun", "8 英寸晶圆检测方法", "Methods for inspecting 8-inch wafers", "2026-01-05", "2026-09-15", "hengzhun:10"),
        Job("4.2", "hengzhun", "衬底与外延片第三方评价", "Assessment of substrates and epitaxy", "2027-09-01", "2027-12-31", "hengzhun:8 danyun:2", "3.3 4.1"),
    )),
    "mosfet": Tree((
        Job("1", "jichuan", "沟槽栅器件设计与流片", "Design and runs of the trench-gate device", "2025-09-01", "2027-09-30",
            objective="比导通电阻不高于 2.3 毫欧·平方厘米。\nSpecific on-resistance at most 2.3 mΩ·cm²."),
        Job("1.1", "jichuan", "沟槽栅元胞设计", "Cell design of the trench gate", "2025-09-01", "2025-12-15", "jichuan:16 jiangzuo:2"),
        Job("1.2", "taihu", "沟槽刻蚀与离子注入工艺", "Etching of trenches and ion implantation", "2025-10-09", "2026-03-31", "taihu:20"),
        Job("1.3", "jichuan", "第一轮全流程流片", "First full run of wafers", "2026-04-01", "2026-07-31", "jichuan:20 taihu:5", "1.1 1.2"),
        Job("1.4", "jichuan", "第二轮流片与导通电阻优化", "Second run and lower on-resistance", "2026-09-01", "2027-03-31", "jichuan:28 taihu:5", "1.3 2.1"),
        Job("1.5", "jichuan", "小批量试制", "Small series", "2027-04-01", "2027-09-30", "jichuan:18", "1.4"),
        Job("2", "jiangzuo", "界面与栅氧可靠性", "Interface and gate oxide", "2025-10-09", "2027-05-31",
            objective="界面态密度低于 2×10¹¹，175 摄氏度栅氧寿命外推大于 20 年。\nInterface states below 2×10¹¹; gate oxide lives over 20 years at 175 °C."),
        Job("2.1", "jiangzuo", "界面态密度控制", "Fewer interface states", "2025-10-09", "2026-07-31", "jiangzuo:18"),
        Job("2.2", "hengzhun", "栅氧经时击穿评价", "Breakdown of gate oxide over time", "2026-09-01", "2027-05-31", "hengzhun:14 jiangzuo:6", "1.3"),
        Job("3", "yizhou", "双面散热封装", "Package cooled on both sides", "2025-11-03", "2027-06-30",
            objective="封装热阻较单面散热降低 35%。\nThermal resistance 35% below that of a package cooled on one side."),
        Job("3.1", "yizhou", "银烧结工艺", "Silver sintering", "2025-11-03", "2026-06-30", "yizhou:16"),
        Job("3.2", "yizhou", "双面散热封装样品", "Samples of the package", "2026-07-01", "2027-06-30", "yizhou:22 jichuan:5", "3.1 1.3ss+40"),
        Job("4", "hengzhun", "车规级可靠性考核", "Automotive qualification", "2026-09-01", "2028-06-30",
            objective="通过车规级可靠性考核。\nThe automotive qualification is passed."),
        Job("4.1", "hengzhun", "考核方案与样品准备", "Test plan and samples", "2026-09-01", "2026-12-31", "hengzhun:6"),
        Job("4.2", "hengzhun", "可靠性考核试验", "Reliability tests", "2027-07-01", "2028-06-30", "hengzhun:20 yizhou:5 jichuan:6", "1.4 3.2 2.2 4.1"),
    )),
    "inverter": Tree((
        Job("1", "fuye", "车型定义与台架验证", "Vehicles defined, tests on the bench", "2026-03-02", "2026-10-16", objective="确定工况，完成 1000 小时耐久。\nDriving cycles defined, 1,000 hours endured."),
        Job("1.1", "fuye", "示范车型与工况定义", "Vehicles and driving cycles", "2026-03-02", "2026-04-30", "fuye:5"),
        Job("1.2", "fuye", "台架 1000 小时耐久试验", "1,000 hours of endurance", "2026-07-16", "2026-10-16", "fuye:12 jichuan:2", "1.1 2.1"),
        Job("2", "jichuan", "模块供样与小批量封装", "Supply of modules, packaging in small series", "2026-03-02", "2027-03-31", objective="形成小批量供货能力。\nModules can be supplied in small series."),
        Job("2.1", "jichuan", "首批工程样件模块", "First engineering modules", "2026-03-02", "2026-07-15", "jichuan:10 yizhou:5"),
        Job("2.2", "yizhou", "封装小批量产线", "Small-series packaging line", "2026-08-03", "2027-03-31", "yizhou:16 jichuan:6", "2.1"),
        Job("3", "hengzhun", "效率与电磁兼容检测", "Efficiency and electromagnetic compatibility", "2026-09-01", "2026-12-31", "hengzhun:8", "1.2ss+30",
            "峰值效率不低于 99.2%。\nPeak efficiency at least 99.2%."),
        Job("4", "fuye", "示范车队运行", "The demonstration fleet", "2027-04-01", "2028-12-29", objective="百台示范车累计运行 500 万公里。\nA hundred vehicles drive 5 million kilometres."),
        Job("4.1", "fuye", "首批 20 台装车与标定", "First 20 vehicles fitted and calibrated", "2027-04-01", "2027-09-24", "fuye:14 jichuan:5", "1.2 2.2 3"),
        Job("4.2", "fuye", "百台车队运行", "A fleet of a hundred vehicles", "2027-09-27", "2028-12-29", "fuye:30", "4.1"),
    )),
    "kernel": Tree((
        Job("WP1", "qingxi", "硬实时内核", "Hard real-time kernel", "2025-11-10", "2026-10-30",
            objective="中断响应最坏情况不高于 3 微秒。\nWorst interrupt latency at most 3 µs."),
        Job("T1.1", "qingxi", "内核架构与接口规范", "Architecture and interfaces", "2025-11-10", "2025-12-31", "qingxi:6 hongwei:2"),
        Job("T1.2", "qingxi", "板级支持包", "Board support packages", "2026-01-05", "2026-05-15", "qingxi:14", "T1.1"),
        Job("T1.3", "qingxi", "中断响应优化", "Faster interrupts", "2026-05-18", "2026-10-30", "qingxi:18", "T1.2"),
        Job("WP2", "hongwei", "控制器运行时", "Controller runtime", "2026-01-05", "2027-05-31",
            objective="支持 IEC 61131-3 全部五种语言。\nAll five languages of IEC 61131-3 are supported."),
        Job("T2.1", "hongwei", "梯形图与结构化文本", "Ladder diagrams and structured text", "2026-01-05", "2026-06-30", "hongwei:16", "T1.1"),
        Job("T2.2", "hongwei", "全部五种编程语言", "All five languages", "2026-07-01", "2026-12-11", "hongwei:18", "T2.1"),
        Job("T2.3", "hongwei", "内核与运行时集成", "Integration of kernel and runtime", "2026-12-14", "2027-05-31", "hongwei:14 qingxi:8", "T1.3 T2.2"),
        Job("WP3", "linghai", "形式化验证", "Formal verification", "2025-12-01", "2027-05-14",
            objective="证明调度满足全部时限。\nScheduling is proved to meet all deadlines."),
        Job("T3.1", "linghai", "可调度性证明", "Proof of schedulability", "2025-12-01", "2026-03-31", "linghai:9"),
        Job("T3.2", "linghai", "内核关键模块验证", "Verification of critical modules", "2026-05-18", "2027-05-14", "linghai:14 qingxi:5", "T1.2 T3.1"),
        Job("WP4", "wenheng", "测评", "Evaluation", "2026-03-02", "2027-10-29", objective="通过功能安全 SIL 2 评估。\nFunctional safety SIL 2 is assessed."),
        Job("T4.1", "wenheng", "实时性测评规范", "Rules for testing real-time behaviour", "2026-03-02", "2026-08-31", "wenheng:7"),
        Job("T4.2", "wenheng", "SIL 2 评估", "SIL 2 assessment", "2027-06-01", "2027-10-29", "wenheng:9 hongwei:5", "T2.3 T3.2 T4.1"),
    ), Profile.EUROPEAN),
    "security": Tree((
        Job("1", "pantuo", "协议审计与异常检测", "Protocol auditing and detection of anomalies", "2025-12-01", "2027-09-30",
            objective="识别 40 种协议，异常指令检出率不低于 98%。\nForty protocols recognised, 98% of abnormal commands detected."),
        Job("1.1", "pantuo", "威胁模型与安全需求", "Threat model and requirements", "2025-12-01", "2026-02-10", "pantuo:6 wenheng:1"),
        Job("1.2", "pantuo", "协议识别引擎", "Engine that recognises protocols", "2026-02-25", "2026-11-13", "pantuo:24", "1.1"),
        Job("1.3", "pantuo", "异常指令检测", "Detection of abnormal commands", "2026-11-16", "2027-09-24", "pantuo:26 luyang:3", "1.2 3"),
        Job("2", "hongwei", "可信启动与签名下载", "Trusted start and signed download", "2026-02-25", "2027-03-31",
            objective="固件与组态工程的完整性校验全覆盖。\nFirmware and engineering projects are all checked for integrity."),
        Job("2.1", "hongwei", "控制器可信启动", "Trusted start of controllers", "2026-02-25", "2026-06-30", "hongwei:12", "1.1"),
        Job("2.2", "qimu", "组态工程签名下载", "Signed download of projects", "2026-03-02", "2026-10-30", "qimu:14"),
        Job("2.3", "qimu", "签名下载现场试用", "Trial of signed download at a site", "2026-11-02", "2027-03-31", "qimu:7 hongwei:2", "2.1 2.2"),
        Job("3", "luyang", "控制行为基线模型", "Baseline model of control behaviour", "2026-03-02", "2026-09-30", "luyang:8", objective="误报率不高于 0.5%。\nAt most 0.5% false alarms."),
        Job("4", "wenheng", "渗透测试与安全测评", "Penetration tests and evaluation", "2026-11-02", "2027-12-31", objective="给出整体安全结论。\nA finding on the security of the whole."),
        Job("4.1", "wenheng", "第一轮渗透测试", "First penetration tests", "2026-11-02", "2026-12-31", "wenheng:5", "2.1 2.2"),
        Job("4.2", "wenheng", "整体安全测评", "Evaluation of the whole", "2027-09-27", "2027-12-31", "wenheng:6 pantuo:5", "1.3 2.3 4.1"),
    )),
    "kiln": Tree((
        Job("1", "hedu", "产线改造与运行", "Conversion and operation of the lines", "2026-05-06", "2028-04-28", objective="六条窑炉连续无故障运行 5000 小时。\nSix kilns run for 5,000 hours without a fault."),
        Job("1.1", "hedu", "现状评估与改造方案", "Assessment and plan of conversion", "2026-05-06", "2026-06-26", "hedu:5 hongwei:1 fenglan:1"),
        Job("1.2", "hedu", "首条窑炉切换上线", "First kiln switched over", "2026-09-07", "2027-01-08", "hedu:10", "1.1 2.1"),
        Job("1.3", "hedu", "其余五条窑炉改造", "Conversion of five more kilns", "2027-01-11", "2027-08-31", "hedu:20 hongwei:6", "1.2 2.2ss+40"),
        Job("1.4", "hedu", "连续运行考核", "Continuous operation", "2027-09-01", "2028-04-28", "hedu:12", "1.3"),
        Job("2", "hongwei", "控制系统交付", "Delivery of the control system", "2026-06-29", "2027-06-30", objective="基础软件替换率 100%。\nAll basic software is replaced."),
        Job("2.1", "hongwei", "首条窑炉离线联调", "First kiln tested off line", "2026-06-29", "2026-09-04", "hongwei:8", "1.1"),
        Job("2.2", "hongwei", "控制柜批量交付", "Cabinets delivered in series", "2026-11-02", "2027-06-30", "hongwei:14", "2.1"),
        Job("3", "luyang", "窑温优化控制", "Optimised firing curve", "2026-07-01", "2026-12-31", "luyang:8 fenglan:3", objective="单位产品能耗下降 4%。\nEnergy per product falls by 4%."),
        Job("4", "pantuo", "边界防护与审计部署", "Perimeter protection and auditing", "2026-09-07", "2027-01-29", "pantuo:7", "2.1", "工控网络全流量审计。\nAll traffic of the control network is audited."),
    )),
    "machine": Tree((
        Job("1", "liyue", "整机设计与集成", "Design and integration of the machine", "2026-08-03", "2028-12-29", objective="空间定位精度不高于 8 微米，2000 小时衰减不高于 15%。\nPositions to within 8 µm and loses at most 15% in 2,000 hours."),
        Job("1.1", "liyue", "整机总体方案", "Concept of the machine", "2026-08-03", "2026-09-25", "liyue:8 weichuan:1"),
        Job("1.2", "liyue", "样机装配与切削试验", "Assembly and first cuts", "2027-01-11", "2027-06-30", "liyue:24 yunxiu:5", "1.1 2.1 2.2"),
        Job("1.3", "liyue", "精度保持性考核", "Lasting accuracy put to the test", "2027-11-01", "2028-12-29", "liyue:26 huance:5", "3.2"),
        Job("2", "yunxiu", "关键功能部件", "Key components", "2026-08-17", "2027-01-08", objective="24000 转每分钟温升不高于 12 摄氏度。\nWarms by at most 12 °C at 24,000 rpm."),
        Job("2.1", "yunxiu", "大扭矩电主轴", "Motor spindle of high torque", "2026-09-28", "2027-01-08", "yunxiu:14", "1.1"),
        Job("2.2", "jincen", "滚珠丝杠与直线导轨", "Ball screws and linear guides", "2026-08-17", "2026-12-25", "jincen:14"),
        Job("3", "weichuan", "热误差建模与补偿", "Model and compensation of thermal errors", "2026-08-17", "2027-10-29", objective="热误差补偿后定位误差下降 60%。\nCompensation lowers the positioning error by 60%."),
        Job("3.1", "weichuan", "热误差试验台", "Test stand for thermal errors", "2026-08-17", "2026-10-30", "weichuan:7"),
        Job("3.2", "weichuan", "热误差补偿", "Compensation of thermal errors", "2027-07-01", "2027-10-29", "weichuan:9 liyue:5", "1.2 3.1 4"),
        Job("4", "huance", "在机测量", "Measuring on the machine", "2026-08-17", "2026-12-31", "huance:9", objective="测头重复精度不高于 1 微米。\nThe probe repeats to within 1 µm."),
    )),
    "blade": Tree((
        Job("1", "liyue", "样机交付", "Delivery of machines", "2027-03-01", "2028-06-30", objective="四台样机进厂。\nFour machines at the user."),
        Job("1.1", "liyue", "首台样机进厂", "First machine at the user", "2027-03-01", "2027-08-31", "liyue:10", "2.1"),
        Job("1.2", "liyue", "四台样机交付", "All four machines", "2027-12-01", "2028-06-30", "liyue:16", "2.2"),
        Job("2", "chongling", "叶片加工验证", "Machining of blades", "2027-01-04", "2029-06-29", objective="轮廓度不高于 0.06 毫米，加工时间缩短 20%。\nProfile within 0.06 mm, 20% less time."),
        Job("2.1", "chongling", "首批叶片与验收指标", "First blades and criteria", "2027-01-04", "2027-02-26", "chongling:4"),
        Job("2.2", "chongling", "首件叶片试切", "First blade", "2027-09-01", "2027-11-30", "chongling:9", "1.1"),
        Job("2.3", "chongling", "连续生产验证", "Continuous production", "2028-07-03", "2029-06-29", "chongling:18", "1.2"),
    )),
}  # fmt: skip
