"""Reading the reviews of profiles, with the problems of all files.

No score, digest of a profile or id depends on them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from scoring.errors import Problem, Violation, nearest
from scoring.files import git, reader
from scoring.files.disk import IMPORT, SUFFIX, files_in, opened, shown, yaml_below
from scoring.files.folders import reviews_folder
from scoring.files.load import is_profile, profile_files, register_in, whole_profiles_in_tables
from scoring.model.fields import FrozenDict, is_later
from scoring.model.profile import Profile, Source, Statement
from scoring.model.review import CountryReviews, ReviewFile, statement_digest, statement_digests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from scoring.files.disk import File
    from scoring.model.kinds import LeafIndicator
    from scoring.model.review import Judgement, Review
    from scoring.model.rubric import RuleBook

_OF_DISPUTES = ("codes", "source", "answer")
MAX_PARSED = 8 * 2**20  # bytes of old versions of a profile that are parsed, which takes about three seconds


class ReadReviews(NamedTuple):
    """The reviews of one country with the file that has them, and the profile as its file has it."""

    file: File
    document: ReviewFile
    profile: Profile

    @property
    def value(self) -> CountryReviews:
        """The reviews beside the statements as they are now."""
        return CountryReviews(self.document.reviews, FrozenDict(statement_digests(self.profile)))


def load_reviews(
    profiles: Path, book: RuleBook, countries: Collection[str] | None = None
) -> tuple[dict[str, CountryReviews], tuple[Problem, ...]]:
    """The reviews beside a folder of profiles: country -> reviews, and the problems of files with errors.

    Args:
        profiles: The folder of the profiles. Without a folder `reviews` beside it there are no reviews.
        book: The rubric, with those beside it.
        countries: Only of these; by default of all.
    """
    read, problems = read_reviews(profiles, book, countries)
    return {one.document.country: one.value for one in read}, problems


def read_reviews(
    profiles: Path, book: RuleBook, countries: Collection[str] | None = None
) -> tuple[list[ReadReviews], tuple[Problem, ...]]:
    """The same with the files. Of a profile with errors the reviews are left out: its own errors are reported."""
    folder = reviews_folder(profiles)
    if not os.path.lexists(folder) or os.path.realpath(folder) == os.path.realpath(profiles):
        return [], ()
    files, problems = files_in(folder)
    message = f"is not read; move it to {shown(folder)} itself"
    problems += (Problem(shown(path), 1, 1, "", message, "file-name") for path in yaml_below(folder))
    wanted = [file for file in files if countries is None or file.stem in countries]
    in_tables = _in_tables(profiles, book, {file.stem for file in wanted})
    read = [(file, review_of(file, profiles, book, in_tables)) for file in wanted]
    problems += (problem for file, _ in read for problem in file.problems)
    return [one for _, one in read if one], tuple(problems)


def review_of(
    file: File, profiles: Path, book: RuleBook, in_tables: Mapping[str, Profile] | None = None
) -> ReadReviews | None:
    """The reviews in a file; None, with problems added to the file, if it has errors.

    in_tables: The profiles in tables of the folder, by country; by default they are read.
    """
    found = _in_tables(profiles, book, {file.stem}) if in_tables is None else in_tables
    has_profile = os.path.lexists(profiles / f"{file.stem}{SUFFIX}") or file.stem in found
    profile = _whole(profiles, file.stem) or found.get(file.stem)

    def errors(document: ReviewFile) -> Iterator[Violation]:
        if document.country != file.stem:
            message = f"{document.country!r} differs from the file name; name the file {document.country}{SUFFIX}"
            yield Violation(("country",), message, "file-name")
        elif not has_profile:
            message = f"{document.country!r} has no profile in {shown(profiles)}; add it, or remove the reviews"
            yield Violation(("country",), message, "unknown-statement")
        yield from review_errors(document, profile, {**book.beside, **book.leaves})

    document = file.parse(ReviewFile, errors)
    return None if document is None or profile is None or file.problems else ReadReviews(file, document, profile)


def whole_profile(profiles: Path, book: RuleBook, country: str) -> Profile:
    """The profile of a country, which has no errors, with the codes of all rubrics."""
    return _whole(profiles, country) or _in_tables(profiles, book, {country})[country]


def _whole(profiles: Path, country: str) -> Profile | None:
    """The profile of a country with the codes of all rubrics; None if it has errors, or no file of its own."""
    path = profiles / f"{country}{SUFFIX}"
    return opened(path).parse(Profile) if os.path.lexists(path) else None


def _in_tables(profiles: Path, book: RuleBook, countries: Collection[str]) -> dict[str, Profile]:
    """The profiles in tables of a folder, if some of the countries have no file of their own."""
    if all(os.path.lexists(profiles / f"{country}{SUFFIX}") for country in countries):
        return {}
    files, _ = profile_files(profiles)
    if not any(file.base.endswith(IMPORT) for file in files):
        return {}
    own = {file.stem for file in files if is_profile(file)}
    found, _ = whole_profiles_in_tables(files, book, register_in(profiles)[0], own)
    return {profile.country: profile for profile in found}


# -- errors ------------------------------------------------------------------------------------------------------------


def review_errors(
    document: ReviewFile, profile: Profile | None, indicators: Mapping[str, LeafIndicator]
) -> Iterator[Violation]:
    """The errors of reviews, on their own and with respect to profile and rubrics.

    Args:
        document: The reviews.
        profile: The profile; None if it is not known, and ids of statements are not checked.
        indicators: Those of all rubrics in the folder.
    """
    seen: set[tuple[str, str]] = set()
    for position, review in enumerate(document.reviews):
        path = ("reviews", position)
        if (review.reviewer, review.on) in seen:
            message = f"{review.reviewer} has another review of {review.on}; write both as one"
            yield Violation((*path, "reviewer"), message, "duplicate-id")
        seen.add((review.reviewer, review.on))
        if not review.statements and not review.missing:
            yield Violation(path, "says nothing; add statements or missing", "missing-key")
        yield from _below(path, _errors(review, profile, indicators))


def _errors(review: Review, profile: Profile | None, indicators: Mapping[str, LeafIndicator]) -> Iterator[Violation]:
    """The errors of one review; paths are relative to it."""
    known = None if profile is None else sorted(statement.id for statement in profile.statements)
    for name, judgement in review.statements.items():
        path = ("statements", name)
        if known is not None and name not in known:
            message = f"unknown statement {name!r}; {nearest(name, known, 'statements')}"
            yield Violation(path, message, "unknown-statement", at_key=True)
        yield from _below(path, _judgement_errors(judgement, indicators))
        yield from _below(path, _answer_errors(review, judgement.answer))
    for position, missing in enumerate(review.missing):
        if missing.indicator not in indicators:
            yield Violation(("missing", position, "indicator"), *_unknown_indicator(missing.indicator, indicators))
        yield from _below(("missing", position), _answer_errors(review, missing.answer))


def _unknown_indicator(name: str, indicators: Mapping[str, LeafIndicator]) -> tuple[str, Any]:
    hint = nearest(name, sorted(indicators), "indicators")
    return f"unknown indicator {name!r}; {hint}", "unknown-indicator"


def _judgement_errors(judgement: Judgement, indicators: Mapping[str, LeafIndicator]) -> Iterator[Violation]:
    if judgement.says == "dispute" and judgement.why is None:
        yield Violation(("why",), "is missing; a dispute needs its reason", "missing-key")
    for key in _OF_DISPUTES if judgement.says == "agree" else ():
        if getattr(judgement, key) is not None:
            message = "belongs to a dispute; write `says: dispute`, or remove it"
            yield Violation((key,), message, "not-allowed", at_key=True)
    for name, code in (judgement.codes or {}).items():
        if name in indicators:
            yield from _below(("codes", name), indicators[name].code_errors(code))
        else:
            yield Violation(("codes", name), *_unknown_indicator(name, indicators), at_key=True)


def _answer_errors(review: Review, answer: Any) -> Iterator[Violation]:
    if answer is not None and is_later(review.on, answer.on):
        message = f"{answer.on} is before {review.on}, the day of the review; correct one of the two"
        yield Violation(("answer", "on"), message, "impossible-date")


def _below(path: tuple[str | int, ...], violations: Iterable[Violation]) -> Iterator[Violation]:
    """Violations with paths relative to `path`, as violations of what is above."""
    return (replace(violation, path=(*path, *violation.path)) for violation in violations)


# -- warnings, and the versions in git ---------------------------------------------------------------------------------


def review_problems(read: ReadReviews, profiles: Path) -> tuple[Problem, ...]:
    """What `validate` says of reviews without errors.

    A digest that no version of the statement in git has is an error; without a complete history of the profile this
    cannot be known. Warnings are statements that were edited or withdrawn since they were read, and disputes that were
    upheld while the statement stays as it was.
    """
    value, errors, warnings = read.value, [], []
    withdrawn = {statement.id for statement in read.profile.statements if statement.withdrawn}
    stale = {
        (name, judgement.digest)
        for review in value.reviews
        for name, judgement in review.statements.items()
        if name not in withdrawn and value.is_void(name, judgement)
    }
    unknown = stale - _committed(profiles, read.document.country, stale) if stale else set()
    for position, review in enumerate(value.reviews):
        for name, judgement in review.statements.items():
            path = ("reviews", position, "statements", name)
            if (name, judgement.digest) in unknown:
                message = (
                    f"{judgement.digest} is the digest neither of the statement ({value.digests[name]}) nor of a "
                    "version of it in git; read the statement again"
                )
                errors.append(Violation((*path, "digest"), message, "unknown-digest"))
            elif value.is_void(name, judgement):
                since = "withdrawn" if name in withdrawn else "edited"
                message = f"the statement was {since} since {review.on}, so that this review of it is void"
                warnings.append(Violation((*path, "digest"), message, "void-review"))
            elif judgement.answer is not None and judgement.answer.says == "upheld":
                message = f"upheld on {judgement.answer.on}, but the statement is as it was; edit or withdraw it"
                warnings.append(Violation((*path, "answer"), message, "upheld"))
    return (*read.file.located(errors), *read.file.located(warnings, "warning"))


def _committed(profiles: Path, country: str, wanted: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of some statements have had these digests in git; all of them where the history cannot tell."""
    versions, is_all = git.versions_of(profiles, f"{country}{SUFFIX}")
    found: set[tuple[str, str]] = set()
    left = MAX_PARSED
    for version in versions:
        left -= len(version.data)
        if left < 0 or found == wanted:
            break
        found |= _old_digests(version.data, {name for name, _ in wanted}) & set(wanted)
    is_searched = versions and is_all and left >= 0 and not git.earlier_names(profiles)
    return found if is_searched else set(wanted)


def _old_digests(data: bytes, names: Collection[str]) -> set[tuple[str, str]]:
    """Id and digest of some statements in an old version of a profile; none of what is no longer valid there."""
    text = reader.decode(data, "")
    read = reader.read(text, "")[0] if isinstance(text, str) else None
    document: dict[str, Any] = read if isinstance(read, dict) else {}
    sources: Any = document.get("sources")
    listed = document.get("statements")
    found: set[tuple[str, str]] = set()
    for one in listed if isinstance(listed, list) and isinstance(sources, dict) else ():
        if isinstance(one, dict) and one.get("id") in names:
            try:
                statement = Statement.model_validate(one)
                source = Source.model_validate(sources.get(statement.source))
            except ValidationError:
                continue
            found.add((statement.id, statement_digest(statement, source)))
    return found
