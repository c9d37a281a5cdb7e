"""Asks what of a file is to be opened; the file was read for that, not run."""

from __future__ import annotations

import shlex

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.model.environment import far_name
from core.model.to_open import ToOpen
from core.user_code.discovery import Offers
from gui.text_size import px
from gui.widgets.fitted_dialog import FittedDialog
from gui.widgets.wrapped_label import WrappedLabel

_ROLE = Qt.ItemDataRole.UserRole


class OpenDialog(FittedDialog):
    """Lists what is in a file.

    Attributes:
        choices: What there is, the likeliest first and chosen.
        arguments: Those of a training script.
        fit: Which of its calls of ``fit`` is meant, where there are several.

    Signals:
        chosen: What is to be opened (``ToOpen``).
    """

    chosen = Signal(object)

    def __init__(self, offers: Offers, parent: QWidget | None = None, machine: str = "") -> None:
        """List what a file offers.

        Args:
            offers: What is in it.
            parent: The window.
            machine: Where the file is, as ssh takes it; empty for this machine.
        """
        super().__init__(parent)
        self._machine = machine
        self.setProperty("help", "your-pipeline.md#what-can-be-opened")
        self._found = offers
        self.setWindowTitle(f"Open {offers.file.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.choices = QListWidget()
        self.choices.setAccessibleName("what is to be opened")
        self.choices.itemActivated.connect(self.accept)
        self.arguments = QLineEdit()
        self.arguments.setAccessibleName("arguments of the training script")
        self.arguments.setPlaceholderText("its arguments, as on the command line: --epochs 3")
        lines = ", ".join(map(str, offers.fits))
        self.fit = QSpinBox()
        self.fit.setRange(1, 99)
        self.fit.setPrefix("fit ")
        self.fit.setAccessibleName("which call of fit")
        self.fit_lines = QLabel(f"in the order of the calls; fit stands in lines {lines}")
        self.fit_lines.setProperty("role", "muted")
        self.fit_lines.setWordWrap(True)
        self._fits = QWidget()
        row = QHBoxLayout(self._fits)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.fit)
        row.addWidget(self.fit_lines, 1)
        self.problem = WrappedLabel()
        self.problem.setProperty("role", "error")
        self.problem.hide()
        buttons = QDialogButtonBox()
        self.open_button = buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        where = QLabel(f"What of {offers.file.name} makes the dataset?")
        where.setProperty("role", "strong")
        in_folder = far_name(machine, str(offers.file.parent))
        folder = WrappedLabel(f"In {in_folder}. It was read for this list; nothing of it ran.")
        folder.setProperty("role", "muted")
        for widget in (
            where,
            folder,
            self.choices,
            self.arguments,
            self._fits,
            self.problem,
            buttons,
        ):
            column.addWidget(widget)
        self._fill()
        self.choices.currentRowChanged.connect(lambda _: self._show())
        self._show()
        self.resize(px(560), px(340))
        self.choices.setFocus()

    def accept(self) -> None:
        """Hand over what is chosen."""
        try:
            wanted = self._wanted()
        except ValueError as error:
            self.problem.setText(f"The arguments cannot be read: {error}.")
            self.problem.show()
            self.arguments.setFocus()
            return
        super().accept()
        self.chosen.emit(wanted)

    def _wanted(self) -> ToOpen:
        text = self.choices.currentItem().data(_ROLE)
        if text:
            return ToOpen(text, machine=self._machine)
        arguments = tuple(shlex.split(self.arguments.text()))
        return ToOpen(str(self._found.file), arguments, self.fit.value(), self._machine)

    def _fill(self) -> None:
        offers = self._found
        # A dataset of a script that trains is what the script trains on.
        likely = [
            offer
            for offer in offers.offered
            if offer.likely and not (offer.at_top and offers.trains)
        ]
        others = [offer for offer in offers.offered if offer not in likely]
        for offer in likely:
            self._add(_line(offer.name, offer.line, offer.about), offers.text(offer))
        # Where nothing looks like a dataset, but it trains, it is the script that is meant.
        script = "As a training script, up to model.fit"
        runs = offers.trains or offers.runs
        seen = "" if offers.trains else " (no call of fit was seen in it)"
        if runs:
            self._add(script + seen, "")
        for offer in others:
            said = offer.about or "does not look as if it gave a dataset"
            self._add(_line(offer.name, offer.line, said), offers.text(offer))
        if not runs:
            self._add(script + seen, "")
        self.choices.setCurrentRow(0)

    def _add(self, label: str, text: str) -> None:
        item = QListWidgetItem(label, self.choices)
        item.setData(_ROLE, text)
        item.setToolTip(label)

    def _show(self) -> None:
        script = not self.choices.currentItem().data(_ROLE)
        self.arguments.setVisible(script)
        self._fits.setVisible(script and len(self._found.fits) > 1)
        self.problem.hide()


def _line(name: str, line: int, about: str) -> str:
    return f"{name}   line {line}" + (f"   {about}" if about else "")
