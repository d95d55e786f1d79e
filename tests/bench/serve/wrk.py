"""What `wrk` is told to ask, in its own language, and what it says."""

from __future__ import annotations

import re
import time
from pathlib import Path

ASK = """
math.randomseed(%d)
local lines, order, at = {}, {}, 0
function init()
  local headers = {["Accept"] = "%s", ["Host"] = "localhost", %s}
  for line in io.lines("%s") do lines[#lines + 1] = wrk.format("GET", line, headers) end
  for line in io.lines("%s") do order[#order + 1] = tonumber(line) end
end
function request()
  at = at + 1
  return lines[%s]
end
"""
PACE = """
local ffi = require("ffi")
ffi.cdef[[ typedef struct { long seconds, nanoseconds; } moment; int clock_gettime(int, moment *); ]]
local moment, due = ffi.new("moment"), nil
function delay()
  ffi.C.clock_gettime(1, moment)
  local now = tonumber(moment.seconds) * 1e3 + tonumber(moment.nanoseconds) / 1e6
  due = (due or now) + %f
  return math.max(0, math.floor(due - now + 0.5))
end
"""
"""Has requests go out by the clock, a number of milliseconds apart, as long as connections are free."""
IN_TURN, AT_RANDOM, IN_ORDER = "(at - 1) % #lines + 1", "math.random(#lines)", "order[(at - 1) % #order + 1]"


def script(accept: str, header: str, lines: Path, order: Path, which: str, rate: float = 0) -> str:
    """Asks for the lines of a file; in the order of another, or else; by the clock where a rate is given."""
    text = ASK % (int(time.time()), accept, header, lines, order, which)
    return text + (PACE % (1000 / rate) if rate else "")


def requests(said: str) -> tuple[int, float]:
    """How many were answered, and how many of them or of others went wrong."""
    answered = int(re.search(r"(\d+) requests in", said)[1])  # type: ignore[index]
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    return answered, (float(wrong[1]) if wrong else 0.0) + sum(map(int, broken.groups() if broken else ()))


def per_second(said: str) -> float:
    """Requests a second."""
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]


def milliseconds(said: str, name: str) -> float:
    """The time within which a share of the requests was answered."""
    number, unit = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
