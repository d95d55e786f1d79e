# make run     a fresh machine to a running server: environment, build of the examples, http://127.0.0.1:8080/
# make test    lint, types, tests
# make fuzz    the server against 100,000 inputs that make no sense
# make runaway 1,000 queries without end among 100,000 good ones
# make hostile 24 kinds of hostile request, as a table
# make bench   what is measured, with its figures
# make torture 200 builds that are killed at random moments
# make pictures  docs/: pages of the server as a browser shows them
# make lock    requirements.lock anew from pyproject.toml
# make clean   away with the environment, the builds and all caches

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
OUT    ?= build
HOST   ?= 127.0.0.1
PORT   ?= 8080

.PHONY: run test fuzz runaway hostile bench torture pictures lock clean

run: $(READY)
	$(BIN)/kg build examples --out $(OUT)
	$(BIN)/kg serve --build $(OUT) --host $(HOST) --port $(PORT)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/pytest -n auto --dist worksteal

fuzz: $(READY)
	KG_FUZZ=50000 $(BIN)/pytest -n 2 tests/test_serve_hostile.py tests/test_serve_wire.py -k "server_error or library"

runaway: $(READY)
	$(BIN)/python tests/bench/serve/runaway.py

hostile: $(READY)
	$(BIN)/python tests/bench/serve/hostile.py

bench: $(READY)
	for bench in tests/bench/bench_*.py; do $(BIN)/python $$bench || exit 1; done

torture: $(READY)
	KG_KILLS=200 $(BIN)/pytest -k kill_at_random tests/test_incremental.py

pictures: $(READY)
	KG_PICTURES=$(CURDIR)/docs $(BIN)/pytest -m browser tests/test_compared_pages.py tests/test_serve_review.py

# The environment is made once, and again when what belongs into it changes.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

lock: $(READY)
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--strip-extras --all-extras --allow-unsafe --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(OUT) -mindepth 1 ! -name .gitkeep -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
