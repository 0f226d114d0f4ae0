"""Solve requirements.lock, requirements-dev.lock and tools/installer.lock for every supported Python, Linux and macOS.

Lock files carry names, versions and hashes only: where packages come from is the installing machine's business.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ["hatchling>=1.27", "editables>=0.5"]  # the package itself is built from locked tools
HEADER = "# Written by `make lock`: names, versions and hashes only.\n"


def compile_lock(target: str, arguments: list[str], *, stdin: str = "") -> None:
    """Run the resolver and write `target`; raises CalledProcessError with the resolver's own words."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "--output-file", target, *arguments]
    subprocess.run(command, cwd=ROOT, input=stdin, text=True, check=True)
    path = ROOT / target
    path.write_text(HEADER + path.read_text(encoding="utf-8"), encoding="utf-8")


def main() -> None:
    """Runtime first; the development lock is held to the same versions."""
    compile_lock("requirements.lock", ["pyproject.toml", "-"], stdin="\n".join(BUILD))
    compile_lock("requirements-dev.lock", ["--extra", "dev", "--constraint", "requirements.lock", "pyproject.toml"])
    compile_lock("tools/installer.lock", ["-"], stdin="uv")


if __name__ == "__main__":
    main()
