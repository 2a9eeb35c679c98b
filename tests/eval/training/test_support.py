"""How the pairs for development are judged: each by networks that haven't seen it."""

import numpy as np
import pytest

from assistant.grounding.evidence import NAMES
from assistant.grounding.support import Weights
from eval.claims import Pair
from eval.training import weigh
from eval.training.support import cross_validated, report
from eval.training.weigh import Rows, together
from kb.clock import today


def test_no_pair_is_judged_by_networks_that_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weigh.fit, "__defaults__", ((0,),))  # one network is enough
    monkeypatch.setattr(weigh, "ROUNDS", 100)
    chance = np.random.default_rng(0)
    x = chance.normal(size=(900, len(NAMES)))
    y = chance.integers(0, 2, 900)  # nothing to be learnt but the pairs themselves
    ours = Rows(x[:600], y[:600], np.ones(600))
    theirs = Rows(x[600:], y[600:], np.full(300, 50.0))
    known = Weights("", [], weigh.fit(together(ours, theirs))).chance(theirs.x)
    assert ((known > 0.5) == theirs.y).mean() > 0.8
    unseen = cross_validated(ours, theirs, [n % 3 for n in range(300)])
    assert 0.35 < ((unseen > 0.5) == theirs.y).mean() < 0.65


def test_report_says_what_passes(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [Pair(str(n), label, "", "", today()) for n, label in enumerate(("supported", "wrong_article"))]
    report(pairs, np.array([0.9, 0.3]))
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first == "0.20 supported 1.000 wrong_article 1.000"
    assert last == "0.90 supported 1.000 wrong_article 0.000"
