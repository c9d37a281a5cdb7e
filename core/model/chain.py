"""The stages of a pipeline, from source to fit, and their knobs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from core.model.errors import InputError
from core.model.kinds import Value
from core.model.knob import Knob
from core.model.recorded_call import RecordedCall
from core.model.settings import Settings
from core.model.stage import Stage


@dataclass(frozen=True)
class Chain:
    """Stages in the order in which data flow through them, from source to fit.

    Attributes:
        stages: The stages.
        beside: Calls of someone's code that are no stage (see ``Opened``).
    """

    stages: tuple[Stage, ...]
    beside: tuple[RecordedCall, ...] = ()

    @cached_property
    def knobs(self) -> Mapping[str, Knob]:
        """Every knob by its full id, in the order of the chain."""
        return MappingProxyType(
            {stage.id(knob.name): knob for stage in self.stages for knob in stage.knobs}
        )

    def knob(self, key: str) -> Knob:
        """The knob with this id.

        Raises:
            InputError: There is none; names the closest ones.
        """
        if key in self.knobs:
            return self.knobs[key]
        close = difflib.get_close_matches(key, self.knobs, n=1, cutoff=0.4)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise InputError(
            f"There is no knob {key!r} in this pipeline",
            expected="one of " + ", ".join(self.knobs),
            remedy=f"{hint}`python main.py knobs` lists all with their values.",
        )

    def stage(self, key: str) -> Stage | None:
        """The stage with this id (``map`` or ``map[parse]``), or None."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def defaults(self) -> Settings:
        """Every knob at its default."""
        return Settings(self, {key: knob.default for key, knob in self.knobs.items()})


_UNKNOWN = Chain(())


def recorded(values: Mapping[str, Value]) -> Settings:
    """Settings as they are read: what they mean is known once ``Settings.under`` was called."""
    return Settings(_UNKNOWN, values)
