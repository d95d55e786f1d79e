"""How fast texts become claims: characters a CPU second and core, by language, on general news, in small and large.

The texts are the development texts of `tests/corpus` and, where they are there, those and the news of
`../shared/corpus`. Every figure is from the second reading: the first compiles the language. CPU time is counted, not
the clock's, so other work on the machine counts little. Where spaCy is installed its blank pipeline, with the same
lexicon as entity rules, reads the same texts in the same run.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module, util
from pathlib import Path

from kg import ontology
from kg.claims import extract
from kg.documents import document
from kg.mentions import read

TREE = Path(__file__).parents[2]
SHARED = TREE.parent / "shared" / "corpus"
SMALL, LARGE = 10_000, 1_000_000
READ_ONE = """from kg.claims import extract
from kg.documents import document
extract(document("Die Stadt fördert die Anlage, und die Bank gibt einen Kredit für das Werk."))"""
NEWS = 60
"""News of each language: enough for a figure of two digits."""


def rate(action: Callable[[str], object], texts: list[str]) -> float:
    """Thousand characters a CPU second."""
    started = time.process_time()
    for text in texts:
        action(text)
    return sum(map(len, texts)) / max(time.process_time() - started, 1e-9) / 1000


def corpus() -> dict[str, list[str]]:
    """Language -> texts."""
    folders = (TREE / "tests" / "corpus" / "dev" / "texts", SHARED / "texts")
    found: dict[str, list[str]] = {}
    for path in (path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.txt"))):
        text = path.read_text(encoding="utf-8")
        found.setdefault(document(text).lang, []).append(text)
    return found


def news() -> Iterator[tuple[str, list[str]]]:
    for path in sorted((SHARED / "news").glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()[:NEWS]
        yield path.stem, [str(json.loads(line)["text"]) for line in lines]


def by_language(texts: dict[str, list[str]]) -> None:
    for lang, listed in sorted(texts.items()):
        whole = list(map(document, listed))
        rate(lambda text: extract(document(text)), listed)
        made = rate(document, listed)
        started = time.process_time()
        for one in whole:
            read(one)
        spans = sum(map(len, listed)) / (time.process_time() - started) / 1000
        claims = rate(lambda text: extract(document(text)), listed)
        print(f"{lang}: {claims:,.1f} kchar/s (documents alone {made:,.0f}, spans alone {spans:,.0f})")
    for lang, listed in news():
        print(f"general news {lang}: {rate(lambda text: extract(document(text)), listed):,.1f} kchar/s")


def by_size(texts: dict[str, list[str]]) -> None:
    """The German texts one after the other until they are as long as wanted."""
    joined = "\n\n".join(texts.get("de") or next(iter(texts.values())))
    large = ("\n\n".join([joined] * (LARGE // len(joined) + 1)))[:LARGE]
    small = [large[at : at + SMALL] for at in range(0, min(len(joined), 20 * SMALL), SMALL)]
    slow, fast = rate(lambda text: extract(document(text)), [large]), rate(lambda text: extract(document(text)), small)
    print(f"1 MB: {slow:,.1f} kchar/s, 10 kB: {fast:,.1f} kchar/s, ratio {slow / fast:.2f} (0.80 is wanted)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory {peak:.0f} MB (300 are allowed)")


def start_up() -> None:
    """CPU seconds of a fresh process until it could read; and with one short text read; its modules compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        set_apart = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        _start_up(os.environ | set_apart)


def _start_up(environment: dict[str, str]) -> None:
    for what in ("import kg.claims", READ_ONE):
        subprocess.run([sys.executable, "-c", what], check=True, cwd=TREE, env=environment)
        before = os.times()
        subprocess.run([sys.executable, "-c", what], check=True, cwd=TREE, env=environment)
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        print(f"start-up {'with one text' if what == READ_ONE else 'alone'}: {spent:.2f} CPU seconds (0.5 are allowed)")


def beside_spacy(texts: dict[str, list[str]]) -> None:
    """The same lexicon as patterns of spaCy's EntityRuler: words found, nothing told of them."""
    if util.find_spec("spacy") is None:
        print("spaCy is not installed: no comparison")
        return
    spacy = import_module("spacy")
    for lang, listed in sorted(texts.items()):
        if lang not in ontology.load().languages:
            continue
        model = spacy.blank(lang)
        ruler = model.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
        ruler.add_patterns([{"label": kind, "pattern": entry} for kind, entry in entries(lang)])
        model("".join(listed)[:1000])
        print(f"spaCy blank({lang}) with {len(ruler.patterns):,} entity rules: {rate(model, listed):,.1f} kchar/s")


def entries(lang: str) -> Iterator[tuple[str, str]]:
    """(kind, spelling) of the lexicon's entries without the signs that extend them."""

    def walk(kind: str, value: object) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from walk(kind, inner)
        elif isinstance(value, list):
            yield from ((kind, bare) for entry in value if (bare := re.sub(r"[~=]", "", str(entry)).strip()))

    raw = ontology.load().lexicon(lang)
    for kind, groups in raw["words"].items():
        yield from walk(kind, groups)
    for frame in raw.get("frames", ()):
        yield from walk("frame", frame.get("cues", []))


def main() -> None:
    texts = corpus()
    start_up()
    by_language(texts)
    by_size(texts)
    beside_spacy(texts)


if __name__ == "__main__":
    main()
