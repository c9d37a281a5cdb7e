"""Which files a built pipeline reads and writes, found by looking through its datasets.

Looked at only after a run, to say which files may be damaged. Paths stand in tensors of the
datasets (``from_tensor_slices(paths)``, ``TFRecordDataset(paths)``), in what functions captured,
and, for generators and Python functions, in what their Python closes over.
"""

from __future__ import annotations

import functools
import io
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from core.lazy import tf
from core.process_pool.parts import globals_of

MOST = 20_000
"""So many files are looked at at most: who has more is told of those that were looked at."""
_DEEPEST = 12
_LONGEST_PATH = 4096
_FOLDERS = 20


@dataclass(frozen=True)
class FilesRead:
    """What was found.

    Attributes:
        files: Files that are there, in the order in which they were found.
        folders: Folders that are there likewise.
        caches: Names of cache files (``Dataset.cache(filename)``), without what TensorFlow appends.
        snapshots: Folders of ``Dataset.snapshot``.
    """

    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    caches: tuple[str, ...] = ()
    snapshots: tuple[str, ...] = ()


def files_read(dataset: Any) -> FilesRead:
    """Look through a ``tf.data.Dataset``; reads no file."""
    search = _Search()
    search.dataset(dataset)
    search.join()
    folders = tuple(Path(os.path.abspath(folder)) for folder in search.folders)
    return FilesRead(tuple(search.files), folders, tuple(search.caches), tuple(search.snapshots))


def files_at_hand(
    error: BaseException, may_be: Callable[[Path], bool] = lambda file: True
) -> tuple[Path, ...]:
    """Files of a kind that are named in the innermost frame of an exception that names any."""
    frames = []
    at = error.__traceback__
    while at is not None:
        frames.append(at.tb_frame)
        at = at.tb_next
    for frame in reversed(frames):
        search = _Search()
        for value in list(frame.f_locals.values()):
            if isinstance(value, (str, bytes, os.PathLike, list, tuple)):
                search.value(value)
            else:
                search.value(_opened(value))
        if files := tuple(filter(may_be, search.files)):
            return files
    return ()


class _Search:
    def __init__(self) -> None:
        self.files: dict[Path, None] = {}
        self.caches: dict[str, None] = {}
        self.snapshots: dict[str, None] = {}
        self._seen: set[int] = set()
        self._kept: list[Any] = []
        self.folders: list[str] = []
        self._names: list[str] = []
        self._left = 20 * MOST

    def dataset(self, dataset: Any) -> None:
        """Those that it reads, and all before it."""
        waiting = [dataset]
        while waiting:
            reached = waiting.pop()
            if self._again(reached):
                continue
            for name, value in _attributes(reached).items():
                self._attribute(reached, name, value)
            waiting += reversed(reached._inputs())

    def value(self, value: Any) -> None:
        """Paths in a value."""
        self._value(value, _DEEPEST - 1)

    def _attribute(self, dataset: Any, name: str, value: Any) -> None:
        if name == "_filename" and type(dataset).__name__.startswith("Cache"):
            self.caches.update(dict.fromkeys(text for text in _texts(value) if text))
        elif name == "_path" and "Snapshot" in type(dataset).__name__:
            self.snapshots.update(dict.fromkeys(_texts(value)))
        elif isinstance(value, tf.data.Dataset):
            self.dataset(value)
        elif hasattr(value, "_func") and hasattr(value, "_function"):
            self._function(value)
        elif name not in ("_variant_tensor_attr", "_graph_attr"):
            self._value(value, _DEEPEST - 1)

    def _function(self, wrapper: Any) -> None:
        """A function that a dataset applies: what its graph captured, and what its Python has."""
        for captured in getattr(wrapper.function, "captured_inputs", ()):
            self._value(captured, _DEEPEST)
        for node in wrapper.function.graph.as_graph_def().node:
            if node.op == "Const" and node.attr["dtype"].type == tf.string.as_datatype_enum:
                self._paths(node.attr["value"].tensor.string_val)
        self._value(wrapper._func, 0)

    def _value(self, value: Any, depth: int) -> None:
        """Paths in a value, and in what a Python function closes over."""
        self._left -= 1
        if depth > _DEEPEST or len(self.files) >= MOST or self._left < 0:
            return
        if isinstance(value, (str, bytes, os.PathLike)):
            self._paths((value,))
        elif isinstance(value, (tf.Tensor, tf.Variable, np.ndarray)):
            self._paths(_texts(value))
        elif isinstance(value, (list, tuple, set, frozenset)):
            for item in list(value)[:MOST]:
                self._value(item, depth + 1)
        elif isinstance(value, Mapping):
            for item in list(value.values())[:MOST]:
                self._value(item, depth + 1)
        elif isinstance(value, functools.partial):
            self._value((value.func, *value.args, *value.keywords.values()), depth)
        elif isinstance(value, MethodType):
            self._value(value.__func__, depth)
            self._value(dict(getattr(value.__self__, "__dict__", {})), depth + 1)
        elif isinstance(value, FunctionType) and not self._again(value):
            self._python(value, depth)
        elif type(value).__name__ == "_GeneratorState":
            self._value(vars(value).get("_generator"), depth + 1)
        elif hasattr(value, "python_function"):
            self._value(value.python_function, depth + 1)
        elif callable(value) and not isinstance(value, type) and not _is_library(value):
            self._value(dict(getattr(value, "__dict__", {})), depth + 1)

    def _python(self, function: FunctionType, depth: int) -> None:
        for cell in function.__closure__ or ():
            try:
                self._value(cell.cell_contents, depth + 1)
            except ValueError:  # not filled yet
                continue
        for default in function.__defaults__ or ():
            self._value(default, depth + 1)
        if hasattr(function, "__wrapped__"):
            self._value(function.__wrapped__, depth + 1)
        # Functions of TensorFlow call a great many others, and none of them names a file.
        for value in () if _is_library(function) else globals_of(function).values():
            self._value(value, depth + 1)

    def _paths(self, values: Any) -> None:
        for value in values:
            if len(self.files) >= MOST:
                return
            name = _text(value)
            if not name or len(name) > _LONGEST_PATH or "\0" in name or "\n" in name:
                continue
            if os.path.isfile(name):
                self.files[Path(os.path.abspath(name))] = None
            elif os.path.isdir(name) and len(self.folders) < _FOLDERS:
                self.folders.append(name)
            elif len(self._names) < MOST:
                self._names.append(name)

    def join(self) -> None:
        """Names that a function puts behind the name of a folder while the pipeline runs."""
        for folder in self.folders:
            for name in self._names:
                file = os.path.join(folder, name)
                if len(self.files) < MOST and os.path.isfile(file):
                    self.files[Path(os.path.abspath(file))] = None

    def _again(self, value: Any) -> bool:
        """Whether it was looked at before; it is held on to, so that no other gets its id."""
        if id(value) in self._seen:
            return True
        self._seen.add(id(value))
        self._kept.append(value)
        return False


def _opened(value: Any) -> str:
    """The name of the file behind what was opened earlier: a file, an archive, what np.load gave.

    Members of an archive are read when they are asked for; by then nothing else names the file.
    """
    if isinstance(value, np.lib.npyio.NpzFile):
        value = value.fid or value.zip
    name = getattr(value, "filename" if isinstance(value, zipfile.ZipFile) else "name", None)
    known = isinstance(value, (io.IOBase, zipfile.ZipFile)) and isinstance(name, (str, bytes))
    return _text(name) if known else ""


def _attributes(dataset: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = getattr(dataset, "__dict__", {})
    return dict(attributes)


def _is_library(value: Any) -> bool:
    module = str(getattr(value, "__module__", "") or "")
    return module.startswith(("tensorflow", "keras", "numpy"))


def _texts(value: Any) -> Iterator[str]:
    """Strings in a tensor or an array of them; none of other types, and none of large tables."""
    if isinstance(value, (str, bytes, os.PathLike)):
        yield _text(value)
        return
    if isinstance(value, (tf.Tensor, tf.Variable)) and value.dtype != tf.string:
        # A table of numbers, which may be the whole of the data, would be copied to be looked at.
        return
    plain = value.numpy() if hasattr(value, "numpy") else value
    if isinstance(plain, bytes):
        yield _text(plain)
    elif isinstance(plain, np.ndarray) and plain.dtype.kind in "OSU" and plain.size <= 50 * MOST:
        for text in plain.ravel().tolist()[:MOST]:
            yield _text(text)


def _text(value: Any) -> str:
    try:
        return os.fsdecode(value) if isinstance(value, (str, bytes, os.PathLike)) else ""
    except (TypeError, ValueError):
        return ""
