"""Give the readers of recorded things what a fuzzer makes of sound ones, for some minutes.

    python -m benchmarks.fuzz 10

Readers take turns, each turn with a seed of its own, so that no two runs look at the same. What
breaks a reader is made as small as it can be, printed, and written into a folder. The exit code is
1 where something did. Memory is bounded: a reader that believes a claimed size runs into that.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.file_targets import FILE_TARGETS
from tests.fuzz.targets import TARGETS, Target

EXAMPLES = 100
SLOW_S = 5.0
"""An example that takes longer is a finding too: a reader must not hang."""
MEMORY_BYTES = 4 * 1024**3


class SlowError(AssertionError):
    """A reader took too long over one example."""


def turn(target: Target, number: int, counts: Counter[str]) -> str | None:
    """Give a reader some examples; says what broke it, None where nothing did."""
    last: list[object] = []

    @seed(number)
    @settings(
        max_examples=max(5, int(EXAMPLES * target.weight)),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(target.given)
    def holds(example: object) -> None:
        counts[target.name] += 1
        last[:] = [example]
        began = time.monotonic()
        target.check(example)
        if time.monotonic() - began > SLOW_S:
            raise SlowError(f"{time.monotonic() - began:.1f} s")

    try:
        holds()
    except Exception:
        return f"{traceback.format_exc()}\nseed {number}\n{last[:1]!r}"
    return None


def main() -> int:
    """Fuzz until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("minutes", type=float)
    parser.add_argument("--only", default="", help="readers whose name contains this")
    arguments = parser.parse_args()
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    wanted = [one for one in (*TARGETS, *FILE_TARGETS) if arguments.only in one.name]
    until = time.monotonic() + 60 * arguments.minutes
    counts: Counter[str] = Counter()
    broken: dict[str, str] = {}
    while time.monotonic() < until and len(broken) < len(wanted):
        for target in wanted:
            if target.name in broken or time.monotonic() > until:
                continue
            found = turn(target, random.SystemRandom().getrandbits(32), counts)
            if found is not None:
                broken[target.name] = found
                print(f"BROKEN {target.name}\n{found[-4000:]}", flush=True)
    for name, count in counts.items():
        print(f"{name}: {count:,} examples{', BROKEN' if name in broken else ''}")
    print(f"{sum(counts.values()):,} examples in all, {len(broken)} reader(s) broken")
    if broken:
        folder = Path(tempfile.mkdtemp(prefix="pipeline-explorer-fuzz-found-"))
        for name, text in broken.items():
            (folder / f"{name.replace(' ', '-')}.txt").write_text(text, encoding="utf-8")
        print(f"What broke them is in {folder}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
