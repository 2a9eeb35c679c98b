"""How the service is watched: logs with request ids, metrics, liveness and readiness."""
