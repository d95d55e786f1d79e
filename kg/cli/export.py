"""`kg export` and `kg ontology`: what other teams get, and what changed for them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.cli.options import as_json, example, in_build
from kg.errors import KgError


@click.command(epilog=example("kg export ontology --format ttl -o ontology.ttl",
                              "kg export data --format jsonl -o facts.jsonl",
                              "kg export data --as schema.org -o facts.ttl",
                              "kg export ontology --format png --module actors --lang de -o actors.png",
                              "kg export docs -o site --build build", "kg export release -o release"))  # fmt: skip
@click.argument("what", type=click.Choice(["ontology", "data", "docs", "release"]))
@click.option("--format", "fmt", metavar="FORMAT",
              help="ontology: ttl rdfxml jsonld nt ofn owx omn skos ontolex shacl jsonschema context csv graphml svg "
                   "png alignments bridge; data: nq trig jsonld graphml csv, jsonl (fact table).")  # fmt: skip
@click.option("--module", metavar="NAME", help="svg, png, graphml: one module of the ontology.  [default: all]")
@click.option("--lang", metavar="CODE", help="svg, png, graphml: language of the drawing.  [default: en]")
@click.option("--as", "vocabulary", metavar="NAME",
              help="Data in other terms: schema.org, org-prov; --format: ttl nt rdfxml jsonld.")  # fmt: skip
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="PATH",
              help="File, or folder of docs and release.  [default: standard output]")  # fmt: skip
@in_build
def export(
    what: str, fmt: str | None, module: str | None, lang: str | None, vocabulary: str | None, out: Path | None,
    build_dir: Path | None,
) -> None:  # fmt: skip
    """Export the ontology, the data of the published build, documentation pages, or a release folder.

    docs are made of the ontology alone; with --build, its pages have examples from that build.
    """
    from kg.publish import export_data, export_data_as, export_drawing, export_ontology
    from kg.store import open_build

    if what in ("docs", "release"):
        _folder(what, out, build_dir)
        return
    if what == "ontology" and fmt is not None and (module or lang):
        data = export_drawing(fmt, module or "", lang or "en", out)
    elif vocabulary is not None and what == "data":
        data = export_data_as(open_build(build_dir), vocabulary, fmt or "ttl", out)
    elif fmt is None:
        raise KgError(f"Give the format of {what} with --format; `kg export --help` lists them.")
    else:
        data = export_ontology(fmt, out) if what == "ontology" else export_data(open_build(build_dir), fmt, out)
    if data is not None:
        click.echo(data, nl=False)


def _folder(what: str, out: Path | None, build_dir: Path | None) -> None:
    from kg.publish.pages import write_pages
    from kg.publish.release import write_release
    from kg.store import open_build

    if out is None:
        raise KgError(f"Give the folder of the {what} with -o.")
    if what == "docs":
        files = write_pages(out, build=open_build(build_dir) if build_dir else None)
    else:
        files = write_release(out)
    click.echo(f"Written: {files} files in {out}", err=True)


@click.group(epilog=example("kg ontology diff released/ontology ontology"))
def ontology() -> None:
    """About the ontology itself."""


@ontology.command(epilog=example("kg ontology counts", "kg ontology counts --questions tests/cq"))
@click.option("--questions", type=click.Path(path_type=Path), metavar="DIR",
              help="Count competency questions too, and terms that none uses.")  # fmt: skip
@as_json
def counts(questions: Path | None, as_json: bool) -> None:
    """How many terms of which kind the ontology has, and how far they are described in each language."""
    from kg.ask.competency import read_questions, unused
    from kg.ontology import load

    known = load()
    terms = known.terms.values()
    joined = [p for p in known.properties.values() if p.kind == "object"]
    found = {
        "classes": len(known.classes),
        "object properties": len(joined),
        "of these with an inverse, or symmetric": sum(bool(p.inverse or p.symmetric) for p in joined),
        "relations that texts are read for": len(known.relations),
        "indicators": len(known.indicators),
        "indicators that texts are read for": len(known.coarse_indicators),
        "units": len(known.units),
        "substances": len(known.substances),
        "roles": len(known.roles),
        "terms in all": len(terms),
    }
    for lang in sorted({lang for term in terms for lang in term.labels}):
        said = [term.labels.get(lang) and term.definitions.get(lang) and term.examples.get(lang) for term in terms]
        found[f"of these with label, definition and example in {lang}"] = sum(map(bool, said))
    found["of these with the source of their idea"] = sum(bool(term.sources) for term in terms)
    found["alignments"] = len(known.alignments)
    if questions is not None:
        asked = read_questions(questions)
        found |= {"competency questions": len(asked), "terms that no question uses": len(unused(known, asked))}
    width = max(map(len, found))
    text = "\n".join(f"{name:{width}}  {number}" for name, number in found.items())
    click.echo(json.dumps(found, indent=1) if as_json else text)


@ontology.command(epilog=example("kg ontology questions tests/cq"))
@click.argument("folder", type=click.Path(path_type=Path))
@as_json
@click.pass_context
def questions(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """Which terms no competency question of a folder uses; the exit status is 1 where there are some."""
    from kg.ask.competency import read_questions, unused
    from kg.ontology import load

    asked = read_questions(folder)
    idle = unused(load(), asked)
    told = f"Questions: {len(asked)}\nTerms that no question uses: {', '.join(idle) or 'none'}"
    click.echo(json.dumps({"questions": len(asked), "unused": idle}, indent=1) if as_json else told)
    ctx.exit(1 if idle else 0)


@ontology.command(epilog=example("kg ontology diff released/ontology ontology --json"))
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@as_json
def diff(old: Path, new: Path, as_json: bool) -> None:
    """What changed from one version of the ontology to another, both folders: terms, texts, axioms."""
    from kg.publish.compare import compare

    found = compare(old, new)
    click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1) if as_json else str(found))


@ontology.command("check", epilog=example("kg ontology check", "kg ontology check my/ontology"))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@as_json
@click.pass_context
def check_(ctx: click.Context, folder: Path | None, as_json: bool) -> None:
    """What is wrong with the ontology itself: labels, cycles, inverses, domains, pitfalls of the OOPS! catalogue.

    The exit status is 1 where there are violations; warnings alone leave it 0.
    """
    from kg.check import check_ontology

    found = check_ontology(folder)
    told = "\n".join(map(str, found)) or "Nothing wrong was found."
    click.echo(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=1) if as_json else told)
    ctx.exit(1 if any(one.severity == "violation" for one in found) else 0)
