"""How much was found wrong or costly, in one line that leads to the findings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from gui.findings.findings_shown import FindingsShown


class FindingsLine(QToolButton):
    """Stands above the chain, also where nothing was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("help", "concepts.md#findings")
        self.setObjectName("findings")
        self.setProperty("role", "fold")
        self.setAutoRaise(True)
        self.setArrowType(Qt.ArrowType.RightArrow)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_findings(self, shown: FindingsShown) -> None:
        """Say how many of which severity there are."""
        self.setText(shown.line)
        self.setAccessibleName(f"show {shown.line}")
        titles = "\n".join(
            f"{finding.severity}: {finding.title} ({finding.where})" for finding in shown.findings
        )
        self.setToolTip(f"{titles}\nPress to see why, and what to set".lstrip())
        # It keeps its place, so that nothing below it moves as settings change.
        self.setEnabled(bool(shown.findings or shown.advice))
