# The few commands people type. Needs git, make and Python 3.11 or 3.12; everything else is installed into .venv.

PYTHON ?= $(shell command -v python3.12 >/dev/null 2>&1 && python3.12 -c '' 2>/dev/null && echo python3.12 || \
	{ command -v python3.11 >/dev/null 2>&1 && python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3; })
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run test lock check browser benchmarks postgresql

run: $(VENV)/installed
	@$(BIN)/rai demo
	@exec $(BIN)/rai app --port $(PORT)

$(VENV)/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' \
		|| { echo "RAI Review needs Python 3.11 or 3.12. Set PYTHON=/path/to/python3.11."; exit 2; }
	@echo "Installing the pinned packages into $(VENV) (a few minutes, once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@printf '#!%s\nimport sys\nsys.path.insert(0, "%s")\nfrom rai.cli import main\nsys.exit(main())\n' \
		"$(CURDIR)/$(BIN)/python" "$(CURDIR)" > $(BIN)/rai
	@chmod +x $(BIN)/rai
	@touch $@

browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 \
		|| command -v google-chrome >/dev/null 2>&1 \
		|| { command -v apt-get >/dev/null 2>&1 && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
		|| { echo "The browser test needs Chromium. Install the package chromium, then run make test again."; exit 2; }

postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 \
		|| { command -v apt-get >/dev/null 2>&1 && apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; } \
		|| echo "PostgreSQL is not installed, so its tests are skipped. Install the package postgresql to run them."

check: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check browser postgresql
	$(BIN)/python -m pytest

benchmarks: $(VENV)/installed
	$(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.scale
	$(BIN)/python -m benchmarks.report

lock: $(VENV)/installed
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-package nvidia-nccl-cu12 --no-emit-package nvidia-nccl-cu13 --no-emit-index-url \
		--override overrides.txt requirements.in -o requirements.txt
