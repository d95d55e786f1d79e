"""How well names in many documents are put together: pairs of names that people labelled as one thing or as two.

>>> print(evaluate_names(Path("tests/corpus/names.tsv")).to_text())

Each line of the file is a document that names one thing (what its columns mean stands at its head); all of them make
one build. Pairwise figures ask for each pair of lines whether both came to one entity; B-cubed asks for each line how
much of its entity is right, and how much of its thing was found (Bagga and Baldwin 1998).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

from kg.claims import EntityClaim, Extraction, RelationClaim
from kg.documents import Block, Document
from kg.entities import identify
from kg.errors import KgError
from kg.ontology import Ontology, load

COLUMNS = ("scene", "thing", "class", "lang", "names", "context")
OPEN, BLIND = "open", "blind"


@dataclass(frozen=True, slots=True)
class Named:
    """One line: what one document calls a thing."""

    line: int
    scene: str
    thing: str
    cls: str
    lang: str
    names: tuple[str, ...]
    context: str = ""

    @property
    def half(self) -> str:
        """Which half the line's scene is in, by the hash of the scene's name."""
        return BLIND if hashlib.sha256(self.scene.encode()).digest()[0] % 2 else OPEN

    @property
    def real(self) -> tuple[str, str]:
        """The thing that is meant."""
        return self.scene, self.thing

    def __str__(self) -> str:
        return f"line {self.line}: {self.cls} {' | '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class NameScore:
    """Agreement on one set of lines."""

    lines: int
    labelled: int
    """Pairs of one scene: those that people labelled."""
    same: int
    precision: float
    recall: float
    bcubed_precision: float
    bcubed_recall: float


@dataclass(frozen=True, slots=True)
class NameEvaluation:
    """The scores by half, and the pairs that came out wrong."""

    scores: Mapping[str, NameScore]
    merged: tuple[tuple[Named, Named], ...]
    """Two things that came to one entity."""
    missed: tuple[tuple[Named, Named], ...]
    """One thing that came to two entities."""

    def to_json(self) -> str:
        """As JSON, the wrong pairs as text."""
        wrong = {
            "merged": [list(map(str, pair)) for pair in self.merged],
            "missed": [list(map(str, pair)) for pair in self.missed],
        }
        scores = {half: asdict(score) for half, score in self.scores.items()}
        return json.dumps({"scores": scores} | wrong, ensure_ascii=False, indent=1)

    def to_text(self) -> str:
        """A table of the scores; the pairs of the open half that came out wrong."""
        lines = [f"{'':6} lines  pairs  same   pairwise P      R   B-cubed P      R"]
        for half, s in self.scores.items():
            figures = f"{s.precision:12.3f}  {s.recall:.3f} {s.bcubed_precision:11.3f}  {s.bcubed_recall:.3f}"
            lines.append(f"{half:6} {s.lines:5}  {s.labelled:5}  {s.same:4} {figures}")
        for what, pairs in (("Two things, one entity", self.merged), ("One thing, two entities", self.missed)):
            lines += [f"{what}: {a}  /  {b}" for a, b in pairs if a.half == b.half == OPEN]
        return "\n".join(lines)


def evaluate_names(path: Path) -> NameEvaluation:
    """Put the names of a labelled file together and compare; `KgError` where the file is not as it should be."""
    ontology = load()
    rows = read_names(path, ontology)
    extractions = [_extraction(row) for row in rows]
    entities = identify(extractions, ontology)
    found = [entities.of(extraction.document.id, 0).iri for extraction in extractions]
    scores = {}
    for half in (OPEN, BLIND):
        chosen = [i for i, row in enumerate(rows) if row.half == half]
        scores[half] = _score([rows[i] for i in chosen], [found[i] for i in chosen])
    scores["all"] = _score(rows, found)
    together: defaultdict[str, list[Named]] = defaultdict(list)
    for row, iri in zip(rows, found, strict=True):
        together[iri].append(row)
    merged = [pair for same in together.values() for pair in combinations(same, 2) if pair[0].real != pair[1].real]
    iri_of = dict(zip((row.line for row in rows), found, strict=True))
    missed = [(a, b) for a, b in _pairs(rows) if a.real == b.real and iri_of[a.line] != iri_of[b.line]]
    return NameEvaluation(scores, tuple(merged), tuple(missed))


def read_names(path: Path, ontology: Ontology) -> list[Named]:
    """The lines of a labelled file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise KgError(f"{path} cannot be read: {error}") from error
    rows: list[Named] = []
    for number, line in enumerate(text.split("\n"), 1):
        cells = line.split("\t")
        if not line or line.startswith("#") or cells[0] == COLUMNS[0]:
            continue
        if len(cells) not in (5, 6) or cells[2] not in ontology.classes:
            raise KgError(f"{path}, line {number}: expected {', '.join(COLUMNS)} between tabs, with a known class.")
        scene, thing, cls, lang, names, *context = cells
        rows.append(Named(number, scene, thing, cls, lang, tuple(names.split("|")), "".join(context)))
    if not rows:
        raise KgError(f"{path} has no labelled names.")
    return rows


def _extraction(row: Named) -> Extraction:
    """A report that says nothing but the names of one thing, and its context."""
    text = f"{row.line}: {', '.join(row.names)}. {row.context}"
    identity = hashlib.sha256(text.encode()).hexdigest()
    name = f"line-{row.line}"
    document = Document(identity, name, name, row.lang, name, text, (Block(0, len(text)),))
    claims = [EntityClaim(0, row.cls, row.names, ((0, len(text)),))]
    relations = []
    if row.context:
        predicate, cls, subject = row.context.split(" ", 2)
        claims.append(EntityClaim(1, cls, (subject,), ((0, len(text)),)))
        relations.append(RelationClaim(1, predicate, 0, 0, len(text), "labelled"))
    return Extraction(document, tuple(claims), tuple(relations), ())


def _pairs(rows: Sequence[Named]) -> Iterator[tuple[Named, Named]]:
    """All pairs of lines of one scene."""
    scenes: defaultdict[str, list[Named]] = defaultdict(list)
    for row in rows:
        scenes[row.scene].append(row)
    for same in scenes.values():
        yield from combinations(same, 2)


def _score(rows: Sequence[Named], found: Sequence[str]) -> NameScore:
    both = Counter((row.real, iri) for row, iri in zip(rows, found, strict=True))
    real, entity = Counter(row.real for row in rows), Counter(found)
    right, said, true = (sum(n * (n - 1) // 2 for n in counted.values()) for counted in (both, entity, real))
    right_precise = sum(n * n / entity[iri] for (_, iri), n in both.items())
    right_complete = sum(n * n / real[thing] for (thing, _), n in both.items())
    return NameScore(
        lines=len(rows),
        labelled=sum(1 for _ in _pairs(rows)),
        same=true,
        precision=right / said if said else 1.0,
        recall=right / true if true else 1.0,
        bcubed_precision=right_precise / max(len(rows), 1),
        bcubed_recall=right_complete / max(len(rows), 1),
    )
