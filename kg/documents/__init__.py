"""Room 1: files and folders -> `Document` with stable offsets.

Every offset in the system counts Unicode code points into `Document.text`, the stored text; a document is known
by the hash of that text, so the same text read twice is one document. A PDF keeps its pages: evidence can say "page 3".
"""

from kg.documents.language import recognise
from kg.documents.model import Block, Document, PageBreak, Rejected, Unreadable
from kg.documents.reader import SUFFIXES, document, files, read, read_file

__all__ = [
    "SUFFIXES",
    "Block",
    "Document",
    "PageBreak",
    "Rejected",
    "Unreadable",
    "document",
    "files",
    "read",
    "read_file",
    "recognise",
]
