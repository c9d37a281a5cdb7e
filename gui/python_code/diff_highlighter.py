"""Colours for the lines of a patch; the signs in front of them say the same."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.theme import Theme


class DiffHighlighter(QSyntaxHighlighter):
    """Each line by its first characters."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._kinds: tuple[tuple[str, QTextCharFormat], ...] = ()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        head = _format(theme.text, bold=True)
        self._kinds = (
            ("--- ", head),
            ("+++ ", head),
            ("@@", _format(theme.muted)),
            ("\\", _format(theme.muted)),
            ("+", _format(theme.added)),
            ("-", _format(theme.removed)),
        )
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """See Qt."""
        for start, how in self._kinds:
            if text.startswith(start):
                self.setFormat(0, len(text), how)
                return


def _format(colour: str, *, bold: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made
