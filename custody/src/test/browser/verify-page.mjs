// Opens verify.html in a headless Chromium without network, gives it package folders, and prints what it answered: a JSON object
// a line. usage: node verify-page.mjs PAGE (FOLDER POLICY-FILE-OR-EMPTY)...   CHROMIUM names the browser.
import puppeteer from "puppeteer-core";
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [page_, ...pairs] = process.argv.slice(2);
const chromium = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const browser = await puppeteer.launch({ executablePath: chromium, headless: true, protocolTimeout: 600000,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
try {
  const page = await browser.newPage();
  await page.setOfflineMode(true);
  const asked = [];
  page.on("request", request => { if (!request.url().startsWith("file:")) asked.push(request.url()); });
  page.on("pageerror", error => asked.push("error: " + error.message));
  await page.goto(pathToFileURL(page_).href);
  const input = await page.$("#folder");
  for (let i = 0; i < pairs.length; i += 2) {
    await page.evaluate(text => { document.getElementById("policy").value = text; window.liuhenResult = undefined; },
      pairs[i + 1] ? readFileSync(pairs[i + 1], "utf8") : "");
    await input.uploadFile(pairs[i]);
    await page.waitForFunction("window.liuhenResult", { timeout: 600000, polling: 20 });
    const result = await page.evaluate("window.liuhenResult");
    const utc = await page.evaluate(() => document.getElementById("answer").textContent.match(/\d\d:\d\d:\d\d(\.\d+)?Z/)?.[0]);
    if (utc && !result.codes.length) asked.push("a time that is not the reader's: " + utc);
    const odd = await page.evaluate(() => [...document.querySelectorAll("#answer table")].flatMap(table => {
      const [head, first] = table.rows, words = [...head.cells].map(cell => cell.textContent).join("");
      return words === "" ? ["an empty row"] : words.startsWith("序号") && first?.cells[0].textContent !== "1" ? ["entries do not begin with number 1"] : [];
    }));
    if (!result.codes.length) asked.push(...odd);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
    console.log(JSON.stringify({ ...result, folder: pairs[i] }));
    await page.evaluate(() => { document.getElementById("folder").value = ""; });
  }
  await page.evaluate(() => globalThis.run(new Map([["package.zip", new File(["PK"], "package.zip")]])));
  if (!(await page.evaluate(() => document.body.innerText)).includes("Unpack the ZIP first")) asked.push("a ZIP file is not told to be unpacked");
  console.log(JSON.stringify({ asked }));
} finally {
  await browser.close();
}
