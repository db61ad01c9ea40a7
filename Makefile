# make run    build Martlet, serve it on SQLite in ./data and print the addresses
# make test   every check and every test
# make docs   the documentation of the libraries, in .build/docs
# make readme-check   builds the README's server and the example as packages of their own: 10 minutes the first time
#
# The build is a debug one unless CONFIG=release is given. A first release build takes about 11 minutes on
# two cores, a debug one with all tests 7, and the debug build is the one `make test` needs anyway: whichever
# of the two commands comes first pays for both. To serve real customers: make run CONFIG=release
# That binary has Swift's libraries inside and runs on machines without a toolchain.
#
# make faults SECONDS=1800 [SEED=1]    the delivery promises under kills and a failing network
# make mutants                         breaks each promise in a copy and demands that the tests notice
# make screenshots                     a picture of each page, light and dark, wide and narrow, in artefacts/screenshots
# make bench [ROUNDS=3]                measures against python-socketio and writes docs/performance.md; 20 minutes on a quiet machine
# make bench-check                     the same, and fails if a ratio has lost more than 20 percent since
# make reconnect   how long 5,000 guests take to come back after a kill
#
# More flags for the server: make run ARGS="--port 8080"

CONFIG ?= debug
ARGS ?=
DATA_DIR ?= data
SECONDS ?= 60
ROUNDS ?= 3
# Apple's systems bring the libraries along, and their toolchain has none to link in.
STATIC = $(if $(filter release,$(CONFIG)),$(if $(filter Linux,$(shell uname)),--static-swift-stdlib))

.PHONY: run build test check docs readme-check end-to-end faults mutants screenshots reconnect bench bench-check clean

run: build
	@echo "Under the address below: customers at /, agents at /agent/login, the dashboard at /agent/dashboard. Ctrl-C ends it."
	@exec "$$(swift build -c $(CONFIG) --show-bin-path)/martlet" serve --data-dir "$(DATA_DIR)" $(ARGS)

build:
	@scripts/prerequisites.sh build
	swift build -c $(CONFIG) --product martlet $(STATIC)

test:
	@scripts/prerequisites.sh build test
	@scripts/check.sh
	@scripts/fuzz.sh 15
	@Tests/EndToEnd/run.sh
	@scripts/check.sh mongodb
	@Tests/EndToEnd/run.sh -rs Tests/EndToEnd/test_mongodb.py Tests/EndToEnd/test_cluster.py

check:
	@scripts/prerequisites.sh build
	@scripts/check.sh

docs:
	@scripts/prerequisites.sh build
	swift build
	@docs/build.sh

readme-check: build
	@scripts/prerequisites.sh test
	@LIBRARY_BUILD=package Tests/EndToEnd/run.sh Tests/EndToEnd/test_readme.py

end-to-end: build
	@scripts/prerequisites.sh test
	swift build -c $(CONFIG) --product socketio-conformance
	@Tests/EndToEnd/run.sh

faults: build
	@scripts/prerequisites.sh test
	@MARTLET_BIN="$${MARTLET_BIN:-$$(swift build -c $(CONFIG) --show-bin-path)/martlet}" \
		Tests/EndToEnd/run.sh faults --seconds "$(SECONDS)" $(if $(SEED),--seed $(SEED))

mutants:
	@scripts/prerequisites.sh build test
	@scripts/mutants.sh

screenshots: build
	@scripts/prerequisites.sh test
	@MARTLET_BIN="$$(swift build -c $(CONFIG) --show-bin-path)/martlet" Tests/EndToEnd/run.sh screenshots

# 5,000 guests lose the server and come back; says how long that takes. Clients and server share the machine: a debug
# build, or other work beside it, makes it slower than it would be.
reconnect: build
	@scripts/prerequisites.sh test
	@RECONNECT_SOCKETS=5000 MARTLET_BIN="$$(swift build -c $(CONFIG) --show-bin-path)/martlet" \
		Tests/EndToEnd/run.sh Tests/EndToEnd/test_reconnect.py -s

bench bench-check: CONFIG = release
bench: build
	@scripts/prerequisites.sh test
	@Benchmarks/bench.sh --rounds "$(ROUNDS)"

bench-check: build
	@scripts/prerequisites.sh test
	@Benchmarks/bench.sh --rounds "$(ROUNDS)" --check

clean:
	rm -rf .build Fuzzing/.build Benchmarks/.build Benchmarks/.venv artefacts Tests/*/.venv
