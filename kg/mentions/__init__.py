"""Room 2: a document -> typed spans: names, descriptions, references, figures, words of the lexicon.

`read(document)` gives the sentences with their mentions, and the things that the mentions are about.
"""

from __future__ import annotations

from kg.documents import Document
from kg.mentions import hanzi, latin
from kg.mentions.annotate import annotated
from kg.mentions.beside import capitalised
from kg.mentions.identity import Things
from kg.mentions.language import Language, language
from kg.mentions.model import Mention, Quantity, Sentence, Thing, Token
from kg.mentions.rows import is_head

__all__ = ["Language", "Mention", "Quantity", "Sentence", "Thing", "Things", "Token", "is_head", "language", "read"]


def read(document: Document) -> tuple[list[Sentence], Things]:
    """Sentences with everything found in them, and the document's things; the language must have a lexicon."""
    lang = language(document.lang)
    sentences = annotated(document, lang)
    things = Things(lang, document.text)
    quotes = {} if lang.han else latin.repeated_quotes(sentences, lang, document.text)
    capitals = frozenset[str]() if lang.han or lang.noun_capitals else capitalised(sentences)
    for sentence in sentences:
        found = (
            hanzi.mentions(sentence, lang, document.text)
            if lang.han
            else latin.mentions(sentence, lang, document.text, quotes, capitals)
        )
        for mention in found:
            if is_head(sentence) and mention.how not in ("name", "alias"):
                continue  # "company" above a column is none
            things.add(mention, sentence)
            sentence.mentions.append(mention)
        sentence.quantities = [q for q in sentence.quantities if not any(_numbers(m, q) for m in sentence.mentions)]
    things.settle(sentences)
    return sentences, things


def _numbers(mention: Mention, quantity: Quantity) -> bool:
    """Whether a figure is part of a name ("Halle 12"): it says nothing else."""
    return mention.rule == "numbered" and mention.start <= quantity.start and quantity.end <= mention.end
