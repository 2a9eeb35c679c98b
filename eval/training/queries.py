"""What cross-validation found for the ranker to learn from, on disk: arrays and ids, no program code."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.training.ranker import Query
from kb.errors import UnreadableFile

_PARTS = ("ids", "sizes", "features", "relevant", "answers", "folds", "answerable")


def save_queries(path: Path, queries: Sequence[Query]) -> None:
    """Write queries, the features of all candidates one after the other.

    Raises:
        ValueError: there are none.
    """
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(
        temporary,
        ids=np.array([q.id for q in queries], np.str_),
        sizes=np.array([len(q.features) for q in queries], np.int64),
        features=np.concatenate([q.features for q in queries]).astype(np.float32),
        relevant=np.concatenate([q.relevant for q in queries]),
        answers=np.array([q.answers for q in queries], np.int64),
        folds=np.array([q.fold for q in queries], np.int64),
        answerable=np.array([q.answerable for q in queries], np.float64),
    )
    temporary.replace(path)


def load_queries(path: Path) -> list[Query]:
    """Return what `save_queries` wrote.

    Raises:
        UnreadableFile: the file is missing or damaged.
    """
    try:
        with np.load(path) as content:
            ids, sizes, features, relevant, answers, folds, answerable = (content[name] for name in _PARTS)
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableFile(f"{path} 读不出来", "请先运行 fengqiao train，它会写下 queries.npz。") from error
    ends = np.cumsum(sizes)
    return [
        Query(
            str(ids[n]),
            features[end - sizes[n] : end],
            relevant[end - sizes[n] : end],
            int(answers[n]),
            int(folds[n]),
            float(answerable[n]),
        )
        for n, end in enumerate(ends)
    ]
