"""A simulated bench: what each setting costs follows from arithmetic, nothing is measured."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from core.diagnosis.around import LoopTime, Validation
from core.diagnosis.callbacks import CallbackTime
from core.diagnosis.measures.cuts import Cut
from core.diagnosis.measures.segment import Segment
from core.diagnosis.search import Search
from core.model.diagnosis import Answer, CutRate, DiagnosisOptions
from core.model.errors import Cancelled
from core.model.kinds import AUTOTUNE
from core.model.settings import Settings
from core.pipeline.graph.graph import PipelineGraph
from core.pipeline.graph.written_graph import graph_of
from core.workloads.augmented import Augmented

BATCH, CORES = 32, 4


@dataclass
class SimulatedBench:
    """``augmented`` with a map, a batch and a model that take known times.

    Attributes:
        map_s: Of the map for one example, on one core.
        model_s: Of the model for one batch.
        host_s: Of Keras between two steps.
        python: The map is Python: parallel calls gain nothing.
        waits: The map waits for storage: it takes no core, and any number of calls helps.
        noise: Standard deviation of the logarithm of a throughput.
        steps: Batches of an epoch; None for not known.
        first_s: Seconds to the first batch of an epoch.
        source_s: Of what the map takes its examples from, for one.
        counted: What counting the examples gives, and whether it came to their end; None where
            their number is known without.
        validated: What reading the validation data takes.
        called: What callbacks take.
        looped: What a loop around ``fit`` takes.
        stop_after: Trainings after which a person stops it.
    """

    map_s: float = 1e-3
    model_s: float = 5e-3
    host_s: float = 1e-4
    python: bool = False
    waits: bool = False
    noise: float = 0.002
    steps: int | None = None
    first_s: float = 0.01
    source_s: float = 1e-6
    counted: tuple[int, bool] | None = None
    validated: Validation | None = None
    called: tuple[CallbackTime, ...] = ()
    looped: LoopTime | None = None
    stop_after: int = 10**6
    asked: list[Settings] = field(default_factory=list)
    draw: random.Random = field(default_factory=lambda: random.Random(1))

    def map_time_s(self, settings: Settings) -> float:
        calls = settings["map.num_parallel_calls"]
        number = CORES if calls == AUTOTUNE else calls if isinstance(calls, int) else 1
        if self.python:
            processes = settings["map.processes"]
            return self.map_s / (min(processes, CORES) if isinstance(processes, int) else 1)
        return self.map_s / (number if self.waits else min(number, CORES))

    def rates_s(self, settings: Settings) -> dict[str, float]:
        """Seconds an example behind each stage."""
        source = self.source_s
        mapped = source + self.map_time_s(settings)
        return {"source": source, "map": mapped, "batch": mapped + 1e-6}

    def throughput(self, settings: Settings) -> tuple[float, float]:
        """Examples a second, and the share of the time that is input wait."""
        pipeline_s = self.rates_s(settings)["batch"] * BATCH
        busy_s, host_s = self.model_s, self.host_s / settings["fit.steps_per_execution"]
        if settings["prefetch.buffer_size"] == "off":
            step_s = pipeline_s + busy_s + host_s
        else:
            step_s = max(pipeline_s, busy_s + host_s)
        return BATCH / step_s, (step_s - busy_s - host_s) / step_s

    def as_it_is(self, settings: Settings, seconds: float) -> Segment:
        return self.shortened(settings, seconds)

    def shortened(self, settings: Settings, seconds: float) -> Segment:
        if len(self.asked) >= self.stop_after:
            raise Cancelled
        self.asked.append(settings)
        rate, wait = self.throughput(settings)
        rate *= 2.718281828 ** self.draw.gauss(0.0, self.noise)
        host = self.host_s / settings["fit.steps_per_execution"] * rate / BATCH
        return Segment(
            wall_s=1.0,
            input_wait_s=wait,
            device_busy_s=1.0 - wait - host,
            turnaround_s=0.0,
            first_waits_s=0.0,
            steps=round(rate / BATCH),
            examples=rate,
            cores=1.0,
            first_s=self.first_s,
            epochs=0,
        )

    def whole_epochs(self, settings: Settings, seconds: float) -> Segment:
        segment = self.shortened(settings, seconds)
        each = segment.examples / segment.steps
        epoch_s = segment.first_s + (self.steps or 1) * each / segment.examples_per_s
        return replace(segment, epochs_examples_per_s=(self.steps or 1) * each / epoch_s)

    def model_alone(self, settings: Settings, seconds: float) -> Segment:
        rate = BATCH / (self.model_s + self.host_s / settings["fit.steps_per_execution"])
        return Segment(1.0, 0.0, 1.0, 0.0, 0.0, round(rate / BATCH), rate, 0.2, 0.0, 0)

    def validation(self, settings: Settings, seconds: float) -> Validation | None:
        return self.validated

    def callbacks(self, settings: Settings, seconds: float) -> tuple[CallbackTime, ...]:
        return self.called

    def loop(self, settings: Settings) -> LoopTime | None:
        return self.looped

    def cuts(self, settings: Settings) -> Iterator[Cut]:
        graph = self.graph(settings)
        calls = settings["map.num_parallel_calls"]
        busy = 1.0 if calls == "off" or self.python else float(CORES)
        for key, seconds in self.rates_s(settings).items():
            per_s = 1.0 / seconds / (BATCH if key == "batch" else 1)
            cores = 0.1 if self.waits and key != "source" else busy
            rate = CutRate(key, key, elements_per_s=per_s, cores=cores, element_bytes=3072.0)
            known = key != "batch" and self.counted is None
            yield Cut(graph.by_key[key], rate, elements=6000 if known else None)

    def count(self, settings: Settings, stage: str, seconds: float) -> tuple[int, bool]:
        assert self.counted is not None
        return self.counted

    def count_kept(self, settings: Settings, seconds: float) -> None:
        pass

    def graph(self, settings: Settings) -> PipelineGraph:
        if self.python:
            settings = settings.with_values({"map.implementation": "python"})
        return graph_of(settings, examples=None if self.counted else 6000, example_bytes=3072)

    def steps_per_epoch(self, settings: Settings) -> int | None:
        return self.steps


@dataclass
class Clock:
    """Each look at it is a tenth of a second later."""

    now_s: float = 0.0
    step_s: float = 0.1

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


Change = Callable[[Settings], Settings]


def settings(**changes: object) -> Settings:
    named = {key.replace("__", "."): value for key, value in changes.items()}
    return Augmented().chain.defaults().with_values({"fit.device": "emulated:5", **named})


def diagnosed(
    bench: SimulatedBench,
    start: Settings | None = None,
    options: DiagnosisOptions | None = None,
    told: list[Answer] | None = None,
    resumed: Answer | None = None,
    clock: Clock | None = None,
) -> Answer:
    search = Search(
        bench,
        start or settings(),
        options or DiagnosisOptions(),
        cores=CORES,
        ram_bytes=1e9,
        tell=(told if told is not None else []).append,
        clock=clock or Clock(),
        resumed=resumed,
    )
    return search.carry_out()
