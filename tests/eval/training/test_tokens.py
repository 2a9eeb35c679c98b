from pathlib import Path

from eval.training.config import load_config
from eval.training.tokens import Tokens
from kb.embedding.bert import Bert


def test_each_kind_has_its_prefix_and_its_length(shipped: Path) -> None:
    lengths = {"question_tokens": 20, "passage_tokens": 30, "narrative_tokens": 40}
    tokens = Tokens(shipped, load_config().model_copy(update=lengths))
    short, long = "邻居的树枝", "邻居的树枝伸进院子，" * 30
    bert = Bert(shipped)
    assert tokens.questions([short]) == {short: bert.tokenize(["query: " + short])[0]}
    assert tokens.passages([short]) == bert.tokenize(["passage: " + short])
    assert [len(ids) for ids in tokens.questions([long]).values()] == [20]
    assert [len(ids) for ids in tokens.passages([long, short])][:1] == [30]
    assert [len(ids) for ids in tokens.questions([long], narrative=True).values()] == [40]
    (cut,) = tokens.passages([long], narrative=True)
    assert len(cut) == 40 and cut[-1] == bert.tokenize([short])[0][-1]  # the end mark stays
