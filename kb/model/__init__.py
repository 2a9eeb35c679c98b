"""The domain model. Import the types from here."""

from kb.model.case import DISPUTE_TYPES, DisputeType, Kept, MediationCase, Outcome
from kb.model.ids import stable_id
from kb.model.passage import KIND_LABELS, KINDS, Kind, Passage
from kb.model.provision import (
    FAR_FUTURE,
    STATUS_LABELS,
    Item,
    LawVersion,
    Paragraph,
    Provision,
    Status,
)
from kb.model.qa import ReviewedQA
from kb.model.village import Village, VillageRule

__all__ = [
    "DISPUTE_TYPES",
    "FAR_FUTURE",
    "KINDS",
    "KIND_LABELS",
    "STATUS_LABELS",
    "DisputeType",
    "Item",
    "Kept",
    "Kind",
    "LawVersion",
    "MediationCase",
    "Outcome",
    "Paragraph",
    "Passage",
    "Provision",
    "ReviewedQA",
    "Status",
    "Village",
    "VillageRule",
    "stable_id",
]
