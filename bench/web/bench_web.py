#!/usr/bin/env python3
"""A logged-in list page of 50 rows over 100,000 organisations, beside the bare HTTP library sending as many bytes.

64 clients, keys drawn over the whole list, pairs interleaved, five rounds; processor time of each server per page. A round in
which other programs took over a tenth of the processor is thrown away and done again (at most ten times).

usage: bench_web.py BUILD_FOLDER
"""
import http.client, json, os, random, re, statistics, subprocess, sys, tempfile, time, urllib.parse

PORT, FLOOR, ROWS, SECONDS, ROUNDS = 18491, 18492, 100000, 3, 5
TICK = os.sysconf("SC_CLK_TCK")


def check_digit(base):
    for digit in range(10):
        total = 0
        for i, c in enumerate(base + str(digit)):
            d = int(c) * (2 if i % 2 == 0 else 1)
            total += d - 9 if d > 9 else d
        if total % 10 == 0:
            return base + str(digit)


def write_organisations(path):
    rnd = random.Random(1)
    words = "Atelier Régie Maison Jardin Cuisine Chantier Coopérative Entraide Passerelle Tremplin Relais Bois Vélo Textile".split()
    with open(path, "w") as out:
        out.write("siret,kind,name,brand,naf,post_code,city,department,lon,lat\n")
        for i in range(ROWS):
            siret, name = check_digit("%013d" % (1000000000000 + i * 7)), "EXEMPLE %s %s %d" % (rnd.choice(words), rnd.choice(words), i)
            department = "%02d" % rnd.choice([d for d in range(1, 96) if d != 20])
            out.write("%s,%s,%s,,8899B,%s000,Ville %d,%s,2.1,48.1\n" % (siret, rnd.choice(["EI", "ACI", "AI", "ETTI"]), name, department, rnd.randint(1, 3000), department))


def request(method, path, body=None, headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read()


def log_in():
    answer, page = request("GET", "/login")
    visitor = answer.getheader("Set-Cookie").split(";")[0]
    csrf = re.search(rb'name="csrf" value="([0-9a-f]+)"', page).group(1).decode()
    form = urllib.parse.urlencode({"csrf": csrf, "name": "bench", "password": "maillon-bench-1", "back": "/"})
    answer, _ = request("POST", "/login", form, {"Cookie": visitor, "Content-Type": "application/x-www-form-urlencoded"})
    return next(value for name, value in answer.getheaders() if name == "Set-Cookie" and value.startswith("session=")).split(";")[0]


def walk(cookie):
    """Where pages may begin, over the whole list: the server's own cursors, which carry a check."""
    connection, cursors, after = http.client.HTTPConnection("127.0.0.1", PORT), [], ""
    while after is not None:
        connection.request("GET", "/api/view/member.list?limit=20" + ("&after=" + after if after else ""), None, {"Cookie": cookie})
        page = json.loads(connection.getresponse().read())
        after = page.get("next")
        if after:
            cursors.append(after)
    return cursors[:-3] # after the last ones there are no 50 rows left


def cpu(pid):
    fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def machine():
    fields = [int(x) for x in open("/proc/stat").readline().split()[1:]]
    return (sum(fields) - fields[3] - fields[4]) / TICK, sum(fields) / TICK


def load(port, script, pid):
    """Pages per second, processor seconds per page, p50 and p99 in ms, share of the machine that others took."""
    before, busy, children = cpu(pid), machine(), os.times()
    out = subprocess.run(["wrk", "-t1", "-c64", "-d%d" % SECONDS, "--latency", "-s", script, "http://127.0.0.1:%d/" % port],
                         stdout=subprocess.PIPE, check=True).stdout.decode()
    after, busy_after, children_after = cpu(pid), machine(), os.times()
    own = after - before + (children_after.children_user - children.children_user) + (children_after.children_system - children.children_system)
    others = (busy_after[0] - busy[0] - own) / max(0.01, busy_after[1] - busy[1])
    pages = int(re.search(r"(\d+) requests in", out).group(1))
    assert "Non-2xx" not in out, out
    def latency(which):
        value, unit = re.search(r"%s%%\s+([\d.]+)(us|ms|s)" % which, out).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), (after - before) / pages, latency(50), latency(99), others


def main(build):
    program = os.path.abspath(os.path.join(build, "maillon"))
    with tempfile.TemporaryDirectory() as folder:
        db, csv = os.path.join(folder, "bench.db"), os.path.join(folder, "organisations.csv")
        write_organisations(csv)
        for line in (["init"], ["member", "import", csv], ["user", "add", "bench", "--role", "coordinator", "--password", "maillon-bench-1"]):
            subprocess.run([program, "--db", db] + line, stdout=subprocess.DEVNULL, check=True)
        server = subprocess.Popen([program, "--db", db, "serve", "--listen", "127.0.0.1:%d" % PORT], stderr=subprocess.DEVNULL)
        time.sleep(1)
        floor = None
        try:
            cookie, rnd = log_in(), random.Random(2)
            cursors = walk(cookie)
            rnd.shuffle(cursors)
            ours, bare = os.path.join(folder, "ours.lua"), os.path.join(folder, "bare.lua")
            with open(ours, "w") as script:
                script.write("local c = {%s}\nmath.randomseed(7)\nrequest = function() return wrk.format('GET', '/view/member.list?after=' .. c[math.random(#c)], {Cookie = '%s'}) end\n"
                             % (",".join("'%s'" % c for c in cursors), cookie))
            open(bare, "w").close()
            _, page = request("GET", "/view/member.list?after=" + cursors[0], None, {"Cookie": cookie})
            assert page.count(b"<tr>") == 51, "a page of 50 rows"
            floor = subprocess.Popen([os.path.join(build, "bench", "bench_floor"), str(FLOOR), str(len(page))])
            time.sleep(0.3)
            ratios, cpus, tails, tries = [], [], [], 0
            while len(ratios) < ROUNDS and tries < 10 + ROUNDS:
                tries += 1
                a, b = load(PORT, ours, server.pid), load(FLOOR, bare, floor.pid)
                if max(a[4], b[4]) > 0.10:
                    print("   thrown away: others took %.0f %% of the processor" % (100 * max(a[4], b[4])))
                    continue
                ratios.append(a[0] / b[0]), cpus.append(a[1] / b[1]), tails.append(a[3] / a[2])
                print("   %6.0f pages/s, %5.1f µs of processor each; static %6.0f pages/s, %5.1f µs" % (a[0], a[1] * 1e6, b[0], b[1] * 1e6))
            if not ratios:
                sys.exit("the machine was never quiet enough")
            print("%-55s median %6.3f  (%.3f to %.3f)  goal 0.2" % ("pages per second, beside a static page of %d bytes" % len(page), statistics.median(ratios), min(ratios), max(ratios)))
            print("%-55s median %6.1f  (%.1f to %.1f)  goal under 8" % ("processor per page, in static pages", statistics.median(cpus), min(cpus), max(cpus)))
            print("%-55s median %6.1f  (%.1f to %.1f)  goal under 10" % ("p99 in p50", statistics.median(tails), min(tails), max(tails)))
        finally:
            server.terminate()
            if floor:
                floor.terminate()


if __name__ == "__main__":
    main(sys.argv[1])
