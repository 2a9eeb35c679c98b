"""How the nearest cases ended."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from assistant.desks.types import Outcomes, OutcomeShare
from kb.model import MediationCase

#: Below this many cases shares and medians say little; they are shown, and said to be small.
SMALL = 10


def outcome_statistics(cases: Sequence[MediationCase]) -> Outcomes:
    """Return the statistics over `cases`; what nobody recorded is left out, never counted as zero."""
    n = len(cases)
    counts = Counter(c.outcome for c in cases)
    days = [(c.closed - c.opened).days for c in cases if c.opened and c.closed and c.closed >= c.opened]
    ratios = [c.settled / c.claim for c in cases if c.claim and c.settled is not None]
    known = [c for c in cases if c.kept in ("已履行", "部分履行", "未履行")]
    kept = sum(c.kept == "已履行" for c in known)
    return Outcomes(
        n=n,
        small=n < SMALL,
        note=_note(n, sum(c.sample for c in cases)),
        by_outcome=[OutcomeShare(label=k, count=v, share=round(v / n, 3)) for k, v in counts.most_common()],
        median_days=median(days) if days else None,
        median_ratio=round(median(ratios), 3) if ratios else None,
        ratio_n=len(ratios),
        kept_share=round(kept / len(known), 3) if known else None,
        kept_n=len(known),
        sample_n=sum(c.sample for c in cases),
    )


def _note(n: int, samples: int) -> str:
    if n == 0:
        return "库里没有相近的案例，无法统计。"
    small = f"只有{n}件，太少，只能参考，不能当规律。" if n < SMALL else f"以最相近的{n}件统计，供参考。"
    return small + (f"其中{samples}件是编写的样例，不是真实案件。" if samples else "")
