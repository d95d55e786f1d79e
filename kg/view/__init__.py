"""Room 12: a graph as one HTML file that opens anywhere, without a server and without a request.

>>> write_html(build, Path("graph.html"))                                   # the whole build
>>> write_html(build, Path("park.html"), around="North Shore Park")         # what lies around an entity
>>> write_html(build, Path("loans.html"), query="recipients", lang="zh")    # what a query finds

A build is read into a `Picture` (kg/view/gather.py), which is plain values; `page` draws any picture, so that the
view can also show what does not come from a build. Places are computed here, not in the reader's browser
(kg/view/layout.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.ask import Snapshot
from kg.errors import KgError
from kg.view.gather import HOPS, gather
from kg.view.model import Edge, Evidence, Figure, Kind, Node, Picture
from kg.view.page import DRAWN, page

__all__ = ["Edge", "Evidence", "Figure", "Kind", "Node", "Picture", "gather", "html", "page", "write_html"]


def html(
    build: Snapshot,
    *,
    query: str | None = None,
    params: Mapping[str, str] | None = None,
    around: str | None = None,
    hops: int = HOPS,
    lang: str = "en",
    limit: int = DRAWN,
) -> str:
    """The page of a build, of a query's result, or of an entity's neighbourhood; `lang` is the language it opens in."""
    return page(
        gather(build, query=query, params=params, around=around, hops=hops, limit=limit), lang=lang, limit=limit
    )


def write_html(
    build: Snapshot,
    out: Path,
    *,
    query: str | None = None,
    params: Mapping[str, str] | None = None,
    around: str | None = None,
    hops: int = HOPS,
    lang: str = "en",
    limit: int = DRAWN,
) -> None:
    """Write that page to a file; `KgError` where it cannot be written."""
    text = html(build, query=query, params=params, around=around, hops=hops, lang=lang, limit=limit)
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise KgError(f"Cannot write the page to {out}: {error.strerror}. Give another file with -o.") from error
