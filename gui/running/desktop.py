"""What the desktop around the window is told: progress in the task bar, and what has ended."""

from __future__ import annotations

import json
import os
from pathlib import Path

from PySide6.QtCore import QProcess, QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

DESKTOP_ENTRY = "pipeline-explorer"
_LAUNCHER = "com.canonical.Unity.LauncherEntry"
_NOTIFY = (
    "call", "--session", "--dest", "org.freedesktop.Notifications", "--object-path",
    "/org/freedesktop/Notifications", "--method", "org.freedesktop.Notifications.Notify",
)  # fmt: skip
_PATH = "/com/canonical/unity/launcherentry/pipeline_explorer"


class Desktop:
    """Speaks over the session bus where there is one, and keeps silent where there is none."""

    def __init__(self, window: QWidget) -> None:
        """Say nothing yet."""
        self._window = window
        self._shown: tuple[float, bool] = (0.0, False)

    def show_progress(self, fraction: float | None) -> None:
        """Show progress on the window's button in the task bar; None takes it away."""
        now = (round(fraction or 0.0, 2), fraction is not None)
        if now == self._shown:
            return
        self._shown = now
        if not has_session_bus():
            return
        try:
            from PySide6.QtDBus import QDBusConnection, QDBusMessage
        except ImportError:
            # Qt for Windows and macOS comes without it.
            return
        message = QDBusMessage.createSignal(_PATH, _LAUNCHER, "Update")
        entry = QGuiApplication.desktopFileName() or DESKTOP_ENTRY
        progress = {"progress": now[0], "progress-visible": now[1]}
        message.setArguments([f"application://{entry}.desktop", progress])
        QDBusConnection.sessionBus().send(message)

    def tell(self, title: str, text: str) -> None:
        """Say that something has ended, unless the window is in front.

        PySide gives no unsigned number to the bus, and ``Notify`` of org.freedesktop.Notifications
        takes one: GLib's command sends it. Without that the window's button asks for attention.
        """
        if self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        command = QStandardPaths.findExecutable("gdbus")
        if command and has_session_bus():
            said = (_quoted(title), _quoted(text))
            words = ("Pipeline Explorer", "uint32 0", "", *said, "@as []", "@a{sv} {}", "-1")
            QProcess.startDetached(command, [*_NOTIFY, "--", *words])


def _quoted(text: str) -> str:
    """As GLib reads a string; its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def has_session_bus() -> bool:
    """Whether there is a bus to speak to; asking Qt for one could start one."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    there = bool(runtime) and (Path(runtime) / "bus").exists()
    return "DBUS_SESSION_BUS_ADDRESS" in os.environ or there
