"""How well a build agrees with texts that people annotated: precision, recall and F1.

>>> result = evaluate(Path("gold"), open_build().facts())
>>> print(result.to_text())

An annotated text is a JSON file named as the text: its language, its entities (id, class, names), its observations
(subject, indicator, value, unit, status) and its relations (s, p, o). What is found is matched with what is annotated
one to one, best pair first:

- entities by their names (equal, or half of their words in common) and the class;
- figures by value (within 0.5 %) and dimension of the unit; of those matched, how many also have the right indicator,
  status and subject;
- relations by predicate and both ends.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.evaluate.same import alike, same_figure, scope
from kg.evaluate.score import ALL, LEVELS, Evaluation, Score
from kg.ontology import load

__all__ = ["ALL", "LEVELS", "Evaluation", "Score", "compare", "evaluate"]

Row = Mapping[str, Any]
Pairs = list[tuple[Row, Row]]


def evaluate(gold_dir: Path, facts: Iterable[Row]) -> Evaluation:
    """Compare the lines of a fact table with the annotated texts of a folder, document by document."""
    found = _by_document(facts)
    total: dict[str, dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    missing = []
    for name, gold in _annotated(gold_dir).items():
        if name not in found:
            missing.append(name)
        for level, score in compare(gold, found.get(name, [])).items():
            for group in (gold["lang"], ALL):
                total[group][level] += score
    groups = sorted(total, key=lambda group: (group == ALL, group))
    return Evaluation({group: dict(total[group]) for group in groups}, tuple(missing))


def _annotated(folder: Path) -> dict[str, Row]:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise KgError(f"There are no annotated texts in {folder}. Give a folder of .json files, one a text.")
    read = {}
    for path in paths:
        try:
            read[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise KgError(f"{path} cannot be read as an annotated text: {error}") from error
        lacking = [key for key in ("lang", "entities", "observations", "relations") if key not in read[path.stem]]
        if lacking:
            raise KgError(f"{path} is no annotated text: it has no {', '.join(lacking)}.")
    return read


def _by_document(facts: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for line in facts:
        found[line["doc"]].append(line)
    return found


def compare(gold: Row, lines: Sequence[Row]) -> dict[str, Score]:
    """The score of one document at each level."""
    classes, predicates = set(scope()["classes"]), set(scope()["relations"])
    entities = [x for x in lines if x["kind"] == "entity" and _all_of(x, "classes", "class") & classes]
    named = {line["id"]: line for line in entities}
    known = {line["id"]: line for line in gold["entities"]}

    @cache
    def same(wanted: str, id_: str) -> bool:
        return wanted in known and id_ in named and alike(known[wanted]["names"], named[id_]["names"]) >= 0.5

    relations = [x for x in lines if x["kind"] == "relation" and _all_of(x, "predicates", "predicate") & predicates]
    return (
        _entities(gold["entities"], entities)
        | _observations(gold["observations"], [x for x in lines if x["kind"] == "observation"], same)
        | _relations(gold["relations"], relations, same)
    )


Same = Callable[[str, str], bool]
"""Whether an annotated entity and one found are the same thing, by their ids."""


def _entities(gold: Sequence[Row], found: Sequence[Row]) -> dict[str, Score]:
    def by_name(wanted: Row, line: Row) -> float:
        likeness = alike(wanted["names"], line["names"])
        # of two that are named alike the one of the right class is the better match
        return likeness + 0.01 * _of_class(wanted, line) if likeness >= 0.5 else 0

    def by_class(wanted: Row, line: Row) -> float:
        likeness = alike(wanted["names"], line["names"]) if _of_class(wanted, line) else 0
        return likeness if likeness >= 0.5 else 0

    counted = (len(found), len(gold))
    return {
        LEVELS[0]: Score(len(_matched(gold, found, by_name)), *counted),
        LEVELS[1]: Score(len(_matched(gold, found, by_class)), *counted),
    }


def _observations(gold: Sequence[Row], found: Sequence[Row], same: Same) -> dict[str, Score]:
    def subject(wanted: Row, line: Row) -> bool:
        return any(same(one, other) for one in wanted["subject"] for other in _subjects(line))

    def indicator(wanted: Row, line: Row) -> bool:
        return bool(wanted["indicator"] == line["indicator"])

    def status(wanted: Row, line: Row) -> bool:
        return bool(wanted["status"] == line["status"])

    def likeness(wanted: Row, line: Row) -> float:
        figure = same_figure(wanted["unit"], wanted["value"], line["unit"], line["value"])
        # whose it is tells figures of one value apart best, then what it measures
        parts = 4 * subject(wanted, line) + 2 * indicator(wanted, line) + status(wanted, line) if figure else 0
        return figure + parts

    pairs = _matched(gold, found, likeness)
    counted = (len(found), len(gold))
    return {
        LEVELS[2]: Score(len(pairs), *counted),
        LEVELS[3]: Score(sum(indicator(*pair) for pair in pairs), *counted),
        LEVELS[4]: Score(sum(status(*pair) for pair in pairs), *counted),
        LEVELS[5]: Score(sum(subject(*pair) for pair in pairs), *counted),
        LEVELS[6]: Score(sum(subject(*p) and indicator(*p) and status(*p) for p in pairs), *counted),
    }


def _relations(gold: Sequence[Row], found: Sequence[Row], same: Same) -> dict[str, Score]:
    symmetric = {name for name, term in load().relations.items() if term.symmetric}

    def forth(wanted: Row, line: Row) -> bool:
        return same(wanted["s"], line["subject"]) and same(wanted["o"], line["object"])

    def back(wanted: Row, line: Row) -> bool:
        return same(wanted["s"], line["object"]) and same(wanted["o"], line["subject"])

    def strict(wanted: Row, line: Row) -> float:
        if wanted["p"] not in _all_of(line, "predicates", "predicate"):
            return 0
        return float(forth(wanted, line) or (wanted["p"] in symmetric and back(wanted, line)))

    def loose(wanted: Row, line: Row) -> float:
        return float(forth(wanted, line) or back(wanted, line))

    counted = (len(found), len(gold))
    return {
        LEVELS[7]: Score(len(_matched(gold, found, strict)), *counted),
        LEVELS[8]: Score(len(_matched(gold, found, loose)), *counted),
    }


def _matched(gold: Sequence[Row], found: Sequence[Row], score: Callable[[Row, Row], float]) -> Pairs:
    """One-to-one pairs with a positive score, the best first; of equal ones, the first in the order given."""
    ranked = [(-score(wanted, line), i, j) for i, wanted in enumerate(gold) for j, line in enumerate(found)]
    free_gold, free_found = set(range(len(gold))), set(range(len(found)))
    pairs: Pairs = []
    for negative, i, j in sorted(ranked):
        if negative < 0 and i in free_gold and j in free_found:
            free_gold.remove(i)
            free_found.remove(j)
            pairs.append((gold[i], found[j]))
    return pairs


def _of_class(wanted: Row, line: Row) -> bool:
    return wanted["class"] in _all_of(line, "classes", "class")


def _subjects(line: Row) -> Sequence[str]:
    subject: str | list[str] = line["subject"]
    return [subject] if isinstance(subject, str) else subject


def _all_of(line: Row, many: str, one: str) -> set[str]:
    """A class or predicate with all its broader ones."""
    return {*(line.get(many) or ()), line[one]}
