"""Which requests are recorded, and as what."""

from typing import NamedTuple

from assistant.audit.entry import Action

_API = "/api/v1"


class Rule(NamedTuple):
    """How requests to a route are recorded; `id_param` names the path parameter that is the thing's id."""

    action: Action
    kind: str
    id_param: str = ""


#: Method and route template. Not recorded: national law, village rules and reviewed Q&A, which anybody may
#: read, and pages that are shells whose scripts call these routes.
RULES: dict[tuple[str, str], Rule] = {
    ("POST", f"{_API}/search"): Rule("search", "shelves"),
    ("GET", f"{_API}/search"): Rule("search", "shelves"),
    ("POST", f"{_API}/ask"): Rule("search", "question"),
    ("POST", f"{_API}/ask/stream"): Rule("search", "question"),
    # The id of a turn lets whoever has it see the turn: the route notes its hash.
    ("GET", f"{_API}/turns/{{turn_id}}/opinion"): Rule("export", "turn"),
    ("GET", f"{_API}/chats"): Rule("view", "chat"),
    ("GET", f"{_API}/chats/{{chat_id}}"): Rule("view", "chat", "chat_id"),
    ("DELETE", f"{_API}/chats/{{chat_id}}"): Rule("delete", "chat", "chat_id"),
    ("POST", f"{_API}/feedback"): Rule("create", "feedback"),
    ("GET", f"{_API}/feedback"): Rule("view", "feedback"),
    ("POST", f"{_API}/feedback/{{feedback_id}}/close"): Rule("change", "feedback", "feedback_id"),
    ("POST", f"{_API}/intakes"): Rule("create", "intake"),
    ("GET", f"{_API}/intakes"): Rule("view", "intake"),
    ("GET", f"{_API}/intakes/{{intake_id}}"): Rule("view", "intake", "intake_id"),
    ("POST", f"{_API}/intakes/{{intake_id}}/take"): Rule("change", "intake", "intake_id"),
    ("POST", f"{_API}/intakes/{{intake_id}}/close"): Rule("change", "intake", "intake_id"),
    ("POST", f"{_API}/intakes/{{intake_id}}/reveal"): Rule("redact-reveal", "intake", "intake_id"),
    ("DELETE", f"{_API}/intakes/{{intake_id}}"): Rule("delete", "intake", "intake_id"),
    ("POST", "/v1/chat/completions"): Rule("search", "question"),
    ("POST", f"{_API}/hooks/wecom"): Rule("search", "question"),
    ("POST", f"{_API}/hooks/dingtalk"): Rule("search", "question"),
    ("POST", f"{_API}/advise"): Rule("search", "dispute"),
    ("POST", f"{_API}/check"): Rule("search", "text"),
    ("POST", f"{_API}/rules/check"): Rule("search", "rules"),
    ("POST", f"{_API}/provisions"): Rule("view", "provision"),
    ("GET", f"{_API}/cases"): Rule("view", "case"),
    ("GET", f"{_API}/cases/{{case_id}}"): Rule("view", "case", "case_id"),
    ("GET", "/cases"): Rule("view", "case"),
    ("GET", "/case/{case_id}"): Rule("view", "case", "case_id"),
    ("GET", f"{_API}/records"): Rule("view", "case"),
    ("POST", f"{_API}/records"): Rule("create", "case"),
    ("POST", f"{_API}/records/preview"): Rule("search", "text"),
    ("GET", f"{_API}/records/{{record_id}}"): Rule("view", "case", "record_id"),
    ("PATCH", f"{_API}/records/{{record_id}}"): Rule("change", "case", "record_id"),
    ("DELETE", f"{_API}/records/{{record_id}}"): Rule("delete", "case", "record_id"),
    ("POST", f"{_API}/records/{{record_id}}/reveal"): Rule("redact-reveal", "case", "record_id"),
    ("GET", f"{_API}/records/{{record_id}}/export"): Rule("export", "case", "record_id"),
    ("GET", f"{_API}/drafts"): Rule("view", "draft"),
    ("POST", f"{_API}/drafts"): Rule("create", "draft"),
    ("GET", f"{_API}/drafts/{{draft_id}}"): Rule("view", "draft", "draft_id"),
    ("PATCH", f"{_API}/drafts/{{draft_id}}"): Rule("change", "draft", "draft_id"),
    ("POST", f"{_API}/drafts/{{draft_id}}/submit"): Rule("change", "draft", "draft_id"),
    # Approved or returned stands in the body: the route says which, by `notes.note`.
    ("POST", f"{_API}/drafts/{{draft_id}}/review"): Rule("change", "draft", "draft_id"),
    ("GET", f"{_API}/drafts/{{draft_id}}/export"): Rule("export", "draft", "draft_id"),
    ("POST", f"{_API}/auth/login"): Rule("login", "session"),
    ("POST", f"{_API}/auth/demo"): Rule("login", "session"),
    ("POST", f"{_API}/auth/setup"): Rule("create", "person"),
    ("POST", f"{_API}/auth/logout"): Rule("logout", "session"),
    ("POST", f"{_API}/auth/logout-everywhere"): Rule("logout", "session"),
    ("DELETE", f"{_API}/auth/sessions/{{session_id}}"): Rule("logout", "session", "session_id"),
    ("POST", f"{_API}/auth/password"): Rule("change", "person"),
    ("POST", f"{_API}/api-keys"): Rule("grant", "key"),
    ("DELETE", f"{_API}/api-keys/{{key_id}}"): Rule("revoke", "key", "key_id"),
    ("GET", f"{_API}/people"): Rule("view", "person"),
    ("POST", f"{_API}/people"): Rule("create", "person"),
    ("GET", f"{_API}/people/{{person_id}}"): Rule("view", "person", "person_id"),
    ("PATCH", f"{_API}/people/{{person_id}}"): Rule("change", "person", "person_id"),
    ("GET", "/admin/people"): Rule("view", "person"),
    ("POST", f"{_API}/places"): Rule("create", "place"),
    ("POST", f"{_API}/places/import"): Rule("create", "place"),
    ("GET", "/admin/audit"): Rule("view", "audit"),
    ("GET", "/admin/audit.csv"): Rule("export", "audit"),
}
_WRITES = ("POST", "PUT", "PATCH", "DELETE")


def rule_for(method: str, template: str) -> Rule | None:
    """Return how a request is recorded, or None where it isn't.

    A route that nobody entered above and that may change something is recorded as a change.
    """
    found = RULES.get((method, template))
    if found is None and method in _WRITES and template:
        return Rule("delete" if method == "DELETE" else "change", "route")
    return found
