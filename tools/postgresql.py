#!/usr/bin/env python3
"""A throw-away PostgreSQL server for tests: a new cluster in a temporary folder, reached by a socket in it, gone at the end.

usage: postgresql.py [--durable] COMMAND…      runs it with MAILLON_TEST_STORE set to the server's address

--durable: what is committed reaches the disk, for measures; tests need not wait for it.

PostgreSQL refuses to run as root: then the server runs as the user postgres that Debian's package makes.
"""
import ctypes, glob, os, pwd, re, shutil, signal, subprocess, sys, tempfile, time

SETTINGS = ["listen_addresses=", "shared_buffers=128MB", "max_connections=200",
            "max_wal_size=2GB", "wal_level=replica", "log_min_messages=fatal", "log_min_error_statement=fatal"]
# Nothing survives the tests, so nothing has to reach the disk; COMMIT still waits as it would.
FLEETING = ["fsync=off", "full_page_writes=off"]


def folder_of_programs():
    """Of the newest version installed, or None."""
    folders = glob.glob("/usr/lib/postgresql/*/bin") + [os.path.dirname(shutil.which("initdb") or "")]
    folders = [folder for folder in folders if folder and os.path.exists(os.path.join(folder, "initdb"))]
    return max(folders, key=lambda folder: int((re.findall(r"/(\d+)/", folder) or ["0"])[0]), default=None)


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


class Server:
    def __init__(self, durable=False):
        self.settings = SETTINGS + ([] if durable else FLEETING)
        programs = folder_of_programs()
        if not programs:
            raise FileNotFoundError("PostgreSQL is not installed")
        self.who = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            self.who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="maillon-pg-")
        self.data = os.path.join(self.folder, "data")
        self.process = None
        try:
            os.chmod(self.folder, 0o755)
            if self.who:
                os.chown(self.folder, self.who["user"], self.who["group"])
            self.make()
            self.start()
        except BaseException:
            self.stop()
            raise

    def run(self, *words):
        return subprocess.run(words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **self.who)

    def make(self):
        base = [os.path.join(self.programs, "initdb"), "-D", self.data, "-U", "maillon", "-A", "trust", "--no-sync", "-E", "UTF8"]
        # A database that sorts as French people do: lists must still come in the order of bytes.
        done = self.run(*base, "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr-FR")
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            done = self.run(*base, "--locale=C.UTF-8")
        if done.returncode:
            raise RuntimeError("initdb: " + done.stdout.decode(errors="replace"))

    def start(self):
        words = [os.path.join(self.programs, "postgres"), "-D", self.data, "-k", self.folder]
        for setting in self.settings:
            words += ["-c", setting]
        self.process = subprocess.Popen(words, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True, preexec_fn=die_with_parent, **self.who)
        for _ in range(300):
            if not self.run(os.path.join(self.programs, "pg_isready"), "-q", "-h", self.folder).returncode:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("the PostgreSQL server for tests did not start")

    @property
    def url(self):
        return "postgresql:///postgres?host=%s&user=maillon" % self.folder

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def main(words):
    if not words:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    durable = words[0] == "--durable"
    server = Server(durable)
    try:
        env = dict(os.environ, MAILLON_TEST_STORE=server.url)
        return subprocess.run(words[durable:], env=env).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
