"""Which of the fifteen dispute types a case's cause (案由) or folder means."""

from kb.model import DisputeType

#: Cause words → type, first match wins; the special before the general. Written by hand from the causes of
#: civil cases (民事案件案由) that mediators write in 关键词.
CAUSES: tuple[tuple[tuple[str, ...], DisputeType], ...] = (
    (("道路交通", "机动车交通", "交通事故", "车祸", "车事故", "骑手事故", "同乘"), "道路交通事故"),
    (("医疗损害", "医疗服务", "医疗纠纷", "医疗责任", "医疗事故", "行医", "药品", "患者", "医患", "诊疗", "医美"), "医疗"),
    (("物业", "业主", "供暖", "供用热力"), "物业"),
    (("征地", "征收", "拆迁", "搬迁安置", "安置补偿", "安置房", "土地补偿费"), "征地拆迁"),
    (("污染", "噪声", "噪音", "生态破坏", "臭气", "油烟"), "环境污染"),
    (
        ("劳动", "劳务", "工伤", "工资", "欠薪", "薪酬", "加班", "社会保险", "追索劳动报酬", "人事争议", "农民工",
         "提供劳务者", "雇佣", "用工"),
        "劳动争议",
    ),
    (
        ("离婚", "婚姻", "抚养", "扶养", "赡养", "继承", "遗产", "遗嘱", "彩礼", "婚约", "同居", "家庭", "探望",
         "监护", "分家析产", "夫妻", "收养"),
        "婚姻家庭",
    ),
    (("消费", "网络购物", "食品安全", "产品责任", "退货", "预付", "网购"), "消费"),
    (("相邻", "邻里", "通行", "采光", "排水", "漏水", "宠物"), "邻里"),
    (("宅基地", "农村建房", "房屋买卖", "房屋租赁", "房屋确权", "房屋损坏", "居住权", "建房", "拆除房屋"), "房屋宅基地"),
    (("山林", "林权", "林地", "土地承包", "承包地", "草原", "草场", "土地流转", "土地经营权", "国有土地", "边界"), "山林土地"),
    (("养殖", "种植", "农资", "种子", "合伙", "股权", "股东", "知识产权", "商标", "著作权", "专利",
      "不正当竞争", "特许经营", "公司决议", "公司设立", "公司解散", "公司清算"), "生产经营"),
    (
        ("生命权", "身体权", "健康权", "人身损害", "侵权", "损害赔偿", "名誉", "隐私", "肖像", "财产损害", "安全保障",
         "人格权", "个人信息", "高空", "饲养动物"),
        "损害赔偿",
    ),
    (
        ("合同", "借贷", "借款", "买卖", "租赁", "承揽", "保证", "保险", "信用卡", "债务", "欠款", "货款", "贷款",
         "担保", "不当得利", "票据", "金融", "证券", "期货", "工程款"),
        "合同",
    ),
)  # fmt: skip
#: Folders of published court cases.
FOLDERS: dict[str, DisputeType] = {"劳动人事": "劳动争议", "消费购物": "消费"}


def guess_type(cause: str, *more: str) -> DisputeType:
    """Return the dispute type of a cause (关键词); later texts are looked at only when it says nothing.

    The first keyword is the cause proper and decides before the others do.

    >>> guess_type("民事 机动车交通事故责任纠纷"), guess_type("名誉权纠纷 物业"), guess_type("天气")
    ('道路交通事故', '损害赔偿', '其他')
    """
    words_written = [word for word in cause.split() if word not in ("民事", "行政", "刑事")]
    for text in (*words_written[:1], cause, *more):
        for words, kind in CAUSES:
            if any(word in text for word in words):
                return kind
    return "其他"
