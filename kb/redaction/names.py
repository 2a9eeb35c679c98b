"""Surnames, and the words for kin and titles that stand behind them."""

from kb.redaction.analysis import characters, words

KIN_WORDS = (
    "大爷", "大伯", "大妈", "大娘", "大叔", "大婶", "大姐", "大哥", "大嫂", "奶奶", "爷爷", "阿姨", "阿婆", "阿公", "老汉", "老头",
    "老太太", "老太", "老爹", "嫂子", "师傅", "婶子", "婶", "叔", "伯", "嫂", "哥", "姐", "爷", "姨", "姑", "婆", "娃", "妹",
)  # fmt: skip
TITLE_WORDS = (
    "(?:主任|副主任|书记|支书|所长|院长|庭长|队长|组长|村长|镇长|乡长|局长|科长|校长|厂长|经理|总经理|站长|主席|会长|"
    "律师|法官|警官|检察官|调解员|会计|医生|大夫|老师|教授|老板|老板娘|先生|女士|小姐|太太|同志|干部|网格员|工程师|师父)"
)


def surname(text: str, start: int) -> tuple[int, float]:
    """Return the length of the surname at `start` and how much it speaks for a name; 0 where there is none."""
    if text[start : start + 2] in words("surnames-compound"):
        return 2, 1.9
    if text[start : start + 4] in words("surnames-compound"):
        return 4, 2.5
    char = text[start]
    if char in characters("surnames"):
        return 1, 0.9
    if char in characters("surnames-rare"):
        return 1, 0.7
    return (1, 0.1) if char in characters("surnames-wordy") else (0, 0.0)
