"""Options of the pipeline stand behind its last call, made by a function that is put in once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.export.patch import Patch, patch
from tests.core.export.patch.reading import chain_of, code

THREADS = {"options.private_threadpool_size": 32}
PREFETCH = {"prefetch[added].buffer_size": 2}


def patched(file: Path, text: str, changes: Mapping[str, object]) -> Patch:
    file.write_text(text, encoding="utf-8")
    chain = chain_of(text, file)
    return patch(chain, chain.defaults().with_values(changes), pair=False)


def test_they_are_set_behind_what_else_is_added(file: Path) -> None:
    text = """
    '''Reads pictures.'''
    import tensorflow as tf


    def make():
        return tf.data.Dataset.range(9).batch(3)
    """
    found = patched(
        file,
        code(text),
        {
            **PREFETCH,
            **THREADS,
            "options.max_intra_op_parallelism": 1,
            "options.rewrites": "as_written",
        },
    )
    assert found.not_done == ()
    assert found.files[0].new == code(
        """
        '''Reads pictures.'''
        import tensorflow as tf


        def pipeline_options():
            options = tf.data.Options()
            options.experimental_optimization.apply_default_optimizations = False
            options.experimental_optimization.inject_prefetch = False
            options.threading.private_threadpool_size = 32
            options.threading.max_intra_op_parallelism = 1
            return options


        def make():
            return tf.data.Dataset.range(9).batch(3).prefetch(2).with_options(pipeline_options())
        """
    )


def test_one_helper_serves_training_and_validation(file: Path) -> None:
    text = """
    import tensorflow

    def make(n):
        ds = tensorflow.data.Dataset.range(n)
        return ds.batch(3)

    train = make(9)
    valid = make(3)
    """
    (changed,) = patched(file, code(text), THREADS).files
    assert changed.new.count("options = tensorflow.data.Options()") == 1
    assert changed.new.count("return ds.batch(3).with_options(pipeline_options())") == 1


def test_the_helper_takes_a_name_that_is_free(file: Path) -> None:
    text = """
    import tensorflow as tf
    pipeline_options = 3
    ds = tf.data.Dataset.range(9).batch(pipeline_options)
    """
    (changed,) = patched(file, code(text), THREADS).files
    assert "def pipeline_options_2():" in changed.new
    assert "batch(pipeline_options).with_options(pipeline_options_2())" in changed.new


def test_a_file_that_does_not_import_tensorflow_gets_all_but_them(file: Path) -> None:
    text = "from data import ds\nds = ds.map(f).batch(2)\n"
    found = patched(file, text, {**THREADS, **PREFETCH})
    assert found.files[0].new == "from data import ds\nds = ds.map(f).batch(2).prefetch(2)\n"
    assert found.not_done == (
        "The options behind batch in line 2 of data.py cannot be added: `import tensorflow` is "
        "not found at the top of the file.",
    )


def test_the_helper_needs_an_import_that_it_can_see(file: Path) -> None:
    text = """
    def make():
        import tensorflow as tf
        return tf.data.Dataset.range(9).batch(3)
    """
    found = patched(file, code(text), THREADS)
    assert found.files == ()
    assert "`import tensorflow` is not found at the top of the file" in found.not_done[0]


def test_the_helper_stands_behind_an_import_in_a_try(file: Path) -> None:
    begin = "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None\n"
    text = f"{begin}ds = tf.data.Dataset.range(9).batch(3)\n"
    (changed,) = patched(file, text, THREADS).files
    assert changed.new.startswith(f"{begin}\n\ndef pipeline_options():\n")


def test_where_they_cannot_stand_it_says_so(file: Path) -> None:
    text = "import tensorflow as tf\nds = tf.data.Dataset.range(9)\nds = load(ds)(3)\n"
    chain = chain_of("ds = ds.batch(3)\n", file)
    file.write_text(text, encoding="utf-8")
    found = patch(chain, chain.defaults().with_values({**THREADS, **PREFETCH}))
    assert found.files == ()
    assert "The prefetch and the options behind batch" in found.not_done[0]
