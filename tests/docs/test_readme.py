"""The documents say what the program does: commands, settings, links and cited provisions exist."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from click import Command, Group
from pydantic_core import PydanticUndefined

from kb.base import KnowledgeBase
from kb.settings import Settings

ROOT = Path(__file__).parent.parent.parent
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: Section of README.md → the same section of README.zh-CN.md.
SECTIONS = {
    "Fengqiao 枫桥": "枫桥 Fengqiao",
    "Screenshots": "截图",
    "Two commands": "两条命令",
    "First steps: the mediator": "第一步：调解员",
    "First steps: the volunteer": "第一步：志愿者",
    "First steps: publicity staff": "第一步：普法干部",
    "First steps: examining village rules": "第一步：审查村规民约",
    "First steps: accounts": "第一步：账号",
    "Commands": "命令",
    "Settings": "设置",
    "Data": "资料",
    "Limits": "局限",
    "Layout": "目录结构",
    "Licence": "许可",
}
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_LAW = r"(?:民法典|刑法|人民调解法|村民委员会组织法|婚姻法)"
_CITED = re.compile(
    rf"《?{_LAW}》?第[一二三四五六七八九十百千零\d]+条(?:之[一二三])?(?:第[一二三四五六七八九]款)?"
)
#: Cited on purpose as an example of what is no longer law.
_NOT_LAW = {"《婚姻法》第二十一条"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    return _BLOCK.sub("", text_of(path))


def headings(path: Path) -> list[tuple[int, str]]:
    found = re.findall(r"^(#+) (.+)$", prose(path), re.MULTILINE)
    return [(len(marks), title) for marks, title in found]


def anchors(path: Path) -> set[str]:
    """As GitHub makes them: lower case, punctuation dropped, blanks to hyphens."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in headings(path)}


def test_readmes_have_the_same_sections() -> None:
    assert [title for _, title in headings(ENGLISH)] == list(SECTIONS)
    assert [title for _, title in headings(CHINESE)] == list(SECTIONS.values())
    assert [level for level, _ in headings(ENGLISH)] == [level for level, _ in headings(CHINESE)]


def test_readmes_have_the_same_code_blocks() -> None:
    assert _BLOCK.findall(text_of(ENGLISH)) == _BLOCK.findall(text_of(CHINESE))


def test_readmes_have_the_same_tables_and_lists() -> None:
    def shape(path: Path) -> list[list[int]]:
        sections = re.split(r"^#+ .+$", prose(path), flags=re.MULTILINE)
        return [[len(re.findall(rf"^{mark}", s, re.MULTILINE)) for mark in (r"\|", "- ")] for s in sections]

    assert shape(ENGLISH) == shape(CHINESE)

    def first_cells(path: Path) -> list[str]:
        return re.findall(r"^\| (`[^`]+`)", prose(path), re.MULTILINE)

    assert first_cells(ENGLISH) == first_cells(CHINESE)


def root_command() -> Group:
    from cli.main import app

    command = typer.main.get_command(app)
    assert hasattr(command, "commands")
    return command  # type: ignore[return-value]


def printed_commands(path: Path) -> Iterator[str]:
    """Yield `fengqiao …` lines of code blocks and of table cells, with the flags named in the same row."""
    for _, body in _BLOCK.findall(text_of(path)):
        for line in body.replace("\\\n", " ").splitlines():
            if re.match(r"(?:\S+/)?fengqiao\s", line.strip()):
                yield re.sub(r"^\S+\s", "", line.strip())
    for row in re.findall(r"^\| `fengqiao (.+)$", prose(path), re.MULTILINE):
        yield row.replace("`", " ").replace("|", " ")
    yield from re.findall(r"`fengqiao ([a-z][^`]*)`", prose(path))


def options_of(command: Command) -> set[str]:
    return {o for p in command.params for o in [*p.opts, *p.secondary_opts] if o.startswith("--")} | {
        "--help"
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_commands_and_flags_exist(path: Path) -> None:
    for line in printed_commands(path):
        words = line.split()
        if words[0].startswith("--"):
            continue
        command: Command = root_command()
        while hasattr(command, "commands"):
            assert words and words[0] in command.commands, f"{name(path)}: fengqiao {line}"
            command = command.commands[words.pop(0)]
        unknown = set(re.findall(r"(?<!\S)--[a-z-]+", line)) - options_of(command)
        assert not unknown, f"{name(path)}: fengqiao {line}: {unknown}"


def test_every_command_and_option_is_in_the_command_list() -> None:
    rows = dict(
        re.findall(
            r"^\| `fengqiao ([a-z]+(?: [a-z]+)?)[^`]*` \|(.*)$",
            prose(ENGLISH),
            re.MULTILINE,
        )
    )
    leaves: dict[str, Command] = {}
    for word, command in root_command().commands.items():
        inner: dict[str, Command] = getattr(command, "commands", {})
        leaves.update({f"{word} {k}": v for k, v in inner.items()} or {word: command})
    assert set(rows) == set(leaves)
    for word, command in leaves.items():
        missing = (
            options_of(command) - {"--help", "--json", "--jsonl"} - set(re.findall(r"--[a-z-]+", rows[word]))
        )
        assert missing <= {"--shipped"} if word == "run" else not missing, (word, missing)


def setting_rows(path: Path) -> dict[str, list[str]]:
    rows = re.findall(r"^\| `FENGQIAO_(\w+)` \|(.+)\|$", prose(path), re.MULTILINE)
    return {field.lower(): [c.strip().strip("`") for c in rest.split("|")] for field, rest in rows}


def shown(default: Any) -> str:
    assert default is not PydanticUndefined
    return str(default) or "(empty)"


def test_every_setting_is_documented() -> None:
    rows = setting_rows(ROOT / "docs" / "configuration.md")
    assert set(rows) - {"today", "person"} == set(Settings.model_fields)
    for field, info in Settings.model_fields.items():
        assert rows[field][:2] == [field, shown(info.default)], field
        assert len(rows[field][2]) > 3, field


@pytest.mark.parametrize("path", [ENGLISH, CHINESE], ids=name)
def test_settings_in_the_readme_match(path: Path) -> None:
    for field, (default, meaning) in setting_rows(path).items():
        expected = shown(Settings.model_fields[field].default)
        assert default.replace("（空）", "(empty)") == expected, field
        assert meaning


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_relative_links_resolve(path: Path) -> None:
    for target in _LINK.findall(prose(path)):
        if "://" in target:
            continue
        file, _, fragment = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), f"{name(path)}: {target}"
        if fragment:
            assert fragment in anchors(linked), f"{name(path)}: {target}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_named_files_exist(path: Path) -> None:
    for named in re.findall(
        r"`((?:kb|ingest|assistant|eval|cli|corpora|tests|docs)/[\w./*-]*)`", prose(path)
    ):
        assert list(ROOT.glob(named.rstrip("/"))), f"{name(path)}: {named}"


def test_glossary_names_things_once() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", prose(ROOT / "docs" / "glossary.md"), re.MULTILINE)
    terms = [t for t, _ in rows if t not in ("Term", "---")]
    assert len(terms) == len(set(terms))
    for row in re.findall(
        r"^\| .+ \| `(\w+)` in `([\w/.]+)`", prose(ROOT / "docs" / "glossary.md"), re.MULTILINE
    ):
        assert row[0] in text_of(ROOT / row[1]), row


def test_cited_provisions_resolve(kb: KnowledgeBase) -> None:
    seen = 0
    for path in DOCUMENTS:
        for cited in _CITED.findall(text_of(path)):
            if cited in _NOT_LAW:
                assert kb.resolve(cited).status == "repealed_law"
                continue
            found = kb.resolve(cited)
            assert found.ok, f"{name(path)}: {cited}: {found.message}"
            seen += 1
    assert seen >= 4


def test_printed_requests_are_answered(live_server: str, tmp_path: Path) -> None:
    """Every curl of the README, as printed, against a running service."""
    if not (shutil.which("curl") and shutil.which("bash")):
        pytest.skip("no curl or bash on this machine")
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    blocks = [body for kind, body in _BLOCK.findall(text_of(ENGLISH)) if kind == "sh" and "curl" in body]
    assert len(blocks) == 4
    for body in blocks:
        script = 'set -euo pipefail; curl() { command curl --fail-with-body "$@"; }\n'
        script += body.replace("http://127.0.0.1:8000", live_server)
        done = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120,
            env={**os.environ, "no_proxy": "127.0.0.1"},
        )  # fmt: skip
        assert done.returncode == 0, f"{body}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "draft.docx").read_bytes().startswith(b"PK")
