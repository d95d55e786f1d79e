"""Room 14: the build on the network: a SPARQL endpoint, an API, and pages.

>>> serve(Path("build"))            # until Ctrl-C; prints its address

How a request goes: `server` listens, `app` finds out what is wanted (`protocol` for SPARQL), `pool` hands it to a free
worker process of the current `generation`; there `sparql`, `pages` or `api` answers it. A worker that overruns its time
is killed and another is forked by the `nursery`, the process that loaded the build. When another build is published,
a new generation takes over and the old one ends after its last answer.
"""

from kg.serve.server import serve
from kg.serve.settings import Settings

__all__ = ["Settings", "serve"]
