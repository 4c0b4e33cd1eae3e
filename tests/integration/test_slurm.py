"""Runs on a real Slurm, which this file starts: see `slurm_site`."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from cluster_runs import ClusterRun, cluster_run, prepare
from slurm_site import SlurmSite, missing, running, wait_until

from hopla_gui import api, paths
from hopla_gui.domain.events import JobRequeued, WaitingNote
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation, RunOptions
from hopla_gui.engine.running.runners.cluster import tasks, under_way
from hopla_gui.errors import EnvironmentProblem

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(missing()), reason=f"no Slurm here: {', '.join(missing())} not found"),
]

# What a job does is its second word; what it hands over says that it did.
SCRIPT = """
    import os, signal, sys, time
    n, what, *more = sys.argv[1:]
    print("began", n, flush=True)
    if what == "raise": raise ValueError(f"bad {n}")
    if what == "exit": sys.exit(7)
    if what == "kill": os.kill(os.getpid(), signal.SIGKILL)
    if what == "sleep": time.sleep(float(more[0]))
    if what == "until":
        while not os.path.exists(more[0]): time.sleep(0.05)
    if what == "fill":
        kept = []
        for _ in range(100):
            kept.append(bytearray(20 << 20))
            time.sleep(0.05)
    host = os.environ.get("SLURMD_NODENAME")
    value = [n, *more]
    __hopla__ = ["value", "host"]
"""
OK, FAILED, CANCELLED = JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED
TIMEOUT, LOST = JobState.TIMEOUT, JobState.LOST


@pytest.fixture(scope="module")
def site():
    # Directly under /tmp: a Unix socket's path may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))
    folder.chmod(0o755)
    with running(SlurmSite(folder, nodes=3)) as site:
        yield site
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def long_run(site, tmp_path_factory):
    """Start jobs that will reach the time limit of their task, a minute at the least."""
    folder = tmp_path_factory.mktemp("long")
    (folder / "sleeper.py").write_text(
        "import signal, sys, time\n"
        "if sys.argv[1] == 'deaf': signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "time.sleep(1000)\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in site.environment.items():
            patch.setenv(name, value)
        words = [["sleeps"], ["deaf"]]
        session = prepare(
            folder / "sleeper.py", words, folder, queue="short", walltime_h=1 / 60,
            memory_gb=0.1, points_per_task=1,
            extra=("--nodelist=node3",),  # which no test kills meanwhile
        )  # fmt: skip
        ClusterRun(session)
        wait_until(lambda: session.counts.running == 2)
        session.close()
    return session.run.run_dir


@pytest.fixture(autouse=True)
def slurm(site, long_run, monkeypatch):
    """Have commands speak to the site; nothing of a test is left in its queue."""
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)
    spared = set(site.queue())
    yield site
    kept = {line.split()[0] for line in spared}
    wait_until(lambda: {line.split()[0] for line in site.queue()} <= kept, 10.0)


@pytest.fixture
def job(script):
    return script(SCRIPT)


def states(outcomes):
    return [outcome.state for outcome in outcomes]


def cli(*words, **more):
    command = [sys.executable, "-m", "hopla_gui", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **more)


def test_the_demo_ends_there_as_it_does_here(tmp_path):
    found = {}
    for place in ("local", "slurm"):
        file = tmp_path / f"{place}.json"
        done = cli(
            "run", paths.resource("demo", "demo.toml"), "--on", place, "--export", file,
            "--runs-dir", tmp_path / "runs",
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        results = json.loads(file.read_text())
        keys = ("name", "parameters", "cmd", "state", "exitcode", "traceback", "values")
        for job in results["jobs"]:
            job["values"].pop("runtime", None)  # the time of day
        found[place] = [{key: job[key] for key in keys} for job in results["jobs"]]
        assert results["run"]["on"] == place
    assert found["slurm"] == found["local"]
    assert all(job["state"] in ("succeeded", "failed") for job in found["slurm"])


def test_values_arrive_as_they_are_given(job, tmp_path):
    nasty = ["it's", 'say "x"', "a b", "two\nlines", "$(id)", "`id`", "é ☃ 🎉", "\\", "*", "", "-x"]
    with cluster_run(job, [[text, "ok", text] for text in nasty], tmp_path) as run:
        assert [outcome.values["value"] for outcome in run.finish()] == [[t, t] for t in nasty]


@pytest.mark.parametrize("isolation", [Isolation.FRESH, Isolation.REUSE])
def test_each_level_of_isolation_hands_values_over(job, tmp_path, isolation):
    options = RunOptions(isolation=isolation)
    words = [[str(n), "raise" if n == 2 else "ok"] for n in range(5)]
    with cluster_run(job, words, tmp_path, options=options, points_per_task=3) as run:
        outcomes = run.finish()
    assert states(outcomes) == [OK, OK, FAILED, OK, OK]
    assert "ValueError: bad 2" in outcomes[2].traceback
    assert outcomes[4].values["value"] == ["4"]


def test_37_jobs_end_each_in_its_own_way(slurm, job, tmp_path):
    kinds = ["ok"] * 20 + ["raise"] * 4 + ["exit"] * 4 + ["kill"] * 2 + ["sleep"] * 5 + ["fill"] * 2
    words = [[str(n), kind, *(["1000"] if kind == "sleep" else [])] for n, kind in enumerate(kinds)]
    options = RunOptions(timeout=6.0)
    with cluster_run(
        job, words, tmp_path, options=options, points_per_task=4, memory_gb=0.3
    ) as run:
        for index in (30, 31, 32):
            run.started(index)
        run.session.cancel([30, 31, 32])
        outcomes = run.finish()
    wanted = [OK] * 20 + [FAILED] * 10 + [CANCELLED] * 3 + [TIMEOUT] * 2 + [FAILED] * 2
    if slurm.polices_memory:
        assert states(outcomes) == wanted
    else:  # the whole task is killed, and with it what it runs at a time: one job
        assert states(outcomes)[:36] == wanted[:36]
    assert [outcome.exit_code for outcome in outcomes[20:30]] == [1] * 4 + [7] * 4 + [-9] * 2
    assert all("out of memory" in outcome.detail for outcome in outcomes[35:])
    assert all("out of memory" not in (outcome.detail or "") for outcome in outcomes[28:30])
    assert all(o.hostname and o.max_rss_mb and o.duration_s for o in outcomes[:28])
    assert "began 3" in (run.run_dir / "logs" / "job_3.out").read_text()


def test_output_can_be_read_while_a_job_runs(job, tmp_path):
    word = tmp_path / "word"
    with cluster_run(job, [["0", "until", str(word)]], tmp_path) as run:
        started = run.started(0)
        assert started.hostname.startswith("node")
        log = run.run_dir / "logs" / "job_0.out"
        wait_until(lambda: "began" in log.read_text())
        word.touch()
        assert states(run.finish()) == [OK]


def test_cancelling_all_leaves_nothing_in_the_queue(slurm, job, tmp_path):
    words = [[str(n), "sleep", "1000"] for n in range(40)]
    with cluster_run(job, words, tmp_path, points_per_task=1, memory_gb=0.1) as run:
        run.started(0)
        run.session.cancel()
        outcomes = run.finish()
    assert states(outcomes) == [CANCELLED] * 40
    assert outcomes[39].detail == "cancelled before its start"


def test_a_retry_is_a_further_attempt(job, tmp_path):
    once = tmp_path / "once"
    script = job.with_name("once.py")
    script.write_text(
        "import os, sys\n"
        f"first = not os.path.exists({str(once)!r})\n"
        f"open({str(once)!r}, 'w').close()\n"
        "sys.exit(3 if first else 0)\n"
    )
    with cluster_run(script, [[]], tmp_path, options=RunOptions(retries=1)) as run:
        assert run.outcome(0).exit_code == 3
        assert run.outcome(0, attempt=2).exit_code == 0
        run.finish()
        # and by hand, after the end
        run.session.retry([0])
        assert run.outcome(0, attempt=3).exit_code == 0
    logs = sorted(path.name for path in (run.run_dir / "logs").iterdir())
    assert logs[:3] == ["job_0.2.err", "job_0.2.out", "job_0.3.err"]


def test_a_retried_job_does_not_wait_for_a_long_one(job, tmp_path, monkeypatch):
    monkeypatch.setattr(under_way, "BUSY_S", 1.0)
    word = tmp_path / "word"
    with cluster_run(
        job, [["0", "until", str(word)], ["1", "raise"]], tmp_path, memory_gb=0.1
    ) as run:
        run.started(0)
        run.outcome(1)
        run.session.retry([1])
        try:
            assert run.outcome(1, attempt=2).state is FAILED  # while the other still runs
        finally:
            word.touch()
        assert states(run.finish()) == [OK, FAILED]


def test_a_node_that_dies_or_hangs_loses_its_jobs_and_they_run_again(slurm, job, tmp_path):
    word = tmp_path / "word"
    words = [[str(n), "until", str(word)] for n in range(10)]
    options = RunOptions(retries=1)
    try:
        with cluster_run(
            job, words, tmp_path, options=options, points_per_task=1, memory_gb=0.1
        ) as run:
            hosts = {index: run.started(index).hostname for index in range(10)}
            assert set(hosts.values()) == {"node1", "node2", "node3"}
            slurm.kill_node(1)
            slurm.hang_node(2)
            lost = [index for index, host in hosts.items() if host != "node3"]
            for index in lost:
                outcome = run.outcome(index)
                assert outcome.state is LOST
                assert outcome.detail.startswith("node failure (NODE_FAIL")
                run.wait_for(lambda e, i=index: isinstance(e, JobRequeued) and e.index == i)
            word.touch()
            outcomes = run.finish()
            assert states(outcomes) == [OK] * 10
            records = list(run.session.run.records())
            assert [r.attempt for r in records] == [1 + (i in lost) for i in range(10)]
    finally:
        word.touch()
        for node in (1, 2):
            with contextlib.suppress(AssertionError):
                slurm.start_node(node)
        slurm.wait_for_nodes()


def test_a_controller_that_is_away_changes_nothing(slurm, job, tmp_path):
    word = tmp_path / "word"
    words = [["0", "until", str(word)], *([str(n), "sleep", "1"] for n in range(1, 24))]
    with cluster_run(job, words, tmp_path, points_per_task=2, memory_gb=0.1) as run:
        run.started(0)
        slurm.stop_controller()
        try:
            run.wait_for(lambda event: "not answering since" in getattr(event, "text", ""))
            time.sleep(20)  # what is asked for: 30 s in all, of which squeue waits 9
        finally:
            slurm.start_controller()
        run.wait_for(lambda event: getattr(event, "text", "") == "Slurm answers again")
        word.touch()
        outcomes = run.finish()
        assert {record.attempt for record in run.session.run.records()} == {1}
    assert states(outcomes) == [OK] * 24


def test_jobs_reach_the_time_limit_of_their_task(long_run):
    run = ClusterRun(api.prepare_resume(long_run)[0])
    outcomes = run.finish()
    run.session.close()
    assert states(outcomes) == [TIMEOUT, TIMEOUT]
    assert all("TIMEOUT" in outcome.detail for outcome in outcomes)
    assert [outcome.exit_code for outcome in outcomes] == [-15, -9]


def test_what_the_scheduler_has_forgotten_is_lost_if_it_left_no_result(
    slurm, job, tmp_path, monkeypatch
):
    monkeypatch.setattr(under_way, "NO_WORD_S", 3.0)
    monkeypatch.setattr(tasks, "GRACE_S", 1.0)
    slurm.configure(MinJobAge=2)
    try:
        word = tmp_path / "word"
        session = prepare(job, [["0", "until", str(word)], ["1", "ok"]], tmp_path, memory_gb=0.1)
        run = ClusterRun(session)
        run.started(0)
        run.outcome(1)
        session.close()
        assert session.run.run_dir == run.run_dir
        os.kill(_node_process(run.run_dir, 0), signal.SIGKILL)
        wait_until(lambda: _array_name(run.run_dir) not in _known(slurm), 90.0)
        again = ClusterRun(api.prepare_resume(run.run_dir)[0])
        outcomes = again.finish()
        again.session.close()
    finally:
        slurm.configure(MinJobAge=300)
        for left in Path(tempfile.gettempdir()).glob("hopla-*"):  # by what was killed
            shutil.rmtree(left)
    assert states(outcomes) == [LOST, OK]
    assert outcomes[0].detail == "no word of its task, and no result"


def _array_name(run_dir):
    return json.loads((run_dir / "cluster" / "run.json").read_text())["arrays"][-1]["name"]


def _node_process(run_dir, index):
    """Return the process of the task that has claimed a job."""
    texts = [path.read_text() for path in (run_dir / "cluster" / "events").iterdir()]
    [text] = [text for text in texts if f'"start":{index},' in text]
    return json.loads(text.splitlines()[0])["pid"]


def _known(slurm):
    return slurm.ask("squeue", "-h", "-t", "all", "-o", "%j")


def test_a_killed_program_is_taken_up_again_by_resume(slurm, job, tmp_path):
    word = tmp_path / "word"
    sweep = tmp_path / "sweep.toml"
    job.write_text(
        "import argparse, os, time\n"
        "p = argparse.ArgumentParser(); p.add_argument('--n', type=int); n = p.parse_args().n\n"
        f"while n == 1 and not os.path.exists({str(word)!r}): time.sleep(0.05)\n"
        f"open({str(tmp_path)!r} + f'/ran.{{n}}', 'a').write('x')\n"
        "__hopla__ = ['n']\n"
    )
    sweep.write_text(
        f"[script]\npath = {str(job)!r}\n[[sweep]]\nn = {{range = [0, 9, 1]}}\n"
        "[run]\non = 'slurm'\n[cluster]\nmemory_gb = 0.1\npoints_per_task = 3\n"
    )
    runs = tmp_path / "runs"
    command = [sys.executable, "-m", "hopla_gui", "run", str(sweep), "--runs-dir", str(runs)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    wait_until(lambda: (tmp_path / "ran.0").exists(), 60.0)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    word.touch()
    wait_until(lambda: all((tmp_path / f"ran.{n}").exists() for n in range(9)), 60.0)
    [run_dir] = api.list_runs(runs)
    done = cli("resume", run_dir.name, "--runs-dir", runs)
    assert done.returncode == 0, done.stderr
    with contextlib.closing(api.open_run(run_dir)) as run:
        assert [record.outcome.values["n"] for record in run.records()] == list(range(9))
        assert {record.attempt for record in run.records()} == {1}
    assert {(tmp_path / f"ran.{n}").read_text() for n in range(9)} == {"x"}


def test_a_second_program_may_only_read(job, tmp_path):
    with cluster_run(job, [["0", "sleep", "1000"]], tmp_path, memory_gb=0.1) as run:
        run.started(0)
        with pytest.raises(EnvironmentProblem, match=r"in use by process \d+"):
            api.prepare_resume(run.run_dir)
        with contextlib.closing(api.open_run(run.run_dir)) as read:
            assert read.counts().running == 1


def test_an_interrupted_program_leaves_its_jobs_and_says_how_to_come_back(job, tmp_path):
    session = prepare(job, [["0", "sleep", "1000"]], tmp_path, memory_gb=0.1)
    session.close()
    command = [sys.executable, "-m", "hopla_gui", "resume", session.run.info.id]
    process = subprocess.Popen(
        [*command, "--runs-dir", str(tmp_path)], stderr=subprocess.PIPE, text=True
    )

    def is_running():
        with contextlib.closing(api.open_run(session.run.run_dir)) as run:
            return run.counts().running == 1

    wait_until(is_running, 60.0)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130
    assert f"hopla-gui runs cancel {session.run.info.id}" in said
    done = cli("runs", "--runs-dir", tmp_path, "cancel", session.run.info.id)
    assert (done.returncode, done.stdout) == (0, "1 jobs cancelled\n")


def test_jobs_are_stopped_with_a_task_that_is_cancelled_in_the_queue(slurm, job, tmp_path):
    words = [[str(n), "sleep", "1000"] for n in range(3)]
    with cluster_run(
        job, words, tmp_path, points_per_task=3, memory_gb=0.1, parallel_per_task=2
    ) as run:
        run.started(0)
        run.started(1)
        slurm.ask("scancel", "--name", _array_name(run.run_dir))
        outcomes = run.finish()
    assert states(outcomes) == [CANCELLED] * 3
    assert "CANCELLED" in outcomes[0].detail
    assert outcomes[2].detail == "its task was cancelled in the queue"


def test_what_waits_says_why_in_the_schedulers_words(job, tmp_path):
    words = [[str(n), "sleep", "1000"] for n in range(30)]
    with cluster_run(job, words, tmp_path, points_per_task=1, memory_gb=0.1) as run:
        note = run.wait_for(lambda event: isinstance(event, WaitingNote) and event.text)
        assert note.text.startswith("PENDING")


def test_no_more_jobs_at_a_time_than_asked_for(slurm, job, tmp_path):
    words = [[str(n), "sleep", "1000"] for n in range(12)]
    options = RunOptions(workers=2)
    with cluster_run(
        job, words, tmp_path, options=options, points_per_task=1, memory_gb=0.1
    ) as run:
        run.started(0)
        run.started(1)
        assert run.session.counts.running == 2
        run.session.resize(4)
        wait_until(lambda: run.session.counts.running == 4, 30.0)


def test_a_small_array_is_followed_by_the_next(slurm, job, tmp_path, monkeypatch):
    from hopla_gui.engine.running.runners.cluster.backend import Limits
    from hopla_gui.engine.running.runners.cluster.slurm import Slurm

    monkeypatch.setattr(Slurm, "limits", lambda self: Limits(array_tasks=3))
    words = [[str(n), "ok"] for n in range(11)]
    with cluster_run(job, words, tmp_path, points_per_task=1, memory_gb=0.1) as run:
        assert states(run.finish()) == [OK] * 11
    arrays = json.loads((run.run_dir / "cluster" / "run.json").read_text())["arrays"]
    assert [array["tasks"] for array in arrays] == [3, 3, 3, 2]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"queue": "nope"}, "invalid partition"),
        ({"preamble": "echo no such module; exit 3"}, "no such module"),
        ({"python": "/no/such/python"}, "/no/such/python"),
    ],
)
def test_what_cannot_begin_is_given_up_with_its_words(job, tmp_path, asked, words):
    with cluster_run(job, [["0", "ok"], ["1", "ok"]], tmp_path, memory_gb=0.1, **asked) as run:
        outcomes = run.finish()
    assert states(outcomes) == [LOST] * 2
    assert words in outcomes[0].detail


def test_another_host_takes_its_share(job, tmp_path):
    words = [[str(n), "sleep", "0.3"] for n in range(12)]
    with cluster_run(job, words, tmp_path, on="hosts") as run:
        note = run.wait_for(lambda event: isinstance(event, WaitingNote))
        assert note.text == f"on each host: hopla-gui work {run.run_dir / 'cluster'}"
        hosts = [
            subprocess.Popen(
                [sys.executable, "-m", "hopla_gui", "work", place, "--workers", "2"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for place in (run.run_dir, run.run_dir / "cluster")
        ]  # fmt: skip
        outcomes = run.finish()
        said = [host.communicate()[0] for host in hosts]
    assert states(outcomes) == [OK] * 12
    assert sum(int(line.split()[0]) for line in said) == 12
    assert all(int(line.split()[0]) > 0 for line in said)


def test_10000_packed_jobs_run_once_each(slurm, tmp_path):
    script = tmp_path / "trivial.py"
    script.write_text(
        "import os, sys\n"
        f"os.write(os.open({str(tmp_path / 'ran')!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "
        "(sys.argv[1] + '\\n').encode())\n"
    )
    words = [[str(n)] for n in range(10_000)]
    with cluster_run(script, words, tmp_path, points_per_task=1250, memory_gb=0.1) as run:
        outcomes = run.finish()
    assert set(states(outcomes)) == {OK}
    ran = (tmp_path / "ran").read_text().split()
    assert sorted(map(int, ran)) == list(range(10_000))


def test_a_dry_run_writes_the_script_and_resume_submits_it(slurm, job, tmp_path):
    sweep = tmp_path / "sweep.toml"
    job.write_text(
        "import argparse\np = argparse.ArgumentParser(); p.add_argument('--n'); p.parse_args()\n"
    )
    sweep.write_text(
        f"[script]\npath = {str(job)!r}\n[[sweep]]\nn = ['a', 'b']\n"
        "[cluster]\nmemory_gb = 0.1\nwalltime_h = 1\n"
    )
    runs = tmp_path / "runs"
    before = slurm.queue()
    done = cli("run", sweep, "--on", "slurm", "--dry-run", "--runs-dir", runs)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sbatch --parsable ")
    text = Path(done.stdout.split()[-1]).read_text()
    assert "#SBATCH --time=60\n" in text
    assert slurm.queue() == before
    [run_dir] = api.list_runs(runs)
    assert cli("resume", run_dir.name, "--runs-dir", runs).returncode == 0
