"""What must survive untouched: statutes, courts and other public bodies, companies, names of history."""

import re
from functools import lru_cache

from kb.redaction.analysis import Analysis, words
from kb.redaction.types import Kind, Span

_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_RULES = re.compile(
    r"(?:法|典|条例|规定|办法|解释|意见|决定|通知|规则|细则|纲要|准则|标准|公约|批复|决议|约|答复|纪要|方案|宪章)(?:[（(][^）)]*[）)])?》$"
)
_BODY = re.compile(
    r"(?:人民法院|法院|法庭|检察院|人民政府|公安局|公安分局|派出所|司法所|司法局|司法厅|调解委员会|仲裁委员会|仲裁委|仲裁院|"
    r"人社局|民政局|住建局|自然资源局|农业农村局|市场监管局|市场监督管理局|税务局|财政局|教育局|卫健局|医保局|综治中心|"
    r"法律援助中心|公证处|律师事务所|妇女联合会|妇联|总工会|工会|残联|团委|信访局|街道办事处|办事处|管理委员会|管委会|"
    r"有限责任公司|股份有限公司|有限公司|集团公司|集团|分公司|公司|合作社|银行|信用社|支行|保险公司|学校|中学|小学|大学|幼儿园|医院|卫生院|卫生院|"
    r"经营部|加工厂|工厂|超市|饭店|商行|物业|服务部|养殖场|农场|基地)"
)
_SUM = re.compile(r"[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]{2,}[元圆块]整?")
_BREAK = re.compile(r"[^\u4e00-\u9fff（）()]|[与和在到于向对给被把将由为是系的因从经请找让去至受跟及]")
_STOPPING = frozenset(("p", "c", "r", "d", "u", "uj", "ul"))
#: What comes before the name of a bank or a farm, and is none of it: 李家|养殖场.
_BEFORE_BODY = frozenset(("开户行", "开户", "户名", "家"))
_KINDS = frozenset((Kind.NAME, Kind.VILLAGE, Kind.COMMUNITY, Kind.ADDRESS))


@lru_cache
def _kept() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words("keep")), key=len, reverse=True)))


def zones(analysis: Analysis) -> list[tuple[int, int, bool]]:
    """Return the stretches of the folded text in which no name is looked for, and whether no place either."""
    text = analysis.text
    found = [(*m.span(), True) for m in _TITLE.finditer(text) if _RULES.search(m.group())]
    found += [(*m.span(), False) for m in _kept().finditer(text)]
    found += [(*m.span(), False) for m in _SUM.finditer(text)]
    for match in _BODY.finditer(text):
        begin = match.start()
        while begin > 0 and match.start() - begin < 16 and not _BREAK.match(text[begin - 1]):
            token = analysis.covering(begin - 1)
            # 扬名|派出所: right before the body even a verb is part of its name
            first = begin == match.start()
            if (
                token is None
                or token.word in _BEFORE_BODY
                or token.word in words("roles")  # 王主任和县信访局
                or token.tag in _STOPPING
                or (token.tag == "v" and not first)
            ):
                break
            begin = token.start
        # a person's role ends where the body's own name begins: 原告|诸暨市某公司
        if begin < match.start():
            found.append((begin, match.end(), True))
    return found


def kept(span: Span, places: list[tuple[int, int, bool]]) -> bool:
    """Return whether a span must stay. Numbers are hidden wherever they stand, villages in names of bodies too."""
    if span.kind not in _KINDS:
        return False
    return any(
        span.start < end and start < span.end
        for start, end, whole in places
        if span.kind is Kind.NAME or (whole and span.kind is not Kind.VILLAGE)
    )
