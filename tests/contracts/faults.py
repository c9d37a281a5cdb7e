"""Every fault that there is, as exceptions: a row of ``FAULTS`` is one.

A row has a name, a function that makes the exception in an empty folder (the real one wherever that
can be; else one with the text that was recorded of TensorFlow 2.21, which says so), and what the
message must name. To add one, write such a function and put a row into the table.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.lazy import keras, tf
from core.measure.faults import Scene, no_batches, no_tensors, unseen
from core.workloads.own_errors import OwnError, error_while_running, own_error

Made = tuple[BaseException, Scene]


@dataclass(frozen=True)
class Fault:
    """One row.

    Attributes:
        name: What it is.
        make: Makes the exception, and what the run knows, in an empty folder.
        names: What the message must contain.
        recorded: The text was recorded: the fault cannot be had in a test.
    """

    name: str
    make: Callable[[Path], Made]
    names: tuple[str, ...]
    recorded: bool = False


# -- how exceptions are had -----------------------------------------------------------------------


def raised(action: Callable[[], Any], scene: Scene | None = None) -> Made:
    """What an action raises."""
    try:
        action()
    except Exception as error:
        return error, scene or Scene()
    raise AssertionError("nothing was raised")


def drained(dataset: Any) -> Made:
    """What a dataset raises while it is gone through."""
    return raised(lambda: list(dataset), Scene(dataset=dataset))


def of_tensorflow(kind: str, text: str) -> Made:
    """An error with a recorded text."""
    return getattr(tf.errors, kind)(None, None, text), Scene()


# -- damaged files --------------------------------------------------------------------------------

RECORD_BYTES = 30
STEP_BYTES = RECORD_BYTES + 16
"""A record with its length and both checksums."""


def tfrecord(file: Path, count: int = 9, options: Any = None) -> Path:
    """A TFRecord file of records of 30 bytes."""
    with tf.io.TFRecordWriter(str(file), options) as writer:
        for number in range(count):
            writer.write(bytes([number]) * RECORD_BYTES)
    return file


def damage(file: Path, at: int, count: int = 1) -> Path:
    """The same file with bytes turned over at a place."""
    content = bytearray(file.read_bytes())
    content[at : at + count] = bytes(255 - byte for byte in content[at : at + count])
    file.write_bytes(content)
    return file


def cut(file: Path, count: int) -> Path:
    """The first so many bytes of the file."""
    os.truncate(file, count)
    return file


def _records(*files: Path, **options: Any) -> Made:
    names = [str(one) for one in files]
    return drained(
        tf.data.Dataset.from_tensor_slices(names).interleave(
            lambda name: tf.data.TFRecordDataset(name, **options), cycle_length=2
        )
    )


def _gzipped(folder: Path) -> Made:
    file = tfrecord(folder / "b.tfrecord", options="GZIP")
    return _records(cut(file, file.stat().st_size // 2), compression_type="GZIP")


def _cut_in_a_length(folder: Path) -> Made:
    file = cut(tfrecord(folder / "b.tfrecord"), 5 * STEP_BYTES + 7)
    found = unseen(Scene(dataset=tf.data.TFRecordDataset(str(file))))
    assert found is not None
    return found, Scene()


def npz(file: Path) -> Path:
    """An uncompressed .npz with an array ``data`` of 800 bytes."""
    np.savez(file, data=np.arange(100))
    return file


def _numpy(*files: Path) -> Made:
    def load(name: bytes) -> Any:
        with open(name, "rb") as file:
            found = np.load(file, allow_pickle=False)
            return found["data"] if name.endswith(b".npz") else found

    names = [str(one) for one in files]
    dataset = tf.data.Dataset.from_tensor_slices(names)
    return drained(dataset.map(lambda name: tf.numpy_function(load, [name], tf.int64)))


def _npz_by_bytes(folder: Path) -> Made:
    file = npz(folder / "a.npz")
    at = file.stat().st_size - 400
    cut(file, at)

    def read(name: Any) -> Any:
        content = tf.strings.substr(tf.io.read_file(name), 128, 800)
        return tf.reshape(tf.io.decode_raw(content, tf.int64), [100])

    return drained(tf.data.Dataset.from_tensors(str(file)).map(read))


def _objects(folder: Path) -> Made:
    np.save(folder / "a.npy", np.array([{}], object), allow_pickle=True)
    return _numpy(folder / "a.npy")


def _short_npy(folder: Path) -> Made:
    np.save(folder / "a.npy", np.arange(100))
    return _numpy(cut(folder / "a.npy", 300))


def jpeg(seed: int = 0) -> bytes:
    """A JPEG image of noise."""
    noise = np.random.default_rng(seed).integers(0, 256, (32, 32, 3), np.uint8)
    return bytes(tf.io.encode_jpeg(noise).numpy())


def _images(folder: Path, bad: bytes) -> Made:
    for number, content in enumerate((jpeg(), bad, jpeg(2))):
        (folder / f"{number}.jpg").write_bytes(content)
    names = [str(folder / f"{number}.jpg") for number in range(3)]
    dataset = tf.data.Dataset.from_tensor_slices(names)
    return drained(dataset.map(lambda name: tf.io.decode_jpeg(tf.io.read_file(name))))


def example(**features: bytes) -> bytes:
    """A ``tf.train.Example`` of texts."""
    feature = {
        name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[content]))
        for name, content in features.items()
    }
    return bytes(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())


def _parsed(folder: Path, records: list[bytes], feature: str) -> Made:
    with tf.io.TFRecordWriter(str(folder / "a.tfrecord")) as writer:
        for record in records:
            writer.write(record)

    def parse(record: Any) -> Any:
        features = {feature: tf.io.FixedLenFeature([], tf.string)}
        return tf.io.decode_image(tf.io.parse_single_example(record, features)[feature])

    return drained(tf.data.TFRecordDataset(str(folder / "a.tfrecord")).map(parse))


def _table(folder: Path) -> Made:
    (folder / "a.csv").write_text("x,y\n1,2\n3\n")
    types = [tf.int32, tf.int32]
    return drained(tf.data.experimental.CsvDataset(str(folder / "a.csv"), types, header=True))


def _fixed(folder: Path) -> Made:
    (folder / "a.bin").write_bytes(bytes(105))
    return drained(tf.data.FixedLengthRecordDataset(str(folder / "a.bin"), 10))


def _snapshot(folder: Path) -> Made:
    dataset = tf.data.Dataset.range(50).snapshot(str(folder / "snap"))
    list(dataset)
    for file in (folder / "snap").rglob("*.snapshot"):
        cut(file, 60)
    return drained(tf.data.Dataset.range(50).snapshot(str(folder / "snap")))


# -- files that are not there ---------------------------------------------------------------------


def _opened(folder: Path) -> Made:
    return raised(lambda: (folder / "labels.txt").read_text())


def _loaded(folder: Path) -> Made:
    def load(name: bytes) -> Any:
        return np.load(name.decode())

    one = tf.data.Dataset.from_tensors(str(folder / "gone.npy"))
    return drained(one.map(lambda name: tf.numpy_function(load, [name], tf.float32)))


def _as_a_file(folder: Path) -> Made:
    return drained(tf.data.Dataset.from_tensors(str(folder)).map(tf.io.read_file))


def _closed_file(folder: Path) -> Made:
    error = PermissionError(errno.EACCES, "Permission denied")
    error.filename = str(folder / "a.txt")
    return error, Scene()


# -- caches ---------------------------------------------------------------------------------------


def _cache(folder: Path) -> Any:
    return tf.data.Dataset.range(900).cache(str(folder / "kept"))


def _locked(folder: Path) -> Made:
    lock = folder / "kept_0.lockfile"
    lock.write_text("Created at: 1")
    os.utime(lock, (time.time() - 7200,) * 2)
    return drained(_cache(folder))


def _lock_of_a_program_at_work(folder: Path) -> Made:
    (folder / "kept_0.lockfile").write_text("Created at: 1")
    with (folder / "kept_0.data-00000-of-00001").open("wb"):
        error, scene = drained(_cache(folder))
        # Looked at while the file is open, as it is while a program fills the cache.
        from core.measure.faults import explain

        return explain(error, scene), Scene()


def _garbage(folder: Path) -> Made:
    for end in (".index", ".data-00000-of-00001"):
        (folder / f"kept{end}").write_bytes(b"garbage" * 40)
    return drained(_cache(folder))


def _kept(folder: Path) -> Path:
    list(_cache(folder))
    return folder / "kept.data-00000-of-00001"


def _cut_cache(folder: Path) -> Made:
    cut(_kept(folder), 40)
    return drained(_cache(folder))


def _damaged_cache(folder: Path) -> Made:
    damage(_kept(folder), 100, 40)
    return drained(_cache(folder))


# -- shapes ---------------------------------------------------------------------------------------


def _fitted(inputs: Any, labels: Any, loss: Any = "mse", outputs: int = 1) -> Made:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(outputs)])
    model.compile("sgd", loss)
    data = inputs if labels is None else (inputs, labels)
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(2)
    scene = Scene(dataset=dataset, model=model)
    return raised(lambda: model.fit(dataset, verbose=0), scene)


def _unbatched(folder: Path) -> Made:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    dataset = tf.data.Dataset.from_tensor_slices((tf.zeros([2, 4]), tf.zeros([2])))
    return raised(lambda: model.fit(dataset, verbose=0), Scene(dataset=dataset, model=model))


def _ragged(folder: Path) -> Made:
    dataset = tf.data.Dataset.range(1, 5).map(lambda size: tf.ones([size])).batch(2)
    return drained(dataset)


SPARSE = "sparse_categorical_crossentropy"

# -- memory and Python ----------------------------------------------------------------------------


def _array(folder: Path) -> Made:
    def make(_: Any) -> Any:
        return np.zeros((10**7, 10**7))

    ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(make, [x], tf.float64))
    return drained(ones)


def _generated(*elements: Any, shape: tuple[int, ...] = ()) -> Made:
    spec = tf.TensorSpec(shape, tf.int32)
    return drained(tf.data.Dataset.from_generator(lambda: iter(elements), output_signature=spec))


OWN = """
def work(x):
    raise ValueError("a bad element")
"""


def _own(folder: Path) -> tuple[Path, Any]:
    file = folder / "train.py"
    file.write_text(OWN)
    names: dict[str, Any] = {}
    exec(compile(OWN, str(file), "exec"), names)
    return file, names["work"]


def _own_code(folder: Path) -> Made:
    file, work = _own(folder)
    error, scene = raised(lambda: work(0))
    return own_error(error, file), scene


def _own_function_in_a_map(folder: Path) -> Made:
    file, work = _own(folder)
    ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(work, [x], tf.int64))
    error, scene = drained(ones)
    told = error_while_running(error, file)
    assert isinstance(told, OwnError)
    return told, scene


def _python_function(folder: Path) -> Made:
    def work(x: Any) -> Any:
        raise KeyError("price")

    ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(work, [x], tf.int64))
    return drained(ones)


def _nothing(folder: Path) -> Made:
    (folder / "a.tfrecord").touch()
    scene = Scene(dataset=tf.data.TFRecordDataset(str(folder / "a.tfrecord")))
    return no_batches(scene), scene


def _windows(folder: Path) -> Made:
    found = no_tensors(tf.data.Dataset.range(4).window(2))
    assert found is not None
    return found, Scene()


ELSEWHERE = (
    "Failed to get element from worker localhost:35279: Failed to get an element, with a "
    "nonretryable error: Failed to get element: Error in user-defined function passed to "
    "MapDataset:19 transformation with iterator: Iterator::Root::ParallelMapV2::Map: ValueError: "
    "Could not find callback with key=pyfunc_0 in the registry.\nTraceback (most recent call "
    'last):\n\n  File "/lib/tensorflow/python/ops/script_ops.py", line 257, in __call__\n    raise '
    'ValueError(f"Could not find callback with key={token} in the "\n\nValueError: Could not find '
    "callback with key=pyfunc_0 in the registry.\n\n\n\t [[{{node EagerPyFunc}}]] "
    "[Op:IteratorGetNext] name: "
)
# TensorFlow waits 20 s for that memory before it raises.
TOO_LARGE = (
    "{{function_node __wrapped__IteratorGetNext_output_types_1_device_/job:localhost/replica:0/"
    "task:0/device:CPU:0}} Error in user-defined function passed to MapDataset:29 transformation "
    "with iterator: Iterator::Root::ParallelMapV2: OOM when allocating tensor with shape[1000000,"
    "1000000] and type float on /job:localhost/replica:0/task:0/device:CPU:0 by allocator mklcpu\n"
    "\t [[{{node Fill}}]] [Op:IteratorGetNext] name: "
)
ON_A_GPU = (
    "Graph execution error:\n\nDetected at node sequential_1/conv2d_1/convolution defined at (most "
    'recent call last):\n  File "/home/me/train.py", line 12, in <module>\n\nOOM when allocating '
    "tensor with shape[256,64,224,224] and type float on /job:localhost/replica:0/task:0/device:"
    "GPU:0 by allocator GPU_0_bfc\n\t [[{{node sequential_1/conv2d_1/convolution}}]]\nHint: ..."
)

FAULTS: tuple[Fault, ...] = (
    Fault(
        "TFRecord, damaged data",
        lambda folder: _records(
            tfrecord(folder / "a.tfrecord"),
            damage(tfrecord(folder / "b.tfrecord"), 5 * STEP_BYTES + 20),
        ),
        ("b.tfrecord", "record 5", f"byte {5 * STEP_BYTES}", "checksum"),
    ),
    Fault(
        "TFRecord, damaged length",
        lambda folder: _records(damage(tfrecord(folder / "b.tfrecord"), 3 * STEP_BYTES)),
        ("b.tfrecord", "record 3", f"byte {3 * STEP_BYTES}", "length"),
    ),
    Fault(
        "TFRecord, cut off in the data",
        lambda folder: _records(cut(tfrecord(folder / "b.tfrecord"), 5 * STEP_BYTES + 20)),
        ("b.tfrecord", "record 5", "20 of 46 bytes"),
    ),
    Fault(
        "TFRecord, cut off in a length",
        _cut_in_a_length,
        ("b.tfrecord", "record 5", "cut off 7 bytes"),
    ),
    Fault("TFRecord, packed and cut off", _gzipped, ("b.tfrecord", "unpacked")),
    Fault(
        "TFRecord, not packed",
        lambda folder: _records(tfrecord(folder / "b.tfrecord"), compression_type="GZIP"),
        ("b.tfrecord", "not compressed", "compression_type"),
    ),
    Fault(
        "TFRecord, something else",
        lambda folder: _records(_written(folder / "b.tfrecord", b"something else" * 9)),
        ("b.tfrecord", "record 0", "does not begin like"),
    ),
    Fault(
        "npz, cut off",
        lambda folder: _numpy(npz(folder / "a.npz"), cut(npz(folder / "b.npz"), 500)),
        ("b.npz", "cut off"),
    ),
    Fault(
        "npz, damaged",
        lambda folder: _numpy(npz(folder / "a.npz"), damage(npz(folder / "b.npz"), 400)),
        ("b.npz", "array data", "checksum"),
    ),
    Fault("npz, cut off, read by its bytes", _npz_by_bytes, ("a.npz", "cut off")),
    Fault("npy, cut off", _short_npy, ("a.npy", "300 of 928 bytes")),
    Fault("npy of Python objects", _objects, ("a.npy", "Python objects")),
    Fault(
        "JPEG, cut off",
        lambda folder: _images(folder, jpeg(1)[:500]),
        ("1.jpg", "cut off after 500 bytes"),
    ),
    Fault(
        "JPEG, damaged",
        lambda folder: _images(folder, jpeg(1)[:4] + bytes(200) + jpeg(1)[204:]),
        ("1.jpg", "cannot be decoded"),
    ),
    Fault("JPEG, empty", lambda folder: _images(folder, b""), ("1.jpg", "0 bytes")),
    Fault(
        "JPEG in a TFRecord, cut off",
        lambda folder: _parsed(
            folder, [example(encoded=jpeg(one)[: 300 if one == 2 else None]) for one in range(4)],
            "encoded",
        ),
        ("a.tfrecord", "record 2", "'encoded'", "300 bytes"),
    ),
    Fault(
        "a record without the feature",
        lambda folder: _parsed(folder, [example(encoded=jpeg()), example(other=b"x")], "encoded"),
        ("a.tfrecord", "record 1", "'encoded'", "other"),
    ),
    Fault("CSV, a row that is too short", _table, ("a.csv", "line 3", "2 fields")),
    Fault("records of fixed length, cut off", _fixed, ("a.bin", "105 bytes", "10 bytes")),
    Fault("snapshot, cut off", _snapshot, ("snap", "Delete")),
    Fault(
        "TFRecord that is missing",
        lambda folder: drained(tf.data.TFRecordDataset(str(folder / "train" / "a.tfrecord"))),
        ("a.tfrecord", "not there", "train is the first that is missing"),
    ),
    Fault("file that Python does not find", _opened, ("labels.txt", "not there")),
    Fault("file that np.load does not find", _loaded, ("gone.npy", "not there")),
    Fault("folder that is read as a file", _as_a_file, ("is a folder", "list_files")),
    Fault("file that may not be read", _closed_file, ("a.txt", "may not be read", "chmod"), True),
    Fault(
        "file that TensorFlow may not read",
        lambda folder: of_tensorflow("PermissionDeniedError", "/d/a.tfrecord; Permission denied"),
        ("/d/a.tfrecord", "may not be read", "chmod"),
        True,
    ),
    Fault(
        "pattern that no file is like",
        lambda folder: raised(lambda: tf.data.Dataset.list_files(str(folder / "*.jpg"))),
        ("*.jpg", "is empty"),
    ),
    Fault(
        "pattern in a folder that is missing",
        lambda folder: raised(lambda: tf.data.Dataset.list_files(str(folder / "train" / "*.jpg"))),
        ("*.jpg", "train is not there"),
    ),
    Fault(
        "too many open files",
        lambda folder: of_tensorflow("ResourceExhaustedError", "/d/a.csv; Too many open files"),
        ("/d/a.csv", "cycle_length", "ulimit"),
        True,
    ),
    Fault(
        "disk full while a cache is written",
        lambda folder: of_tensorflow(
            "ResourceExhaustedError", "/d/kept_0.data-00000-of-00001; No space left on device"
        ),
        ("/d/kept_0.data-00000-of-00001", "disk is full"),
        True,
    ),
    Fault("cache, locked", _locked, ("kept_0.lockfile", "2 hours ago", "no program", "Delete")),
    Fault(
        "cache, locked by a program at work",
        _lock_of_a_program_at_work,
        ("kept_0.lockfile", "has the cache open", "Wait"),
    ),
    Fault("cache, garbage", _garbage, ("kept", "index", "Delete")),
    Fault("cache, cut off", _cut_cache, ("kept", "cut off", "Delete")),
    Fault("cache, damaged", _damaged_cache, ("kept", "checksum", "Delete")),
    Fault(
        "cache in a folder that is missing",
        lambda folder: drained(_cache(folder / "none")),
        ("none", "folder", "cache"),
    ),
    Fault("batch of unequal examples", _ragged, ("[1]", "[2]", "padded_batch")),
    Fault(
        "inputs that do not fit the model",
        lambda folder: _fitted(tf.zeros([4, 5]), tf.zeros([4])),
        ("(None, 4)", "(None, 5)"),
    ),
    Fault("examples without batch", _unbatched, ("(None, 4)", "(4,)", "batch")),
    Fault(
        "labels that do not fit the loss",
        lambda folder: _fitted(tf.zeros([4, 4]), tf.zeros([4]), "categorical_crossentropy", 3),
        ("categorical_crossentropy", "(None,)", "(None, 3)"),
    ),
    Fault(
        "labels beyond the outputs",
        lambda folder: _fitted(tf.zeros([4, 4]), tf.fill([4], 7), SPARSE, 3),
        ("label is 7", "3 outputs", "0 to 2"),
    ),
    Fault(
        "no labels",
        lambda folder: _fitted(tf.zeros([4, 4]), None),
        ("without labels", "(None, 4)"),
    ),
    Fault(
        "text for a model of numbers",
        lambda folder: _fitted(tf.fill([4, 4], "a"), tf.zeros([4])),
        ("text", "TextVectorization"),
    ),
    Fault(
        "tensor larger than memory",
        lambda folder: of_tensorflow("ResourceExhaustedError", TOO_LARGE),
        ("4 TB", "[1000000, 1000000]", "Fill", "free"),
        True,
    ),
    Fault("array larger than memory", _array, ("800 TB", "float64")),
    Fault(
        "tensor larger than a GPU's memory",
        lambda folder: of_tensorflow("ResourceExhaustedError", ON_A_GPU),
        ("3.29 GB", "[256, 64, 224, 224]", "convolution"),
        True,
    ),
    Fault("Python without memory", lambda folder: (MemoryError(), Scene()), ("Out of memory",)),
    Fault(
        "Python function in another process",
        lambda folder: of_tensorflow("InvalidArgumentError", ELSEWHERE),
        ("pyfunc_0", "process"),
        True,
    ),
    Fault("generator, shape", lambda _: _generated([1], shape=(2,)), ("(1,)", "(2,)", "generator")),
    Fault("generator, type", lambda folder: _generated(1, "a"), ("int32", "a", "generator")),
    Fault("Python function of this application", _python_function, ("KeyError: 'price'",)),
    Fault("own code", _own_code, ("train.py, line 3", "ValueError: a bad element")),
    Fault("own function in a map", _own_function_in_a_map, ("train.py, line 3", "ValueError: a bad element")),
    Fault(
        "element that an operation refuses",
        lambda folder: drained(tf.data.Dataset.range(4).map(lambda x: tf.gather([1, 2], x))),
        ("indices = 2 is not in [0, 2)",),
    ),
    Fault("pipeline that delivers nothing", _nothing, ("0 batches", "a.tfrecord")),
    Fault("datasets as elements", _windows, ("dataset within a dataset",)),
    Fault("something unheard of", lambda folder: (RuntimeError("of\nmine"), Scene()), ("of mine",)),
)  # fmt: skip


def _written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


__all__ = ["FAULTS", "Fault"]
