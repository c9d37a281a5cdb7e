"""What is recorded of a call of ``fit`` in a person's own script."""

from __future__ import annotations

from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest

from core.measure import watched_fit
from core.measure.resource_sampler import ResourceSampler
from core.measure.watched_fit import FitWatcher
from core.measure.workers_read import started_pids
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


def test_processes_that_the_script_started_count_as_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: Queue[Any] = Queue()

    class Sampler(ResourceSampler):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            given.put(named["workers"])

    monkeypatch.setattr(watched_fit, "ResourceSampler", Sampler)
    monkeypatch.setattr(watched_fit, "_RESOURCES_AFTER_S", 0.0)
    watcher = FitWatcher(SimpleNamespace(train_function=None), 0, lambda event: None)
    workers = given.get(timeout=60)
    watcher.end(None)
    assert workers is started_pids
