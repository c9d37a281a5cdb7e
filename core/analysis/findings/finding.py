"""Something about a pipeline that is known to be wrong or costly, and the line it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from core.analysis.findings.effect import MeasuredEffect
from core.model.kinds import Value
from core.model.recorded_call import Site

API = "https://www.tensorflow.org/api_docs/python/tf/data/"
GUIDE = "https://www.tensorflow.org/guide/data"
PERFORMANCE = "https://www.tensorflow.org/guide/data_performance"


class Severity(StrEnum):
    """How grave a finding is. The value is how lists say it."""

    WRONG = "wrong"
    """Other examples are trained on than it seems, it breaks off, or what is measured is not this
    pipeline."""
    COSTLY = "costly"
    """It takes time for nothing: by the documentation of TensorFlow, or as it was measured."""
    HINT = "hint"
    """It may be worth a look; whether it costs anything depends on what is not known."""

    @property
    def several(self) -> str:
        """How lists say it of several."""
        return "hints" if self is Severity.HINT else self.value


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        key: Which rule found it; a name that stays the same.
        severity: How grave it is.
        title: What it is, in a few words.
        why: Why it matters: one or two sentences that a person can act on.
        remedy: What to change, in a sentence.
        stage: Id of the stage that it is about.
        site: The line in the person's own code; None where the pipeline is not from a file.
        change: Values of knobs that mend it; empty where no knob can.
        url: Where TensorFlow documents it.
        about_time: It is about how long things take; else about what is trained on.
        measured: What runs showed of it; None where nothing was measured.
    """

    key: str
    severity: Severity
    title: str
    why: str
    remedy: str
    stage: str
    site: Site | None = None
    change: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    url: str = ""
    about_time: bool = False
    measured: MeasuredEffect | None = None

    @property
    def change_text(self) -> str:
        """The change as a person types it: ``prefetch.buffer_size=autotune``."""
        words = {True: "on", False: "off"}
        return ", ".join(
            f"{key}={words[value] if isinstance(value, bool) else value}"
            for key, value in self.change.items()
        )

    @property
    def where(self) -> str:
        """The file and line, or the stage: ``train.py:12``."""
        if self.site is None:
            return self.stage
        return f"{self.site.file.rpartition('/')[2]}:{self.site.line}"

    @property
    def words(self) -> str:
        """All of it in a few sentences: where, what, why and what to do."""
        return f"{self.where}: {self.title}. {self.why} {self.remedy}"
