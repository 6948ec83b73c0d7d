# Two commands: `make run` and `make test`. Both install what is missing first. `make fuzz` is for the parsers.
PORT ?= 8080
HOST ?= 127.0.0.1
DATA_DIR ?= data
ONCE ?=
# Of `make fuzz`, for each target: seconds, or instead executions (RUNS=200000), with SEED=1 nearly the same each time.
SECONDS ?= 30
RUNS ?=
SEED ?= 0

# The same flags for building and testing, and `swift test` only on what is built: otherwise each command would
# compile all packages anew after the other.
FLAGS = -c release -Xswiftc -enable-testing
BINARY = .build/release/pseudolabel

.PHONY: run test fuzz build setup bench train-default clean

run: build
	@PORT="$(PORT)" HOST="$(HOST)" DATA_DIR="$(DATA_DIR)" ONCE="$(ONCE)" BINARY="$(BINARY)" deploy/run.sh

test: setup
	swift build $(FLAGS) --build-tests
	swift test $(FLAGS) --skip-build

fuzz: setup
	@Tests/Fuzz/run.sh $(if $(RUNS),--runs $(RUNS),--seconds $(SECONDS)) --seed $(SEED)

build: setup
	swift build $(FLAGS) --product pseudolabel

setup:
	@deploy/install-packages.sh

# Everything of docs/Performance.md; compares with the peers once Benchmarks/peers/setup.sh has installed them.
bench: build
	@Benchmarks/bench.sh $(BINARY)

# A model by the recipe of the shipped one: make train-default DATA=VOC BACKBONE=efficientnet-lite0.safetensors
DATA ?=
BACKBONE ?=
train-default: build
	@DATA="$(DATA)" BACKBONE="$(BACKBONE)" BINARY="$(BINARY)" deploy/train-default.sh

clean:
	rm -rf .build
