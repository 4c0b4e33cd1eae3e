"""Build argparse parsers from plain descriptions and parse with them; runs on Python 3.6 or newer.

Reads [[plan, argv], ...] as JSON on stdin and prints the list of what came out of each.
"""

import argparse
import json
import sys

TYPES = {None: None, "int": int, "float": float}


class Refused(Exception):
    pass


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Refused(message)

    def exit(self, status=0, message=None):
        raise Refused("exit")


def build(plan, parser=None):
    if parser is None:
        parser = Parser(
            prog="x",
            prefix_chars=plan["prefix_chars"],
            fromfile_prefix_chars=plan["fromfile"],
            allow_abbrev=plan["abbrev"],
        )
    for argument in plan["arguments"]:
        options = dict(argument["options"])
        if "type" in options:
            options["type"] = TYPES[options["type"]]
        if options.get("action") == "boolean_optional":
            options["action"] = argparse.BooleanOptionalAction
        if options.get("nargs") == "...":
            options["nargs"] = argparse.REMAINDER
        parser.add_argument(*argument["names"], **options)
    if plan["subcommands"]:
        below = parser.add_subparsers(dest="command")
        for name, inner in plan["subcommands"].items():
            build(inner, below.add_parser(name))
    return parser


def parse(plan, argv):
    try:
        return vars(build(plan).parse_args(argv))
    except Refused as error:
        return {"refused": str(error)}


if __name__ == "__main__":
    cases = json.loads(sys.stdin.read())
    print(json.dumps([parse(plan, argv) for plan, argv in cases]))
