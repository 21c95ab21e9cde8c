# Thin over `python -m mentorlab`; docs/install.md has the same commands without make.
PYTHON ?= python3
RUN = .venv/bin/python -m mentorlab

.PHONY: lab test quick full setup notebooks docs constraints clean

lab: setup
	$(RUN) lab

test: setup
	$(RUN) test

quick: setup
	$(RUN) test --tier quick

full: setup
	$(RUN) test --tier full

setup:
	@$(PYTHON) tools/setup_env.py

notebooks: setup
	.venv/bin/python tools/run_notebooks.py

docs: setup
	.venv/bin/python tools/write_docs.py

constraints:
	@$(PYTHON) tools/write_constraints.py

clean:
	rm -rf .venv dist build
