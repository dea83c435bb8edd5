"""Types of arrays."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
"""Scores and other figures, in double precision."""
Singles: TypeAlias = NDArray[np.float32]
"""Simulated values, in single precision to save memory."""
