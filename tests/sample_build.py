"""A real build of three short reports about things that do not exist, for tests of all that reads a build.

The town of Quarzhafen, Quarry Cement, Ostufer Bank and all others are invented. The three texts (German, English,
Chinese) tell of one project, so that entities and facts of three languages meet.
"""

from __future__ import annotations

import fcntl
import re
import shutil
from pathlib import Path

from fixtures_extraction import Report

from kg.claims import Extraction
from kg.run import build_extractions

GERMAN = """Quarzhafen macht seine Zementwerke sparsamer (erfundener Bericht)
Das Umweltamt Quarzhafen fördert die Quarry Cement GmbH (Quarry Cement) im Industriepark Ostufer \
mit einer Sondersubvention. \
Die Quarry Cement GmbH erhielt außerdem einen Grünkredit Ostufer von der Ostufer Bank. \
Mit dem Geld erneuert das Unternehmen seine Mahlanlage im Projekt Mühle 2 (englisch: Project Mill 2). \
Das Projekt Mühle 2 soll jährlich 1.200 Tonnen Standardkohle und 3,5 Millionen kWh Strom sparen. \
Der CO2-Ausstoß des Werks sank 2023 um 900 Tonnen. \
Der Industriepark Ostufer liegt in Quarzhafen. \
Das Umweltamt Quarzhafen startete die Initiative „Grüne Mühlen“.
"""

ENGLISH = """A green loan for a cement mill (invented report)
Ostufer Bank provided Quarry Cement Ltd. with the Ostufer Green Loan (Grünkredit Ostufer) of 12 million euros. \
Quarry Cement Ltd. (German: Quarry Cement GmbH) runs a mill in Ostufer Industrial Park, which lies in Quarzhafen. \
Project Mill 2 is expected to save 3.5 GWh of electricity a year. \
In 2023 the company cut its CO2 emissions by 900 tonnes. \
Quarry Cement uses waste heat recovery and photovoltaics on its roof. \
Several banks want to finance further mills. \
Ostufer Industrial Park, known in German as Industriepark Ostufer, was named a near-zero carbon park. \
Quarry Cement did not receive a tax relief.
"""

CHINESE = """奎瑞水泥的绿色改造（虚构报告）
奎瑞水泥有限公司（Quarry Cement）在东岸工业园（Ostufer Industrial Park）生产水泥。\
东岸银行（Ostufer Bank）向奎瑞水泥发放绿色贷款。\
奎瑞水泥与石英港大学合作开发余热回收。\
二号磨机项目（Project Mill 2）实际每年节约标准煤1100吨。\
东岸工业园位于石英港市（Quarzhafen）。
"""


def extractions() -> list[Extraction]:
    """The three reports, as a careful reader would extract them."""
    return [_german(), _english(), _chinese()]


def sample_build(tmp_path: Path) -> Path:
    """Publish the three reports as a build under `tmp_path`; the path to give to `open_build`.

    It is made once in a run of the tests, by whichever process needs it first; others get a copy of the files.
    """
    run = next((folder for folder in tmp_path.parents if re.fullmatch(r"pytest-\d+", folder.name)), None)
    if run is None:
        build_extractions(extractions(), tmp_path)
        return tmp_path
    made = run / "sample-build"
    with (run / "sample-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "current").is_symlink():
            build_extractions(extractions(), made)
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path


def _german() -> Extraction:
    report = Report("mill-de", "de", GERMAN)
    office = report.entity("Bureau", "Umweltamt Quarzhafen")
    firm = report.entity("Manufacturer", "Quarry Cement GmbH", "Quarry Cement", "das Unternehmen")
    park = report.entity("IndustrialPark", "Industriepark Ostufer")
    town = report.entity("City", "Quarzhafen")
    grant = report.entity("SpecialSubsidy", "Sondersubvention")
    loan = report.entity("GreenLoan", "Grünkredit Ostufer")
    bank = report.entity("Bank", "Ostufer Bank")
    project = report.entity("RetrofitProject", "Projekt Mühle 2", "Project Mill 2")
    scheme = report.entity("Programme", "Grüne Mühlen")
    report.relation(office, "supports", firm, "fördert")
    report.relation(office, "provides", grant, "fördert")
    report.relation(firm, "receives", grant, "fördert")
    report.relation(firm, "receives", loan, "erhielt")
    report.relation(bank, "provides", loan, "erhielt")
    report.relation(firm, "locatedIn", park, "im Industriepark")
    report.relation(firm, "undertakes", project, "erneuert")
    report.relation(park, "locatedIn", town, "liegt in")
    report.relation(office, "implements", scheme, "startete")
    report.figure(project, "energySaving", "1200", "t_tce", "1.200 Tonnen Standardkohle", "projected",
                  period="year", substance="standard coal")  # fmt: skip
    report.figure(project, "electricitySaving", "3500000", "kWh", "3,5 Millionen kWh", "projected", period="year")
    report.figure(firm, "emissionReduction", "900", "t_CO2", "900 Tonnen", period="2023", substance="CO2")
    return report.done()


def _english() -> Extraction:
    report = Report("mill-en", "en", ENGLISH)
    bank = report.entity("Bank", "Ostufer Bank")
    firm = report.entity("Manufacturer", "Quarry Cement Ltd.", "Quarry Cement GmbH", "Quarry Cement", "the company")
    loan = report.entity("GreenLoan", "Ostufer Green Loan", "Grünkredit Ostufer")
    park = report.entity("NearZeroCarbonPark", "Ostufer Industrial Park", "Industriepark Ostufer")
    town = report.entity("City", "Quarzhafen")
    project = report.entity("RetrofitProject", "Project Mill 2")
    heat = report.entity("WasteHeatRecovery", "waste heat recovery")
    solar = report.entity("Photovoltaics", "photovoltaics")
    banks = report.entity("Bank", "Several banks", generic=True)
    mills = report.entity("Project", "further mills", generic=True)
    label = report.entity("NearZeroCarbonDesignation", "near-zero carbon park")
    relief = report.entity("TaxRelief", "tax relief")
    report.relation(bank, "provides", loan, "provided")
    report.relation(firm, "receives", loan, "provided")
    report.relation(firm, "locatedIn", park, "runs a mill in")
    report.relation(park, "locatedIn", town, "which lies in")
    report.relation(firm, "uses", heat, "uses")
    report.relation(firm, "uses", solar, "uses")
    report.relation(banks, "finances", mills, "want to finance", "projected")
    report.relation(park, "hasDesignation", label, "was named")
    report.relation(firm, "receives", relief, "did not receive", "negated")
    report.figure(loan, "financing", "12000000", "EUR", "12 million euros")
    report.figure(project, "electricitySaving", "3.5", "GWh", "3.5 GWh", "projected", period="year")
    report.figure(firm, "emissionReduction", "900", "t_CO2", "900 tonnes", period="2023", substance="CO2")
    return report.done()


def _chinese() -> Extraction:
    report = Report("mill-zh", "zh", CHINESE)
    firm = report.entity("Manufacturer", "奎瑞水泥有限公司", "Quarry Cement", "奎瑞水泥")
    park = report.entity("IndustrialPark", "东岸工业园", "Ostufer Industrial Park")
    bank = report.entity("Bank", "东岸银行", "Ostufer Bank")
    loan = report.entity("GreenLoan", "绿色贷款")
    school = report.entity("University", "石英港大学")
    heat = report.entity("WasteHeatRecovery", "余热回收")
    project = report.entity("RetrofitProject", "二号磨机项目", "Project Mill 2")
    town = report.entity("City", "石英港市", "Quarzhafen")
    report.relation(firm, "locatedIn", park, "在东岸工业园")
    report.relation(bank, "provides", loan, "发放")
    report.relation(firm, "receives", loan, "发放")
    report.relation(firm, "collaboratesWith", school, "合作")
    report.relation(firm, "develops", heat, "开发")
    report.relation(park, "locatedIn", town, "位于")
    report.figure(project, "energySaving", "1100", "t_tce", "1100吨", period="year", substance="standard coal")
    return report.done()
