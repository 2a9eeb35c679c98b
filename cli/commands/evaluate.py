"""`fengqiao eval`."""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cli.progress import bars
from kb.errors import BadRequest
from kb.settings import get_settings

app = typer.Typer(help="评测。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """评测。"""


@app.command("retrieval")
def retrieval(
    data: Annotated[
        Path, typer.Option(help="BEIR 格式的文件夹：corpus.jsonl[.xz]、queries.NAME.jsonl、qrels/NAME.tsv")
    ],
    qrels: Annotated[str, typer.Option(help="用哪一组问题（NAME）")] = "test",
    systems: Annotated[
        str, typer.Option(help="bm25、asked、dense、hybrid、ranked，逗号分开；不写为能测的全部")
    ] = "",
    limit: Annotated[int, typer.Option(help="只用前多少个问题，0 为全部")] = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """检索评测：各种方式并排，R@5/10/20/50/100、MRR@10、nDCG@10。"""
    from eval.retrieval import run_retrieval

    with bars() as progress:
        wanted = [s.strip() for s in systems.split(",") if s.strip()]
        rows = run_retrieval(data, qrels, wanted, limit, get_settings(), progress)
    measures = list(rows[0].measures)
    table = Table("", "问题数", *measures)
    for row in rows:
        table.add_row(row.system, str(row.questions), *(f"{row.measures[m]:.3f}" for m in measures))
    Console().print(table)
    _write_json([r.as_dict() for r in rows], json_file)


@app.command("mediation")
def mediation(
    cases: Annotated[Path, typer.Option(help="调解案例 jsonl：每行有 关键词、基本案情、引用法条")],
    data: Annotated[Path, typer.Option(help="BEIR 格式的文件夹，title 是法条地址；只用其中的法条")],
    qrels: Annotated[str, typer.Option(help="文件夹里问题组的名字（NAME）；问题本身不用")] = "train",
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """案例评测：由案情找同案由的案例（P@5），由案情找所引用的法条（R@10、R@100）。"""
    from eval.mediation import run_mediation

    with bars() as progress:
        result = run_mediation(cases, data, qrels, get_settings(), progress)
    same, cited = result["same_cause"], result["cited"]
    console = Console()
    console.print(f"同案由案例：{same['queries']} 件，{same['causes']} 个案由", highlight=False)
    table = Table("候选", "P@5")
    table.add_row("其余全部案例", f"{same['among_all']:.3f}")
    table.add_row("这些案由的其余案例", f"{same['among_common']:.3f}")
    console.print(table)
    measures = list(cited["systems"][0]["measures"])
    console.print(f"案情到所引法条：{cited['cases']} 件，{cited['corpus']} 条法条", highlight=False)
    table = Table("", *measures)
    for row in cited["systems"]:
        table.add_row(row["system"], *(f"{row['measures'][m]:.3f}" for m in measures))
    console.print(table)
    _write_json(result, json_file)


@app.command("confidence")
def confidence(
    plot: Annotated[Path | None, typer.Option(help="把可靠性曲线画进这个文件（.svg 或 .png）")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """把握评测：能答与不能答的问题分不分得开（AUROC），可能性说得准不准。"""
    from eval.confidence import run_confidence
    from eval.plot import check_target, draw_reliability

    if plot:
        check_target(plot)
    with bars() as progress:
        result = run_confidence(get_settings(), progress)
    console = Console()
    console.print(
        f"能回答的 {result['answerable']} 个问题，不能回答的 {result['unanswerable']} 个（{result['on']}）",
        f"AUROC {result['auroc']:.3f}",
        sep="\n",
        highlight=False,
    )
    table = Table("最多误答", "把握低于此值就拒答", "误答", "答出", "误拒")
    for row in result["thresholds"]:
        at = "全部拒答" if row["threshold"] is None else f"{row['threshold']:.3f}"
        shares = (f"{row[name]:.1%}" for name in ("wrongly_answered", "answered", "refused"))
        table.add_row(f"{row['allowed']:.0%}", at, *shares)
    console.print(table)
    for name, label in (("answerable", "能回答的问题"), ("all", "全部问题")):
        _print_reliability(console, result["reliability"][name], label)
    if plot:
        series = {name: result["reliability"][name]["bins"] for name in ("answerable", "all")}
        draw_reliability(series, plot)
    _write_json(result, json_file)


def _print_reliability(console: Console, found: dict[str, Any], label: str) -> None:
    console.print(
        f"首条的可能性，{label}：平均偏差 {found['ece']:.3f}，Brier {found['brier']:.3f}", highlight=False
    )
    table = Table("可能性", "问题数", "平均可能性", "确为答案")
    for row in found["bins"]:
        means = ("—" if row[name] is None else f"{row[name]:.3f}" for name in ("predicted", "observed"))
        table.add_row(f"{row['low']:.1f}–{row['high']:.1f}", str(row["count"]), *means)
    console.print(table)


@app.command("gate")
def gate(
    write: Annotated[
        bool, typer.Option("--write", help="把测得的数写进 eval/sets/expected.toml，作为今后的底线")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """检索质量的底线：Hit@10、MRR@10、AUROC 与上次写下的数比；低于底线时以状态 1 结束。"""
    from eval.regression import checks, load_expected, run_gate, write_expected

    expected = load_expected()
    with bars() as progress:
        found = run_gate(get_settings(), progress)
    compared = checks(found.measures, expected)
    table = Table("指标", "实测", "上次", "底线", "结果", title=found.model)
    for row in compared:
        verdict = "没有底线" if row.least is None else "达到" if row.ok else "低于底线"
        known = ("—" if value is None else f"{value:.4f}" for value in (row.expected, row.least))
        table.add_row(row.name, f"{row.value:.4f}", *known, verdict)
    Console().print(table)
    _write_json({"model": found.model, **found.measures.model_dump()}, json_file)
    errors = Console(stderr=True)
    if write:
        compared = checks(found.measures, write_expected(found))
        errors.print("已写进 eval/sets/expected.toml。", highlight=False)
    elif expected is None:
        errors.print("还没有写下底线：请加 --write 再运行一次。", highlight=False)
    if below := "、".join(row.name for row in compared if not row.ok):
        errors.print(f"[bold red]低于底线：[/]{below}", highlight=False)
        raise typer.Exit(1)


@app.command("redaction")
def redaction(
    cases: Annotated[
        Path | None, typer.Option(help="已匿名的案例 jsonl：数一数脱敏前后的金额、法条、机关名称")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="生成多少份记录")] = 1200,
    tune: Annotated[
        bool, typer.Option("--tune", help="改用调规则用的那部分记录，并列出错处；留作检验的不列")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """脱敏评测：号码、姓名、地点的召回率，精确率；法条、金额、机关名称有没有被误伤。"""
    from eval.redaction import run_redaction

    result = run_redaction(count, cases, tune)
    console = Console()
    table = Table(
        "", "份数", "个人信息", "号码召回", "姓名召回", "地点召回", "精确率", "应留的留下", "再脱敏有变"
    )
    for name, label in (("records", "生成的记录"), ("hard", "手写的难例")):
        row = result[name]
        shares = (f"{row['recall'][kind]:.3f}" for kind in ("numbers", "names", "places"))
        kept, changed = "/".join(map(str, row["kept"])), str(row["changed_on_second_pass"])
        table.add_row(
            label, str(row["count"]), str(row["pieces"]), *shares, f"{row['precision']:.3f}", kept, changed
        )
    console.print(table)
    console.print(f"每 300 字 {result['ms_per_300_characters']} 毫秒", highlight=False)
    if found := result.get("cases"):
        for name, label in (("amounts", "金额"), ("citations", "法条"), ("bodies", "机关名称")):
            before, after = found["counts"][name]
            console.print(f"{label}：脱敏前 {before} 处，脱敏后 {after} 处", highlight=False)
    for line in result.get("errors", ()):
        console.print(line, highlight=False, markup=False)
    _write_json(result, json_file)


@app.command("chat")
def chat(
    fresh: Annotated[bool, typer.Option("--fresh", help="改用后来另写的一组问题")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """问答评测：该答而拒、不该答而答的比例，答案引没引到正确的条文。"""
    from eval.chat import BARS, FRESH, run_chat

    with bars() as progress:
        found = run_chat(get_settings(), progress, *(FRESH if fresh else ()))
    table = Table("指标", "实测", "要求")
    table.add_row("不该答而答", f"{found['wrongly_answered']:.3f}", f"≤ {BARS['wrongly_answered']}")
    table.add_row("该答而拒", f"{found['wrongly_refused']:.3f}", f"≤ {BARS['wrongly_refused']}")
    table.add_row("答的里面引到正确条文", f"{found['quotes_gold']:.3f}", "")
    table.add_row("前三条里就有", f"{found['quotes_gold_in_three']:.3f}", "")
    table.add_row("引文与原文一致", f"{found['verified']:.3f}", "1")
    Console().print(table)
    _write_json(found, json_file)


@app.command("answers")
def answers(
    data: Annotated[Path, typer.Option(help="有 answers.train.jsonl 的目录：律师答过的问题和所引的法条")],
    questions: Annotated[int, typer.Option(min=0, help="只问前多少个（分折时每折），0 为全部")] = 0,
    held_out: Annotated[
        Path | None,
        typer.Option(
            help="交叉验证留出的名次（held_out.npz，见 docs/answers.md）；不写就问内置的，它学过这些问题，成绩不算数"
        ),
    ] = None,
    corpus: Annotated[
        str, typer.Option(help="与 --held-out 同用：NAME，把 --data 里的全部法条当作在库的；不写用知识库里的")
    ] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果和每个回答写进这个文件")] = None,
) -> None:
    """问答评测：不用大语言模型，回答引的条文里有没有律师引的那些，引文对不对得上原文。"""
    from eval.answers import BARS, run_answers

    with bars() as progress:
        found = run_answers(get_settings(), data, questions, held_out, corpus, progress)
    columns = [*(f"第 {n} 折" for n in found["by_fold"]), "合计"]
    rows = [*found["by_fold"].values(), found["measures"]]
    table = Table(
        "指标", *columns, "要求", title="" if found["held_out"] else "内置模型学过这些问题，成绩不算数"
    )
    for name, label in _ANSWERS.items():
        values = (f"{row[name]:.3f}" if isinstance(row[name], float) else str(row[name]) for row in rows)
        table.add_row(label, *values, f"≥ {BARS[name]}" if name in BARS else "")
    Console().print(table)
    _write_json(found, json_file)


_ANSWERS = {
    "questions": "问题数",
    "refused": "拒答",
    "any": "引到至少一条",
    "all": "引全",
    "any_in_three": "前三条引文里就有",
    "any_answered": "答的里面引到至少一条",
    "all_answered": "答的里面引全",
    "questions_any_held": "至少一条在库的问题",
    "any_held": "其中引到至少一条",
    "refused_held": "其中拒答",
    "questions_all_held": "全部在库的问题",
    "all_held": "其中引全",
    "gold": "应引的条文",
    "gold_not_held": "其中库里没有的",
    "quotations": "引文数",
    "quoted_p50": "每个回答的引文数（中位）",
    "verbatim": "引文与原文一致",
}


@app.command("claims")
def claims(
    tune: Annotated[bool, typer.Option("--tune", help="改用开发用的句子集")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="改用另外两人后来写的句子集")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """核查评测：引错法条、没有依据的句子查出多少，查出的有多少真有问题。"""
    from eval.claims import BARS, DEVELOPMENT, FRESH, HELD_OUT, run_claims

    if tune and fresh:
        raise BadRequest("--tune 和 --fresh 不能一起用", "请只选一个句子集。")
    file = DEVELOPMENT if tune else FRESH if fresh else HELD_OUT
    with bars() as progress:
        found = run_claims(get_settings(), file, progress)
    table = Table("指标", "实测", "要求")
    table.add_row("引错法条查出", f"{found['wrong_citation']:.3f}", f"≥ {BARS['wrong_citation']}")
    table.add_row("没有依据查出", f"{found['unsupported']:.3f}", f"≥ {BARS['unsupported']}")
    table.add_row("查出的确有问题", f"{found['precision']:.3f}", f"≥ {BARS['precision']}")
    table.add_row("有依据的放行", f"{found['supported_passed']:.3f}", "")
    for label, row in found["by_label"].items():
        table.add_row(f"· {label}（{row['pairs']}）", f"{row['stopped']:.3f}", "")
    Console().print(table)
    _write_json(found, json_file)


def _write_json(content: object, file: Path | None) -> None:
    if file is None:
        return
    try:
        file.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise BadRequest(f"写不进 {file}", "请检查这个位置能不能写。") from error
