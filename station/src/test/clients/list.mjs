// Goes through a long list in a real browser: each item is there once, in its order, and only those near the window are in the document.
//   node list.mjs http://127.0.0.1:8480 ITEMS
import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";

const [origin, items] = [process.argv[2].replace(/\/$/, ""), Number(process.argv[3])];
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const { zone } = await (await fetch(`${origin}/api/session`)).json();
/** A moment as clocks at the site show it. */
const atSite = iso => new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(iso));
const name = i => `f-${String(i).padStart(5, "0")}.mp4`;
try {
  for (const viewport of [{ width: 1366, height: 768 }, { width: 390, height: 844 }]) {
    const page = await browser.newPage();
    const complaints = [];
    page.on("pageerror", error => complaints.push(String(error)));
    await page.setViewport(viewport);
    await page.emulateTimezone("America/St_Johns"); // nobody's at the site
    await page.goto(`${origin}/?lang=en&officer=110077#/evidence?sort=name`);
    await page.waitForFunction(n => document.querySelector("#listStatus").textContent === `${n.toLocaleString("en")} in all`, { timeout: 60_000 }, items);
    // From the top of the page, one key leads to the list: not thirty.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.ok(await page.evaluate(() => document.activeElement?.matches("#list .row")), "the first key that Tab reaches leads to the list");
    await page.evaluate(() => { // on a phone the whole document scrolls
      const section = document.querySelector("#finding");
      window.place = getComputedStyle(section).overflowY === "visible" ? document.documentElement : section;
    });
    // From the first row to the last one, as one who reads.
    const seen = await page.evaluate(async () => {
      const order = new Map();
      let most = 0;
      for (let end = performance.now() + 120_000; performance.now() < end; ) {
        const rows = [...document.querySelectorAll("#list .row")];
        most = Math.max(most, rows.length);
        for (const row of rows) order.set(row.querySelector(".name b").textContent, row.dataset.id);
        if (place.scrollTop + place.clientHeight >= place.scrollHeight - 2 && !document.querySelector("#list .page[aria-busy]:last-child")) break;
        const waits = [...document.querySelectorAll("#list .page[aria-busy]")].some(box => box.getBoundingClientRect().top < innerHeight && box.getBoundingClientRect().bottom > 0);
        if (!waits) place.scrollTop += 500;
        await new Promise(requestAnimationFrame);
      }
      return { names: [...order.keys()], most };
    });
    assert.deepEqual(seen.names.sort(), Array.from({ length: items }, (_, i) => name(i + 1)));
    assert.ok(seen.most <= 400, `${seen.most} rows were in the document at once`);
    // To the middle at once; what is drawn is in order.
    await page.evaluate(() => { place.scrollTop = place.scrollHeight / 2; });
    await page.waitForFunction(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest(".row"), { timeout: 20_000 });
    const middle = await page.$$eval("#list .row .name b", all => all.map(e => e.textContent));
    assert.deepEqual(middle, [...middle].sort());
    // An item that is chosen far down stands in the window: beside the list, or on a phone in its place, with a way back.
    const chosen = await page.evaluate(() => {
      const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest(".row");
      row.click();
      return row.dataset.id;
    });
    await page.waitForSelector(`#verdict[data-id="${chosen}"]`, { timeout: 20_000 });
    const opened = await page.evaluate(() => ({ top: document.querySelector("#detail .head").getBoundingClientRect().top, list: document.querySelector("#finding").offsetWidth, back: document.querySelector("#detail .back").offsetWidth }));
    assert.ok(opened.top >= 0 && opened.top < viewport.height / 2, `the item begins at ${opened.top}`);
    assert.equal(opened.list > 300, viewport.width >= 1200, "the list is beside it where there is room");
    assert.ok(opened.back > 0, "there is a way back");
    await page.click("#detail .back");
    await page.waitForFunction(() => document.querySelector("#list .row")?.offsetParent && document.querySelector("#detail").hidden);
    // With the keys over the end of a page, there and back.
    await page.evaluate(() => { place.scrollTop = 0; });
    await page.waitForSelector("#list .page:first-child .row");
    await page.focus("#list .page:first-child .row");
    for (let i = 0; i < 55; i++) {
      await page.keyboard.press("j");
      await page.waitForFunction(n => document.activeElement?.querySelector?.(".name b")?.textContent === n, { timeout: 20_000 }, name(i + 2));
    }
    for (let i = 55; i > 45; i--) {
      await page.keyboard.press("k");
      await page.waitForFunction(n => document.activeElement?.querySelector?.(".name b")?.textContent === n, { timeout: 20_000 }, name(i));
    }
    // All that was found, not what is shown; and nothing of it for another question.
    await page.evaluate(() => document.querySelector(".ticked input").click());
    await page.$eval("#tickFound", button => button.click());
    await page.waitForFunction(n => document.querySelector("#manyCount")?.textContent === `${n} selected`, { timeout: 60_000 }, Math.min(items, 1000));
    await page.evaluate(() => { location.hash = "#/evidence?q=f-00007&sort=name"; });
    await page.waitForFunction(() => document.querySelectorAll("#list .row").length === 1 && document.querySelector("#many").hidden, { timeout: 20_000 });
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll("#list .row").length === 1 && document.querySelector("#q").value === "f-00007", { timeout: 20_000 });
    // Times and days are the site's, wherever the browser is.
    assert.ok((await page.$eval("#list .row .when", e => e.offsetWidth)) > 0, "the time of a recording is seen");
    if (viewport.width > 1000) assert.ok((await page.$eval("#list .row .length", e => e.offsetWidth)) > 0, "and its length");
    assert.ok((await page.$eval("#list .row .when", e => e.textContent)).startsWith(`Uploaded ${atSite("2026-11-01T00:00:00Z")}`));
    assert.ok((await page.$eval("#times", e => e.textContent)).startsWith(`Times are those of the site: ${zone}, UTC`));
    const day = page.waitForRequest(request => {
      const ask = new URL(request.url()).searchParams;
      return ask.get("from") && atSite(ask.get("from")) === "26 Nov 2026, 00:00:00" && atSite(ask.get("to")) === "27 Nov 2026, 00:00:00";
    }, { timeout: 20_000 });
    await page.evaluate(() => { location.hash = "#/evidence?from=2026-11-26&to=2026-11-26"; });
    await day;
    // What is empty says what to do.
    await page.evaluate(() => { location.hash = "#/evidence?q=nothing-has-this-name"; });
    await page.waitForSelector("#list .empty a.button");
    assert.ok(await page.$("#list .empty .icon") && await page.$("#search .primary .icon"));
    // Other views stand alone, not below a list.
    for (const view of ["gaps", "units", "rules", "cases", "exports", "record"]) {
      await page.evaluate(name => { location.hash = `#/${name}`; }, view);
      await page.waitForFunction(name => document.querySelector(`#views a[href="#/${name}"]`)?.ariaCurrent === "page" && document.querySelector("#detail h2"), { timeout: 20_000 }, view);
      const { list, top } = await page.evaluate(() => ({ list: document.querySelector("#finding").offsetWidth, top: document.querySelector("#detail h2").getBoundingClientRect().top }));
      assert.ok(list === 0 && top < viewport.height / 2, `${view} begins at ${top}, beside a list of ${list}`);
    }
    if (viewport.width > 1000) {
      await page.setViewport({ width: 1920, height: 1080 });
      await page.evaluate(() => { location.hash = "#/evidence?sort=name"; });
      await page.waitForSelector("#list .row");
      assert.ok(await page.$eval("#list .row", row => row.offsetWidth) > 1920 * 0.75, "a wide window is used");
    }
    assert.deepEqual(complaints, []);
    await page.close();
  }
  console.log(`${items} rows`);
} finally {
  await browser.close();
}
