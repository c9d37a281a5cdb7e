"""A tour of the window: four cards that point at the real controls. Nothing is modal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

_GAP, _RING, _WIDTH = 10, 3, 330
_NEXT = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right)
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_MOVES = (QEvent.Type.Resize, QEvent.Type.LayoutRequest)


@dataclass(frozen=True)
class Card:
    """One stop.

    Attributes:
        title: What is pointed at.
        text: What it is for.
        place: Brings it to be seen, and gives where it is in the window.
    """

    title: str
    text: str
    place: Callable[[], QRect]


class Tour(QFrame):
    """The card that is shown, and a ring around what it speaks of.

    Enter and the arrow keys go on and back while the card has the focus; Esc ends it. The window
    can be used meanwhile.

    Attributes:
        ring: Around the control.
        at: The number of the card, from 0.
    """

    def __init__(self, cards: Sequence[Card], window: QWidget) -> None:
        """Begin at the first card.

        Args:
            cards: All of them.
            window: What they point into.
        """
        super().__init__(window)
        self.setObjectName("tour")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(_WIDTH)
        self._cards, self._window, self.at = tuple(cards), window, 0
        self._before = QApplication.focusWidget()
        self.ring = QFrame(window)
        self.ring.setObjectName("ring")
        self.ring.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._text, self._count = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "sentence")
        self._count.setProperty("role", "muted")
        self._text.setWordWrap(True)
        self.back = self._button("Back", self.go_back, "The card before (Left)")
        self.skip = self._button("Skip", self.close, "End the tour (Esc); Help opens it again")
        self.next = self._button("Next", self.go_on, "The next card (Enter or Right)")
        head, buttons = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        for button in (self.skip, self.back, self.next):
            buttons.addWidget(button)
        buttons.insertStretch(1, 1)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self._text)
        column.addLayout(buttons)
        window.installEventFilter(self)
        self._show()
        self.show()
        self.next.setFocus()

    def go_on(self) -> None:
        """The next card; behind the last the tour is over."""
        if self.at + 1 == len(self._cards):
            self.close()
        else:
            self.at += 1
            self._show()

    def go_back(self) -> None:
        """The card before."""
        self.at = max(0, self.at - 1)
        self._show()

    def event(self, event: QEvent) -> bool:
        """Keep Esc, which would ask to stop a run."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        if event.type() == QEvent.Type.Close:
            self._window.removeEventFilter(self)
            self.ring.deleteLater()
            if self._before is not None and self.isAncestorOf(QApplication.focusWidget() or self):
                self._before.setFocus()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """On, back, and out of it."""
        if event.key() in _NEXT:
            self.go_on()
        elif event.key() == Qt.Key.Key_Left:
            self.go_back()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where the control is as the window gets another size; take the arrows of buttons."""
        if watched is self._window and event.type() in _MOVES:
            self._lie()
        if watched is self._window or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        # A button would pass the focus on to the one beside it.
        if event.type() == QEvent.Type.KeyPress and event.key() in _ARROWS:
            self.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _button(self, text: str, does: Callable[[], object], about: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(about)
        # Enter means the button that has the focus.
        button.setAutoDefault(True)
        button.installEventFilter(self)
        button.clicked.connect(lambda _=False: does())
        return button

    def _show(self) -> None:
        card, last = self._cards[self.at], self.at + 1 == len(self._cards)
        self._title.setText(card.title)
        self._text.setText(card.text)
        self._count.setText(f"{self.at + 1} of {len(self._cards)}")
        self.setAccessibleName(f"{card.title}. {card.text}")
        self.back.setEnabled(self.at > 0)
        self.skip.setVisible(not last)
        self.next.setText("Done" if last else "Next")
        self.next.setFocus()
        self._lie()

    def _lie(self) -> None:
        """Put the ring around the control, and the card where there is room beside it."""
        around = self._cards[self.at].place()
        self.ring.setGeometry(around.adjusted(-_RING, -_RING, _RING, _RING))
        self.ring.show()
        self.adjustSize()
        self.resize(_WIDTH, self.heightForWidth(_WIDTH))
        self.move(beside(around, self.rect(), self._window.rect()))
        self.ring.raise_()
        self.raise_()


def beside(around: QRect, card: QRect, room: QRect) -> QPoint:
    """Where a card lies beside a control: at its right, else below, else above, else within.

    Args:
        around: The control.
        card: The card; its size counts.
        room: The window.
    """
    inside = room.adjusted(_GAP, _GAP, -_GAP - card.width(), -_GAP - card.height())
    x = max(inside.left(), min(around.left(), inside.right()))
    y = max(inside.top(), min(around.top() + _GAP, inside.bottom()))
    if around.right() + _GAP <= inside.right():
        return QPoint(around.right() + _GAP, y)
    if around.bottom() + _GAP <= inside.bottom():
        return QPoint(x, around.bottom() + _GAP)
    if around.top() - _GAP - card.height() >= inside.top():
        return QPoint(x, around.top() - _GAP - card.height())
    middle = around.center() - card.center()
    return QPoint(max(inside.left(), min(middle.x(), inside.right())), y)
