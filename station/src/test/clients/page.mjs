// Looks at the page of one item in a real browser whose server lies: answers are changed on their way, and still say "verified".
//   node page.mjs http://127.0.0.1:8480 ID
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import puppeteer from "puppeteer-core";

const origin = process.argv[2].replace(/\/$/, ""), id = process.argv[3];
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
/** What a visit of the first view costs: bytes and requests, what moves while it is seen (web.dev/cls), and elements. */
async function budgets() {
  const context = await browser.createBrowserContext();
  for (const [visit, width, height] of [["first", 1366, 768], ["second", 800, 600]]) {
    const page = await context.newPage();
    await page.setViewport({ width, height });
    await page.evaluateOnNewDocument(() => {
      window.moved = 0;
      new PerformanceObserver(list => { for (const entry of list.getEntries()) window.moved += entry.value; }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(`${origin}/?officer=110077`);
    await page.waitForSelector("#list .row", { timeout: 20000 });
    await new Promise(done => setTimeout(done, 1000));
    const cost = await page.evaluate(() => {
      const all = performance.getEntriesByType("resource"), files = all.filter(e => /\.(js|css)$/.test(e.name));
      return { requests: all.length, files: files.length, sent: files.reduce((sum, e) => sum + e.transferSize, 0),
        moved: window.moved, elements: document.querySelectorAll("*").length };
    });
    const said = `${visit} visit: ${JSON.stringify(cost)}`;
    assert.ok(cost.files > 50 && cost.requests <= 75, said);
    assert.ok(cost.sent > 0 && cost.sent < (visit === "first" ? 300_000 : 40_000), said);
    assert.ok(cost.moved < 0.1 && cost.elements < 1500, said);
    await page.close();
  }
  await context.close();
}
try {
  await budgets();
  const page = await browser.newPage();
  const complaints = [];
  page.on("console", message => complaints.push(message.text()));
  page.on("pageerror", error => complaints.push(String(error)));
  let lie = null, last = null;
  await page.setRequestInterception(true);
  page.on("request", async request => {
    if (!request.url().endsWith(`/${id}?with=custody`)) return request.continue();
    const item = await (await fetch(request.url(), { headers: request.headers() })).json();
    assert.equal(item.custody.verified, true);
    last = structuredClone(item.custody);
    if (lie) item.custody = lie(item.custody);
    return request.respond({ contentType: "application/json", body: JSON.stringify(item) });
  });
  async function look(how = null, lang = "en") {
    lie = how;
    await page.goto("about:blank");
    await page.goto(`${origin}/?lang=${lang}&officer=110099#/item/${id}`);
    const verdict = await page.waitForSelector("#detail .banner", { timeout: 20000 });
    return { good: await verdict.evaluate(e => e.classList.contains("good")), text: await verdict.evaluate(e => e.textContent),
      proved: await page.$$eval("#detail ol .good", all => all.length), entries: await page.$$eval("#detail ol > li", all => all.length) };
  }

  const first = await look();
  assert.ok(first.good && first.text.includes("Checked in your browser") && first.text.includes("first time"), first.text);
  assert.equal(first.proved, first.entries);
  assert.match(first.text, /Witnessed: jcy .* covering [1-9]/);
  const early = last;
  // An address that names an entry shows that one, also where the page begins with it.
  await page.goto("about:blank");
  await page.goto(`${origin}/?lang=en&officer=110099#/item/${id}?entry=${early.entries[0].index}`);
  const wanted = await page.waitForSelector("#trail li.wanted", { timeout: 20000 });
  assert.ok(await wanted.isIntersectingViewport(), "the entry that the address names is in the window");
  const chinese = await look(null, "zh");
  assert.ok(chinese.good && chinese.text.includes("已在您的浏览器中核验") && !chinese.text.includes("首次"), chinese.text);

  const flip = text => (text[5] === "A" ? text.slice(0, 5) + "B" : text.slice(0, 5) + "A") + text.slice(6);
  /** A whole log of one entry under a key and a name of the liar's own: all in it agrees with itself. */
  function ownLog(answer) {
    const name = "liuhen.org/log/other", { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts.map(p => Buffer.from(p)))).digest();
    const canonical = v => Array.isArray(v) ? `[${v.map(canonical).join(",")}]` : v && typeof v === "object"
      ? `{${Object.keys(v).sort().map(k => JSON.stringify(k) + ":" + canonical(v[k])).join(",")}}` : JSON.stringify(v);
    const first = answer.entries[0], raw = Buffer.concat([Buffer.of(1), publicKey.export({ type: "spki", format: "der" }).subarray(-32)]);
    const hash = sha256(name + "\n", raw).subarray(0, 4), text = `${name}\n1\n${sha256([0], canonical(first.entry)).toString("base64")}\n`;
    answer.checkpoint = `${text}\n\u2014 ${name} ${Buffer.concat([hash, sign(null, Buffer.from(text), privateKey)]).toString("base64")}\n`;
    answer.key = `${name}+${hash.toString("hex")}+${raw.toString("base64")}`;
    answer.entries = [{ ...first, index: 0, inclusionProof: [] }];
    return answer;
  }
  const lies = {
    "VF-101: another log, which agrees with itself": ownLog,
    "VF-103: an entry is changed": answer => { answer.entries[0].entry.event.context.actor.id = "110024"; return answer; },
    "VF-107: an entry is left out": answer => { answer.entries.splice(2, 1); return answer; },
    "VF-103: a proof is changed": answer => { const proof = answer.entries[1].inclusionProof; proof[0] = flip(proof[0]); return answer; },
    "VF-103: a proof leads elsewhere": answer => { answer.entries[1].index = 0; return answer; },
    "VF-101: the head is changed": answer => { answer.checkpoint = answer.checkpoint.replace(/\n\d+\n/, "\n9999\n"); return answer; },
    "VF-101: the head is gone": answer => { delete answer.checkpoint; return answer; },
    "VF-107: nothing is there": answer => { answer.entries = []; return answer; },
    "VF-112: an older head is shown": () => structuredClone(early),
    // The witness is believed by the key that this browser remembers, and only about the log that this head grew from.
    "VF-115: the witnessed head is gone": answer => { delete answer.witnessed; return answer; },
    "VF-115: the cosignature is changed": answer => { answer.witnessed = answer.witnessed.replace(/(\u2014 jcy\S* .{20})(.)/, (_, start, c) => start + (c === "A" ? "B" : "A")); return answer; },
    "VF-115: nobody cosigned": answer => { answer.witnessed = answer.checkpoint; return answer; },
    "VF-115: the log did not grow from what was witnessed": answer => { const proof = answer.consistencyProof; proof[0] = proof[0] ? flip(proof[0]) : "A".repeat(43) + "="; return answer; },
    "VF-115: no witness is asked for any more": answer => { answer.policy = answer.policy.replace(/witness .*\n|quorum .*/g, "") + "quorum none\n"; delete answer.witnessed; return answer; },
  };
  for (const [what, how] of Object.entries(lies)) {
    const seen = await look(how);
    assert.ok(!seen.good && seen.text.includes(what.slice(0, 6)), `${what}: ${seen.text}`);
  }
  const otherKey = await look(answer => { answer.key = answer.key.replace(/.$/, c => (c === "A" ? "B" : "A")); return answer; });
  assert.ok(otherKey.text.includes("not the one that this browser remembers"), otherKey.text);
  const again = await look();
  assert.ok(again.good, again.text);
  // A browser has six connections to a station: pages that nobody sees hold none, so any number of them works.
  for (let i = 0; i < 8; i++) {
    const tab = await browser.newPage();
    await tab.goto(`${origin}/?lang=en&officer=110099#/item/${id}`);
    await tab.waitForSelector("#verdict", { timeout: 20000 });
  }
  assert.deepEqual(complaints, []);
  const policy = (await fetch(origin)).headers.get("content-security-policy");
  assert.ok(policy.includes("default-src 'none'") && !policy.includes("unsafe"), policy);
  console.log(`${Object.keys(lies).length} lies seen`);
} finally {
  await browser.close();
}
