"""`kg review`: people look at what the rules could not tell, and decide."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from kg.cli.options import as_json, example, in_build
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.decisions import Decisions, Verdict
    from kg.review import Candidate
    from kg.store import Build

_VERDICTS = ("same", "different", "undecided", "rename", "accept", "reject", "correct")

_in_decisions = click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file of decisions.  [default: decisions.tsv beside the folder of builds]",
)
_by = click.option("--by", "author", metavar="WHO", help="Who decides.  [default: the account]")


def _opened(build_dir: Path | None, decisions: Path | None) -> tuple[Build, Path]:
    from kg.run import decisions_of
    from kg.store import MANIFEST, open_build

    root = build_dir or Path("build")
    root = root.parent if (root / MANIFEST).is_file() else root
    return open_build(build_dir), decisions or decisions_of(root)


def _who(author: str | None) -> str:
    if author:
        return author
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise KgError("This account has no name. Say who decides with --by.") from error


@click.group(invoke_without_command=True,
             epilog=example("kg review", "kg review list --limit 20",
                            'kg review decide 1a2b3c4d same --why "same address" --by Ada',
                            'kg review decide "Quarry Cement" rename --name "Quarry plc" --lang en'))  # fmt: skip
@in_build
@_in_decisions
@_by
@click.pass_context
def review(ctx: click.Context, build_dir: Path | None, decisions: Path | None, author: str | None) -> None:
    """Decide what the rules could not: which names are one thing, which facts hold. Asks, most used first.

    Every build replays the decisions; they stand in a text file that can be merged, read and put under version control.
    """
    if ctx.invoked_subcommand:
        ctx.default_map = {ctx.invoked_subcommand: ctx.params}
        return
    from kg.decisions import read_decisions
    from kg.review import candidates

    build, file = _opened(build_dir, decisions)
    waiting = candidates(build, read_decisions(file))
    if not waiting:
        click.echo("Nothing waits for a decision.")
        return
    done = 0
    for number, one in enumerate(waiting, 1):
        try:
            answer = _asked(one, number, len(waiting))
        except EOFError:  # nobody is there to answer
            answer = "quit"
        if answer == "quit":
            break
        if answer != "later":
            done += _decided(build, file, one, cast("Verdict", answer), _who(author))
    click.echo(f"{done} decisions written to {file}. They hold from the next `kg build` on.")


def _asked(one: Candidate, number: int, total: int) -> str:
    from rich.console import Console
    from rich.markup import escape
    from rich.prompt import Prompt

    console = Console()
    console.print(f"\n[bold]{escape(one.text)}[/bold]   {one.kind}, {one.score:g}, used {one.uses} times "
                  f"({number} of {total})")  # fmt: skip
    for source, text in one.quotes:
        console.print(f"  [dim]{escape(source)}[/dim]\n  {escape(text)}")
    answers = ["accept", "reject", "correct"] if one.kind == "fact" else ["same", "different"]
    return Prompt.ask("Your answer", console=console, choices=[*answers, "undecided", "later", "quit"], default="later")


def _decided(build: Build, file: Path, one: Candidate, verdict: Verdict, author: str) -> int:
    from rich.prompt import Prompt

    from kg.decisions import CORRECTIONS
    from kg.review import decide

    new = {}
    if verdict == "correct":
        given = Prompt.ask(f"What is to stand instead, as field=value; fields: {', '.join(CORRECTIONS)}")
        new = _pairs(given.split(";"))
    why = Prompt.ask("Why", default="")
    try:
        decide(build, file, one.id, verdict, author=author, comment=why, corrections=new)
    except KgError as error:
        click.echo(f"Not written: {error}", err=True)
        return 0
    return 1


def _pairs(given: Sequence[str]) -> dict[str, str]:
    pairs = dict((name.strip(), value.strip()) for name, _, value in (one.partition("=") for one in given if one))
    if not all(name and value for name, value in pairs.items() if name != "max"):
        raise KgError("A correction is written as field=value.")
    return pairs


@review.command("list", epilog=example("kg review list --kind similar --json"))
@in_build
@_in_decisions
@click.option("--kind", type=click.Choice(["similar", "namesake", "fact"]), help="Only questions of this kind.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N")
@as_json
def list_(build_dir: Path | None, decisions: Path | None, kind: str | None, limit: int, as_json: bool) -> None:
    """List the questions that wait for a decision, most used first."""
    from kg.decisions import read_decisions
    from kg.review import candidates

    build, file = _opened(build_dir, decisions)
    waiting = [one for one in candidates(build, read_decisions(file)) if kind in (None, one.kind)]
    if as_json:
        click.echo(json.dumps([one.to_dict() for one in waiting[:limit]], ensure_ascii=False, indent=1))
        return
    for one in waiting[:limit]:
        click.echo(f"{one.id}  {one.kind:8}  {one.score:5g}  {one.uses:4}  {one.text}")
    click.echo(f"{min(limit, len(waiting))} of {len(waiting)} questions.", err=True)


@review.command(epilog=example('kg review decide 1a2b3c4d different --why "two districts"',
                               'kg review decide "Ostufer Bank" same --with "Bank Ostufer"',
                               "kg review decide FACT_IRI correct --new status=actual --new value=4007"))  # fmt: skip
@click.argument("what")
@click.argument("verdict", type=click.Choice(_VERDICTS))
@click.option("--with", "other", default="", metavar="THING", help="The other thing: a name, key or IRI.")
@click.option("--name", default="", help="The new name, of a renaming.")
@click.option("--lang", "language", default="", metavar="CODE", help="Its language.")
@click.option(
    "--new", "corrections", multiple=True, metavar="FIELD=VALUE", help="What is to stand instead; repeatable."
)
@click.option("--why", "comment", default="", help="Why.")
@click.option("--date", "day", default="", metavar="DATE", help="When, as 2026-11-22.  [default: today]")
@in_build
@_in_decisions
@_by
def decide(
    what: str, verdict: str, other: str, name: str, language: str, corrections: Sequence[str], comment: str,
    day: str, build_dir: Path | None, decisions: Path | None, author: str | None,
) -> None:  # fmt: skip
    """Write down a decision on WHAT: the id of a question, the IRI of a fact, or a thing's name, key or IRI."""
    from kg.review import decide as run

    build, file = _opened(build_dir, decisions)
    run(
        build, file, what, cast("Verdict", verdict), author=_who(author), comment=comment, other=other,
        name=name, language=language, corrections=_pairs(corrections), day=day,
    )  # fmt: skip
    click.echo(f"Written to {file}. It holds from the next `kg build` on.", err=True)


@review.command(epilog=example("kg review check"))
@in_build
@_in_decisions
@click.pass_context
def check(ctx: click.Context, build_dir: Path | None, decisions: Path | None) -> None:
    """Tell which decisions contradict each other, with their lines; the exit status is then 1."""
    from kg.decisions import read_decisions
    from kg.run import decisions_of

    file = decisions or decisions_of(build_dir or Path("build"))
    read: Decisions = read_decisions(file)
    for text in read.contradictions:
        click.echo(text)
    click.echo(f"{len(read.all)} decisions in {file}, {len(read.valid)} of them hold.", err=True)
    ctx.exit(1 if read.contradictions else 0)
