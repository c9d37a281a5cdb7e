from __future__ import annotations

from dataclasses import replace

from core.analysis.stages.executed_view import ESTIMATE, executed_view
from core.model.measured.ceilings import Ceilings
from core.model.measured.executed import NodeReading, PipelineReading
from core.model.run import Run
from core.workloads.catalogue import workload
from tests.builders import even_samples, run_of
from tests.core.analysis.findings.chains import BATCH, PREFETCH, SOURCE, call, settings_of

SETTINGS = workload("in_memory").chain.defaults()


def reading(
    at_s: float, batches: int, names: tuple[str, ...], work_s: float = 0.02
) -> PipelineReading:
    """A pipeline of these nodes, the root first; each works so long for a batch."""
    nodes = tuple(
        NodeReading(
            "/".join(names[: depth + 1]),
            name,
            depth,
            False,
            1,
            batches if name != "TensorSlice" else 32 * batches,
            work_s * batches,
            0,
            0,
            None,
            2.0 if name == "Prefetch" else None,
            name == "Prefetch",
        )
        for depth, name in enumerate(names)
    )
    return PipelineReading(at_s, nodes)


def run_with(*names: str, work_s: float = 0.02) -> Run:
    """A run that waits 30 ms for each batch."""
    readings = (reading(1, 10, names, work_s), reading(2, 60, names, work_s))
    return replace(run_of(even_samples(60, 1)), pipeline=readings)


def test_what_runs_as_written_says_so() -> None:
    view = executed_view(run_with("Root", "BatchV2", "TensorSlice"), SETTINGS)
    assert [(row.written, row.executed) for row in view.rows] == [
        ("source", "TensorSlice"),
        ("batch", "BatchV2"),
    ]
    assert "TensorFlow runs exactly what is written." in view.notes
    assert view.notes[-1] == ESTIMATE


def test_what_tensorflow_put_in_is_marked_and_explained() -> None:
    view = executed_view(run_with("Root", "Prefetch", "BatchV2", "TensorSlice"), SETTINGS)
    put_in = view.rows[-1]
    assert (put_in.written, put_in.executed) == ("", "Prefetch")
    assert "put in a Prefetch" in put_in.note
    assert put_in.buffered == "0 of 2 (tuned)"
    assert not any("exactly what is written" in note for note in view.notes)


def test_a_prefetch_that_was_put_in_last_is_not_the_written_one_in_the_middle() -> None:
    settings = settings_of(SOURCE, PREFETCH, call("map"), BATCH)
    names = ("Root", "Prefetch", "MapAndBatch", "Prefetch", "TensorSlice")
    view = executed_view(run_with(*names), settings)
    assert [row.written for row in view.rows] == [
        "from_tensor_slices",
        "prefetch",
        "map + batch",
        "",
    ]
    assert view.left_out == ()


def test_a_written_stage_that_does_not_run_is_named() -> None:
    settings = SETTINGS.with_values({"shuffle.buffer_size": 100})
    view = executed_view(run_with("Root", "BatchV2", "TensorSlice"), settings)
    assert "TensorFlow left out: shuffle." in view.notes


def test_the_narrowest_stage_comes_first_with_its_capacity() -> None:
    view = executed_view(run_with("Root", "BatchV2", "TensorSlice"), SETTINGS)
    assert view.notes[0].startswith("The narrowest stage is ")
    assert "examples/s" in view.notes[0]
    assert sum(row.narrowest for row in view.rows) == 1


def test_where_no_stage_explains_the_wait_none_is_called_the_narrowest() -> None:
    # TensorFlow's times leave out what is waited for outside of it: the storage.
    view = executed_view(run_with("Root", "BatchV2", "TensorSlice", work_s=0.001), SETTINGS)
    assert not any(row.narrowest for row in view.rows)
    assert view.notes[0].startswith("No stage here explains how long the model waits")
    assert not any(note.startswith("The narrowest") for note in view.notes)


def test_a_run_that_hardly_waits_names_its_narrowest_stage_all_the_same() -> None:
    samples = even_samples(60, 1, wait_s=0.0005, busy_s=0.05)
    run = replace(run_with("Root", "BatchV2", "TensorSlice", work_s=0.001), samples=samples)
    assert executed_view(run, SETTINGS).notes[0].startswith("The narrowest stage is ")


def test_a_single_reading_gives_names_but_no_figures() -> None:
    run = run_with("Root", "BatchV2", "TensorSlice")
    view = executed_view(replace(run, pipeline=run.pipeline[:1]), SETTINGS)
    assert [row.executed for row in view.rows] == ["TensorSlice", "BatchV2"]
    assert view.rows[0].capacity.text() == "not measured (one reading is too few)"


def test_without_a_reading_the_view_says_why() -> None:
    view = executed_view(run_of(even_samples(60, 1)), SETTINGS)
    assert view.rows == ()
    assert "older version" in view.notes[0]


def test_readings_taken_while_the_data_end_do_not_look_like_another_pipeline() -> None:
    run = run_with("Root", "BatchV2", "TensorSlice")
    ending = reading(3, 70, ("Root", "BatchV2"))
    view = executed_view(replace(run, pipeline=(*run.pipeline, ending)), SETTINGS)
    assert [row.written for row in view.rows] == ["source", "batch"]
    assert not any("left out" in note for note in view.notes)


def test_ceilings_that_were_measured_are_said() -> None:
    run = replace(run_with("Root", "BatchV2", "TensorSlice"), ceilings=Ceilings(2000.0, 1000.0))
    assert any("the pipeline limits" in note for note in executed_view(run, SETTINGS).notes)


def test_stages_whose_data_were_all_taken_in_are_not_called_left_out() -> None:
    # A shuffle that has swallowed everything: no reading shows what fed it.
    settings = SETTINGS.with_values({"shuffle.buffer_size": 100})
    view = executed_view(run_with("Root", "BatchV2", "Shuffle"), settings)
    assert not any("left out" in note or "exactly" in note for note in view.notes)
    assert view.notes[0].startswith("Not shown: source.")
    assert not any(row.narrowest for row in view.rows)
    assert not any(note.startswith("The narrowest") for note in view.notes)


def test_elements_are_called_what_they_are_although_counters_are_a_little_off() -> None:
    names = ("Root", "BatchV2", "TensorSlice")
    view = executed_view(run_with(*names), SETTINGS)
    assert [row.element for row in view.rows] == ["an example", "a batch of 32"]
    first, last = reading(1, 10, names), reading(2, 60, names)
    # Buffers that emptied meanwhile: more batches were delivered than made.
    root, batch, source = last.nodes
    ahead = replace(last, nodes=(replace(root, elements=66), batch, source))
    off = replace(run_of(even_samples(60, 1)), pipeline=(first, ahead))
    assert [row.element for row in executed_view(off, SETTINGS).rows] == [
        "an example",
        "a batch of 32",
    ]
    # Files of ten batches each: 320 examples.
    one_to_six = (replace(first.nodes[2], elements=1), replace(source, elements=6))
    opened = tuple(
        replace(one, nodes=(*one.nodes[:2], file))
        for one, file in zip((first, last), one_to_six, strict=True)
    )
    of_files = replace(run_of(even_samples(60, 1)), pipeline=opened)
    assert executed_view(of_files, SETTINGS).rows[0].element == "about 320 examples"


def test_without_figures_it_is_not_said_what_an_element_is() -> None:
    run = run_with("Root", "BatchV2", "TensorSlice")
    view = executed_view(replace(run, pipeline=run.pipeline[:1]), SETTINGS)
    assert {row.element for row in view.rows} == {""}


def test_of_a_service_no_figure_is_made_up_for_what_its_workers_do() -> None:
    settings = SETTINGS.with_values({"service.workers": 2, "prefetch.buffer_size": 2})
    view = executed_view(run_with("Root", "Prefetch", "DataService"), settings)
    service = next(row for row in view.rows if row.written == "service")
    assert service.elements.value is not None
    for figure in (service.time_per_element, service.busy, service.of_cpu, service.capacity):
        assert figure.value is None
        assert "runs in the service's workers: not measured here" in figure.text()
    assert view.served[:1] == ("source",)
    assert view.notes[0].startswith("Not shown: source, ")
    assert not any(row.narrowest for row in view.rows)
