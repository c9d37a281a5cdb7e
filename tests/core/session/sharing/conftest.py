"""A session's file from elsewhere, and a session that it is imported to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.session.sharing.sessions import (
    exported,
    session_in,
)
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.run_builders import record_run


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of two runs by themselves and a comparison of four, as somebody exported it."""
    folder = tmp_path_factory.mktemp("from elsewhere")
    with session_in(folder / "data") as session:
        for _ in range(2):
            record_run(session, steps=40)
        carry_out(session, comparison(repeats=2), waits(0.03, 0.02))
        return exported(session, folder / "whole.pxsession")


@pytest.fixture
def file(whole: Path, tmp_path: Path) -> Path:
    path = tmp_path / "from elsewhere.pxsession"
    path.write_bytes(whole.read_bytes())
    return path


@pytest.fixture
def session(tmp_path: Path):
    with session_in(tmp_path / "here" / "data") as made:
        yield made
