# Front door. Each target works in a fresh clone: what is missing is installed first (Debian 12, root or sudo).
#
#   make demo     install, build, run the main job on the shipped example, serve http://127.0.0.1:8080
#                 (make demo SERVE=0 ends instead of serving)
#   make check    all tests; ends with one line "N passed, N failed"
#   make torture  long random rounds: fuzzers, kills, faults
#   make bench    speed, as ratios to floors measured in the same run
#   make build    build/maillon          make install   into PREFIX (/usr/local), below DESTDIR

BUILD  ?= build
PREFIX ?= /usr/local
SERVE  ?= 1

.PHONY: build packages demo check torture bench install

packages:
	@tools/packages.sh build

$(BUILD)/build.ninja: | packages
	@meson setup $(BUILD) --prefix=$(PREFIX) >/dev/null

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

demo: build
	@mkdir -p demo && rm -f demo/maillon.db*
	@$(BUILD)/maillon --db demo/maillon.db demo $(if $(filter 0,$(SERVE)),--no-serve)

check: build
	@tools/packages.sh check
	@tools/check.py $(BUILD)

torture: build
	@tools/packages.sh check
	@tests/torture/run.sh

bench: build
	@tools/packages.sh bench
	@bench/run.sh $(BUILD)

install: $(BUILD)/build.ninja
	@meson configure $(BUILD) --prefix=$(abspath $(PREFIX))
	@ninja -C $(BUILD) --quiet
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild --quiet
