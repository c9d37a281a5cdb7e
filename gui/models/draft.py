"""The settings that the next run will have."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from core.model.errors import InputError
from core.model.kinds import Value
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.presets import Preset
from core.workloads.catalogue import WORKLOADS, workload
from core.workloads.workload import Workload


class Draft(QObject):
    """Workload and settings as the form shows them. Each workload remembers its own.

    Signals:
        workload_changed: Another workload, and so another chain of stages.
        settings_changed: Some knob has another value; also sent with ``workload_changed``.
    """

    workload_changed = Signal()
    settings_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = {one.id: one.chain.defaults() for one in WORKLOADS}
        self.workload: Workload = workload("augmented")

    @property
    def settings(self) -> Settings:
        """A value for every knob of the present workload."""
        return self._settings[self.workload.id]

    def set_workload(self, workload_id: str) -> None:
        """Show another workload; seed, epochs and device go with it.

        Raises:
            InputError: There is none of that name.
        """
        chosen = workload(workload_id)
        if chosen.id == self.workload.id:
            return
        training = {key: value for key, value in self.settings.items() if key.startswith("fit.")}
        known = self._settings[chosen.id]
        self._settings[chosen.id] = known.with_values(training)
        self.workload = chosen
        self.workload_changed.emit()
        self.settings_changed.emit()

    def set_value(self, key: str, value: object) -> None:
        """Set one knob.

        Raises:
            InputError: The knob does not take that value; nothing changes.
        """
        self._set(self.settings.with_values({key: value}))

    def switch(self, stage: Stage, on: bool) -> None:
        """Switch a stage on or off."""
        self._set(self.settings.switched(stage, on))

    def reset(self, key: str) -> None:
        """Set one knob to its default."""
        self.set_value(key, self.settings.chain.knob(key).default)

    def apply(self, preset: Preset) -> None:
        """Take over a preset's values; the rest stays."""
        self._set(preset.apply(self.settings))

    def use(self, workload_id: str, values: Mapping[str, Value]) -> None:
        """Take over workload and settings of a run.

        Raises:
            InputError: The workload, a knob or a value does not exist any more.
        """
        chosen = workload(workload_id)
        self._settings[chosen.id] = chosen.chain.defaults().with_values(values)
        if chosen.id != self.workload.id:
            self.workload = chosen
            self.workload_changed.emit()
        self.settings_changed.emit()

    def remembered(self) -> dict[str, dict[str, Value]]:
        """The settings of every workload, to be kept until the next start."""
        return {key: dict(settings) for key, settings in self._settings.items()}

    def recall(self, remembered: Mapping[str, Mapping[str, Value]], workload_id: str) -> None:
        """Take over what ``remembered`` gave; what does not fit any more is passed over."""
        for one in WORKLOADS:
            for key, value in remembered.get(one.id, {}).items():
                try:
                    changed = self._settings[one.id].with_values({key: value})
                except InputError:
                    continue
                self._settings[one.id] = changed
        if workload_id in self._settings:
            self.workload = workload(workload_id)
        self.workload_changed.emit()
        self.settings_changed.emit()

    def _set(self, settings: Settings) -> None:
        if settings != self.settings:
            self._settings[self.workload.id] = settings
            self.settings_changed.emit()
