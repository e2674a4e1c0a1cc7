"""Clauses for the samples of the tests, written for them; no agreement that anybody has signed."""

from __future__ import annotations

CLAUSES: list[tuple[str, str, list[tuple[str, str]]]] = [
    (
        "定义",
        "Definitions",
        [
            (
                "“背景知识产权”系指一方在加入本协议之前已经持有、并列入附件一的任何形式或性质的数据、专有技术或信息，包括知识产权在内的各项权利。",
                "“Background” means any data, know-how or information, whatever its form or nature, including any rights such as intellectual property rights, that is held by a Party before it accedes to this Agreement and is identified in Annex 1.",
            ),
            (
                "“成果”系指项目产生的任何有形或无形产出，例如数据、知识与信息，不论其形式或性质，亦不论其是否可受保护，以及附着于其上的任何权利。",
                "“Results” means any tangible or intangible output of the Project, such as data, knowledge and information, whatever its form or nature and whether or not it can be protected, as well as any rights attached to it.",
            ),
            (
                "“使用权”系指依照第八条与第九条所定条件使用背景知识产权或成果的权利；经书面明确约定的，还包括授予分许可的权利。",
                "“Access Rights” means rights to use Background or Results under the terms and conditions laid down in Articles 8 and 9, including the right to grant sub-licences where this is expressly agreed in writing.",
            ),
            (
                "“必需”就项目实施而言，系指若不授予该使用权，受让方所承担的任务在技术上或法律上将无法完成、将显著延误，或将需要大量额外资源。",
                "“Needed” means, for the implementation of the Project, that without the grant of such Access Rights the tasks assigned to the recipient Party would be technically or legally impossible, significantly delayed, or would require significant additional resources.",
            ),
        ],
    ),
    (
        "目的与范围",
        "Purpose and scope",
        [
            (
                "本协议旨在就本项目明确各方之间的关系，特别是工作的组织、项目的管理，以及各方在责任、使用权与争议解决方面的权利与义务。",
                "The purpose of this Agreement is to specify, with respect to the Project, the relationship among the Parties, in particular the organisation of the work, the management of the Project, and the rights and obligations of the Parties concerning liability, access rights and dispute resolution.",
            ),
            (
                "各方将在生效日起四十八（48）个月内，共同研发、验证新一代固态储能模块并推向市场，使其由实验室验证（技术成熟度四级）达到合格的小批量试产（技术成熟度八级）。",
                "The Parties will jointly develop, validate and bring to market a new generation of solid-state storage modules, from laboratory proof (TRL 4) to a qualified pre-series (TRL 8), within forty-eight (48) months of the Effective Date.",
            ),
            (
                "本协议的任何规定均不使各方构成合伙、互为代理，或形成独立的法律实体；任何一方均无权代表另一方行事或作出具有法律约束力的声明。",
                "Nothing in this Agreement constitutes the Parties as partners, as agents of one another, or as a separate legal entity, and no Party is entitled to act or to make legally binding declarations on behalf of any other Party.",
            ),
        ],
    ),
    (
        "生效、期限与终止",
        "Entry into force, duration and termination",
        [
            (
                "任一单位自其正式授权代表签署之日起成为本协议之一方。本协议自最后一方签署之日起生效，该日期即本协议首部所载之生效日。",
                "An entity becomes a Party to this Agreement upon signature by its duly authorised representative. This Agreement has effect from the date on which the last Party signs it, identified at the beginning of this Agreement as the Effective Date.",
            ),
            (
                "除依本条提前终止外，本协议持续有效，直至各方在资助合同及本协议项下承担的全部义务履行完毕为止。",
                "This Agreement continues in full force and effect until complete fulfilment of all obligations undertaken by the Parties under the Grant and under this Agreement, unless it is terminated earlier in accordance with this Article.",
            ),
            (
                "终止不影响任何一方在终止日之前已产生的权利或义务，包括提供其参与期间全部输入、交付物与文件的义务。",
                "Termination does not affect any rights or obligations incurred by a Party before the date of termination, including the obligation to provide all input, deliverables and documents for the period of its participation.",
            ),
        ],
    ),
    (
        "各方责任",
        "Responsibilities of the Parties",
        [
            (
                "各方承诺参与本项目的高效实施，并本着诚信原则，及时、按期地合作、履行并完成资助合同与本协议项下对其合理要求的全部义务。",
                "Each Party undertakes to take part in the efficient implementation of the Project, and to cooperate, perform and fulfil, promptly and on time, all of its obligations under the Grant and this Agreement as may be reasonably required from it and in good faith.",
            ),
            (
                "如有任何可能影响本项目的重大信息、事实、问题或延误，各方应毫不迟延地、且无论如何在十（10）个日历日内通知牵头单位及其他各方。",
                "Each Party will notify the Coordinator and the other Parties without undue delay, and in any event within ten (10) calendar days, of any significant information, fact, problem or delay likely to affect the Project.",
            ),
            (
                "如全体大会认定某一方违反其义务，牵头单位应发出正式通知，要求其自收到通知之日起三十（30）个日历日内予以补救。",
                "If the General Assembly establishes that a Party is in breach of its obligations, the Coordinator will give formal notice requiring that the breach be remedied within thirty (30) calendar days from the date of receipt of the notice.",
            ),
            (
                "就项目订立分包合同或以其他方式引入第三方的一方，仍应独自负责完成其在项目中的相应部分，并对该第三方遵守本协议负责。",
                "A Party that enters into subcontracts, or otherwise involves third parties in the Project, remains solely responsible for carrying out its relevant part of the Project and for such third party’s compliance with this Agreement.",
            ),
        ],
    ),
    (
        "相互责任",
        "Liability towards each other",
        [
            (
                "就一方在项目项下向另一方提供的任何信息或材料，对其充分性或特定用途的适用性，或对其不侵犯第三方专有权利，均不作出、不给予亦不默示任何形式的保证或陈述。",
                "In respect of any information or materials supplied by one Party to another under the Project, no warranty or representation of any kind is made, given or implied as to sufficiency or fitness for purpose, or as to the absence of any infringement of proprietary rights of third parties.",
            ),
            (
                "任何一方均不就间接损失、后果性损失或类似损害（包括但不限于利润损失、收入损失或合同损失）向其他方承担责任，但因故意行为或违反保密义务所致者除外。",
                "No Party is responsible to any other Party for any indirect or consequential loss or similar damage such as, but not limited to, loss of profit, loss of revenue or loss of contracts, except where such damage was caused by a wilful act or by a breach of confidentiality.",
            ),
            (
                "一方对其他各方的累计责任总额，以附件二所列该方在项目总成本中所占份额的一倍为限，但因故意行为或重大过失造成的损害除外。",
                "A Party’s aggregate liability towards the other Parties collectively is limited to once that Party’s share of the total costs of the Project as identified in Annex 2, provided that such damage was not caused by a wilful act or gross negligence.",
            ),
            (
                "任何一方因不可抗力而无法履行其义务的，不构成违约。各方应毫不迟延地将不可抗力情形通知全体大会，并尽合理努力减轻其影响。",
                "No Party is in breach of this Agreement if it is prevented from fulfilling its obligations by Force Majeure. Each Party will notify the General Assembly of any Force Majeure without undue delay and will use reasonable endeavours to mitigate its effects.",
            ),
        ],
    ),
    (
        "治理架构",
        "Governance structure",
        [
            (
                "全体大会为联合体的最高决策机构。执行委员会监督项目实施并向全体大会报告。牵头单位为各方与资助机构之间的法定联络单位。",
                "The General Assembly is the ultimate decision-making body of the Consortium. The Executive Board supervises the execution of the Project and reports to the General Assembly. The Coordinator is the legal entity acting as intermediary between the Parties and the Funding Authority.",
            ),
            (
                "每一成员享有一票表决权。出席或委托出席的成员不足三分之二（2/3）的，全体大会不得有效审议与决定。决议须经所投票数的三分之二（2/3）多数通过。",
                "Each member has one vote. The General Assembly does not deliberate and decide validly unless two thirds (2/3) of its members are present or represented. Decisions are taken by a majority of two thirds (2/3) of the votes cast.",
            ),
            (
                "一方如能证明其自身工作、履行时间、成本、责任、知识产权或其他合法利益将受某项决议严重影响，可在十五（15）个日历日内行使否决权。",
                "A Party that can show that its own work, time for performance, costs, liabilities, intellectual property rights or other legitimate interests would be severely affected by a decision may exercise a veto within fifteen (15) calendar days.",
            ),
            (
                "会议纪要为全部决议的正式记录。牵头单位应在十（10）个日历日内分发纪要草案；如在其后十五（15）个日历日内无成员以可追溯的形式提出异议，即视为接受。",
                "Minutes of each meeting are the formal record of all decisions taken. The Coordinator circulates draft minutes within ten (10) calendar days; they are accepted if no member objects in traceable form within a further fifteen (15) calendar days.",
            ),
        ],
    ),
    (
        "财务条款",
        "Financial provisions",
        [
            (
                "资助机构的财政拨款由牵头单位依据联合体计划及资助机构对报告的批准予以分配。一方仅就依联合体计划完成的任务获得资助。",
                "The financial contribution of the Funding Authority is distributed by the Coordinator according to the Consortium Plan and the approval of reports by the Funding Authority. A Party is funded only for tasks carried out in accordance with the Consortium Plan.",
            ),
            (
                "各方独自负责证明其在项目中的成本。牵头单位及其他任何一方均不就该等成本证明对资助机构承担任何责任。",
                "Each Party is solely responsible for justifying its costs with respect to the Project. Neither the Coordinator nor any of the other Parties is in any way liable or responsible for such justification of costs towards the Funding Authority.",
            ),
            (
                "支出低于其预算份额的一方，仅按其实际发生且正当证明的合格成本获得资助；支出超过其预算份额的一方，所获资助不超过其份额。",
                "A Party that spends less than its allocated share of the budget is funded in accordance with its actual duly justified eligible costs only. A Party that spends more than its allocated share is funded only up to an amount not exceeding its share.",
            ),
            (
                "款项应毫不迟延地分期支付：生效时支付百分之四十（40%），每份定期报告获批后支付百分之三十（30%），余款于最终报告获批时支付。",
                "Payments are made without undue delay and in instalments: forty per cent (40 %) on entry into force, thirty per cent (30 %) after approval of each periodic report, and the balance on approval of the final report.",
            ),
        ],
    ),
    (
        "成果",
        "Results",
        [
            (
                "成果归产生该成果的一方所有。两方或多方共同产生成果且无法确定各自贡献的，除另有书面约定外，按均等份额共有。",
                "Results are owned by the Party that generates them. Where two or more Parties have generated Results jointly and it is not possible to establish their respective contributions, they own such Results jointly in equal shares unless otherwise agreed in writing.",
            ),
            (
                "各共有人均可免费将共有成果用于非商业性研究活动，无须其他共有人事先同意；用于其他用途的，应至少提前四十五（45）日通知，并给予公平合理的补偿。",
                "Each joint owner may use its jointly owned Results for non-commercial research activities on a royalty-free basis and without requiring the prior consent of the other joint owners. Each joint owner may otherwise exploit them after giving at least forty-five (45) days’ notice and fair and reasonable compensation.",
            ),
            (
                "在项目实施期间及结束后一（1）年内，任何拟定的发表均应至少提前四十五（45）个日历日通知其他各方。任何异议应在三十（30）个日历日内以书面提出。",
                "During the Project and for a period of one (1) year after its end, prior notice of any planned publication is given to the other Parties at least forty-five (45) calendar days before the publication. Any objection is made in writing within thirty (30) calendar days.",
            ),
        ],
    ),
    (
        "使用权",
        "Access Rights",
        [
            (
                "为一方在项目项下完成自身工作所必需的成果与背景知识产权使用权，应免费授予；附件一对背景知识产权另有约定的除外。",
                "Access Rights to Results and Background Needed for the performance of the own work of a Party under the Project are granted on a royalty-free basis, unless otherwise agreed for Background in Annex 1.",
            ),
            (
                "为实施一方自身成果所必需的成果使用权，应按公平合理的条件授予。用于内部研究活动的成果使用权，应免费授予。",
                "Access Rights to Results, if Needed for exploitation of a Party’s own Results, are granted on fair and reasonable conditions. Access Rights to Results for internal research activities are granted on a royalty-free basis.",
            ),
            (
                "使用权请求可在项目结束后或请求方终止参与项目后十二（12）个月内提出，以较早者为准。",
                "A request for Access Rights may be made up to twelve (12) months after the end of the Project or after the termination of the requesting Party’s participation in the Project, whichever is earlier.",
            ),
            (
                "各方对软件的使用权不包括取得源代码或移植至特定硬件平台的目标代码的权利，亦不包括以任何特定形式或详细程度取得相应软件文档的权利，而仅以授权方现有者为限。",
                "Parties’ Access Rights to Software do not include any right to receive source code or object code ported to a certain hardware platform, or any right to receive respective Software documentation in any particular form or detail, but only as available from the Party granting the Access Rights.",
            ),
        ],
    ),
    (
        "保密",
        "Non-disclosure of information",
        [
            (
                "一方就本项目以任何形式或通讯方式向另一方披露、且在披露时明确标注为“保密”的全部信息，均为“保密信息”。",
                "All information in whatever form or mode of communication which is disclosed by a Party to any other Party in connection with the Project and which has been explicitly marked as “confidential” at the time of disclosure is “Confidential Information”.",
            ),
            (
                "接收方承诺，在项目结束后五（5）年内，不将保密信息用于披露目的以外的用途，且未经披露方事先书面同意不予披露。",
                "The Recipient undertakes, for a period of five (5) years after the end of the Project, not to use Confidential Information otherwise than for the purpose for which it was disclosed, and not to disclose it without the prior written consent of the Disclosing Party.",
            ),
            (
                "接收方对在项目范围内披露的保密信息，应尽与其对自身保密或专有信息同等程度的注意义务，且在任何情况下不低于合理的注意程度。",
                "The Recipient applies the same degree of care with regard to the Confidential Information disclosed within the scope of the Project as with its own confidential or proprietary information, but in no case less than reasonable care.",
            ),
        ],
    ),
    (
        "数据保护与科研诚信",
        "Data protection and research integrity",
        [
            (
                "个人信息仅在项目实施严格必要的范围内处理，并应符合适用于各方的法律，包括关于个人信息与重要数据跨境提供的规定。",
                "Personal data are processed only as far as strictly necessary for the implementation of the Project and in accordance with the law applicable to each Party, including the rules on the cross-border transfer of personal information and of important data.",
            ),
            (
                "两方或多方共同决定处理目的与处理方式的，应在任何处理开始之前另行订立安排，载明各自责任。",
                "Where two or more Parties jointly determine the purposes and means of processing, they enter into a separate arrangement that sets out their respective responsibilities before any processing takes place.",
            ),
            (
                "研究数据及其理解、核验与再利用所需的元数据，应在遵循FAIR原则的数据仓储中至少保存十（10）年。",
                "Research data are kept for at least ten (10) years in a repository that follows the FAIR principles, together with the metadata needed to understand, verify and reuse them.",
            ),
        ],
    ),
    (
        "其他条款",
        "Miscellaneous",
        [
            (
                "本协议任一条款无效、违法或不可执行的，不影响其余条款的效力。在此情形下，有关各方有权要求协商订立有效且可行的条款。",
                "Should any provision of this Agreement become invalid, illegal or unenforceable, this does not affect the validity of the remaining provisions. In such a case the Parties concerned are entitled to request that a valid and practicable provision be negotiated.",
            ),
            (
                "本协议以英文与中文写成，两种文本具有同等效力。如两种文本出现歧义，技术术语的解释以英文文本为准，涉及中国法律的事项以中文文本为准。",
                "This Agreement is drawn up in English and in Chinese, both texts being equally authentic. In the event of divergence between the two texts, the English text prevails for the interpretation of technical terms and the Chinese text for matters of Chinese law.",
            ),
            (
                "各方应尽力友好解决争议。六十（60）日内未能友好解决的一切争议，应在新加坡由三名仲裁员组成的仲裁庭终局裁决；仲裁语言为英文。",
                "The Parties endeavour to settle their disputes amicably. All disputes that cannot be settled amicably within sixty (60) days are finally settled under arbitration in Singapore by three arbitrators; the language of the arbitration is English.",
            ),
        ],
    ),
]
