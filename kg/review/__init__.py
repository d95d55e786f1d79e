"""Between a build and people: what is worth their look, what they decided, and facts with their decisions carried out.

>>> waiting = candidates(open_build(), read_decisions(Path("decisions.tsv")))
>>> replayed = replay(facts, decisions, entities, extractions, ontology)

Decisions on identity and names are carried out where names become entities (`kg.entities`); those on facts here, after
facts were put together and before they are written.
"""

from __future__ import annotations

from kg.review.candidates import Candidate, Index, candidates, index
from kg.review.decide import decide, record
from kg.review.replay import Replayed, decided_lines, decided_quads, replay

__all__ = [
    "Candidate", "Index", "Replayed",
    "candidates", "decide", "decided_lines", "decided_quads", "index", "record", "replay",
]  # fmt: skip
