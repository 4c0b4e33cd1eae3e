#!/usr/bin/env python3
"""List a directory: the script of the demo, which knows nothing of hopla_gui.

Its only gesture towards a sweep is the list ``__hopla__``: the names of the module-level values
to show beside each job.
"""

import argparse
import os
import time

__hopla__ = ["runtime", "inputs", "outputs"]


def is_directory(text):
    """Check that an argument is a directory."""
    if not os.path.isdir(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a directory")
    return text


def parse_arguments():
    parser = argparse.ArgumentParser(description="List a directory.")
    required = parser.add_argument_group("required arguments")
    required.add_argument(
        "-d",
        "--dir",
        type=is_directory,
        required=True,
        metavar="PATH",
        help="a valid directory to be listed.",
    )
    parser.add_argument(
        "-b",
        "--fbreak",
        action="store_true",
        help="raise an error instead of listing the directory.",
    )
    parser.add_argument(
        "-l",
        "--mylist",
        type=int,
        nargs="+",
        metavar="N",
        help="some integers, to show how a list is given.",
    )
    parser.add_argument(
        "-v",
        "--verbose",
        type=int,
        choices=[0, 1, 2],
        default=0,
        help="how much to print: 0 nothing, 1 a count, 2 every name (default: %(default)s).",
    )
    return parser.parse_args()


arguments = parse_arguments()
started = time.time()
inputs = {
    "directory": arguments.dir,
    "fbreak": arguments.fbreak,
    "mylist": arguments.mylist,
    "verbose": arguments.verbose,
}
outputs = None
runtime = {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%S"), "seconds": None}

if arguments.fbreak:
    raise ValueError("BREAK ACTIVATED.")

names = sorted(os.listdir(arguments.dir))
outputs = {"files": names, "count": len(names)}
runtime["seconds"] = round(time.time() - started, 6)

if arguments.verbose > 0:
    print(f"{len(names)} entries in {os.path.abspath(arguments.dir)}")
if arguments.verbose > 1:
    print("\n".join(names))
