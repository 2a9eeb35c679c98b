"""The assistant's own records: tables and sessions."""
