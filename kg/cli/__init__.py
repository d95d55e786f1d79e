"""The command line: verbs only, each calls one function of one room.

    kg build examples                           read reports, publish a build
    kg ask recipients                           ask it
    kg review                                   decide what is one thing, and which facts hold
    kg conflicts                                where sources contradict each other
    kg gaps                                     what no report tells
    kg diff build/A build/B                     what differs between two builds
    kg serve                                    SPARQL endpoint and pages
    kg token alice                              who may change the data it serves
    kg mcp                                      the graph as tools for agents
    kg push URL                                 the data into a remote store
    kg view -o graph.html                       the graph as one HTML file
    kg explain report.txt                       what is read in a text, and why; or why a thing is as it is
    kg export data --format csv -o facts.csv    for other teams
    kg ontology diff old ontology               what changed between two versions of the ontology
    kg check                                    what is wrong with it
    kg evaluate gold                            how well it agrees with annotated texts

Exit status: 0 all went well; 1 done, with something left out or found wrong; 2 not done; 130 interrupted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.ask import ask
from kg.cli.compare import conflicts, diff, gaps
from kg.cli.explain import explain
from kg.cli.export import export, ontology
from kg.cli.options import Verbs, as_json, example, in_build, in_language, progress
from kg.cli.reader import second_reader
from kg.cli.review import review
from kg.cli.serve import mcp, push, serve, token
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.claims.model_reader import Endpoint

# The rooms are imported inside the verbs that use them: `kg --help` answers at once.


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="green-manufacturing-kg", prog_name="kg")
def main() -> None:
    """Reports on green manufacturing -> a knowledge graph in which every fact shows its sentence."""


@main.command(epilog=example("kg build examples", "kg build reports/2024 extra.html --out builds --jobs 4",
                              "kg build reports --reader llm --llm-url http://localhost:8000/v1 --llm-model NAME"
                              ))  # fmt: skip
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True, metavar="DIR",
              help="Folder of builds; the new one is published there.")  # fmt: skip
@click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes.  [default: one a core]")
@click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE",
              help="What people decided: see kg review.  [default: decisions.tsv beside DIR]")  # fmt: skip
@second_reader
@as_json
@click.pass_context
def build(
    ctx: click.Context,
    paths: Sequence[Path],
    out: Path,
    jobs: int | None,
    decisions: Path | None,
    model: Endpoint | None,
    as_json: bool,
) -> None:
    """Read files and folders (text, Markdown, HTML) and publish what they say as a build.

    A file that cannot be read is left out and named, with the reason; the exit status is then 1, as it is where
    decisions contradict each other. With --reader llm a
    language model reads after the rules; what it claims is taken only where the text's own words bear it out. Its key
    is taken from KG_LLM_API_KEY.
    """
    from kg.run import build as run

    with progress() as told:
        report = run(paths, out, jobs=jobs or _cores(), progress=told, model=model, decisions=decisions)
    if as_json:
        click.echo(json.dumps(json.loads(report.to_json()) | {"path": str(report.path)}, ensure_ascii=False, indent=1))
    else:
        click.echo(report.summary())
    ctx.exit(1 if report.left_out or report.reader.get("failed") or report.contradictions else 0)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


main.add_command(ask)


main.add_command(review)
main.add_command(conflicts)
main.add_command(gaps)
main.add_command(diff)
main.add_command(serve)
main.add_command(token)
main.add_command(mcp)
main.add_command(push)


@main.command(epilog=example("kg view -o graph.html", 'kg view --around "Jianqiao Park" -o park.html',
                              "kg view --query recipients -o recipients.html"))  # fmt: skip
@in_build
@click.option("--query", metavar="NAME", help="Draw what a query of the library finds.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of that query; repeatable.")
@click.option("--around", metavar="ENTITY", help="Draw what lies around one entity: its name, or its IRI.")
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("graph.html"), show_default=True,
              metavar="FILE")  # fmt: skip
@in_language
def view(
    build_dir: Path | None, query: str | None, params: Sequence[str], around: str | None, out: Path, lang: str
) -> None:
    """Write the graph as one HTML file that opens anywhere, without a server and without a request."""
    from kg.store import open_build
    from kg.view import write_html

    if query and around:
        raise KgError("Give --query or --around, not both.")
    pairs = dict(param.partition("=")[::2] for param in params)
    write_html(open_build(build_dir), out, query=query, params=pairs, around=around, lang=lang)
    click.echo(f"Written: {out}", err=True)


main.add_command(explain)
main.add_command(export)
main.add_command(ontology)


@main.command(epilog=example("kg check", "kg check --reason"))
@in_build
@click.option("--reason", "reasoned", is_flag=True, help="Also ask HermiT whether the ontology is consistent (Java).")
@as_json
@click.pass_context
def check(ctx: click.Context, build_dir: Path | None, reasoned: bool, as_json: bool) -> None:
    """Tell what is wrong with the published build, each with its sentence: shapes and hygiene queries.

    The exit status is 1 where there are violations; warnings alone leave it 0.
    """
    from kg.check import check as run
    from kg.store import open_build

    violations = run(open_build(build_dir))
    if as_json:
        click.echo(json.dumps([violation.to_dict() for violation in violations], ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(map(str, violations)) or "Nothing wrong was found.")
    failed = any(violation.severity == "violation" for violation in violations)
    if reasoned:
        from kg.reason import reason

        found = reason()
        click.echo(str(found), err=as_json)
        failed |= not found.sound
    ctx.exit(1 if failed else 0)


@main.command(epilog=example("kg evaluate gold", "kg evaluate gold --build builds --json",
                              "kg evaluate --pairs tests/corpus/names.tsv"))  # fmt: skip
@click.argument("gold_dir", required=False, type=click.Path(path_type=Path))
@click.option("--pairs", type=click.Path(path_type=Path), metavar="FILE",
              help="Instead: how well names are put together, against labelled ones.")  # fmt: skip
@in_build
@as_json
def evaluate(gold_dir: Path | None, pairs: Path | None, build_dir: Path | None, as_json: bool) -> None:
    """Precision, recall and F1 of the published build against annotated texts: JSON files named as the texts."""
    if (gold_dir is None) == (pairs is None):
        raise KgError("Give either a folder of annotated texts, or --pairs with a file of labelled names.")
    if pairs is not None:
        from kg.evaluate.names import evaluate_names

        names = evaluate_names(pairs)
        click.echo(names.to_json() if as_json else names.to_text())
    if gold_dir is not None:
        from kg.evaluate import evaluate as run
        from kg.store import open_build

        result = run(gold_dir, open_build(build_dir).facts())
        click.echo(result.to_json() if as_json else result.to_text())
