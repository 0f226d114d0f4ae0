# Thin wrappers over `python -m corpus_utils`; everything here can be typed by hand (see README.md).
# make sets up .venv on first use; PYTHON chooses the interpreter it is made from.

PYTHON ?= python3
VENV   ?= .venv
RUN     = $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help reports lab test check format benchmark lock clean

help:  ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

reports: $(VENV)/.runtime  ## make the reports on the corpus of corpus.toml (default: seeds/) and say where they are
	@$(RUN) -m corpus_utils report

lab: $(VENV)/.runtime  ## open JupyterLab with the corpus ready and the explorer on top
	@$(RUN) -c "from corpus_utils import lab; print(lab.open_corpus('.'))"
	@$(RUN) -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/06_explore.ipynb \
		--LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

test: $(VENV)/.dev  ## run all tests, a file a worker
	@$(RUN) -m pytest --numprocesses=auto --dist=loadfile

check: $(VENV)/.dev  ## lint, format and type check
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

format: $(VENV)/.dev  ## rewrite the code in the project's format
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

benchmark: $(VENV)/.dev  ## measure quality and speed; needs the public data sets described in benchmarks/README.md
	@$(RUN) -m benchmarks

lock: $(VENV)/.dev  ## solve the requirements anew (names, versions and hashes only)
	@$(RUN) tools/lock.py

clean:  ## remove the environment, caches and the store; reports stay
	rm -rf $(VENV) .store .pytest_cache .ruff_cache .mypy_cache .hypothesis

# Each environment is a stamp file, so an unchanged lock installs nothing.
$(VENV)/.runtime: requirements.lock pyproject.toml tools/install.sh
	@PYTHON=$(PYTHON) VENV=$(VENV) sh tools/install.sh requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@PYTHON=$(PYTHON) VENV=$(VENV) sh tools/install.sh requirements-dev.lock
	@touch $@
