"""What the model is told: the task in `prompt.md`, the vocabulary from the ontology's labels and definitions."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kg.claims.model_reader.passages import Passage
from kg.claims.model_reader.schema import classes, relations
from kg.ontology import Ontology
from kg.ontology.model import Term

_LANGUAGE = "en"
"""The language of the task; the passage may be in any."""


def instructions(ontology: Ontology) -> str:
    """The task with the vocabulary, the same for every passage."""
    template = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8")
    return template.format(
        classes="\n".join(_class(ontology, name) for name in classes(ontology)),
        relations="\n".join(_relation(ontology, name) for name in relations(ontology)),
        indicators="\n".join(map(_term, ontology.coarse_indicators.values())),
        statuses="\n".join(map(_term, ontology.statuses.values())),
        units=", ".join(ontology.units),
    )


def question(passage: Passage) -> str:
    """The passage between two marks that it cannot hold itself."""
    mark = hashlib.sha256(passage.text.encode()).hexdigest()[:16]
    return f"<passage {mark}>\n{passage.text}\n</passage {mark}>"


def _term(term: Term) -> str:
    return f"- {term.name}: {term.definitions.get(_LANGUAGE) or term.labels.get(_LANGUAGE, '')}"


def _class(ontology: Ontology, name: str) -> str:
    term = ontology.classes[name]
    broader = "" if term.top else f" ({', '.join(term.parents)})"
    return f"- {name}{broader}: {term.definitions.get(_LANGUAGE, '')}"


def _relation(ontology: Ontology, name: str) -> str:
    ends = [" | ".join(sorted(names)) for names in (ontology.domain(name), ontology.range(name))]
    return f"{_term(ontology.relations[name])} ({ends[0]} -> {ends[1]})"
