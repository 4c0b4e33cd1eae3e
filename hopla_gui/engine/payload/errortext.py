"""The text of the exception that has ended a script."""

import traceback

LIMIT = 100000  # characters; the middle is cut


def format_error(error, trace):
    """Return an exception as Python shows it, with what has led to it.

    ``trace`` is its traceback from the script's first frame on.
    """
    try:
        text = "".join(traceback.format_exception(type(error), error, trace))
    except Exception as problem:
        name = type(error).__name__
        text = "{} (it cannot be shown: {})\n".format(name, type(problem).__name__)
    if len(text) > LIMIT:
        half = LIMIT // 2
        text = "{}\n  [… {} characters …]\n{}".format(
            text[:half], len(text) - 2 * half, text[-half:]
        )
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
