"""An explanation on the terminal: coloured where colours show, with marks in brackets where they do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING

from kg import ontology
from kg.claims import ObservationClaim
from kg.explain.marks import plain_text, tree
from kg.explain.model import Explanation, Miss, Passage, Span, Told, Weight
from kg.explain.words import Words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def show(found: Explanation, console: Console, lang: str = "en") -> None:
    """Print the text, each claim and near miss under its sentence; colours as in `ontology/view.ttl`."""
    from rich.text import Text

    words = Words(lang)
    document = found.document
    console.print(Text(words["title"].format(name=document.title or document.name), style="bold"))
    if not found.passages and document.lang not in ontology.load().languages:
        console.print(words["no_language"].format(languages=", ".join(ontology.load().languages)), markup=False)
        return
    console.print(Text(words.counts(found), style="dim"))
    for passage in found.passages:
        console.print()
        console.print(_sentence(found, passage, words, coloured=console.color_system is not None))
        for line in _lines(found, passage, words):
            console.print(line)


def _sentence(found: Explanation, passage: Passage, words: Words, *, coloured: bool) -> Text:
    from rich.text import Text

    text = found.document.text
    style = "bold" if passage.block in ("title", "heading") else ""
    if not coloured:
        labels = {span.name: words.label(span.name) for span in passage.spans if span.kind == "entity"}
        return Text(plain_text(tree(text, passage.start, passage.end, passage.spans), labels), style=style)
    shown = Text(text[passage.start : passage.end], style=style)
    # what is told last shows: cues lie over the things that they stand in
    for span in sorted(passage.spans, key=lambda s: s.kind == "cue"):
        if look := _look(span):
            shown.stylize(look, span.start - passage.start, span.end - passage.start)
    return shown


def _look(span: Span) -> str:
    if span.kind == "entity" and span.name:
        return f"{ontology.load().style(span.name).color} {'bold' if span.used else 'dim'}"
    if span.kind == "quantity":
        return "bold underline" if span.used else "underline"
    if span.kind == "cue" and span.used:
        return "reverse"
    return "dim underline" if span.kind == "date" else ""


def _lines(found: Explanation, passage: Passage, words: Words) -> Iterator[Text]:
    from rich.text import Text

    for told in passage.told:
        subject, said, thing = words.claim(told)
        yield Text.assemble("  → ", (subject, "bold"), f" – {said} → ", (thing, "bold"),
                            (f"  {words['belief']} {told.belief:.2f}", "green"))  # fmt: skip
        yield Text("    " + " · ".join(_made_by(told, words)), style="dim")
        for question in told.questions:
            yield Text(f"    {words.question(question)}: {_weights(question.weights)}", style="dim")
    for miss in passage.misses:
        yield Text.assemble(("  ? ", "yellow"), words.miss(miss, found.threshold))
        if miss.weights:
            yield Text(f"    {words['because']}: {_weights(miss.weights)}", style="dim")


def _made_by(told: Told, words: Words) -> Iterator[str]:
    yield f"{words['rule']} {told.claim.rule} {words.counted(told.claim.rule)}".rstrip()
    if told.claim.cues:
        yield f"{words['cues']} {', '.join(dict.fromkeys(told.claim.cues))}"
    for slot in told.claim.slots:
        role, how = words.slot(slot)
        yield f"{role} “{slot.text}” {how}"


def _weights(weights: tuple[Weight, ...]) -> str:
    return ", ".join(f"{one.circumstance} {one.weight:+.2f}" for one in weights)


def as_json(found: Explanation) -> str:
    """The explanation as JSON: passages with their text, spans, claims and near misses."""
    text = found.document.text
    data = {
        "document": {key: getattr(found.document, key) for key in ("id", "name", "source", "lang", "title")},
        "threshold": found.threshold,
        "passages": [
            {
                "start": p.start,
                "end": p.end,
                "block": p.block,
                "page": p.page,
                "text": text[p.start : p.end],
                "spans": [asdict(span) for span in p.spans],
                "claims": [_claim(told) for told in p.told],
                "near_misses": [_miss(miss) for miss in p.misses],
            }
            for p in found.passages
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=_number)


def _claim(told: Told) -> dict[str, object]:
    kind = "observation" if isinstance(told.claim, ObservationClaim) else "relation"
    names = {"subject": told.subject} | ({"object": told.object} if told.object else {})
    reasons = [asdict(question) for question in told.questions]
    return {"kind": kind, **asdict(told.claim), **names, "belief": told.belief, "questions": reasons}


def _miss(miss: Miss) -> dict[str, object]:
    return {**asdict(miss), "about": dict(miss.about)}


def _number(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
