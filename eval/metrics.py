"""Retrieval measures, computed by ir-measures (trec_eval's definitions)."""

from collections.abc import Mapping, Sequence

Run = Mapping[str, Mapping[str, float]]
"""By question id: score by document id."""

MEASURES = ("R@5", "R@10", "R@20", "R@50", "R@100", "RR@10", "nDCG@10")
LABELS = {"RR@10": "MRR@10", "Success@10": "Hit@10"}


def evaluate(
    qrels: Mapping[str, Mapping[str, int]], run: Run, names: Sequence[str] = MEASURES
) -> dict[str, float]:
    """Return the mean of each measure over the questions of `qrels`; one without results counts 0."""
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in names]
    found = ir_measures.calc_aggregate(measures, qrels, run)
    return {
        LABELS.get(name, name): round(float(found[m]), 4) for name, m in zip(names, measures, strict=True)
    }


def per_query(qrels: Mapping[str, Mapping[str, int]], run: Run, measure: str) -> dict[str, float]:
    """Return one measure for each question."""
    import ir_measures

    out = dict.fromkeys(qrels, 0.0)
    for metric in ir_measures.iter_calc([ir_measures.parse_measure(measure)], qrels, run):
        out[metric.query_id] = float(metric.value)
    return out
