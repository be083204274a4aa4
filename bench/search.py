# Asks the page's API as people do, and prints how long each kind of question took. Beside it: the same service's health page, which asks no database.
#   python3 search.py http://127.0.0.1:8480 ITEMS
import http.client, json, os, random, sys, threading, time, urllib.parse

host, items = urllib.parse.urlparse(sys.argv[1]).netloc, int(sys.argv[2])
WARM, ASKED, CROWD, EACH = (1, 3, 5, 3) if os.environ.get("SMOKE") == "yes" else (5, 100, 50, 20)  # with --smoke: the same with few questions
pick = random.Random(7)
surnames, given = "王李张刘陈杨赵黄周吴", ["伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军"]
kinds = ["询问笔录", "扣押清单", "鉴定意见", "行政处罚决定书"]
unit = lambda: str(110101 + pick.randrange(29))
officer = lambda: str(100000 + pick.randrange(29 * 690))
day = lambda: time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 86400 * pick.randrange(2, 360)))
QUESTIONS = {
    "the newest": lambda: {},
    "Chinese words": lambda: {"q": pick.choice(kinds)},
    "Chinese words and a name": lambda: {"q": pick.choice(kinds) + " " + pick.choice(surnames) + pick.choice(given)},
    "two characters of a name": lambda: {"q": pick.choice(surnames) + pick.choice(given)},
    "officer's number typed": lambda: {"q": officer()},
    "beginning of a number": lambda: {"q": officer()[:4]},
    "day in a file name": lambda: {"q": day()[:10].replace("-", "")},
    "officer": lambda: {"officer_no": officer()},
    "case": lambda: {"case": f"京公（刑）立字〔2026〕{pick.randrange(60000)}号"},
    "case number typed": lambda: {"q": f"刑 立字 {pick.randrange(60000)}号"},
    "unit and state": lambda: {"unit": unit(), "state": "rejected"},
    "unit, type, a week": lambda: (lambda d: {"unit": unit(), "type": "video", "from": d, "to": d[:8] + "28T00:00:00Z"})(day()),
    "at a place": lambda: (lambda e, n: {"bbox": f"{e:.4f},{n:.4f},{e + .005:.4f},{n + .005:.4f}"})(116 + pick.random() * .8, 39.7 + pick.random() * .5),
    "at a place, unit": lambda: (lambda e, n: {"bbox": f"{e:.4f},{n:.4f},{e + .005:.4f},{n + .005:.4f}", "unit": unit()})(116 + pick.random() * .8, 39.7 + pick.random() * .5),
    "to be decided in a unit": lambda: {"desk": "undecided", "unit": unit()},
    "no such word": lambda: {"q": "不存在的词 zzz"},
}

def ask(connection, path, officer="110077"):
    start = time.perf_counter()
    connection.request("GET", path, headers={"Liuhen-Officer": officer})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200: raise RuntimeError(f"{path}: {answer.status} {body[:200]}")
    return (time.perf_counter() - start) * 1000, body

def percentile(values, share): return sorted(values)[min(len(values) - 1, int(len(values) * share))]
def search(question): return "/api/evidence?" + urllib.parse.urlencode(question)

connection = http.client.HTTPConnection(host, timeout=120)
every = []
print(f"{items} items\n\n| question | found (median) | p50 ms | p95 ms | max ms |\n|---|---|---|---|---|")
for name, question in QUESTIONS.items():
    for _ in range(WARM): ask(connection, search(question()))
    asked = [ask(connection, search(question())) for _ in range(ASKED)]
    times, found = [t for t, _ in asked], [len(json.loads(b)["evidence"]) for _, b in asked]
    every += times
    print(f"| {name} | {percentile(found, .5)} | {percentile(times, .5):.0f} | {percentile(times, .95):.0f} | {max(times):.0f} |")
print(f"| **all** | | {percentile(every, .5):.0f} | **{percentile(every, .95):.0f}** | {max(every):.0f} |")
for path in ("/api/desk", "/api/units", "/api/health"):
    times = [ask(connection, path)[0] for _ in range(20)]
    print(f"| `{path}` | | {percentile(times, .5):.0f} | {percentile(times, .95):.0f} | {max(times):.0f} |")

done, failed = [], []
def supervisor(seed):
    mine, own = http.client.HTTPConnection(host, timeout=120), random.Random(seed)
    for _ in range(EACH):
        try: done.append(ask(mine, search(own.choice(list(QUESTIONS.values()))()), str(110100 + seed))[0])
        except Exception as error: failed.append(str(error))
        time.sleep(own.random())
crowd = [threading.Thread(target=supervisor, args=(seed,), daemon=True) for seed in range(CROWD)]
start = time.perf_counter()
for one in crowd: one.start()
for one in crowd: one.join()
print(f"\n{CROWD} supervisors at once, {EACH} questions each: {len(done)} answers, {len(failed)} errors, {len(done) / (time.perf_counter() - start):.0f} a second, p50 {percentile(done, .5):.0f} ms, p95 {percentile(done, .95):.0f} ms")
if failed: sys.exit("\n".join(failed[:3]))
