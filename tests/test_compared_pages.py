"""Pages that hold things against each other: contradictions, gaps, two builds; over HTTP and in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium
from selenium.webdriver.common.by import By
from serving import Running, running
from test_compare import built, longer, mill


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    root = tmp_path_factory.mktemp("builds")
    built(root, mill("a", "3.5"), mill("<i>e</i>", "5.0"))
    built(
        root,
        mill("a", "3.5"),
        mill("b", "4.2", denied=True),
        *(longer(mill(name, "4.2")) for name in ("c", "<i>d</i>")),
    )
    with running(root, workers=1) as started:
        yield started


@pytest.mark.parametrize(
    ("lang", "word", "reprint"),
    [("en", "Contradictions", "reprint of"), ("de", "Widersprüche", "Nachdruck von"), ("zh", "矛盾", "转载自")],
)
def test_both_sides_stand_there(server: Running, lang: str, word: str, reprint: str) -> None:
    with server.client() as client:
        answer = client.get("/conflicts", params={"lang": lang})
        link = re.findall(r'href="([^"]*/observation/[^"?#]*)"', answer.text)[0]
        fact = client.get(link, params={"lang": lang}, follow_redirects=True)
    assert answer.status_code == 200 and f"<h1>{word}</h1>" in answer.text
    assert "Das Projekt Mühle 2 spart 3.5 GWh Strom." in answer.text
    assert "Das Projekt Mühle 2 spart 4.2 GWh Strom." in answer.text
    assert "<i>d</i>" not in answer.text, "what a text holds stays text"
    assert f">{reprint}</span> <bdi>reports/" in answer.text and f">{reprint}</span> <a href=" in fact.text


def earlier(server: Running) -> str:
    """Id of the build that was published before."""
    with server.client() as client:
        return re.findall(r"<option>([0-9a-f]{16})</option>", client.get("/diff").text)[0]


@pytest.mark.parametrize(("lang", "word"), [("en", "Missing"), ("de", "Lücken"), ("zh", "缺失")])
def test_gaps_stand_with_their_thing(server: Running, lang: str, word: str) -> None:
    with server.client() as client:
        answer = client.get("/gaps", params={"lang": lang, "class": "Project"})
        none = client.get("/gaps", params={"class": "IndustrialPark"})
        wrong = client.get("/gaps", params={"class": "Nothing"})
    assert answer.status_code == 200 and f"<h1>{word}</h1>" in answer.text
    assert "Projekt Mühle 2" in answer.text and 'class="card gap"' in answer.text
    assert 'class="card gap"' not in none.text and wrong.status_code == 404


@pytest.mark.parametrize(("lang", "word"), [("en", "gone"), ("de", "weg"), ("zh", "消失")])
def test_two_builds_are_compared(server: Running, lang: str, word: str) -> None:
    with server.client() as client:
        answer = client.get("/diff", params={"lang": lang, "before": earlier(server)})
        wrong = client.get("/diff", params={"before": "../../etc"})
    assert answer.status_code == 200 and f">{word}</span>" in answer.text
    assert "document reports/b.txt added" in answer.text and "4.2" in answer.text
    assert "<i>e</i>" not in answer.text and wrong.status_code == 404


@pytest.mark.browser
def test_a_browser_shows_the_pages(server: Running, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("KG_PICTURES", str(tmp_path)))
    with chromium(1280, 900) as driver:
        driver.set_page_load_timeout(120)
        driver.get(f"{server.address}/conflicts?lang=en")
        for conflict in driver.find_elements(By.CSS_SELECTOR, ".conflict"):
            one, other = conflict.find_elements(By.CSS_SELECTOR, ".side")[:2]
            assert one.location["y"] == other.location["y"] and one.location["x"] < other.location["x"]
        assert driver.save_screenshot(str(pictures / "conflicts.png"))
        driver.get(f"{server.address}/gaps?lang=en")
        assert driver.find_elements(By.CSS_SELECTOR, ".gap li") and driver.save_screenshot(str(pictures / "gaps.png"))
        driver.get(f"{server.address}/diff?lang=en&before={earlier(server)}")
        rows = driver.find_elements(By.CSS_SELECTOR, ".changes tr")
        assert rows and all(row.is_displayed() for row in rows)
        assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        assert driver.save_screenshot(str(pictures / "diff.png"))
