#!/usr/bin/env python3
"""Run every test of a build and end with one line "N passed, N failed".

usage: check.py BUILD_FOLDER [--c-only] [NAME...]   names: only tests whose name holds one of them

What keeps data is tested on SQLite and again on PostgreSQL, on a server made for this run (see postgresql.py); without
PostgreSQL these are left out and counted as skipped, or as failed when MAILLON_NO_SKIP is set.

C tests are cmocka programs (one line per case); scripts under tests/ print the same "ok"/"not ok" lines (TAP).
"""
import json, os, re, signal, subprocess, sys

import postgresql

PASSED = re.compile(r"^\[       OK \]|^ok \d", re.M)
FAILED = re.compile(r"^\[  FAILED  \] (?!\d)(.*)|^(not ok \d+)", re.M)
SKIPPED = re.compile(r"^\[  SKIPPED \] (?!\d)(.*)|^(ok \d+.*# SKIP)", re.M)


class Engine:
    """The PostgreSQL server of this run: started when the first test asks, stopped at the end whatever happens."""

    def __init__(self):
        self.server = self.missing = None

    def environment(self, test):
        """What a test runs with; None when it cannot be run here."""
        env = dict(os.environ, **test["env"])
        env.pop("MAILLON_TEST_STORE", None)
        if not any(suite.endswith("postgresql") for suite in test["suite"]):
            return env
        if not self.server and not self.missing:
            try:
                self.server = postgresql.Server()
            except (OSError, KeyError, RuntimeError) as why:
                self.missing = str(why)
        if self.missing:
            return None
        return dict(env, MAILLON_TEST_STORE=self.server.url)

    def stop(self):
        if self.server:
            self.server.stop()


def main(build, names):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    engine = Engine()
    try:
        return run_all(build, names, engine)
    finally:
        engine.stop()


def run_all(build, names, engine):
    c_only = "--c-only" in names
    names = [name for name in names if name != "--c-only"]
    subprocess.run(["meson", "setup", "--reconfigure", build], stdout=subprocess.DEVNULL, check=True)
    subprocess.run(["ninja", "-C", build, "--quiet"], check=True)
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", build], stdout=subprocess.PIPE, check=True).stdout)
    passed = failed = skipped = 0
    for test in tests:
        if names and not any(name in test["name"] for name in names):
            continue
        if c_only and not os.path.basename(test["cmd"][0]).startswith("test_"):
            continue
        env = engine.environment(test)
        if env is None:
            must = bool(os.environ.get("MAILLON_NO_SKIP"))
            failed, skipped = failed + must, skipped + (not must)
            print("%-40s %s: %s" % (test["name"], "FAILED" if must else "skipped", engine.missing), flush=True)
            continue
        try:
            run = subprocess.run(test["cmd"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env,
                                 timeout=test["timeout"], cwd=test["workdir"])
            output, code = run.stdout.decode(errors="replace"), run.returncode
        except subprocess.TimeoutExpired as late:
            output, code = (late.stdout or b"").decode(errors="replace") + "\ntimed out\n", 1
        skip, bad = len(set(SKIPPED.findall(output))), len(set(FAILED.findall(output)))  # cmocka names each of them twice
        good = len(PASSED.findall(output)) - len(re.findall(r"^ok \d+.*# SKIP", output, re.M))
        if code and not bad:
            bad = 1  # it died before it could say which case failed
        if not code and not good and not skip:
            good = 1  # a program without cases of its own
        passed, failed, skipped = passed + good, failed + bad, skipped + skip
        print("%-40s %4d passed%s%s" % (test["name"], good, ", %d failed" % bad if bad else "", ", %d skipped" % skip if skip else ""), flush=True)
        if bad:
            print(output[-6000:], flush=True)
    print("%d passed, %d failed%s" % (passed, failed, ", %d skipped" % skipped if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
