# Every door of the project: make help.
.DEFAULT_GOAL := help
.PHONY: help gallery demo serve build test ci generate assets bench lint fuzz

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: ## a running server with a movement in full swing
	go run ./cmd/goodturn demo

serve: ## a server for yourself, in ./data
	go run ./cmd/goodturn serve --data data

build: ## the one binary, ./goodturn
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o goodturn ./cmd/goodturn

test: ## every test that this machine can run; names what it leaves out
	go run ./tools/test

ci: ## all tests with everything required, as for a change that is to land
	.ci/run

generate: ## the Go that templ makes from the pages
	go tool templ generate -path internal/web

assets: ## the bundles of script and style; needs npm
	npm ci --no-audit --no-fund && go run ./tools/assets

gallery: ## every part of the pages with invented data, to look at
	go run ./internal/web/look/gallery

bench: ## speed, as ratios against a server that answers a constant
	go run ./bench

lint: ## golangci-lint with the settings of .golangci.yml
	golangci-lint run ./...

fuzz: ## a minute of strangers' input for each fuzz test
	@grep -rl --include=*_test.go 'func Fuzz' internal | xargs -n1 dirname | sort -u | while read d; do \
	  for f in $$(grep -ho 'func Fuzz[A-Za-z_]*' $$d/*_test.go | cut -c6-); do \
	    go test ./$$d -run '^$$' -fuzz "^$$f$$" -fuzztime 60s || exit 1; done; done
