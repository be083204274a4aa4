// See ./list. Asks for the list as the page does, then looks at the page itself: what it shows when, and the gaps between frames while it is scrolled.
//   node list.mjs http://127.0.0.1:8480 ITEMS ASKED SECONDS
import puppeteer from "puppeteer-core";

const [origin, items, asked, seconds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4]), Number(process.argv[5])];
const PAGE = 50; // rows.js
const share = (values, part) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))].toFixed(0);
async function get(path) {
  const start = performance.now(), answer = await fetch(origin + path, { headers: { "Liuhen-Officer": "110077" } }), body = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${body}`);
  return [performance.now() - start, JSON.parse(body)];
}
async function times(path) {
  const all = [];
  for (let i = 0; i < asked; i++) all.push((await get(typeof path === "string" ? path : path(i)))[0]);
  return `${share(all, 0.5)} | ${share(all, 0.95)} | ${Math.max(...all).toFixed(0)}`;
}
console.log(`${items} items\n\n| question | p50 ms | p95 ms | max ms |\n|---|---|---|---|`);
for (const sort of ["-uploaded", "uploaded", "-recorded", "name", "-length", "-size", "officer", "state", "case", "sealed"]) {
  const query = `limit=${PAGE}&sort=${sort}`;
  console.log(`| first rows, ${sort} | ${await times(`/api/evidence?${query}`)} |`);
  const [, { found, pages }] = await get(`/api/evidence-pages?${query}`);
  if (found !== Math.min(items, 100_000)) throw new Error(`${found} found`);
  console.log(`| a page anywhere, ${sort} | ${await times(i => `/api/evidence?${query}&before=${pages[(i * 7919) % pages.length]}`)} |`);
}
for (const more of ["", "&sort=name", "&state=verified", "&q=mp4", "&q=笔录", "&desk=uncategorised", "&unit=110105&sort=-recorded"])
  console.log(`| total and pages${more.replace("&", ", ")} | ${await times(encodeURI(`/api/evidence-pages?limit=${PAGE}${more}`))} |`);

const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  for (const [name, viewport] of [["desktop", { width: 1366, height: 768 }], ["phone", { width: 390, height: 844 }]]) {
    const page = await browser.newPage();
    await page.setViewport(viewport);
    const start = performance.now();
    await page.goto(`${origin}/?lang=en&officer=110077#/evidence`);
    await page.waitForSelector("#list .row");
    const rows = performance.now() - start;
    await page.waitForFunction(() => /in all|more than/.test(document.querySelector("#listStatus").textContent), { timeout: 60_000 });
    console.log(`\n${name}: first rows after ${rows.toFixed(0)} ms, "${await page.$eval("#listStatus", e => e.textContent)}" after ${(performance.now() - start).toFixed(0)} ms`);
    const scroll = (pixels, time) => page.evaluate(async (pixels, time) => {
      const section = document.querySelector("#finding"), place = getComputedStyle(section).overflowY === "visible" ? document.documentElement : section;
      const gaps = [], begun = performance.now();
      let last = begun, blank = 0;
      place.scrollTop = 0;
      while (performance.now() - begun < time * 1000 && place.scrollTop + place.clientHeight < place.scrollHeight - 1) {
        place.scrollTop += pixels;
        const now = await new Promise(requestAnimationFrame);
        gaps.push(now - last);
        last = now;
        const seen = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
        if (!seen?.closest(".row")) blank++;
      }
      gaps.sort((a, b) => a - b);
      return { longest: gaps.at(-1), p99: gaps[Math.floor(gaps.length * 0.99)], frames: gaps.length, blank, far: place.scrollTop, height: place.scrollHeight, drawn: document.querySelectorAll("#list .row").length };
    }, pixels, time);
    for (const [how, pixels] of [["as fast as one reads along (40 px a frame)", 40], ["a fast wheel (400 px a frame)", 400], ["over all of it (2,500 px a frame)", 2500]]) {
      const seen = await scroll(pixels, pixels === 2500 ? seconds * 4 : seconds);
      console.log(`${name}, ${how}: ${seen.frames} frames, longest gap ${seen.longest.toFixed(0)} ms, p99 ${seen.p99.toFixed(0)} ms, ${seen.blank} frames without rows, ${Math.round(seen.far)} of ${seen.height} px, ${seen.drawn} rows in the document`);
    }
    // Other work on the machine makes gaps, but no processor time: how much of it the longest task of the page's thread took.
    await page.tracing.start({ categories: ["toplevel", "devtools.timeline"] });
    await scroll(400, Math.min(8, seconds));
    const { traceEvents } = JSON.parse(Buffer.from(await page.tracing.stop()).toString("utf8"));
    const main = new Set(traceEvents.filter(e => e.name === "thread_name" && e.args.name === "CrRendererMain").map(e => `${e.pid}/${e.tid}`));
    const busy = traceEvents.filter(e => /RunTask$/.test(e.name) && main.has(`${e.pid}/${e.tid}`)).map(e => (e.tdur || 0) / 1000);
    console.log(`${name}, a fast wheel: the longest of ${busy.length} tasks took ${Math.max(...busy).toFixed(0)} ms of processor time`);
    const beside = await page.evaluate(async () => {
      const gaps = [];
      for (let last = performance.now(), end = last + 5000; last < end; ) { const now = await new Promise(requestAnimationFrame); gaps.push(now - last); last = now; }
      return Math.max(...gaps);
    });
    console.log(`${name}, beside it: the longest gap in 5 s in which nothing happens ${beside.toFixed(0)} ms`);
    const jumps = [];
    for (let i = 1; i <= Math.min(20, asked); i++) jumps.push(await page.evaluate(async part => {
      const section = document.querySelector("#finding"), place = getComputedStyle(section).overflowY === "visible" ? document.documentElement : section;
      const begun = performance.now();
      place.scrollTop = place.scrollHeight * part;
      for (;;) {
        await new Promise(requestAnimationFrame);
        if (document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest(".row")) return performance.now() - begun;
        if (performance.now() - begun > 20_000) throw new Error("no rows");
      }
    }, (i * 0.37) % 1));
    const { JSHeapUsedSize, Nodes } = await page.metrics();
    console.log(`${name}, jumps to anywhere: rows after ${share(jumps, 0.5)} ms (p50), ${share(jumps, 0.95)} ms (p95); heap ${(JSHeapUsedSize / 1048576).toFixed(0)} MiB, ${Nodes} nodes`);
    await page.close();
  }
} finally {
  await browser.close();
}
