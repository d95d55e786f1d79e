"""The page of decisions: it writes only where it may, for this machine only, and people can use it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser import chromium
from sample_build import extractions
from selenium.webdriver.common.by import By
from serving import Running, running

from kg.decisions import Decision, FactKey, Key, read_decisions, write_decisions
from kg.review import candidates
from kg.run import build_extractions
from kg.store import open_build


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review")
    build_extractions(extractions(), path / "builds")
    return path


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with running(folder / "builds", review=str(folder / "decisions.tsv")) as ready:
        yield ready


@pytest.fixture(autouse=True)
def fresh(folder: Path) -> None:
    (folder / "decisions.tsv").unlink(missing_ok=True)


def token(server: Running) -> str:
    with server.client() as client:
        found = re.search(r'name="token" value="([^"]+)"', client.get("/review").text)
    assert found
    return found[1]


def post(server: Running, form: dict[str, str], **headers: str) -> httpx.Response:
    with server.client() as client:
        given = {"origin": server.address} | headers
        return client.post("/review", data=form, headers={key: value for key, value in given.items() if value})


def question(folder: Path) -> str:
    return candidates(open_build(folder / "builds"), read_decisions(folder / "none.tsv"))[0].id


def rename(server: Running, **more: str) -> dict[str, str]:
    form = {"token": token(server), "what": "Ostufer Bank", "verdict": "rename", "name": "Bank am Ostufer"}
    return form | {"name_language": "de", "by": "Ada", "why": "new name"} | more


def test_a_decision_is_written_and_leads_back_to_the_page(server: Running, folder: Path) -> None:
    reply = post(server, rename(server))
    assert reply.status_code == 303 and reply.headers["location"] == "/review?by=Ada"
    (made,) = read_decisions(folder / "decisions.tsv").all
    assert (made.verdict, made.name, made.author, made.comment) == ("rename", "Bank am Ostufer", "Ada", "new name")


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({"token": "guessed"}, {}, 403),
        ({"token": ""}, {}, 403),
        ({}, {"origin": "https://elsewhere.example"}, 403),
        ({}, {"origin": ""}, 403),
        ({}, {"origin": "null"}, 403),
        ({}, {"host": "elsewhere.example", "origin": "http://elsewhere.example"}, 403),
        ({"verdict": "perhaps"}, {}, 400),
        ({"by": ""}, {}, 400),
        ({"what": "No Such Bank"}, {}, 400),
    ],
)
def test_what_does_not_come_from_the_page_or_fits_no_question_writes_nothing(
    server: Running, folder: Path, form: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """Another site's form, another name for this machine, a stale page, nonsense."""
    assert post(server, rename(server, **form), **headers).status_code == status
    assert not (folder / "decisions.tsv").exists()


def test_another_name_for_this_machine_sees_nothing(server: Running) -> None:
    with server.client() as client:
        assert client.get("/review", headers={"host": "elsewhere.example"}).status_code == 403


def test_without_the_option_there_is_no_such_page(folder: Path) -> None:
    with running(folder / "builds") as plain, plain.client() as client:
        assert client.get("/review", headers={"accept": "text/html"}).status_code == 404
        assert client.post("/review", data={"verdict": "accept"}).status_code == 405


@pytest.mark.parametrize("lang", ["de", "en", "zh"])
def test_the_page_speaks_three_languages_and_shows_contradictions(server: Running, folder: Path, lang: str) -> None:
    fact = FactKey(Key("Enterprise", "Quarry <b>Cement"), "receives", "name:Bank/x", "actual")
    made = [
        Decision(verdict, fact, author=who, date="2026-11-01") for verdict, who in (("accept", "A"), ("reject", "B"))
    ]  # type: ignore[arg-type]
    write_decisions(folder / "decisions.tsv", made)
    with server.client() as client:
        page = client.get("/review", params={"lang": lang})
    assert page.status_code == 200 and f'<html lang="{lang}">' in page.text
    assert page.text.count('class="problem"') == 1 and "Quarry &lt;b&gt;Cement" in page.text


def test_a_file_that_cannot_be_read_is_told_on_the_page(server: Running, folder: Path) -> None:
    (folder / "decisions.tsv").write_text("nonsense\n", encoding="utf-8")
    with server.client() as client:
        assert "line 1" in client.get("/review").text
    assert post(server, rename(server)).status_code == 400
    assert (folder / "decisions.tsv").read_text(encoding="utf-8") == "nonsense\n"


@pytest.mark.browser
def test_somebody_decides_in_a_browser(server: Running, folder: Path, tmp_path: Path) -> None:
    with chromium(1280, 900) as driver:
        driver.get(f"{server.address}/review?lang=en")
        first = driver.find_element(By.CSS_SELECTOR, f"#q{question(folder)}")
        first.find_element(By.NAME, "by").send_keys("Ada")
        first.find_element(By.NAME, "why").send_keys("seen on the spot")
        driver.save_screenshot(str(Path(os.environ.get("KG_PICTURES", str(tmp_path))) / "review.png"))
        first.find_element(By.CSS_SELECTOR, "button[value=undecided]").click()
        assert "Ada" in driver.find_element(By.CSS_SELECTOR, ".decisions").text
        assert driver.find_elements(By.CSS_SELECTOR, f"#q{question(folder)}") == []
        assert driver.find_element(By.CSS_SELECTOR, "[name=by]").get_attribute("value") == "Ada"
        driver.save_screenshot(str(tmp_path / "decided.png"))
    (made,) = read_decisions(folder / "decisions.tsv").all
    assert (made.verdict, made.comment) == ("undecided", "seen on the spot")
