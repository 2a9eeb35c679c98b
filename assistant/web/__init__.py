"""The pages: shells, scripts and styles over the API, and texts rendered for reading."""
