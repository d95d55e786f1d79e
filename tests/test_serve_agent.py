"""The tools for agents, asked by the protocol's own client over both transports: every answer carries its sources."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from sample_build import sample_build
from serving import ROOT

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed: pip install -e '.[mcp]'")

Use = Callable[[Any], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_build(tmp_path_factory.mktemp("build"))


def content(result: Any) -> Any:
    assert not result.is_error, result.content
    if result.structured_content is not None:
        found = result.structured_content
        return found.get("result", found) if isinstance(found, dict) else found
    return json.loads(result.content[0].text)


async def ask_everything(client: Any) -> None:
    assert client.server_info.version
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"search", "describe", "ask", "sparql", "evidence"}
    assert all(tool.annotations.read_only_hint for tool in tools.values())
    assert "recipients(" in tools["ask"].description

    found = content(await client.call_tool("search", {"text": "Quarry Cement"}))
    firm = found[0]["iri"]
    assert found[0]["sources"][0]["sentence"]
    described = content(await client.call_tool("describe", {"entity": firm}))
    assert described["facts"]
    assert all(one["evidence"] for one in described["facts"] if one["sources"])
    sentence = described["facts"][0]["evidence"][0]
    assert sentence["sentence"]
    assert sentence["document"].startswith("http")
    assert sentence["end"] > sentence["start"]

    proof = content(await client.call_tool("evidence", {"iri": described["facts"][0]["iri"]}))
    assert sentence["sentence"] in [one["sentence"] for one in proof]
    rows = content(await client.call_tool("ask", {"query": "recipients", "parameters": {"recipient": "Quarry Cement"}}))
    assert rows["rows"][0]["sentence"]
    assert rows["rows"][0]["document"]
    table = content(await client.call_tool("sparql", {"query": "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"}))
    assert len(table["results"]["bindings"]) == 200
    assert "200 rows" in table["truncated"] and "OFFSET" in table["truncated"]
    assert "header" not in table["truncated"], "an agent sees no headers"
    facts = "SELECT ?firm ?loan WHERE { ?firm gm:receives ?loan }"
    for query in (facts, "CONSTRUCT WHERE { ?firm gm:receives ?loan }"):
        answer = content(await client.call_tool("sparql", {"query": query}))
        assert {one["iri"] for one in answer["sources"]} >= {firm}
        assert all(one["sentence"] and one["document"].startswith("http") for one in answer["sources"])
    assert content(await client.call_tool("sparql", {"query": "ASK { ?firm gm:receives ?loan }"}))["sources"] == []

    for name, arguments, told in (
        ("describe", {"entity": "Quary Cement"}, "Quarry Cement"),
        ("describe", {"entity": "urn:nothing"}, "The tool `search` finds names."),
        ("ask", {"query": "nothing"}, "recipients"),
        ("sparql", {"query": "DROP ALL"}, "changes nothing"),
        ("sparql", {"query": "SELECT * WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}, "does not do"),
        ("sparql", {"query": "SELECT ?x WHERE {"}, "line 1"),
    ):
        wrong = await client.call_tool(name, arguments)
        assert wrong.is_error
        assert told in wrong.content[0].text


def test_over_standard_input_and_output(root: Path) -> None:
    parameters = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "kg", "mcp", "--build", str(root), "--workers", "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    async def use() -> None:
        async with mcp.Client(parameters, read_timeout_seconds=60) as client:
            await ask_everything(client)

    asyncio.run(use())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port


def test_over_streamable_http(root: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "kg", "mcp", "--build", str(root), "--http", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)

    async def use() -> None:
        address = f"http://127.0.0.1:{port}/mcp"
        async with mcp.Client(address, read_timeout_seconds=60) as one, mcp.Client(address) as other:
            await ask_everything(one)
            assert content(await other.call_tool("search", {"text": "Ostufer"}))

    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None
            time.sleep(0.1)
        asyncio.run(use())
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
