#!/usr/bin/env python3
"""Run every scenario of this folder: commands in, text out, readable as documentation.

A scenario is a text file. "# …" is a comment. "$ command" runs in an empty folder of the scenario's own ("maillon" is the
program under test, $DATA the shipped data; pipes and shell words work). The lines that follow are what must come out, standard
output first, then standard error; "…" stands for any text within a line, a line of "…" alone for any lines. "(exit N)"
says how it must end; without it, with 0.

With MAILLON_TEST_STORE (see tools/postgresql.py) each database file of a scenario is a schema of that server instead, and
what is printed says the file's name. "# only: sqlite" or "# only: postgresql" in a scenario leaves it to one engine.

usage: test_scenarios.py [FILE…]        prints TAP
"""
import glob, os, re, subprocess, sys, tempfile, time

ROOT = os.environ.get("MAILLON_SOURCE_ROOT", os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..")))
PROGRAM = os.environ.get("MAILLON", os.path.join(ROOT, "build", "maillon"))
SERVER = os.environ.get("MAILLON_TEST_STORE")


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


class Server:
    """Schemas in place of files: the address of one stands wherever a scenario names a database."""

    def __init__(self):
        sys.path.insert(0, os.path.join(ROOT, "tools"))
        import postgresql
        self.psql = os.path.join(postgresql.folder_of_programs(), "psql")
        self.addresses = {}

    def address(self, name):
        if name not in self.addresses:
            schema = "scenario_%d_%d_%d" % (time.time(), os.getpid(), len(self.addresses))
            subprocess.run([self.psql, "-X", "-q", SERVER, "-c", "CREATE SCHEMA " + schema], check=True)
            self.addresses[name] = "%s&options=-csearch_path%%3D%s" % (SERVER, schema)
        return self.addresses[name]

    def command(self, command):
        return re.sub(r"--db (\w+\.db)\b", lambda found: "--db '%s'" % self.address(found.group(1)), command)

    def text(self, text):
        for name, address in self.addresses.items():
            text = text.replace(address, name)
        return text


def engine_of(path):
    found = re.search(r"^# only: (\w+)$", open(path, encoding="utf-8").read(), re.M)
    return found and found.group(1)


def run(path):
    server = Server() if SERVER else None
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(PROGRAM, os.path.join(folder, "maillon-under-test"))
        env = dict(os.environ, DATA=os.path.join(ROOT, "data"), LC_ALL="C.UTF-8", HOME=folder)
        env.pop("MAILLON_DB", None)
        if server:
            env["MAILLON_DB"] = server.address("maillon.db")
            env["MAILLON_KEYS"] = os.path.join(folder, "maillon.db.keys")
        for number, command, expected, code in parse(path):
            script = 'maillon() { "%s" "$@"; }\n%s' % (PROGRAM, server.command(command) if server else command)
            done = subprocess.run(["bash", "-c", script], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  stdin=subprocess.DEVNULL, timeout=120)
            text = (done.stdout + done.stderr).decode("utf-8", "replace")
            text = server.text(text) if server else text
            lines = text.rstrip("\n").split("\n") if text.strip("\n") else []
            lines = [line.rstrip() for line in lines if line.strip()]
            expected = [line for line in expected if line.strip()]
            if done.returncode != code or not matches(expected, lines):
                return "line %d: $ %s\n  ended with %d, expected %d\n  got:\n    %s\n  expected:\n    %s" % (
                    number, command, done.returncode, code, "\n    ".join(lines), "\n    ".join(expected))
    return None


def main(files):
    files = files or sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "*.txt")))
    files = [path for path in files if engine_of(path) in (None, "postgresql" if SERVER else "sqlite")]
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
