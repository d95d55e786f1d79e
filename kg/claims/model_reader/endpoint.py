"""Asking the model: one question, one JSON object as answer, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kg.claims.model import MODEL_RULE
from kg.claims.model_reader.schema import Schema
from kg.errors import KgError

Answer = dict[str, Any]
Ask = Callable[[str], Answer]
"""A question -> the model's answer; `NoAnswer` where it gives none."""


class NoAnswer(Exception):
    """The model gave no answer that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked: any server that speaks the OpenAI protocol."""

    url: str
    """Up to and with the version: `http://127.0.0.1:11434/v1`."""
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 120.0
    """Seconds that one request may take."""
    retries: int = 1
    """How often a failed request, and an answer that is no JSON, is tried again."""

    @property
    def rule(self) -> str:
        """What claims of this model name as their rule."""
        return MODEL_RULE + self.model


def asker(endpoint: Endpoint, instructions: str, schema: Schema) -> Ask:
    """What asks that endpoint; loads the client, `KgError` where it is not installed."""
    try:
        from pydantic_ai import Agent, PromptedOutput, StructuredDict
        from pydantic_ai.exceptions import AgentRunError
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider
    except ImportError as error:
        raise KgError(
            "Reading with a language model needs the extra `llm`: pip install 'green-manufacturing-kg[llm]'."
        ) from error
    # a key is always given, so that none is taken from the environment by a name that the user did not mean
    provider = OpenAIProvider(base_url=endpoint.url, api_key=endpoint.key or "none")
    agent = Agent(
        OpenAIChatModel(endpoint.model, provider=provider),
        output_type=PromptedOutput(StructuredDict(schema, name="reading")),
        instructions=instructions,
        retries=endpoint.retries,
        model_settings={"temperature": 0.0, "timeout": endpoint.timeout, "max_retries": endpoint.retries},
    )

    def ask(question: str) -> Answer:
        try:
            return dict(agent.run_sync(question).output)
        except AgentRunError as error:
            raise NoAnswer(_reason(error)) from error

    return ask


def _reason(error: Exception) -> str:
    """One line for people, without what the server said at length."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
