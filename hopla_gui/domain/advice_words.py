"""Advice as sentences, with every reason to be careful with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hopla_gui.domain.advice import Advice, Unsuccessful
from hopla_gui.domain.spread import ENOUGH, Spread
from hopla_gui.domain.wording import duration, size

_MB = 10**6


def advice_lines(advice: Advice) -> list[str]:
    """Return what was measured, what to make of it, and the doubts."""
    return [*measured_lines(advice), *suggestion_lines(advice), *doubt_lines(advice)]


def summary_words(advice: Advice) -> str:
    """Return what jobs took in one short line."""
    took, memory = advice.duration_s, advice.memory_mb
    spreads = [(s, w) for s, w in ((took, duration), (memory, _memory)) if s is not None]
    middle = " and ".join(word(found.median) for found, word in spreads)
    most = " and ".join(word(found.most) for found, word in spreads)
    return f"A job took {middle}" + (f", at most {most}" if advice.jobs > 1 else "")


def measured_lines(advice: Advice) -> list[str]:
    """Return what jobs took."""
    found = []
    if advice.memory_mb is not None:
        found.append(f"Peak memory of a job: {_spread(advice.memory_mb, _memory)}.")
    if advice.duration_s is not None:
        found.append(f"Time of a job: {_spread(advice.duration_s, duration)}.")
    return found


def suggestion_lines(advice: Advice) -> list[str]:
    """Return what to make of it."""
    found = []
    if advice.workers is not None:
        found.append(f"Safe on this machine: {workers_words(advice)}.")
    if cluster_words(advice):
        found.append(f"To ask of a cluster for one job: {cluster_words(advice)}.")
    return found


def doubt_lines(advice: Advice) -> list[str]:
    """Return why to be careful with the numbers."""
    return list(_doubts(advice))


def workers_words(advice: Advice) -> str:
    """Return ``6 workers, as many as its memory allows``."""
    workers = "1 worker" if advice.workers == 1 else f"{advice.workers:,} workers"
    allow = "allows" if advice.bound == "memory" else "allow"
    return f"{workers}, as many as its {advice.bound} {allow}"


def cluster_words(advice: Advice) -> str:
    """Return ``1.5 GB, 20 min, 1 core``; nothing where nothing is known."""
    asked = []
    if advice.memory_gb is not None:
        asked.append(f"{advice.memory_gb:g} GB")
    if advice.walltime_h is not None:
        asked.append(_walltime(advice.walltime_h))
    if asked and advice.cpus is not None:
        asked.append("1 core" if advice.cpus == 1 else f"{advice.cpus} cores")
    return ", ".join(asked)


def _doubts(advice: Advice) -> Iterator[str]:
    if advice.jobs < ENOUGH:
        only = "Only 1 job was" if advice.jobs == 1 else f"Only {advice.jobs} jobs were"
        yield f"{only} measured: the margins are wide."
    if advice.unsuccessful.failed:
        failed = advice.unsuccessful.failed
        those = "1 that failed is" if failed == 1 else f"{failed:,} that failed are"
        yield f"Only jobs that succeeded were measured: {those} left out."
    if advice.memory_mb is not None and advice.memory_mb.outliers:
        yield _outliers(advice.memory_mb, "used", _memory)
    if advice.duration_s is not None and advice.duration_s.outliers:
        yield _outliers(advice.duration_s, "took", duration)
    yield from _more_needed(advice.unsuccessful)
    if advice.cores is not None and advice.cores < 0.5:
        yield (
            f"A job was on a core for {advice.cores:.0%} of its time: it waited for files, the"
            " network, or cores that others used."
        )


def _more_needed(jobs: Unsuccessful) -> Iterator[str]:
    if jobs.timed_out:
        need = "it needs" if jobs.timed_out == 1 else "they need"
        limit = f" of {duration(jobs.limit_s)}" if jobs.limit_s else ""
        yield f"{_were(jobs.timed_out)} stopped at the time limit{limit}: {need} more."
    if jobs.killed:
        killed = f"{_were(jobs.killed)} killed by SIGKILL"
        they = "it" if jobs.killed == 1 else "they"
        yield f"{killed}, maybe for lack of memory: {they} may need more."


def _spread(found: Spread, word: Callable[[float], str]) -> str:
    if found.count < ENOUGH:
        return f"{word(found.median)} in the middle, {word(found.most)} at most"
    return (
        f"{word(found.median)} in the middle, up to {word(found.high)} for 95 of 100,"
        f" {word(found.most)} at most"
    )


def _outliers(found: Spread, verb: str, word: Callable[[float], str]) -> str:
    jobs = "1 job" if found.outliers == 1 else f"{found.outliers:,} jobs"
    return (
        f"{jobs} {verb} up to {word(found.most)}, the others {word(found.rest)} at most:"
        " apart from the others, these would do with less."
    )


def _walltime(hours: float) -> str:
    whole, minutes = divmod(round(hours * 60), 60)
    return " ".join([f"{whole} h"] * bool(whole) + [f"{minutes} min"] * bool(minutes))


def _memory(mb: float) -> str:
    return size(mb * _MB)


def _were(count: int) -> str:
    return "1 job was" if count == 1 else f"{count:,} jobs were"
