"""Whether a port can be listened on."""

import socket

from kb.errors import Conflict


def require_free(host: str, port: int) -> None:
    """Say at once that a port is taken, not after minutes of indexing.

    Raises:
        Conflict: it can't be listened on.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"端口 {port} 用不了：{error.strerror}",
                f"可能已有服务在运行；或用 --port {port + 1} 换一个端口",
            ) from error
