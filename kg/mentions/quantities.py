"""Figures in a text: one grammar for all languages, its words from the lexicon.

    approximator? number (range number)? multiplier? unit substance? (per unit)?

Years, dates, ordinals, telephone numbers and numbers inside names are not figures. A number without a unit is a
count if a noun follows it; the caller finds the noun (`kg.mentions.counts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from kg import ontology
from kg.mentions.amounts import Amounts, is_year
from kg.mentions.model import Quantity
from kg.mentions.spellings import any_of as _any
from kg.mentions.spellings import either
from kg.mentions.spellings import fold as _fold


class QuantityGrammar:
    """Finds the figures of one language.

    `numbers`: the section of that name in the lexicon; `units`: unit code -> spellings (those of any language and
    those of this one); `substances`: code -> spellings; `han`: no spaces between words; `share_unit`: code of what
    "half of" is in.
    """

    def __init__(
        self,
        numbers: Mapping[str, Any],
        units: Mapping[str, list[str]],
        substances: Mapping[str, list[str]],
        han: bool,
        share_unit: str,
    ) -> None:
        self.numbers, self.han, self.share_unit = numbers, han, share_unit
        self.spellings = frozenset(_fold(s) for spellings in units.values() for s in spellings)
        self._unit_of = {_fold(s): code for code, spellings in units.items() for s in spellings}
        self._exact_unit = {s: code for code, spellings in units.items() for s in spellings}
        self._substance_of = {s.lower(): code for code, spellings in substances.items() for s in spellings}
        self._amounts = Amounts(numbers)
        self._words, self._multipliers = self._amounts.words, self._amounts.multipliers

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return self._compiled(self._multipliers, self.numbers["range"])

    @cached_property
    def _joined(self) -> re.Pattern[str]:
        """The figure of a range "between 3 and 5"."""
        return self._compiled(self._multipliers, self.numbers["between"][1:2])

    @cached_property
    def _between(self) -> tuple[re.Pattern[str], str]:
        """What stands before a range "between 3 and 5", and what must follow it."""
        opening, _, *closing = self.numbers.get("between") or ("", "")
        edge = "" if self.han else r"(?<!\w)"
        gap = r"[\s\u00a0]{0,2}"
        currency = _any(self.numbers.get("currency_before", ()))
        about = _any(self.numbers["approximators"], "i")
        before = rf"{edge}{_any([opening], 'i')}{gap}(?:{about}{gap})?(?:{currency}{gap})?$" if opening else r"(?!)"
        return re.compile(before), "".join(closing)

    @cached_property
    def _unit_first(self) -> re.Pattern[str]:
        """The pattern with no multiplier that is the sign of a unit, too ("5 m")."""
        return self._compiled([w for w in self._multipliers if _fold(w) not in self._unit_of], self.numbers["range"])

    def _compiled(self, multipliers: Iterable[str], joins: Iterable[str]) -> re.Pattern[str]:
        n = self.numbers
        gap = r"[ \t\u00a0\u202f]{0,2}"
        hyphen = "" if self.han else "-?"
        close = r"(?!(?<=[A-Za-z])[A-Za-z])" if self.han else r"(?![^\W_])"
        unit = rf"(?:{_any(self._unit_of, 'i')}{close})"
        multiplier = rf"(?:{_any(multipliers, 'i')}{close})"
        group = "[" + "".join(re.escape(c) for c in n["group"]) + "]"
        marks = n.get("decimal_before_unit", ())
        point = rf"\d{{1,3}}{_any(marks)}\d{{1,2}}(?={gap}(?:{multiplier}|{unit}))|" if marks else ""
        whole = rf"(?:\d{{1,3}}(?:{group}\d{{2,3}})*{group}\d{{3}}(?!\d)|\d+)"
        digits = rf"(?:{point}{whole}(?:{re.escape(n['decimal'])}\d+)?)"
        edge = "" if self.han else r"(?<![^\W\d_])"
        words = _any(self._words, "i") + ("" if self.han else rf"{self._word_end}(?!-(?!{unit}))")
        number = f"(?:{digits}|{edge}{words})"
        more = _any(n.get("more", ()))
        times = rf"(?:{more}?{gap}{multiplier}(?:{gap}{multiplier})?)"
        currency = _any(n.get("currency_before", ()))
        substance = rf"(?:{_any(self._substance_of, 'i')})"
        # "3 millions de tonnes d'eau": the word that some languages put between a number, its unit and its substance
        joint = f"{_any(n.get('unit_joins', ()))}?"
        # after a sign a power of ten is a denominator for some units only ("5 MW/10 MWh" are two figures)
        signs = [p for p in n.get("per", ()) if not any(c.isalpha() for c in p)]
        per = rf"(?:(?P<sign>{_any(signs)})|{_any(set(n.get('per', ())) - set(signs), 'i')})"
        short = rf"{_any(n.get('per_signs', ()))}{close}"
        counted = rf"(?:{_any(s for s, code in self._exact_unit.items() if self._divides(code))}{close})"
        power = f"{_any(self._multipliers)}?" if self.han else ""
        group_of_ten = rf"1(?:{group}?0+)+{power}(?!\d)"
        return re.compile(
            rf"(?P<a>{number})(?P<amore>{more})?(?:{gap}{hyphen}(?P<amult>{times}))?"
            rf"(?:{gap}(?P<aunit>{unit})?{gap}(?P<range>{_any(joins, 'i')}){gap}(?P<bcur>{currency}{gap})?"
            rf"(?P<b>{number})(?:{gap}(?P<bmult>{times}))?)?"
            rf"(?P<more>{more})?(?:{gap}{hyphen}{joint}(?P<unit>{unit})"
            rf"(?:{gap}\(?{joint}(?P<substance>{substance}))?)?"
            rf"(?:{gap}{per}{gap}(?:(?P<perunit>{unit})|(?P<persign>(?(sign){short}|(?!)))"
            rf"|(?P<pernumber>{group_of_ten}){gap}(?P<pernunit>(?(sign){counted}|{unit}))))?"
        )

    def _divides(self, code: str) -> bool:
        """Whether figures are told for a power of ten of this unit ("per 10,000 yuan")."""
        known = ontology.load()
        unit = known.units.get(code)
        kind = known.dimensions.get(unit.dimension) if unit else None
        return kind is not None and not {kind.broader, unit.dimension}.isdisjoint(self.numbers["per_many"])  # type: ignore[union-attr]

    @cached_property
    def _word_end(self) -> str:
        """What ends a number word: no letter, or a unit that is written together with it ("dreijährig")."""
        joined = self.numbers.get("joined_units", ())
        return rf"(?:(?!\w)|(?={_any(joined, 'i')}(?!\w)))" if joined else r"(?!\w)"

    @cached_property
    def _start(self) -> re.Pattern[str]:
        """Where a figure may begin: most characters of a text are passed over by this alone."""
        edge = "" if self.han else r"(?<![\w-])"
        return re.compile(rf"(?<!\d)\d|{edge}{_any(self._words, 'i')}" + ("" if self.han else self._word_end))

    @cached_property
    def _lead(self) -> re.Pattern[str]:
        """What may stand before the number: approximator, sign, currency."""
        gap = r"[ \t\u00a0\u202f]{0,2}"
        edge = "" if self.han else r"(?<!\w)"
        currency = _any(self.numbers.get("currency_before", ()))
        inside = "".join(rf"(?<!{re.escape(w)})" for w in self.numbers.get("no_approximators", ()))
        # without spaces between words only some words tell a minus from a hyphen
        signed = "".join(rf"|(?<={re.escape(w)})" for w in self.numbers.get("sign_after", ()))
        return re.compile(
            rf"(?:(?P<approx>{edge}{_any(self.numbers['approximators'], 'i')}){inside}{gap})?"
            rf"(?P<sign>(?:(?<=[\s(])|^{signed})[-−–])?(?:(?<![A-Za-z])(?P<cur>{currency}{gap}))?\Z"
        )

    @cached_property
    def _refuse_before(self) -> re.Pattern[str]:
        return re.compile(r"[A-Za-z\d]\Z|[^\W\d_]-\n?\Z|[\d:]/\d*\Z|\d:\d*\Z|\d\.\Z")  # "$" would skip a line\'s end

    @cached_property
    def _numbered(self) -> re.Pattern[str]:
        """Words whose number is a name ("Phase 2"), unless a unit follows it."""
        edge = "" if self.han else r"(?<!\w)"
        return re.compile(rf"{edge}{_any(self.numbers.get('not_after', ()))}[\s\u00a0]*$")

    @cached_property
    def _refuse_bare(self) -> re.Pattern[str]:
        """What is no figure unless it has a unit: a postcode."""
        return re.compile("|".join(self.numbers.get("not_bare", ())) or r"(?!)")

    @cached_property
    def _refuse_after(self) -> re.Pattern[str]:
        words = "|".join(self.numbers.get("not_before", ())) or r"(?!)"
        return re.compile(rf"[\s\u00a0]*(?:{words})|:\d|\.\d|/\d", re.I)

    @cached_property
    def _classifier(self) -> re.Pattern[str]:
        return re.compile(_any(self.numbers.get("classifiers", ())))  # no year has a measure word behind it

    @cached_property
    def _dates(self) -> re.Pattern[str]:
        return re.compile(either(self.numbers["dates"]), re.I)

    @cached_property
    def _quote_before(self) -> re.Pattern[str]:
        return re.compile(r"[„“\"»«‘‚「『]\Z")

    def find(self, text: str) -> Iterator[Quantity]:
        """The figures of a text in order; those without a unit have unit "" (a count, if a noun follows)."""
        dates = [m.span() for m in self._dates.finditer(text)]
        at, d, done = 0, 0, 0
        while begin := self._start.search(text, at):
            start = begin.start()
            while d < len(dates) and dates[d][1] <= start:
                d += 1
            if d < len(dates) and dates[d][0] <= start:
                at = dates[d][1]
                continue
            match = self._match(text, start)
            at = max((match.start("b") if self._falls(match) else match.end()) if match else 0, begin.end())
            quantity = self._read(text, match, done) if match else None
            if quantity is not None:
                done = quantity.end
                yield quantity

    def _falls(self, m: re.Match[str]) -> bool:
        """Whether it is a change and no range: "from 11.4 to 9.6 kg" tells of two figures."""
        first, last = self._amounts.number(m["a"]), self._amounts.number(m["b"] or "")
        if first is None or last is None or not m["range"].isalpha():
            return False
        other = m["aunit"] and m["unit"] and self._code(m["aunit"]) != self._code(m["unit"])
        return bool(other) or last * self._amounts.times(m["bmult"]) < first * self._lower(m)

    def _lower(self, m: re.Match[str]) -> Decimal:
        """What the first figure of a range is told in: as the second, unless written out ("$50,000 to $2m")."""
        written_out = m["bcur"] and len(re.sub(r"\D", "", m["a"])) > _WRITTEN_OUT
        return self._amounts.times(m["amult"] if m["amult"] or written_out else m["bmult"])

    def _match(self, text: str, start: int) -> re.Match[str] | None:
        before, closing = self._between
        if before.search(text, max(0, start - 28), start):
            match = self._joined.match(text, start)
            if match and match["b"] and text.startswith(closing, match.end()):
                return match
        match = self._pattern.match(text, start)
        times = match and (match["bmult"] or match["amult"])
        if match and times and not match["unit"] and not match["bcur"] and _fold(times) in self._unit_of:
            lead = self._lead.search(text[max(0, start - 28) : start])
            return match if lead and lead["cur"] else self._unit_first.match(text, start)
        return match

    def _code(self, spelling: str | None) -> str:
        if not spelling:
            return ""
        spelling = re.sub(r"[\s\u00a0]+", " ", spelling)
        return self._exact_unit.get(spelling) or self._unit_of.get(_fold(spelling), "")

    def _read(self, text: str, m: re.Match[str], done: int) -> Quantity | None:
        """The figure of a match, `done` being the end of the one before, whose currency is not this one's."""
        before = text[max(0, m.start() - 28) : m.start()]
        lead = self._lead.search(text[max(done, m.start() - 28) : m.start()])
        first = self._amounts.number(m["a"])
        told = lead is not None and (lead["cur"] or lead["sign"])
        if lead is None or first is None or (not told and self._refuse_before.search(before)):
            return None
        currency = lead["cur"] or m["bcur"] or ""
        unit = self._code(m["aunit"]) if self._falls(m) else ""
        unit = unit or self._code(m["unit"]) or self._code(currency.strip()) or self._code(m["aunit"])
        if _fold(m["a"]) in self._percent_words and (not unit or not (self.han or currency)):
            unit = self.share_unit  # "four in ten households" are no four households
        last = self._amounts.number(m["b"]) if m["b"] and not self._falls(m) else None
        bare = not unit and not m["amult"] and not m["bmult"] and not m["amore"]
        if not unit and (
            self._refuse_after.match(text, m.end())
            or self._refuse_bare.match(text, m.start())
            or (not lead["cur"] and self._numbered.search(before))
        ):
            return None
        year = is_year(m["a"]) and not self._classifier.match(text, m.end())
        if bare and (_fold(m["a"]) in self._not_counting or year or self._quote_before.search(before)):
            return None
        upper = self._amounts.times(m["bmult"])
        value, top = first * self._lower(m), (last * upper if last is not None else None)
        if top is not None and (top < value or (m["b"] and not m["bmult"] and is_year(m["b"]))):
            top = None
        return self._finish(m, lead, -value if lead["sign"] else value, top, unit)

    @cached_property
    def _percent_words(self) -> frozenset[str]:
        """Words that say a share by themselves ("half of", 三成)."""
        return frozenset(_fold(w) for w in self.numbers.get("percent_words", ()))

    @cached_property
    def _after(self) -> re.Pattern[str]:
        return re.compile(r"[\s\u00a0]?(" + _any(self.numbers.get("approximators_after", ())) + ")")

    @cached_property
    def _not_counting(self) -> frozenset[str]:
        return frozenset(_fold(w) for w in self.numbers.get("not_counting", ()))

    def _finish(
        self, m: re.Match[str], lead: re.Match[str], value: Decimal, top: Decimal | None, unit: str
    ) -> Quantity:
        approx = re.sub(r"[\s\u00a0]+", " ", (lead["approx"] or "").strip().lower())
        qualifier = next((q for w, q in self.numbers["approximators"].items() if w.lower() == approx), "")
        if m["amore"] or m["more"]:
            qualifier = qualifier or "atLeast"
        after = self._after.match(m.string, m.end())
        if after and not qualifier:
            qualifier = self.numbers["approximators_after"][after[1]]
        per = self._code(m["perunit"]) or self.numbers.get("per_signs", {}).get(m["persign"], "")
        if m["pernumber"]:
            amount = self._amounts.number(m["pernumber"])
            per = f"{amount:f}{self._code(m['pernunit'])}" if amount is not None else ""
        substance = self._substance_of.get((m["substance"] or "").lower(), "")
        ends = [m.end(g) for g in ("perunit", "persign", "pernunit", "unit") if m[g] and not self._falls(m)]
        end = ends[0] if ends else max(m.end(g) for g in ("a", "amore", "amult", *_REST[self._falls(m)]))
        return Quantity(m.start() - len(lead.string) + lead.start(), end, value, top, unit, per, qualifier, substance)


_REST = (("b", "bmult", "more"), ("aunit",))
"""Groups that a figure without a unit may end with; the first of two that no range joins."""
_WRITTEN_OUT = 3
"""Digits of a figure that is told in millions have no more."""
