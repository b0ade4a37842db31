"""`python -m jiffybox_sdk`."""

import sys

from jiffybox_sdk._cli import main

if __name__ == "__main__":
    sys.exit(main())
