"""How much of the past may be read and scored for one command."""

from __future__ import annotations

MAX_PAST = 8_000  # past profiles that are read or scored: 200 revisions of 20 countries, read and scored
SIMULATION_COST = 10  # profiles that are read or scored in the time of simulating one country


class Budget:
    """A limit on the work for a report, in units of one profile read or scored."""

    def __init__(self, most: int) -> None:
        self.most = self.left = most
        self.refused = False

    def spend(self, cost: int = 1) -> bool:
        """Take the cost from the budget; False if nothing was left."""
        if self.left <= 0:
            self.refused = True
            return False
        self.left -= cost
        return True
