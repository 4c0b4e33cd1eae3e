"""The line of a traceback that says what went wrong, as Python really writes them."""

import traceback

import pytest

from hopla_gui.domain.errorline import error_line


def text_of(code):
    try:
        exec(compile(code, "a.py", "exec"), {})
    except BaseException as error:
        return "".join(traceback.format_exception(error))
    raise AssertionError("the code has raised nothing")


GROUP = "ExceptionGroup('two failed', [ValueError('1'), KeyError('2')])"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("raise ValueError('no')", "ValueError: no"),
        ("raise KeyError", "KeyError"),
        ("raise ValueError('first\\nand second line')", "ValueError: first"),
        ("compile('x = (', 'b.py', 'exec')", "SyntaxError: '(' was never closed"),
        ("try: 1 / 0\nexcept ArithmeticError as e: raise OSError('x') from e", "OSError: x"),
        (f"raise {GROUP}", "ExceptionGroup: two failed (2 sub-exceptions)"),
        (
            f"try: 1 / 0\nexcept ArithmeticError as e: raise {GROUP} from e",
            "ExceptionGroup: two failed (2 sub-exceptions)",
        ),
        (f"try: raise {GROUP}\nexcept Exception as e: raise OSError('x') from e", "OSError: x"),
        (
            f"raise ExceptionGroup('outer', [{GROUP}, OSError('x')])",
            "ExceptionGroup: outer (2 sub-exceptions)",
        ),
        (
            "raise ExceptionGroup('many', [ValueError('x' * 9_000) for _ in range(9)])",
            "ExceptionGroup: many (9 sub-exceptions)",
        ),
    ],
)
def test_it_is_the_one_of_what_ended_the_script(code, line):
    assert error_line(text_of(code)) == line


@pytest.mark.parametrize(("text", "line"), [("killed", "killed"), ("", ""), ("a\n b\n", "b")])
def test_of_what_is_no_traceback_it_is_the_last(text, line):
    assert error_line(text) == line
