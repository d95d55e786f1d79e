"""The verbs of the server: `kg serve` and what belongs to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from kg.cli.options import example, in_build

_TOKENS = Path("tokens")


@click.command(epilog=example("kg serve", "kg serve --port 9000 --workers 8 --timeout 10",
                              "kg serve --updates --tokens tokens",
                              "kg serve --root-path /kg --forwarded"))  # fmt: skip
@in_build
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Query processes.  [default: one a core]")
@click.option("--timeout", default=30.0, show_default=True, type=click.FloatRange(min=0, min_open=True),
              help="Seconds that a query may take.")  # fmt: skip
@click.option("--max-rows", type=click.IntRange(min=1), help="Rows or triples of one answer.  [default: 200000]")
@click.option("--memory", type=click.IntRange(min=0), metavar="MB", help="Memory of one query; 0 for no limit.  "
              "[default: its share of the machine's, at most 4096]")  # fmt: skip
@click.option("--queue", type=click.IntRange(min=0), help="Requests that may wait.  [default: 1000]")
@click.option("--share", type=click.IntRange(min=1), help="Requests of one client at once.  [default: 400]")
@click.option("--rate", type=click.FloatRange(min=0), help="Requests a second of one client of another machine; "
              "0 for no limit.  [default: 100]")  # fmt: skip
@click.option("--updates", is_flag=True, help="Let those with a token change the data.")
@click.option("--tokens", type=click.Path(path_type=Path), metavar="FILE", help="Hashed tokens.  [default: tokens]")
@click.option("--allow-service", "services", multiple=True, metavar="URL",
              help="An address that SERVICE and LOAD may ask; repeatable.")  # fmt: skip
@click.option("--store", metavar="URL", help="Serve the data of a remote SPARQL 1.1 endpoint instead of a build.")
@click.option("--review", type=click.Path(path_type=Path), metavar="FILE",
              help="Let people on this machine decide, at /review; what they decide is written to FILE.")  # fmt: skip
@click.option("--root-path", metavar="PATH", help="Path under which a proxy shows this server.")
@click.option("--forwarded", is_flag=True, help="Believe X-Forwarded-For, -Proto and -Host of a proxy before it.")
@click.option("--public-base", metavar="URL", help="Address by which the world knows this server.")
@click.option("--access-log", metavar="FILE", help="Log of requests as JSON lines; - for standard error.")
@click.option("--log-queries", is_flag=True, help="Let the logs hold the text of queries.")
@click.option(
    "--slow", type=click.FloatRange(min=0), help="Seconds from which a query is logged as slow.  [default: 5]"
)
def serve(build_dir: Path | None, host: str, port: int, workers: int | None, timeout: float, **given: Any) -> None:
    """Serve the published build: SPARQL endpoint, query forms, pages. A new build is taken over as it is published."""
    from kg.serve import Settings
    from kg.serve import serve as run

    run(build_dir or Path("build"), host, port, workers or 0, timeout, settings=Settings(**_settings(given)))


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as `Settings` has them."""
    chosen = {name: value for name, value in given.items() if value is not None}
    if "memory" in chosen:
        chosen["memory"] *= 1024 * 1024
    tokens = chosen.pop("tokens", _TOKENS)
    chosen["review"] = str(chosen.get("review", ""))
    return chosen | {"tokens": str(tokens) if chosen["updates"] else ""}


@click.command(epilog=example("kg token alice", "kg token ci --tokens /etc/kg/tokens"))
@click.argument("name")
@click.option("--tokens", type=click.Path(path_type=Path), default=_TOKENS, show_default=True, metavar="FILE",
              help="Where its hash is kept.")  # fmt: skip
def token(name: str, tokens: Path) -> None:
    """Make a token with which NAME may change data; it is shown once, and only its hash is kept."""
    from kg.serve.tokens import create

    click.echo(create(tokens, name))
    click.echo(f"Its hash stands in {os.fspath(tokens)}. It is not shown again.", err=True)


@click.command(
    epilog=example("kg push http://127.0.0.1:7878/update", "kg push https://kg.example.org/sparql --build b")
)
@click.argument("url")
@in_build
@click.option("--token", envvar="KG_TOKEN", help="Token of a server that asks for one; better given as $KG_TOKEN.")
@click.option("--default-graph", metavar="IRI", help="Graph for what stands in the default graph, where the store has "
              "no such graph (Virtuoso).")  # fmt: skip
def push(url: str, build_dir: Path | None, token: str | None, default_graph: str | None) -> None:
    """Put the data of the published build into a remote store, by SPARQL updates to URL."""
    from kg.serve.push import push as run
    from kg.store import open_build

    click.echo(f"{run(open_build(build_dir), url, token or '', default_graph or '')} quads sent.")


@click.command(epilog=example("kg mcp", "kg mcp --build builds", "kg mcp --http --port 8081"))
@in_build
@click.option("--http", is_flag=True, help="Streamable HTTP instead of standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at, with --http.")
@click.option("--port", default=8081, show_default=True, type=click.IntRange(1, 65535), help="With --http.")
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(min=1), metavar="N", help="Query processes."
)
def mcp(build_dir: Path | None, http: bool, host: str, port: int, workers: int) -> None:
    """Give language-model agents the graph as tools (Model Context Protocol); needs the extra `mcp`."""
    from kg.errors import KgError
    from kg.serve import Settings

    try:
        from kg.serve.agent import run
    except ModuleNotFoundError as error:
        raise KgError(
            f"{error.name} is not installed. Install it: pip install 'green-manufacturing-kg[mcp]'"
        ) from error
    run(build_dir or Path("build"), Settings(workers=workers), http=http, host=host, port=port)
