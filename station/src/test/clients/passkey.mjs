// A newcomer whose role decides about others enrols a passkey in a real browser, signs in with it, and cannot without being verified.
//   node passkey.mjs '{"origin": "http://localhost:…", "lang": "zh", "officerNo": …, "password": …, "pictures": "folder"}'
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const { origin, lang, officerNo, password, pictures } = JSON.parse(process.argv[2]), OWN = "four quiet words here";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } }), page = await context.newPage(), complaints = [];
  page.setDefaultTimeout(20000);
  page.on("pageerror", error => complaints.push(String(error)));
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  const look = name => page.screenshot({ path: `${pictures}/${name}-${lang}.jpg`, type: "jpeg", quality: 75 });
  await page.goto(`${origin}/?lang=${lang}`);
  await page.fill("#number", officerNo);
  await page.fill("#password", password);
  await page.press("#password", "Enter");
  await page.waitForSelector("#newPassword:visible");
  await page.fill("#newPassword", OWN);
  await page.press("#newPassword", "Enter");
  await page.waitForSelector("#mustEnrol");
  const form = page.locator('details[data-act="addPasskey"]');
  await form.locator("summary").click();
  await look("must-enrol");
  await form.locator('input[type="password"]').fill(OWN);
  await form.locator("input").first().fill("desk");
  await form.locator("button").click();
  await page.waitForSelector("#once");
  assert.equal((await page.textContent("#once pre")).split("\n").length, 10);
  await look("passkey");
  assert.equal((await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length, 1);
  await page.setViewportSize({ width: 390, height: 844 });
  await look("account-phone");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.click("#signOut");
  await page.waitForSelector("#passkey");
  await look("sign-in-passkey");
  await page.click("#passkey");
  await page.waitForSelector("#signOut");
  await page.click("#signOut");
  await page.waitForSelector("#passkey");
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.click("#passkey");
  await page.waitForFunction(() => document.querySelector("#signIn [role=alert]").textContent);
  assert.equal(await page.$("#signOut"), null);
  assert.deepEqual(complaints, []);
  console.log("enrolled, signed in, refused unverified");
} finally {
  await browser.close();
}
