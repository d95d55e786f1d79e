"""What a release says of itself: its changes, and metadata for archives (RO-Crate 1.1) and catalogues (DCAT 3)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.ontology import Ontology, ntriples

_BASE = "https://w3id.org/green-manufacturing/"
_DCTERMS = "http://purl.org/dc/terms/"
_NOTE = "http://www.w3.org/2004/02/skos/core#changeNote"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_LANGUAGE = "http://id.loc.gov/vocabulary/iso639-1/"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the release."""

    name: str
    media: str
    what: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class About:
    """What the header of the core module says."""

    version: str
    title: dict[str, str]
    description: dict[str, str]
    """Each by language."""
    issued: str
    licence: str
    notes: tuple[tuple[str, str], ...]
    """(version, what is new), the newest first."""

    @property
    def iri(self) -> str:
        """Of this version."""
        return f"{_BASE}ontology/{self.version}"

    def changelog(self) -> bytes:
        """What changed from version to version, in Markdown."""
        lines = [f"# Changes: {self.title['en']}", ""]
        for version, text in self.notes:
            date = f" - {self.issued}" if version == self.version else ""
            lines += [f"## {version}{date}", "", text[:1].upper() + text[1:], ""]
        lines.append(
            "Terms and axioms, one by one: `kg ontology diff OLD NEW`. Data are changed by `queries/migrate/`."
        )
        return ("\n".join(lines) + "\n").encode()


def read(ontology: Ontology) -> About:
    """The header of an ontology."""
    header = f"<{_BASE}ontology> "
    lines = [line for line in ntriples(ontology.root).splitlines() if line.startswith(header)]
    said: dict[str, dict[str, str]] = {}
    notes: list[tuple[str, str, str]] = []
    for quad in ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES):
        text = getattr(quad.object, "value", "")
        said.setdefault(quad.predicate.value, {})[getattr(quad.object, "language", None) or ""] = text
        if quad.predicate.value == _NOTE:
            notes.append(text.partition(": "))
    newest_first = sorted(notes, key=lambda note: [int(part) for part in note[0].split(".")], reverse=True)
    return About(
        ontology.version,
        said[_DCTERMS + "title"],
        said[_DCTERMS + "description"],
        said[_DCTERMS + "issued"][""],
        said[_DCTERMS + "license"][""],
        tuple((version, text) for version, _, text in newest_first),
    )


def crate(about: About, files: list[File]) -> bytes:
    """RO-Crate 1.1: what is in the folder, for archives."""
    listed: list[dict[str, Any]] = [
        {"@id": one.name, "@type": "File", "name": one.what, "encodingFormat": one.media,
         "contentSize": str(len(one.data)), "sha256": one.digest}
        for one in files
    ]  # fmt: skip
    listed.append({"@id": "SHA256SUMS", "@type": "File", "name": "checksums of all other files",
                   "encodingFormat": "text/plain"})  # fmt: skip
    root = {
        "@id": "./",
        "@type": "Dataset",
        "identifier": about.iri,
        "name": about.title["en"],
        "description": about.description["en"],
        "version": about.version,
        "datePublished": about.issued,
        "inLanguage": sorted(about.title),
        "license": {"@id": about.licence},
        "hasPart": [{"@id": one["@id"]} for one in listed],
    }
    licence = {"@id": about.licence, "@type": "CreativeWork", "name": "Apache License 2.0",
               "description": "Free to use, change and pass on, with notice of licence and changes."}  # fmt: skip
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    graph = [descriptor, root, licence, *listed]
    return _json({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})


def catalogue(about: About, files: list[File]) -> bytes:
    """DCAT 3: a dataset with a distribution for each file, for catalogues."""
    distributions = [
        {
            "@type": "dcat:Distribution",
            "dcterms:title": {"@value": f"{one.name}: {one.what}", "@language": "en"},
            "dcat:mediaType": {"@id": _MEDIA + one.media},
            "dcat:accessURL": {"@id": one.name},
            "dcat:downloadURL": {"@id": one.name},
            "dcat:byteSize": {"@value": str(len(one.data)), "@type": "xsd:nonNegativeInteger"},
            "dcterms:license": {"@id": about.licence},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@value": one.digest, "@type": "xsd:hexBinary"},
            },
        }
        for one in files
    ]
    context = {
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": _DCTERMS,
        "spdx": "http://spdx.org/rdf/terms#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
    return _json(
        {
            "@context": context,
            "@id": about.iri,
            "@type": "dcat:Dataset",
            "dcterms:identifier": about.iri,
            "dcterms:title": _in_languages(about.title),
            "dcterms:description": _in_languages(about.description),
            "dcterms:issued": {"@value": about.issued, "@type": "xsd:date"},
            "dcterms:license": {"@id": about.licence},
            "dcterms:isVersionOf": {"@id": f"{_BASE}ontology"},
            "dcat:version": about.version,
            "dcterms:language": [{"@id": _LANGUAGE + lang} for lang in sorted(about.title)],
            "dcat:distribution": distributions,
        }
    )  # fmt: skip


def _in_languages(texts: dict[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in sorted(texts.items())]


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
