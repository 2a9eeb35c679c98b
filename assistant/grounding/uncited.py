"""Judge a claim that cites no article: does it assert law all the same?"""

import re
from datetime import date

from assistant.grounding.cited import Cited
from assistant.grounding.types import ClaimVerdict
from kb.base import KnowledgeBase
from kb.text.day import printed

# words by which a sentence asserts law
_ASSERTS = re.compile(
    r"依法(?:应|享有|承担|有权|不|需|须|可以|属|构成)|法律(?:明确|规定|要求|禁止|允许)|按(?:照)?(?:法律|规定)|根据(?:法律|规定|有关规定)|依照(?:法律|规定)|有权(?!机关|部门)|无权|"
    r"(?<![坐吃要舍卖动惹])不得(?![了已不])|禁止|违法|犯罪|属于无效|(?:合同|协议|遗嘱|婚姻|条款|行为)无效|应当(?:承担|赔偿|支付|返还|退还|履行|赡养|抚养|扶养|补偿|恢复|停止|排除|依法)|承担[^，。；]{0,8}责任|诉讼时效|法定|"
    # what one gets for it, and what one must, told without a word of law: 酒驾撞死人判十年, 儿子必须替父亲还钱
    r"判刑|判[处他她]?[一二三四五六七八九十两\d]+(?:个月|年)|坐牢|(?:[要会处被可以]|行政)拘留|(?:[要会处被]|处以)罚款|罚款[一二三四五六七八九十百千万两\d]+元|"
    r"冷静期[^，。；]{0,6}[一二三四五六七八九十两\d]+(?:天|日|个月)|(?:必须|有义务)[^，。；]{0,6}(?:赔偿|偿还|归还|还钱|还债|赡养|抚养|扶养|支付)"
)
#: A word that is spoken of: 条文里写“有权”的.
_TERM = re.compile(r"“[^“”]{1,5}”")
_NOT_ASSERTION = re.compile(
    r"[?？]$|吗[。？]?$|^请|咨询|建议您?|可以先|拨打|12348|提倡|约定|协议(?:约定|写明)|双方同意|自愿"
)


def judge_uncited(kb: KnowledgeBase, text: str, cited: Cited, on: date) -> tuple[ClaimVerdict, list[str]]:
    """Return the verdict on a claim that cites no article, and what is wrong with it, in Chinese."""
    for token in cited.laws:
        repealed = kb.names.repealed.get(token.law)
        if repealed and not kb.names.known(token.law):
            verb = "已" if repealed.since <= on else "将"
            return "not_in_force", [
                f"《{token.law}》{verb}由《{repealed.by_law}》废止（{repealed.by_address}），"
                f"请改引《{repealed.by_law}》的具体条文"
            ]
        if not kb.names.known(token.law) and "《" in text:
            near = "、".join(f"《{s}》" for s in kb.names.suggestions(token.law))
            hint = f"，是否指{near}" if near else ""
            return "wrong_citation", [f"知识库里没有《{token.law}》{hint}；请核对名称，或先把它的文本入库"]
        marked = "《" in text[token.start : token.end]
        if (marked or len(token.law) > 2) and not kb.catalog.version_on(token.law, on):
            return "not_in_force", [f"《{token.law}》在{printed(on)}没有施行中的文本，请核对"]
    if cited.laws and (_ASSERTS.search(text) or "规定" in text):
        names = "、".join(dict.fromkeys(f"《{t.law}》" for t in cited.laws))
        return "no_citation", [f"只写了{names}，没有写第几条，无法核对，请补上条号"]
    if _ASSERTS.search(_TERM.sub("", text)) and not _NOT_ASSERTION.search(text):
        return "no_citation", ["这句话讲的是法律规定，却没有写依据，请补上法律名称和条号"]
    return "not_legal", []
