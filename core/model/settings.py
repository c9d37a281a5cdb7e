"""A value for every knob of a chain of stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.model.errors import InputError
from core.model.kinds import Value

if TYPE_CHECKING:
    from core.model.chain import Chain
    from core.model.stage import Stage


@dataclass(frozen=True, eq=False)
class Settings(Mapping[str, Value]):
    """A value for every knob of a chain, keyed ``stage.knob``. Immutable.

    Attributes:
        chain: The chain; without stages where it is not known here (see ``recorded``).
        values_by_key: Values as they were set or recorded; a knob without one has its default.
    """

    chain: Chain
    values_by_key: Mapping[str, Value]

    @property
    def known(self) -> bool:
        """Whether the chain is known, and with it what the values mean."""
        return bool(self.chain.stages)

    def __getitem__(self, key: str) -> Value:
        try:
            return self.values_by_key[key]
        except KeyError:
            return self.chain.knobs[key].default

    def __iter__(self) -> Iterator[str]:
        return iter(self.chain.knobs if self.known else self.values_by_key)

    def __len__(self) -> int:
        return len(self.chain.knobs if self.known else self.values_by_key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def with_values(self, changes: Mapping[str, object]) -> Settings:
        """New settings with some knobs changed.

        Raises:
            InputError: An id that is no knob, or a value that its knob does not take.
        """
        values = dict(self.values_by_key)
        for key, value in changes.items():
            knob = self.chain.knob(key)
            try:
                values[key] = knob.kind.check(value)
            except ValueError as error:
                raise InputError(f"{key} cannot be {value!r}", expected=str(error)) from None
        return Settings(self.chain, values)

    def under(self, chain: Chain) -> Settings:
        """The same values, checked, as settings of a chain.

        Raises:
            InputError: An id that is no knob of it, or a value that its knob does not take.
        """
        return self if self.chain is chain else Settings(chain, {}).with_values(self.values_by_key)

    def with_assignments(self, assignments: Iterable[str]) -> Settings:
        """New settings from what a person typed: ``stage.knob=value``, any number of them."""
        changes: dict[str, object] = {}
        for text in assignments:
            key, sign, value = text.partition("=")
            if not sign:
                raise InputError(f"Cannot read the setting {text!r}", expected="stage.knob=value")
            changes[key.strip()] = value.strip()
        return self.with_values(changes)

    def switched(self, stage: Stage, on: bool) -> Settings:
        """New settings with a stage switched on or off (unchanged where it has no switch)."""
        if stage.switch is None or stage.is_on(self) == on:
            return self
        return self.with_values(stage.switched(on=on))

    def stages_in_order(self) -> tuple[Stage, ...]:
        """All stages, on or off, where they stand under these settings."""
        order = list(self.chain.stages)
        for stage in self.chain.stages:
            before, behind = stage.moved_before(self), stage.moved_behind(self)
            if before is not None:
                order.remove(stage)
                order.insert(_place(order, before, 0), stage)
            elif behind is not None and _place(order, behind, -1) > order.index(stage):
                order.remove(stage)
                order.insert(_place(order, behind, -1) + 1, stage)
        return tuple(order)

    def differing(self, other: Mapping[str, Value]) -> tuple[str, ...]:
        """Ids of the knobs whose values differ; a knob that one side lacks differs."""
        keys = dict.fromkeys((*self, *other))
        return tuple(key for key in keys if self.get(key) != other.get(key))

    def format(self, key: str) -> str:
        """One value as tables show it."""
        return self.chain.knob(key).format(self[key])

    def emulations(self) -> tuple[str, ...]:
        """What is emulated under these settings, in words."""
        # The accelerator, which stands last in the chain, is what every number depends on.
        emulations = (
            stage.emulation(self) for stage in reversed(self.chain.stages) if stage.is_on(self)
        )
        return tuple(dict.fromkeys(text for text in emulations if text))


def _place(order: list[Stage], kind: str, where_none: int) -> int:
    """Where the stage with a key, else the first one of a kind, stands."""
    keys, kinds = [stage.key for stage in order], [stage.kind for stage in order]
    if kind in keys:
        return keys.index(kind)
    return kinds.index(kind) if kind in kinds else where_none
