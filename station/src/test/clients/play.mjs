// Plays a recording and looks at the small pictures along it. Says what was played and where the pictures were.
//   node play.mjs ORIGIN LANGUAGE ITEM SOUND OTHER
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [origin, lang, item, sound, other] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = "../../../target/play";
mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
const complaints = [];
let page;
try {
  page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  page.setDefaultTimeout(20000);
  page.on("pageerror", error => complaints.push(String(error)));
  page.on("console", message => message.type() === "error" && complaints.push(message.text()));
  const asked = { player: 0, pictures: 0, sessions: 0 };
  page.on("request", request => request.method() === "POST" && request.url().endsWith("/plays") && asked.sessions++);
  page.on("request", request => request.url().includes("/media?") && asked[request.url().includes("for=pictures") ? "pictures" : "player"]++);
  const play = async id => {
    await page.goto(`${origin}/?lang=${lang}&officer=110023#/item/${id}`);
    await page.waitForSelector(`#verdict[data-id="${id}"]`);
    await page.click(".media button.primary");
    await page.waitForSelector("video, audio");
  };
  const drawn = () =>
    page.$$eval(".pictures canvas", all =>
      all.filter(c => {
        if (!c.width) return false;
        const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
        let light = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] > 150) light++;
        return light > 500;
      }).length,
    );

  await play(item);
  await page.waitForFunction(() => document.querySelector("video")?.currentTime > 0.2);
  await page.$eval("video", v => v.pause()); // what is shown from here on is shown by a picture alone
  const paused = await page.$eval("video", v => v.currentTime);
  for (let i = 0; i < 100 && (await drawn()) < 12; i++) await page.waitForTimeout(200);
  assert.equal(await drawn(), 12, "twelve pictures");
  assert.equal(await page.$eval("video", v => v.currentTime), paused, "the player is not moved by them");
  assert.equal(new Set(await page.$$eval(".pictures canvas", all => all.map(c => c.toDataURL()))).size, 12, "each shows another moment");
  assert.ok(asked.pictures > 0 && asked.player > 0, JSON.stringify(asked));
  await page.screenshot({ path: `${pictures}/desk-${lang}.png` });
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`);
  assert.deepEqual(violations.filter(v => ["serious", "critical"].includes(v.impact)).map(v => `${v.id} ${v.nodes.map(n => n.html).join(" ").slice(0, 300)}`), []);
  // Another language, and back: paused and playing, the same player goes on in the same session.
  const mark = () => page.$eval("video", v => { v.dataset.same = "yes"; });
  const state = () => page.$eval("video", v => ({ same: v.dataset.same, paused: v.paused, at: v.currentTime }));
  const turn = async () => {
    const words = await page.textContent("#verdict");
    await page.click("#language");
    await page.waitForFunction(before => document.querySelector("#verdict")?.textContent !== before && document.querySelector(".controls").ariaLabel, words);
    await page.waitForTimeout(500);
  };
  await mark();
  const named = () => page.$eval(".controls", form => [form, ...form.querySelectorAll("button, select, input")].map(e => e.ariaLabel || e.textContent).join(" ")),
    inOne = await named();
  await turn();
  assert.deepEqual(await state(), { same: "yes", paused: true, at: paused });
  assert.notEqual(await named(), inOne, "its buttons are in the other language");
  await page.$eval("video", v => v.play());
  await turn();
  const on = await state();
  assert.ok(on.same === "yes" && !on.paused && on.at > paused, JSON.stringify(on));
  assert.equal(await named(), inOne);
  assert.equal(asked.sessions, 1, "one session of playing on the record");
  await page.$eval("video", v => v.pause());
  // One stop of the Tab key, arrows inside, Enter goes there.
  assert.equal(await page.$$eval(".pictures button", all => all.filter(b => b.tabIndex === 0).length), 1);
  await page.focus(".pictures button");
  for (const key of ["End", "ArrowRight", "ArrowLeft", "Home", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  assert.equal(await page.evaluate(() => [...document.querySelectorAll(".pictures button")].indexOf(document.activeElement)), 2);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector("video").seeking && document.querySelector('.pictures [aria-current="true"]') === document.activeElement);
  const there = await page.$eval("video", v => v.currentTime / v.duration);
  assert.ok(Math.abs(there - 2 / 12) < 0.01, `a sixth of the way: ${there}`);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator(".pictures").scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${pictures}/phone-${lang}.png` });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than a phone");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto(`${origin}/?lang=${lang}#/cases`);
  await page.waitForTimeout(500);

  await play(sound);
  await page.waitForFunction(() => document.querySelector("audio, video")?.currentTime > 0.2);
  assert.ok(!(await page.isVisible(".pictures")), "a sound recording has none");
  await page.goto(`${origin}/?lang=${lang}#/cases`);
  await page.waitForTimeout(500);

  // What the browser cannot play has no strip either; that it cannot, is said where the player would be.
  const before = asked.pictures;
  await page.goto(`${origin}/?lang=${lang}#/item/${other}`);
  await page.waitForSelector(`#verdict[data-id="${other}"]`);
  await page.click(".media button.primary");
  await page.waitForSelector('.media [role="status"]');
  assert.equal(await page.locator(".pictures").count(), 0);
  assert.equal(asked.pictures, before);
  assert.deepEqual(complaints, []);
  console.log("pictures");
} catch (failed) {
  await page.screenshot({ path: `${pictures}/failed-${lang}.png` });
  console.log(complaints, await page.$eval(".media", media => media.innerText).catch(String));
  throw failed;
} finally {
  await browser.close();
}
