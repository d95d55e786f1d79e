"""Triple patterns of a query, read from its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kg.serve.linked import VOCABULARY
from kg.serve.plan import Constant, Pattern, Term, Variable, ordered
from kg.serve.shape import IRI, NUMBER, STRING, tokens

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
NAMESPACE = f"{VOCABULARY}search/"
IN_QUERY = 1000
"""Things that a search in a query finds at most."""
XSD = "http://www.w3.org/2001/XMLSchema#"


class Other(Exception):
    """The query is not one of these."""


class _Element(NamedTuple):
    """A step of a path."""

    predicates: tuple[Term, ...]
    closure: str = ""
    back: bool = False


class Reader:
    """One query's tokens, read from left to right."""

    def __init__(self, shape: str, prefixes: Mapping[str, str]) -> None:
        read = tokens(shape)
        if read is None:
            raise Other
        self._tokens = read
        self._at = 0
        self._slot = 0
        self._known = prefixes
        self._declared: dict[str, Constant] = {}
        self._between = 0

    # -- tokens ------------------------------------------------------------------------------------------------------

    def next(self) -> tuple[str, str]:
        """Kind and text of the token that comes next."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def take(self, text: str) -> bool:
        """Step over a word or sign if it comes next."""
        if self.next()[1] != text or self.next()[0] not in ("word", "sign"):
            return False
        self._at += 1
        return True

    def must(self, text: str) -> None:
        """Step over a word or sign, which has to come next."""
        if not self.take(text):
            raise Other

    def variable(self) -> str:
        """The name of the variable that comes next."""
        kind, text = self.next()
        if kind != "variable":
            raise Other
        self._at += 1
        return text[1:]

    def number(self) -> int:
        """The slot of the number that comes next."""
        self.must(NUMBER)
        self._slot += 1
        return self._slot - 1

    def iri(self) -> Constant:
        """The IRI that comes next."""
        self.must(IRI)
        self._slot += 1
        return Constant("iri", self._slot - 1)

    # -- patterns ----------------------------------------------------------------------------------------------------

    def where(self) -> tuple[Pattern, ...]:
        """The patterns of a query, in the order in which they are looked up."""
        self.take("WHERE")
        self.must("{")
        found: list[Pattern] = []
        while not self.take("}"):
            if self.take("GRAPH"):
                graph = self.term()
                self.must("{")
                inside = self.triples(graph)
                self.must("}")
                if not inside:
                    raise Other
                found += inside
                self.take(".")
            elif inside := self.triples(None):
                found += inside
            else:
                raise Other
        in_order = ordered(found)
        if in_order is None:
            raise Other
        return in_order

    def triples(self, graph: Term | None) -> list[Pattern]:
        """Triples up to what is none."""
        found: list[Pattern] = []
        while self.next()[1] not in ("}", "GRAPH"):
            subject = self.term()
            while True:
                path = self._path()
                found += self._followed(subject, path, self.term(), graph)
                while self.take(","):
                    found += self._followed(subject, path, self.term(), graph)
                if not self.take(";"):
                    break
                if self.next()[1] in (".", "}"):
                    break
            if not self.take("."):
                break
        return found

    def _path(self) -> list[_Element]:
        """A predicate, alternatives of it, or a sequence."""
        found = [self._element()]
        if self.next()[1] == "|":
            one = found[0]
            while self.take("|"):
                other = self._element()
                if any(e.closure or e.back or isinstance(e.predicates[0], Variable) for e in (one, other)):
                    raise Other
                one = _Element(one.predicates + other.predicates)
            return [one]
        while self.take("/"):
            found.append(self._element())
        if len(found) > 1 and any(isinstance(one.predicates[0], Variable) for one in found):
            raise Other
        return found

    def _element(self) -> _Element:
        back = self.take("^")
        predicate = self._predicate()
        closure = next((sign for sign in "*+?" if self.take(sign)), "")
        if isinstance(predicate, Variable) and (back or closure):
            raise Other
        return _Element((predicate,), closure, back)

    def _followed(self, subject: Term, path: list[_Element], object_: Term, graph: Term | None) -> list[Pattern]:
        """The patterns of a path between two ends; the places between have variables that no query can name."""
        found = []
        # Whether a thing is in a named graph at all matters there; literals may be written in several ways.
        literal = any(isinstance(end, Constant) and end.kind != "iri" for end in (subject, object_))
        if any(one.closure for one in path) and (literal or graph is not None):
            raise Other
        for number, one in enumerate(path):
            last = number == len(path) - 1
            end = object_ if last else Variable(f" {self._between}")
            self._between += 1
            ends = (end, subject) if one.back else (subject, end)
            search = one.predicates[0] == _SEARCH
            if search and (len(path) > 1 or one != _Element((_SEARCH,)) or not _is_search(subject, object_, graph)):
                raise Other
            found.append(Pattern(ends[0], one.predicates, ends[1], graph, one.closure, search))
            subject = end
        return found

    def _predicate(self) -> Term:
        if self.take("a"):
            return Constant("iri", -1, RDF_TYPE)
        term = self.term()
        if isinstance(term, Constant) and term.kind != "iri":
            raise Other
        return term

    def term(self) -> Term:
        """The variable or constant that comes next."""
        kind, text = self.next()
        if kind == "variable":
            return Variable(self.variable())
        if kind == "name":
            self._at += 1
            return self._prefixed(text)
        if text == IRI:
            return self.iri()
        if text == NUMBER:
            return Constant("number", self.number(), datatype=Constant("iri", -1, XSD + "integer"))
        self.must(STRING)
        self._slot += 1
        slot = self._slot - 1
        kind, text = self.next()
        if kind == "language":
            self._at += 1
            return Constant("string", slot, text[1:])
        if self.take("^^"):
            datatype = self.term()
            if not isinstance(datatype, Constant) or datatype.kind != "iri":
                raise Other
            return Constant("string", slot, datatype=datatype)
        return Constant("string", slot)

    def _prefixed(self, text: str) -> Constant:
        prefix, _, local = text.partition(":")
        if prefix in self._declared:
            return Constant("iri", self._declared[prefix].slot, local)
        if prefix in self._known:
            return Constant("iri", -1, self._known[prefix] + local)
        raise Other


_SEARCH = Constant("iri", -1, f"{NAMESPACE}entity")


def _is_search(subject: Term, object_: Term, graph: Term | None) -> bool:
    """Whether a pattern asks the full text as `search` describes it."""
    plain = isinstance(object_, Constant) and object_.kind == "string" and not object_.text and not object_.datatype
    return plain and isinstance(subject, Variable) and graph is None
