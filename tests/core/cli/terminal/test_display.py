"""Without a screen that Qt can use, the window is not tried: one line and exit code 2."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.cli import main
from core.cli.terminal import display, qt_libraries
from core.cli.terminal.display import check_display
from core.model.errors import InputError
from tests.core.cli.conftest import Cli

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks Linux's variables"
)


def _there(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")
ROOT = Path(__file__).parents[4]


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (*SCREENS, "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def answers(no_screen: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """``answers(wayland=False, x11=True)`` names both screens and what came of connecting.

    None stands for a screen that takes the call and says nothing.
    """
    over = threading.Event()

    def connect(answer: bool | None) -> bool:
        return over.wait(60) if answer is None else answer

    def put_in(**screens: bool | None) -> None:
        names = {"wayland": "WAYLAND_DISPLAY", "x11": "DISPLAY"}
        for kind, answer in screens.items():
            no_screen.setenv(names[kind], f"/a-{kind}-screen")
            no_screen.setattr(display, f"_connect_{kind}", lambda answer=answer: connect(answer))

    yield put_in
    over.set()
    for thread in threading.enumerate():
        if thread.name == "driver":
            thread.join(10)


def test_a_screen_that_answers_will_do(answers: Callable[..., None]) -> None:
    answers(wayland=True)
    assert main([], open_window=lambda folders: 0) == 0
    assert "QT_QPA_PLATFORM" not in os.environ


def test_a_screen_that_takes_the_call_and_says_nothing_does_not_hold_up_the_start(
    answers: Callable[..., None], no_screen: pytest.MonkeyPatch
) -> None:
    answers(wayland=None)
    no_screen.setattr(display, "PATIENCE_S", 0.1)
    with pytest.raises(InputError, match="a-wayland-screen does not answer"):
        check_display()


@pytest.mark.parametrize(
    ("screens", "taken"),
    [({"wayland": False, "x11": True}, "xcb"), ({"wayland": True, "x11": False}, "wayland")],
)
def test_of_two_screens_the_one_that_answers_is_taken(
    answers: Callable[..., None], screens: dict[str, bool], taken: str
) -> None:
    answers(**screens)
    check_display()
    assert os.environ["QT_QPA_PLATFORM"] == taken


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DISPLAY": ":7654"}, "The screen :7654 cannot be reached"),
        ({"DISPLAY": "nonsense"}, "The screen nonsense cannot be reached"),
        ({"WAYLAND_DISPLAY": "wayland-not-there"}, "wayland-not-there cannot be reached"),
        ({"QT_QPA_PLATFORM": "xcb"}, "There is no screen to open the window on"),
        (
            {"QT_QPA_PLATFORM": "wayland", "DISPLAY": ":7654"},
            "QT_QPA_PLATFORM asks for a screen that is not named",
        ),
        ({"QT_QPA_PLATFORM": "nonsense"}, "QT_QPA_PLATFORM is 'nonsense'"),
    ],
)
def test_the_program_ends_with_one_line_and_code_2(
    cli: Cli, no_screen: pytest.MonkeyPatch, data_dir: Path, variables: dict[str, str], said: str
) -> None:
    for name, value in variables.items():
        no_screen.setenv(name, value)
    no_screen.setattr(display, "_connect_x11", lambda: False)
    no_screen.setattr(display, "_connect_wayland", lambda: False)
    ended = cli()
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.complaint
    if "QT_QPA_PLATFORM is" not in said:
        assert "`python main.py run WORKLOAD` measures without a window." in ended.complaint
    assert not data_dir.exists()


def test_qt_is_not_started_where_there_is_no_screen(tmp_path: Path) -> None:
    """It would end the process without a word."""
    kept = {name: value for name, value in os.environ.items() if name not in SCREENS}
    ended = subprocess.run(
        [sys.executable, "main.py", "--data-dir", str(tmp_path / "data")],
        cwd=ROOT, env=kept, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "There is no screen to open the window on" in ended.stderr


# -- with the real libraries, where they are --------------------------------------------------


@pytest.mark.skipif(not _there("libwayland-client.so.0"), reason="needs libwayland-client")
@pytest.mark.parametrize("answered", [True, False])
def test_a_wayland_server_is_reached_once_it_answers(
    tmp_path: Path, no_screen: pytest.MonkeyPatch, answered: bool
) -> None:
    def answer() -> None:
        caller, _ = server.accept()
        with caller:
            if answered:  # to wl_display.sync: the callback is done
                asked = caller.recv(4096)
                (callback,) = struct.unpack("=I", asked[8:12])
                caller.sendall(struct.pack("=III", callback, 12 << 16, 0))
                caller.recv(1)

    no_screen.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    no_screen.setenv("WAYLAND_DISPLAY", "wayland-7")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert display._connect_wayland() is answered
        thread.join(10)


@pytest.mark.skipif(not _there("libxcb.so.1"), reason="needs libxcb")
@pytest.mark.parametrize("name", [":7654", "nonsense"])
def test_an_x_server_that_is_not_there_is_not_reached(
    no_screen: pytest.MonkeyPatch, name: str
) -> None:
    no_screen.setenv("DISPLAY", name)
    assert display._connect_x11() is False


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs an X server")
def test_an_x_server_that_runs_is_reached(no_screen: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with open(reading, encoding="ascii") as number:
            no_screen.setenv("DISPLAY", f":{number.readline().strip()}")
        assert display._connect_x11() is True
        server.terminate()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc", "offscreen:opt=1;xcb"])
def test_a_window_on_no_screen_needs_none(platform: str, no_screen: pytest.MonkeyPatch) -> None:
    no_screen.setenv("QT_QPA_PLATFORM", platform)
    check_display()


@pytest.mark.parametrize(
    ("library", "package", "whose"),
    [
        ("libGL.so.1", "libgl1", "Qt"),
        ("libxcb-cursor.so.0", "libxcb-cursor0", "Qt's X11 support"),
        ("libwayland-cursor.so.0", "libwayland-cursor0", "Qt's Wayland support"),
    ],
)
def test_libraries_that_qt_lacks_are_named_with_what_installs_them(
    no_screen: pytest.MonkeyPatch, lacking: set[str], library: str, package: str, whose: str
) -> None:
    lacking.add(library)
    no_screen.setenv("WAYLAND_DISPLAY" if "wayland" in library else "DISPLAY", "/a-screen")
    with pytest.raises(InputError) as raised:
        check_display()
    assert raised.value.what == f"{whose} lacks the system library {library}"
    assert f"apt-get install {package}." in raised.value.remedy


def test_every_library_that_qt_needs_is_known() -> None:
    """Names in the tables of Qt's own files, without what Qt brings along or every system has."""
    home = Path(next(iter(__import__("PySide6").__path__))) / "Qt"
    files = [
        *(home / "lib" / f"libQt6{name}.so.6" for name in ("Core", "Gui", "Widgets", "XcbQpa")),
        *(home / "plugins" / "platforms" / f"libq{name}.so" for name in ("xcb", "wayland")),
    ]
    needed = set()
    for file in files:
        found = re.findall(rb"\0(lib[\w+.-]+\.so(?:\.\d+)+)(?=\0)", file.read_bytes())
        needed |= {name.decode() for name in found}
    everywhere = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libpthread.so.0"}
    brought = {name for name in needed if name.startswith(("libQt6", "libicu"))}
    known = {*qt_libraries.EVERY_WINDOW, *qt_libraries.X11, *qt_libraries.WAYLAND}
    assert len(known & needed) > 20
    assert needed - everywhere - brought - known <= {"libzstd.so.1", "libdl.so.2", "librt.so.1"}


def test_the_set_up_installs_only_what_is_known() -> None:
    script = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    pairs = re.findall(r"^  (lib\S+\.so\S*) (\S+)$", script, re.M)
    known = {**qt_libraries.EVERY_WINDOW, **qt_libraries.X11}
    assert len(pairs) > 10
    assert {name: known.get(name) for name, _ in pairs} == dict(pairs)
