"""What is learnt from all questions besides the encoder: prototypes, and what can be answered at all."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from eval.training.answerable import fit_answerable, inside
from eval.training.causes import Fitted, fit_causes
from eval.training.data import Material
from eval.training.encoder import Encoder
from eval.training.ranking import embed
from eval.training.stages import Ground
from eval.training.tokens import Tokens
from kb.ranking.model import Logistic
from kb.ranking.prototypes import Prototypes, joined
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
    questions = [_question(material, item.question, item.gold) for item in items]
    return Prototypes(questions, embed(encoder, [ids[item.question] for item in items]))


def story_prototypes(
    material: Material, tokens: Tokens, encoder: Encoder, leave: Collection[str] = ()
) -> Prototypes:
    """Return the prototypes of all narratives and stories: a mediator's account is likest to another account.

    Args:
        leave: texts that are left out (a fold's).
    """
    rows = {
        n.text: tuple(material.row_of[a] for a in n.articles if a in material.row_of)
        for n in (*material.narratives, *material.stories)
        if n.text not in leave
    }
    kept = [text for text, gold in rows.items() if gold]
    ids = tokens.questions(kept, narrative=True)
    questions = [_question(material, text, rows[text]) for text in kept]
    return Prototypes(questions, embed(encoder, [ids[text] for text in kept]))


def _question(material: Material, text: str, gold: Sequence[int]) -> Question:
    documents = [material.documents[row] for row in gold]
    return Question(text, tuple((d.title, frozenset([text_print(d.text)])) for d in documents))


class Learnt(NamedTuple):
    """What ships beside model and ranker, learnt from all questions."""

    prototypes: Prototypes
    answerable: Logistic
    causes: Fitted


def learn_all(ground: Ground, model: Path, outside: Sequence[str]) -> Learnt:
    """Return the prototypes of all judged questions and narratives, and what is answerable at all.

    Args:
        model: the folder of the exported model.
        outside: questions that nothing answers.
    """
    encoder, material, tokens, config = Encoder(model), ground.material, ground.tokens, ground.config
    judged, stories = learn_prototypes(material, tokens, encoder), story_prototypes(material, tokens, encoder)
    asked = [item.question for item in material.asked]
    ids = tokens.questions([*asked, *outside])
    answerable = inside(
        judged.vectors,
        embed(encoder, [ids[text] for text in asked]),
        stories.vectors,
        config.answerable,
        config.seed,
    )
    head = fit_answerable(answerable, embed(encoder, [ids[text] for text in outside]), config.answerable)
    return Learnt(joined(judged, stories), head, learn_causes(material, tokens, encoder))


def learn_causes(material: Material, tokens: Tokens, encoder: Encoder) -> Fitted:
    """Return the regression for causes, of all narratives as queries and as passages."""
    cases = [*material.narratives, *material.stories]
    texts = [case.text for case in cases]
    ids = tokens.questions(texts, narrative=True)
    vectors = (
        embed(encoder, [ids[text] for text in texts]),
        embed(encoder, tokens.passages(texts, narrative=True)),
    )
    return fit_causes(vectors, [case.cause for case in cases])
