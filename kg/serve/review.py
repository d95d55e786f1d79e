"""The page on which people decide, where `kg serve --review FILE` allows it.

It writes only the file of decisions; what is served changes with the next build. Only this machine may use it: the
request must come from a loopback address and name one as its host (so that no other site's name can be pointed here),
and a decision must carry the page's own token and come from the page's own origin.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from kg.decisions import CORRECTIONS, Decision, Decisions, FactKey, Key, Verdict, read_decisions
from kg.errors import KgError
from kg.review import Candidate, candidates, decide
from kg.serve import clients, web
from kg.serve.reply import Problem, Reply
from kg.serve.request import Request
from kg.store import Build

PATH = "/review"
METHODS = "GET, HEAD, POST, OPTIONS"
SHOWN = 50
"""Questions on one page."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(slots=True)
class Desk:
    """Where people decide on the published build."""

    path, methods = PATH, METHODS
    file: Path
    root: str = ""
    """The root path of the server."""
    _token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def answer(self, request: Request, folder: Path, lang: str, body: bytes) -> Reply:
        """The page, or what became of a decision."""
        self._admit(request)
        if request.method != "POST":
            asked = dict(parse_qsl(request.query_string.decode("utf-8", "replace")))
            return await asyncio.to_thread(self._page, folder, lang, asked)
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        here = urlsplit(request.origin)
        if request.headers.get("origin") != f"{here.scheme}://{here.netloc}":
            raise Problem(403, "other-origin", "A decision must come from this server's own page.")
        if not hmac.compare_digest(form.get("token", "").encode(), self._token.encode()):
            raise Problem(403, "stale-page", "The page is from before the server was started. Load it again.")
        async with self._writing:
            return await asyncio.to_thread(self._decided, folder, lang, form)

    def _admit(self, request: Request) -> None:
        if not clients.here(request.client) or urlsplit(request.origin).hostname not in _HERE:
            raise Problem(403, "review", "Decisions are taken on this machine only, at a loopback address.")

    def _decided(self, folder: Path, lang: str, form: dict[str, str]) -> Reply:
        field_, value = form.get("field", ""), form.get("value", "")
        try:
            decide(
                Build(folder),
                self.file,
                form.get("what", ""),
                cast(Verdict, form.get("verdict", "")),
                author=form.get("by", ""),
                comment=form.get("why", ""),
                other=form.get("other", ""),
                name=form.get("name", ""),
                language=form.get("name_language", ""),
                corrections={field_: value} if field_ else {},
            )
        except KgError as error:
            return self._page(folder, lang, form, str(error))
        kept = {name: form[name] for name in ("by", "kind") if form.get(name)}
        where = f"{self.root}{PATH}" + (f"?{urlencode(kept)}" if kept else "")
        return Reply(303, "text/plain; charset=utf-8", b"", (("location", where),))

    def _page(self, folder: Path, lang: str, asked: dict[str, str], wrong: str = "") -> Reply:
        build = Build(folder)
        decisions, message = self._read()
        kind = asked.get("kind", "")
        waiting = [one for one in candidates(build, decisions) if kind in ("", one.kind)]
        words = web.words()
        values: dict[str, Any] = {
            "w": words[lang],
            "lang": lang,
            "languages": [(code, words[code]["language"]) for code in words],
            "path": PATH,
            "root": self.root,
            "parameters": [(name, asked[name]) for name in ("by", "kind") if asked.get(name)],
            "href": self._href,
            "build": build.manifest,
            "waiting": waiting[:SHOWN],
            "answers": _answers,
            "total": len(waiting),
            "kind": kind,
            "kinds": ("similar", "namesake", "fact"),
            "corrections": CORRECTIONS,
            "by": asked.get("by", ""),
            "token": self._token,
            "wrong": wrong or message,
            "decisions": [_told(one) for one in sorted(decisions.all, key=lambda one: one.date, reverse=True)],
            "contradictions": decisions.contradictions,
            "file": self.file.name,
        }
        status = 400 if wrong else 200
        # where no page may tell whence it comes, a browser calls the origin of its forms "null"
        headers = (("referrer-policy", "same-origin"), ("cache-control", "no-store"))
        return Reply(status, "text/html; charset=utf-8", web.render("review.html.jinja", values), headers)

    def _read(self) -> tuple[Decisions, str]:
        try:
            return read_decisions(self.file), ""
        except KgError as error:
            return Decisions((), (), ()), str(error)

    def _href(self, iri: str) -> str:
        return f"{self.root}/about?iri={quote(iri, safe='')}" if iri.startswith("http") else ""


def _answers(one: Candidate) -> tuple[str, ...]:
    return ("accept", "reject", "undecided") if one.kind == "fact" else ("same", "different", "undecided")


def _told(one: Decision) -> dict[str, Any]:
    about = one.about
    parts = (about.subject, about.predicate, about.object) if isinstance(about, FactKey) else (about, one.other)
    changed = "; ".join(f"{name}: {value}" for name, value in sorted(one.corrections.items()))
    said = " · ".join(_plain(str(part)) for part in (*parts, one.name, changed) if part)
    return {"verdict": one.verdict, "said": said, "by": one.author, "on": one.date, "why": one.comment}


def _plain(text: str) -> str:
    """A key as people read it: its name."""
    return Key.parse(text).name if text.startswith("name:") else text
