"""The file of decisions: tab-separated, one decision a line, lines sorted, so that two people's files merge as text.

For identity the columns are those of SSSOM, the standard for mappings (`same` is `owl:sameAs`, `different` its
negation, `undecided` `skos:relatedMatch`). Two columns of the project's own hold what SSSOM has no word for: `verdict`,
and `details`, a list of `name=value` written as in a web address.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import parse_qsl, quote, urlencode

from kg.decisions.contradictions import Decisions, settle
from kg.decisions.model import CORRECTIONS, Decision, FactKey, Key, Verdict
from kg.errors import KgError

COLUMNS = (
    "subject_id", "predicate_modifier", "predicate_id", "object_id", "mapping_justification",
    "author_id", "mapping_date", "verdict", "details", "comment",
)  # fmt: skip
VERSION = "1"
_HEAD = f"""#decisions_version: {VERSION}
#mapping_set_description: What people decided about things and facts; written by `kg review`, replayed by `kg build`.
#curie_map: gm, ind, owl, rdfs, semapv and skos as everywhere; name: class and name of a thing
"""
_JUSTIFICATION = "semapv:ManualMappingCuration"
_IDENTITY = {"same": ("", "owl:sameAs"), "different": ("Not", "owl:sameAs"), "undecided": ("", "skos:relatedMatch")}
_LABEL = "rdfs:label"
_LITERAL = re.compile(r'"(.*)"(?:@([a-z-]+))?')
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_QUALIFIERS = ("status", "period", "substance")


def read_decisions(path: Path) -> Decisions:
    """The decisions of a file; `KgError` names the line that cannot be understood. No file: no decisions."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return settle(())
    except (OSError, ValueError) as error:
        raise KgError(f"The decisions in {path} cannot be read: {error}") from error
    return settle(_parsed(text, path))


def _parsed(text: str, path: Path) -> Iterator[Decision]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#decisions_version:") and line.split(":")[1].strip() != VERSION:
            raise KgError(f"{path} was written by another version of kg ({line[1:]}). Update kg, or the file.")
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or line.startswith("#") or cells[0] == COLUMNS[0]:
            continue
        try:
            yield _decision(cells, number)
        except KgError as error:
            raise KgError(f"{path}, line {number}: {error}") from error


def _decision(cells: list[str], number: int) -> Decision:
    if len(cells) != len(COLUMNS):
        raise KgError(f"{len(cells)} columns where {len(COLUMNS)} are expected: {', '.join(COLUMNS)}.")
    subject, modifier, predicate, object_, _, author, date, verdict, details, comment = cells
    if verdict not in get_args(Verdict):
        raise KgError(f"{verdict!r} is no verdict. There are: {', '.join(get_args(Verdict))}.")
    if not _DATE.fullmatch(date) or not author:
        raise KgError("author_id and mapping_date (as 2026-11-22) say who decided, and when; one of them is missing.")
    told: Verdict = verdict  # type: ignore[assignment]  # just looked up
    about, given = Key.parse(subject), dict(parse_qsl(details, keep_blank_values=True))
    shared = {"author": author, "date": date, "comment": comment, "line": number}
    if _IDENTITY.get(verdict) == (modifier, predicate):
        return Decision(told, about, Key.parse(object_), **shared)  # type: ignore[arg-type]
    if verdict == "rename":
        literal = _LITERAL.fullmatch(object_)
        if predicate != _LABEL or literal is None:
            raise KgError(f'a renaming has {_LABEL} as predicate_id, and "name"@language as object_id.')
        return Decision(told, about, name=literal[1], language=literal[2] or "", **shared)  # type: ignore[arg-type]
    if verdict in ("same", "different"):
        raise KgError(f"{verdict} goes with {' '.join(_IDENTITY[verdict]).strip()} as predicate.")
    written = _LITERAL.fullmatch(object_)
    said = written[1] if written else str(Key.parse(object_))
    fact = FactKey(about, predicate.partition(":")[2], said, *(given.pop(name, "") for name in _QUALIFIERS))
    corrections = {name.removeprefix("new_"): value for name, value in given.items()}
    if set(corrections) - set(CORRECTIONS):
        raise KgError(f"only these can be corrected: {', '.join(CORRECTIONS)}.")
    return Decision(told, fact, corrections=corrections, **shared)  # type: ignore[arg-type]


def to_lines(decisions: Iterable[Decision]) -> list[str]:
    """The lines of decisions, sorted, each once."""
    return sorted({"\t".join(_cells(decision)) for decision in decisions})


def _cells(decision: Decision) -> tuple[str, ...]:
    about, modifier, details = decision.about, "", ""
    if decision.other is not None:
        first, second = sorted((str(about), str(decision.other)))
        modifier, predicate = _IDENTITY[decision.verdict]
        object_ = second
    elif isinstance(about, FactKey):
        first, predicate = str(about.subject), ("ind:" if about.is_figure else "gm:") + about.predicate
        object_ = f'"{about.object}"' if about.is_figure else about.object
        told = {name: value for name in _QUALIFIERS if (value := getattr(about, name))}
        told |= {f"new_{name}": value for name, value in sorted(decision.corrections.items())}
        details = urlencode(told, quote_via=quote, safe=":/@%")
    else:
        first, predicate, object_ = str(about), _LABEL, f'"{decision.name}"@{decision.language}'
    cells = (
        first, modifier, predicate, object_, _JUSTIFICATION,
        decision.author, decision.date, decision.verdict, details, decision.comment,
    )  # fmt: skip
    return tuple(" ".join(cell.split()) for cell in cells)


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Replace the file by one with these decisions, in one step; the same decisions give the same bytes."""
    text = _HEAD + "\t".join(COLUMNS) + "\n" + "".join(line + "\n" for line in to_lines(decisions))
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise KgError(f"The decisions cannot be written to {path}: {error.strerror or error}.") from error
