"""Prepare what all stages share: the pruned model, token ids, zero-shot vectors, the mining pool."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from eval.bm25 import SparseIndex
from eval.training.checkpoints import finish, finished, fresh, key_of
from eval.training.config import Config
from eval.training.data import Material, asked_by_row
from eval.training.encoder import Encoder
from eval.training.ranking import embed, nearest
from eval.training.stages import Ground
from eval.training.tokens import Tokens
from eval.training.vocabulary import prune
from kb.embedding.base import Vectors
from kb.embedding.builder import NAME, PASSAGE_PREFIX, QUERY_PREFIX
from kb.embedding.cache import embed_passages_cached
from kb.embedding.load import load_embedder, model_folder, open_cache
from kb.errors import BadRequest
from kb.lexical.encoder import LexicalEncoder, load_encoder
from kb.settings import Settings

Report = Callable[[int, int], None]
"""Called with the number of passages embedded by the untrained model, and their total."""

#: Candidates of each judged question that enter the pool: by the untrained model, and by words.
DENSE, LEXICAL = 100, 60


def prepare(
    config: Config, material: Material, settings: Settings, work: Path, report: Report | None = None
) -> Ground:
    """Return the common ground; the pruned model is written to `work`/base, anew when its texts changed.

    Raises:
        BadRequest: the configuration names another base than the one built from the installed packages.
    """
    if config.base != NAME:
        raise BadRequest(f"不能从 {config.base} 开始训练", f"base 只能是 {NAME}。")
    base_settings = settings.model_copy(update={"embedding_model": config.base})
    base = work / "base"
    texts = [d.embed_text for d in material.documents]
    own = [n.text for n in material.narratives] + [i.question for i in material.asked]
    key = key_of(
        config.base,
        texts,
        [[i.question, i.gold] for i in material.asked],
        [[n.cause, n.articles, n.text] for n in material.narratives],
    )
    if not finished(base, key):
        prune(model_folder(base_settings), fresh(base), [*texts, *own, QUERY_PREFIX, PASSAGE_PREFIX])
        finish(base, key)
    with closing(open_cache(base_settings)) as cache:
        step = None if report is None else lambda done: report(done, len(texts))
        zero_shot = embed_passages_cached(load_embedder(base_settings), texts, cache, progress=step)
    tokens = Tokens(base, config)
    pool = _pool(material, tokens, zero_shot, load_encoder(settings.home / "cache"))
    return Ground(config, material, tokens, tokens.passages(texts), zero_shot, pool, key)


def word_index(material: Material, words: LexicalEncoder) -> SparseIndex:
    """Return the corpus by words, each article with the predicted questions that fit it, as the product has it."""
    asked = asked_by_row(material)
    return SparseIndex(
        [
            words.encode_passage("\n".join([d.text, *asked.get(n, [])]), d.title)
            for n, d in enumerate(material.documents)
        ]
    )


def _pool(material: Material, tokens: Tokens, zero_shot: Vectors, words: LexicalEncoder) -> list[int]:
    questions = [i.question for i in material.judged]
    ids = tokens.questions(questions)
    vectors = embed(Encoder(tokens.folder), [ids[q] for q in questions])
    rows = set(np.unique(nearest(vectors, zero_shot, DENSE)).tolist())
    index = word_index(material, words)
    for question in questions:
        rows.update(row for row, _ in index.search(words.encode_query(question), LEXICAL))
    rows.update(row for item in material.judged for row in item.gold)
    rows.update(material.row_of[a] for s in material.stories for a in s.articles if a in material.row_of)
    return sorted(rows)
