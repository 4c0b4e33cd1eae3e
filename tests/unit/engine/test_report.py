from hopla_gui.domain.params import Action, ParamSpec, ParserSpec, Subcommand, Subcommands
from hopla_gui.engine.inspection.report import introspection_report, report_text

PARAMETERS = (
    ParamSpec("help", ("-h", "--help"), Action.HELP, 0),
    ParamSpec("n", ("--n",), type="int"),
    ParamSpec("dir", ("--dir",), type="is_directory"),
    ParamSpec("weights", ("--weights",), help="Path to the weights."),
    ParamSpec("even", ("--even",), type="even"),
    ParamSpec("mode", ("--mode",), choices=("a", "b")),
    ParamSpec("colour", ("--colour",), type="Colour", choices=("Colour.RED",)),
    ParamSpec("own", ("--own",), Action.CUSTOM),
    ParamSpec("flag", ("--flag",), Action.STORE_TRUE, 0),
    ParamSpec("tags", ("--tag",), Action.APPEND, nargs=2, type="float"),
    ParamSpec("opt", ("--opt",), nargs="?", const="x"),
    ParamSpec("rest", nargs="..."),
)


def test_each_parameter_is_told_with_what_was_understood_and_why_not_more():
    below = Subcommands("cmd", True, {"fit": Subcommand(None, (ParamSpec("x", type="Path"),))})
    spec = ParserSpec(
        "/s.py", "/python", "3.11.7", "s.py", parameters=PARAMETERS, subcommands=below
    )
    found = {
        " ".join([*line.subcommand, line.parameter.dest]): (line.understood, bool(line.why_text))
        for line in introspection_report(spec)
    }
    assert found == {
        "help": ("not offered: it prints a text and ends the script", False),
        "n": ("an integer", False),
        "dir": ("the path of a folder, as its name, type or help says", False),
        "weights": ("the path of a file, as its name, type or help says", False),
        "even": ("a text", True),
        "mode": ("one of a, b", False),
        "colour": ("one of Colour.RED", True),
        "own": ("a text", True),
        "flag": ("on or off", False),
        "tags": ("any number of times: a list of 2: a number each", False),
        "opt": ("a text, or the flag alone", False),
        "rest": ("words", True),
        "fit x": ("the path of a file or folder", False),
    }
    assert "--even: a text (even is the script's own type" in report_text(spec)
