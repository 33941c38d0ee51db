# `make` lists what there is. Everything is set up in .venv by itself; Python 3.11 or newer and make are enough.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

# The first interpreter that runs and is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Most tests run in several processes (tests/conftest.py says how many); then, in one, those that want the machine for themselves.
# Status 5 of pytest says that nothing was selected: for one pass that is well, for both it is not.
define in_two_passes
@$(BIN)/pytest -n auto -m "$(1) and not alone" $(ARGS); many=$$?; \
case $$many in 0|1|5) ;; *) exit $$many ;; esac; \
$(BIN)/pytest -m "$(1) and alone" $(ARGS); alone=$$?; \
case $$many$$alone in 00|05|50) ;; 55) echo "make: no test was selected"; exit 5 ;; ?[015]) exit 1 ;; *) exit $$alone ;; esac
endef

# Install the pins of $(2) into the environment $(1). uv takes a tenth of pip's time. It is told which index pip is told to use,
# and where it fails nevertheless, pip installs.
define install
UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config list | sed -n "s/^global.index.url='\(.*\)'/\1/p")}}" \
$(BIN)/uv pip install --quiet --python $(1)/bin/python --require-hashes -r $(2) 2>/dev/null || \
$(BIN)/python -m pip --python $(1)/bin/python install --quiet --require-hashes -r $(2)
endef

.PHONY: help setup demo test check judge judge-dashboards screenshots integration wheel bench fuzz regen pins format clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/dev.done .venv-localemu/localemu.done .venv-ministack/ministack.done .venv-judges/judges.done .node-judges/judges.done

demo: $(VENV)/demo.done ## See the whole road on this machine: no AWS account, no API key
	@$(BIN)/outwarden demo $(ARGS)

test: $(VENV)/dev.done ## Run the tests
	$(call in_two_passes,not integration)

integration: $(VENV)/dev.done .venv-localemu/localemu.done .venv-ministack/ministack.done judge judge-dashboards ## Run the slow tests: outages, kills, whole programs
	$(call in_two_passes,integration)

check: $(VENV)/dev.done ## Format, lint, types, import arrows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check --no-cache .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

judge: .venv-judges/judges.done ## Let cfn-lint and checkov look at the template
	.venv-judges/bin/cfn-lint -c I -- infra/cloudformation/outwarden.yaml
	.venv-judges/bin/checkov --skip-download --compact --quiet --framework cloudformation -f infra/cloudformation/outwarden.yaml

judge-dashboards: $(VENV)/dev.done .node-judges/judges.done ## Let Grafana's own types look at the dashboards
	@if [ -f .node-judges/judges.done ]; then \
		$(BIN)/python tests/judges/dashboards/judge.py .node-judges dashboards/*-cloudwatch.json dashboards/*-prometheus.json; fi

screenshots: regen ## Draw the pictures of docs/dashboards.md anew (needs npm, chromium and 650 MB)
	@for tool in npm chromium; do command -v $$tool >/dev/null || { echo "make: the pictures need $$tool (Debian: apt-get install $$tool)"; exit 2; }; done
	cd tests/judges/screenshots && npm ci --no-audit --no-fund --ignore-scripts --silent
	$(BIN)/python tests/judges/screenshots/draw.py dashboards/overview-cloudwatch.json docs/images/overview-cloudwatch.png 39

fuzz: $(VENV)/dev.done ## Redact random events for MINUTES=10
	$(BIN)/python tests/redact/fuzz.py --minutes $(or $(MINUTES),10) $(ARGS)

wheel: $(VENV)/dev.done ## Build a wheel for this machine whose redaction is compiled (needs a C compiler)
	@trap 'find agent -name "*.so" -delete' EXIT INT TERM; \
	HATCH_BUILD_HOOKS_ENABLE=1 HATCH_BUILD_CLEAN_HOOKS_AFTER=1 $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w dist .

bench: $(VENV)/dev.done ## Print what things cost, beside peers in the same run
	@for b in tests/bench/bench_*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

format: $(VENV)/dev.done ## Format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

regen: $(VENV)/dev.done ## Write the generated files anew
	$(BIN)/python -c 'import sys; from outwarden.apis import sources; sys.stdout.buffer.write(sources.render())' > .profiles.json && \
	mv .profiles.json agent/outwarden/apis/profiles.json
	$(BIN)/outwarden infra template --config infra/outwarden.yaml > infra/cloudformation/outwarden.yaml
	$(BIN)/outwarden infra template --config infra/outwarden.yaml --format sidecar-policy > infra/iam/sidecar.json
	$(BIN)/outwarden infra template --config infra/outwarden.yaml --format provisioner-policy > infra/iam/provisioner.json
	$(BIN)/outwarden dashboards --config infra/outwarden.yaml --out dashboards

pins: $(VENV)/uv.done ## Compile requirements/*.txt anew
	cd requirements && $(abspath $(BIN))/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o dev.txt dev.in
	cd requirements && $(abspath $(BIN))/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c dev.txt -o demo.txt demo.in
	cd requirements && $(abspath $(BIN))/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o judges.txt judges.in
	cd requirements && $(abspath $(BIN))/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o ministack.txt ministack.in
	cd requirements && $(abspath $(BIN))/uv pip compile --quiet --upgrade --python-version 3.12 --generate-hashes --no-header --no-annotate -o localemu.txt localemu.in
	cd requirements && $(abspath $(BIN))/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o uv.txt uv.in

clean: ## Remove the virtual environments
	rm -rf $(VENV) .venv-judges .venv-localemu .venv-ministack .node-judges

# The judges of templates pin what they need, and something else than we do.
.venv-judges/judges.done: requirements/judges.txt | $(VENV)/uv.done
	$(PYTHON) -m venv --without-pip .venv-judges
	@$(call install,.venv-judges,requirements/judges.txt)
	@touch $@

# Types of Grafana and the compiler that looks at them: two packages, five seconds.
.node-judges/judges.done: tests/judges/dashboards/package-lock.json tests/judges/dashboards/package.json
	@if ! command -v npm >/dev/null; then echo "make: no npm; Grafana's types do not look at the dashboards"; exit 0; fi; \
	mkdir -p .node-judges && cp $^ .node-judges/ && cd .node-judges && { npm ci --no-audit --no-fund --ignore-scripts --silent && touch judges.done; } || \
	echo "make: npm could not install Grafana's types; they do not look at the dashboards"

# The newest MiniStack pins an older botocore than we want.
.venv-ministack/ministack.done: requirements/ministack.txt | $(VENV)/uv.done
	$(PYTHON) -m venv --without-pip .venv-ministack
	@$(call install,.venv-ministack,requirements/ministack.txt)
	@touch $@

# LocalEmu wants Python 3.12 or 3.13; where there is none its tests skip and say so.
.venv-localemu/localemu.done: requirements/localemu.txt | $(VENV)/uv.done
	@for p in python3.13 python3.12 $$HOME/.pyenv/versions/3.13*/bin/python $$HOME/.pyenv/versions/3.12*/bin/python; do \
		$$p -c 'import sys; sys.exit(not (3, 12) <= sys.version_info < (3, 14))' 2>/dev/null || continue; \
		rm -rf .venv-localemu && $$p -m venv --without-pip .venv-localemu && \
		{ $(call install,.venv-localemu,requirements/localemu.txt); } && touch $@ && exit 0; \
	done; echo "make: LocalEmu was not set up (it needs Python 3.12 or 3.13); its tests will skip"

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "make: outwarden needs Python 3.11 or newer; none was found on PATH. Install one, or name it: make PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/uv.done: requirements/uv.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt || echo "make: no uv; pip installs instead, which takes longer"
	@touch $@

$(VENV)/%.done: requirements/%.txt pyproject.toml | $(VENV)/uv.done
	@$(call install,$(VENV),requirements/$*.txt)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
