"""A real Slurm on this machine: a controller and some nodes that are daemons on the loopback.

Nothing of it lies outside of one folder, and nothing of it listens elsewhere than on 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo")
ACCOUNTING = ("slurmdbd", "sacct", "sacctmgr", "mariadbd", "mariadb", "mariadb-install-db")
WAIT_S = 30.0
MARKER = "HOPLA_TEST_SESSION"  # by which a test finds what it has left behind
MEMORY_GROUP = Path("/sys/fs/cgroup/memory")  # version 1: what this Slurm can police

_LIVE = "PENDING,CONFIGURING,RUNNING,SUSPENDED,COMPLETING,STOPPED,REQUEUED"


def missing(programs: tuple[str, ...] = PROGRAMS) -> list[str]:
    """Return the programs that are not installed."""
    return [program for program in programs if shutil.which(program, path=_path()) is None]


class SlurmSite:
    """Starts the daemons, breaks them, and ends them.

    Parameters
    ----------
    folder
        Everything lies there; its name is short, for sockets are made in it.
    accounts
        Keep accounts, as large sites do: with a database.
    options
        Lines of ``slurm.conf``.
    """

    def __init__(
        self, folder: Path, nodes: int = 2, cpus: int = 4, accounts: bool = False, **options: object
    ) -> None:
        self.folder = folder
        self.polices_memory = os.geteuid() == 0 and os.access(MEMORY_GROUP, os.W_OK)
        self._nodes, self._cpus, self._accounts = nodes, cpus, accounts
        self._ports = _free_ports(nodes + 3)
        # Control groups are named after the node and the job, and those of all sites lie together:
        # two jobs of one number would be one job to the kernel, and end with each other.
        first = 1 + secrets.randbelow(60_000) * 1000
        self._options = {
            "MinJobAge": 300, "MaxArraySize": 1001, "FirstJobId": first, **options,
        }  # fmt: skip
        self._pids: dict[str, int] = {}
        self._database: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What makes a command of Slurm speak to this one."""
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": _path()}

    def start(self) -> None:
        """Start all daemons and return when the nodes wait for work."""
        for name in ("state", "spool", "log", "run", "munge"):
            (self.folder / name).mkdir(parents=True)
        self._write_configuration()
        self._start_munge()
        if self._accounts:
            self._start_accounts()
        self.start_controller()
        for node in range(1, self._nodes + 1):
            self.start_node(node)
        self.wait_for_nodes()

    def stop(self) -> None:
        """End all daemons, and what they run."""
        self.ask("scancel", "--user", getpass.getuser(), check=False)
        if "controller" in self._pids:
            wait_until(lambda: not self.queue(), 10.0, check=False)
        for name in sorted(self._pids, key="munged accounts controller node".find, reverse=True):
            self._end(name)
        for process in self._stepds():
            _kill_tree(process)
        if self._database is not None:
            self._database.terminate()
            self._database.wait(20)

    def configure(self, **options: object) -> None:
        """Change the configuration while it runs."""
        self._options.update(options)
        self._write_configuration()
        self.ask("scontrol", "reconfigure")

    def queue(self) -> list[str]:
        """Return the tasks that wait or run."""
        return self.ask("squeue", "-h", "-r", "-t", _LIVE, "-o", "%i %T").splitlines()

    def ask(self, *command: str, check: bool = True) -> str:
        """Run a command of Slurm and return what it prints."""
        done = subprocess.run(command, env=self._env(), capture_output=True, text=True)
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout

    def wait_for_nodes(self) -> None:
        """Return when all nodes are up."""

        def are_up() -> bool:
            states = self.ask("sinfo", "-h", "-N", "-p", "main", "-o", "%t", check=False).split()
            return len(states) == self._nodes and set(states) <= {"idle", "mix", "alloc"}

        wait_until(are_up)

    # -- what goes wrong on a cluster ------------------------------------------------------------

    def kill_node(self, node: int) -> None:
        """Cut the power of a node."""
        self.hang_node(node)
        for process in self._stepds(node):
            _kill_tree(process)

    def hang_node(self, node: int) -> None:
        """Have a node answer no more, while its jobs run on."""
        name = f"node{node}"
        os.kill(self._pids.pop(name), signal.SIGKILL)

    def start_node(self, node: int) -> None:
        """Start a node, or start it again."""
        name = f"node{node}"
        (self.folder / "spool" / name).mkdir(exist_ok=True)
        # One that was killed has left its number there.
        (self.folder / "run" / f"slurmd-{name}.pid").unlink(missing_ok=True)
        self._run("slurmd", "-N", name)
        self._pids[name] = self._pid(f"slurmd-{name}.pid")

    def stop_controller(self) -> None:
        """Take the controller away; it first writes down what it knows, as it often does.

        One that is killed in between gives the same numbers to other jobs when it comes back.
        """
        self._end("controller")

    def start_controller(self) -> None:
        """Start the controller, or start it again."""
        (self.folder / "run" / "slurmctld.pid").unlink(missing_ok=True)
        self._run("slurmctld")
        self._pids["controller"] = self._pid("slurmctld.pid")
        wait_until(lambda: "UP" in self.ask("scontrol", "ping", check=False))

    def _stepds(self, node: int | None = None) -> list[psutil.Process]:
        """Return the processes that run the jobs of a node."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            if not words or not words[0].startswith("slurmstepd: ["):
                continue
            job = words[0].partition("[")[2].partition("]")[0].partition(".")[0]
            folders = self.folder.glob(f"spool/node{node or '*'}/node*_{job}.*")
            if any(folders):
                found.append(process)
        return found

    # -- the daemons -----------------------------------------------------------------------------

    def _env(self) -> dict[str, str]:
        env = {**os.environ, **self.environment}
        env.pop(MARKER, None)  # they outlive the test that happens to start them
        return env

    def _run(self, *command: str) -> None:
        # Daemons keep what they inherit open: a pipe would never end.
        said = self.folder / "log" / "start.log"
        with said.open("ab") as log:
            done = subprocess.run(
                command, env=self._env(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        assert done.returncode == 0, f"{command}: {said.read_text()}"

    def _pid(self, name: str) -> int:
        path = self.folder / "run" / name
        wait_until(lambda: path.is_file() and path.read_text().strip().isdigit())
        return int(path.read_text())

    def _end(self, name: str) -> None:
        pid = self._pids.pop(name)
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            process.terminate()
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(10)
                return
            process.kill()

    def _start_munge(self) -> None:
        munge = self.folder / "munge"
        (munge / "munge.key").write_bytes(os.urandom(128))
        (munge / "munge.key").chmod(0o600)
        munge.chmod(0o711)
        self._run(
            "munged", "--force", f"--key-file={munge}/munge.key", f"--socket={munge}/munge.sock",
            f"--pid-file={self.folder}/run/munged.pid", f"--log-file={self.folder}/log/munged.log",
            f"--seed-file={munge}/seed",
        )  # fmt: skip
        self._pids["munged"] = self._pid("munged.pid")

    def _start_accounts(self) -> None:
        folder = self.folder
        root = ["--user=root"] if os.geteuid() == 0 else []
        data, sock = folder / "mysql", folder / "mysql.sock"
        data.mkdir()
        tables = ("mariadb-install-db", "--no-defaults", *root, f"--datadir={data}")
        self._run(*tables, "--skip-test-db", "--auth-root-authentication-method=normal")
        log = (folder / "log" / "database.log").open("wb")
        with log:
            self._database = subprocess.Popen(
                [
                    "mariadbd", "--no-defaults", *root, f"--datadir={data}", f"--socket={sock}",
                    "--bind-address=127.0.0.1", f"--port={self._ports[-1]}",
                    "--innodb-buffer-pool-size=128M", "--innodb-lock-wait-timeout=900",
                ],
                env=self._env(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        ask = ("mariadb", "--no-defaults", "-u", "root", "-S", str(sock), "-e")
        wait_until(lambda: subprocess.run([*ask, "select 1"], capture_output=True).returncode == 0)
        for host in ("127.0.0.1", "localhost"):
            user = f"'slurm'@'{host}'"
            self._run(*ask, f"create user {user} identified by 'slurm'")
            self._run(*ask, f"grant all on slurm_acct_db.* to {user}")
        settings = folder / "slurmdbd.conf"
        settings.write_text(
            "AuthType=auth/munge\n"
            f"AuthInfo=socket={folder}/munge/munge.sock\n"
            f"DbdHost={socket.gethostname()}\nDbdAddr=127.0.0.1\nDbdPort={self._ports[-2]}\n"
            "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny\n"
            f"SlurmUser={getpass.getuser()}\nLogFile={folder}/log/slurmdbd.log\n"
            f"PidFile={folder}/run/slurmdbd.pid\nStorageType=accounting_storage/mysql\n"
            f"StorageHost=127.0.0.1\nStoragePort={self._ports[-1]}\nStorageUser=slurm\n"
            "StoragePass=slurm\nStorageLoc=slurm_acct_db\n"
        )
        settings.chmod(0o600)
        self._run("slurmdbd")
        self._pids["accounts"] = self._pid("slurmdbd.pid")
        clusters = ("sacctmgr", "-n", "show", "cluster")
        wait_until(
            lambda: subprocess.run(clusters, env=self._env(), capture_output=True).returncode == 0
        )
        self._run("sacctmgr", "-i", "add", "cluster", "test")

    def _write_configuration(self) -> None:
        folder, user, host = self.folder, getpass.getuser(), socket.gethostname().partition(".")[0]
        controller, *ports = self._ports
        polices = self.polices_memory
        lines = {
            "ClusterName": "test",
            "SlurmctldHost": f"{host}(127.0.0.1)",
            "SlurmctldPort": controller,
            "SlurmUser": user,
            "SlurmdUser": user,
            "AuthType": "auth/munge",
            "CredType": "cred/munge",
            "AuthInfo": f"socket={folder}/munge/munge.sock",
            "CommunicationParameters": "NoCtldInAddrAny,NoInAddrAny",
            "StateSaveLocation": folder / "state",
            "SlurmdSpoolDir": f"{folder}/spool/%n",
            "SlurmctldPidFile": folder / "run" / "slurmctld.pid",
            "SlurmdPidFile": f"{folder}/run/slurmd-%n.pid",
            "SlurmctldLogFile": folder / "log" / "slurmctld.log",
            "SlurmdLogFile": f"{folder}/log/slurmd-%n.log",
            "SwitchType": "switch/none",
            "MpiDefault": "none",
            "SelectType": "select/cons_tres",
            "SelectTypeParameters": "CR_CPU_Memory",
            "DefMemPerCPU": 100,
            "ProctrackType": "proctrack/cgroup" if polices else "proctrack/linuxproc",
            "TaskPlugin": "task/cgroup" if polices else "task/none",
            "JobAcctGatherType": "jobacct_gather/linux",
            "JobAcctGatherFrequency": "task=1",
            "JobAcctGatherParams": None if polices else "OverMemoryKill",
            "SchedulerType": "sched/backfill",
            "SchedulerParameters": "bf_interval=1,batch_sched_delay=0,sched_min_interval=100000,"
            "max_array_tasks=100001",
            "SlurmctldTimeout": 30,
            "SlurmdTimeout": 10,
            "MaxJobCount": 30000,
            "KillWait": 3,
            "ReturnToService": 2,
            "SlurmdParameters": "config_overrides",  # nodes claim more than this machine has
            "JobCompType": "jobcomp/none",
            "AccountingStorageType": "accounting_storage/none",
            **self._options,
        }
        if self._accounts:
            lines |= {
                "AccountingStorageType": "accounting_storage/slurmdbd",
                "AccountingStorageHost": "127.0.0.1",
                "AccountingStoragePort": self._ports[-2],
                "AccountingStoragePass": folder / "munge" / "munge.sock",
            }
        text = "".join(f"{k}={v}\n" for k, v in lines.items() if v is not None)
        for node, port in zip(range(1, self._nodes + 1), ports, strict=False):
            text += (
                f"NodeName=node{node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} "
                f"CPUs={self._cpus} RealMemory=8000 State=UNKNOWN\n"
            )
        text += "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n"
        text += "PartitionName=short Nodes=ALL MaxTime=1 State=UP\n"
        (folder / "slurm.conf").write_text(text)
        (folder / "cgroup.conf").write_text(
            "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\nConstrainRAMSpace=yes\n"
            "ConstrainSwapSpace=yes\nAllowedSwapSpace=0\n"
        )


def wait_until(is_so: Callable[[], bool], limit_s: float = WAIT_S, *, check: bool = True) -> None:
    """Wait for something that no event tells of."""
    deadline = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > deadline:
            assert not check, f"not so within {limit_s:g} s"
            return
        time.sleep(0.05)


def _kill_tree(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        for below in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                below.kill()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for taken in sockets:
            taken.bind(("127.0.0.1", 0))
        return [taken.getsockname()[1] for taken in sockets]


def _path() -> str:
    """Return where programs are looked for; daemons lie where users do not look."""
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


@contextlib.contextmanager
def running(site: SlurmSite) -> Iterator[SlurmSite]:
    """Start a site, and end it whatever happens."""
    try:
        site.start()
        yield site
    finally:
        site.stop()
