"""Reads ``__hopla__`` from a script's source, where it is not assigned yet."""


def assigned_further_down(source):
    """Return the last list that the source assigns to ``__hopla__`` at module level."""
    import ast

    found = None
    for node in _module_level(ast, ast.parse(source).body):
        for name in getattr(node, "targets", [getattr(node, "target", None)]):
            if isinstance(name, ast.Name) and name.id == "__hopla__":
                try:  # noqa: SIM105
                    found = ast.literal_eval(getattr(node, "value", None))
                except Exception:  # no literal, or none that can be made; a loop's name, a `del`
                    pass
    return found


def _module_level(ast, statements):
    """Yield the statements outside functions and classes, and of functions with a ``global``."""
    for node in statements:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if not any(
                isinstance(n, ast.Global) and "__hopla__" in n.names for n in ast.walk(node)
            ):
                continue
        elif isinstance(node, ast.ClassDef):
            continue
        yield node
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _module_level(ast, getattr(node, block, []))
