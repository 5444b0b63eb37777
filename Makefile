# make demo   trains a first network on real pictures, measures it on corrupted ones, writes a report
# make test   checks everything: types, style, native build, tests
# The rest: setup, test-full, bench, oracle, clean.
.POSIX:
.PHONY: help setup demo test test-full bench oracle clean

RUN = scripts/node/run.sh
TESTS = node --test --test-reporter=spec --test-concurrency=$$(nproc) --test-timeout=600000 "test/**/*.test.ts"

help:
	@sed -n '/^\.POSIX/q; s/^# //p' Makefile

# Installs what is missing, builds the addon. A second call does only what changed.
setup:
	@scripts/setup.sh

demo: setup
	@scripts/demo.sh

test: setup
	$(RUN) npm run --silent typecheck
	$(RUN) npm run --silent lint
	$(RUN) npm run --silent build
	$(RUN) $(TESTS)

# The same with the long checks too: more kills, more pictures, larger networks.
test-full: setup
	$(RUN) npm run --silent typecheck
	$(RUN) npm run --silent lint
	$(RUN) npm run --silent build
	PATINA_TEST=full $(RUN) $(TESTS)

bench: setup
	@$(RUN) npm run --silent bench

# What only checks and compares: PyTorch for Python. Tests and benches that want it are skipped by name without it.
oracle:
	@scripts/apt.sh "PyTorch for Python, which tests and benches compare with" python3-torch python3-torchvision

clean:
	rm -rf build dist
