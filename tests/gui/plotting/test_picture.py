"""Pictures that leave the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.plotting.picture import save_svg


def test_svg_names_the_font_that_is_seen_and_a_kind_for_where_that_is_missing(
    qtbot: QtBot, tmp_path: Path
) -> None:
    label = QLabel("text")
    label.setFont(QFont("Sans Serif"))
    qtbot.addWidget(label)
    save_svg(label, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    family = QFontInfo(label.font()).family()
    assert f'font-family="{family}, sans-serif"' in text
    assert 'font-family="Sans Serif"' not in text
