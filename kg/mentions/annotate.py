"""Marks the tokens of a sentence with what the lexicon knows, and finds its figures."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kg import ontology
from kg.documents import Document
from kg.mentions.language import Language, reading
from kg.mentions.lexicon import Sense
from kg.mentions.model import Quantity, Sentence, Token
from kg.mentions.money import local
from kg.mentions.rows import itemise, tabulate
from kg.mentions.tokens import sentences

_MILLION = 10**6
_ENDED = re.compile(r"[.!?]\s|\n|[。！？]")
"""Where a sentence ends."""


def annotated(document: Document, lang: Language) -> list[Sentence]:
    """The sentences of a document with senses and figures; those without any are kept, they carry context."""
    found = list(sentences(document, lang.lexicon))
    shared = lang.grammar.numbers.get("shared_money", {})
    quantities = list(local(_with_own_units(lang.grammar.find(document.text)), document.text, shared))
    quantities = list(_with_currency(quantities, lang, document.text))
    starts = [q.start for q in quantities]
    for sentence in found:
        here = quantities[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        if lang.han:
            _annotate_han(sentence, lang, document.text)
        else:
            _annotate_latin(sentence, lang)
        sentence.quantities = [q for q in here if q.end <= sentence.end]
        legal = [m.span() for m in lang.legal_forms.finditer(document.text, sentence.start, sentence.end)]
        for start, end in legal:
            _mark(sentence, start, end, Sense("legal", "", document.text[start:end]))
    tabulate(found, lang, document.text)
    itemise(found, lang, document.text)
    for sentence in found:
        if sentence.cells:
            sentence.quantities = list(_with_own_units(iter(sentence.quantities)))
    return found


def _with_own_units(quantities: Iterator[Quantity]) -> Iterator[Quantity]:
    """A mass of standard coal has a unit of its own (`reading.toml`, substance_units)."""
    units = reading()["substance_units"]
    for q in quantities:
        unit = units.get(f"{q.unit}:{q.substance}") if q.substance else None
        yield replace(q, unit=unit) if unit else q


def _with_currency(quantities: list[Quantity], lang: Language, text: str) -> Iterator[Quantity]:
    """Millions of nothing are of what millions in the same sentence were of ("1.3 million m³, so far it was 2.2
    million"), or else of the money spoken of before: "22 million go into the dairy"."""
    ends = "|".join(map(re.escape, lang.lexicon.settings.get("adjective_endings", ())))
    after = rf"(?-i:\s(?!\w+(?:{ends})\s[^\W\d_a-zäöüß])[a-zäöüß])|" if lang.noun_capitals else ""
    goes_on = "|".join(map(re.escape, lang.grammar.numbers.get("money_goes_on", ()))) or r"(?!)"
    alone = re.compile(rf"{after}\s(?:{goes_on})\b|\s?(?:[^\w\s]|$)")
    money = next((q.unit for q in quantities if _is_money(q.unit)), "")
    before: Quantity | None = None
    for q in quantities:
        many = not q.unit and q.value >= _MILLION and not text[q.start : q.end].strip()[-1:].isdigit()
        money = q.unit if _is_money(q.unit) else money
        if many and alone.match(text, q.end):
            same = before is not None and before.value >= _MILLION and not _ENDED.search(text, before.end, q.start)
            unit = before.unit if same and before is not None else money
            q = replace(q, unit=unit) if unit else q
        before = q if q.unit else before
        yield q


def _is_money(unit: str) -> bool:
    known = ontology.load()
    kind = known.dimensions.get(known.units[unit].dimension) if unit in known.units else None
    return kind is not None and reading()["money"] in (kind.broader, kind.name)


def _mark(sentence: Sentence, start: int, end: int, sense: Sense) -> None:
    for token in covered(sentence, start, end):
        token.senses = (*token.senses, sense)


def covered(sentence: Sentence, start: int, end: int) -> list[Token]:
    """Tokens that lie within start:end."""
    i, j = token_range(sentence, start, end)
    return sentence.tokens[i:j]


def token_range(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """(first, after the last) index of the tokens that overlap start:end."""
    tokens = sentence.tokens
    return (
        bisect_right(tokens, start, key=lambda t: t.end),
        bisect_left(tokens, end, key=lambda t: t.start),
    )


def named(token: Token, sense: Sense) -> bool:
    """Whether a known name may begin with this word: with a capital, or written small as the name is."""
    return token.cap or sense.entry.lstrip("=").startswith(token.text)


def _annotate_latin(sentence: Sentence, lang: Language) -> None:
    lows = []
    for i, token in enumerate(sentence.tokens):
        lows.append(token.low)
        if token.kind == "word":
            token.senses = lang.lexicon.senses(token.low)
            if token.senses and (token.text.islower() or token.text[1:].islower()):
                token.senses = lang.lexicon.words(token.low)
            for sense in token.senses:
                sentence.spans.append((i, i + 1, sense))
    for i, j, sense in lang.lexicon.phrases(lows):
        if sense.kind in ("name", "place") and not named(sentence.tokens[i], sense):
            continue  # "the governments of Sampleland" are not the "Government of Sampleland"
        sentence.spans.append((i, j, sense))
        last = sentence.tokens[j - 1]
        if sense.kind in ("head", "name", "place"):
            last.senses = (sense, *last.senses)
        elif sense.kind in ("alias", "no_name"):
            for token in sentence.tokens[i:j]:
                token.senses = (sense,)
        elif sense.kind == "title":
            for token in sentence.tokens[i:j]:
                token.senses = (*(s for s in token.senses if s.kind != "head"), sense)
        elif sense.kind == "no_head":
            for token in sentence.tokens[i : j - 1]:
                token.senses = tuple(s for s in token.senses if not _ends_name(s) or " " in s.entry)
            last.senses = tuple(s for s in last.senses if not _ends_name(s))
    parties = lang.lexicon.settings.get("parties", ())
    if parties and "(" in lows:
        _without_memberships(sentence, parties)
    sentence.spans.sort(key=lambda s: (s[0], -s[1]))


_LONGEST_PARTY = 5
"""Words of the longest party's name."""


def _without_memberships(sentence: Sentence, parties: Sequence[str]) -> None:
    """A party in brackets ("Minister X (SPD)") says where somebody belongs, and does nothing: its words name nobody."""
    tokens = sentence.tokens
    for i, token in enumerate(tokens):
        behind = [t.text for t in tokens[i + 1 : i + 2 + _LONGEST_PARTY]] if token.text == "(" else []
        end = next((k for k, text in enumerate(behind) if text in "),"), 0)
        if " ".join(t.low for t in tokens[i + 1 : i + 1 + end]) in parties:
            for member in tokens[i + 1 : i + 1 + end]:
                member.senses = (Sense("no_name", "party"),)


def _ends_name(sense: Sense) -> bool:
    """Whether a word is read as what a name or description ends with."""
    return sense.kind in ("head", "name_ending")


def _annotate_han(sentence: Sentence, lang: Language, text: str) -> None:
    tokens = sentence.tokens
    ends = {t.end: t for t in tokens}
    starts = {t.start for t in tokens}
    hits = []
    alone = lang.lexicon.settings.get("alone_heads", "")
    for start, end, senses in lang.lexicon.find(text[sentence.start : sentence.end].lower()):
        start, end = start + sentence.start, end + sentence.start
        # a word of one sign must be a token of its own, or end one (the last sign of a name);
        # longer words may cut tokens
        if end - start == 1 and not (start in starts and end in ends):
            held = ends.get(end)
            named = held is not None and held.tag[:2] in _NAME_TAGS and held.low[-1] not in alone
            senses = tuple(s for s in senses if s.kind == "head") if named else ()
        elif start not in starts and end not in ends:
            senses = tuple(s for s in senses if s.kind not in ("function", "preposition", "determiner", "status"))
        if senses:
            hits.append((start, end, senses))
    hits = list(_not_covered(list(_at_words(list(_unspoiled(hits, tokens, lang)), starts, ends))))
    cut = sorted(edge for start, end, _ in hits if end - start > 1 for edge in (start, end))
    sentence.tokens = tokens = list(_cut(tokens, cut))
    by_start = {t.start: i for i, t in enumerate(tokens)}
    by_end = {t.end: i for i, t in enumerate(tokens)}
    for start, end, senses in hits:
        j = by_end.get(end)
        if j is None:
            continue
        i = by_start.get(start, j)
        for sense in senses:
            sentence.spans.append((i, j + 1, sense))
        tokens[j].senses = (*senses, *tokens[j].senses)
    sentence.spans.sort(key=lambda s: (s[0], -s[1]))


_Hit = tuple[int, int, tuple[Sense, ...]]


def _unspoiled(hits: list[_Hit], tokens: list[Token], lang: Language) -> Iterator[_Hit]:
    """Head words but where the one sign that is left of their token makes another word of them (借款人, 银行业)."""
    spoilers = lang.lexicon.settings.get("head_spoilers", "")
    others = {t.end - 1: t.start for t in tokens if len(t.text) > 2 and t.text[-1] in spoilers}
    for start, end, senses in hits:
        if others.get(end, end) <= start:
            senses = tuple(s for s in senses if s.kind != "head")
        if senses:
            yield start, end, senses


def _at_words(hits: list[_Hit], starts: set[int], ends: Mapping[int, Token]) -> Iterator[_Hit]:
    """Entries that words bear out: none that crosses one with more of the words' borders; a short name is a whole word;
    of two head words that end together the one that begins with a word is meant (工厂, not 化工厂, in 气化工厂)."""
    whole = {e for s, e, senses in hits if s in starts and any(x.kind == "head" for x in senses)}
    borne = [(s, e, (s in starts) + (e in ends)) for s, e, _ in hits if e - s > 1]
    for start, end, senses in hits:
        rank = (start in starts) + (end in ends)
        if rank < 2 and any(rank < r and (s < start < e < end or start < s < end < e) for s, e, r in borne):
            senses = tuple(x for x in senses if x.kind == "title")
        if start not in starts:
            drop = {"head"} if end in whole else set()
            drop |= {"name", "place", "trade"} if end - start < _SURE else set()
            senses = tuple(x for x in senses if x.kind not in drop)
        elif end - start < _SURE and end not in ends:
            senses = tuple(x for x in senses if x.kind not in ("name", "trade"))
        if senses:
            yield start, end, senses


def _not_covered(hits: list[_Hit]) -> Iterator[_Hit]:
    """Head words and names only where no longer entry of another kind holds them (标准 in 标准煤)."""
    longer = [(s, e, {x.kind for x in senses} & _COVERING) for s, e, senses in hits]
    longer = [hit for hit in longer if hit[2]]
    named = [(s, e) for s, e, senses in hits if any(x.kind in ("name", "place") for x in senses)]
    for start, end, senses in hits:
        over = [(s, e, k) for s, e, k in longer if s <= start and end <= e and (s, e) != (start, end)]
        if any(k != _MEASURED or (end < e and end - start < _OWN) for _, e, k in over):
            senses = tuple(x for x in senses if x.kind not in ("head", "name", "trade"))
        if any(s < end < e and s > start for s, e in named):
            senses = tuple(x for x in senses if x.kind != "title")
        if senses:
            yield start, end, senses


_NAME_TAGS = frozenset(("ns", "nt", "nz", "nr", "j"))
"""Parts of speech of words whose last sign may be a head word (北碚区)."""
_MEASURED = {"indicator"}
"""An indicator leaves a head word that it ends in ("use green power"), and a long one ("balance of green loans")."""
_SURE = 3
"""Signs of an entry that is found inside words too."""
_OWN = 4
_COVERING = frozenset(("substance", "indicator", "head", "status", "title"))


def _cut(tokens: list[Token], edges: list[int]) -> Iterator[Token]:
    """Tokens split where a word of the lexicon begins or ends inside them."""
    for token in tokens:
        inside = sorted({e for e in edges[bisect_right(edges, token.start) : bisect_left(edges, token.end)]})
        if not inside:
            yield token
            continue
        at = token.start
        for edge in (*inside, token.end):
            piece = token.text[at - token.start : edge - token.start]
            yield Token(at, edge, piece, piece.lower(), token.kind, tag=token.tag)
            at = edge
