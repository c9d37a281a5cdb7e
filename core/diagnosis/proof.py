"""Which of the changes are needed, and what they give together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.diagnosis.changed_knobs import changed_knobs
from core.diagnosis.pairs import AS_GOOD, MORE_PAIRS, PLAIN, Compared, Pairs, ratio_words
from core.diagnosis.progress import Progress
from core.diagnosis.suggestion import TOO_LITTLE, too_little
from core.model.diagnosis import Trial
from core.model.settings import Settings
from core.statistics import RatioInterval

_SEGMENT_S, _PAIRS = 0.6, 5
_LEAVE_OUT_SHARE = 0.8
"""Of the budget, until which changes are left out again."""
_LONGER_SHARE = 0.6
"""Of the budget, until which the whole is compared for longer where noise hides its effect."""
_NOT_NEEDED = "not needed in the end"
_USED_SHARE = 0.9
_AS_IT_IS, _ALL = "as it is", "all changes"
"""Settings that take part in the rounds beside those without one change each."""


class Proof:
    """Leaves out what is not needed and compares the rest with the pipeline as it is.

    Both in the same rounds: all changes, the pipeline as it is, and all changes but one for each.
    """

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
        state = self._progress.state
        if state.current != state.settings:
            fuller = state.current
            gain = self._leave_out(fuller)
            if gain is not None and self._pairs.is_open(gain):
                gain = self._longer() or gain
            self._conclude(fuller, gain)
        self._mark_trials()

    def _longer(self) -> RatioInterval | None:
        """The gain from more and longer trainings; None where the budget does not allow them."""
        state = self._progress.state
        if state.current == state.settings or not self._progress.time_left(_LONGER_SHARE):
            return None
        self._progress.show_activity(
            "comparing all changes with the pipeline as it is, in longer trainings"
        )
        compared = self._pairs.compare(
            state.current, {_AS_IT_IS: state.settings}, 2 * _PAIRS, 2 * _SEGMENT_S
        )
        interval = compared[_AS_IT_IS].interval
        return None if interval is None else interval.inverse()

    def _leave_out(self, fuller: Settings) -> RatioInterval | None:
        """Leave out each change once; what is not missed goes, but not all of it.

        Args:
            fuller: All changes. A machine that is slower for a while can make one look needless,
                and of two that do the same each is: they take part again where that may be.

        Returns:
            The throughput of what is left over that of the pipeline as it is.
        """
        state = self._progress.state
        differing = state.current.differing(state.settings)
        in_doubt = [
            knob
            for knob in differing
            if knob not in self._contributions and not self._frees_memory(knob)
        ]
        if len(differing) == 1 or not self._progress.time_left(_LEAVE_OUT_SHARE):
            in_doubt = []
        compared = self._rounds(fuller, in_doubt)
        # Without what cannot be left out, the others do not work.
        without = {knob: interval for knob in in_doubt if (interval := compared[knob].interval)}
        self._contributions |= {knob: interval.inverse() for knob, interval in without.items()}
        needless = [knob for knob in without if not self._pairs.is_missed(without[knob])]
        needless.sort(key=lambda knob: -(without[knob].ratio or 0.0))
        needless = needless[: len(differing) - 1]
        for knob, interval in without.items():
            left_out = ", left out" if knob in needless else ""
            self._progress.add_evidence(f"Without {knob}: {ratio_words(interval)}{left_out}.")
        if not needless:
            return _inverse(compared[_AS_IT_IS])
        self._drop(needless)
        first = compared[needless[0]]
        as_good = AS_GOOD * first.ratio >= 1.0
        if len(needless) == 1 and as_good:
            return first.over(compared[_AS_IT_IS])
        again = self._rounds(fuller)
        every = again[_ALL]
        if every.ratio <= AS_GOOD:
            return _inverse(again[_AS_IT_IS])
        self._progress.add_evidence("What was left out was needed after all.")
        state.current = fuller
        if len(needless) == 1 and every.interval is not None:
            self._contributions[needless[0]] = every.interval
        elif as_good:
            # One of them was enough to be left out.
            self._contributions |= {knob: without[knob].inverse() for knob in needless}
            self._drop(needless[:1])
            return first.over(compared[_AS_IT_IS])
        return every.over(again[_AS_IT_IS])

    def _drop(self, knobs: Sequence[str]) -> None:
        """Take changes back; a Stop from here on must not recommend them either."""
        state = self._progress.state
        state.current = state.current.with_values({knob: state.settings[knob] for knob in knobs})
        for knob in knobs:
            # If it was needed after all, this figure was wrong.
            del self._contributions[knob]
        state.changes = changed_knobs(state, self._contributions)

    def _frees_memory(self, knob: str) -> bool:
        """Whether it turns off a cache: one that is needless gains nothing either way."""
        state = self._progress.state
        nodes = () if state.now is None else state.now.graph.all
        return any(
            node.method.keeps and node.off.get(knob) == state.current[knob]
            for node in nodes
            if knob in node.off
        )

    def _rounds(self, fuller: Settings, in_doubt: Sequence[str] = ()) -> dict[str, Compared]:
        """Beside the changes so far: the pipeline as it is, all changes, and without one each."""
        state = self._progress.state
        others = {_AS_IT_IS: state.settings}
        if state.current != fuller:
            others[_ALL] = fuller
        for knob in in_doubt:
            others[knob] = state.current.with_values({knob: state.settings[knob]})
        without = f", and without {', '.join(in_doubt)}" if in_doubt else ""
        self._progress.show_activity(f"comparing all changes with the pipeline as it is{without}")
        return self._pairs.compare(
            state.current,
            others,
            _PAIRS,
            _SEGMENT_S,
            lambda intervals: self._pairs.surely_missed(
                {knob: each for knob, each in intervals.items() if knob in in_doubt}
            ),
        )

    def _conclude(self, fuller: Settings, gain: RatioInterval | None) -> None:
        """Recommend what is left, where it gains enough.

        Args:
            fuller: All changes.
            gain: See ``_leave_out``.
        """
        state = self._progress.state
        if gain is not None and self._is_short(gain):
            # What was proved holds for the changes that were tried together, all of them.
            state.gain, state.current = state.proved, fuller
            state.changes = changed_knobs(state, self._contributions)
            self._progress.add_evidence(
                "The budget ended before all changes together were compared in full."
            )
            return
        if gain is None or not self._pairs.helps(gain):
            words = "not measured" if gain is None else ratio_words(gain)
            self._progress.add_evidence(
                f"All changes together: {words}: too little to recommend them."
            )
            self._recommend_nothing()
            return
        if too_little(state.current.differing(state.settings), gain.low or 0.0):
            self._note = TOO_LITTLE
            self._progress.add_evidence(f"{ratio_words(gain)}: {TOO_LITTLE}.")
            self._recommend_nothing()
            return
        state.gain = gain
        state.changes = changed_knobs(state, self._contributions)
        if len(state.changes) == 1:
            state.changes = [
                replace(state.changes[0], contribution=gain.ratio, low=gain.low, high=gain.high)
            ]
        self._progress.add_evidence(
            f"All changes together: {ratio_words(gain)}, {gain.pairs} pairs."
        )

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


def _inverse(compared: Compared) -> RatioInterval | None:
    return None if compared.interval is None else compared.interval.inverse()
