"""What a mediator writes becomes a case without names, the same letter for a person in all texts."""

from assistant.records.intake import case_of, hide
from assistant.records.types import RecordFacts, RecordTexts

TEXTS = RecordTexts(
    name="王建国与李秀芳水渠纠纷",
    facts="申请人王建国（电话13900001234，身份证330681198001011234）与被申请人李秀芳为水渠争执。",
    result="李秀芳把水渠改回原处，王建国不再要求赔偿八百元。",
    basis="依据《民法典》第二百九十条。",
    keywords=["水渠", "王建国"],
)
PRIVATE = ("王建国", "李秀芳", "13900001234", "330681198001011234")


def test_nobody_is_named_and_everybody_has_one_letter() -> None:
    hidden = hide(TEXTS)
    said = hidden.texts.model_dump_json()
    assert not [word for word in PRIVATE if word in said]
    assert set(PRIVATE) == set(hidden.replaced.values())
    wang = next(w for w, o in hidden.replaced.items() if o == "王建国")
    assert hidden.texts.name.startswith(wang)
    assert wang in hidden.texts.result
    assert hidden.texts.keywords == ["水渠", wang]
    assert "八百元" in hidden.texts.result
    assert hidden.texts.basis == TEXTS.basis


def test_letters_stay_and_who_is_gone_is_forgotten() -> None:
    before = hide(TEXTS).replaced
    less = TEXTS.model_copy(
        update={"name": "水渠纠纷", "facts": "李秀芳改了渠。", "result": "", "keywords": []}
    )
    after = hide(less, before=before)
    li = next(w for w, o in before.items() if o == "李秀芳")
    assert after.replaced == {li: "李秀芳"}
    assert after.texts.facts == f"{li}改了渠。"


def test_the_case_is_its_villages_own() -> None:
    case = case_of(
        "r1", "v1", hide(TEXTS).texts, RecordFacts(dispute_type="邻里", claim=800), ["民法典第二百九十条"]
    )
    assert (case.scope, case.village, case.claim, case.sample) == ("village:v1", "v1", 800, False)
    assert case.cited_addresses == ["民法典第二百九十条"]
