#!/usr/bin/env python3
"""What make install puts down runs from any folder, and brings its licence, its guide and the demo's files. Prints TAP."""
import os, subprocess, sys, tempfile

PROGRAM = os.environ.get("MAILLON") or os.path.join(os.path.dirname(__file__), "..", "..", "build", "maillon")
BUILD = os.path.dirname(os.path.abspath(PROGRAM))
count = failed = 0


def ok(good, name, why=""):
    global count, failed
    count, failed = count + 1, failed + (not good)
    print("%s %d - %s" % ("ok" if good else "not ok", count, name))
    for line in str(why).splitlines() if not good else []:
        print("# " + line)


def run(*words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **more)
    return done.returncode, done.stdout.decode("utf-8", "replace")


with tempfile.TemporaryDirectory() as folder:
    root = os.path.join(folder, "root")
    code, said = run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", root)
    ok(code == 0, "it installs", said)
    found = {os.path.relpath(os.path.join(at, name), root) for at, _, names in os.walk(root) for name in names}
    program = next((os.path.join(root, name) for name in found if name.endswith("bin/maillon")), None)
    ok(program and os.access(program, os.X_OK), "the program is in bin", found)
    for end in ("share/doc/maillon/LICENSE", "share/doc/maillon/guide.md", "share/doc/maillon/maillon.service",
                "share/maillon/data/functions.csv", "share/maillon/data/demo/members.csv"):
        ok(any(name.endswith(end) for name in found), end, sorted(found))
    ok(not any("/test_" in name or "bench" in name for name in found), "no test and no bench is installed", sorted(found))
    if program:
        env = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8"}
        code, said = run(program, "version", cwd="/", env=env)
        ok(code == 0 and said.strip(), "it runs from another folder", said)
        code, said = run(program, "init", cwd=folder, env=env)
        ok(code == 0, "it makes a database where it stands", said)
        code, said = run(program, "--lang", "en", "law", "show", "smic.hourly", "--on", "2024-11-15", cwd=folder, env=env)
        ok(code == 0 and "11.88" in said, "what it knows is inside it", said)
print("1..%d" % count)
sys.exit(failed > 0)
