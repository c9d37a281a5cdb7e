"""Small versions of all workloads, their data made once for all tests here."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.lazy import tf
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.build import build, write
from core.pipeline.workers.py_dataset import as_dataset, is_py_dataset
from core.workloads.augmented import Augmented
from core.workloads.image_folder import ImageFolder
from core.workloads.in_memory import InMemory
from core.workloads.jpeg_tfrecord import JpegTFRecord
from core.workloads.npz_shards import NpzShards
from core.workloads.pydataset import PicturesInPython
from core.workloads.workload import Workload

SMALL: tuple[Workload, ...] = (
    InMemory(examples=40, size=16),
    Augmented(examples=40, size=16),
    NpzShards(files=4, examples_per_file=10, size=16),
    JpegTFRecord(files=4, examples_per_file=10, stored_size=64, size=16),
    ImageFolder(),
    PicturesInPython(examples=40, size=16),
)
BY_ID = {one.id: one for one in SMALL}


def quiet(fraction: float, text: str) -> None:
    """A report that nobody reads."""


class Bench:
    """A place with data for every workload, and short ways to build pipelines over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.images = folder / "my images"
        self._prepared: set[str] = set()

    def settings(self, name: str, *assignments: str) -> Settings:
        """A workload's defaults with some knobs changed."""
        size = "pydataset.batch_size" if name == "pydataset" else "batch.batch_size"
        start = BY_ID[name].chain.defaults().with_values({size: 8})
        if name == "image_folder":
            start = start.with_values({"source.folder": str(self.images), "map.image_size": 16})
        return start.with_assignments(assignments)

    def data(self, settings: Settings, name: str, scratch: Path | None = None) -> SourceData:
        """Where its files are, which are made when first asked for."""
        data = BY_ID[name].source_data(self.folder, settings, scratch or self.folder / "scratch")
        if name not in self._prepared:
            BY_ID[name].prepare(data, settings, quiet)
            self._prepared.add(name)
        return data

    def dataset(self, name: str, *assignments: str, scratch: Path | None = None) -> Any:
        """The workload's pipeline."""
        settings = self.settings(name, *assignments)
        return build(settings, self.data(settings, name, scratch))

    def elements(self, name: str, *assignments: str) -> list[tuple[np.ndarray, int]]:
        """All examples of one epoch."""
        return unbatched(self.dataset(name, *assignments))

    def run_script(self, name: str, script: Path, *assignments: str) -> dict[str, Any]:
        """Write the pipeline and the model as a plain script, run it, return its names."""
        settings = self.settings(name, *assignments)
        data = self.data(settings, name)
        code, model = write(settings, data), BY_ID[name].model(settings, data)
        parts = (
            *sorted(code.imports | model.imports()),
            *code.functions,
            *model.sources(),
            *code.lines,
            f"model = {model.call_expression()}",
        )
        script.write_text("\n\n".join(parts), encoding="utf-8")
        names = runpy.run_path(str(script))
        if is_py_dataset(names["dataset"]):
            names["dataset"] = as_dataset(names["dataset"])
        return names


def unbatched(dataset: Any) -> list[tuple[np.ndarray, int]]:
    """The examples of one epoch, in order."""
    return [(image, int(label)) for image, label in dataset.unbatch().as_numpy_iterator()]


def in_any_order(elements: list[tuple[np.ndarray, int]]) -> list[tuple[bytes, int]]:
    """The same examples however they are ordered."""
    return sorted((image.tobytes(), label) for image, label in elements)


def same(one: list[tuple[np.ndarray, int]], other: list[tuple[np.ndarray, int]]) -> bool:
    """The same examples in the same order."""
    return len(one) == len(other) and all(
        a[1] == b[1] and np.array_equal(a[0], b[0]) for a, b in zip(one, other, strict=True)
    )


def save_image(path: Path, shade: int, width: int = 20, height: int = 24) -> bytes:
    """Write a real JPEG or PNG, by the suffix."""
    ramp = np.linspace(0, 100, width * height * 3).reshape(height, width, 3) + shade
    encode = tf.io.encode_png if path.suffix.lower() == ".png" else tf.io.encode_jpeg
    content: bytes = encode(ramp.astype(np.uint8)).numpy()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return content


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = Bench(tmp_path_factory.mktemp("workloads"))
    for label, name in enumerate(("cats", "dogs", "Mäuse ネズミ")):
        for number in range(6):
            suffix = (".jpg", ".PNG", ".JPEG")[number % 3]
            save_image(bench.images / name / f"bild {number}{suffix}", 40 * label + number)
    return bench
