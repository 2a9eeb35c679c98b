"""The tools offered, in words that a person and a model both understand, and the route behind each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mcp.types import Tool, ToolAnnotations
from pydantic import BaseModel

from assistant.api.views import ProvisionView
from assistant.chat.types import AskResponse
from assistant.grounding.types import CheckResponse
from cli.mcp import text
from cli.mcp.sources import SOURCES_SCHEMA
from kb.model import DISPUTE_TYPES
from kb.search.types import SearchResponse

Schema = dict[str, Any]
#: Hits where a call names no limit: a model reads every one.
DEFAULT_HITS = 8

INSTRUCTIONS = (
    "枫桥是给人民调解用的法律知识库：全国性法律（每条有效期都算到天）、村规民约、调解案例、审定过的普法问答。"
    "引用法条时，地址和原文只用这里返回的，不要凭记忆写；每条出处都带效力状态和施行、失效日期，"
    "状态不是“现行有效”的要说明。纠纷发生在过去的，把那天填进 on，按当时的法律查。"
    "自己写好的文字里引用了法条，先用 cite_check 核查再给人看。"
    "ask 拒绝回答时，照它给的去处（如12348）转告，不要自己编答案。内容不是律师意见。"
)

_ON: Schema = {
    "type": "string",
    "format": "date",
    "description": "按哪一天的法律，写法 2026-11-21；不填为今天",
    "examples": ["2026-11-21"],
}
_VILLAGE: Schema = {"type": "string", "description": "村的编号，如 zj-fengshuwan；不填为不限村"}


@dataclass(frozen=True)
class Spec:
    """One tool: what is shown of it, and what stands behind.

    Attributes:
        path: the route, below /api/v1, that gets the arguments as they are.
        needed: arguments without which the route refuses.
        answer: the route's answer; its schema is the tool's.
        dropped: fields of the answer left out: a model pays for every character that it reads.
        sources: whether `sources` is added, see `cli.mcp.sources`.
        show: the answer as text.
        defaults: arguments for what a call leaves out.
    """

    name: str
    title: str
    description: str
    path: str
    properties: dict[str, Schema]
    needed: tuple[str, ...]
    answer: type[BaseModel]
    show: Callable[[dict[str, Any]], str]
    dropped: tuple[str, ...] = ()
    sources: bool = False
    defaults: tuple[tuple[str, Any], ...] = ()

    def tool(self) -> Tool:
        """Return what is listed to a client."""
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema={
                "type": "object",
                "properties": self.properties,
                "required": list(self.needed),
                "additionalProperties": False,
            },
            output_schema=self._output_schema(),
            annotations=ToolAnnotations(
                title=self.title,
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )

    def _output_schema(self) -> Schema:
        schema = self.answer.model_json_schema()
        for name in self.dropped:
            schema["properties"].pop(name, None)
        schema["required"] = [n for n in schema.get("required", []) if n not in self.dropped]
        if self.sources:
            schema["properties"]["sources"] = SOURCES_SCHEMA
        return schema


SPECS: tuple[Spec, ...] = (
    Spec(
        name="search",
        title="检索",
        description=(
            "检索法条、村规民约、调解案例和普法问答。用大白话描述事情就行，也可以直接写法条。"
            "返回每条的地址、原文、效力状态、施行和失效日期，以及为什么找到它。"
            "查某一条的原文用 provision，要现成的解答用 ask。"
        ),
        path="/search",
        properties={
            "query": {
                "type": "string",
                "minLength": 1,
                "description": "要找的事情，如“邻居家树枝伸到我家院子”",
            },
            "kinds": {
                "type": "array",
                "items": {"type": "string", "enum": ["provision", "rule", "case", "qa"]},
                "description": "只找哪几类：provision 法条、rule 村规民约、case 调解案例、qa 普法问答；不填为全部",
            },
            "on": _ON,
            "village": _VILLAGE,
            "law": {"type": "string", "description": "只在这部法律里找，如 民法典"},
            "dispute_type": {
                "type": "string",
                "enum": list(DISPUTE_TYPES),
                "description": "只找这类纠纷的案例",
            },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100,
                "default": DEFAULT_HITS,
                "description": f"最多几条，默认 {DEFAULT_HITS}",
            },
            "offset": {
                "type": "integer",
                "minimum": 0,
                "maximum": 1000,
                "description": "跳过前几条，用来翻页",
            },
        },
        needed=("query",),
        answer=SearchResponse,
        dropped=("took_ms", "facets", "mode"),
        show=text.search,
        defaults=(("limit", DEFAULT_HITS),),
    ),
    Spec(
        name="provision",
        title="查法条原文",
        description=(
            "按引用查一条法条，可以到款、项，怎么写都行（《民法典》第1067条第二款）。"
            "返回规范地址、原文、那一天有没有效、施行和失效日期、这部法律的各个版本。"
            "查不到会说明原因：没有这部法、没有这一条、已经废止由什么代替。"
        ),
        path="/provisions",
        properties={
            "text": {
                "type": "string",
                "minLength": 1,
                "maxLength": 500,
                "description": "一条引用，如 民法典第1067条第二款",
            },
            "on": _ON,
        },
        needed=("text",),
        answer=ProvisionView,
        dropped=("neighbours", "provision"),
        show=text.provision,
    ),
    Spec(
        name="cite_check",
        title="核查引用",
        description=(
            "核查一段文字里引用的法条：有没有这一条、那一天有没有效、引文对不对、条文支不支持这句话。"
            "自己写的、别人写的都可以查。返回逐句的结论、问题和改法（repair），sources 里是所引条文的效力状态和日期。"
        ),
        path="/check",
        properties={
            "text": {"type": "string", "minLength": 1, "description": "要核查的文字"},
            "on": _ON,
            "repair": {"type": "boolean", "default": True, "description": "给没通过的句子找改法"},
        },
        needed=("text",),
        answer=CheckResponse,
        sources=True,
        show=text.check,
        defaults=(("repair", True),),
    ),
    Spec(
        name="ask",
        title="法律问答",
        description=(
            "用大白话问一个法律问题，回答里的法条都是核对过的原文；没有把握就拒答，并说明去哪里问。"
            "追问时把上次返回的 conversation_id 带上。risks 不为空说明话里有危险（家暴、自杀等），要先说这些。"
        ),
        path="/ask",
        properties={
            "question": {
                "type": "string",
                "minLength": 1,
                "description": "要问的事，如“邻居家的狗咬了我，医药费谁出？”",
            },
            "on": _ON,
            "village": _VILLAGE,
            "conversation_id": {"type": "string", "description": "追问时填上次返回的编号"},
        },
        needed=("question",),
        answer=AskResponse,
        sources=True,
        show=text.ask,
    ),
)
BY_NAME = {spec.name: spec for spec in SPECS}
