// The administrators' part of the day: a colleague is admitted by two of them and comes in, a device is put into use.
import assert from "node:assert/strict";

const half = async page => {
  await page.waitForSelector("#once pre");
  const text = await page.textContent("#once pre");
  await page.click("#once button");
  return text;
};
/** @param {any} of what a day has: day, enter, look */
export async function administer({ day, enter, look }) {
  const zh = day.lang === "zh", newcomer = zh ? "110031" : "110032", name = zh ? "王芳" : "Wang Fang";
  const [first, second] = [await enter("900001"), await enter("900002")];
  await first.click('#views a[href="#/people"]');
  const admission = first.locator('details[data-act="proposeAdmission"]');
  await admission.locator("summary").click();
  const typed = admission.locator("input:not([type=checkbox])");
  for (const [at, value] of [newcomer, name, "110105", zh ? "新警入职" : "a new officer"].entries()) await typed.nth(at).fill(value);
  await admission.locator("label", { hasText: zh ? /^\s*民警$/ : /^\s*officer$/i }).locator("input").check();
  const said = () => admission.evaluate(e => [e.open, ...[...e.querySelectorAll("input")].map(i => (i.type === "checkbox" ? i.checked : i.value))]);
  const halfTyped = await said();
  for (const language of ["the other language", "the own one"]) {
    const before = await admission.locator("summary").textContent();
    await first.click("#language");
    await first.waitForFunction(words => document.querySelector('details[data-act="proposeAdmission"] summary')?.textContent !== words, before);
    assert.deepEqual(await said(), halfTyped, `what was typed stays in ${language}`);
  }
  await admission.locator("form button").click();
  const one = await half(first);
  await second.click('#views a[href="#/people"]');
  const approval = second.locator("#changes li", { hasText: newcomer }).locator('details[data-act="approveChange"]');
  await approval.locator("summary").click();
  await look(second, "admission");
  await approval.locator("form button").click();
  day.people[newcomer] = one + (await half(second));
  const officer = await enter(newcomer);
  assert.ok((await officer.textContent("#who")).includes(newcomer) || (await officer.textContent("#who")).includes(name));
  await officer.context().close();
  await first.click('#views a[href="#/devices"]');
  await first.waitForSelector("#deviceWords");
  const device = first.locator('details[data-act="addDevice"]'), serial = `BWC-${newcomer}`;
  await device.locator("summary").click();
  for (const [at, value] of [serial, "camera", "110105", zh ? "新购" : "bought"].entries()) {
    const field = device.locator("form input, form select").nth(at);
    if (await field.evaluate(e => e.tagName === "SELECT")) await field.selectOption(value); else await field.fill(value);
  }
  await device.locator("form button").click();
  assert.match(await half(first), /^[^.]+\.[^.]+$/, "a one-time code");
  await first.locator(`#devices li[data-serial="${serial}"]`).waitFor();
  await look(first, "devices");
  await second.context().close();
  return first;
}
