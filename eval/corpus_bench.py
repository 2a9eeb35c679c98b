"""Search latency over a BEIR corpus of articles, through the product: catalog, index, ranking and explanations."""

import hashlib
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from eval import beir
from eval.latency import time_search
from eval.machine import machine
from eval.systems.base import Progress
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.catalog.incoming import ArticleText, LawText, Parsed
from kb.catalog.writer import CatalogWriter, SourceRecord
from kb.errors import BadRequest
from kb.ranking.rank import place
from kb.settings import Settings

#: The corpus doesn't say since when its articles are law; any day before today serves.
_SINCE = date(2000, 1, 1)


def run_corpus_bench(
    data_dir: Path,
    qrels_name: str,
    settings: Settings,
    rounds: int = 1,
    limit: int = 200,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Return latencies in ms over the folder's articles and its first `limit` questions, JSON-ready.

    The knowledge base stays in `bench-corpus` under the home folder: the first run embeds what isn't known, the
    next ones go on from there.

    Raises:
        BadRequest: the folder isn't in BEIR form, or its titles aren't addresses.
        kb.store.lock.IndexHeld: another run has the index.
    """
    data = beir.load(data_dir, qrels_name, limit)
    own = settings.model_copy(update={"home": settings.home / "bench-corpus"})
    own.home.mkdir(parents=True, exist_ok=True)
    cache = own.home / "cache"
    if not cache.exists():  # what the home folder has embedded needn't be embedded again
        (settings.home / "cache").mkdir(parents=True, exist_ok=True)
        cache.symlink_to((settings.home / "cache").resolve(), target_is_directory=True)
    fill(own, data.documents)
    with KnowledgeBase.open(own) as kb:
        kb.sync(lambda done, total: progress("入库", done, total))
        questions = list(data.queries.values())
        latency = time_search(kb, questions, rounds, ["provision"], progress)
        return {
            "machine": machine(),
            "precision": kb.embedder.precision,
            "ranked": kb.ranking is not None,
            "articles": kb.catalog.counts()["provisions"],
            "passages": kb.store.count(),
            "questions": len(questions),
            "latency_ms": latency,
        }


def fill(settings: Settings, documents: list[beir.Document]) -> None:
    """Put the articles into the catalog at settings.home, unless they are there.

    Raises:
        BadRequest: no title is the address of an article.
    """
    writer = CatalogWriter(get_engine(settings))
    texts = "\n".join(f"{d.title}\t{d.text}" for d in documents)
    digest = hashlib.sha256(texts.encode()).hexdigest()
    source = SourceRecord("bench-corpus", "corpus", digest, "beir", "law", "BEIR")
    if writer.unchanged(source.id, digest, source.parser):
        return
    laws: dict[str, list[ArticleText]] = defaultdict(list)
    for document in documents:
        law, number = place(document.title)
        if number:
            laws[law].append(ArticleText(document.title.removeprefix(law), document.text, number))
    if not laws:
        raise BadRequest("资料的标题里没有一个是法条的地址", "title 应为“民法典第一条”这样。")
    writer.replace(source, Parsed([LawText(law, _SINCE, tuple(articles)) for law, articles in laws.items()]))
