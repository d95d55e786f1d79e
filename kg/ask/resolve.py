"""What a person typed -> the IRI it names; an IRI -> its label. Both read the snapshot alone."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

import pyoxigraph as ox
from rapidfuzz import fuzz, process, utils

from kg.errors import KgError
from kg.ontology import BASE, GM

_VOCABULARY = "https://w3id.org/green-manufacturing/"
PREFIXES = {
    "gm": GM,
    "ind": f"{_VOCABULARY}indicator/",
    "unit": f"{_VOCABULARY}unit/",
    "status": f"{_VOCABULARY}status/",
    "substance": f"{_VOCABULARY}substance/",
    "role": f"{_VOCABULARY}role/",
    "dim": f"{_VOCABULARY}dimension/",
    "factor": f"{_VOCABULARY}factor/",
    "scheme": f"{_VOCABULARY}scheme/",
    "ent": BASE,
}
_RDF, _RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
_SKOS, _OWL = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/2002/07/owl#"
TYPE, SUBCLASS = ox.NamedNode(_RDF + "type"), ox.NamedNode(_RDFS + "subClassOf")
LABEL, ALT = ox.NamedNode(_RDFS + "label"), ox.NamedNode(_SKOS + "altLabel")
NOTATION, TITLE = ox.NamedNode(_SKOS + "notation"), ox.NamedNode(GM + "title")
_OWL_CLASS, _DOCUMENT = ox.NamedNode(_OWL + "Class"), ox.NamedNode(GM + "Document")
_IRI = re.compile(r"<?((?:https?|urn):[^\s<>\"{}|\\^`]+)>?")
_SHOWN = 8


class Snapshot(Protocol):
    """What a question needs of a build."""

    @property
    def store(self) -> ox.Store:
        """The quads, read only."""
        ...


@dataclass(frozen=True, slots=True)
class _Names:
    """Every name in the store, normalised -> the IRIs that bear it; `keys` is sorted, for prefixes."""

    iris: dict[str, tuple[str, ...]]
    written: dict[str, str]
    keys: tuple[str, ...]


def normal(name: str) -> str:
    """A name without case, width, spaces and punctuation."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum()) or folded.strip()


def local_name(iri: str) -> str:
    """The last part of an IRI."""
    return re.split(r"[#/]", iri.rstrip("#/"))[-1]


@lru_cache(maxsize=8)
def _names(store: ox.Store) -> _Names:
    """The index of a store, made once: builds do not change."""
    found: dict[str, set[str]] = {}
    written: dict[str, str] = {}
    for predicate in (LABEL, ALT, NOTATION, TITLE):
        for quad in store.quads_for_pattern(None, predicate, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                names = [quad.object.value]
                names += [local_name(quad.subject.value)] if quad.subject.value.startswith(GM) else []
                for name in names:
                    found.setdefault(normal(name), set()).add(quad.subject.value)
                    written[normal(name)] = min(name, written.get(normal(name), name))
    return _Names({key: tuple(sorted(iris)) for key, iris in found.items()}, written, tuple(sorted(found)))


def subclasses(store: ox.Store, cls: str) -> set[str]:
    """A class and everything below it."""
    seen, todo = {cls}, [cls]
    while todo:
        for quad in store.quads_for_pattern(None, SUBCLASS, ox.NamedNode(todo.pop())):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in seen:
                seen.add(quad.subject.value)
                todo.append(quad.subject.value)
    return seen


def types(store: ox.Store, iri: str) -> set[str]:
    """Every class that the store says a thing is of."""
    quads = store.quads_for_pattern(ox.NamedNode(iri), TYPE, None)
    return {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}


def specific_types(store: ox.Store, iri: str) -> tuple[str, ...]:
    """The classes of a thing that have none of its other classes below them, sorted."""
    has = {cls for cls in types(store, iri) if cls.startswith(GM)}
    return tuple(sorted(cls for cls in has if not (subclasses(store, cls) - {cls}) & has))


def _wanted(type_: str) -> str | None:
    """The class that a parameter type names: `entity:Status` and `status` both name gm:Status."""
    if type_ in ("entity", "class"):
        return None
    name = type_.removeprefix("entity:")
    return GM + name[0].upper() + name[1:]


def _fits(store: ox.Store, iris: Iterable[str], type_: str) -> Iterator[str]:
    wanted = _wanted(type_)
    accepted = subclasses(store, wanted) if wanted else set()
    for iri in iris:
        has = types(store, iri)
        if wanted:
            fit = bool(has & accepted)
        elif type_ == "class":
            fit = _OWL_CLASS.value in has
        else:  # an entity is what documents name: no document, and no term of the vocabulary (those have a notation)
            term = next(store.quads_for_pattern(ox.NamedNode(iri), NOTATION, None), None)
            fit = term is None and _DOCUMENT.value not in has and any(cls.startswith(GM) for cls in has)
        if fit:
            yield iri


def resolve(build: Snapshot, text: str, type: str = "entity") -> str:
    """The IRI that `text` names: an IRI, `prefix:name`, a label or other name in any language, or the start of one.

    Raises KgError with the candidates where several fit, and with the nearest names where none does.
    """
    store, typed = build.store, text.strip()
    given = _given_iri(store, typed)
    if given:
        if type != "entity" and given not in _fits(store, [given], type):
            is_a = ", ".join(label(build, cls) for cls in specific_types(store, given)) or "a term"
            raise KgError(f"{typed!r} is {is_a}, and what is asked for is {_type_words(build, type)}.")
        return given
    names, key = _names(store), normal(typed)
    exact = tuple(_fits(store, names.iris.get(key, ()), type))
    found = exact or tuple(sorted(set(_fits(store, _starting(names, key), type))))
    if len(found) == 1:
        return found[0]
    if found:
        lines = [f"  {_described(build, iri)}" for iri in found[:_SHOWN]]
        more = [f"  and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        raise KgError("\n".join([f"{typed!r} may be several. Give one in full, or its IRI:", *lines, *more]))
    near = _nearest(store, names, typed, type)
    told = (
        "\n".join(["Did you mean:", *(f"  {_described(build, iri)}" for iri in near)]) if near else "Nothing is near."
    )
    raise KgError(f"Nothing is named {typed!r} among {_type_words(build, type)}. {told}")


def _given_iri(store: ox.Store, typed: str) -> str | None:
    """The IRI, where one was typed in full or with a prefix and the store knows it."""
    match = _IRI.fullmatch(typed)
    prefix, colon, local = typed.partition(":")
    iris = [match[1]] if match else []
    if not match and colon and prefix in PREFIXES and not re.search(r"\s", local):
        iris = [PREFIXES[prefix] + local, PREFIXES[prefix] + quote(local, safe="")]
    for iri in iris:
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            continue
        if any(True for _ in store.quads_for_pattern(node, None, None)) or store.contains_named_graph(node):
            return iri
    if iris:
        raise KgError(f"The graph says nothing of {iris[0]}. Check it, or give a name instead.")
    return None


def _starting(names: _Names, key: str) -> Iterator[str]:
    if not key:
        return
    at = bisect_left(names.keys, key)
    while at < len(names.keys) and names.keys[at].startswith(key):
        yield from names.iris[names.keys[at]]
        at += 1


def _nearest(store: ox.Store, names: _Names, typed: str, type_: str) -> list[str]:
    """The five things with the nearest names, nearest first."""
    near: list[str] = []
    found = process.extract(
        typed, names.written, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=50, limit=200
    )
    for _, _, name in found:
        near += [iri for iri in _fits(store, names.iris[name], type_) if iri not in near]
        if len(near) >= 5:
            break
    return near[:5]


def _described(build: Snapshot, iri: str) -> str:
    classes = ", ".join(label(build, cls) for cls in specific_types(build.store, iri)) or "term"
    return f"{label(build, iri)} ({classes}) <{iri}>"


def _type_words(build: Snapshot, type_: str) -> str:
    wanted = _wanted(type_)
    return f"the class {label(build, wanted)}" if wanted else {"class": "the classes"}.get(type_, "the entities")


def label(build: Snapshot, iri: str, lang: str = "en") -> str:
    """A thing's label in `lang`, else in English, else in any language, else its title, its code or its short IRI."""
    node, best = ox.NamedNode(iri), ""
    for predicate in (LABEL, TITLE, NOTATION):
        literals = [quad.object for quad in build.store.quads_for_pattern(node, predicate, None)]
        ranked = [(_rank(one.language, lang), one.value) for one in literals if isinstance(one, ox.Literal)]
        best = min(ranked)[1] if ranked else ""
        if best:
            return best
    return compact(iri)


def compact(iri: str) -> str:
    """An IRI with its prefix, where it has one of ours."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri


def _rank(language: str | None, lang: str) -> int:
    return 0 if language == lang else 1 if not language else 2 if language == "en" else 3
