"""What takes time around a training's pipeline: validation, callbacks, a loop around ``fit``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.diagnosis.callbacks import CallbackTime
from core.diagnosis.situation import SMALL_PERCENT, Situation
from core.model.diagnosis import Limit, NarrowPlace, Suggestion
from core.model.quantity import bytes_text, significant
from core.model.recorded_call import FunctionSeen, Site
from core.model.user_code import Trained, UserCode

_MOST = 0.6
"""Of the time of a validation, from which share on reading is what takes it."""
_FORWARD = 1.0 / 3.0
"""Of a train step, about what the model takes for a batch that it only evaluates."""


@dataclass(frozen=True)
class Validation:
    """What validation takes.

    Attributes:
        site: The last call that makes them; None where that is not known.
        read_s: Seconds of a pass, drained without the model.
        whole: The pass came to its end; otherwise it takes longer than that.
        batches: Batches that came.
        kept_bytes: Bytes of all of them.
        cached: A cache is part of them.
        epochs: Epochs from one validation to the next.
        between_s: Seconds of training from one validation to the next; None where not known.
        between_batches: Batches of it; None where not known.
        batch_s: Seconds in which the model evaluates a batch here, Keras's own among them; 0 where
            that was not measured.
    """

    site: Site | None
    read_s: float
    whole: bool
    batches: int
    kept_bytes: float
    cached: bool
    epochs: int = 1
    between_s: float | None = None
    between_batches: int | None = None
    batch_s: float = 0.0

    @property
    def takes_s(self) -> float:
        """Seconds of a validation: what is slower, to read the data or to evaluate them."""
        return max(self.read_s, self.batches * self.batch_s)

    @property
    def is_read(self) -> bool:
        """Whether reading takes most of it."""
        return self.read_s >= _MOST * self.takes_s

    @property
    def many(self) -> bool:
        """Whether more batches are evaluated than trained on."""
        return self.batches > (self.between_batches or math.inf)

    @property
    def percent(self) -> float:
        """Share of the time of a training that validation takes."""
        if self.between_s is None:
            return 0.0
        return 100.0 * self.takes_s / (self.takes_s + self.between_s)

    @property
    def words(self) -> str:
        """Seconds of a pass, beside those of the training."""
        more = "" if self.whole else "more than "
        between = "" if self.between_s is None else f", after {self.between_s:.2g} s of training"
        if not self.is_read:
            return f"Evaluating {self.batches} batches takes {self.takes_s:.2g} s{between}."
        return f"Reading the validation data takes {more}{self.read_s:.2g} s{between}."


@dataclass(frozen=True)
class LoopTime:
    """What a loop that calls ``fit`` takes besides.

    Attributes:
        site: The loop.
        between_s: Seconds from the end of one call of ``fit`` to the next.
        fit_s: Seconds of a call, about; None where not known.
    """

    site: Site
    between_s: float
    fit_s: float | None = None

    @property
    def percent(self) -> float:
        """Share of the time of a training that the loop takes; 0 where that is not known."""
        return 0.0 if self.fit_s is None else 100.0 * self.between_s / (self.between_s + self.fit_s)

    @property
    def words(self) -> str:
        """Its time beside that of the training."""
        beside = "" if self.fit_s is None else f", each of which takes {self.fit_s:.2g} s"
        return f"The loop takes {self.between_s:.2g} s between calls of fit{beside}."


@dataclass(frozen=True)
class Around:
    """What takes time around a training's pipeline, as far as it was measured.

    Attributes:
        validation: What validation takes; None without, or not measured.
        callbacks: What those callbacks take that could be measured.
        loop: What a loop that calls ``fit`` takes besides; None without, or not measured.
    """

    validation: Validation | None = None
    callbacks: tuple[CallbackTime, ...] = ()
    loop: LoopTime | None = None


def _waits(now: Situation, validation: Validation) -> bool:
    """Whether reading validation data takes a part of the time, more than the model has for it."""
    reads = validation.read_s > 2.0 * _evaluated_s(now, validation)
    return validation.percent >= SMALL_PERCENT and reads and validation.is_read


@dataclass(frozen=True)
class Outside:
    """What a training waits for longer than for anything within its pipeline or its model.

    Attributes:
        limit: Of what kind it is.
        words: It in a sentence, with its numbers.
        place: Where it stands.
    """

    limit: Limit
    words: str
    place: NarrowPlace


def largest_outside(now: Situation | None, around: Around) -> Outside | None:
    """What takes more time around the pipeline than any cause within; None where nothing does."""
    if now is None:
        return None
    validation, loop = around.validation, around.loop
    others = max(now.wait_percent, now.percent("host_s"), now.turnaround_percent)
    found: list[tuple[float, Outside]] = []
    waits = validation is not None and _waits(now, validation)
    if validation is not None and (waits or validation.many):
        place = _place("validation_data", validation.site)
        share = f"{validation.percent:.0f} % of the time"
        words = f"Limit: validation{_words(place)}, {share}. {validation.words}"
        kind = Limit.TURNAROUND if waits else Limit.HOST
        found.append((validation.percent, Outside(kind, words, place)))
    if loop is not None:
        place = _place("loop", loop.site)
        share = f"{loop.percent:.0f} % of the time"
        words = f"Limit: the loop around fit{_words(place)}, {share}. {loop.words}"
        found.append((loop.percent, Outside(Limit.HOST, words, place)))
    for each in around.callbacks:
        place = _place("callbacks", each.hook)
        share = f"{each.percent:.0f} % of the time"
        words = f"Limit: callbacks{_words(place)}, {share}: {each.words}."
        found.append((each.percent, Outside(Limit.HOST, words, place)))
    most, outside = max(found, key=lambda each: each[0], default=(0.0, None))
    enough = most >= SMALL_PERCENT and most > others * (1.0 - most / 100.0)
    return outside if enough else None


def _place(argument: str, site: Site | FunctionSeen | None) -> NarrowPlace:
    return NarrowPlace(argument) if site is None else NarrowPlace(argument, site.file, site.line)


def _words(place: NarrowPlace) -> str:
    return f" ({place.words})" if place.words else ""


def suggestions_around(
    now: Situation | None, around: Around, code: UserCode | None
) -> Iterator[Suggestion]:
    """What a person can do about the time outside of the pipeline.

    Args:
        now: What was measured of the pipeline; None for nothing yet.
        around: What was measured outside of it.
        code: The person's code; None for a built-in workload.
    """
    if now is not None and around.validation is not None:
        yield from _of_validation(now, around.validation)
    if code is None or code.trained is None:
        return
    if code.trained.loop_line:
        yield _of_loop(code.file, code.trained, around.loop)
    if code.trained.run_eagerly:
        yield Suggestion(
            "Train without run_eagerly=True",
            "each operation is called from Python then; here the train step is compiled",
            file=code.file,
            line=code.trained.eager_line,
        )
    times = {each.hook: each for each in around.callbacks}
    for hook in code.trained.batch_hooks:
        yield _of_callback(hook, times.get(hook))
    for each in around.callbacks:
        if each.epoch_s and each.percent >= SMALL_PERCENT:
            yield _of_callback(each.hook, each)


def _of_callback(hook: FunctionSeen, measured: CallbackTime | None) -> Suggestion:
    option = re.search(r"\((\w+_freq)=", hook.name)
    less = f"set {option[1]}='epoch' or a larger number" if option else "call it less often"
    if measured is not None and measured.epoch_s:
        less = "call it every few epochs, or do less in it"
    if measured is None:
        title = f"{hook.name} runs for every batch: {less}"
        why = "it may write other files, so it is measured only with --set fit.script_callbacks=on"
        return Suggestion(title, why, file=hook.file, line=hook.line)
    why = f"the training waits for it: {measured.words}, measured by itself"
    return Suggestion(f"{hook.name}: {less}", why, "", hook.file, hook.line, measured.gain)


def _of_validation(now: Situation, validation: Validation) -> Iterator[Suggestion]:
    between_s, site, gain = validation.between_s or 0.0, validation.site, None
    if _waits(now, validation):
        title, why = "Validate on fewer batches, or not after every epoch", "its cache is full"
        if not validation.cached:
            title = "cache() at the end of the validation data"
            more = "" if validation.whole else "more than "
            why = f"{more}{bytes_text(validation.kept_bytes)}, which are read anew each time"
        why += "; Pipeline Explorer changes the training data only"
        gain = (between_s + validation.read_s) / (between_s + _evaluated_s(now, validation))
    elif validation.many:
        title = (
            f"Validate on fewer or larger batches: {validation.batches} are evaluated after "
            f"{validation.between_batches} of training"
        )
        why = "validation_steps counts batches, not examples"
        if validation.batch_s and validation.between_s:
            each_ms = significant(1000.0 * validation.batch_s)
            why = f"each takes {each_ms} ms here, however few examples it has"
            gain = 1.0 + validation.takes_s / between_s
    else:
        return
    file, line = ("", 0) if site is None else (site.file, site.line)
    yield Suggestion(title, why, file=file, line=line, gain=gain)


def _of_loop(file: str, trained: Trained, loop: LoopTime | None) -> Suggestion:
    where, gain = f"(line {trained.loop_line})", None
    title = f"One call of fit with all epochs, in place of one for each in the loop {where}"
    why = "what the loop does between the calls is not measured here"
    if loop is not None and loop.fit_s:
        gain = 1.0 + loop.between_s / loop.fit_s
        why = f"the training waits for what the loop does between its calls, {loop.between_s:.2g} s"
    if trained.makes_anew:
        title = f"One dataset in front of the loop {where}, in place of a new one for each fit"
        why = f"caches and buffers are filled again in each round, and nothing is made ahead; {why}"
    if trained.compile_line:
        title = f"compile() in front of the loop {where}, in place of one for each fit"
        why = "each fit traces its train step anew then; that is not measured here"
        return Suggestion(title, why, file=file, line=trained.compile_line)
    return Suggestion(title, why, file=file, line=trained.loop_line, gain=gain)


def _evaluated_s(now: Situation, validation: Validation) -> float:
    model = now.model_examples_per_s
    return validation.batches * _FORWARD * now.batch_examples / model if model else 0.0
