"""Files that are damaged or cut off: which file, and where in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from core.faults import look_image, look_npz
from core.faults.look_tfrecord import bad_record
from core.faults.raised import Raised
from core.faults.reading import at
from core.faults.rule import Rule, Told
from core.faults.scene import Scene
from core.faults.words import full, path

_RECORD = re.compile(r"(?:corrupted|truncated) record at \d+|inflate\(\) failed|a TFRecord file")
_NUMPY = re.compile(
    r"BadZipFile|not a zip file|Bad CRC-32|pickled data|Object arrays cannot be loaded"
    r"|No data left in file"
    r"|[Ff]ailed to read all data for array|EOF: reading|magic string is not correct|zlib\.error"
)
_CUT_SHORT = re.compile(
    r"out of range for string|Input to DecodeRaw has length|Input to reshape is a tensor"
    r"|Incompatible shapes at component|not an exact multiple of the record length"
    r"|cannot reshape array of size"
)
"""What reading bytes at their places says of a file that is shorter than it should be."""
_IMAGE = re.compile(
    r"jpeg::Uncompress failed|Unknown image file format|^Input is empty|Invalid (?:PNG|GIF|BMP)"
    r"|Expected image|UnidentifiedImageError|cannot identify image|image file is truncated"
    r"|[Ii]ncomplete bmp|Trying to decode|Invalid JPEG data"
)
OF_OTHER_KINDS = (*look_npz.SUFFIXES, *look_image.SUFFIXES, ".csv", ".txt", ".json")
"""Endings of files that are none of TFRecords."""
_FIND_IT = "Which file it is could not be found: read each by itself to see."


def _records(raised: Raised, scene: Scene) -> Told | None:
    if not raised.is_a("DataLossError") or not _RECORD.search(raised.text):
        return None
    over = scene.until()
    for file in tfrecords(scene, raised):
        if over():
            break
        bad = bad_record(file, over, compression_of(file))
        if bad is not None:
            return Told(
                f"{path(file)} is damaged in {bad.words()}",
                "records that match their checksums, to the end of the file",
                scene.again(file),
                full(file),
            )
    packed = _packed(scene, raised)
    if packed is not None:
        kind = compression_of(packed)
        return Told(
            f"{path(packed)} is compressed ({kind}), and its reader takes it as it is: "
            f"{raised.said}",
            "files compressed as compression_type says",
            f"Read it with compression_type={kind!r}.",
            full(packed),
        )
    plain = [one for one in tfrecords(scene, raised) if not compression_of(one)]
    if "inflate() failed" in raised.text and plain:
        return Told(
            f"{path(plain[0])} is not compressed, and its reader unpacks it: {raised.said}",
            "files compressed as compression_type says",
            "Leave compression_type out, or name the compression that the files have.",
            full(plain[0]),
        )
    return Told(
        f"A TFRecord file is damaged: {raised.said}{at(raised, scene)}",
        "records that match their checksums, to the end of the file",
        f"{_FIND_IT} tf.data.TFRecordDataset(file) raises the same.",
    )


def _packed(scene: Scene, raised: Raised) -> Path | None:
    """A sound compressed file, where a reader met what does not begin like a TFRecord file."""
    if "Is this even a TFRecord file" not in raised.text:
        return None
    return next((one for one in tfrecords(scene, raised) if compression_of(one)), None)


def tfrecords(scene: Scene, raised: Raised) -> Iterator[Path]:
    """Files of a run that may be TFRecord files, whatever their names."""
    return (one for one in scene.files(raised) if one.suffix.lower() not in OF_OTHER_KINDS)


def compression_of(file: Path) -> str:
    """How a TFRecord file is packed, by its first bytes; as ``TFRecordDataset`` takes it."""
    try:
        with file.open("rb") as stream:
            head = stream.read(3)
    except OSError:
        return ""
    if head == b"\x1f\x8b\x08":
        return "GZIP"
    # Of a record's length these would be more than 10 MB, and of zlib they are the only ones.
    return (
        "ZLIB" if head[:2] in (b"\x78\x9c", b"\x78\x01", b"\x78\xda") and head[2:] != b"\0" else ""
    )


def _numpy(raised: Raised, scene: Scene) -> Told | None:
    sure = bool(_NUMPY.search(raised.text))
    if not sure and not _CUT_SHORT.search(raised.text):
        return None
    over = scene.until()
    for file in scene.files(raised):
        if over():
            break
        if file.suffix.lower() not in look_npz.SUFFIXES:
            continue
        wrong = look_npz.numpy_fault(file)
        if wrong:
            return Told(
                f"{path(file)} is damaged: {wrong}{at(raised, scene)}",
                "a NumPy file that can be read to its end",
                scene.again(file),
                full(file),
            )
    if not sure:
        return None
    return Told(
        f"A NumPy file is damaged or of another kind: {raised.said}{at(raised, scene)}",
        "a .npz or .npy file that can be read to its end, without pickled objects",
        f"{_FIND_IT} np.load(file) raises the same.",
    )


def _images(raised: Raised, scene: Scene) -> Told | None:
    if not _IMAGE.search(raised.text):
        return None
    over = scene.until()
    for file in scene.files(raised):
        if over():
            break
        found = _image_in(file, over)
        if found:
            return Told(
                f"{path(file)}{found}{at(raised, scene)}",
                "images that can be decoded to their end",
                scene.again(file),
                full(file),
            )
    return Told(
        f"An image cannot be decoded: {raised.said}{at(raised, scene)}",
        "images that can be decoded to their end",
        f"{_FIND_IT} tf.io.decode_image(tf.io.read_file(file)) raises the same.",
    )


def _image_in(file: Path, over: Callable[[], bool]) -> str:
    """What is wrong with an image in a file, to follow its name; empty where nothing is."""
    if file.suffix.lower() in look_image.SUFFIXES:
        wrong = look_image.image_fault(file)
        return f" is damaged: {wrong}" if wrong else ""
    if file.suffix.lower() in OF_OTHER_KINDS:
        return ""
    bad = look_image.bad_image(file, over, compression_of(file))
    if bad is None:
        return ""
    of = f"the image {bad.feature!r}" if bad.feature else "the image"
    return f" is damaged in record {bad.number:,} (counted from 0): {of}: {bad.wrong}"


def _data_loss(raised: Raised, scene: Scene) -> Told | None:
    if not raised.is_a("DataLossError"):
        return None
    if scene.read.snapshots and "data corruption" in raised.text:
        folder = scene.read.snapshots[0]
        return Told(
            f"The snapshot in {path(folder)} is damaged: {raised.said}",
            "a snapshot as Dataset.snapshot wrote it",
            f"Delete the folder {path(folder)} and run again: it is made anew.",
            full(folder),
        )
    files = scene.read.files
    of = f" It reads {path(files[0])}" if files else ""
    more = f" and {len(files) - 1:,} other files." if len(files) > 1 else "." if files else ""
    return Told(
        f"A file that the pipeline reads is damaged: {raised.said}{at(raised, scene)}",
        "files that can be read to their end",
        f"Put a sound copy in its place and run again.{of}{more}",
    )


RULES = (
    Rule("damaged_record", _records),
    Rule("damaged_numpy", _numpy),
    Rule("damaged_image", _images),
)
ANY_DATA_LOSS = Rule("data_loss", _data_loss)
"""Behind all rules that know more of a ``DataLossError``."""
