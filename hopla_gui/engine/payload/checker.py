r"""Checks command lines by the script's own parser, at the point where the script parses its own.

``python start.py checker <script> <parameters> <argument>…`` runs the script with the arguments of
one job up to its parse, and then calls that parse for each command line that comes in on stdin.
Answers go out on what was stdout. No output of the script is kept, nothing of it runs further.

Requests: ``<number of command lines>\n``, each ``<bytes>\n`` and its arguments, NUL between them.
Answers: ``r`` ready; ``p <pid>`` a chunk begins; ``o`` a sound command line; ``x <bytes>`` a
problem, ``dest NUL message``; ``e <wait status>`` a chunk has ended; ``f <bytes>`` no parse to be
had, why.

As in `probe`, no module is imported before the script runs that its ``import argparse`` does not
import.
"""

import argparse
import functools
import os
import sys

from _hopla_payload import target

PARSES = (
    "parse_args",
    "parse_known_args",
    "parse_intermixed_args",
    "parse_known_intermixed_args",
)
MOST_STAGES = 10
MOST_MESSAGE = 2000
HAS_FORK = hasattr(os, "fork")


def main(arguments):
    """Check command lines until stdin ends; does not return to the interpreter's own end."""
    script, parameters = arguments[:2]
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.dup(1)
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    Checker(script, int(parameters), arguments[2:], requests, answers).run()


class Checker:
    """Brings the script to its parse, then serves."""

    def __init__(self, script, parameters, arguments, requests, answers):
        self.script = script
        self.parameters = parameters  # how many the inspection found, -h left out
        self.arguments = arguments
        self.requests = requests
        self.answers = answers
        self.stages = []  # [(method, pre-parser)] let through on the way
        self.letting_through = False
        self.notes = Notes()
        self.pid = os.getpid()

    def run(self):
        """Run the script as ``__main__`` until it parses its arguments or ends."""
        for name in PARSES:
            if hasattr(argparse.ArgumentParser, name):
                self._trap(name)
        reason = self._run_script()
        if os.getpid() == self.pid:
            self._send(b"f", reason)
        os._exit(0)

    def _run_script(self):
        try:
            module = (target.find_module(self.script) or (None, None))[1]
            target.set_arguments(self.script, self.arguments, module)
            code, main = target.load(self.script, None, module)
            exec(code, vars(main))
        except SystemExit as error:
            return "exits before it parses its arguments: {}".format(error.code)
        except BaseException as error:
            return "raises before it parses its arguments: " + _said(error)
        return "ends without parsing its arguments"

    def _trap(self, name):
        original = getattr(argparse.ArgumentParser, name)

        @functools.wraps(original)
        def trapped(parser, args=None, namespace=None):
            if self.letting_through:
                return original(parser, args, namespace)
            if name == "parse_known_args" and self._is_pre_parser(parser):
                return self._let_through(original, parser, args, namespace)
            self._serve(original, parser, args, namespace)

        setattr(argparse.ArgumentParser, name, trapped)

    # -- on the way --------------------------------------------------------------------------

    def _is_pre_parser(self, parser):
        """Tell whether another parse is to come: there are parameters that it does not have."""
        own = [a for a in parser._actions if not isinstance(a, argparse._HelpAction)]
        is_first = not parser.add_help and len(own) < self.parameters
        return is_first and len(self.stages) < MOST_STAGES

    def _let_through(self, original, parser, args, namespace):
        self.letting_through = True
        try:
            self.stages.append((original, parser))
            try:
                return original(parser, args, _copy(namespace))
            except BaseException:  # the command line is told to be wrong when it is checked
                return original(parser, [], namespace)
        except BaseException as error:
            self._send(b"f", "its first parse cannot be passed: " + _said(error))
            os._exit(0)
        finally:
            self.letting_through = False

    def _slicer(self, parser, given):
        """Return how the script makes what it parses of its arguments; ``None``: in its own way."""
        given = list(sys.argv[1:] if given is None else given)
        leaves_rest = bool(self.stages) and not self._knows_stages(parser)
        if leaves_rest and given == self._rest_or_none(self.arguments):
            return self._rest
        count = len(self.arguments) - len(given)
        if count >= 0 and given == self.arguments[count:]:
            return lambda arguments: arguments[count:]
        return None

    def _knows_stages(self, parser):
        """Tell whether a parser has the pre-parsers' parameters, too, and sees all arguments."""
        dests = {action.dest for action in parser._actions}
        return all(a.dest in dests for _, stage in self.stages for a in stage._actions)

    def _rest_or_none(self, arguments):
        try:
            return self._rest(arguments)
        except BaseException:
            return None

    def _rest(self, arguments):
        """Return what the pre-parsers leave over."""
        for parse, parser in self.stages:
            arguments = parse(parser, arguments, None)[1]
        return arguments

    # -- at the parse ------------------------------------------------------------------------

    def _serve(self, original, parser, args, namespace):
        self.letting_through = True
        cut = self._slicer(parser, args)
        if cut is None:
            self._send(b"f", "changes its arguments by itself before it parses them")
            os._exit(0)
        self.notes.watch()
        _open_nothing_for_writing()
        os.write(self.answers, b"r\n")

        def parse(arguments):
            sys.argv[1:] = arguments
            self._rest(arguments)  # the pre-parsers have their say first
            original(parser, cut(arguments), _copy(namespace))

        while True:
            chunk = self._receive()
            if chunk is None:
                os._exit(0)
            self._work(chunk, parse)

    def _receive(self):
        head = self.requests.readline()
        if not head:
            return None
        chunk = []
        for _ in range(int(head)):
            size = int(self.requests.readline())
            text = self.requests.read(size).decode("utf-8", "surrogateescape")
            chunk.append(text.split("\0") if size else [])
        return [arguments[:-1] for arguments in chunk]  # each argument ends with a NUL

    def _work(self, chunk, parse):
        """Check a chunk in a process of its own: what a parse leaves in memory ends with it."""
        status = 0
        if not HAS_FORK:
            self._check(chunk, parse)
        else:
            pid = _fork()
            if pid == 0:
                try:
                    os.write(self.answers, b"p %d\n" % os.getpid())
                    self._check(chunk, parse)
                finally:
                    os._exit(0)
            status = os.waitpid(pid, 0)[1]
        os.write(self.answers, b"e %d\n" % status)

    def _check(self, chunk, parse):
        for arguments in chunk:
            problem = self._problem(arguments, parse)
            if problem is None:
                os.write(self.answers, b"o\n")
            else:
                self._send(b"x", "\0".join(problem))

    def _problem(self, arguments, parse):
        """Return ``(dest, message)`` of a command line that the parser refuses."""
        self.notes.clear()
        try:
            parse(arguments)
        except SystemExit as error:
            if error.code in (None, 0):  # --help, --version
                return None
            return self.notes.explain(error)
        except BaseException as error:
            return self.notes.explain(error)
        return None

    def _send(self, kind, text):
        data = text.encode("utf-8", "surrogateescape")
        data = b"%s %d\n%s" % (kind, len(data), data)
        while data:
            data = data[os.write(self.answers, data) :]


class Notes:
    """What a failing parse says of its reason, and of the argument at fault."""

    def __init__(self):
        self.clear()

    def clear(self):
        """Forget the parse before."""
        self.message = self.action = self.converted = self.parser = None

    def watch(self):
        """Listen at the places that every refusal passes."""
        self._wrap(argparse.ArgumentParser, "error", self._on_error)
        self._wrap(argparse.ArgumentError, "__init__", self._on_argument_error)
        self._wrap(argparse.ArgumentParser, "_get_value", self._on_value)

    def explain(self, error):
        """Return ``(dest, message)``; the dest is empty where no argument is at fault."""
        message = self.message
        action = self.action
        if message is None and isinstance(error, argparse.ArgumentError):
            message = str(error)
        elif message is None:
            action = self.converted
            is_exit = isinstance(error, SystemExit)
            message = _exit_message(error.code) if is_exit else _said(error)
            if action is not None:
                message = "argument {}: {}".format(_label(action), message)
        if action is None and self.parser is not None:
            action = self._named_in(message)
        dest = getattr(action, "dest", None)
        return (dest if isinstance(dest, str) and dest != argparse.SUPPRESS else ""), message[
            :MOST_MESSAGE
        ]

    def _named_in(self, message):
        """Return the first parameter that a message on missing arguments names."""
        if "unrecognized" in message:
            return None
        words = message.replace(",", " ").split()
        found = [action for action in self.parser._actions if _label(action) in words]
        return min(found, key=lambda action: words.index(_label(action))) if found else None

    def _wrap(self, owner, name, listen):
        original = getattr(owner, name)

        @functools.wraps(original)
        def wrapped(*args, **kwargs):
            listen(*args, **kwargs)
            return original(*args, **kwargs)

        setattr(owner, name, wrapped)

    def _on_error(self, parser, message):
        self.parser, self.message = parser, str(message)

    def _on_argument_error(self, error, argument, message):
        if argument is not None:
            self.action = argument

    def _on_value(self, parser, action, text):
        self.converted = action


def _label(action):
    if action.option_strings:
        return "/".join(action.option_strings)
    return str(action.metavar or action.dest)


def _exit_message(code):
    return code if isinstance(code, str) else "ends the script with exit status {}".format(code)


def _said(error):
    try:
        text = str(error)
    except Exception:
        text = ""
    name = type(error).__name__
    return "{}: {}".format(name, text) if text else name


def _copy(namespace):
    return argparse.Namespace(**vars(namespace)) if type(namespace) is argparse.Namespace else None


def _fork():
    """Fork, whatever threads the script has started: Python 3.12 would warn of those."""
    warnings = sys.modules.get("warnings")
    if warnings is None:
        return os.fork()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return os.fork()


def _open_nothing_for_writing():
    """Let ``FileType`` judge files without keeping, making or emptying any."""
    kind = getattr(argparse, "FileType", None)
    if kind is None:
        return
    original = kind.__call__

    def call(self, name):
        if name == "-":
            return original(self, name)
        if any(letter in self._mode for letter in "wax+"):
            reason = _why_not_writable(name, self._mode)
            if reason is not None:
                words = "can't open '{}': {}".format(name, reason)
                raise argparse.ArgumentTypeError(words)
            return open(os.devnull, self._mode.replace("x", "w"))
        if os.path.exists(name) and not os.path.isfile(name) and not os.path.isdir(name):
            return open(os.devnull, self._mode)  # a pipe would be waited for, and used up
        file = original(self, name)
        file.close()
        return file

    kind.__call__ = call


def _why_not_writable(name, mode):
    folder = os.path.dirname(name) or "."
    if os.path.isdir(name):
        return "[Errno 21] Is a directory: {!r}".format(name)
    if os.path.exists(name):
        if "x" in mode:
            return "[Errno 17] File exists: {!r}".format(name)
        ok = os.access(name, os.W_OK)
    elif "r" in mode or not os.path.isdir(folder):
        return "[Errno 2] No such file or directory: {!r}".format(name)
    else:
        ok = os.access(folder, os.W_OK)
    return None if ok else "[Errno 13] Permission denied: {!r}".format(name)
