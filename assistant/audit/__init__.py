"""The audit log: who saw, searched, exported, changed or approved what; append-only and hash-chained."""
