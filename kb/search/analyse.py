"""Understand a query: does it cite a provision, name a law, tell of a kind of dispute?"""

import re
from dataclasses import dataclass, field
from datetime import date

from kb.citation.names import LawNames
from kb.citation.parser import parse
from kb.citation.resolution import Resolution
from kb.citation.resolver import Resolver
from kb.lexical.encoder import LexicalEncoder
from kb.search.types import QueryAnalysis
from kb.text.numerals import NUMBER

#: 民法典1067: a law and a number, with nothing else, is meant as an article.
_LOOSE = re.compile(rf"^\s*《?(?P<law>[一-龥（）()]{{2,40}}?)》?\s*(?:第)?\s*(?P<num>{NUMBER})\s*$")


@dataclass
class Analysed:
    """The query as understood: what is shown of it, and what the search uses."""

    shown: QueryAnalysis
    cited: list[Resolution] = field(default_factory=list)


def analyse(query: str, on: date, names: LawNames, resolver: Resolver, lexical: LexicalEncoder) -> Analysed:
    """Return what the query cites, names and says.

    A law named alone ('劳动合同法 试用期') is reported in `laws`; a citation is resolved on the day.
    """
    text = query
    loose = _LOOSE.match(query)
    if loose and names.known(names.canonical(loose["law"])):
        text = f"{loose['law']}第{loose['num']}条"
    cited = [resolver.resolve(c, on) for c in parse(text, names)]
    laws = list(dict.fromkeys(names.canonical(m[1]) for m in names.finditer(query)))
    shown = QueryAnalysis(
        citations=[r.address for r in cited if r.provision and r.text],
        laws=[law for law in laws if names.known(law)],
        terms=lexical.terms(query)[:50],
        messages=list(dict.fromkeys(r.message for r in cited if r.message)),
    )
    return Analysed(shown, cited)
