"""Runs a job once more in a terminal: ``python start.py again <plan>``; waits before it closes.

The plan is a JSON file of command, folder and environment: so nothing passes through a shell.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys


def main(arguments):
    """Do what the plan says, and say how it went."""
    plan = take_plan(arguments[0])
    sys.stdout.write("\n".join(plan["said"]) + "\n\n")
    sys.stdout.flush()
    said = run(plan)
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        input("\n{}. Press Enter to close. ".format(said))


def take_plan(path):
    """Read a plan and remove it: an environment may hold secrets."""
    with open(path, encoding="utf-8") as stream:
        plan = json.load(stream)
    os.unlink(path)
    return plan


def run(plan):
    """Run the command; return how it ended, in words. Ctrl+C is for the command alone."""
    try:
        process = subprocess.Popen(plan["command"], cwd=plan["cwd"], env=plan["env"])
    except OSError as error:
        return "It cannot be started: {}".format(error)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = process.wait()
    signal.signal(signal.SIGINT, before)
    return "It ended with exit code {}".format(code)
