"""hopla(): the commands it builds, by the rules of hopla 1.0."""

import inspect

import pytest

from hopla_gui import converter, scheduler


@pytest.fixture
def commands(monkeypatch):
    """Return the commands that a hopla() call hands to scheduler()."""

    def build(*args, **kwargs):
        given = {}
        monkeypatch.setattr(converter, "scheduler", lambda **called: given.update(called))
        converter.hopla(*args, **kwargs)
        return given["commands"]

    return build


def test_iterative_values_come_first_then_the_fixed_ones_each_sorted(commands):
    assert commands(
        "/a/s.py", hopla_iterative_kwargs=["d", "b"], hopla_optional=["verbose"],
        verbose=0, l=[1, 2], b=[False, True], d=["x", "y"],
    ) == [
        ["/a/s.py", "-d", "x", "-l", "1", "2", "--verbose", "0"],
        ["/a/s.py", "-b", "-d", "y", "-l", "1", "2", "--verbose", "0"],
    ]  # fmt: skip


def test_none_leaves_a_parameter_out(commands):
    assert commands("s.py", hopla_iterative_kwargs=["a"], a=[None, 1], b=None) == [
        ["s.py"],
        ["s.py", "-a", "1"],
    ]


def test_append_kwargs_repeat_their_flag(commands):
    assert commands(
        "s.py", hopla_iterative_kwargs=["i"], hopla_append_kwargs=["a"], i=[0], a=[1, [2, 3]]
    ) == [["s.py", "-i", "0", "-a", "1", "-a", "2", "3"]]


def test_iterative_values_must_be_lists_of_one_length():
    with pytest.raises(ValueError, match="'a' with value '1'"):
        converter.hopla("s.py", hopla_iterative_kwargs=["a"], a=1)
    with pytest.raises(ValueError, match="same number of values"):
        converter.hopla("s.py", hopla_iterative_kwargs=["a", "b"], a=[1], b=[1, 2])


def test_nothing_to_execute_is_an_error():
    with pytest.raises(ValueError, match="Nothing to execute"):
        converter.hopla("s.py", a=1)


def test_the_parameters_are_those_of_hopla_1_0():
    assert list(inspect.signature(scheduler.scheduler).parameters) == [
        "commands", "name", "outputdir", "cpus", "use_subprocess", "delay_upto", "logfile",
        "cluster", "cluster_logdir", "cluster_queue", "cluster_memory", "cluster_walltime",
        "cluster_nb_threads", "python_cmd", "verbose",
    ]  # fmt: skip
    assert list(inspect.signature(converter.hopla).parameters) == [
        "python_script", "hopla_outputdir", "hopla_cpus", "hopla_use_subprocess",
        "hopla_delay_upto", "hopla_optional", "hopla_append_kwargs", "hopla_logfile",
        "hopla_verbose", "hopla_cluster", "hopla_cluster_logdir", "hopla_cluster_queue",
        "hopla_cluster_memory", "hopla_cluster_walltime", "hopla_cluster_nb_threads",
        "hopla_python_cmd", "hopla_iterative_kwargs", "kwargs",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("logdir", "queue", "reason"),
    [(None, "q", "not a valid directory"), ("full", "q", "not an empty"), ("empty", None, "queue")],
)
def test_a_cluster_run_needs_an_empty_log_folder_and_a_queue(tmp_path, logdir, queue, reason):
    (tmp_path / "full" / "x").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=reason):
        scheduler.scheduler(
            [["s.py"]],
            cluster=True,
            cluster_logdir=logdir and str(tmp_path / logdir),
            cluster_queue=queue,
        )
