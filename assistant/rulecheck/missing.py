"""What the rules as a whole lack: adoption, filing, dates, settlement, amendment."""

import re
from datetime import date

_ARTICLE = "村民委员会组织法第三十一条"
_CONFLICT = r"(?:抵触|不一致|不合|不符|相违背|冲突|相违|违背)[^。]{0,30}(?:为准|无效|不作数|改|按|依)|(?:以|按)(?:国家)?法律[^。]{0,8}(?:为准|办|来)"
# (what shows that it is there, what to say when it isn't)
_PARTS: tuple[tuple[str, str], ...] = (
    (
        r"村民会议|到会人(?:员)?过半数|村民大会|嘎查牧民会议|全体村民(?:讨论|表决|通过)",
        f"没有写明由村民会议讨论通过。村规民约由村民会议制定和修改（{_ARTICLE}第一款），请补上通过的会议和表决结果。",
    ),
    (
        r"备案",
        f"没有写明报乡、民族乡、镇的人民政府备案（{_ARTICLE}第一款），请补上备案条款和备案日期。",
    ),
    (
        r"施行|执行|实行|生效|起用",
        "没有写明从哪天起施行，请补上通过日期和施行日期。",
    ),
    (
        r"调解|说和|劝解|评理|调处|老娘舅",
        "没有写明纠纷怎么化解，建议写上：可以申请村人民调解委员会调解，双方自愿、不收费，不影响仲裁和诉讼。",
    ),
    (
        r"修改|修订|改过来|再改|的改|完善|重新议|议一次|看一遍|看一次",
        f"没有写明怎么修改，建议写上：由村民会议修改，并重新备案（{_ARTICLE}第一款）。",
    ),
    (
        _CONFLICT,
        f"没有写明与法律不一致时怎么办，建议写上：与宪法、法律、法规相抵触的条款无效，以法律、法规为准（{_ARTICLE}第二款）。",
    ),
)
_OLD_NUMBER = re.compile(r"村民委员会组织法》?[^。]{0,6}第\s?(?:二十七|27)\s?条")
#: From this day the article on village rules of 村民委员会组织法 is 第三十一条, not 第二十七条.
RENUMBERED = date(2026, 1, 1)


def missing_parts(text: str) -> list[str]:
    """Return what rules as a whole should say and don't, as Chinese sentences."""
    return [message for pattern, message in _PARTS if not re.search(pattern, text)]


def remarks(text: str, on: date) -> list[str]:
    """Return remarks on outdated references, as Chinese sentences."""
    found: list[str] = []
    if on >= RENUMBERED and _OLD_NUMBER.search(text):
        found.append(
            "文中引用的《村民委员会组织法》第二十七条是旧条号：该法修订后自2026年1月1日起施行，"
            "关于村规民约的规定现为第三十一条，请一并改正后重新备案。"
        )
    return found
