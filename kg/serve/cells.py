"""Terms as they stand in answers, made from the engine's own N-Triples: one call a term, and no second look at text.

N-Triples escapes nothing that JSON and Turtle do not escape alike; what is written otherwise is left to `results`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from json.encoder import encode_basestring as quote
from typing import Any

from kg.serve import results
from kg.serve.patterns import XSD

Writer = Callable[[Any], str]
Triple = tuple[str, str, str]
"""Subject, predicate and object in N-Triples."""
REMEMBERED = 20_000
"""Tails of literals, and IRIs in short, that are not made twice."""
_TAIL = re.compile(r'@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^<([^<>"{}|^`\\\x00-\x20]*)>')
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_tails: dict[str, str] = {"": "}"}


def json_term(term: Any) -> str:
    """A term of an answer in JSON."""
    return json_text(str(term)) or results.json_term(term)


def json_text(text: str) -> str:
    """A term in N-Triples as it stands in JSON; "" for one that is left to `results`."""
    if text[0] == '"':
        end = text.rindex('"') + 1
        known = _tails.get(text[end:]) or _tail(text[end:])
        if known:
            return '{"type":"literal","value":' + text[:end] + known
    elif text[0] == "<" and text[1] != "<" and '"' not in text and "\\" not in text:
        return '{"type":"uri","value":"' + text[1:-1] + '"}'
    return ""


def _tail(tail: str) -> str:
    """What stands behind a value in JSON for what stands there in N-Triples; "" where that is nothing known."""
    match = _TAIL.fullmatch(tail)
    if match is None:
        return ""
    language, datatype = match.groups()
    made = f',"xml:lang":"{language}"}}' if language else f',"datatype":{quote(datatype)}}}'
    if len(_tails) >= REMEMBERED:
        _tails.clear()
        _tails[""] = "}"
    _tails[tail] = made
    return made


def json_table(names: Sequence[str], rows: Iterable[Sequence[Any]], writers: Sequence[Writer], *, bound: bool) -> str:
    """A whole answer of a SELECT in JSON; `bound` where every variable has a value in every row."""
    head = ",".join(map(quote, names))
    keys = [quote(name) + ":" for name in names]
    write = writers[0]
    if bound and len(names) == 1:
        cells = ["{" + keys[0] + write(row[0]) + "}" for row in rows]
    elif bound:
        form = "{" + ",".join(key + "%s" for key in keys) + "}"
        cells = [form % tuple([write(one) for write, one in zip(writers, row, strict=True)]) for row in rows]
    else:
        columns = tuple(zip(keys, writers, strict=True))
        cells = [
            "{" + ",".join([k + w(t) for (k, w), t in zip(columns, row, strict=True) if t is not None]) + "}"
            for row in rows
        ]
    return f'{{"head":{{"vars":[{head}]}},"results":{{"bindings":[{",".join(cells)}]}}}}'


def json_number(value: int) -> str:
    """A number that was counted, in JSON."""
    return f'{{"type":"literal","value":"{value}","datatype":"{XSD}integer"}}'


class Turtle:
    """Writes triples in Turtle with some prefixes, one subject after the other."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = dict(prefixes)
        self._names = {iri: name for name, iri in prefixes.items()}
        self._short: dict[str, tuple[str, str]] = {}

    def written(self, triples: Iterable[Triple]) -> str:
        """The document; triples are in N-Triples."""
        used: set[str] = set()
        before = ""
        parts: list[str] = []
        for subject, predicate, object_ in triples:
            if subject != before:
                parts.append(f"{' .' if before else ''}\n{self._term(subject, used)} ")
                before = subject
            else:
                parts.append(" ;\n\t")
            parts.append(f"{self._term(predicate, used)} {self._term(object_, used)}")
        head = [f"@prefix {name}: <{self._prefixes[name]}> .\n" for name in sorted(used)]
        return "".join([*head, *parts, " .\n" if parts else ""])

    def _term(self, text: str, used: set[str]) -> str:
        if text[0] != "<" or text[1] == "<":
            return text
        known = self._short.get(text)
        if known is None:
            cut = max(text.rfind("#"), text.rfind("/")) + 1
            name, local = self._names.get(text[1:cut], ""), text[cut:-1]
            known = (f"{name}:{local}", name) if name and _LOCAL.fullmatch(local) else (text, "")
            if len(self._short) >= REMEMBERED:
                self._short.clear()
            self._short[text] = known
        if known[1]:
            used.add(known[1])
        return known[0]
