"""`python -m corpus_utils ...` is the same as `corpus-utils ...`."""

import sys

from corpus_utils.cli import main

if __name__ == "__main__":
    sys.exit(main())
