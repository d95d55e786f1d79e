"""Query answers as bytes, cut at a number of rows or bytes: still a well-formed document, whose headers say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from json.encoder import encode_basestring as quote
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from kg.serve.reply import Reply

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ITS = "http://www.w3.org/2005/11/its"
_GRAPH_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}
_ENGINE_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_BETWEEN_ROWS = {"json": b"},{", "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}
_XML_SPACE = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;", " ": "&#32;"}
Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may hold, and how many of its rows or triples come before."""

    rows: int
    bytes: int
    offset: int = 0


GENEROUS = Limits(100_000, 1 << 26)
"""For what the server itself has to say: descriptions of one thing, or of the endpoint."""


@dataclass(frozen=True, slots=True)
class Written:
    """A body, and where a limit cut it, that limit and how many rows or triples are left."""

    body: bytes
    cut: str = ""
    rows: int = 0


def json_term(term: Term) -> str:
    """A term of an answer in JSON."""
    match term:
        case NamedNode():
            return f'{{"type":"uri","value":{quote(term.value)}}}'
        case BlankNode():
            return f'{{"type":"bnode","value":{quote(term.value)}}}'
        case Literal():
            tail = ""
            if term.language:
                tail = f',"xml:lang":"{term.language}"'
                tail += f',"its:dir":"{term.direction}"' if term.direction else ""
            elif term.datatype.value != XSD_STRING:
                tail = f',"datatype":{quote(term.datatype.value)}'
            return f'{{"type":"literal","value":{quote(term.value)}{tail}}}'
    parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
    inner = ",".join(f'"{name}":{json_term(part)}' for name, part in parts)
    return f'{{"type":"triple","value":{{{inner}}}}}'


def _xml_term(term: Term) -> str:
    match term:
        case NamedNode():
            return f"<uri>{escape(term.value)}</uri>"
        case BlankNode():
            return f"<bnode>{escape(term.value)}</bnode>"
        case Literal():
            tail = ""
            if term.language:
                tail = f' xml:lang="{term.language}"'
                tail += f' its:dir="{term.direction}" xmlns:its="{_ITS}" its:version="2.0"' if term.direction else ""
            elif term.datatype.value != XSD_STRING:
                tail = f" datatype={quoteattr(term.datatype.value)}"
            # Readers leave out white space at the ends unless it is written so.
            return f"<literal{tail}>{escape(term.value, _XML_SPACE)}</literal>"
    parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
    return "<triple>" + "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts) + "</triple>"


def _plain(term: Term) -> str:
    if isinstance(term, Triple):
        return " ".join(map(_plain, (term.subject, term.predicate, term.object)))
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _csv_term(term: Term) -> str:
    text = _plain(term)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in '",\r\n') else text


def _tsv_term(term: Term) -> str:
    if isinstance(term, Triple):
        return f"<<( {' '.join(map(_tsv_term, (term.subject, term.predicate, term.object)))} )>>"
    # N-Triples escapes line ends and quotes; a tab inside a literal is the one thing left to escape.
    return str(term).replace("\t", "\\t")


def _rows_json(names: list[str], rows: Iterable[tuple[Term | None, ...]]) -> Iterator[str]:
    keys = [quote(name) + ":" for name in names]
    lead = ""
    for row in rows:
        cells = ",".join(key + json_term(term) for key, term in zip(keys, row, strict=True) if term is not None)
        yield f"{lead}{{{cells}}}"
        lead = ","


def _rows_xml(names: list[str], rows: Iterable[tuple[Term | None, ...]]) -> Iterator[str]:
    keys = [f"<binding name={quoteattr(name)}>" for name in names]
    for row in rows:
        cells = (k + _xml_term(term) + "</binding>" for k, term in zip(keys, row, strict=True) if term is not None)
        yield f"<result>{''.join(cells)}</result>"


def _rows_csv(names: list[str], rows: Iterable[tuple[Term | None, ...]]) -> Iterator[str]:
    for row in rows:
        yield ",".join("" if term is None else _csv_term(term) for term in row) + "\r\n"


def _rows_tsv(names: list[str], rows: Iterable[tuple[Term | None, ...]]) -> Iterator[str]:
    for row in rows:
        yield "\t".join("" if term is None else _tsv_term(term) for term in row) + "\n"


ROWS = {"json": _rows_json, "xml": _rows_xml, "csv": _rows_csv, "tsv": _rows_tsv}


def frame(name: str, names: list[str]) -> tuple[str, str]:
    """What stands before and after the rows."""
    if name == "json":
        return f'{{"head":{{"vars":[{",".join(map(quote, names))}]}},"results":{{"bindings":[', "]}}"
    if name == "xml":
        head = "".join(f"<variable name={quoteattr(n)}/>" for n in names)
        opening = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        return f"{opening}<head>{head}</head><results>", "</results></sparql>"
    if name == "csv":
        return ",".join(names) + "\r\n", ""
    return "\t".join("?" + n for n in names) + "\n", ""


class _Overflow(Exception):
    """More than a sink takes."""


class _Sink(BytesIO):
    """Collects bytes up to a number, and rows up to a number: counted by what stands between rows.

    Text of the data may hold the same bytes, so that rows may be counted too many, and never too few.
    """

    def __init__(self, name: str, max_rows: int, max_bytes: int) -> None:
        super().__init__()
        self._mark = _BETWEEN_ROWS[name]
        self._rows, self._max_rows, self._max_bytes = 0, max_rows, max_bytes
        self._tail = b""

    def write(self, data: Any, /) -> int:
        """Take a piece."""
        seen = self._tail + data
        self._rows += seen.count(self._mark)
        self._tail = seen[len(seen) - len(self._mark) + 1 :] if len(self._mark) > 1 else b""
        if self._rows >= self._max_rows or self.tell() + len(data) > self._max_bytes:
            raise _Overflow
        return super().write(data)


def write_solutions(found: QuerySolutions, again: Callable[[], QuerySolutions], name: str, limits: Limits) -> Written:
    """Rows of a SELECT in one of `negotiate.RESULTS`.

    The engine writes what is surely within the limits, which is several times as fast; it can neither count rows nor
    stop well-formed, so larger answers are asked for `again` and written row by row.
    """
    if limits.offset:
        return _write_rows(found, name, limits)
    sink = _Sink(name, limits.rows, limits.bytes)
    try:
        found.serialize(sink, format=_ENGINE_FORMATS[name])
        return Written(sink.getvalue())
    except _Overflow:
        return _write_rows(again(), name, limits)


def _write_rows(found: QuerySolutions, name: str, limits: Limits) -> Written:
    names = [variable.value for variable in found.variables]
    return write_rows(names, (tuple(row) for row in found), name, limits)


def write_rows(names: list[str], found: Iterable[tuple[Term | None, ...]], name: str, limits: Limits) -> Written:
    """Rows from anywhere in one of `negotiate.RESULTS`."""
    before, after = frame(name, names)
    pieces = [before.encode()]
    size, rows, cut = len(pieces[0]), 0, ""
    wanted = islice(found, limits.offset, limits.offset + limits.rows + 1)
    for text in ROWS[name](names, wanted):
        piece = text.encode("utf-8", "replace")
        if rows == limits.rows or size + len(piece) > limits.bytes:
            cut = f"{limits.rows} rows" if rows == limits.rows else f"{limits.bytes} bytes"
            break
        pieces.append(piece)
        size += len(piece)
        rows += 1
    pieces.append(after.encode())
    return Written(b"".join(pieces), cut, rows)


def write_boolean(found: QueryBoolean, name: str) -> Written:
    """The answer of an ASK."""
    return Written(found.serialize(format=_ENGINE_FORMATS[name]) or b"")


def write_truth(value: bool, name: str) -> Written:
    """The answer of an ASK that was found without the engine."""
    word = "true" if value else "false"
    if name == "json":
        return Written(f'{{"head":{{}},"boolean":{word}}}'.encode())
    if name == "xml":
        return Written(
            '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head></head>'
            f"<boolean>{word}</boolean></sparql>".encode()
        )
    return Written(word.encode())


class _Capped:
    """Triples up to a number and up to about so many bytes, knowing afterwards whether there were more."""

    def __init__(self, triples: Iterable[Triple], limits: Limits, sink: BytesIO) -> None:
        self.triples, self.limits, self.sink = triples, limits, sink
        self.rows, self.cut = 0, ""

    def __iter__(self) -> Iterator[Triple]:
        for triple in islice(self.triples, self.limits.offset, None):
            if self.rows == self.limits.rows:
                self.cut = f"{self.limits.rows} rows"
                return
            if self.sink.tell() > self.limits.bytes:
                self.cut = f"{self.limits.bytes} bytes"
                return
            self.rows += 1
            yield triple


def write_triples(
    found: QueryTriples | Iterable[Triple], name: str, limits: Limits, prefixes: dict[str, str]
) -> Written:
    """Triples of a CONSTRUCT or DESCRIBE in one of `negotiate.GRAPHS`."""
    sink = BytesIO()
    capped = _Capped(found, limits, sink)
    serialize(capped, sink, format=_GRAPH_FORMATS[name], prefixes=prefixes)
    return Written(sink.getvalue(), capped.cut, capped.rows)


def reply(written: Written, media_type: str, *, keep: bool, following: str = "") -> Reply:
    """An answer that says where it was cut; `following` is the address of the rest."""
    headers = truncation(written, following)
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Reply(200, media_type, written.body, headers, keep=keep)


def truncation(written: Written, following: str) -> tuple[tuple[str, str], ...]:
    """Headers that say where an answer was cut; none where it was not."""
    if not written.cut:
        return ()
    said = f"at {written.cut}; the header Link leads to the rest" if following else f"at {written.cut}; add LIMIT"
    headers = (("x-result-truncated", said), ("x-result-rows", str(written.rows)))
    return (*headers, ("link", f'<{following}>; rel="next"')) if following else headers
