"""`kg ask`: each query of the library is a verb of its own, with its parameters as options."""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import as_json, example, in_build, in_language
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.ask import Query

_PIPED_WIDTH = 200
"""Characters in a line of a table that goes to a file or another program, if $COLUMNS does not say."""


class _Queries(click.Group):
    """The verbs of `kg ask`: the query library, each query with its parameters as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from kg.ask import library

        return sorted(library())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        from kg.ask import library

        queries = library()
        if cmd_name not in queries:
            near = difflib.get_close_matches(cmd_name, queries, n=3)
            meant = f" Did you mean {' or '.join(near)}?" if near else ""
            raise KgError(f"There is no query named {cmd_name!r}.{meant} `kg ask` lists them all.")
        return _verb_of(queries[cmd_name])


def _verb_of(query: Query) -> click.Command:
    options: list[click.Parameter] = [
        click.Option(
            [f"--{param.name.replace('_', '-')}", f"param_{param.name}"],
            metavar=param.type,
            help="Needed." if param.required else None,
        )
        for param in query.params
    ]
    help_text = query.summary.get("en") or next(iter(query.summary.values()))
    if query.params:
        help_text += "\n\nA parameter takes a name in any language, or an IRI."
    verb = click.Command(
        query.name, params=options, callback=_ask_one(query.name), help=help_text, epilog=example(query.example)
    )
    for option in (in_build, _in_format, in_language, as_json):
        verb = option(verb)
    return verb


_in_format = click.option(
    "--format", "fmt", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)


@click.group(cls=_Queries, invoke_without_command=True, subcommand_metavar="[NAME [--PARAM VALUE]...]",
            epilog=example("kg ask", "kg ask recipients --format csv", "kg ask money-chain --help"))  # fmt: skip
@in_build
@_in_format
@in_language
@as_json
@click.pass_context
def ask(ctx: click.Context, build_dir: Path | None, fmt: str, lang: str, as_json: bool) -> None:
    """Ask the published build one query of the library; without a name, list the library."""
    if ctx.invoked_subcommand:
        # the options may stand before the query's name too
        ctx.default_map = {ctx.invoked_subcommand: ctx.params}
        return
    from kg.ask import library

    queries = library().values()
    summaries = {q.name: q.summary.get(lang) or q.summary.get("en") or next(iter(q.summary.values())) for q in queries}
    if as_json or fmt == "json":
        listed = [
            {"name": q.name, "summary": summaries[q.name], "params": {p.name: p.type for p in q.params}}
            for q in queries
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    width = max(map(len, summaries), default=0)
    click.echo("\n".join(f"{name:{width}}  {summary}" for name, summary in sorted(summaries.items())))
    click.echo("\nParameters and an example of one: kg ask NAME --help")


def _ask_one(name: str) -> Callable[..., None]:
    def run(build_dir: Path | None, fmt: str, lang: str, as_json: bool, **given: str | None) -> None:
        from kg.ask import ask
        from kg.store import open_build

        params = {key.removeprefix("param_"): value for key, value in given.items() if value is not None}
        table = ask(open_build(build_dir), name, params, lang)
        if as_json or fmt == "json":
            text = table.to_json()
        elif fmt == "csv":
            text = table.to_csv()
        else:
            text = table.to_text(shutil.get_terminal_size((_PIPED_WIDTH, 0)).columns)
        click.echo(text, nl=False)
        if not table.rows:
            click.echo("Nothing found.", err=True)

    return run
