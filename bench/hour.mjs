// See ./hour. Works in one page as a supervisor does, and looks at what stays in memory; then goes to other moments of a long recording.
//   node hour.mjs http://127.0.0.1:8480 RECORDING ACTS SEEKS
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const [origin, long, acts, seeks] = [process.argv[2], process.argv[3], Number(process.argv[4]), Number(process.argv[5])];
const share = (values, part) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))].toFixed(0);
const officer = { headers: { "Liuhen-Officer": "110077" } };
const list = async () => (await (await fetch(`${origin}/api/evidence?limit=100`, officer)).json()).evidence;
for (let tries = 0; (await list()).some(one => one.state !== "verified"); tries++) {
  if (tries === 240) throw new Error("not all was verified after two minutes");
  await new Promise(done => setTimeout(done, 500));
}
const items = await list(), browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
try {
  const page = await browser.newPage(), session = await page.createCDPSession(), all = await browser.target().createCDPSession();
  const errors = [];
  page.on("pageerror", error => errors.push(String(error)));
  page.on("console", line => line.type() === "error" && errors.push(line.text()));
  await page.setViewport({ width: 1366, height: 768 });
  await session.send("Performance.enable");
  const go = async (hash, shown) => {
    await page.evaluate(to => (location.hash = to), hash);
    await page.waitForSelector(shown, { visible: true, timeout: 30000 });
  };
  const play = async () => {
    await page.waitForSelector("#verdict", { timeout: 30000 });
    const pressed = await page.evaluate(() => {
      const button = [...document.querySelectorAll("button.primary")].find(one => /^Play/.test(one.textContent.trim()));
      button?.click();
      return Boolean(button);
    });
    if (!pressed) throw new Error("no button to play");
    await page.waitForFunction(() => document.querySelector("video")?.currentTime > 0.3, { timeout: 30000 });
  };
  const memory = async after => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics"), of = name => metrics.find(one => one.name === name).value;
    const { processInfo } = await all.send("SystemInfo.getProcessInfo");
    const pss = processInfo.filter(one => one.type === "renderer").map(one => Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${one.id}/smaps_rollup`, "utf8"))[1]) / 1024);
    console.log(`| ${after} | ${(of("JSHeapUsedSize") / 1048576).toFixed(1)} | ${of("Nodes")} | ${of("JSEventListeners")} | ${Math.max(...pss).toFixed(0)} |`);
  };
  await page.goto(`${origin}/?lang=en&officer=110077#/evidence`);
  await page.waitForSelector("#list .row");
  console.log("| acts | JavaScript heap MiB | nodes | listeners | renderer process MiB (Pss) |\n|---|---|---|---|---|");
  await memory(0);
  const videos = items.filter(one => one.mediaType.startsWith("video")), steps = [
    () => go("#/evidence", "#list .row"),
    i => go(`#/item/${items[i % items.length].id}`, "#verdict"),
    () => go("#/cases", "main"),
    () => go("#/record", "main"),
    i => go(`#/evidence?q=${i % 20}`, "main"),
    async i => (await go(`#/item/${videos[i % videos.length].id}`, "#verdict"), await play()),
    () => go("#/gaps", "main"),
    () => go("#/units", "main"),
    () => go("#/", "main"),
    i => go(`#/evidence?sort=${["name", "-size", "state", "-recorded"][i % 4]}`, "#list .row"),
  ];
  for (let i = 1; i <= acts; i++) {
    await steps[i % steps.length](i);
    await new Promise(done => setTimeout(done, 300));
    if (i % Math.ceil(acts / 6) === 0) await memory(i);
  }
  await go(`#/item/${long}`, "#verdict");
  await play();
  const times = await page.evaluate(async seeks => {
    const video = document.querySelector("video"), times = [];
    for (let i = 0; i < seeks; i++) {
      const to = (video.duration * ((i * 7919) % 1000)) / 1000, start = performance.now();
      const seen = new Promise(done => video.requestVideoFrameCallback(done));
      video.currentTime = to;
      await Promise.all([new Promise(done => video.addEventListener("seeked", done, { once: true })), seen]);
      times.push(performance.now() - start);
    }
    return times;
  }, seeks);
  console.log(`\n${seeks} jumps in a recording of ${await page.$eval("video", video => Math.round(video.duration))} s, until the frame is drawn: p50 ${share(times, 0.5)} ms, p95 ${share(times, 0.95)} ms, longest ${Math.max(...times).toFixed(0)} ms`);
  await memory("and the long recording");
  if (errors.length) throw new Error(`errors in the console: ${errors.slice(0, 5).join("; ")}`);
} finally {
  await browser.close();
}
