"""Without a screen that Qt can use, the window is not tried: one line and exit code 2."""

from __future__ import annotations

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

from core.cli import display, main, qt_libraries
from core.cli.display import check_display
from core.model.errors import InputError

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks Linux's variables"
)

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (*SCREENS, "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


Answer = Callable[[socket.socket], None]


@pytest.fixture
def serve(tmp_path: Path, no_screen: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], None]]:
    """A server on the socket that ``WAYLAND_DISPLAY`` names, answering one caller."""
    server = socket.socket(socket.AF_UNIX)
    threads: list[threading.Thread] = []

    def begin(answer: Answer) -> None:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()

        def take() -> None:
            caller, _ = server.accept()
            with caller:
                answer(caller)

        threads.append(threading.Thread(target=take, daemon=True))
        threads[0].start()
        no_screen.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        no_screen.setenv("WAYLAND_DISPLAY", "wayland-7")

    yield begin
    for thread in threads:
        thread.join(10)
    server.close()
    for thread in threading.enumerate():
        if thread.name == "driver":
            thread.join(10)


def say_done(caller: socket.socket) -> None:
    """What a Wayland server answers to ``wl_display.sync``: the callback is done."""
    asked = caller.recv(4096)
    (callback,) = struct.unpack("=I", asked[8:12])
    caller.sendall(struct.pack("=III", callback, 12 << 16, 0))
    caller.recv(1)


def test_a_screen_that_answers_will_do(serve: Callable[[Answer], None]) -> None:
    serve(say_done)
    assert main([], open_window=lambda folders: 0) == 0
    assert "QT_QPA_PLATFORM" not in os.environ


def test_a_screen_that_hangs_up_is_no_screen(serve: Callable[[Answer], None]) -> None:
    serve(lambda caller: None)
    with pytest.raises(InputError, match="wayland-7 cannot be reached"):
        check_display()


def test_a_screen_that_takes_the_call_and_says_nothing_does_not_hold_up_the_start(
    serve: Callable[[Answer], None], no_screen: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    serve(lambda caller: over.wait(60))
    no_screen.setattr(display, "PATIENCE_S", 0.1)
    with pytest.raises(InputError, match="wayland-7 does not answer"):
        check_display()
    over.set()


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs an X server")
def test_of_two_screens_the_one_that_answers_is_taken(
    serve: Callable[[Answer], None], no_screen: pytest.MonkeyPatch
) -> None:
    serve(lambda caller: None)
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with open(reading, encoding="ascii") as number:
            no_screen.setenv("DISPLAY", f":{number.readline().strip()}")
        check_display()
        server.terminate()
    assert os.environ["QT_QPA_PLATFORM"] == "xcb"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "There is no screen to open the window on"),
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
    tmp_path: Path, variables: dict[str, str], said: str
) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in SCREENS}
    ended = subprocess.run(
        [sys.executable, "main.py", "--data-dir", str(tmp_path / "data")],
        cwd=ROOT, env={**kept, **variables, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert said in ended.stderr
    if "QT_QPA_PLATFORM is" not in said:
        assert "`python main.py run WORKLOAD` measures without a window." in ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc", "offscreen:opt=1;xcb"])
def test_a_window_on_no_screen_needs_none(platform: str, no_screen: pytest.MonkeyPatch) -> None:
    no_screen.setenv("QT_QPA_PLATFORM", platform)
    check_display()


def test_libraries_that_qt_lacks_are_named_with_what_installs_them(
    no_screen: pytest.MonkeyPatch,
) -> None:
    no_screen.setenv("DISPLAY", ":0")
    lacking = {**qt_libraries.X11, "libxcb-not-there.so.9": "libxcb-not-there9"}
    no_screen.setattr(qt_libraries, "X11", lacking)
    with pytest.raises(InputError) as raised:
        check_display()
    assert "Qt's X11 support lacks the system library libxcb-not-there.so.9" in raised.value.what
    assert "apt-get install libxcb-not-there9." in raised.value.remedy


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
