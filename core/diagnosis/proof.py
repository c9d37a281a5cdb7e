"""Which of the changes are needed, and what they give together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.diagnosis.changed_knobs import changed_knobs
from core.diagnosis.pairs import AS_GOOD, MORE_PAIRS, PLAIN, Pairs, ratio_words
from core.diagnosis.progress import Progress
from core.model.diagnosis import Trial
from core.model.settings import Settings
from core.pipeline.stages.fit import STEPS_PER_EXECUTION
from core.statistics import RatioInterval

_SEGMENT_S, _FINAL_S = 0.5, 0.8
_MOST_PAIRS, _FINAL_PAIRS = 4, 5
_LEAVE_OUT_SHARE = 0.8
"""Of the budget, until which changes are left out again."""
_NOT_NEEDED = "not needed in the end"
_NOT_SURE = "too little for callbacks that are called more rarely"
"""Of several steps per execution: callbacks see one batch of each execution."""
_USED_SHARE = 0.9
_FULLER, _NEEDED = "all changes", "those that are needed"


class Proof:
    """Leaves out what is not needed and compares the rest with the pipeline as it is."""

    def __init__(
        self, progress: Progress, pairs: Pairs, contributions: Mapping[str, RatioInterval]
    ) -> None:
        """Compare nothing yet.

        Args:
            progress: Is told what was measured.
            pairs: Compares.
            contributions: Of knobs of which it is known what all changes give over all without it.
        """
        self._progress, self._pairs = progress, pairs
        self._contributions = dict(contributions)
        self._note = _NOT_NEEDED

    def carry_out(self) -> None:
        """Leave the answer with what is needed and proved."""
        fuller = self._progress.state.current
        self._leave_out()
        self._prove(fuller)
        self._mark_trials()

    def _is_short(self, interval: RatioInterval) -> bool:
        """Whether time was used up before enough pairs, where the trial was clear."""
        proved = self._progress.state.proved
        few = interval.pairs < MORE_PAIRS and not self._progress.time_left(_USED_SHARE)
        return few and proved is not None and (proved.low or 0.0) >= PLAIN

    def _recommend_nothing(self) -> None:
        state = self._progress.state
        state.current, state.changes, state.gain = state.settings, [], None

    def _mark_trials(self) -> None:
        """What was kept at first and is not recommended in the end did not help."""
        state = self._progress.state
        state.trials[:] = [
            replace(trial, kept=False, note=self._note)
            if trial.kept and not self._recommended(trial)
            else trial
            for trial in state.trials
        ]

    def _recommended(self, trial: Trial) -> bool:
        current = self._progress.state.current
        return any(current[knob] == value for knob, value in trial.changes.items()) and any(
            change.knob in trial.changes for change in self._progress.state.changes
        )

    def _leave_out(self) -> None:
        """Leave out each change once; what is not missed goes, the least missed first."""
        state = self._progress.state
        differing = state.current.differing(state.settings)
        in_doubt = [knob for knob in differing if knob not in self._contributions]
        while in_doubt and len(state.current.differing(state.settings)) > 1:
            if not self._progress.time_left(_LEAVE_OUT_SHARE):
                break
            self._progress.at(f"leaving out {', '.join(in_doubt)}")
            compared = self._pairs.compare(
                state.current,
                {
                    knob: state.current.with_values({knob: state.settings[knob]})
                    for knob in in_doubt
                },
                _MOST_PAIRS,
                _SEGMENT_S,
                self._pairs.told,
            )
            # Without what cannot be left out, the others do not work.
            without = {
                knob: result.interval
                for knob, result in compared.items()
                if result.interval is not None
            }
            self._contributions |= {knob: interval.inverse() for knob, interval in without.items()}
            in_doubt = [knob for knob in without if not self._pairs.is_missed(without[knob])]
            dropped = max(in_doubt, key=lambda knob: without[knob].ratio or 0.0, default="")
            for knob, interval in without.items():
                left_out = ", left out" if knob == dropped else ""
                self._progress.say(f"Without {knob}: {ratio_words(interval)}{left_out}.")
            if dropped:
                state.current = state.current.with_values({dropped: state.settings[dropped]})
                in_doubt.remove(dropped)
                # If it was needed after all, this figure was wrong.
                del self._contributions[dropped]
        state.changes = changed_knobs(state, self._contributions)

    def _prove(self, fuller: Settings) -> None:
        """All changes together against the pipeline as it is.

        Args:
            fuller: With those that were left out. A machine that is slower for a while can make
                a change look needless, so the two are compared once more.
        """
        state = self._progress.state
        if fuller == state.settings:
            return
        self._progress.at("comparing the whole with the pipeline as it is")
        sets = {_FULLER: fuller, _NEEDED: state.current}
        if state.current in (fuller, state.settings):
            del sets[_NEEDED]
        compared = self._pairs.compare(state.settings, sets, _FINAL_PAIRS, _FINAL_S)
        proved = {name: each.interval for name, each in compared.items() if each.interval}
        ratios = {name: interval.ratio or 0.0 for name, interval in proved.items()}
        enough = _NEEDED in ratios and ratios[_NEEDED] * AS_GOOD >= ratios.get(_FULLER, 0.0)
        name = _NEEDED if enough else _FULLER
        interval = proved.get(name)
        if interval is not None and self._is_short(interval):
            # What was proved holds for the changes that were tried together, all of them.
            state.gain, state.current = state.proved, fuller
            state.changes = changed_knobs(state, self._contributions)
            self._progress.say("The time was used before the whole could be compared in full.")
            return
        if interval is None or not self._pairs.helps(interval):
            gain = "not measured" if interval is None else ratio_words(interval)
            self._progress.say(f"All changes together: {gain}: too little to recommend them.")
            self._recommend_nothing()
            return
        of_keras_alone = set(sets[name].differing(state.settings)) <= {STEPS_PER_EXECUTION}
        if of_keras_alone and not self._pairs.surely_helps(interval):
            self._note = _NOT_SURE
            self._progress.say(f"{ratio_words(interval)}: {_NOT_SURE}.")
            self._recommend_nothing()
            return
        if sets[name] != state.current:
            self._progress.say("What was left out was needed after all.")
            state.current = fuller
            state.changes = changed_knobs(state, self._contributions)
        state.gain = interval
        if len(state.changes) == 1:
            state.changes = [
                replace(
                    state.changes[0],
                    contribution=interval.ratio,
                    low=interval.low,
                    high=interval.high,
                )
            ]
        self._progress.say(
            f"All changes together: {ratio_words(interval)}, {interval.pairs} pairs."
        )
