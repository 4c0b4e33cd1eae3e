"""The server, its scheduler and its nodes: ``server.py pbs|torque SOCKET FOLDER``.

Settings may be changed while it runs, in ``FOLDER/settings.json``.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from jobs import RANGE, Job, Refused, Task, megabytes, parse_script, seconds
from nodes import cut_power, kill_one_by_one, kill_session, session_mb
from talk import describe, parse_ids

TICK_S = 0.05
DEFAULTS = {
    "nodes": 2, "slots": 4, "history": True, "keep_completed": 300.0, "max_array_size": 10_000,
    "max_queued": 100_000, "kill_delay": 2.0, "hour_s": 3600.0,
}  # fmt: skip
UNKNOWN, FINISHED = 153, 35
NO_HISTORY = "PBS is not configured to maintain job history"  # said with exit status 0
QUEUES = """\
Queue: workq
    queue_type = Execution
    total_jobs = 0
    resources_max.mem = 64gb
    resources_max.ncpus = 8
    resources_max.walltime = 48:00:00
    kill_delay = 2
    enabled = True
    started = True

Queue: route
    queue_type = Route
    enabled = True

Queue: closed
    queue_type = Execution
    enabled = False

"""


class Server:
    """One server; see the module."""

    def __init__(self, dialect, folder):
        self.is_torque = dialect == "torque"
        self.folder = folder
        self.jobs = {}
        self.next = 1
        self.dead_nodes = set()
        self.commands = {
            "qsub": self.qsub, "qstat": self.qstat, "qdel": self.qdel, "qselect": self.qselect,
            "qhold": self.qhold, "qrls": self.qrls, "qalter": self.qalter, "node": self.node,
        }  # fmt: skip

    @property
    def settings(self):
        path = self.folder / "settings.json"
        return {**DEFAULTS, **(json.loads(path.read_text()) if path.exists() else {})}

    # -- commands ----------------------------------------------------------------------------

    def answer(self, asked):
        try:
            out, err, status = self.commands[asked["name"]](asked["words"])
        except Refused as refusal:
            out, err, status = "", f"{refusal}\n", refusal.status
        return {"out": out, "err": err, "status": status}

    def qsub(self, words):
        *options, script = words
        given = dict(zip(options[::2], options[1::2], strict=True))
        text = Path(script).read_text()
        flag = "-t" if self.is_torque else "-J"
        found = {**parse_script(text, flag), **given}
        if found.get("-q", "workq") != "workq":
            raise Refused("qsub: Unknown queue", 170)
        if self.is_torque and len(found["-N"]) > 15:
            raise Refused("qsub: illegal -N value", 2)
        tasks, at_once = 1, None
        if flag in found:
            first, last, most = RANGE.match(found[flag]).groups()
            if not self.is_torque and int(last) <= int(first):
                raise Refused(f"qsub: illegal {flag} value", 2)
            tasks, at_once = int(last) - int(first) + 1, int(most) if most else None
        if tasks > self.settings["max_array_size"]:
            raise Refused("qsub: Array job exceeds server or queue size limit", 154)
        if self.queued() + tasks > self.settings["max_queued"]:
            raise Refused("qsub: would exceed complex's per-user limit", 38)
        job = Job(
            self.next, flag in found, found["-N"], "workq", self.folder / f"{self.next}.SC",
            Path(found["-o"]), seconds(found["walltime"]) if "walltime" in found else None,
            megabytes(found), at_once, tasks=[Task(index) for index in range(tasks)],
        )  # fmt: skip
        job.script.write_text(text)
        job.script.chmod(0o700)
        self.jobs[self.next] = job
        self.next += 1
        return f"{job.id}\n", "", 0

    def qstat(self, words):
        if words[:1] == ["--version"]:
            text = "Version: 6.1.3\nCommit: 0\n" if self.is_torque else "pbs_version = 23.06.06\n"
            return text, "", 0
        if words[:1] == ["-B"]:
            size = "max_job_array_size" if self.is_torque else "max_array_size"
            most = self.settings["max_array_size"]
            return f"Server: pbs\n    default_queue = workq\n    {size} = {most}\n", "", 0
        if words[:1] == ["-Q"]:
            return QUEUES, "", 0
        flags = {word for word in words if word.startswith("-")}
        if "-x" in flags and self.is_torque:
            return "<Data></Data>", "", 0
        out, err, status = [], [], 0
        for word in words:
            if word in flags:
                continue
            if "-x" in flags and not self.settings["history"]:
                err.append(f"qstat: {NO_HISTORY} {word}")
                continue
            try:
                job, wanted = self.find(word)
            except Refused as refusal:
                err.append(f"qstat: {refusal} {word}")
                status = refusal.status
                continue
            if job.is_over and "-x" not in flags and not self.is_torque:
                hint = "use -x or -H to obtain historical job information"
                err.append(f"qstat: {word} Job has finished, {hint}")
                status = FINISHED
                continue
            one_line = bool(flags & {"-w", "-1"})
            out.append(describe(job, wanted, self.is_torque, one_line))
        return "".join(out), "".join(f"{line}\n" for line in err), status

    def qselect(self, words):
        if "-x" in words and not self.settings["history"]:
            return "", f"qselect: {NO_HISTORY}\n", 0
        name = words[words.index("-N") + 1]
        found = [
            job.id
            for job in self.jobs.values()
            if job.name == name and ("-x" in words or not job.is_over)
        ]
        return "".join(f"{job}\n" for job in found), "", 0

    def qdel(self, words):
        err, status = [], 0
        for word in words:
            try:
                job, tasks = self.find(word)
            except Refused as refusal:
                err.append(f"qdel: {refusal} {word}")
                status = refusal.status
                continue
            for task in tasks:
                self.delete(job, task)
        return "", "".join(f"{line}\n" for line in err), status

    def delete(self, job, task):
        if task.state == "R":
            task.verdict, task.substate = task.verdict, 91
            self.terminate(task)
        elif not task.is_over:
            task.substate = 91
            self.end(job, task, None if not self.is_torque else 271)

    def qhold(self, words):
        return self.set_held(words, True)

    def qrls(self, words):
        return self.set_held(words, False)

    def set_held(self, words, held):
        for number, word in enumerate(words):
            if word[0].isdigit():
                self.find(word)[0].is_held = held
            elif words[number - 1] != "-h" and word != "-h":
                raise Refused(f"qhold: illegal word {word}", 2)
        return "", "", 0

    def qalter(self, words):
        if self.is_torque:
            array, flag, most = words
            assert (flag, most[0]) == ("-t", "%"), words
            self.find(array)[0].at_once = int(most[1:])
        else:
            change, array = words
            name, _, most = change.partition("=")
            assert name == "-Wmax_run_subjobs", words
            self.find(array)[0].at_once = int(most)
        return "", "", 0

    def node(self, words):
        """Kill a node, or have it back; no command of PBS's: the tests'."""
        what, name = words
        if what == "back":
            self.dead_nodes.discard(name)
            return "", "", 0
        self.dead_nodes.add(name)
        for task in self.tasks("R"):
            if task.node == name:
                cut_power(task)
                task.process.wait()
                task.state, task.process, task.node = "Q", None, ""
        return "", "", 0

    def find(self, word):
        number, is_array, index = parse_ids(word)
        job = self.jobs.get(number)
        if job is None or is_array != job.is_array:
            raise Refused("Unknown Job Id" + (" Error" if self.is_torque else ""), UNKNOWN)
        gone_after = self.settings["keep_completed"] if self.is_torque else 1e9
        if not self.is_torque and not self.settings["history"]:
            gone_after = 0.0
        if job.is_over and time.time() - max(task.ended for task in job.tasks) >= gone_after:
            raise Refused("Unknown Job Id" + (" Error" if self.is_torque else ""), UNKNOWN)
        wanted = job.tasks if index is None else [job.tasks[index]]
        return job, wanted

    # -- the scheduler and the nodes ------------------------------------------------------------

    def tasks(self, state):
        return [task for job in self.jobs.values() for task in job.tasks if task.state == state]

    def queued(self):
        return len(self.tasks("Q")) + len(self.tasks("R"))

    def tick(self):
        for job in list(self.jobs.values()):
            for task in job.tasks:
                if task.state in "RE":
                    self.watch(job, task)
        self.schedule()

    def schedule(self):
        settings = self.settings
        free = {f"node{number}": settings["slots"] for number in range(1, settings["nodes"] + 1)}
        for name in self.dead_nodes:
            free.pop(name, None)
        for task in self.tasks("R"):
            if task.node in free:
                free[task.node] -= 1
        for job in self.jobs.values():
            if job.is_held or job.is_over:
                continue
            running = sum(task.state == "R" for task in job.tasks)
            for task in job.tasks:
                node = max(free, key=free.get, default=None)
                if node is None or free[node] < 1:
                    return
                if job.at_once is not None and running >= job.at_once:
                    break
                if task.state == "Q":
                    free[node] -= 1
                    running += 1
                    self.start(job, task, node)

    def start(self, job, task, node):
        output = Path(str(job.output).removeprefix("localhost:"))
        variable = "PBS_ARRAYID" if self.is_torque else "PBS_ARRAY_INDEX"
        env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env |= {"PBS_JOBID": job.task_id(task), "PBS_ENVIRONMENT": "PBS_BATCH"}
        # As the daemon does, or a site's prologue: what a killed task has left goes with the site.
        env["TMPDIR"] = tempfile.mkdtemp(prefix=f"{node}.", dir=self.folder)
        if job.is_array:
            env[variable] = str(task.index)
        with output.open("ab") as out:
            # A shell gets the script's name to read, and runs it: as the daemon on a node does.
            task.process = subprocess.Popen(
                ["/bin/bash"], stdin=subprocess.PIPE, stdout=out, stderr=out, env=env,
                cwd=os.environ.get("HOME", "/"), start_new_session=True,
            )  # fmt: skip
        task.process.stdin.write(f"exec {job.script}\n".encode())
        task.process.stdin.close()
        task.state, task.node, task.started = "R", node, time.time()
        task.run_count += 1
        task.substate, task.kill_at = 42, 0.0

    def watch(self, job, task):
        code = task.process.poll()
        if code is not None:
            kill_session(task, signal.SIGKILL)
            task.process = None
            if task.verdict is not None:
                code = task.verdict
            elif code < 0:
                code = 256 - code
            self.end(job, task, code)
            return
        now = time.time()
        if task.kill_at:
            if now > task.kill_at:
                kill_session(task, signal.SIGKILL)
        elif (
            job.walltime_s and now - task.started > job.walltime_s / 3600 * self.settings["hour_s"]
        ):
            task.verdict = -11 if self.is_torque else -29
            self.terminate(task)
        elif job.memory_mb and session_mb(task) > job.memory_mb:
            task.verdict = -10 if self.is_torque else -27
            kill_one_by_one(task)

    def terminate(self, task):
        kill_session(task, signal.SIGTERM)
        task.kill_at = time.time() + self.settings["kill_delay"]

    def end(self, job, task, code):
        task.exit_status, task.ended = code, time.time()
        task.state = "C" if self.is_torque else "X"
        if task.substate != 91:
            task.substate = 92 if code == 0 else 93
        if job.is_over and not self.is_torque:
            for one in job.tasks:
                one.state = "F"

    def close(self):
        for task in self.tasks("R"):
            kill_session(task, signal.SIGKILL)
            task.process.wait()


def main(dialect, address, folder):
    server = Server(dialect, Path(folder))
    selector = selectors.DefaultSelector()
    leaving = []
    signal.signal(signal.SIGTERM, lambda *_: leaving.append(True))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        selector.register(listening, selectors.EVENT_READ)
        due = 0.0
        while not leaving:
            for _ in selector.select(TICK_S):
                client, _ = listening.accept()
                with client, client.makefile("rwb") as stream:
                    line = stream.readline()
                    if line:
                        stream.write(json.dumps(server.answer(json.loads(line))).encode() + b"\n")
            if time.monotonic() > due:
                server.tick()
                due = time.monotonic() + TICK_S
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
