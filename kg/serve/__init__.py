"""Room 14: the build on the network: a SPARQL endpoint, an API, and pages.

>>> serve(Path("build"))            # until Ctrl-C; prints its address

How a request goes: one of the `front` processes takes it from the network. What it has answered before (`ready`), or
what is a few lookups in the build that it has in memory (`quick`), it answers; the rest it passes on (`relay`) to the
server's own process. There, `app` finds out what is wanted (`protocol` for SPARQL), and `pool` hands it to a free
worker process of the current `generation`, where `sparql`, `pages` or `api` answers it. A worker that overruns its
time is killed and another is forked by the `nursery`, the process that loaded the build; fronts are forked from it,
too, and are told of each update. When another build is published, a new generation takes over and the old one ends
after its last answer.
"""

from kg.serve.server import serve
from kg.serve.settings import Settings

__all__ = ["Settings", "serve"]
