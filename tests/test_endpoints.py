"""Documents of released editions for programs: they fit their schemas, say what was released, and stay as they are."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from conftest import PROFILE, ROOT, git, release, run

from scoring.files.releases import read_releases
from scoring.render.endpoints import DOCUMENTS, endpoints

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD = ROOT / "tests" / "schemas" / "api-v1"
"""Documents as they were written when the version began; they are never changed."""
PATHS = {
    "editions": "api/v1/editions.json",
    "index": "api/v1/2018.2/index.json",
    "country": "api/v1/2018.2/countries/AZE.json",
}
DRAWS = ("--draws", "100")


@pytest.fixture
def releases(folder: Path) -> tuple[Path, Path]:
    """The folders of two editions; in the second there is Moldova too."""
    assert release(folder, "2018.1").exit_code == 0
    (folder / "profiles" / "MDA.yaml").write_text(PROFILE.replace("AZE", "MDA"), encoding="utf-8")
    assert release(folder, "2018.2").exit_code == 0
    first, second = (folder.parent / f"{folder.name}-{name}" for name in ("2018.1", "2018.2"))
    return first, second


def documents(*folders: Path) -> dict[str, bytes]:
    found, problems = read_releases(folders)
    assert problems == ()
    return endpoints(found)


def schema(name: str) -> Any:
    return json.loads((ROOT / "schemas" / "api" / "v1" / f"{name}.schema.json").read_text(encoding="utf-8"))


def errors(name: str, document: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema(name))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def kinds(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every path of a document with the kind of its value; of a list the first entry."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from kinds(entry, f"{path}.{key}")
    elif isinstance(value, list):
        yield path, "list"
        yield from kinds(value[0], f"{path}[]") if value else ()
    else:
        yield (
            path,
            "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__,
        )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_before_fits_the_schema_and_its_keys_are_still_there(
    releases: tuple[Path, Path], name: str
) -> None:
    old = json.loads((OLD / f"{name}.json").read_text(encoding="utf-8"))
    new = json.loads(documents(*releases)[PATHS[name]])
    assert errors(name, old) == []
    assert errors(name, new) == []
    now = dict(kinds(new))
    for path, kind in kinds(old):
        assert path in now, path
        assert kind == now[path] or "NoneType" in (kind, now[path]), path
    assert errors(name, {**new, "added": 1}) == []  # keys may be added
    for key in new:
        assert errors(name, {other: value for other, value in new.items() if other != key}), key


def test_each_edition_has_a_folder_and_the_newest_is_the_latest(releases: tuple[Path, Path]) -> None:
    files = documents(*releases)
    listed = json.loads(files["api/v1/editions.json"])
    assert listed["latest"] == "2018.2"
    assert [(one["name"], one["countries"]) for one in listed["editions"]] == [("2018.2", 3), ("2018.1", 2)]
    for one in listed["editions"]:
        index = json.loads(files[f"api/v1/{one['url']}"])
        assert len(index["countries"]) == one["countries"]
        for country in index["countries"]:
            assert f"api/v1/{one['name']}/{country['url']}" in files
    latest = {name.replace("/latest/", "/2018.2/"): data for name, data in files.items() if "/latest/" in name}
    assert latest == {name: data for name, data in files.items() if "/2018.2/" in name}
    assert documents(*reversed(releases)) == files


def test_figures_are_those_of_the_scores(releases: tuple[Path, Path]) -> None:
    files = documents(*releases)
    scores = {
        one["country"]: one
        for one in json.loads(run("score", "--edition", "2018.2", "--format", "json").stdout)["countries"]
    }
    ranks = json.loads(run("rank", "--edition", "2018.2", *DRAWS, "--format", "json").stdout)["countries"]
    intervals = {one["country"]: one["interval"] for one in ranks}
    for code, score in scores.items():
        document = json.loads(files[f"api/v1/2018.2/countries/{code}.json"])
        names = ("estimate", "low", "high", "information", "availability")
        assert {name: document["index"][name] for name in names} == {name: score["index"][name] for name in names}
        [pillar] = document["pillars"]
        of_score = score["pillars"]["state"]
        assert {name: pillar[name] for name in names} == {name: of_score[name] for name in names}
        assert (document["index"]["rank"], document["index"]["band"]) == (score["rank"], score["band"])
        assert document["citation"].startswith(f"small@1.0.0+2018.2/{code}/2018-01-01/")
        assert document["index"]["interval"] == intervals[code]
    rows = list(csv.DictReader(io.StringIO(files["api/v1/2018.1/countries.csv"].decode())))
    assert {row["country"] for row in rows} == {"AZE", "GEO"}
    for row in rows:
        document = json.loads(files[f"api/v1/2018.1/countries/{row['country']}.json"])
        assert row["estimate"] == ("" if document["index"]["estimate"] is None else str(document["index"]["estimate"]))
        assert float(row["interval_low"]) == document["index"]["interval"][0]


def test_a_sum_has_scales_of_pillars_and_no_bounds(ranking: Path) -> None:
    rubric = ranking / "rubrics" / "ranking" / "rubric.yaml"
    rubric.write_text(rubric.read_text() + "about: {authors: [We], licence: CC BY 4.0}\n")
    git(ranking, "init", "--quiet")
    git(ranking, "add", ".")
    git(ranking, "commit", "--quiet", "--message=State")
    assert run("release", "2018.1", "-o", "out", *DRAWS).exit_code == 0
    files = documents(Path("out"))
    document = json.loads(files["api/v1/latest/countries/EST.json"])
    assert errors("country", document) == []
    assert (document["index"]["estimate"], document["index"]["low"]) == (11.5, None)  # 5 + 4 + 2.5
    assert [pillar["estimate"] for pillar in document["pillars"]] == [5, 4, 2.5]
    assert {pillar["scale"]["to"] for pillar in document["pillars"]} == {5}
    assert document["scale"]["to"] == 15
    assert document["actor"] is None


def test_the_site_has_them_and_says_what_was_corrected(releases: tuple[Path, Path]) -> None:
    pytest.importorskip("jinja2", reason="jinja2 is in the extra report")
    path = Path("profiles/AZE.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("strategy: none", "strategy: adopted"), encoding="utf-8")
    with Path("profiles/GEO.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "  - {id: more, text: Signed., source: page, locator: p. 9, date: 2017, credibility: 1, codes: {strategy: none}}\n"
        )
    result = run("site", "site", *DRAWS, "--release", releases[0], "--release", releases[1])
    assert result.exit_code == 0, result.output
    for name, data in documents(*releases).items():
        assert Path("site", name).read_bytes() == data
    page = Path("site/countries/AZE.html").read_text(encoding="utf-8")
    assert "<code>no-strategy</code>, not committed: other codes" in page
    other = Path("site/countries/GEO.html").read_text(encoding="utf-8")
    assert "None: no statement that edition 2018.2, released" in other
    assert "New evidence since then, which is no correction: 1 statement." in other
    again = run("site", "site", *DRAWS, "--release", releases[0])
    assert "removed, written by an earlier run" in again.stderr
    assert not Path("site/api/v1/2018.2").exists() or not list(Path("site/api/v1/2018.2").rglob("*.json"))


def test_a_site_of_a_clone_without_the_edition_says_so(releases: tuple[Path, Path]) -> None:  # noqa: ARG001
    pytest.importorskip("jinja2", reason="jinja2 is in the extra report")
    path = Path("editions.yaml")
    text = path.read_text(encoding="utf-8")
    commit = [line for line in text.splitlines() if "commit:" in line][-1].partition(": ")[2]
    path.write_text(text.replace(commit, '"' + "0" * 40 + '"'), encoding="utf-8")
    result = run("site", "site", *DRAWS)
    assert (result.exit_code, "Corrections since edition 2018.2 are not shown" in result.stderr) == (0, True)
    assert "errata-title" not in Path("site/countries/AZE.html").read_text(encoding="utf-8")


def resealed(folder: Path, name: str, data: bytes) -> None:
    """Replace a file of a release, with its digest."""
    old = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / name).write_bytes(data)
    digests = folder / "SHA256SUMS"
    digests.write_text(digests.read_text().replace(old, hashlib.sha256(data).hexdigest()))


def test_every_file_of_a_release_is_checked(releases: tuple[Path, Path]) -> None:
    """Also those that no endpoint needs; a list of digests that names files elsewhere is refused."""
    first, second = releases
    (first / "scores.lock").unlink()
    (second / "LICENSE").write_text("Other terms.\n")
    result = run("site", "site", "--release", first, "--release", second)
    assert result.exit_code == 1
    for path in (first / "scores.lock", second / "LICENSE"):
        assert f"{path.as_posix()}:1:1: differs from its sha256 in SHA256SUMS" in result.stderr
    with (second / "SHA256SUMS").open("a") as file:
        file.write(f"{'0' * 64}  ../../etc/passwd\n")
    result = run("site", "site", "--release", second)
    assert (result.exit_code, "names '../../etc/passwd', outside of it" in result.stderr) == (1, True)


def test_digests_that_were_written_again_are_not_believed(releases: tuple[Path, Path]) -> None:
    """The registry has the sha256 of the list of digests; without it this is said, and the folder is read."""
    first, _ = releases
    text = (first / "data" / "ranking.csv").read_text(encoding="utf-8")
    assert run("site", "site", "--draws", "100", "--release", first).stderr.count("not compared") == 0
    resealed(first, "data/ranking.csv", text.replace(",32.866567,", ",99,").encode())
    result = run("site", "other", "--draws", "100", "--release", first)
    assert result.exit_code == 1
    assert f"{first.as_posix()}/SHA256SUMS:1:1: is not that of edition 2018.1" in result.stderr
    assert not Path("other").exists()
    registry = Path("editions.yaml")
    entries = registry.read_text(encoding="utf-8")
    without = "".join(line for line in entries.splitlines(keepends=True) if "sums:" not in line)
    for changed, why in (
        (without, "has no `sums` there"),
        ("format: 1\neditions: {}\n", "2018.1 is not in it"),
        ("", ""),
    ):
        registry.write_text(changed, encoding="utf-8") if changed else registry.unlink()
        result = run("site", "other", "--draws", "100", "--release", first)
        assert result.exit_code == 0, result.stderr
        assert f"not compared with editions.yaml: {'edition' if why else 'there is no such file'}" in result.stderr
        assert why in result.stderr


def test_a_folder_that_is_no_release_is_refused(releases: tuple[Path, Path], tmp_path: Path) -> None:
    first, second = releases
    (first / "data" / "ranking.csv").write_text("country\n")
    result = run("site", "site", "--release", first, "--release", tmp_path, "--release", second)
    assert result.exit_code == 1
    assert f"{first.as_posix()}/data/ranking.csv:1:1: differs from its sha256 in SHA256SUMS" in result.stderr
    assert "is no folder that `scoring release` wrote: it has no SHA256SUMS" in result.stderr
    assert not Path("site").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "datapackage.json:1:1: edition: field required; is it a folder of `scoring release`?"),
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_a_descriptor_of_something_else(releases: tuple[Path, Path], data: bytes, message: str) -> None:
    resealed(releases[0], "datapackage.json", data)
    _, problems = read_releases([releases[0]])
    assert any(message in str(problem) for problem in problems), problems


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("ranking", "\nAZE,", "\n../../x,", "country: row "),
        ("ranking", ",32.866567,", ",nan,", "estimate: row "),
        ("ranking", "interval_low", "low_interval", "interval_low: row 2: field required"),
        ("pillars", "small/state,", "small/other,", "which data/nodes.csv does not have"),
        ("pillars", ",0.7,", ",much,", "availability: row "),
    ],
)
def test_tables_of_a_hostile_release(releases: tuple[Path, Path], table: str, old: str, new: str, message: str) -> None:
    """The digests are those of the files: whoever wrote the folder wrote them too."""
    name = f"data/{table}.csv"
    text = (releases[0] / name).read_text(encoding="utf-8")
    assert old in text
    resealed(releases[0], name, text.replace(old, new).encode())
    read, problems = read_releases([releases[0]])
    assert read == ()
    assert any(message in str(problem) for problem in problems), problems


def test_a_missing_table_is_refused(releases: tuple[Path, Path]) -> None:
    (releases[0] / "data" / "nodes.csv").unlink()
    _, problems = read_releases([releases[0]])
    assert ["data/nodes.csv:1:1: file not found" in str(problem) for problem in problems] == [True]


def test_an_edition_is_given_once_and_all_are_of_one_rubric(releases: tuple[Path, Path]) -> None:
    _, problems = read_releases([releases[0], releases[0]])
    assert ["has edition 2018.1, as" in problem.message for problem in problems] == [True]
    package = json.loads((releases[0] / "datapackage.json").read_bytes())
    package["rubric"]["id"] = "other"
    resealed(releases[0], "datapackage.json", json.dumps(package).encode())
    _, problems = read_releases(releases)
    assert ["give the releases of one rubric" in problem.message for problem in problems] == [True]
