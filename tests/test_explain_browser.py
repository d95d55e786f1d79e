"""The page of `kg explain` in a real Chromium: what is seen, that nothing leaves it, and that it takes a long text."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from conftest import ROOT
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from kg.documents import Document, read_file
from kg.explain import Explanation, Passage, explain, write_html

pytestmark = pytest.mark.browser
EXAMPLES = ("de-chongqing.md", "en-green-loan.txt", "zh-park.html")
LONG = 1_000_000


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with chromium() as started:
        started.set_page_load_timeout(120)
        yield started


def explanation(name: str) -> Explanation:
    document = read_file(ROOT / "examples" / name)
    assert isinstance(document, Document)
    return explain(document)


def shown(driver: webdriver.Chrome, selector: str) -> int:
    return sum(element.is_displayed() for element in driver.find_elements(By.CSS_SELECTOR, selector))


def run(driver: webdriver.Chrome, script: str) -> Any:
    return driver.execute_script(script)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_claim_stands_under_its_sentence(driver: webdriver.Chrome, tmp_path: Path, name: str) -> None:
    found = explanation(name)
    write_html(found, tmp_path / "why.html", name[:2])
    driver.get((tmp_path / "why.html").as_uri())
    passages = driver.find_elements(By.CSS_SELECTOR, ".passage")
    assert len(passages) == len(found.passages)
    for element, passage in list(zip(passages, found.passages, strict=True))[:8]:
        words = [part for part in element.find_element(By.CSS_SELECTOR, ".text").text.split() if part]
        assert words[0][:1] in found.document.text[passage.start : passage.start + 3]
        assert len(element.find_elements(By.CSS_SELECTOR, ".claim")) == len(passage.told)
        assert len(element.find_elements(By.CSS_SELECTOR, ".miss")) == len(passage.misses)
    assert driver.get_log("browser") == []  # the policy refuses nothing, so the style sheet is in force
    assert run(driver, "return getComputedStyle(document.querySelector('.e:not(.no)')).borderBottomStyle") == "solid"
    colours = run(driver, "return new Set([...document.querySelectorAll('.legend .e')]"
                          ".map(e => getComputedStyle(e).borderBottomColor)).size")  # fmt: skip
    assert colours >= 5


def test_nothing_is_asked_of_the_network(driver: webdriver.Chrome, tmp_path: Path) -> None:
    write_html(explanation(EXAMPLES[1]), tmp_path / "why.html")
    driver.get_log("performance")
    driver.get((tmp_path / "why.html").as_uri())
    asked = [entry["message"] for entry in driver.get_log("performance") if "requestWillBeSent" in entry["message"]]
    assert asked and not [message for message in asked if '"url":"http' in message]


def test_the_filter_shows_what_it_says(driver: webdriver.Chrome, tmp_path: Path) -> None:
    found = explanation(EXAMPLES[0])
    write_html(found, tmp_path / "why.html")
    driver.get((tmp_path / "why.html").as_uri())
    with_claims = sum(bool(passage.told) for passage in found.passages)
    with_misses = sum(bool(passage.misses) for passage in found.passages)
    assert 0 < with_claims < len(found.passages) and 0 < with_misses < len(found.passages)
    driver.find_element(By.ID, "only-claims").click()
    assert shown(driver, ".passage") == with_claims
    driver.find_element(By.ID, "only-misses").click()
    assert shown(driver, ".passage") == with_misses
    driver.find_element(By.ID, "without-misses").click()
    assert (shown(driver, ".passage"), shown(driver, ".miss")) == (len(found.passages), 0)


def test_a_slot_leads_to_its_words_and_reasons_open_by_keyboard(driver: webdriver.Chrome, tmp_path: Path) -> None:
    write_html(explanation(EXAMPLES[0]), tmp_path / "why.html")
    driver.get((tmp_path / "why.html").as_uri())
    summary = driver.find_element(By.CSS_SELECTOR, ".claim summary")
    assert shown(driver, ".claim .question") == 0
    summary.send_keys(Keys.ENTER)
    assert shown(driver, ".claim .question") >= 1
    link = driver.find_element(By.CSS_SELECTOR, ".claim a")
    link.send_keys(Keys.ENTER)
    assert "".join(link.text.split()) in "".join(driver.find_element(By.CSS_SELECTOR, "mark:target").text.split())
    assert run(driver, "return getComputedStyle(document.querySelector('mark:target')).outlineStyle") == "solid"


def test_a_narrow_screen_needs_no_sideways_scrolling(driver: webdriver.Chrome, tmp_path: Path) -> None:
    write_html(explanation(EXAMPLES[1]), tmp_path / "why.html")
    driver.get((tmp_path / "why.html").as_uri())
    metrics = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        assert run(driver, "return document.documentElement.scrollWidth") <= 360
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def repeated(found: Explanation, times: int) -> Explanation:
    """The same text many times over, as one long text: what is shown counts here, not what is read."""
    size = len(found.document.text) + 1

    def moved(passage: Passage, by: int) -> Passage:
        spans = tuple(dataclasses.replace(s, start=s.start + by, end=s.end + by) for s in passage.spans)
        told = tuple(dataclasses.replace(one, claim=claimed(one.claim, by)) for one in passage.told)
        return dataclasses.replace(passage, start=passage.start + by, end=passage.end + by, spans=spans, told=told)

    def claimed(claim: Any, by: int) -> Any:
        slots = tuple(dataclasses.replace(s, start=s.start + by, end=s.end + by) for s in claim.slots)
        return dataclasses.replace(claim, slots=slots)

    text = "\n".join([found.document.text] * times)
    passages = tuple(moved(passage, n * size) for n in range(times) for passage in found.passages)
    return Explanation(dataclasses.replace(found.document, text=text), passages, found.threshold)


def test_a_long_text_is_unpacked_where_somebody_looks(driver: webdriver.Chrome, tmp_path: Path) -> None:
    found = explanation(EXAMPLES[0])
    long = repeated(found, LONG // len(found.document.text.encode()))
    assert len(long.document.text.encode()) > 0.95 * LONG
    write_html(long, tmp_path / "long.html")
    driver.get((tmp_path / "long.html").as_uri())
    # counted before the page is scrolled: what comes near is unpacked at once
    far = len(driver.find_elements(By.CSS_SELECTOR, ".far"))
    assert far > 20
    run(driver, "window.scrollTo(0, document.body.scrollHeight / 2)")
    _until(lambda: 0 < len(driver.find_elements(By.CSS_SELECTOR, ".far")) < far)  # what came near is unpacked
    last = next(slot for passage in reversed(long.passages) for one in passage.told for slot in one.claim.slots)
    place = f"t{last.start}-{last.end}"
    run(driver, f"location.hash = '{place}'")
    _until(lambda: bool(driver.find_elements(By.ID, place)) and shown(driver, f"#{place}") == 1)
    assert driver.get_log("browser") == []


def _until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)
