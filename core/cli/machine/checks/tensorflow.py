"""TensorFlow, asked in a process of its own: one that does not fit the machine ends it."""

from __future__ import annotations

import importlib.util
import json
import platform
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.cli.machine.checks.check import Check, bad, note
from core.installed import importable

_ASK = """
import sys
# No file of the working directory is taken for a module.
sys.path[:] = [sys.argv[1], *filter(None, sys.path)]
import json, os
out, sys.stdout = sys.stdout, sys.stderr
os.environ["KERAS_BACKEND"] = "tensorflow"
from core.measure.devices import gpu_names
from core.lazy import tf
import keras
names = gpu_names()
build = {key: str(value) for key, value in dict(tf.sysconfig.get_build_info()).items()}
versions = {name: sys.modules[name].__version__ for name in ("tensorflow", "keras")}
print(json.dumps({"gpus": names, "build": build, "versions": versions}), file=out)
"""
_PATIENCE_S = 180.0
_NEEDED = "avx"
"""TensorFlow's wheels for x86 are built with it and end with SIGILL without."""
_FASTER = ("avx2", "fma")


@dataclass(frozen=True)
class TensorFlowReport:
    """What TensorFlow says of itself.

    Attributes:
        gpus: Names of the GPUs that it sees.
        build: Its ``tf.sysconfig.get_build_info()``, as text.
        versions: Of the modules ``tensorflow`` and ``keras``.
        error: Why it says nothing; empty where it does.
        absent: It is not installed, which is said elsewhere.
    """

    gpus: tuple[str, ...] = ()
    build: Mapping[str, str] | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    absent: bool = False


def ask_tensorflow() -> TensorFlowReport:
    """Load it, which takes seconds, and ask."""
    if importlib.util.find_spec("tensorflow") is None:
        return TensorFlowReport(absent=True)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _ASK, importable()],
            capture_output=True, text=True, errors="replace", timeout=_PATIENCE_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return TensorFlowReport(error=f"it did not load within {_PATIENCE_S:g} s")
    except OSError as error:
        return TensorFlowReport(error=f"Python could not be started ({error.strerror})")
    try:
        answer = json.loads(done.stdout.strip().splitlines()[-1])
        return TensorFlowReport(tuple(answer["gpus"]), answer["build"], answer["versions"])
    except (ValueError, IndexError, KeyError, TypeError):
        return TensorFlowReport(error=_why(done))


def loads(answer: TensorFlowReport) -> Check:
    """Whether it can be loaded."""
    key, label = "tensorflow_loads", "TensorFlow loads"
    if answer.absent:
        return note(key, label, "not installed")
    if answer.error:
        return bad(
            key, label, f"no: {answer.error}",
            "Install it anew: remove .venv, then `make run`.",
        )  # fmt: skip
    build = answer.build or {}
    cuda = build.get("cuda_version", "")
    return Check(key, label, f"yes, built for CUDA {cuda}" if cuda else "yes, built for the CPU")


def instructions(cpuinfo: Path = Path("/proc/cpuinfo"), machine: str = "") -> Check:
    """What TensorFlow asks of the processor."""
    key, label = "cpu_instructions", "processor's instructions"
    if (machine or platform.machine()).lower() not in ("x86_64", "amd64"):
        return Check(key, label, f"{machine or platform.machine()}: nothing special is needed")
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Check(key, label, "not known on this system")
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "").split()
    if not flags:
        return Check(key, label, "not known on this system")
    if _NEEDED not in flags:
        return bad(
            key, label, "no AVX, which TensorFlow's wheels need: it would end at once",
            "Use another machine, or have the hypervisor pass the processor's instructions on.",
        )  # fmt: skip
    slow = [flag.upper() for flag in _FASTER if flag not in flags]
    if slow:
        return note(key, label, f"AVX, but not {' and '.join(slow)}: TensorFlow is slower here")
    return Check(key, label, "AVX, AVX2 and FMA")


def _why(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        try:
            name = signal.Signals(-done.returncode).name
        except ValueError:
            name = f"signal {-done.returncode}"
        return f"the process that loaded it was ended by {name}"
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it says nothing"
