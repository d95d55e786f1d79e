"""How fast names become entities: 100,000 names of skewed frequency, in three languages, in CPU seconds.

Synthetic: 20,000 firms, banks, parks and offices in 400 towns; the first few are named in thousands of reports, most in
one or two, as full name, without legal form, without place, or in another language beside the first. The figures tell
whether names with a known owner came together; a number as argument is another count of names.
"""

from __future__ import annotations

import gc
import hashlib
import random
import resource
import sys
import time
from collections import Counter

from kg.claims import EntityClaim, Extraction
from kg.documents import Block, Document
from kg.entities import identify
from kg.ontology import load

NAMES_A_REPORT = 20
SYLLABLES = "kalomirendarvoseltubraosthalinxubeigorpaniwezhufasemonquiarde"
HAN = "江河山海东西南北新华泰安长富康明远达兴盛宏伟天元恒瑞祥和德信中联通金银龙凤云峰石林川岭湖湾"
TRADES = (
    ("Zement", "Cement", "水泥"),
    ("Stahl", "Steel", "钢铁"),
    ("Chemie", "Chemicals", "化工"),
    ("Glas", "Glass", "玻璃"),
)


def word(rng: random.Random) -> str:
    return "".join(SYLLABLES[2 * rng.randrange(30) :][:2] for _ in range(3)).capitalize()


def things(rng: random.Random, count: int) -> list[tuple[str, list[tuple[str, ...]]]]:
    """(class, ways in which reports name it) of each thing; no two have one brand."""
    towns = [word(rng) + "burg" for _ in range(400)]
    made = []
    for number in range(count):
        brand = word(rng) + word(rng).lower()
        han = "".join(rng.choice(HAN) for _ in range(4))
        de, en, zh = rng.choice(TRADES)
        town = rng.choice(towns)
        kind = number % 10
        if kind < 6:
            full, foreign = f"{brand} {de} GmbH", f"{han}{zh}有限公司"
            ways = [(full,), (f"{brand} {de}",), (full, f"{brand} {en}"), (foreign, full), (foreign,)]
            made.append(("Enterprise", ways))
        elif kind < 8:
            made.append(("Bureau", [(f"Umweltamt {brand} {town}",), (f"das Umweltamt {brand} {town}",)]))
        else:
            park = f"{brand} Industrial Park"
            made.append(("IndustrialPark", [(park,), (park, f"{han}工业园区")]))
    return made


def reports(names: int) -> tuple[list[Extraction], dict[tuple[str, int], int]]:
    """The reports, and which thing each claim is about."""
    rng = random.Random(4)
    known = things(rng, max(names // 5, 10))
    weights = [1 / (rank + 1) ** 0.8 for rank in range(len(known))]
    owners: dict[tuple[str, int], int] = {}
    made = []
    for number in range(names // NAMES_A_REPORT):
        identity = hashlib.sha256(str(number).encode()).hexdigest()
        chosen = list(dict.fromkeys(rng.choices(range(len(known)), weights, k=NAMES_A_REPORT)))
        claims = []
        for key, index in enumerate(chosen):
            cls, ways = known[index]
            claims.append(EntityClaim(key, cls, rng.choice(ways), ((0, 1),)))
            owners[identity, key] = index
        document = Document(identity, f"r{number}", f"r{number}", "de", "", "text", (Block(0, 4),))
        made.append(Extraction(document, tuple(claims), (), ()))
    return made, owners


def main() -> None:
    names = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    made, owners = reports(names)
    ontology = load()
    identify(made[:1], ontology)  # reading the lexicons is not to be measured with the names
    gc.disable()  # as a build does
    started = time.process_time()
    entities = identify(made, ontology)
    seconds = time.process_time() - started
    found = {node: entity.iri for entity in entities.all for node in entity.members}
    both = Counter((found[node], owner) for node, owner in owners.items())
    right, said, true = (
        sum(n * (n - 1) // 2 for n in counted.values())
        for counted in (both, Counter(found.values()), Counter(owners.values()))
    )
    print(
        f"{len(owners):,} names in {len(made):,} reports -> {len(entities.all):,} entities in {seconds:.1f} CPU seconds"
    )
    print(f"pairwise precision {right / said:.4f}, recall {right / true:.4f}")
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
