"""A second reader, if people want one: a language model at an endpoint that they name (the extra `llm`).

Nothing here is loaded, and nothing is asked, unless `kg build --reader llm` says so. The rules read every document
first; what the model adds passes one gate:

1. `passages` cuts the document into stretches that a model can take, with overlap;
2. `schema` and `prompt` tell the model what the ontology knows: classes, relations, indicators, units, statuses;
3. `endpoint` asks, with a time limit and few retries; `answers` keeps each answer by the hash of text, model and task;
4. `gate` takes a claim only with words that stand in the text and hold the names, only with terms of the ontology in
   their domain and range, and only with numbers that the project's own grammar reads there; all else is counted;
5. `joined` puts what was taken together with what the rules read.
"""

from kg.claims.model_reader.answers import Answers, answers
from kg.claims.model_reader.endpoint import Endpoint
from kg.claims.model_reader.joined import Outcome, joined

__all__ = ["Answers", "Endpoint", "Outcome", "answers", "joined"]
