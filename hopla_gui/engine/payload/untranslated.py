"""Remembers that there are no translations: argparse asks for them anew for each of its words.

Python's gettext does not: it looks for a dozen files for three words, which is a quarter of what a
short script takes to read its arguments.
"""

import os

_LANGUAGE = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def remember(gettext):
    """Have Python's gettext look only once for what is not in its own folder of translations.

    A file of that name beside the script is another module, and left alone.
    """
    if os.path.dirname(getattr(gettext, "__file__", None) or "") != os.path.dirname(os.__file__):
        return
    look, absent = gettext.find, set()

    def find(domain, localedir=None, languages=None, all=False):
        if localedir is not None or languages is not None:
            return look(domain, localedir, languages, all)
        asked = (domain, all, *map(os.environ.get, _LANGUAGE))
        if asked in absent:
            return [] if all else None
        found = look(domain, all=all)
        if not found:
            absent.add(asked)
        return found

    gettext.find = find
