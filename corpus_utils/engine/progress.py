"""Progress of long work on stderr: a bar where that is a terminal, plain lines where it is a file or a pipe."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO

_LINES = 20  # plain progress lines of a long run: a log should show that it moves, not every part


def time_left(start: float, done: int, total: int) -> str:
    """ ", about 3 min left" by the pace since `start` (time.monotonic); empty where it would be seconds, or nothing is left."""
    seconds = (time.monotonic() - start) / done * (total - done) if done else 0.0
    return "" if seconds < 20 else f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {seconds:.0f} s left"


class Progress:
    """A counter on stderr: a bar on a terminal, plain lines elsewhere. `advance` counts, `close` ends it."""

    def __init__(self, total: int, label: str, *, stream: TextIO | None = None, every: int | None = None) -> None:
        self.total, self.label, self.done = total, label, 0
        self._stream: TextIO | None = stream or sys.stderr  # None where a service has closed it
        self._every = every or max(1, -(-total // _LINES))
        self._start = time.monotonic()
        self._bar: Any = None
        if total and self._stream is not None and self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, desc=label, file=self._stream, leave=False, dynamic_ncols=True)

    def advance(self, what: str = "") -> None:
        """One more is done; `what` says which."""
        self.done += 1
        left = time_left(self._start, self.done, self.total)
        if self._bar is not None:
            self._bar.set_postfix_str(what, refresh=False)
            self._bar.update()
        elif self.done % self._every == 0 or self.done == self.total:
            self.say(f"{self.label}: {self.done} of {self.total}{f', {what}' if what else ''}{left}")

    def say(self, line: str) -> None:
        """A line of its own, above the bar where there is one. A reader that went away (`| head`) ends no run."""
        with contextlib.suppress(OSError, ValueError):
            if self._bar is not None:
                self._bar.write(line, file=self._stream)
            elif self._stream is not None:
                print(line, file=self._stream, flush=True)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()


@contextlib.contextmanager
def reporter(progress: Any, total: int, label: str) -> Iterator[Callable[[str], None]]:
    """What is to be called with the title of each part that is done: `run_parts` tells of what `progress` may be."""
    if not progress or not total:
        yield lambda title: None
    elif callable(progress):
        done, start = 0, time.monotonic()

        def tell(title: str) -> None:
            nonlocal done
            done += 1
            if total > 1 and (done == total or done % max(1, total // _LINES) == 0):
                progress(f"{label}: {done} of {total}{time_left(start, done, total)}")

        yield tell
    else:
        bar = Progress(total, label)
        try:
            yield bar.advance
        finally:
            bar.close()
