"""Appends a line to a file of its job's own: a second line tells of a second start."""

import argparse
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--x", type=int, required=True)
parser.add_argument("--folder", required=True)
parser.add_argument("--sleep", type=float, default=0.0)
args = parser.parse_args()
time.sleep(args.sleep)
with Path(args.folder, str(args.x)).open("a") as stream:
    stream.write("ran\n")
__hopla__ = ["square"]
square = args.x**2
