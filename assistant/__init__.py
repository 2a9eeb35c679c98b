"""The desks: advice, chat, publicity, checks, and the service and pages over them."""
