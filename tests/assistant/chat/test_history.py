"""One's own conversations: kept without names, seen by nobody else, continued after a restart, gone in time."""

from datetime import timedelta

import pytest

from kb.errors import NotFound
from tests.assistant.chat.conftest import Desk

DOG = "邻居司徒国栋家的狗咬了我，医药费谁出？"


def test_a_conversation_is_kept_without_names(desk: Desk) -> None:
    first = desk.ask(DOG, desk.mine)
    desk.ask("民法典第一千零六十七条说什么", desk.mine, first.conversation_id)
    (entry,), total = desk.history.page(desk.mine, 0, 10)
    assert (entry.id, entry.turns, total) == (first.conversation_id, 2, 1)
    assert entry.title.endswith("家的狗咬了我，医药费谁出？")
    chat = desk.history.get(entry.id, desk.mine)
    assert chat.turns[0].turn_id == first.turn_id
    assert chat.turns[0].response.citations == first.citations
    assert "第一千零六十七条" in chat.turns[1].question
    stored = "".join(desk.rows("chat_conversations") + desk.rows("chat_turns"))
    assert "司徒" not in stored
    assert "国栋" not in stored
    assert "\\u53f8\\u5f92" not in stored


def test_nobody_elses(desk: Desk) -> None:
    mine = desk.ask(DOG, desk.mine)
    assert desk.history.page(desk.yours, 0, 10) == ([], 0)
    for step in (desk.history.get, desk.history.delete):
        with pytest.raises(NotFound) as foreign:
            step(mine.conversation_id, desk.yours)
        with pytest.raises(NotFound) as absent:
            step("nowhere", desk.yours)
        assert foreign.value.as_dict() == absent.value.as_dict()
    desk.restart()
    assert desk.history.told(mine.turn_id, desk.yours) is None
    assert desk.history.told(mine.turn_id) is None
    told = desk.history.told(mine.turn_id, desk.mine)
    assert told is not None
    assert told.stored


def test_who_comes_after_at_the_same_machine_begins_anew(desk: Desk) -> None:
    mine = desk.ask("民法典第一千零六十七条说什么", desk.mine)
    for who in (desk.yours, ""):
        other = desk.ask("那第二款呢", who, mine.conversation_id)
        assert other.conversation_id != mine.conversation_id
        assert other.understood_as == "那第二款呢"
    desk.restart()
    assert desk.ask("那第二款呢", desk.yours, mine.conversation_id).understood_as == "那第二款呢"
    assert len(desk.history.get(mine.conversation_id, desk.mine).turns) == 1


def test_a_follow_up_is_understood_after_a_restart(desk: Desk) -> None:
    first = desk.ask("民法典第一千零六十七条说什么", desk.mine)
    desk.restart()
    second = desk.ask("那第二款呢", desk.mine, first.conversation_id)
    assert second.conversation_id == first.conversation_id
    assert [c.address for c in second.citations] == ["民法典第一千零六十七条第二款"]
    assert len(desk.history.get(first.conversation_id, desk.mine).turns) == 2


def test_a_fact_that_was_asked_for_joins_the_matter_after_a_restart(desk: Desk) -> None:
    first = desk.ask("邻居借了我两万块不还", desk.mine)
    assert first.clarify
    desk.restart()
    second = desk.ask("写了借条，没写利息", desk.mine, first.conversation_id)
    assert second.understood_as == f"{first.understood_as}，写了借条，没写利息"


def test_what_a_talk_is_about_outlives_follow_ups_and_a_restart(desk: Desk) -> None:
    def talk(restarts: bool) -> str:
        key = desk.ask("邻居家的狗咬了我", desk.mine).conversation_id
        desk.ask("那他要是不给呢？", desk.mine, key)
        if restarts:
            desk.restart()
        return desk.ask("那要多久呢？", desk.mine, key).understood_as

    assert talk(restarts=True) == talk(restarts=False) == "邻居家的狗咬了我 那要多久呢？"


def test_after_a_restart_letters_do_not_change_hands(desk: Desk) -> None:
    first = desk.ask("司徒国栋打了欧阳雪梅，怎么办？", desk.mine)
    desk.restart()
    desk.ask("上官建业欠我八千元不还，怎么办？", desk.mine, first.conversation_id)
    before, after = (turn.question for turn in desk.history.get(first.conversation_id, desk.mine).turns)
    assert after[0] not in before
    assert after.endswith("欠我八千元不还，怎么办？")


def test_anonymous_chats_and_days_of_none_leave_nothing(desk: Desk) -> None:
    desk.ask(DOG)
    desk.settings = desk.settings.model_copy(update={"chat_retention_days": 0})
    desk.restart()
    kept = desk.ask(DOG, desk.mine)
    assert desk.rows("chat_conversations") == desk.rows("chat_turns") == []
    assert desk.memory.owner(kept.conversation_id) == desk.mine


def test_deleted_is_deleted(desk: Desk) -> None:
    first, other = desk.ask(DOG, desk.mine), desk.ask("多大年纪可以结婚", desk.mine)
    desk.history.delete(first.conversation_id, desk.mine)
    assert desk.history.told(first.turn_id, desk.mine) is None
    assert desk.memory.last(first.conversation_id) is None
    assert [entry.id for entry in desk.history.page(desk.mine, 0, 10)[0]] == [other.conversation_id]
    assert len(desk.rows("chat_turns")) == 1


def test_time_runs_from_the_last_question(desk: Desk) -> None:
    old, used = desk.ask(DOG, desk.mine), desk.ask("多大年纪可以结婚", desk.mine)
    start = desk.now
    desk.now = start + timedelta(days=100)
    desk.ask("离婚冷静期是几天", desk.mine, used.conversation_id)
    desk.now = start + timedelta(days=179)
    assert desk.history.purge() == 0
    desk.now = start + timedelta(days=181)
    desk.ask("物业停我家的水合法吗", desk.yours)  # the first question of a day clears away
    assert [e.id for e in desk.history.page(desk.mine, 0, 10)[0]] == [used.conversation_id]
    assert desk.history.told(old.turn_id, desk.mine) is None
    assert desk.history.purge() == 0
    desk.settings = desk.settings.model_copy(update={"chat_retention_days": 0})
    desk.restart()
    assert desk.history.purge() == 2
    assert desk.rows("chat_turns") == []


def test_what_a_closed_account_had_goes(desk: Desk) -> None:
    desk.ask(DOG, desk.mine)
    yours = desk.ask(DOG, desk.yours)
    desk.accounts.people.change(desk.mine, active=False)
    assert desk.history.purge() == 1
    assert desk.history.page(desk.mine, 0, 10) == ([], 0)
    assert desk.history.get(yours.conversation_id, desk.yours).turns
    desk.history.delete_all(desk.yours)
    assert desk.rows("chat_conversations") == []


def test_pages(desk: Desk) -> None:
    ids = [desk.ask(q, desk.mine).conversation_id for q in ("多大年纪可以结婚", DOG, "离婚冷静期是几天")]
    first, total = desk.history.page(desk.mine, 0, 2)
    rest, _ = desk.history.page(desk.mine, 2, 2)
    assert total == 3
    assert [e.id for e in first + rest] == ids[::-1]
