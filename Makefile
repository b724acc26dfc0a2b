# erlsh: what builds and checks the project. `make test` is all that a change has to pass.
VERSION := $(shell git describe --tags --always 2>/dev/null || echo dev)
GO      := go
CHECKED := ./...

.PHONY: build test check confirm bench

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o erlsh ./cmd/erlsh

# The whole gate, for people and CI alike. Tests against a real erl skip loudly where there is none; ERLSH_INTEROP=1 makes that a failure.
test check:
	@test -z "$$(gofmt -s -l .)" || { gofmt -s -l .; echo 'gofmt -s would change these'; exit 1; }
	$(GO) vet $(CHECKED)
	$(GO) tool staticcheck $(CHECKED)
	$(GO) mod tidy -diff
	$(GO) test -race $(CHECKED)

# Replays transcripts, examples and tables on a real erl: what we wrote down as Erlang's answer is Erlang's answer.
confirm:
	ERLSH_CONFIRM=1 $(GO) test -count=1 -run 'Confirm|OnErl|AreErlangs|AsReal|AsErlang|Explanations|Readme' $(CHECKED)

# Side by side with a real erl in one run.
bench:
	$(GO) run ./cmd/bench
