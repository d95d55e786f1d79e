"""Room 3, Chinese as pages have it: firms of few words that anybody knows, and words beside a name that are not its."""

from __future__ import annotations

import dataclasses

import pytest

from kg import ontology
from kg.documents import document
from kg.mentions import read
from kg.mentions.model import Thing


def _all(text: str) -> list[Thing]:
    _, things = read(dataclasses.replace(document(text), lang="zh"))
    return things.all


def _things(text: str) -> dict[str, str]:
    """Name -> class of all that is found."""
    return {name: thing.cls for thing in _all(text) for name in thing.names}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("大唐（丘北）新能源有限公司投资建设电站。", "大唐（丘北）新能源有限公司"),
        ("青岚电力建设第三工程有限公司负责施工。", "青岚电力建设第三工程有限公司"),
        ("中国电力建设股份有限公司负责施工。", "中国电力建设股份有限公司"),
        ("远岚与明阳集团签约。", "明阳集团"),
        ("这是继北谷能源有限公司之后的第二家。", "北谷能源有限公司"),
        ("项目投资方青岚集团出资。", "青岚集团"),
    ],
    ids=["place in brackets", "number", "deed", "like a time", "preposition", "role"],
)
def test_a_firm_is_named_whole_and_alone(text: str, name: str) -> None:
    firms = [n for n, cls in _things(text).items() if "Enterprise" in ontology.load().ancestors(cls)]
    assert name in firms and not [n for n in firms if name in n and n != name]


def test_what_a_firm_is_to_another_is_no_third_thing() -> None:
    found = _things("大唐集团子公司大唐（丘北）新能源有限公司投资建设电站。")
    assert {"大唐集团", "大唐（丘北）新能源有限公司"} <= set(found)
    assert not [name for name in found if name.endswith("子公司")]


def test_a_group_and_its_firm_of_the_same_short_name_are_two() -> None:
    things = _all("大唐集团的子公司很多。大唐（丘北）新能源有限公司投资建设电站。")
    one, other = (
        next(t for t in things if "大唐集团" in t.names),
        next(t for t in things if "大唐（丘北）新能源有限公司" in t.names),
    )
    assert one is not other


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("煤气项目的运行标志着能源得到利用。", "标志"),
        ("车间采用动力中心化布局。", "中心"),
        ("借款人可申请展期。", "借款"),
        ("重庆日报记者前往现场。", "重庆"),
        ("这是全国首单绿色债券。", "首单"),
    ],
)
def test_a_part_of_another_word_is_no_thing(text: str, wrong: str) -> None:
    assert not [name for name in _things(text) if wrong in name]


@pytest.mark.parametrize(
    ("text", "name"),
    [("北谷银行发放贷款。该行支持企业。", "该行"), ("北谷水泥厂很大。该厂节约用电。", "该厂")],
)
def test_a_body_is_pointed_to_by_its_last_sign(text: str, name: str) -> None:
    _, things = read(dataclasses.replace(document(text), lang="zh"))
    start = text.index(name)
    (pointed,) = [t for t in things.all if (start, start + len(name)) in t.spans]
    assert any(n.startswith("北谷") for n in pointed.names)


def test_those_who_lead_firms_are_no_list_of_firms() -> None:
    found = _things("北谷纸业副总经理张明、北谷科技总经理李华等公司领导到会。")
    assert found["李华"] == "Person" and not [name for name in found if "总经理" in name]


def test_the_word_of_speech_behind_a_name_is_no_part_of_it() -> None:
    assert _things("总裁助理李明说，项目很好。")["李明"] == "Person"
