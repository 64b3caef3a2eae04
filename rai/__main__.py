"""Lets ``python -m rai`` do what the command ``rai`` does."""

import sys

from rai.cli import main

if __name__ == "__main__":
    sys.exit(main())
