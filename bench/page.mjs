// See ./page. Views an item until its chain is so long, then opens its page again and again. Beside it: how long the same answers take without a browser.
//   node page.mjs http://127.0.0.1:8480 ID ENTRIES VISITS
import puppeteer from "puppeteer-core";

const [origin, id, entries, visits] = [process.argv[2], process.argv[3], Number(process.argv[4]), Number(process.argv[5])];
const get = (path, officer) => fetch(origin + path, { headers: { "Liuhen-Officer": officer } }).then(answer => answer.json());
let now = (await get(`/api/evidence?id=${id}`, "110077")).evidence[0].entries;
for (let i = now; i < entries; i += 20) await Promise.all(Array.from({ length: Math.min(20, entries - i) }, (_, n) => get(`/api/evidence/${id}?purpose=view-${i + n}`, `1100${(i + n) % 30 + 10}`)));
for (let far = -1, since = performance.now(); (now = (await get(`/api/evidence?id=${id}`, "110077")).evidence[0].entries) < entries; await new Promise(done => setTimeout(done, 500))) {
  if (now !== far) [far, since] = [now, performance.now()];
  if (performance.now() - since > 120_000) { console.error(`the chain stays at ${now} entries for 120 s`); process.exit(1); }
}

const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
console.log("| visit | entries | first content ms | check ms | until the verdict stands ms |\n|---|---|---|---|---|");
try {
  for (let visit = 1; visit <= visits; visit++) {
    const page = await browser.newPage();
    const start = performance.now();
    await page.goto(`${origin}/?lang=en&officer=110077#/item/${id}`);
    const verdict = await page.waitForSelector("#verdict", { timeout: 30000 }), stands = performance.now() - start;
    const [check, text, first] = await page.evaluate(e => [e.dataset.milliseconds, e.textContent, performance.getEntriesByName("first-contentful-paint")[0]?.startTime], verdict);
    if (!text.includes("Checked in your browser")) throw new Error(text);
    console.log(`| ${visit} | ${text.match(/all (\d+) entries/)[1]} | ${Math.round(first)} | ${check} | ${Math.round(stands)} |`);
    await page.close();
  }
} finally { await browser.close(); }
for (const path of [`/api/evidence/${id}/custody`, "/", "/api/health"]) {
  const times = [];
  for (let i = 0; i < 10; i++) { const start = performance.now(); const answer = await fetch(origin + path, { headers: { "Liuhen-Officer": "110077" } }); const bytes = (await answer.arrayBuffer()).byteLength; times.push([performance.now() - start, bytes]); }
  times.sort((a, b) => a[0] - b[0]);
  console.log(`beside it: GET ${path.replace(id, "ID")} without a browser: ${times[5][0].toFixed(0)} ms, ${times[5][1]} bytes`);
}
