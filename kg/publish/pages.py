"""Documentation of the ontology as pages that need no server: one a term and module, in each language.

>>> write_pages(Path("site"))

A page's name is that of its term, and never depends on the language, so that links last: `de/GreenLoan.html`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from kg.errors import KgError
from kg.ontology import Ontology, load
from kg.ontology.model import ClassTerm, Indicator, RelationTerm, Term, Unit
from kg.publish.diagram import svg
from kg.publish.vocabulary import LANGUAGES, kind_of


def write_pages(folder: Path, root: Path | None = None) -> int:
    """Write the site into `folder`; how many files it has."""
    return _Site(load(root)).write(folder)


class _Site:
    """What all pages share."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.words = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
        loader = PackageLoader("kg.publish", "web")
        self.templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        self.below: dict[str, list[str]] = {}
        self.first: dict[str, list[str]] = {}
        self.second: dict[str, list[str]] = {}
        for name, cls in ontology.classes.items():
            for parent in cls.parents:
                self.below.setdefault(parent, []).append(name)
        for name, prop in ontology.properties.items():
            for parent in prop.parents:
                self.below.setdefault(parent, []).append(name)
            for table, ends in ((self.first, prop.domain), (self.second, prop.range)):
                for end in ends:
                    table.setdefault(end, []).append(name)
        for code, indicator in ontology.indicators.items():
            if indicator.broader:
                self.below.setdefault(indicator.iri.removesuffix(code) + indicator.broader, []).append(indicator.iri)
        self.mappings: dict[str, list[Any]] = {}
        for mapping in ontology.alignments:
            self.mappings.setdefault(mapping.subject, []).append(mapping)

    def write(self, folder: Path) -> int:
        """All pages of all languages."""
        pages = {f"{lang}/{name}": text for lang in LANGUAGES for name, text in self._pages(lang)}
        pages["index.html"] = '<!doctype html><meta http-equiv="refresh" content="0; url=en/index.html">\n'
        try:
            for lang in LANGUAGES:
                (folder / lang).mkdir(parents=True, exist_ok=True)
            for name, text in pages.items():
                (folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise KgError(
                f"Cannot write pages into {folder}: {error.strerror}. Give another folder with -o."
            ) from error
        return len(pages)

    def _pages(self, lang: str) -> list[tuple[str, str]]:
        terms = list(self.ontology.terms.values())
        modules = sorted({term.module for term in terms})
        made = [
            ("index.html", self._page("index", "index.html", lang, modules=modules, terms=self._cards(terms, lang)))
        ]
        for module in modules:
            own = [term for term in terms if term.module == module]
            drawn = any(term.name in self.ontology.classes or isinstance(term, RelationTerm) for term in own)
            drawing = svg(self.ontology, module, lang).decode() if drawn else ""
            name = f"module-{module}.html"
            cards = self._cards(own, lang)
            made.append((name, self._page("module", name, lang, module=module, drawing=drawing, terms=cards)))
        made += [(file_of(term), self._term(term, lang)) for term in terms]
        return made

    def _page(self, template: str, file: str, lang: str, **values: Any) -> str:
        shared = {"lang": lang, "languages": LANGUAGES, "words": self.words[lang], "version": self.ontology.version}
        return self.templates.get_template(f"{template}.html.jinja").render(**shared, file=file, **values)

    def _cards(self, terms: list[Term], lang: str) -> list[dict[str, str]]:
        cards = [self._card(term, lang) for term in terms]
        return sorted(cards, key=lambda card: (card["label"].casefold(), card["file"]))

    def _card(self, term: Term, lang: str) -> dict[str, str]:
        label = term.labels.get(lang) or term.name
        words = " ".join([term.name, label, *term.labels.values(), *term.alternatives.get(lang, ())]).lower()
        return {
            "label": label,
            "file": file_of(term),
            "definition": term.definitions.get(lang, ""),
            "iri": term.iri,
            "kind": kind_of(term),
            "module": term.module,
            "words": words,
        }

    def _links(self, names: Any, lang: str) -> list[dict[str, str]]:
        known = self.ontology
        found = [known.terms.get(name) or known.classes.get(name) or known.properties.get(name) for name in names]
        return self._cards([term for term in found if term is not None], lang)

    def _term(self, term: Term, lang: str) -> str:
        lists = [
            ("other", term.alternatives.get(lang, ())),
            ("examples", term.examples.get(lang, ())),
            ("conversion", self._conversion(term, lang)),
            ("sources", term.sources),
            ("retired", (self.words[lang]["retired_note"],) * term.retired),
        ]
        mappings = [
            {"relation": one.predicate.rsplit("#", 1)[-1], "object": one.object, "label": one.object_label,
             "confidence": one.confidence}
            for one in self.mappings.get(term.iri, ())
        ]  # fmt: skip
        said = {"term": self._card(term, lang), "lists": lists, "links": self._ways(term, lang), "mappings": mappings}
        return self._page("term", file_of(term), lang, **said)

    def _ways(self, term: Term, lang: str) -> list[tuple[str, list[dict[str, str]]]]:
        """What a page leads to, by heading."""
        known, name = self.ontology, term.name
        key = name if isinstance(term, ClassTerm | RelationTerm) else term.iri
        above, below = getattr(term, "parents", ()), self.below.get(key, ())
        links = [("broader", self._links(above, lang)), ("narrower", self._links(below, lang))]
        instead = ("instead", self._links(term.replaced_by, lang))
        if isinstance(term, RelationTerm):
            links += [("domain", self._links(term.domain, lang)), ("range", self._links(term.range, lang))]
            links += [("inverse", self._links([term.inverse], lang))]
        elif isinstance(term, ClassTerm):
            links += [("subject_of", self._links(self.first.get(name, ()), lang))]
            links += [("object_of", self._links(self.second.get(name, ()), lang))]
        elif isinstance(term, Indicator):
            links[0] = ("broader", self._links([known.indicators[term.broader].iri] if term.broader else [], lang))
            links += [("dimensions", self._links([known.dimensions[one].iri for one in term.dimensions], lang))]
        return [instead, *links]

    def _conversion(self, term: Term, lang: str) -> tuple[str, ...]:
        if not isinstance(term, Unit) or term.base == term.name:
            return ()
        value, base = self.ontology.unit_convert(type(term.factor)(1), term.name)
        return (f"1 {self.ontology.label(term.name, lang)} = {value} {self.ontology.label(base, lang)}",)


def file_of(term: Term) -> str:
    """Name of a term's page: its own name, with the kind before it where it is no class or property."""
    plain = re.sub(r"[^\w-]+", "_", term.iri.rpartition("#")[2] if "#" in term.iri else term.name)
    return f"{plain}.html" if "#" in term.iri else f"{kind_of(term)}-{plain}.html".replace(" ", "-")
