"""Figures in three languages: the number as meant, its unit, how exact it is; and what looks like one and is none."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kg.documents import document
from kg.mentions import Quantity, language
from kg.mentions.annotate import annotated
from kg.mentions.money import local
from kg.mentions.spellings import any_of, either

settings.register_profile("extraction", deadline=None, derandomize=True)
settings.load_profile("extraction")

Row = tuple[str, str]
"""A sentence, and the figures in it as `shown` writes them, with ", " between."""


def figures(lang: str, text: str) -> list[Quantity]:
    return list(language(lang).grammar.find(text))


def shown(found: Quantity) -> str:
    """Like "about 10..20 t/year (CO2)"."""
    top = f"..{found.max.normalize():f}" if found.max is not None else ""
    unit = " " + found.unit + (f"/{found.per}" if found.per else "") if found.unit else ""
    substance = f" ({found.substance})" if found.substance else ""
    return f"{found.qualifier} {found.value.normalize():f}{top}{unit}{substance}".strip()


def told(lang: str, text: str) -> str:
    return ", ".join(shown(found) for found in figures(lang, text))


def wrong(text: str, meant: str, reason: str) -> object:
    """A row that does not hold yet, and why."""
    return pytest.param(text, meant, marks=pytest.mark.xfail(strict=True, reason=reason))


WORDS = "the lexicon's number words have gaps (compound numerals, fractions)"
BEFORE = "a denominator that stands before the figure is not read"

# ---- figures ---------------------------------------------------------------------------------------------------------

GERMAN: list[Row | object] = [
    ("Das Werk spart 4.007 Tonnen im Jahr.", "4007 t"),
    ("Die Halle kostet 1.234.567,89 Euro.", "1234567.89 EUR"),
    ("Es fallen 12 345 Tonnen an.", "12345 t"),
    ("Sie zahlt 1'200 Franken.", "1200 CHF"),
    ("Der Kredit hat 3,2 Mrd. Euro.", "3200000000 EUR"),
    ("Der Kredit hat 1,5 Mio. EUR.", "1500000 EUR"),
    ("Der Zuschuss hat drei Millionen Euro.", "3000000 EUR"),
    ("Der Zuschuss hat anderthalb Millionen Euro.", "1500000 EUR"),
    ("Der Zuschuss hat eine halbe Million Euro.", "500000 EUR"),
    ("Das sind 100 Tsd. Euro.", "100000 EUR"),
    ("Das sind € 12 Mio. im Jahr.", "12000000 EUR"),
    ("Das sind US$ 3 Mrd. im Jahr.", "3000000000 USD"),
    ("Das sind rund 1,2 Milliarden Yuan.", "about 1200000000 CNY"),
    ("Die Anlage leistet 10 bis 12 MW.", "10..12 MW"),
    ("Die Anlage leistet 3-5 MW.", "3..5 MW"),
    ("Es sind 3 und 5 Tonnen.", "3, 5 t"),
    ("In Halle 300 Tonnen, in Phase 2 nichts.", "300 t"),
    ("Das sind 4.5 Tonnen und 4.500 Tonnen.", "4.5 t, 4500 t"),
    ("Der Speicher hat 5 MW/10 MWh.", "5 MW, 10 MWh"),
    ("Die Anlage leistet 3 MW bis 5 MW.", "3..5 MW"),
    ("Der Anteil liegt bei 5 bis 6,5 Prozent.", "5..6.5 percent"),
    ("Der Anteil liegt bei 15 % bis 20 %.", "15..20 percent"),
    ("Der Anteil stieg um 5 Prozentpunkte.", "5 percent"),
    ("Es fließen 50 bis 60 Mio. Euro.", "50000000..60000000 EUR"),
    ("Sie leistet bis zu 80 MW.", "atMost 80 MW"),
    ("Es sind maximal 40 Prozent.", "atMost 40 percent"),
    ("Es sind weniger als 3 Prozent.", "atMost 3 percent"),
    ("Es sind mehr als 20 % davon.", "atLeast 20 percent"),
    ("Es sind mindestens 30 Hektar.", "atLeast 30 ha"),
    ("Es sind über 2.000 Tonnen.", "atLeast 2000 t"),
    ("Es sind knapp 7 GWh.", "about 7 GWh"),
    ("Es sind etwa 7,5 TWh.", "about 7.5 TWh"),
    ("Sie liefert 3,2 Millionen Kilowattstunden pro Jahr.", "3200000 kWh/year"),
    ("Der Bedarf liegt bei 250 kWh/m².", "250 kWh/m2"),
    ("Die Tonne kostet 50 Euro je Tonne.", "50 EUR/t"),
    ("Der Strom kostet 7 Cent pro kWh.", "7 ct/kWh"),
    ("Das sind 0,31 t Standardkohle pro 10.000 Yuan.", "0.31 t_tce/10000CNY"),
    ("Das sind 4.007 Tonnen Standardkohle.", "4007 t_tce"),
    ("Das sind 12.500 t SKE.", "12500 t_tce"),
    ("Das sind 42.000 Tonnen CO2 im Jahr.", "42000 t_CO2"),
    ("Das sind 500 t CO₂-Äq. im Jahr.", "500 t_CO2"),
    ("Das sind 170 Tonnen Stickoxide.", "170 t (NOx)"),
    ("Auf dem Dach liegen 8.000 Paneele.", "8000"),
    ("Zwölf Betriebe nehmen teil.", "12"),
    ("Es entstehen 400 Arbeitsplätze.", "400 person"),
    ("Der Strom reicht für 200.000 Haushalte.", "200000 household"),
    ("Eine 50-MW-Anlage steht dort.", "50 MW"),
    ("Dort herrschen -5 Grad.", "-5 degree"),
    ("Die Laufzeit hat zweieinhalb Jahre.", "2.5 year"),
    ("Im Jahr 2023 waren es 2024 Tonnen.", "2024 t"),
    ("Erst 3 Tonnen, dann 4 MW und 5 Prozent.", "3 t, 4 MW, 5 percent"),
    ("Die Anlage leistet zwischen 10 und 12 MW.", "10..12 MW"),
    ("Ein Dutzend Betriebe nimmt teil.", "12"),
    ("Sie deckt die Hälfte des Bedarfs.", "50 percent"),
    ("Sie deckt zwei Drittel des Bedarfs.", "66.67 percent"),
    ("Drei Viertel der Ware und knapp ein Fünftel des Dampfs.", "75 percent, about 20 percent"),
    ("Der Bau wird zur Hälfte vom Land bezahlt.", "50 percent"),
    ("Der Anteil liegt bei sechzehn Prozent.", "16 percent"),
    ("Nach dreieinhalb Jahren ist es bezahlt.", "3.5 year"),
    ("Das ist eine 2,4-Millionen-Euro-Halle.", "2400000 EUR"),
    ("Am Mittag\n300 Tonnen im Jahr.", "300 t"),
    ("Die Marge sinkt um 5 Basispunkte.", "5 bp"),
    ("Die Säge schneidet 900 Festmeter.", "900 m3"),
    ("Die Runde war 1,7-fach überzeichnet.", "1.7 other"),
    ("Das Werk hat 12000 Tonnen Vorrat.", "12000 t"),
    ("Das Werk braucht 12000 kWh am Tag.", "12000 kWh"),
    ("Das Werk spart 500 Euro ein.", "500 EUR"),
    ("Die Anlage mahlt 20 t/h.", "20 t/h"),
    ("Das Werk spart mit der Anlage 300 Tonnen.", "300 t"),
    ("Eine 40-prozentige Kürzung kommt.", "40 percent"),
    ("Der Versuch lief ein halbes Jahr lang.", "0.5 year"),
    ("Ein gutes Drittel davon ist fertig.", "33.33 percent"),
    ("Jeder vierte Ofen steht still.", "25 percent"),
    ("Der Verbrauch hat sich halbiert.", "50 percent"),
    ("Das Werk gehört einer hundertprozentigen Tochter.", "100 percent"),
    ("Nach einem 16-wöchigen Kurs war es so weit.", "16 week"),
    ("Der Hof ist fünf Gehminuten entfernt.", "5 other"),
    ("Die Brauerei füllt 55.000 Hektoliter ab.", "55000 other"),
    ("Das Werk hat 85 Angestellten gekündigt.", "85 person"),
    # votes are counted, number words carry units and go up to thousands
    ("Der Rat stimmte mit 14 zu 2 Stimmen dafür.", "14, 2"),
    ("Nach dreijährigem Verfahren", "3 year"),
    ("Ein sechswöchiger Stillstand", "6 week"),
    ("Die zehnprozentige Senkung", "10 percent"),
    ("Achthundert Arbeitsplätze", "800 person"),
    ("Siebentausend Einwohner", "7000 person"),
    ("Bis zu 35 vom Hundert", "atMost 35 percent"),
]

ENGLISH: list[Row | object] = [
    ("Grants are from $50,000 to $2 million.", "50000..2000000 USD"),
    ("Grants are from $50 to $60 million.", "50000000..60000000 USD"),
    ("Half are small firms, and half its power is green.", "50 percent, 50 percent"),
    ("Four in ten households joined.", "40 percent"),
    ("Nine out of ten agreed.", "90 percent"),
    ("The limit is 50 mg per cubic metre.", "50 other/m3"),
    ("It should go down from 11.4 to 9.6 kilograms.", "11.4 kg, 9.6 kg"),
    ("The time fell from two days to 50 minutes.", "2 day, 50 minute"),
    ("The least loan falls from £100,000 to £40,000.", "100000 GBP, 40000 GBP"),
    ("It takes three to five months.", "3..5 month"),
    ("They burn 20pc less coal.", "20 percent"),
    ("The rate falls by half a percentage point.", "0.5 percent"),
    ("It got €5 million; 3 million come from the bank.", "5000000 EUR, 3000000"),
    ("It follows Act 917.", ""),
    ("The offer was covered 3.1 times.", "3.1 other"),
    ("The steam has five bar.", "5 other"),
    ("It saved P19.6 million.", "19600000 PHP"),
    ("It made a loss in the first three quarters.", ""),
    ("It saves 4,007 tonnes.", "4007 t"),
    ("It costs 1,234,567.89 euros.", "1234567.89 EUR"),
    ("It holds 1,00,000 tonnes.", "100000 t"),
    ("The loan is $3.2 billion.", "3200000000 USD"),
    ("The loan is US$3bn.", "3000000000 USD"),
    ("The loan is EUR 1.5m.", "1500000 EUR"),
    ("The loan is £40m.", "40000000 GBP"),
    ("The loan is three million euros.", "3000000 EUR"),
    ("The loan is half a million dollars.", "500000 USD"),
    ("The loan is RMB 1.2 billion.", "1200000000 CNY"),
    ("The loan is 1.2 billion yuan.", "1200000000 CNY"),
    ("The grant is Rs 500 crore.", "5000000000 INR"),
    ("The plant has 10 to 12 MW.", "10..12 MW"),
    ("The plant has 3-5 MW.", "3..5 MW"),
    ("It makes 1.5m tonnes for a 5m euro fund.", "1500000 t, 5000000 EUR"),
    ("It pays between $5 million and $6 million.", "5000000..6000000 USD"),
    ("It emits 5 kg per 1,000 kWh.", "5 kg/1000kWh"),
    ("The plant has 16 GW to 20 GW.", "16..20 GW"),
    ("The share is 15% to 20%.", "15..20 percent"),
    ("The share is five to six percent.", "5..6 percent"),
    ("The firm pays $5-6 million.", "5000000..6000000 USD"),
    ("The firm pays $5 million to $6 million.", "5000000..6000000 USD"),
    ("It has up to 80 MW.", "atMost 80 MW"),
    ("It has a maximum of 40 percent.", "atMost 40 percent"),
    ("It costs under $50 million.", "atMost 50000000 USD"),
    ("It has fewer than 50 employees.", "atMost 50 person"),
    ("It has more than 20%.", "atLeast 20 percent"),
    ("It covers at least 30 hectares.", "atLeast 30 ha"),
    ("It makes nearly 7 GWh.", "about 7 GWh"),
    ("It makes about 7.5 TWh.", "about 7.5 TWh"),
    ("It rose by 5 percentage points.", "5 percent"),
    ("It makes 3.2 million kilowatt-hours a year.", "3200000 kWh/year"),
    ("It needs 250 kWh/m2.", "250 kWh/m2"),
    ("It costs 50 euros per tonne.", "50 EUR/t"),
    ("It costs 45 euros per tonne of CO2.", "45 EUR/t_CO2"),
    ("Power costs 7 cents per kWh.", "7 ct/kWh"),
    ("It takes 0.31 tonnes of standard coal per 10,000 yuan.", "0.31 t_tce/10000CNY"),
    ("It saves 4,007 tonnes of standard coal.", "4007 t_tce"),
    ("It avoids 42,000 tonnes of CO2.", "42000 t_CO2"),
    ("It avoids 12 MtCO2e.", "12 Mt_CO2"),
    ("Power has 0.5 kgCO2e/kWh.", "0.5 kg_CO2/kWh"),
    ("It meets two-thirds of demand.", "66.67 percent"),
    ("It meets more than a third of demand.", "atLeast 33.33 percent"),
    ("It has 8,000 panels.", "8000"),
    ("A dozen plants take part.", "12"),
    ("It creates 400 jobs.", "400 person"),
    ("It is a 50-MW plant.", "50 MW"),
    ("It has a 30-year term.", "30 year"),
    ("It stands at -5 °C.", "-5 degree"),
    ("In 2023 it was 2024 tonnes.", "2024 t"),
    ("First 3 tonnes, then 4 MW and 5 percent.", "3 t, 4 MW, 5 percent"),
    ("The plant has between 10 and 12 MW.", "10..12 MW"),
    ("The share is twenty-five percent.", "25 percent"),
    ("Forty-three tonnes of scrap arrive.", "43 t"),
    ("A twentieth of the heat is lost.", "5 percent"),
    ("It costs EUR 12 600 and saves 2 900 t CO2.", "12600 EUR, 2900 t_CO2"),
    ("In 2023 120 MW were built.", "120 MW"),
    ("It is sold under a ten-year agreement.", "10 year"),
    ("The line cost RM1.2bn and THB 300 million.", "1200000000 MYR, 300000000 THB"),
    ("Revenue reached 41 million ringgit.", "41000000 MYR"),
    ("FARM 12 MW is its name.", "12 MW"),
    ("The rinse uses 140-degree water.", "140 degree (water)"),
    wrong("One hundred and twenty plants take part.", "120", WORDS),
    ("It stands behind a 5 m wall.", "5 m"),
    ("The store has 5 MW/10 MWh.", "5 MW, 10 MWh"),
]

CHINESE: list[Row | object] = [
    ("该厂节能4007吨标准煤。", "4007 t_tce"),
    ("该厂投入1,234,567.89元。", "1234567.89 CNY"),
    ("该厂用煤１２３吨。", "123 t"),
    ("贷款3.2亿元。", "320000000 CNY"),
    ("贷款150万欧元。", "1500000 EUR"),
    ("贷款30亿美元。", "3000000000 USD"),
    ("贷款1.2万亿元。", "1200000000000 CNY"),
    ("贷款三百万元。", "3000000 CNY"),
    ("贷款五千万元。", "50000000 CNY"),
    ("功率为10-12兆瓦。", "10..12 MW"),
    ("功率为3至5兆瓦。", "3..5 MW"),
    ("功率在3和5兆瓦之间。", "3..5 MW"),
    ("功率5兆瓦/10兆瓦时。", "5 MW, 10 MWh"),
    ("资金50万至60万元。", "500000..600000 CNY"),
    ("资金1至2万元。", "10000..20000 CNY"),
    ("比例为5%至6.5%。", "5..6.5 percent"),
    ("比例为18%～20%。", "18..20 percent"),
    ("功率不超过80兆瓦。", "atMost 80 MW"),
    ("补助最高50万元。", "atMost 500000 CNY"),
    ("比例不足10%。", "atMost 10 percent"),
    ("功率80兆瓦以下。", "atMost 80 MW"),
    ("比例超过20%。", "atLeast 20 percent"),
    ("比例20%以上。", "atLeast 20 percent"),
    ("面积至少30公顷。", "atLeast 30 ha"),
    ("产量2000多吨。", "atLeast 2000 t"),
    ("资金5000余万元。", "atLeast 50000000 CNY"),
    ("电量近7亿千瓦时。", "about 700000000 kWh"),
    ("比例约5%。", "about 5 percent"),
    ("比例提高5个百分点。", "5 percent"),
    ("降幅达三成。", "30 percent"),
    ("覆盖三分之二。", "66.7 percent"),
    ("下降百分之五。", "5 percent"),
    ("电量2.6亿度电。", "260000000 kWh"),
    ("电量3260万千瓦时/年。", "32600000 kWh/year"),
    ("电价0.5元/千瓦时。", "0.5 CNY/kWh"),
    ("能耗0.31吨标准煤/万元。", "0.31 t_tce/10000CNY"),
    ("能耗300克标准煤/千瓦时。", "300 gce/kWh"),
    ("排放4.2万吨二氧化碳。", "42000 t_CO2"),
    ("强度0.5吨二氧化碳/万元。", "0.5 t_CO2/10000CNY"),
    ("减少170吨氮氧化物。", "170 t (NOx)"),
    ("屋顶有8000块光伏板。", "8000"),
    ("有十二家企业参加。", "12"),
    ("有两座电站。", "2"),
    ("有400个就业岗位。", "400 person"),
    ("占地300亩。", "300 mu"),
    ("厂房5万平方米。", "50000 m2"),
    ("先是3吨，后来4兆瓦和5%。", "3 t, 4 MW, 5 percent"),
    wrong("一百二十家企业参加。", "120", WORDS),
    wrong("用煤一千五百吨。", "1500 t", WORDS),
    wrong("每吨50元。", "50 CNY/t", BEFORE),
    ("该厂节约1300吨。", "1300 t"),
]


@pytest.mark.parametrize(("text", "meant"), GERMAN)
def test_german_figures(text: str, meant: str) -> None:
    assert told("de", text) == meant


@pytest.mark.parametrize(("text", "meant"), ENGLISH)
def test_english_figures(text: str, meant: str) -> None:
    assert told("en", text) == meant


@pytest.mark.parametrize(("text", "meant"), CHINESE)
def test_chinese_figures(text: str, meant: str) -> None:
    assert told("zh", text) == meant


# ---- money of several countries --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("The Queensland plant cost $5 million, Australian officials said.", ["AUD"]),
        ("The plant in Ohio cost $5 million; its American owner ships to Ontario.", ["USD"]),
        ("The Queensland plant cost US$5 million, Australian officials said.", ["USD"]),
        ("The firm sells to Canada. The plant cost $5 million.", ["USD"]),
    ],
)
def test_a_shared_sign_is_the_money_of_the_country_told_of(text: str, units: list[str]) -> None:
    shared = language("en").grammar.numbers["shared_money"]
    assert [found.unit for found in local(figures("en", text), text, shared)] == units


# ---- no figures ------------------------------------------------------------------------------------------------------

NONE: list[tuple[str, str] | object] = [
    ("de", "Bis 2030 soll es so weit sein."),
    ("de", "Im Jahr 2024 war es so weit."),
    ("de", "Der Plan gilt 2021-2025."),
    ("de", "Am 13. Mai 2024 war es so weit."),
    ("de", "Am 13.05.2024 war es so weit."),
    ("de", "Sie kam auf den 3. Platz."),
    ("de", "Tel. 030 1234567"),
    ("de", "Ruf an: +49 30 1234567"),
    ("de", "Es gilt § 12 des Gesetzes."),
    ("de", "Es gilt Artikel 5 Absatz 2."),
    ("de", "Siehe Kapitel 3 auf Seite 7."),
    ("de", "Die 1821 gegründete Mühle mahlt."),
    ("de", "Auf der Autobahn 99 vor Gebäude 12."),
    ("de", "Das ist alles.\n3 Zweck der Förderung"),
    ("de", "Das System „33618“ gilt weiter."),
    ("de", 'Das System "33618" gilt weiter.'),
    ("de", "Das Werk hat ISO 50001."),
    ("de", "Es gilt DIN EN 16247."),
    ("de", "Das ist Nr. 12 der Liste."),
    ("de", "Es beginnt um 14:30 Uhr."),
    ("de", "Die Firma sitzt in 10117 Berlin."),
    ("de", "Die Phase 2 beginnt in den 20er-Jahren mit PM10, H2 und CO2."),
    ("en", "By 2030 it is done."),
    ("en", "The plan runs 2021-2025 and from 2026 to 2030."),
    ("en", "On May 13, 2024 it was done."),
    ("en", "On 13 May 2024 it was done, on 2024-05-13."),
    ("en", "It came in 3rd in the 21st century."),
    ("en", "Call 202-555-0123 or +1 202 555 0123."),
    ("en", "See Section 3.1 on page 7 and Table 3."),
    ("en", "The “33618” system is kept."),
    ("en", 'The "33618" system is kept.'),
    ("en", "The plant has ISO 50001 and ISO 14001:2015."),
    ("en", "It is no. 12 of the list."),
    ("en", "It opens at 2 p.m. and not at 14:30."),
    ("en", "It runs 24/7 in Q3 2025 and FY2024."),
    ("en", "Scope 1 and 2 of Phase 3 matter for CO2 and H2."),
    ("en", "One of the firms was there."),
    ("en", "It belongs to the 14th Five-Year Plan."),
    ("en", "Trading closed at 1130 GMT."),
    ("en", "The report follows GRI 302."),
    ("zh", "到2030年实现。"),
    ("zh", "2024年5月13日举行。"),
    ("zh", "2021-2025年实施。"),
    ("zh", "“十四五”期间完成。"),
    ("zh", "第三名和第12条。"),
    ("zh", "电话023-12345678，手机13800138000。"),
    ("zh", "“33618”体系。"),
    ("zh", "通过ISO 50001和GB/T 36132认证。"),
    ("zh", "会议14:30开始。"),
    ("zh", "5G和PM2.5，工业4.0。"),
    ("zh", "进一步统一，一期工程。"),
    ("de", "Als Industrie 4.0 gilt das Werk."),
    ("de", "Das gilt nach Artikel 8 oder 9 der Verordnung."),
    ("de", "Geöffnet ist von 10 bis 17 Uhr und um 11 und um 14 Uhr."),
    ("de", "Vor zehn Jahren war das anders, und vor rund 3 Jahren auch."),
    ("de", "Das Werk liegt in der Musterstraße 11."),
    ("de", "Auskunft gibt Dezernat 54."),
    ("de", "Die Fabrik steht seit 1793 dort."),
    ("de", "Gemessen wird alle zwei Sekunden."),
    ("de", "Siehe Kapitel 3.1 dazu."),
    ("en", "It is called industry 4.0 there."),
]


@pytest.mark.parametrize(("lang", "text"), NONE)
def test_no_figure(lang: str, text: str) -> None:
    assert told(lang, text) == ""


def test_a_foreign_decimal_point_gives_no_wrong_figure() -> None:
    """1.5 Mio. may be read as meant or not at all, but not as five million."""
    assert told("de", "Das sind 1.5 Mio. Euro.") in ("", "1500000 EUR")


# ---- any number ------------------------------------------------------------------------------------------------------

SENTENCES = {
    "de": ("Das Werk braucht {} im Jahr.", {"Tonnen": "t", "kWh": "kWh", "Euro": "EUR", "%": "percent", "MW": "MW"}),
    "en": (
        "The plant needs {} in all.",
        {"tonnes": "t", "kWh": "kWh", "euros": "EUR", "%": "percent", "hectares": "ha"},
    ),
    "zh": ("该厂需要{}。", {"吨": "t", "千瓦时": "kWh", "元": "CNY", "%": "percent", "兆瓦": "MW"}),
}
GROUP = {"de": ".", "en": ",", "zh": ","}
TIMES = {
    "de": {"": 1, "Mio.": 10**6, "Millionen": 10**6, "Mrd.": 10**9},
    "en": {"": 1, "thousand": 1000, "million": 10**6, "billion": 10**9},
    "zh": {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12},
}


def written(value: Decimal, lang: str, grouped: bool) -> str:
    """The number as the language writes it."""
    decimal = "," if lang == "de" else "."
    whole, _, part = f"{value:f}".partition(".")
    return (f"{int(whole):,}".replace(",", GROUP[lang]) if grouped else whole) + (decimal + part if part else "")


@pytest.mark.parametrize("lang", list(SENTENCES))
@given(data=st.data())
def test_any_number_comes_back(lang: str, data: st.DataObject) -> None:
    sentence, units = SENTENCES[lang]
    value = data.draw(st.decimals(0, 10**9, places=data.draw(st.integers(0, 3))), label="value")
    unit = data.draw(st.sampled_from(sorted(units)), label="unit")
    times = data.draw(st.sampled_from(sorted(TIMES[lang])), label="multiplier")
    gap = "" if lang == "zh" else " "
    number = f"{written(value, lang, grouped=True)}{gap if times else ''}{times}{gap}{unit}"
    text = sentence.format(number)
    (found,) = figures(lang, text)
    assert (found.value, found.max, found.unit) == (value * TIMES[lang][times], None, units[unit])
    assert text[found.start : found.end] == number


@pytest.mark.parametrize("lang", list(SENTENCES))
@given(value=st.integers(0, 10**12).filter(lambda n: not 10**4 <= n < 10**5), unit=st.integers(0, 4))
def test_any_number_without_groups_comes_back(lang: str, value: int, unit: int) -> None:
    """Five digits are left out: see the German rows that take them for postcodes."""
    sentence, units = SENTENCES[lang]
    sign, code = sorted(units.items())[unit]
    assume(lang != "zh" or not 13 * 10**9 <= value < 20 * 10**9)  # these are the numbers of mobile phones
    (found,) = figures(lang, sentence.format(f"{value} {sign}"))
    assert (found.value, found.unit) == (value, code)


@pytest.mark.parametrize(("lang", "joint"), [("de", " bis "), ("de", "–"), ("en", " to "), ("en", "-"), ("zh", "至")])
@given(low=st.integers(1, 899), more=st.integers(1, 100))
def test_any_range_comes_back(lang: str, joint: str, low: int, more: int) -> None:
    text = SENTENCES[lang][0].format(f"{low}{joint}{low + more} MW")
    (found,) = figures(lang, text)
    assert (found.value, found.max, found.unit) == (low, low + more, "MW")


# ---- any text --------------------------------------------------------------------------------------------------------

PIECES = {
    code: sorted(
        {"1", "23", "2024", "4.0", "1,5", ".", ",", " ", "-", "/", "(", "\n", "“", "%", "€", "CO2", "\u00a0", "x",
         *list(language(code).grammar.numbers["multipliers"])[:8],
         *list(language(code).grammar.numbers["approximators"])[:12], *language(code).grammar.numbers["per"],
         *language(code).grammar.numbers["range"], *sorted(language(code).grammar.spellings)[::9]}
    )
    for code in SENTENCES
}  # fmt: skip
"""What figures are made of, to be put together in any order."""


def sound(lang: str, text: str) -> None:
    found = figures(lang, text)
    edges = [edge for figure in found for edge in (figure.start, figure.end)]
    assert all(0 <= edge <= len(text) for edge in edges)
    assert all(figure.start < figure.end for figure in found)
    assert [f.start for f in found] == sorted(f.start for f in found)
    assert all(figure.max is None or figure.max >= figure.value for figure in found)
    assert figures(lang, text) == found


@pytest.mark.parametrize("lang", list(SENTENCES))
@given(text=st.text())
@example(text="1.000.")
@example(text="９９9,٣ %")
def test_any_text_is_read_without_failing(lang: str, text: str) -> None:
    sound(lang, text)


@pytest.mark.parametrize("lang", list(SENTENCES))
@given(data=st.data())
def test_any_heap_of_numbers_and_units_is_read_without_failing(lang: str, data: st.DataObject) -> None:
    sound(lang, "".join(data.draw(st.lists(st.sampled_from(PIECES[lang]), max_size=25))))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Erlaubt sind 1,3 Millionen Kubikmeter, bislang waren es 2,2 Millionen.", "m3"),
        ("Das Werk kostet 5 Millionen Euro. Erlaubt sind 1,3 Millionen Tonnen. Es waren 2,2 Millionen.", "EUR"),
    ],
)
def test_millions_of_nothing_are_of_what_the_sentence_counts(text: str, unit: str) -> None:
    found = [q for s in annotated(document(text), language("de")) for q in s.quantities]
    assert [q.unit for q in found if q.value == Decimal(2200000)] == [unit]


def test_patterns_of_many_words_match_as_if_each_stood_for_itself() -> None:
    """The longest of the words, whatever stands behind, in either case and however it is spaced."""
    words = (
        "t",
        "ton",
        "tons",
        "ton of coal",
        "tonne",
        "tonnes of coal",
        "t CO2",
        "T co2e",
        "µm",
        "jede",
        "jeder zweite",
    )
    plain = "(?i:" + "|".join(re.escape(w).replace(r"\ ", r"[\s\u00a0]+") for w in sorted(words, key=len)[::-1]) + ")"
    texts = [f"{word}{more}" for word in words for more in ("", "s", " of", "  of coal", "e", " zweite", "\u00a0CO2 e")]
    for tail in ("", r"(?!\w)", r"(?=\s|$)"):
        shared, apart = re.compile(any_of(words, "i") + tail), re.compile(plain + tail)
        for text in (*texts, *map(str.upper, texts), *(t.replace(" ", " \u00a0") for t in texts)):
            found, expected = shared.match(text), apart.match(text)
            assert (found and found.span()) == (expected and expected.span()), (text, tail)


@pytest.mark.parametrize("code", ["de", "en", "fr", "zh"])
def test_patterns_that_share_what_stands_before_them_find_what_they_find_apart(code: str) -> None:
    """Neighbours ask once for a word's edge; one that is itself a choice keeps its own."""
    dates = language(code).grammar.numbers["dates"]
    together, apart = re.compile(either(dates), re.I), re.compile("|".join(dates), re.I)
    paths = sorted((Path(__file__).parent / "corpus" / "dev" / "texts").glob(f"{code}-*.txt"))[:40]
    text = (
        "\n".join(path.read_text(encoding="utf-8") for path in paths)
        + "FY 2023, 2021-22, Q3 2025, 3. Mai 2024, 2023年5月"
    )
    found = [m.span() for m in together.finditer(text)]
    assert found == [m.span() for m in apart.finditer(text)]
    assert found
    choice = [r"\ba|b", r"\bc", r"\b[|]d", r"(?<!\d)e"]
    assert re.findall(either(choice), "xb c |d 1e e") == re.findall("|".join(choice), "xb c |d 1e e")
