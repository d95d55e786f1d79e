"""Pages that hold things against each other: what sources say, what none of them tells, two builds."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from kg import compare
from kg.compare import conflicts, gaps
from kg.ontology import load
from kg.serve.frame import Job, not_found, page
from kg.serve.reply import Reply
from kg.serve.snapshot import Loaded
from kg.store import MANIFEST, Build

MOST = 200
"""Contradictions, things with gaps, or changes of a kind on one page; the command line tells all."""

_BUILD = re.compile(r"[0-9a-f]{16}")
KINDS = ("document", "entity", "fact", "figure")


def contradictions(build: Loaded, job: Job) -> Reply:
    """Where sources contradict each other, side by side."""
    about = dict(job["parameters"]).get("about", "")
    return page(build, job, "conflicts.html.jinja", conflicts=conflicts(build, job["lang"], about)[:MOST])


def missing(build: Loaded, job: Job) -> Reply:
    """What no report tells of a thing, by the ontology's expectations."""
    asked = dict(job["parameters"])
    cls = asked.get("class", "")
    if cls and cls not in load().classes:
        return not_found(build, job)
    found = gaps(build, job["lang"], about=asked.get("about", ""))
    chosen = [one for one in found if not cls or load().is_a(one.cls, cls)]
    things = [list(group) for _, group in groupby(chosen, key=lambda gap: (gap.cls, gap.name, gap.about))]
    classes = sorted({gap.cls for gap in found})
    return page(build, job, "gaps.html.jinja", things=things[:MOST], total=len(things), cls=cls, classes=classes)


def changes(build: Loaded, job: Job) -> Reply:
    """What differs from another build of the same folder, which the reader chooses."""
    others = {path.name: path for path in _others(build.path)}
    before = dict(job["parameters"]).get("before", "")
    if before and before not in others:
        return not_found(build, job)
    found = compare.diff(Build(others[before]), Build(build.path)) if before else None
    reply = page(build, job, "diff.html.jinja", others=list(others), before=before, found=found, kinds=KINDS, most=MOST)
    return replace(reply, keep=False)  # there may be another build by the next request


def _others(folder: Path) -> list[Path]:
    """The other builds beside one, the latest first."""
    beside = (path for path in folder.parent.iterdir() if _BUILD.fullmatch(path.name) and path != folder)
    whole = [path for path in beside if (path / MANIFEST).is_file()]
    return sorted(whole, key=lambda path: ((path / MANIFEST).stat().st_mtime, path.name), reverse=True)
