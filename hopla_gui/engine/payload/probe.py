"""Runs a script up to its first parse of arguments and writes its parser down as JSON.

``python start.py probe <folder> <script> <seconds> [<socket>]`` leaves in ``folder`` an
``answer.json`` (the parser) or, where the script came to an end without one, a ``failure.json``
(why). It ends with the program at the other end of the socket. Up to then nothing is imported
that the script's own ``import argparse`` does not import: a module of the user's may have the
name of any other.
"""

import argparse
import functools
import os
import sys

from _hopla_payload import describe, loaded, target, traced

PARSES = (
    "parse_args",
    "parse_known_args",
    "parse_intermixed_args",
    "parse_known_intermixed_args",
    "print_help",
    "print_usage",
    "_parse_known_args",  # where all of them meet: a subclass may have its own of each
)
OTHER_PARSERS = ("absl", "click", "docopt", "fire", "optparse", "typer", "getopt")
MOST_STAGES = 10  # pre-parsers let through
MOST_TRACEBACK = 100000


def main(arguments):
    """Inspect the script; does not return to the interpreter's own end."""
    folder, script, seconds = arguments[:3]
    _limit_time(float(seconds))
    if arguments[3:]:
        _end_with(int(arguments[3]))
    Probe(folder, script).run()


class Probe:
    """One inspection: traps the parser's methods, runs the script, writes what came of it."""

    def __init__(self, folder, script):
        self.folder = folder
        self.script = script
        self.module = None
        self.main = None
        self.source = b""
        self.path = target.library_path()
        self.first = None  # what the pre-parsers said that were let through
        self.letting_through = False
        self.stages = 0
        self.final = None  # the parser whose parse is not to be let through
        self.pid = os.getpid()

    def run(self):
        """Run the script as ``__main__`` until it parses its arguments or ends."""
        for name in PARSES:
            if hasattr(argparse.ArgumentParser, name):
                self._trap(name)
        failure = self._run_script()
        if os.getpid() != self.pid:
            return  # a forked child came to the script's end, as it would by hand
        _wait_for_threads()
        if self.first is None:
            self._write("failure.json", failure)
        _leave()

    def _run_script(self):
        """Return why the script has ended without a parser."""
        try:
            with open(self.script, "rb") as stream:
                self.source = stream.read()
            code = target.compile_script(self.script, self.source)
        except Exception as error:
            return {"kind": "unreadable", "error": error}
        self.module = (target.find_module(self.script) or (None, None))[1]
        target.set_arguments(self.script, (), self.module)
        try:
            self.main = target.make_main(self.script, self.module)
            exec(code, vars(self.main))
        except SystemExit as error:
            return {"kind": "exited", "error": error}
        except BaseException as error:
            return {"kind": "raised", "error": error}
        return {"kind": "ended", "error": None}

    def _trap(self, name):
        original = getattr(argparse.ArgumentParser, name)

        @functools.wraps(original)
        def trapped(parser, *args, **kwargs):
            if self.letting_through:
                if name == "_parse_known_args":
                    return original(parser, *args, **kwargs)
                os._exit(0)  # an error's usage: letting through has failed, the first stands
            if name == "parse_args" and self._has_own_parse(parser):
                self._run_own_parse(original, parser, args, kwargs)
            self._answer(parser)
            self.stages += 1
            is_last = parser.add_help or self.final is parser or self.stages > MOST_STAGES
            if name != "parse_known_args" or is_last:
                os._exit(0)
            namespace = args[1] if len(args) > 1 else kwargs.get("namespace")
            return self._let_through(original, parser, namespace)

        setattr(argparse.ArgumentParser, name, trapped)

    def _has_own_parse(self, parser):
        known = argparse.ArgumentParser.parse_known_args
        return self.final is not parser and type(parser).parse_known_args is not known

    def _run_own_parse(self, original, parser, args, kwargs):
        """Let a subclass add its parameters, as some do on the way to the parse proper."""
        self.final = parser
        try:  # noqa: SIM105 (contextlib is not loaded)
            original(parser, *args, **kwargs)
        except BaseException:  # it is described as far as it has come
            pass

    def _let_through(self, original, parser, namespace):
        """Parse as if no argument were given, for the script to come to its next parser."""
        self.letting_through = True
        try:
            return original(parser, [], namespace)
        except BaseException:
            os._exit(0)
        finally:
            self.letting_through = False

    def _answer(self, parser):
        try:
            found = describe.describe(parser)
            if self.first is not None:
                found = describe.merge(self.first, found)
            self._write("answer.json", found)
        except BaseException as error:
            self._write("failure.json", {"kind": "raised", "error": error})
            os._exit(0)
        self.first = found

    def _write(self, name, found):
        """Write the file whole, by modules of the standard library, and forget those again."""
        path, modules = sys.path[:], dict(sys.modules)
        sys.path[:] = self.path
        for module in [m for m in modules if not loaded.is_standard(modules[m])]:
            del sys.modules[module]
        try:
            self._dump(name, found, modules)
        finally:
            sys.path[:] = path
            for module in set(sys.modules) - set(modules):
                del sys.modules[module]
            sys.modules.update(modules)

    def _dump(self, name, found, modules):
        import json

        if name == "answer.json":
            found = dict(found, **self._surroundings(modules))
        else:
            found = self._explain(modules, **found)
        temporary = os.path.join(self.folder, "%s.%d" % (name, os.getpid()))
        with open(temporary, "w", encoding="ascii") as stream:
            stream.write(json.dumps(found, allow_nan=False))
        os.replace(temporary, os.path.join(self.folder, name))

    def _surroundings(self, modules):
        return {
            "python_version": ".".join(map(str, sys.version_info[:3])),
            "traced": self._traced(),
            "module": self.module,
            "watched": loaded.watched_files(modules),
        }

    def _traced(self):
        """Return what ``__hopla__`` lists, be it assigned by now or only further down."""
        if b"__hopla__" not in self.source:
            return []
        names = getattr(self.main, "__hopla__", None)
        if names is None:
            names = traced.assigned_further_down(self.source)
        return [str(name) for name in names] if isinstance(names, (list, tuple)) else []

    def _explain(self, modules, kind, error):
        import traceback

        lines = []
        if error is not None:
            target.remember_source(self.script, self.source)
            frames = target.user_frames(error.__traceback__)
            lines = traceback.format_exception(type(error), error, frames)
        message = error.code if isinstance(error, SystemExit) else error
        return {
            "kind": kind,
            "type": type(error).__name__,
            "message": describe.plain(message),
            "line": getattr(error, "lineno", None) if kind == "unreadable" else None,
            "missing": error.name if isinstance(error, ModuleNotFoundError) else None,
            "traceback": "".join(lines)[-MOST_TRACEBACK:],
            "uses": [name for name in OTHER_PARSERS if name in modules],
        }


def _limit_time(seconds):
    """End by ourselves where nobody does, and tell where we hang when we are asked."""
    import _signal as signal
    import faulthandler

    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + 5)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, file=2)


def _end_with(handle):
    """End with the program at the other end, and all of our group with us."""
    from _hopla_payload import lifeline

    lifeline.tie(handle, -os.getpgrp())
    os.set_inheritable(handle, False)
    os.set_blocking(handle, False)
    try:
        if not os.read(handle, 1):  # it was gone before
            os._exit(1)
    except BlockingIOError:
        pass
    sys.modules.pop("fcntl", None)  # a module beside the script may have that name


def _wait_for_threads():
    """Join the script's threads, as the interpreter does at its end: one of them may parse."""
    threading = sys.modules.get("threading")
    if threading is not None:
        try:  # noqa: SIM105
            threading._shutdown()
        except BaseException:
            pass


def _leave():
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105
            stream.flush()
        except Exception:
            pass
    os._exit(0)
