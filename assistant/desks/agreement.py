"""A draft of the mediation agreement, with the contents that 人民调解法第二十九条 lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.desks.types import AdvisedProvision
from assistant.grounding.gate import gate
from assistant.grounding.types import Checked
from kb.base import KnowledgeBase
from kb.clock import today
from kb.model import Village

BLANK = "＿＿＿＿＿＿"
_NAME = re.compile(
    r"(?<![一-龥])?([赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    r"史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵汪祁毛狄米贝明计成戴宋茅庞熊纪舒屈项祝董"
    r"梁杜阮蓝闵席季强贾路江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房解丁邓郁单洪包左石崔吉龚程邢裴陆荣翁荀甄曲封储"
    r"靳段焦巴牧车侯全班仰秋仲伊宫宁仇栾甘厉景束龙叶黎白赖卓蔺屠蒙池乔党农覃普沙][某甲乙丙][某一-龥]?)"
)
_NOT_GIVEN_NAME = re.compile(r"[与和跟把被的说家在向对要是因从将给及也又就都到不]$")
_MONEY = re.compile(
    r"[0-9][0-9,，.]*\s*(?:万|千|百)?(?:多)?(?:元|块)|[一二三四五六七八九十百千万两]{1,8}(?:多)?(?:元|块钱?)"
)
_DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号])?|\d{4}年")


def parties(narrative: str) -> list[str]:
    """Return the party names written as 张某, 李某某, in order of appearance."""
    names: list[str] = []
    for match in _NAME.finditer(narrative):
        name = match[1]
        if len(name) == 3 and (name[2] != "某" or _NOT_GIVEN_NAME.search(name)):
            name = name[:2]
        if name not in names:
            names.append(name)
    return names[:4]


#: What the draft itself says of the law; each passes the gate, by the law of the day on which it is drawn up.
_OWN = (
    "本协议自各方签名、盖章或者按指印，并有人民调解员签名、加盖人民调解委员会的印章时生效，约定的事当事人应当履行（人民调解法第二十九条、第三十一条）。",
    "双方认为有必要的，可以自本协议生效之日起三十日内，共同向人民法院申请司法确认（人民调解法第三十三条）。",
)


@dataclass(frozen=True)
class Drafted:
    """A draft, and what the gate did with its own sentences."""

    text: str
    checked: Checked


def draft_agreement(
    kb: KnowledgeBase,
    narrative: str,
    label: str,
    provisions: Sequence[AdvisedProvision],
    village: Village | None,
) -> Drafted:
    """Return the draft as plain text; what the narrative doesn't say is left blank.

    Source of the contents: 人民调解法第二十九条第一款; of signing and copies: its 第二款.

    Args:
        provisions: those of the advice, which passed the gate by the law of the day of the dispute.
    """
    gated = gate(kb, "\n".join(_OWN), today())
    own = gated.text.split("\n") if gated.text else []
    names = [*parties(narrative), BLANK, BLANK][:2]
    money = list(dict.fromkeys(m[0] for m in _MONEY.finditer(narrative)))[:6]
    dates = list(dict.fromkeys(m[0] for m in _DATE.finditer(narrative)))[:4]
    committee = f"{village.name}人民调解委员会" if village else f"{BLANK}人民调解委员会"
    basis = [p.address for p in provisions if p.origin == "cause"][:4]
    facts = re.sub(r"\s+", " ", narrative).strip()
    lines = [
        "人民调解协议书（草稿）",
        "",
        f"编号：{BLANK}",
        "",
        "一、当事人的基本情况",
        *(
            f"{who}：{name}，性别{BLANK}，出生日期{BLANK}，身份证号{BLANK}，住址{BLANK}，联系电话{BLANK}。"
            for who, name in zip(("甲方", "乙方"), names, strict=True)
        ),
        "",
        "二、纠纷的主要事实、争议事项以及各方当事人的责任",
        f"纠纷类型：{label}。",
        f"主要事实（照当事人所述记录，请核对后改写）：{facts}",
        *([f"所述日期：{'、'.join(dates)}。"] if dates else [f"发生日期：{BLANK}。"]),
        *([f"所述金额：{'、'.join(money)}（请逐笔核对）。"] if money else []),
        f"争议事项：{BLANK}",
        f"各方责任：甲方{BLANK}；乙方{BLANK}。",
        *([f"参考法条：{'、'.join(basis)}。"] if basis else []),
        "",
        "三、当事人达成调解协议的内容，履行的方式、期限",
        "经调解，双方自愿达成如下协议：",
        f"1. {BLANK}方于{BLANK}年{BLANK}月{BLANK}日前，以{BLANK}（现金/转账）方式，向{BLANK}方支付{BLANK}元（大写：{BLANK}）。",
        f"2. {BLANK}方于{BLANK}年{BLANK}月{BLANK}日前，完成{BLANK}。",
        f"3. 到期没有履行的，{BLANK}。",
        "4. 上列事项履行完毕，双方就本纠纷再无其他争议。",
        "",
        "四、其他",
        *(
            f"{n}. {line}"
            for n, line in enumerate([*own, "本协议一式三份，双方各执一份，人民调解委员会留存一份。"], 1)
        ),
        "",
        f"甲方（签名、盖章或按指印）：{BLANK}　　乙方（签名、盖章或按指印）：{BLANK}",
        f"人民调解员（签名）：{BLANK}　　记录人：{BLANK}",
        f"{committee}（印章）",
        f"{BLANK}年{BLANK}月{BLANK}日",
    ]
    return Drafted("\n".join(lines), gated.checked())
