"""How far a diagnosis is: what it knows and the time it has; publishes its answer."""

from __future__ import annotations

from collections.abc import Callable

from core.diagnosis.answer import answer_of
from core.diagnosis.state import State
from core.model.diagnosis import Answer, Evidence

_BETWEEN_S = 2.0


class Progress:
    """Publishes the answer as far as it is known.

    Attributes:
        state: What is known.
    """

    def __init__(
        self, state: State, tell: Callable[[Answer], None], clock: Callable[[], float]
    ) -> None:
        """Begin the clock.

        Args:
            state: What is known.
            tell: Takes the answer as far as it is known, again and again.
            clock: Seconds.
        """
        self.state, self._tell, self._clock = state, tell, clock
        self._began_s = self._published_s = clock()

    def time_left(self, share: float) -> bool:
        """Whether less than a share of the budget is used."""
        return self._elapsed_s < share * self.state.options.budget_s

    def left_s(self, share: float) -> float:
        """Seconds until a share of the budget is used."""
        return share * self.state.options.budget_s - self._elapsed_s

    def within(self, seconds: float) -> bool:
        """Whether less than so many seconds are used."""
        return self._elapsed_s < seconds

    def show_activity(self, text: str) -> None:
        """Publish what is done now."""
        self.state.activity = text
        self.publish()

    def add_evidence(self, text: str) -> None:
        """Keep what was measured, and publish it."""
        self.state.evidence.append(Evidence(self._elapsed_s, text))
        self.publish()

    def publish_if_due(self) -> None:
        """Publish every few seconds, while time goes on."""
        if self._clock() - self._published_s >= _BETWEEN_S:
            self.publish()

    def publish(self) -> Answer:
        """Publish the answer, and give it."""
        self._published_s = self._clock()
        self.state.wall_s = self._elapsed_s
        answer = answer_of(self.state)
        self._tell(answer)
        return answer

    @property
    def _elapsed_s(self) -> float:
        return self._clock() - self._began_s
