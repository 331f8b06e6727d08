"""Sets limits on itself and becomes another program: `python -m kit.confined LIMITS... program arguments...`."""

import os
import sys

from kit.confined.limits import confine

_LIMITS = 4

if __name__ == "__main__":
    confine(sys.argv[1 : 1 + _LIMITS])
    os.execv(sys.argv[1 + _LIMITS], sys.argv[1 + _LIMITS :])  # noqa: S606 - a program of ours, with a list
