"""A person's answer to a question becomes a line of the file of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import get_args

from kg.decisions import (
    CORRECTIONS,
    FACT_VERDICTS,
    IDENTITY_VERDICTS,
    Decision,
    FactKey,
    Key,
    Verdict,
    read_decisions,
    settle,
    write_decisions,
)
from kg.errors import KgError
from kg.ontology import load
from kg.review.candidates import Candidate, candidates
from kg.review.index import Index, index
from kg.store import Build


def decide(
    build: Build,
    decisions: Path,
    what: str,
    verdict: Verdict,
    *,
    author: str,
    comment: str = "",
    other: str = "",
    name: str = "",
    language: str = "",
    corrections: Mapping[str, str] | None = None,
    day: str = "",
) -> Decision:
    """Write down a decision on `what`: the id of a candidate, a fact's IRI, or a thing's IRI, key or name.

    `other` is the second thing where `what` is one, `name` and `language` are those of a renaming, `corrections` what
    is to stand instead. `day` is today unless given. `KgError` where the answer does not fit the question.
    """
    if verdict not in get_args(Verdict):
        raise KgError(f"{verdict!r} is no verdict. There are: {', '.join(get_args(Verdict))}.")
    known = index(build.facts(), load())
    about, second = _question(build, known, what, other)
    if isinstance(about, FactKey) != (verdict in FACT_VERDICTS) and not (verdict == "undecided" and second):
        raise KgError(f"“{verdict}” is no answer to that. Facts take {', '.join(FACT_VERDICTS)}; "
                      f"pairs of things {', '.join(IDENTITY_VERDICTS)}; one thing takes rename.")  # fmt: skip
    if verdict in IDENTITY_VERDICTS and isinstance(about, Key) and second is None:
        raise KgError("Whether two things are one needs both: give the other one too.")
    if verdict == "rename" and not (name.strip() and language in load().languages):
        raise KgError(f"A renaming needs the name and its language ({', '.join(load().languages)}).")
    new = _checked(dict(corrections or {}), known) if verdict == "correct" else {}
    identity = verdict in IDENTITY_VERDICTS and isinstance(about, Key)
    made = Decision(
        verdict,
        about,
        other=second if identity else None,
        name=" ".join(name.split()) if verdict == "rename" else "",
        language=language if verdict == "rename" else "",
        corrections=new,
        author=" ".join(author.split()),
        date=day or date.today().isoformat(),
        comment=" ".join(comment.split()),
    )
    if not made.author:
        raise KgError("Say who decides.")
    record(decisions, made)
    return made


def record(path: Path, made: Decision) -> None:
    """Add a decision to a file, in place of what the same person answered to the same question before."""
    kept = [one for one in read_decisions(path).all if (one.author, one.question) != (made.author, made.question)]
    write_decisions(path, settle([*kept, made]).all)


def _question(build: Build, known: Index, what: str, other: str) -> tuple[Key | FactKey, Key | None]:
    if what in known.facts:
        key = known.fact_key(what)
        if key is None:
            raise KgError("What this fact is about has no name of its own, so that no decision could be kept on it.")
        return key, None
    if len(what) == 8 and not other:
        asked = _asked(build, what)
        if asked is not None:
            return asked.about, asked.other
    return _key(known, what), _key(known, other) if other else None


def _asked(build: Build, identity: str) -> Candidate | None:
    # without the decisions, so that what is decided already can be decided anew
    return next((one for one in candidates(build, settle(())) if one.id == identity), None)


def _key(known: Index, text: str) -> Key:
    key = known.key_of(known.find(text))
    if key is None:
        raise KgError(
            f"{text!r} shares all its names with others in the same document; no decision could be kept on it."
        )
    return key


def _checked(corrections: dict[str, str], known: Index) -> dict[str, str]:
    wrong = set(corrections) - set(CORRECTIONS)
    if wrong or not corrections:
        raise KgError(f"A correction says what is to stand instead of what: {', '.join(CORRECTIONS)}.")
    for end in ("subject", "object"):
        if end in corrections:
            corrections[end] = str(_key(known, corrections[end]))
    return corrections
