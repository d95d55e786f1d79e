"""The standalone view: what stands in the page, where nodes stand, and that nothing in the data can leave its place."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
import random
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sample_build import sample_build

from kg.errors import KgError
from kg.ontology import load
from kg.store import Build, open_build
from kg.view import Edge, Evidence, Figure, Kind, Node, Picture, gather, html, page, write_html
from kg.view.layout import _box, positions
from kg.view.model import degrees
from kg.view.network import bends, network
from kg.view.page import HERE, words

EVIL = '<script>window.broken = true</script><img src=x onerror="window.broken = true">\'"'
ARABIC = "مصنع الإسمنت"

KINDS = (
    Kind("Authority", {"de": "Behörde", "en": "authority", "zh": "政府机构"}, "#0072B2", "square", 1),
    Kind("Bank", {"de": "Bank", "en": "bank", "zh": "银行"}, "#E69F00", "diamond", 2),
    Kind("Firm", {"de": "Unternehmen", "en": "enterprise", "zh": "企业"}, "#D55E00", "dot", 3),
    Kind("Loan", {"de": "Kredit", "en": "loan", "zh": "贷款"}, "#F0E442", "diamond", 8),
    Kind("Unused", {"en": "unused"}, "#000000", "star", 9),
)
TERMS = {
    "predicate": {
        "receives": {"de": "erhält", "en": "receives", "zh": "获得"},
        "provides": {"de": "stellt bereit", "en": "provides", "zh": "提供"},
        "supports": {"de": "unterstützt", "en": "supports", "zh": "支持"},
    },
    "class": {"CementMaker": {"de": "Zementhersteller", "en": "cement maker", "zh": "水泥厂"}},
    "status": {
        "actual": {"de": "erreicht", "en": "actual", "zh": "实际"},
        "projected": {"de": "erwartet", "en": "projected", "zh": "预计"},
    },
    "indicator": {"energySaving": {"de": "Energieeinsparung", "en": "energy saving", "zh": "节能量"}},
    "unit": {"kWh": {"": "kWh"}},
}


def evidence(quote: str, *, before: str = "", after: str = "", **more: Any) -> Evidence:
    return Evidence("Report <b>one</b>", quote, 100, 100 + len(quote), before, after, source="one.txt", **more)


def sample() -> Picture:
    """Five entities, one with dangerous labels; two facts between the same two, one that runs back, and one loop."""
    loan = evidence(
        "Nordwerk received a loan & more.",
        before="Earlier. ",
        after=" Later.",
        rule="receive.active",
        cues=("received",),
    )
    return Picture(
        title={"de": "Probe", "en": "Sample", "zh": "样例"},
        nodes=(
            Node(
                "ent:office", {"de": "Umweltamt Süd", "en": "Environment Office South", "zh": "南区环境局"}, "Authority"
            ),
            Node("ent:bank", {"en": "several banks"}, "Bank", generic=True),
            Node(
                "ent:works",
                {"de": "Nordwerk AG", "zh": "北方厂"},
                "Firm",
                cls="CementMaker",
                aliases=("Nørdwerk", "NW"),
                figures=(
                    Figure(
                        "obs:1",
                        "energySaving",
                        "32600000",
                        "kWh",
                        "projected",
                        period="year",
                        qualifier="about",
                        belief=0.8,
                        evidence=(loan,),
                    ),
                ),
            ),
            Node("ent:loan", {"en": "green loan"}, "Loan"),
            Node(
                "ent:evil",
                {"en": EVIL, "de": f"🏭 {ARABIC}"},
                "Firm",
                aliases=("</script><script>window.broken = true</script>",),
            ),
        ),
        edges=(
            Edge(
                "fact:1", "ent:works", "ent:loan", "receives", "actual", 0.93, 2, (loan, evidence("A second sentence."))
            ),
            Edge("fact:2", "ent:bank", "ent:loan", "provides", "actual", 0.7, 1, (evidence("Banks provide it."),)),
            Edge(
                "fact:3",
                "ent:office",
                "ent:works",
                "supports",
                "actual",
                0.9,
                1,
                (evidence("The office helps Nordwerk."),),
            ),
            Edge(
                "fact:4",
                "ent:office",
                "ent:works",
                "provides",
                "projected",
                0.5,
                1,
                (evidence("The office will pay."),),
            ),
            Edge(
                "fact:5",
                "ent:works",
                "ent:office",
                "supports",
                "actual",
                0.5,
                1,
                (evidence("And the works helps back."),),
            ),
            Edge("fact:6", "ent:evil", "ent:works", "supports", "actual", 0.5, 1, (evidence(EVIL),)),
            Edge("fact:7", "ent:bank", "ent:bank", "supports", "actual", 0.5, 1, (evidence("Banks help each other."),)),
        ),
        kinds=KINDS,
        terms=TERMS,
    )


def large(number: int, *, seed: int = 7) -> Picture:
    """A made-up graph in which a few nodes have many edges, as in reality, and some stand alone."""
    rng = random.Random(seed)
    names = [f"Works number {i} of the {rng.choice(['north', 'south', 'old river district'])}" for i in range(number)]
    nodes = tuple(Node(f"ent:{i}", {"en": name}, KINDS[i % 4].name) for i, name in enumerate(names))
    pairs = [(i, int(i * rng.random() ** 2)) for i in range(1, number) if i % 15] + [
        (rng.randrange(number), rng.randrange(number)) for _ in range(number // 4)
    ]
    edges = tuple(
        Edge(f"fact:{k}", f"ent:{a}", f"ent:{b}", "supports", "actual", 0.5, 1, (evidence(f"Sentence {k}."),))
        for k, (a, b) in enumerate(pairs)
    )
    return Picture({"en": "Large"}, nodes, edges, KINDS, TERMS)


class Page(HTMLParser):
    """What a browser would find in a page: elements with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.texts.append((tag, ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.texts[-1] = (self.texts[-1][0], self.texts[-1][1] + data)

    @property
    def data(self) -> Any:
        return json.loads(self.texts[1][1])


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return open_build(sample_build(tmp_path_factory.mktemp("build")))


# ---- the page


def test_page_refers_to_nothing_outside() -> None:
    """No element names an address, the style sheet loads nothing, and the policy allows nothing from anywhere."""
    found = Page(page(sample()))
    for tag, attributes in found.elements:
        for name in ("src", "href", "action", "data", "srcset", "poster", "style", "background"):
            assert (attributes.get(name) or "data:").startswith("data:"), f"<{tag} {name}={attributes[name]!r}>"
        assert not any(name.startswith("on") for name in attributes), f"<{tag}> has a handler in its markup"
    style = next(text for tag, text in found.texts if tag == "style")
    assert "url(" not in style and "@import" not in style


def test_policy_names_each_script_and_style_by_its_hash() -> None:
    """A script that is not one of the page's two is refused by the browser: only their hashes are allowed."""
    found = Page(page(sample()))
    policy = next(a["content"] for tag, a in found.elements if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in (policy or "").split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in str(policy)
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for _, text in found.texts
    ]
    style, _, library, script = hashes
    assert rules["script-src"].split() == [library, script]
    assert rules["style-src"] == style


def test_dangerous_labels_stay_data() -> None:
    """Labels that look like markup neither end the script element nor begin another, and come back unchanged."""
    text = page(replace(sample(), title={"en": EVIL}))
    found = Page(text)
    assert [tag for tag, _ in found.elements].count("script") == 3
    assert "<" not in found.texts[1][1]
    labels = found.data["entities"][4]["labels"]
    assert labels == {"en": EVIL, "de": f"🏭 {ARABIC}"}
    assert EVIL not in text


def test_page_is_the_same_each_time(tmp_path: Path) -> None:
    """The same build gives the same bytes, whatever order this process gives to sets."""
    root = sample_build(tmp_path)
    program = (
        "import hashlib, sys; from pathlib import Path; from kg.store import open_build; from kg.view import html;"
        "print(hashlib.sha256(html(open_build(Path(sys.argv[1]))).encode()).hexdigest())"
    )
    seen = set()
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", program, str(root)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(HERE.parents[1])},
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(run.stdout)
    assert len(seen) == 1


def test_library_is_that_of_the_installed_pyvis() -> None:
    """vis-network comes from the pyvis package at run time; the repository holds no copy."""
    assert "vis-network" in Page(page(sample())).texts[2][1][:400]
    assert not [path for path in HERE.rglob("*.js") if path.stat().st_size > 20_000]


def test_large_graph_is_cut_and_says_so() -> None:
    """Of 5,000 entities the best connected are drawn, and what is left out is counted."""
    picture = large(5000)
    drawn = picture.cut(400)
    degree = degrees(picture)
    left = {node.id for node in picture.nodes} - {node.id for node in drawn.nodes}
    assert len(drawn.nodes) == 400
    assert min(degree[node.id] for node in drawn.nodes) >= max(degree[name] for name in left)
    data = Page(page(picture, limit=400)).data
    assert data["left_out"]["nodes"] == 4600
    assert data["left_out"]["edges"] + len(data["facts"]) == len(picture.edges)


def test_page_opens_in_a_language_it_has() -> None:
    """An unknown language falls back to English; a known one is that of the page's first words."""
    assert 'lang="zh"' in page(sample(), lang="zh")[:200]
    assert 'lang="en"' in page(sample(), lang="fr")[:200]


def test_every_language_has_every_word() -> None:
    """The page's own words are there in each language, with the same places for numbers, and each word used exists."""
    own = words()
    assert set(own) == {"de", "en", "zh"}
    for lang, said in own.items():
        assert said.keys() == own["en"].keys(), lang
        for key, value in said.items():
            if isinstance(value, dict):
                assert value.keys() == own["en"][key].keys(), f"{lang}.{key}"
            else:
                assert set(re.findall(r"{\w+}", value)) == set(re.findall(r"{\w+}", own["en"][key])), f"{lang}.{key}"
    template = (HERE / "page.html.jinja").read_text("utf-8")
    script = "".join(path.read_text("utf-8") for path in sorted((HERE / "js").glob("*.js")))
    used = set(re.findall(r'data-(?:word|aria|placeholder)="(\w+)"', template)) | set(
        re.findall(r'\bword\("(\w+)"', script)
    )
    assert used and used <= own["en"].keys()


def test_script_sets_no_html() -> None:
    """The page's script never turns text into HTML or code."""
    script = "".join(path.read_text("utf-8") for path in sorted((HERE / "js").glob("*.js")))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", script)


# ---- nodes and edges


def test_parallel_edges_are_all_kept_and_apart() -> None:
    """All facts between two entities are drawn, in either direction, each on its own side."""
    picture = sample()
    drawn = network(picture)
    assert [edge["id"] for edge in drawn.edges] == list(range(len(picture.edges)))
    sides = defaultdict(list)
    for edge, bend in zip(picture.edges, bends(picture.edges, positions(picture)), strict=True):
        first, second = sorted((edge.source, edge.target))
        sides[first, second].append(bend if edge.source == first else -bend)
    assert len(sides["ent:office", "ent:works"]) == 3
    for pair, values in sides.items():
        assert len(set(values)) == len(values), f"edges between {pair} lie on each other"


def test_edge_bows_out_around_a_node_on_its_way() -> None:
    """A line that would run over a third node is bent; one that has free way is straight."""
    edges = (Edge("f", "a", "c", "p"),)
    assert bends(edges, {"a": (0, 0), "b": (200, 4), "c": (400, 0)}) != [0.0]
    assert bends(edges, {"a": (0, 0), "b": (200, 120), "c": (400, 0)}) == [0.0]


def test_only_achieved_facts_are_full_lines() -> None:
    """What is expected, intended or denied is dashed, so that nobody takes it for done."""
    drawn = network(sample())
    assert [bool(edge["dashes"]) for edge in drawn.edges] == [edge.status != "actual" for edge in sample().edges]


@pytest.mark.parametrize("number", [40, 300, 700])
def test_labels_have_room(number: int) -> None:
    """No two nodes stand on each other, and next to no labels overlap, also in a graph with hubs."""
    picture = large(number)
    places, degree = positions(picture), degrees(picture)
    boxes = {node.id: _box(node, degree[node.id]) for node in picture.nodes}
    overlapping = 0
    for a, b in combinations(places, 2):
        assert math.dist(places[a], places[b]) > 12, f"{a} and {b} stand on each other"
        over = abs(places[a][0] - places[b][0]) < (boxes[a].width + boxes[b].width) / 2 - 2
        middle = places[a][1] + boxes[a].drop - places[b][1] - boxes[b].drop
        overlapping += over and abs(middle) < (boxes[a].height + boxes[b].height) / 2 - 2
    assert overlapping <= number * 0.05


def test_neighbours_stand_nearer_than_strangers() -> None:
    """The layout tells something: two entities with a fact between them are closer than two without, on average."""
    picture = large(300)
    places = positions(picture)
    joined = {frozenset((edge.source, edge.target)) for edge in picture.edges}
    near, far = [], []
    for a, b in combinations(places, 2):
        (near if frozenset((a, b)) in joined else far).append(math.dist(places[a], places[b]))
    assert sum(near) / len(near) < 0.6 * sum(far) / len(far)


def test_empty_picture_is_a_page() -> None:
    """A query without rows gives a page that opens, with nothing in it."""
    assert Page(page(Picture({}, (), (), ()))).data["entities"] == []


# ---- a build


def test_each_fact_has_its_sentence(build: Build) -> None:
    """Every fact and figure shows the quote that stands at its offsets in the stored text of its document."""
    picture = gather(build)
    texts = {document["source"]: document["text"] for document in build.documents().values()}
    things = [*picture.edges, *(figure for node in picture.nodes for figure in node.figures)]
    assert len(things) > 15
    for thing in things:
        assert thing.evidence and thing.belief is not None and thing.sources >= 1, thing.id
        for one in thing.evidence:
            assert one.quote and one.rule
            assert texts[one.source][one.start : one.end] == one.quote
            around = (one.before + one.quote + one.after).strip("…")
            assert around in texts[one.source]


def test_entities_come_with_class_names_and_figures(build: Build) -> None:
    """An entity named in three languages is one node with its labels, its narrowest class and its figures."""
    picture, ontology = gather(build), load()
    (project,) = (node for node in picture.nodes if "Project Mill 2" in (*node.labels.values(), *node.aliases))
    assert {"de", "en"} <= project.labels.keys()
    assert (project.kind, project.cls) == ("Project", "RetrofitProject")
    statuses = {(figure.indicator, figure.value, figure.status) for figure in project.figures}
    assert {("energySaving", "1200", "projected"), ("energySaving", "1100", "actual")} <= statuses
    for kind in picture.kinds:
        style = ontology.style(kind.name)
        assert (kind.color, kind.shape) == (style.color, style.shape)
    assert {edge.predicate for edge in picture.edges} == picture.terms["predicate"].keys()
    for sort in ("predicate", "indicator", "status", "class"):
        for name, labels in picture.terms[sort].items():
            assert {"de", "en", "zh"} <= labels.keys(), f"{sort} {name}"
    assert {node.generic for node in picture.nodes} == {True, False}


def test_around_an_entity(build: Build) -> None:
    """The neighbourhood grows with the hops, holds the entity, and takes a name in any language."""
    one, two = (gather(build, around="Ostufer Bank", hops=hops) for hops in (1, 2))
    names = [{node.id for node in picture.nodes} for picture in (one, two, gather(build))]
    assert names[0] < names[1] < names[2]
    assert one.title["en"] == "Around Ostufer Bank"
    assert {node.id for node in gather(build, around="东岸银行", hops=1).nodes} == names[0]


def test_result_of_a_query(build: Build) -> None:
    """A query's picture holds the entities of its rows and the facts among them."""
    picture = gather(build, query="recipients")
    predicates = {edge.predicate for edge in picture.edges}
    assert "receives" in predicates
    assert 0 < len(picture.nodes) < len(gather(build).nodes)
    assert {"de", "en", "zh"} <= picture.title.keys()


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"around": "Quary Cemment"}, "Did you mean"),
        ({"query": "recipents"}, "Queries:"),
        ({"query": "recipients", "around": "Quarry Cement"}, "not both"),
        ({"params": {"place": "Quarzhafen"}}, "--query"),
    ],
)
def test_wishes_that_cannot_be_met_are_told(build: Build, wish: dict[str, Any], told: str) -> None:
    """An unknown name, an unknown query and contradicting wishes end with words for people."""
    with pytest.raises(KgError, match=told):
        html(build, **wish)


def test_file_is_written_or_the_reason_told(build: Build, tmp_path: Path) -> None:
    """The file holds the page as it is; a folder that does not exist is told."""
    write_html(build, tmp_path / "graph.html", lang="de")
    assert (tmp_path / "graph.html").read_bytes() == html(build, lang="de").encode()
    with pytest.raises(KgError, match="Cannot write the page"):
        write_html(build, tmp_path / "missing" / "graph.html")
