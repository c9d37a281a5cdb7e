"""An experiment in few words: what its configurations are, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from core.analysis.comparisons.comparison import Comparison
from core.analysis.comparisons.configurations import AS_THE_OTHERS, differing_keys
from core.analysis.comparisons.knob_values import assigned, with_names
from core.analysis.sweeps.sweep import SweepResult
from core.model.environment import interpreter_name
from core.model.experiment import Experiment
from core.model.kinds import Value
from core.model.quantity import significant
from core.model.tensorflow_kinds import emulated_ms
from core.statistics import Verdict

ONLY_ONE = "only one configuration is known"
"""Of a comparison that is known from its runs alone, and was left before the others' turn."""
_TIMES = "\N{MULTIPLICATION SIGN}"
_DIFFERENT = (Verdict.HIGHER, Verdict.LOWER)


def configurations_in_words(experiment: Experiment) -> tuple[str, ...]:
    """Each configuration by the settings in which they differ, also where knobs are gone."""
    configurations = experiment.configurations
    if not experiment.known:
        return tuple(_plainly(experiment, values) for values in configurations)
    keys = differing_keys(configurations)
    return tuple(assigned(settings, keys) or AS_THE_OTHERS for settings in configurations)


def devices_in_words(experiment: Experiment) -> str:
    """Where it trains: ``cpu``, ``cpu and emulated 20 ms``; in which Python, where in another."""
    devices = dict.fromkeys(
        str(configuration.get("fit.device", "")) for configuration in experiment.configurations
    )
    names = " and ".join(_device(device) for device in devices if device)
    where = experiment.interpreter
    return f"{names} ({interpreter_name(where)})" if where else names


def in_short(result: Comparison | SweepResult) -> str:
    """What came of it so far in a line; empty where nothing was measured yet."""
    if isinstance(result, SweepResult):
        measured = any(point.counted for point in result.points)
        return with_names(result.sentence, result.knobs) if measured else ""
    if not any(
        run is not None for configuration in result.configurations for run in configuration.repeats
    ):
        return ""
    verdicts = [_verdict(result, index) for index in range(len(result.decisive.ratios))]
    if not verdicts:
        return ONLY_ONE
    if len(set(verdicts)) == 1 and not verdicts[0].endswith(_TIMES):
        # No difference in any of them: whose verdict it is need not be said.
        return verdicts[0]
    names = (configuration.name for configuration in result.configurations[1:])
    return ", ".join(f"{name} {verdict}" for name, verdict in zip(names, verdicts, strict=True))


def _verdict(comparison: Comparison, index: int) -> str:
    ratio, verdict = comparison.decisive.ratios[index], comparison.decisive.verdict(index)
    if ratio is None or ratio.ratio is None or ratio.verdict not in _DIFFERENT:
        return verdict
    return f"{verdict} {significant(ratio.ratio)}{_TIMES}"


def _plainly(experiment: Experiment, values: Mapping[str, Value]) -> str:
    keys = [
        key
        for key in experiment.configurations[0]
        if len({configuration.get(key) for configuration in experiment.configurations}) > 1
    ]
    return ", ".join(f"{key}={values.get(key, '–')}" for key in keys) or AS_THE_OTHERS


def _device(device: str) -> str:
    ms = emulated_ms(device)
    return device if ms is None else f"emulated {ms:g} ms"
