"""Which names look like those of secrets, and what a text names as one."""

import re

HIDDEN = "<hidden: its name looks secret>"

_ALWAYS = frozenset(["password", "passwords", "passwd", "passphrase", "passcode", "pwd", "pin"])
_UNLESS_NUMBER = frozenset(
    [
        *("secret", "secrets", "credential", "credentials", "cred", "creds", "token", "tokens"),
        *("auth", "authorization", "authentication", "authkey", "apikey", "apikeys", "privatekey"),
        *("bearer", "cookie", "cookies", "jwt", "oauth"),
    ]
)
_TEXT_ALONE = frozenset(["key", "keys", "pass", "pw"])  # the ``key`` of a loop may be anything
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# ``password='x'`` and ``"api_key": "x"``
_SAID = re.compile(
    r"(?i)((?:pass(?:word|wd|phrase)|pwd|secret|token|credential|api_?key|access_?key|private_?key"
    r"|auth(?:orization|entication)?)[\w-]*[\"']?\s*[=:]\s*)"
    r"((?:bearer|basic)\s+[^\s\"']+|[bru]*\"[^\"]*\"?|[bru]*'[^']*'?|[^\s,;)\]}\"']+)"
)
_IN_URL = re.compile(r"(\w://[^\s/:@]*:)[^\s/@]+(?=@)")


def is_secret(name, value):
    """Tell whether a variable, a key or an attribute of this name is not to be shown."""
    words = {word.lower() for word in _WORDS.findall(name[:200])}
    if words & _ALWAYS:
        return value is not None
    # Not isinstance(): it may ask the value for its class, which is code of the script's.
    kind = type(value)
    is_number = value is None or issubclass(kind, (bool, int, float))
    if words & _UNLESS_NUMBER or (len(words) > 1 and words & {"key", "keys"}):
        return not is_number
    return bool(words & _TEXT_ALONE) and issubclass(kind, (str, bytes, bytearray))


def mask(text):
    """Hide what a text names as a password and the like."""
    return _IN_URL.sub(r"\1…", _SAID.sub(r"\1…", text))
