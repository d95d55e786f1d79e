"""What differs between two builds, fact by fact, with the cause.

>>> print(diff(open_build(Path("build/aaaa")), open_build(Path("build/bbbb"))).to_text())

Entities are followed by the places in the documents at which they are named, so that one that was merged, split or
renamed is told as such, and its facts are told as changed, not as gone and added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from kg.compare.table import Place, Row, Table, read_table
from kg.store import Build


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was."""

    kind: str
    """document, entity, fact or figure."""
    what: str
    """added, removed or changed; of entities also merged, split or renamed."""
    iri: str
    """In the later build, or in the earlier one for what is gone."""
    text: str
    """What it says, in words; of what changed, how it was and how it is."""
    cause: str
    sentences: tuple[tuple[str, str], ...] = ()
    """(path of the document, sentence) of the evidence that came or went, or of a fact's first evidence."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one build to another."""

    before: str
    """Id of the earlier build."""
    after: str
    changes: tuple[Change, ...] = ()
    evidence: tuple[int, int] = (0, 0)
    """Sentences that came and that went as evidence."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """"kind what" -> number."""
    same: bool = True
    """Whether the two graphs are the same, line by line."""

    def of(self, kind: str, *what: str) -> list[Change]:
        """The changes of one kind."""
        return [one for one in self.changes if one.kind == kind and (not what or one.what in what)]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def diff(before: Build, after: Build) -> Difference:
    """Compare two builds, whatever made them."""
    return _Comparison(before, after).run()


class _Comparison:
    def __init__(self, before: Build, after: Build) -> None:
        self.before, self.after = before, after
        self.old, self.new = read_table(before), read_table(after)
        self.follow = _followed(self.old, self.new)
        self.documents = _Documents(before, after)
        versions = [build.manifest.get("versions", {}) for build in (before, after)]
        differ = [
            name for name in sorted({*versions[0], *versions[1]}) if versions[0].get(name) != versions[1].get(name)
        ]
        self.general = _named_causes(differ) or ("other documents" if self.documents.touched else "another reading")

    def run(self) -> Difference:
        changes = [*self.documents.changes(), *self._entities(), *self._facts()]
        order = {"document": 0, "entity": 1, "fact": 2, "figure": 3}
        changes.sort(key=lambda one: (order[one.kind], one.what, one.text, one.iri))
        counts: dict[str, int] = {}
        for one in changes:
            counts[f"{one.kind} {one.what}"] = counts.get(f"{one.kind} {one.what}", 0) + 1
        places = [{place for row in table.facts.values() for place in row.places} for table in (self.old, self.new)]
        came, went = len(places[1] - places[0]), len(places[0] - places[1])
        hashes = {build.manifest.get("graph_sha256") for build in (self.before, self.after)}
        names = self.before.path.name, self.after.path.name
        return Difference(*names, tuple(changes), (came, went), counts, len(hashes) == 1)

    # -- entities ------------------------------------------------------------------------------------------------------

    def _entities(self) -> Iterator[Change]:
        backwards: dict[str, set[str]] = {}
        for old, news in self.follow.items():
            for new in news:
                backwards.setdefault(new, set()).add(old)
        for new, olds in sorted(backwards.items()):
            if len(olds) > 1:
                names = " + ".join(sorted(map(self.old.name, olds)))
                yield Change("entity", "merged", new, f"{names} -> {self.new.name(new)}", self._cause_of(new, self.new))
            elif (old := next(iter(olds))) != new and len(self.follow[old]) == 1:
                text = f"{self.old.name(old)} <{old}> -> {self.new.name(new)} <{new}>"
                yield Change("entity", "renamed", new, text, self._cause_of(new, self.new))
        for iri in sorted(self.old.entities.keys() & self.new.entities.keys()):
            was, now = self.old.entities[iri].labels, self.new.entities[iri].labels
            other = [code for code in sorted(was.keys() & now.keys()) if was[code] != now[code]]
            if other:
                text = ", ".join(f"{was[code]} -> {now[code]} ({code})" for code in other)
                yield Change("entity", "renamed", iri, text, self._cause_of(iri, self.new))
        for old, news in sorted(self.follow.items()):
            if len(news) > 1:
                names = " + ".join(sorted(map(self.new.name, news)))
                yield Change("entity", "split", old, f"{self.old.name(old)} -> {names}", self._cause_of(old, self.old))
        for iri in sorted(self.new.entities.keys() - backwards.keys() - self.old.entities.keys()):
            yield Change("entity", "added", iri, self.new.name(iri), self._cause_of(iri, self.new))
        for iri in sorted(self.old.entities.keys() - self.new.entities.keys()):
            if not self.follow.get(iri):
                yield Change("entity", "removed", iri, self.old.name(iri), self._cause_of(iri, self.old))

    def _cause_of(self, iri: str, table: Table) -> str:
        documents = {place.document for place in table.entities[iri].places}
        return self.documents.cause(documents) or self.general

    # -- facts ---------------------------------------------------------------------------------------------------------

    def _facts(self) -> Iterator[Change]:
        gone = {iri: row for iri, row in self.old.facts.items() if iri not in self.new.facts}
        come = {iri: row for iri, row in self.new.facts.items() if iri not in self.old.facts}
        for iri in [one for one in gone if one in self.new.rejected]:
            verdict, row = self.new.rejected[iri], gone.pop(iri)
            instead = come.pop(verdict.instead, None)
            if instead is None:
                yield self._single("removed", row, self.old, str(verdict))
            else:
                yield self._changed(row, instead, str(verdict))
        for old, new in _pairs(gone, come, self._as_now, lambda row: row.key):
            del gone[old.iri], come[new.iri]
            yield self._changed(old, new, self._cause_of(new.subject, self.new))
        # another value, status or object read at one place
        for old, new in _pairs(
            gone, come, lambda row: row.reading(self._now), lambda row: row.reading(lambda iri: iri)
        ):
            del gone[old.iri], come[new.iri]
            yield self._changed(old, new, self._cause(old, new))
        for iri in sorted(gone):
            yield self._single("removed", gone[iri], self.old)
        for iri in sorted(come):
            yield self._single("added", come[iri], self.new)
        for iri in sorted(self.old.facts.keys() & self.new.facts.keys()):
            old, new = self.old.facts[iri], self.new.facts[iri]
            if old.places != new.places or old.belief != new.belief or old.sources != new.sources:
                yield self._changed(old, new, self._cause(old, new))

    def _now(self, iri: str) -> str:
        """What an entity of the earlier build is in the later one, where that is one thing."""
        news = self.follow.get(iri, ())
        return next(iter(news)) if len(news) == 1 else iri

    def _as_now(self, row: Row) -> tuple[str, ...]:
        return row.key_with(self._now)

    def _single(self, what: str, row: Row, table: Table, cause: str = "") -> Change:
        if what == "added" and row.iri in self.old.rejected:
            cause = f"a decision was taken back ({self.old.rejected[row.iri]})"
        cause = cause or self.documents.cause({place.document for place in row.places}) or self._by_rule(row)
        return Change(row.kind, what, row.iri, row.text(table.name), cause, self._said(row.places, table))

    def _changed(self, old: Row, new: Row, cause: str) -> Change:
        texts = old.text(self.old.name), new.text(self.new.name)
        text = texts[1] if texts[0] == texts[1] else f"{texts[0]} -> {texts[1]}"
        support = [f"belief {old.belief} -> {new.belief}"] if old.belief != new.belief else []
        support += [f"independent sources {old.sources} -> {new.sources}"] if old.sources != new.sources else []
        text += f" ({', '.join(support)})" if support else ""
        sentences = self._said(new.places - old.places, self.new) + self._said(old.places - new.places, self.old)
        return Change(new.kind, "changed", new.iri, text, cause, sentences)

    def _cause(self, old: Row, new: Row) -> str:
        if new.decided and new.decided != old.decided:
            return new.decided
        documents = {place.document for place in old.places ^ new.places}
        if documents:
            return self.documents.cause(documents) or self._by_rule(new)
        return self.documents.cause(self.documents.touched) or self._by_rule(new)

    def _by_rule(self, row: Row) -> str:
        return f"{self.general} (rule {', '.join(sorted(row.rules))})" if row.rules else self.general

    def _said(self, places: Iterable[Place], table: Table) -> tuple[tuple[str, str], ...]:
        return tuple((table.paths[place.document], table.sentences[place]) for place in sorted(places)[:5])


class _Documents:
    """Which documents came, went and were edited: same path, other text."""

    def __init__(self, before: Build, after: Build) -> None:
        inputs = [{one["id"]: one["source"] for one in build.manifest["inputs"]} for build in (before, after)]
        self.removed = {key: path for key, path in inputs[0].items() if key not in inputs[1]}
        self.added = {key: path for key, path in inputs[1].items() if key not in inputs[0]}
        self.edited = set(self.removed.values()) & set(self.added.values())
        self.touched = {*self.removed, *self.added}

    def changes(self) -> Iterator[Change]:
        """The documents themselves."""
        for what, documents in (("removed", self.removed), ("added", self.added)):
            for key, path in documents.items():
                if path not in self.edited:
                    yield Change("document", what, key, path, f"document {what}")
                elif what == "added":
                    yield Change("document", "changed", key, path, "document edited")

    def cause(self, documents: Iterable[str]) -> str:
        """The cause where all of some documents came, went or were edited, else ""."""
        given = sorted(documents)
        if not given or not self.touched.issuperset(given):
            return ""
        told = []
        for key in given:
            path = self.added.get(key) or self.removed[key]
            what = "edited" if path in self.edited else "added" if key in self.added else "removed"
            told.append(f"document {path} {what}")
        return "; ".join(dict.fromkeys(told[:3])) + (f" and {len(told) - 3} more" if len(told) > 3 else "")


def _named_causes(differ: Iterable[str]) -> str:
    words = {"code": "rules (another version of the code)", "ontology": "ontology or lexicon", "queries": "inference",
             "decisions": "a decision"}  # fmt: skip
    told = [words[name] for name in differ if name in words]
    return ", ".join(told)


def _followed(old: Table, new: Table) -> dict[str, set[str]]:
    """Entity of the earlier build -> the entities of the later one that are named at its places."""
    at = {place: iri for iri, entity in new.entities.items() for place in entity.places}
    return {
        iri: {at[place] for place in entity.places if place in at}
        for iri, entity in old.entities.items()
        if any(place in at for place in entity.places)
    }


def _pairs(
    gone: Mapping[str, Row],
    come: Mapping[str, Row],
    old_key: Callable[[Row], Any],
    new_key: Callable[[Row], Any],
) -> list[tuple[Row, Row]]:
    """Rows that went and came with one key, where the key is that of one row on either side."""
    olds: dict[Any, list[Row]] = {}
    news: dict[Any, list[Row]] = {}
    for rows, keys, key_of in ((gone, olds, old_key), (come, news, new_key)):
        for row in rows.values():
            keys.setdefault(key_of(row), []).append(row)
    shared = sorted(olds.keys() & news.keys(), key=repr)
    return [(olds[key][0], news[key][0]) for key in shared if len(olds[key]) == len(news[key]) == 1]
