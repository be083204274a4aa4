// Shows whole items in the page: pages of a document are drawn when they come into sight, a word is found, and nothing that is evidence runs.
//   node viewer.mjs ORIGIN LANGUAGE ITEMS PAGES TITLE
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [origin, lang, given, pages, title] = process.argv.slice(2), items = JSON.parse(given);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = "../../../target/viewer";
mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const complaints = [];
let page;
try {
  page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  page.setDefaultTimeout(20000);
  page.on("pageerror", error => complaints.push(String(error)));
  page.on("console", message => message.type() === "error" && complaints.push(message.text()));
  page.on("dialog", dialog => { complaints.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  const show = async name => {
    await page.goto(`${origin}/?lang=${lang}&officer=110023#/item/${items[name]}`);
    await page.waitForSelector(`#verdict[data-id="${items[name]}"]`);
    const button = page.locator(".media button.primary");
    if (name !== "page") await button.click();
    return button;
  };
  const look = async name => {
    await page.screenshot({ path: `${pictures}/${name}-desk-${lang}.png` });
    const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`);
    assert.deepEqual(violations.filter(v => ["serious", "critical"].includes(v.impact)).map(v => `${v.id} ${v.nodes.map(n => n.html).join(" ").slice(0, 300)}`), []);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${pictures}/${name}-phone-${lang}.png` });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: wider than a phone`);
    await page.setViewportSize({ width: 1366, height: 768 });
  };
  /** Whether something is drawn on this page of the document: other colours than white. */
  const inked = number =>
    page.evaluate(n => {
      const canvas = document.querySelectorAll(".viewer .leaf")[n - 1]?.querySelector("canvas");
      if (!canvas?.width || !canvas.dataset.drawn) return 0;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let ink = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] < 200) ink++;
      return ink;
    }, number);
  const drawn = async number => {
    for (let i = 0; i < 100; i++) {
      const ink = await inked(number);
      if (ink > 100) return ink;
      await page.waitForTimeout(100);
    }
    throw new Error(`page ${number} is not drawn`);
  };

  await show("pdf");
  await drawn(1);
  assert.equal(await page.locator(".viewer .leaf").count(), Number(pages));
  assert.ok((await page.$$eval(".viewer canvas", all => all.filter(c => c.width > 0).length)) < 10, "only what is in sight is drawn");
  await look("pdf");
  await page.fill(".viewer form input >> nth=0", "60");
  await page.press(".viewer form input >> nth=0", "Enter");
  await drawn(60);
  await page.waitForFunction(() => !document.querySelector(".viewer .leaf").firstChild, null, { timeout: 5000 });
  await page.fill(".viewer form input >> nth=1", title);
  await page.press(".viewer form input >> nth=1", "Enter");
  await page.waitForFunction(() => /41/.test(document.querySelector(".viewer output").textContent));
  const withChinese = await drawn(41), without = await (async () => { await page.fill(".viewer form input >> nth=0", "42"); await page.press(".viewer form input >> nth=0", "Enter"); return drawn(42); })();
  assert.ok(withChinese > without * 1.3, `the Chinese line is drawn, too: ${withChinese} ${without}`);
  await page.fill(".viewer form input >> nth=1", "PAGE  60 of");
  await page.press(".viewer form input >> nth=1", "Enter");
  await page.waitForFunction(() => /60/.test(document.querySelector(".viewer output").textContent));
  await page.fill(".viewer form input >> nth=1", "not in it");
  await page.press(".viewer form input >> nth=1", "Enter");
  await page.waitForFunction(() => !/\d/.test(document.querySelector(".viewer output").textContent));
  const width = () => page.$eval(".viewer canvas >> nth=0", c => c.clientWidth).catch(() => page.$eval(".viewer canvas", c => c.clientWidth));
  const before = await width();
  await page.click('.viewer [title="' + (lang === "zh" ? "放大" : "Larger") + '"]');
  await page.waitForTimeout(300);
  await page.click('.viewer [title="' + (lang === "zh" ? "放大" : "Larger") + '"]');
  await page.waitForTimeout(500);
  assert.notEqual(await width(), before);

  // A document of thousands of pages opens, too: it once took the browser's memory.
  await show("thick");
  await drawn(1);

  const again = await show("broken");
  await page.waitForSelector(".media .bad, .media [role=alert]");
  assert.ok(await again.isVisible());

  await show("picture");
  await page.waitForFunction(() => document.querySelector(".viewer img.whole")?.naturalWidth === 1600);
  await look("picture");
  await page.click('.viewer [title="' + (lang === "zh" ? "放大" : "Larger") + '"]');
  await page.waitForFunction(() => document.querySelector(".viewer img").clientWidth === 1600);

  await show("text");
  await page.waitForFunction(t => document.querySelector(".viewer pre")?.textContent.startsWith(t), title);
  assert.equal(await page.locator(".viewer pre img").count(), 0, "a text stays text");
  await look("text");

  const none = await show("page");
  assert.equal(await none.count(), 0, "a page of scripts is not shown");

  // Bytes that are not those of the record are not shown.
  await page.route("**/content?purpose=view", async route => {
    const answer = await route.fetch(), body = await answer.body();
    body[body.length - 1] ^= 1;
    await route.fulfill({ response: answer, body });
  });
  await page.goto(`${origin}/?lang=${lang}#/cases`);
  await page.goto(`${origin}/?lang=${lang}#/item/${items.text}`);
  await page.waitForSelector(`#verdict[data-id="${items.text}"]`);
  await page.locator(".media button.primary").click();
  await page.waitForFunction(() => /SHA-256|哈希值/.test(document.querySelector(".media").textContent) && !document.querySelector(".viewer pre"));
  assert.deepEqual(complaints, []);
  console.log("shown");
} catch (failed) {
  await page.screenshot({ path: `${pictures}/failed-${lang}.png` });
  console.log(complaints, await page.$eval(".media", media => media.innerText).catch(String));
  throw failed;
} finally {
  await browser.close();
}
