"""What the verbs share: how errors end them, options, progress."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from kg.errors import KgError


class Verbs(click.Group):
    """A group whose errors are sentences, and whose exit status tells how it went."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; the outermost group alone is given to `main`, so that errors are told once."""
        try:
            return super().invoke(ctx)
        except KgError as error:
            click.echo(f"kg: {error}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("kg: interrupted. What was published before is as it was.", err=True)
            ctx.exit(130)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people use them."""
        return list(self.commands)


def example(*lines: str) -> str:
    """The end of a help page; \\b keeps click from joining the lines."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def _known_language(ctx: click.Context, param: click.Parameter, value: str) -> str:
    from kg.ontology import load

    if value not in load().languages:
        raise KgError(f"There is no language {value!r}. Languages: {', '.join(load().languages)}.")
    return value


in_build = click.option(
    "--build",
    "build_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of builds, or one build.  [default: build]",
)
in_language = click.option(
    "--lang", default="en", show_default=True, metavar="CODE", callback=_known_language, help="Language of the labels."
)
as_json = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """What a long step calls to show how far it is; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def told(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=None)
            # of files to come, nobody knows the number yet
            bar.update(tasks[step], completed=done, total=None if step == "read" else total)

        yield told
