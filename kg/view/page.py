"""A `Picture` as one HTML page that needs nothing else: script, style and data stand inside it.

What the page may do is said in its own content security policy: its two scripts and its style sheet, each named by
hash, and nothing from anywhere. Data are JSON in which "<" is escaped; the page's script sets all of it as text, never
as HTML.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pyvis
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kg.errors import KgError
from kg.view.model import Picture
from kg.view.network import network

HERE = Path(__file__).parent
SCRIPTS = ("data", "words", "canvas", "names", "legend", "details", "table", "search", "main")
"""The page's script, in the order in which its files stand in js/: each uses only those before it."""
FALLBACK = "en"
DRAWN = 1500
"""More nodes than this make a page slow to open and impossible to read."""


def page(picture: Picture, *, lang: str = FALLBACK, limit: int = DRAWN) -> str:
    """The page that shows `picture`, opening in `lang`. At most `limit` nodes are drawn; where more are, it says so."""
    own_words = words()
    first = lang if lang in own_words else FALLBACK
    drawn = picture.cut(limit)
    script, style = _script(), (HERE / "page.css").read_text("utf-8")
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, newline_sequence="\n"
    )
    return environment.get_template("page.html.jinja").render(
        lang=first,
        title=_title(drawn, first, own_words),
        words=own_words[first],
        languages={code: own_words[code] for code in own_words},
        library=_library(),
        script=script,
        style=style,
        data=_json(_data(drawn, first, own_words)),
        policy=_policy(scripts=(_library(), script), styles=(style,)),
    )


@cache
def words() -> dict[str, dict[str, Any]]:
    """The page's own words, by language."""
    return tomllib.loads((HERE / "words.toml").read_text("utf-8"))


def _data(picture: Picture, lang: str, own_words: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    drawn = network(picture)
    counts = {kind.name: sum(node.kind == kind.name for node in picture.nodes) for kind in picture.kinds}
    return {
        "lang": lang,
        "words": own_words,
        "title": dict(picture.title),
        "kinds": [
            {**asdict(kind), "count": counts[kind.name]}
            for kind in sorted(picture.kinds, key=lambda kind: (kind.order, kind.name))
            if counts[kind.name]
        ],
        "terms": picture.terms,
        "network": {"nodes": drawn.nodes, "edges": drawn.edges},
        "entities": [asdict(node) for node in picture.nodes],
        "facts": [asdict(edge) for edge in picture.edges],
        "left_out": {"nodes": picture.left_out_nodes, "edges": picture.left_out_edges},
    }


def _json(data: object) -> str:
    """JSON that may stand in a script element: nothing in it opens or closes a tag or a comment."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _title(picture: Picture, lang: str, own_words: Mapping[str, Mapping[str, Any]]) -> str:
    return picture.title.get(lang) or next(iter(picture.title.values()), "") or str(own_words[lang]["whole"])


def _script() -> str:
    parts = [(HERE / "js" / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


@cache
def _library() -> str:
    """The vis-network script that the installed pyvis brings along."""
    folder = Path(pyvis.__file__).parent / "lib"
    found = sorted(
        folder.glob("vis-*/vis-network.min.js"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.parent.name)]
    )
    if not found:
        raise KgError(
            f"The installed pyvis has no vis-network.min.js below {folder}. "
            "Install it again: pip install --force-reinstall pyvis"
        )
    text = found[-1].read_text("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)
    if re.search(r"</script|<!--", text, re.IGNORECASE):
        raise KgError(f"{found[-1]} holds characters that would end a script element; use another version of pyvis.")
    return text


def _policy(*, scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(_hash(text) for text in scripts),
            "style-src " + " ".join(_hash(text) for text in styles),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
