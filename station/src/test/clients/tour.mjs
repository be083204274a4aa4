// The tour of those who sign in for the first time, by role: what it shows, how it ends, and that it comes once.
//   node tour.mjs ORIGIN LANGUAGE ITEM '[{"id": …, "password": …, "code": …, "steps": [places]}, …]'
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [origin, lang, item, given] = process.argv.slice(2), people = JSON.parse(given);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = "../../../target/tour";
mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const complaints = [];
let page;
const look = async name => {
  for (const [width, height] of [[1366, 768], [390, 844]]) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${pictures}/${name}-${width}-${lang}.png` });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: wider than ${width}`);
    const box = await page.locator("#tour").boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${name} ${width}: out of the window ${JSON.stringify(box)}`);
    if (width === 390) assert.ok(box.width === width && Math.abs(box.y + box.height - height) < 1, "a sheet on the phone");
  }
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`);
  assert.deepEqual(violations.filter(v => ["serious", "critical"].includes(v.impact)).map(v => `${v.id} ${v.nodes.map(n => n.html).join(" ").slice(0, 300)}`), []);
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.waitForTimeout(400);
};
const tour = { state: "visible", timeout: 20000 };
const shows = () => page.locator("#tour").isVisible();
const signIn = async one => {
  await page.waitForSelector("#number");
  await page.fill("#number", one.id);
  await page.fill("#password", one.password);
  if (one.code) await page.fill("#code", one.code);
  await page.press("#password", "Enter");
  await page.waitForSelector("#signOut");
};
/** Whether the ring is around this place. */
const around = place =>
  page.waitForFunction(selector => {
    const of = document.querySelector(selector)?.getBoundingClientRect(), ring = document.querySelector(".ring")?.getBoundingClientRect();
    return of && ring && Math.abs(ring.left - of.left + 4) < 2 && Math.abs(ring.top - of.top + 4) < 2;
  }, place, { timeout: 5000 });
try {
  for (const [n, one] of people.entries()) {
    page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, reducedMotion: n % 2 ? "reduce" : "no-preference" })).newPage();
    page.setDefaultTimeout(20000);
    page.on("pageerror", error => complaints.push(`${one.id}: ${error}`));
    page.on("console", message => message.type() === "error" && !/status of 401/.test(message.text()) && complaints.push(`${one.id}: ${message.text()}`));
    await page.goto(`${origin}/?lang=${lang}`);
    await signIn(one);
    await page.waitForSelector("#tour", tour);
    const titles = [];
    for (const [i, place] of one.steps.entries()) {
      await around(place);
      assert.equal(await page.textContent("#tour .acts .small"), `${i + 1} / ${one.steps.length}`);
      titles.push(await page.textContent("#tourTitle"));
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), await page.textContent("#tour button.primary"), "the next step has the focus");
      if (i === 0 || place === "#piles") await look(`${one.id}-${i}`);
      await page.keyboard.press("Enter");
    }
    assert.equal(new Set(titles).size, one.steps.length);
    assert.ok(!(await shows()), "after the last step it is over");
    assert.notEqual(await page.evaluate(() => document.activeElement), null);
    await page.reload();
    await page.waitForSelector("#signOut");
    await page.waitForTimeout(1500);
    assert.ok(!(await shows()), "it comes once");
    if (n > 0) continue;

    // The help shows it again; Escape ends it, and the focus goes back.
    await page.goto(`${origin}/?lang=${lang}#/help`);
    await page.getByRole("button", { name: lang === "zh" ? "再看一次使用引导" : "Show the tour again" }).click();
    await page.waitForSelector("#tour", tour);
    await page.keyboard.press("Escape");
    assert.ok(!(await shows()));
    assert.equal(await page.evaluate(() => location.hash), "#/", "Escape ended the tour and nothing else");

    // Who followed an address to an item reads it first; the tour waits until the desk is opened.
    page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    page.setDefaultTimeout(20000);
    page.on("pageerror", error => complaints.push(`${one.id}: ${error}`));
    await page.goto(`${origin}/?lang=${lang}#/item/${item}`);
    await signIn(one);
    await page.waitForSelector(`#verdict[data-id="${item}"]`);
    await page.waitForTimeout(1000);
    assert.ok(!(await shows()), "no tour over an item");
    await page.click('#views a[href="#/"]');
    await page.waitForSelector("#tour", tour);
    // Another view closes it; it goes on where it was. Skipped without the box, it comes at the next sign-in.
    await page.keyboard.press("Enter");
    await page.click('#views a[href="#/evidence"]');
    await page.waitForSelector("#tour", { state: "detached" }); // the address is heard of after the click
    await page.click('#views a[href="#/"]');
    await page.waitForSelector("#tour", tour);
    assert.match(await page.textContent("#tour .acts .small"), /^2 /);
    await page.uncheck("#tour input");
    await page.getByRole("button", { name: lang === "zh" ? "跳过" : "Skip", exact: true }).click();
    assert.ok(!(await shows()));
    await page.click('#views a[href="#/evidence"]');
    await page.click('#views a[href="#/"]');
    await page.waitForTimeout(1000);
    assert.ok(!(await shows()), "not twice on one visit");
    await page.reload();
    await page.waitForSelector("#tour", tour);
    await page.keyboard.press("Escape");
    await page.reload();
    await page.waitForSelector("#signOut");
    await page.waitForTimeout(1000);
    assert.ok(!(await shows()), "with the box, it is over");
  }
  assert.deepEqual(complaints, []);
  console.log(`${people.length} tours`);
} catch (failed) {
  await page.screenshot({ path: `${pictures}/failed-${lang}.png` });
  console.log(complaints, await page.$eval("#tour", e => e.innerText).catch(String));
  throw failed;
} finally {
  await browser.close();
}
