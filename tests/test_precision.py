"""Belief follows `ontology/precision.tsv`, and the file speaks of the rules that there are."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT

from kg import ontology
from kg.claims import RelationClaim, extract
from kg.documents import Document, read
from kg.errors import KgError
from kg.facts import DEFAULT_PRIOR, prior
from kg.ontology import Ontology, Precision, load
from kg.ontology.precision import read_precisions


def own(tmp_path: Path, lines: str) -> Ontology:
    """The project's ontology with another file of precisions."""
    (tmp_path / "precision.tsv").write_text(lines, encoding="utf-8")
    return dataclasses.replace(load(), root=tmp_path)


def claim(rule: str, likely: str | None = None) -> RelationClaim:
    return RelationClaim(0, "anything", 1, 0, 9, rule, likely=None if likely is None else Decimal(likely))


def test_a_claim_that_nothing_weighed_has_its_rules_precision(tmp_path: Path) -> None:
    known = own(tmp_path, "one-rule\t10\t9\t0.875\nother\t10\t1\t0.125\n")
    assert prior(claim("one-rule"), known) == Decimal("0.875")
    assert prior(claim("other"), known) == Decimal("0.125")
    assert prior(claim("other + one-rule"), known) == Decimal("0.875")  # read in two ways: the better one counts
    assert prior(claim("never counted"), known) == DEFAULT_PRIOR


def test_a_weighed_claim_has_its_scaled_probability(tmp_path: Path) -> None:
    plain = own(tmp_path, "relation\t9\t4\t0.4\t0.0\t1.0\nrule\t9\t4\t0.4\n")
    assert [prior(claim("rule", p), plain) for p in ("0.2", "0.5", "0.9")] == [
        Decimal(p) for p in ("0.2", "0.5", "0.9")
    ]
    (tmp_path / "lower").mkdir()
    lower = own(tmp_path / "lower", "relation\t9\t4\t0.4\t-1.0\t0.5\n")
    believed = [prior(claim("rule", p), lower) for p in ("0.2", "0.5", "0.9")]
    assert believed == sorted(believed) and believed[1] == Decimal("0.2689") and believed[2] < Decimal("0.9")


def test_a_broken_line_is_told_of(tmp_path: Path) -> None:
    for line in ("rule\t1\t1", "rule\tone\t1\t0.5", "rule\t1\t1\thalf", "relation\t1\t1\t0.5\t1"):
        (tmp_path / "precision.tsv").write_text(f"# rules\n{line}\n", encoding="utf-8")
        with pytest.raises(KgError, match=r"precision\.tsv, line 2: four columns are due"):
            read_precisions(tmp_path / "precision.tsv")
    (tmp_path / "precision.tsv").write_text("rule\t1\t1\t1.5\n", encoding="utf-8")
    with pytest.raises(KgError, match="not between 0 and 1"):
        read_precisions(tmp_path / "precision.tsv")


def test_an_ontology_without_the_file_has_no_precisions(tmp_path: Path) -> None:
    found = read_precisions(tmp_path / "precision.tsv")
    assert not found.rules and not found.kinds and not found.scales


def _is_rule(name: str) -> bool:
    """Whether a rule of that name can be: one of the code's own, or a family's for a term of the ontology."""
    family, _, term = name.partition("-")
    known = load()
    if family in ("frame", "mutual", "near", "topic", "within"):
        return term in known.relations
    if family == "figure":
        return term in known.indicators
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "kg" / "claims").glob("*.py"))
    if family == "side":
        return term in ("in", "of", "possessive", "agent", "for", "with")
    return f'"{name}"' in code


def test_the_file_names_just_the_rules_that_there_are() -> None:
    rules = load().precision.rules
    assert len(rules) > 40
    assert [name for name in rules if not _is_rule(name)] == []


def test_the_rules_of_the_examples_are_counted() -> None:
    """All but rare rules: those that make claims of our own texts were seen on annotated ones."""
    used = {c.rule for d in read([ROOT / "examples"]) if isinstance(d, Document)
            for c in (*extract(d).relations, *extract(d).observations)}  # fmt: skip
    assert used and len(used - load().precision.rules.keys()) <= len(used) // 10


def test_the_counts_add_up() -> None:
    found = load().precision
    figures = {name: one for name, one in found.rules.items() if name.startswith("figure-")}
    rest = {name: one for name, one in found.rules.items() if name not in figures}
    for kind, rules in (("observation", figures), ("relation", rest)):
        whole = found.kinds[kind]
        assert (sum(one.claims for one in rules.values()), sum(one.right for one in rules.values())) == (
            whole.claims,
            whole.right,
        )
        assert kind in found.scales and found.scales[kind].slope > 0
    assert all(_smooth(one, found.kinds["observation"]) for one in figures.values())
    assert all(_smooth(one, found.kinds["relation"]) for one in rest.values())


def _smooth(one: Precision, kind: Precision) -> bool:
    """A share lies between what was counted and the kind's: few claims say little."""
    raw = Decimal(one.right) / one.claims
    return min(raw, kind.share) - Decimal("0.001") <= one.share <= max(raw, kind.share) + Decimal("0.001")


def test_the_file_is_sorted_and_says_where_it_comes_from() -> None:
    text = (ontology.ontology_dir() / "precision.tsv").read_text(encoding="utf-8")
    names = [line.split("\t")[0] for line in text.splitlines() if not line.startswith("#")]
    assert names[:2] == ["relation", "observation"] and names[2:] == sorted(names[2:])
    assert re.match(r"#.*precision\.py", text)
