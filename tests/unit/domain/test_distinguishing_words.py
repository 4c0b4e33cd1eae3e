"""What sets jobs apart, in words."""

import pytest

from hopla_gui.domain.distinguishing import Condition, Rule
from hopla_gui.domain.distinguishing_words import condition_words, rule_words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("smooth", (0,)), "smooth = 0"),
        (Condition("depth", (3, 4)), "depth = 3 or 4"),
        (Condition("who", ("a\nb",)), "who = a⏎b"),
        (Condition("lr", (0.1, 0.1 + 0.2)), "lr = 0.1 or 0.3"),
        (Condition("mask", (None,)), "no mask given"),
        (Condition("mask", (None, "m")), "mask = none or m"),
        (
            Condition(
                "image", ("/data/sub-07/anat/sub-07_T1w.nii", "/data/sub-13/anat/sub-13_T1w.nii")
            ),
            "image = …sub-07… or …sub-13…",
        ),
        (Condition("lr", least=0.1), "lr ≥ 0.1"),
        (Condition("lr", most=0.3), "lr ≤ 0.3"),
        (Condition("lr", least=0.1, most=0.3), "0.1 ≤ lr ≤ 0.3"),
    ],
)
def test_conditions(condition, words):
    assert condition_words(condition) == words


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((35, 35, 0, 65, 0.0), "all have x = 1, none of the 65 others has"),
        ((34, 35, 1, 65, 0.0), "34 of 35 have x = 1, so has 1 of the 65 others"),
        ((34, 35, 9, 65, 0.0), "34 of 35 have x = 1, so have 9 of the 65 others"),
        ((1, 1, 0, 1, 0.4), "the only one has x = 1, the other job has not (maybe by chance)"),
    ],
)
def test_rules(numbers, words):
    assert rule_words(Rule((Condition("x", (1,)),), *numbers)) == words


def test_several_values_come_last_for_and_to_be_read_as_it_is_meant():
    several, one = Condition("layers", ([16], [64, 64])), Condition("dropout", (0.9,))
    found = rule_words(Rule((several, one), 9, 9, 0, 5, 0.0))
    assert found.startswith("all have dropout = 0.9 and layers = [16] or [64, 64], none")
