"""Write the vectors that ship with the corpora: `make vectors`, after corpora, passages or model changed."""

import sys

from kb.base import KnowledgeBase
from kb.embedding.cache import content_hash, embed_passages_cached
from kb.embedding.load import open_cache
from kb.embedding.shipped import shipped_path, write_shipped
from kb.index.units import units
from kb.settings import get_settings


def main() -> None:
    """Compute every passage of the catalog afresh where the cache has none, and write the file."""
    with KnowledgeBase.open(get_settings()) as kb:
        texts = sorted({p.embed_text for u in units(kb.catalog) for p in u.passages if p.kind != "qa"})
        vectors = embed_passages_cached(kb.embedder, texts, open_cache(kb.settings))
        path = shipped_path(kb.embedder.key)
        write_shipped(path, [content_hash(t) for t in texts], vectors)
    sys.stdout.write(f"{path}: {len(texts)} vectors, {path.stat().st_size / 2**20:.1f} MB\n")


if __name__ == "__main__":
    main()
