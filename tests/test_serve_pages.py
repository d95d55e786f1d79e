"""Pages: what they show, in three languages, and that what stands in the data stays text."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
from browser import chromium
from fixtures_extraction import Report
from sample_build import extractions
from serving import ROOT, Running, running

from kg.ontology import load
from kg.run import build_extractions
from kg.serve import documents, linked, lookup, pages, snapshot, web
from kg.serve.settings import Settings
from kg.store import open_build

EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
HOSTILE = f"""A report that means harm (invented) {EVIL}
Ostufer Bank provided {EVIL} Works Ltd. with a loan. \
{EVIL} Works Ltd. cut its CO2 emissions by 5 tonnes.
"""
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = ("/", "/sparql", "/class/Enterprise", "/queries/recipients", "/view")


def hostile() -> Report:
    report = Report("evil", "en", HOSTILE)
    bank = report.entity("Bank", "Ostufer Bank")
    firm = report.entity("Enterprise", f"{EVIL} Works Ltd.")
    loan = report.entity("GreenLoan", "a loan")
    report.relation(bank, "provides", loan, "provided")
    report.relation(firm, "receives", loan, "provided")
    report.figure(firm, "emissionReduction", "5", "t_CO2", "5 tonnes", substance="CO2")
    return report


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("build")
    build_extractions([*extractions(), hostile().done()], path)
    return path


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Running]:
    with running(root) as ready:
        yield ready


@pytest.fixture
def client(server: Running) -> Iterator[httpx.Client]:
    with server.client(headers=HTML, follow_redirects=True) as ready:
        yield ready


def text_of(page: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


def links(page: httpx.Response) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="(/[^"]*)"', page.text)]


def test_the_overview_counts_and_leads_on(client: httpx.Client, root: Path) -> None:
    page = client.get("/", params={"lang": "en"})
    counts = open_build(root).manifest["counts"]
    text = text_of(page)
    for name, key in (("Documents", "documents"), ("Entities", "entities"), ("Facts", "facts")):
        assert f"{name} {counts[key]}" in text
    assert 'src="/view?lang=en"' in page.text
    assert "Der Industriepark Ostufer liegt in Quarzhafen." in text
    assert "/class/Technology" in links(page)
    assert {f"/queries/{name}" for name in ("recipients", "money-chain")} <= set(links(page))


def test_no_link_of_any_page_is_dead(client: httpx.Client) -> None:
    seen, waiting = set(), list(PAGES)
    while waiting and len(seen) < 250:
        address = waiting.pop(0)
        page = client.get(address.partition("#")[0])
        seen.add(address)
        assert page.status_code == 200, (address, page.text[-400:])
        if "/view" not in address and page.headers["content-type"].startswith("text/html"):
            waiting += [link for link in dict.fromkeys(links(page)) if link not in seen and link not in waiting]
    assert any(one.startswith("/id/document/") for one in seen)
    assert any(one.startswith("/id/fact/") for one in seen)


def test_a_fact_leads_to_the_marked_sentence_at_its_offsets(client: httpx.Client, root: Path) -> None:
    line = next(
        line
        for line in open_build(root).facts()
        if line["kind"] == "relation" and line["doc"] == "mill-de" and line["predicate"] == "provides"
    )
    fact = client.get("/id/" + quote(line["iri"].partition("/id/")[2]))
    assert line["quote"] in text_of(fact)
    target = next(link for link in links(fact) if "/id/document/" in link and f"#c{line['start']}" in link)
    document = client.get(target.partition("#")[0])
    marked = re.search(rf'<mark id="c{line["start"]}" class="wanted"[^>]*>(.*?)</mark>', document.text, re.DOTALL)
    assert marked
    assert unescape(marked[1]) == line["quote"]
    body = re.search(r'<div class="text"[^>]*>(.*?)</div>', document.text, re.DOTALL)
    assert body
    stored = next(one for one in open_build(root).documents().values() if one["name"] == "mill-de")["text"]
    assert unescape(re.sub(r"<[^>]*>", "", body[1])) == stored


def test_a_page_that_does_not_hold_all_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = snapshot.load(snapshot.published(root))
    thing = next(iter(lookup.members(build, "Enterprise", "en"))).iri
    document = documents.document_iri(build, build.manifest["inputs"][0]["id"])
    for path, most in (
        (f"/about?iri={thing}", "FACTS"),
        (f"/about?iri={document}", "FACTS"),
        ("/class/Place", "MEMBERS"),
    ):
        for number, told in ((100_000, False), (1, True)):
            monkeypatch.setattr(lookup, most, number)
            where, _, iri = path.partition("?iri=")
            job = {"path": where, "raw_path": where, "parameters": [["iri", iri]] if iri else [], "lang": "en"}
            job |= {"accept": "text/html", "origin": "http://x", "query": None}
            assert ("Only the first" in pages.answer(build, job, Settings()).body.decode()) is told


def test_a_short_address_of_a_document_works_too(client: httpx.Client, root: Path) -> None:
    identity = next(iter(open_build(root).documents()))
    short, long = client.get(f"/document/{identity[:16]}"), client.get(f"/id/document/{identity[:16]}")
    assert short.status_code == 200
    assert short.text == long.text


@pytest.mark.parametrize(("lang", "word"), [("de", "Überblick"), ("en", "Questions"), ("zh", "问题")])
def test_each_language_has_its_own_words_and_labels(server: Running, lang: str, word: str) -> None:
    with server.client(headers=HTML) as client:
        page = client.get("/", params={"lang": lang})
        assert f'<html lang="{lang}">' in page.text
        assert load().label("Technology", lang) in text_of(page)
        kept = client.get("/class/Technology")
        assert f'<html lang="{lang}">' in kept.text
        assert word in client.get("/nowhere").text or word in page.text
    with server.client(headers={**HTML, "accept-language": f"{lang}-XX,fr;q=0.5"}) as client:
        assert f'<html lang="{lang}">' in client.get("/").text


def test_no_language_lacks_a_word() -> None:
    words = tomllib.loads((ROOT / "kg/serve/web/words.toml").read_text("utf-8"))
    assert set(words) == {"de", "en", "zh"}
    assert set(words["en"]) == set(words["de"]) == set(words["zh"])
    used = set()
    for template in (ROOT / "kg/serve/web").glob("*.jinja"):
        used |= set(re.findall(r"\bw\.(\w+)", template.read_text("utf-8")))
    assert used <= set(words["en"])


def test_a_form_suggests_answers_and_offers_the_table(client: httpx.Client) -> None:
    form = client.get("/queries/recipients", params={"lang": "en"})
    assert '<option value="Ostufer Green Loan">' in form.text
    answer = client.get("/queries/recipients", params={"recipient": "Quarry Cement", "lang": "en"})
    assert "Ostufer Green Loan" in text_of(answer)
    download = next(link for link in links(answer) if link.endswith("format=csv"))
    table = client.get(download)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "Quarry Cement" in table.text
    quoted = next(link for link in links(answer) if "/id/document/" in link and "?quote=" in link)
    assert 'class="wanted"' in client.get(quoted).text
    unknown = client.get("/queries/recipients", params={"recipient": "Quary Cement", "lang": "en"})
    assert 'role="alert"' in unknown.text
    assert "Quarry Cement" in text_of(unknown)
    needed = client.get("/queries/who-says-so", params={"lang": "en"})
    assert "required" in needed.text


def test_search_leads_to_the_entity_or_says_what_is_near(client: httpx.Client) -> None:
    found = client.get("/search", params={"q": "奎瑞水泥"})
    assert found.url.path.startswith("/page/id/")
    assert "Quarry Cement GmbH" in found.text
    near = client.get("/search", params={"q": "Quary Cement"})
    assert near.status_code == 404
    assert "Quarry Cement" in near.text


@pytest.mark.parametrize(
    ("path", "about"),
    [("/id/quarzhafen-place", "Quarzhafen"), ("/unit/kWh", "kilowatt"), ("/ontology/Enterprise", "Enterprise")],
)
def test_what_an_iri_names_is_told_elsewhere(server: Running, path: str, about: str) -> None:
    """An IRI of a thing leads by 303 to a page for people and to data for programs."""
    for accept, start, end in (
        ("text/html", f"/page{path}", ""),
        ("text/turtle", f"/data{path}", ".ttl"),
        ("application/ld+json;q=0.9, text/html;q=0.1", f"/data{path}", ".jsonld"),
    ):
        with server.client(headers={"accept": accept}) as client:
            first = client.get(path)
            assert first.status_code == 303
            assert first.headers["location"] == f"{server.address}{start}{end}"
            answer = client.get(first.headers["location"])
            assert answer.status_code == 200
            assert answer.headers["content-type"].split(";")[0] == accept.split(";")[0]
            assert about in answer.text
    with server.client(headers={"accept": "text/turtle"}) as client:
        assert client.get("/id/nobody").status_code == 404
        assert client.get(f"/data{path}.exe").status_code == 404


def test_every_iri_of_the_data_resolves(server: Running, root: Path) -> None:
    build = open_build(root)
    base = build.manifest["base"]
    iris = {quad.subject.value for quad in build.store if isinstance(quad.subject, ox.NamedNode)}
    ours = sorted(iri for iri in iris if iri.startswith((base, linked.VOCABULARY)))
    assert len(ours) > 300
    with server.client(headers={"accept": "text/turtle"}, follow_redirects=True) as client:
        for iri in ours[::3]:
            answer = client.get(linked.path_of(iri, base, "/id/"))
            assert answer.status_code == 200, iri
            triples = ox.parse(answer.content, format=ox.RdfFormat.TURTLE)
            assert any(iri in (quad.subject.value, getattr(quad.object, "value", "")) for quad in triples), iri


def test_the_ontology_is_a_document_with_its_terms(client: httpx.Client, server: Running) -> None:
    page = client.get("/ontology")
    assert 'id="Enterprise"' in page.text
    term = client.get("/ontology/GreenLoan", params={"lang": "en"})
    assert load().label("LoanOrCredit", "en") in text_of(term)
    with server.client(headers={"accept": "text/turtle"}) as programs:
        whole = programs.get("/ontology")
        assert whole.status_code == 200
        assert len(list(ox.parse(whole.content, format=ox.RdfFormat.TURTLE))) > 500


def test_data_whose_iris_begin_with_the_public_address_stand_under_their_own_path() -> None:
    base = "https://kg.example.org/things/"
    assert linked.data_prefix(base, "https://kg.example.org") == "/things/"
    assert linked.data_prefix(base, "https://other.example.org") == "/id/"
    assert linked.data_prefix(base, "") == "/id/"
    path = linked.path_of(base + "a/b c", base, "/things/")
    assert path == "/things/a/b%20c"
    assert base + "a/b%20c" in linked.iris_of("/things/a/b c", base, "/things/")


def test_behind_a_proxy_all_links_have_its_path(root: Path) -> None:
    with running(root, workers=1, root_path="kg/", forwarded=True) as server:
        told = {"x-forwarded-proto": "https", "x-forwarded-host": "a.example", "accept": "text/html"}
        with server.client(headers=told) as client:
            thing = "/kg/page/id/quarzhafen-place"
            for path in ("/", "/kg/", "/kg/sparql?query=ASK%7B%7D", "/kg/queries/recipients", thing):
                page = client.get(path)
                assert page.status_code == 200
                found = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
                assert found
                assert all(link.startswith("/kg/") for link in found), path
            moved = client.get("/kg/id/quarzhafen-place")
            assert moved.headers["location"] == "https://a.example/kg/page/id/quarzhafen-place"


def test_forwarded_headers_of_strangers_are_not_believed(server: Running) -> None:
    with server.client(headers={"x-forwarded-host": "evil.example", "accept": "text/turtle"}) as client:
        assert "evil" not in client.get("/sparql").text
        assert "evil" not in client.get("/id/quarzhafen-place").headers["location"]


def test_what_stands_in_the_data_stays_text_on_every_page(client: httpx.Client, root: Path) -> None:
    build = open_build(root)
    evil = {line["iri"] for line in build.facts() if "<script>" in json.dumps(line)}
    documents = ["/id/" + line["graph"].partition("/id/")[2] for line in build.facts() if line["doc"] == "evil"]
    addresses = [
        *PAGES,
        *{"/id/" + quote(iri.partition("/id/")[2]) for iri in evil},
        *set(documents),
        "/queries/recipients?recipient=" + quote(EVIL),
        "/queries/figures-of?lang=en",
        "/search?q=" + quote(EVIL),
        "/sparql?query=" + quote(f"SELECT ?{EVIL}"),
        "/sparql?query=" + quote("SELECT ?l { ?s a gm:Enterprise ; rdfs:label ?l }"),
        "/sparql?query=" + quote("CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a gm:Enterprise ; rdfs:label ?l }"),
        "/nowhere/" + quote(EVIL),
        "/about?iri=" + quote("javascript:alert(1)"),
        "/?" + quote(EVIL) + "=" + quote(EVIL),
        "/view?around=" + quote(EVIL),
    ]
    shown = 0
    for address in addresses:
        page = client.get(address)
        assert "<script>alert" not in page.text, address
        assert "<img" not in page.text.replace("&lt;img", ""), address
        assert 'href="javascript:' not in page.text
        shown += "&lt;script&gt;alert" in page.text
    assert shown >= 8


def test_headers_of_pages_keep_scripts_and_strangers_out(client: httpx.Client) -> None:
    page = client.get("/class/Technology")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|<style", page.text)
    assert "sandbox allow-scripts" in client.get("/view").headers["content-security-policy"]
    assert client.get("/static/page.css").headers["content-type"].startswith("text/css")
    colours = client.get("/static/classes.css").text
    assert f".c-Enterprise {{ --kind: {load().style('Enterprise').color}; }}" in colours


def test_the_front_end_asks_for_nothing_from_elsewhere() -> None:
    for file in web.HERE.iterdir():
        if file.suffix in (".jinja", ".css", ".js"):
            assert "//" not in re.sub(r"^\s*//.*$", "", file.read_text("utf-8"), flags=re.MULTILINE), file.name


@pytest.mark.browser
def test_a_browser_shows_the_pages_without_an_error(server: Running) -> None:
    with chromium(1300, 1000) as driver:
        driver.get(server.address + "/?lang=de")
        assert driver.find_element("css selector", "h1").text == web.words()["de"]["site"]
        frame = driver.find_element("css selector", "iframe.graph")
        driver.execute_script("arguments[0].scrollIntoView()", frame)
        driver.switch_to.frame(frame)
        wait(driver, lambda: driver.find_elements("css selector", "canvas"))
        driver.switch_to.default_content()
        bar = driver.find_element("css selector", ".bars .c-Enterprise progress")
        assert bar.size["width"] > 50
        driver.find_element("css selector", 'a[href="/queries/recipients"]').click()
        field = driver.find_element("name", "recipient")
        field.send_keys("Quarry Cement")
        driver.find_element("css selector", "form.ask button").click()
        wait(driver, lambda: "recipient=" in driver.current_url)
        assert "instrument=" not in driver.current_url
        assert driver.find_elements("css selector", "tbody tr")
        driver.find_element("css selector", '.languages button[value="zh"]').click()
        wait(driver, lambda: driver.find_elements("css selector", 'html[lang="zh"]'))
        assert driver.find_elements("css selector", "tbody tr")
        driver.find_element("css selector", "tbody td:last-child a").click()
        wait(driver, lambda: driver.find_elements("css selector", ".text mark.wanted"))
        driver.get(server.address + "/class/Enterprise")
        assert EVIL in driver.find_element("css selector", "main").text
        assert not driver.find_elements("css selector", "main img, main script")
        wrong = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
        assert wrong == []


def wait(driver: object, true: object) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(driver, 15).until(lambda _: true())  # type: ignore[operator,type-var]


# ---- the documentation of the ontology


@pytest.mark.parametrize("lang", ["en", "de", "zh"])
def test_the_documentation_is_linked_and_served(client: httpx.Client, lang: str) -> None:
    """From the list of terms and from a term's page; its own links, drawings and style lead somewhere."""
    listed = client.get("/ontology", params={"lang": lang})
    assert f"/docs/{lang}/index.html" in links(listed)
    term = client.get("/ontology/GreenLoan", params={"lang": lang})
    assert f"/docs/{lang}/GreenLoan.html" in links(term)
    page = client.get(f"/docs/{lang}/GreenLoan.html")
    assert page.status_code == 200 and load().classes["GreenLoan"].definitions[lang] in text_of(page)
    assert "style=" not in page.text and "<style" not in page.text, "the policy of pages allows no style in the markup"
    for start in (f"/docs/{lang}/index.html", f"/docs/{lang}/module-instruments.html"):
        found = client.get(start)
        for link in sorted(set(re.findall(r'(?:href|src)="([^"#:]+)"', found.text)))[:60]:
            assert client.get(str(found.url.join(link))).status_code == 200, (start, link)


def test_a_documented_term_has_examples_of_the_data(client: httpx.Client) -> None:
    """With their sentences, and links to their pages; what stands in the data stays text."""
    page = client.get("/docs/en/provides.html")
    assert "Ostufer Bank provided Quarry Cement Ltd." in text_of(page)
    (example,) = [link for link in links(page) if link.startswith("/id/")][:1]
    assert client.get(example).status_code == 200
    assert EVIL not in client.get("/docs/en/GreenLoan.html").text + client.get("/docs/en/Enterprise.html").text


def test_the_documentation_begins_in_the_readers_language(client: httpx.Client) -> None:
    assert str(client.get("/docs", params={"lang": "zh"}).url).endswith("/docs/zh/index.html")
    for path in ("/docs/fr/index.html", "/docs/en/nope.html", "/docs/en/..%2findex.html", "/docs/en/module-core.gif"):
        assert client.get(path).status_code == 404, path
    for path, media in (("/docs/en/module-core.png", "image/png"), ("/docs/zh/module-core.svg", "image/svg+xml")):
        assert client.get(path).headers["content-type"] == media
