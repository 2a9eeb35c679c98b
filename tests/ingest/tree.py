"""A small real tree of files, and small homes to ingest it into."""

import shutil
from pathlib import Path

import corpora
from kb.base import KnowledgeBase
from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.catalog.incoming import LawText
from kb.embedding.load import load_embedder
from kb.lexical.encoder import load_encoder
from kb.settings import Settings
from kb.store.open import open_store
from tests.law_catalog import parsed_laws

RULES = (
    "zj-fengshuwan.md",
    "jx-shanglongkou.docx",
    "gs-xiyuan.xlsx",
    "ha-heli.pdf",
    "yn-damafang.md",
    "sc-shibangou.xlsx",
)


def statute_markdown(law: LawText, title: str = "") -> str:
    """A law as an office would keep it in Markdown."""
    day = f"{law.version.year}年{law.version.month}月{law.version.day}日"
    lines = [f"# {title or law.title}", "", f"（{day}通过　自{day}起施行）", ""]
    chapter = ""
    for article in law.articles:
        if article.chapter and article.chapter != chapter:
            chapter = article.chapter
            lines += [f"## {chapter}", ""]
        lines += [f"{article.label}　{article.text}", ""]
    return "\n".join(lines)


def short_laws(count: int) -> list[LawText]:
    """The shipped laws with the fewest articles, at least five, each title once; none with an annex."""
    found: dict[str, LawText] = {}
    for law in sorted(parsed_laws().laws, key=lambda x: (len(x.articles), x.title, x.version)):
        plain = law.articles[0].label == "第一条" and "\n附" not in law.articles[-1].text
        if len(law.articles) >= 5 and plain and "修正案" not in law.title:
            found.setdefault(law.title, law)
    return list(found.values())[:count]


def write_tree(folder: Path) -> Path:
    """Six sample rules, three case files and thirty statutes; six of them renamed, so that no vector is shipped."""
    for part in ("rules", "cases", "laws"):
        (folder / part).mkdir(parents=True)
    for name in RULES:
        shutil.copy(corpora.path("village_rules", name), folder / "rules" / name)
    for path in sorted(corpora.ROOT.glob("cases/*.jsonl")):
        shutil.copy(path, folder / "cases" / path.name)
    for number, law in enumerate(short_laws(30)):
        title = f"越溪市{law.title.removeprefix('中华人民共和国')}实施办法" if number % 5 == 0 else ""
        (folder / "laws" / f"{number:02}.md").write_text(statute_markdown(law, title), encoding="utf-8")
    return folder


def small_home(base: Path, home: Path) -> Path:
    """An empty home that shares the model; its cache is its own, so that vectors are really computed."""
    (home / "cache").mkdir(parents=True)
    (home / "models").symlink_to((base / "models").resolve(), target_is_directory=True)
    for name in ("precision.json", "jieba.cache"):
        if (base / "cache" / name).exists():
            shutil.copy(base / "cache" / name, home / "cache" / name)
    return home


def new_kb(base: Path, home: Path) -> KnowledgeBase:
    """An empty knowledge base in its own home; the model, which takes seconds to load, is the base's."""
    settings, shared = Settings(home=small_home(base, home)), Settings(home=base)
    embedder = load_embedder(shared)
    store = open_store(settings, model_key=embedder.key, dim=embedder.dim)
    lexical = load_encoder(shared.home / "cache")
    return KnowledgeBase(settings, Catalog(get_engine(settings)), store, embedder, lexical)
