"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(data: bytes, path: Path) -> None:
    """Write beside the file and move into place: the old file or the new one, never half of it.

    A process killed in between leaves the old file, and beside it a hidden one that nothing reads.

    Raises:
        OSError: it cannot be written; the old file stands.
    """
    beside = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            beside = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # or a power cut could leave the name of the new file with nothing in it
        mask = os.umask(0)
        os.umask(mask)
        beside.chmod(0o666 & ~mask)
        beside.replace(path)
    except BaseException:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise
