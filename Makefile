# bridgejob: one file, one pass, no recursion into folders. 'make help' lists the targets.
#
# Sources are found, not listed: a new file in src/, jobs/ or tests/unit/ is built by being there.
# Each flavour has an object folder of its own, so that objects made with different flags never meet:
#   make               build/         gcc
#   make SANITIZE=1    build/asan/    gcc, AddressSanitizer and UndefinedBehaviorSanitizer
#   make CC=clang      build/clang/   clang

.DEFAULT_GOAL := all
# A compiler or ecpg that dies halfway must not leave a file that looks newer than its source.
.DELETE_ON_ERROR:
# No built-in rule may make something behind our back.
MAKEFLAGS += --no-builtin-rules

ifeq ($(origin CC),default)
CC := gcc
endif

PREFIX ?= /usr/local
ECPG ?= ecpg
CORES := $(shell nproc)

FLAVOUR := $(if $(SANITIZE),asan,$(if $(findstring clang,$(CC)),clang))
BUILD := build$(if $(FLAVOUR),/$(FLAVOUR))

# --- flags -------------------------------------------------------------------
# CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS belong to whoever builds: they come last and are never overwritten.

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wwrite-strings -Wmissing-prototypes -Wvla -Werror
ifdef SANITIZE
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover -fno-omit-frame-pointer
endif
OUR_CPPFLAGS := -D_GNU_SOURCE -Isrc -I. -I$(shell pg_config --includedir 2>/dev/null) -include src/core/banned.h
OUR_CFLAGS := -std=gnu11 $(WARNINGS) $(SANITIZERS)
OUR_LDLIBS := -lecpg -lpq -lz -lcrypto -luuid -linih -lcurl -lm

# Long command lines hide the one warning that counts: V=1 shows them.
Q := $(if $(V),,@)
say = @echo "  $(1)  $@"

COMPILE = $(CC) $(OUR_CPPFLAGS) $(OUR_CFLAGS) $(CPPFLAGS) $(CFLAGS)
LINK = $(CC) $(SANITIZERS) $(CFLAGS) $(LDFLAGS)

# --- what there is (sorted: the same tree gives the same binary) ---------------

C_SOURCES := $(sort $(wildcard src/*/*.c jobs/*.c jobs/*/*.c))
PGC_SOURCES := $(sort $(wildcard src/*/*.pgc jobs/*.pgc jobs/*/*.pgc))
HEADERS := $(sort $(wildcard src/*/*.h jobs/*.h jobs/*/*.h))
MIGRATIONS := $(sort $(wildcard migrations/*.sql))
MBFLOW_MIGRATIONS := $(sort $(wildcard migrations/mbflow/*.sql))
MAPS := $(sort $(wildcard maps/*.json))
TOOL_SOURCES := $(sort $(wildcard tools/*.c))
UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))

ECPG_OUTPUT := $(PGC_SOURCES:%.pgc=$(BUILD)/%.c)
EMBEDDED := $(BUILD)/embedded.c $(BUILD)/embedded_mbflow.c $(BUILD)/embedded_maps.c
OBJECTS := $(C_SOURCES:%.c=$(BUILD)/%.o) $(ECPG_OUTPUT:.c=.o) $(EMBEDDED:.c=.o)
MAIN := $(BUILD)/src/cli/main.o
UNITS := $(UNIT_SOURCES:%.c=$(BUILD)/%)
TOOLS := $(TOOL_SOURCES:tools/%.c=$(BUILD)/%)
BIN := $(BUILD)/bridgejob
INJECT := $(BUILD)/inject.so

.PHONY: all man objects tools tests deps demo check harness unit db cli installed crond fault fault-short \
	fault-matrix lint tidy cppcheck sanitize property bench bench-stored bench-json schema-doc install clean help FORCE

all: $(BIN) man ## build build/bridgejob and its manual pages
objects: $(OBJECTS)
tools: $(TOOLS)
tests: $(BIN) $(TOOLS) $(UNITS) $(INJECT)

# --- rules ---------------------------------------------------------------------

$(BIN): $(OBJECTS) $(BUILD)/objects
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(OBJECTS) $(OUR_LDLIBS) $(LDLIBS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC  )
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# Generated C. Its #line marks stay, so errors, gdb and gcov speak of the .pgc. A statement of SQL becomes one string,
# which may be longer than the 4095 bytes C99 promises and every compiler exceeds.
$(ECPG_OUTPUT:.c=.o) $(EMBEDDED:.c=.o): %.o: %.c $(BUILD)/flags
	$(call say,CC  )
	$(Q)$(COMPILE) -Wno-overlength-strings -MMD -MP -c -o $@ $<

# ecpg inlines what EXEC SQL INCLUDE names, so the compiler never sees it: the dependency is in the #line marks.
$(ECPG_OUTPUT): $(BUILD)/%.c: %.pgc
	@mkdir -p $(@D)
	$(call say,ECPG)
	$(Q)$(ECPG) -I. -Isrc -o $@ $<
	@sed -n 's|^#line 1 "\(.*\.pgh\)"$$|$@: \1\n\1:|p' $@ > $(@:.c=.pgh.d)

$(BUILD)/embedded.c: tools/embed $(MIGRATIONS) $(BUILD)/migrations
	$(call say,SQL )
	$(Q)tools/embed jobs/migrate/embedded.h embedded_files $(MIGRATIONS) > $@

$(BUILD)/embedded_mbflow.c: tools/embed $(MBFLOW_MIGRATIONS) $(BUILD)/migrations
	$(call say,SQL )
	$(Q)tools/embed jobs/migrate/embedded.h embedded_mbflow $(MBFLOW_MIGRATIONS) > $@

$(BUILD)/embedded_maps.c: tools/embed $(MAPS) $(BUILD)/maps
	$(call say,JSON)
	$(Q)tools/embed jobs/ingest/maps.h embedded_maps $(MAPS) > $@

# All manual pages at once: which there are the program knows.
man: $(BUILD)/man/list ## write the manual pages into build/man
$(BUILD)/man/list: $(BIN) tools/manuals
	$(call say,MAN )
	$(Q)tools/manuals $(BIN) $(@D)

# These change only when what they hold does, which no timestamp tells: other flags rebuild every object, a
# migration, a map or a source that was taken away rebuilds what it was part of.
keep = @mkdir -p $(@D); echo '$(subst ','\'',$(1))' | cmp -s - $@ || echo '$(subst ','\'',$(1))' > $@

$(BUILD)/flags: FORCE
	$(call keep,$(COMPILE) | $(LINK))
$(BUILD)/migrations: FORCE
	$(call keep,$(MIGRATIONS) $(MBFLOW_MIGRATIONS))
$(BUILD)/maps: FORCE
	$(call keep,$(MAPS))
$(BUILD)/objects: FORCE
	$(call keep,$(OBJECTS))

# A unit test is linked with the whole program but main. One that replaces a function says so here.
$(BUILD)/tests/unit/test_writers: WRAP := -Wl,--wrap=writer_load,--wrap=writer_commit,--wrap=writer_rollback
$(UNITS): %: %.o $(filter-out $(MAIN),$(OBJECTS))
	$(call say,LINK)
	$(Q)$(LINK) $(WRAP) -o $@ $^ -lcmocka $(OUR_LDLIBS) $(LDLIBS)

$(TOOLS): $(BUILD)/%: $(BUILD)/tools/%.o
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(LDLIBS)

# For LD_PRELOAD, into a program that may or may not have the sanitizers: it has none of its own.
$(INJECT): tests/fault/inject.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(OUR_CPPFLAGS) -std=gnu11 $(WARNINGS) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -o $@ $<

-include $(OBJECTS:.o=.d) $(ECPG_OUTPUT:.c=.pgh.d) $(UNITS:=.d) $(TOOL_SOURCES:%.c=$(BUILD)/%.d)

# --- tests -----------------------------------------------------------------------
# tests/run counts; 'check' adds the counts of all groups up.

COUNTS := build/counts
RUN := tests/run --counts $(COUNTS)
group = $(1)$(FLAVOUR:%=-%)
# Under the sanitizers everything takes two to three times as long: what repeats repeats less often.
FEWER := KILLS=$(or $(KILLS),3) SOUP_SEEDS=$(or $(SOUP_SEEDS),3) RUNS=$(or $(RUNS),1) MANY=$(or $(MANY),100)
# A leak is an error like any other.
TEST_ENV := ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1 \
	LSAN_OPTIONS=print_suppressions=0 BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) $(if $(SANITIZE),$(FEWER))

# Each test has a server of its own, and most wait more than they work: so many at a time.
SERVERS ?= 2

# The tests and their runs under the sanitizers go side by side. Lint never waits: it takes what they leave.
LANE := MAKEFLAGS= $(MAKE) --no-print-directory -k

check: ## lint, every test, and every test again under ASan and UBSan
	@rm -f $(COUNTS)
	@failed=; \
	$(MAKE) --no-print-directory -j$(CORES) tests && $(MAKE) --no-print-directory SANITIZE=1 -j$(CORES) tests || failed=1; \
	nice env $(LANE) lint >build/lint.log 2>&1 & lint=$$!; \
	$(LANE) sanitize >build/sanitize.log 2>&1 & sanitize=$$!; \
	$(LANE) harness unit db cli installed fault-short || failed=1; \
	wait $$sanitize || failed=1; \
	wait $$lint || failed=1; \
	cat build/sanitize.log build/lint.log; \
	if [ -n "$$failed" ]; then echo "make check: failed, see above" >&2; exit 1; fi
	@tests/run --sum $(COUNTS)

harness: tools ## tests of the tools and of the test harness itself
	@$(TEST_ENV) $(RUN) $(call group,harness) $(sort $(wildcard tests/tools/*.sh))

unit: $(UNITS) ## unit tests (cmocka)
	@$(TEST_ENV) $(RUN) $(call group,unit) $(UNITS)

db: tests ## tests against a private PostgreSQL server
	@$(TEST_ENV) $(RUN) --servers $(SERVERS) $(call group,db) $(sort $(wildcard tests/db/*.sh))

cli: $(BIN) ## golden tests of the command line
	@$(TEST_ENV) $(RUN) $(call group,cli) 'tests/cli/run.sh $(BIN)'

installed: $(BIN) man ## tests of manual pages, completion, cron files and 'make install'
	@$(TEST_ENV) $(RUN) $(call group,installed) $(sort $(wildcard tests/install/*.sh))

crond: tests ## bridgejob.cron, run by a real crond for two minutes
	@$(TEST_ENV) tests/lib/pg.sh $(RUN) --own-database crond tests/cron/crond.sh

# What breaks, and how it ends (tests/fault/lib/fault.sh). Each test writes down what it saw.
FAULT_TESTS := $(sort $(wildcard tests/fault/*.sh))
FAULT_ROWS := $(BUILD)/fault-rows
FAULT_RUN = rm -f $(FAULT_ROWS); $(TEST_ENV) FAULT_ROWS=$(FAULT_ROWS) $(1) $(RUN) --servers $(2) $(call group,fault)
FAULT_MATRIX = $(RUN) $(call group,fault-matrix) 'tests/fault/matrix $(1) $(FAULT_ROWS) docs/fault-matrix.md'

fault-short: tests ## what 'fault' does, less what takes long; the rest of the fault matrix is as it was seen
	@failed=; $(call FAULT_RUN,FAULTS=short,$(SERVERS)) $(FAULT_TESTS) || failed=1; \
	$(call FAULT_MATRIX,--check) && [ -z "$$failed" ]

fault: tests ## break everything ingest needs, kill it at 100 random moments each; compare with docs/fault-matrix.md
	@failed=; $(call FAULT_RUN,TIME_LIMIT=7200 KILLS=$(or $(KILLS),100),$(SERVERS)) $(FAULT_TESTS) tests/db/ingest_kill.sh || failed=1; \
	$(call FAULT_MATRIX,--check-all) && [ -z "$$failed" ]

# One at a time: the rows stand in the order in which they were seen.
fault-matrix: tests ## write docs/fault-matrix.md from what is seen
	@$(call FAULT_RUN,TIME_LIMIT=7200,1) $(FAULT_TESTS)
	@tests/fault/matrix $(FAULT_ROWS) >docs/fault-matrix.md

sanitize: ## the tests again, with AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory SANITIZE=1 -j$(CORES) tests
	@$(MAKE) --no-print-directory SANITIZE=1 -k unit db cli fault-short

lint: ## layer law, sizes, clang build, clang-tidy, cppcheck
	@TIME_LIMIT=1080 $(RUN) lint tools/layers tools/sizes \
	    '$(MAKE) -s -k -j$(CORES) CC=clang objects' '$(MAKE) -s -k -j$(CORES) tidy' '$(MAKE) -s cppcheck'

# One stamp a file, so that only what changed is looked at again.
TIDIED := $(patsubst %.c,build/tidy/%.ok,$(C_SOURCES) $(TOOL_SOURCES))
tidy: $(TIDIED)
$(TIDIED): build/tidy/%.ok: %.c $(HEADERS) .clang-tidy
	@mkdir -p $(@D)
	$(call say,TIDY)
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $< -- $(OUR_CPPFLAGS) -std=gnu11 2>$@.log || { cat $@.log >&2; exit 1; }
	@touch $@

cppcheck:
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	    --suppress=missingIncludeSystem --template=gcc -D_GNU_SOURCE -D__linux__ -Isrc -I. src jobs tools

property: tests ## the rollup against its oracle, at length (SEED=1 RUNS=100)
	@RUNS=$(or $(RUNS),100) $(TEST_ENV) tests/lib/pg.sh tests/db/rollup_property.sh

bench: $(BIN) $(TOOLS) ## ingest, rollup, prune and backup against what else would do it (EVENTS=200000 STAMPS=1000000)
	@BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) tests/bench/ingest
	@BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) tests/bench/files
	@BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) tests/bench/memory
	@BRIDGEJOB=$(CURDIR)/$(BIN) tests/bench/rollup
	@BRIDGEJOB=$(CURDIR)/$(BIN) tests/bench/prune
	@BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) tests/bench/backup
	$(if $(STORED),@BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) tests/bench/stored)

bench-stored: $(BIN) $(TOOLS) ## the rate beside events that are stored already (STORED=20000000: half an hour, 45 GB)
	@BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) tests/bench/stored

bench-json: $(BIN) $(TOOLS) ## the figures of ingest, rollup, prune and backup as JSON, one object a line
	@JSON=1 BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) tests/bench/ingest
	@JSON=1 BRIDGEJOB=$(CURDIR)/$(BIN) tests/bench/rollup
	@JSON=1 BRIDGEJOB=$(CURDIR)/$(BIN) tests/bench/prune
	@JSON=1 BRIDGEJOB=$(CURDIR)/$(BIN) TOOLS=$(CURDIR)/$(BUILD) tests/bench/backup

# --- people ------------------------------------------------------------------------

demo: $(BIN) ## load the samples into a throw-away server and look at them
	@BRIDGEJOB=$(CURDIR)/$(BIN) tools/demo

schema-doc: $(BIN) ## write docs/schema.md anew from the catalog
	@mkdir -p $(BUILD)
	$(Q)tests/lib/pg.sh tools/schema-doc $(CURDIR)/$(BIN) >$(BUILD)/schema.md
	@mv $(BUILD)/schema.md docs/schema.md

PACKAGES := build-essential libecpg-dev libpq-dev zlib1g-dev libssl-dev uuid-dev libinih-dev \
	libcurl4-openssl-dev libcmocka-dev postgresql postgresql-contrib pgbouncer gzip age gnupg clang clang-tidy cppcheck \
	man-db mandoc zsh busybox-static logrotate

deps: ## install the Debian packages the build and the tests need
	@tools/deps $(PACKAGES)

# What runs the program by its path names the one it has now.
TO := $(DESTDIR)$(PREFIX)
put_with_path = sed 's|/usr/local/bin/|$(PREFIX)/bin/|' '$(1)' > '$(2)/$(notdir $(1))' && chmod 644 '$(2)/$(notdir $(1))'
EXAMPLES := $(TO)/share/doc/bridgejob/examples
UNITS_DIR := $(TO)/lib/systemd/system

install: $(BIN) man ## install the program and all that belongs to it (DESTDIR, PREFIX)
	install -D -m 755 $(BIN) $(TO)/bin/bridgejob
	install -D -m 644 -t $(TO)/share/man/man1 $(BUILD)/man/*.1
	install -D -m 644 -t $(TO)/share/bridgejob/maps $(MAPS)
	install -D -m 644 -t $(TO)/share/doc/bridgejob README.md LICENSE
	install -D -m 644 -t $(TO)/share/doc/bridgejob/docs docs/*.md
	install -D -m 644 -t $(EXAMPLES) cron/bridgejob.conf cron/bridgejob.logrotate
	$(call put_with_path,cron/bridgejob.cron,$(EXAMPLES))
	install -d $(TO)/share/bash-completion/completions $(TO)/share/zsh/site-functions
	$(BIN) completion bash > $(TO)/share/bash-completion/completions/bridgejob
	$(BIN) completion zsh > $(TO)/share/zsh/site-functions/_bridgejob
	for unit in cron/systemd/*.service.d; do install -d $(UNITS_DIR)/$${unit##*/}; \
	    sed 's|/usr/local/bin/|$(PREFIX)/bin/|' $$unit/operands.conf >$(UNITS_DIR)/$${unit##*/}/operands.conf || exit; done
	install -D -m 644 -t $(UNITS_DIR) cron/systemd/*.timer
	$(call put_with_path,cron/systemd/bridgejob@.service,$(UNITS_DIR))

clean: ## remove everything that was built
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12
