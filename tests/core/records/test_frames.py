import pytest

from core.records.frames import HEAD_BYTES, MARKER, FrameError, FrameReader, FrameStream, frame

PAYLOADS = [b"first", b"", b"\x1ePX\x01 looks like a marker", b"x" * 5000]
DATA = b"".join(frame(payload, number) for number, payload in enumerate(PAYLOADS))


def read(data: bytes) -> tuple[list[bytes], FrameReader]:
    reader = FrameReader(data)
    return list(reader.payloads()), reader


def test_frames_come_back_in_their_order() -> None:
    found, reader = read(DATA)
    assert found == PAYLOADS
    assert (reader.gaps, reader.missing, reader.good_bytes) == ([], 0, len(DATA))


@pytest.mark.parametrize("cut", range(1, HEAD_BYTES + 5000, 701))
def test_a_tail_that_was_cut_off_costs_its_own_record_alone(cut: int) -> None:
    found, reader = read(DATA[:-cut])
    assert found == PAYLOADS[:-1]
    assert reader.good_bytes == len(DATA) - HEAD_BYTES - 5000
    assert [gap.at_end for gap in reader.gaps] == [True]


def test_a_damaged_record_in_the_middle_is_missed_and_those_behind_it_are_read() -> None:
    damaged = bytearray(DATA)
    damaged[HEAD_BYTES + 2] ^= 1
    found, reader = read(bytes(damaged))
    assert found == PAYLOADS[1:]
    assert reader.missing == 1
    assert [gap.at_end for gap in reader.gaps] == [False]


def test_a_frame_that_is_not_in_its_place_is_no_frame() -> None:
    moved = frame(b"a", 0) + frame(b"b", 1)
    renumbered = bytearray(moved)
    renumbered[8] = 7
    found, reader = read(bytes(renumbered))
    assert found == [b"b"]
    assert reader.missing == 1


def test_a_write_that_was_tried_again_counts_once() -> None:
    found, _ = read(frame(b"a", 0) + frame(b"a", 0) + frame(b"b", 1))
    assert found == [b"a", b"b"]


def test_a_length_that_is_only_claimed_allocates_nothing() -> None:
    found, reader = read(b"\x1ePX\x01" + b"\xff" * 12 + b"rest")
    assert found == []
    assert reader.good_bytes == 0


def test_a_stream_gives_each_frame_as_soon_as_it_is_whole() -> None:
    stream, found = FrameStream(), []
    for at in range(len(DATA)):
        found += stream.feed(DATA[at : at + 1])
    assert found == PAYLOADS
    assert stream.unfinished_bytes == 0


@pytest.mark.parametrize(
    "garbage",
    [
        b"Hello from a library that prints to the wrong place\n",
        b"\x1ePX\x01" + b"\xff" * 20,
        frame(b"the second", 1),
        frame(b"changed", 0)[:-1] + b"!",
    ],
)
def test_garbage_in_a_stream_is_noticed(garbage: bytes) -> None:
    with pytest.raises(FrameError):
        list(FrameStream().feed(garbage))


def test_beginnings_of_frames_without_end_are_not_gone_through_from_each_of_them() -> None:
    # Each of these claims all that follows: the sum of that grows with the square of the length.
    size = 2_000_000
    head = MARKER + (size // 2).to_bytes(4, "little") + bytes(8)
    reader = FrameReader(head * (size // len(head)))
    assert list(reader.payloads()) == []
    assert reader._bytes_in_vain <= 10 * size
    (gap,) = reader.gaps
    assert gap.at_end
