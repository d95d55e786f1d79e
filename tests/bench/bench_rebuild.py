"""What a build costs when little has changed: seconds from nothing, unchanged, with one more document, and with a
hundredth edited and a hundredth removed. The number of (short, made up) documents may be given; 1000 without one.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from itertools import permutations
from pathlib import Path

from kg.run import build

WORDS = ["Morgen", "Lind", "Auen", "Berg", "Tal", "Stein", "Quarz", "Wald", "Fluss", "Kies", "Nord", "Hafen", "Burg"]


FIRMS = ["".join(words).capitalize() for words in permutations(WORDS, 3)]
BANKS = ["".join(words).capitalize() for words in permutations(WORDS, 2)]


def text(rng: random.Random, number: int) -> str:
    # a few are in many reports, most in few
    firm, bank = (names[int(len(names) * rng.random() ** 2)] for names in (FIRMS, BANKS))
    return (
        f"Bericht {number}. Die {bank} Bank finanziert die {firm} Zement GmbH mit {rng.randrange(1, 90)} Mio. Euro. "
        f"Die {firm} Zement GmbH spart {rng.randrange(2000, 2026)} insgesamt {rng.randrange(1, 999)} MWh Strom.\n"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng, jobs = random.Random(1), os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        reports, out = Path(name) / "reports", Path(name) / "build"
        reports.mkdir()

        def write(number: int) -> None:
            (reports / f"{number}.txt").write_text(text(rng, number), encoding="utf-8")

        def measure(what: str) -> None:
            started, used = time.perf_counter(), time.process_time()
            counts = build([reports], out, jobs=jobs).counts
            told = f"{counts['documents']:,} documents, {counts['quads']:,} quads"
            seconds, cpu = time.perf_counter() - started, time.process_time() - used
            print(f"{what:40} {seconds:8.1f} s ({cpu:.1f} CPU s in this process)   {told}", flush=True)

        for number in range(count):
            write(number)
        measure("from nothing")
        measure("nothing changed")
        write(count)
        measure("one more document")
        for number in range(count // 100):
            write(number)
            (reports / f"{count - 1 - number}.txt").unlink()
        measure("a hundredth edited, a hundredth removed")


if __name__ == "__main__":
    main()
