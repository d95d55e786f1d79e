"""Room 3, Chinese as pages have it: firms of few words that anybody knows, and words beside a name that are not its."""

from __future__ import annotations

import dataclasses

import pytest

from kg import ontology
from kg.documents import document
from kg.mentions import read
from kg.mentions.model import Thing

_FIRMS = frozenset(c for c in ontology.load().classes if "Enterprise" in ontology.load().ancestors(c))


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
        ("福州日报记者前往现场。", "福州"),
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


def test_the_unknown_in_a_list_of_known_firms_are_firms() -> None:
    found = _things("参与的有国家能源集团、中广核、上海青岚、博世中国、北谷氢途等。")
    assert {"上海青岚", "博世中国", "北谷氢途"} <= {n for n, c in found.items() if c in _FIRMS}


def test_trades_in_a_list_of_known_firms_are_no_firms() -> None:
    assert not {"电力", "化工"} & set(_things("宝钢、鞍钢、电力、化工等企业参加。"))


def test_a_quoted_project_keeps_its_owner_and_its_power() -> None:
    found = _things("贷款用于“青岚能源（滁州）有限公司10MW分布式光伏发电项目”建设。")
    assert found["青岚能源（滁州）有限公司10MW分布式光伏发电项目"] == "Project"
    assert found["青岚能源（滁州）有限公司"] in _FIRMS


def test_a_project_between_book_marks_is_one() -> None:
    name = "北谷化工20万千瓦制氢项目（一期10万千瓦制氢项目）"
    assert _things(f"受理《{name}》环评文件。")[name] == "Project"


@pytest.mark.parametrize(
    ("text", "one", "other", "same"),
    [
        ("工行北谷县青岚支行发放贷款。工行青岚支行很忙。", "工行北谷县青岚支行", "工行青岚支行", True),
        ("工业和信息化部发布名单。工信部表示支持。", "工业和信息化部", "工信部", True),
        ("中国银行参与发行，由中国银行澳门分行提供支持。", "中国银行", "中国银行澳门分行", False),
        ("兴业银行股份有限公司昆明分行发放贷款。兴业银行很忙。", "兴业银行股份有限公司", "兴业银行", True),
    ],
    ids=["branch", "ministry", "bank and branch", "legal form"],
)
def test_short_names_and_branches(text: str, one: str, other: str, same: bool) -> None:
    things = _all(text)
    assert any(one in t.names and other in t.names for t in things) is same


def test_a_firm_that_is_called_an_institute_is_no_second_thing() -> None:
    found = _things("中国电建集团北京勘测设计研究院有限公司编制报告。")
    assert "中国电建集团北京勘测设计研究院" not in found


def test_a_technique_begins_behind_whose_it_is() -> None:
    assert "炼铁工艺" in _things("项目采用北谷钢铁公司炼铁工艺。")


def test_what_a_firm_is_one_of_is_no_second_firm() -> None:
    (firm,) = [t for t in _all("北谷科技有限公司是一家专门从事智能装备生产的创新型高科技企业。") if t.cls in _FIRMS]
    assert "北谷科技有限公司" in firm.names


@pytest.mark.parametrize(
    "text", ["公司计划投资5亿元建设厂房。", "项目计划2023年8月开工。", "计划全容量并网时间为年底。"]
)
def test_what_somebody_plans_to_do_is_no_plan(text: str) -> None:
    assert not [name for name in _things(text) if "计划" in name]


def test_a_coined_word_is_no_section_of_an_office() -> None:
    assert "GovernmentBody" not in _things("下游用户青科购买乙烯。").values()
