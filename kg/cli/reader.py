"""The options by which `kg build` asks a language model; without them nothing of it is loaded."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kg.errors import KgError

if TYPE_CHECKING:
    from kg.claims.model_reader import Endpoint

KEY = "KG_LLM_API_KEY"
"""Environment variable of the endpoint's key: on a command line every user of the machine could read it."""


def second_reader(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a verb the options, and their meaning as `model`: an endpoint, or None."""

    @click.option("--reader", type=click.Choice(["rules", "llm"]), default="rules", show_default=True,
                  help="Who reads: the rules, or a language model after them.")  # fmt: skip
    @click.option("--llm-url", metavar="URL", help="Endpoint of the OpenAI protocol, up to and with its version.")
    @click.option("--llm-model", metavar="NAME", help="The model that is asked there.")
    @click.option("--llm-timeout", type=click.FloatRange(min=0, min_open=True), metavar="S",
                  help="Seconds that one request may take.  [default: 120]")  # fmt: skip
    @functools.wraps(verb)
    def wrapped(
        *args: Any, reader: str, llm_url: str | None, llm_model: str | None, llm_timeout: float | None, **kwargs: Any
    ) -> Any:
        model = _endpoint(reader, llm_url, llm_model, llm_timeout)
        return verb(*args, model=model, **kwargs)

    return wrapped


def _endpoint(reader: str, url: str | None, model: str | None, timeout: float | None) -> Endpoint | None:
    if reader == "rules":
        if url or model or timeout:
            raise KgError("--llm-url, --llm-model and --llm-timeout need --reader llm: without it no model is asked.")
        return None
    if not url or not model:
        raise KgError("--reader llm needs --llm-url and --llm-model: which model is asked, and where.")
    if not url.startswith(("http://", "https://")):
        raise KgError(f"--llm-url {url} is no address: it begins with http:// or https://.")
    from kg.claims.model_reader import Endpoint

    return Endpoint(url, model, os.environ.get(KEY, ""), timeout or 120.0)
