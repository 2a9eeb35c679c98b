import pytest

from kb.lexical.normalise import normalise, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一千零六十七", 1067),
        ("十", 10),
        ("十八", 18),
        ("二十", 20),
        ("一百零五", 105),
        ("二〇二六", 2026),
        ("三百二十二万", 3_220_000),
        ("四百五十六万七千八百九十", 4_567_890),
        ("一亿三千万", 130_000_000),
        ("两千", 2000),
        ("", None),
        ("张三", None),
    ],
)
def test_number(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("第一千零六十七条", "第1067条"),
        ("第１０６７条", "第1067条"),
        ("第（一）项", "第(1)项"),
        ("五万元", "50000元"),
        ("5万元", "50000元"),
        ("3.5万元", "35000元"),
        ("十八周岁", "18周岁"),
        ("三个月", "3个月"),
        ("ＷＩＦＩ", "wifi"),
    ],
)
def test_ways_of_writing_the_same(written, same):
    assert normalise(written) == normalise(same) == same


@pytest.mark.parametrize("text", ["一般", "三农", "万一", "一起", "第三人", "统一", "千万别", "一审"])
def test_numerals_inside_words_stay(text):
    assert normalise(text) == text


def test_endless_digits_are_left_as_they_are() -> None:
    for text in ("9" * 100_000, "九" * 5000, "9" * 400 + "万", "一亿" * 5000):
        assert normalise(text) == text
    assert normalise("1.5万元和12.34.5亿") == "15000元和12.3450000000"
