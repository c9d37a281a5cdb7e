"""A cache and a prefetch that are added stand where they ran, in the style of the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.export.patch import patch
from core.pipeline.recorded_chain.chain import user_code_chain
from tests.core.export.patch.reading import calls_of, code, patched

PREFETCH = {"prefetch[added].buffer_size": 2}
CACHE = {"cache[added].enabled": True}
BOTH = {**CACHE, **PREFETCH}
CASES: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "behind the last call": (
        "ds = ds.batch(3)",
        PREFETCH,
        "ds = ds.batch(3).prefetch(2)",
    ),
    "behind the last deterministic call": (
        "ds = ds.map(parse).shuffle(9).batch(3)",
        BOTH,
        "ds = ds.map(parse).cache().shuffle(9).batch(3).prefetch(2)",
    ),
    "both behind one call": (
        "ds = ds.map(parse)",
        BOTH,
        "ds = ds.map(parse).cache().prefetch(2)",
    ),
    "behind a call that changes too": (
        "ds = ds.map(parse, 2)",
        {**BOTH, "map.num_parallel_calls": "off"},
        "ds = ds.map(parse).cache().prefetch(2)",
    ),
    "behind a call in a return, a comment behind it": (
        "def make(ds):\n    return ds.batch(3)  # done\n",
        PREFETCH,
        "def make(ds):\n    return ds.batch(3).prefetch(2)  # done\n",
    ),
    "in place of a call that goes": (
        "ds = ds.batch(3).cache()",
        {**PREFETCH, "cache.enabled": False},
        "ds = ds.batch(3).prefetch(2)",
    ),
    "in place of a statement that would go": (
        "ds = ds.cache()",
        {**PREFETCH, "cache.enabled": False},
        "ds = ds.prefetch(2)",
    ),
    "in place of a line that would go": (
        """
        ds = (
            ds
            .batch(3)  # three
            .cache()  # kept
        )
        """,
        {**PREFETCH, "cache.enabled": False},
        """
        ds = (
            ds
            .batch(3)  # three
            .prefetch(2)  # kept
        )
        """,
    ),
    "one call a line in parentheses": (
        """
        ds = (
            tf.data.Dataset.range(9)
            .map(parse)  # parsed
            .shuffle(9)
            .batch(3)  # three
        )
        """,
        BOTH,
        """
        ds = (
            tf.data.Dataset.range(9)
            .map(parse)  # parsed
            .cache()
            .shuffle(9)
            .batch(3)  # three
            .prefetch(2)
        )
        """,
    ),
    "one call a line, the bracket behind the last": (
        """
        ds = (tf.data.Dataset.range(9)
              .map(parse)
              .batch(3))
        """,
        BOTH,
        """
        ds = (tf.data.Dataset.range(9)
              .map(parse)
              .cache()
              .batch(3)
              .prefetch(2))
        """,
    ),
    "one call a line with backslashes": (
        """
        ds = tf.data.Dataset.range(9) \\
            .map(parse) \\
            .batch(3)
        other = 1
        """,
        BOTH,
        """
        ds = tf.data.Dataset.range(9) \\
            .map(parse) \\
            .cache() \\
            .batch(3) \\
            .prefetch(2)
        other = 1
        """,
    ),
    "behind the first of a chain": (
        """
        ds = (
            tf.data.TFRecordDataset(files)  # read
            .shuffle(9)
        )
        """,
        CACHE,
        """
        ds = (
            tf.data.TFRecordDataset(files)  # read
            .cache()
            .shuffle(9)
        )
        """,
    ),
    "behind the last of several calls in the first line": (
        """
        class Data:
            def make(self):
                return (tf.data.Dataset.range(9).map(parse)
                        .shuffle(3))
        """,
        BOTH,
        """
        class Data:
            def make(self):
                return (tf.data.Dataset.range(9).map(parse)
                        .cache()
                        .shuffle(3)
                        .prefetch(2))
        """,
    ),
    "two calls in the line": (
        """
        ds = (
            tf.data.Dataset.range(9)
            .map(parse).shuffle(9)
        )
        """,
        CACHE,
        """
        ds = (
            tf.data.Dataset.range(9)
            .map(parse).cache().shuffle(9)
        )
        """,
    ),
    "dots at the ends of lines": (
        """
        ds = tf.data.Dataset.range(9). \\
            map(parse). \\
            batch(3)
        """,
        BOTH,
        """
        ds = tf.data.Dataset.range(9). \\
            map(parse).cache(). \\
            batch(3).prefetch(2)
        """,
    ),
    "behind the bracket of a call over several lines": (
        """
        ds = ds.map(
            parse,
        )
        """,
        {**BOTH, "map.num_parallel_calls": 3},
        """
        ds = ds.map(
            parse,
            num_parallel_calls=3,
        ).cache().prefetch(2)
        """,
    ),
    "behind an argument that gets a neighbour": (
        "ds = tf.data.Dataset.map(ds.map(one), two)",
        {**PREFETCH, "map[2].num_parallel_calls": 3},
        "ds = tf.data.Dataset.map(ds.map(one), two, num_parallel_calls=3).prefetch(2)",
    ),
    "behind a walrus": (
        "if (ds := ds.batch(3)): other = 1",
        PREFETCH,
        "if (ds := ds.batch(3).prefetch(2)): other = 1",
    ),
    "behind a call in a pair": (
        "def make(a, b):\n    return a.batch(3), b\n",
        PREFETCH,
        "def make(a, b):\n    return a.batch(3).prefetch(2), b\n",
    ),
    "behind an assignment to an attribute": (
        "self.train = self.train.batch(3)",
        PREFETCH,
        "self.train = self.train.batch(3).prefetch(2)",
    ),
    "tabs": (
        "ds = (\n\tds\n\t.map(parse)\n)\n",
        CACHE,
        "ds = (\n\tds\n\t.map(parse)\n\t.cache()\n)\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_calls_are_added_and_nothing_else_changes(name: str, tmp_path: Path) -> None:
    before, changes, after = CASES[name]
    new, found = patched(tmp_path, code(before), changes)
    assert (new, found.not_done) == (code(after), ())
    assert found.notes == ()


SERVICE = {"service[added].address": "grpc://localhost:5050"}
SERVED = (
    ".apply({0}.data.experimental.service.distribute(processing_mode={0}.data.experimental."
    "service.ShardingPolicy.DYNAMIC, service='grpc://localhost:5050'))"
)


@pytest.mark.parametrize("name", ["tf", "flow", "tensorflow"])
def test_a_service_with_an_address_is_put_in_where_it_stands(file: Path, name: str) -> None:
    begin = "import tensorflow\n" if name == "tensorflow" else f"import tensorflow as {name}\n"
    text = f"{begin}ds = ds.map(parse)\nds = ds.batch(3).prefetch(2)\n"
    file.write_text(text, encoding="utf-8")
    mapped, batched, prefetched = calls_of(text, file)
    calls = mapped, replace(batched, inputs=(mapped.key,)), replace(prefetched, inputs=("batch",))
    chain = user_code_chain(calls)
    settings = chain.defaults().with_values(SERVICE)
    found = patch(chain, settings)
    assert found.not_done == ()
    assert f"ds = ds.batch(3){SERVED.format(name)}.prefetch(2)\n" in found.files[0].new
    settings = settings.with_values({"service[added].position": "map", "batch.batch_size": 4})
    (changed,) = patch(chain, settings).files
    assert f"ds = ds.map(parse){SERVED.format(name)}\nds = ds.batch(4)" in changed.new


def test_a_service_takes_the_import_of_its_function(file: Path) -> None:
    text = (
        "def make():\n    import tensorflow as tf\n    return tf.data.Dataset.range(9).batch(3)\n"
    )
    file.write_text(text, encoding="utf-8")
    drawn, batched = calls_of(text, file)
    chain = user_code_chain((drawn, replace(batched, inputs=(drawn.key,))))
    found = patch(chain, chain.defaults().with_values(SERVICE))
    assert found.not_done == ()
    assert f".batch(3){SERVED.format('tf')}\n" in found.files[0].new


def test_a_service_needs_tensorflow_in_the_file_and_it_is_said(file: Path) -> None:
    text = "ds = ds.map(parse)\nds = ds.batch(3)\n"
    file.write_text(text, encoding="utf-8")
    chain = user_code_chain(calls_of(text, file))
    found = patch(chain, chain.defaults().with_values(SERVICE))
    assert found.files == ()
    assert found.not_done == (
        "batch in line 2 of data.py: `import tensorflow` is not found in the file.",
    )
