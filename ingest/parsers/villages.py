"""Which village is meant: the shipped manifest, else an id derived from place and name."""

import re
import tomllib
from functools import lru_cache
from pathlib import PurePath

import corpora
from kb.model import Village, stable_id

_PLACE = re.compile(
    r"([一-龥]{2,10}?(?:省|自治区)|(?:北京|天津|上海|重庆)市)?"
    r"([一-龥]{2,8}?(?:自治州|地区|盟|州|市))?([一-龥]{2,8}?(?:自治县|县|区|旗|市))?([一-龥]{2,8}?(?:街道|苏木|镇|乡))"
)
_NAME = re.compile(r"([一-龥]{1,12}?(?:村|社区|嘎查|屯|寨|队))(?:村规民约|居民公约|自治章程|村民公约|村规|$)")


@lru_cache
def shipped_villages() -> tuple[Village, ...]:
    """Return the villages of corpora/villages.toml."""
    data = tomllib.loads(corpora.path("villages.toml").read_text(encoding="utf-8"))
    return tuple(Village(**{"sample": bool(data.get("sample")), **entry}) for entry in data["village"])


def village_of_file(path: str) -> Village | None:
    """Return the shipped village whose rules file has this name."""
    name = PurePath(path.replace("\\", "/")).name
    return next((v for v in shipped_villages() if PurePath(v.rules).name == name), None)


def village_named(text: str) -> Village | None:
    """Return the shipped village with this id, name or full name; None when none or more than one."""
    found = [v for v in shipped_villages() if text in (v.id, v.name, v.full_name)]
    return found[0] if len(found) == 1 else None


def village_id(text: str) -> str:
    """Return the id of a village named in a case: that of the manifest, else one derived from the name.

    >>> village_id("枫树湾村"), village_id("zj-fengshuwan"), village_id("")
    ('zj-fengshuwan', 'zj-fengshuwan', '')
    """
    text = re.sub(r"\s", "", text)
    if not text:
        return ""
    known = village_named(text)
    if known:
        return known.id
    place, name = split_place(text)
    return unknown_id(place, name) if name else text


def unknown_id(place: list[str], name: str) -> str:
    """Return the stable id of a village outside the manifest. Place and name both count."""
    return stable_id("village", "".join(place), name)


def split_place(text: str) -> tuple[list[str], str]:
    """Return the place, from province down to township, and the village's name; '' when none is found.

    >>> split_place("浙江省越溪市会岭县枫桥头镇枫树湾村村规民约")
    (['浙江省', '越溪市', '会岭县', '枫桥头镇'], '枫树湾村')
    """
    plain = re.sub(r"[\s《》#*]", "", text)
    place: list[str] = []
    match = _PLACE.match(plain)
    if match and len(plain) > match.end():
        place = [part for part in match.groups() if part]
        plain = plain[match.end() :]
    named = _NAME.match(plain)
    return (place, named[1]) if named else ([], "")
