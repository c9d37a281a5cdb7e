"""The installed program.

An installed package has ``core``, ``gui``, ``resources`` and ``main`` inside this one, so that it
puts no name into an environment that other packages or people's own code may have. They find each
other through the path of the program's process, and only there.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Carry out the command line and return the exit code."""
    home = Path(__file__).parent
    if not (home / "core").is_dir():  # pip install --editable
        home = home.parent
    sys.path.insert(0, str(home))
    from core.cli.terminal.encoding import speak_utf8
    from main import main as carry_out

    speak_utf8()
    return carry_out()
