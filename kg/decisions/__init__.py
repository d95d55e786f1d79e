"""What people decided about names and facts, in a file that outlives every build.

>>> decisions = read_decisions(Path("decisions.tsv"))
>>> decisions.contradictions
("Line 4 says that name:Enterprise/Solana and name:Enterprise/Solana%20AG are the same, line 9 that they differ.",)

A decision names things by class and name (`Key`), not by IRI, so that it holds for builds to come and for rules not yet
written. Decisions that contradict each other are told with their lines, and none of them is carried out.
"""

from __future__ import annotations

from kg.decisions.contradictions import Decisions, settle
from kg.decisions.file import read_decisions, to_lines, write_decisions
from kg.decisions.model import CORRECTIONS, FACT_VERDICTS, IDENTITY_VERDICTS, Decision, FactKey, Key, Verdict

__all__ = [
    "CORRECTIONS", "FACT_VERDICTS", "IDENTITY_VERDICTS",
    "Decision", "Decisions", "FactKey", "Key", "Verdict", "read_decisions", "settle", "to_lines", "write_decisions",
]  # fmt: skip
