"""Event files of TensorBoard, written without TensorFlow.

An event file is a TFRecord file of ``Event`` messages (``tensorflow/core/util/event.proto``,
``summary.proto`` and TensorBoard's ``hparams/plugin_data.proto``). Few of their fields are needed,
and field numbers never change, so the messages are put together here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

from core.file_checks.crc32c import masked_crc32c
from core.model.kinds import Value

_VARINT, _DOUBLE, _BYTES = 0, 1, 2
_FLOATS, _TEXTS = 1, 7
"""Types of tensors."""
_SCALARS, _TENSORS = 1, 2
"""Classes of data, which TensorBoard thins out each in its way."""
_HPARAMS = "_hparams_/session_start_info"


def file_version() -> bytes:
    """The first message of a file, as a record."""
    return _record(_field(1, 0.0) + _field(3, "brain.Event:2"))


def event(at_s: float, step: int, values: Iterable[bytes]) -> bytes:
    """A message with some values, as a record.

    Args:
        at_s: When, in seconds since 1970.
        step: After how many steps.
        values: See ``scalar``, ``text`` and ``hparams``.
    """
    summary = b"".join(_field(1, value) for value in values)
    return _record(_field(1, at_s) + _field(2, step) + _field(5, summary))


def scalar(tag: str, value: float, description: str = "") -> bytes:
    """A number; its description is read from the first value of a tag."""
    tensor = _field(1, _FLOATS) + _field(2, b"") + _field(5, struct.pack("<f", value))
    return _field(1, tag) + _field(8, tensor) + _metadata("scalars", _SCALARS, b"", description)


def text(tag: str, markdown: str) -> bytes:
    """A text, in Markdown."""
    # A tensor without a shape is a scalar.
    tensor = _field(1, _TEXTS) + _field(2, b"") + _field(8, markdown)
    return _field(1, tag) + _field(8, tensor) + _metadata("text", _TENSORS)


def hparams(values: Mapping[str, Value], group: str, began_s: float) -> bytes:
    """What a run was set to, for the table of hyperparameters.

    Args:
        values: The settings.
        group: Runs of one group count as repeats.
        began_s: When it began, in seconds since 1970.
    """
    entries = b"".join(
        _field(1, _field(1, key) + _field(2, _setting(value))) for key, value in values.items()
    )
    content = _field(3, entries + _field(4, group) + _field(5, began_s))
    # The data lie in the description; the value itself is an empty tensor.
    return (
        _field(1, _HPARAMS)
        + _field(8, _field(1, _FLOATS))
        + _metadata("hparams", _TENSORS, content)
    )


def _metadata(plugin: str, kind: int, content: bytes = b"", description: str = "") -> bytes:
    data = _field(1, plugin) + _field(2, content)
    return _field(9, _field(1, data) + _field(3, description) + _field(4, kind))


def _setting(value: Value) -> bytes:
    """A ``google.protobuf.Value``."""
    if isinstance(value, bool):
        return _field(4, int(value))
    return _field(2, float(value)) if isinstance(value, int | float) else _field(3, str(value))


def _record(message: bytes) -> bytes:
    length = struct.pack("<Q", len(message))
    return b"".join(
        (
            length,
            struct.pack("<I", masked_crc32c(length)),
            message,
            struct.pack("<I", masked_crc32c(message)),
        )
    )


def _field(number: int, value: int | float | str | bytes) -> bytes:
    """One field of a message: a whole number, a double, a text or another message."""
    if isinstance(value, float):
        return _varint(number << 3 | _DOUBLE) + struct.pack("<d", value)
    if isinstance(value, int):
        return _varint(number << 3 | _VARINT) + _varint(value)
    content = value if isinstance(value, bytes) else value.encode(errors="backslashreplace")
    return _varint(number << 3 | _BYTES) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    """A whole number from 0 on, seven bits a byte."""
    low, rest = number & 0x7F, number >> 7
    return bytes((low | 0x80,)) + _varint(rest) if rest else bytes((low,))
