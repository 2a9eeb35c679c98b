"""The mediator's desk and the chat."""
