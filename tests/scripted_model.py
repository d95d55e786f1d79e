"""A language model that says what a test wrote for it: a server on the loopback that speaks the OpenAI protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = dict[str, Any] | str | int
"""An answer as an object, the text of one (cut short, say), or an HTTP status instead of one."""


@dataclass
class Scripted:
    """What is answered, and what was asked."""

    reply: Callable[[str], Reply]
    """The question, as the last message has it -> the reply."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test ends: a reply that waits for it never comes in time, and leaves no thread behind."""


@contextmanager
def scripted(reply: Callable[[str], Reply]) -> Iterator[Scripted]:
    """Serves until the block ends."""
    script = Scripted(reply)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.asked.append(asked)
            script.keys.append(self.headers.get("Authorization", ""))
            said = script.reply(asked["messages"][-1]["content"])
            status, body = (said, b"{}") if isinstance(said, int) else (200, _completion(asked["model"], said))
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # who asked has gone: the test of the time limit

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        script.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def _completion(model: str, said: dict[str, Any] | str) -> bytes:
    content = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    message = {"role": "assistant", "content": content}
    return json.dumps(
        {
            "id": "1", "object": "chat.completion", "created": 0, "model": model,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    ).encode()  # fmt: skip
