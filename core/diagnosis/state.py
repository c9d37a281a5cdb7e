"""What a diagnosis knows so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.diagnosis.around import Around
from core.diagnosis.candidate import Candidate
from core.diagnosis.candidates import Candidates
from core.diagnosis.situation import Situation
from core.model.diagnosis import (
    ChangedKnob,
    CutRate,
    DiagnosisOptions,
    Evidence,
    Limit,
    Trial,
)
from core.model.settings import Settings
from core.model.user_code import UserCode
from core.statistics import RatioInterval


@dataclass
class State:
    """What is known so far.

    Attributes:
        settings: The pipeline as it is.
        current: The best found so far.
        now: What was measured of the pipeline as it is.
        limit: What limits it.
        narrow: The stage that does.
        offered: What may help.
        around: What takes time around the pipeline.
        code: The person's code; None for a built-in workload.
        trials: What was tried.
        kept: What was kept.
        changes: What is recommended, with what each contributes.
        gain: All of it together.
        proved: What the only change that was kept gave when it was tried.
        evidence: What was measured, in order.
        doubts: What makes the figures doubtful.
        activity: What is done now.
        finished: Nothing more will be tried.
        stopped: That is because of a Stop, not because all was tried.
        out_of_time: The budget ended the search.
    """

    settings: Settings
    current: Settings
    options: DiagnosisOptions
    ram_bytes: float
    now: Situation | None = None
    limit: Limit | None = None
    narrow: CutRate | None = None
    offered: Candidates = field(default_factory=Candidates)
    around: Around = field(default_factory=Around)
    code: UserCode | None = None
    trials: list[Trial] = field(default_factory=list)
    kept: list[Candidate] = field(default_factory=list)
    changes: list[ChangedKnob] = field(default_factory=list)
    gain: RatioInterval | None = None
    proved: RatioInterval | None = None
    evidence: list[Evidence] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    activity: str = ""
    finished: bool = False
    stopped: bool = False
    out_of_time: bool = False
    emulated: tuple[str, ...] = ()
    wall_s: float = 0.0
