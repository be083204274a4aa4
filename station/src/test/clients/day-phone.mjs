// The part of the day that is done on a phone: an officer finds, watches and hands over, a prosecutor accepts, a supervisor explains a gap.
import assert from "node:assert/strict";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/** What is open fills the window and is not wider; the list it came from is behind the way back. */
async function fits(page, what) {
  const { wide, both } = await page.evaluate(width => {
    const shown = id => document.getElementById(id).offsetParent !== null;
    return { wide: document.documentElement.scrollWidth - width, both: shown("finding") && shown("detail") && document.querySelector("main").className };
  }, PHONE.viewport.width); // the window of a phone grows with what is in it
  assert.ok(wide <= 0, `${what}: ${wide} px too wide`);
  assert.ok(!both || both === "listed", `${what}: list and item at once (${both})`);
}
/** @param {any} of what a day has: day, enter, look, open, does, says, act, verdict */
export async function onPhones({ day, enter, look, does, says, verdict }, late) {
  const zh = day.lang === "zh", at = path => `${day.origin}/?lang=${day.lang}${path}`;
  const officer = await enter("110023", PHONE);
  await fits(officer, "the list");
  await officer.fill("#q", "mp4");
  await officer.press("#q", "Enter");
  const row = officer.locator(`#list .row[data-id="${day.items.linked}"]`);
  await row.waitFor();
  await look(officer, "phone-list");
  await row.tap();
  await officer.waitForSelector(`#verdict[data-id="${day.items.linked}"]`);
  await fits(officer, "an item");
  await officer.tap(".media button");
  await officer.waitForFunction(() => document.querySelector("video")?.currentTime > 0.2, null, { timeout: 20000 });
  await look(officer, "phone-item");
  const seenHere = zh ? "同一现场" : "the same scene";
  await officer.fill("#notes .words input", seenHere);
  await officer.tap("#notes form button");
  await officer.locator("#notes li", { hasText: seenHere }).waitFor();
  await fits(officer, "a note");
  await officer.tap("#detail .back");
  await row.waitFor();
  assert.ok(officer.url().includes("q=mp4"), "the way back leads to the list that was asked for");

  // A picture of a paper, as a phone makes it, goes into the case and to the prosecutor.
  await officer.goto(at("#/"));
  await officer.waitForSelector("#drop");
  const name = zh ? "手机拍照.txt" : "from a phone.txt";
  await officer.fill("#intoCase", day.caseId);
  await officer.setInputFiles('#drop input[type="file"]', { name, mimeType: "text/plain", buffer: Buffer.from(`${name} ${Date.now()}`) });
  await officer.waitForSelector("#upload .good", { timeout: 20000 });
  await officer.waitForFunction(name => [...document.querySelectorAll("#list .row")].some(row => row.textContent.includes(name)), name);
  const id = await officer.locator("#list .row", { hasText: name }).first().getAttribute("data-id");
  await officer.locator(`#list .row[data-id="${id}"]`).tap();
  await officer.waitForSelector(`#verdict[data-id="${id}"]`);
  await says(officer, zh ? "已核验" : "verified");
  await does(officer, "offer", { handoverTo: "to", to: "jcy-01", reason: zh ? "移送审查起诉" : "for prosecution" });
  await fits(officer, "a handover");

  const prosecutor = await enter("jcy-01", PHONE);
  await prosecutor.tap('#piles button[data-pile="toAnswer"]');
  await prosecutor.locator(`#list .row[data-id="${id}"]`).tap();
  await prosecutor.waitForSelector(`#verdict[data-id="${id}"]`);
  assert.ok((await verdict(prosecutor)).good);
  await look(prosecutor, "phone-handover");
  await does(prosecutor, "accept");
  await says(prosecutor, zh ? "接受移送" : "Handover accepted");
  await fits(prosecutor, "an answer");

  const supervisor = await enter("110077", PHONE);
  await supervisor.goto(at("#/gaps"));
  const gap = supervisor.locator("#gapList li").filter({ hasText: late });
  await gap.waitFor();
  await gap.locator("summary").tap();
  await gap.locator("select").selectOption("DEVICE_BROKEN");
  await gap.locator("input").first().fill(zh ? "采集站网络故障，次日恢复" : "The dock had no network until the next day");
  await fits(supervisor, "a gap");
  await look(supervisor, "phone-gap");
  await gap.locator("form button").tap();
  await supervisor.locator("#explainedGaps li").filter({ hasText: late }).waitFor();

  for (const page of [officer, prosecutor, supervisor]) await page.context().close();
}
