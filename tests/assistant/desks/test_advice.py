"""Advice on stories written for these tests, against the real index."""

from datetime import date

import pytest

from assistant.desks.advice import advise
from assistant.desks.outcomes import outcome_statistics
from assistant.desks.types import AdviseRequest
from kb.base import KnowledgeBase
from kb.errors import BadRequest
from kb.model import MediationCase

STORIES = [
    (
        "老娘七十九了，两个儿子推来推去，老大说分家时少分了一间房，不肯出赡养费",
        "婚姻家庭",
        "民法典第一千零六十七条第二款",
    ),
    ("订婚给了十二万彩礼，没领证就散了，女方只肯退三万", "婚姻家庭", "民法典第一千零四十二条第一款"),
    ("东邻的核桃树枝伸过院墙，果子砸烂了我家的瓦", "邻里", "民法典第一千二百五十七条"),
    ("隔壁半夜唱歌放音响，吵得老人睡不着，说了也不听", "邻里", "民法典第二百九十四条"),
    ("邻居翻建围墙，地基占了我家宅基地三十公分，老界石也不见了", "房屋宅基地", "土地管理法第十四条第一款"),
    ("借给同村老赵三万块，有借条，说好去年还，一直拖着不还", "合同", "民法典第六百七十五条"),
    ("租了个门面，房东要提前收回，押金也不退", "合同", "民法典第七百一十六条第一款"),
    ("在镇上买的玉米种子不出苗，二十亩地要重种，农资店不认账", "生产经营", "种子法第四十五条"),
    ("去邻村串门被一条没拴绳的狗咬了，打疫苗花了两千，狗主人不赔", "损害赔偿", "民法典第一千二百四十六条"),
    ("村里把我的承包地收回去给了别人种，说我出嫁了", "山林土地", "民法典第三百三十七条"),
    ("征地补偿款下来了，组里说外嫁女不是成员，一分不分", "征地拆迁", "农村集体经济组织法第十三条"),
    ("上游养猪场的粪水流进鱼塘，鱼死了一半", "环境污染", "民法典第一千二百二十九条"),
    ("在工地干了四个月，包工头欠我们八个人工资六万多", "劳动争议", "劳动合同法第三十条"),
    ("办了健身卡三千八，店关门了老板不退钱", "消费", "消费者权益保护法第五十三条"),
    ("母亲在镇医院做手术，医生漏诊，转院又开了一刀，医院不给病历", "医疗", "民法典第一千二百二十二条"),
    (
        "骑电动车过路口被小汽车撞了，交警定对方主责，保险公司只赔一半",
        "道路交通事故",
        "道路交通安全法第七十六条",
    ),
    ("小区物业为了催物业费把我家水停了", "物业", "民法典第九百四十四条第三款"),
    ("有人在村民微信群里造谣说我偷人，要他道歉", "其他", "民法典第一千零二十四条第一款"),
]


@pytest.mark.parametrize(("story", "label", "address"), STORIES)
def test_type_and_deciding_provision(kb: KnowledgeBase, story: str, label: str, address: str) -> None:
    response = advise(kb, AdviseRequest(narrative=story))
    assert response.dispute_type.label == label, response.dispute_type
    article = address.split("条")[0] + "条"
    assert any(p.address.startswith(article) for p in response.provisions), [
        p.address for p in response.provisions
    ]
    for provision in response.provisions:
        assert kb.quote_ok(provision.address, provision.text, response.on)
        assert provision.fact in story
        assert provision.fact in provision.why
        assert provision.matter


def test_day_of_the_dispute_chooses_the_law(kb: KnowledgeBase) -> None:
    story = "隔壁半夜唱歌放音响，吵得老人睡不着"
    before = {p.address for p in advise(kb, AdviseRequest(narrative=story, on=date(2026, 5, 1))).provisions}
    after = {p.address for p in advise(kb, AdviseRequest(narrative=story, on=date(2026, 10, 1))).provisions}
    assert any(a.startswith("噪声污染防治法") for a in before)
    assert not any(a.startswith("生态环境法典") for a in before)
    assert any(a.startswith("生态环境法典") for a in after)
    assert not any(a.startswith("噪声污染防治法") for a in after)


def test_home_violence_is_first_and_bars_mediation(kb: KnowledgeBase) -> None:
    response = advise(kb, AdviseRequest(narrative="丈夫喝了酒天天打我，昨晚把我打得住院，我想让村里调解一下"))
    assert not response.mediable
    assert response.risks[0].kind == "home_violence"
    assert "110" in response.risks[0].phones
    assert response.plan[0].title.startswith("先处置")
    assert response.agreement == ""
    assert "反家庭暴力法第二十三条第一款" in response.mediable_basis


def test_clear_refusal_bars_mediation(kb: KnowledgeBase) -> None:
    response = advise(kb, AdviseRequest(narrative="隔壁堵了我家出门的老路，他明确拒绝调解，说要打官司"))
    assert not response.mediable
    assert "人民调解法第十七条" in response.mediable_basis


def test_police_may_hand_the_compensation_over(kb: KnowledgeBase) -> None:
    story = "两家为水沟互殴，一方轻微伤缝了四针，派出所处理后征得双方同意，委托村调委会调解赔偿"
    response = advise(kb, AdviseRequest(narrative=story))
    assert response.risks
    assert response.mediable


def test_village_rules_are_of_that_village_and_on_the_matter(kb: KnowledgeBase) -> None:
    story = "邻居家的狗不拴，半夜乱叫，还追着孩子跑"
    response = advise(kb, AdviseRequest(narrative=story, village="zj-fengshuwan"))
    for rule in response.village_rules:
        assert kb.catalog.rule(rule.id).village == "zj-fengshuwan"  # type: ignore[union-attr]
    assert advise(kb, AdviseRequest(narrative=story)).village_rules == []
    far = advise(kb, AdviseRequest(narrative="手术后医院不给复印病历", village="zj-fengshuwan"))
    assert far.village_rules == []


def test_precedents_carry_outcome_and_reason(kb: KnowledgeBase) -> None:
    response = advise(kb, AdviseRequest(narrative="邻居的柿子树枝越界，落果砸坏车棚"))
    first = response.precedents[0]
    assert "柿树枝越界" in first.title
    assert first.outcome == "达成协议"
    assert first.why
    assert first.sample
    assert response.outcomes.n == sum(o.count for o in response.outcomes.by_outcome)
    assert response.outcomes.small == (response.outcomes.n < 10)


def test_agreement_has_what_the_law_lists(kb: KnowledgeBase) -> None:
    text = advise(
        kb, AdviseRequest(narrative="王某借李某某5000元，2025年3月到期没还", village="ha-heli")
    ).agreement
    for part in (
        "当事人的基本情况",
        "主要事实、争议事项以及各方当事人的责任",
        "履行的方式、期限",
        "签名",
        "各执一份",
    ):
        assert part in text
    assert "甲方：王某，" in text
    assert "乙方：李某某，" in text
    assert "5000元" in text
    assert "河里村人民调解委员会" in text


def test_statistics_by_hand() -> None:
    def case(n: int, **fields: object) -> MediationCase:
        return MediationCase(id=str(n), name=str(n), **fields)  # type: ignore[arg-type]

    cases = [
        case(1, outcome="达成协议", kept="已履行", claim=1000, settled=500, opened=date(2025, 1, 1), closed=date(2025, 1, 3)),
        case(2, outcome="达成协议", kept="未履行", claim=2000, settled=1600, opened=date(2025, 1, 1), closed=date(2025, 1, 11)),
        case(3, outcome="未达成协议", kept="不适用", claim=900, opened=date(2025, 1, 1), closed=date(2025, 1, 5)),
        case(4, outcome="达成协议", kept="履行中"),
    ]  # fmt: skip
    found = outcome_statistics(cases)
    assert (found.n, found.small) == (4, True)
    assert {o.label: o.count for o in found.by_outcome} == {"达成协议": 3, "未达成协议": 1}
    assert found.median_days == 4
    assert found.median_ratio == pytest.approx(0.65)
    assert (found.kept_share, found.kept_n) == (0.5, 2)
    assert outcome_statistics([]).n == 0


@pytest.mark.parametrize("narrative", ["", "  \n", "字" * 200_001])
def test_unusable_narratives(kb: KnowledgeBase, narrative: str) -> None:
    with pytest.raises(BadRequest):
        advise(kb, AdviseRequest(narrative=narrative))


def test_unknown_village(kb: KnowledgeBase) -> None:
    with pytest.raises(BadRequest, match="没有编号"):
        advise(kb, AdviseRequest(narrative="邻居堵路", village="nowhere"))


def test_long_and_senseless_text(kb: KnowledgeBase) -> None:
    assert advise(kb, AdviseRequest(narrative="他说我说" * 5000)).provisions is not None
    assert advise(kb, AdviseRequest(narrative="abc 123 !!!")).dispute_type.label


def test_what_is_quoted_and_the_agreement_passed_the_gate(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("quotations and our own sentences decide without the model of paraphrases")

    monkeypatch.setattr("assistant.grounding.paraphrase.likelihood", forbidden)
    response = advise(kb, AdviseRequest(narrative=STORIES[0][0]))
    shown = [a for passed in response.checked.passed for a in passed.addresses]
    assert shown == [p.address for p in response.provisions]
    assert response.checked.claims == response.checked.verified == len(response.provisions)
    assert response.checked.removed == response.agreement_checked.removed == []
    assert response.agreement_checked.repairs == []
    assert response.agreement_checked.claims == 2
    for passed in response.agreement_checked.passed:
        assert passed.text in response.agreement
        assert all(a.startswith("人民调解法") for a in passed.addresses)


def test_the_agreement_is_drawn_up_by_today_s_law(kb: KnowledgeBase) -> None:
    """The dispute may be older than 人民调解法; the agreement is signed now."""
    response = advise(kb, AdviseRequest(narrative=STORIES[0][0], on=date(2009, 5, 1)))
    assert "三十日内，共同向人民法院申请司法确认" in response.agreement
