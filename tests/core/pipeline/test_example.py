from __future__ import annotations

import pytest

from core.model.recorded_call import RecordedCall
from core.pipeline.example import example_of
from core.pipeline.recorded_chain.chain import user_code_chain
from core.workloads.catalogue import workload
from tests.core.analysis.findings.chains import call, chain, settings_of

IMAGE = "(TensorSpec(shape=(32, 48, 3), dtype=tf.float32), TensorSpec(shape=(), dtype=tf.int64))"
ROWS = "(TensorSpec(shape=(None, 2), dtype=tf.float32), TensorSpec(shape=(None,), dtype=tf.int32))"
DEEP = "{'x': TensorSpec(shape=(None, None, 3), dtype=tf.float32)}"
RAGGED = "RaggedTensorSpec(TensorShape([None, None]), tf.string, 1, tf.int64)"
SOURCE, BATCH, GENERATOR = call("range"), call("batch"), call("from_generator")
OUTER = call("batch", "batch[2]", batch_size=4)
MADE = {"inside": "make_csv_dataset", "made_by": "make_csv_dataset"}
CSV = (
    call("make_csv_dataset"),
    call("shuffle", **MADE),
    call("batch", batch_size=5, inputs=("shuffle",), **MADE),
)
WINDOWS = (SOURCE, call("window"), call("flat_map"), call("batch", "batch[1]", inside="flat_map"))


@pytest.mark.parametrize(
    ("calls", "spec", "levels", "words"),
    [
        ((SOURCE, call("map")), IMAGE, 0, "one element: nothing is batched"),
        ((SOURCE, BATCH, call("prefetch")), ROWS, 1, "one row of a batch of 32"),
        ((SOURCE, BATCH, OUTER), DEEP, 2, "one row of a batch of 4 batches of 32"),
        # A function behind the inner batch made one element of it again.
        ((SOURCE, BATCH, call("map"), OUTER), RAGGED.replace(", None]", "]"), 1, "a batch of 4"),
        ((SOURCE, BATCH, call("map"), OUTER), ROWS, 1, "one row of a batch of 4"),
        # A function behind both made one batch of them.
        ((SOURCE, BATCH, OUTER, call("map")), ROWS, 1, "one row of a batch of 4 batches of 32"),
        ((SOURCE, BATCH, OUTER), ROWS.replace("2)", "32, 2)"), 2, "a batch of 4 batches of 32"),
        ((SOURCE, call("ragged_batch", batch_size=3)), RAGGED, 1, "one row of a batch of 3"),
        ((SOURCE, call("padded_batch", batch_size=3)), ROWS, 1, "one row of a batch of 3"),
        ((SOURCE, call("bucket_by_sequence_length")), ROWS, 1, "one row of a batch"),
        ((SOURCE, BATCH, call("unbatch")), IMAGE, 0, "nothing is batched"),
        ((SOURCE, BATCH, call("rebatch", batch_size=5)), ROWS, 1, "one row of a batch of 5"),
        (WINDOWS, ROWS, 1, "one row of a batch of 32"),
        ((*WINDOWS, OUTER), DEEP, 1, "one row of a batch of 4"),
        ((*CSV, call("map")), ROWS, 1, "one row of a batch of 5"),
        ((*CSV, OUTER), DEEP, 2, "one row of a batch of 4 batches of 5"),
        ((*CSV, call("unbatch"), OUTER), ROWS, 1, "one row of a batch of 4"),
        ((GENERATOR,), ROWS, 1, "the elements come as batches"),
        ((GENERATOR,), IMAGE, 0, "nothing is batched"),
    ],
)
def test_an_example_is_what_the_last_batch_is_made_of(
    calls: tuple[RecordedCall, ...], spec: str, levels: int, words: str
) -> None:
    # Without a model of theirs, whose batches everything would be.
    found = example_of(user_code_chain(chain(*calls), has_model=False).defaults(), spec)
    assert found.levels == levels
    assert words in found.words


def test_what_a_model_of_theirs_takes_comes_in_batches() -> None:
    assert example_of(settings_of(SOURCE), ROWS).levels == 1
    assert example_of(settings_of(SOURCE), IMAGE).levels == 0


def test_the_size_of_a_batch_is_the_chosen_one() -> None:
    found = example_of(settings_of(SOURCE, BATCH, batch__batch_size=8), ROWS)
    assert found.words == "one row of a batch of 8"
    built_in = workload("in_memory").chain.defaults()
    assert example_of(built_in, ROWS).words == "one row of a batch of 32"


def test_a_buffer_in_front_of_a_batch_holds_elements() -> None:
    before, behind = (call("prefetch", f"prefetch[{name}]", buffer_size=64) for name in ("1", "2"))
    settings = settings_of(SOURCE, before, BATCH, call("shuffle"), behind)
    units = {stage.key: knob.unit for stage in settings.chain.stages for knob in stage.knobs[:1]}
    assert units["prefetch[1]"] == "elements"
    assert units["prefetch[2]"] == units["shuffle"] == "batches"
    texts = {key: settings.chain.stage(key) for key in ("prefetch[1]", "prefetch[2]")}
    assert [stage is not None and "next elements" in stage.help for stage in texts.values()] == [
        True,
        False,
    ]
    assert settings_of(SOURCE, BATCH, OUTER).format("batch[2].batch_size") == "4 batches"
    assert settings.format("batch.batch_size") == "32 examples"
    # So many of a buffer's elements make the batches that a run begins with.
    steps = [stage.warm_up_steps(settings) for stage in texts.values() if stage is not None]
    assert steps == [2, 64]
