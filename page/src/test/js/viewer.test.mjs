// What can be shown whole in the page.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { plain, shows, viewer, zoomed } from "../../main/resources/org/liuhen/page/viewer.js";

const item = (mediaType, more) => ({ id: "e", sizeBytes: 10, mediaType, ...more });

test("only what a browser shows without running it is shown, and nothing that is too large", () => {
  const how = type => shows(item(type));
  assert.deepEqual(["application/pdf", "image/png", "image/jpeg", "text/plain; charset=GB18030", "text/csv"].map(how), [
    "pdf",
    "picture",
    "picture",
    "text",
    "text",
  ]);
  for (const type of [
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "video/mp4",
    "application/zip",
    "",
    "image/heic",
    "constructor",
  ])
    assert.equal(how(type), null, type);
  assert.equal(shows(item("application/pdf", { sizeBytes: 2 ** 40 })), null);
  assert.equal(viewer(item("text/html")), null);
});
test("zooms go step by step and end", () => {
  assert.deepEqual([zoomed(1, 1), zoomed(1, -1), zoomed(4, 1), zoomed(0.5, -1), zoomed(1.1, 1)], [1.25, 0.75, 4, 0.5, 1.25]);
});
test("words are found without regard to case, width and lines", () => {
  assert.equal(plain("ＡBC\n  现场　勘验"), "abc 现场 勘验");
});
test("bytes with another digest than the record's are not shown", async () => {
  here.language = "zh";
  const bytes = new TextEncoder().encode("笔录\n<b>x</b>"),
    asked = [];
  globalThis.fetch = async path => {
    asked.push(path);
    return new Response(bytes);
  };
  const sha256 = createHash("sha256").update(bytes).digest("hex"),
    open = async digest => {
      const place = viewer(item("text/plain", { sha256: digest }));
      await place.all(e => e.tagName === "BUTTON")[0].onclick();
      return place;
    };
  const good = await open(sha256);
  assert.deepEqual(
    good.all(e => e.tagName === "PRE").map(e => e.textContent),
    ["笔录\n<b>x</b>"],
  );
  const bad = await open("00".repeat(32));
  assert.deepEqual(
    bad.all(e => e.tagName === "PRE"),
    [],
  );
  assert.ok(bad.textContent.includes(sha256) && bad.textContent.includes("不予显示"));
  assert.deepEqual(asked, ["/api/evidence/e/content?purpose=view", "/api/evidence/e/content?purpose=view"]);
});
