"""Which country's money a sign means that several countries share: of the country that the text speaks of most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kg.mentions.model import Quantity

_LEAST = 2
"""Times that a country must be spoken of: one mention may be of a customer or supplier abroad."""


def local(
    quantities: Iterable[Quantity], text: str, shared: Mapping[str, Mapping[str, Sequence[str]]]
) -> Iterator[Quantity]:
    """The figures with the money meant; `shared`: sign -> unit code -> words that speak of its country.

    The first code of a sign is what it means where no country stands out.
    """
    meant = {sign: _meant(text, countries) for sign, countries in shared.items() if sign in text}
    usual = {sign: next(iter(countries)) for sign, countries in shared.items()}
    for quantity in quantities:
        said = text[quantity.start : quantity.end]
        for sign, code in meant.items():
            bare = re.search(rf"(?<![A-Za-z.]){re.escape(sign)}", said)
            if bare and quantity.unit == usual[sign] and not re.search(rf"\b{usual[sign]}\b", said):
                quantity = replace(quantity, unit=code)
        yield quantity


def _meant(text: str, countries: Mapping[str, Sequence[str]]) -> str:
    usual = next(iter(countries))
    times = {code: _times(text, words) for code, words in countries.items()}
    most = max(times, key=lambda code: times[code])
    rest = sum(n for code, n in times.items() if code != most)
    return most if times[most] >= _LEAST and times[most] > rest else usual


def _times(text: str, words: Sequence[str]) -> int:
    listed = "|".join(re.escape(word) for word in words)
    return len(re.findall(rf"(?<!\w)(?:{listed})(?!\w)", text))
