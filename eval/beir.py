"""Reader of BEIR folders: corpus.jsonl[.xz], queries.NAME.jsonl, qrels/NAME.tsv."""

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import BadRequest


@dataclass(frozen=True)
class Document:
    """An entry of the corpus."""

    id: str
    title: str
    text: str

    @property
    def embed_text(self) -> str:
        """What the embedding model reads: title, then text."""
        return f"{self.title} {self.text}".strip()


@dataclass(frozen=True)
class Dataset:
    """A corpus, questions by id, and for each question the relevance of documents by id."""

    documents: list[Document]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


def load(folder: Path, name: str, limit: int = 0) -> Dataset:
    """Read a folder, with the first `limit` judged questions (0 for all).

    `name` says which queries and qrels: `train` for queries.train.jsonl and qrels/train.tsv.

    Raises:
        BadRequest: a file is missing or isn't what its name says, with the line where it fails.
    """
    corpus = next((p for n in ("corpus.jsonl", "corpus.jsonl.xz") if (p := folder / n).is_file()), None)
    if corpus is None:
        raise BadRequest(
            f"{folder} 里没有 corpus.jsonl 或 corpus.jsonl.xz", "请用 --data 指向一个 BEIR 格式的目录。"
        )
    qrels = _qrels(folder / "qrels" / f"{name}.tsv")
    queries = {
        str(row["_id"]): str(row["text"])
        for row in _lines(folder / f"queries.{name}.jsonl")
        if str(row["_id"]) in qrels
    }
    if limit:
        queries = dict(list(queries.items())[:limit])
    documents = [Document(str(r["_id"]), str(r.get("title", "")), str(r["text"])) for r in _lines(corpus)]
    if not queries:
        raise BadRequest(f"{name} 里没有带标注的问题", "请检查 queries 与 qrels 的编号是否一致。")
    return Dataset(documents, queries, {q: qrels[q] for q in queries})


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with (
            lzma.open(path, "rt", encoding="utf-8")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8") as file
        ):
            for number, line in enumerate(file, 1):
                if line.strip():
                    row = json.loads(line)
                    if "_id" not in row or "text" not in row:
                        raise BadRequest(f"{path.name} 第 {number} 行缺少 _id 或 text", "")
                    yield row
    except FileNotFoundError as error:
        raise BadRequest(f"没有文件 {path}", "请检查 --data 与 --qrels。") from error
    except (lzma.LZMAError, ValueError, TypeError) as error:
        raise BadRequest(f"{path.name} 不是有效的 jsonl 文件：{error}", "") from error


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read `query-id  corpus-id  score` lines; a header is optional, scores of 0 count as not relevant."""
    out: dict[str, dict[str, int]] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError as error:
        raise BadRequest(f"没有文件 {path}", "请检查 --data 与 --qrels。") from error
    for number, line in enumerate(lines, 1):
        fields = line.split("\t")
        if not line.strip() or (number == 1 and fields[-1].strip() == "score"):
            continue
        if len(fields) != 3 or not fields[2].strip().lstrip("-").isdigit():
            raise BadRequest(f"{path.name} 第 {number} 行应为三列：问题编号、文档编号、得分", "")
        if int(fields[2]) > 0:
            out.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return out
