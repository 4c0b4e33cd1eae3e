from hopla_gui.domain.axes import Lines, Range, Values
from hopla_gui.domain.sweep import Block, Sweep


def problems(*blocks, **fixed):
    return [(error.what, error.parameter) for error in Sweep(fixed, blocks).problems()]


def test_blocks_are_crossed_and_the_last_varies_fastest():
    sweep = Sweep(
        {"fixed": 1},
        (Block({"a": Values((1, 2)), "b": Values("xy")}), Block({"c": Range(0, 3, 1)})),
    )
    assert len(sweep) == 6
    assert sweep.swept == ("a", "b", "c")
    assert list(sweep.points())[2:4] == [{"a": 1, "b": "x", "c": 2}, {"a": 2, "b": "y", "c": 0}]
    assert not list(sweep.problems())


def test_a_sweep_of_no_block_is_one_point():
    assert list(Sweep().points()) == [{}]


def test_unequal_lengths_name_each_parameter_and_point_at_the_odd_one():
    block = Block({"a": Values((1, 2)), "b": Values((1,)), "c": Values((1, 2))})
    [(what, parameter)] = problems(block)
    assert what.startswith("a has 2 values, b has 1 value, c has 2 values")
    assert parameter == "b"


def test_a_name_given_twice_is_named_with_its_places():
    assert problems(Block({"a": Values((1,))}), a=1) == [
        ("a: given twice, in [fixed] and in [[sweep]]", "a")
    ]
    assert problems(Block({"a": Values((1,))}), Block({"a": Values((2,))})) == [
        ("a: given twice, in two [[sweep]] blocks", "a")
    ]


def test_every_problem_is_told(tmp_path):
    found = problems(
        Block({}),
        Block({"a": Values(())}),
        Block({"b": Lines("none", tmp_path)}),
        Block({"c": Range(0, 1, 0)}),
    )
    assert [parameter for _, parameter in found] == [None, "a", "b", "c"]
    assert "block 1 names no parameter" in found[0][0]
    assert found[1][0] == "a: the list of values is empty"
    assert found[2][0].startswith("b: cannot read")


def test_too_many_jobs_are_counted_without_being_made():
    thousand = Range(0, 10_000, 1)
    blocks = [Block({name: thousand}) for name in "abcde"]
    assert Sweep({}, tuple(blocks)).count == 10**20
    [(what, _)] = problems(*blocks)
    assert "100,000,000,000,000,000,000 jobs" in what


def grid(*lengths):
    return Sweep(
        {}, tuple(Block({f"p{n}": Range(0, length, 1)}) for n, length in enumerate(lengths))
    )


def test_the_corners_are_the_first_and_last_of_each_block_crossed():
    sweep = grid(3, 1, 4)
    ends = [list(sweep.point(index).values()) for index in sweep.corners()]
    assert ends == [[0, 0, 0], [0, 0, 3], [2, 0, 0], [2, 0, 3]]
    assert Sweep().corners() == [0]
    assert Sweep({}, (Block({"a": Values(())}),)).corners() == []


def test_the_corners_of_many_blocks_are_bounded():
    sweep = grid(*[3] * 18)
    corners = sweep.corners()
    assert len(corners) == 18 + 2
    assert (corners[0], corners[-1]) == (0, len(sweep) - 1)
