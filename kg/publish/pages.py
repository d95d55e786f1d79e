"""Documentation of the ontology as pages that need no server: one a term and module, in each language.

>>> write_pages(Path("site"))
>>> Site(load(), Instances(build)).file("de", "GreenLoan.html")    # one page, as the server sends it

A page's name is that of its term, and never depends on the language, so that links last
(`de/GreenLoan.html#definition`). The ontology alone is enough; with a build, each page shows what reports say by its
term.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from kg.errors import KgError
from kg.ontology import Ontology, load
from kg.ontology.model import ClassTerm, Indicator, RelationTerm, Term, Unit
from kg.publish.diagram import png, svg
from kg.publish.instances import Instances
from kg.publish.vocabulary import LANGUAGES, kind_of
from kg.store import Build

_HERE = Path(__file__).parent
SHARED = {"style.css": "text/css; charset=utf-8", "search.js": "text/javascript; charset=utf-8"}
"""Files beside the folders of the languages, and their media types."""
DRAWN = {"svg": LANGUAGES, "png": ("en", "de")}
"""Format of drawings -> languages in which it can be drawn."""


def write_pages(folder: Path, root: Path | None = None, build: Build | None = None) -> int:
    """Write the site into `folder`, with examples from a build if one is given; how many files it has."""
    site = Site(load(root), Instances(build) if build else None)
    files = {f"{lang}/{name}": site.file(lang, name) for lang in LANGUAGES for name in site.names(lang)}
    files |= {name: shared(name) for name in SHARED}
    files["index.html"] = b'<!doctype html><meta http-equiv="refresh" content="0; url=en/index.html">\n'
    try:
        for lang in LANGUAGES:
            (folder / lang).mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data or b"")
    except OSError as error:
        raise KgError(f"Cannot write pages into {folder}: {error.strerror}. Give another folder with -o.") from error
    return len(files)


def shared(name: str) -> bytes:
    """A file of `SHARED`."""
    return (_HERE / "web" / name).read_bytes()


def file_of(term: Term) -> str:
    """Name of a term's page: its own name, with the kind before it where it is no class or property."""
    plain = re.sub(r"[^\w-]+", "_", term.iri.rpartition("#")[2] if "#" in term.iri else term.name)
    return f"{plain}.html" if "#" in term.iri else f"{kind_of(term)}-{plain}.html".replace(" ", "-")


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _templates() -> Environment:
    loader = PackageLoader("kg.publish", "web")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


class Site:
    """All pages; each is made when it is asked for.

    `link` gives the address of a thing of the build by its IRI, `home` that of the server, which has the data.
    """

    def __init__(
        self,
        ontology: Ontology,
        instances: Instances | None = None,
        link: Callable[[str], str] = lambda iri: iri,
        home: str = "",
    ) -> None:
        self.ontology, self.instances, self.link, self.home = ontology, instances, link, home
        self.words = _toml("words")

    def names(self, lang: str) -> list[str]:
        """Names of all files of a language."""
        drawn = [f"module-{one}.{fmt}" for fmt, langs in DRAWN.items() if lang in langs for one in self._drawable]
        return ["index.html", "fair.html", *(f"module-{one}.html" for one in self._modules), *drawn, *self._by_file]

    def file(self, lang: str, name: str) -> bytes | None:
        """A page or drawing; None where there is none of this name."""
        if lang not in LANGUAGES:
            return None
        if term := self._by_file.get(name):
            return self._term(term, lang)
        stem, _, ending = name.rpartition(".")
        module = stem.removeprefix("module-")
        if ending in DRAWN and lang in DRAWN[ending] and stem == f"module-{module}" and module in self._drawable:
            return svg(self.ontology, module, lang, file_of) if ending == "svg" else png(self.ontology, module, lang)
        if name == f"module-{module}.html" and module in self._modules:
            return self._module(module, lang)
        if name == "index.html":
            terms = self._cards(list(self.ontology.terms.values()), lang)
            return self._page("index", name, lang, modules=self._modules, terms=terms)
        return self._fair(lang) if name == "fair.html" else None

    # ---- what all pages share

    @cached_property
    def _by_file(self) -> dict[str, Term]:
        return {file_of(term): term for term in self.ontology.terms.values()}

    @cached_property
    def _modules(self) -> list[str]:
        return sorted({term.module for term in self.ontology.terms.values()})

    @cached_property
    def _drawable(self) -> list[str]:
        """Modules that have classes or relations."""
        tables = (self.ontology.classes, self.ontology.properties)
        return sorted({term.module for table in tables for term in table.values()})

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        """Name (of indicators the IRI) -> those of the finer terms."""
        found: dict[str, list[str]] = {}
        tables: tuple[dict[str, Any], ...] = (self.ontology.classes, self.ontology.properties)
        for table in tables:
            for name, term in table.items():
                for parent in term.parents:
                    found.setdefault(parent, []).append(name)
        for code, indicator in self.ontology.indicators.items():
            if indicator.broader:
                found.setdefault(indicator.iri.removesuffix(code) + indicator.broader, []).append(indicator.iri)
        return found

    def _page(self, template: str, file: str, lang: str, **values: Any) -> bytes:
        known = {"lang": lang, "languages": LANGUAGES, "words": self.words[lang], "version": self.ontology.version}
        known |= {"file": file, "home": self.home}
        return _templates().get_template(f"{template}.html.jinja").render(**known, **values).encode()

    def _cards(self, terms: list[Term], lang: str) -> list[dict[str, str]]:
        cards = [self._card(term, lang) for term in terms]
        return sorted(cards, key=lambda card: (card["label"].casefold(), card["file"]))

    def _card(self, term: Term, lang: str) -> dict[str, str]:
        label = term.labels.get(lang) or term.name
        words = [term.name, *term.labels.values(), *(one for several in term.alternatives.values() for one in several)]
        return {
            "label": label,
            "file": file_of(term),
            "definition": term.definitions.get(lang, ""),
            "iri": term.iri,
            "kind": self.words[lang]["kinds"][kind_of(term)],
            "module": term.module,
            "words": " ".join(words).lower(),
        }

    def _links(self, names: Any, lang: str) -> list[dict[str, str]]:
        known = self.ontology
        found = [known.terms.get(name) or known.classes.get(name) or known.properties.get(name) for name in names]
        return self._cards([term for term in found if term is not None], lang)

    # ---- the pages

    def _module(self, module: str, lang: str) -> bytes:
        drawn = module in self._drawable
        drawing = svg(self.ontology, module, lang, file_of).decode() if drawn else ""
        own = [term for term in self.ontology.terms.values() if term.module == module]
        formats = [fmt for fmt, langs in DRAWN.items() if drawn and lang in langs]
        values = {"module": module, "drawing": drawing, "formats": formats, "terms": self._cards(own, lang)}
        return self._page("module", f"module-{module}.html", lang, **values)

    def _fair(self, lang: str) -> bytes:
        """The FAIR principles with what is done for each."""
        principles = _toml("fair")["principle"]
        counted = {"version": self.ontology.version, "terms": len(self.ontology.terms)}
        counted["alignments"] = len(self.ontology.alignments)
        rows = [(one["id"], one["asks"][lang], one["answer"][lang].format(**counted)) for one in principles]
        return self._page("fair", "fair.html", lang, principles=rows)

    def _term(self, term: Term, lang: str) -> bytes:
        words = self.words[lang]
        lists = [
            ("other", term.alternatives.get(lang, ())),
            ("examples", term.examples.get(lang, ())),
            ("conversion", self._conversion(term, lang)),
            ("sources", term.sources),
            ("extracted", (words["yes"],) * (isinstance(term, RelationTerm) and term.relation)),
            ("retired", (words["retired_note"],) * term.retired),
        ]
        mappings = [
            {"relation": one.predicate.rsplit("#", 1)[-1], "object": one.object, "label": one.object_label,
             "confidence": one.confidence, "host": urlsplit(one.object).hostname}
            for one in self.ontology.alignments if one.subject == term.iri
        ]  # fmt: skip
        said = {"term": self._card(term, lang), "lists": lists, "links": self._ways(term, lang), "mappings": mappings}
        found = self.instances.of(term, lang) if self.instances else []
        instances = [(self.link(one.iri), one) for one in found]
        return self._page("term", file_of(term), lang, instances=instances, **said)

    def _ways(self, term: Term, lang: str) -> list[tuple[str, list[dict[str, str]]]]:
        """What a page leads to, by heading."""
        known, name = self.ontology, term.name
        key = name if isinstance(term, ClassTerm | RelationTerm) else term.iri
        above, below = getattr(term, "parents", ()), self._below.get(key, ())
        links = [("broader", self._links(above, lang)), ("narrower", self._links(below, lang))]
        instead = ("instead", self._links(term.replaced_by, lang))
        if isinstance(term, RelationTerm):
            links += [("domain", self._links(term.domain, lang)), ("range", self._links(term.range, lang))]
            links += [("inverse", self._links([term.inverse], lang))]
        elif isinstance(term, ClassTerm):
            table = known.properties.values()
            links += [("subject_of", self._links([one.name for one in table if name in one.domain], lang))]
            links += [("object_of", self._links([one.name for one in table if name in one.range], lang))]
        elif isinstance(term, Indicator):
            links[0] = ("broader", self._links([known.indicators[term.broader].iri] if term.broader else [], lang))
            links += [("dimensions", self._links([known.dimensions[one].iri for one in term.dimensions], lang))]
        elif isinstance(term, Unit):
            links += [("dimensions", self._links([known.dimensions[term.dimension.partition("/")[0]].iri], lang))]
        return [instead, *links]

    def _conversion(self, term: Term, lang: str) -> tuple[str, ...]:
        if not isinstance(term, Unit) or term.base == term.name:
            return ()
        value, base = self.ontology.unit_convert(type(term.factor)(1), term.name)
        return (f"1 {self.ontology.label(term.name, lang)} = {value} {self.ontology.label(base, lang)}",)
