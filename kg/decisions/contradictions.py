"""Which decisions hold: those that another one replaces or contradicts do not."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.decisions.model import Decision, Key


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of a file, and what is to be carried out of them."""

    all: tuple[Decision, ...]
    """Every line, in the order of the file."""
    valid: tuple[Decision, ...]
    """Without those that contradict each other, and those that their author replaced later."""
    contradictions: tuple[str, ...]
    """One sentence each, with line numbers."""

    def identity(self, verdict: str) -> list[tuple[Key, Key]]:
        """The pairs of things that are decided to be the same, or different."""
        return [
            (one.about, one.other)
            for one in self.valid
            if one.verdict == verdict and isinstance(one.about, Key) and one.other is not None
        ]

    def names(self) -> list[Decision]:
        """The renamings."""
        return [one for one in self.valid if one.verdict == "rename"]

    def facts(self) -> list[Decision]:
        """The decisions on facts that change something."""
        return [one for one in self.valid if one.verdict in ("accept", "reject", "correct")]


def settle(decisions: Iterable[Decision]) -> Decisions:
    """Find what is replaced and what is contradicted; the order of lines changes nothing but their numbers."""
    given = tuple(decisions)
    current = _without_replaced(given)
    told: list[str] = []
    refused: set[int] = set()
    for wrong, text in (*_disagreements(current), *_broken_chains(current)):
        refused |= {id(one) for one in wrong}
        told.append(text)
    valid = tuple(one for one in current if id(one) not in refused)
    return Decisions(given, valid, tuple(dict.fromkeys(told)))


def _without_replaced(decisions: Sequence[Decision]) -> list[Decision]:
    """Of one person's answers to one question, those of the last day."""
    latest: dict[tuple[object, ...], str] = {}
    for one in decisions:
        asked = (one.author, one.question)
        latest[asked] = max(one.date, latest.get(asked, ""))
    kept = (one for one in decisions if one.date == latest[one.author, one.question])
    unique: dict[tuple[object, ...], Decision] = {}
    for one in kept:
        unique.setdefault((one.author, one.question, one.answer), one)
    return list(unique.values())


def _disagreements(decisions: Sequence[Decision]) -> list[tuple[list[Decision], str]]:
    """Different answers to one question about a name or a fact."""
    asked: defaultdict[tuple[object, ...], list[Decision]] = defaultdict(list)
    for one in decisions:
        if one.verdict != "undecided" and one.other is None:
            asked[one.question].append(one)
    found = []
    for group in asked.values():
        if len({one.answer for one in group}) > 1:
            said = ", ".join(f"line {one.line} ({one.author}): {_said(one)}" for one in group)
            found.append((group, f"Different decisions on {_about(group[0])}: {said}."))
    return found


def _broken_chains(decisions: Sequence[Decision]) -> list[tuple[list[Decision], str]]:
    """Things that one line says differ, and a chain of others that they are the same."""
    same: defaultdict[str, list[tuple[str, Decision]]] = defaultdict(list)
    for one in decisions:
        if one.verdict == "same":
            same[str(one.about)].append((str(one.other), one))
            same[str(one.other)].append((str(one.about), one))
    found = []
    for one in decisions:
        if one.verdict == "different":
            path = _path(same, str(one.about), str(one.other))
            if path is not None:
                by = ", ".join(f"line {step.line} ({step.author})" for step in path)
                differ = f"different by line {one.line} ({one.author})"
                text = f"{one.about} and {one.other} are the same by {by}, and {differ}."
                found.append(([one, *path], text))
    return found


def _path(same: dict[str, list[tuple[str, Decision]]], start: str, end: str) -> list[Decision] | None:
    """The shortest chain of decisions that makes two things one."""
    came: dict[str, list[Decision]] = {start: []}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == end:
            return came[here]
        for there, by in same.get(here, ()):
            if there not in came:
                came[there] = [*came[here], by]
                waiting.append(there)
    return None


def _about(decision: Decision) -> str:
    about = decision.about
    return str(about) if isinstance(about, Key) else f"“{about.subject} {about.predicate} {about.object}”"


def _said(decision: Decision) -> str:
    changed = ", ".join(f"{name} {value}" for name, value in sorted(decision.corrections.items()))
    return " ".join(filter(None, (decision.verdict, decision.name, changed)))
