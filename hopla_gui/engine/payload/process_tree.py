"""Ends process trees, those that were daemonised too. POSIX.

On Linux a worker is the *subreaper* of its job: whatever the job leaves behind becomes the
worker's child. Elsewhere what was left behind is found by a mark in its environment.
"""

import contextlib
import errno
import os
import select
import signal
import sys
import time

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SIGKILL = int(signal.SIGKILL)  # an enum costs each fork more

# What is left when a job has ended: time to leave by itself, then to obey SIGTERM.
LEAVE_S = 0.2
OBEY_S = 0.5
GIVE_UP_S = 5.0

try:
    import ctypes

    libc = ctypes.PyDLL(None)
except (ImportError, OSError):  # a Python built without libffi
    libc = None


def become_subreaper():
    """Make the orphans among this process's descendants its children; not inherited by fork."""
    if LINUX and libc:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(parent):
    """Have the kernel kill this process when ``parent``, its parent, dies."""
    if LINUX and libc:
        libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


def send(group, number):
    """Send a signal to a process group, or to its leader where it has not made the group yet."""
    for kill in (os.killpg, os.kill):
        try:
            return kill(group, number)
        except OSError as error:
            if error.errno not in (errno.ESRCH, errno.EPERM):
                raise


def kill_tree(root, mark=None):
    """SIGKILL a process, its group and all its descendants."""
    send(root, signal.SIGKILL)
    for pid in descendants([root], mark=mark):
        _kill(pid, signal.SIGKILL)


def freeze(roots, mark=None):
    """SIGSTOP all that is below the roots, also what is born meanwhile."""
    frozen = set()
    awake = descendants(roots, mark=mark)
    while awake:
        for pid in awake:
            _kill(pid, signal.SIGSTOP)
        frozen.update(awake)
        awake = set(descendants(roots, mark=mark)) - frozen


def thaw(roots, mark=None):
    """Let all that is below the roots go on."""
    for pid in descendants(roots, mark=mark):
        _kill(pid, signal.SIGCONT)


def end_below(roots, alarm, spared=(), mark=None, patient=True):
    """End and reap what is below the roots, of which this process is one.

    Parameters
    ----------
    alarm
        Becomes readable when a child ends.
    spared
        Children to be left alone; so is what is below them, unless they are roots too.
    mark
        What is in the environment of those to be found where there is no subreaper.
    patient
        Whether they may leave by themselves first: a resource tracker cleans up on its way out.
    """
    if not _any_left(roots, spared, mark):
        return
    begin = time.monotonic()
    steps = [(LEAVE_S, signal.SIGTERM), (LEAVE_S + OBEY_S, signal.SIGKILL)]
    if not patient:
        steps = [(0.0, signal.SIGKILL)]
    while _any_left(roots, spared, mark):
        passed = time.monotonic() - begin
        if passed > GIVE_UP_S:  # stuck in the kernel
            break
        if passed >= steps[0][0]:
            for pid in descendants(roots, spared, mark):
                _kill(pid, steps[0][1])
            steps = steps[1:] or steps  # what is born while we kill is killed in the next round
        if select.select([alarm], [], [], 0.02)[0]:
            alarm.drain()


def reap():
    """Reap the children that have ended; return ``{pid: wait status}``."""
    ended = {}
    try:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return ended
            ended[pid] = status
    except ChildProcessError:
        return ended


def descendants(roots, spared=(), mark=None):
    """Return the ids of the live processes below ``roots``."""
    parents = _parents_proc() if LINUX else _parents_ps(mark)
    found, frontier = [], set(roots)
    while frontier:
        frontier = {pid for pid, parent in parents.items() if parent in frontier}
        frontier.difference_update(found, spared)
        found.extend(frontier)
    return found


def _any_left(roots, spared, mark):
    if not spared and LINUX:  # the kernel is asked, in place of a walk through /proc
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return False
        return True
    children = _children()
    for pid in (children or set()).difference(spared):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
    if len(roots) == 1 and children is not None:
        return bool(children.difference(spared))
    return bool(descendants(roots, spared, mark))


def _children():
    """Return the children of this process, zombies too; ``None`` where the kernel does not tell."""
    try:
        with open("/proc/self/task/{}/children".format(os.getpid())) as stream:
            return set(map(int, stream.read().split()))
    except OSError:
        return None


def _kill(pid, number):
    with contextlib.suppress(OSError):  # gone, or not ours any more (setuid)
        os.kill(pid, number)


def _parents_proc():
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/" + name + "/stat", "rb") as stream:
                    fields = stream.read().rpartition(b")")[2].split()
            except OSError:  # ended meanwhile
                continue
            if fields[0] != b"Z":
                parents[int(name)] = int(fields[1])
    return parents


def _parents_ps(mark):
    """Ask ``ps``; a process that carries the mark counts as a child of ours."""
    import subprocess  # loads threading, which slows down every fork

    command = ["ps", "-axww", "-E", "-o", "pid=,ppid=,stat=,command="]
    shown = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    parents = {}
    for line in shown.decode("utf-8", "replace").splitlines():
        pid, parent, state, environment = (line.split(None, 3) + [""] * 4)[:4]
        if pid.isdigit() and parent.isdigit() and not state.startswith("Z"):
            is_ours = mark and mark in environment and int(pid) != os.getpid()
            parents[int(pid)] = os.getpid() if is_ours else int(parent)
    return parents
