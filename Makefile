# Two commands: `make run` and `make test`. Both install what is missing first.
PORT ?= 8080
HOST ?= 127.0.0.1
DATA_DIR ?= data
ONCE ?=

# The same flags for building and testing, and `swift test` only on what is built: otherwise each command would
# compile all packages anew after the other.
FLAGS = -c release -Xswiftc -enable-testing
BINARY = .build/release/pseudolabel

.PHONY: run test build setup bench clean

run: build
	@PORT="$(PORT)" HOST="$(HOST)" DATA_DIR="$(DATA_DIR)" ONCE="$(ONCE)" BINARY="$(BINARY)" deploy/run.sh

test: setup
	swift build $(FLAGS) --build-tests
	swift test $(FLAGS) --skip-build

build: setup
	swift build $(FLAGS) --product pseudolabel

setup:
	@deploy/install-packages.sh

bench: build
	$(BINARY) bench forward --height 320 --width 320 --threads 2

clean:
	rm -rf .build
