"""An ``argparse`` parser as the JSON object that ``hopla-gui inspect`` prints.

Runs in the user's interpreter, 3.6 to 3.14, and must get by with whatever a script gave its
parser: nothing here raises for a strange value.
"""

import argparse
import re

BAD_PERCENT = re.compile(r"%(?!\()")  # "100% sure" is a format, of the whole dictionary
MOST_CHOICES = 100000
MOST_CHARACTERS = 10000
DEEPEST = 20
MOST_INT = 10**1000  # Python refuses to write down an int of thousands of digits

ACTIONS = {
    "_StoreAction": "store",
    "_StoreConstAction": "store_const",
    "_StoreTrueAction": "store_true",
    "_StoreFalseAction": "store_false",
    "BooleanOptionalAction": "boolean_optional",
    "_AppendAction": "append",
    "_AppendConstAction": "append_const",
    "_ExtendAction": "extend",
    "_CountAction": "count",
    "_HelpAction": "help",
    "_VersionAction": "version",
}
KINDS = {getattr(argparse, name): kind for name, kind in ACTIONS.items() if hasattr(argparse, name)}


def describe(parser):
    """Return what the parser says of itself and of its parameters and subcommands."""
    found = {
        "prog": _text(parser.prog) or "",
        "description": _expanded(parser, parser.description),
        "epilog": _expanded(parser, parser.epilog),
        "prefix_chars": _text(parser.prefix_chars) or "-",
        "fromfile_prefix_chars": _text(parser.fromfile_prefix_chars),
    }
    found.update(_level(parser))
    return found


def merge(first, second):
    """Add to the second description the first one's own parameters, in front."""
    known = set().union(*map(_identity, second["parameters"]))
    own = [p for p in first["parameters"] if not known & _identity(p)]
    ids = [p["exclusive"]["id"] + 1 for p in own if p["exclusive"]]
    for parameter in second["parameters"]:
        if parameter["exclusive"]:
            parameter["exclusive"]["id"] += max(ids, default=0)
    subcommands = second["subcommands"] or first["subcommands"]
    return dict(second, parameters=own + second["parameters"], subcommands=subcommands)


def _identity(parameter):
    """Return what two parsers cannot both have: flags, or the name of a positional."""
    return set(parameter["flags"] or [" " + parameter["dest"]])


def _level(parser):
    groups, exclusive = _group_titles(parser), _exclusive_groups(parser)
    parameters, subcommands = [], None
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            subcommands = _subcommands(parser, action)
        else:
            parameter = _parameter(parser, action)
            parameter["group"] = groups.get(id(action))
            parameter["exclusive"] = exclusive.get(id(action))
            parameters.append(parameter)
    return {"parameters": parameters, "subcommands": subcommands}


def _parameter(parser, action):
    kind = KINDS.get(type(action), "custom")
    nargs = _nargs(action)
    found = {
        "dest": _dest(action),
        "flags": [str(flag) for flag in action.option_strings],
        "action": kind,
        "nargs": nargs,
        "type": _type_name(parser, action.type),
        "choices": _choices(action.choices),
        "default": plain(action.default),
        "const": plain(getattr(action, "const", None)),
        "required": _is_required(action, nargs),
        "help": _help(parser, action),
        "metavar": _metavar(action.metavar),
        "group": None,
        "exclusive": None,
    }
    if _is_suppressed(action.help):
        found["hidden"] = True
    return found


def _dest(action):
    if action.dest and not _is_suppressed(action.dest):
        return str(action.dest)
    flags = sorted(action.option_strings, key=lambda flag: flag[:2] != flag[:1] * 2)
    return flags[0].strip(flags[0][0]).replace("-", "_") if flags else _text(action.metavar) or ""


def _nargs(action):
    if action.nargs == argparse.PARSER:
        return argparse.REMAINDER
    if action.nargs == "==SUPPRESS==":  # takes nothing
        return 0
    return action.nargs if isinstance(action.nargs, (int, str)) else None


def _is_required(action, nargs):
    """Whether it must be given: before 3.13 argparse calls an open-ended positional required."""
    return bool(action.required) and (
        bool(action.option_strings) or nargs not in ("?", "*", "...", 0)
    )


def _type_name(parser, function):
    if isinstance(function, str):  # a name given to parser.register
        function = parser._registry_get("type", function, function)
    while hasattr(function, "func") and hasattr(function, "keywords"):  # functools.partial
        function = function.func
    if function is None or isinstance(function, str):
        return function
    return _text(getattr(function, "__name__", None)) or type(function).__name__


def _choices(choices):
    """Return a list, or ``None`` also where there is no end to it, or no way to list it."""
    if choices is None:
        return None
    found = []
    try:
        for choice in choices:
            if len(found) == MOST_CHOICES:
                return None
            found.append(plain(choice))
    except Exception:
        return None
    return found


def _metavar(metavar):
    if isinstance(metavar, tuple):
        return [_text(part) or "" for part in metavar]
    return _text(metavar)


def _help(parser, action):
    """Expand the help as ``--help`` shows it; one that cannot be is shown as it stands."""
    if not action.help or _is_suppressed(action.help):
        return None
    try:
        template = str(_help_template(parser, action))
        if BAD_PERCENT.search(template.replace("%%", "")):
            return _clean(template)
        return _clean(template % _help_values(parser, action, template))
    except Exception:
        return _text(action.help)


def _help_template(parser, action):
    own = getattr(parser.formatter_class, "_get_help_string", None)
    if own is argparse.HelpFormatter._get_help_string:  # making a formatter loads shutil
        return action.help
    return parser._get_formatter()._get_help_string(action)


def _help_values(parser, action, template):
    values = dict(vars(action), prog=parser.prog)
    values = {name: value for name, value in values.items() if not _is_suppressed(value)}
    for name, value in values.items():
        if hasattr(value, "__name__"):
            values[name] = value.__name__
    if "%(choices)" in template and values.get("choices") is not None:
        values["choices"] = ", ".join(map(str, _choices(values["choices"]) or ["..."]))
    return values


def _expanded(parser, text):
    if text is None or _is_suppressed(text):
        return None
    text = _text(text)
    try:
        return text % {"prog": parser.prog} if "%(prog)" in text else text
    except Exception:
        return text


def _group_titles(parser):
    """Map each action to the title of the innermost group that has one."""
    titles = {}
    waiting = list(parser._action_groups)
    while waiting:
        group = waiting.pop(0)
        for action in group._group_actions:
            if group.title is not None and not _is_suppressed(group.title):
                titles[id(action)] = _text(group.title)
        waiting.extend(group._action_groups)
    return titles


def _exclusive_groups(parser):
    found = {}
    for number, group in enumerate(parser._mutually_exclusive_groups):
        for action in group._group_actions:
            found.setdefault(id(action), {"id": number, "required": bool(group.required)})
    return found


def _subcommands(parser, action):
    helps = {choice.dest: _help(parser, choice) for choice in action._choices_actions}
    choices, names = {}, {}
    for name, below in list(action.choices.items()):
        first = names.setdefault(id(below), str(name))
        if first != str(name):
            choices[first].setdefault("aliases", []).append(str(name))
            continue
        level = _level(below) if hasattr(below, "_actions") else _level(argparse.ArgumentParser())
        choices[first] = dict(level, help=helps.get(name))
    dest = None if _is_suppressed(action.dest) else _text(action.dest)
    return {"dest": dest, "required": bool(action.required), "choices": choices}


def _is_suppressed(value):
    return isinstance(value, str) and value == argparse.SUPPRESS


def plain(value, depth=0):
    """Return the value as JSON can say it, ``str()`` of one that it cannot."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return None if value == argparse.SUPPRESS else _clean(value)
    if isinstance(value, int) and abs(value) < MOST_INT:
        return int(value)
    if isinstance(value, float) and value - value == 0:  # neither NaN nor infinite
        return float(value)
    if isinstance(value, (list, tuple, dict)) and depth < DEEPEST and len(value) <= MOST_CHOICES:
        if isinstance(value, dict):
            return {_text(k) or "null": plain(v, depth + 1) for k, v in value.items()}
        return [plain(item, depth + 1) for item in value]
    return _text(value)


def _text(value):
    """Return ``str()`` of a value, of bounded length; ``None`` stays what it is."""
    if value is None:
        return None
    try:
        return _clean(str(value)[:MOST_CHARACTERS])
    except Exception:
        return "<%s>" % type(value).__name__


def _clean(text):
    """Make text that every encoding of Unicode can say: a file name may hold lone surrogates."""
    text = str.__str__(text)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text
