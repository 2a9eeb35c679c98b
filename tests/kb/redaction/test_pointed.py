"""Names that a person points at are hidden wherever they stand, under one letter each."""

from kb.redaction.pointed import redact_pointed
from kb.redaction.redact import redact_all

TEXTS = ["申请人王建国说：塔拉木错把渠挖了，电话13900001234。建国不依。", "塔拉木错3次没来。"]


def test_without_names_it_is_redact_all() -> None:
    assert redact_pointed(TEXTS, ["", " "]) == redact_all(TEXTS)


def test_a_name_pointed_at_is_gone_from_all_texts_and_in_the_mapping() -> None:
    done = redact_pointed(TEXTS, ["塔拉木错"])
    mapping = done[0].mapping
    assert "塔拉木错" in mapping.values()
    assert "王建国" in mapping.values()
    word = next(w for w, o in mapping.items() if o == "塔拉木错")
    for one in done:
        assert "塔拉" not in one.text
        assert one.mapping == mapping
    assert done[1].text.startswith(f"{word} 3次"), "a digit behind must not read as the placeholder's number"


def test_part_of_a_name_gets_that_persons_letter() -> None:
    done = redact_pointed(TEXTS, ["建国"])
    words = {w for w, o in done[0].mapping.items() if "建国" in o}
    assert len(words) == 1
    assert "建国" not in done[0].text
    assert "王" not in done[0].text


def test_letters_of_earlier_texts_stay() -> None:
    first = redact_pointed(TEXTS, ["塔拉木错"])[0].mapping
    later = redact_pointed(["塔拉木错又来了，王建国在家。"], ["塔拉木错"], first)[0]
    assert later.mapping == first
    assert redact_pointed([later.text], ["塔拉木错"], first)[0].text == later.text


def test_a_village_pointed_at_is_a_village() -> None:
    done = redact_pointed(["两家都住木兰沟村。"], ["木兰沟村"])[0]
    assert done.mapping.get("某村") == "木兰沟村"
