"""Reads `alignments.sssom.tsv`: a table of mappings in the Simple Standard for Sharing Ontological Mappings.

The file opens with a YAML header in comment lines, of which only the prefixes (`curie_map`) are needed here.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

from kg.errors import KgError
from kg.ontology.model import Mapping

_PREFIX = re.compile(r"#\s{2,}([\w.-]+):\s*\"?([^\"\s]+)\"?\s*$")
_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")


def read_alignments(path: Path) -> tuple[Mapping, ...]:
    """Every mapping of the file, its prefixed names written out; an absent file holds none."""
    if not path.is_file():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    prefixes = {found[1]: found[2] for line in lines[:first] if (found := _PREFIX.match(line))}
    table = csv.DictReader(lines[first:], delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in _NEEDED if name not in (table.fieldnames or ())]
    if missing:
        raise KgError(f"{path}, line {first + 1}: the column {missing[0]} is missing.")
    return tuple(_mapping(row, prefixes, f"{path}, line {first + 1 + number}") for number, row in enumerate(table, 1))


def _mapping(row: dict[str, str], prefixes: dict[str, str], where: str) -> Mapping:
    def iri(column: str) -> str:
        prefix, colon, local = (row[column] or "").partition(":")
        if not colon or prefix not in prefixes:
            raise KgError(f"{where}: {column} {row[column]!r} has no prefix of the header's curie_map.")
        return prefixes[prefix] + local

    try:
        confidence = Decimal(row["confidence"] or "")
    except InvalidOperation as error:
        raise KgError(f"{where}: confidence {row['confidence']!r} is not a number between 0 and 1.") from error
    return Mapping(
        subject=iri("subject_id"),
        predicate=iri("predicate_id"),
        object=iri("object_id"),
        object_label=row.get("object_label") or "",
        justification=iri("mapping_justification"),
        confidence=confidence,
        comment=row.get("comment") or "",
    )
