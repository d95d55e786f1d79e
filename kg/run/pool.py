"""Extraction on one core or many, in the order of the documents either way."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess

from kg.claims import Extraction
from kg.documents import Document, Rejected
from kg.errors import KgError

Progress = Callable[[str, int, int], None]
"""Called with the name of the step, how much of it is done, and how much there is."""

_BATCH = 4
"""Documents handed to a worker at a time: enough to keep it busy, few enough to show progress."""


def extract_all(
    documents: Sequence[Document], jobs: int, progress: Progress | None = None
) -> Iterator[Extraction | Rejected]:
    """One result a document, in order; a document at which extraction fails is left out with the reason."""
    results = _on_cores(documents, jobs) if jobs > 1 and len(documents) > 1 else map(_extract, documents)
    for done, result in enumerate(results, 1):
        if progress:
            progress("extract", done, len(documents))
        yield result


def _extract(document: Document) -> Extraction | Rejected:
    from kg.claims import extract  # loads the lexicons, which only the processes that extract need

    try:
        return extract(document)
    except Exception as error:
        # whatever a text brings to light, the other texts must still be built
        return Rejected(document.source, f"its text could not be analysed ({type(error).__name__}: {error})")


def _on_cores(documents: Sequence[Document], jobs: int) -> Iterator[Extraction | Rejected]:
    done = 0
    try:
        with _pool(min(jobs, len(documents))) as pool:
            for result in pool.map(_extract, documents, chunksize=_BATCH):
                yield result
                done += 1
        return
    except BrokenProcessPool:
        pass  # a worker was killed (out of memory, say): go on one by one, to find the document that does it
    _try_one()
    for document in documents[done:]:
        try:
            with _pool(1) as single:
                yield single.submit(_extract, document).result()
        except BrokenProcessPool:
            yield Rejected(
                document.source, "the process that analysed it was killed; it may be too large for the memory"
            )


def _try_one() -> None:
    """Tell those whose processes cannot even start, before every document is tried in vain."""
    try:
        with _pool(1) as single:
            single.submit(os.getpid).result()
    except BrokenProcessPool:
        raise KgError(
            "The processes that read documents end as soon as they start. A script that builds with more than one job "
            'must do so under `if __name__ == "__main__":`, as each of them loads the script again; or give jobs=1.'
        ) from None


def _pool(workers: int) -> ProcessPoolExecutor:
    # "spawn": a forked copy of a process with threads (the store has some) can hang
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it even if it is killed outright."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
