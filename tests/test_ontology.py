"""The ontology is complete and well formed, and its reader gives it to the other rooms without loss."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, XSD, BNode, URIRef

from kg.errors import KgError
from kg.ontology import Ontology, graph, load, ntriples, ontology_dir, parsed, shapes_graph
from kg.ontology.files import toml
from kg.ontology.reader import tables
from kg.ontology.terms import read_tables

LANGUAGES = ("en", "de", "zh")
OWN = "https://w3id.org/green-manufacturing/"
PROPERTIES = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
GUIDE_CLASSES = [
    "GovernmentBody",
    "FinancialInstitution",
    "Enterprise",
    "IndustrialPark",
    "Organization",
    "Place",
    "Initiative",
    "FinancialInstrument",
    "Project",
    "Facility",
    "Technology",
    "Designation",
    "Person",
]
GUIDE_RELATIONS = [
    "locatedIn",
    "partOf",
    "implements",
    "participatesIn",
    "supports",
    "provides",
    "receives",
    "finances",
    "undertakes",
    "operates",
    "uses",
    "hasDesignation",
    "collaboratesWith",
    "employs",
]
GUIDE_INDICATORS = [
    "energySaving",
    "electricitySaving",
    "electricityGeneration",
    "electricityUse",
    "energyUse",
    "emissionReduction",
    "emissions",
    "pollutantReduction",
    "energyIntensity",
    "carbonIntensity",
    "waterSaving",
    "wasteUtilisation",
    "installedCapacity",
    "productionCapacity",
    "storageCapacity",
    "investment",
    "financing",
    "subsidy",
    "economicBenefit",
    "revenue",
    "outputValue",
    "costSaving",
    "count",
    "area",
    "share",
    "growth",
    "reductionRate",
    "recyclingRate",
    "employment",
    "price",
    "duration",
    "other",
]
GUIDE_UNITS = [
    "t",
    "t_tce",
    "t_CO2",
    "kg",
    "g",
    "kWh",
    "MWh",
    "GWh",
    "TWh",
    "kW",
    "MW",
    "GW",
    "MWp",
    "J",
    "GJ",
    "m2",
    "m3",
    "km2",
    "ha",
    "mu",
    "km",
    "CNY",
    "EUR",
    "USD",
    "percent",
    "count",
    "person",
    "year",
    "household",
    "other",
    "t_tce/10000CNY",
]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


@pytest.fixture(scope="module")
def merged() -> rdflib.Graph:
    return graph()


@pytest.fixture()
def copy(tmp_path: Path) -> Path:
    """A copy of the ontology that a test may spoil."""
    target = tmp_path / "ontology"
    shutil.copytree(ontology_dir(), target)
    return target


# ---- what every term must have


def test_every_term_is_labelled_and_defined_in_three_languages(ontology: Ontology) -> None:
    """Full coverage, over enough terms that an empty read cannot pass."""
    assert len(ontology.terms) > 400
    missing = [
        (term.name, what, lang)
        for term in ontology.terms.values()
        for what, said in (("label", term.labels), ("definition", term.definitions))
        for lang in LANGUAGES
        if not said.get(lang, "").strip()
    ]
    assert missing == []


def test_every_term_has_an_example_in_three_languages_and_a_source(ontology: Ontology) -> None:
    """Classes, properties, indicators, units, kinds of unit, substances, factors, statuses, roles, schemes alike."""
    unsaid = [(t.name, lang) for t in ontology.terms.values() for lang in LANGUAGES if not t.examples.get(lang)]
    assert unsaid == []
    assert [term.name for term in ontology.terms.values() if not term.sources] == []


def test_every_subject_of_the_project_is_read_as_a_term(ontology: Ontology, merged: rdflib.Graph) -> None:
    """The coverage test sees all: nothing of our namespaces that the files declare is left out of the tables."""
    declared = {str(s) for s in merged.subjects(RDF.type) if isinstance(s, URIRef) and str(s).startswith(OWN)}
    assert declared - set(ontology.terms) == {str(s) for s in merged.subjects(RDF.type, OWL.Ontology)}


def test_chinese_is_written_in_chinese(ontology: Ontology) -> None:
    """A label left in another language under `@zh` is found; words that are the same in all are few."""
    foreign = [t.name for t in ontology.terms.values() if not any("一" <= c <= "鿿" for c in t.definitions["zh"])]
    assert foreign == []


def test_no_two_classes_or_relations_share_a_label(ontology: Ontology) -> None:
    """A person who picks a label from a list must know what is meant."""
    for table in (ontology.classes, ontology.relations, ontology.indicators, ontology.units):
        for lang in LANGUAGES:
            seen = Counter(term.labels[lang] for term in table.values())
            assert [label for label, times in seen.items() if times > 1] == []


def test_every_property_has_domain_and_range(ontology: Ontology) -> None:
    """Annotation properties excepted, which need no domain: they mark classes and properties."""
    unsaid = [p.name for p in ontology.properties.values() if not p.range or (p.kind != "annotation" and not p.domain)]
    assert unsaid == []


def test_the_vocabulary_of_the_annotation_guide_is_there(ontology: Ontology) -> None:
    assert set(GUIDE_CLASSES) <= {name for name, term in ontology.classes.items() if term.top}
    assert set(GUIDE_RELATIONS) <= set(ontology.relations)
    assert set(GUIDE_INDICATORS) == set(ontology.coarse_indicators)
    assert set(GUIDE_UNITS) <= set(ontology.units)
    assert list(ontology.statuses) == ["actual", "projected", "target", "limit", "negated", "cancelled"]


def _names_used(said: dict[str, Any], ontology: Ontology) -> Iterator[tuple[str, str, Container[str]]]:
    """(section, name, table that must have it) for whatever a lexicon or `reading.toml` names of the ontology."""
    words = said.get("words", {})
    figures = {name: listed for name, listed in said.get("figures", {}).items() if isinstance(listed, list)}
    kinds = said.get("figures", {}).get("kinds", {})
    keyed: list[tuple[str, dict[str, Any], Container[str]]] = [
        ("units", said.get("units", {}), ontology.units),
        ("substances", said.get("substances", {}), ontology.substances),
        ("words.substance", words.get("substance", {}), ontology.substances),
        ("words.indicator", words.get("indicator", {}), ontology.indicators),
        *((f"words.{part}", words.get(part, {}), ontology.classes) for part in ("head", "name", "name_ending")),
        ("classes", said.get("classes", {}), ontology.classes),
        ("figures", figures, ontology.dimensions),
        ("figures.kinds", kinds, ontology.dimensions),
        ("subjects", said.get("subjects", {}), ontology.indicators),
    ]
    for section, names, table in keyed:
        yield from ((section, name, table) for name in names)
    for frame in said.get("frames", []):
        yield "frames", frame["relation"], ontology.relations
    for listed in figures.values():
        yield from (("figures", indicator, ontology.indicators) for indicator in listed)
    for listed in said.get("subjects", {}).values():
        yield from (("subjects", cls, ontology.classes) for cls in listed)


def test_names_that_the_lexicons_use_are_in_the_ontology(ontology: Ontology) -> None:
    """A unit or class with words but no description would come out without kind, label and base value."""
    files = sorted(ontology_dir().rglob("*.toml"))
    used = [
        (p.name, *use) for p in files for use in _names_used(tomllib.loads(p.read_text(encoding="utf-8")), ontology)
    ]
    assert len(used) > 100
    assert [(file, section, name) for file, section, name, table in used if name not in table] == []


# ---- OWL 2 DL


def test_every_class_and_property_used_is_declared_once_as_one_kind(merged: rdflib.Graph) -> None:
    """The profile asks for a declaration of each term, and forbids one name for two kinds of property."""
    builtin = (str(RDF), str(RDFS), str(OWL))
    used = {p for p in merged.predicates() if not str(p).startswith(builtin)}
    kinds = {p: PROPERTIES & set(merged.objects(p, RDF.type)) for p in used}
    assert {p: k for p, k in kinds.items() if len(k) != 1} == {}
    classes = {s for kind in (OWL.Class, OWL.Restriction) for s in merged.subjects(RDF.type, kind)}
    typed = {t for t in merged.objects(None, RDF.type) if not str(t).startswith(builtin)}
    assert typed - classes == set()
    for predicate in (RDFS.subClassOf, RDFS.domain):
        assert {o for o in merged.objects(None, predicate)} - classes == set()
    assert classes & {s for kind in PROPERTIES for s in merged.subjects(RDF.type, kind)} == set()
    assert classes & set(merged.subjects(RDF.type, OWL.NamedIndividual)) == set()


def test_ranges_fit_the_kind_of_property(merged: rdflib.Graph) -> None:
    for prop in merged.subjects(RDF.type, OWL.ObjectProperty):
        assert all((o, RDF.type, OWL.Class) in merged for o in merged.objects(prop, RDFS.range)), prop
    for prop in merged.subjects(RDF.type, OWL.DatatypeProperty):
        ranges = set(merged.objects(prop, RDFS.range)) - {RDFS.Literal}
        assert all(str(o).startswith(str(XSD)) for o in ranges), prop


def test_values_fit_the_kind_of_property(merged: rdflib.Graph) -> None:
    """Object properties point to individuals, datatype properties to literals of their range."""
    for subject, predicate, value in merged:
        types = set(merged.objects(predicate, RDF.type))
        if OWL.ObjectProperty in types:
            assert isinstance(value, URIRef), (subject, predicate)
        if OWL.DatatypeProperty in types:
            assert isinstance(value, rdflib.Literal) and not value.language, (subject, predicate)
            wanted = set(merged.objects(predicate, RDFS.range)) - {XSD.string}
            assert value.datatype in (wanted or {None, XSD.string}), (subject, predicate)


def test_merging_leaves_one_header_without_imports(merged: rdflib.Graph) -> None:
    (header,) = merged.subjects(RDF.type, OWL.Ontology)
    assert merged.value(header, OWL.versionIRI) and not list(merged.objects(None, OWL.imports))


def test_every_module_names_its_version_and_licence(ontology: Ontology, merged: rdflib.Graph) -> None:
    """The core has the version before, too, and says what is new; no term has a version in its name."""
    own = OWN + "ontology/" + ontology.version
    for path in sorted(ontology_dir().glob("*.ttl")):
        text = path.read_text(encoding="utf-8")
        if "a owl:Ontology" in text:
            assert f"owl:versionIRI <{own}" in text and f'owl:versionInfo "{ontology.version}"' in text, path
            assert "dcterms:license <https://" in text, path
    (header,) = merged.subjects(RDF.type, OWL.Ontology)
    before = str(merged.value(header, OWL.priorVersion)).removeprefix(OWN + "ontology/")
    assert [int(part) for part in before.split(".")] < [int(part) for part in ontology.version.split(".")]
    notes = {str(note).partition(":")[0] for note in merged.objects(header, rdflib.SKOS.changeNote)}
    assert notes == {before, ontology.version}
    assert not any(ontology.version in iri for iri in ontology.terms)


def test_core_imports_nothing_and_all_else_leads_to_it() -> None:
    imports = {}
    for path in sorted(ontology_dir().glob("*.ttl")):
        if path.stem not in ("shapes", "expectations"):
            module = rdflib.Graph().parse(path)
            (header,) = module.subjects(RDF.type, OWL.Ontology)
            imports[header] = set(module.objects(header, OWL.imports))
    core = URIRef(OWN + "ontology")
    assert imports.pop(core) == set()
    assert all(core in wanted for wanted in imports.values())
    assert {module for wanted in imports.values() for module in wanted} <= {core, *imports}


def test_every_module_uses_only_terms_of_itself_and_its_imports() -> None:
    """Whoever loads one module with its imports gets all that it speaks of."""
    graphs = {
        p.stem: rdflib.Graph().parse(p)
        for p in ontology_dir().glob("*.ttl")
        if p.stem not in ("shapes", "expectations")
    }
    header = {stem: next(g.subjects(RDF.type, OWL.Ontology)) for stem, g in graphs.items()}
    stem_of = {iri: stem for stem, iri in header.items()}

    def closure(stem: str) -> set[str]:
        wanted = {stem_of[i] for i in graphs[stem].objects(header[stem], OWL.imports)}
        return {stem}.union(*(closure(w) for w in wanted))

    for stem, module in graphs.items():
        known = {s for reached in closure(stem) for s in graphs[reached].subjects(RDF.type)}
        used = {t for triple in module for t in triple if isinstance(t, URIRef) and str(t).startswith(OWN)}
        used -= {o for p in (OWL.imports, OWL.versionIRI, OWL.priorVersion) for o in module.objects(header[stem], p)}
        assert used - known == set(), stem


# ---- what relations allow


@pytest.mark.parametrize(
    ("subject", "relation", "object"),
    [
        ("Place", "implements", "Initiative"),
        ("Place", "participatesIn", "Initiative"),
        ("Place", "collaboratesWith", "GovernmentBody"),
        ("Place", "operates", "Facility"),
        ("Initiative", "finances", "Initiative"),
        ("FinancialInstrument", "finances", "Project"),
        ("Facility", "employs", "Person"),
        ("Organization", "supports", "Place"),
        ("Bureau", "provides", "SpecialSubsidy"),
        ("Factory", "locatedIn", "NearZeroCarbonPark"),
        ("Bank", "organizes", "MatchingEvent"),
    ],
)
def test_relations_take_what_texts_put_into_them(ontology: Ontology, subject: str, relation: str, object: str) -> None:
    """Combinations that occur in annotated texts, also with finer classes."""
    assert ontology.accepts(relation, subject, object)


@pytest.mark.parametrize(
    ("subject", "relation", "object"),
    [("Technology", "uses", "Enterprise"), ("Person", "receives", "Place"), ("Place", "locatedIn", "Person")],
)
def test_relations_refuse_what_makes_no_sense(ontology: Ontology, subject: str, relation: str, object: str) -> None:
    assert not ontology.accepts(relation, subject, object)


def test_relations_take_every_combination_of_the_annotated_texts(ontology: Ontology) -> None:
    import json

    gold = ontology_dir().parent.parent / "shared" / "corpus" / "gold"
    if not gold.is_dir():
        pytest.skip(f"the annotated development texts are not at {gold}")
    refused = set()
    for path in sorted(gold.glob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        cls = {entity["id"]: entity["class"] for entity in said["entities"]}
        for relation in said["relations"]:
            triple = (cls[relation["s"]], relation["p"], cls[relation["o"]])
            if not ontology.accepts(triple[1], triple[0], triple[2]):
                refused.add(triple)
    assert refused == set()


# ---- the reader


def test_kinds_and_tops(ontology: Ontology) -> None:
    assert ontology.ancestors("GreenLoan") == ("GreenLoan", "LoanOrCredit", "FinancialInstrument", "Entity")
    assert ontology.is_a("DevelopmentBank", "Actor") and not ontology.is_a("Actor", "DevelopmentBank")
    assert ontology.top("DevelopmentBank") == "FinancialInstitution" and ontology.top("Actor") == "Actor"
    kinds = {"Bank", "DevelopmentBank", "MultilateralDevelopmentBank", "CommercialBank", "RegionalBank"}
    assert set(ontology.descendants("Bank")) == kinds
    assert ontology.ancestors("receives")[0] == "receives"


def test_names_and_iris_lead_to_each_other(ontology: Ontology) -> None:
    for name in ontology.classes:
        assert ontology.name_of(ontology.class_iri(name)) == name
    for name in ontology.properties:
        assert ontology.name_of(ontology.relation_iri(name)) == name
    for code in ontology.units:
        assert ontology.name_of(ontology.unit_iri(code)) == code
    assert ontology.unit_iri("t_tce/10000CNY") == OWN + "unit/t_tce%2F10000CNY"
    assert ontology.unit_iri("kg/kWh") == OWN + "unit/kg%2FkWh"
    assert ontology.substance_iri("standard coal") == OWN + "substance/standard_coal"


def test_inverses_are_known_both_ways(ontology: Ontology) -> None:
    for prop in ontology.properties.values():
        if prop.inverse:
            back = ontology.properties[prop.inverse]
            assert back.inverse == prop.name
            assert (back.domain, back.range) == (prop.range, prop.domain)
    assert ontology.relations["collaboratesWith"].symmetric and ontology.relations["partOf"].transitive


def test_labels_fall_back_to_english(ontology: Ontology) -> None:
    assert ontology.label("GreenLoan", "de") == "grüner Kredit"
    assert ontology.label(ontology.class_iri("GreenLoan"), "fr") == "green loan"
    assert ontology.label("kg/kWh", "de") == "Kilogramm / Kilowattstunde"


def test_an_unknown_name_is_told_with_what_comes_near(ontology: Ontology) -> None:
    with pytest.raises(KgError, match=r"no class 'Enterprize'.*Enterprise"):
        ontology.class_iri("Enterprize")
    with pytest.raises(KgError, match="No unit 'parsec'"):
        ontology.unit("kg/parsec")
    with pytest.raises(KgError, match="No lexicon for 'xx'"):
        ontology.lexicon("xx")


def test_every_top_class_has_a_look_of_its_own(ontology: Ontology) -> None:
    """Colour and shape together tell them apart; finer classes look like their top class."""
    tops = [name for name, term in ontology.classes.items() if term.top]
    looks = Counter((ontology.style(name).color, ontology.style(name).shape) for name in tops)
    assert max(looks.values()) == 1
    assert len({ontology.style(name).order for name in tops}) == len(tops)
    assert ontology.style("GreenBond") == ontology.style("FinancialInstrument")
    assert ontology.edge_color("receives") == ontology.edge_color("finances") != ontology.edge_color("locatedIn")


def test_alignments_map_terms_that_exist(ontology: Ontology) -> None:
    mappings = ontology.alignments
    assert len(mappings) >= 40
    assert [m for m in mappings if m.subject not in ontology.terms] == []
    assert {m.justification for m in mappings} == {"https://w3id.org/semapv/vocab/ManualMappingCuration"}
    assert all(0 < m.confidence <= 1 and m.predicate.endswith("Match") for m in mappings)
    assert max(Counter((m.subject, m.object) for m in mappings).values()) == 1
    for vocabulary in ("org#", "prov#", "sosa/", "qudt", "schema.org", "edmcouncil", "oeo", "wikidata"):
        assert any(vocabulary in m.object for m in mappings), vocabulary


def test_loading_is_quick() -> None:
    """It stands on the way of every command; the bound leaves room for a busy machine."""
    code = "import time; s = time.process_time(); from kg.ontology import load; load(); print(time.process_time() - s)"
    took = min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(3)
    )
    assert took < 0.4


def test_loading_does_not_import_rdflib() -> None:
    code = "import sys; from kg.ontology import load; load(); sys.exit('rdflib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_hash_tells_any_change(copy: Path) -> None:
    before = Ontology(copy, load().tables).hash
    assert before == Ontology(copy, load().tables).hash
    path = copy / "view.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    changed = Ontology(copy, load().tables).hash
    path.rename(copy / "look.ttl")
    assert len({before, changed, Ontology(copy, load().tables).hash}) == 3


def test_ntriples_are_the_same_each_time() -> None:
    """Blank nodes get their labels from what they say, so two processes write the same bytes."""
    code = "import sys; from kg.ontology import ntriples; sys.stdout.buffer.write(ntriples().encode())"
    one, two = (subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2))
    assert one == two == ntriples().encode()


def test_blank_nodes_are_trees(merged: rdflib.Graph) -> None:
    """OWL 2 DL: each is the value of one triple at most, so none was merged with another by its label."""
    above = Counter(o for o in merged.objects() if isinstance(o, BNode))
    assert max(above.values()) == 1


def test_a_new_class_is_an_edit_of_a_file(copy: Path) -> None:
    """No Python needed: the class is there with its kinds, label and look."""
    with (copy / "actors.ttl").open("a", encoding="utf-8") as file:
        file.write('\ngm:Cooperative a owl:Class ; rdfs:subClassOf gm:Enterprise ; rdfs:label "cooperative"@en .\n')
    changed = load(copy)
    assert changed.top("Cooperative") == "Enterprise"
    assert changed.accepts("receives", "Cooperative", "Grant")
    assert changed.style("Cooperative") == load().style("Enterprise")
    assert "Cooperative" not in load().classes


# ---- errors in the files


@pytest.mark.parametrize(
    ("file", "added", "message"),
    [
        ("core.ttl", "gm:Broken a owl:Class ;;; [", r"core\.ttl, line \d\d+: not valid Turtle"),
        (
            "core.ttl",
            "gm:Lost a owl:Class ; rdfs:subClassOf gm:Nowhere .",
            r"core\.ttl, line \d+: Lost is a kind of Nowhere",
        ),
        ("measures.ttl", "unit:ell a gm:Unit .", r"measures\.ttl, line \d+: ell has no skos:notation"),
        ("measures.ttl", 'unit:ell a gm:Unit ; skos:notation "ell" .', r"ell needs a gm:dimension and a gm:baseUnit"),
        (
            "measures.ttl",
            'unit:ell a gm:Unit ; skos:notation "ell" ; gm:dimension dim:length ; gm:baseUnit unit:m ;'
            ' gm:conversionFactor "much" .',
            r"ell needs a decimal number as conversionFactor, and has 'much'",
        ),
        ("measures.ttl", 'unit:x a gm:Unit ; skos:notation "t/ell" .', r"line \d+: x is a ratio .* No unit 'ell'"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_file_and_line(copy: Path, file: str, added: str, message: str) -> None:
    with (copy / file).open("a", encoding="utf-8") as target:
        target.write("\n" + added + "\n")
    with pytest.raises(KgError, match=message):
        load(copy)


def test_a_mistake_in_a_lexicon_is_told_with_file_and_line(copy: Path) -> None:
    (copy / "lexicon" / "xx.toml").write_text('[language]\ncode = "xx\n', encoding="utf-8")
    with pytest.raises(KgError, match=r"xx\.toml: not valid TOML: .*line 2"):
        load(copy).lexicon("xx")


def test_a_mistake_in_the_alignments_is_told_with_file_and_line(copy: Path) -> None:
    path = copy / "alignments.sssom.tsv"
    lines = path.read_text(encoding="utf-8").count("\n")
    with path.open("a", encoding="utf-8") as file:
        file.write("gm:Actor\tactor\tskos:exactMatch\tnope:X\tx\tsemapv:ManualMappingCuration\t0.9\t\n")
    with pytest.raises(KgError, match=rf"line {lines + 1}: object_id 'nope:X' has no prefix"):
        _ = load(copy).alignments


def test_a_folder_without_ontology_is_told(tmp_path: Path) -> None:
    with pytest.raises(KgError, match=r"holds no \.ttl file"):
        load(tmp_path)


# ---- figures


@pytest.mark.parametrize(
    ("value", "unit", "base_value", "base"),
    [
        ("31.5", "GWh", "31500000", "kWh"),
        ("3.6", "MJ", "1", "kWh"),
        ("1", "PJ", "277777777.7777777777777777778", "kWh"),
        ("15", "mu", "10000", "m2"),
        ("170", "t", "170", "t"),
        ("4.2", "kt", "4200", "t"),
        ("0.31", "t_tce/10000CNY", "0.31", "t_tce/10000CNY"),
        ("310", "kgce/10000CNY", "0.31", "t_tce/10000CNY"),
        ("2", "MWh/person/year", "2000", "kWh/person/year"),
        ("6", "month", "0.5", "year"),
        ("-5", "percent", "-5", "percent"),
    ],
)
def test_values_in_base_units(ontology: Ontology, value: str, unit: str, base_value: str, base: str) -> None:
    """A ratio is scaled by its numerator and keeps its denominator; factors are exact."""
    found = ontology.unit_convert(Decimal(value), unit)
    assert (format(found[0], "f"), found[1]) == (base_value, base)


def test_the_callers_precision_does_not_matter(ontology: Ontology) -> None:
    from decimal import localcontext

    with localcontext(prec=3):
        assert ontology.unit_convert(Decimal("32600001"), "MWh")[0] == Decimal("32600001000")


@pytest.mark.parametrize(
    ("unit", "target"),
    [
        ("t", "t_tce"),
        ("t", "t_CO2"),
        ("t_tce", "kWh"),
        ("CNY", "EUR"),
        ("kWh", "kW"),
        ("person", "count"),
        ("kg/t", "kg/kWh"),
    ],
)
def test_unlike_kinds_never_convert(ontology: Ontology, unit: str, target: str) -> None:
    with pytest.raises(KgError, match="measure different things"):
        ontology.convert(Decimal(1), unit, target)


def test_like_kinds_convert(ontology: Ontology) -> None:
    assert ontology.convert(Decimal(2), "GWh", "MWh") == 2000
    assert ontology.convert(Decimal(1), "ha", "mu") == 15
    assert ontology.convert(Decimal("0.5"), "t_tce/10000CNY", "kgce/10000CNY") == 500


def test_listed_ratios_say_their_parts_in_rdf_too(ontology: Ontology, merged: rdflib.Graph) -> None:
    """What the reader builds from the code and what the graph says of the ratio are the same."""
    gm = rdflib.Namespace(OWN + "ontology#")
    ratios = [unit for unit in ontology.units.values() if "/" in unit.name]
    assert len(ratios) > 40
    for unit in ratios:
        said = URIRef(unit.iri)
        multiple = merged.value(said, gm.denominatorMultiple)
        number = "" if multiple is None else str(int(multiple.toPython()))
        parts = [ontology.name_of(str(merged.value(said, part))) for part in (gm.numerator, gm.denominator)]
        assert unit.name == f"{parts[0]}/{number}{parts[1]}"


def test_every_indicator_names_kinds_of_unit_that_exist(ontology: Ontology) -> None:
    for indicator in ontology.indicators.values():
        assert indicator.dimensions and set(indicator.dimensions) <= set(ontology.dimensions)
        assert indicator.kind in {"flow", "stock", "change", "ratio"}
    assert ontology.takes("energySaving", "t_tce") and ontology.takes("energyIntensity", "t_tce/10000CNY")
    assert ontology.takes("investment", "CHF") and not ontology.takes("investment", "kWh")
    assert ontology.indicators["energySaving"].more_is_better is True
    assert ontology.indicators["emissions"].more_is_better is False
    assert ontology.indicators["count"].more_is_better is None


def test_factors_have_source_and_year_and_agree(ontology: Ontology) -> None:
    factors = ontology.factors
    assert len(factors) >= 8
    for factor in factors.values():
        assert factor.source and 2000 <= factor.year <= 2030
        assert factor.value > 0 and (factor.upper is None or factor.upper > factor.value)
        assert factor.source_unit in ontology.units and factor.target_unit in ontology.units
    heat, power = factors["standard_coal_heat"].value, factors["electricity_heat"].value
    one_kwh_in_gj = ontology.convert(Decimal(1), "kWh", "GJ")
    assert abs(one_kwh_in_gj / heat * 1000 - power) < Decimal("0.0001")
    coal, ipcc = factors["standard_coal_CO2"].upper, factors["bituminous_coal_CO2"].value
    assert coal is not None and abs(heat * ipcc / 1000 - coal) < Decimal("0.01")


# ---- shapes

DATA = """
@prefix gm: <https://w3id.org/green-manufacturing/ontology#> .
@prefix ind: <https://w3id.org/green-manufacturing/indicator/> .
@prefix unit: <https://w3id.org/green-manufacturing/unit/> .
@prefix status: <https://w3id.org/green-manufacturing/status/> .
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <urn:e:> .
e:firm a gm:Manufacturer ; rdfs:label "Firm"@en .
e:doc a gm:Document ; gm:title "T" ; gm:language "en" ; gm:text "Firm saved 5 to 7 t." ;
    gm:contentHash "0000000000000000000000000000000000000000000000000000000000000000" .
e:figure a gm:Observation , gm:Fact ; gm:about e:firm ; gm:indicator ind:share ;
    gm:numericValue 5.0 ; gm:upperValue 7.0 ;
    gm:unit unit:percent ; gm:status status:actual ; gm:belief 0.9 ; gm:sourceCount 1 ; gm:hasEvidence e:words .
e:words a gm:Evidence ; gm:inDocument e:doc ; gm:rule "r" ; oa:hasSelector e:quote , e:position .
e:quote a oa:TextQuoteSelector ; oa:exact "Firm saved" .
e:position a oa:TextPositionSelector ; oa:start 0 ; oa:end 10 .
"""


@pytest.fixture(scope="module")
def kinds(merged: rdflib.Graph) -> rdflib.Graph:
    """What of the ontology the shapes need: what is a kind of what. The whole would be copied for every run."""
    needed = rdflib.Graph()
    for predicate in (RDF.type, RDFS.subClassOf):
        for subject, value in merged.subject_objects(predicate):
            if isinstance(subject, URIRef):
                needed.add((subject, predicate, value))
    return needed


def _violations(data: str, kinds: rdflib.Graph) -> list[tuple[str, str]]:
    import pyshacl

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    given = rdflib.Graph().parse(data=data, format="turtle")
    _, report, _ = pyshacl.validate(given, shacl_graph=shapes_graph(), ont_graph=kinds, allow_warnings=True)
    assert isinstance(report, rdflib.Graph)
    return [
        (
            str(report.value(r, sh.sourceShape)).rsplit("/", 1)[-1],
            str(report.value(r, sh.resultSeverity)).rsplit("#")[-1],
        )
        for r in report.subjects(RDF.type, sh.ValidationResult)
    ]


def test_good_data_conforms(kinds: rdflib.Graph) -> None:
    assert _violations(DATA, kinds) == []


@pytest.mark.parametrize(
    ("old", "new", "shape", "severity"),
    [
        (' ; rdfs:label "Firm"@en', "", "Entity-label", "Violation"),
        ("gm:about e:firm ; ", "", "Observation-about", "Violation"),
        ("ind:share", "e:made-up", "Observation-indicator", "Violation"),
        ("gm:numericValue 5.0", 'gm:numericValue "5"', "Observation-numericValue", "Violation"),
        ("gm:unit unit:percent ;", "", "Observation-unit", "Violation"),
        ("gm:status status:actual", "gm:status status:actual , status:target", "Observation-status", "Violation"),
        ("gm:upperValue 7.0", "gm:upperValue 4.0", "Observation-range", "Violation"),
        ("gm:upperValue 7.0", "gm:upperValue 107.0", "ShareWithinHundred", "Warning"),
        ("gm:hasEvidence e:words .", "gm:cue 'x' .", "Fact-hasEvidence", "Violation"),
        ("gm:belief 0.9", "gm:belief 1.9", "Fact-belief", "Violation"),
        ("gm:sourceCount 1", "gm:sourceCount 0", "Fact-sourceCount", "Violation"),
        ("a gm:Observation , gm:Fact", "a gm:Fact", "Fact", "Violation"),
        ('oa:exact "Firm saved"', 'oa:exact ""', "Evidence-exact", "Violation"),
        ("oa:start 0", "oa:start 10", "TextPosition-order", "Violation"),
        ("oa:start 0 ;", "", "Evidence-start", "Violation"),
        ("oa:end 10", "oa:prefix 'x'", "Evidence-end", "Violation"),
        ('gm:rule "r" ;', "", "Evidence-rule", "Violation"),
        ("gm:inDocument e:doc ;", "", "Evidence-inDocument", "Violation"),
        ('gm:title "T" ;', "", "Document-title", "Violation"),
        ('gm:language "en" ;', "", "Document-language", "Violation"),
        ('gm:text "Firm saved 5 to 7 t." ;', "", "Document-text", "Violation"),
        ('gm:contentHash "0000', 'gm:contentHash "', "Document-contentHash", "Violation"),
        ("a gm:Manufacturer", "a gm:Plan , gm:RetrofitProject", "OneKind", "Warning"),
    ],
)
def test_bad_data_is_found(kinds: rdflib.Graph, old: str, new: str, shape: str, severity: str) -> None:
    """Each shape finds the one fault that it is for."""
    assert old in DATA
    assert (shape, severity) in _violations(DATA.replace(old, new), kinds)


def test_shapes_speak_three_languages() -> None:
    """Whatever a person gets to read has a message in each language."""
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    shapes = shapes_graph()
    spoken = {s: {m.language for m in shapes.objects(s, sh.message)} for s in shapes.subjects(sh.message)}
    assert len(spoken) > 20 and all(langs == set(LANGUAGES) for langs in spoken.values())
    for shape in shapes.subjects(RDF.type, sh.PropertyShape):
        assert shape in spoken, shape


def test_shapes_and_view_name_only_terms_that_exist(ontology: Ontology) -> None:
    for name in ("shapes.ttl", "view.ttl", "expectations.ttl"):
        module = rdflib.Graph().parse(ontology_dir() / name)
        own = {str(t) for triple in module for t in triple if isinstance(t, URIRef) and str(t).startswith(OWN)}
        own = {
            t
            for t in own
            if not t.startswith((OWN + "shape/", OWN + "expectation/", OWN + "ontology/")) and t != OWN + "ontology"
        }
        assert own - set(ontology.terms) == set(), name


# ---- what adopters ask for


def test_every_term_has_examples_and_the_source_of_its_idea(ontology: Ontology) -> None:
    """In three languages; units, their kinds, factors and substances excepted, which are examples themselves."""
    tables = (ontology.classes, ontology.properties, ontology.indicators, ontology.statuses, ontology.roles)
    terms = [term for table in tables for term in table.values()]
    assert [(t.name, lang) for t in terms for lang in LANGUAGES if not t.examples.get(lang)] == []
    without_source = {term.name for term in terms if not term.sources} - set(ontology.coarse_indicators)
    assert without_source == set()


def test_the_ontology_is_as_wide_as_it_says(ontology: Ontology) -> None:
    """The bounds of the issue: what adopters of another domain's ontology would expect."""
    forward = [
        p for p in ontology.properties.values() if p.kind == "object" and "relatedTo" in ontology.ancestors(p.name)
    ]
    assert len(ontology.classes) >= 150
    assert len(forward) >= 60 and len(ontology.indicators) >= 80 and len(ontology.roles) >= 10


def test_relations_beyond_those_of_texts_change_nothing_in_reading(ontology: Ontology) -> None:
    """Finer relations and indicators are there for other data; what texts are read for is as the guide says."""
    assert set(ontology.relations) == {*GUIDE_RELATIONS, "develops", "organizes"}
    assert all(
        indicator.broader in ontology.coarse_indicators
        for indicator in ontology.indicators.values()
        if indicator.broader
    )


def test_finer_relations_fit_into_the_broader_ones(ontology: Ontology) -> None:
    """Whatever a finer relation joins, the broader one takes too: no data can be right here and wrong there."""
    unfit = [
        (term.name, parent, subject, object)
        for term in ontology.properties.values()
        if term.kind == "object"
        for parent in ontology.ancestors(term.name)[1:]
        for subject in term.domain
        for object in term.range
        if not ontology.accepts(parent, subject, object)
    ]
    assert unfit == []


def test_every_relation_between_entities_has_an_inverse(ontology: Ontology) -> None:
    """But for symmetric ones, and the two families that only gather others."""
    lacking = {
        term.name
        for term in ontology.properties.values()
        if "relatedTo" in ontology.ancestors(term.name) and not term.inverse and not term.symmetric
    }
    assert lacking == {"relatedTo", "movesMoney"}


def test_finer_indicators_share_a_kind_of_unit_with_the_broader_one(ontology: Ontology) -> None:
    """So that figures of the finer can be counted into the broader."""
    for indicator in ontology.indicators.values():
        if indicator.broader:
            assert set(indicator.dimensions) & set(ontology.indicators[indicator.broader].dimensions), indicator.name


def test_what_a_lexicon_says_is_kept_between_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept is what was parsed; without a folder, or with a damaged file, the TOML is parsed again."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "kept"))
    path = ontology_dir() / "lexicon" / "zh.toml"
    raw, expected = path.read_bytes(), tomllib.loads(path.read_text(encoding="utf-8"))
    assert parsed.kept(raw) is None
    assert toml(path) == expected == parsed.kept(raw) == toml(path)
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert parsed.kept(raw) is None
    assert toml(path) == expected
    monkeypatch.setenv("KG_CACHE", "")
    assert parsed.kept(raw) is None


def test_the_tables_of_terms_are_kept_between_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next process takes from what was kept is what the Turtle says, to the type of each value; a changed
    file, or one more of the same bytes, is read anew."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "kept"))
    root = shutil.copytree(ontology_dir(), tmp_path / "ontology")
    read = read_tables(root)
    first, again = (Ontology(root, tables(root)) for _ in range(2))
    assert first.tables == again.tables == read
    for listed in (field.name for field in fields(read)):
        assert list(getattr(again.tables, listed)) == list(getattr(read, listed)), listed
    assert again.unit("MWh").factor.as_tuple() == read.units["MWh"].factor.as_tuple()
    core = root / "core.ttl"
    core.write_text(core.read_text(encoding="utf-8") + '\ngm:Own a owl:Class ; rdfs:label "own"@en .\n', "utf-8")
    assert "Own" in tables(root).classes
    (root / "core.ttl").rename(root / "kernel.ttl")
    assert tables(root).classes["Own"].module == "kernel"


def test_of_what_is_kept_between_processes_the_oldest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever edits a lexicon all day does not fill the disk."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    monkeypatch.setattr(parsed, "_MOST", 3)
    contents = [bytes([number]) * 5000 for number in range(5)]
    for number, raw in enumerate(contents):
        parsed.keep(raw, {"number": number})
        for file in tmp_path.iterdir():  # clocks of file systems may be coarse
            os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))
    assert [parsed.kept(raw) for raw in contents] == [None, None, *({"number": n} for n in (2, 3, 4))]
