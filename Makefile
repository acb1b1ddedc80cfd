# The front door. Everything needed is installed from Debian's packages on first use.
PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=
FUZZ_SECONDS ?= 60

.NOTPARALLEL:
.PHONY: help build run test test-unit test-kernels sanitize bench bench-programs lint format fuzz docs install clean

help:
	@echo "make run [ARGS='list -tulpn']   build and run lastack on this machine"
	@echo "make build                      build/lastack"
	@echo "make test                       every test (kernel tests need root)"
	@echo "make test-kernels               lastack on Debian's 6.1 and 6.12 kernels, in QEMU"
	@echo "make sanitize                   unit tests under ASan and UBSan"
	@echo "make bench                      lastack beside its peers, and micro-benchmarks"
	@echo "make lint                       clang-format, clang-tidy, include directions"
	@echo "make format                     clang-format, in place"
	@echo "make fuzz [FUZZ_SECONDS=60]     every fuzz target for that long"
	@echo "make docs                       regenerate what docs/ has from the program's tables"
	@echo "make install [PREFIX=$(PREFIX)]"

build:
	@tools/install-packages build
	@cmake --preset release >/dev/null
	@cmake --build build --target lastack >&2

run: build
	@build/lastack $(ARGS)

test:
	@tools/install-packages build test
	@cmake --preset test >/dev/null
	@cmake --build build/test
	@ctest --test-dir build/test --output-on-failure

test-unit:
	@tools/install-packages build test
	@cmake --preset test >/dev/null
	@cmake --build build/test
	@ctest --test-dir build/test --output-on-failure -L unit

test-kernels: build
	@tools/install-packages build kernels
	@tools/test-kernels --lastack build/lastack $(ARGS)

sanitize:
	@tools/install-packages build test
	@cmake --preset sanitize >/dev/null
	@cmake --build build/sanitize --target unit_tests
	@build/sanitize/unit_tests --gtest_brief=1

bench-programs:
	@tools/install-packages build bench
	@cmake --preset bench >/dev/null
	@cmake --build build/bench

bench: build bench-programs
	@for b in build/bench/*_bench; do $$b || exit 1; done
	@bench/snapshot --lastack build/lastack
	@bench/watch --lastack build/lastack --rounds 3
	@bench/screen --lastack build/lastack
	@bench/diagnose --lastack build/lastack

lint:
	@tools/install-packages build test lint
	@tools/lint

format:
	@tools/install-packages lint
	@find src tests bench -name '*.cc' -o -name '*.hh' -o -name '*.h' -o -name '*.c' | xargs clang-format-19 -i

fuzz:
	@tools/install-packages build lint
	@cmake --preset fuzz >/dev/null
	@cmake --build build/fuzz --target fuzz_programs
	@tools/fuzz build/fuzz $(FUZZ_SECONDS)

docs: build
	@build/lastack docs columns > docs/columns.md
	@build/lastack docs schema > docs/list.schema.json
	@build/lastack docs detectors > docs/detectors.md
	@build/lastack docs detectors-zh > docs/detectors.zh.md
	@build/lastack docs states > docs/tcp-states.md
	@build/lastack docs states-zh > docs/tcp-states.zh.md
	@build/lastack diagram --format svg --lang en > docs/tcp-diagram.svg
	@build/lastack diagram --format svg --lang zh > docs/tcp-diagram.zh.svg

install: build
	install -D -m 755 build/lastack $(DESTDIR)$(PREFIX)/bin/lastack

clean:
	rm -rf build
