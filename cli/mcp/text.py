"""Answers as text, for clients that show or read no structured results."""

from typing import Any

_NO_HITS = "没有找到。换个说法试试，或去掉筛选条件。"


def dated(thing: dict[str, Any], label: str = "state_label") -> str:
    """Return state and dates of a provision in brackets, '' where neither is known.

    >>> dated({"state_label": "现行有效", "effective_from": "2021-01-01", "effective_until": None})
    '〔现行有效，2021-01-01 起施行〕'
    """
    parts = [thing.get(label) or ""]
    if thing.get("effective_from"):
        parts.append(f"{thing['effective_from']} 起施行")
    if thing.get("effective_until"):
        parts.append(f"到 {thing['effective_until']} 为止")
    told = "，".join(p for p in parts if p)
    return f"〔{told}〕" if told else ""


def search(answer: dict[str, Any]) -> str:
    """Return the hits, best first."""
    lines = [*answer["analysis"]["messages"]]
    if not answer["hits"]:
        return "\n".join([*lines, _NO_HITS])
    lines.append(f"按 {answer['on']} 的法律，共 {answer['total']} 条候选：")
    for number, hit in enumerate(answer["hits"], 1):
        lines += ["", f"{number}. {hit['address']}{dated(hit, 'status_label')}", hit["text"]]
        if hit["note"]:
            lines.append(f"请注意：{hit['note']}")
        if hit["matched"]["reason"]:
            lines.append(f"为什么找到：{hit['matched']['reason']}")
    return "\n".join(lines)


def provision(answer: dict[str, Any]) -> str:
    """Return one provision with its state."""
    lines = [f"{answer['address']}{dated(answer)}", answer["text"]]
    if answer["message"]:
        lines.append(f"请注意：{answer['message']}")
    if answer["replaced_by"]:
        lines.append(f"现见：{answer['replaced_by']}")
    return "\n".join(lines)


def check(answer: dict[str, Any]) -> str:
    """Return each claim with its verdict, then the sources."""
    whole = "没有发现问题。" if answer["ok"] else "有问题，见下。"
    lines = [f"按 {answer['on']} 的法律核查：{whole}"]
    for claim in answer["claims"]:
        lines.append(f"【{claim['verdict_label'] or claim['verdict']}】{claim['text']}")
        lines += [f"  问题：{problem}" for problem in claim["problems"]]
        if claim["repair"]:
            lines.append(f"  可以改成：{claim['repair']['text']}")
    return "\n".join([*lines, *_sources(answer)])


def ask(answer: dict[str, Any]) -> str:
    """Return the answer, what a model wrote named as such, then the sources."""
    lines = [f"（{answer['label']}）"] if answer["label"] else []
    return "\n".join([*lines, answer["answer"] or answer["reason"], *_sources(answer)])


def _sources(answer: dict[str, Any]) -> list[str]:
    lines = []
    for source in answer["sources"]:
        mark = {True: "引文已核对", False: "引文没有通过核对"}.get(source["verified"], "")
        parts = [source["address"] + dated(source), mark, source["note"]]
        lines.append(f"· {'，'.join(p for p in parts if p)}")
    return ["", f"出处（{answer['on']}）：", *lines] if lines else []
