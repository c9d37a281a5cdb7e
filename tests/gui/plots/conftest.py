"""A session without a disk, and a plot item to draw into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyqtgraph as pg
import pytest
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Folders.under(tmp_path), record=False)


@pytest.fixture
def item(qtbot: QtBot) -> Iterator[Any]:
    widget = pg.PlotWidget()
    widget.resize(600, 200)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    # Yielded, not returned: the widget owns the item and must outlive it.
    yield widget.getPlotItem()
    widget.hide()
