"""Starts a payload module in the user's interpreter: ``python start.py <module> <argument>…``.

The payload is a package of a private name, so that it shadows no module of the user's.
"""

import sys

package = type(sys)("_hopla_payload")
package.__path__ = [__file__[: -len("start.py") - 1]]
sys.modules["_hopla_payload"] = package
name = "_hopla_payload." + sys.argv[1]
__import__(name)
sys.modules[name].main(sys.argv[2:])
