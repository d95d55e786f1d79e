"""For language-model agents: the graph as tools of a Model Context Protocol server. Every answer carries its sources.

The tools ask the same killable processes as the HTTP server, with tighter limits: an agent reads every row it gets.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import pyoxigraph as ox
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from kg.ask import library
from kg.errors import KgError
from kg.serve import web
from kg.serve.pool import Pool
from kg.serve.reply import Problem
from kg.serve.settings import Settings

PACKAGE = "green-manufacturing-kg"
ROWS, BYTES, SECONDS = 200, 200_000, 10.0
"""Limits of one answer."""
CITED, SENTENCES = 12, 2
"""Of so many things and facts in an answer, so many sentences each are told beside it."""
_INSTRUCTIONS = """A knowledge graph read from reports. Every fact has the sentence it came from.
Begin with `search` to find an entity's IRI, then `describe` it, or `ask` a prepared query; `evidence` gives the
sentences behind a fact or entity. `sparql` is for what these do not answer. Cite the sentence and its document."""
Json = dict[str, Any]
Name = Annotated[str, Field(min_length=1, max_length=200, description="A name in any language, or an IRI.")]
_LANGUAGES: list[Any] = list(web.languages())
Language = Annotated[str, Field(description="Language of the labels.", json_schema_extra={"enum": _LANGUAGES})]
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)


class Graph:
    """Asks the pool, and gives its answers as plain data."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def api(self, path: str, lang: str, **parameters: str) -> Any:
        """What the HTTP API answers at a path."""
        pairs = [[name, value] for name, value in parameters.items()]
        job = {
            "kind": "api",
            "path": path,
            "parameters": pairs,
            "lang": lang,
            "accept": "application/json",
            "origin": "",
        }
        return await self._run(job)

    async def sparql(self, query: str) -> Any:
        """The answer of a query: rows as JSON, triples as Turtle."""
        accept = "application/sparql-results+json, text/turtle;q=0.9"
        return await self._run({"kind": "sparql", "query": query, "accept": accept})

    async def sources(self, iris: Iterable[str], lang: str = "en") -> list[Json]:
        """The sentences behind what an answer names: of the first things and facts in it, the first of each."""
        found: list[Json] = []
        for iri in list(dict.fromkeys(iris))[:CITED]:
            with suppress(KgError):  # a class, a document, another's IRI: nothing that sentences tell of
                told = await self.api("/api/evidence", lang, iri=iri)
                found += [{"iri": iri, **one} for one in told[:SENTENCES]]
        return found

    async def _run(self, job: Json) -> Any:
        reply = await self._pool.run(json.dumps(job, ensure_ascii=False).encode())
        if reply.status >= 400:
            problem = json.loads(reply.body)
            told = " ".join(str(problem[key]) for key in ("detail", "hint") if key in problem)
            raise KgError(told.replace("/api/entities?q=", "The tool `search`"))
        cut = dict(reply.headers).get("x-result-truncated", "").partition(";")[0]
        cut = cut and f"{cut}; ask for the rest with OFFSET and LIMIT"
        if not reply.media_type.endswith("json"):
            return {"turtle": reply.body.decode(), "truncated": cut}
        found = json.loads(reply.body)
        if isinstance(found, dict) and cut:
            found["truncated"] = cut
        return found


class _Shared:
    """One pool for all sessions: it starts with the first, and ends with the last."""

    def __init__(self, build_root: Path, settings: Settings) -> None:
        self._root = build_root
        self._settings = settings
        self._sessions = 0
        self._lock = asyncio.Lock()
        self._pool: Pool | None = None

    @asynccontextmanager
    async def session(self, _: MCPServer[Graph]) -> AsyncIterator[Graph]:
        """Around one session (or around the server, as the transport has it)."""
        async with self._lock:
            if self._pool is None:
                self._pool = Pool(self._root, self._settings, lambda text: print(text, file=sys.stderr, flush=True))
                await self._pool.start()
            self._sessions += 1
        try:
            yield Graph(self._pool)
        finally:
            self._sessions -= 1
            if not self._sessions:
                pool, self._pool = self._pool, None
                await pool.close()


Asked = Context[Graph, Any]


def server(build_root: Path, settings: Settings) -> MCPServer[Graph]:
    """The MCP server of the published build."""
    tight = replace(settings, max_rows=ROWS, max_bytes=BYTES, timeout=min(settings.timeout, SECONDS)).resolved()
    shared = _Shared(build_root, tight)
    made: MCPServer[Graph] = MCPServer(PACKAGE, instructions=_INSTRUCTIONS, version=_version(), lifespan=shared.session)
    _add_tools(made)
    return made


def _version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def _add_tools(made: MCPServer[Graph]) -> None:
    @made.tool(annotations=_READS)
    async def search(
        ctx: Asked, text: Name, lang: Language = "en", limit: Annotated[int, Field(ge=1, le=50)] = 10
    ) -> list[Json]:
        """Find entities by name (any language, parts of names) or by what sentences say of them."""
        graph = _graph(ctx)
        found: list[Json] = await _told(graph.api("/api/entities", lang, q=text, limit=str(limit)))
        return [hit | {"sources": await _told(graph.sources([hit["iri"]], lang))} for hit in found]

    @made.tool(annotations=_READS)
    async def describe(ctx: Asked, entity: Name, lang: Language = "en") -> Json:
        """What is known of one entity: class, names, facts and figures, each with sentence, document and offsets."""
        found: Json = await _told(_graph(ctx).api("/api/describe", lang, entity=entity))
        return found

    @made.tool(annotations=_READS)
    async def evidence(ctx: Asked, iri: Name, lang: Language = "en") -> list[Json]:
        """The sentences that a fact stands on, or all that are said of an entity, with document, offsets and rule."""
        found: list[Json] = await _told(_graph(ctx).api("/api/evidence", lang, iri=iri))
        return found

    @made.tool(annotations=_READS, description=_ask_description())
    async def ask(
        ctx: Asked,
        query: Annotated[str, Field(description="Name of a query of the library.")],
        parameters: Annotated[dict[str, str] | None, Field(description="Its parameters, by name.")] = None,
        lang: Language = "en",
    ) -> Json:
        given = {key: value for key, value in (parameters or {}).items() if key not in ("limit", "format")}
        rows = await _told(_graph(ctx).api(f"/api/queries/{query}", lang, **given))
        return {"rows": rows[:ROWS], "total": len(rows), "truncated": len(rows) > ROWS}

    @made.tool(annotations=_READS)
    async def sparql(ctx: Asked, query: Annotated[str, Field(max_length=20_000)]) -> Json:
        """A SPARQL query (SELECT, ASK, CONSTRUCT, DESCRIBE), read only, at most 200 rows and 10 seconds.

        Prefixes gm:, ind:, unit:, status:, ent:, rdfs:, skos:, oa: are known. `?x search:entity "words"` finds
        entities by name. `GRAPH ?document { … }` tells which document states it. Beside the
        answer stand the sentences behind the things and facts that it names: select their IRIs, too.
        """
        graph = _graph(ctx)
        found: Json = await _told(graph.sparql(query))
        return found | {"sources": await _told(graph.sources(_named(found)))}


def _named(answer: Json) -> Iterator[str]:
    """The IRIs that an answer names, in their order."""
    for row in answer.get("results", {}).get("bindings", ()):
        yield from (term["value"] for term in row.values() if term["type"] == "uri")
    for quad in ox.parse(answer.get("turtle", ""), ox.RdfFormat.TURTLE):
        yield from (term.value for term in (quad.subject, quad.object) if isinstance(term, ox.NamedNode))


def _graph(ctx: Asked) -> Graph:
    found: Graph = ctx.request_context.lifespan_context
    return found


async def _told(answer: Any) -> Any:
    """What went wrong is told to the agent in words it can act on."""
    try:
        return await answer
    except Problem as problem:
        raise ToolError(" ".join([problem.detail, str(problem.extra.get("hint", ""))]).strip()) from problem
    except KgError as error:
        # Of any other exception an agent would be told only that there was one.
        raise ToolError(str(error)) from error


def _ask_description() -> str:
    lines = []
    for query in library().values():
        takes = ", ".join(f"{p.name}: {p.type}{'' if p.required else ' (optional)'}" for p in query.params)
        lines.append(f"- {query.name}({takes}): {query.summary.get('en', '')}")
    return "Ask a prepared query; rows hold the sentence and document where the query has them. Queries:\n" + "\n".join(
        lines
    )


def run(build_root: Path, settings: Settings, *, http: bool = False, host: str = "127.0.0.1", port: int = 8081) -> None:
    """Serve tools over standard input and output, or over streamable HTTP at /mcp, until the client goes or Ctrl-C."""
    made = server(build_root, settings)
    if http:
        print(f"MCP server at http://{host}:{port}/mcp  (stop with Ctrl-C)", file=sys.stderr, flush=True)
        made.run("streamable-http", host=host, port=port)
    else:
        asyncio.run(made.run_stdio_async())
