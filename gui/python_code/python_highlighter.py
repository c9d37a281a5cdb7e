"""Light colours for Python: keywords, texts and comments."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import (
    QColor,
    QFont,
    QPalette,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
)

_TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<text>[rbf]?\"\"\".*?\"\"\"|[rbf]?\"(?:\\.|[^\"\\])*\"|[rbf]?'(?:\\.|[^'\\])*')"
    rf"|\b(?P<keyword>{'|'.join(keyword.kwlist)})\b"
)


class PythonHighlighter(QSyntaxHighlighter):
    """Colours line by line; a text over several lines stays plain, which misleads nobody."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats = {name: QTextCharFormat() for name in ("comment", "text", "keyword")}
        self._formats["keyword"].setFontWeight(QFont.Weight.DemiBold)

    def set_colours(self, palette: QPalette) -> None:
        """Take the colours from a palette."""
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        accent = palette.color(QPalette.ColorRole.Link)
        for name, colour in (("comment", muted), ("text", accent)):
            self._formats[name].setForeground(QColor(colour))
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """See Qt."""
        for match in _TOKEN.finditer(text):
            name = match.lastgroup
            if name is not None:
                self.setFormat(match.start(), match.end() - match.start(), self._formats[name])
