"""Findings for a person on the command line, and for a program."""

from __future__ import annotations

import json

from core.analysis.findings import RULES, findings
from core.analysis.findings.text import NOTHING_FOUND, to_text
from core.export.findings_json import findings_document
from core.export.run_json import to_json
from core.workloads.catalogue import WORKLOADS, workload
from tests.core.analysis.findings.chains import (
    BATCH,
    CHEAP,
    DEAR,
    PREFETCH,
    PYTHON,
    RANDOM,
    SOURCE,
    call,
    settings_of,
)

MANY = settings_of(
    SOURCE,
    call("map", "map[load]", function=PYTHON, num_parallel_calls="autotune"),
    call("map", "map[augment]", function=RANDOM),
    call("cache", filename="/data/c"),
    BATCH,
    call("shuffle", buffer_size=1),
    call("map", "map[decode]", function=DEAR),
)


def test_every_finding_is_a_block_that_begins_with_file_and_line() -> None:
    found = findings(MANY)
    text = to_text(found)
    head, *blocks = text.split("\n\n")
    assert len(blocks) == len(found) > 4
    assert head.startswith(f"{sum(one.severity == 'wrong' for one in found)} wrong, ")
    for block, one in zip(blocks, found, strict=True):
        assert block.startswith(f"{one.where}: {one.severity}: {one.title}")
        assert block.splitlines()[-1].strip() == one.url
    assert all(len(line) <= 100 for line in text.splitlines() if "https://" not in line)


def test_a_setting_that_mends_it_can_be_copied() -> None:
    assert "Setting: prefetch[added].buffer_size=autotune" in to_text(findings(MANY))


def test_where_nothing_is_known_it_says_so() -> None:
    fine = settings_of(SOURCE, call("cache"), BATCH, PREFETCH)
    assert to_text(findings(fine)) == NOTHING_FOUND


def test_the_document_has_the_same_and_is_strict_json() -> None:
    found = findings(MANY)
    document = json.loads(to_json(findings_document(found, "Try this.")))
    assert document["schema"] == "pipeline-explorer/findings/1"
    assert document["try_first"] == "Try this."
    assert [one["key"] for one in document["findings"]] == [one.key for one in found]
    assert document["findings"][0]["site"]["line"] == found[0].site.line  # type: ignore[union-attr]
    assert document["findings"][0]["measured"] is None
    assert findings_document(())["findings"] == []


def test_a_tuned_pipeline_that_is_sound_has_no_findings() -> None:
    sound = settings_of(
        call("list_files", elements=16),
        call("interleave", num_parallel_calls="autotune", cycle_length=8),
        call("map", "map[scale]", function=DEAR, num_parallel_calls="autotune"),
        call("cache"),
        call("shuffle", buffer_size=10_000),
        call("map", "map[augment]", function=CHEAP, num_parallel_calls=2),
        BATCH,
        call("repeat"),
        PREFETCH,
    )
    assert [one.key for one in findings(sound)] == ["one_by_one"]


def test_the_tuned_built_in_chains_have_nothing_wrong_or_costly() -> None:
    for one in WORKLOADS:
        tuned = {
            "prefetch.buffer_size": "autotune",
            "map.num_parallel_calls": "autotune",
            "interleave.num_parallel_calls": "autotune",
        }
        if one.id == "pydataset":
            continue  # what is known of it does not depend on these
        settings = one.chain.defaults()
        settings = settings.with_values({k: v for k, v in tuned.items() if k in settings})
        assert [found.key for found in findings(settings)] == [], one.id


def test_findings_say_where_the_documentation_is_and_are_sentences() -> None:
    naive = workload("jpeg_tfrecord").chain.defaults()
    every = (*findings(MANY), *findings(naive))
    assert len(RULES) == len(set(RULES))
    for one in every:
        assert one.url.startswith("https://www.tensorflow.org/")
        assert one.why.endswith(".")
        assert one.remedy.endswith(".")
        assert not one.title.endswith(".")


def test_a_change_is_always_one_that_the_settings_take() -> None:
    for settings in (MANY, *(one.chain.defaults() for one in WORKLOADS)):
        for one in findings(settings):
            assert settings.with_values(one.change) is not None
