// Plays a day at a station in a real browser, with the eyes of those who work there. Says what it saw; pictures go into a folder.
//   node day.mjs '{"origin": …, "lang": "zh", "people": {…}, "items": {…}, "pictures": "folder"}'
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { administer } from "./day-admin.mjs";
import { onPhones } from "./day-phone.mjs";
import { foreign, textsOf } from "./foreign.mjs";

const day = JSON.parse(process.argv[2]), OWN = "four quiet words here";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const complaints = [], seen = [];
/** Recovery codes of those who have a second factor; they are kept from one day to the next. */
const recovery = existsSync(day.recovery) ? JSON.parse(readFileSync(day.recovery, "utf8")) : {};

/** What people write in these two days, which stays in the language of its writer. */
const WRITTEN = [
  "京朝公（刑）立字〔2026〕17号", "京朝公（刑）立字〔2026〕18号", "询问笔录", "Record of questioning", "左手持刀", "同一现场", "移送审查起诉", "缺少见证人签名", "见证人已补签",
  "来源清楚，程序合法", "补充材料", "笔录缺页", "当事人复议", "期满", "朝阳区人民检察院", "用途不明", "接收单位有误", "查无此案", "京朝公（刑）立字〔2026〕", "采集站网络故障，次日恢复", "网络并无故障记录", "省厅通知", "依据不足", "手机拍照", "from a phone", "王芳", "新警入职", "新购",
];
/** What an authenticator app shows now (RFC 6238). */
function totp(secret) {
  const bits = [...secret].map(c => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const mac = createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)))).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}
/** Whose role decides about others enrols a second factor before anything else. */
async function enrol(page, id) {
  const form = page.locator('details[data-act="enrolFactor"] form');
  await form.locator('input[type="password"]').fill(OWN);
  await form.locator("button").click();
  await page.waitForSelector("#newSecret");
  if (id === "110099") await look(page, "second-factor");
  await page.fill("#newSecret input", totp((await page.textContent("#newSecret pre")).replaceAll(" ", "")));
  await page.click("#newSecret button");
  await page.waitForSelector("#once");
  recovery[id] = (await page.textContent("#once pre")).split("\n");
  writeFileSync(day.recovery, JSON.stringify(recovery));
  if (id === "110099") await page.screenshot({ path: `${day.pictures}/recovery-${day.lang}.jpg`, type: "jpeg", quality: 75 });
  await page.click("#once button"); // they are noted first
  await page.click("#goOn"); // to where the person wanted to go
}
/** The first view: a list of items, or the welcome of an administrator, who sees none. */
const THERE = ".row, #list .empty, #listStatus:not(:empty), #detail .empty";
/** Signs in as a newcomer does, with the password for the first time and then one of his own, or with that one. */
async function enter(id, screen = { viewport: { width: 1366, height: 768 } }) {
  const context = await browser.newContext({ ...screen, locale: day.lang === "zh" ? "zh-CN" : "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.on("pageerror", error => complaints.push(`${id}: ${error}`));
  page.on("console", message => message.type() === "error" && !/status of [45]\d\d/.test(message.text()) && complaints.push(`${id}: ${message.text()}`));
  page.on("response", async answer => answer.status() >= 500 && !answer.url().endsWith("/api/health") && complaints.push(`${id}: ${answer.url()} ${await answer.text().catch(() => "")}`));
  await page.goto(`${day.origin}/?lang=${day.lang}`);
  await page.fill("#number", id);
  await page.fill("#password", day.people[id] || OWN);
  if (recovery[id]) {
    await page.fill("#code", recovery[id].shift());
    writeFileSync(day.recovery, JSON.stringify(recovery));
  }
  await page.press("#password", "Enter");
  if (day.people[id]) {
    await page.waitForSelector("#newPassword:visible");
    if (id === "110023") await look(page, "sign-in");
    await page.fill("#newPassword", OWN);
    await page.press("#newPassword", "Enter");
    delete day.people[id]; // the next time with one's own
  }
  await page.waitForSelector("#signOut");
  if (await Promise.race([page.waitForSelector("#mustEnrol").then(() => true), page.waitForSelector(THERE).then(() => false)])) await enrol(page, id);
  await page.waitForSelector(THERE);
  await page.waitForSelector("#tour"); // nobody was here in this browser
  await page.keyboard.press("Escape");
  return page;
}
/** A picture, and what axe finds: nothing serious. */
async function look(page, name) {
  await page.screenshot({ path: `${day.pictures}/${name}-${day.lang}.jpg`, type: "jpeg", quality: 75 });
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`);
  const bad = violations.filter(v => ["serious", "critical"].includes(v.impact));
  assert.deepEqual(bad.map(v => `${name}: ${v.id} ${v.nodes.map(n => n.html).join(" ").slice(0, 300)}`), []);
}
/** Every view that somebody has, an item, a case and its list on paper, on a phone and, dark, on a desk: nothing is wider than the window, axe finds nothing serious. */
async function everyView(page, who) {
  const trouble = [];
  const views = await page.$$eval("#views a, #bell:not([hidden])", all => all.map(a => a.getAttribute("href")));
  for (const [width, height] of [[390, 844], [1920, 1080]]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: width === 390 ? "light" : "dark" });
    const ofItems = who === "administrator" ? [] : [`#/item/${day.items.held}`, ...["case", "paper"].map(one => `#/${one}/${encodeURIComponent(day.caseId)}`)];
    for (const view of [...views, ...ofItems]) {
      await page.goto(`${day.origin}/?lang=${day.lang}${view}`);
      await page.waitForTimeout(600);
      const fold = page.locator("#timeline > summary");
      if (await fold.count()) {
        await fold.click();
        await page.waitForTimeout(600);
      }
      const name = `${who} ${view.replace(/item.*/, "item")} ${width}`;
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) trouble.push(`${name}: ${wide} px too wide`);
      if (/您的角色不能查看此页|None of your roles may see this/.test(await page.textContent("#detail"))) trouble.push(`${name}: an entry of the menu that is refused`);
      trouble.push(...foreign(await textsOf(page), day.lang, [day.caseId, ...WRITTEN]).map(text => `${name}: ${text}`));
      const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`);
      for (const v of violations.filter(v => ["serious", "critical"].includes(v.impact)))
        trouble.push(`${name}: ${v.id} ${v.nodes.map(n => n.html).join(" ").slice(0, 200)}`);
    }
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.emulateMedia({ colorScheme: "light" });
  return trouble;
}
async function open(page, id) {
  await page.goto(`${day.origin}/?lang=${day.lang}#/item/${id}`);
  await page.waitForSelector(`#verdict[data-id="${id.split("?")[0]}"]`);
  return page;
}
const verdict = page => page.$eval("#verdict", e => ({ good: e.classList.contains("good"), text: e.textContent }));
/** Does an act by its form, and waits until the page says that it is on the record, or why not. */
async function act(page, name, values = {}) {
  const form = page.locator(`details[data-act="${name}"]`);
  await form.locator("summary").click();
  for (const [index, value] of Object.values(values).entries()) {
    const field = form.locator("form input:visible, form select:visible").nth(index);
    if (await field.evaluate(e => e.tagName === "SELECT")) await field.selectOption(value); else await field.fill(value);
  }
  const answered = page.waitForResponse(r => r.request().method() === "POST" && /\/(acts|links)$/.test(r.url()));
  await form.locator("form button").first().click();
  const answer = await answered;
  const body = await answer.json();
  return { status: answer.status(), code: body.code || "", detail: body.detail || "" };
}
async function does(page, name, values) {
  const done = await act(page, name, values);
  assert.equal(done.status, 200, `${name}: ${JSON.stringify(done)}`);
  await page.waitForFunction(n => !document.querySelector(`details[data-act="${n}"][open]`), name);
}
/** Opening an item was one look, drawing it again another; playing it, with a seek, was one session with what it showed, and no download. */
async function onePlay(page, id) {
  const chain = async () => page.evaluate(async id => (await (await fetch(`/api/evidence/${id}/custody`)).json()).entries.map(e => e.entry.event), id);
  let events = [];
  for (let i = 0; i < 100 && !events.some(e => e.eventType === "played"); i++) {
    await page.waitForTimeout(200);
    events = await chain();
  }
  const kinds = kind => events.filter(e => e.eventType === kind);
  const [opened] = kinds("playOpened"), [played] = kinds("played");
  assert.deepEqual([kinds("playOpened").length, kinds("played").length, kinds("downloaded").length], [1, 1, 0]);
  assert.equal(played.playId, opened.playId);
  assert.equal(played.endedBy, "PLAYER");
  const claimed = played.claimedShown;
  assert.ok(played.served.length > 0 && claimed.length > 1, JSON.stringify(played));
  assert.ok(claimed[0].fromMillis < 100 && claimed.at(-1).fromMillis > 2300 && claimed.at(-1).toMillis <= 3200, JSON.stringify(claimed));
  assert.ok(claimed.some(range => range.fromMillis >= 1000 && range.toMillis < 2300), `a frame that stood still was shown: ${JSON.stringify(claimed)}`);
  const looks = kinds("viewed").filter(e => !e.context.purpose && e.context.actor.id === "110023"); // others may have drawn it for a review
  assert.equal(looks.length, 2, JSON.stringify(looks));
}
const says = (page, text) => page.waitForFunction(t => document.querySelector("#detail")?.textContent.includes(t), text, { timeout: 20000 });

try {
  // The officer: what the dock brought is linked by rule; one recording is ambiguous; a document is dragged into the case.
  const officer = await enter("110023");
  await look(officer, "inbox");
  await open(officer, day.items.linked);
  await says(officer, day.incident);
  assert.ok((await verdict(officer)).good);
  await officer.click(".media button");
  await officer.waitForFunction(() => document.querySelector("video")?.currentTime > 0.2, null, { timeout: 20000 });
  const player = () => officer.$eval("video", v => ({ at: v.currentTime, paused: v.paused, speed: v.playbackRate }));
  await officer.fill(".controls input", "0:01");
  await officer.press(".controls input", "Enter");
  await officer.click(day.lang === "zh" ? 'button[title^="下一帧"]' : 'button[title^="One frame on"]');
  const still = await player();
  assert.ok(still.paused && still.at > 1 && still.at < 3, JSON.stringify(still));
  await officer.click(day.lang === "zh" ? 'button[title^="上一帧"]' : 'button[title^="One frame back"]');
  const before = await player();
  assert.ok(before.at < still.at && still.at - before.at < 0.2, JSON.stringify([still, before]));
  await officer.selectOption(".controls select", "2");
  assert.equal((await player()).speed, 2);
  await officer.waitForFunction(() => /(\d{4}-\d\d-\d\d|\d \w{3} \d{4},) \d\d:/.test(document.querySelector(".controls .moment").textContent));
  await officer.evaluate(() => {
    const video = document.querySelector("video");
    video.pause();
    video.currentTime = 2.5;
    video.play();
  });
  await officer.waitForFunction(() => document.querySelector("video").currentTime > 2.6, null, { timeout: 20000 });
  await officer.evaluate(() => {
    document.querySelector("video").dataset.same = document.querySelector("#verdict").dataset.old = "yes";
  });
  const words = day.lang === "zh" ? "左手持刀" : "a knife in the left hand";
  await officer.fill("#notes .words input", words);
  await officer.click("#notes form button"); // after an act the item is drawn again around its player
  await officer.waitForFunction(() => document.querySelector("#verdict:not([data-old])"), null, { timeout: 20000 });
  assert.ok(await officer.$eval("video", v => v.dataset.same === "yes" && v.currentTime > 2.6 && (v.ended || !v.paused)), "the player goes on");
  assert.match(await officer.locator("#notes li", { hasText: words }).locator("button").textContent(), /0:0[23]/, "the note is about the moment that was shown");
  await officer.locator("#notes li button").first().click();
  await officer.waitForFunction(() => { const v = document.querySelector("video"); return v.currentTime > 2.5 && v.currentTime <= 3.2; });
  assert.ok((await officer.textContent("#trail")).includes(words), "a note is an entry of the chain");
  seen.push("a moment of a recording marked");
  await look(officer, "item");
  await officer.click('#piles button[data-pile="undecided"]');
  await officer.waitForSelector(`.row[data-id="${day.items.ambiguous}"]`);
  await open(officer, day.items.ambiguous);
  await officer.waitForSelector("#candidates button");
  await onePlay(officer, day.items.linked);
  await look(officer, "choose");
  await officer.click("#candidates button");
  await officer.waitForSelector("#candidates", { state: "detached" });
  seen.push("chosen with one click");
  await officer.goto(`${day.origin}/?lang=${day.lang}#/`);
  await officer.waitForSelector("#drop");
  await officer.fill("#intoCase", day.caseId);
  const content = `笔录 ${Date.now()}`;
  const drop = async () => {
    const dropped = await officer.evaluateHandle(([name, text]) => { const transfer = new DataTransfer(); transfer.items.add(new File([text], name, { type: "text/plain" })); return transfer; }, [day.document, content]);
    await officer.dispatchEvent("#drop", "dragover", { dataTransfer: dropped });
    await officer.dispatchEvent("#drop", "drop", { dataTransfer: dropped });
  };
  await drop();
  await officer.waitForSelector("#upload .good", { timeout: 20000 });
  assert.ok(await officer.$("#upload progress"), "an upload has a bar");
  await look(officer, "upload");
  await officer.waitForFunction(name => [...document.querySelectorAll("#list .ticked")].some(row => row.textContent.includes(name)), day.document); // no row comes above the ticked ones
  for (const n of [0, 1]) await officer.locator(".ticked input").nth(n).check();
  await officer.waitForSelector("#many:visible");
  await look(officer, "many");
  await officer.locator("#many input").nth(0).fill(`${day.caseId}-2`);
  await officer.locator("#many input").nth(1).fill(day.lang === "zh" ? "同一现场" : "the same scene");
  const together = officer.waitForResponse(r => r.url().endsWith("/api/links"));
  await officer.click("#many button.primary");
  const linked = await (await together).json();
  assert.equal(linked.acts.filter(a => a.index >= 0).length, 2, JSON.stringify(linked));
  await officer.waitForSelector("#many", { state: "hidden" });
  // The same act on all that is selected, with a result for each of them.
  for (const n of [0, 1]) await officer.locator(".ticked input").nth(n).check();
  const offered = officer.locator('#manyActs details[data-act="offer"]');
  await offered.locator("summary").click();
  await officer.waitForFunction(() => [...document.querySelectorAll("#manyActs datalist option")].some(o => o.value === "jcy-01"));
  await offered.locator("input:visible").nth(0).fill("nobody");
  await offered.locator("input:visible").nth(1).fill(day.lang === "zh" ? "移送审查起诉" : "for prosecution");
  const not = officer.waitForResponse(r => r.request().method() === "POST" && r.url().endsWith("/acts"));
  await offered.locator("form button").click();
  assert.equal((await (await not).json()).code, "RV-130");
  const refusals = async () => officer.$$eval("#manyResults li", all => all.slice(1).map(li => `${li.querySelectorAll("a").length} × ${li.textContent}`));
  await officer.waitForSelector("#manyResults li:nth-child(2)");
  const reasons = await refusals(); // each once
  assert.equal(reasons.length, 2, reasons.join(" | "));
  assert.ok(reasons.some(one => /^1 × .*RV-130/.test(one)), reasons.join(" | "));
  assert.ok(reasons.some(one => one.includes("tampered") && !one.includes("RV-")), `nobody hands over what does not verify: ${reasons.join(" | ")}`);
  await officer.waitForSelector("#notice.bad"); // nothing was done, and the page does not look as if it were
  await look(officer, "many-refused");
  await officer.locator("#many select").selectOption("GENERAL");
  await officer.locator("#many .fields button").click(); // says until when it seals
  await officer.waitForFunction(() => /2.*\d{4}(年\d+月\d+日|,)/.test(document.querySelector("#many .fields button").textContent));
  await officer.locator("#many .fields button").click();
  await officer.waitForSelector("#many", { state: "hidden" });
  await officer.waitForFunction(() => /2.*2/.test(document.querySelector("#manyDone").textContent));
  let documentId = null;
  for (let i = 0; i < 60 && !documentId; i++) {
    await officer.goto(`${day.origin}/?lang=${day.lang}#/case/${encodeURIComponent(day.caseId)}`);
    await officer.reload();
    await officer.waitForTimeout(500);
    documentId = await officer.evaluate(name => [...document.querySelectorAll("#detail .row")].find(r => r.textContent.includes(name))?.dataset.id, day.document);
  }
  assert.ok(documentId, "the document is in its case");
  // All of a case as one act, also what the list of its page does not show: nobody takes it, so that each item is refused, each reason said once.
  const whole = officer.locator('#caseAll details[data-act="offer"]');
  const inCase = await officer.evaluate(async id => (await (await fetch(`/api/cases/${encodeURIComponent(id)}`)).json()).summary.items, day.caseId);
  assert.ok((await whole.textContent()).includes(String(inCase)), "how many they are is said before");
  await whole.locator("summary").click();
  await whole.locator("input:visible").nth(0).fill("nobody");
  await whole.locator("input:visible").nth(1).fill(day.lang === "zh" ? "移送审查起诉" : "for prosecution");
  await whole.locator("form button").click();
  await officer.waitForSelector("#caseDone li:nth-child(2)");
  await officer.waitForFunction(() => !document.querySelector('#caseAll details[data-act="offer"][open]')); // drawn anew
  const outcome = await officer.$$eval("#caseDone li", all => all.map(li => li.textContent));
  assert.match(outcome[0], new RegExp(`\\b0\\b.*\\b${inCase}\\b`));
  assert.ok(outcome.some(one => one.includes("RV-130")), outcome.join(" | "));
  assert.ok(await officer.$eval("#notice", one => one.classList.contains("bad")));
  await look(officer, "case");
  await officer.goto(`${day.origin}/?lang=${day.lang}#/cases`);
  await officer.waitForSelector("#caseList .row");
  await officer.fill("#caseNumber", day.lang === "zh" ? "查无此案" : "no such case");
  await officer.press("#caseNumber", "Enter");
  await officer.waitForFunction(() => !document.querySelector("#caseList .row"));
  await officer.fill("#caseNumber", day.caseId.slice(0, -1));
  await officer.press("#caseNumber", "Enter");
  await officer.waitForSelector("#caseList .row");
  await look(officer, "cases");
  await officer.locator("#caseList .row").filter({ hasText: day.caseId }).first().click();
  await officer.waitForSelector("#caseItems");
  seen.push("a case found by the beginning of its number");
  await officer.click(`#detail a[href^="#/paper/"]`);
  await officer.waitForSelector("#paper tbody tr");
  assert.equal(await officer.locator("#paper tbody tr").count(), await officer.evaluate(async id => (await (await fetch(`/api/cases/${encodeURIComponent(id)}`)).json()).summary.items, day.caseId));
  assert.match(await officer.locator("#paper tbody .digest").first().textContent(), /^[0-9a-f]{64}$/);
  await look(officer, "paper");
  await officer.click('#detail .acts a[href$="form=extraction"]');
  await officer.waitForFunction(() => document.querySelectorAll("#paper thead th").length === 9 && document.querySelector("#paper tbody tr"));
  await look(officer, "paper-extraction");
  await officer.goto(`${day.origin}/?lang=${day.lang}#/itemPaper/${documentId}?form=receipt`);
  await officer.waitForFunction(() => document.querySelectorAll("#paper tbody tr").length >= 2 && document.querySelector("#paper dl").textContent.includes("✓"));
  await look(officer, "paper-receipt");
  const leads = await officer.$eval("#paper .lead", e => e.textContent.match(/\d+/)[0]);
  await open(officer, `${documentId}?entry=${leads}`);
  await officer.waitForSelector(`#entry-${leads}.wanted`);
  await officer.goBack();
  await officer.waitForSelector('#detail .acts a[href*="form=certificate"]');
  await officer.click('#detail .acts a[href*="form=certificate"]');
  await officer.waitForFunction(() => document.querySelector("#paper h2")?.textContent.includes("902") && document.querySelector("#paper .lead svg"));
  await look(officer, "paper-certificate");
  await officer.goBack();
  await officer.waitForFunction(() => document.querySelectorAll("#paper tbody tr").length >= 2 && !document.querySelector("#paper h2")?.textContent.includes("902"));
  await officer.goBack();
  await officer.waitForFunction(() => document.querySelectorAll("#paper thead th").length === 9);
  await officer.emulateMedia({ media: "print" });
  assert.ok(!(await officer.locator("#views").isVisible()), "no navigation on paper");
  await officer.emulateMedia({ media: "screen" });
  seen.push("a list of items on paper");
  await officer.waitForTimeout(1500);
  await open(officer, documentId);
  await officer.fill("#notes .words input", words); // not sent
  await officer.evaluate(() => (document.querySelector("#verdict").dataset.old = "yes"));
  await does(officer, "categorise", { category: "GENERAL" });
  await officer.waitForFunction(() => document.querySelector("#verdict:not([data-old])"), null, { timeout: 20000 });
  assert.equal(await officer.inputValue("#notes .words input"), words, "what is being typed stays when something else is done");
  await officer.context().clearCookies(); // the session is over
  await officer.click("#notes form button");
  await officer.fill("#number", "110023");
  await officer.fill("#password", OWN);
  await officer.press("#password", "Enter");
  await officer.waitForFunction(typed => document.querySelector("#notes .words input")?.value === typed, words);
  await open(officer, day.items.ambiguous);
  assert.equal(await officer.inputValue("#notes .words input"), "", "and is not put into the forms of another item");
  seen.push("a document in its case");

  // The legal officer sends it back and, when it is mended, signs.
  const legal = await enter("110099");
  await legal.locator("#piles button").last().click(); // five at random
  await legal.waitForFunction(() => document.querySelectorAll("#list .row").length === 5);
  // Chance may draw an item that was disposed of, or one of which no bytes came: neither can be reviewed.
  const drawn = await legal.evaluate(async not => {
    for (const { dataset: { id } } of document.querySelectorAll("#list .row")) {
      const { evidence: [item] } = await (await fetch(`/api/evidence?id=${id}`)).json();
      if (!not.includes(id) && item.state === "verified" && !item.reviews) return id;
    }
    return null;
  }, [documentId, day.items.tampered, day.items.old]);
  await legal.click(`#list .row[data-id="${drawn}"]`);
  await legal.waitForSelector(`#verdict[data-id="${drawn}"]`);
  await does(legal, "openReview");
  await says(legal, day.lang === "zh" ? "随机抽查 5 件，种子" : "md5(seed || id), first 5, seed");
  await open(legal, documentId);
  await does(legal, "openReview");
  await legal.waitForSelector('details[data-act="return"]');
  await does(legal, "return", { finding: day.lang === "zh" ? "缺少见证人签名" : "The witness has not signed", due: "2027-01-31" });
  await officer.goto(`${day.origin}/?lang=${day.lang}#/`);
  await officer.reload();
  await officer.click('#piles button[data-pile="returned"]');
  await officer.waitForSelector(`.row[data-id="${documentId}"]`);
  await open(officer, documentId);
  await does(officer, "answer", { outcome: "RECTIFIED", words: day.lang === "zh" ? "见证人已补签" : "The witness has signed now" });
  await says(officer, day.lang === "zh" ? "整改答复 · 已整改" : "Answered · rectified");
  assert.equal(await officer.$('details[data-act="answer"]'), null, "an answer is given once");
  await look(officer, "answered");
  await legal.goto(`${day.origin}/?lang=${day.lang}#/`);
  await legal.reload();
  await legal.click('#piles button[data-pile="answered"]');
  await legal.waitForSelector(`.row[data-id="${documentId}"]`);
  await open(legal, documentId);
  await says(legal, day.lang === "zh" ? "见证人已补签" : "has signed now");
  await legal.waitForSelector('details[data-act="sign"]');
  await does(legal, "sign", { opinion: day.lang === "zh" ? "来源清楚，程序合法" : "Its origin is clear and the procedure lawful" });
  await says(legal, day.lang === "zh" ? "程序合法" : "procedure lawful");
  await says(legal, day.lang === "zh" ? "以自有密钥" : "a personal key");
  await look(legal, "review");
  seen.push("sent back, answered and signed");

  // The handover.
  await open(officer, documentId);
  const prosecution = day.lang === "zh" ? "移送审查起诉" : "for prosecution", office = { handoverTo: "toUnit", toUnit: "110105", reason: prosecution };
  await does(officer, "offer", { handoverTo: "to", to: "jcy-01", reason: prosecution });
  await does(officer, "withdraw", { reason: day.lang === "zh" ? "补充材料" : "more is to come" });
  const nobody = officer.locator('details[data-act="offer"]');
  await nobody.locator("summary").click();
  await nobody.locator("select:visible").selectOption("toUnit");
  await nobody.locator("form input:visible").nth(0).fill("999999");
  await nobody.locator("form input:visible").nth(1).fill(prosecution);
  await nobody.locator("form button").first().click();
  await nobody.locator("text=/999999/").waitFor(); // nobody is of it, which is said before anything is sent
  await officer.click('details[data-act="offer"] summary'); // it is still open, with the reason
  // To an office: its people have it in their piles, and one of them returns it with a reason.
  await does(officer, "offer", office);
  await says(officer, day.lang === "zh" ? "向单位提出移送" : "Handover offered to a unit");
  const prosecutor = await enter("jcy-01"), colleague = await enter("jcy-02");
  for (const page of [prosecutor, colleague]) {
    await page.click('#piles button[data-pile="toAnswer"]');
    await page.waitForSelector(`.row[data-id="${documentId}"]`);
  }
  await open(colleague, documentId);
  const returned = day.lang === "zh" ? "笔录缺页" : "a page is missing";
  assert.equal((await act(colleague, "refuse", { reason: returned })).status, 200);
  await officer.reload();
  await says(officer, returned);
  await prosecutor.reload();
  await prosecutor.waitForFunction(id => !document.querySelector(`.row[data-id="${id}"]`), documentId);
  await does(officer, "offer", office);
  await prosecutor.goto(`${day.origin}/?lang=${day.lang}#/`);
  await prosecutor.reload();
  await prosecutor.waitForSelector(`.row[data-id="${documentId}"]`);
  for (const id of Object.values(day.items)) assert.equal(await prosecutor.$(`.row[data-id="${id}"]`), null, "a prosecutor sees what was handed to him");
  assert.ok(!(await prosecutor.isVisible("#upload")), "who may not upload is offered no field for it");
  await open(prosecutor, documentId);
  assert.ok((await verdict(prosecutor)).good);
  // From the list, as many are: the browser opens, verifies and signs each of them.
  await prosecutor.check(`#list .ticked input[data-id="${documentId}"]`);
  const accepted = prosecutor.waitForResponse(r => r.request().method() === "POST" && r.url().endsWith(`/${documentId}/acts`));
  await prosecutor.click('#manyActs details[data-act="accept"] summary');
  await prosecutor.click('#manyActs details[data-act="accept"] form button');
  assert.equal((await accepted).status(), 200);
  await prosecutor.waitForFunction(() => /1.*1/.test(document.querySelector("#manyDone").textContent));
  await says(prosecutor, day.lang === "zh" ? "接受移送" : "Handover accepted");
  const chain = await prosecutor.evaluate(async id => (await fetch(`/api/evidence/${id}/custody`)).json(), documentId);
  const own = chain.entries.filter(e => e.entry.event.signature).map(e => `${e.entry.event.eventType} ${e.entry.event.context.actor.id}`);
  assert.deepEqual(own, ["reviewReturned 110099", "reviewAnswered 110023", "reviewSigned 110099", "handoverOffered 110023", "handoverOfferedToUnit 110023", "handoverRefused jcy-02", "handoverOfferedToUnit 110023", "handoverAccepted jcy-01"]);
  await look(prosecutor, "handover");
  const peeped = await prosecutor.evaluate(async id => (await fetch(`/api/evidence/${id}`)).status, day.items.linked);
  assert.equal(peeped, 403);
  const shut = await colleague.evaluate(async id => (await fetch(`/api/evidence/${id}`)).status, documentId);
  assert.equal(shut, 403, "who took it over has it, and not the office");
  seen.push("a handover to an office returned, then accepted");

  // Retention that has ended is a pile; a hold takes an item out of it and prevents disposal; another item ends and leaves its tombstone.
  const expired = async () => {
    await legal.goto(`${day.origin}/?lang=${day.lang}#/`);
    await legal.reload();
    await legal.click('#piles button[data-pile="expired"]');
    await legal.waitForFunction(() => document.querySelectorAll("#list .row").length === Number(document.querySelector('#piles [data-pile="expired"][aria-pressed="true"] b')?.textContent));
    assert.ok(await legal.$(`.row[data-id="${day.items.old}"]`));
    assert.ok(legal.url().includes("pile=expired"), legal.url());
    return legal.$(`.row[data-id="${day.items.held}"]`);
  };
  assert.match(await (await expired()).textContent(), day.lang === "zh" ? /保存期已届满 \d{4}-/ : /retention ended on \d{1,2} \w{3} \d{4}/);
  await look(legal, "expired");
  await open(legal, day.items.held);
  await does(legal, "hold", { reason: day.lang === "zh" ? "当事人复议" : "the person concerned appealed" });
  assert.equal(await expired(), null, "what is held is kept");
  await open(officer, day.items.held);
  const refused = await act(officer, "proposeDisposal", { ground: day.lang === "zh" ? "期满" : "its time is over" });
  assert.equal(refused.code, "RV-121", JSON.stringify(refused));
  assert.ok(refused.detail.includes("held"));
  await look(officer, "held");
  await open(officer, day.items.old);
  await does(officer, "proposeDisposal", { ground: day.lang === "zh" ? "期满" : "its time is over" });
  const self = await officer.evaluate(async id => (await fetch(`/api/evidence/${id}/acts`, { method: "POST", body: JSON.stringify({ act: "approveDisposal" }) })).status, day.items.old);
  assert.equal(self, 403, "who proposes does not approve");
  const approver = await enter("110088");
  await open(approver, day.items.old);
  await does(approver, "approveDisposal");
  for (let i = 0; i < 60 && !(await approver.$("#tombstone")); i++) { await approver.waitForTimeout(1000); await approver.reload(); await approver.waitForSelector("#verdict"); }
  assert.ok(await approver.$("#tombstone"), "the tombstone");
  assert.ok((await verdict(approver)).good, (await verdict(approver)).text);
  await look(approver, "tombstone");
  await approver.click("#detail .menu summary");
  await look(approver, "print-menu");
  await approver.click('#detail a[href$="form=disposal"]');
  await approver.waitForFunction(() => document.querySelectorAll("#paper tbody tr").length === 3);
  await look(approver, "paper-disposal");
  await approver.goBack();
  await approver.waitForSelector("#tombstone");
  seen.push("a hold kept, a disposal left its tombstone");

  // A package: one person asks for it, another approves it on the desk, and it is there to download.
  await open(officer, documentId);
  const request = officer.locator('details[data-act="requestExport"]');
  await request.locator("summary").click();
  await request.locator("input").nth(0).fill(day.lang === "zh" ? "朝阳区人民检察院" : "the prosecutor's office");
  await request.locator("input").nth(1).fill(day.lang === "zh" ? "移送审查起诉" : "for prosecution");
  const requested = officer.waitForResponse(r => r.request().method() === "POST" && r.url().endsWith("/api/exports"));
  await request.locator("form button").click();
  const { exportId } = await (await requested).json();
  await officer.goto(`${day.origin}/?lang=${day.lang}#/exports`);
  const packaged = async (page, what) => { for (let i = 0; i < 60 && !(await page.$(`#detail li:has-text("${exportId}") ${what}`)); i++) { await page.waitForTimeout(1000); await page.reload(); await page.waitForSelector("#detail h2"); } return page.$(`#detail li:has-text("${exportId}") ${what}`); };
  assert.ok(await packaged(officer, ".tag"), "the package is listed");
  assert.equal(await officer.$(`#detail li:has-text("${exportId}") button.primary`), null, "who asks does not approve");
  await approver.goto(`${day.origin}/?lang=${day.lang}#/`);
  await approver.click("#exportsToApprove");
  const approve = await packaged(approver, "button.primary");
  await look(approver, "packages");
  await approve.click();
  // Another request is refused, and a third one taken back; both say so, and neither waits any more.
  const another = async (what, recipient) =>
    (await officer.evaluate(async body => (await fetch("/api/exports", { method: "POST", body: JSON.stringify(body) })).json(), { ...what, recipient, purpose: "p" })).exportId;
  const [tooMuch, mistaken] = [await another({ caseId: day.caseId }, "R1"), await another({ evidence: [documentId] }, "R2")];
  const ends = async (page, id, name, reason) => {
    await page.goto(`${day.origin}/?lang=${day.lang}#/exports`);
    const form = page.locator(`#detail li:has-text("${id}") details[data-act="${name}"]`);
    for (let i = 0; i < 60 && !(await form.count()); i++) { await page.waitForTimeout(1000); await page.reload(); await page.waitForSelector("#detail h2"); }
    await form.locator("summary").click();
    await form.locator("input").fill(reason);
    const answered = page.waitForResponse(r => r.request().method() === "POST" && /\/(refusal|withdrawal)$/.test(r.url()));
    await form.locator("form button").click();
    assert.equal((await answered).status(), 202);
    const ended = () => page.evaluate(([i, r]) => [...document.querySelectorAll("#detail li")].some(li => li.textContent.includes(i) && li.textContent.includes(r)), [id, reason]);
    for (let i = 0; i < 60 && !(await ended()); i++) { await page.waitForTimeout(1000); await page.reload(); await page.waitForSelector("#detail h2"); }
    assert.ok(await ended(), `${name}: it says so, and why`);
  };
  await ends(approver, tooMuch, "refuseExport", day.lang === "zh" ? "用途不明" : "The purpose is not clear");
  assert.equal(await officer.evaluate(async id => (await fetch(`/api/exports/${id}/refusal`, { method: "POST", body: JSON.stringify({ reason: "r" }) })).status, mistaken), 403);
  await ends(officer, mistaken, "withdrawExport", day.lang === "zh" ? "接收单位有误" : "The wrong recipient");
  await look(officer, "packages-ended");
  const fetched = await (await packaged(officer, "a.button")).evaluate(async a => { const answer = await fetch(a.href); return [answer.status, [...new Uint8Array(await answer.arrayBuffer()).slice(0, 2)].join()]; });
  assert.deepEqual(fetched, [200, "80,75"], "a ZIP file");
  await look(officer, "package");
  seen.push("a package approved by a second person, one refused, one withdrawn");

  // The supervisor finds a gap, and a chain that somebody changed.
  const supervisor = await enter("110077");
  // Nobody has opened the changed item: the desk says it, on every view.
  await supervisor.waitForSelector("#alarm a", { timeout: 90000 });
  await supervisor.click('#views a[href="#/cases"]');
  await supervisor.waitForSelector("#caseList");
  await supervisor.click("#alarm a");
  await supervisor.waitForFunction(() => document.querySelectorAll("#list .row").length === Number(document.querySelector('#piles [data-pile="anomalies"][aria-pressed="true"] b')?.textContent));
  assert.ok(await supervisor.$(`.row[data-id="${day.items.tampered}"]`));
  assert.ok((await supervisor.evaluate(async () => (await fetch("/api/health")).json())).problems.chainsBroken); // which answers 503 for that
  await look(supervisor, "alarm");
  await supervisor.goto(`${day.origin}/?lang=${day.lang}#/evidence?q=mp4&view=gallery&thumbs=1`);
  await supervisor.waitForSelector("#list .face img", { timeout: 20000 });
  await look(supervisor, "gallery");
  await supervisor.goto(`${day.origin}/?lang=${day.lang}#/evidence?q=mp4&thumbs=1`);
  await supervisor.waitForSelector("#list .thumb img", { timeout: 20000 });
  await look(supervisor, "list-thumbs");
  await supervisor.click('#views a[href="#/gaps"]');
  await supervisor.waitForSelector("#gapList li");
  const late = `late-${day.lang}.mp4`;
  assert.ok((await supervisor.textContent("#gapList")).includes(late));
  if (day.lang === "zh") assert.ok(!/received|declared/.test(await supervisor.textContent("#gapList")), "what was found is said in Chinese");
  const gap = supervisor.locator("#gapList li").filter({ hasText: late });
  await gap.locator("summary").click();
  await gap.locator("select").selectOption("DEVICE_BROKEN");
  const explanation = day.lang === "zh" ? "采集站网络故障，次日恢复" : "The dock had no network until the next day";
  await gap.locator("input").first().fill(explanation);
  const explained = supervisor.waitForResponse(r => r.url().endsWith("/api/gaps/acts"));
  await gap.locator("form button").click();
  assert.equal((await explained).status(), 200);
  const apart = supervisor.locator("#explainedGaps li").filter({ hasText: late });
  await apart.waitFor();
  assert.ok((await apart.textContent()).includes(explanation));
  assert.equal(await supervisor.locator("#gapList li").filter({ hasText: late }).count(), 0, "it is counted apart");
  await look(supervisor, "gaps");
  await apart.locator("summary").click();
  await apart.locator("input").fill(day.lang === "zh" ? "网络并无故障记录" : "There is no record of that");
  await apart.locator("form button").click();
  await supervisor.locator("#gapList li").filter({ hasText: late }).waitFor();
  await supervisor.click('#views a[href="#/units"]');
  await supervisor.waitForSelector("#units");
  await supervisor.selectOption("#period", "week");
  await supervisor.waitForFunction(() => location.hash.includes("period=week") && document.querySelector("#period")?.value === "week");
  await supervisor.waitForTimeout(1000); // its figures, not those of the period before
  await supervisor.waitForSelector(".line svg");
  await look(supervisor, "units");
  // A figure and the list behind it have the same items.
  const figure = supervisor.locator('#units a[href*="figure=items"]').first();
  const many = Number(await figure.textContent());
  await figure.click();
  await supervisor.waitForFunction(n => Number(/\d+/.exec(document.querySelector("#listStatus")?.textContent || "")?.[0]) === n, many);
  assert.ok(await supervisor.isVisible("#counted"), "the list says which figure it belongs to");
  await supervisor.goBack();
  await supervisor.waitForSelector("#units");
  await supervisor.selectOption("#by", "officer");
  await supervisor.waitForSelector("#officers tbody tr");
  const [figures] = await Promise.all([supervisor.waitForEvent("download"), supervisor.click("#figuresTable")]);
  assert.equal(figures.suggestedFilename(), "figures.csv");
  await look(supervisor, "officers");
  await supervisor.click('#views a[href="#/record"]');
  await supervisor.waitForSelector("#detail ol li");
  await supervisor.fill("#actsOf", "110023");
  await supervisor.press("#actsOf", "Enter");
  await supervisor.waitForSelector("#acts .more"); // the officer did more than one page shows
  await supervisor.click("#acts .more");
  await supervisor.waitForSelector(`#acts a[href*="${day.items.linked}"]`);
  await look(supervisor, "record");
  await open(supervisor, day.items.tampered);
  const wrong = await verdict(supervisor);
  assert.ok(!wrong.good && wrong.text.includes("VF-103"), wrong.text);
  await look(supervisor, "tampered");
  seen.push("a gap explained and opened again, and a changed chain");

  // The list: how many there are, in another order, as a table for Excel, kept for the next time; on a phone, too.
  await supervisor.goto(`${day.origin}/?lang=${day.lang}#/evidence`);
  await supervisor.click("#columns .head");
  await supervisor.waitForSelector('#columns [aria-sort="ascending"]');
  assert.ok(supervisor.url().includes("sort=name"), supervisor.url());
  await supervisor.waitForFunction(() => {
    const names = [...document.querySelectorAll("#list .row .name b")].map(e => e.textContent.toLowerCase());
    return names.length > 5 && names.every((name, at) => at === 0 || names[at - 1] <= name);
  });
  const total = await supervisor.$$eval("#list .row", all => all.length);
  assert.match(await supervisor.textContent("#listStatus"), new RegExp(`\\b${total}\\b`), "the total is that of the rows");
  await supervisor.focus("#list .row");
  await supervisor.keyboard.press("j");
  await supervisor.waitForFunction(() => document.activeElement === document.querySelectorAll("#list .row")[1]);
  await look(supervisor, "list");
  assert.ok(await supervisor.$eval("#search", form => form.offsetHeight < 50), "the search form is one line");
  const sheet = await supervisor.$eval("#table", async a => { const answer = await fetch(a.href); return [answer.status, [...new Uint8Array(await answer.arrayBuffer())]]; });
  const lines = Buffer.from(sheet[1]).toString("utf8").split("\r\n");
  assert.deepEqual([sheet[0], lines.length, sheet[1].slice(0, 3).join()], [200, total + 2, "239,187,191"], lines[0]);
  await supervisor.goto(`${day.origin}/?lang=${day.lang}#/evidence?q=mp4&sort=-size`);
  await supervisor.click("#keepList");
  await supervisor.goto(`${day.origin}/?lang=${day.lang}#/evidence`);
  await supervisor.reload();
  await supervisor.selectOption("#saved", { index: 1 });
  await supervisor.waitForFunction(() => location.hash.includes("q=mp4") && location.hash.includes("sort=-size") && document.querySelector("#q").value === "mp4");
  await supervisor.fill("#case", day.lang === "zh" ? "查无此案" : "no such case");
  await supervisor.press("#case", "Tab");
  await supervisor.waitForSelector("#search .unknown:not(:empty)");
  await supervisor.setViewportSize({ width: 390, height: 844 });
  await supervisor.goto(`${day.origin}/?lang=${day.lang}#/evidence?sort=officer`);
  await supervisor.waitForSelector("#list .row");
  assert.ok(await supervisor.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no overflow on a phone");
  assert.ok(await supervisor.$eval("header", header => header.offsetHeight < 60), "the header is one line");
  await supervisor.setViewportSize({ width: 1366, height: 768 });
  await officer.goto(`${day.origin}/?lang=${day.lang}#/evidence?case=${encodeURIComponent(`${day.caseId}-2`)}`);
  await officer.waitForFunction(() => document.querySelectorAll("#list .row").length === 2); // no row of the list before
  await officer.check("#tickShown"); // the box in the head of the list
  await officer.click("#tickFound");
  await officer.waitForFunction(() => document.querySelectorAll(".ticked input:checked").length === 2 && document.querySelector("#manyCount").textContent.includes("2"));
  await officer.selectOption("#many select", "GENERAL");
  await officer.click("#many .fields button"); // says until when it seals
  await officer.waitForFunction(() => /2.*\d{4}(年\d+月\d+日|,)/.test(document.querySelector("#many .fields button").textContent));
  await officer.click("#many .fields button");
  await officer.waitForSelector("#many", { state: "hidden" });
  await officer.waitForFunction(() => document.querySelector("#manyDone").textContent.match(/2.*2/));
  seen.push("a list in order, and done with all of it");

  // Two persons change a rule: what it would do is said before. Nobody asks the station again and again: it tells.
  await legal.click('#views a[href="#/rules"]');
  await legal.waitForSelector("#proposeRule");
  await legal.fill('#proposeRule input[type="number"]', "100");
  await legal.press('#proposeRule input[type="number"]', "Tab");
  await legal.waitForSelector("#proposeRule p.bad");
  await legal.fill('#proposeRule input[type="number"]', "400");
  await legal.press('#proposeRule input[type="number"]', "Tab");
  await legal.waitForFunction(() => /\d/.test(document.querySelector("#proposeRule p:not(.bad)")?.textContent || ""));
  await legal.locator("#proposeRule input").nth(1).fill(day.lang === "zh" ? "省厅通知" : "an order of the province");
  await look(legal, "rules");
  const proposed = legal.waitForResponse(r => r.request().method() === "POST" && r.url().endsWith("/api/rules"));
  await legal.click("#proposeRule button");
  assert.equal((await proposed).status(), 200);
  await approver.goto(`${day.origin}/?lang=${day.lang}#/rules`);
  await approver.waitForSelector('details[data-act="approveRule"]');
  await approver.waitForFunction(() => /\d/.test(document.querySelector("#ruleChanges [role=status]")?.textContent || ""));
  await look(approver, "rule-approval");
  if (day.lang === "zh") await does(approver, "refuseRule", { reason: "依据不足" }); else await does(approver, "approveRule", {});
  assert.equal(await approver.$('details[data-act="approveRule"]'), null);
  await supervisor.goto(`${day.origin}/?lang=${day.lang}#/record`);
  await supervisor.waitForFunction(() => /\d/.test(document.querySelector("#pipeline")?.textContent || ""));
  seen.push("a rule decided by two");

  // The same file once more is not said to be received: the line names the item that has it, and can be cleared.
  await officer.goto(`${day.origin}/?lang=${day.lang}#/`);
  await officer.reload();
  await officer.waitForSelector("#drop");
  await drop();
  await officer.waitForSelector(`#upload .sending a[href="#/item/${documentId}"]`, { timeout: 20000 });
  assert.ok((await officer.textContent("#upload .sending")).includes(day.lang === "zh" ? "未重复保存" : "not stored twice"));
  await officer.click("#upload .sending button");
  assert.equal(await officer.locator("#upload .sending").count(), 0);

  const tools = { day, enter, look, does, says, verdict };
  await onPhones(tools, late);
  seen.push("a handover and a gap on a phone");
  const administrator = await administer(tools);
  seen.push("a colleague admitted by two");

  const unfit = [];
  for (const [who, page] of Object.entries({ officer, legal, prosecutor, approver, supervisor, administrator })) unfit.push(...(await everyView(page, who)));
  assert.deepEqual(unfit, []);
  seen.push("every view on a phone and on a desk");

  await officer.click("#signOut");
  await officer.waitForSelector("#signIn");
  assert.deepEqual(complaints, []);
  console.log(seen.join("; "));
} finally {
  await browser.close();
}
