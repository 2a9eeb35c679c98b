"""Who may do what: people, places, roles, log-in, API keys, the table of permissions."""
