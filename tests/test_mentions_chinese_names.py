"""Room 3, Chinese names: where the segmenter parts or joins words wrongly, and what a count makes of a head word."""

from __future__ import annotations

import dataclasses

import pytest

from kg import ontology
from kg.documents import document
from kg.mentions import read


def _things(text: str) -> dict[str, str]:
    """Name -> class of all that is found."""
    _, things = read(dataclasses.replace(document(text), lang="zh"))
    return {name: thing.cls for thing in things.all for name in thing.names}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("机组由青砚能源技术有限公司投资。", "青砚能源技术有限公司"),
        ("重庆渝岭显示技术有限公司的机组已投运。", "重庆渝岭显示技术有限公司"),
    ],
)
def test_a_firm_is_named_by_all_its_words_and_by_no_preposition(text: str, name: str) -> None:
    assert name in _things(text)


@pytest.mark.parametrize(("text", "name"), [("电站位于乌朗塔旗。", "乌朗塔旗"), ("涟湄县的企业很多。", "涟湄县")])
def test_a_county_keeps_the_sign_that_the_segmenter_parts_from_it(text: str, name: str) -> None:
    assert name in _things(text)


def test_plants_counted_as_firms_are_firms() -> None:
    counted, plain = _things("当地有五家印染厂。"), _things("北谷印染厂已停产。")
    assert "Enterprise" in ontology.load().ancestors(counted["印染厂"])
    assert "Facility" in ontology.load().ancestors(plain["北谷印染厂"])


def test_groups_of_other_numbers_are_other_things() -> None:
    _, things = read(dataclasses.replace(document("31家企业参与响应。去年只有9家企业报名。"), lang="zh"))
    assert [thing.names for thing in things.all if thing.generic] == [["31家企业"], ["9家企业"]]


def test_the_classifier_behind_a_figure_is_no_part_of_a_name() -> None:
    found = _things("北谷市启动首批9个近零碳试点园区建设。")
    assert "近零碳试点园区" in found and not [name for name in found if name.startswith("个")]


@pytest.mark.parametrize(
    ("text", "name", "cls"),
    [
        ("北谷化工新区管理委员会发布公告。", "北谷化工新区", "IndustrialPark"),
        ("北谷装备制造园已建成。", "北谷装备制造园", "IndustrialPark"),
        ("自治区工业和信息化厅、水利厅联合发文。", "水利厅", "Bureau"),
        ("北谷农商行发放贷款。", "北谷农商行", "Bank"),
        ("该厂新建一座赤泥库。", "赤泥库", "Facility"),
        ("车间采用气凝胶。", "气凝胶", "Technology"),
        ("阳曲生产基地已投产。", "阳曲", "City"),
    ],
)
def test_word_fields_of_the_domain(text: str, name: str, cls: str) -> None:
    found = _things(text)
    assert name in found
    assert cls in ontology.load().ancestors(found[name])


def test_what_a_firm_is_to_another_is_no_part_of_its_name() -> None:
    found = _things("全资子公司蚌埠青砚新材料有限公司和母公司黔中青砚集团投产。")
    assert {"蚌埠青砚新材料有限公司", "黔中青砚集团"} <= set(found)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("泽阳市化工集中区已建成。", "泽阳市"),
        ("渭岭市国资委发布通知。", "渭岭市"),
        ("河南汴阳市鑫磊环保建材有限公司投产。", "汴阳市"),
    ],
)
def test_the_town_in_the_name_of_a_body_is_told_of_too(text: str, place: str) -> None:
    assert place in _things(text)


def test_a_known_body_of_a_place_is_named_with_it() -> None:
    assert "渭岭市国资委" in _things("渭岭市国资委发布通知。")


def test_who_speaks_for_a_known_body_is_a_person() -> None:
    assert _things("渭岭市国资委有关负责人表示，项目已投产。")["有关负责人"] == "Person"


def test_a_person_before_his_title_is_named_without_it() -> None:
    assert _things("李世平委员：您的提案收悉。").get("李世平") == "Person"


def test_what_is_counted_behind_is_a_group() -> None:
    _, things = read(dataclasses.replace(document("该县现有企业52家，其中镁冶炼企业11家。"), lang="zh"))
    assert {n for thing in things.all if thing.generic for n in thing.names} == {"企业52家", "镁冶炼企业"}


@pytest.mark.parametrize(
    ("text", "name", "cls"),
    [
        ("该厂采用臭氧催化氧化。", "臭氧催化氧化", "Technology"),
        ("园区建有事故池。", "事故池", "Facility"),
        ("北谷市检验检测院起草标准。", "北谷市检验检测院", "Organization"),
        ("企业投保环境污染责任险。", "环境污染责任险", "FinancialInstrument"),
        ("该市推行差别电价。", "差别电价", "Initiative"),
    ],
)
def test_word_fields_of_plants_and_bodies(text: str, name: str, cls: str) -> None:
    found = _things(text)
    assert name in found
    assert cls in ontology.load().ancestors(found[name])
