"""A job does what ``python script`` does: the same bytes, the same exit code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from local_jobs import run_by_hand, run_one

from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation

# Nasty little scripts.
CORPUS = {
    "nothing": "",
    "prints": "print('hello'); import sys; print('err', file=sys.stderr)",
    "exit none": "import sys; sys.exit()",
    "exit zero": "import sys; sys.exit(0)",
    "exit true": "import sys; sys.exit(True)",
    "exit 3": "import sys; print('x'); sys.exit(3)",
    "exit 300": "import sys; sys.exit(300)",
    "exit negative": "import sys; sys.exit(-1)",
    "exit huge": "import sys; sys.exit(1 << 80)",
    "exit text": "import sys; sys.exit('bye')",
    "exit empty text": "import sys; sys.exit('')",
    "exit float": "import sys; sys.exit(2.5)",
    "exit tuple": "import sys; sys.exit((1, 2))",
    "raise SystemExit": "raise SystemExit(4)",
    "exit builtin": "exit(5)",
    "exit in a function of a try": "import sys\ntry: sys.exit(6)\nfinally: print('finally')",
    "os._exit": "import os; print('lost'); os._exit(7)",
    "exit in a thread": """
        import sys, threading
        t = threading.Thread(target=lambda: sys.exit(9)); t.start(); t.join(); print('on')
        """,
    "raises": "def f():\n    raise ValueError('boom')\nf()",
    "raises at once": "raise ValueError('boom')",
    "raises chained": """
        def f():
            {}['k']
        try:
            f()
        except KeyError as e:
            raise RuntimeError('second') from e
        """,
    "raises in except": "try:\n    1/0\nexcept ZeroDivisionError:\n    undefined",
    "raises group": "raise ExceptionGroup('g', [ValueError(1), KeyError(2)])",
    "raises own": "class E(Exception):\n    def __str__(self): return 'mine'\nraise E",
    "raises with notes": "e = ValueError('x'); e.add_note('noted'); raise e",
    "exception whose str raises": """
        class E(Exception):
            def __str__(self): raise ValueError
        raise E
        """,
    "recursion": "def f(): f()\nf()",
    "import error": "import no_such_module_at_all",
    "syntax error": "print('never')\nif:\n",
    "indentation error": "if True:\nx = 1\n",
    "null byte": "x = 1\0\n",
    "assert": "assert 1 == 2, 'no'",
    "keyboard interrupt": "raise KeyboardInterrupt",
    "keyboard interrupt, own handling": "try:\n    raise KeyboardInterrupt\nexcept "
    "KeyboardInterrupt:\n    print('caught')",
    "generator exit": "raise GeneratorExit('g')",
    "own excepthook": """
        import sys
        def hook(kind, error, trace):
            import traceback
            print('HOOK', kind.__name__, error, file=sys.stderr)
            print(''.join(traceback.format_tb(trace)), file=sys.stderr)
        sys.excepthook = hook
        raise ValueError('boom')
        """,
    "no excepthook": "import sys; del sys.excepthook; raise ValueError('boom')",
    "logging an exception": """
        import logging
        try:
            1/0
        except ZeroDivisionError:
            logging.exception('it failed')
        """,
    "atexit": "import atexit; atexit.register(print, 'at exit'); print('before')",
    "atexit, raising": "import atexit; atexit.register(lambda: 1/0); print('before')",
    "atexit, exiting": "import atexit, sys; atexit.register(sys.exit, 3); print('before')",
    "atexit, os._exit": "import atexit, os; atexit.register(os._exit, 3); print('before', "
    "flush=True)",
    "atexit after exit": "import atexit, sys; atexit.register(print, 'at exit'); sys.exit(2)",
    "atexit after raise": "import atexit; atexit.register(print, 'at exit'); 1/0",
    "del of a global": """
        class A:
            def __del__(self): print('deleted', name)
        name = 'n'
        a = A()
        """,
    "del in a cycle": """
        class A:
            def __del__(self): print('deleted')
        a = A(); a.me = a
        del a
        """,
    "del kept in a module": """
        import os
        class A:
            def __del__(self): print('deleted')
        os.kept = A()
        """,
    "del of a local of main": """
        class A:
            def __del__(self): print('deleted')
        def main():
            a = A()
            raise SystemExit(1)
        main()
        """,
    "frozen by the script": """
        import gc
        class A:
            def __del__(self): print('deleted')
        a = A()
        gc.collect(); gc.freeze()
        """,
    "generator left": """
        def g():
            try:
                yield 1
            finally:
                print('closed')
        x = g(); next(x)
        """,
    "unflushed file": "f = open('f.txt', 'w'); f.write('kept'); import atexit\n"
    "import os, subprocess, sys\nprint('ok')",
    "thread": """
        import threading, time
        def work():
            time.sleep(0.05); print('thread done')
        threading.Thread(target=work).start(); print('main done')
        """,
    "daemon thread": """
        import threading, time
        def work():
            while True: time.sleep(0.01)
        threading.Thread(target=work, daemon=True).start(); print('main done')
        """,
    "thread raises": """
        import threading
        t = threading.Thread(target=lambda: 1/0, name='T'); t.start(); t.join(); print('on')
        """,
    "thread pool": """
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(2)
        print(list(pool.map(str, range(5))))
        """,
    "process pool": """
        from concurrent.futures import ProcessPoolExecutor
        if __name__ == '__main__':
            with ProcessPoolExecutor(2) as pool:
                print(list(pool.map(abs, range(-3, 3))))
        """,
    "asyncio": """
        import asyncio
        async def main():
            await asyncio.sleep(0.01); print('async')
            p = await asyncio.create_subprocess_exec('echo', 'child')
            print(await p.wait())
        asyncio.run(main())
        """,
    "subprocess": """
        import subprocess, sys
        print('before', flush=True)
        subprocess.run(['echo', 'child'])
        print(subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True).stdout)
        """,
    "os.fork": """
        import os, sys
        print('before', flush=True)
        pid = os.fork()
        print('child' if pid == 0 else 'parent', flush=True) if pid == 0 else os.waitpid(pid, 0)
        print('both', flush=True)
        """,
    "forked child raises": """
        import os
        pid = os.fork()
        if pid == 0:
            raise ValueError('child')
        print(os.waitpid(pid, 0)[1])
        """,
    "stdin": "import sys; print(repr(sys.stdin.read()), sys.stdin.isatty(), sys.stdin.seekable())",
    "input": "input('? ')",
    "streams": """
        import sys
        for s in (sys.stdin, sys.stdout, sys.stderr):
            print(s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.isatty(), s.fileno(),
                  s.write_through, s.seekable(), s.newlines)
        """,
    "stdout tell": "import sys; print('abc'); sys.stdout.flush(); print(sys.stdout.tell())",
    "stdout closed": "import sys; print('x'); sys.stdout.close()",
    "stderr closed": "import sys; sys.stderr.close(); raise ValueError",
    "stdout none": "import sys; print('x'); sys.stdout = None; print('y')",
    "stdout replaced": """
        import sys
        class Tee:
            def __init__(self, f): self.f = f
            def write(self, s): self.f.write(s.upper())
            def flush(self): self.f.flush()
        sys.stdout = Tee(sys.stdout); print('hello')
        """,
    "fd closed": "import os; print('x'); os.close(1)",
    "binary": "import sys; sys.stdout.buffer.write(bytes(range(256))); print(); print('é\\u2603')",
    "surrogates": "print('\\udc80')",
    "C stdio": "import ctypes; ctypes.CDLL(None).puts(b'from C'); print('from Python')",
    "interleaved": "import os\nfor i in range(5):\n    print(i); os.write(1, b'raw\\n')",
    "crash": "import ctypes; print('x', flush=True); ctypes.string_at(0)",
    "abort": "import os; print('lost'); os.abort()",
    "kills itself": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "sigterm": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "sigpipe ignored": "import signal; print(signal.getsignal(signal.SIGPIPE))",
    "signal handlers": """
        import signal
        print([(n.name, str(signal.getsignal(n)).split(' at ')[0]) for n in signal.Signals])
        print(signal.set_wakeup_fd(-1), signal.pthread_sigmask(signal.SIG_BLOCK, []))
        """,
    "signals of a child": """
        import subprocess
        print(subprocess.run(['grep', '-E', 'Sig(Blk|Ign|Cgt)', '/proc/self/status'],
                             capture_output=True, text=True).stdout)
        """,
    "argv": "import sys; print(sys.argv, sys.orig_argv[1:], sys.flags, sys._xoptions)",
    "main": """
        import sys
        print(__name__, __file__, __package__, __spec__, __doc__, __builtins__)
        print(type(__loader__).__name__, sorted(vars()))
        print(sys.modules['__main__'].__dict__ is globals())
        """,
    "docstring": "'''The doc.'''\nprint(__doc__)",
    "path": "import sys; print(sys.path, sys.meta_path and len(sys.meta_path), sys.executable)",
    "environment": """
        import os
        print(sorted((k, v) for k, v in os.environ.items() if k not in ('HOPLA_VALUES', '_')))
        print(os.getcwd(), os.umask(0), os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid())
        """,
    "open files": "import os; print(sorted(os.listdir('/proc/self/fd')))",
    "first file": "print(open(__file__).fileno())",
    "threads": """
        import threading
        print(threading.enumerate(), threading.main_thread() is threading.current_thread())
        """,
    "process": """
        import multiprocessing as mp
        p = mp.current_process()
        print(p.name, p._identity, mp.parent_process(), mp.get_start_method())
        """,
    "limits": """
        import resource
        print([resource.getrlimit(n) for n in range(10)])
        """,
    "gc": "import gc; print(gc.isenabled(), gc.get_threshold(), gc.callbacks)",
    "warnings": "import warnings; warnings.warn('w', DeprecationWarning); warnings.warn('u')",
    "warning of a caller": """
        import warnings
        def f(): warnings.warn('w', DeprecationWarning, stacklevel=2)
        f(); f()
        """,
    "pickles its own class": """
        import pickle
        class A: pass
        print(type(pickle.loads(pickle.dumps(A()))) is A)
        """,
    "inspects itself": "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))",
    "replaces main": "import sys, types; sys.modules['__main__'] = types.ModuleType('x'); 1/0",
    "removes main": "import sys; del sys.modules['__main__']; print('on')",
    "clears its globals": "globals().clear()",
    "runpy": "import runpy; print(runpy.run_path(__file__.replace('script', 'other'))['x'])",
    "shadows": "import json, token; print(json.x)",
    "shadows a traceback module": "1/0",
    "argparse error": "import argparse; argparse.ArgumentParser().parse_args(['--no'])",
    "argparse help": "import argparse; argparse.ArgumentParser().parse_args(['-h'])",
    "daemonises nothing, exits in a with": "with open('w.txt', 'w') as f:\n    f.write('x')\n    "
    "raise SystemExit(0)",
    "import prints": "import this",
    "locale": "import locale; print(locale.setlocale(locale.LC_ALL), locale.getlocale())",
    "decimal context": "import decimal; print(decimal.getcontext())",
    "recursion limit": "import sys; print(sys.getrecursionlimit(), sys.getswitchinterval())",
    "tracing": "import sys; print(sys.gettrace(), sys.getprofile())",
}

# Their last line on stderr is the same; what comes before tells the depth of the stack, the
# number of references to an object, or that Python reads a file and we a copy in memory.
LAST_LINE = {"recursion", "null byte", "no excepthook", "stderr closed"}

# spawn and forkserver start the script anew, from its file.
MULTIPROCESSING = """
import multiprocessing as mp, sys
def work(x): return x * x
sys.stdout.write('module level ' + __name__ + '\\n')  # in one piece
if __name__ == '__main__':
    with mp.get_context(sys.argv[1]).Pool(2) as pool:
        print(pool.map(work, range(4)))
"""


@pytest.mark.parametrize("name", list(CORPUS))
def test_job_does_what_the_script_does_by_hand(script, name):
    path = script(CORPUS[name])
    _write_neighbours(path, name)
    code, *said = run_by_hand(path)
    by_hand = code, *_comparable(said, name), _take_files(path.parent)
    for level in (Isolation.FRESH, Isolation.FORK):
        outcome, *said = run_one(path, level)
        job = outcome.exit_code, *_comparable(said, name), _take_files(path.parent)
        assert job == by_hand, level
        assert outcome.state is (JobState.SUCCEEDED if code == 0 else JobState.FAILED)
        if b"Traceback" in said[1] and code == 1 and outcome.traceback:
            assert "hopla" not in outcome.traceback


def _comparable(said: list[bytes], name: str) -> list[bytes]:
    """Return stdout and stderr without what differs between any two runs."""
    out, err = map(_same, said)
    return [out, err.splitlines()[-1][:20] if name in LAST_LINE else err]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("level", [Isolation.FRESH, Isolation.FORK])
def test_multiprocessing_works_by_each_start_method(script, method, level):
    path = script(MULTIPROCESSING)
    code, *by_hand = run_by_hand(path, [method])
    outcome, *said = run_one(path, level, [method])
    # A pool's second process may be ended before it says that it starts.
    by_hand, said = ([set(text.splitlines()) for text in texts] for texts in (by_hand, said))
    assert (outcome.exit_code, said) == (code, by_hand)


def _write_neighbours(path: Path, name: str) -> None:
    path.with_name("other.py").write_text("x = 42\n")
    if name == "shadows":
        path.with_name("json.py").write_text("x = 'the own json é'\n", "utf-8")
    if name.startswith("shadows"):
        path.with_name("token.py").write_text("print('own token')\n")


def _take_files(folder: Path) -> dict[str, bytes]:
    """Return what the script wrote, and remove it."""
    found = {path.name: path.read_bytes() for path in folder.glob("*.txt")}
    for name in found:
        (folder / name).unlink()
    return found


def _same(text: bytes) -> bytes:
    """Take out what differs between any two runs."""
    text = re.sub(rb"0x[0-9a-f]{6,}", b"0x", text)
    text = re.sub(rb"\b\d{15}\b", b"ident", text)
    return re.sub(rb"'(_HOPLA_MARK|HOPLA_VALUES)', '[^']*'", b"", text)
