"""The two kinds of arrays of real numbers that the engine computes with."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
"""Figures."""
Singles: TypeAlias = NDArray[np.float32]
"""Simulated values."""
