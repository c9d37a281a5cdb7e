"""What a comparison can be made of, and what is chosen before the person chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.folders import Folders
from core.model.kinds import Value
from core.model.settings import Settings
from core.session import Session
from core.workloads.catalogue import workload
from gui.comparison.candidates import Candidate, ComparisonChoice, candidates, in_what, likely
from gui.state.feasibility import Feasibility
from tests.gui.builders import Script, play
from tests.gui.user_code.user_code_builders import opened, write

OF = workload("augmented")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Folders.under(tmp_path), record=False)


def draft(**changes: Value) -> Settings:
    values = {key.replace("__", "."): value for key, value in changes.items()}
    return OF.chain.defaults().with_values(values)


def run(session: Session, of: str = "augmented", **changes: Value) -> str:
    return play(session, Script(workload=of), **changes).id


def found(session: Session, settings: Settings, *selected: str) -> tuple[Candidate, ...]:
    runs = [session.run(one) for one in selected]
    return candidates(session, runs, OF, settings, Feasibility(session))


def choice(session: Session, settings: Settings, *selected: str) -> ComparisonChoice:
    runs = [session.run(one) for one in selected]
    return likely(session, runs, found(session, settings, *selected))


def test_the_pinned_baseline_against_the_settings_on_the_left(session: Session) -> None:
    pinned, other = run(session), run(session, prefetch__buffer_size=4)
    session.set_baseline(pinned)
    settings = draft(prefetch__buffer_size=2)
    assert choice(session, settings, other) == ComparisonChoice(f"run:{pinned}", ("draft",))
    titles = [one.title for one in found(session, settings, other, pinned)]
    assert titles[:3] == [
        "the pinned baseline, run 1",
        "the settings on the left",
        "selected: run 2",
    ]
    # The pinned one is not offered twice.
    assert sum("run 1" in title for title in titles) == 1
    assert titles[-1] == "A again"


def test_else_the_selected_runs_each_settings_once(session: Session) -> None:
    ids = [run(session, prefetch__buffer_size=size) for size in ("off", 2, 2, 4, "off")]
    chosen = choice(session, draft(), *ids)
    assert chosen == ComparisonChoice(f"run:{ids[0]}", (f"run:{ids[1]}", f"run:{ids[3]}"))


def test_selected_runs_of_another_workload_are_not_mixed_in(session: Session) -> None:
    ids = [run(session), run(session, "in_memory"), run(session, prefetch__buffer_size=2)]
    assert choice(session, draft(), *ids) == ComparisonChoice(f"run:{ids[0]}", (f"run:{ids[2]}",))


def test_else_naive_against_the_settings_on_the_left_or_those_against_tuned(
    session: Session,
) -> None:
    changed = draft(prefetch__buffer_size=2)
    assert choice(session, changed) == ComparisonChoice("preset:naive", ("draft",))
    assert choice(session, draft()) == ComparisonChoice("draft", ("preset:tuned",))
    # A pinned run of the same settings says nothing.
    session.set_baseline(run(session))
    assert choice(session, draft()) == ComparisonChoice("draft", ("preset:tuned",))


def test_of_own_code_the_baseline_is_as_the_file_is_written(
    session: Session, tmp_path: Path
) -> None:
    own = opened(write(tmp_path))
    written = own.chain.defaults().with_values({"fit.device": "cpu"})

    def choice_of(settings: Settings) -> tuple[ComparisonChoice, dict[str, Candidate]]:
        offered = candidates(session, (), own, settings, Feasibility(session))
        return likely(session, (), offered), {one.key: one for one in offered}

    chosen, by_key = choice_of(written.with_values({"batch.batch_size": 8}))
    assert chosen == ComparisonChoice("written", ("draft",))
    assert by_key["written"].title == "as the file is written"
    # Where and for how long it trains is no part of the pipeline.
    assert by_key["written"].settings == written
    assert choice_of(written)[0] == ComparisonChoice("written", ("preset:tuned",))
    # A built-in workload has no file.
    assert "written" not in {one.key for one in found(session, draft())}


def test_presets_keep_what_they_do_not_set(session: Session) -> None:
    settings = draft(batch__batch_size=8, prefetch__buffer_size=2)
    presets = [one for one in found(session, settings) if one.key.startswith("preset:")]
    assert {preset.key for preset in presets} >= {
        "preset:naive",
        "preset:tuned",
        "preset:textbook_2",
    }
    assert all(
        preset.settings is not None and preset.settings["batch.batch_size"] == 8
        for preset in presets
    )


def test_what_cannot_be_run_says_why(session: Session) -> None:
    folder = workload("image_folder")
    settings = folder.chain.defaults().with_values({"source.folder": "/no/such/folder"})
    offered = candidates(session, (), folder, settings, Feasibility(session))
    (left,) = (one for one in offered if one.key == "draft")
    assert "There is no folder /no/such/folder" in left.why_not
    assert likely(session, (), offered).others == ()


def test_only_a_few_of_many_selected_runs_are_offered(session: Session) -> None:
    ids = [run(session) for _ in range(12)]
    assert sum(one.key.startswith("run:") for one in found(session, draft(), *ids)) == 8


def test_a_difference_is_told_with_units() -> None:
    assert in_what(draft(), draft(prefetch__buffer_size=2)) == "prefetch=2 batches"
    assert in_what(draft(), draft()) == ""
