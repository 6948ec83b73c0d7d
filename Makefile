# Two commands: `make run` and `make test`. Both install what is missing first.
PORT ?= 8080
HOST ?= 127.0.0.1
DATA_DIR ?= data
ONCE ?=

SWIFT_BUILD = swift build -c release -Xswiftc -enable-testing
SWIFT_TEST = swift test -c release -Xswiftc -enable-testing
BINARY = .build/release/pseudolabel

.PHONY: run test build setup bench clean

run: build
	@PORT="$(PORT)" HOST="$(HOST)" DATA_DIR="$(DATA_DIR)" ONCE="$(ONCE)" BINARY="$(BINARY)" deploy/run.sh

test: setup
	$(SWIFT_TEST)

build: setup
	$(SWIFT_BUILD)

setup:
	@deploy/install-packages.sh

bench: build
	$(BINARY) bench forward --height 320 --width 320 --threads 2

clean:
	rm -rf .build
