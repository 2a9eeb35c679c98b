"""Answers against lawyers' articles: what counts as quoted, and rankings played back to the real chat."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.chat import judge
from eval.answers import Answered, Judged, ask_one, held, load_judged, measures
from eval.replay import HeldOut, load_held_out, replayed, save_held_out
from kb.base import KnowledgeBase
from kb.errors import BadRequest

DAY = date(2026, 11, 22)
DOG = "民法典第一千二百四十五条"
ASKED = "邻居家的狗咬了我，医药费谁出"
DIM = 4


def ranking(*titles: str) -> HeldOut:
    n = len(titles)
    chance = tuple(np.linspace(0.9, 0.1, n).tolist())
    return HeldOut("q1", 0, titles, chance, (True,) * n, (True,) * n, 0.9, np.ones(DIM, np.float32) / 2)


def answer(refused: bool, gold: int, on_shelves: int, right: tuple[bool, ...], found: int) -> Answered:
    quoted = tuple("民法典第一条" for _ in right)
    return Answered("q", "？", refused, gold, on_shelves, quoted, right, found, len(right))


def test_a_title_is_that_very_law(kb: KnowledgeBase) -> None:
    found = held(kb, "中华人民共和国民法典第一千二百四十五条", DAY)
    assert found is not None and found.address == DOG
    assert held(kb, "最高人民法院关于适用《民法典》婚姻家庭编的解释（一）第二十三条", DAY) is None
    assert held(kb, "物业管理条例第二条", DAY) is None
    assert held(kb, "民法典第一千五百条", DAY) is None
    assert held(kb, "环境保护法第五十八条", DAY) is None  # no longer law on the day


def test_what_is_not_on_the_shelves_counts_as_missed(kb: KnowledgeBase) -> None:
    one = ask_one(kb, Judged("1", ASKED, ("中华人民共和国" + DOG, "物业管理条例第二条")), DAY)
    assert not one.refused
    assert (one.gold, one.held, one.found) == (2, 1, 1)
    assert any(one.right) and one.verbatim == len(one.quoted) > 0
    figures = measures([one])
    assert (figures["any"], figures["all"], figures["gold_not_held"]) == (1, 0, 1)


def test_measures_count_refusals_as_misses() -> None:
    found = measures(
        [
            answer(False, 2, 2, (True, False, False, True), 2),
            answer(False, 1, 1, (False, False, False, True), 1),
            answer(False, 2, 1, (False,), 0),
            answer(True, 1, 0, (), 0),
        ]
    )
    assert (found["refused"], found["any"], found["all"]) == (0.25, 0.5, 0.5)
    assert found["any_in_three"] == 0.25
    assert found["any_answered"] == pytest.approx(2 / 3)
    assert (found["questions_any_held"], found["questions_all_held"]) == (3, 2)
    assert found["any_held"] == pytest.approx(2 / 3) and found["all_held"] == 1
    assert (found["gold"], found["gold_not_held"], found["quoted_p50"]) == (6, 2, 4)


def test_played_back_rankings_make_the_answer(kb: KnowledgeBase) -> None:
    titles = ("民法典第六百七十五条", "民法典第六百七十六条", "民法典第六百七十七条", "民法典第六百七十九条")
    provisions = {t: p for t in titles if (p := held(kb, t, DAY))}
    before = kb.engine, kb.embedder, kb.ranking, judge.panel
    with replayed(kb, ranking("没有这部法第一条", *titles), DAY, provisions):
        told = ask_one(kb, Judged("1", ASKED, (titles[0],)), DAY)
    assert told.quoted[:3] == titles[:3]  # though the question is about a dog
    assert told.right[0] and told.found == 1
    with replayed(kb, ranking(*titles), DAY, provisions):
        assert ask_one(kb, Judged("1", "量子力学讲的是些啥", (titles[0],)), DAY).refused
    assert (kb.engine, kb.embedder, kb.ranking, judge.panel) == before


def test_rankings_are_kept(tmp_path: Path) -> None:
    kept = ranking("民法典第一条", "民法典第二条")
    save_held_out(tmp_path / "h.npz", [kept])
    rankings = load_held_out(tmp_path / "h.npz")
    assert rankings["q1"].titles == kept.titles and rankings["q1"].dense == kept.dense
    assert rankings["q1"].probability == pytest.approx(kept.probability)


def test_damaged_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest):
        load_held_out(tmp_path / "none.npz")
    with pytest.raises(BadRequest):
        load_judged(tmp_path)
    good = {"_id": "1", "question": "？", "articles": ["民法典第一条"]}
    for bad in ({**good, "articles": []}, {**good, "question": " "}, {"_id": "1"}):
        lines = [json.dumps(good), json.dumps(bad)]
        (tmp_path / "answers.train.jsonl").write_text("\n".join(lines), "utf-8")
        with pytest.raises(BadRequest, match="第 2 行"):
            load_judged(tmp_path)
