"""The protobuf message of an ``.xplane.pb``, as far as it is read here.

TensorFlow has it at another place in nearly every version, and loading TensorFlow takes seconds;
field numbers never change. Texts are read as bytes, so that no odd name makes a trace unreadable.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_INT64, _UINT64, _MESSAGE, _BYTES = 3, 4, 11, 12
_PACKAGE = "pipeline_explorer"
# By message: each field's name, number, type, whether it is a list, and the message in it.
_MESSAGES: dict[str, tuple[tuple[str, int, int, bool, str], ...]] = {
    "XStat": (
        ("metadata_id", 1, _INT64, False, ""),
        ("uint64_value", 3, _UINT64, False, ""),
        ("int64_value", 4, _INT64, False, ""),
        ("str_value", 5, _BYTES, False, ""),
        ("ref_value", 7, _UINT64, False, ""),
    ),
    "XEvent": (
        ("metadata_id", 1, _INT64, False, ""),
        ("offset_ps", 2, _INT64, False, ""),
        ("duration_ps", 3, _INT64, False, ""),
        ("stats", 4, _MESSAGE, True, "XStat"),
    ),
    "XLine": (
        ("id", 1, _INT64, False, ""),
        ("name", 2, _BYTES, False, ""),
        ("timestamp_ns", 3, _INT64, False, ""),
        ("events", 4, _MESSAGE, True, "XEvent"),
        ("display_name", 11, _BYTES, False, ""),
    ),
    "Metadata": (("id", 1, _INT64, False, ""), ("name", 2, _BYTES, False, "")),
    # A map of protobuf is a list of these.
    "Entry": (("key", 1, _INT64, False, ""), ("value", 2, _MESSAGE, False, "Metadata")),
    "XPlane": (
        ("name", 2, _BYTES, False, ""),
        ("lines", 3, _MESSAGE, True, "XLine"),
        ("event_metadata", 4, _MESSAGE, True, "Entry"),
        ("stat_metadata", 5, _MESSAGE, True, "Entry"),
    ),
    "XSpace": (("planes", 1, _MESSAGE, True, "XPlane"),),
}


@cache
def xspace_class() -> Any:
    """The class of the message ``XSpace``."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(
        name=f"{_PACKAGE}/xspace.proto", package=_PACKAGE, syntax="proto3"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for label, number, kind, several, inner in fields:
            field = message.field.add(
                name=label, number=number, type=kind, label=3 if several else 1
            )
            if inner:
                field.type_name = f".{_PACKAGE}.{inner}"
    # A pool of its own: TensorFlow's holds the same messages under other names.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.XSpace"))
