"""Whatever is drafted, its quotations stand in the statutes letter by letter."""

import random
import re
from datetime import date

import pytest

from assistant.publicity.citations import check, read
from assistant.publicity.formats import FORMATS, too_long
from assistant.publicity.material import from_address
from kb.errors import BadRequest
from kb.text.numerals import article_label

ON = date(2026, 11, 21)
WANTED = 220


@pytest.fixture(scope="module")
def sample(kb):
    """Return provisions in force, drawn over all laws, the same on every run."""
    laws = [v for v in kb.catalog.laws(limit=2000) if v.in_force(ON) and "《" not in v.law]
    assert len(laws) >= 5
    draw = random.Random(20261121)
    provisions = [p for law in laws for p in kb.catalog.provisions(law.id) if p.article[0] == "第"]
    return draw.sample(provisions, min(WANTED, len(provisions)))


@pytest.mark.parametrize("format_", list(FORMATS))
def test_quotes_are_verbatim_in_every_format(kb, sample, statute_text, format_):
    quoted = 0
    for provision in sample:
        try:
            materials = list(from_address(kb, provision.address, ON))
        except BadRequest:  # amended since, or nothing quotable: refused, never quoted
            continue
        text = FORMATS[format_].write(materials[0])
        if text is None:
            continue
        assert too_long(format_, text.answer) == [] or format_ in ("article", "qa", "video", "radio")
        citations = check(text.answer, kb, ON)
        assert citations
        assert all(c.verified for c in citations), (provision.address, [c.problem for c in citations])
        for quotation in read(text.answer, kb)[0]:
            source = quotation.citation
            originals = statute_text[source.law, article_label(source.article, source.suffix)]
            words = re.sub(r"\s", "", quotation.text)
            assert any(words in original for original in originals), (provision.address, words)
            quoted += 1
    assert format_ == "led" or quoted >= 200
