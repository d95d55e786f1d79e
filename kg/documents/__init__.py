"""Room 1: files and folders -> `Document` with stable offsets.

Every offset in the system counts Unicode code points into `Document.text`, the stored text; a document is known
by the hash of that text, so the same text read twice is one document.
"""

from kg.documents.model import Block, Document, Rejected

__all__ = ["Block", "Document", "Rejected"]
