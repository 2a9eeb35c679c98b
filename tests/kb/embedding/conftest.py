"""The real models: the shipped one, and the one built once for the whole session."""

import pytest

import corpora
from kb.embedding.builder import ensure_model
from kb.embedding.shipped_model import NAME, shipped_model
from kb.settings import get_settings

# Written for these tests: everyday Chinese of several lengths, with digits, Latin letters and punctuation.
TEXTS = [
    "邻居家树枝伸到我家院子怎么办？",
    "老板拖欠三个月工资不给",
    "离婚后孩子归谁抚养",
    "借出去的5万元没有借条，能要回来吗",
    "村里修路占了我家的地",
    "狗咬了人谁来赔？",
    "楼上漏水",
    "网上买的手机是假货，商家不退款",
    "两家因为一堵院墙吵了十几年，谁也不肯让一步，村里的老人都劝不动。",
    "承包鱼塘的老李说上游养猪场夜里偷偷排水，一早起来鱼死了一大片，损失有三万多块钱。",
    "外出打工的儿子三年没有寄钱回来，七十八岁的母亲一个人种着两亩地。",
    "装修队干完活，主人嫌瓷砖贴得不平，扣下八千元尾款。",
    "孩子在学校操场上被同学推倒，门牙断了半颗。",
    "电动车在小区门口撞了收废品的三轮车",
    "WiFi信号被邻居装的信号放大器干扰",
    "彩礼给了188000元，没领证就分手了",
    "老人留下两份写得不一样的遗嘱",
    "工地上摔下来，包工头说不认识我",
    "物业停了我家的电梯卡",
    "村委会说出嫁的女儿没有土地补偿款。" * 12,
]


@pytest.fixture(scope="session")
def shipped_folder():
    """The default model; a damaged one is an error, not a skip."""
    if not corpora.path("models", NAME).exists():
        pytest.skip(f"corpora/models/{NAME} is absent: export the trained model into it")
    return shipped_model()


@pytest.fixture(scope="session")
def built_folder():
    """multilingual-e5-small, with the whole vocabulary."""
    return ensure_model(get_settings().models_dir)


@pytest.fixture(scope="session", params=["shipped", "built"])
def model_folder(request):
    """Either: both are computed by the same code."""
    return request.getfixturevalue(f"{request.param}_folder")
