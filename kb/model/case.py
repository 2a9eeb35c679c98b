"""Settled and failed mediation cases (precedents)."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

DisputeType = Literal[
    "婚姻家庭", "邻里", "房屋宅基地", "合同", "生产经营", "损害赔偿", "山林土地", "征地拆迁",
    "环境污染", "劳动争议", "消费", "医疗", "道路交通事故", "物业", "其他",
]  # fmt: skip
DISPUTE_TYPES: tuple[DisputeType, ...] = (
    "婚姻家庭", "邻里", "房屋宅基地", "合同", "生产经营", "损害赔偿", "山林土地", "征地拆迁",
    "环境污染", "劳动争议", "消费", "医疗", "道路交通事故", "物业", "其他",
)  # fmt: skip
Outcome = Literal["达成协议", "部分达成协议", "未达成协议", "撤回申请", "不予受理", "转交处理", "未知"]
Kept = Literal["已履行", "部分履行", "未履行", "履行中", "不适用", "未知"]


class MediationCase(BaseModel):
    """One mediation case. Amounts are in 元; None means that none is stated."""

    id: str
    name: str
    keywords: list[str] = Field(default_factory=list, description="关键词")
    facts: str = Field("", description="基本案情")
    focus: str = Field("", description="争议焦点")
    handling: str = Field("", description="处理方式方法")
    result: str = Field("", description="处理结果")
    basis: str = Field("", description="解纷依据")
    gist: str = Field("", description="解纷要旨")
    cited: list[str] = Field(default_factory=list, description="引用法条, as written")
    cited_addresses: list[str] = Field(default_factory=list, description="canonical addresses resolved")
    dispute_type: DisputeType = "其他"
    relation: str = Field("", description="当事人关系")
    claim: float | None = Field(None, description="诉求金额, 元")
    settled: float | None = Field(None, description="协议金额, 元")
    opened: date | None = Field(None, description="受理日期")
    closed: date | None = Field(None, description="办结日期")
    outcome: Outcome = "未知"
    kept: Kept = "未知"
    confirmed: bool | None = Field(None, description="司法确认")
    village: str = Field("", description="village id")
    sample: bool = False
    scope: str = Field("public", description="visibility scope")
    source: str = ""
