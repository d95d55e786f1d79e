"""The second reader of a build, where people ask for one: a language model's answers, joined to what the rules read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.claims import Extraction
from kg.claims.model_reader import Endpoint, Outcome, answers, joined
from kg.documents import Document
from kg.run.pool import Progress

CACHE = Path("cache", "answers")
"""Under the folder of builds: answers by the hash of text, model and question."""


class SecondReader:
    """The answers to a build's documents; loaded, like the client that asks, only where a model is to be asked."""

    def __init__(
        self, documents: Sequence[Document], endpoint: Endpoint, out: Path, progress: Progress | None = None
    ) -> None:
        self.model = endpoint.model
        self.answers = answers(documents, endpoint, out / CACHE, progress)
        self.sources = {document.id: document.source for document in documents}
        self.outcome = Outcome()

    @property
    def identity(self) -> str:
        """Builds with other answers are other builds."""
        return self.answers.identity

    def joined(self, extraction: Extraction) -> Extraction:
        """What both read."""
        return joined(extraction, self.answers, self.outcome)

    def report(self) -> Mapping[str, Any]:
        """What was taken, what was refused and why, and which documents have passages without an answer."""
        failed = {self.sources[key]: reasons for key, reasons in self.answers.failed.items()}
        return {
            "model": self.model,
            "taken": dict(sorted(self.outcome.taken.items())),
            "refused": dict(sorted(self.outcome.refused.items())),
            "failed": {
                source: f"{len(reasons)} passages without an answer ({reasons[0]})"
                for source, reasons in sorted(failed.items())
            },
        }
