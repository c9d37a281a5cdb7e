"""Each kind of value: what it takes, how it writes it, what it says of the rest."""

from __future__ import annotations

import random

import pytest

from core.model.kinds import Folder, Kind, OneOf, Real, Toggle, Whole
from core.model.tensorflow_kinds import Device, ServiceAddress, XlaFlags, emulated_ms

_DRAW = random.Random(1)

VALUES = [
    *((Toggle(), value) for value in (True, False)),
    *((OneOf(("as_written", "tensorflow_default")), value) for value in ("as_written",)),
    *((Whole(-5, 10**9, words=("off", "all")), value) for value in ("off", "all", -5, 0, 10**9)),
    *((Whole(0, 2**31 - 1), _DRAW.randrange(2**31)) for _ in range(20)),
    *((Real(0, 1e12), value) for value in (0.0, 1e-7, 0.1, 1 / 3, 1234567.0, 1e12)),
    *((Real(-1e9, 1e9), _DRAW.uniform(-1e9, 1e9)) for _ in range(20)),
    *((XlaFlags(), value) for value in ("default", "--xla_a=true", "--tf_xla_b=1 --xla_c_d")),
    *((Folder(), value) for value in ("", "/some where/else")),
    *((ServiceAddress(), value) for value in ("", "grpc://a-b.c:1", "grpc://[::1]:65535")),
    *((Device(), value) for value in ("cpu", "gpu:0", "gpu:12", "emulated:0.00001")),
    *((Device(), f"emulated:{_DRAW.uniform(0.001, 60_000):.6f}") for _ in range(20)),
]


@pytest.mark.parametrize(("kind", "value"), VALUES, ids=str)
def test_what_is_written_reads_back_as_the_same_value(kind: Kind, value: object) -> None:
    checked = kind.check(value)
    assert kind.parse(kind.format(checked)) == checked
    assert kind.check(checked) == checked


@pytest.mark.parametrize(
    ("kind", "value", "plain"),
    [
        (Toggle(), "Yes", True),
        (Toggle(), "0", False),
        (OneOf(("as_written",)), "As-Written", "as_written"),
        (Whole(1, 64, words=("off", "autotune")), " AUTOTUNE ", "autotune"),
        (Whole(1, 64), "+7", 7),
        (Whole(1, 64), 7.0, 7),
        (Real(0, 10), "2.50", 2.5),
        (XlaFlags(), "  --xla_a=1   --xla_b=-2.5 ", "--xla_a=1 --xla_b=-2.5"),
        (XlaFlags(), " Default ", "default"),
        (XlaFlags(), "", "default"),
        (ServiceAddress(), " GRPC://Host:05050 ", "grpc://Host:5050"),
        (Device(), "GPU", "gpu:0"),
        (Device(), "gpu:07", "gpu:7"),
        (Device(), "emulated 20 ms", "emulated:20"),
        (Device(), "emulated:20.0", "emulated:20"),
    ],
)
def test_people_may_write_a_value_in_their_own_way(
    kind: Kind, value: object, plain: object
) -> None:
    checked = kind.check(value)
    assert checked == plain
    assert type(checked) is type(plain)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Toggle(), "maybe"),
        (OneOf(("a", "b")), "c"),
        (Whole(1, 64, words=("off",)), "all"),
        (Whole(1, 64), 0),
        (Whole(1, 64), 65),
        (Whole(1, 64), 2.5),
        (Whole(1, 64), True),
        (Whole(1, 64), float("nan")),
        (Whole(1, 64), "9" * 5000),
        (Real(0, 1), "nan"),
        (Real(0, 1), float("inf")),
        (Real(0, 1), 10**400),
        (Real(0, 1), None),
        (Real(0, 1), True),
        (Folder(), 3),
        (Folder(), "a\0b"),
        (Folder(), "~nobody-of-this-name/images"),
        (ServiceAddress(), "host:5050"),
        (ServiceAddress(), "http://host:5050"),
        (ServiceAddress(), "grpc://host"),
        (ServiceAddress(), "grpc://host:0"),
        (ServiceAddress(), "grpc://host:65536"),
        (ServiceAddress(), "grpc://ho st:1"),
        (ServiceAddress(), "grpc://host:1/path"),
        (XlaFlags(), "xla_a=1"),
        (XlaFlags(), "--xla_a=1 --other=2"),
        (XlaFlags(), "--xla_a=$(touch x)"),
        # Settings may come from someone else: nothing of theirs writes a file here.
        (XlaFlags(), "--xla_dump_to=here"),
        (XlaFlags(), "--xla_a=/etc/passwd"),
        (XlaFlags(), "--xla_gpu_dump_autotune_results_to=x"),
        (XlaFlags(), "--xla_gpu_cuda_data_dir=beside"),
        (XlaFlags(), "--tf_xla_persistent_cache_directory=."),
        (XlaFlags(), "--xla_gpu_target_config_filename=x"),
        (XlaFlags(), "--xla_gpu_load_autotune_results_from=x"),
        (XlaFlags(), "--xla_backend_extra_options=x"),
        (Device(), "tpu"),
        (Device(), "emulated:0"),
        (Device(), "emulated:60001"),
        (Device(), "emulated:-1"),
        (Device(), "emulated:nan"),
    ],
    ids=str,
)
def test_what_it_does_not_take_is_refused_with_what_it_takes(kind: Kind, value: object) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        kind.check(value)
    assert str(caught.value) == kind.describe()


def test_only_an_emulated_device_has_a_time_per_step() -> None:
    assert emulated_ms("emulated:12.5") == 12.5
    assert emulated_ms("cpu") is None
    assert emulated_ms("gpu:0") is None
