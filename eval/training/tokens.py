"""Texts to token ids, each kind cut at its own length."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from eval.training.config import Config
from kb.embedding.builder import PASSAGE_PREFIX, QUERY_PREFIX


class Tokens:
    """The tokenizer of a model folder, with the lengths of a configuration."""

    def __init__(self, folder: Path, config: Config) -> None:
        self.folder = folder
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._config = config

    def questions(self, texts: Sequence[str], narrative: bool = False) -> dict[str, list[int]]:
        """Return token ids by text."""
        limit = self._config.narrative_tokens if narrative else self._config.question_tokens
        return dict(zip(texts, self._encode(QUERY_PREFIX, texts, limit), strict=True))

    def passages(self, texts: Sequence[str], narrative: bool = False) -> list[list[int]]:
        """Return token ids in order."""
        limit = self._config.narrative_tokens if narrative else self._config.passage_tokens
        return self._encode(PASSAGE_PREFIX, texts, limit)

    def _encode(self, prefix: str, texts: Sequence[str], limit: int) -> list[list[int]]:
        self._tokenizer.enable_truncation(limit)
        return [e.ids for e in self._tokenizer.encode_batch([prefix + text for text in texts])]
