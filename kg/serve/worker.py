"""A query process: takes one job at a time from its socket, answers it, and may be killed at any moment.

A job is a JSON object with its `kind`; an answer is two lengths, a header (`Reply.header_json`) and the body.
"""

from __future__ import annotations

import gc
import json
import resource
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.serve import api, compress, frame, graphstore, pages, search, sparql, update
from kg.serve.process import LENGTH, LENGTHS, OPEN, lost_worker
from kg.serve.reply import Problem, Reply, mistake
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded

STATM, OOM_SCORE = Path("/proc/self/statm"), Path("/proc/self/oom_score_adj")
Handler = Callable[[Loaded, dict[str, Any], Settings], Reply]


def _sparql(build: Loaded, job: dict[str, Any], settings: Settings) -> Reply:
    job = {**job, "query": search.expanded(build, job["query"])}
    return sparql.answer(build.store, job, settings, frame.names(build))


def _update(build: Loaded, job: dict[str, Any], settings: Settings) -> Reply:
    return update.answer(build.store, job, settings, frame.names(build))


def _graph(build: Loaded, job: dict[str, Any], settings: Settings) -> Reply:
    return graphstore.answer(build.store, job, settings, frame.prefixes())


HANDLERS: dict[str, Handler] = {
    "sparql": _sparql,
    "page": pages.answer,
    "api": api.answer,
    "update": _update,
    "graph": _graph,
}


def perform(build: Loaded, payload: bytes, settings: Settings) -> Reply:
    """The answer to one job; what goes wrong becomes an answer too."""
    try:
        job = json.loads(payload)
        return compress.compressed(HANDLERS[job["kind"]](build, job, settings), job.get("encoding", ""))
    except Problem as problem:
        return problem.reply()
    except KgError as error:
        return Problem(400, "bad-request", str(error)).reply()
    except MemoryError:
        return lost_worker().reply()
    except RecursionError:
        return Problem(400, "too-deep", "The request nests too deeply to be answered.").reply()
    except Exception as error:
        return mistake(error, settings).reply()


def _limit_memory(extra: int) -> None:
    with suppress(OSError):
        # Where the machine itself runs short, the system ends a query rather than the server.
        OOM_SCORE.write_text("500", "ascii")
    if extra and STATM.exists():
        used = int(STATM.read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + extra, used + extra))


def run(build: Loaded, channel: socket.socket, settings: Settings) -> None:
    """Answer jobs until the other side closes the channel."""
    _limit_memory(settings.memory)
    # The loaded store and modules live as long as the process: looking through them again would only unshare memory.
    gc.freeze()
    stream = channel.makefile("rb", buffering=1 << 16)
    while (head := stream.read(LENGTH.size)) and len(head) == LENGTH.size:
        (length,) = LENGTH.unpack(head)
        payload = stream.read(length)
        if len(payload) < length:
            return
        reply = perform(build, payload, settings)
        header = reply.header_json()
        if reply.pieces is None:
            channel.sendall(LENGTHS.pack(len(header), len(reply.body)) + header + reply.body)
            continue
        channel.sendall(LENGTHS.pack(len(header), OPEN) + header)
        # What goes wrong from here on ends the process, and so the answer, which can be seen not to be whole.
        for piece in filter(None, reply.pieces):
            channel.sendall(LENGTH.pack(len(piece)) + piece)
        trailing = json.dumps(reply.trailing).encode()
        channel.sendall(LENGTH.pack(0) + LENGTH.pack(len(trailing)) + trailing)
