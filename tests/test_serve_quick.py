"""What a front answers by itself: the same as the engine says, never more than a few lookups, of the data as it is."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_build import sample_build
from serving import running

from kg.serve import cells, filing, fulltext, ground, lookups, protocol, reach, tiny, tokens
from kg.serve.escaped import Escaped
from kg.serve.frame import prefixes
from kg.serve.quick import Quick, wish
from kg.serve.reply import Problem
from kg.serve.settings import Settings
from kg.serve.spell import Spell
from kg.serve.tiny import Planner

EX = "http://example.org/"
DATA = """
@prefix ex: <http://example.org/> .
ex:a ex:p ex:b , ex:c , "x" , "x"@en , 5 , 05 , ex:a ; ex:q ex:b , ex:d ; a ex:T .
ex:b ex:p ex:c , "y, \\"z\\"\\t<&>\\n" ; ex:q ex:a , 5 ; a ex:T , ex:U .
ex:c ex:q ex:c , ex:p ; ex:p 5.0 , true .
ex:p ex:p ex:q .
ex:g1 { ex:a ex:p ex:b . ex:b ex:q ex:g2 . }
ex:g2 { ex:a ex:p ex:b , ex:z . ex:z ex:q ex:g1 . }
"""


def store() -> ox.Store:
    made = ox.Store()
    made.load(DATA.encode(), format=ox.RdfFormat.TRIG)
    return made


STORE = store()


@cache
def filed() -> Path:
    """The columns of the store."""
    path = Path(tempfile.mkdtemp(prefix="kg-columns-")) / "columns"
    filing.write(STORE, path)
    return path


def fronts_answer(query: str, accept: str | None = None, *, columns: bool = True) -> Any:
    return answer_of(Quick(STORE, Settings(), prefixes(), columns=filed() if columns else None), query, accept)


def answer_of(here: Quick, query: str, accept: str | None = None) -> Any:
    """Asked twice: what is like something that was read is read otherwise."""
    text, wanted = b"query=" + quote(query, safe="").encode(), wish((accept or "").encode(), b"")
    answers = [asked and here.answer(asked, wanted) for asked in (here.read(text) for _ in range(2))]
    assert answers[0] == answers[1] or not answers[1]
    return answers[1]


def engines_answer(query: str) -> Any:
    return STORE.query(query, prefixes=prefixes(), base_iri=EX)


def rows(table: dict[str, Any]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in table["results"]["bindings"])


def same(query: str) -> bool:
    """Whether the front answers from columns, or all but that: fails where it answers otherwise than the engine."""
    return [_same(query, fronts_answer(query, columns=columns)) for columns in (False, True)][1]


def _same(query: str, mine: Any) -> bool:
    if mine is None:
        return False
    found = engines_answer(query)
    if isinstance(found, ox.QuerySolutions):
        theirs = json.loads(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")
        own = json.loads(mine.body)
        assert own["head"] == theirs["head"], query
        if "LIMIT" in query.upper() or "OFFSET" in query.upper():
            assert sum(rows(own).values()) == sum(rows(theirs).values()), query
        else:
            assert rows(own) == rows(theirs), query
    elif isinstance(found, ox.QueryBoolean):
        assert json.loads(mine.body)["boolean"] == bool(found), query
    else:
        own = {triple.triple for triple in ox.parse(mine.body, format=ox.RdfFormat.TURTLE)}
        assert own == set(found), query
    return True


IRIS = st.sampled_from(["ex:a", "ex:b", "<http://example.org/c>", "ex:p", "ex:q", "ex:T", "ex:none", "ex:g1"])
LITERALS = st.sampled_from(['"x"', '"x"@en', "5", "05", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>', '"y"', '""'])
NAMES = st.sampled_from(["?x", "?y", "$z", "?g"])
SUBJECTS = st.one_of(IRIS, NAMES)
PATHS = ["ex:p*", "ex:q+", "ex:p?", "^ex:p", "^ex:q*", "ex:p/ex:q", "ex:q/^ex:p+", "ex:p/ex:q*/ex:p?", "a/^a"]
PREDICATES = st.one_of(
    NAMES, st.sampled_from(["ex:p", "ex:q", "a", "ex:p|ex:q", "<http://example.org/q>|a"]), st.sampled_from(PATHS)
)
OBJECTS = st.one_of(IRIS, NAMES, LITERALS)


@st.composite
def groups(draw: Callable[[st.SearchStrategy[str]], str]) -> str:
    """Triple patterns, some of them in GRAPH."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):  # type: ignore[arg-type]
        triple = f"{draw(SUBJECTS)} {draw(PREDICATES)} {draw(OBJECTS)}"
        more = draw(st.sampled_from(["", "", " , ex:b", " ; ex:q ?y", " ; ex:p ?x ;"]))
        graph = draw(st.sampled_from(["", "", "", "GRAPH ?g", "GRAPH ex:g1", "GRAPH ?x"]))
        parts.append(f"{graph} {{ {triple}{more} }}" if graph else f"{triple}{more} .")
    return " ".join(parts)


@st.composite
def queries(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    group = draw(groups())
    form = draw(
        st.sampled_from(
            [
                "SELECT ?x ?y WHERE { %s }",
                "SELECT DISTINCT ?x { %s }",
                "SELECT ?z ?g ?nobody WHERE { %s } LIMIT 2",
                "select ?x where { %s } offset 1 limit 3",
                "SELECT (COUNT(*) AS ?n) WHERE { %s }",
                "SELECT ?x (COUNT(?y) AS ?n) WHERE { %s } GROUP BY ?x",
                "ASK { %s }",
                "CONSTRUCT { ?x ex:made ?y . ?y ?z ?x } WHERE { %s }",
                "DESCRIBE ex:a <http://example.org/b> # %s",
                "SELECT * WHERE { %s }",
                "SELECT ?x WHERE { %s FILTER(?x = ex:a) }",
                "SELECT ?x WHERE { { %s } UNION { ex:a ex:p ?x } }",
            ]
        )
    )
    return "PREFIX ex: <http://example.org/> " + form % group


@settings(max_examples=int(os.environ.get("KG_QUICK", "500")), deadline=None)
@given(queries())
def test_it_answers_as_the_engine_does_or_not_at_all(query: str) -> None:
    same(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?p ?o WHERE { <http://example.org/a> ?p ?o }",
        "PREFIX e: <http://example.org/> SELECT ?z { e:a e:p ?x . ?x e:p ?y . ?y e:q ?z . }",
        "PREFIX : <http://example.org/> SELECT ?d ?x { :a :p ?x GRAPH ?d { :a :p ?x } }",
        "PREFIX : <http://example.org/> SELECT ?t (COUNT(*) AS ?n) { ?s :q 5 ; a ?t } GROUP BY ?t",
        "PREFIX : <http://example.org/> CONSTRUCT { ?b :made ?t } WHERE { :b :p|:q ?b . ?b :q ?t }",
        "DESCRIBE <http://example.org/a>",
        "PREFIX : <http://example.org/> SELECT (COUNT(*) AS ?n) { :a :p/:q*/:p? ?x }",
        "PREFIX : <http://example.org/> SELECT ?x { ?x :p+ :q }",
        "PREFIX : <http://example.org/> ASK { GRAPH :g2 { :a ^:p/:p :z } }",
        'PREFIX : <http://example.org/> ASK { ?x :p "x"@en }',
    ],
)
def test_everyday_lookups_need_no_engine(query: str) -> None:
    assert same(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s WHERE { ?s ?p ?o }",
        "PREFIX : <http://example.org/> SELECT ?s WHERE { ?s :p ?o }",
        "PREFIX : <http://example.org/> SELECT ?s ?t WHERE { :a :p ?s . :b :q ?o . ?t :p ?u }",
        "PREFIX : <http://example.org/> SELECT ?x WHERE { :a (:p|:q)* ?x }",
        "PREFIX : <http://example.org/> SELECT ?x WHERE { :a :p|:q* ?x }",
        "PREFIX : <http://example.org/> SELECT ?x WHERE { :a :p{1,2} ?x }",
        "PREFIX : <http://example.org/> SELECT ?x WHERE { GRAPH ?g { :a :p* ?x } }",
        "PREFIX : <http://example.org/> SELECT ?x WHERE { GRAPH :g1 { :a :p* ?x } }",
        "PREFIX : <http://example.org/> SELECT ?x WHERE { :a :p ?x FILTER(?x > 3) }",
        "PREFIX : <http://example.org/> SELECT ?x WHERE { :a :p ?x } ORDER BY ?x",
        "PREFIX : <http://example.org/> SELECT ?x WHERE { :a :p '''x''' . :a :q ?x }",
        'PREFIX : <http://example.org/> SELECT ?x WHERE { :a :p """x""" . :a :q ?x }',
        "SELECT ?x FROM <http://example.org/g1> WHERE { <http://example.org/a> ?p ?x }",
        "SELECT ?x WHERE { <a> ?p ?x }",
        "SELECT ?x WHERE { <http://example.org/./a> ?p ?x }",
        "SELECT ?x WHERE { <http://example.org/a> ?p ?x",
        "SELECT ?x WHERE { <http://example.org/a> no:prefix ?x }",
        'SELECT ?x WHERE { ?x search:entity "words" }',
        'SELECT ?x WHERE { ?x <https://w3id.org/green-manufacturing/search/entity> "w" . ?x a ?y }',
        "SELECT ?x WHERE { SERVICE <http://127.0.0.1/> { <http://example.org/a> ?p ?x } }",
        "SELECT ?x WHERE { <http://example.org/a> ?p ?x } # ?\n",
        "PREFIX : <http://example.org/> SELECT ?x { :a :p|:q :b , ?x }",
        "SELECT ?x WHERE { <http://example.org/a> ?p\x0c?x }",
        "SELECT (?x AS ?y) WHERE { <http://example.org/a> ?p ?x }",
        "SELECT ?o (COUNT(*) AS ?n) WHERE { <http://example.org/a> ?p ?o }",
        "INSERT DATA { <http://example.org/a> <http://example.org/b> 5 }",
    ],
)
def test_what_is_more_or_wrong_is_left_to_others(query: str) -> None:
    assert fronts_answer(query) is None
    assert fronts_answer(query, columns=False) is None


def test_no_query_looks_at_more_than_a_number_of_quads(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = ox.Store()
    wide.extend(
        ox.Quad(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "p"), ox.Literal(str(number)), ox.DefaultGraph())
        for number in range(ground.Direct.most + 1)
    )
    here = Quick(wide, Settings(), prefixes())
    assert answer_of(here, f"SELECT ?o WHERE {{ <{EX}a> <{EX}p> ?o }}") is None
    assert answer_of(here, f"DESCRIBE <{EX}a>") is None
    few = answer_of(here, f"SELECT ?o WHERE {{ <{EX}a> <{EX}p> ?o }} LIMIT 3")
    assert few is not None and few.body.count(b'"value"') == 3
    cut = Quick(wide, Settings(max_rows=2), prefixes())
    assert answer_of(cut, f"SELECT ?o WHERE {{ <{EX}a> <{EX}p> ?o }} LIMIT 3") is None


def test_what_takes_long_is_left_to_others_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Quick(STORE, Settings(), prefixes())
    query, alike = (f"SELECT ?o WHERE {{ <{EX}{name}> ?p ?o }}" for name in "ab")
    assert answer_of(here, query)
    monkeypatch.setattr(lookups, "SECONDS", -1.0)
    assert answer_of(here, query) is None
    monkeypatch.undo()
    assert answer_of(here, alike) is None
    assert answer_of(here, f"DESCRIBE <{EX}a>")


def test_what_was_left_half_written_is_swept_away(tmp_path: Path) -> None:
    """Not what a process is about to finish."""
    path = tmp_path / "columns"
    ended = subprocess.Popen(["true"])
    ended.wait()
    names = [f".columns.{ended.pid}", f".columns.{ended.pid}.nq", f".columns.{os.getpid()}", ".columns.notes"]
    for name in names:
        (tmp_path / name).touch()
    filing.sweep(path)
    filing.write(STORE, path)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([names[3], "columns"])


@pytest.mark.parametrize("damage", [lambda whole: b"", lambda whole: whole[:-8], lambda whole: bytes(len(whole))])
def test_columns_that_are_not_whole_are_not_read_and_are_made_again(
    damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path, query = tmp_path / "columns", f"DESCRIBE <{EX}a>"
    filing.write(STORE, path)
    assert filing.there(path)
    path.write_bytes(damage(path.read_bytes()))
    here = Quick(STORE, Settings(), prefixes(), columns=path)
    assert answer_of(here, query)
    assert isinstance(here._source.ground, ground.Direct)
    assert not filing.there(path)
    assert not path.exists()


@pytest.mark.parametrize("first", [0, 1])
def test_where_several_patterns_may_come_first_the_one_that_fewest_fit_does(first: int, tmp_path: Path) -> None:
    wide, place = ox.Store(), tmp_path / "columns"
    named = {name: ox.NamedNode(EX + name) for name in ("p", "q", "many", "few")}
    for number in range(ground.Filed.most + 1):
        thing = ox.NamedNode(f"{EX}n{number}")
        wide.add(ox.Quad(thing, named["p"], named["many"], ox.DefaultGraph()))
        if not number % 5000:
            wide.add(ox.Quad(thing, named["q"], named["few"], ox.DefaultGraph()))
    filing.write(wide, place)
    patterns = [f"?x <{EX}p> <{EX}many> .", f"?x <{EX}q> <{EX}few> ."]
    query = f"SELECT ?x {{ {patterns[first]} {patterns[1 - first]} }}"
    answer = answer_of(Quick(wide, Settings(), prefixes(), columns=place), query)
    assert answer is not None and answer.body.count(b'"value"') == 4


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.text(alphabet="%25+& <>?{}aé;#0F=", max_size=12)), st.booleans())
def test_a_query_is_unescaped_as_forms_are(text: str, escaped: bool) -> None:
    try:
        string = b"query=" + (quote(text, safe="").encode() if escaped else text.encode())
    except UnicodeEncodeError:
        return
    found = protocol.only_query(string)
    try:
        whole = protocol.pairs(string, "query string")
    except Problem:
        whole = []
    assert found is None or whole == [("query", found)] or (not found and not whole)
    if escaped:
        assert found == text


READER = Escaped(Planner(prefixes()))
"""Has read all that was asked before."""


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(
        ["SELECT ?o { <http://e.org/%s> ?p ?o }", 'ASK { ?s a <http:%s>; ?p "%s"@en, %s . }', "DESCRIBE <urn:%s> # %s"]
    ),
    st.lists(
        st.text(alphabet="ab%25/:#\"' +&<>?é.-10", max_size=8) | st.from_regex(r"[0-9]{1,20}|[a-z]+", fullmatch=True)
    ),
    st.sampled_from(["", "/:", "/:?#'"]),
)
def test_what_was_read_of_one_query_is_true_of_its_like(form: str, constants: list[str], safe: str) -> None:
    query = form % tuple((constants + ["a"] * 3)[: form.count("%s")])
    text = b"query=" + quote(query, safe=safe).encode()
    for sent in (text, text.replace(b"%20", b"+")):
        alone = Escaped(Planner(prefixes())).read(sent)
        known = READER.read(sent)
        assert (known and (known.query, known.constants, repr(known.plan.patterns))) == (
            alone and (protocol.only_query(sent), alone.constants, repr(alone.plan.patterns))
        )


@pytest.mark.parametrize("text", [b"%3Chttp:" + b"a" * 50_000 + b"%00%3E", b"%3C" * 20_000, b"%22" + b"%20" * 20_000])
def test_nothing_that_is_sent_takes_long_to_take_apart(text: bytes) -> None:
    began = time.thread_time()
    assert Escaped(Planner(prefixes())).read(b"query=" + text) is None
    assert time.thread_time() - began < 0.5


def test_a_busy_machine_is_no_long_query(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time counts in which the process works, not in which it has to wait."""
    one = Spell(0.02)
    time.sleep(0.05)
    assert not one.over()
    until = time.thread_time() + 0.03
    while time.thread_time() < until:
        pass
    assert one.over()


def test_no_path_goes_further_than_a_number_of_things(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ox.Store()
    nodes = [ox.NamedNode(f"{EX}n{number}") for number in range(50)]
    pairs = pairwise(nodes)
    line.extend(ox.Quad(one, ox.NamedNode(EX + "p"), other, ox.DefaultGraph()) for one, other in pairs)
    here = Quick(line, Settings(), prefixes())

    def reached(number: int) -> int | None:
        answer = answer_of(here, f"SELECT ?x WHERE {{ <{EX}n{number}> <{EX}p>+ ?x }}")
        return None if answer is None else answer.body.count(b'"value"')

    assert [reached(0), reached(10), reached(49)] == [49, 39, 0]
    line.remove(ox.Quad(nodes[30], ox.NamedNode(EX + "p"), nodes[31], ox.DefaultGraph()))
    here.changed()
    assert reached(10) == 20
    monkeypatch.setattr(reach, "FAR", 30)
    assert reached(10) is None
    assert reached(25) is None, "its like are left to others"
    later = time.monotonic() + tiny.LEFT_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert reached(25) == 5, "for a while"


def test_the_full_text_is_asked_as_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named, label = ox.Store(), ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for number in range(30):
        thing = ox.NamedNode(f"{EX}n{number}")
        named.add(ox.Quad(thing, label, ox.Literal(f"plant {number % 3} of {number}"), ox.DefaultGraph()))
        named.add(ox.Quad(thing, ox.NamedNode(EX + "p"), nodes_of(number), ox.DefaultGraph()))
    fulltext.write(named, tmp_path / "index")
    index = fulltext.Index(tmp_path / "index")
    here = Quick(named, Settings(), prefixes(), lambda: index)
    query = 'SELECT ?x ?y WHERE { ?x search:entity "plant 2" . ?x <http://example.org/p> ?y }'
    expected = [(hit.iri, nodes_of(int(hit.iri[len(EX) + 1 :])).value) for hit in index.find("plant 2", 1000)]
    answer = answer_of(here, query)
    assert answer is not None
    found = [(row["x"]["value"], row["y"]["value"]) for row in json.loads(answer.body)["results"]["bindings"]]
    assert sorted(found) == sorted(expected)
    assert len(found) == 10
    few = answer_of(here, 'SELECT ?x { ?x search:entity "plant 2" } LIMIT 3')
    assert few is not None
    few_found = [row["x"]["value"] for row in json.loads(few.body)["results"]["bindings"]]
    assert few_found == [iri for iri, _ in expected[:3]]
    for left in ('SELECT ?x { ?x search:entity "plant 2"@en }', "SELECT ?x { GRAPH ?x { ?x search:entity ?y } }"):
        assert answer_of(here, left) is None
    monkeypatch.setattr(fulltext, "STEPS", 1)
    monkeypatch.setattr(lookups, "SECONDS", -1.0)
    assert answer_of(here, query) is None


def nodes_of(number: int) -> ox.NamedNode:
    return ox.NamedNode(f"{EX}place{number % 7}")


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from(["", "en", "de-AT", "dt"]))
def test_terms_are_written_as_others_read_them(text: str, tail: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    typed = {"datatype": ox.NamedNode(EX + tail)} if tail == "dt" else {"language": tail or None}
    term = ox.Literal(text, **typed)  # type: ignore[arg-type]
    table = cells.json_table(["a", "b"], [(term, ox.NamedNode(EX + "b"))], [cells.json_term] * 2, bound=True)
    read = ox.parse_query_results(table, format=ox.QueryResultsFormat.JSON)
    assert isinstance(read, ox.QuerySolutions)
    assert [tuple(row) for row in read] == [(term, ox.NamedNode(EX + "b"))]
    triple = (ox.NamedNode(EX + "a"), ox.NamedNode("http://www.w3.org/2004/02/skos/core#note"), term)
    a, note, text = map(str, triple)
    document = cells.Turtle(prefixes()).written([(a, note, text), (a, note, a)])
    assert "skos:note" in document
    assert {one.triple for one in ox.parse(document, format=ox.RdfFormat.TURTLE)} == {
        ox.Triple(*triple),
        ox.Triple(triple[0], triple[1], triple[0]),
    }


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values", "application/sparql-results+xml"])
def test_every_format_reads_as_the_engines(accept: str) -> None:
    query = f"SELECT ?p ?o WHERE {{ <{EX}b> ?p ?o }}"
    mine = fronts_answer(query, accept)
    kind = ox.QueryResultsFormat.from_media_type(accept)
    assert kind is not None
    theirs = engines_answer(query).serialize(format=kind) or b""
    if kind == ox.QueryResultsFormat.CSV:
        assert sorted(csv.reader(StringIO(mine.body.decode(), newline=""))) == sorted(
            csv.reader(StringIO(theirs.decode(), newline=""))
        )
        return
    own, other = (ox.parse_query_results(body, format=kind) for body in (mine.body, theirs))
    assert isinstance(own, ox.QuerySolutions) and isinstance(other, ox.QuerySolutions)
    assert {tuple(row) for row in own} == {tuple(row) for row in other}


def test_shapes_are_read_once() -> None:
    planner = Planner(prefixes())
    first = planner.plan(f"SELECT ?o WHERE {{ <{EX}a> <{EX}p> ?o }} LIMIT 3")
    second = planner.plan(f"SELECT ?o WHERE {{ <{EX}b> <{EX}q> ?o }} LIMIT 4")
    assert first is not None and second is not None
    assert first[1] is second[1]
    assert (first[2], second[2]) == ([EX + "a", EX + "p", "3"], [EX + "b", EX + "q", "4"])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_build(tmp_path_factory.mktemp("build"))


def test_a_server_says_the_same_with_and_without(root: Path) -> None:
    query = "SELECT ?p ?o WHERE { ent:quarzhafen-place ?p ?o }"
    assert Planner(prefixes()).plan(query)
    with running(root, workers=1) as fast, running(root, workers=1, quick=False) as slow:
        for path in ("/sparql", "/sparql/"):
            one, other = (
                httpx.get(server.address + path, params={"query": query}, trust_env=False, timeout=60)
                for server in (fast, slow)
            )
            assert rows(one.json()) == rows(other.json())
            assert rows(one.json())
            same = ("content-type", "etag", "x-build", "vary", "content-security-policy", "access-control-allow-origin")
            assert [one.headers[name] for name in same] == [other.headers[name] for name in same]
            again = httpx.get(
                fast.address + path, params={"query": query}, headers={"if-none-match": one.headers["etag"]}
            )
            assert again.status_code == 304


def test_every_front_sees_an_update_before_it_is_answered(root: Path, tmp_path: Path) -> None:
    token = tokens.create(tmp_path / "tokens", "tests")
    root = sample_build(tmp_path)
    options = {"updates": True, "tokens": str(tmp_path / "tokens"), "fronts": 3}
    query = f"SELECT ?o WHERE {{ <{EX}new> <{EX}p> ?o }}"
    with running(root, workers=1, **options) as server:
        for number in range(3):
            changed = httpx.post(
                server.address + "/sparql",
                data={"update": f"INSERT DATA {{ <{EX}new> <{EX}p> {number} }}"},
                headers={"authorization": f"Bearer {token}"},
                trust_env=False,
                timeout=60,
            )
            assert changed.status_code == 204
            for _ in range(12):  # each on a connection of its own, so that all fronts are asked
                found = httpx.get(server.address + "/sparql", params={"query": query}, trust_env=False, timeout=60)
                assert len(found.json()["results"]["bindings"]) == number + 1
                assert found.headers["x-build"] == changed.headers["x-build"]


def test_a_front_that_is_killed_is_replaced(root: Path) -> None:
    with running(root, workers=1, fronts=2) as server:
        until = time.monotonic() + 20
        while time.monotonic() < until and len(listeners := fronts_of(server.process.pid)) < 2:
            time.sleep(0.1)
        assert len(listeners) == 2
        for pid in listeners:
            os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 20
        while time.monotonic() < until and not (now := fronts_of(server.process.pid)) - listeners:
            time.sleep(0.1)
        assert now
        assert server.sparql("ASK { ?s ?p ?o }").status_code == 200


def fronts_of(pid: int) -> set[int]:
    """The processes below a server that wait for more than one thing: query processes wait for their next job only."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            with suppress(OSError):
                links = [str(one.readlink()) for one in Path(f"/proc/{child}/fd").iterdir()]
                if "anon_inode:[eventpoll]" in links:
                    found.add(child)
            found |= fronts_of(child)
    return found
