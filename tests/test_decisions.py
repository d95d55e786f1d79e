"""What people decide outlives builds and rules, and is told, never resolved in silence, where it contradicts itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from fixtures_extraction import Report
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_build import extractions

from kg.claims import Extraction
from kg.cli import main
from kg.compare import diff
from kg.decisions import Decision, FactKey, Key, read_decisions, settle, to_lines, write_decisions
from kg.entities import Entities, identify
from kg.errors import KgError
from kg.ontology import load
from kg.review import candidates, decide
from kg.run import build_extractions
from kg.store import Build, open_build

FIRM, BANK = Key("Enterprise", "Quarry Cement"), Key("FinancialInstitution", "Ostufer Bank")
SCHOOL = Key("Organization", "石英港大学")
GM = "https://w3id.org/green-manufacturing/ontology#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"


def said(verdict: str, about: Key | FactKey, line: int = 0, **more: object) -> Decision:
    given = {"author": "Ada", "date": "2026-11-01"} | more
    return Decision(verdict, about, line=line, **given)  # type: ignore[arg-type]


def entities(*decisions: Decision) -> Entities:
    return identify(extractions(), load(), decisions=settle(decisions))


def labels(found: Entities, key: Key) -> list[dict[str, str]]:
    def named(one: object) -> bool:
        return any(name == key.name for _, name in (*one.labels, *one.aliases))  # type: ignore[attr-defined]

    return [dict(entity.labels) for entity in found.all if named(entity)]


# Identity and names


def test_what_people_call_the_same_becomes_one_thing() -> None:
    count = len(entities().all)
    assert len(entities(said("same", FIRM, other=SCHOOL)).all) == count - 1


def test_what_people_call_different_stays_two_though_the_rules_join_it() -> None:
    """Of the German and the English report only; names that all reports share can then tell nobody apart."""
    german, english, _ = (report.document.id[:16] for report in extractions())
    one, other = (
        Key("FinancialInstitution", "Ostufer Bank", german),
        Key("FinancialInstitution", "Ostufer Bank", english),
    )
    found = entities(said("different", one, other=other))
    assert len(labels(found, BANK)) > len(labels(entities(), BANK)) == 1
    assert found.notes == ()


def test_a_new_name_is_shown_and_the_old_one_stays_an_alias_and_the_iri_as_it_was() -> None:
    found = entities(said("rename", FIRM, name="Quarry plc", language="en"))
    (renamed,) = (one for one in found.all if ("en", "Quarry plc") in one.labels)
    assert ("en", "Quarry Cement Ltd.") in renamed.aliases
    assert renamed.iri in {one.iri for one in entities().all}


def test_what_cannot_be_carried_out_is_told() -> None:
    (note,) = entities(said("same", FIRM, other=Key("Enterprise", "No Such Firm"))).notes
    assert "no document names it so" in note
    (note,) = entities(said("different", FIRM, other=Key("Enterprise", "Quarry Cement GmbH"))).notes
    assert "by both names" in note


@given(st.randoms())
@settings(max_examples=10, deadline=None)
def test_the_order_of_decisions_and_documents_changes_nothing(random: Random) -> None:
    decisions = [
        said("same", FIRM, other=SCHOOL),
        said("same", SCHOOL, other=BANK),
        said("different", FIRM, other=Key("Project", "Project Mill 2")),
        said("rename", BANK, name="Bank am Ostufer", language="de"),
    ]
    expected = entities(*decisions).all
    reports = extractions()
    random.shuffle(decisions)
    random.shuffle(reports)
    assert identify(reports, load(), decisions=settle(decisions)).all == expected


# Contradictions


def test_a_chain_of_sameness_against_a_difference_is_told_with_its_lines_and_not_carried_out() -> None:
    given = [
        said("same", FIRM, 3, other=BANK),
        said("same", BANK, 4, other=SCHOOL),
        said("different", SCHOOL, 9, other=FIRM, author="Bo"),
        said("rename", BANK, 11, name="B", language="de"),
    ]
    settled = settle(given)
    (text,) = settled.contradictions
    assert "line 3 (Ada), line 4 (Ada)" in text or "line 4 (Ada), line 3 (Ada)" in text
    assert "line 9 (Bo)" in text
    assert [one.line for one in settled.valid] == [11]
    assert len(entities(*given).all) == len(entities().all)


def test_two_people_who_disagree_are_told() -> None:
    fact = FactKey(FIRM, "receives", str(Key("FinancialInstrument", "Ostufer Green Loan")), "actual")
    settled = settle([said("accept", fact, 1), said("reject", fact, 2, author="Bo")])
    assert "line 1 (Ada): accept" in settled.contradictions[0] and "line 2 (Bo): reject" in settled.contradictions[0]
    assert not settled.valid


def test_who_changes_their_mind_does_not_contradict_themselves() -> None:
    settled = settle([said("same", FIRM, other=BANK), said("different", BANK, other=FIRM, date="2026-11-02")])
    assert settled.contradictions == () and [one.verdict for one in settled.valid] == ["different"]


def test_undecided_contradicts_nobody() -> None:
    settled = settle([said("same", FIRM, other=BANK), said("undecided", FIRM, other=BANK, author="Bo")])
    assert settled.contradictions == () and len(settled.valid) == 2


# The file

names = st.text(min_size=1, max_size=20).filter(lambda name: name.strip() == name == " ".join(name.split()))
keys = st.builds(Key, st.sampled_from(["Enterprise", "Place"]), names, st.sampled_from(["", "0123456789abcdef"]))
shared = {"author": names, "date": st.just("2026-11-01"), "comment": st.just("") | names}
fact_keys = st.builds(
    FactKey,
    keys,
    st.sampled_from(["receives", "energySaving"]),
    keys.map(str) | st.just("4007 t_tce"),
    st.just("actual"),
    st.sampled_from(["", "2023", "2021-2025"]),
    st.sampled_from(["", "standard coal"]),
)
decisions = st.one_of(
    st.builds(Decision, st.sampled_from(["same", "different", "undecided"]), keys, keys, **shared),
    st.builds(Decision, st.just("rename"), keys, name=names, language=st.just("de"), **shared),
    st.builds(Decision, st.sampled_from(["accept", "reject", "undecided"]), fact_keys, **shared),
    st.builds(
        Decision, st.just("correct"), fact_keys, corrections=st.just({"value": "7", "status": "actual"}), **shared
    ),
)


@given(st.lists(decisions, max_size=6), st.randoms())
@settings(max_examples=150, deadline=None)
def test_a_file_gives_back_what_was_written_and_is_the_same_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, made: list[Decision], random: Random
) -> None:
    """Whatever stands in names; so that two people's files can be merged as text."""
    folder = tmp_path_factory.mktemp("decisions")
    write_decisions(folder / "a.tsv", made)
    random.shuffle(made)
    write_decisions(folder / "b.tsv", made)
    assert (folder / "a.tsv").read_bytes() == (folder / "b.tsv").read_bytes()
    read = read_decisions(folder / "a.tsv").all
    assert to_lines(read) == to_lines(made)
    assert {one.answer for one in read} == {one.answer for one in made}
    assert {one.question for one in read} == {one.question for one in made}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("name:A/b\t\towl:sameAs", "3 columns"),
        ("name:A/b\t\towl:sameAs\tname:A/c\tj\tAda\t2026-11-01\tperhaps\t\t", "no verdict"),
        ("name:A/b\t\towl:sameAs\tname:A/c\tj\tAda\tyesterday\tsame\t\t", "mapping_date"),
        ("name:A/b\tNot\towl:sameAs\tname:A/c\tj\tAda\t2026-11-01\tsame\t\t", "as predicate"),
        ("A/b\t\towl:sameAs\tname:A/c\tj\tAda\t2026-11-01\tsame\t\t", "no name of a thing"),
        ("name:A/b\t\tgm:receives\tname:A/c\tj\tAda\t2026-11-01\tcorrect\tnew_colour=red\t", "can be corrected"),
        ("#decisions_version: 99", "another version"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(line: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "decisions.tsv").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(KgError, match=wrong):
        read_decisions(tmp_path / "decisions.tsv")


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "none.tsv").all == ()


# Facts, in a build


def built(folder: Path, *decisions: Decision) -> Build:
    write_decisions(folder / "decisions.tsv", decisions)
    build_extractions(extractions(), folder / "builds", decisions=folder / "decisions.tsv")
    return open_build(folder / "builds")


def asks(build: Build, pattern: str) -> bool:
    base = build.manifest["base"]
    found = build.store.query(f"PREFIX gm: <{GM}> PREFIX ent: <{base}> PREFIX rdfs: <{RDFS}> ASK {{ {pattern} }}")
    assert isinstance(found, ox.QueryBoolean)
    return bool(found)


LOAN = FactKey(FIRM, "receives", str(Key("FinancialInstrument", "Grünkredit Ostufer")), "actual")
SAVING = FactKey(Key("Project", "Projekt Mühle 2"), "energySaving", "1200 t_tce", "projected", "year", "standard coal")
RECEIVES = "ent:quarry-cement-enterprise gm:receives ent:gruenkredit-ostufer-financial-instrument"


def test_a_rejected_fact_leaves_the_default_graph_and_stays_visible_with_who_and_why(tmp_path: Path) -> None:
    assert asks(built(tmp_path / "a"), RECEIVES)
    build = built(tmp_path / "b", said("reject", LOAN, comment="misread"))
    assert not asks(build, RECEIVES)
    assert not asks(build, f"GRAPH ?document {{ {RECEIVES} }}")
    rejected = 'a gm:Fact ; gm:decision "reject" ; gm:decidedBy "Ada" ; gm:decisionReason "misread" ; gm:hasEvidence ?e'
    assert asks(build, f"GRAPH ent:graph\\/rejected {{ ?fact {rejected} }} GRAPH ?document {{ ?e a gm:Evidence }}")
    (line, *_) = [line for line in build.facts() if line["kind"] == "rejected"]
    assert line["decision"] == {"verdict": "reject", "by": "Ada", "on": "2026-11-01", "why": "misread", "instead": ""}


def test_an_accepted_fact_is_believed(tmp_path: Path) -> None:
    build = built(tmp_path, said("accept", LOAN))
    assert asks(build, '?fact gm:decision "accept" ; gm:belief 1.0 ; gm:decidedBy "Ada"')
    assert asks(build, RECEIVES)


def test_a_corrected_figure_stands_instead_of_the_one_that_was_read(tmp_path: Path) -> None:
    build = built(tmp_path, said("correct", SAVING, corrections={"value": "1250", "status": "target"}))
    saving = "?f gm:indicator <https://w3id.org/green-manufacturing/indicator/energySaving> ; gm:numericValue"
    assert asks(build, f"{saving} 1250.0 ; gm:hasEvidence ?e") and not asks(build, f"{saving} 1200.0")
    assert asks(
        build, f"GRAPH ent:graph\\/rejected {{ {saving} 1200.0 ; gm:correctedTo ?g }} ?g gm:numericValue 1250.0"
    )


def test_what_people_decided_is_the_cause_of_what_it_changes(tmp_path: Path) -> None:
    """`kg diff` says who decided and why: of what was rejected, corrected, accepted and renamed, and taken back."""
    before, why = built(tmp_path / "a"), {"comment": "misread"}
    for name, decision, what, text in (
        ("b", said("reject", LOAN, **why), "fact removed", "receives – Ostufer Green Loan [actual]"),
        ("c", said("accept", LOAN, **why), "fact changed", "(belief 0.75 -> 1.0)"),
        ("d", said("correct", SAVING, corrections={"value": "1250"}, **why), "figure changed", "1200 t_tce, year [pro"),
        (
            "e",
            said("rename", FIRM, name="Quarry plc", language="en"),
            "entity renamed",
            "Ltd. -> Quarry plc (en)",
        ),
    ):
        after = built(tmp_path / name, decision)
        (found,) = diff(before, after).changes
        assert f"{found.kind} {found.what}" == what and text in found.text
        told = "a decision" if name == "e" else f"decided: {decision.verdict}, by Ada on 2026-11-01, because: misread"
        assert found.cause == told
    assert "taken back" in diff(built(tmp_path / "b2", said("reject", LOAN)), before).changes[0].cause


def test_a_corrected_relation_joins_the_same_fact_that_others_state(tmp_path: Path) -> None:
    other = FactKey(FIRM, "receives", str(Key("FinancialInstrument", "Sondersubvention")), "actual")
    build = built(tmp_path, said("correct", other, corrections={"object": LOAN.object}))
    assert asks(build, f"{RECEIVES} . FILTER NOT EXISTS {{ ?x gm:receives ?y . ?y <urn:none> ?z }}")
    assert sum(line["kind"] == "rejected" for line in build.facts()) == 1


def test_the_same_decisions_give_the_same_bytes_and_others_another_build(tmp_path: Path) -> None:
    one, same, other = (
        built(tmp_path / name, *given)
        for name, given in (("a", [said("reject", LOAN)]), ("b", [said("reject", LOAN)]), ("c", []))
    )
    assert one.path.name == same.path.name != other.path.name
    for file in sorted(path.name for path in one.path.iterdir() if path.is_file()):
        assert (one.path / file).read_bytes() == (same.path / file).read_bytes(), file


def test_decisions_outlive_other_rules_other_texts_and_another_iri(tmp_path: Path) -> None:
    """Rules have other names and read other offsets and finer classes; more reports make another name the usual one."""

    def read_otherwise(made: Extraction) -> Extraction:
        named = [
            replace(one, rule="new", cls="Manufacturer" if one.cls == "Enterprise" else one.cls)
            for one in made.entities
        ]
        said = [replace(one, rule="new", cues=(), start=one.start + 1) for one in made.relations]
        text = replace(made.document, id=f"{made.document.id[::-1]}")
        return replace(made, document=text, entities=tuple(named), relations=tuple(said))

    decisions = [said("reject", LOAN), said("rename", FIRM, name="Quarry plc", language="en")]
    before = built(tmp_path / "before", *decisions)
    more = [Report(f"more {n}", "en", f"{n}: Quarzbruch Zement, Quarry Cement Ltd.") for n in range(9)]
    for one in more:
        one.entity("Enterprise", "Quarzbruch Zement", "Quarry Cement Ltd.")
    later = [*map(read_otherwise, extractions()), *(one.done() for one in more)]
    build_extractions(later, tmp_path / "after", decisions=tmp_path / "before" / "decisions.tsv")
    after = open_build(tmp_path / "after")
    firm = '?firm rdfs:label "Quarry plc"@en'
    for build in (before, after):
        assert asks(build, firm)
        assert not asks(
            build, f"{firm} ; gm:receives ?loan . ?loan rdfs:label ?name FILTER(?name = 'Grünkredit Ostufer'@de)"
        )
        assert sum(line["kind"] == "rejected" for line in build.facts()) >= 1
    assert asks(before, "ent:quarry-cement-enterprise a ?any") and not asks(
        after, "ent:quarry-cement-enterprise a ?any"
    )


def test_a_decision_whose_fact_is_gone_is_told(tmp_path: Path) -> None:
    gone = FactKey(FIRM, "operates", LOAN.object, "actual")
    assert any("no document says that" in note for note in built(tmp_path, said("reject", gone)).report["notes"])


# Questions and answers


def test_questions_come_in_order_of_use_and_go_when_decided(tmp_path: Path) -> None:
    build = built(tmp_path)
    waiting = candidates(build, settle(()))
    assert waiting and [one.uses for one in waiting] == sorted((one.uses for one in waiting), reverse=True)
    first = waiting[0]
    verdict = "reject" if first.kind == "fact" else "different"
    decide(build, tmp_path / "decisions.tsv", first.id, verdict, author="Ada", comment="no", day="2026-11-01")  # type: ignore[arg-type]
    left = candidates(build, read_decisions(tmp_path / "decisions.tsv"))
    assert [one.id for one in left] == [one.id for one in waiting[1:]]


def test_names_alike_are_only_suggested(tmp_path: Path) -> None:
    from test_entities import german

    made = [
        german("a", "Bureau", "Umweltamt Nordstadt am Fluss"),
        german("b", "Bureau", "Umweltamt Nordstatt am Fluss"),
    ]
    build_extractions(made, tmp_path)
    assert len(identify(made, load()).all) == 2
    (one,) = candidates(open_build(tmp_path), settle(()))
    assert one.kind == "similar" and one.score > 90


def run(*words: str | Path, **more: str) -> Result:
    return CliRunner().invoke(main, list(map(str, words)), **more)  # type: ignore[arg-type]


def test_the_command_line_lists_decides_and_builds_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("reports").mkdir()
    text = "Die Ostufer Bank finanziert die Solana Zement GmbH in Dresden.\n"
    Path("reports/a.txt").write_text(text, encoding="utf-8")
    assert run("build", "reports", "-j", "1").exit_code == 0
    listed = run("review", "list", "--json")
    assert listed.exit_code == 0, listed.output
    fact = next(line for line in open_build().facts() if line["kind"] == "relation")
    done = run("review", "decide", fact["iri"], "reject", "--why", "invented", "--by", "Ada", "--date", "2026-11-01")
    assert done.exit_code == 0, done.output
    done = run("review", "decide", "Solana Zement GmbH", "rename", "--name", "Solana", "--lang", "de", "--by", "Ada")
    assert done.exit_code == 0, done.output
    assert run("build", "reports", "-j", "1").exit_code == 0
    lines = list(open_build().facts())
    assert [line["iri"] for line in lines if line["kind"] == "rejected"] == [fact["iri"]]
    assert asks(open_build(), '?firm <http://www.w3.org/2000/01/rdf-schema#label> "Solana"@de')
    done = run("review", "decide", fact["iri"], "accept", "--by", "Bo")
    assert done.exit_code == 0, done.output
    checked = run("review", "check")
    assert checked.exit_code == 1 and "line" in checked.output
    again = run("build", "reports", "-j", "1")
    assert again.exit_code == 1 and "contradict each other" in again.output


def test_the_terminal_asks_and_writes_what_is_answered(tmp_path: Path) -> None:
    build = built(tmp_path)
    first = candidates(build, settle(()))[0]
    answer = "reject" if first.kind == "fact" else "different"
    options = ("--build", tmp_path / "builds", "--decisions", tmp_path / "decisions.tsv", "--by", "Ada")
    result = run("review", *options, input=f"{answer}\nnot so\nquit\n")
    assert result.exit_code == 0, result.output
    (made,) = read_decisions(tmp_path / "decisions.tsv").all
    assert (made.verdict, made.author, made.comment) == (answer, "Ada", "not so")


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["Quarry Cement", "accept"], "is no answer"),
        (["Quarry Cement", "same"], "needs both"),
        (["Quarry Cement", "rename", "--name", "X"], "its language"),
        (["No Such Thing", "same", "--with", "Ostufer Bank"], "names no things"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(words: list[str], wrong: str, tmp_path: Path) -> None:
    built(tmp_path)
    options = ("--build", tmp_path / "builds", "--decisions", tmp_path / "decisions.tsv", "--by", "Ada")
    result = run("review", "decide", *words, *options)
    assert result.exit_code == 2 and wrong in result.output
