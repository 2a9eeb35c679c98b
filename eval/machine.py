"""What the machine is that figures were taken on."""

import platform
from pathlib import Path

import psutil


def machine() -> str:
    """Return the processor's name and the number of its cores, in Chinese."""
    return f"{_cpu()}，{psutil.cpu_count()} 核"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
