"""The standalone view in a real Chromium: what a reader sees and does, and that nothing leaves the page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from test_view import ARABIC, EVIL, KINDS, TERMS, large, sample

from kg.view import Figure, Node, Picture, page

pytestmark = pytest.mark.browser


class Reader:
    """Somebody who looks at a page and uses it."""

    def __init__(self, driver: webdriver.Chrome, file: Path) -> None:
        self.driver = driver
        self.address = file.as_uri()

    def open(self) -> None:
        self.driver.get(self.address)

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def rows(self) -> list[str]:
        return [row.text for row in self.all("#body tr")]

    def card(self) -> str:
        return self.one("#card").text

    def size(self, width: int, height: int, *, mobile: bool = False) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def click_at(self, script: str, *values: Any) -> None:
        """Click where `script` says, as x and y inside the canvas."""
        x, y = self.run(script, *values)
        graph = self.one("#graph")
        middle = graph.size["width"] / 2, graph.size["height"] / 2
        chain = ActionChains(self.driver)
        chain.move_to_element_with_offset(graph, round(x - middle[0]), round(y - middle[1])).click().perform()
        until(lambda: self.run("return kgView.state.selected"))


def until(told: Callable[[], Any], seconds: float = 5) -> Any:
    """What `told` says as soon as it says something; vis-network waits a moment to tell a click from a double one."""
    end = time.monotonic() + seconds
    while not (found := told()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


EDGE_POINT = """
const point = kgView.network.canvasToDOM(kgView.network.body.edges[arguments[0]].edgeType.getPoint(arguments[1]));
return [point.x, point.y];
"""
NODE_POINT = """
const point = kgView.network.canvasToDOM(kgView.network.getPosition(arguments[0]));
return [point.x, point.y];
"""


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("page") / "graph with 'quotes'.html"
    written.write_text(page(sample()), encoding="utf-8")
    return written


@pytest.fixture
def reader(driver: webdriver.Chrome, file: Path) -> Iterator[Reader]:
    """A reader of the sample page; whatever the test does, the browser must have nothing to complain of."""
    for log in ("browser", "performance"):
        driver.get_log(log)
    someone = Reader(driver, file)
    someone.size(1280, 800)
    someone.open()
    yield someone
    assert driver.get_log("browser") == []


def test_nothing_is_requested(reader: Reader) -> None:
    """Opening and using the page asks for the file itself and for nothing else."""
    reader.one("#body tr").click()
    reader.all("#languages button")[2].click()
    messages = [json.loads(entry["message"])["message"] for entry in reader.driver.get_log("performance")]
    sent = [one["params"] for one in messages if one["method"] == "Network.requestWillBeSent"]
    # the browser's own first page, which stands before the page is opened, is not ours
    asked = [one["request"]["url"] for one in sent if not one["documentURL"].startswith("chrome://")]
    assert [url for url in asked if not url.startswith("data:")] == [reader.address]
    assert reader.run("return performance.getEntriesByType('resource').length") == 0


def test_labels_stay_text(reader: Reader) -> None:
    """A label with a script in it is shown as it is written, everywhere, and nothing of it runs."""
    reader.run("kgView.select({type: 'edge', number: 5}, false)")
    assert EVIL in reader.card()
    reader.run("kgView.select({type: 'node', number: 4}, false)")
    assert reader.one("#card h2").text == EVIL
    assert any(EVIL in row for row in reader.rows())
    reader.one("#search").send_keys("<script>")
    assert EVIL in reader.one("#matches").text
    hovered = "kgView.network.body.nodes[4].options.title"
    assert reader.run(f"return {hovered}.textContent").startswith(EVIL)
    assert reader.run(f"return {hovered}.childElementCount") == 0
    assert reader.run("return window.broken === undefined && document.scripts.length") == 3
    assert reader.all("img") == []
    reader.all("#languages button")[1].click()
    assert reader.one("#card h2").text == f"🏭 {ARABIC}"


def test_policy_refuses_what_is_not_of_the_page(driver: webdriver.Chrome, file: Path) -> None:
    """If markup got in somehow, the browser itself would run no script and fetch no image, style or data."""
    intruder = Reader(driver, file)
    intruder.open()
    refused = driver.execute_async_script(
        """
        const [done, refused] = [arguments[0], []];
        document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
        document.body.append(Object.assign(document.createElement("script"), { textContent: "window.broken = 1" }));
        document.body.append(Object.assign(document.createElement("img"), { src: "http://127.0.0.1:9/x.png" }));
        document.head.append(Object.assign(document.createElement("style"), { textContent: "*{}" }));
        fetch("http://127.0.0.1:9/").catch(() => setTimeout(() => done(refused), 200));
        """
    )
    assert {one.removesuffix("-elem") for one in refused} >= {"script-src", "img-src", "style-src", "connect-src"}
    assert intruder.run("return window.broken") is None
    driver.get_log("browser")


def test_search_finds_label_and_alias_in_any_language(reader: Reader) -> None:
    """Names are found without regard to case and accents, whichever language is shown; Enter goes there."""
    box = reader.one("#search")
    for typed in ("nordwerk ag", "norDWERK", "北方", "nw"):
        box.clear()
        box.send_keys(typed)
        assert "Nordwerk AG" in reader.one("#matches li").text, typed
    box.send_keys(Keys.ENTER)
    assert reader.one("#card h2").text == "Nordwerk AG"
    assert reader.run("return kgView.state.selected") == {"type": "node", "number": 2}
    assert not reader.one("#matches").is_displayed()
    box.clear()
    box.send_keys("qqqq")
    assert reader.one("#matches").text == "Nothing has that name"


def test_legend_hides_a_class_everywhere(reader: Reader) -> None:
    """Pressing a class in the legend hides its entities, their lines and rows, and pressing again shows them."""
    numbers = [button.text for button in reader.all("#legend button")]
    assert numbers == ["authority\n1", "bank\n1", "enterprise\n2", "loan\n1"]
    hidden = "return kgView.network.body.{}[arguments[0]].options.hidden"
    reader.one("#legend [data-kind=Authority]").click()
    assert reader.run(hidden.format("nodes"), 0) is True
    assert reader.run(hidden.format("nodes"), 2) is False
    assert [reader.run(hidden.format("edges"), number) for number in (0, 2, 3, 4)] == [False, True, True, True]
    assert len(reader.rows()) == 4
    assert not any("Environment Office" in row for row in reader.rows())
    assert reader.one("#legend [data-kind=Authority]").get_attribute("aria-pressed") == "false"
    reader.one("#legend .all").click()
    assert len(reader.rows()) == 7
    assert reader.run(hidden.format("nodes"), 0) is False


def test_click_on_a_row_shows_sentence_and_source(reader: Reader) -> None:
    """A row of the table leads to the sentence with its quote, cue, rule, offsets, document, belief and status."""
    next(row for row in reader.all("#body tr") if "receives" in row.text).click()
    assert reader.run("return kgView.state.selected") == {"type": "edge", "number": 0}
    assert reader.run("return kgView.network.getSelectedEdges()") == [0]
    card = reader.card()
    for told in (
        "Nordwerk AG",
        "receives",
        "green loan",
        "actual",
        "Belief 93%",
        "Sources: 2",
        "characters 100 to 132",
    ):
        assert told in card, told
    assert "Report <b>one</b> · one.txt" in card
    assert "receive.active" in card
    assert reader.one("#card blockquote").text == "Earlier. Nordwerk received a loan & more. Later."
    assert [mark.text for mark in reader.all("mark")] == ["Nordwerk received a loan & more.", "A second sentence."]
    assert reader.one("mark .cue").text == "received"


def test_click_on_a_line_shows_sentence_and_source(reader: Reader) -> None:
    """A click on the canvas, where a line runs, does the same, and marks the row."""
    reader.click_at(EDGE_POINT, 0, 0.5)
    assert "Nordwerk received a loan & more." in reader.card()
    assert "Report <b>one</b>" in reader.card()
    assert "green loan" in reader.one("#body tr[aria-selected=true]").text


def test_parallel_lines_can_each_be_clicked(reader: Reader) -> None:
    """Three facts between the same two entities are three lines, each with its own sentence."""
    assert reader.run("return Object.keys(kgView.network.body.edges).length") == 7
    for number, sentence in ((2, "The office helps"), (3, "The office will pay"), (4, "And the works helps back")):
        reader.run("kgView.select(null, false)")
        reader.click_at(EDGE_POINT, number, 0.5)
        assert sentence in reader.card()
    reader.run("kgView.select({type: 'edge', number: 6}, false)")
    assert "Banks help each other." in reader.card()


def test_click_on_an_entity_shows_names_figures_and_facts(reader: Reader) -> None:
    """A click on a node shows class, other names, figures with status, and its facts; each leads on."""
    reader.click_at(NODE_POINT, 2)
    card = reader.card()
    for told in (
        "cement maker",
        "北方厂",
        "NW",
        "about 32,600,000 kWh · per year",
        "projected",
        "receives → green loan",
    ):
        assert told in card, told
    reader.one("#card .figures button").click()
    assert "Nordwerk received a loan & more." in reader.card()
    assert reader.one("#tab-figures").get_attribute("aria-selected") == "true"
    reader.one("#card .link").click()
    reader.all("#card .own button")[0].click()
    assert reader.run("return kgView.state.selected.type") == "edge"
    ActionChains(reader.driver).send_keys(Keys.ESCAPE).perform()
    assert reader.run("return kgView.state.selected") is None


def test_language_switch_changes_labels_and_words(reader: Reader) -> None:
    """Names, classes, relations, figures and the page's own words change; a name without that language stays."""
    reader.run("kgView.select({type: 'node', number: 2}, false)")
    for place, (lang, name, kind, relation, value, word) in enumerate(
        [
            ("en", "Nordwerk AG", "enterprise", "receives", "about 32,600,000 kWh", "Relations"),
            ("de", "Nordwerk AG", "Unternehmen", "erhält", "etwa 32.600.000 kWh", "Beziehungen"),
            ("zh", "北方厂", "企业", "获得", "约 32,600,000 kWh", "关系"),
        ]
    ):
        reader.all("#languages button")[place].click()
        assert reader.run("return document.documentElement.lang") == lang
        assert reader.one("#card h2").text == name
        assert reader.run("return kgView.network.body.nodes[2].options.label") == name
        assert kind in reader.one("#legend").text
        assert any(relation in row for row in reader.rows())
        assert value in reader.card()
        assert word in reader.one("#tab-relations").text
        assert "several banks" in reader.run("return kgView.network.body.nodes[1].options.label")


def test_units_are_said_as_the_language_says_them(reader: Reader, tmp_path: Path) -> None:
    """Percent, years, ranges and plain numbers of things read naturally in each language."""
    figures = [
        Figure("1", "energySaving", "30.5", "percent", "actual"),
        Figure("2", "energySaving", "3", "year", "actual", upper="5"),
        Figure("3", "count", "1700", "count", "actual"),
        Figure("4", "energySaving", "-2", "kWh", "actual"),
    ]
    file = tmp_path / "units.html"
    picture = Picture({}, (Node("ent:a", {"en": "A"}, "Firm", figures=tuple(figures)),), (), KINDS, TERMS)
    file.write_text(page(picture), encoding="utf-8")
    reader.driver.get(file.as_uri())
    reader.run("kgView.select({type: 'node', number: 0}, false)")
    for place, told in enumerate(
        [
            ["30.5 percent", "3–5 years", "1,700", "-2 kWh"],
            ["30,5 Prozent", "3–5 Jahre", "1.700", "-2 kWh"],
            ["30.5%", "3–5年", "1,700", "-2 kWh"],
        ]
    ):
        reader.all("#languages button")[place].click()
        shown = [value.text.replace("\u00a0", " ") for value in reader.all("#card .figures strong")]
        assert shown == told


def test_table_sorts_and_has_figures(reader: Reader) -> None:
    """A heading sorts, pressed again the other way round; the second tab has the figures."""
    for direction, first in (("ascending", "Environment Office South"), ("descending", "several banks")):
        if direction == "descending":
            reader.one("#head button").click()
        assert reader.one("#head th").get_attribute("aria-sort") == direction
        cells = [row.find_element(By.CSS_SELECTOR, "td").text for row in reader.all("#body tr")]
        assert next(cell for cell in cells if not cell.startswith("<")) == first
    reader.one("#tab-figures").click()
    assert reader.rows() == ["Nordwerk AG energy saving about 32,600,000 kWh projected per year"]


def test_keyboard_alone_is_enough(reader: Reader) -> None:
    """Tab reaches search, legend, graph and table; arrows and Enter choose a row; everything has a name."""
    reached = set()
    for _ in range(40):
        ActionChains(reader.driver).send_keys(Keys.TAB).perform()
        reached.add(reader.run("return document.activeElement.closest('[id]')?.id"))
    assert {"search", "languages", "legend", "graph", "fit", "head", "body"} <= reached
    reader.run("document.querySelector('#body tr').focus()")
    ActionChains(reader.driver).send_keys(Keys.ARROW_DOWN, Keys.ENTER).perform()
    assert reader.all("#body tr")[1].get_attribute("aria-selected") == "true"
    names = reader.run(
        """return [...document.querySelectorAll("button, input, [role]")].filter((e) => e.checkVisibility()
           && !(e.ariaLabel || e.textContent || e.getAttribute("aria-labelledby"))).map((e) => e.outerHTML)"""
    )
    assert names == []


def test_phone_width_has_no_sideways_scroll(reader: Reader) -> None:
    """On a narrow screen graph and table stand below each other; the card opens over them and closes."""
    reader.size(390, 844, mobile=True)
    reader.open()
    assert reader.run("return document.documentElement.scrollWidth") <= 390
    assert reader.one("#rows").location["y"] > reader.one("#graph").location["y"]
    reader.run("kgView.select({type: 'edge', number: 0}, true)")
    assert reader.one("#details").location["y"] > 200
    assert "Nordwerk received" in reader.card()
    reader.one("#close").click()
    assert reader.run("return kgView.state.selected") is None


def test_dark_and_light(reader: Reader) -> None:
    """Background and labels follow the reader's setting, also when it changes while the page is open."""
    label = "return kgView.network.body.nodes[2].options.font.color"
    seen = set()
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        seen.add((reader.run("return getComputedStyle(document.body).backgroundColor"), reader.run(label)))
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert len(seen) == 2
    assert len({ground for ground, _ in seen}) == len({ink for _, ink in seen}) == 2


def test_large_graph_opens_and_says_what_is_left_out(reader: Reader, tmp_path: Path) -> None:
    """Of five thousand entities the best connected are drawn, and the number of the others is told."""
    file = tmp_path / "large.html"
    file.write_text(page(large(5000)), encoding="utf-8")
    reader.driver.get(file.as_uri())
    assert "1,500 best connected entities; 3,500 entities" in reader.one("#cut").text
    assert reader.run("return document.querySelectorAll('#body tr').length") == 250
    reader.one("#more").click()
    assert reader.run("return document.querySelectorAll('#body tr').length") == 500
