"""What must never become one thing, and what must: banks, offices, parks, parents, persons; three languages."""

from __future__ import annotations

from itertools import permutations

import pytest
from fixtures_extraction import Report

from kg.claims import Extraction
from kg.entities import identify
from kg.ontology import load

Told = tuple[str, str, str]
"""(language of the report, class, names with `|` between them)."""


def report(number: int, lang: str, cls: str, names: str) -> Extraction:
    """A report that names one thing and says nothing else."""
    made = Report(f"r{number}", lang, f"{number}: {names.replace('|', ', ')}")
    made.entity(cls, *names.split("|"))
    return made.done()


def things(told: tuple[Told, ...]) -> list[str]:
    """The IRI that each report's thing gets: the same whichever report comes first, and however many say so."""
    made = [report(number, *one) for number, one in enumerate(told)]
    again = [report(len(told) + number, *one) for number, one in enumerate(told)]
    found = []
    for few in ([*order, *again] for order in permutations(made)):
        entities = identify(few, load())
        found.append([entities.of(one.document.id, 0).iri for one in made])
    assert all(one == found[0] for one in found)
    return found[0]


APART: dict[str, tuple[Told, ...]] = {
    "titles of the nation, the province, a named province, and of nobody": (
        ("zh", "GreenFactory", "国家级绿色工厂"),
        ("en", "GreenFactory", "provincial-level green factories"),
        ("zh", "GreenFactory", "浙江省绿色工厂"),
        ("de", "GreenFactory", "grüne Fabriken"),
    ),
    "Bank of Chongqing and Chongqing Rural Commercial Bank": (
        ("en", "Bank", "Bank of Chongqing"),
        ("en", "Bank", "Chongqing Rural Commercial Bank"),
    ),
    "the same two in full and in Chinese": (
        ("zh", "CommercialBank", "重庆银行股份有限公司|重庆银行"),
        ("zh", "CommercialBank", "重庆农村商业银行股份有限公司|重庆农商行"),
    ),
    "two districts' bureaus": (
        ("en", "Bureau", "Beibei District Ecology and Environment Bureau|Ecology and Environment Bureau"),
        ("en", "Bureau", "Banan District Ecology and Environment Bureau|Ecology and Environment Bureau"),
    ),
    "two districts' bureaus, in German": (
        ("de", "Bureau", "Umweltamt des Bezirks Nordufer|Umweltamt"),
        ("de", "Bureau", "Umweltamt des Bezirks Südufer|Umweltamt"),
    ),
    "two districts' bureaus, in Chinese": (
        ("zh", "Bureau", "北碚区生态环境局|生态环境局"),
        ("zh", "Bureau", "巴南区生态环境局|生态环境局"),
    ),
    "a park and its operating company": (
        ("en", "IndustrialPark", "Quarzhafen Industrial Park"),
        ("en", "ParkOperator", "Quarzhafen Industrial Park Development Co., Ltd."),
    ),
    "a park and the company that has its name": (
        ("zh", "IndustrialPark", "石桥工业园区"),
        ("zh", "ParkOperator", "石桥工业园区有限公司"),
    ),
    "a parent and its subsidiary": (
        ("en", "Enterprise", "Solana Group Co., Ltd."),
        ("en", "Enterprise", "Solana Cement Co., Ltd."),
    ),
    "a parent and its subsidiary that is told of by the short name": (
        ("de", "Enterprise", "Solana AG"),
        ("de", "Enterprise", "Solana Zement GmbH|Solana"),
    ),
    "a group and the firm of its name": (
        ("zh", "Enterprise", "富皇集团有限公司"),
        ("zh", "Enterprise", "富皇有限公司"),
    ),
    "spellings one letter apart": (("de", "Enterprise", "Müller Zement"), ("de", "Enterprise", "Möller Zement")),
}


@pytest.mark.parametrize("told", APART.values(), ids=list(APART))
def test_two_things_stay_two(told: tuple[Told, ...]) -> None:
    assert len(set(things(told))) == len(told)


TOGETHER: dict[str, tuple[Told, ...]] = {
    "a title in three languages, of one and of several": (
        ("en", "GreenFactory", "national green factories"),
        ("de", "NationalGreenFactory", "nationale grüne Fabriken"),
        ("zh", "Designation", "国家级绿色工厂"),
    ),
    "a title whose class has no such member": (
        ("en", "Designation", "water-saving enterprises"),
        ("zh", "Designation", "节水型企业"),
    ),
    "a technology, of one and of several": (
        ("en", "HeatPump", "heat pumps"),
        ("de", "HeatPump", "Wärmepumpen"),
        ("zh", "HeatPump", "热泵"),
    ),
    "full and short names": (
        ("de", "Enterprise", "Chongqing Fuhuang Building Materials Co., Ltd.|Fuhuang Building Materials"),
        ("de", "Enterprise", "Fuhuang Building Materials"),
        ("de", "Enterprise", "Chongqing Fuhuang Building Materials"),
    ),
    "a short name that only the document explains": (
        ("en", "DevelopmentBank", "China Development Bank|CDB"),
        ("en", "Bank", "CDB"),
        ("en", "DevelopmentBank", "China Development Bank"),
    ),
    "three languages, as two documents say": (
        ("en", "Enterprise", "Solana Cement Co., Ltd.|索拉纳水泥有限公司"),
        ("de", "Enterprise", "Solana Zement GmbH|Solana Cement"),
        ("zh", "Enterprise", "索拉纳水泥"),
        ("de", "Enterprise", "Solana Zement"),
    ),
    "a place in three languages, as the ontology's folder says": (
        ("de", "Country", "Deutschland"),
        ("en", "Country", "Germany"),
        ("zh", "Country", "德国"),
    ),
    "an office's name in short, by the words that all offices share": (
        ("zh", "Bureau", "石桥市发展和改革委员会"),
        ("zh", "Bureau", "石桥市发改委"),
    ),
}


@pytest.mark.parametrize("told", TOGETHER.values(), ids=list(TOGETHER))
def test_names_of_one_thing_meet(told: tuple[Told, ...]) -> None:
    assert len(set(things(told))) == 1


def test_persons_of_one_name_in_two_organisations_are_two_in_any_number_of_reports() -> None:
    """And the reports that name one employer's person by name alone, of which nobody can tell, join neither."""

    def employed(number: int, firm: str) -> Extraction:
        made = Report(f"p{number}", "en", f"{number}: {firm}; Lena Winter")
        person = made.entity("Person", "Lena Winter")
        if firm:
            made.relation(made.entity("Enterprise", firm), "employs", person, "Winter")
        return made.done()

    told = [employed(number, firm) for number, firm in enumerate(("Solana Cement", "Ostufer Glass", "") * 2)]
    entities = identify(told, load())
    iris = [entities.of(one.document.id, 0).iri for one in told]
    assert iris[0] == iris[3] and iris[1] == iris[4] and len({iris[0], iris[1], iris[2], iris[5]}) == 4
