// Uploads one file with Uppy as it comes from npm in a real browser, over a network that breaks. Prints the upload's URL.
//   node uppy.mjs http://127.0.0.1:8480 FILE
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import puppeteer from "puppeteer-core";

const [origin, file] = process.argv.slice(2);
const bytes = readFileSync(file);
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  await page.setBypassCSP(true); // Uppy is brought into whatever page the station has
  for (let attempt = 0; ; attempt++) {
    try { await page.goto(`${origin}/api/health`); break; } catch (cut) { if (attempt === 9) throw cut; }
  }
  await page.addScriptTag({ path: new URL("node_modules/uppy/dist/uppy.min.js", import.meta.url).pathname });
  const input = await page.evaluateHandle(() => {
    const made = document.createElement("input");
    made.type = "file";
    document.body.append(made);
    return made;
  });
  await input.uploadFile(file);
  const meta = { sha256: createHash("sha256").update(bytes).digest("hex"), officerNo: "110023" };
  const url = await page.evaluate(async (chosen, more) => {
    const uppy = new Uppy.Uppy({ autoProceed: false }).use(Uppy.Tus, {
      endpoint: "/files",
      retryDelays: [0, 200, 500, 1000, 1000, 1000, 1000],
      allowedMetaFields: ["filename", "sha256", "officerNo"],
    });
    uppy.addFile({ name: chosen.files[0].name, data: chosen.files[0], meta: { ...more, filename: chosen.files[0].name } });
    const result = await uppy.upload();
    if (result.failed.length) throw new Error(String(result.failed[0].error));
    return result.successful[0].uploadURL;
  }, input, meta);
  console.log(url);
} finally {
  await browser.close();
}
