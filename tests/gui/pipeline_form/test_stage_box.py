"""The box of a stage: one control for one thing."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.model.chain import Chain
from core.model.kinds import Toggle
from core.model.stage import Stage
from core.pipeline.stages.stand_in import STAND_IN, StandInChoice
from core.workloads.catalogue import WORKLOADS
from gui.pipeline_form.stage_box import StageBox
from gui.theme import LIGHT

STAGES = {stage.key: stage for workload in WORKLOADS for stage in workload.chain.stages}


@pytest.mark.parametrize("stage", [*STAGES.values(), StandInChoice()], ids=lambda one: one.key)
def test_what_the_header_switches_has_no_second_check_box(qtbot: QtBot, stage: Stage) -> None:
    box = StageBox(stage, LIGHT)
    qtbot.addWidget(box)
    switch = stage.switch
    switched = [knob for knob in stage.knobs if switch is not None and knob.name == switch.knob]
    for knob in switched:
        assert (stage.id(knob.name) in box.editors) is not isinstance(knob.kind, Toggle)


def test_the_header_switches_the_stand_in_model_on(qtbot: QtBot) -> None:
    box = StageBox(StandInChoice(), LIGHT)
    qtbot.addWidget(box)
    settings = Chain((box.stage,)).defaults()
    box.show_settings(settings, last=True)
    assert not box.check.isChecked()
    with qtbot.waitSignal(box.switched) as switched:
        box.check.click()
    assert settings.switched(box.stage, *switched.args)[STAND_IN] is True


def test_an_address_can_be_typed_while_the_service_is_off(qtbot: QtBot) -> None:
    stage = STAGES["service"]
    box = StageBox(stage, LIGHT)
    qtbot.addWidget(box)
    settings = Chain((stage,)).defaults()
    box.show_settings(settings, last=True)
    assert box.editors["service.address"].isEnabled()
    assert box.editors["service.workers"].isEnabled()
    assert not box.editors["service.sharding"].isEnabled()
