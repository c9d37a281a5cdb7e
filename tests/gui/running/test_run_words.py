from __future__ import annotations

import pytest

from core.engines.times import StopTimes
from core.model.chain import recorded
from core.model.events import EpochBegan, Phase, PhaseStarted, StopStage
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from gui.running.run_words import silence_words, stop_words
from tests.gui.scripted import step_events

TIMES = StopTimes(soft_s=5.0, terminate_s=2.0)


def words(
    stage: StopStage | None, stopping_s: float, stage_s: float = 0.0, *, isolated: bool = True
) -> str:
    return stop_words(stage, isolated=isolated, stopping_s=stopping_s, stage_s=stage_s, times=TIMES)


@pytest.mark.parametrize(
    ("stage", "stopping_s", "stage_s", "said"),
    [
        (None, 0.1, 0.1, "stopping after this batch · its process is ended in 5 s"),
        (StopStage.SOFT, 1.2, 1.2, "stopping after this batch · its process is ended in 4 s"),
        (StopStage.SOFT, 4.9, 4.9, "stopping after this batch · its process is ended in 1 s"),
        (StopStage.SOFT, 5.2, 5.2, "stopping after this batch · its process is ended now"),
        (StopStage.TERMINATING, 5.6, 0.5, "ending its process · it is killed in 2 s"),
        (StopStage.TERMINATING, 8.0, 2.5, "ending its process · it is killed now"),
        (StopStage.KILLING, 8.0, 0.1, "killing its process"),
    ],
)
def test_a_stop_says_its_stage_and_when_the_next_comes(
    stage: StopStage | None, stopping_s: float, stage_s: float, said: str
) -> None:
    assert words(stage, stopping_s, stage_s) == said


def test_in_the_window_a_stop_that_takes_long_says_that_it_cannot_be_cut_off() -> None:
    assert words(None, 1.0, isolated=False) == "stopping after this batch"
    late = words(None, 7.4, isolated=False)
    assert "for 7 s" in late
    assert "cannot be cut off" in late
    assert "process is ended" not in late


def recording(phase: Phase | None = None, steps: int = 0) -> Recording:
    made = Recording(Run(RunPlan("in_memory", recorded({}), "")))
    if phase is not None:
        made.handle(PhaseStarted(phase, 0.0))
    if steps:
        made.handle(EpochBegan(0))
        made.handle(step_events(0, steps))
    return made


@pytest.mark.parametrize("phase", [Phase.FILLING_BUFFERS, Phase.TRACING, Phase.TRAINING])
def test_a_run_without_a_batch_for_long_says_so(phase: Phase) -> None:
    assert silence_words(recording(phase), 19.0, isolated=True) == ""
    said = silence_words(recording(phase), 34.2, isolated=True)
    assert said == "no batch yet for 34 s · Stop ends it"


def test_before_there_can_be_a_batch_it_is_only_said_that_nothing_is_heard() -> None:
    for phase in (None, Phase.LOADING_TENSORFLOW, Phase.MAKING_DATA):
        said = silence_words(recording(phase), 25.0, isolated=True)
        assert said.startswith("nothing heard for 25 s")


def test_a_run_that_had_batches_does_not_wait_for_the_first() -> None:
    said = silence_words(recording(Phase.TRAINING, steps=5), 25.0, isolated=True)
    assert said.startswith("no batch for 25 s")


def test_in_the_window_it_is_not_promised_that_stop_ends_it() -> None:
    said = silence_words(recording(Phase.TRACING), 34.0, isolated=False)
    assert said.endswith("Stop asks it to end")
