# make demo needs Go and make. make test gets the rest from apt (tools/needs).

WEB := collector/web

.PHONY: build demo test lint check-js bench bench-browser bench-peers figures soak

build: # the pages, the engine for browsers, the program
	go run ./$(WEB)/build
	go build -trimpath -o cifra ./cmd/cifra

demo: build # a whole survey in a minute, then a server to look at; WAIT=no ends after the survey
	./cifra demo $(if $(filter no,$(WAIT)),--no-wait)

test:
	@tools/needs
	$(MAKE) lint
	go run ./$(WEB)/build
	$(MAKE) check-js
	go test ./...
	@go test -v ./weighting/... | grep -E 'cases ran|agree|not here' # which published figures were compared, which were not there
	if command -v gcc >/dev/null; then go test -race -short ./...; fi
	@tools/needs left

lint:
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt would change:" $$files; exit 1; fi
	go vet ./...
	GOOS=js GOARCH=wasm go vet ./questionnaire/...
	go tool -modfile=tools/go.mod staticcheck ./...

check-js: # types of the pages; nothing that is built depends on Node
	if command -v npm >/dev/null; then cd $(WEB) && npm install --no-audit --no-fund && npm run check; fi

bench: # the figures of README.md; the engine in WebAssembly too, where there is Node
	go test -run '^$$' -bench . -benchmem ./...
	if command -v node >/dev/null; then \
		CIFRA_BENCH_LOG=$(CURDIR)/bench.json go test -run TestWriteBenchLog -count 1 ./questionnaire && \
		CIFRA_BENCH_LOG=$(CURDIR)/bench.json GOOS=js GOARCH=wasm go test -exec "$$(go env GOROOT)/lib/wasm/go_js_wasm_exec" \
			-run '^$$' -bench 'AnswerToNextScreen|Replay' ./questionnaire; \
		rm -f bench.json; \
	fi

bench-browser: # the engine in Chromium beside its bars; a condition in WebAssembly, where there is Node, of which the least counts
	go run ./$(WEB)/build
	CIFRA_FIGURES=1 go test -count 1 -v -run 'InTheBrowserFigures|AnswersInTheBrowser' ./cmd/cifra
	if command -v node >/dev/null; then GOOS=js GOARCH=wasm go test -exec "$$(go env GOROOT)/lib/wasm/go_js_wasm_exec" \
		-run '^$$' -bench Condition -benchtime 20000x -count 30 ./questionnaire/expr; fi
	go test -run '^$$' -bench Condition -benchtime 20000x -count 30 ./questionnaire/expr

bench-peers: # cifra beside R's survey package, data.table and svy, on one file; SLOW=yes lets R rake and replicate too
	go run ./weighting/peers -rows $(or $(ROWS),1000000) $(if $(SLOW),-slow)

figures: # rows of the table of docs/figures.md: one thread, least of several runs, files of three sizes
	CIFRA_FIGURES=yes go test -run TestFigures -count 1 -v -timeout 30m ./weighting | grep '^|'

soak: # again and again, in another order each time
	CIFRA_INTERVIEWS=10000 CIFRA_WASM_INTERVIEWS=1000 go test -count 1 -timeout 60m -run 'FromScratch|ComeBack|OffPath|BothBuilds' ./questionnaire
	go test -race -shuffle on -count 5 -timeout 60m ./...
	for seed in 1 2 3; do CIFRA_MUTANTS=200 CIFRA_MUTATION_SEED=$$seed \
		go test -run TestMutantsAreFound -count 1 -v -timeout 30m ./questionnaire/prove || exit 1; done # mistakes in the built-in instrument
