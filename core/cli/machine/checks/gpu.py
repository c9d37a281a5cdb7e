"""GPUs: those that the driver sees against those that TensorFlow sees."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.cli.machine.checks.check import Check, bad, note
from core.cli.machine.checks.tensorflow import TensorFlowReport
from core.measure.timeouts import answer_within
from core.text.plural import plural

_PATIENCE_S = 10.0
_OLDEST_DRIVERS = {"12": 525, "13": 580}
"""By CUDA's major version; https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/"""


@dataclass(frozen=True)
class Driver:
    """What the driver says.

    Attributes:
        gpus: How many GPUs it sees.
        version: Its version; empty where that is not known.
        source: Who was asked.
    """

    gpus: int = 0
    version: str = ""
    source: str = ""


def ask_driver(
    nvml: Any = None,
    proc: Path = Path("/proc/driver/nvidia"),
    which: Callable[[str], str | None] = shutil.which,
) -> Driver:
    """Ask NVML, else ``nvidia-smi``, else the kernel."""
    driver = answer_within(_PATIENCE_S, lambda: _nvml(nvml), None)
    if driver is None and which("nvidia-smi"):
        driver = _smi()
    if driver is None and proc.is_dir():
        try:
            gpus = len(list((proc / "gpus").iterdir()))
            text = (proc / "version").read_text(encoding="utf-8", errors="replace")
        except OSError:
            gpus, text = 0, ""
        seen = re.search(r"Kernel Module\D*(\d+(?:\.\d+)+)", text)
        driver = Driver(gpus, seen[1] if seen else "", str(proc))
    return driver or Driver()


def gpus(driver: Driver, answer: TensorFlowReport) -> Iterator[Check]:
    """What both see, and what is usually amiss where they do not see the same."""
    if driver.gpus:
        drivers = (
            f"{plural(driver.gpus, 'GPU')}, driver {driver.version or 'unknown'} ({driver.source})"
        )
        yield Check("gpu_driver", "NVIDIA driver", drivers)
    elif driver.source:
        yield note("gpu_driver", "NVIDIA driver", f"no GPU ({driver.source})")
    else:
        yield Check("gpu_driver", "NVIDIA driver", "none found")
    yield _seen(driver, answer)


def _seen(driver: Driver, answer: TensorFlowReport) -> Check:
    key, label = "gpu_tensorflow", "GPUs seen by TensorFlow"
    if answer.error or answer.absent:
        why = "is not installed" if answer.absent else "does not load"
        return note(key, label, f"not known: TensorFlow {why}")
    if answer.gpus:
        return Check(key, label, ", ".join(answer.gpus))
    if not driver.gpus:
        return Check(key, label, "none; runs train on the CPU or an emulated accelerator")
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and (not visible.strip() or visible.strip().startswith("-1")):
        return note(
            key,
            label,
            f"none: CUDA_VISIBLE_DEVICES={visible!r} hides them",
            "Unset it to use them.",
        )
    value = f"none, though the driver sees {plural(driver.gpus, 'GPU')}"
    return bad(key, label, value, _remedy(driver, answer))


def _remedy(driver: Driver, answer: TensorFlowReport) -> str:
    build = answer.build or {}
    cuda = build.get("cuda_version", "")
    if not cuda:
        return (
            "This TensorFlow is built for the CPU alone (tensorflow-cpu): install "
            "`tensorflow[and-cuda]` in its place."
        )
    oldest = _OLDEST_DRIVERS.get(cuda.partition(".")[0])
    major = driver.version.partition(".")[0]
    if oldest and major.isdecimal() and int(major) < oldest:
        return (
            f"The driver is too old for CUDA {cuda}: {oldest} or later is needed, "
            f"{driver.version} is there."
        )
    return (
        f"CUDA {cuda} or cuDNN {build.get('cudnn_version', '')} is missing: "
        '`.venv/bin/pip install "tensorflow[and-cuda]"` brings both.'
    )


def _nvml(given: Any) -> Driver | None:
    try:
        nvml = importlib.import_module("pynvml") if given is None else given
        nvml.nvmlInit()
    except Exception:  # absent, or of another driver: it fails in any way
        return None
    try:
        version = nvml.nvmlSystemGetDriverVersion()
        text = version.decode("utf-8", "replace") if isinstance(version, bytes) else str(version)
        return Driver(int(nvml.nvmlDeviceGetCount()), text, "NVML")
    except Exception:
        return None
    finally:
        with contextlib.suppress(Exception):
            nvml.nvmlShutdown()


def _smi() -> Driver | None:
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    if done.returncode or not lines:
        return Driver(0, "", "nvidia-smi")
    return Driver(len(lines), lines[0], "nvidia-smi")
