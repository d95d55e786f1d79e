"""How fast texts are read and a build is made: characters a second, and the largest memory of the process.

Reads the project's own development texts, or the files and folders given as arguments.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from kg.claims import extract
from kg.documents import Document, read
from kg.run import build

TEXTS = Path(__file__).resolve().parents[1] / "corpus" / "dev" / "texts"


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or [TEXTS]
    documents = [one for one in read(paths) if isinstance(one, Document)]
    if not documents:
        sys.exit("Nothing to read.")
    extract(documents[0])  # loads the lexicon
    for lang in sorted({document.lang for document in documents}):
        texts = [document for document in documents if document.lang == lang]
        extract(texts[0])
        started = time.perf_counter()
        for document in texts:
            extract(document)
        report(f"extraction, {lang}, one core", texts, time.perf_counter() - started)
    with tempfile.TemporaryDirectory() as out:
        started = time.perf_counter()
        build(paths, Path(out))
        report("whole build, one core", documents, time.perf_counter() - started)
    print(f"{'largest memory':32} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10.0f} MB")


def report(what: str, documents: list[Document], seconds: float) -> None:
    characters = sum(len(document.text) for document in documents)
    print(f"{what:32} {characters / seconds / 1000:10.1f} kchar/s   {characters / 1000:.0f} kchar in {seconds:.2f} s")


if __name__ == "__main__":
    main()
