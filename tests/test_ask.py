"""Room 10: the query library: headers, parameters as people type them, tables."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib.plugins.sparql
from cq.sample_graph import ENT, Sample, sample

from kg.ask import Query, Table, ask, bind, label, library, read_query, resolve, run
from kg.errors import KgError

LANGS = {"de", "en", "zh"}
GM = "https://w3id.org/green-manufacturing/ontology#"


def write(folder: Path, text: str, name: str = "own.rq") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def query(tmp_path: Path) -> Query:
    """A small query of a user's own, with one required and one optional parameter."""
    return read_query(
        write(
            tmp_path,
            "#+ summary@en: things\n#+ param: word text\n#+ param: most integer optional\n"
            "#+ example: kg ask own --word mill\n"
            "SELECT ?thing ?name WHERE { VALUES ?word { UNDEF } VALUES ?most { UNDEF } "
            "?thing <http://www.w3.org/2000/01/rdf-schema#label> ?name FILTER(CONTAINS(?name, ?word)) "
            "FILTER(!BOUND(?most) || STRLEN(?name) <= ?most) }",
        )
    )


def copy() -> ox.Store:
    """The sample, to be written to."""
    store = ox.Store()
    store.extend(sample().store)
    return store


# The files


@pytest.mark.parametrize("name", sorted(library()))
def test_header_is_complete(name: str) -> None:
    """Each query that ships is summarised and headed in three languages and shows an example that runs."""
    query = library()[name]
    assert set(query.summary) == set(query.headings) == LANGS
    words = shlex.split(query.example)
    assert words[:3] == ["kg", "ask", name]
    params = {words[at].removeprefix("--"): words[at + 1] for at in range(3, len(words), 2)}
    table = run(sample(), query, params)
    assert table.rows, "the example answers something on the sample"
    assert {len(heads) for heads in query.headings.values()} == {len(table.columns)}


@pytest.mark.parametrize("name", sorted(library()))
def test_plain_sparql(name: str) -> None:
    """Each file as it is, without parameters, is SPARQL 1.1 to rdflib and to Oxigraph."""
    text = library()[name].text
    rdflib.plugins.sparql.prepareQuery(text)
    ox.Store().query(text)


@pytest.mark.parametrize("name", sorted(library()))
def test_rows_show_their_sentence(name: str) -> None:
    """Whatever states a fact has a column for the sentence and one for its document."""
    heads = library()[name].text.split("WHERE")[0]
    assert name == "documents" or ("?sentence" in heads and "?document" in heads)


def test_library_size() -> None:
    assert len(library()) >= 14


def test_unproved_triple_shows_no_sentence() -> None:
    """A triple that was inferred has no evidence: its row has no sentence, rather than everybody's."""
    store = copy()
    a, b = ox.NamedNode(ENT + "amboss"), ox.NamedNode(ENT + "photovoltaik")
    store.add(ox.Quad(a, ox.NamedNode(GM + "uses"), b))
    table = ask(Sample(store), "technologies", {"user": "Anvil Steel"})
    assert [row[-2:] for row in table.rows] == [("", "")]


# A user's own queries


def test_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query in $KG_QUERIES or in the given folder is found; the given folder wins."""
    for name in ("env", "given"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, f"#+ summary@en: from {name}\nSELECT ?s WHERE {{ ?s ?p ?o }} LIMIT 1")
    monkeypatch.setenv("KG_QUERIES", str(tmp_path / "env"))
    assert library()["own"].summary == {"en": "from env"}
    assert library(tmp_path / "given")["own"].summary == {"en": "from given"}
    assert len(ask(sample(), "own", folder=tmp_path / "given").rows) == 1


def test_missing_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KG_QUERIES", str(tmp_path / "nowhere"))
    with pytest.raises(KgError, match="nowhere"):
        library()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("#+ summary@en: x\n#+ summry@en: y\nSELECT * {}", 2, "not understood"),
        ("#+ summary@en: x\n#+ summary: y\nSELECT * {}", 2, "not understood"),
        ("#+ no header\nSELECT * {}", 1, "not understood"),
        ("#+ summary@en: x\n\n#+ param: a\nSELECT * {}", 3, "name type"),
        ("#+ summary@en: x\n#+ param: a Bank!\nSELECT * {}", 2, "name type"),
        ("#+ summary@en: x\n#+ param: a text maybe\nSELECT * {}", 2, "name type"),
        ("#+ summary@en: x\n#+ param: a text\nSELECT * {}", 2, "VALUES ?a { UNDEF }"),
        ("#+ summary@en: x\n#+ param: a text\n#+ param: a text\nSELECT * { VALUES ?a { UNDEF } }", 3, "twice"),
        ("SELECT * {}", 1, "no summary"),
    ],
)
def test_malformed_header(tmp_path: Path, text: str, line: int, says: str) -> None:
    """What cannot be understood is told with file, line, and what to write."""
    with pytest.raises(KgError) as error:
        read_query(write(tmp_path, text))
    assert f"own.rq, line {line}:" in str(error.value)
    assert says in str(error.value)


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "bad.rq").write_bytes(b"\xff\xfe#")
    with pytest.raises(KgError, match=r"bad\.rq"):
        library(tmp_path)


@pytest.mark.parametrize("body", ["SELECT ?s WHERE { ?s ?p", "ASK { ?s ?p ?o }"])
def test_not_a_select(tmp_path: Path, body: str) -> None:
    query = read_query(write(tmp_path, f"#+ summary@en: x\n{body}"))
    with pytest.raises(KgError, match=r"own\.rq"):
        run(sample(), query, {})


# Parameters


def test_text_is_never_query(query: Query) -> None:
    """Quotes, braces, newlines, backslashes and SPARQL itself stay a text: they match nothing and change nothing."""
    evil = [
        '" } ?a ?b ?c {',
        "'''\n} #",
        '\\" UNDEF',
        '"@en } UNION { ?thing ?p ?name }',
        "\\u0022",
        "\x00\r\n\t",
        "{ UNDEF }",
    ]
    for text in evil:
        bound = bind(sample(), query, {"word": text})
        assert run(sample(), query, {"word": text}).rows == ()
        rdflib.plugins.sparql.prepareQuery(bound)
    store = ox.Store()
    for index, text in enumerate(evil):
        name = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
        store.add(ox.Quad(ox.NamedNode(f"{ENT}{index}"), name, ox.Literal(text)))
    for text in evil:
        assert text in {row[1] for row in run(Sample(store), query, {"word": text}).rows}


@pytest.mark.parametrize(
    "text", ["x> } INSERT { <y", "http://x/> . <http://y", 'http://x/"', "ent:a> <b", "gm:{}", "ent:\n"]
)
def test_iri_is_never_query(text: str) -> None:
    """No text that looks like an IRI breaks out of one."""
    with pytest.raises(KgError):
        resolve(sample(), text)


def test_missing_parameter(query: Query) -> None:
    with pytest.raises(KgError, match=r"needs the parameter word \(text\)\. Example: kg ask own --word mill"):
        run(sample(), query, {"most": "3"})


def test_unknown_parameter_and_query(query: Query) -> None:
    with pytest.raises(KgError, match=r"no parameter wrd\. Its parameters: word, most"):
        run(sample(), query, {"wrd": "x"})
    with pytest.raises(KgError, match="money-chain"):
        ask(sample(), "mony-chain")


def test_integer(query: Query) -> None:
    """A number bounds; what is none is refused."""
    every = run(sample(), query, {"word": "mill ret"}).rows
    assert {row[1] for row in every} == {"cement mill retrofit"}
    assert run(sample(), query, {"word": "mill ret", "most": " 5 "}).rows == ()
    with pytest.raises(KgError, match="whole number"):
        run(sample(), query, {"word": "mill", "most": "5.5"})


@pytest.mark.parametrize(
    ("text", "type_", "local"),
    [
        ("Steinbruch Zement GmbH", "entity", "steinbruch"),
        ("  steinbruch-zement   gmbh ", "entity:Enterprise", "steinbruch"),
        ("QUARRY", "entity", "steinbruch"),
        ("采石场水泥公司", "entity:Manufacturer", "steinbruch"),
        ("Steinbr", "entity", "steinbruch"),
        ("River", "entity:FinancialInstitution", "flussbank"),
        ("Ｐ Ｖ", "entity:Technology", "photovoltaik"),
        (ENT + "umweltamt", "entity", "umweltamt"),
        (f"<{ENT}umweltamt>", "entity:GovernmentBody", "umweltamt"),
        ("ent:umweltamt", "entity:Bureau", "umweltamt"),
        ("Sampleland", "place", "musterland"),
    ],
)
def test_resolve_entity(text: str, type_: str, local: str) -> None:
    """A name, an alias, the start of one, in any language, case and punctuation; an IRI, long or short."""
    assert resolve(sample(), text, type_) == ENT + local


@pytest.mark.parametrize(
    ("text", "type_", "iri"),
    [
        ("gm:Enterprise", "class", GM + "Enterprise"),
        ("green bond", "class", GM + "GreenBond"),
        ("greenbond", "class", GM + "GreenBond"),
        ("ind:energySaving", "indicator", "https://w3id.org/green-manufacturing/indicator/energySaving"),
        ("energySaving", "indicator", "https://w3id.org/green-manufacturing/indicator/energySaving"),
        ("projected", "status", "https://w3id.org/green-manufacturing/status/projected"),
        ("area", "indicator", "https://w3id.org/green-manufacturing/indicator/area"),
        ("t_CO2", "unit", "https://w3id.org/green-manufacturing/unit/t_CO2"),
        ("standard coal", "substance", "https://w3id.org/green-manufacturing/substance/standard_coal"),
    ],
)
def test_resolve_term(text: str, type_: str, iri: str) -> None:
    """Terms of the ontology by label, code, local name or prefix; the type tells homonyms apart."""
    assert resolve(sample(), text, type_) == iri


def test_unknown_suggests() -> None:
    """A slip of the pen gets the nearest names, with class and IRI."""
    with pytest.raises(KgError, match="Did you mean") as error:
        resolve(sample(), "Stienbruch Zemnt", "entity")
    assert f"Quarry Cement (manufacturer) <{ENT}steinbruch>" in str(error.value).splitlines()[1]
    with pytest.raises(KgError) as error:
        resolve(sample(), "Zement Steinbruch", "entity")
    assert str(error.value).splitlines()[1].endswith(f"<{ENT}steinbruch>"), "words in another order are near"
    with pytest.raises(KgError, match="Nothing is near"):
        resolve(sample(), "§§§", "entity")


def test_ambiguous_lists() -> None:
    """What several things are called by lists each with its class; a whole name beats the start of a longer one."""
    with pytest.raises(KgError, match="several") as error:
        resolve(sample(), "Muster", "entity")
    assert "Sampleland (province)" in str(error.value)
    assert "Sampleland Ministry of Energy (ministry)" in str(error.value)
    assert resolve(sample(), "Musterland", "entity") == ENT + "musterland"


def test_same_name_twice() -> None:
    store = copy()
    twin = ox.NamedNode(ENT + "twin")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    name = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    store.add(ox.Quad(twin, rdf_type, ox.NamedNode(GM + "Town")))
    store.add(ox.Quad(twin, name, ox.Literal("Flussbank", language="de")))
    with pytest.raises(KgError, match=r"town"):
        resolve(Sample(store), "Flussbank")
    assert resolve(Sample(store), "Flussbank", "place") == ENT + "twin"


def test_wrong_class_and_unknown_iri() -> None:
    with pytest.raises(KgError, match=r"is bureau, and what is asked for is the class financial institution"):
        resolve(sample(), ENT + "umweltamt", "entity:FinancialInstitution")
    with pytest.raises(KgError, match="says nothing of"):
        resolve(sample(), "https://example.org/nobody")
    with pytest.raises(KgError, match="says nothing of"):
        resolve(sample(), "gm:Nothing", "class")


# Answers


@pytest.mark.parametrize(
    ("lang", "name"), [("de", "mehrere Banken"), ("zh", "mehrere Banken"), ("en", "mehrere Banken")]
)
def test_label_falls_back(lang: str, name: str) -> None:
    """A thing that has no label in the language asked for is shown with one that it has."""
    assert label(sample(), ENT + "banken", lang) == "mehrere Banken"


def test_labels_in_each_language() -> None:
    one = {"instrument": "ent:kredit"}
    names = {lang: ask(sample(), "recipients", one, lang).rows[0][0] for lang in LANGS}
    assert names == {"de": "Steinbruch Zement GmbH", "en": "Quarry Cement", "zh": "采石场水泥公司"}
    assert ask(sample(), "recipients", one, "zh").headings[0] == "获得方"
    assert ask(sample(), "recipients", one, "fr").rows[0][0] == "Quarry Cement"


def test_order() -> None:
    """Rows stand in the order of their cells, numbers by value; a query's own ORDER BY is kept."""
    table = ask(sample(), "effects-by-project", {"indicator": "energySaving"})
    assert [row[table.columns.index("value")] for row in table.rows] == ["1150", "1200", "1300"]
    back = library()["documents"]
    turned = Query(back.name, back.summary, (), "", back.text + " ORDER BY DESC(?language)", back.path)
    assert [row[1] for row in run(sample(), turned, {}).rows] == ["zh", "en", "de"]


def test_table_forms() -> None:
    """CSV and JSON carry the same cells, JSON the IRIs too; the text form shows brackets and Chinese as they are."""
    table = Table(("a", "b"), (('x "1", [red]y', "水泥"),), ((None, ENT + "z"),))
    assert list(csv.reader(io.StringIO(table.to_csv()))) == [["a", "b"], ['x "1", [red]y', "水泥"]]
    assert json.loads(table.to_json()) == [{"a": 'x "1", [red]y', "b": "水泥", "b_iri": ENT + "z"}]
    text = table.to_text(60)
    assert 'x "1", [red]y' in text
    assert "水泥" in text
    assert max(len(line) for line in text.splitlines()) <= 60
    assert json.loads(Table(("a",), ()).to_json()) == []


def test_text_fits_the_terminal() -> None:
    """Columns that are empty throughout are left out; where columns would get too narrow, each row is a block."""
    rows = tuple((f"name {n}", "", "a sentence that is long enough to be folded " * 3, "x") for n in range(2))
    table = Table(("first", "none", "sentence", "last"), rows)
    wide, narrow = table.to_text(100), table.to_text(30)
    assert "none" not in wide + narrow
    assert len([line for line in wide.splitlines() if "first" in line]) == 1
    assert len([line for line in narrow.splitlines() if line.startswith("first")]) == 2
    assert max(map(len, wide.splitlines())) <= 100
    assert max(map(len, narrow.splitlines())) <= 30
    assert Table(("a", "b"), ()).to_text(40).count("a") == 1


def test_text_does_not_steer_the_terminal() -> None:
    """Escape sequences of a document come out as replacement characters, markup as text."""
    text = Table(("a",), (("\x1b[31mred\x07 [bold]b[/bold]",),)).to_text(60)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]b[/bold]" in text


def test_param_types() -> None:
    """The types in use are those that forms know."""
    types = {param.type for query in library().values() for param in query.params}
    assert {"entity", "class", "place", "indicator", "status", "text", "integer"} <= types
