"""The least that a script with parameters can be."""

import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--x", type=int, required=True)
args = parser.parse_args()
