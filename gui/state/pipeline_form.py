"""The settings that the next run will have."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from core.analysis.comparisons.knob_values import with_names
from core.model.errors import InputError
from core.model.kinds import Folder, Value
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.presets import Preset
from core.user_code.known_workloads import Workloads
from core.workloads.catalogue import WORKLOADS
from core.workloads.workload import Workload

_WITH_OWN = ("fit.seed", "fit.device")
"""What goes along from and to someone's own code."""
_OWN_KEPT = 20
_BUILT_IN = tuple(workload.id for workload in WORKLOADS)


class PipelineForm(QObject):
    """Workload and settings as the form shows them. Each workload remembers its own.

    Signals:
        workload_changed: Another workload, and so another chain of stages.
        settings_changed: Some knob has another value; also sent with ``workload_changed``.
        refused_changed: A field holds what its knob does not take, or does so no more.
    """

    workload_changed = Signal()
    settings_changed = Signal()
    refused_changed = Signal()

    def __init__(self, workloads: Workloads, parent: QObject | None = None) -> None:
        """Show the defaults of a built-in workload.

        Args:
            workloads: What can be shown.
            parent: The window.
        """
        super().__init__(parent)
        self._workloads = workloads
        self._settings = {workload.id: workload.chain.defaults() for workload in WORKLOADS}
        self._kept: dict[str, Mapping[str, Value]] = {}
        self._refused: dict[str, str] = {}
        self.workload = workloads.get("augmented")

    @property
    def settings(self) -> Settings:
        """A value for every knob of the present workload."""
        return self._settings[self.workload.id]

    @property
    def folder_key(self) -> str | None:
        """The knob that names the folder of the data; None where there is none."""
        knobs = self.settings.chain.knobs
        return next((key for key, knob in knobs.items() if isinstance(knob.kind, Folder)), None)

    def in_names(self, text: str) -> str:
        """A text of the core with the names of knobs in place of their ids."""
        return with_names(text, self.settings.chain.knobs)

    @property
    def refused(self) -> Mapping[str, str]:
        """Of each knob whose field holds what it does not take: why, in the order of the form."""
        order = [stage.id(k.name) for stage in self.settings.stages_in_order() for k in stage.knobs]
        return {key: self._refused[key] for key in order if key in self._refused}

    def enter(self, key: str, text: object) -> None:
        """Take what the person entered for a knob; it is refused where the knob does not take it.

        What is refused stays so until the knob gets a value, or another workload is shown.
        """
        try:
            self.set_value(key, text)
        except InputError as error:
            self._refused[key] = self.in_names(str(error))
            self.refused_changed.emit()

    def refuse(self, key: str, why: str) -> None:
        """Refuse the value that a knob has, such as a folder that is not there.

        Args:
            key: Id of the knob.
            why: What is wrong with it and what to do; empty takes an earlier refusal back.
        """
        if why:
            self._refused[key] = why
            self.refused_changed.emit()
        else:
            self._accept((key,))

    def set_workload(self, workload_id: str) -> None:
        """Show another workload; seed, epochs and device go with it.

        How long an epoch is belongs to someone's own code: there, only seed and device do.

        Raises:
            InputError: There is none of that name.
        """
        chosen = self._workloads.get(workload_id)
        if chosen.id != self.workload.id:
            self._show(chosen, self._of(chosen))

    def show_opened(self, opened: Workload) -> None:
        """Show what was opened from a file; what was changed of it before stays changed.

        Where its text was another then, that is what its knobs still take.
        """
        known = self._of(opened)
        before = self.workload
        if opened.id != before.id and _place(opened) and _place(opened) == _place(before):
            now = self.settings
            changed = {
                key: value for key, value in now.items() if value != now.chain.knob(key).default
            }
            known = _with_what_fits(known, changed)
        self._show(opened, known)

    def _show(self, chosen: Workload, known: Settings) -> None:
        own = chosen.code is not None or self.workload.code is not None
        goes = _WITH_OWN if own else tuple(key for key in self.settings if key.startswith("fit."))
        training = {key: self.settings[key] for key in goes if key in self.settings}
        self._settings[chosen.id] = _with_what_fits(known, training)
        self._refused.clear()
        self.workload = chosen
        self.workload_changed.emit()
        self.settings_changed.emit()

    def _of(self, chosen: Workload) -> Settings:
        """The settings of a workload as they were left; those of a file wait until it is open."""
        if chosen.id not in self._settings:
            kept = self._kept.pop(chosen.id, {})
            self._settings[chosen.id] = _with_what_fits(chosen.chain.defaults(), kept)
        return self._settings[chosen.id]

    def set_value(self, key: str, value: object) -> None:
        """Set one knob.

        Raises:
            InputError: The knob does not take that value; nothing changes.
        """
        self.set_values({key: value})

    def set_values(self, changes: Mapping[str, object]) -> None:
        """Set several knobs at once.

        Raises:
            InputError: One of them does not take its value; nothing changes.
        """
        settings = self.settings.with_values(changes)
        self._accept(changes)
        self._set(settings)

    def switch(self, stage: Stage, on: bool) -> None:
        """Switch a stage on or off."""
        self._set(self.settings.switched(stage, on))

    def reset(self, key: str) -> None:
        """Set one knob to its default."""
        self.set_value(key, self.settings.chain.knob(key).default)

    def apply(self, preset: Preset) -> None:
        """Take over a preset's values; the rest stays."""
        self._set(preset.apply(self.settings))

    def use(self, workload_id: str, settings: Settings) -> None:
        """Take over workload and settings of a run.

        Raises:
            InputError: The workload, a knob or a value does not exist any more.
        """
        chosen = self._workloads.get(workload_id)
        self._settings[chosen.id] = settings.under(chosen.chain)
        self._refused.clear()
        if chosen.id != self.workload.id:
            self.workload = chosen
            self.workload_changed.emit()
        self.settings_changed.emit()

    def saved_state(self) -> dict[str, dict[str, Value]]:
        """The settings of every workload, to be kept until the next start."""
        every: dict[str, Mapping[str, Value]] = {**self._kept, **self._settings}
        # Every change of a file makes another workload: the latest of them are enough.
        own = [key for key in every if key not in _BUILT_IN][-_OWN_KEPT:]
        return {key: dict(every[key]) for key in every if key in _BUILT_IN or key in own}

    def restore_state(
        self, remembered: Mapping[str, Mapping[str, Value]], workload_id: str
    ) -> None:
        """Take over what ``remembered`` gave; what does not fit any more is passed over."""
        # A file may hold anything.
        sound = {key: values for key, values in remembered.items() if isinstance(values, Mapping)}
        self._kept = {key: values for key, values in sound.items() if key not in _BUILT_IN}
        for built_in in _BUILT_IN:
            kept = sound.get(built_in, {})
            self._settings[built_in] = _with_what_fits(self._settings[built_in], kept)
        if workload_id in self._kept:
            # Its file is yet to be opened: what goes along to it is there already.
            along = {
                key: value for key, value in self._kept[workload_id].items() if key in _WITH_OWN
            }
            self._settings[self.workload.id] = _with_what_fits(self.settings, along)
        elif workload_id in self._settings:
            self.workload = self._workloads.get(workload_id)
        self.workload_changed.emit()
        self.settings_changed.emit()

    def _accept(self, keys: Iterable[str]) -> None:
        before = len(self._refused)
        for key in keys:
            self._refused.pop(key, None)
        if len(self._refused) != before:
            self.refused_changed.emit()

    def _set(self, settings: Settings) -> None:
        if settings != self.settings:
            self._accept(settings.differing(self.settings))
            self._settings[self.workload.id] = settings
            self.settings_changed.emit()


def _with_what_fits(settings: Settings, values: Mapping[str, Value]) -> Settings:
    """Settings with those of some values that their knobs take."""
    for key, value in values.items():
        with contextlib.suppress(InputError):
            settings = settings.with_values({key: value})
    return settings


def _place(workload: Workload) -> str:
    """File and function, whatever their content is."""
    return workload.id.rpartition("@")[0]
