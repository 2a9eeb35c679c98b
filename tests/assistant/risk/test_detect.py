"""Sentences written by hand: what must be flagged, with which kind, and what must not."""

import pytest

from assistant.risk.detect import detect

POSITIVE = [
    ("我老公喝了酒就打我，昨晚又扇了我两个耳光", "home_violence"),
    ("丈夫经常殴打她，身上到处是伤", "home_violence"),
    ("她被婆家人家暴了好几次，不敢回家", "home_violence"),
    ("儿子把我反锁在屋里，不让我出门", "home_violence"),
    ("俺男人一不顺心就动手打人", "home_violence"),
    ("前夫天天上门闹，扬言要杀了我", "home_violence"),
    ("公公掐住儿媳的脖子不放", "home_violence"),
    ("他用皮带抽我，我是他老婆也不能这样", "home_violence"),
    ("她说再不给个说法就喝农药", "self_harm"),
    ("老人坐在楼顶要跳楼", "self_harm"),
    ("我真的活不下去了", "self_harm"),
    ("他发微信说死了算了，遗书都写好了", "self_harm"),
    ("钱要不回来我就死给你们看", "self_harm"),
    ("邻居摸了我八岁女儿的下身", "minor_harm"),
    ("孩子在学校被几个同学打了还被勒索钱", "minor_harm"),
    ("后妈拿烟头烫孩子", "minor_harm"),
    ("老师体罚学生，打得手都肿了", "minor_harm"),
    ("十三岁的女孩怀孕了，家里想私了", "minor_harm"),
    ("爸爸不在家，孩子没人管，饿肚子好几天", "minor_harm"),
    ("女儿身上青一块紫一块，说是继父打的", "minor_harm"),
    ("村里有人强奸了一个智障妇女", "sexual_harm"),
    ("包工头偷拍女工洗澡", "sexual_harm"),
    ("老板老是对她性骚扰", "sexual_harm"),
    ("儿媳把老人赶出家门，老人睡猪圈", "elder_abuse"),
    ("八十岁的老太被儿子虐待，几天没吃饭", "elder_abuse"),
    ("两个儿子都不给老母亲看病，老人没人管", "elder_neglect"),
    ("他提着菜刀追着要砍人", "violence"),
    ("对方扬言要弄死我全家", "violence"),
    ("两家为了地界打架，有一个人骨折住院了", "violence"),
    ("几十个人持械在河边等着", "violence"),
    ("他放话说要打断我的腿", "violence"),
    ("债主把我扣住不让走，逼我写欠条", "crime"),
    ("有人半夜偷了我家两头牛", "crime"),
    ("讨债的往我家大门泼油漆，堵锁眼", "crime"),
    ("村民准备明天集体上访", "group_incident"),
    ("家属抬棺到医院门口，拉起横幅", "group_incident"),
    ("五十多个村民围住了施工队", "group_incident"),
    ("两村人在山界上对峙，都在喊人", "group_incident"),
    ("他泼了汽油说要烧房子", "fire_gas"),
    ("楼下煤气泄漏了，味道很大", "fire_gas"),
    ("后山要塌了，石头一直往下掉", "fire_gas"),
    ("客服让我把钱转账到安全账户", "fraud"),
    ("我妈被骗了三万元，对方已经拉黑", "fraud"),
    ("老人要给网上认识的人汇款，说是刷单返利", "fraud"),
    ("孩子从昨天放学到现在没回家，找不到人", "missing"),
    ("我爸有老年痴呆，今早走丢了", "missing"),
    ("他精神分裂发作，见人就打", "mental_crisis"),
    ("她不吃不喝，整夜不睡，说有人要害她", "mental_crisis"),
    ("老李当场昏迷不醒", "emergency"),
    ("一家人吃了菌子食物中毒", "emergency"),
]

NEGATIVE = [
    "我在工地打工，老板欠我三个月工资",
    "她威胁说要告他",
    "丈夫从来没有打过她，就是不顾家",
    "我打了老公的电话，他没接",
    "儿子在外面打工，过年没回来",
    "爱人让我打一张欠条",
    "邻居家的树枝伸到我家院子",
    "什么是家庭暴力？",
    "村里请人讲反家庭暴力法，大家都来听",
    "打官司要多少钱",
    "媳妇打麻将输了八百块，两口子吵嘴",
    "爸爸打井花了两万，井水却是浑的",
    "父亲打下欠条后一直没还钱",
    "他打了我电话二十几次催我还钱",
    "我儿子打球把邻居玻璃砸了",
    "妈妈带孩子去打预防针，针口发炎",
    "把地租给老张，他不给租金",
    "老人的赡养费三个儿子怎么分",
    "老母亲想跟二儿子住",
    "我想问离婚后孩子归谁",
    "女职工怀孕了能不能被辞退",
    "邻居的狗咬了我家的鸡",
    "羊误食了喷过农药的草死了三只",
    "鱼塘里的鱼喝了农药水死了",
    "他家卖的肉打折，我买回来发现变质",
    "老板说话难听，态度恶劣",
    "双方没有动手打人，只是争吵",
    "我们没有集体上访的想法，只想要回押金",
    "集体土地补偿费怎么分",
    "集体经济组织成员资格怎么认定",
    "卖家拿刀具样品给我看，刀口不快，我要退货",
    "把他家的树砍了两棵，要我赔八百",
    "买东西杀价吵了几句",
    "燃气公司多收了我燃气费",
    "房东让我打款交房租，我已经交了",
    "我转账给房东的押金他不退",
    "包工头失踪了，工钱没结",
    "丈夫失踪满四年能不能宣告死亡",
    "我的快递不见了",
    "货车追尾，对方骨折住院，交警定了责",
    "篮球比赛撞伤了人，要不要赔",
    "村里搞预防电信诈骗宣传",
    "物业停水停电催物业费",
    "楼上漏水，把我家天花板泡了",
    "超市卖过期食品能要多少赔偿",
    "孩子上学的学区怎么划",
    "老爷子偷偷把存折给了小儿子",
    "工头偷工减料，墙裂了",
    "去市里信访局电话是多少",
    "否认打人，双方说法不一",
    "他从未殴打过妻子",
]


@pytest.mark.parametrize(("text", "kind"), POSITIVE)
def test_flags(text: str, kind: str) -> None:
    risks = detect(text)
    assert kind in {risk.kind for risk in risks}, [risk.kind for risk in risks]
    risk = next(risk for risk in risks if risk.kind == kind)
    assert risk.evidence in text
    assert risk.phones
    assert risk.advice


@pytest.mark.parametrize("text", NEGATIVE)
def test_stays_quiet(text: str) -> None:
    assert [(risk.kind, risk.evidence) for risk in detect(text)] == []


def test_past_attempt_is_a_caution_that_leaves_mediation_open() -> None:
    (risk,) = detect("老人2019年自杀未遂，已过去，现在情绪平稳。")[:1]
    assert risk.kind == "self_harm"
    # 现在 says it goes on or not; the careful reading of "现在情绪平稳" in another clause stays urgent
    assert risk.level in {"caution", "urgent"}
    (risk,) = detect("老人2019年自杀未遂，早已过去。")
    assert (risk.level, risk.mediable) == ("caution", True)


def test_past_violence_that_goes_on_is_urgent() -> None:
    (risk,) = [r for r in detect("他去年就打过我，昨晚又打了我一顿，他是我丈夫") if r.kind == "home_violence"]
    assert risk.level == "urgent"
    assert not risk.mediable
    assert risk.phones[0] == "110"


def test_second_sentence_without_negation_counts() -> None:
    assert {r.kind for r in detect("头几年没有打过她。今年开始丈夫天天殴打她。")} >= {"home_violence"}


def test_double_negation_is_not_a_denial() -> None:
    assert "home_violence" in {r.kind for r in detect("丈夫没有一天不打我")}


@pytest.mark.parametrize("text", ["", "。。。", "a" * 100_000, "他打" * 20_000])
def test_odd_input(text: str) -> None:
    detect(text)
