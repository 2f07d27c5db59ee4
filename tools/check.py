#!/usr/bin/env python3
"""Run every test of a build and end with one line "N passed, N failed".

usage: check.py BUILD_FOLDER [--c-only] [NAME...]   names: only tests whose name holds one of them

C tests are cmocka programs (one line per case); scripts under tests/ print the same "ok"/"not ok" lines (TAP).
"""
import json, os, re, subprocess, sys

PASSED = re.compile(r"^\[       OK \]|^ok \d", re.M)
FAILED = re.compile(r"^\[  FAILED  \] (?!\d)(.*)|^(not ok \d+)", re.M)
SKIPPED = re.compile(r"^\[  SKIPPED \] (?!\d)|^ok \d+.*# SKIP", re.M)


def main(build, names):
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
        env = dict(os.environ, **test["env"])
        try:
            run = subprocess.run(test["cmd"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env,
                                 timeout=test["timeout"], cwd=test["workdir"])
            output, code = run.stdout.decode(errors="replace"), run.returncode
        except subprocess.TimeoutExpired as late:
            output, code = (late.stdout or b"").decode(errors="replace") + "\ntimed out\n", 1
        skip, bad = len(SKIPPED.findall(output)), len(set(FAILED.findall(output)))  # cmocka names a failure twice
        good = len(PASSED.findall(output)) - len(re.findall(r"^ok \d+.*# SKIP", output, re.M))
        if code and not bad:
            bad = 1  # it died before it could say which case failed
        if not code and not good and not skip:
            good = 1  # a program without cases of its own
        passed, failed, skipped = passed + good, failed + bad, skipped + skip
        print("%-32s %4d passed%s%s" % (test["name"], good, ", %d failed" % bad if bad else "", ", %d skipped" % skip if skip else ""), flush=True)
        if bad:
            print(output[-6000:], flush=True)
    print("%d passed, %d failed%s" % (passed, failed, ", %d skipped" % skipped if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
