"""A provisioner of Jupyter kernels that has them forked, where the system can."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from analytics.kernels.forks import Prepared, fork_kernel


class ForkProvisioner(LocalProvisioner):
    """Provisions kernels by fork (`forks.py`), or ordinary ones where that cannot be."""

    process: Any = None
    # Lives for as long as a kernel of it may.
    prepared: Prepared | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch the kernel that the ordinary command `cmd` would."""
        cwd, env = str(kwargs.get("cwd") or Path.cwd()), kwargs.get("env", os.environ)
        # Off the event loop: the first takes as long as an ordinary kernel.
        forked = await asyncio.to_thread(fork_kernel, cmd[cmd.index("-f") :], cwd, dict(env))
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.prepared = forked
        self.pid, self.cwd = self.process.pid, cwd
        return self.connection_info
