// The track of a recording over the tiles of the site: they are seen, the mark moves with the player, nothing is asked for outside.
//   node map.mjs ORIGIN LANGUAGE ITEM ATTRIBUTION
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [origin, lang, item, attribution] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = "../../../target/map";
mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
const complaints = [], asked = [];
let page;
try {
  page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  page.setDefaultTimeout(20000);
  page.on("pageerror", error => complaints.push(String(error)));
  page.on("console", message => ["error", "warning"].includes(message.type()) && !/status of 404/.test(message.text()) && complaints.push(message.text()));
  page.on("request", request => asked.push(request.url()));
  await page.goto(`${origin}/?lang=${lang}&officer=110023#/item/${item}`);
  await page.waitForSelector(`#verdict[data-id="${item}"]`);
  assert.ok(!asked.some(url => url.includes("/leaflet/")), "the map is fetched with the first track");
  await page.click(".media button.primary");
  await page.waitForFunction(() => document.querySelector("video")?.currentTime > 0.1);
  await page.$eval("video", v => v.pause());
  await page.getByRole("button", { name: lang === "zh" ? "显示轨迹" : "Show the track" }).click();
  await page.waitForFunction(() => [...document.querySelectorAll(".map .leaflet-tile")].some(tile => tile.naturalWidth === 256));
  await page.waitForTimeout(500);
  /** How much of the map is covered by tiles that were drawn: the colour of those of the test. */
  const shot = async name => page.locator(".map").screenshot({ path: `${pictures}/${name}-${lang}.png` });
  await shot("map");
  assert.ok((await page.textContent(".map .leaflet-control-attribution")).includes(attribution), "whose map it is");
  assert.equal(await page.locator(".map .leaflet-control-attribution b").count(), 0, "an attribution is text");
  assert.equal(await page.locator(".map a[href^=http]").count(), 0);
  // The view fits the track: all of it is inside.
  const inside = await page.evaluate(() => {
    const map = document.querySelector(".map").getBoundingClientRect();
    return [...document.querySelectorAll(".map path.leaflet-interactive, .map svg path")].every(path => {
      const box = path.getBoundingClientRect();
      return box.left >= map.left && box.right <= map.right && box.top >= map.top && box.bottom <= map.bottom;
    });
  });
  assert.ok(inside, "the track is in the view");
  const mark = () => page.$$eval(".map svg path", all => all.at(-1).getAttribute("d"));
  const seek = async to => {
    const heard = page.evaluate(() => new Promise(done => document.querySelector("video").addEventListener("seeked", done, { once: true })));
    await page.$eval("video", (v, at) => {
      v.currentTime = at;
    }, to);
    await heard;
    await page.waitForTimeout(400);
  };
  await seek(1);
  const early = await mark();
  await seek(8.5);
  const late = await mark();
  assert.notEqual(early, late, "the mark moves with the player");
  await page.screenshot({ path: `${pictures}/desk-${lang}.png` });
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`);
  assert.deepEqual(violations.filter(v => ["serious", "critical"].includes(v.impact)).map(v => `${v.id} ${v.nodes.map(n => n.html).join(" ").slice(0, 300)}`), []);
  // A click at the beginning of the track goes to the beginning of the recording.
  const start = await page.$$eval(".map svg path", all => {
    const { left, top, width, height } = all[2].getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  });
  await page.mouse.click(start.x, start.y);
  await page.waitForFunction(() => document.querySelector("video").currentTime < 1.1);
  // Larger by the keyboard and by the wheel.
  const zoom = () => page.$$eval(".map .leaflet-tile", all => all.length && document.querySelector(".map .leaflet-tile-container").style.transform);
  const tilesOf = () => asked.filter(url => url.includes("/tiles/")).map(url => Number(url.match(/tiles\/(\d+)/)[1]));
  await page.focus(".map");
  await zoom();
  const first = Math.max(...tilesOf());
  await page.keyboard.press("-");
  await page.waitForTimeout(800);
  assert.ok(Math.min(...tilesOf()) < first, "the keyboard makes it smaller");
  const box = await page.locator(".map").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < 3; i++) {
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(400);
  }
  assert.ok(Math.min(...tilesOf()) < first - 1, "the wheel, too");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator(".map").scrollIntoViewIfNeeded();
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${pictures}/phone-${lang}.png` });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than a phone");
  await page.goto(`${origin}/?lang=${lang}#/cases`);
  await page.waitForTimeout(500);
  // Where the map does not come, the track does.
  await page.route("**/leaflet/**", route => route.abort());
  await page.goto("about:blank");
  await page.goto(`${origin}/?lang=${lang}&officer=110023#/item/${item}`);
  await page.waitForSelector(`#verdict[data-id="${item}"]`);
  const before = complaints.length;
  await page.getByRole("button", { name: lang === "zh" ? "显示轨迹" : "Show the track" }).click();
  await page.waitForSelector(".media svg polyline");
  assert.match(await page.textContent(".media"), lang === "zh" ? /地图未能加载/ : /could not be loaded/);
  assert.deepEqual(complaints.slice(0, before), []);
  assert.deepEqual(asked.filter(url => !url.startsWith(origin) && !url.startsWith("blob:") && !url.startsWith("about:")), [], "nothing outside is asked for");
  console.log("a map");
} catch (failed) {
  await page.screenshot({ path: `${pictures}/failed-${lang}.png` });
  console.log(complaints, await page.$eval(".media", media => media.innerText).catch(String));
  throw failed;
} finally {
  await browser.close();
}
