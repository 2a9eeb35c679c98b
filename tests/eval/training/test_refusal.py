"""When the chat refuses, learnt from questions written for it."""

import json
import re
from pathlib import Path

import numpy as np

from assistant.chat.confidence import NAMES
from assistant.chat.judge import FILE, panel, question_states
from eval.training.refusal import NAMED, SETS, Asked, fit, joined, predicted, questions, save


def test_questions_of_both_kinds_are_as_long() -> None:
    asked = questions()
    answerable, not_so = ([len(q) for q, label in asked if label is kind] for kind in (True, False))
    assert min(len(answerable), len(not_so)) > 1500
    assert abs(np.median(answerable) - np.median(not_so)) <= 3


def test_the_same_questions_come_each_time_and_none_cites_an_article() -> None:
    asked = questions()
    assert asked == questions()
    assert not [q for q, _ in asked if re.search("第[一二三四五六七八九十百千]+条", q)]


def test_names_stand_in_questions_of_both_kinds() -> None:
    plain = {json.loads(line)["question"] for line in (SETS / "asked.jsonl").read_text("utf-8").splitlines()}
    outside = {
        json.loads(line)["question"] for line in (SETS / "outside.jsonl").read_text("utf-8").splitlines()
    }
    named = [label for q, label in questions() if q not in plain | outside]
    assert 0 < NAMED < 1 and min(sum(named), len(named) - sum(named)) > 50


def test_predicted_questions_are_answerable_and_say_nothing_of_the_search() -> None:
    numbers = np.array([[1.0] * len(NAMES), [2.0] * len(NAMES), [3.0] * len(NAMES)])
    asked = Asked([question_states("借钱不还咋办")] * 3, numbers, np.array([1, 0, 1]))
    more = predicted(20, asked)
    assert more.answerable.tolist() == [1] * 20 and {row[0] for row in more.numbers.tolist()} == {1.0, 3.0}
    both = joined(asked, more)
    assert len(both.states) == len(both.numbers) == len(both.answerable) == 23
    assert both.answerable[:3].tolist() == [1, 0, 1]


def test_a_panel_learns_and_comes_back_as_it_was_trained(tmp_path: Path) -> None:
    law = [
        "借钱不还咋办",
        "邻居家狗咬人谁赔",
        "工资拖着不给找谁",
        "离婚后孩子跟谁",
        "房子漏水谁修",
        "宅基地被占咋办",
    ]
    other = ["红烧肉咋做", "明天下雨不", "手机卡了咋办", "谁唱歌最好听", "猪不吃食咋办", "啥时候放假"]
    states = [question_states(q) for q in law + other]
    numbers = np.zeros((len(states), len(NAMES)))
    numbers[:, 0] = np.linspace(-1, 1, len(states))
    asked = Asked(states, numbers, np.array([1] * len(law) + [0] * len(other)))
    judges = fit(asked, np.arange(len(states)), (0, 1), "a model")
    save(judges, tmp_path / FILE)
    again = panel(tmp_path / FILE)
    assert again is not None and (again.model, again.features) == ("a model", list(NAMES))
    for question, row in zip(law + other, numbers, strict=True):
        assert abs(again.chance(question, row) - judges.chance(question, row)) < 0.01
    before, after = (np.mean([judges.chance(q, numbers[3]) for q in kind]) for kind in (law, other))
    assert before > after
