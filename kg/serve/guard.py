"""A look at a query's tokens before the engine sees it: what kind it is, what it reaches for, how deep it nests.

The engine parses and answers; this only refuses early and says why. That a query cannot leave the machine is not left
to it: workers answer with no file descriptor to spare (see `worker`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from kg.serve.reply import Problem

UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})

# Quantifiers are possessive and what is left open runs to the end, so that no text costs more than linear time.
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""
    (?P<skip> \#[^\n\r]* | \s+ )
  | (?P<iri> <[^<>"{}|^`\\\s]*> )
  | (?P<string> "{3}(?:[^"\\]|\\.|"(?!""))*+(?:"{3}|\Z) | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3}|\Z)
              | "(?:[^"\\\n\r]|\\.)*+"? | '(?:[^'\\\n\r]|\\.)*+'? )
  | (?P<name> [?$]\w*+ | @[A-Za-z-]++ | (?:[^\W\d][\w.-]*+)?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*+ )
  | (?P<word> [\w][\w.-]*+ )
  | (?P<open> [({\[] )
  | (?P<close> [)}\]] )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the tokens tell of a query."""

    form: str
    """SELECT, ASK, CONSTRUCT, DESCRIBE, an update's first word, or "" where none of these comes first."""
    depth: int
    balance: int
    """Brackets opened and not closed."""
    service: bool
    load: bool = False


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a query or update as it stands; `lastgroup` of each is its kind."""
    return _TOKEN.finditer(text)


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def look(query: str) -> Shape:
    """Read the tokens of a query once; cost is linear in its length."""
    form, service, load = "", False, False
    depth = deepest = 0
    for match in _TOKEN.finditer(_ESCAPE.sub(_unescape, query)):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            deepest = max(deepest, depth)
        elif kind == "close":
            depth -= 1
        elif kind == "word":
            word = match[0].upper()
            # A keyword may touch the token before it (`1SERVICE`), so a part is as good as the whole.
            service = service or "SERVICE" in word
            load = load or "LOAD" in word
            if not form and word not in ("BASE", "PREFIX", "VERSION"):
                form = word if word in FORMS or word in UPDATES else "?"
    return Shape("" if form == "?" else form, deepest, depth, service, load)


def undeclared(query: str, known: Container[str]) -> list[str]:
    """Prefixes that a query uses and nobody declares, in the order of their first use."""
    declared: set[str] = set()
    used: dict[str, None] = {}
    before = ""
    for match in _TOKEN.finditer(query):
        kind, text = match.lastgroup, match[0]
        if kind == "name" and text[0] not in "?$@" and not text.startswith("_:"):
            prefix = text.partition(":")[0]
            if before == "PREFIX":
                declared.add(prefix)
            else:
                used[prefix] = None
        if kind != "skip":
            before = text.upper()
    return [prefix for prefix in used if prefix not in declared and prefix not in known]


def covered(address: str, allowed: Sequence[str]) -> bool:
    """Whether an address is one of those allowed, or below one; nobody climbs out of one or hides another in it."""
    if "/../" in address + "/" or "@" in address or "\\" in address or "%2e" in address.lower():
        return False
    return any(
        address == one or address.startswith(one if one.endswith("/") else one + "/") or address.startswith(one + "?")
        for one in allowed
    )


def check_targets(text: str, allowed: Sequence[str], *, reaching: bool) -> bool:
    """Whether a request reaches for other addresses; a `Problem` where it does and one of them is not allowed.

    Each SERVICE and LOAD must name its target in full: of a variable or a relative IRI nobody knows where it leads.
    """
    if not reaching:
        return False
    expecting, seen = "", 0
    words = 0
    for match in _TOKEN.finditer(_ESCAPE.sub(_unescape, text)):
        kind, word = match.lastgroup, match[0].upper()
        if kind == "word":
            words += "SERVICE" in word or "LOAD" in word
            if word in ("SERVICE", "LOAD"):
                expecting = word
                continue
            if word == "SILENT" and expecting:
                continue
        if kind == "iri" and expecting and covered(match[0][1:-1], allowed):
            seen += 1
        if kind != "skip":
            expecting = ""
    if seen != words:
        raise Problem(
            403,
            "service-refused",
            "SERVICE or LOAD would make this server ask another address, which it does not do"
            + (" unless the address is on its list." if allowed else "."),
            {"hint": "Ask the other endpoint yourself and join the answers, for instance with VALUES."},
        )
    return True


def admit(query: str, *, max_depth: int, services: Sequence[str] = ()) -> Shape:
    """The shape of a query that may run; a `Problem` for one that may not."""
    shape = look(query)
    if shape.form in UPDATES:
        raise Problem(
            403,
            "read-only",
            f"This endpoint answers queries and changes nothing; the request begins with {shape.form}, an update.",
            {"hint": "Use SELECT, ASK, CONSTRUCT or DESCRIBE. The data changes when a new build is published."},
        )
    check_targets(query, services, reaching=shape.service)
    if shape.depth > max_depth:
        raise Problem(
            400,
            "too-deep",
            f"The query nests {shape.depth} brackets; at most {max_depth} are taken.",
            {"hint": "Replace nested groups by VALUES, IN (...) or a property path."},
        )
    return shape
