"""A release folder: the ontology in every format with checksums, its alignments, drawings, changes, and metadata.

>>> write_release(Path("release"))
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from kg.errors import KgError
from kg.ontology import Ontology, load, queries_dir
from kg.publish import diagram, metadata, vocabulary
from kg.publish.pages import DRAWN

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
    "context.jsonld": ("context", "application/ld+json", "JSON-LD context of data in the shape of the schema"),
    "terms.csv": ("csv", "text/csv", "table of terms"),
    "terms.graphml": ("graphml", "application/graphml+xml", "classes and relations as a graph"),
    "alignments.skos.ttl": ("alignments", "text/turtle", "alignments as SKOS, with their justification"),
    "alignments.owl.ttl": ("bridge", "text/turtle", "alignments as OWL axioms"),
}
"""Name -> (format, media type, what it holds)."""
_OTHERS = {
    ".graphml": ("application/graphml+xml", "classes and relations of a module as a graph"),
    ".md": ("text/markdown", "what changed"),
    ".png": ("image/png", "drawing of a module"),
    ".rq": ("application/sparql-query", "query"),
    ".ru": ("application/sparql-update", "migration of data"),
    ".svg": ("image/svg+xml", "drawing of a module"),
    ".tsv": ("text/tab-separated-values", "alignments as SSSOM"),
}
"""Ending -> (media type, what it holds) of all other files."""


def write_release(folder: Path, root: Path | None = None) -> int:
    """Write the release into `folder`; how many files it has. Equal ontologies give equal bytes."""
    from kg.publish import export_ontology

    ontology = load(root)
    about = metadata.read(ontology)
    parts = {name: export_ontology(fmt, root=root) or b"" for name, (fmt, _, _) in FILES.items()}
    parts |= _drawings(ontology) | _queries()
    parts["alignments.sssom.tsv"] = (ontology.root / "alignments.sssom.tsv").read_bytes()
    parts["CHANGELOG.md"] = about.changelog()
    listed = [metadata.File(name, *_said(name), data) for name, data in sorted(parts.items())]
    parts["dcat.jsonld"] = metadata.catalogue(about, listed)
    listed.append(metadata.File("dcat.jsonld", "application/ld+json", "metadata for catalogues", parts["dcat.jsonld"]))
    parts["ro-crate-metadata.json"] = metadata.crate(about, listed)
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(parts.items())]
    parts["SHA256SUMS"] = "".join(sums).encode()
    try:
        for name, data in parts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    except OSError as error:
        raise KgError(f"Cannot write the release into {folder}: {error.strerror}. Give another with -o.") from error
    return len(parts)


def _drawings(ontology: Ontology) -> dict[str, bytes]:
    """Each module that has classes or relations, in each language."""
    drawers = {"svg": diagram.svg, "png": diagram.png}
    tables = (ontology.classes, ontology.properties)
    modules = sorted({term.module for table in tables for term in table.values()})
    drawn = {
        f"diagrams/{module}.{lang}.{fmt}": drawers[fmt](ontology, module, lang)
        for fmt, langs in DRAWN.items()
        for lang in langs
        for module in modules
    }
    return drawn | {f"diagrams/{module}.graphml": vocabulary.graphml(ontology, module) for module in modules}


def _queries() -> dict[str, bytes]:
    """The rules of OWL 2 RL, migrations, and the queries that tell data in other vocabularies."""
    folders = {"owl-rl/*.rq": "queries/owl-rl", "migrate/*.ru": "queries/migrate", "publish/*.rq": "queries"}
    return {
        f"{folder}/{path.name}": path.read_bytes()
        for pattern, folder in folders.items()
        for path in sorted(queries_dir().glob(pattern))
    }


def _said(name: str) -> tuple[str, str]:
    """(media type, what it holds) of a file."""
    return FILES[name][1:] if name in FILES else _OTHERS[Path(name).suffix]
