"""How much of the published results the scores reproduce, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.text.numbers import count, first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.analysis.reproduction import Reproduced

SHOWN = 5  # rows that do not fit, listed per column


def summary(found: Sequence[Reproduced]) -> str:
    """One line, such as `index 191 of 191 at 1 decimal, ranks 191, hazard 150 of 191`."""
    parts = []
    for one in found:
        figure = str(one.of) if one.holds and one.decimals is None else f"{one.fit} of {one.of}"
        is_first = one.decimals is not None and not any(
            other.decimals is not None for other in found[: found.index(one)]
        )
        decimals = f" at {count(one.decimals, 'decimal')}" if is_first and one.decimals is not None else ""
        parts.append(f"{one.what} {figure}{decimals}")
    return ", ".join(parts)


def misfit_lines(found: Sequence[Reproduced], names: Mapping[str, str]) -> list[str]:
    """The rows that do not fit, the first few of each column; names: by code."""
    lines = []
    for one in found:
        if not one.holds:
            rows = [
                f"{names.get(row.country, row.country)} {row.published}, scored {row.scored} ({row.place})"
                for row in one.misfits
            ]
            lines.append(f"{one.what}: {first(rows, SHOWN)}.")
    return lines
