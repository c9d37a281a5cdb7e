"""Loads TensorFlow behind the painted window, so that the first run starts sooner."""

from __future__ import annotations

from PySide6.QtCore import QThread


class TensorFlowLoader(QThread):
    """Loads TensorFlow once.

    A failure is not shown here: the first run meets it again and explains it.
    """

    def run(self) -> None:
        """Load; what goes wrong shows when a run is started."""
        from core.measure.loading import load_tensorflow

        try:
            load_tensorflow()
        except Exception:
            return
