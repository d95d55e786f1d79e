"""`kg explain`: why a text is read as it is, and why the graph holds what no text says."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.cli.options import as_json, example, in_build, in_language
from kg.errors import KgError


@click.command(epilog=example("kg explain report.txt", "kg explain bericht.html --html warum.html --lang de",
                              'kg explain "Quarry Cement"'))  # fmt: skip
@click.argument("what", metavar="FILE|IRI")
@click.option("--html", "out", type=click.Path(path_type=Path), metavar="OUT", help="Of a file: write a page instead.")
@in_build
@in_language
@as_json
def explain(what: str, out: Path | None, build_dir: Path | None, lang: str, as_json: bool) -> None:
    """Show why: of a file, each claim under its sentence; of an IRI or a name, what the rules concluded.

    A file is shown with what made each claim and what was nearly claimed, for whoever adds words, units or
    relations: see CONTRIBUTING. A thing of the graph is shown with each triple that was concluded about it, the
    rule, and what that was concluded from, down to the sentences; a node of the inferred graph with its own triple.
    """
    if Path(what).is_file():
        _file(Path(what), out, lang, as_json)
    elif out is not None or ("://" not in what and Path(what).suffix and not what.endswith(".")):
        raise KgError(f"{what} cannot be read: there is no such file.")
    else:
        _thing(what, build_dir, lang, as_json)


def _thing(what: str, build_dir: Path | None, lang: str, as_json: bool) -> None:
    from kg.explain import derive, told
    from kg.explain.words import Words
    from kg.store import open_build

    build = open_build(build_dir)
    steps = derive(build, what, build.manifest["base"])
    if as_json:
        click.echo(json.dumps([step.to_dict() for step in steps], ensure_ascii=False, indent=1))
    else:
        shown = [told(step, build, lang) for step in steps]
        click.echo("\n".join(shown) or Words(lang)["nothing_inferred"].format(name=what))


def _file(file: Path, out: Path | None, lang: str, as_json: bool) -> None:
    from kg.documents import Rejected, read_file
    from kg.explain import as_json as to_json
    from kg.explain import explain as run
    from kg.explain import show, write_html

    document = read_file(file)
    if isinstance(document, Rejected):
        raise KgError(f"{document.source} cannot be read: {document.reason}")
    found = run(document)
    if out is not None:
        write_html(found, out, lang)
        click.echo(f"Written: {out}", err=True)
    if as_json:
        click.echo(to_json(found))
    elif out is None:
        from rich.console import Console

        show(found, Console(soft_wrap=True, highlight=False), lang)
