"""A release folder: the ontology in every format with checksums, its alignments, changes, and metadata.

>>> write_release(Path("release"))
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.ontology import load, queries_dir

_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
_BASE = "https://w3id.org/green-manufacturing/"
FILES = {
    "ontology.ttl": ("ttl", "text/turtle", "all axioms"),
    "ontology.rdf": ("rdfxml", "application/rdf+xml", "all axioms"),
    "ontology.jsonld": ("jsonld", "application/ld+json", "all axioms"),
    "ontology.nt": ("nt", "application/n-triples", "all axioms"),
    "ontology.ofn": ("ofn", "text/owl-functional", "all axioms"),
    "ontology.owx": ("owx", "application/owl+xml", "all axioms"),
    "ontology.omn": ("omn", "text/owl-manchester", "all axioms"),
    "concepts.skos.ttl": ("skos", "text/turtle", "terms as SKOS concepts"),
    "lexicon.ontolex.ttl": ("ontolex", "text/turtle", "how the terms are said, as OntoLex"),
    "shapes.ttl": ("shacl", "text/turtle", "SHACL shapes"),
    "schema.json": ("jsonschema", "application/schema+json", "JSON Schema"),
    "terms.csv": ("csv", "text/csv", "table of terms"),
    "terms.graphml": ("graphml", "application/graphml+xml", "classes and relations as a graph"),
    "classes.svg": ("svg", "image/svg+xml", "drawing of classes and relations"),
}
"""Name -> (format, media type, what it holds)."""


def write_release(folder: Path, root: Path | None = None) -> int:
    """Write the release into `folder`; how many files it has. Equal ontologies give equal bytes."""
    from kg.publish import export_ontology

    ontology = load(root)
    parts = {name: export_ontology(fmt, root=root) or b"" for name, (fmt, _, _) in FILES.items()}
    for query in sorted((queries_dir() / "owl-rl").glob("*.rq")):
        parts[f"queries/owl-rl/{query.name}"] = query.read_bytes()
    for update in sorted((queries_dir() / "migrate").glob("*.ru")):
        parts[f"queries/migrate/{update.name}"] = update.read_bytes()
    parts["alignments.sssom.tsv"] = (ontology.root / "alignments.sssom.tsv").read_bytes()
    for query in sorted((queries_dir() / "publish").glob("*.rq")):
        parts[f"queries/{query.name}"] = query.read_bytes()
    parts["ro-crate-metadata.json"] = _crate(ontology.version, parts)
    parts["dcat.jsonld"] = _catalogue(ontology.version, parts)
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(parts.items())]
    parts["SHA256SUMS"] = "".join(sums).encode()
    try:
        for name, data in parts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    except OSError as error:
        raise KgError(f"Cannot write the release into {folder}: {error.strerror}. Give another with -o.") from error
    return len(parts)


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _said(name: str) -> tuple[str, str]:
    """(media type, what it holds) of a file."""
    _, media, what = FILES.get(name, ("", "text/plain", name))
    return media, what


def _crate(version: str, parts: dict[str, bytes]) -> bytes:
    """RO-Crate 1.1: what is in the folder, for archives."""
    files = [
        {"@id": name, "@type": "File", "encodingFormat": _said(name)[0], "name": _said(name)[1],
         "contentSize": str(len(data)), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(parts.items())
    ]  # fmt: skip
    root = {
        "@id": "./",
        "@type": "Dataset",
        "identifier": f"{_BASE}ontology/{version}",
        "name": "Green manufacturing ontology",
        "description": "Terms of green manufacturing with labels and definitions in English, German and Chinese.",
        "version": version,
        "license": {"@id": _LICENCE},
        "hasPart": [{"@id": one["@id"]} for one in files],
    }
    about = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    return _json({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [about, root, *files]})


def _catalogue(version: str, parts: dict[str, bytes]) -> bytes:
    """DCAT 3: a dataset with a distribution for each format, for catalogues."""
    listed = [
        {"@type": "dcat:Distribution", "dcterms:title": _said(name)[1], "dcat:mediaType": _said(name)[0],
         "dcat:downloadURL": {"@id": name}, "dcat:byteSize": len(data)}
        for name, data in sorted(parts.items())
        if name in FILES
    ]  # fmt: skip
    context = {"dcat": "http://www.w3.org/ns/dcat#", "dcterms": "http://purl.org/dc/terms/"}
    return _json(
        {
            "@context": context,
            "@id": f"{_BASE}ontology/{version}",
            "@type": "dcat:Dataset",
            "dcterms:title": "Green manufacturing ontology",
            "dcterms:license": {"@id": _LICENCE},
            "dcterms:isVersionOf": {"@id": f"{_BASE}ontology"},
            "dcat:version": version,
            "dcterms:language": ["de", "en", "zh"],
            "dcat:distribution": listed,
        }
    )
