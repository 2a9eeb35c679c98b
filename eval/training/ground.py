"""Prepare what all stages share: the pruned model, token ids, zero-shot vectors, the mining pool."""

from pathlib import Path

import numpy as np

from eval.bm25 import SparseIndex
from eval.training.config import Config
from eval.training.data import Material, asked_by_row
from eval.training.ranking import embed, nearest
from eval.training.stages import Ground
from eval.training.tokens import Tokens
from eval.training.vocabulary import prune
from kb.embedding.cache import embed_passages_cached
from kb.embedding.load import load_embedder, model_folder, open_cache
from kb.errors import BadRequest
from kb.lexical.encoder import load_encoder
from kb.settings import Settings

#: Candidates of each judged question that enter the pool: by the untrained model, and by words.
DENSE, LEXICAL = 100, 60


def prepare(config: Config, material: Material, settings: Settings, work: Path) -> Ground:
    """Return the common ground; the pruned model is written to `work`/base once.

    Raises:
        BadRequest: the configuration names another base than the one built from the installed packages.
    """
    from kb.embedding.builder import NAME

    if config.base != NAME:
        raise BadRequest(f"不能从 {config.base} 开始训练", f"base 只能是 {NAME}。")
    base_settings = settings.model_copy(update={"embedding_model": config.base})
    base = work / "base"
    texts = [d.embed_text for d in material.documents]
    if not (base / "modules.json").is_file():
        own = [n.text for n in material.narratives] + [i.question for i in material.asked]
        prune(model_folder(base_settings), base, [*texts, *own, "query: passage: "])
    cache = open_cache(base_settings)
    try:
        zero_shot = embed_passages_cached(load_embedder(base_settings), texts, cache)
    finally:
        cache.close()
    tokens = Tokens(base, config)
    ground = Ground(config, material, tokens, tokens.passages(texts), zero_shot, [])
    ground.pool.extend(_pool(ground, settings))
    return ground


def _pool(ground: Ground, settings: Settings) -> list[int]:
    from eval.training.encoder import Encoder

    material = ground.material
    questions = [i.question for i in material.judged]
    tokens = ground.tokens.questions(questions)
    vectors = embed(Encoder(ground.tokens.folder), [tokens[q] for q in questions])
    rows = set(np.unique(nearest(vectors, ground.zero_shot, DENSE)).tolist())
    words = load_encoder(settings.home / "cache")
    asked = asked_by_row(material)
    index = SparseIndex(
        [
            words.encode_passage("\n".join([d.text, *asked.get(n, [])]), d.title)
            for n, d in enumerate(material.documents)
        ]
    )
    for question in questions:
        rows.update(row for row, _ in index.search(words.encode_query(question), LEXICAL))
    rows.update(row for item in material.judged for row in item.gold)
    return sorted(rows)
