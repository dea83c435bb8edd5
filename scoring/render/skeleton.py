"""The profile skeleton that `scoring new` prints: every question of the rubric as a comment."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from scoring.model.countries import country_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.model.kinds import LeafIndicator
    from scoring.model.rubric import RuleBook

WIDTH = 118


def skeleton(country: str, name: str | None, actor: str | None, as_of: str, book: RuleBook) -> str:
    """A valid profile without statements; comments list the questions and codes of the rubric."""
    lines = [
        "# yaml-language-server: $schema=../schemas/profile.schema.json",
        f"# {name or country_name(country)}: evidence, coded by the rubric {book.rubric.id} {book.rubric.version}",
        "format: 1",
        f"country: {country}",
        *([f"name: {json.dumps(name, ensure_ascii=False)}"] if name else []),
        *([f"actor: {actor}"] if actor else []),
        f"as_of: {as_of}",
        "",
        "# List each source once; reliability A (reliable) to E (unreliable), F cannot be judged.",
        "# sources:",
        "#   report-2017:",
        "#     title: Annual report 2017",
        "#     publisher: Its publisher",
        "#     reliability: A",
        "#     url: https://www.example.org/report",
        f"#     accessed: {as_of}",
        "sources: {}",
        "",
        "# Write each statement in your own words; credibility 1 (confirmed) to 5 (improbable), 6 cannot be judged.",
        "# statements:",
        "#   - id: report-2017-first",
        "#     text: One fact that the report states.",
        "#     source: report-2017",
        "#     locator: Page 12",
        "#     date: 2017-06-30",
        "#     credibility: 2",
        "#     confidence: moderate",
        "#     codes: {indicator: code}        # or context: true",
        "statements: []",
    ]
    for pillar in book.pillars:
        lines += ["", *_comment(pillar.title, "# ")]
        for leaf in pillar.leaves.values():
            lines += ["#", *_question(leaf)]
    return "\n".join(lines) + "\n"


def _question(leaf: LeafIndicator) -> Iterator[str]:
    yield from _comment(f"{leaf.id}: {leaf.question}", "# ")
    if leaf.guidance:
        yield from _comment(leaf.guidance, "#   ")
    for code, anchor in leaf.examples():
        text = leaf.written_out(anchor)
        yield from _comment(f"{leaf.id}: {code}  ({text})" if text else f"{leaf.id}: {code}", "#     ")


def _comment(text: str, prefix: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=prefix, subsequent_indent=f"{prefix}  ", break_long_words=False)
