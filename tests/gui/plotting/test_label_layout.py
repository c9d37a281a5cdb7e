from __future__ import annotations

from itertools import combinations

from gui.plotting.label_layout import place_labels

SIZE = (40.0, 16.0)


def test_a_lone_point_has_its_name_at_the_right() -> None:
    ((left, top),) = place_labels([(100, 100)], [SIZE], (400, 300))
    assert left > 100
    assert top == 92


def test_at_the_right_border_the_name_is_at_the_left() -> None:
    (found,) = place_labels([(390, 100)], [SIZE], (400, 300))
    assert found is not None
    assert found[0] + SIZE[0] < 390


def test_names_do_not_cover_each_other() -> None:
    points = [(100.0 + 3 * i, 100.0 + 5 * i) for i in range(12)]
    found = place_labels(points, [SIZE] * 12, (400, 300))
    shown = [corner for corner in found if corner is not None]
    assert shown
    for (x, y), (u, v) in combinations(shown, 2):
        assert abs(x - u) >= SIZE[0] or abs(y - v) >= SIZE[1]


def test_a_name_without_room_is_left_out() -> None:
    assert place_labels([(5, 5)], [(40, 16)], (30, 10)) == (None,)


def test_a_name_too_long_for_either_side_of_a_point_at_the_edge_is_moved_along() -> None:
    (found,) = place_labels([(380, 100)], [(390.0, 16.0)], (400, 300))
    assert found is not None
    assert found[0] + 390 <= 400
    (corner,) = place_labels([(395, 2)], [SIZE], (400, 300))
    assert corner is not None
