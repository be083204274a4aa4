# Asks the page's API for words in documents, and prints how long each kind of question took, with its passages; each is recorded in Kafka first.
#   python3 texts.py http://127.0.0.1:8480 DOCUMENTS
import http.client, json, os, random, sys, time, urllib.parse

host, documents = urllib.parse.urlparse(sys.argv[1]).netloc, int(sys.argv[2])
WARM, ASKED = (1, 3) if os.environ.get("SMOKE") == "yes" else (5, 50)
pick = random.Random(9)
character = lambda: chr(0x4E00 + int(3000 * pick.random() ** 3))
QUESTIONS = {
    "no words: the newest": lambda: {},
    "one document's number": lambda: {"text": f"第{1000000 + pick.randrange(documents)}号"},
    "two characters in one of a hundred": lambda: {"text": "扳手"},
    "two characters in nine of ten": lambda: {"text": "盗窃"},
    "five characters in nine of ten": lambda: {"text": "犯罪嫌疑人"},
    "two words, both in nine of ten": lambda: {"text": "派出所 监控录像"},
    "a frequent and a rare word": lambda: {"text": "嫌疑人 扳手"},
    "any two characters": lambda: {"text": character() + character()},
    "an English word in one of ten": lambda: {"text": "Bicycle"},
    "two letters": lambda: {"text": "th"},
    "in a unit": lambda: {"text": "盗窃", "unit": str(110101 + pick.randrange(29))},
    "no such word": lambda: {"text": "饕餮貔貅"},
    "a hundred characters that are nowhere": lambda: {"text": "".join(character() for _ in range(100))},
}

def ask(connection, path):
    start = time.perf_counter()
    connection.request("GET", path, headers={"Liuhen-Officer": "110077"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200: raise RuntimeError(f"{path}: {answer.status} {body[:200]}")
    return (time.perf_counter() - start) * 1000, json.loads(body)

def percentile(values, share): return sorted(values)[min(len(values) - 1, int(len(values) * share))]
connection = http.client.HTTPConnection(host, timeout=120)
for path, found in (("/api/evidence", lambda body: len(body["evidence"])), ("/api/evidence-pages", lambda body: body["found"])):
    print(f"\n| `{path}` | found (median) | p50 ms | p95 ms | max ms |\n|---|---|---|---|---|")
    for name, question in QUESTIONS.items():
        address = lambda: path + "?" + urllib.parse.urlencode(question())
        for _ in range(WARM): ask(connection, address())
        asked = [ask(connection, address()) for _ in range(ASKED)]
        times = [took for took, _ in asked]
        print(f"| {name} | {percentile([found(body) for _, body in asked], .5)} | {percentile(times, .5):.0f} | {percentile(times, .95):.0f} | {max(times):.0f} |")
