"""What a text is made of before anybody claims anything: sentences, tokens, quantities, named and described things.

All offsets are code points into the document's text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kg.documents import Block
from kg.mentions.lexicon import Sense

TokenKind = Literal["word", "number", "punct", "open", "close"]


@dataclass(slots=True)
class Token:
    """A word, number or sign; `senses` are what the lexicon knows of it."""

    start: int
    end: int
    text: str
    low: str
    kind: TokenKind
    senses: tuple[Sense, ...] = ()
    tag: str = ""
    """Part of speech where the segmenter gives one (scripts without spaces)."""

    @property
    def cap(self) -> bool:
        """Whether it is written with a capital letter first (a figure may begin it: "35-Megawatt-Kessel")."""
        first = self.text[:1]
        return first.isupper() or (first.isdigit() and self.kind == "word")

    def sense(self, kind: str) -> Sense | None:
        """The first sense of a kind, if there is one."""
        for sense in self.senses:
            if sense.kind == kind:
                return sense
        return None

    def has(self, kind: str) -> bool:
        """Whether the lexicon knows this word as such a kind."""
        for sense in self.senses:  # noqa: SIM110 - a loop: this is asked more often than anything else
            if sense.kind == kind:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as written and as meant."""

    start: int
    end: int
    value: Decimal
    max: Decimal | None
    unit: str
    """Unit code, "count" where a noun is counted."""
    per: str = ""
    """Unit code of the denominator, if any."""
    qualifier: str = ""
    substance: str = ""
    period: str = ""
    noun: str = ""
    """For a count: the words counted."""
    noun_start: int = 0
    noun_end: int = 0


@dataclass(slots=True)
class Mention:
    """Words that name, describe or refer to one thing."""

    start: int
    end: int
    text: str
    cls: str
    """Class of the ontology; "" for a name nobody could classify yet."""
    how: Literal["name", "term", "description", "reference", "alias", "generic"]
    rule: str
    cue: str = ""
    head: str = ""
    """The head word, lower-cased: what a later reference repeats."""
    modified: bool = False
    """Whether anything but an article stands with the head word."""
    definite: bool = False
    anaphoric: bool = False
    """Whether it points back by its determiner ("this initiative", 该项目)."""
    entity: int = -1
    inner: bool = False
    """Whether it stands inside another mention (Beibei in the bureau's name)."""


@dataclass(slots=True)
class Sentence:
    """A sentence and what was found in it, in text order."""

    start: int
    end: int
    block: Block
    tokens: list[Token]
    spans: list[tuple[int, int, Sense]] = field(default_factory=list)
    """Entries of the lexicon: (first token, token after the last, sense)."""
    quantities: list[Quantity] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    cells: list[tuple[int, int]] = field(default_factory=list)
    """Of a table's row: where the words of each cell stand in the text."""
    head: Sentence | None = None
    """Of a table's row: the row that names the columns, cell by cell, if there is one."""


@dataclass(slots=True)
class Thing:
    """One entity of a document as it grows."""

    key: int
    cls: str
    names: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    generic: bool = False
    named: bool = False
    head: str = ""
    rule: str = ""
    cue: str = ""
    last: int = -1
    """Where it was spoken of last."""
    words: frozenset[str] = frozenset()
    inside: str = ""
    """Class of the name it stands in, where it stands nowhere else."""
    twin: str = ""
    """Whether another thing's name ends as its own does, and which is longer; `~`: that one is of another class."""
    worth: float = 0.0
    """How much it reads like one that analysts note: above 0 rather than not."""
