"""One thing that is wrong with the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong, where, and what the text says there."""

    severity: str
    """"violation" or "warning"."""
    rule: str
    """Name of the hygiene query, or of the shape."""
    subject: str
    """IRI of what is wrong."""
    messages: Mapping[str, str]
    """Language -> what is wrong, in words."""
    sentence: str = ""
    document: str = ""
    """Path of the document as it was given."""

    @property
    def message(self) -> str:
        """What is wrong, in English where that is written."""
        return self.messages.get("en") or next(iter(self.messages.values()), self.rule)

    def __str__(self) -> str:
        where = f" [{self.document}: {self.sentence}]" if self.sentence else ""
        return f"{self.severity}: {self.message} <{self.subject}>{where}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "severity": self.severity,
            "rule": self.rule,
            "subject": self.subject,
            "messages": dict(self.messages),
            "sentence": self.sentence,
            "document": self.document,
            "message": self.message,
        }
