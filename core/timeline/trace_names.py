"""What traces are called."""

from __future__ import annotations

from pathlib import Path

ENDINGS = (".xplane.pb", ".xplane.pb.gz", ".trace.json", ".trace.json.gz", ".json.gz")
_PROFILE = Path("plugins") / "profile"


def is_trace(path: Path) -> bool:
    """Whether something has the name of a trace, or is the log folder of a profile."""
    return path.name.lower().endswith(ENDINGS) or (path / _PROFILE).is_dir()
