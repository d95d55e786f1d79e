"""Room 3, Chinese: lists that a head word classes, verbs and figures before names, persons by address. All invented."""

from __future__ import annotations

import dataclasses

import pytest

from kg import ontology
from kg.documents import document
from kg.mentions import read
from kg.mentions.annotate import token_range


def _things(text: str) -> dict[str, str]:
    """Name -> class of all that is found."""
    _, things = read(dataclasses.replace(document(text), lang="zh"))
    return {name: thing.cls for thing in things.all for name in thing.names}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("北谷市青砚饮品、吉岭君泰、天岳奔牛等5家企业入选。", ["青砚饮品", "吉岭君泰", "天岳奔牛"]),
        ("园区聚集了蓝砚微生物、华岭循环三家企业。", ["蓝砚微生物", "华岭循环"]),
        ("会上，吉岭君泰、蓝砚生物等企业作了介绍。", ["吉岭君泰", "蓝砚生物"]),
    ],
)
def test_what_stands_in_a_list_of_firms_is_a_firm_whatever_its_words(text: str, names: list[str]) -> None:
    found = _things(text)
    assert [found.get(name) for name in names] == ["Enterprise"] * len(names)


@pytest.mark.parametrize("text", ["推动钢铁、化工、建材等重点企业节能。", "推广光伏、风电、储能等项目。"])
def test_trades_and_techniques_in_a_list_are_no_firms(text: str) -> None:
    assert not {"钢铁", "化工", "建材", "光伏", "风电", "储能"} & {
        n for n, c in _things(text).items() if c == "Enterprise"
    }


def test_the_place_before_a_list_is_no_part_of_its_first_name() -> None:
    found = _things("北谷市青砚饮品、吉岭君泰等5家企业入选。")
    assert "北谷市" in found and "北谷市青砚饮品" not in found


def test_a_figure_of_one_sign_is_known_where_it_stands() -> None:
    (sentence,), _ = read(dataclasses.replace(document("北谷水泥等5家企业入选。"), lang="zh"))
    (quantity,) = sentence.quantities
    first, after = token_range(sentence, quantity.start, quantity.end)
    assert [token.text for token in sentence.tokens[first:after]] == ["5"]


@pytest.mark.parametrize(
    ("text", "name", "wrong"),
    [
        ("会议听取市工信局汇报。", "市工信局", "听取市工信局"),
        ("力争创建国家级绿色工业园区。", "国家级绿色工业园区", "创建国家级绿色工业园区"),
    ],
)
def test_a_verb_before_a_place_or_a_rank_is_no_part_of_a_name(text: str, name: str, wrong: str) -> None:
    found = _things(text)
    assert name in found and wrong not in found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("周先生家住贵州省。", "周先生"),
        ("司机覃师傅从驾驶室下来。", "覃师傅"),
        ("公司设备部的罗启岭介绍，燃气能降到三成。", "罗启岭"),
        ("北谷水泥有限公司的设备员孙宝岭领到了证书。", "孙宝岭"),
    ],
)
def test_persons_by_address_by_title_and_by_whose_they_are(text: str, name: str) -> None:
    found = _things(text)
    assert found.get(name) == "Person" and "从驾驶室" not in found


def test_firms_in_a_list_are_of_a_class_of_the_ontology() -> None:
    assert all(
        not cls or cls in ontology.load().classes for cls in _things("青砚饮品、吉岭君泰等5家银行入选。").values()
    )
