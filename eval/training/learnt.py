"""Prototypes from judged questions: their vectors, and what they answer."""

from collections.abc import Sequence
from pathlib import Path

from eval.training.data import Material
from eval.training.encoder import Encoder
from eval.training.ranking import embed
from eval.training.tokens import Tokens
from kb.ranking.prototypes import Prototypes, write_prototypes
from kb.ranking.questions import Question, text_print


def learn_prototypes(
    material: Material, tokens: Tokens, encoder: Encoder, chosen: Sequence[int] | None = None
) -> Prototypes:
    """Return the prototypes of judged questions.

    Args:
        chosen: positions among the judged questions (a fold's training part); None for all.
    """
    items = [material.judged[n] for n in (range(len(material.judged)) if chosen is None else chosen)]
    items = [item for item in items if item.gold]
    ids = tokens.questions([item.question for item in items])
    questions = [
        Question(
            item.question,
            tuple(
                (material.documents[row].title, frozenset([text_print(material.documents[row].text)]))
                for row in item.gold
            ),
        )
        for item in items
    ]
    return Prototypes(questions, embed(encoder, [ids[item.question] for item in items]))


def export_prototypes(material: Material, tokens: Tokens, model: Path, path: Path) -> None:
    """Write the prototypes of all judged questions for the model in a folder."""
    found = learn_prototypes(material, tokens, Encoder(model))
    write_prototypes(path, found.questions, found.vectors)
