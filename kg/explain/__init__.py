"""A text with all that was read in it and why, and what was nearly read: for whoever mends or extends the lexicon.

And, of what a build holds, why the rules concluded it: `derive`.

>>> from kg.documents import document
>>> found = explain(document("Die Musterbank gewährt der Muster Stahl GmbH einen Kredit von 2 Mio. Euro."))
>>> [told.claim.rule for passage in found.passages for told in passage.told]    # doctest: +SKIP
>>> print(text(found))                                                          # doctest: +SKIP
>>> write_html(found, Path("why.html"))                                         # doctest: +SKIP

>>> for step in derive(build, "Quarry Cement"): print(told(step, build))       # doctest: +SKIP

Reading it costs twice the time of extraction: the claims are those of `kg.claims.extract`, and the text is read once
more to keep what was weighed.
"""

from kg.explain.derivation import Step, derive, told
from kg.explain.gather import explain
from kg.explain.model import Explanation, Miss, Passage, Question, Span, Told, Weight
from kg.explain.page import page, write_html
from kg.explain.terminal import as_json, show

__all__ = [
    "Explanation", "Miss", "Passage", "Question", "Span", "Step", "Told", "Weight",
    "as_json", "derive", "explain", "page", "show", "told", "write_html",
]  # fmt: skip
