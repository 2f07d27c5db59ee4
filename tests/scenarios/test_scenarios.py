#!/usr/bin/env python3
"""Run every scenario of this folder: commands in, text out, readable as documentation.

A scenario is a text file. "# …" is a comment. "$ command" runs in an empty folder of the scenario's own ("maillon" is the
program under test, $DATA the shipped data; pipes and shell words work). The lines that follow are what must come out, standard
output first, then standard error; "…" stands for any text within a line, a line of "…" alone for any lines. "(exit N)"
says how it must end; without it, with 0.

usage: test_scenarios.py [FILE…]        prints TAP
"""
import glob, os, re, subprocess, sys, tempfile

ROOT = os.environ.get("MAILLON_SOURCE_ROOT", os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..")))
PROGRAM = os.environ.get("MAILLON", os.path.join(ROOT, "build", "maillon"))


def parse(path):
    """[(line number, command, expected lines, exit code)]"""
    steps = []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if line.startswith("$ "):
            steps.append([number, line[2:], [], 0])
        elif line.startswith("#") or not steps:
            continue
        elif re.fullmatch(r"\(exit \d+\)", line):
            steps[-1][3] = int(line[6:-1])
        else:
            steps[-1][2].append(line)
    for step in steps:
        while step[2] and not step[2][-1]:
            step[2].pop()
    return steps


def line_matches(expected, line):
    return re.fullmatch(".*".join(re.escape(part) for part in expected.split("…")), line) is not None


def matches(expected, lines):
    if not expected:
        return not lines
    if expected[0] == "…":
        return any(matches(expected[1:], lines[i:]) for i in range(len(lines) + 1))
    return bool(lines) and line_matches(expected[0], lines[0]) and matches(expected[1:], lines[1:])


def run(path):
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(PROGRAM, os.path.join(folder, "maillon-under-test"))
        env = dict(os.environ, DATA=os.path.join(ROOT, "data"), LC_ALL="C.UTF-8", HOME=folder)
        env.pop("MAILLON_DB", None)
        for number, command, expected, code in parse(path):
            script = 'maillon() { "%s" "$@"; }\n%s' % (PROGRAM, command)
            done = subprocess.run(["bash", "-c", script], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  stdin=subprocess.DEVNULL, timeout=120)
            text = (done.stdout + done.stderr).decode("utf-8", "replace")
            lines = text.rstrip("\n").split("\n") if text.strip("\n") else []
            lines = [line.rstrip() for line in lines if line.strip()]
            expected = [line for line in expected if line.strip()]
            if done.returncode != code or not matches(expected, lines):
                return "line %d: $ %s\n  ended with %d, expected %d\n  got:\n    %s\n  expected:\n    %s" % (
                    number, command, done.returncode, code, "\n    ".join(lines), "\n    ".join(expected))
    return None


def main(files):
    files = files or sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "*.txt")))
    print("1..%d" % len(files))
    failed = 0
    for number, path in enumerate(files, 1):
        problem = run(path)
        failed += problem is not None
        print("%sok %d - %s" % ("not " if problem else "", number, os.path.basename(path)[:-4]))
        if problem:
            print("# " + problem.replace("\n", "\n# "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
