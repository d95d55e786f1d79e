"""The verbs that hold things against each other: `kg conflicts`, `kg gaps`, `kg diff`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from kg.cli.options import as_json, example, in_build, in_language
from kg.errors import KgError


@click.command(epilog=example("kg conflicts", 'kg conflicts --about "Jianqiao Park" --lang de', "kg conflicts --json"))
@in_build
@click.option("--about", metavar="ENTITY", help="Only of one thing: its name in any language, or its IRI.")
@in_language
@as_json
@click.pass_context
def conflicts(ctx: click.Context, build_dir: Path | None, about: str | None, lang: str, as_json: bool) -> None:
    """Show where sources contradict each other: every side with its sentences, belief and sources.

    Values of one figure that are apart by more than rounding, whatever their units; statements and denials; two of what
    a thing can have but once. Another period or status is a history: kg ask history. The exit status is 1 where there
    are any.
    """
    from kg.ask import resolve
    from kg.compare import conflicts as run
    from kg.store import open_build

    build = open_build(build_dir)
    found = run(build, lang, resolve(build, about, "entity") if about else "")
    if as_json:
        click.echo(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=1))
    else:
        click.echo("\n\n".join(map(str, found)) or "No source contradicts another.")
    ctx.exit(1 if found else 0)


@click.command(epilog=example("kg gaps", "kg gaps --class IndustrialPark", 'kg gaps --about "Jianqiao Park" --json'))
@in_build
@click.option("--class", "cls", metavar="CLASS", help="Only of the members of a class.")
@click.option("--about", metavar="ENTITY", help="Only of one thing: its name in any language, or its IRI.")
@in_language
@as_json
def gaps(build_dir: Path | None, cls: str | None, about: str | None, lang: str, as_json: bool) -> None:
    """List what no report tells of a project or park, by ontology/expectations.ttl."""
    from kg.ask import resolve
    from kg.compare import gaps as run
    from kg.ontology import load
    from kg.store import open_build

    if cls and cls not in load().classes:
        load().class_iri(cls)  # says which classes there are that are called nearly so
    build = open_build(build_dir)
    found = run(build, lang, cls or "", resolve(build, about, "entity") if about else "")
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(map(str, found)) or "Nothing is missing.")


@click.command(epilog=example("kg diff build/1f0c… build/current", "kg diff A B --format html -o diff.html"))
@click.argument("before", type=click.Path(path_type=Path), metavar="BUILD_A")
@click.argument("after", type=click.Path(path_type=Path), metavar="BUILD_B")
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["text", "markdown", "html", "json", "rdf", "patch"]),
    default="text",
    show_default=True,
    help="rdf is N-Triples of the changes with their causes, patch is RDF Patch.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="[default: standard output]")
def diff(before: Path, after: Path, fmt: str, out: Path | None) -> None:
    """Tell what differs between two builds, each with its cause: documents, entities, facts, figures."""
    from kg.compare import diff as run
    from kg.compare import report
    from kg.store import open_build

    builds = open_build(before), open_build(after)
    if fmt == "patch":
        text = "".join(report.to_patch(*builds))
    else:
        forms = {
            "text": report.to_text, "markdown": report.to_markdown, "html": report.to_html, "json": report.to_json,
            "rdf": report.to_rdf,
        }  # fmt: skip
        text = forms[fmt](run(*builds))
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise KgError(f"Cannot write {out}: {error.strerror}. Give another file with -o.") from error
    click.echo(f"Written: {out}", err=True)
