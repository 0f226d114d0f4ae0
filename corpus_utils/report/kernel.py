"""A kernel that is this interpreter, talks over files instead of ports, and dies with the process that started it.

jupyter_client looks kernels up by name among the specs installed on the machine, where `python3` may be missing or be another
Python; it starts them in a session of their own, where killing the worker's process group does not reach them; and it lets
them listen on TCP ports. All three are replaced here, in the two classes jupyter_client offers for it (its version 8).
Imported by workers only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

KERNEL_NAME = "python3"  # what notebooks name, and what papermill must be given


class GroupProvisioner(LocalProvisioner):
    """Starts the kernel in the process group of its parent, so that one kill of the group ends both."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the process. `JPY_PARENT_PID` makes the kernel end itself should the parent vanish."""
        environment = dict(kwargs.get("env") or os.environ, JPY_PARENT_PID=str(os.getpid()))
        self.process = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, env=environment, cwd=kwargs.get("cwd"))
        self.pid = self.process.pid
        self.pgid = None  # signals of jupyter_client go to the kernel alone: the group holds the worker as well
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info


def manager_class(scratch: Path) -> type[AsyncKernelManager]:
    """A kernel manager class whose sockets and connection file lie in `scratch` (a path short enough for a socket)."""

    class ReportKernelManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.transport = "ipc"
            self.connection_file = str(scratch / "kernel.json")
            self.ip = str(scratch / "k")
            self._spec = KernelSpec(
                argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                name=KERNEL_NAME, display_name="Python 3", language="python", resource_dir="",
            )  # fmt: skip

        @property
        def kernel_spec(self) -> KernelSpec:
            return self._spec

        async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
            if self.provisioner is None:
                self.provisioner = GroupProvisioner(kernel_id=self.kernel_id or "report", kernel_spec=self._spec, parent=self)
            return await super()._async_pre_start_kernel(**options)

    return ReportKernelManager
