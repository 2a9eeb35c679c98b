"""The template of the route that answers a request: what may be logged and counted in place of the path."""

from starlette.types import Scope

#: For requests that no route takes.
NO_ROUTE = "(none)"


def route_template(scope: Scope) -> str:
    """Return `/api/v1/drafts/{draft_id}`, `/static/*` for mounted files, or NO_ROUTE.

    A path holds what people typed; a template doesn't, and there are only so many of them. Known once
    routing is done.
    """
    # A router that was included knows its paths without the prefix; FastAPI keeps the whole one here.
    effective = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(effective, "path", None) or getattr(scope.get("route"), "path", None)
    if path:
        return str(path)
    mounted = scope.get("root_path", "").removeprefix(scope.get("app_root_path", ""))
    return f"{mounted}/*" if mounted else NO_ROUTE
