// Uploads: what happens to them while the station is away, while nobody is signed in, and after the page was closed.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { unfinished } from "../../main/resources/org/liuhen/page/unfinished.js";
import { uploadPlace } from "../../main/resources/org/liuhen/page/upload.js";
import { place, station } from "./dom.mjs";

const settled = () => new Promise(done => setTimeout(done, 5));
const officer = id => ({ id, roles: [], acts: ["SEARCH", "UPLOAD"] });
/** @type {any[]} */
const uploads = [];
let hashing = () => {};
class Upload {
  constructor(file, how) {
    Object.assign(this, how);
    this.file = file;
    this.url = "/files/01jdb3kz0r0000000000000001";
    this.starts = 0;
    uploads.push(this);
  }
  findPreviousUploads = async () => [];
  start = () => {
    this.starts++;
    /** @type {any} */ (this).onProgress(1);
  };
  abort = () => {};
}
class Sha256 {
  update() {
    hashing();
  }
  end() {}
}
Object.assign(globalThis, { Liuhen: { Sha256, hex: () => "00" }, tus: { Upload } });
const lines = () => place("upload").all(e => e.className === "sending");
const above = () => place("top").all(e => e.id === "uploadsNow")[0];
async function send(name) {
  const pick = place("upload").all(e => e.type === "file")[0];
  pick.files = [new File(["1234"], name)];
  pick.onchange();
  await settled();
  return { line: lines().at(-1), upload: uploads.at(-1) };
}
const answered = (status, body) => ({ originalResponse: { getStatus: () => status, getBody: () => (body ? JSON.stringify(body) : "") } });
const clear = () => {
  for (const line of lines())
    line
      .all(e => e.tagName === "BUTTON")
      .at(-1)
      .onclick();
  for (const line of lines())
    line
      .all(e => e.tagName === "BUTTON")
      .at(-1)
      .onclick(); // what was cancelled is cleared
};
function signIn(id) {
  here.language = "zh";
  here.signIn = "local";
  here.person = officer(id);
  uploadPlace(() => {});
}

test("a station that does not answer is asked again for minutes, and the line says so", async () => {
  signIn("110023");
  const { line, upload } = await send("a.mp4");
  assert.equal(upload.headers["Accept-Language"], "zh", "refusals are asked for in the language of the page");
  const patience = upload.retryDelays.reduce((all, one) => all + one, 0);
  assert.ok(patience >= 5 * 60_000, `${patience} ms`);
  assert.match(line.textContent, /上传中 25 %/);
  const full = { status: 507, code: "VT-108", title: "存储已满" };
  for (const [failed, says] of /** @type {[any, RegExp][]} */ ([
    [{}, /本站没有响应，正在重试/],
    [{ originalResponse: null }, /本站没有响应，正在重试/],
    [answered(502), /服务器返回 502.*稍后自动重试/],
    [answered(423), /服务器返回 423.*稍后自动重试/],
    [answered(507, full), /存储已满（VT-108） 稍后自动重试/],
  ])) {
    assert.equal(upload.onShouldRetry(failed), true);
    assert.match(line.textContent, says);
    upload.onProgress(2);
    assert.match(line.textContent, /上传中 50 %/);
  }
  for (const status of [400, 401, 403, 404, 410, 413]) assert.equal(upload.onShouldRetry(answered(status)), false, `${status}`);
  upload.onError({ message: "tus: failed to resume upload, caused by [object ProgressEvent]" });
  await settled();
  assert.match(line.textContent, /上传中断，再次拖入同一文件即从断点继续：无法连接本站/);
  assert.doesNotMatch(line.textContent, /tus|ProgressEvent/);
  const again = await send("a.mp4");
  assert.deepEqual(lines(), [again.line], "the same file once more takes the line of the one that broke off");
  clear();
});
test("an upload whose person is signed out goes on by itself when the same person is back", async () => {
  signIn("110023");
  let told = 0;
  Object.assign(document, { dispatchEvent: event => (told += event.type === "signed-out" ? 1 : 0) });
  const { line, upload } = await send("b.mp4");
  upload.onError(answered(401));
  await settled();
  assert.equal(told, 1, "the page asks for the sign-in");
  assert.equal(here.person, null);
  assert.match(line.textContent, /登录已结束，重新登录后自动继续/);
  uploadPlace(() => {}); // as the page does then
  assert.ok(above().hidden, "nobody is here to count them for");
  assert.equal(upload.starts, 1);
  signIn("110023");
  await settled();
  assert.equal(upload.starts, 2);
  assert.equal(lines().length, 1, "the same line");
  assert.ok(!above().hidden);
  station({ "/files/": new Headers() });
  await upload.onSuccess();
  assert.match(line.textContent, /已接收/);
  assert.deepEqual(unfinished("110023"), { broken: [], others: [] });
  clear();
});
test("who is signed out while the digest is computed finds it going on, and nobody sends in another one's name", async () => {
  signIn("110023");
  hashing = () => {
    here.person = null;
  };
  const before = uploads.length,
    { line } = await send("c.mp4");
  hashing = () => {};
  assert.equal(uploads.length, before, "nothing is sent");
  assert.match(line.textContent, /重新登录后自动继续/);
  signIn("110024");
  await settled();
  assert.equal(uploads.length, before, "nor in the name of somebody else");
  assert.equal(lines().length, 0, "who is not told of it");
  const other = await send("d.mp4");
  assert.ok(other.upload, "and whose own files do not wait for it");
  clear();
  signIn("110023");
  assert.equal(lines().length, 1);
  assert.match(lines()[0].textContent, /c\.mp4.*上次没有传完。再次拖入同一文件/);
  clear();
  assert.deepEqual(unfinished("110023"), { broken: [], others: [] });
});
test("what a closed page broke off is named to its person alone, until the file comes again", async () => {
  const old = { id: "x", name: "e.mp4", size: 4, begun: Date.now() - 160_000, at: Date.now() - 151_000 },
    elsewhere = { ...old, id: "y", name: "f.mp4", at: Date.now() },
    ancient = { ...old, id: "z", begun: Date.now() - 8 * 86_400_000 };
  localStorage["unfinished 110031"] = JSON.stringify([old, elsewhere, ancient]);
  localStorage["unfinished 110032"] = "not JSON";
  const { setTimeout } = globalThis,
    later = /** @type {any[]} */ ([]);
  globalThis.setTimeout = /** @type {any} */ ((work, millis) => (millis > 1000 ? later.push({ work, millis }) : setTimeout(work, millis)));
  signIn("110032");
  assert.equal(lines().length, 0);
  signIn("110031");
  assert.equal(lines().length, 1, "what another page sends is no broken one, and what the station has dropped is none");
  assert.match(lines()[0].textContent, /e\.mp4.*上次没有传完/);
  assert.match(above().textContent, /未传完 1/);
  const [again] = later.filter(one => one.millis === 150_000);
  localStorage["unfinished 110031"] = JSON.stringify([old, { ...elsewhere, at: Date.now() - 151_000 }]);
  again.work();
  assert.equal(lines().length, 2, "the other page was closed, too");
  const { upload } = await send("e.mp4");
  assert.deepEqual(
    lines().map(line => line.all(e => e.tagName === "B")[0].textContent),
    ["f.mp4", "e.mp4"],
  );
  globalThis.setTimeout = setTimeout;
  station({ "/files/": new Headers() });
  await upload.onSuccess();
  clear();
  assert.equal(localStorage["unfinished 110031"], undefined);
});
test("the header counts what is on its way and what broke off, on every view", async () => {
  signIn("110023");
  assert.equal(above().hidden, true);
  const first = await send("g.mp4");
  assert.equal(above().hidden, false);
  assert.match(above().textContent, /上传中 1$/);
  assert.equal(above().href, "#/");
  await send("h.mp4");
  assert.match(above().textContent, /上传中 2$/);
  first.upload.onError(answered(413));
  await settled();
  assert.match(above().textContent, /上传中 1 · 未传完 1$/);
  here.language = "en";
  uploadPlace(() => {});
  assert.match(above().textContent, /Uploading 1 · 1 not finished$/);
  clear();
  assert.equal(above().hidden, true);
});
