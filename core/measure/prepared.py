"""What is known of a run once data, pipeline and model are there."""

from __future__ import annotations

from typing import Any

from core.model.plan import Part
from core.model.run import Prepared
from core.model.settings import Settings
from core.pipeline.example import example_of
from core.pipeline.stages.fit import batches_per_epoch
from core.pipeline.stages.strategy import strategy_words


def prepared(
    part: Part, settings: Settings, dataset: Any, model: Any, pass_batches: int | None
) -> Prepared:
    """Say how long it will be, what of it is warm-up and what is emulated.

    Args:
        part: All of a training, or one part alone.
        settings: A value for every knob.
        dataset: The ``tf.data.Dataset`` of batches.
        model: The ``keras.Model``; None where the pipeline runs alone.
        pass_batches: Batches in one pass over the data; None where nobody knows.
    """
    whole = _whole(settings, dataset, model, pass_batches)
    return whole if part is Part.WHOLE else _of_part(whole, part, settings)


def _whole(settings: Settings, dataset: Any, model: Any, pass_batches: int | None) -> Prepared:
    chain = settings.chain.stages
    passes = max(stage.warm_up_epochs(settings) for stage in chain)
    steps = batches_per_epoch(settings)
    repeats = steps is not None
    if steps is None:
        counted = int(dataset.cardinality())
        # Of a PyDataset only Keras knows it.
        steps = counted if counted >= 0 else pass_batches
    pass_steps = 0
    if passes and repeats and pass_batches is not None:
        pass_steps = passes * pass_batches
        passes = 0
    example = example_of(settings, str(dataset.element_spec))
    return Prepared(
        epochs=int(settings["fit.epochs"]),
        steps_per_epoch=steps,
        warm_up_steps=sum(stage.warm_up_steps(settings) for stage in chain),
        warm_up_epochs=passes,
        emulations=settings.emulations(),
        element_spec=str(dataset.element_spec),
        parameters=_parameters(model),
        warm_up_pass_steps=pass_steps,
        example=example.words,
        strategy=strategy_words(model, dataset, example.most),
        python_stages=tuple(stage.key for stage in chain if stage.runs_python(settings)),
    )


def _parameters(model: Any) -> int:
    # A model of one's own class has its weights made by the first batch.
    return int(model.count_params()) if model is not None and model.built else 0


def _of_part(whole: Prepared, part: Part, settings: Settings) -> Prepared:
    fields = {**vars(whole), "epochs": 1, "steps_per_epoch": None}
    stages = settings.chain.stages
    of_part = [stage for stage in stages if stage.of_model is (part is Part.MODEL)]
    emulated = (stage.emulation(settings) for stage in of_part if stage.is_on(settings))
    fields["emulations"] = tuple(text for text in emulated if text)
    if part is Part.MODEL:
        fields.update(warm_up_epochs=0, warm_up_pass_steps=0, python_stages=())
    else:
        fields.update(parameters=0)
    return Prepared(**fields)
