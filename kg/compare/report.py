"""A difference of two builds for people (text, Markdown, one HTML file) and for programs (JSON, RDF).

RDF comes in two kinds: RDF Patch makes the later graph of the earlier one, line by line; the changes themselves, with
their causes, come in the Changeset vocabulary (http://vocab.org/changeset/).
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator

from kg.compare.diff import Change, Difference
from kg.errors import KgError
from kg.facts import digest
from kg.graph import RDF, Literal, Quad, document_iri, line
from kg.store import GRAPH, Build

TITLES = {"document": "Documents", "entity": "Entities", "fact": "Facts", "figure": "Figures"}

_CHANGES, _TERMS = "http://purl.org/vocab/changeset/schema#", "http://purl.org/dc/terms/"
_TAG = "tag:green-manufacturing-kg,2025:"

_STYLE = """
:root { color-scheme: light dark; --ink: #14211b; --soft: #56645d; --ground: #fbfcfa; --rule: #dde4de; --add: #0b6e4f; --del: #8a2c0d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8efea; --soft: #a3b1a9; --ground: #101714; --rule: #2f3c36; --add: #5fd0a4; --del: #ffb59a; } }
body { margin: 0 auto; max-width: 1100px; padding: 24px; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; } h2 { font-size: 18px; margin-top: 32px; } code { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: 7px 10px 7px 0; border-bottom: 1px solid var(--rule); }
td:first-child { white-space: nowrap; font-weight: 600; width: 8em; } td:last-child { width: 30%; } .added { color: var(--add); } .removed { color: var(--del); }
.soft { color: var(--soft); font-size: 13px; } blockquote { margin: 4px 0 0; padding-left: 10px; border-left: 3px solid var(--rule); }
"""  # noqa: E501


def to_text(found: Difference) -> str:
    """For the terminal."""
    lines = [_headline(found)]
    for kind, title in TITLES.items():
        changes = found.of(kind)
        lines += ["", f"{title}: {_counted(found, kind)}"] if changes else []
        for one in changes:
            lines.append(f"  {one.what:8} {one.text}  [{one.cause}]")
            lines += (f"           {path}: {sentence}" for path, sentence in one.sentences)
    return "\n".join(lines) + "\n"


def to_markdown(found: Difference) -> str:
    """For a page in a repository, or a message."""
    lines = [f"# {_headline(found)}"]
    for kind, title in TITLES.items():
        changes = found.of(kind)
        lines += ["", f"## {title}: {_counted(found, kind)}", ""] if changes else []
        for one in changes:
            lines.append(f"- **{one.what}** {_plain(one.text)} ({_plain(one.cause)})")
            lines += (f"  - {_plain(path)}: > {_plain(sentence)}" for path, sentence in one.sentences)
    return "\n".join(lines) + "\n"


def to_html(found: Difference) -> str:
    """One file without a request or a script."""
    escape: Callable[[str], str] = html.escape
    body = [f"<h1>{escape(_headline(found))}</h1>"]
    for kind, title in TITLES.items():
        changes = found.of(kind)
        if changes:
            body.append(f"<h2>{title}: {escape(_counted(found, kind))}</h2><table>")
            body += (_row(one) for one in changes)
            body.append("</table>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Two builds compared</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def to_json(found: Difference) -> str:
    """For programs."""
    return json.dumps(found.to_dict(), ensure_ascii=False, indent=1) + "\n"


def to_patch(before: Build, after: Build) -> Iterator[str]:
    """Lines of RDF Patch: what must be deleted and added to make the later graph of the earlier one."""
    try:
        with (before.path / GRAPH).open(encoding="utf-8") as olds, (after.path / GRAPH).open(encoding="utf-8") as news:
            yield "TX .\n"
            old, new = next(olds, ""), next(news, "")
            while old or new:  # both files are sorted
                if old == new:
                    old, new = next(olds, ""), next(news, "")
                elif new and (not old or new < old):
                    yield f"A {new}"
                    new = next(news, "")
                else:
                    yield f"D {old}"
                    old = next(olds, "")
            yield "TC .\n"
    except OSError as error:
        raise KgError(f"Cannot read the graphs of the builds: {error}. Run `kg build` again.") from error


def to_rdf(found: Difference) -> str:
    """Each change with what it is about, in words, and its cause: sorted N-Triples."""
    lines = set()
    for one in found.changes:
        node = f"{_TAG}change/{digest(found.before, found.after, one.kind, one.what, one.iri, one.text)}"
        about = one.iri if ":" in one.iri else document_iri(one.iri)
        said: tuple[tuple[str, str | Literal], ...] = (
            (RDF + "type", _CHANGES + "ChangeSet"),
            (_CHANGES + "subjectOfChange", about),
            (_CHANGES + "changeReason", Literal(one.cause)),
            (_TERMS + "type", Literal(f"{one.kind} {one.what}")),
            (_TERMS + "description", Literal(one.text, "en")),
            (_TERMS + "replaces", f"{_TAG}build/{found.before}"),
            (_TERMS + "isPartOf", f"{_TAG}build/{found.after}"),
            *((_TERMS + "source", Literal(f"{path}: {sentence}")) for path, sentence in one.sentences),
        )
        lines |= {line(Quad(node, predicate, value)) for predicate, value in said}
    return "".join(sorted(lines))


def _row(one: Change) -> str:
    said = "".join(
        f'<blockquote class="soft">{html.escape(sentence)}<br>{html.escape(path)}</blockquote>'
        for path, sentence in one.sentences
    )
    return (
        f'<tr><td class="{one.what}">{one.what}</td><td>{html.escape(one.text)}{said}</td>'
        f'<td class="soft">{html.escape(one.cause)}</td></tr>'
    )


def _headline(found: Difference) -> str:
    if not found.changes:
        more = "." if found.same else ", and differ in how; as lines of the graph: --format patch."
        return f"{found.before} and {found.after} say the same{more}"
    came, went = found.evidence
    number = len(found.changes)
    changes = "1 change" if number == 1 else f"{number} changes"
    return f"{found.before} -> {found.after}: {changes}; sentences of evidence: {came} added, {went} gone"


def _counted(found: Difference, kind: str) -> str:
    counts = ((what.split()[1], n) for what, n in sorted(found.counts.items()) if what.split()[0] == kind)
    return ", ".join(f"{n} {what}" for what, n in counts)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join("\\" + char if char in "\\`*_[]<>#|" else char for char in text.replace("\n", " "))
