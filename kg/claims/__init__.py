"""Room 3: typed spans -> claims, each on an exact span, with the rule and the cue words that made it."""

from kg.claims.extract import extract, extract_all
from kg.claims.model import Claim, EntityClaim, Extraction, ObservationClaim, RelationClaim, Slot, models

__all__ = [
    "Claim",
    "EntityClaim",
    "Extraction",
    "ObservationClaim",
    "RelationClaim",
    "Slot",
    "extract",
    "extract_all",
    "models",
]
