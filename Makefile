# catalogsync: `make help` lists the targets.
SHELL := /bin/bash
export CGO_ENABLED ?= 0

GOLANGCI_VERSION := v2.15.0
TOOLS := $(CURDIR)/.tools
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X catalogsync/app/cli.version=$(VERSION)
FUZZTIME ?= 20s

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

.PHONY: run
run: ## start the console on 127.0.0.1:18080
	go run . serve

.PHONY: demo
demo: ## start the console with the demo upstream
	go run . demo

.PHONY: build
build: ## build bin/catalogsync, one static binary
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/catalogsync .

RELEASES := linux/amd64 linux/arm64 linux/arm/7 windows/amd64 darwin/amd64 darwin/arm64
.PHONY: release
release: ## build dist/: one static binary for each system, and their checksums; the same commit gives the same bytes
	rm -rf dist && mkdir dist
	@set -e; for target in $(RELEASES); do \
	  IFS=/ read -r os arch arm <<<"$$target"; ending=; if [ "$$os" = windows ]; then ending=.exe; fi; \
	  file="dist/catalogsync-$(VERSION)-$$os-$$arch$${arm:+v$$arm}$$ending"; echo "$$file"; \
	  GOOS=$$os GOARCH=$$arch GOARM=$$arm go build -trimpath -buildvcs=false -tags timetzdata -ldflags '$(LDFLAGS) -buildid=' -o "$$file" .; \
	done
	cd dist && sha256sum catalogsync-* > SHA256SUMS

.PHONY: test
test: test-tools vet test-unit test-race ## run every test; installs Chromium and ffmpeg where it may

.PHONY: test-tools
test-tools:
	@.ci/install-test-tools

.PHONY: vet
vet: ## gofmt and go vet
	@bad=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$bad" ]; then echo "gofmt would change: $$bad"; exit 1; fi
	go vet ./...

.PHONY: test-unit
test-unit: ## all tests without the race detector
	go test -timeout 30m ./...

.PHONY: test-race
test-race: ## the concurrent rooms under the race detector (needs a C compiler)
	@if command -v gcc >/dev/null || command -v clang >/dev/null; then \
	  CGO_ENABLED=1 go test -race -short -timeout 30m ./jobs/... ./app/revision/... ./app/httpclient/... ./app/download/... ./app/export/... ./app/demo/... ./app/schedule/... ./app/health/... ./app/upkeep/... ./app/hook/... ./app/apptest/... ; \
	else echo "test-race: no C compiler here, the race-detected tests were left out"; fi

.PHONY: lint
lint: ## golangci-lint with the import rules of .golangci.yaml
	@test -x $(TOOLS)/golangci-lint || GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	$(TOOLS)/golangci-lint run ./...

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (default 20s)
	@set -e; for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg 2>/dev/null | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; done

PAIRS ?= $(addprefix app/matching/testdata/,pairs.jsonl heldout.jsonl spellings.jsonl spellings_heldout.jsonl)
.PHONY: eval-matching
eval-matching: ## print how well songs are matched; PAIRS=file takes other labelled pairs
	@go run ./app/matching/evaluation/evalmatching $(PAIRS)

.PHONY: bench
bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchtime 2s ./...

.PHONY: bench-queue
bench-queue: ## the job runner beside asynq on Redis and River on SQLite (needs redis-server)
	go build -o bin/bench/ ./app/bench/queue
	cd app/bench/peers && go build -o ../../../bin/bench/ ./asynq ./river ./compare
	bin/bench/compare -ours bin/bench/queue -asynq bin/bench/asynq -river bin/bench/river

.PHONY: bench-download
bench-download: ## the download pipeline beside curl, aria2c and a bare Go loop (needs both)
	go build -o bin/bench/ ./app/bench/download
	bin/bench/download compare

.PHONY: bench-zip
bench-zip: build ## the ZIP over HTTP beside nginx with the plain files and zip -0 (needs nginx and zip)
	go build -o bin/bench/zip ./app/bench/zip
	bin/bench/zip -program bin/catalogsync

SCALE ?= 1
.PHONY: bench-upload
bench-upload: build ## uploads beside s5cmd and rclone, to a real S3 server (needs versitygw, s5cmd and rclone)
	go build -o bin/bench/upload ./app/bench/upload
	bin/bench/upload -program bin/catalogsync

.PHONY: bench-data
bench-data: ## write bin/bench/full.db, a database of the full scale (SCALE=0.01 for a smaller one)
	go run ./app/bench/data -db bin/bench/full.db -scale $(SCALE)

.PHONY: bench-pages
bench-pages: build ## the pages of the console at full scale beside bare ones (after make bench-data)
	go build -o bin/bench/pages ./app/bench/pages
	bin/bench/pages -program bin/catalogsync -db bin/bench/full.db

.PHONY: screenshots
screenshots: ## take screenshots of all pages into screenshots/
	SCREENSHOTS=$(CURDIR)/screenshots go test -count=1 -timeout 30m -run TestScreenshots ./app/apptest
