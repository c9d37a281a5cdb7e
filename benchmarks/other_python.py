"""What a run in another interpreter costs: its throughput over a bare script's of that interpreter.

``python -m benchmarks.other_python VENV_OR_PYTHON [PAIRS [WORKLOAD ...]]``: every case is written
as a script of its own. That Python runs it alone, without this program on its path, and
``run-script --python`` runs it from here, recorded as always. Both train one epoch in turn, in
balanced order, the other one standing still. Prints the median ratio with its interval.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, Case
from benchmarks.pairs import Ratio, interleaved, ratio
from core.engines.interpreter import look_at
from core.export.python_code import python_code
from core.folders import Folders
from core.pipeline.presets import preset
from core.workloads.catalogue import workload

GOAL = 0.99
MAIN = Path(__file__).parents[1] / "main.py"
_SECONDS = 2.0
_CALIBRATION_STEPS = 50
_BEGINS_WITHIN_S = 300.0
_CALLBACK = '''

class Turns(keras.callbacks.Callback):
    """Trains an epoch whenever it is told to, and answers with its steps a second."""

    def __init__(self, port, steps):
        super().__init__()
        self.port, self.steps = port, steps

    def on_epoch_begin(self, epoch, logs=None):
        if not epoch:
            self.program = socket.create_connection(("127.0.0.1", self.port)).makefile("rw")
        self.program.readline()
        self.began_s = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        print(self.steps / (time.perf_counter() - self.began_s), file=self.program, flush=True)


'''
_FIT = """port, steps = map(int, sys.argv[1:])
        model.fit(dataset.repeat(), steps_per_epoch=steps, epochs=1_000_000, verbose=0,
                  callbacks=[Turns(port, steps)])"""


class Trainee:
    """A process that trains an epoch of the script whenever it is asked."""

    def __init__(self, command: list[str], steps: int) -> None:
        """Start it and train the first epoch, which traces."""
        # Neither an environment of this program nor its folder.
        variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
        folder = Path(command[-1]).parent
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(_BEGINS_WITHIN_S)
            words = [*command, str(server.getsockname()[1]), str(steps)]
            self._process = subprocess.Popen(
                words, cwd=folder, env=variables, stdout=subprocess.DEVNULL
            )
            try:
                connection, _ = server.accept()
            except BaseException:
                self._process.kill()
                raise
        self._line = connection.makefile("rw")
        self.throughput()

    def __enter__(self) -> Trainee:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def throughput(self) -> float:
        """Steps a second of an epoch."""
        print(file=self._line, flush=True)
        return float(self._line.readline())


def script(case: Case, folder: Path) -> Path:
    """Write a case as a script that takes turns; its arguments are a port and steps an epoch."""
    chosen = workload(case.workload)
    settings = preset(case.preset, chosen.id, chosen.chain).apply(chosen.chain.defaults())
    made = case.data(folder / "data") if case.data else ()
    settings = settings.with_assignments((*case.assignments, *made))
    cache = Folders.default().cache
    data: Any = chosen.source_data(cache, settings, folder)
    chosen.prepare(data, settings, lambda fraction, text: None)
    text = python_code(chosen, settings, cache)
    text = text.replace(
        "import keras\n", "import socket\nimport sys\nimport time\n\nimport keras\n"
    )
    text = text.replace("\n\ndef make_dataset", f"{_CALLBACK}def make_dataset", 1)
    text, calls = re.subn(r"model\.fit\(.*\)", lambda call: _FIT, text)
    assert calls == 1, "one call of model.fit on one line"
    path = folder / "train.py"
    path.write_text(text, encoding="utf-8")
    return path


def measure(case: Case, python: str, pairs: int) -> Ratio:
    """The ratio of a case."""
    with tempfile.TemporaryDirectory() as folder:
        alone = [python, str(script(case, Path(folder)))]
        run = [sys.executable, str(MAIN), "run-script", "--python", python, "--data-dir", folder]
        run += ["--set", "fit.script_callbacks=on", alone[1]]
        with Trainee(alone, _CALIBRATION_STEPS) as trainee:
            steps = max(_CALIBRATION_STEPS, int(_SECONDS * trainee.throughput()))
        with Trainee(run, steps) as recorded, Trainee(alone, steps) as bare:
            return ratio(*interleaved(recorded.throughput, bare.throughput, pairs))


def main() -> None:
    """Measure and print one line a case."""
    interpreter = look_at(sys.argv[1])
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    wanted = sys.argv[3:]
    print(f"{interpreter.path}: {interpreter.words}. Goal: at least {GOAL}.")
    for case in CASES:
        if not wanted or case.workload in wanted:
            found = measure(case, interpreter.path, pairs)
            print(f"{case.name}: run there / bare script there = {found}", flush=True)


if __name__ == "__main__":
    main()
