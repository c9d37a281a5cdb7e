"""Payloads of records as dataclasses: strict, as what is read may come from anywhere.

For each dataclass a msgspec structure is made that has the same fields with limits: no text, list
or number is larger than anything that the program writes. What does not fit is refused, never
changed. Nothing is allocated for sizes that a payload only claims.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from math import prod
from operator import attrgetter
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from core.model.chain import recorded
from core.model.kinds import Value
from core.model.measured.totals import FloatArray, IntArray
from core.model.quantity import AnyFloat
from core.model.settings import Settings
from core.records.encode import KIND
from core.records.limits import CHECKS, INTERNED, LIMITS

_MOST_HEAD_BYTES = 32 * 1024 * 1024
"""Of the JSON of a payload. Python takes up to thirty times as much for it."""

_TEXT = Annotated[str, Meta(max_length=2**20)]
_KEY = Annotated[str, Meta(max_length=500)]
_WHOLE = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
_NUMBER = Annotated[float, Meta(ge=-1e18, le=1e18)]
_MOST_ITEMS = Meta(max_length=10_000)
_MOST_GIVEN_OUT = 1_000


class _NotFinite(Enum):
    NAN = "nan"
    INFINITE = "inf"
    BELOW_ALL = "-inf"


_SIZE = Annotated[int, Meta(ge=0, le=2**31)]
_ANY_FLOAT = float | _NotFinite
_Shape = Annotated[list[_SIZE], Meta(max_length=2)]


class _Floats(Struct, array_like=True, forbid_unknown_fields=True):
    """Where an array of float64 stands."""

    kind: Literal["f"]
    shape: _Shape


class _Wholes(Struct, array_like=True, forbid_unknown_fields=True):
    """Where an array of int64 stands."""

    kind: Literal["i"]
    shape: _Shape


Maker = Callable[[Any, "_Arrays"], Any]
"""Makes a value from what msgspec read, and the arrays behind it."""


class Decoder:
    """Reads payloads of some classes."""

    def __init__(self, *classes: type[Any]) -> None:
        readers = [_reader(cls, cls.__name__) for cls in classes]
        self._makers = {reader.structure: reader.make for reader in readers}
        union: Any = Union[tuple(self._makers)]  # noqa: UP007
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(union)

    def decode(self, payload: bytes) -> Any:
        """The instance in a payload; its arrays are read-only.

        Raises:
            ValueError: It holds no instance of these classes; says why.
        """
        line, _, rest = payload.partition(b"\n")
        if len(line) > _MOST_HEAD_BYTES:
            raise ValueError(f"a text of {len(line)} bytes is too long")
        try:
            structure = self._decoder.decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise ValueError(str(error)[:200]) from error
        arrays = _Arrays(rest)
        made = self._makers[type(structure)](structure, arrays)
        arrays.check_end()
        return made


@cache
def _empty(kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """One array for all: the summary of ten thousand runs has eighty thousand empty ones."""
    empty = np.empty(shape, f"{kind}8")
    empty.flags.writeable = False
    return empty


class _Arrays:
    """Takes one array after the other from the end of a payload."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def next(self, described: _Floats | _Wholes | NDArray[Any]) -> NDArray[Any]:
        if isinstance(described, np.ndarray):
            return described  # the default of its field
        count = prod(described.shape)
        if not count and sum(described.shape) < _MOST_GIVEN_OUT:
            return _empty(described.kind, tuple(described.shape))
        if count * 8 > len(self._data) - self._at:
            raise ValueError("its arrays are shorter than they claim")
        flat = np.frombuffer(self._data, f"<{described.kind}8", count, self._at)
        self._at += count * 8
        return flat.reshape(described.shape).astype(f"{described.kind}8", copy=False)

    def check_end(self) -> None:
        if self._at != len(self._data):
            raise ValueError("there is more behind its arrays")


class _InstanceReader:
    """How instances of one dataclass are read.

    Attributes:
        structure: What msgspec reads.
    """

    def __init__(self, cls: type[Any], tag: str | None) -> None:
        hints = get_type_hints(cls, include_extras=True)
        names = [field.name for field in fields(cls)]
        self.structure = msgspec.defstruct(
            cls.__name__,
            [_declared(cls, field, hints[field.name]) for field in fields(cls)],
            tag=tag,
            tag_field=None if tag is None else KIND,
            kw_only=True,
        )
        self._cls, self._check, self._only = cls, CHECKS.get(cls), len(names) == 1
        self._values = attrgetter(*names) if names else lambda _: ()
        self._makers = [
            (at, maker)
            for at, name in enumerate(names)
            if (maker := _maker(hints[name])) is not None
        ]

    def make(self, structure: Any, arrays: _Arrays) -> Any:
        """The instance of a structure that was read.

        Raises:
            ValueError: It is not possible; says why.
        """
        read = self._values(structure)
        values: list[Any] = [read] if self._only else list(read)
        for at, maker in self._makers:
            values[at] = maker(values[at], arrays)
        made = self._cls(*values)
        if self._check is not None:
            self._check(made)
        return made


_READERS: dict[tuple[type[Any], str | None], _InstanceReader] = {}


def _reader(cls: type[Any], tag: str | None = None) -> _InstanceReader:
    """That of a dataclass; with a tag where it is a record of its own."""
    if (cls, tag) not in _READERS:
        _READERS[cls, tag] = _InstanceReader(cls, tag)
    return _READERS[cls, tag]


def _declared(cls: type[Any], field: Field[Any], hint: Any) -> tuple[Any, ...]:
    limited = _limited(hint, LIMITS.get((cls, field.name)))
    # What an older version did not write has its default.
    if field.default is not MISSING:
        return field.name, limited, field.default
    if field.default_factory is not MISSING:
        return field.name, limited, msgspec.field(default_factory=field.default_factory)
    return field.name, limited


@cache
def _values_decoder() -> msgspec.json.Decoder[dict[str, Value]]:
    return msgspec.json.Decoder(_limited(Mapping[str, Value]))


@lru_cache(maxsize=1024)
def _interned(cls: type[Any], text: bytes) -> Any:
    """An instance from its JSON, without arrays."""
    if cls is Settings:
        return recorded(_values_decoder().decode(text))
    reader = _reader(cls)
    return reader.make(msgspec.json.decode(text, type=reader.structure), _Arrays(b""))


def _interned_in(hint: Any) -> type[Any] | None:
    """The class that is read once for equal values, of a field of it or None."""
    return next((cls for cls in INTERNED if hint in (cls, cls | None)), None)


def _interning(cls: Any) -> Maker:
    def make(raw: Any, _: _Arrays) -> Any:
        if raw is None or (text := bytes(raw)) == b"null":
            return None
        try:
            return _interned(cls, text)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise ValueError(str(error)[:200]) from error

    return make


def _maker(hint: Any) -> Maker | None:
    """What makes a value of a type from what msgspec read; None where that is the value."""
    if (cls := _interned_in(hint)) is not None:
        return _interning(cls)
    if hint == AnyFloat:
        return lambda value, _: float(value.value) if type(value) is _NotFinite else value
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _reader(cast(Any, hint)).make
    if hint in _ARRAYS:
        return lambda described, arrays: arrays.next(described)
    makers = [_maker(argument) for argument in arguments if argument is not ...]
    maker = next((maker for maker in makers if maker is not None), None)
    if origin is Sequence or (origin is tuple and arguments[-1] is ...):
        if maker is None:
            return lambda items, _: tuple(items)
        return lambda items, arrays: tuple([maker(item, arrays) for item in items])
    if maker is None:
        return None
    if origin in (Union, types.UnionType):
        return lambda value, arrays: None if value is None else maker(value, arrays)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return lambda items, arrays: {key: maker(item, arrays) for key, item in items.items()}
    raise TypeError(f"records cannot hold {hint}")


def _limited(hint: Any, limit: Meta | None = None) -> Any:
    """A type as it may be read; ``limit`` in place of the usual limit of its kind."""
    if hint == AnyFloat:
        return _ANY_FLOAT
    if _interned_in(hint) is not None:
        return msgspec.Raw
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(_limited(argument, limit) for argument in arguments)]  # noqa: UP007
    if hint in _ARRAYS:
        return _Floats if hint == FloatArray else _Wholes
    if origin is Sequence or (origin is tuple and arguments[-1] is ...):
        return Annotated[list[_limited(arguments[0])], limit or _MOST_ITEMS]  # type: ignore[misc]
    if origin is tuple:
        return tuple[tuple(_limited(argument) for argument in arguments)]  # type: ignore[misc]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Annotated[dict[_KEY, _limited(arguments[1])], limit or _MOST_ITEMS]  # type: ignore[misc]
    if is_dataclass(hint):
        return _reader(cast(Any, hint)).structure
    plain = _PLAIN.get(hint)
    if plain is None:
        return hint
    return plain if limit is None else Annotated[hint, limit]


_ARRAYS = (FloatArray, IntArray)
"""As they are declared: what NumPy makes of them differs from version to version."""
_PLAIN: Mapping[Any, Any] = {str: _TEXT, int: _WHOLE, float: _NUMBER}
