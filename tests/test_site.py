"""`scoring site`: what it writes, what it refuses, and the index under other weights."""

from __future__ import annotations

import functools
import json
import re
import signal
import socket
import struct
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import synthetic
from conftest import PILLAR, PROFILE, ROOT, run

import scoring
from scoring.files import writing
from scoring.index.lookup import find_country
from scoring.index.scenario import Scenario
from scoring.model.rubric import RuleBook
from scoring.render.site import build, snapshot
from scoring.statistics.means import power_mean
from scoring.uncertainty import custom_weights
from scoring.uncertainty.draws import blocks
from scoring.uncertainty.run import Run
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    from scoring.model.profile import Profile


class Read(HTMLParser):
    """Tags, attributes and text of a page."""

    VOID = ("meta", "link", "input", "img", "br", "hr", "col")

    def __init__(self, path: Path | None = None, text: str = "") -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(path.read_text(encoding="utf-8") if path else text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag  # every element is closed where it should be

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


def site(*arguments: Any) -> Path:
    result = run("site", "out", "--draws", "200", *arguments)
    assert result.exit_code == 0, result.stderr
    return Path("out")


# -- what is written ---------------------------------------------------------------------------------------------------


def test_one_command_writes_every_page_and_says_how_many(folder: Path) -> None:  # noqa: ARG001  the working directory
    result = run("site", "out", "--draws", "200")
    names = sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("[!.]*.*"))
    assert result.stdout == f"out/index.html: {len(names)} files, {len(names)} changed.\n"
    assert [name for name in names if name.endswith(".html")] == [
        *("404.html", "compare.html", "countries/AZE.html", "countries/GEO.html", "data.html", "embed.html"),
        *("evidence.html", "index.html", "method.html", "rubric.html"),
    ]


def test_a_second_run_changes_nothing_and_an_edit_only_what_it_touches(folder: Path) -> None:
    out = site()
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("[!.]*.*")}
    again = run("site", "out", "--draws", "200")
    assert again.stdout == f"out/index.html: {len(before)} files, 0 changed.\n"
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("[!.]*.*")} == before
    profile = folder / "profiles" / "GEO.yaml"
    profile.write_text(profile.read_text().replace("54 percent approved.", "Of all asked, 54 percent approved."))
    site()
    changed = {path.name for path in out.rglob("[!.]*.*") if path.read_bytes() != before[path][0]}
    assert {"GEO.html", "evidence.js", "statements.csv"} <= changed
    assert not changed & {"AZE.html", "site.js", "rubric.html", "index.html", "2018-01-01.js"}


def test_every_link_and_script_is_there_and_none_leads_elsewhere(folder: Path) -> None:  # noqa: ARG001
    out = site()
    for path in out.rglob("*.html"):
        read = Read(path)
        ids = read.all("id")
        assert len(ids) == len(set(ids)), path
        for address in [*read.all("href"), *read.all("src")]:
            if not address.startswith(("#", "data:")):
                assert not re.match(r"[a-z]+:|//", address), (path, address)
                assert (path.parent / address).is_file(), (path, address)
        assert set(read.all("aria-labelledby")) <= set(ids), path
        policy = next(
            attributes["content"] for tag, attributes in read.tags if tag == "meta" and "http-equiv" in attributes
        )
        assert policy is not None
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert not read.all("style")
        assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]


def test_a_country_page_has_all_that_is_known(folder: Path) -> None:
    profile = folder / "profiles" / "AZE.yaml"
    again = PROFILE[PROFILE.index("  - id: no-strategy") : PROFILE.index("  - id: place-2017")]
    text = profile.read_text().replace("as_of: 2018-01-01", "as_of: 2018-01-01\neditions: [2019]")
    text += again.replace("no-strategy", "a-strategy").replace("No strategy is", "A strategy is")
    profile.write_text("strategy: adopted}".join(text.rsplit("strategy: none}", 1)))
    out = site()
    read = Read(out / "countries" / "AZE.html").text
    score = json.loads(run("score", "AZE", "--as-of", "2018-01-01", "--format", "json").stdout)["countries"][0]
    assert f"Azerbaijan's index was {score['index']['estimate']:.1f} of 100 on 1 January 2018 (90 % interval " in read
    for heading in ("Index and pillars", "Evidence", "What is missing", "Contradictions", "Citation"):
        assert heading in read
    assert "Which services exist? Advice site" in read  # missing
    read = read[read.index("Citation") + 1 :]  # behind the list of what is on the page
    contradictions = read[read.index("Contradictions") : read.index("Possible improvements")]
    assert "No strategy is in force." in contradictions
    assert "A strategy is in force." in contradictions
    assert run("cite", "AZE", "--as-of", "2018-01-01", "--draws", "200").stdout.strip() in read
    lever = json.loads(run("levers", "AZE", "--as-of", "2018-01-01", "--format", "json").stdout)["levers"][0]
    assert f"{lever['gain']:+.1f}" in read[read.index("Possible improvements") :]
    later = json.loads((out / "countries" / "AZE.js").read_text().split(" = ", 1)[1].rstrip(";\n"))
    assert list(later) == ["2019-07-01"]
    assert "Editions" not in read  # by the first day there is one
    editions = later["2019-07-01"].split(">Editions</h2>")[1].split("</section>")[0]
    assert re.findall(r'<th scope="row">(.+?)</th>', editions) == ["2018-01-01", "2019-07-01"]
    assert "Editions</h2>" not in (out / "countries" / "GEO.js").read_text()  # it has one edition
    trend = (out / "trend.html").read_text()
    assert re.findall(r'<tr data-country="(...)"', trend) == ["AZE"]
    later = json.loads((out / "data" / "2019-07-01.js").read_text().split(" = ", 1)[1].rstrip(";\n"))
    assert later["notes"] == [
        "Evidence on Georgia was collected only up to 1 January 2018; later evidence was not searched for."
    ]


def test_both_pages_of_a_country_say_the_same(folder: Path) -> None:
    """In Markdown and on the site: the same questions, statements, steps and figures, in the same order."""
    again = PROFILE[PROFILE.index("  - id: no-strategy") : PROFILE.index("  - id: place-2017")]
    again = again.replace("no-strategy", "a-strategy").replace("strategy: none", "strategy: adopted")
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE + again)
    (folder / "published").mkdir()
    assert run("docs", "--draws", "200").exit_code == 0
    markdown = (folder / "docs" / "countries" / "AZE.md").read_text()
    page = re.sub(r"<li[^>]*data-more.*?</li>", "", (site() / "countries" / "AZE.html").read_text())
    for section in (
        "What is missing",
        "Contradictions",
        "Possible improvements",
        "The oldest evidence in the score",
    ):
        in_markdown, on_site = markdown.split(f"## {section}\n")[1], page.split(f">{section}</h2>")[1]
        names = re.findall("`(.+?)`", in_markdown.split("\n## ")[0])
        assert names == re.findall("<code>(.+?)</code>", on_site.split("</section>")[0])
        assert names, section
    gains = re.findall(r"^- (\+[\d.]+):", markdown, re.MULTILINE)
    assert gains == re.findall(r"<b>(\+[\d.]+)</b>", page)
    assert "No statement coded by two coders" in markdown
    assert "No statement coded by two coders" in page


def test_the_first_day_shown_is_the_one_that_the_most_profiles_speak_for(folder: Path) -> None:
    """Of those by which all have an edition; days by which fewer than half have one are left out."""
    text = (folder / "profiles" / "GEO.yaml").read_text()

    def add(code: str, days: str) -> None:
        changed = text.replace("GEO", code).replace("as_of: 2018-01-01", days)
        (folder / "profiles" / f"{code}.yaml").write_text(changed)

    def found() -> list[list[str]]:
        listed, default, left_out = snapshot.days(scoring.load()[1])
        return [[day.isoformat() for day in days] for days in (listed, [default], left_out)]

    add("MDA", "as_of: 2019")
    add("UKR", "as_of: 2019\neditions: [2020]")
    assert found() == [["2018-01-01", "2019-07-01", "2020-07-01"], ["2019-07-01"], []]  # 2018 of two of four
    out = site()
    about = (out / "data" / "about.js").read_text()
    assert '"days":["2018-01-01","2019-07-01","2020-07-01"],"default":"2019-07-01"' in about
    of_day = re.compile(r'"(20\d\d-\d\d-\d\d)":')
    assert of_day.findall((out / "countries" / "MDA.js").read_text()) == ["2020-07-01"]  # it has no edition in 2018
    assert of_day.findall((out / "countries" / "GEO.js").read_text()) == ["2018-01-01", "2020-07-01"]
    add("ARM", "as_of: 2019")
    assert found() == [["2019-07-01", "2020-07-01"], ["2019-07-01"], ["2018-01-01"]]
    done = run("site", "whole", "--draws", "100")
    assert "2018-01-01 is not on the site, since most countries have no edition by then" in done.stderr
    assert '"days":["2019-07-01","2020-07-01"],"default":"2019-07-01"' in Path("whole/data/about.js").read_text()
    about = (site("--as-of", "2018-06-30") / "data" / "about.js").read_text()
    assert '"days":["2018-06-30"],"default":"2018-06-30"' in about


def test_a_withheld_index_has_a_reason_and_no_figure(folder: Path) -> None:
    (folder / "profiles" / "AZE.yaml").write_text(PROFILE[: PROFILE.index("statements:")] + "statements: []\n")
    out = site()
    overview = Read(out / "index.html")
    assert "withheld" in overview.text
    assert any("availability 0.00 is below 0.65" in title for title in overview.all("title"))
    country = Read(out / "countries" / "AZE.html").text
    assert "index on 1 January 2018 is withheld, since availability 0.00 is below 0.65" in country
    assert "None is known." in country
    assert (out / "index.html").read_text().count('visibility="hidden"') == 1


def test_every_kind_of_question_stands_in_the_rubric(folder: Path) -> None:
    pillar = folder / "rubrics" / "small" / "state.yaml"
    pillar.write_text(
        PILLAR
        + "  - {id: budget, question: How much?, rationale: Means., guidance: In 2018., kind: number, weight: 0.1,"
        " worst: 1, best: 1000, log: true, half_life: 2, pool: latest}\n"
        "  - id: both\n    question: Both?\n    rationale: Two.\n    kind: group\n    weight: 0.1\n    indicators:\n"
        "      - {id: inner, question: Inner?, rationale: One., kind: rank, weight: 1, half_life: null}\n"
    )
    read = Read(site() / "rubric.html").text
    assert "1 counts as 0, 1000 as 100, on a logarithmic scale." in read
    assert "90 % counts as 0, 10 % as 100." in read
    assert "Events of the last 5 years: none counts as 0, 10 or more as 100." in read
    assert "half-life 2 years, only the newest counts" in read
    assert "Coding guidance: In 2018." in read
    assert read.count("The last rank counts as 0, the first as 100.") == 2
    assert "Inner?" in read
    assert re.search(r"50\.0\s*drafted\s*Drafted", read)


def test_countries_that_are_not_on_the_map_are_named_beside_it(folder: Path) -> None:
    text = (folder / "profiles" / "GEO.yaml").read_text()
    (folder / "profiles" / "XAA.yaml").write_text(text.replace("GEO", "XAA"))
    (folder / "profiles" / "MLT.yaml").write_text(text.replace("GEO", "MLT"))
    page = (site() / "index.html").read_text()
    assert "Not on the map: XAA." in page
    assert page.count('class="area') == 3
    for code in ("AZE", "GEO", "MLT"):
        (folder / "profiles" / f"{code}.yaml").unlink()
    assert "Map</h2>" not in (site() / "index.html").read_text()


def test_downloads_are_what_the_commands_print(folder: Path) -> None:  # noqa: ARG001
    out = site()
    assert (out / "data" / "2018-01-01-scores.csv").read_text() == run("score", "--format", "csv").stdout
    scores = json.loads((out / "data" / "2018-01-01-scores.json").read_text())
    assert scores == json.loads(run("score", "--format", "json").stdout)
    assert (out / "data" / "2018-01-01-ranks.csv").read_text() == run(
        "rank", "--draws", "200", "--format", "csv"
    ).stdout
    assert (out / "data" / "statements.csv").read_text() == run("statements", "--format", "csv").stdout
    run("lock")
    assert (out / "data" / "2018-01-01-scores.lock").read_text() == Path("scores.lock").read_text()
    assert "2018-01-01-scores.csv, 1 kB" in Read(out / "data.html").text


def test_the_method_is_the_document_of_the_method() -> None:
    text = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    assert build.method_text() == text


def test_two_hundred_countries_say_how_far_they_are() -> None:
    book = synthetic.rule_book(10)
    names = list(book.leaves)
    profiles = [synthetic.profile(code, names, np.random.default_rng(0), sources=1) for code in ("AUT", "BEL", "CHE")]
    done: list[float] = []
    scenario = Scenario(book, tuple(profiles))
    scored = Run(scenario, settings_of(scenario, draws=1000))
    build.build(scored, done.append)
    assert sum(done) == pytest.approx(build.steps(scored))
    assert len(done) == 2 * len(profiles) + 5  # each is drawn, and has a page; five steps make the other files


# -- on the web --------------------------------------------------------------------------------------------------------

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=hacked=1>\"'&amp; {{ 7*7 }}"


@functools.cache
def on_the_web() -> dict[str, bytes]:
    """The files of a site with an address, of a rubric whose title and question were written to do harm."""
    book = synthetic.rule_book(10)
    about = book.rubric.about.model_copy(update={"question": HOSTILE})
    book = book.model_copy(update={"rubric": book.rubric.model_copy(update={"title": HOSTILE, "about": about})})
    numbers = np.random.default_rng(0)
    profiles = [synthetic.profile(code, list(book.leaves), numbers, sources=1) for code in ("AUT", "BEL", "CHE")]
    scenario = Scenario(book, tuple(profiles))
    return build.build(Run(scenario, settings_of(scenario, draws=100)), address="https://example.org/index/")


def read(name: str) -> Read:
    return Read(text=on_the_web()[name].decode())


def head(name: str) -> dict[str, str]:
    """The properties of a page: those of og:, the description, the canonical address."""
    found = {}
    for tag, attributes in read(name).tags:
        key = attributes.get("property") or attributes.get("name") or attributes.get("rel")
        if tag in ("meta", "link") and key:
            found[key] = attributes.get("content") or attributes.get("href") or ""
    return found


def test_search_engines_are_told_every_page_and_its_one_address() -> None:
    """By the schema of sitemaps.org; what only shows figures, or an error, is left out."""
    files = on_the_web()
    pages = sorted(name for name in files if name.endswith(".html") and name not in ("404.html", "embed.html"))
    addresses = ["https://example.org/index/" + name.replace("index.html", "") for name in pages]
    root = ET.fromstring(files["sitemap.xml"])  # noqa: S314  written by the code under test
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag == f"{space}urlset"
    assert sorted(node.text or "" for node in root.iter(f"{space}loc")) == sorted(addresses)
    assert "countries/AUT.html" in pages
    for name, address in zip(pages, addresses, strict=True):
        assert head(name)["canonical"] == head(name)["og:url"] == address


def test_previews_of_links_are_pictures_of_the_site_and_escape_strangers_text() -> None:
    files = on_the_web()
    for name in (name for name in files if name.endswith(".html")):
        told = head(name)
        assert told["og:site_name"] == HOSTILE
        assert told["og:title"].endswith(f" · {HOSTILE}")
        image = files[told["og:image"].removeprefix("https://example.org/index/")]
        size = struct.unpack(">II", image[16:24])
        assert (image[:8], size) == (b"\x89PNG\r\n\x1a\n", (int(told["og:image:width"]), int(told["og:image:height"])))
        assert "img" not in [tag for tag, _ in read(name).tags]
    assert head("index.html")["description"].startswith(f"{HOSTILE} ")
    assert head("countries/AUT.html")["og:image"] != head("index.html")["og:image"]
    assert head("countries/AUT.html")["description"].startswith("Austria")


def test_the_page_of_data_describes_itself_to_programs() -> None:
    """A schema.org Dataset that names every file of data; text in it cannot end its element."""
    files = on_the_web()
    page = files["data.html"].decode()
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    described = json.loads(text)
    assert described["@type"] == "Dataset"
    assert described["name"].startswith(HOSTILE)
    assert described["description"].startswith(HOSTILE)
    assert described["spatialCoverage"] == ["Austria", "Belgium", "Switzerland"]
    named = [entry["contentUrl"] for entry in described["distribution"]]
    assert sorted(named) == sorted(
        f"https://example.org/index/{name}" for name in files if re.fullmatch(r"data/.*\.(csv|json)", name)
    )
    assert sum(name.endswith(".csv") for name in named) == 3


def test_the_page_of_an_error_leads_back_from_any_address() -> None:
    """A web host shows it in place of countries/XXX.html, so its links cannot be relative."""
    page = read("404.html")
    links = [address for address in page.all("href") if address.startswith(("https:", "#"))]
    assert "https://example.org/index/countries/BEL.html" in links
    relative = [address for address in [*page.all("href"), *page.all("src")] if not address.startswith(("https:", "#"))]
    assert relative == ["data:,"]


def test_without_an_address_a_site_claims_none(folder: Path) -> None:  # noqa: ARG001
    out = site()
    assert not (out / "sitemap.xml").exists()
    for path in out.rglob("*.html"):
        page = Read(path)
        assert not [name for name in page.all("property") if name in ("og:url", "og:image")], path
        assert "canonical" not in page.all("rel")
    text = (out / "data.html").read_text()
    described = json.loads(re.findall(r"ld\+json\">(.*?)</script>", text, re.DOTALL)[0])
    assert {"data/statements.csv", "data/2018-01-01-scores.csv"} <= {
        entry["contentUrl"] for entry in described["distribution"]
    }


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_errors_in_a_profile_stop_the_site(folder: Path) -> None:
    (folder / "profiles" / "GEO.yaml").write_text("format: 1\n")
    result = run("site", "out")
    assert result.exit_code == 1
    assert "profiles/GEO.yaml:1:1" in result.stderr
    assert not Path("out").exists()


def test_a_folder_that_cannot_be_written_is_reported(folder: Path) -> None:
    (folder / "out").write_text("a file")
    result = run("site", "out", "--draws", "200")
    assert result.exit_code in (1, 2)
    assert "out" in result.stderr
    (folder / "other").mkdir()
    (folder / "other" / "data").write_text("a file")
    result = run("site", "other", "--draws", "200")
    assert result.exit_code == 1
    assert "other: cannot be written" in result.stderr
    assert not (folder / "other" / "index.html").exists()


def test_files_of_an_earlier_site_are_reported(folder: Path) -> None:
    site()
    (folder / "profiles" / "GEO.yaml").unlink()
    result = run("site", "out", "--draws", "200")
    assert result.exit_code == 0
    assert result.stderr == "out: removed, written by an earlier run and not by this one: countries/GEO.html\n"


def test_a_port_in_use_is_reported(folder: Path) -> None:  # noqa: ARG001
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("site", "out", "--draws", "200", "--serve", "--port", str(port))
    assert result.exit_code == 1
    assert f"port {port} of 127.0.0.1" in result.stderr
    assert "--port" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal")
def test_serve_shows_the_site_until_ctrl_c(folder: Path) -> None:
    command = [sys.executable, "-m", "scoring", "site", "--serve", "--port", "0", "--draws", "200"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("site/index.html: ")
        address = server.stdout.readline().split()[0]
        with urllib.request.urlopen(f"{address}countries/AZE.html") as answer:  # noqa: S310  loopback
            assert answer.read() == (folder / "site" / "countries" / "AZE.html").read_bytes()
        server.send_signal(signal.SIGINT)
        rest, errors = server.communicate(timeout=20)
    assert (address[:17], rest, errors, server.returncode) == ("http://127.0.0.1:", "Stopped.\n", "", 0)


# -- other weights -----------------------------------------------------------------------------------------------------


@functools.cache
def twenty() -> tuple[RuleBook, tuple[Profile, ...], scoring.Assessment]:
    book, profiles = scoring.load(ROOT / "rubrics", ROOT / "profiles")
    return book, profiles, scoring.assess(book, profiles, as_of="2018-06-30")


def test_other_weights_are_another_rubric() -> None:
    """Figures, publication, ranks and bands against scoring.assess under a rubric with these weights."""
    book, profiles, assessment = twenty()
    numbers = np.random.default_rng(3)
    drawn = numbers.integers(0, custom_weights.STEPS, (20, 5, 10)).astype(np.uint16)
    for exponent in (-1.5, 0.0, 0.5, 2.0):
        weights = [float(w) for w in numbers.integers(0, 101, 5)]
        rubric = book.rubric.model_copy(
            update={
                "pillars": {pillar.id: w for pillar, w in zip(book.pillars, weights, strict=True)},
                "exponent": exponent,
            }
        )
        other = scoring.assess(RuleBook(rubric=rubric, pillars=book.pillars), profiles, as_of="2018-06-30")
        reweighed = custom_weights.reweigh(assessment, drawn, weights, exponent)
        for name, values in reweighed.figures.items():
            assert values == pytest.approx(getattr(other.figures, name)[:, 0], abs=1e-12)
        assert (reweighed.withheld_because, reweighed.rank, reweighed.band) == (
            other.withheld_because,
            other.rank,
            other.band,
        )


@pytest.mark.parametrize("exponent", [1.0, 0.5, -1.0])
def test_aggregated_draws_of_the_pillars_are_the_draws_of_the_index(exponent: float) -> None:
    """With weights that are almost certain, the draws of the index are the aggregate of the draws of the pillars."""
    _, _, assessment = twenty()
    certain = replace(settings_of(assessment, draws=400, seed=1), kappa=1e12, exponents=((exponent, 1.0),))
    drawn = custom_weights.pillar_draws(assessment, certain)
    shares = [assessment.nodes[child].local_weight for child in assessment.nodes[0].children]
    reweighed = custom_weights.reweigh(assessment, drawn, shares, exponent)
    [index] = blocks(assessment, certain)
    low, high = np.quantile(index.astype(float), (0.05, 0.95), axis=1)
    assert reweighed.drawn_low == pytest.approx(
        low, abs=3e-5
    )  # steps of 1/65,534, single precision, weights within 1e-6
    assert reweighed.drawn_high == pytest.approx(high, abs=3e-5)
    above = (index[0] > index[1]).mean()
    assert reweighed.p_above[0, 1] == pytest.approx(above, abs=0.005)
    assert reweighed.p_above[1, 0] == pytest.approx(1 - above, abs=0.005)


def test_ranks_of_draws_by_hand() -> None:
    """Three countries, one pillar, four draws: ranks 1 1 2 3, 2 3 1 1, 3 1 2 2."""
    assessment = synthetic.assessment(3, 5)
    steps = np.array([[9, 8, 4, 1], [5, 2, 7, 6], [1, 8, 4, 3]], dtype=np.uint16)
    drawn = np.repeat((steps * 6000)[:, None], 5, axis=1).astype(np.uint16)
    reweighed = custom_weights.reweigh(assessment, drawn, [1, 1, 1, 1, 1], 1.0)
    assert reweighed.rank_interval == ((1, 3), (1, 3), (1, 3))
    assert reweighed.p_above[0].tolist() == [0.5, 0.5, (1 + 0.5 + 0.5 + 0) / 4]
    assert reweighed.drawn_low[0] == pytest.approx((1 + 0.15 * 3) * 6000 / 65534)
    assert reweighed.drawn_high[1] == pytest.approx((6 + 0.85 * 1) * 6000 / 65534)


def test_a_missing_pillar_makes_the_index_missing_unless_it_weighs_nothing() -> None:
    book, profiles, _ = twenty()
    prior = book.rubric.prior.model_copy(update={"weight": 0.0})
    book = book.model_copy(update={"rubric": book.rubric.model_copy(update={"prior": prior})})
    empty = [
        profile.model_copy(update={"statements": ()}) if profile.country == "AZE" else profile for profile in profiles
    ]
    assessment = scoring.assess(book, empty, as_of="2018-06-30")
    settings = settings_of(assessment, draws=100, seed=0)
    drawn = custom_weights.pillar_draws(assessment, settings)
    row = find_country(assessment, "AZE")
    assert (drawn[row] == custom_weights.MISSING).all()
    reweighed = custom_weights.reweigh(assessment, drawn, [1, 1, 1, 1, 1], 0.5)
    assert np.isnan(reweighed.figures["estimate"][row])
    assert np.isnan(reweighed.drawn_low[row])
    assert np.isnan(reweighed.p_above[row]).all()
    assert (reweighed.rank[row], reweighed.rank_interval[row]) == (None, None)
    assert "missing" in reweighed.withheld_because[row]
    assert power_mean(np.array([0.25, 0.25]), [1, 1], 0.5) == 0.25


def test_each_band_has_a_shade_of_its_own(folder: Path) -> None:
    """Two bands by hand: half the way up the ramp, and its end; the ramp rises from #eef5fa to #0a2c54."""
    site()
    style = (folder / "out/assets/site.css").read_text()
    shades = dict(re.findall(r"^\.shade-(\d) \{ --shade: light-dark\((.+?)\);", style, re.MULTILINE))
    assert shades == {"0": "#82b4da, #457fac", "1": "#0a2c54, #cfe6fa"}
    assert style.count("; fill: var(--shade); background: var(--shade); }\n") == 2 + 11  # and of the figures 0 to 1
    assert not re.search(r"#[0-9a-f]{3,6}\b", style[style.index("color-scheme") :])  # all colours have one source


def test_writing_again_is_of_the_same_bytes(folder: Path) -> None:
    out = site()
    files = {path.as_posix(): path.read_bytes() for path in out.rglob("[!.]*.*")}
    assert writing.write_all(files, folder) == 0
