"""Room 3, Chinese figures: which words tell a figure's status and meaning, and which only hold such a word."""

from __future__ import annotations

import dataclasses

import pytest

from kg.claims.context import Context
from kg.claims.counts import completed
from kg.claims.extract import Reader
from kg.documents import document
from kg.mentions import language


def _contexts(text: str) -> list[Context]:
    return [context for context, _ in Reader(dataclasses.replace(document(text), lang="zh")).contexts()]


def _statuses(text: str) -> set[str]:
    return {value for context in _contexts(text) for _, _, value, _ in context.cues("status")}


@pytest.mark.parametrize(
    "text",
    [
        "年末全县可再生能源发电装机容量35万千瓦。",
        "该企业生产可持续航空燃料9万吨。",
        "工人将余热送回锅炉。",
        "该厂将这3台锅炉换为热泵。",
        "该厂将5台锅炉换为热泵。",
    ],
)
def test_a_word_that_holds_a_sign_of_the_future_tells_none(text: str) -> None:
    assert "projected" not in _statuses(text)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("该厂将新建一条生产线。", "projected"),
        ("该厂将节电60万千瓦时。", "projected"),
        ("电站全面建成后每年发电3亿千瓦时。", "projected"),
        ("届时每年可省电90万千瓦时。", "projected"),
        ("力争完成20家企业的改造。", "target"),
        ("能耗不高于400千克标准煤。", "limit"),
        ("该厂去年末装机20兆瓦。", "actual"),
    ],
)
def test_the_longest_sign_of_a_status_tells_it_alone(text: str, status: str) -> None:
    assert _statuses(text) == {status}


def test_a_year_that_is_compared_with_is_no_past() -> None:
    assert "actual" not in _statuses("能耗比2020年低18%。")
    assert "actual" in _statuses("2023年能耗为3万吨标准煤。")


@pytest.mark.parametrize(
    ("text", "indicator"),
    [
        ("绿电占比提升至60%。", "share"),
        ("矿渣利用率提高到90%。", "recyclingRate"),
        ("吨铝直流电耗为12800千瓦时。", "energyIntensity"),
        ("该厂日用水量900立方米。", "other"),
        ("改造后每年节省投资300万元。", "costSaving"),
        ("债券票面利率2.4%。", "price"),
        ("污水厂日处理能力2万吨。", "productionCapacity"),
        ("每年消纳新能源电量1亿千瓦时。", "electricityUse"),
    ],
)
def test_the_words_beside_a_figure_offer_its_indicator(text: str, indicator: str) -> None:
    assert indicator in {value for context in _contexts(text) for _, _, value, _ in context.cues("indicator")}


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("电价便宜了6分钱。", "fen", "6"),
        ("利率上调15个基点。", "bp", "15"),
        ("贷款4000万新元。", "SGD", "40000000"),
        ("贷款2亿港元。", "HKD", "200000000"),
        ("周期缩短至25分钟。", "minute", "25"),
        ("净利润为-600万元。", "CNY", "-6000000"),
    ],
)
def test_units_of_money_rates_and_time(text: str, unit: str, value: str) -> None:
    (found,) = language("zh").grammar.find(text)
    assert (found.unit, f"{found.value.normalize():f}") == (unit, value)


def test_a_dash_after_a_noun_is_no_minus() -> None:
    assert all(found.value > 0 for found in language("zh").grammar.find("设备-3万吨，产量10-20万吨。"))


def test_a_list_of_figures_shares_the_last_unit() -> None:
    text = "浓度分别不高于10、35、50毫克/立方米。"
    (context,) = _contexts(text)
    assert [(q.unit, q.per) for q in completed(context, text)] == [("mg", "m3")] * 3


@pytest.mark.parametrize(
    ("text", "value"),
    [("其中晶圆环节占到六成八。", 68), ("满足三成二的需求。", 32), ("收益率掉了两个多百分点。", 2)],
)
def test_tenths_with_a_further_figure_are_percent(text: str, value: int) -> None:
    (context,) = _contexts(text)
    (quantity,) = completed(context, text)
    assert (quantity.value, quantity.unit) == (value, "percent")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("蒸汽压力为0.8MPa。", [("0.8", "other")]),
        ("排放浓度20mg/m³。", [("20", "mg")]),
        ("共安装2000台套设备。", [("2000", "count")]),
        ("冷站COP由4.6提高到5.7。", [("4.6", "other"), ("5.7", "other")]),
        ("含水率下降千分之三。", [("3", "permille")]),
        ("投资20亿林吉特。", [("2000000000", "MYR")]),
        ("电炉生产1吨钢耗电310千瓦时。", [("310", "kWh")]),
        ("24小时服务热线已开通。", []),
        ("未来十年需求上升。", []),
        ("来了两三百家企业。", []),
        ("整套装置要七八千万元。", [("70000000", "CNY")]),
        ("每吨多烧两三公斤。", [("2", "kg")]),
        ("产值比上年翻了一番。", [("100", "percent")]),
        ("电炉功率自动减半。", [("50", "percent")]),
        ("染缸用的是八十五度的热水。", [("85", "degree")]),
        ("二三产业协同发展。", []),
    ],
)
def test_units_and_numbers_of_chinese_texts(text: str, told: list[tuple[str, str]]) -> None:
    (context,) = _contexts(text)
    assert [(str(q.value), q.unit) for q in completed(context, text)] == told


def test_a_rate_that_rises_to_a_figure_is_still_that_rate() -> None:
    (context,) = _contexts("锂的综合回收率提高到93%。")
    assert {value for _, _, value, _ in context.cues("indicator")} == {"recyclingRate"}


def test_a_denominator_gives_no_substance() -> None:
    text = "单位能耗碳排放不高于0.25吨/吨标准煤。"
    (context,) = _contexts(text)
    (quantity,) = completed(context, text)
    assert quantity.unit == "t_CO2"
