"""What a number is worth as it is written: digits with signs between them, number words, multipliers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from kg.mentions.spellings import any_of, fold

_YEAR = re.compile(r"(?:19|20)\d\d")


def is_year(digits: str) -> bool:
    """Whether a number is written as years are."""
    return len(digits) == 4 and bool(_YEAR.fullmatch(digits))


class Amounts:
    """Reads the numbers of one language; `numbers`: the section of that name in the lexicon."""

    def __init__(self, numbers: Mapping[str, Any]) -> None:
        self._signs, self._decimal = numbers["group"], str(numbers["decimal"])
        self.words = {fold(w): Decimal(str(v)) for w, v in numbers.get("words", {}).items()}
        self.multipliers = {w: Decimal(str(v)) for w, v in numbers["multipliers"].items()}

    @cached_property
    def _grouped(self) -> list[tuple[str, re.Pattern[str]]]:
        """Signs between thousands, each with the numbers that have it."""
        decimal = rf"(?:{re.escape(self._decimal)}\d+)?"
        signs = ((sign, re.escape(sign)) for sign in self._signs)
        return [(sign, re.compile(rf"\d{{1,3}}(?:{s}\d{{2,3}})*{s}\d{{3}}{decimal}")) for sign, s in signs]

    @cached_property
    def _multiplier(self) -> tuple[re.Pattern[str], dict[str, Decimal]]:
        """Finds multipliers, and what each is worth."""
        worth: dict[str, Decimal] = {}
        for word, factor in self.multipliers.items():
            worth.setdefault(word.lower(), factor)
        return re.compile(any_of(self.multipliers, "i"), re.I), worth

    def number(self, text: str) -> Decimal | None:
        """The value of a number in digits or words; None where it is neither."""
        word = self.words.get(fold(text))
        if word is not None:
            return word
        for sign, grouped in self._grouped:
            if sign in text and grouped.fullmatch(text):
                text = text.replace(sign, "")
        try:
            return Decimal(text.replace(self._decimal, "."))
        except InvalidOperation:
            return None

    def times(self, text: str | None) -> Decimal:
        """What the multipliers of a text make together."""
        factor = Decimal(1)
        if text:
            pattern, worth = self._multiplier
            for word in pattern.findall(text):
                factor *= worth[word.lower()]
        return factor
