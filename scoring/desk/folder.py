"""A folder of profiles that the desk reads and edits, and that others may edit at the same time."""

from __future__ import annotations

import difflib
import hashlib
import itertools
import stat
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.change.edit import Peer, peer
from scoring.drafting.proposals import index_of
from scoring.errors import InputError
from scoring.files import editing, reader, writing
from scoring.files.disk import CODERS_FILE, PUBLISHERS_FILE, File
from scoring.files.load import (
    coders_of,
    is_profile,
    load_rubric,
    profile_files,
    profile_of,
    profile_warnings,
    register_of,
)
from scoring.index.scenario import Scenario
from scoring.model.profile import edition_days
from scoring.uncertainty.simulation import settings_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from scoring.drafting.proposals import Index
    from scoring.errors import Problem
    from scoring.index.assessment import Assessment
    from scoring.model.coders import Coders
    from scoring.model.profile import Profile
    from scoring.model.publishers import Register
    from scoring.model.rubric import RuleBook
    from scoring.uncertainty.draws import Settings

VERSIONS = 200  # contents of files kept in memory, to show what changed meanwhile; a profile has about 100 KiB
UNDONE = 50  # saves that can be undone


class Read(NamedTuple):
    """A profile as it was read."""

    file: File
    profile: Profile | None
    """None if the file has errors."""
    problems: tuple[Problem, ...]

    @property
    def version(self) -> str:
        """What identifies the content of the file."""
        return version_of(self.file.data or b"")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The folder as it was read."""

    book: RuleBook
    read: Mapping[str, Read]
    """By country."""
    register: Register | None
    register_file: File | None
    coders: Coders | None
    problems: tuple[Problem, ...]
    """Those of the folder; each profile has its own."""

    def of(self, country: str) -> Read:
        """The profile of a country that the folder has."""
        return self.read[country]

    def data(self, name: str) -> bytes:
        """The content of a file of the folder."""
        if name == PUBLISHERS_FILE:
            return (self.register_file.data if self.register_file else None) or b""
        return self.read[name.partition(".")[0]].file.data or b""

    def document(self, country: str) -> dict[str, Any]:
        """The profile of a country as YAML reads it, with the codes of all rubrics."""
        return document_of(self.of(country).file.data or b"")

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Those of the folder and of its profiles."""
        return (*self.problems, *(problem for one in self.read.values() for problem in one.problems))

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles without errors."""
        return tuple(one.profile for one in self.read.values() if one.profile)


@dataclass(frozen=True)
class Edit:
    """What a form would change in a profile."""

    country: str
    version: str
    """Of the file when the form was opened."""
    adds: tuple[str, ...] = ()
    """What must not exist yet: `statement`, `source`."""
    statement: Mapping[str, Any] | None = None
    """All its keys, as YAML reads them."""
    source: tuple[str, Mapping[str, Any]] | None = None
    """Id and keys."""
    publisher: tuple[str, Mapping[str, Any]] | None = None
    """Name and keys, of a publisher that the register does not have yet."""
    reading: tuple[str, str, Mapping[str, Any]] | None = None
    """Coder, id of the statement and codes."""


class Edited(NamedTuple):
    """An edit in the text of the files."""

    files: Mapping[str, bytes]
    """Name -> new content."""
    profile: Profile | None
    """None if there are errors."""
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    """Those about what was edited."""


class Saved(NamedTuple):
    """A save that can be undone."""

    number: int
    country: str
    what: str
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]

    @property
    def differences(self) -> dict[str, str]:
        """Name of a file -> the lines that changed."""
        return {name: difference(self.before[name], self.after[name], name) for name in self.after}


class RefusedError(Exception):
    """The edit cannot be made; nothing was written."""


class ChangedMeanwhileError(Exception):
    """The file was changed after the form was opened."""

    def __init__(self, opened: bytes | None, now: bytes) -> None:
        super().__init__("the file was changed after the form was opened")
        self.opened, self.now = opened, now


class Folder:
    """Reads the folder at each request, and writes it; only what changed is read anew."""

    def __init__(self, rubric: Path, profiles: Path, day: dt.date | None = None) -> None:
        book, problems = load_rubric(rubric)
        if book is None:
            raise InputError(problems)
        self.book, self.path, self.day = book, profiles, day
        self.settings: Settings = settings_of(Scenario(book, ()))
        self.saves: list[Saved] = []
        """Those that can be undone, the last one last."""
        self._numbers = itertools.count()
        self._lock = threading.RLock()
        self._read: dict[str, Read] = {}
        self._register: tuple[bytes, Register | None, tuple[Problem, ...]] = (b"", None, ())
        self._coders: tuple[bytes, Coders | None, tuple[Problem, ...]] = (b"", None, ())
        self._versions: OrderedDict[str, bytes] = OrderedDict()
        self._words: tuple[tuple[Profile, ...], Index] | None = None
        self._peers: dict[str, tuple[Profile, Peer]] = {}
        self._assessments: dict[tuple[str, dt.date | None], tuple[Profile, Assessment]] = {}

    # -- reading -------------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The folder as it is now."""
        with self._lock:
            files, problems = profile_files(self.path)
            register_file = next((file for file in files if file.base == PUBLISHERS_FILE), None)
            coders_file = next((file for file in files if file.base == CODERS_FILE), None)
            register_changed = self._read_register(register_file) | self._read_coders(coders_file)
            read: dict[str, Read] = {}
            for file in filter(is_profile, files):
                known = self._read.get(file.stem)
                is_known = known is not None and known.file.data == file.data and not register_changed
                read[file.stem] = known if is_known and known else self._parsed(file)
            self._read = read
            _, register, wrong = self._register
            _, coders, wrong_coders = self._coders
            wrong = (*wrong, *wrong_coders)
            return Snapshot(self.book, dict(read), register, register_file, coders, (*problems, *wrong))

    def _read_register(self, file: File | None) -> bool:
        """Read the register if it changed, and say whether it did."""
        data = (file.data or b"") if file else b""
        if data == self._register[0]:
            return False
        register, problems = register_of(file) if file else (None, ())
        self._register = data, register, problems
        return True

    def _read_coders(self, file: File | None) -> bool:
        """Read the register of coders if it changed, and say whether it did."""
        data = (file.data or b"") if file else b""
        if data == self._coders[0]:
            return False
        coders, problems = coders_of(file, self.book) if file else (None, ())
        self._coders = data, coders, problems
        return True

    def _parsed(self, file: File) -> Read:
        profile, problems = profile_of(file, self.book, self._register[1], self._coders[1])
        data = file.data or b""
        self._versions[version_of(data)] = data
        while len(self._versions) > max(VERSIONS, len(self._read)):
            self._versions.popitem(last=False)
        return Read(file, profile, problems)

    # -- scores --------------------------------------------------------------------------------------------------------

    def scenario(self, profile: Profile, day: dt.date | None = None) -> Scenario:
        """One country, whose figures are those that it has among others, on a day, by default that of the desk."""
        return Scenario(self.book, (profile,)).on(day or self.day)

    def assessment(self, profile: Profile, day: dt.date | None = None) -> Assessment:
        """One country alone on a day, by default that of the desk."""
        key = profile.country, day or self.day
        known = self._assessments.get(key)
        if known is None or known[0] is not profile:
            known = profile, self.scenario(profile, day).assess()
            self._assessments[key] = known
        return known[1]

    def peers(self, snapshot: Snapshot, of: Profile | None = None) -> list[Peer]:
        """The countries with draws of their index: all, or the others that face the same actor as one."""
        found = []
        for profile in snapshot.profiles:
            if of is not None and (profile.country == of.country or profile.actor != of.actor):
                continue
            if self.day is not None and not has_edition(profile, self.day):
                continue
            known = self._peers.get(profile.country)
            if known is None or known[0] is not profile:
                known = profile, peer(self.assessment(profile), self.settings)
                self._peers[profile.country] = known
            found.append(known[1])
        return found

    # -- writing -------------------------------------------------------------------------------------------------------

    def edited(self, snapshot: Snapshot, edit: Edit) -> Edited:
        """An edit in the text of the files, with what the engine says of it; nothing is written.

        Raises:
            RefusedError: It would replace what it should add, repeat a statement, or cannot be made in this text.
        """
        read = snapshot.of(edit.country)
        _refuse_repetition(edit, snapshot.document(edit.country))
        if snapshot.register_file is not None and snapshot.register is None:
            message = f"{PUBLISHERS_FILE} has errors; they are listed on the page of all countries"
            raise RefusedError(message)
        files: dict[str, bytes] = {}
        register = snapshot.register
        errors: list[Problem] = []
        if edit.publisher is not None and snapshot.register_file is not None:
            name, keys = edit.publisher
            data = editing.with_publisher(snapshot.register_file.data or b"", name, keys)
            file = File(PUBLISHERS_FILE, snapshot.register_file.name, data)
            register, wrong = register_of(file)
            errors += wrong
            files[PUBLISHERS_FILE] = data
        old = read.file.data or b""
        data = _text(old, edit, self._place(snapshot, edit))
        file = File(read.file.base, read.file.name, data)
        profile, problems = profile_of(file, self.book, register, snapshot.coders)
        errors += problems
        if profile is None:
            return Edited({}, None, tuple(errors), ())
        document = document_of(data)
        if not _is_edited_alone(document_of(old), document, edit):
            message = f"{read.file.name} is written in a way that the desk cannot edit here; edit this place by hand"
            raise RefusedError(message)
        if data != old:
            files[file.base] = data
        mine = (one for one in profile_warnings(file, profile, self.book) if _is_about(one, edit, document))
        return Edited(files, profile, tuple(errors), tuple(mine))

    def _place(self, snapshot: Snapshot, edit: Edit) -> str | None:
        """The statement behind which a new one stands: the last one of the same pillar."""

        def pillars(codes: Mapping[str, Any]) -> set[str]:
            return {self.book.pillar_of[name].id for name in codes if name in self.book.leaves}

        own = pillars((edit.statement or {}).get("codes") or {})
        profile = snapshot.of(edit.country).profile
        statements = profile.statements if profile else ()
        return next((one.id for one in reversed(statements) if own & pillars(one.counted)), None)

    def save(self, edit: Edit, what: str) -> Saved | Edited:
        """Write an edit; if it has errors, they are returned and nothing is written.

        Raises:
            ChangedMeanwhileError: The file is not the one for which the form was opened.
            RefusedError: As `edited`, or the file is gone.
            OSError: It cannot be written.
        """
        with self._lock:
            snapshot = self.snapshot()
            if edit.country not in snapshot.read:
                message = f"the file of {edit.country} is gone"
                raise RefusedError(message)
            now = snapshot.of(edit.country)
            if now.version != edit.version:
                raise ChangedMeanwhileError(self._versions.get(edit.version), now.file.data or b"")
            edited = self.edited(snapshot, edit)
            if edited.errors:
                return edited
            for name in edited.files:
                if not (self.path / name).stat().st_mode & stat.S_IWUSR:
                    message = f"{name} is read-only"
                    raise RefusedError(message)
            before = {name: snapshot.data(name) for name in edited.files}
            writing.write_all(edited.files, self.path)
            saved = Saved(next(self._numbers), edit.country, what, before, edited.files)
            self.saves.append(saved)
            del self.saves[:-UNDONE]
            return saved

    def save_reading(self, edit: Edit) -> Saved | Edited:
        """Write the reading of a coder, also where other places of the file changed since the form was opened."""
        with self._lock:
            now = replace(edit, version=self.snapshot().of(edit.country).version)
            return self.save(now, reading_by(edit.reading[0] if edit.reading else ""))

    def words(self, snapshot: Snapshot) -> Index:
        """The words by which indicators are proposed, counted once for the same profiles."""
        if self._words is None or self._words[0] != snapshot.profiles:
            self._words = snapshot.profiles, index_of(self.book, snapshot.profiles)
        return self._words[1]

    def undo(self, number: int) -> Saved:
        """Write back what stood before the last save.

        Args:
            number: That of the last save, so that no other is undone by mistake.

        Raises:
            RefusedError: It is not the last save, or its file was changed since.
            OSError: A file cannot be read or written.
        """
        with self._lock:
            if not self.saves or self.saves[-1].number != number:
                message = "this is not the last save, or it was undone already"
                raise RefusedError(message)
            last = self.saves[-1]
            if any((self.path / name).read_bytes() != data for name, data in last.after.items()):
                message = f"{', '.join(last.after)} was changed after this save; undo it by hand, or with git"
                raise RefusedError(message)
            writing.write_all(last.before, self.path)
            return self.saves.pop()


def _refuse_repetition(edit: Edit, document: Mapping[str, Any]) -> None:
    """Raise RefusedError for an id that is taken, and for a text that another statement has."""
    statements = document.get("statements") or ()
    if "source" in edit.adds and edit.source and edit.source[0] in (document.get("sources") or {}):
        message = f"a source has the id {edit.source[0]} already; choose that source, or leave the id empty"
        raise RefusedError(message)
    statement = edit.statement
    if statement is None:
        return
    others = [one for one in statements if one["id"] != statement["id"]]
    if "statement" in edit.adds and len(others) < len(statements):
        message = f"a statement has the id {statement['id']} already; leave the id empty, or choose another"
        raise RefusedError(message)
    same = next((one["id"] for one in others if _squeezed(one) == _squeezed(statement)), None)
    if same is not None and "same_as" not in statement:
        message = f"{same} has the same text already; if a second source reports the fact, write {same} as same fact"
        raise RefusedError(message)


def _squeezed(statement: Mapping[str, Any]) -> str:
    """The text of a statement, to be compared with others."""
    return " ".join(str(statement.get("text", "")).casefold().split())


def reading_by(coder: str) -> str:
    """What a save of a reading is called."""
    return f"a reading by {coder}"


def has_edition(profile: Profile, day: dt.date) -> bool:
    """Whether evidence on a country was collected by a day; without it, it has no figures on that day."""
    return edition_days(profile)[0] <= day


def version_of(data: bytes) -> str:
    """What identifies the content of a file."""
    return hashlib.sha256(data).hexdigest()[:16]


@lru_cache(maxsize=8)  # a save asks for the contents before and after it several times
def document_of(data: bytes) -> dict[str, Any]:
    """A profile as YAML reads it; not to be changed."""
    document: Any = reader.read(reader.as_text(data), "")[0]
    return document if isinstance(document, dict) else {}


def difference(before: bytes, after: bytes, name: str) -> str:
    """The lines that differ between two contents of a file, each with two lines around it."""
    old, new = (data.decode(errors="replace").splitlines(keepends=True) for data in (before, after))
    lines = difflib.unified_diff(old, new, f"{name} before", f"{name} now", n=2)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _text(data: bytes, edit: Edit, after: str | None) -> bytes:
    if edit.source is not None:
        data = editing.with_source(data, *edit.source)
    if edit.statement is not None:
        data = editing.with_statement(data, edit.statement, after)
    if edit.reading is not None:
        coder, statement, codes = edit.reading
        data, _ = editing.with_readings(data, coder, {statement: codes})
    return data


def _is_edited_alone(before: dict[str, Any], after: dict[str, Any], edit: Edit) -> bool:
    """Whether two documents differ in what was edited, and in nothing else."""
    expected, found = dict(before), dict(after)
    if edit.source is not None:
        name, source = edit.source
        expected["sources"] = {**(before.get("sources") or {}), name: dict(source)}
    old, new = (list(one.pop("statements", None) or ()) for one in (expected, found))
    if edit.statement is not None:
        statement = dict(edit.statement)
        place = next((at for at, one in enumerate(old) if one["id"] == statement["id"]), None)
        place = next((at for at, one in enumerate(new) if one["id"] == statement["id"]), 0) if place is None else place
        old[place : place + (len(old) == len(new))] = [statement]
    if edit.reading is not None:
        coder, name, codes = edit.reading
        place = next(at for at, one in enumerate(old) if one["id"] == name)
        coders = old[place].get("coders") or {}
        old[place] = {**old[place], "coders": {**coders, coder: {**coders.get(coder, {}), **codes}}}
    return expected == found and old == new


def _is_about(problem: Problem, edit: Edit, document: dict[str, Any]) -> bool:
    """Whether a problem is about what was edited."""
    if edit.source and problem.path.startswith(f"sources.{edit.source[0]}"):
        return True
    name = edit.statement["id"] if edit.statement else edit.reading[1] if edit.reading else None
    place = next((at for at, one in enumerate(document["statements"]) if one["id"] == name), None)
    return problem.path.startswith(f"statements[{place}]")
