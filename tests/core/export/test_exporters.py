"""What every exporter does, and what the table looks like."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from core.export.catalogue import EXPORTERS
from core.export.exporter import Exporter
from core.export.runs_csv import RunsCsv
from core.model.measured.samples import Samples
from core.model.run import Failure, Label, RunState
from tests.builders import run_of

RUNS = (
    run_of(number=1, label=Label(name='a "name", with\nall signs', note="Größe")),
    run_of(number=2, values={"cache.where": "memory", "options.enabled": True}),
    run_of(
        Samples.empty(),
        number=3,
        state=RunState.FAILED,
        failure=Failure("It broke", remedy="Mend it."),
    ),
    run_of(number=4, emulations=("emulated accelerator 20 ms",)),
)


def rows(runs: tuple[object, ...] = RUNS) -> list[dict[str, str]]:
    text = RunsCsv().text(runs)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("one", EXPORTERS, ids=lambda one: one.id)
def test_every_exporter_takes_any_runs_and_none(one: Exporter) -> None:
    assert one.text(())
    assert "It broke" in one.text(RUNS)
    assert one.label
    assert one.help.endswith(".")


def test_exporters_have_ids_of_their_own() -> None:
    assert len({exporter.id for exporter in EXPORTERS}) == len(EXPORTERS)


def test_a_table_has_one_row_a_run_and_a_column_for_every_knob_of_any() -> None:
    found = rows()
    assert [row["number"] for row in found] == ["1", "2", "3", "4"]
    assert found[0]["name"] == 'a "name", with\nall signs'
    assert [row["cache.where"] for row in found] == ["", "memory", "", ""]
    assert found[1]["options.enabled"] == "on"


def test_headings_carry_the_unit() -> None:
    found = rows()[0]
    assert float(found["throughput (examples/s)"]) > 0
    assert float(found["device idle (%)"]) > 0
    assert found["final loss"] == "1.25"


def test_what_was_not_measured_is_an_empty_cell_with_its_reason_beside() -> None:
    found = rows()[2]
    assert found["throughput (examples/s)"] == ""
    assert "throughput: no step was trained" in found["not measured"]
    assert found["failure"] == "It broke. Mend it."


def test_sources_and_emulation_stand_in_every_row() -> None:
    found = rows()
    assert found[0]["sources"].startswith("timed in the loop: throughput")
    assert "Keras history: final loss" in found[0]["sources"]
    assert found[3]["emulated"] == "emulated accelerator 20 ms"


def test_a_loss_that_is_no_number_is_told_from_one_that_was_not_measured() -> None:
    (found,) = rows((replace(run_of(), epoch_losses=(float("nan"),)),))
    assert found["final loss"] == "NaN"
