"""Names that a label announces, and names of other peoples, which have no Chinese surname."""

import re
from functools import lru_cache

from kb.redaction.analysis import Analysis, characters, words
from kb.redaction.lac import BODY
from kb.redaction.names import surname
from kb.redaction.types import Kind, Span

_H = r"[\u4e00-\u9fff]"
_HAN = re.compile(_H)
#: Characters that names of other languages are written with; verbs and particles aren't among them.
_SOUND = (
    "[阿太地乎娅也埃夫里基弗波威科戈韦顿梅瑟涅茨霍莉艾爱安奥巴拜班贝比别博伯布卜不才策查车达代丹得德迪丁顶都杜多俄额恩尔法费富盖高嘎格各根贡古哈海罕汗翰赫合黑胡华吉济加嘉贾江杰金"
    "卡开凯坎康克肯孔库拉来莱兰朗勒雷力利立丽莲列林留龙鲁路伦罗洛马玛买迈麦曼毛美门蒙孟米密敏明莫默姆木牧穆那娜纳乃南尼念宁努诺欧"
    "帕潘培佩皮平普甫农奇齐祁强巧切琴青丘热仁日荣肉如茹萨赛桑色旦沙山善尚什生石史丝斯司松苏素孙索塔台泰坦唐特腾提铁帖土图吐托瓦万旺维文翁沃乌"
    "吾音菲塞居蒂莎妮守楞楚朝措铎岱腊毕代冬敦宝春日桂格珠莱琳绰雅隆伍苏曲呷西希锡夏先香肖小谢辛星逊雅亚延杨扬尧叶伊依义因英尤玉裕元约云再赞扎占张哲珍芝芷志智孜兹子宗祖佐慧艳霞花兰芳红]"
)
_SOUNDS = rf"(?:(?!不(?![都力拉里])){_SOUND}|则[孜热]|荪|白克|居马)"
_DOTTED = re.compile(rf"(?![子兹孜斯]){_SOUNDS}{{1,7}}(?:·{_SOUNDS}{{1,8}}){{1,3}}")
#: Between signs there is nothing to part a name with a dot from.
_DOTTED_ALONE = re.compile(rf"(?<!{_H})(?<!·){_H}{{1,9}}(?:·{_H}{{1,9}}){{1,3}}(?!{_H}|·)")
#: Characters of such names that are also words of their own.
_LOOSE = frozenset("先再因如约那都多比别才立各和合来达代得要同给以后以元万")
_NOT_SOUND = re.compile(f"[^{_SOUND[1:]}")
_LABEL = (
    r"(?:姓\s?名|户\s?名|申请人|申请方|被申请人|被申请方|原告|被告|第三人|当事人|甲方|乙方|丙方|委托代理人|代理人|联系人|经办人|见证人|"
    r"证明人|担保人|调解员|记录人|记录员|书记员|审判员|审判长|人民陪审员|户主|收款人|付款人|债权人|债务人|借款人|出借人|承租人|出租人|"
    r"投诉人|来访人|来电人|监护人|负责人|法定代表人|签名|签字|车主|驾驶员|开户人|收件人|首席调解员)"
)
_LABELLED = re.compile(
    rf"(?:{_LABEL}|[\u4e00-\u9fff]{{1,4}}人)(?:[（(][^（）()]{{1,10}}[）)])?\s{{0,2}}[：:]\s{{0,4}}({_H}(?:·?{_H}){{1,7}}|{_H}(?: {{1,2}}{_H}){{1,3}})(?=\s*(?:[，,。；;（(、|\n性男女身电住]|$|\s{{2}}))"
)
_SPACED = re.compile(
    rf"(?:{_LABEL}[：:]?\s{{0,4}}|[|，、：:\n]\s?)({_H} {{1,3}}{_H})(?=\s*(?:[，,。；;（(、|\n]|性别|$|\s{{2}}))"
)
#: Labels side by side with nothing between, as a scan's blanks leave them: 户名王建国开户行.
_BETWEEN_LABELS = re.compile(
    rf"(?:姓名|户名|收款人|付款人|申请人|开户人)({_H}{{2,4}}?)(?=开户|账号|账户|卡号|性别|身份证|电话|联系|民族|出生)"
)
#: A label set with blanks in a form that was scanned or typed in columns: 户 名 王建国 开户行.
_IN_COLUMN = re.compile(
    rf"{_LABEL} {{1,4}}({_H}{{2,4}}|{_H}(?: {{1,2}}{_H}){{1,2}})(?= *(?:$|\n)|  ?{_H} {_H} |  +)"
)
_ORGANISATION = re.compile(
    r"公司|委员|合作社|法院|局$|所$|院$|厂$|店$|村|镇|银行|学校|中心|部$|某|签字|盖章|队$|社$|组$"
)


#: What somebody is called by is said in so many words: 绰号“铁头”, 人称刘快嘴.
_BYNAME = re.compile(
    rf"(?:绰号|外号|诨名|诨号|浑名|小名|乳名|人称|花名|别名|曾用名)(?:[是叫为]|叫做|[：:])?(?:[“\"「‘]({_H}{{2,5}})[”\"」’]|({_H}{{2,4}})(?=[，,。；;）)、\s]|$|的[^\u4e00-\u9fff]))"
)


@lru_cache
def _ethnic() -> re.Pattern[str]:
    parts = "|".join(sorted(words("ethnic"), key=len, reverse=True))
    return re.compile(rf"(?:{parts}){{1,4}}[图其木措嘎吉姆花汗江]{{0,2}}")


def called(analysis: Analysis) -> list[Span]:
    """Return names behind labels, names with a dot, and names made of other languages' syllables."""
    text = analysis.text
    dotted = [Span(*_whole_words(analysis, *m.span()), Kind.NAME, 3.6) for m in _DOTTED.finditer(text)]
    dotted += [
        Span(*m.span(), Kind.NAME, 3.7)
        for m in _DOTTED_ALONE.finditer(text)
        if _sounds(m.group()) and analysis.marks.begin[m.start(), BODY] < 0.5
    ]
    bynames = [Span(*m.span(m.lastindex or 1), Kind.NAME, 3.4) for m in _BYNAME.finditer(text)]
    labelled = [
        Span(*match.span(1), Kind.NAME, 3.4)
        for pattern in (_LABELLED, _SPACED, _IN_COLUMN, _BETWEEN_LABELS)
        for match in pattern.finditer(text)
        if _is_name(match[1].replace(" ", ""), bare=pattern is _LABELLED)
    ]
    others = [
        Span(*match.span(), Kind.NAME, 3.0)
        for match in _ethnic().finditer(text)
        if len(match.group()) >= 3
        or analysis.starting.get(match.start()) == analysis.covering(match.end() - 1)
        or not (_HAN.match(text, match.end()) or _HAN.match(text[match.start() - 1 : match.start()]))
    ]
    return dotted + bynames + labelled + others


def _sounds(name: str) -> bool:
    """Return whether all characters but one are those that other languages are written with, and that one may be."""
    strange = [c for c in _NOT_SOUND.findall(name) if c != "·"]
    return len(strange) <= 1 and not any(c in characters("not-given") or c in "姓与于诉和" for c in strange)


def _is_name(name: str, bare: bool) -> bool:
    """Return whether what stands behind a label is a person; `bare`: even without a surname that we know."""
    size = surname(name, 0)[0]
    if _ORGANISATION.search(name) or len(name) > (4 if size else 8) or "·" in name:
        return False
    return (size > 0 or bare) and not any(c in characters("not-given") for c in name[size:])


def _whole_words(analysis: Analysis, start: int, end: int) -> tuple[int, int]:
    """Return the span without what belongs to its neighbours: 委托|阿…, …买买提|先听.

    Where the dictionary sees half a word or a word of its own, the trained tagger decides.
    """
    first, last = analysis.covering(start), analysis.covering(end - 1)
    cuts = analysis.marks.begin.sum(axis=1)
    if first and first.start < start and analysis.text[first.end] == "·":
        start = first.start
    elif first and first.start < start and cuts[first.end] > 0.5:
        start = first.end
    closed = not _HAN.match(analysis.text, end)
    doubtful = last is not None and (last.end > end or last.word in _LOOSE)
    if last and doubtful and not closed and cuts[last.start] > 0.5 and start < last.start:
        end = last.start if analysis.text[last.start - 1] != "·" else end
    return start, end
