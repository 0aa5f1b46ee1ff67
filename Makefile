# make help shows what there is. `make run` needs Go, and Node.js for the pages; `make test` brings
# what it needs where it can (Debian, as root), says what it skips elsewhere, and
# skips nothing where CI=true.

VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME  ?= 30s
# How long the tests of one package may take.
TIMEOUT   ?= 15m
# What make test-go tests.
PACKAGES  ?= ./...
# Rounds of make torture.
ROUNDS    ?= 100
DATA      ?= ./data
# The S3 server of the tests, which is no part of perch.
VERSITYGW = github.com/versity/versitygw/cmd/versitygw@v1.8.0
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Clients of the end-to-end tests that come neither with Go nor with npm.
PYTHON_CLIENTS = boto3==1.43.11 awscli==1.45.11 pytest==8.3.5

BIN     = bin/perch
SKIPPED = bin/skipped
E2E     = e2e/node_modules/.package-lock.json
# SQLite is C made into Go, and its memory lies where the race detector does not look: watched, it
# would be three times slower and no race would be found more. Everything else is watched.
RACE    = -race -gcflags=modernc.org/...=-race=false
GOFILES = find . -name '*.go' -not -path './e2e/node_modules/*' -not -path './web/node_modules/*' -not -path './bin/*'

# skip says that something is left out for want of a tool; with CI=true it fails.
define skip
{ if [ "$$CI" = true ]; then echo "FAILED: $(1)"; exit 1; fi; echo "SKIPPED: $(1)" | tee -a $(SKIPPED); }
endef

.DEFAULT_GOAL := help
.PHONY: help run build pages test check test-go e2e tools lint fuzz torture rush bench clean

help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

run: build ## Build perch and serve, with the data in ./data (DATA=elsewhere)
	$(BIN) serve --data $(DATA)

build: pages ## Build bin/perch, one static binary with the pages in it
	@echo "building $(BIN) $(VERSION); the first time this takes a few minutes"
	@CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) ./cmd/perch

# pages builds the widget into web/dist, which is embedded. Without Node.js perch is built without it, and says so.
pages:
	@if ! node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null || ! command -v npm >/dev/null; then \
		mkdir -p bin; $(call skip,the chat widget needs Node.js 20 or newer and npm to be built); \
	else $(MAKE) --no-print-directory web/dist/frame.html; fi

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@echo "bringing what the pages are built with from the npm registry"
	@npm --prefix web ci --ignore-scripts --no-fund --no-audit
	@touch $@

web/dist/frame.html: web/node_modules/.package-lock.json web/build.mjs web/tsconfig.json $(wildcard web/src/* web/src/*/* web/pages/*)
	@echo "building the pages"
	@npm --prefix web run --silent build
	@touch $@

test: ## Run all tests: formatting, vet, Go with the race detector, the stock clients
	@mkdir -p bin && rm -f $(SKIPPED)
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory test-go
	@$(MAKE) --no-print-directory e2e
	@if [ -s $(SKIPPED) ]; then echo "All tests that could be run have passed, but:"; cat $(SKIPPED); else echo "All tests have passed; none was skipped."; fi

# Vetted as it is built, so that what perch is made of is compiled once for both.
check: ## Check formatting, and what go vet finds
	@unformatted=$$($(GOFILES) -exec gofmt -l {} +) && if [ -n "$$unformatted" ]; then echo "not formatted (run gofmt -w):"; echo "$$unformatted"; exit 1; fi
	@echo "go vet ./...; the first time this takes a few minutes"
	@CGO_ENABLED=0 go vet -trimpath ./...

# The part of vet that go test has in it is left out: check has all of vet.
test-go: tools ## Run the Go tests, with the race detector where there is a C compiler (PACKAGES=./chat)
	@mkdir -p bin
	@if command -v "$$(go env CC)" >/dev/null; then race="$(RACE)"; export CGO_ENABLED=1; \
	else race=; $(call skip,the race detector needs a C compiler); fi; \
	echo "go test $$race $(PACKAGES); a line for each package, and the first time a few minutes before the first"; \
	go test $$race -vet=off -timeout $(TIMEOUT) $(PACKAGES)

e2e: build tools ## Drive the built perch with the clients that its users have
	@mkdir -p bin
	@if ! node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null || ! command -v npm >/dev/null; then \
		$(call skip,the end-to-end tests need Node.js 20 or newer and npm); \
	else \
		$(MAKE) --no-print-directory $(E2E) && \
		PATH="$(CURDIR)/bin/python/bin:$$PATH" PERCH_BIN="$(CURDIR)/$(BIN)" npm --prefix e2e test && \
		echo "and the story once more, with past chats moved into files" && PERCH_BIN="$(CURDIR)/$(BIN)" npm --prefix e2e run test:cold && \
		echo "and the story once more, with past chats imported by another server" && PERCH_BIN="$(CURDIR)/$(BIN)" npm --prefix e2e run test:imported && \
		if command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
			echo "and the story once more, on PostgreSQL"; PERCH_BIN="$(CURDIR)/$(BIN)" npm --prefix e2e run test:postgres; \
		else $(call skip,the story on PostgreSQL needs PostgreSQL 15 or newer); fi; \
	fi

$(E2E): e2e/package-lock.json e2e/package.json
	@echo "bringing the stock clients from the npm registry"
	@# Not npm ci: it asks for rollup's packages of all platforms, which not every registry has.
	@npm --prefix e2e install --no-save --ignore-scripts --no-fund --no-audit
	@touch $@

# tools brings a C compiler, Node.js, PostgreSQL, an S3 server, Chromium and current Python clients. It never fails:
# whoever needs one of them looks whether it is there.
tools:
	@missing=; \
	command -v "$$(go env CC)" >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v node >/dev/null || missing="$$missing nodejs"; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -x "$${CHROMIUM:-/usr/bin/chromium}" ] || missing="$$missing chromium"; \
	clients() ( PATH="$(CURDIR)/bin/python/bin:$$PATH"; python3 -c 'import boto3, sys; sys.exit(tuple(map(int, boto3.__version__.split(".")[:2])) < (1, 43))' 2>/dev/null && aws --version 2>/dev/null | grep -q '^aws-cli/1\.'; ); \
	python3 -c 'import pytest' 2>/dev/null || [ -d /usr/lib/python3/dist-packages/pytest ] || missing="$$missing python3-pytest"; \
	old=; clients || old=1; \
	if [ -n "$$old" ]; then python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3 python3-venv"; fi; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "bringing$$missing"; export DEBIAN_FRONTEND=noninteractive; \
		get() { apt-get update -q && apt-get install -yq --no-install-recommends $$missing; }; \
		get || { sleep 5; get; } || true; \
	fi; \
	[ -x bin/versitygw ] || command -v versitygw >/dev/null || { \
		echo "building the S3 server of the tests; the first time this takes two minutes"; \
		GOBIN="$(CURDIR)/bin" GOFLAGS= go install $(VERSITYGW) || true; }; \
	if [ -n "$$old" ] && python3 -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "bringing $(PYTHON_CLIENTS)"; \
		python3 -m venv bin/python && bin/python/bin/pip install -q --disable-pip-version-check $(PYTHON_CLIENTS) || true; \
	fi

lint: check ## Check what staticcheck finds, too
	@if go run $(STATICCHECK) -version >/dev/null 2>&1; then go run $(STATICCHECK) ./...; \
	else mkdir -p bin; $(call skip,staticcheck cannot be had); fi

fuzz: ## Fuzz each target for a while (FUZZTIME=30s)
	@for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package || exit 1; \
		done; \
	done

torture: ## Kill the server again and again and look for what it lost (ROUNDS=100)
	PERCH_ROUNDS=$(ROUNDS) go test -count=1 -timeout 0 -v -run TestNothingAcknowledgedIsLostWhenTheServerIsKilled ./serve

rush: ## 200 agents and 5,000 contacts over two processes on one PostgreSQL
	@PERCH_RUSH=whole go test ./routing -run InARush -count=1 -v -timeout 30m

bench: ## Run the benchmarks
	@go test -run '^$$' -bench . -benchmem ./...

clean: ## Remove what was built and brought; ./data stays
	rm -rf bin e2e/node_modules web/node_modules
	find web/dist -type f ! -name .keep -delete
