// Three recordings of a case on one axis: two that overlap by five seconds, one an hour later.
//   node together.mjs ORIGIN LANGUAGE CASE FIRST SECOND LATER
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [origin, lang, caseId, first, second, later] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = "../../../target/together";
mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
const complaints = [];
try {
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  page.setDefaultTimeout(20000);
  page.on("pageerror", error => complaints.push(String(error)));
  await page.goto(`${origin}/?lang=${lang}&officer=110023#/case/${encodeURIComponent(caseId)}`);
  await page.click('#detail a[href^="#/together/"]');
  await page.waitForSelector("#lanes li");
  assert.deepEqual(await page.$$eval("#lanes li", all => all.map(li => li.dataset.id)), [first, second, later]);
  assert.equal(await page.$$eval("#lanes video", all => all.length), 0, "nothing is opened before it is played");
  await page.click("#detail .controls button");
  const at = () =>
    page.evaluate(([one, two]) => {
      const media = id => document.querySelector(`#lanes li[data-id="${id}"] video`);
      const [a, b] = [media(one), media(two)];
      return { a: a?.currentTime, b: b?.currentTime, both: !!a && !!b && !a.paused && !b.paused };
    }, [first, second]);
  let apart = null;
  for (let i = 0; i < 80 && apart === null; i++) {
    await page.waitForTimeout(250);
    const now = await at();
    if (now.both && now.b > 1) apart = now.a - now.b;
  }
  assert.ok(apart !== null && Math.abs(apart - 3) < 0.5, `the first is three seconds further: ${apart}`);
  assert.equal(await page.$(`#lanes li[data-id="${later}"] video`), null, "what is an hour later is not open yet");
  await page.click("#detail .controls button"); // pause
  await page.waitForFunction(() => [...document.querySelectorAll("#lanes video")].every(v => v.paused));
  assert.deepEqual(await page.$$eval("#lanes video", all => all.map(v => v.muted)), [false, true], "one is heard");
  await page.screenshot({ path: `${pictures}/desk-${lang}.png`, fullPage: true });
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`);
  assert.deepEqual(violations.filter(v => ["serious", "critical"].includes(v.impact)).map(v => `${v.id} ${v.nodes.map(n => n.html).join(" ").slice(0, 300)}`), []);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: `${pictures}/phone-${lang}.png`, fullPage: true });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than a phone");
  await page.$eval(".axis", scale => {
    scale.value = String(3_602_000);
    scale.dispatchEvent(new Event("input"));
  });
  await page.waitForFunction(id => document.querySelector(`#lanes li[data-id="${id}"] video`)?.currentTime > 1, later);
  assert.ok(await page.$eval(`#lanes li[data-id="${first}"]`, li => li.classList.contains("waits")));
  // Another language: what is in step goes on, in the same sessions of playing.
  const opened = [];
  page.on("request", asked => asked.method() === "POST" && asked.url().endsWith("/plays") && opened.push(asked.url()));
  await page.selectOption("#detail .controls select", "0.25");
  await page.evaluate(id => (document.querySelector(`#lanes li[data-id="${id}"] video`).dataset.same = "yes"), later);
  const words = await page.textContent("#detail h2");
  await page.click("#detail .controls button");
  await page.click("#language");
  await page.waitForFunction(before => document.querySelector("#detail h2")?.textContent !== before, words);
  await page.waitForFunction(id => {
    const video = document.querySelector(`#lanes li[data-id="${id}"] video`);
    return video?.dataset.same === "yes" && !video.paused && video.currentTime > 2.1;
  }, later);
  assert.equal(await page.$eval("#detail .controls select", e => e.value), "0.25");
  assert.deepEqual(opened, []);
  await page.goto(`${origin}/?lang=${lang}#/cases`);
  await page.waitForTimeout(1500);
  assert.deepEqual(complaints, []);
  console.log("in step");
} finally {
  await browser.close();
}
