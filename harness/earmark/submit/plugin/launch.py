"""Started by itself, with nothing of earmark: give up what the limits take, and become the command.

``python -I launch.py DATA_BYTES FILE_BYTES COMMAND...``
"""

import os
import resource
import sys


def main() -> None:
    """Limit this process, its memory of its own and the size of a file, and all that it starts."""
    data, file = (int(word) for word in sys.argv[1:3])
    for what, wanted in ((resource.RLIMIT_DATA, data), (resource.RLIMIT_FSIZE, file), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(what, (most, most))
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
