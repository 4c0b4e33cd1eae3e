"""The errors that a person can do something about; anything else that is raised is a bug."""

from __future__ import annotations


class HoplaError(Exception):
    """Base of the errors that are shown to the user as they stand.

    Parameters
    ----------
    what
        One line that names the file, key or parameter at fault.
    detail
        What is quoted below that line: a script's traceback, a command's last output.
    """

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.detail = detail


class UserError(HoplaError):
    """Something in the input that the user can mend: a file, a key, a value, a script.

    Parameters
    ----------
    parameter
        The ``dest`` of the parameter at fault, where there is one: the window shows the
        error at its field.
    """

    def __init__(self, what: str, detail: str = "", *, parameter: str | None = None) -> None:
        super().__init__(what, detail)
        self.parameter = parameter


class ChoiceError(UserError):
    """A value that the script's parser does not list among the choices of its parameter.

    The parser is bound to refuse it; a person may run the job anyway.
    """


class EnvironmentProblem(HoplaError):
    """Something outside: an interpreter that does not start, a full disk, a held run."""
