"""An explanation as one HTML page that opens anywhere: no request, and usable for a text of megabytes.

Everything that the page shows is written into it; what it may do is said in its own content security policy, which
allows its style sheet (and a long text's script) by hash and nothing else. Filters are radio buttons that the style
sheet reads. The browser lays sentences out only when they come near; of a long text, those far down are packed until
then, with their bare text in their place.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kg import ontology
from kg.claims import ObservationClaim, Slot
from kg.errors import KgError
from kg.explain.marks import Mark, Part, tree
from kg.explain.model import Explanation, Passage, Told
from kg.explain.words import Words

HERE = Path(__file__).parent
GROUP = 40
"""Sentences that are laid out together."""
OPEN = 10
"""Groups that are written as they are shown; a text with more has the others packed."""
SHAPES = {
    "square": "■", "diamond": "◆", "dot": "●", "hexagon": "⬢", "triangle": "▲", "triangleDown": "▼", "star": "★",
    "box": "▪", "ellipse": "◖",
}  # fmt: skip
"""A sign for each shape of `ontology/view.ttl`, so that no class is told by its colour alone."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A class as the page draws it."""

    name: str
    label: str
    color: str
    sign: str


@dataclass(frozen=True, slots=True)
class Group:
    """Some sentences as HTML, or packed (deflated, in base64) with their bare text."""

    start: int
    end: int
    html: str = ""
    packed: str = ""
    text: str = ""


def page(found: Explanation, lang: str = "en") -> str:
    """The page; `lang` is the language of all that is not the text itself."""
    words = Words(lang)
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, newline_sequence="\n",
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    kinds = _kinds(found, words)
    style = (HERE / "page.css").read_text("utf-8") + "".join(f".c-{k.name}{{--c:{k.color}}}\n" for k in kinds)
    groups = list(_groups(found, words, environment))
    script = (HERE / "page.js").read_text("utf-8") if any(group.packed for group in groups) else ""
    policy = f"style-src {_hash(style)}" + (f"; script-src {_hash(script)}" if script else "")
    known = ontology.load()
    return environment.get_template("page.html.jinja").render(
        lang=words.lang,
        text_lang=found.document.lang,
        words=words,
        title=words["title"].format(name=found.document.title or found.document.name),
        source=found.document.source,
        counts=words.counts(found),
        read=found.document.lang in known.languages,
        no_language=words["no_language"].format(languages=", ".join(known.languages)),
        kinds=kinds,
        groups=groups,
        style=style,
        script=script,
        policy=f"default-src 'none'; {policy}; img-src data:; base-uri 'none'; form-action 'none'",
    )


def write_html(found: Explanation, out: Path, lang: str = "en") -> None:
    """Write that page to a file; `KgError` where it cannot be written."""
    try:
        out.write_text(page(found, lang), encoding="utf-8", newline="\n")
    except OSError as error:
        raise KgError(f"Cannot write the page to {out}: {error.strerror}. Give another file with --html.") from error


def _groups(found: Explanation, words: Words, environment: Environment) -> Iterator[Group]:
    template, draw = environment.get_template("group.html.jinja"), _Drawer(found, words)
    text, lang = found.document.text, found.document.lang
    for at in range(0, len(found.passages), GROUP):
        passages = found.passages[at : at + GROUP]
        html = template.render(group=passages, draw=draw, words=words, lang=words.lang, text_lang=lang)
        start, end = passages[0].start, passages[-1].end
        if at < OPEN * GROUP:
            yield Group(start, end, html=html)
        else:
            packed = base64.b64encode(zlib.compress(html.encode(), 6)).decode()
            yield Group(start, end, packed=packed, text="\n".join(text[p.start : p.end] for p in passages))


def _kinds(found: Explanation, words: Words) -> list[Kind]:
    """The classes by which texts are annotated, of all things of the text, in the order of `view.ttl`."""
    known = ontology.load()
    there = {known.top(s.name) for p in found.passages for s in p.spans if s.kind == "entity" and s.name}
    styles = sorted(((known.style(name), name) for name in there), key=lambda pair: (pair[0].order, pair[1]))
    return [Kind(name, words.label(name), style.color, SHAPES.get(style.shape, "●")) for style, name in styles]


class _Drawer:
    """What the template asks for, passage by passage."""

    def __init__(self, found: Explanation, words: Words) -> None:
        self.found, self.words = found, words
        self.signs = {kind.name: kind.sign for kind in _kinds(found, words)}
        slots = (slot for p in found.passages for told in p.told for slot in told.claim.slots)
        self.targets = {(slot.start, slot.end) for slot in slots}

    def parts(self, passage: Passage) -> list[Part]:
        """The sentence as text and marks."""
        return tree(self.found.document.text, passage.start, passage.end, passage.spans)

    def look(self, mark: Mark) -> str:
        """The classes of style of a mark."""
        first = mark.first
        if first.kind == "entity":
            known = ontology.load()
            cls = f" c-{known.top(first.name)}" if first.name else ""
            return f"e{cls}" + ("" if first.used else " no")
        return {"quantity": "q", "date": "d", "cue": "w"}[first.kind] + ("" if first.used else " no")

    def sign(self, mark: Mark) -> str:
        """The sign and class that stand behind a thing; nothing behind what is not told of."""
        first = mark.first
        if first.kind != "entity" or not first.used or not first.name:
            return ""
        return f"{self.signs[ontology.load().top(first.name)]} {self.words.label(first.name)}"

    def note(self, mark: Mark) -> str:
        """What is known of the marked words, one line each."""
        return "\n".join(dict.fromkeys(self.words.span(span) for span in mark.spans))

    def anchor(self, mark: Mark) -> str:
        """The name by which claims point to a mark; "" for one that none points to."""
        first = mark.first
        return self.place(first.start, first.end) if (first.start, first.end) in self.targets else ""

    def place(self, start: int, end: int) -> str:
        """The name of a place in the text."""
        return f"t{start}-{end}"

    def is_mark(self, part: Part) -> bool:
        """Whether a part is a mark rather than text."""
        return isinstance(part, Mark)

    def kind(self, told: Told) -> str:
        """What sort of claim it is, in words."""
        return self.words["figure" if isinstance(told.claim, ObservationClaim) else "relation"]

    def slots(self, told: Told) -> tuple[Slot, ...]:
        """How the slots were filled."""
        return told.claim.slots


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
