"""What a build tells people: what came out, what was left out and why, and what the checks found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from kg.documents import Rejected
from kg.run.found import Violations
from kg.store import REPORT

_BEFORE = '\n "violations": '
"""Stands in the report but once: in a text line feeds are written otherwise."""


def pretty(value: Any, pad: str = "\n") -> str:
    """What `json.dumps(value, ensure_ascii=False, indent=1)` gives, in a tenth of the time."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Violations):
        return value.written()
    inner = pad + " "
    if isinstance(value, dict) and value:
        said = [
            f"{inner}{encode_basestring(key)}: {encode_basestring(one) if type(one) is str else pretty(one, inner)}"
            for key, one in value.items()
        ]
        return "{" + ",".join(said) + pad + "}"
    if isinstance(value, list | tuple) and value:
        return "[" + ",".join([inner + pretty(one, inner) for one in value]) + pad + "]"
    if isinstance(value, Mapping) and value:
        return pretty(dict(value), pad)
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The outcome of one build."""

    id: str
    path: Path
    """The build's folder."""
    counts: Mapping[str, int]
    """documents, entities, facts, observations, evidence, contradictions, reprints, inferred, quads, violations,
    warnings."""
    left_out: tuple[Rejected, ...]
    violations: Violations
    notes: tuple[str, ...]
    """What is worth knowing and no error: documents without a fact, files with one text, unknown languages."""
    reader: Mapping[str, Any] = field(default_factory=dict)
    """What became of a language model's claims: model, taken, refused (by reason), failed (by document); else empty."""

    contradictions: tuple[str, ...] = ()
    """Decisions of people that contradict each other, with their lines; none of them was carried out."""

    def to_json(self) -> str:
        """As JSON that does not tell where the folder stands, so that it is the same on every machine."""
        content = {
            "id": self.id,
            "counts": dict(self.counts),
            "left_out": [asdict(rejected) for rejected in self.left_out],
            "violations": self.violations,
            "notes": list(self.notes),
            "contradictions": list(self.contradictions),
        } | ({"reader": dict(self.reader)} if self.reader else {})
        return pretty(content) + "\n"

    @classmethod
    def read(cls, folder: Path) -> BuildReport:
        """Read back what `to_json` wrote into a build's folder."""
        text = (folder / REPORT).read_text(encoding="utf-8")
        start = text.index(_BEFORE) + len(_BEFORE)
        end = start + len("[]") if text.startswith("[]", start) else text.index("\n ]", start) + len("\n ]")
        content = json.loads(text[:start] + "[]" + text[end:])
        return cls(
            id=content["id"],
            path=folder,
            counts=content["counts"],
            left_out=tuple(Rejected(**rejected) for rejected in content["left_out"]),
            violations=Violations.read(text[start:end]),
            notes=tuple(content["notes"]),
            contradictions=tuple(content.get("contradictions", ())),
            reader=content.get("reader", {}),
        )

    def summary(self) -> str:
        """A few lines for the person who ran it."""
        n = self.counts
        lines = [
            f"{n['documents']} documents -> {n['entities']} entities, {n['facts']} facts, {n['observations']} figures, "
            f"{n['evidence']} sentences as evidence, {n['inferred']} triples inferred.",
            f"Published: {self.path}",
        ]
        lines += [f"Left out: {rejected.source}: {rejected.reason}" for rejected in self.left_out]
        lines += [f"Note: {note}" for note in self.notes]
        lines += [f"Decisions that contradict each other, left out: {text}" for text in self.contradictions]
        lines += self._of_the_reader() if self.reader else []
        kinds = self.violations.kinds()
        lines += [f"Check: {count} x {rule} ({severity})" for (severity, rule), count in sorted(kinds.items())]
        if kinds:
            lines.append("The sentences behind them: kg check")
        return "\n".join(lines)

    def _of_the_reader(self) -> list[str]:
        """What a language model added, what of it was refused, and where it failed."""
        told = self.reader
        taken = ", ".join(f"{number} {kind}" for kind, number in told["taken"].items()) or "nothing"
        refused = ", ".join(f"{number} x {reason}" for reason, number in told["refused"].items()) or "nothing"
        lines = [f"Language model {told['model']}: taken {taken}; refused {refused}."]
        return lines + [
            f"Read by rules only, in part or whole: {source}: {why}" for source, why in told["failed"].items()
        ]
