"""What is recorded of a call of ``fit`` in a person's own script."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.measure.watched_fit import FitWatcher
from core.model.events import EpochEnded, Event

pytestmark = pytest.mark.e2e


def test_an_epoch_without_a_batch_has_no_loss() -> None:
    events: list[Event] = []
    watcher = FitWatcher(SimpleNamespace(train_function=None), 0, events.append)
    callback = watcher.callback
    callback.on_epoch_begin(0)
    callback.on_train_batch_end(0, {"loss": 0.5})
    callback.on_epoch_end(0, {"loss": 0.5})
    callback.on_epoch_begin(1)
    # As Keras gives it.
    callback.on_epoch_end(1, {"loss": 0.0})
    watcher.end(None)
    ended = [event for event in events if isinstance(event, EpochEnded)]
    assert [event.loss for event in ended] == [0.5, None]
