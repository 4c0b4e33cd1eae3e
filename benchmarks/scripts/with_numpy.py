"""A script whose imports take longer than its work."""

import argparse

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--x", type=int, required=True)
args = parser.parse_args()
total = int(np.arange(args.x + 1).sum())
