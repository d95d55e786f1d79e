"""Full text: entities by label, other name, or what sentences say of them; SQLite FTS5 in a file beside the store.

Names are searched by any three letters in a row (trigrams) and by words, sentences by words. Chinese is written without
spaces, so that each of its characters, and each two in a row, count as words there. Of all that a text must hold, the
database is asked for what few texts hold, and what it finds is looked at: so a long name costs no more than a word.
Entities are numbered by how much is known of them, most first: the best come first out of the index, and a common word
costs no more than a rare one.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.ask.resolve import ALT, LABEL, normal
from kg.errors import KgError
from kg.ontology import GM
from kg.serve import beside
from kg.serve.spell import Spell

STEPS = 1000
"""Steps of the database after which the clock is looked at."""
VERSION = 2
"""Of the file's layout: a file of another version is not read."""
OA, RDF = "http://www.w3.org/ns/oa#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
COMMON = 50
"""Trigrams that more names have are counted: of those that a name must hold, the rarest are looked for."""
RAREST = 3
PAIRS = 6
"""Pairs of Chinese characters by which a run of them is looked for at most."""
CANDIDATES = 1000
"""Texts that are looked at for whether they hold what is looked for, at most."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"\w+")
_PIECE = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_LAYOUT = """
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE name (id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, label INTEGER NOT NULL, text TEXT NOT NULL,
  key TEXT NOT NULL);
CREATE VIRTUAL TABLE parts USING fts5(text, content='', columnsize=0, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, detail=none, prefix='3 4 5 6 7',
  tokenize='unicode61 remove_diacritics 2');
CREATE TABLE common (part TEXT PRIMARY KEY, names INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sentence (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE said (sentence INTEGER NOT NULL, entity INTEGER NOT NULL, PRIMARY KEY (sentence, entity)) WITHOUT ROWID;
CREATE VIRTUAL TABLE sentences USING fts5(text, content='', columnsize=0, detail=none, prefix='3 4 5 6 7',
  tokenize='unicode61 remove_diacritics 2');
"""
_SAID = f"""SELECT ?evidence ?text WHERE {{ GRAPH ?document {{
  ?evidence <{OA}hasSelector> ?quote . ?quote <{OA}exact> ?text }} }}"""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that was found, by what: "label", "alias" or "sentence", and the text that was found."""

    iri: str
    by: str
    text: str


def spaced(text: str) -> str:
    """The text with each Chinese character, and each two in a row, as a word."""
    return _HAN.sub(lambda run: f" {' '.join([*run[0], *_pairs(run[0])])} ", text)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _literals(store: ox.Store, predicate: ox.NamedNode) -> Iterator[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            yield quad.subject.value, quad.object.value


def _facts(store: ox.Store) -> tuple[dict[str, list[str]], Counter[str]]:
    """Evidence -> the things that its facts are about, and how often a thing is in a fact."""
    parts: dict[str, list[str]] = {}
    about: Counter[str] = Counter()
    for predicate in (RDF + "subject", RDF + "object", GM + "about"):
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph()):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                parts.setdefault(quad.subject.value, []).append(quad.object.value)
                about[quad.object.value] += 1
    evidence: dict[str, list[str]] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(GM + "hasEvidence"), None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            evidence.setdefault(quad.object.value, []).extend(parts.get(quad.subject.value, ()))
    return evidence, about


def write(store: ox.Store, path: Path) -> None:
    """Make the index of a store; the file is there whole or not at all."""
    evidence, about = _facts(store)
    labels = set(_literals(store, LABEL))
    names = sorted(labels | set(_literals(store, ALT)))
    known = sorted({iri for iri, _ in names}, key=lambda iri: (-about[iri], iri))
    numbers = {iri: number for number, iri in enumerate(known, 1)}
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(temporary)) as base, base:
            base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _LAYOUT)
            base.executemany("INSERT INTO entity VALUES (?, ?)", ((number, iri) for iri, number in numbers.items()))
            _write_names(base, ((numbers[iri], (iri, text) in labels, text) for iri, text in names))
            _write_sentences(base, store, evidence, numbers)
        beside.settle(temporary, path)
    except (OSError, sqlite3.Error) as error:
        temporary.unlink(missing_ok=True)
        raise KgError(f"The index of names cannot be written to {path}: {error}") from error


def _write_names(base: sqlite3.Connection, names: Iterable[tuple[int, bool, str]]) -> None:
    for number, (entity, label, text) in enumerate(sorted(names, key=lambda one: (one[0], not one[1], one[2])), 1):
        base.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?)", (number, entity, label, text, normal(text)))
        base.execute("INSERT INTO parts (rowid, text) VALUES (?, ?)", (number, text))
        base.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, spaced(text)))
    base.execute("CREATE INDEX name_key ON name (key)")
    base.execute("CREATE VIRTUAL TABLE temp.part USING fts5vocab('main', 'parts', 'row')")
    base.execute("INSERT INTO common SELECT term, doc FROM temp.part WHERE doc > ?", (COMMON,))


def _write_sentences(
    base: sqlite3.Connection, store: ox.Store, evidence: dict[str, list[str]], numbers: dict[str, int]
) -> None:
    found = store.query(_SAID)
    assert isinstance(found, ox.QuerySolutions)
    said: dict[str, set[int]] = {}
    for row in found:
        proof, text = row["evidence"], row["text"]
        if isinstance(proof, ox.NamedNode) and isinstance(text, ox.Literal):
            entities = said.setdefault(text.value, set())
            entities.update(numbers[iri] for iri in evidence.get(proof.value, ()) if iri in numbers)
    by_weight = sorted(said.items(), key=lambda item: (min(item[1], default=len(numbers)), item[0]))
    for number, (text, entities) in enumerate(by_weight, 1):
        base.execute("INSERT INTO sentence VALUES (?, ?)", (number, text))
        base.execute("INSERT INTO sentences (rowid, text) VALUES (?, ?)", (number, spaced(text)))
        base.executemany("INSERT INTO said VALUES (?, ?)", ((number, entity) for entity in sorted(entities)))


def place(folder: Path, state: str) -> Path:
    """Where the index of a build with its updates is: beside its store, or elsewhere where the folder takes none."""
    return beside.place(folder, state, f"search-{VERSION}", ".sqlite")


def there(path: Path) -> bool:
    """Whether the index is there."""
    return path.exists()


def tidy(path: Path) -> None:
    """Remove the indexes of states that updates have left behind."""
    beside.tidy(path, f"search-{VERSION}")


def latest(path: Path) -> Path | None:
    """The newest index of the same build, in whatever state the data was."""
    with suppress(OSError):
        return max(path.parent.glob(f"search-{VERSION}*.sqlite"), key=lambda one: one.stat().st_mtime_ns, default=None)
    return None


class TooLong(Exception):
    """A search took longer than it may."""


class Index:
    """An index opened for reading, in the process that asks it."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def find(self, text: str, limit: int = 20, offset: int = 0, *, spell: Spell | None = None) -> list[Hit]:
        """Entities for what a person typed: whole names first, then names that begin so or hold it, then sentences.

        `TooLong` where it takes longer than it may.
        """
        if spell is None:
            return self._found(text, limit, offset)
        self._base.set_progress_handler(spell.over, STEPS)
        try:
            return self._found(text, limit, offset)
        except sqlite3.OperationalError as error:
            raise TooLong from error
        finally:
            self._base.set_progress_handler(None, 0)

    def _found(self, text: str, limit: int, offset: int) -> list[Hit]:
        wanted = offset + limit
        found: dict[int, Hit] = {}
        for by_sentence, rows in ((False, self._names(text, wanted)), (True, self._said(text))):
            for entity, iri, label, written in rows:
                if len(found) >= wanted:
                    break
                kind = "sentence" if by_sentence else "label" if label else "alias"
                found.setdefault(entity, Hit(iri, kind, written))
        return list(found.values())[offset:wanted]

    def _names(self, text: str, limit: int) -> Iterator[tuple[int, str, int, str]]:
        select = "SELECT entity.id, entity.iri, name.label, name.text FROM name JOIN entity ON entity.id = name.entity "
        key = normal(text)
        if not key:
            return
        yield from self._base.execute(
            select + "WHERE name.key = ? ORDER BY name.label DESC, name.id LIMIT ?", (key, limit)
        )
        # The names that begin so are taken as they stand in the index: to sort them would need all of them.
        yield from self._base.execute(
            select + "WHERE name.key > ? AND name.key < ? LIMIT ?", (key, key + "\U0010ffff", limit)
        )
        whole, begun, chinese = _words(text)
        part = self._part(text.strip())
        asked = (("parts", part, [text.strip()]), ("words", whole, chinese), ("words", begun, chinese))
        for table, match, held in asked:
            yield from self._held(table, match, held, select + "WHERE name.id = ?")

    def _held(self, table: str, match: str, held: list[str], select: str) -> Iterator[tuple[int, str, int, str]]:
        """What is selected of the texts that match and hold some words, the best first; as many as are taken."""
        folded = [word.casefold() for word in held]
        asked = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid"
        try:
            hits = self._base.execute(asked, (match,)) if match else ()
        except sqlite3.OperationalError as error:
            if "phrase" not in str(error):
                raise
            return  # a letter of a newer Unicode, by which the database parts a word in two
        for hit in islice(hits, CANDIDATES if held else None):
            for row in self._base.execute(select, hit):
                text = row[3].casefold() if folded else ""
                if all(word in text for word in folded):
                    yield row

    def _part(self, typed: str) -> str:
        """What names that hold a text must hold of three letters each, so that few others do."""
        parts = list(dict.fromkeys(typed[at : at + 3] for at in range(len(typed) - 2)))
        if len(parts) > RAREST:
            marks = ", ".join("?" * len(parts))
            found = self._base.execute(
                f"SELECT part, names FROM common WHERE part IN ({marks})", [p.lower() for p in parts]
            )
            common = dict(found.fetchall())
            parts = sorted(parts, key=lambda part: common.get(part.lower(), 0))[:RAREST]
        return " ".join(map(_quoted, parts))

    def _said(self, text: str) -> Iterator[tuple[int, str, int, str]]:
        select = (
            "SELECT entity.id, entity.iri, 0, sentence.text FROM sentence JOIN said ON said.sentence = sentence.id "
            "JOIN entity ON entity.id = said.entity WHERE sentence.id = ? ORDER BY entity.id"
        )
        whole, begun, chinese = _words(text)
        for match in (whole, begun):
            rows = self._held("sentences", match, chinese, select)
            first = next(rows, None)
            if first:
                yield first
                yield from rows
                return


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _words(text: str) -> tuple[str, str, list[str]]:
    """FTS5 queries for all words of a text, as they are and as beginnings of words, and the words with Chinese in them.

    Of these, a text that is found has to be looked at for whether it holds them as they are written. A beginning costs
    as much as all words that begin so have places; sentences are looked for by it only where none has the words whole.
    """
    whole: list[str] = []
    begun: list[str] = []
    chinese: list[str] = []
    for word in _WORD.findall(text)[:12]:
        han = _HAN.search(word)
        chinese += [word] if han and len(word) > 2 else []
        for piece in _PIECE.findall(word):
            runs = _HAN.fullmatch(piece) is not None
            pairs = _pairs(piece) if runs else []
            asked = pairs[:: -(-len(pairs) // PAIRS)] if pairs else [piece]
            whole += map(_quoted, asked)
            begun += [_quoted(one) + "*" * (not han and len(one) > 2) for one in asked]
    return " ".join(whole), " ".join(begun) if begun != whole else "", chinese
