"""From files to the catalog and the index: incremental, resumable, one bad file at a time."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from corpora.manifest import source_key
from ingest.parsers.parse import parse
from ingest.readers.read import SUFFIXES, read
from kb.base import KnowledgeBase
from kb.catalog.link_cases import link_cases
from kb.catalog.revalidate import revalidate
from kb.catalog.writer import CatalogWriter, SourceRecord
from kb.errors import FengqiaoError
from kb.index.indexer import IndexReport
from kb.model import stable_id

#: Raise it when a parser changed: every file is then parsed again.
PARSER = "1"

#: progress(phase, done, total): phase is 读取文件 or 建立索引.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Failure:
    """A file that could not be used, and why."""

    path: str
    reason: str
    hint: str = ""


@dataclass
class IngestReport:
    """What an ingest did. Counts are files, but `items` and `duplicates`, which are provisions, rules and cases."""

    new: int = 0
    unchanged: int = 0
    skipped: int = 0
    items: int = 0
    duplicates: int = 0
    groups: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    index: IndexReport = field(default_factory=IndexReport)

    @property
    def files(self) -> int:
        """Return how many files were looked at."""
        return self.new + self.unchanged + self.skipped + len(self.failures)


def discover(paths: Iterable[Path]) -> list[Path]:
    """Return the files under the paths, each once, in a fixed order.

    In a folder, hidden and temporary files and types that no reader reads (programs, pictures) are left
    out; a file named itself is always tried, so that its owner learns why it can't be read.

    Raises:
        FileNotFoundError: a path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            inside = file.relative_to(path).parts if path.is_dir() else (file.name,)
            hidden = any(part.startswith((".", "~$")) for part in inside)
            readable = file == path or file.suffix.lower() in SUFFIXES
            if readable and not hidden:
                found[file.resolve()] = None
    return list(found)


class Pipeline:
    """Runs files through readers and parsers into a knowledge base.

    Args:
        kb: an open knowledge base; the run needs its index for itself.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.writer = CatalogWriter(kb.catalog.engine)

    def run(self, files: list[Path], progress: Progress | None = None) -> IngestReport:
        """Ingest files; what was done before a kill is not done again. Never raises for one bad file."""
        report = IngestReport()
        for done, path in enumerate(files):
            if progress:
                progress("读取文件", done, len(files))
            self._one(path, report)
        if progress:
            progress("读取文件", len(files), len(files))
        engine = self.kb.catalog.engine
        # always: after a kill nothing is new and yet the rest not done; a release may bring new corrections
        if revalidate(engine) or report.new or not self.kb.indexer.state.is_clean():
            link_cases(engine)
        step = (lambda done, total: progress("建立索引", done, total)) if progress else None
        report.index = self.kb.sync(step)
        return report

    def _one(self, path: Path, report: IngestReport) -> None:
        try:
            sha256 = _sha256(path)
        except OSError as error:
            report.failures.append(Failure(str(path), f"读不了这个文件：{error.strerror}", "请检查文件权限"))
            return
        source_id = stable_id("source", source_key(path.resolve()))
        if self.writer.unchanged(source_id, sha256, PARSER):
            report.unchanged += 1
            return
        source = SourceRecord(source_id, str(path), sha256, PARSER)
        try:
            document = read(path)
            parsed = parse(document)
        except FengqiaoError as error:
            self.writer.record_failure(source, f"{error.message} {error.hint}".strip())
            report.failures.append(Failure(str(path), error.message, error.hint))
            return
        except Exception as error:  # one file must not end the run; the reason is kept for whoever mends it
            reason = f"处理时出错（{type(error).__name__}：{error}）"
            self.writer.record_failure(source, reason)
            report.failures.append(Failure(str(path), reason, "请把这个文件连同原因反馈给维护人员"))
            return
        if parsed.empty:
            report.skipped += 1
            return
        kind = "法律法规" if parsed.laws else "村规民约" if parsed.rules else "调解案例"
        record = SourceRecord(source_id, str(path), sha256, PARSER, kind, document.title)
        written = self.writer.replace(record, parsed)
        report.new += 1
        report.items += written.items
        report.duplicates += written.duplicates
        for law in parsed.laws:
            report.groups[law.doc_type] = report.groups.get(law.doc_type, 0) + 1
        if not parsed.laws:
            report.groups[kind] = report.groups.get(kind, 0) + 1
        report.warnings += [f"{path.name}：{w}" for w in parsed.warnings]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
