// Two persons admit somebody and reset that password on the page; who comes in with both halves is told. An administrator looks after devices and dispatch records.
//   node people.mjs '{"origin": …, "lang": "zh", "first": {"officerNo": …, "password": …, "code": …}, "second": {…}, "newcomer": …, "pictures": "folder"}'
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const play = JSON.parse(process.argv[2]), OWN = "four quiet words here";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const complaints = [];

async function enter({ officerNo, password, code, own }) {
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  page.setDefaultTimeout(20000);
  page.on("pageerror", error => complaints.push(String(error)));
  await page.goto(`${play.origin}/?lang=${play.lang}`);
  await page.waitForFunction(() => document.activeElement?.id === "number"); // one types at once
  await page.fill("#number", officerNo);
  await page.fill("#password", password);
  if (code) await page.fill("#code", code);
  await page.press("#password", "Enter");
  if (own) {
    await page.waitForSelector("#newPassword:visible");
    await page.fill("#newPassword", own);
    await page.press("#newPassword", "Enter");
  }
  await page.waitForSelector("#signOut");
  await page.waitForSelector("#tour, #mustEnrol"); // nobody was here in this browser
  await page.keyboard.press("Escape");
  return page;
}
/** Pictures for a desk and a telephone; nothing is wider than the telephone, and axe finds nothing serious. */
async function look(page, name) {
  for (const [kind, width, height] of [["desk", 1366, 768], ["phone", 390, 844]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${play.pictures}/${name}-${kind}-${play.lang}.png`, fullPage: true });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than a ${kind}`);
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`);
  assert.deepEqual(violations.filter(v => ["serious", "critical"].includes(v.impact)).map(v => `${name}: ${v.id} ${v.nodes.map(n => n.html).join(" ").slice(0, 300)}`), []);
}
async function people(page) {
  await page.click('#views a[href="#/people"]');
  await page.reload();
  await page.waitForSelector("#people");
}
const half = async page => { await page.waitForSelector("#once pre"); return page.textContent("#once pre"); };
async function approve(page) {
  await people(page);
  await page.waitForFunction(() => {
    const waits = document.querySelectorAll('#changes details[data-act="approveChange"]').length;
    return waits > 0 && document.querySelector('#views a[href="#/people"] .tag:not([hidden])')?.textContent === String(waits);
  });
  const form = page.locator(`#changes li:has-text("${play.newcomer}") details[data-act="approveChange"]`);
  await form.locator("summary").click();
  await look(page, "approve");
  await form.locator("form button").click();
  return half(page);
}

try {
  const first = await enter(play.first), second = await enter(play.second);
  await first.waitForSelector("#detail .empty");
  const welcome = await first.textContent("#detail");
  assert.ok(welcome.includes(play.lang === "zh" ? "人员" : "People") && await first.$('#views a[href="#/people"]') && await first.$('#views a[href="#/devices"]'), welcome);
  await people(first);
  const admission = first.locator('details[data-act="proposeAdmission"]');
  await admission.locator("summary").click();
  await admission.locator("input:not([type=checkbox])").nth(0).fill(play.newcomer);
  await admission.locator("input:not([type=checkbox])").nth(1).fill(play.lang === "zh" ? "王芳" : "Wang Fang");
  await admission.locator("input:not([type=checkbox])").nth(2).fill("110105");
  await admission.locator("input[type=checkbox]").nth(3).check();
  await admission.locator("input:not([type=checkbox])").nth(3).fill(play.lang === "zh" ? "调入督察大队" : "joins the supervisors");
  await look(first, "propose");
  await admission.locator("form button").click();
  const one = await half(first);
  assert.equal(await first.locator(`#changes li:has-text("${play.newcomer}") details[data-act="approveChange"]`).count(), 0, "nobody approves his own");
  await look(first, "proposed");
  const other = await approve(second);
  const newcomer = await enter({ officerNo: play.newcomer, password: `${one} ${other}`, own: OWN });
  await newcomer.waitForSelector("#mustEnrol");
  assert.ok(await newcomer.$("#reset:visible") === null);

  await people(first);
  const reset = first.locator(`#people li:has-text("${play.newcomer}") details[data-act="proposeReset"]`);
  await reset.locator("summary").click();
  await reset.locator("input:not([type=checkbox])").fill(play.lang === "zh" ? "忘记口令，本人到场" : "forgot it; he stands here");
  await reset.locator("form button").click();
  const again = await half(first), rest = await approve(second);
  await newcomer.goto(`${play.origin}/?lang=${play.lang}`);
  await newcomer.waitForSelector("#signIn");
  const back = await enter({ officerNo: play.newcomer, password: again + rest, own: `${OWN} again` });
  await back.waitForSelector("#reset:visible");
  const told = await back.textContent("#reset");
  assert.ok(told.includes(play.first.officerNo) && told.includes(play.second.officerNo), told);
  await look(back, "told");

  // Two people by a table: one person proposes both, another one approves both at once, and each comes in with both halves.
  await first.click("#once button");
  await people(first);
  const both = ["zhao", "zhou"].map(other => play.newcomer.replace("wang", other)), byTable = first.locator('details[data-act="importPeople"]');
  const bringPeople = async (text, foretold) => {
    await first.setInputFiles("#peopleFile", { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await first.locator("#peoplePlan", { hasText: foretold }).waitFor();
    await byTable.locator("input:not([type=file])").fill(play.lang === "zh" ? "新警入职" : "new officers");
    await byTable.locator("form button").click();
  };
  await byTable.locator("summary").click();
  await bringPeople(`officerNo,name,unitCode,roles\n${both[0]},,110105,officer\n${play.newcomer},,110105,officer\n`, both[0]);
  await byTable.locator("span[role=alert]", { hasText: both[0] }).waitFor();
  await look(first, "table-wrong");
  await bringPeople(`警号,姓名,单位代码,角色\n${both[0]},赵敏,110105,民警；办案民警\n${both[1]},周杰,110105,officer\n${play.newcomer},,110105,supervisor；approver\n`, play.newcomer);
  const firsts = (await half(first)).split("\n").map(line => line.split("  "));
  const named = [`${both[0]} 赵敏`, `${both[1]} 周杰`];
  assert.deepEqual(firsts.map(([who]) => who), named);
  await look(first, "table");
  await people(second);
  const tick = second.locator('details[data-act="approveMany"]');
  await tick.locator("summary").click();
  const moved = (await tick.locator("label", { hasText: play.newcomer }).textContent()).replace(/\s+/g, " ");
  assert.ok(moved.includes(play.lang === "zh" ? "督察 → 督察、审批人" : "supervisor → supervisor, approver"), moved);
  for (const number of [...both, play.newcomer]) await tick.locator("label", { hasText: number }).locator("input").check();
  await look(second, "approve-many");
  await tick.locator("form button").click();
  const seconds = (await half(second)).split("\n").map(line => line.split("  "));
  assert.deepEqual(seconds.map(([who]) => who), named);
  const brought = await enter({ officerNo: both[1], password: `${firsts[1][1]} ${seconds[1][1]}`, own: OWN });
  await brought.waitForSelector("#signOut");
  await brought.context().close();

  const serial = `BWC-${play.newcomer}`, why = play.lang === "zh" ? "新购" : "bought";
  await first.click('#views a[href="#/devices"]');
  await first.waitForSelector("#deviceWords");
  const does = async (place, name, values) => {
    const form = place.locator(`details[data-act="${name}"]`);
    await form.locator("summary").click();
    for (const [at, value] of values.entries()) {
      const field = form.locator("form input, form select").nth(at);
      if (await field.evaluate(e => e.tagName === "SELECT")) await field.selectOption(value); else await field.fill(value);
    }
    await form.locator("form button").click();
  };
  await does(first, "addDevice", [serial, "camera", "110105", why]);
  const code = await half(first);
  assert.match(code, /^[^.]+\.[^.]+$/, "a one-time code with the pin of the authority");
  await look(first, "device-added");
  await first.click("#once button");
  const device = first.locator(`#devices li[data-serial="${serial}"]`);
  await does(device, "assignDevice", [play.newcomer, why]);
  await device.locator('details[data-act="returnDevice"]').waitFor();
  assert.ok((await device.textContent()).includes(play.newcomer));
  await device.filter({ hasText: play.lang === "zh" ? "王芳" : "Wang Fang" }).waitFor();
  await does(device, "suspendDevice", [why]);
  await device.locator('details[data-act="resumeDevice"]').waitFor();
  await first.fill("#deviceWords", serial.toLowerCase());
  await first.waitForFunction(() => document.querySelectorAll("#devices li").length === 1);
  await look(first, "devices");
  await first.locator('details[data-act="importDispatch"] summary').click();
  const table = (number, officer) => Buffer.from(`incidentNo,unitCode,officerNos,dispatchedAt\n${number},110105,${officer},2026-11-25T08:00:00+08:00\n`);
  await first.setInputFiles("#dispatchFile", { name: "table.csv", mimeType: "text/csv", buffer: table("P-1", "110023") });
  await first.click('details[data-act="importDispatch"] form button');
  await first.waitForSelector('details[data-act="importDispatch"] .good');
  await first.setInputFiles("#dispatchFile", { name: "table.csv", mimeType: "text/csv", buffer: Buffer.from("no\ntable\n") });
  await first.click('details[data-act="importDispatch"] form button');
  await first.waitForSelector('details[data-act="importDispatch"] .bad');
  assert.ok((await first.textContent('details[data-act="importDispatch"] .bad')).includes("RV-118"));

  // Names of units: one by hand, several by a table; one that is wrong changes nothing. They stand beside the codes, and the tree has them.
  await first.click('#views a[href="#/units"]');
  const [branch, post] = play.lang === "zh" ? ["朝阳分局", "建国门派出所"] : ["Chaoyang branch", "Jianguomen station"];
  await does(first, "nameUnit", ["110105", branch, why]);
  await first.locator('#units tr[data-unit="110105"]', { hasText: branch }).waitFor();
  const bring = async text => {
    await first.locator('details[data-act="importUnits"]').evaluate(e => { e.open = true; });
    await first.setInputFiles("#unitsFile", { name: "units.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await first.fill('details[data-act="importUnits"] input:not([type=file])', why);
    await first.click('details[data-act="importUnits"] form button');
  };
  await bring("unitCode,unitName\n11010501,One\n11010501,Two\n");
  await first.waitForFunction(() => document.querySelector('details[data-act="importUnits"] .bad')?.textContent.includes("RV-105"));
  await bring(`\ufeff${play.lang === "zh" ? "单位代码,单位名称" : "unitCode,unitName"}\n11010501,${post}\n1201,Other\n`);
  await first.locator('#units tr[data-unit="11010501"][data-above="110105"]', { hasText: post }).waitFor();
  await look(first, "units");
  await does(first, "nameUnit", ["1201", "", why]);
  await first.waitForSelector('#units tr[data-unit="1201"]', { state: "detached" });
  await first.click('#units tr[data-unit="110105"] button');
  assert.ok(await first.locator('#units tr[data-unit="11010501"]').isHidden());
  await people(first);
  await first.locator("#people li", { hasText: play.newcomer }).filter({ hasText: branch }).waitFor();
  assert.deepEqual(complaints, []);
  console.log("admitted by two, reset by two, told; a device given out, records brought in; units have names");
} finally {
  await browser.close();
}
