"""What the measurements with devices share: a station of their own, and enrolment with openssl and EST (RFC 7030)."""

import atexit, base64, http.client, json, os, signal, ssl, subprocess, sys, time

here = os.path.dirname(os.path.abspath(__file__))
SMOKE = os.environ.get("SMOKE") == "yes"  # with --smoke: the same work with tiny sizes
PATIENCE = 120  # seconds that a measurement waits for something that does not change
started, folders = [], []  # processes, and folders with PostgreSQL's data in data/postgres


def end():
    """At the end, however it comes, nothing that was started stays."""
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()
    for folder in folders:  # PostgreSQL outlives a killed station
        end_postgres(postgres(f"{folder}/data/postgres"))


def postgres(data):
    """The process id of the PostgreSQL that works on this folder, or None."""
    try:
        pid = int(open(f"{data}/postmaster.pid").readline())
        return pid if os.readlink(f"/proc/{pid}/cwd") == os.path.realpath(data) else None
    except (OSError, ValueError):
        return None


def end_postgres(pid, how=signal.SIGQUIT):
    """Ends a PostgreSQL, if there is one, and waits until it is gone."""
    try:
        if pid:
            os.kill(pid, how)
            for _ in range(100):
                os.kill(pid, 0)
                time.sleep(0.05)
    except ProcessLookupError:
        pass


atexit.register(end)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda number, _: sys.exit(128 + number))


def last_line(path):
    """What a log says last."""
    return "".join(open(path, encoding="utf-8", errors="replace").read().strip().splitlines()[-1:])


def sh(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, **more).stdout


class Station:
    """A station on a folder, started with the same ports again each time."""

    def __init__(self, work, *more):
        self.work, self.data, self.more = work, f"{work}/data", more
        self.port, self.devices = 0, 0
        folders.append(work)
        self.start()

    def start(self):
        """Starts it and waits until it is ready; gives the seconds that took."""
        where = f"{self.data}/station.json"
        if os.path.exists(where):
            os.remove(where)
        began = time.time()
        self.launch()
        while not (os.path.exists(where) and os.path.getsize(where)):
            if self.process.poll() is not None or time.time() - began > PATIENCE:
                raise SystemExit(f"the station does not start: {last_line(f'{self.work}/station.log')}")
            time.sleep(0.05)
        told = json.load(open(where))
        self.port, self.devices = int(told["url"].rsplit(":", 1)[1]), int(told["devices"].rsplit(":", 1)[1])
        return time.time() - began

    def launch(self):
        log = open(f"{self.work}/station.log", "ab")
        command = [f"{here}/../liuhen", "station", "--data", self.data, "--no-immutable", "--no-previews",
                   "--port", str(self.port), "--devices-port", str(self.devices), *self.more]
        self.process = subprocess.Popen(command, stdout=log, stderr=log)
        started.append(self.process)

    def stop(self):
        """As an administrator does."""
        if self.process.poll() is not None:
            print("the station has ended by itself", file=sys.stderr)
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        end_postgres(postgres(f"{self.data}/postgres"))

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, body

    def enrol(self, serial):
        """A new device with a key of its own: what it needs for TLS."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", "/api/devices", json.dumps({"serial": serial, "kind": "camera"}), {"Liuhen-Officer": "900001"})
        code = json.loads(connection.getresponse().read())["code"].split(".")[0]
        key, csr, crt = (f"{self.work}/{serial}.{end}" for end in ("key", "csr", "crt"))
        sh("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-keyout", key, "-out", csr, "-outform", "DER")
        connection = http.client.HTTPSConnection("127.0.0.1", self.devices, context=ssl._create_unverified_context(), timeout=30)
        basic = base64.b64encode(f"{serial}:{code}".encode()).decode()
        connection.request("POST", "/.well-known/est/simpleenroll", base64.b64encode(open(csr, "rb").read()), {"Authorization": f"Basic {basic}"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        pem = sh("openssl", "pkcs7", "-inform", "DER", "-print_certs", input=base64.b64decode(body))
        open(crt, "wb").write(pem)
        tls = ssl._create_unverified_context()
        tls.load_cert_chain(crt, key)
        return tls


def metadata(**fields):
    """tus Upload-Metadata."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in fields.items())
