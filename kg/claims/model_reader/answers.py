"""The model's answers to all passages of all documents; each is asked for once and kept."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.claims.model_reader.endpoint import Answer, Ask, Endpoint, NoAnswer, asker
from kg.claims.model_reader.passages import Passage, passages
from kg.claims.model_reader.prompt import instructions, question
from kg.claims.model_reader.schema import answer_schema
from kg.documents import Document
from kg.ontology import load

GIVE_UP = 3
"""Passages in a row without an answer after which the endpoint is taken to be down."""
_NOT_ASKED = "not asked, as the endpoint failed for the passages before"

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Answers:
    """What the model said, by document."""

    endpoint: Endpoint
    by_document: dict[str, list[tuple[Passage, Answer]]] = field(default_factory=dict)
    """Id of a document -> its passages with their answers; passages without one are missing."""
    failed: dict[str, list[str]] = field(default_factory=dict)
    """Id of a document -> why passages of it have no answer."""

    @property
    def identity(self) -> str:
        """Stands for all answers and failures: a build with others is another build."""
        said = {key: [(p.start, p.end, answer) for p, answer in found] for key, found in self.by_document.items()}
        content = json.dumps([self.endpoint.model, said, self.failed], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def answers(
    documents: Sequence[Document], endpoint: Endpoint, cache: Path, progress: Progress | None = None
) -> Answers:
    """Ask about every passage that `cache` has no answer for; where the model fails, the document goes without."""
    task, schema = instructions(load()), answer_schema(load())
    found = Answers(endpoint)
    keeper = _Keeper(cache, f"{endpoint.model}\x1f{task}\x1f{json.dumps(schema, sort_keys=True)}")
    ask: Ask | None = None
    missed = 0
    for done, document in enumerate(documents, 1):
        for passage in passages(document):
            answer = keeper.known(passage)
            if answer is None and missed >= GIVE_UP:
                found.failed.setdefault(document.id, []).append(_NOT_ASKED)
                continue
            try:
                if answer is None:
                    ask = ask or asker(endpoint, task, schema)
                    answer = ask(question(passage))
                    keeper.keep(passage, answer)
                    missed = 0
                found.by_document.setdefault(document.id, []).append((passage, answer))
            except NoAnswer as error:
                missed += 1
                found.failed.setdefault(document.id, []).append(str(error))
        if progress:
            progress("ask", done, len(documents))
    return found


class _Keeper:
    """Answers as files named by the hash of all that they depend on."""

    def __init__(self, folder: Path, task: str) -> None:
        self.folder, self.task = folder, hashlib.sha256(task.encode()).hexdigest()

    def _path(self, passage: Passage) -> Path:
        key = hashlib.sha256(f"{self.task}\x1f{passage.text}".encode()).hexdigest()
        return self.folder / key[:2] / f"{key}.json"

    def known(self, passage: Passage) -> Answer | None:
        try:
            answer = json.loads(self._path(passage).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None  # never asked, or the file was cut short: it is asked again and written anew
        return answer if isinstance(answer, dict) else None

    def keep(self, passage: Passage, answer: Answer) -> None:
        path = self._path(passage)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps(answer, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        temporary.replace(path)
