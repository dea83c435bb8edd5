"""The pages on all countries and on their sources, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.render.wording import GENERATED
from scoring.text.markdown import linked, plain
from scoring.text.table import as_markdown

if TYPE_CHECKING:
    from scoring.index.assessment import Assessment


def countries_page(assessment: Assessment) -> str:
    """The table of all countries, with links to their pages."""
    tables = assessment.tables()
    links = ", ".join(f"[{profile.title}]({profile.country}.md)" for profile in assessment.profiles)
    return "\n".join([GENERATED, "# Countries", "", links + ".", "", *map(as_markdown, tables)]).rstrip() + "\n"


def sources_page(assessment: Assessment) -> str:
    """The sources of each profile: title, publisher, grade, uses and the day of access."""
    pillar_of = assessment.book.pillar_of
    sources = [source for profile in assessment.profiles for source in profile.sources.values()]
    publishers = len({source.publisher for source in sources})
    has_reasons = all(source.note for source in sources if source.reliability != "B")
    lines = [
        GENERATED,
        "# Sources",
        "",
        f"{len(sources)} sources of {publishers} publishers. Used for: pillars, with the number of statements. Grades:",
        "A reliable, B usually, C fairly, D not usually, E unreliable, F cannot be judged"
        + ("; the profile gives the\nreason for a grade other than B." if has_reasons else "."),
        "",
    ]
    columns = ("Source", "Publisher", "Grade", "Used for", "Accessed")
    for profile in assessment.profiles:
        lines += [
            f"## {plain(profile.title)}",
            "",
            f"| {' | '.join(columns)} |",
            "|" + " --- |" * len(columns),
        ]
        for name, source in sorted(profile.sources.items()):
            used: dict[str, int] = {}
            for statement in profile.statements:
                if statement.source == name:
                    pillars = {pillar_of[name].title for name in statement.counted} or {"context"}
                    for pillar in {"withdrawn"} if statement.withdrawn else pillars:
                        used[pillar] = used.get(pillar, 0) + 1
            uses = plain(", ".join(f"{pillar} {times}" for pillar, times in sorted(used.items())))
            cells = (
                linked(source.title, source.url),
                plain(source.publisher),
                source.reliability,
                uses,
                source.accessed or "",
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
