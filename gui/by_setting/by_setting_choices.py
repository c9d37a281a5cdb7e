"""What the lists of "Against settings" offer: follows from the runs and what was chosen before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.analysis.by_setting.grouping import RunSettings
from core.analysis.comparisons.knob_values import knob_name, varied
from core.charts.one_knob import MOST_SERIES
from core.model.experiment import Experiment
from core.model.run import Run
from core.model.tensorflow_kinds import emulated_ms
from core.pipeline.stages.fit import Fit
from core.text.workload_name import workload_name
from core.user_code.known_workloads import Workloads
from gui.by_setting.by_setting_controls import ALL_RUNS, EACH_RUN, HAS_KNOB, BySettingControls
from gui.by_setting.by_setting_model import Question, View

EVERY_DEVICE = "every device"

_DEVICE = Fit().id("device")
_MANY = 40


class BySettingChoices:
    """Fills the lists and reads them."""

    def __init__(self, controls: BySettingControls, workloads: Workloads) -> None:
        self._controls, self._workloads = controls, workloads
        self._scope = ""

    def experiment(self, known: Sequence[Experiment]) -> Experiment | None:
        """List comparisons and sweeps, the newest first.

        Returns:
            The one that is chosen; None for all runs.
        """
        boxes = self._controls
        choices = [
            (ALL_RUNS, ""),
            *((_title(experiment), experiment.id) for experiment in reversed(known)),
        ]
        chosen = boxes.offer(boxes.scope_box, choices, "")
        boxes.scope_box.setVisible(len(choices) > 1)
        if chosen != self._scope:
            # What was chosen for other runs is seldom what these are about.
            self._scope = chosen
            boxes.forget(boxes.workload_box, boxes.device_box, boxes.knob_box, boxes.second_box)
        return next((experiment for experiment in known if experiment.id == chosen), None)

    def narrow(
        self, candidates: list[RunSettings], experiment: Experiment | None, focus: Run | None
    ) -> list[RunSettings]:
        """List workloads, devices and knobs.

        Args:
            candidates: All runs that could be shown; at least one.
            experiment: What they are of; None for all runs.
            focus: The run whose workload and device are wanted unless others were chosen.

        Returns:
            The runs of the workload and device that are chosen.
        """
        boxes = self._controls
        names = list(dict.fromkeys(run_settings.run.plan.workload for run_settings in candidates))
        name = boxes.offer(
            boxes.workload_box,
            [(self._workload_title(name, names), name) for name in names],
            _wanted(candidates, focus).plan.workload,
        )
        candidates = [
            run_settings for run_settings in candidates if run_settings.run.plan.workload == name
        ]
        self._offer_knobs(candidates, experiment)
        looked_at = (boxes.knob_box.currentData(), boxes.second_box.currentData())
        by_device = boxes.view in HAS_KNOB and _DEVICE in looked_at
        devices = list(dict.fromkeys(run_settings.run.plan.device for run_settings in candidates))
        choices = [(EVERY_DEVICE, "")] if by_device else [(_words(d), d) for d in devices]
        device = boxes.offer(boxes.device_box, choices, _wanted(candidates, focus).plan.device)
        boxes.device_box.setEnabled(not by_device)
        # An experiment's title says its workload, and mostly it has one device.
        boxes.workload_box.setVisible(experiment is None or len(names) > 1)
        boxes.device_box.setVisible(experiment is None or len(devices) > 1)
        return [
            run_settings
            for run_settings in candidates
            if not device or run_settings.run.plan.device == device
        ]

    def question(self) -> Question:
        """What is asked for now."""
        boxes = self._controls
        with_knob = boxes.view in HAS_KNOB
        return Question(
            boxes.view,
            str(boxes.workload_box.currentData()),
            str(boxes.device_box.currentData()),
            str(boxes.metric_box.currentData()),
            str(boxes.knob_box.currentData() or "") if with_knob else "",
            str(boxes.second_box.currentData() or "") if with_knob else "",
            self._scope,
        )

    def _offer_knobs(self, candidates: list[RunSettings], experiment: Experiment | None) -> None:
        boxes = self._controls
        knobs = self._workloads.get(boxes.workload_box.currentData()).chain.knobs
        counts = varied(run_settings.values for run_settings in candidates)
        names = {key: knob_name(key, knob) for key, knob in knobs.items()}
        texts = {key: f"{names.get(key, key)} ({count} values)" for key, count in counts.items()}
        by_count = sorted(counts, key=lambda key: -counts[key])
        two = boxes.view is View.TWO
        rest = [] if two and counts else [key for key in knobs if key not in counts]
        knob = boxes.offer(
            boxes.knob_box,
            [*((text, key) for key, text in texts.items()), *((names[key], key) for key in rest)],
            by_count[0] if by_count else rest[0],
        )
        others = [key for key in counts if key != knob and (two or counts[key] <= MOST_SERIES)]
        # Runs of an experiment differ on purpose, and of many runs each cannot have a colour of
        # its own: there a second knob is worth the colours.
        tell_apart = two or experiment is not None or len(candidates) > _MANY
        wanted = [key for key in by_count if key in others] if tell_apart else []
        boxes.offer(
            boxes.second_box,
            [*([] if two else [(EACH_RUN, "")]), *((texts[key], key) for key in others)],
            wanted[0] if wanted else "",
        )
        boxes.second_box.setEnabled(bool(others))

    def _workload_title(self, name: str, names: Sequence[str]) -> str:
        """Of someone's own code what tells it from an earlier text of the same file."""
        workload = self._workloads.get(name)
        return workload.title if workload.code is None else workload_name(name, *names)


def _wanted(candidates: Sequence[RunSettings], focus: Run | None) -> Run:
    """The run whose workload and device are shown unless others were chosen."""
    runs = {run_settings.run.id: run_settings.run for run_settings in candidates}
    return runs[focus.id] if focus is not None and focus.id in runs else candidates[-1].run


def _words(device: str) -> str:
    ms = emulated_ms(device)
    return device if ms is None else f"emulated {ms:g} ms"


def _title(experiment: Experiment) -> str:
    when = datetime.fromisoformat(experiment.created).astimezone()
    return experiment.name or f"{experiment.title}, {when:%d %b %H:%M}"
