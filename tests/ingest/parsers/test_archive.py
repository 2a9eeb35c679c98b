"""The whole Markdown archive of the trial data: nothing fails, and counts that can be checked by hand."""

import tarfile
from collections.abc import Iterator
from datetime import date

import pytest

from ingest.parsers import parse
from ingest.readers import read_bytes
from kb.errors import UnreadableFile
from tests.ingest.parsers.support import SHARED

ARCHIVE = SHARED / "laws-markdown.tar.xz"
pytestmark = pytest.mark.shared


def members() -> Iterator[tuple[str, bytes]]:
    if not ARCHIVE.exists():
        pytest.skip("the trial archive is not here")
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            handle = archive.extractfile(member) if member.isfile() and member.name.endswith(".md") else None
            if handle:
                yield member.name, handle.read()


def test_a_code_split_over_files_is_one_law() -> None:
    numbers: list[int] = []
    books: dict[str, int] = {}
    keys, starts = set(), set()
    for name, data in members():
        if "/民法典/" not in f"/{name}" or "案例" in name or name.endswith("_index.md"):
            continue
        (law,) = parse(read_bytes(name, data)).laws
        keys.add((law.title, law.version))
        starts.add(law.stated_effective)
        numbers += [a.number for a in law.articles]
        for article in law.articles:
            books[article.book.split(" 第")[0]] = books.get(article.book.split(" 第")[0], 0) + 1
    assert keys == {("中华人民共和国民法典", date(2020, 5, 28))}
    assert starts <= {date(2021, 1, 1), None}  # one file lacks the line
    assert sorted(numbers) == list(range(1, 1261))
    assert books == {
        "第一编 总则": 204, "第二编 物权": 258, "第三编 合同": 526, "第四编 人格权": 51, "第五编 婚姻家庭": 79,
        "第六编 继承": 45, "第七编 侵权责任": 95, "附则": 2,
    }  # fmt: skip


@pytest.mark.long
def test_under_half_a_percent_fails() -> None:
    total, laws, cases, skipped, failed = 0, 0, 0, 0, []
    for name, data in members():
        total += 1
        try:
            parsed = parse(read_bytes(name, data))
        except UnreadableFile as error:
            failed.append((name, error.message))
            continue
        laws += len(parsed.laws)
        cases += len(parsed.cases)
        skipped += parsed.empty
    assert total >= 1566
    assert len(failed) <= total * 0.005, failed
    assert (laws, cases, skipped) == (1511, 52, 23)
