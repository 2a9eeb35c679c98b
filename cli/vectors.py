"""Write the vectors that ship with the corpora: `make vectors`, after corpora, passages or model changed."""

import sys
from pathlib import Path

from kb.base import KnowledgeBase
from kb.embedding.cache import content_hash, embed_passages_cached
from kb.embedding.load import open_cache
from kb.embedding.shipped import shipped_path, write_shipped
from kb.index.units import units
from kb.ranking.questions import PREFIX, load_questions, question_vectors
from kb.settings import get_settings


def main() -> None:
    """Compute passages and predicted questions where the cache has none, and write a file of each."""
    with KnowledgeBase.open(get_settings()) as kb:
        texts = sorted({p.embed_text for u in units(kb.catalog) for p in u.passages if p.kind != "qa"})
        vectors = embed_passages_cached(kb.embedder, texts, open_cache(kb.settings))
        path = shipped_path(kb.embedder.key)
        write_shipped(path, [content_hash(t) for t in texts], vectors)
        _tell(path, len(texts))
        questions = list({q.text: q for q in load_questions()}.values())
        if questions:
            asked = shipped_path(f"{kb.embedder.key}.questions")
            found = question_vectors(kb.embedder, questions, open_cache(kb.settings))
            write_shipped(asked, [content_hash(PREFIX + q.text) for q in questions], found)
            _tell(asked, len(questions))


def _tell(path: Path, count: int) -> None:
    sys.stdout.write(f"{path}: {count} vectors, {path.stat().st_size / 2**20:.1f} MB\n")


if __name__ == "__main__":
    main()
