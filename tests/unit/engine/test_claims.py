"""Jobs are claimed from shared lists, each by one task alone."""

import json
import subprocess
import sys

from hopla_gui.domain.job import JobSpec
from hopla_gui.engine.running.backlog import Ticket
from hopla_gui.engine.running.runners.cluster.folder import EventReader, SharedFolder
from hopla_gui.paths import payload_dir

TAKE_ALL = """
import sys, types
package = types.ModuleType("payload"); package.__path__ = [sys.argv[1]]
sys.modules["payload"] = package
from payload.claims import Claims
claims = Claims(sys.argv[2], int(sys.argv[3]))
while True:
    taken = claims.take()
    if taken is None: break
    print(taken[0]["index"], taken[0]["attempt"])
"""


def folder_with(tmp_path, jobs, block=10, attempt=1):
    folder = SharedFolder(tmp_path)
    folder.create(None, None)
    specs = [JobSpec(n, f"job_{n}", {}, ("s.py", f"it's\n{n}")) for n in jobs]
    folder.add([Ticket(spec, attempt) for spec in specs], block, skip_first_word=True)
    return folder


def start(folder, first):
    command = [sys.executable, "-c", TAKE_ALL, payload_dir(), folder.path, str(first)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def taken_by(process):
    said = process.communicate()[0]
    return [tuple(map(int, line.split())) for line in said.splitlines()]


def test_takers_that_race_get_each_job_once(tmp_path):
    folder = folder_with(tmp_path, range(300))
    takers = [start(folder, first) for first in (0, 0, 7, 29)]
    found = [claim for taker in takers for claim in taken_by(taker)]
    assert sorted(found) == [(n, 1) for n in range(300)]
    assert len(list((folder.path / "full").iterdir())) == 30


def test_what_is_put_on_a_list_later_is_taken_too(tmp_path):
    folder = folder_with(tmp_path, range(5))
    assert taken_by(start(folder, 3)) == [(n, 1) for n in range(5)]
    spec = JobSpec(2, "job_2", {}, ("s.py",))
    folder.add([Ticket(spec, 2)], 10, skip_first_word=True)
    assert taken_by(start(folder, 0)) == [(2, 2)]


def test_who_claims_a_job_that_waits_has_cancelled_it(tmp_path):
    folder = folder_with(tmp_path, range(4))
    assert folder.claim((1, 1))
    assert not folder.claim((1, 1))
    assert taken_by(start(folder, 0)) == [(0, 1), (2, 1), (3, 1)]
    assert not folder.claim((0, 1))
    assert folder.claimed([(0, 1), (1, 1)]) == {(0, 1), (1, 1)}


def test_another_program_knows_what_is_on_the_lists(tmp_path):
    folder_with(tmp_path, range(25))
    again = SharedFolder(tmp_path)
    again.create(None, None)
    assert all(again.knows((n, 1)) for n in range(25))
    assert not again.knows((3, 2))
    again.add([Ticket(JobSpec(3, "job_3", {}, ("s.py",)), 2)], 10, skip_first_word=True)
    [line] = (again.path / "blocks" / "3" / "points.jsonl").read_text().splitlines()
    assert json.loads(line) == {"index": 3, "attempt": 2, "log": "job_3.2", "arguments": []}


def test_a_folder_elsewhere_is_what_the_nodes_see(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "logs").mkdir()
    folder = SharedFolder(tmp_path / "run")
    folder.create(tmp_path / "scratch", None)
    assert folder.path == tmp_path / "scratch" / "run"
    assert folder.logs == tmp_path / "scratch" / "run" / "logs"
    assert (tmp_path / "run" / "logs").resolve() == folder.logs


def test_a_result_of_another_attempt_or_a_torn_one_is_none(tmp_path):
    folder = folder_with(tmp_path, range(1))
    assert folder.result((0, 1)) is None
    folder.claim((0, 1))
    result = folder.path / "blocks" / "0" / "0.1" / "result.json"
    for text in ("", '{"index": 0, "atte', '{"index": 0, "attempt": 2}', "[]"):
        result.write_text(text)
        assert folder.result((0, 1)) is None
    result.write_text('{"index": 0, "attempt": 1}')
    assert folder.result((0, 1)) == {"index": 0, "attempt": 1}


def test_events_are_read_once_each_and_a_torn_line_later(tmp_path):
    folder = folder_with(tmp_path, ())
    reader = EventReader(folder)
    file = folder.path / "events" / "a.0.h-1.jsonl"
    file.write_text('{"task": ["a", 0]}\n{"start": 1')
    assert list(reader.new()) == [(file.name, {"task": ["a", 0]})]
    assert list(reader.new()) == []
    with file.open("a") as stream:
        stream.write(', "attempt": 1}\nno json\n[1]\n{"bye": "done"}\n')
    assert [fact for _, fact in reader.new()] == [{"start": 1, "attempt": 1}, {"bye": "done"}]


def test_what_is_to_be_first_is_claimed_first_and_once(tmp_path):
    folder = folder_with(tmp_path, range(25))
    folder.write_first([(21, 1), (3, 1)])
    folder.claim((21, 1))
    assert [index for index, _ in taken_by(start(folder, 0))][:3] == [3, 0, 1]
