"""Hostile files, made from a random generator: YAML, JSON, documents, git repositories, and what only looks like a file."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

# fmt: off
NUMBERS = (
    *("0", "-0.0", "-1", "5e-324", "1e-300", "1e308", "1e400", "-1e400", ".nan", ".inf", "-.Inf", "NaN", "9" * 5000),
    *("0x" + "f" * 40, "0o17", "0b1", "1_000", "12:30:45", "1.5.2", "9223372036854775808", "1" + "0" * 400, "٤٢", "１"),
    *("0.30000000000000004", "99.99999999999999", "1e-17", "100.00000000000001", "2", "0.5", "1e16"),
)
DAYS = (
    *("0000-00-00", "0001-01-01", "9999-12-31", "2018-02-30", "99999-01-01", "2018-06-30T25:61:61Z", "-2018", "1e3"),
    *("2018-13", "2018-00", "20180630", "2100-01-01", "1900-01-01", "2018-06-30 00:00:00 +99:99", "2016-02-29"),
)
TEXTS = (
    *("!!python/object/apply:os.system ['touch ran']", "!!python/name:os.system", "!include /etc/passwd", "!!binary aGk="),
    *("!!timestamp 2018-01-01", "!!set {a}", "&a [*a]", "*a", "<<: {a: b}", "[" * 3000, "{a: " * 3000, "- " * 3000, "? "),
    *("|", ">", "'", '"', '"\\ud800"', '"\\0"', '"\\e[31m"', '"\\u202e"', '"\\uFEFF"', "@x", "`x`", "%x", "a: b: c", "#"),
    *("null", "~", "", "true", "yes", "[]", "{}", "[a, b]", "{a: b}", "../../etc/passwd", "/dev/zero", "a" * 5000, "🇦🇿"),
    *("javascript:alert(1)", "https://a.org/\\n::error::", "<script>alert(1)</script>", "=1+1", "{{ AZE.index }}", "${HOME}"),
    *("o" + "\u0301" * 50, "\u0915\u094d\u200d\u0937" * 50, "a\u2028b", "a\u0085b", "a\tb", "a\rb", "a\0b", "\x1b]0;x\x07"),
    *("AZE", "GEO", "XXX", "aze", "strategy", "state", "page", "no-strategy", "small", "resilience", "levels", "count"),
)
LINES = (
    *("<<: *a", "a: &a [x, x]", "--- ", "...", "%YAML 9.9", "%TAG ! tag:x,2018:", "? [a]", "\t- a", "a: b #c", "- - - -"),
    *("format: 2", "format: 99", "__class__: x", "country: GEO", "country: ../x", "withdrawn: {on: 2018}", "use: state"),
    *("combine: product", "exponent: -9", "prior: {weight: 1e9}", "editions: [2017, 2017]", "same_as: no-strategy"),
)
# fmt: on
VALUE = re.compile(rb"(?<=[:,=\[{]) *[^\s:,\[\]{}]+")


def anything(random: Random, data: bytes) -> bytes:
    """Data with a few bytes, slices or lines other than they were."""
    changed = bytearray(data)
    lines = data.split(b"\n")
    here, there = sorted(random.randrange(len(data) + 1) for _ in range(2))
    line = random.randrange(len(lines))
    match random.randrange(9):
        case 0:
            for _ in range(random.choice((1, 3, 50))):
                changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        case 1:
            changed[here:there] = b""
        case 2:
            changed[here:here] = changed[here:there] * random.choice((1, 2, 20))
        case 3:
            changed[here:here] = random.randbytes(random.choice((1, 4, 300)))
        case 4:
            changed = changed[:here]
        case 5:
            lines.insert(random.randrange(len(lines)), lines[line])
            changed = bytearray(b"\n".join(lines))
        case 6:
            del lines[line]
            changed = bytearray(b"\n".join(lines))
        case 7:
            lines[line] = b" " * random.choice((1, 2, 4)) + lines[line]
            changed = bytearray(b"\n".join(lines))
        case _:
            other = random.choice(("utf-16", "utf-16-be", "utf-32", "utf-7", "utf-8-sig", "latin-1"))
            changed = bytearray(data.decode(errors="replace").encode(other, errors="replace"))
    return bytes(changed) or b"\n"


def yaml(random: Random, data: bytes) -> bytes:
    """YAML with hostile values, keys, lines or bytes."""
    for _ in range(random.choice((1, 1, 2, 4))):
        kind = random.randrange(8)
        if kind < 4:
            data = _with_value(random, data)
        elif kind == 4:
            lines = data.split(b"\n")
            line = random.choice(LINES).encode()
            indent = b" " * random.choice((0, 0, 2, 4))
            lines.insert(random.randrange(len(lines) + 1), indent + line)
            data = b"\n".join(lines)
        elif kind == 5:
            data = random.choice(BOMBS)(random) + data if random.random() < 0.5 else data + random.choice(BOMBS)(random)
        else:
            data = anything(random, data)
    return data


def _with_value(random: Random, data: bytes) -> bytes:
    """YAML or TOML with another value somewhere."""
    found = list(VALUE.finditer(data))
    if not found:
        return data + random.choice(TEXTS).encode()
    match = random.choice(found)
    old = match[0].strip()
    if re.fullmatch(rb"[\d.eE+-]+", old) and random.random() < 0.7:
        value = random.choice(DAYS if old.count(b"-") == 2 else NUMBERS)
    else:
        value = random.choice((*TEXTS, *NUMBERS, *DAYS))
    return data[: match.start()] + b" " + value.encode(errors="surrogatepass") + data[match.end() :]


# fmt: off
BOMBS: tuple[Callable[[Random], bytes], ...] = (
    lambda _: b"".join(b"b%d: &b%d [%s]\n" % (n, n, b",".join([b"*b%d" % (n - 1)] * 9 if n else [b"x"])) for n in range(12)),
    lambda random: b"a: " + b"[" * random.choice((30, 1000, 100_000)) + b"\n",
    lambda random: b"a: " + b"{b: " * random.choice((30, 1000, 50_000)) + b"\n",
    lambda random: b"".join(b"k%d: 1\n" % n for n in range(random.choice((100, 60_000)))),
    lambda random: b"# " + b"x" * random.choice((10_000, 3_000_000)) + b"\n",
    lambda random: b"long: " + b"x" * random.choice((10_000, 3_000_000)) + b"\n",
    lambda random: b"number: " + b"9" * random.choice((400, 300_000)) + b"\n",
    lambda random: b"  - {}\n" * random.choice((100, 60_000)),
    lambda random: b"  - {id: a, text: b}\n" * random.choice((10, 6_000)),
    lambda _: b"---\n---\n",
    lambda random: b"\n" * random.choice((1000, 1_000_000)),
)
# fmt: on


def toml(random: Random, data: bytes) -> bytes:
    """TOML with hostile values or bytes."""
    for _ in range(random.choice((1, 1, 2, 4))):
        kind = random.randrange(4)
        if kind < 2:
            data = _with_value(random, data)
        elif kind == 2:
            data = data.replace(b"format = 1\n", random.choice(TABLES))
        else:
            data = anything(random, data)
    return data


# fmt: off
TABLES = (
    *(b"a = " + b"[" * 100_000, b"a = " + b"{a=" * 50_000, b"a = " + b"9" * 1_000_000, b"a = nan", b"a" + b".a" * 50_000),
    *(b"[a" + b".a" * 50_000 + b"]", b"a = 1\n" * 2, b"[countries]\nAZE = 1", b"[countries.AZE.index]\nestimate = 'x'", b""),
    *(b'a = """' + b"x" * 1_000_000, b"countries = []\n", b"format = 99\n", b"a = 9999-99-99\n", b"'' = 1\n", b"\xff"),
)
# fmt: on

# -- documents -----------------------------------------------------------------------------------------------------------

# fmt: off
COMMON = (
    *("{{ AZE.index }}", "{{AZE.cite}}", "{{ table: ranking }}", "{{ table: AZE }}", "{{", "}}", "{{ XXX.index }}", "{", "}"),
    *("small@1.0.0/AZE/2018-01-01/0123456789abcdef", "small@1.0.0/GEO/2018-01-01/", "index ", "32.9", " 1,234.5 ", "9" * 400),
    *("\n", "\n\n", "\r\n", " ", "\t", "    ", "a", "Azerbaijan", "·", "\u202e", "\0", "\ufeff", "\ud83d", "🇦🇿", "٤٢", "−5"),
    *("90 % interval 43.8 to 57.0", "rank 2 of 2", "\\", "|", "&", "<", ">", "$", "`", "*", "_", "[", "]", "(", ")", "~", "^"),
)
UNITS = {
    ".md": (
        *("# ", "> ", "- ", "1. ", "```\n", "~~~", "$$", "[^1]", "[^1]: ", "[a](", "![a](b)", "|-|\n", "|a|b|\n", "+--+\n"),
        *("<!--", "-->", "<table>", "<td>", "<div hidden>", "</div>", "&#", "&amp;", "---\n", "~~", "[a]: b\n", "{#x .y}"),
        *(":::\n", "::: {.a}\n", "<script>", "$a", "\\(", "\\begin{tabular}{l}", "`{{ AZE.index }}`", "*[a]: b", "--- ---\n"),
    ),
    ".html": (
        *("<p>", "</p>", "<table>", "<tr>", "<td>", "<td colspan=999999>", "<td rowspan=-1>", "<th>", "<b title='", "<!--"),
        *("-->", "<![CDATA[", "<?", "<script>", "</script>", "<style>", "<div hidden>", "</div>", "<sup>1", "<a href='#a'>"),
        *("<p class=footnote id=a>", "&#", "&#xD800;", "&lt;", "&a", "<a b=", '"', "'", "<svg><title>", "<template>", "</"),
    ),
    ".tex": (
        *("\\begin{tabular}{l}", "\\end{tabular}", "\\\\", " & ", "\\footnote{", "\\footnotemark", "\\footnotetext{", "\\%"),
        *("\\cite{a}", "\\begin{verbatim}", "\\end{verbatim}", "\\[", "\\]", "\\(", "%", "\\caption{", "\\textbf{", "\\item["),
        *("\\input{/etc/passwd}", "\\write18{touch ran}", "\\verb|", "\\def\\a{\\a\\a}", "\\a", "\\iffalse", "\\begin{comment}"),
    ),
    ".csv": (*('"', '""', ",", ";", "\n", "=1+1", "id,index\n", "'"),),
    ".docx": (
        *("<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "<w:p><w:r><w:t>{{ AZE.index }}</w:t></w:r></w:p>"),
        *("<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:del>", "<w:ins/>", "<w:br/>", "<w:tab/>"),
        *("<w:footnoteReference w:id='1'/>", "<mc:AlternateContent><mc:Choice>", "<w:txbxContent>", "<w:gridSpan w:val='9'/>"),
        *("<w:p><w:r><w:t>{{ AZE.</w:t></w:r><w:r><w:t>index }}</w:t></w:r></w:p>", "<x:y/>", "&amp;", "&#xD800;", "<!--", "-->"),
    ),
}
# fmt: on
SUFFIXES = (".md", ".md", ".qmd", ".html", ".tex", ".csv", ".txt", ".docx", ".docx", ".docx", ".pdf", ".odt", ".tsv")


def document(random: Random, report: bytes, word_file: Callable[..., bytes], pdf: bytes) -> tuple[str, bytes]:
    """A hostile document, as its suffix and its bytes."""
    suffix = random.choice(SUFFIXES)
    if suffix == ".pdf":
        return suffix, anything(random, pdf)
    units = (*COMMON, *UNITS.get(suffix, UNITS[".md"]))
    parts = []
    for _ in range(random.choice((3, 30, 300))):
        parts.append(random.choice(units) * random.choice((1, 1, 1, 2, 50)))
    if random.random() < 0.3:
        parts.insert(random.randrange(len(parts)), random.choice(units) * random.choice((1_000, 20_000)))
    text = "".join(parts)
    if suffix not in (".docx", ".odt"):
        data = text.encode(errors="surrogatepass")
        return suffix, anything(random, data + report) if random.random() < 0.3 else data + report
    return suffix, _word(random, text, word_file)


def _word(random: Random, text: str, word_file: Callable[..., bytes]) -> bytes:
    """A Word file of units, well formed or not, in an archive that is sound or not."""
    body = _closed(text) if random.random() < 0.7 else text
    body = body.encode(errors="replace").decode()
    more = {
        "word/footnotes.xml": "<a><!ENTITY",
        "word/header1.xml": "<w:hdr/>" * random.choice((1, 1000)),
        "../../ran": "x",
        "/etc/ran": "x",
        "word/media/a.png": "\0" * random.choice((1, 3_000_000)),
        "word/embeddings/a.bin": "PK",
    }
    some = {name: content for name, content in more.items() if random.random() < 0.2}
    if random.random() < 0.1:
        doctype = "<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'><!ENTITY b '&a;&a;'>]>"
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", random.choice((0, 8, 12, 14))) as file:
            file.writestr("word/document.xml", f"<?xml version='1.0'?>{doctype}<a>&b;</a>")
        return buffer.getvalue()
    data = word_file(body, some)
    return anything(random, data) if random.random() < 0.4 else data


def _closed(text: str) -> str:
    """Text of units with every element closed and characters that XML allows."""
    text = "".join(one for one in text if one >= " " and not 0xD800 <= ord(one) < 0xE000)
    opened, parts = [], []
    for part in re.findall(r"<[wmc]+:\w+[^<>]*/>|</?[wmc]+:\w+[^<>]*>|[^<]+|<", text):
        name = match[1] if (match := re.match(r"</?([wmc]+:\w+)", part)) else None
        if name is None:
            parts.append(part.replace("&", "&amp;").replace("<", "&lt;"))
        elif part.startswith("</"):
            if opened and opened[-1] == name:
                parts.append(part)
                opened.pop()
        else:
            parts.append(part)
            if not part.endswith("/>"):
                opened.append(name)
    return "".join(parts) + "".join(f"</{name}>" for name in reversed(opened))


# -- what only looks like a file -----------------------------------------------------------------------------------------


def strange(random: Random, path: Path) -> str:
    """Something with the name of a file that is none, or that cannot be read; returns what it is."""
    path.unlink(missing_ok=True)
    match random.randrange(11):
        case 0:
            os.mkfifo(path)
            return "pipe"
        case 1:
            path.mkdir()
            return "folder"
        case 2:
            target = random.choice(
                ("/dev/zero", "/etc/passwd", "/dev/stdin", "/proc/self/mem", "../../..", path.name, "/")
            )
            path.symlink_to(target)
            return f"link to {target}"
        case 3:
            with socket.socket(socket.AF_UNIX) as made:
                here = Path.cwd()
                os.chdir(path.parent)  # the path of a socket is limited to 107 bytes
                made.bind(path.name)
                os.chdir(here)
            return "socket"
        case 4:
            path.write_text("a: b\n")
            path.chmod(0)
            return "unreadable"
        case 5:
            path.touch()
            os.truncate(path, random.choice((2**24, 2**33)))
            return "sparse"
        case 6:
            path.write_bytes(b"")
            return "empty"
        case 7:
            names = (
                "A\x1b[31m.yaml",
                "::error::.yaml",
                "a\nb.yaml",
                "ÅÄÖ.yaml",
                "AZE.YAML",
                "AZE.yml",
                ".yaml",
                "-x.yaml",
                "n" * 250,
            )
            (path.parent / random.choice(names)).write_text("format: 1\n")
            return "name"
        case 8:
            (path.parent / os.fsdecode(b"\xff\xfe.yaml")).write_text("format: 1\n")
            return "name that is no UTF-8"
        case 9:
            for number in range(1100):
                (path.parent / f"{number}.yaml").write_text("a: b\n")
            return "crowd"
        case _:
            path.parent.chmod(0o500 if random.random() < 0.5 else 0)
            return "locked folder"


# -- git -----------------------------------------------------------------------------------------------------------------

# fmt: off
SETTINGS = (
    *("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy", "diff.external"),
    *("core.alternateRefsCommand", "gpg.program", "credential.helper", "filter.evil.clean", "filter.evil.smudge"),
    *("filter.evil.process", "diff.evil.textconv", "diff.evil.command", "merge.evil.driver", "uploadpack.packObjectsHook"),
    *("alias.rev-parse", "alias.rev-list", "alias.cat-file", "alias.ls-tree", "pager.rev-list", "sequence.editor"),
    *("remote.origin.vcs", "remote.origin.uploadpack", "submodule.inner.update", "trailer.x.cmd", "man.x.cmd"),
)
HOOKS = ("post-checkout", "pre-commit", "reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-auto-gc")
REVISIONS = (
    *("HEAD", "HEAD~1", "main", "v1", "--output=ran", "-h", "--help", ":/first", "HEAD:profiles", "HEAD^{tree}", "^HEAD", "@{1}"),
    *("HEAD..main", "HEAD...main", "..", "../..", "HEAD@{9999 years ago}", "a b", "", "\x1b[31m", "x" * 5000, "refs/heads/evil"),
    *("./before", "2017", "9999-12-31", "HEAD^9", "HEAD~99999", "0" * 40, "f" * 40, "HEAD:", "--upload-pack=x", "$(touch ran)"),
)
# fmt: on


def git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    """What git prints; empty if it fails."""
    who = {f"GIT_{role}_{what}": "t@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    when = {f"GIT_{role}_DATE": "1530000000 +0000" for role in ("AUTHOR", "COMMITTER")}
    nowhere = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=folder,
        input=given,
        check=False,
        capture_output=True,
        env=os.environ | who | when | nowhere,
    )
    return done.stdout.decode(errors="replace").strip()


def repository(random: Random, folder: Path) -> list[str]:
    """Make a folder a git repository with a few hostile things; returns what they are."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    profile = folder / "profiles" / "AZE.yaml"
    profile.write_text(profile.read_text().replace("strategy: none", "strategy: drafted"))
    git(folder, "commit", "--quiet", "--all", "--message=second")
    git(folder, "tag", "-a", "v1", "-m", "x", "HEAD~1")
    chosen = random.sample(sorted(REPOSITORIES), k=random.choice((1, 2, 4)))
    for name in chosen:
        REPOSITORIES[name](random, folder)
    return chosen


def _program(folder: Path) -> str:
    """A program that leaves a mark where it was run."""
    program = folder / "program"
    program.write_text(f"#!/bin/sh\ntouch '{folder}/ran'\n")
    program.chmod(0o755)
    return str(program)


def _config(_: Random, folder: Path) -> None:
    program = _program(folder)
    lines = []
    for key in SETTINGS:
        section, _dot, rest = key.partition(".")
        sub, dot, name = rest.rpartition(".")
        lines.append(f'[{section} "{sub}"]\n\t{name} = "!{program}"' if dot else f"[{section}]\n\t{name} = {program}")
    more = '[log]\n\tshowSignature = true\n[protocol]\n\tallow = always\n[protocol "ext"]\n\tallow = always\n'
    more += f'[remote "origin"]\n\turl = "ext::{program}"\n\tpromisor = true\n\tpartialclonefilter = blob:none\n'
    more += f'[include]\n\tpath = /etc/passwd\n[core]\n\thooksPath = "{folder}"\n'
    with (folder / ".git" / "config").open("a") as file:
        file.write("\n".join(lines) + "\n" + more.replace("[include]\n\tpath = /etc/passwd\n", ""))


def _attributes(_: Random, folder: Path) -> None:
    (folder / ".gitattributes").write_text("* diff=evil filter=evil merge=evil export-subst text eol=crlf ident\n")
    (folder / "profiles" / ".gitattributes").write_text("*.yaml working-tree-encoding=UTF-16 filter=evil\n")


def _hooks(_: Random, folder: Path) -> None:
    program = Path(_program(folder)).read_text()
    for name in HOOKS:
        path = folder / ".git" / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(program)
        path.chmod(0o755)


def _blob(folder: Path, data: bytes) -> str:
    return git(folder, "hash-object", "-w", "--stdin", given=data)


def _replaced(_: Random, folder: Path) -> None:
    old = git(folder, "rev-parse", "HEAD~1:profiles/AZE.yaml")
    git(folder, "replace", old, _blob(folder, b"format: 1\ncountry: GEO\n"))
    (folder / ".git" / "info" / "grafts").write_text(f"{git(folder, 'rev-parse', 'HEAD')}\n")


def _submodule(random: Random, folder: Path) -> None:
    url = random.choice(
        ("ext::sh -c 'touch ran'", "--upload-pack=touch ran", "file:///etc", "../x", "https://example.invalid")
    )
    (folder / ".gitmodules").write_text(
        f'[submodule "inner"]\n\tpath = profiles\n\turl = {url}\n\tupdate = !touch ran\n'
    )
    _tree(folder, f"160000 commit {git(folder, 'rev-parse', 'HEAD')}\tprofiles\0".encode())


def _tree(folder: Path, entries: bytes) -> None:
    """A commit on main whose tree has the rubrics and these entries."""
    rubrics = f"040000 tree {git(folder, 'rev-parse', 'main:rubrics')}\trubrics\0".encode()
    whole = git(folder, "mktree", "-z", "--missing", given=entries + rubrics)
    made = git(folder, "commit-tree", "-p", "HEAD", "-m", "tree", whole)
    git(folder, "update-ref", "refs/heads/evil", made)
    git(folder, "update-ref", "refs/heads/main", made)


def _names(random: Random, folder: Path) -> None:
    blob = _blob(folder, b"format: 1\n")
    names = (
        "..",
        ".git",
        "a\nb.yaml",
        "\x1b[31m.yaml",
        "AZE.yaml ",
        "x" * 3000 + ".yaml",
        "CON",
        "-rf.yaml",
        "\\..\\x.yaml",
        "é.yaml",
    )
    raw = b"".join(
        b"100644 " + name.encode() + b"\0" + bytes.fromhex(blob) for name in sorted(set(random.choices(names, k=4)))
    )
    raw += b"120000 GEO.yaml\0" + bytes.fromhex(_blob(folder, b"/etc/passwd"))
    made = git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)
    _tree(folder, f"040000 tree {made}\tprofiles\0".encode())


def _crowd(_: Random, folder: Path) -> None:
    blob = _blob(folder, b"format: 1\n")
    raw = b"".join(b"100644 %06d.yaml\0" % number + bytes.fromhex(blob) for number in range(20_000))
    made = git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)
    _tree(folder, f"040000 tree {made}\tprofiles\0".encode())


def _large(_: Random, folder: Path) -> None:
    blob = _blob(folder, b"# " + b"x" * 30_000_000)
    _tree(
        folder,
        f"040000 tree {git(folder, 'mktree', given=f'100644 blob {blob}	AZE.yaml'.encode())}\tprofiles\0".encode(),
    )


def _deep(_: Random, folder: Path) -> None:
    made = _blob(folder, b"x")
    kind = "100644 blob"
    for _number in range(200):
        made = git(folder, "mktree", given=f"{kind} {made}\tprofiles".encode())
        kind = "040000 tree"
    _tree(folder, f"040000 tree {made}\tprofiles\0".encode())


def _commits(random: Random, folder: Path) -> None:
    tree = git(folder, "rev-parse", "HEAD^{tree}")
    day = random.choice(("-99999999999", "99999999999999999999", "0", "253402300800", "abc", "9223372036854775807"))
    raw = f"tree {tree}\nauthor a\nb <a> {day} +9999\ncommitter \x1b[31m <> {day} -9999\nencoding x\ngpgsig a\n\n\xff\n"
    made = git(folder, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=raw.encode("latin-1"))
    git(folder, "update-ref", random.choice(("refs/heads/evil", "HEAD")), made)


def _history(random: Random, folder: Path) -> None:
    """Hundreds of commits, merges of many parents among them, in one stream."""
    stream = []
    for number in range(1, 400):
        stream.append(
            f"commit refs/heads/long\nmark :{number}\ncommitter a <a> {number * random.randrange(1, 9)} +0000\n"
        )
        stream.append("data 1\nx\n" + (f"from :{number - 1}\n" if number > 1 else ""))
        if number > 20 and number % 7 == 0:
            stream += [f"merge :{number - back}\n" for back in range(2, 18)]
        body = f"format: 1\ncountry: AZE\n# {number}\n"
        stream.append(f"M 100644 inline profiles/AZE.yaml\ndata {len(body)}\n{body}\n")
    git(folder, "fast-import", "--quiet", "--force", given="".join(stream).encode())
    git(folder, "update-ref", "refs/heads/main", "refs/heads/long")


def _damaged(random: Random, folder: Path) -> None:
    objects = sorted(path for path in (folder / ".git" / "objects").rglob("*") if path.is_file())
    for path in random.sample(objects, k=min(3, len(objects))):
        path.chmod(0o644)
        path.write_bytes(anything(random, path.read_bytes()))


def _damaged_refs(random: Random, folder: Path) -> None:
    places = ("HEAD", "refs/heads/main", "index", "packed-refs", "shallow", "objects/info/alternates", "config")
    path = folder / ".git" / random.choice(places)
    data = path.read_bytes() if path.exists() else b"/etc\n../../..\n" + b"f" * 40 + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(anything(random, data))


def _worktree(random: Random, folder: Path) -> None:
    git(folder, "config", "core.worktree", random.choice(("/", "/etc", "..", "profiles", "/dev/null")))


def _partial(random: Random, folder: Path) -> None:
    """A clone without the files, or without the history, in place of the repository."""
    clone = folder.parent / "clone"
    git(folder, "config", "uploadpack.allowFilter", "true")
    how = random.choice(
        (("--filter=blob:none",), ("--filter=tree:0",), ("--depth=1",), ("--shared",), ("--single-branch",))
    )
    git(folder, "clone", "--quiet", "--no-checkout", *how, f"file://{folder}", str(clone))
    if (clone / ".git").exists():
        (folder / ".git").rename(folder.parent / "origin")
        (clone / ".git").rename(folder / ".git")


def _bare(_: Random, folder: Path) -> None:
    """The folder as a bare repository inside a checkout."""
    for name in ("HEAD", "config", "objects", "refs"):
        (folder / ".git" / name).rename(folder / name)
    (folder / "config").write_text(f"[core]\n\tbare = true\n\tfsmonitor = {_program(folder)}\n")


REPOSITORIES: dict[str, Callable[[Random, Path], None]] = {
    "attributes": _attributes,
    "bare": _bare,
    "commits": _commits,
    "config": _config,
    "crowd": _crowd,
    "damaged": _damaged,
    "damaged refs": _damaged_refs,
    "deep": _deep,
    "history": _history,
    "hooks": _hooks,
    "large": _large,
    "names": _names,
    "partial": _partial,
    "replaced": _replaced,
    "submodule": _submodule,
    "worktree": _worktree,
}
