"""Sources held against each other, things against what one expects to be told of them, builds against builds.

>>> for conflict in conflicts(open_build()):
...     print(conflict)

Nothing is decided here: two values of one figure stand side by side with their sentences, a missing figure is named,
and what differs between two builds is told with its cause.
"""

from kg.compare.conflicts import Conflict, Side, conflicts
from kg.compare.diff import Change, Difference, diff
from kg.compare.gaps import Gap, gaps

__all__ = ["Change", "Conflict", "Difference", "Gap", "Side", "conflicts", "diff", "gaps"]
