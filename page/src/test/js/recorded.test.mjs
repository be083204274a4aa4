// What parts of the system write into the record, in the reader's language. The Java sources say what they write.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { entry, said as parts } from "../../main/resources/org/liuhen/page/chain.js";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { facts } from "../../main/resources/org/liuhen/page/facts.js";
import { hasWords, inWords, unread } from "../../main/resources/org/liuhen/page/recorded.js";
import { recordTitles, titles } from "../../main/resources/org/liuhen/page/titles.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";

const root = new URL("../../../../", import.meta.url),
  text = path => readFileSync(new URL(path, root), "utf8"),
  java = folder =>
    readdirSync(new URL(`${folder}/src/main/java/`, root), { recursive: true })
      .map(name => `${folder}/src/main/java/${name}`)
      .filter(name => name.endsWith(".java"));
/** The index after the bracket that closes the one at this index. */
function behind(source, open) {
  for (let at = open, depth = 0; at < source.length; at++) {
    if (source[at] === '"') while (source[++at] !== '"') at += source[at] === "\\" ? 1 : 0;
    else if ("([{".includes(source[at])) depth++;
    else if (")]}".includes(source[at]) && --depth === 0) return at + 1;
  }
  return source.length;
}
/** Sentences in a source, with `7` for what is not known before it runs; those of comments, errors and the program's own log are none. */
function sentences(source) {
  let code = source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/([;{,]) \/\/ .*$/gm, "$1");
  for (const other = /LOG\.\w+\(|new \w*(?:Problem|Exception|Error)\(|@\w+\(|VaultException\.\w+\(|idFor\(/g; ; ) {
    const found = other.exec(code);
    if (!found) break;
    code = code.slice(0, found.index) + code.slice(behind(code, found.index + found[0].length - 1));
    other.lastIndex = found.index;
  }
  const all = [],
    literal = /"((?:[^"\\\n]|\\.)*)"/g;
  for (let found = literal.exec(code); found; found = literal.exec(code)) {
    let whole = /\+\s*$/.test(code.slice(0, found.index)) ? `7${found[1]}` : found[1],
      at = literal.lastIndex;
    for (let more = /^\s*\+\s*/.exec(code.slice(at)); more; more = /^\s*\+\s*/.exec(code.slice(at))) {
      at += more[0].length;
      const next = /^"((?:[^"\\\n]|\\.)*)"/.exec(code.slice(at));
      if (next) at += next[0].length;
      else while (!"+,;?:)".includes(code[at])) at = "([{".includes(code[at]) ? behind(code, at) : at + 1;
      whole += next ? next[1] : "7";
    }
    literal.lastIndex = at;
    all.push(whole);
  }
  return all.filter(one => /[a-z'] [a-z]/i.test(one));
}
/** What these modules have of texts that begin with a small letter and are no part of the record. */
const NOT_RECORDED = [
  /^(only|describe|verify|find|whole|keep|feed of|link to|dispatch) /, // names of Flink's operators
  /^(an upload is left as it is|VT-205)/,
  /^(no receipt yet|no network)$/,
  /^7\. Find the cause, then: /, // behind the reason of a step that failed, which its code names
  /^7; not enforced by Object Lock$/, // behind one of two beginnings, each with its form
  /^files are read-only and never overwritten/, // findings of the lock's probe, which no page shows
];
test("each text that a part writes into the record has a form", () => {
  here.language = "zh";
  const feeds =
    /Actor\.component\(|new (?:Refused|StepFailed|Rejected|AccessDenied|Withdrawn|LinkedToCase|Seal)\(|[wW]ithdrawn\(|erminate\(|putAside\(|waiting\.put\(/;
  const found = ["ingest-job", "record-job", "intake", "describe", "review"]
    .flatMap(java)
    .concat("storage-adapter/src/main/java/org/liuhen/storage/directory/DirectoryEvidence.java")
    .map(text)
    .filter(source => feeds.test(source))
    .flatMap(sentences)
    .filter(one => /^([a-z7]|RV-\d+ )/.test(one) && !NOT_RECORDED.some(form => form.test(one)));
  assert.ok(found.length > 25, `${found.length}: ${found.join("\n")}`);
  assert.deepEqual(
    found.filter(one => !hasWords(one) && !hasWords(one.replace(/7$/, "")) && !words.zh.purposes[one]),
    [],
  );
});
test("each failure of a reader says in Chinese what could not be read", () => {
  here.language = "zh";
  const failures = java("describe").flatMap(name => {
    const source = text(name);
    return [...source.matchAll(/failures\.add\(|\.failed\(/g)].flatMap(found => {
      const open = found.index + found[0].length - 1;
      return sentences(source.slice(open, behind(source, open)));
    });
  });
  assert.ok(failures.length > 10, failures.join("\n"));
  for (const failure of failures) assert.match(unread(failure), /^[^;]*\p{Script=Han}[^;]*$/u, failure);
  assert.equal(
    unread("positions: cut at byte 7; Tika: XML document structures must start; preview: none"),
    "轨迹未能读取；文档信息未能读取；预览未能读取",
  );
  assert.equal(unread(undefined), "", "nothing failed");
  assert.equal(unread("ffprobe could not run: gone"), "音视频信息未能读取");
});
test("the titles of codes are those of the station", () => {
  const lines = text("web/src/main/resources/org/liuhen/web/Titles_zh.properties").matchAll(/^([A-Z]{2}-\d{3})=(.*)$/gm);
  assert.deepEqual(titles, Object.fromEntries([...lines].map(([, code, title]) => [code, title])));
  const states = text("custody/src/main/resources/org/liuhen/custody/event/states.json");
  const codes = [
    ...states.matchAll(/"code": ?"([A-Z]{2}-\d{3})"/g),
    ...["ingest-job", "record-job"].flatMap(java).flatMap(name => [...text(name).matchAll(/"((?:IJ|RC|LK)-\d{3})"/g)]),
  ].map(found => found[1]);
  assert.ok(codes.length > 60);
  assert.deepEqual(
    codes.filter(code => !(code in titles) && !(code in recordTitles)),
    [],
  );
});
test("each component that acts has a name", () => {
  const named = ["ingest-job", "record-job", "intake", "describe", "review", "station"]
    .flatMap(java)
    .flatMap(name => [...text(name).matchAll(/Actor\.component\("([\w-]+)"\)/g)])
    .map(found => found[1]);
  assert.ok(named.length > 8);
  for (const language of [words.zh, words.en])
    assert.deepEqual(
      [...named, "dispatch.records"].filter(name => !language.components[name]),
      [],
    );
});
const said = event =>
  parts(event)
    .map(one => one.textContent ?? one)
    .join("");
const event = (eventType, more, context) => ({
  eventType,
  context: {
    occurredAt: "2026-11-26T00:00:00Z",
    actor: { kind: "COMPONENT", id: "attach" },
    instrument: { tool: "ingest-job", version: "1" },
    ...context,
  },
  ...more,
});
test("an entry says in the reader's language what a part wrote, and has the words of the record in its title", () => {
  const linked = event("linkedToCase", { caseId: "A1" }, { purpose: "declared by the sender" });
  const refused = event("refused", { refusedType: "linkedToCase", code: "ST-107", reason: "the item is linked to this case already" });
  here.language = "zh";
  assert.equal(said(linked), "A1 · 上传时申报");
  assert.equal(said(refused), "关联案件 · 此件已关联此案件（ST-107）");
  const shown = entry({ index: 1, leaf: "ab".repeat(32), entry: { itemSequence: 0, event: refused } }, null);
  assert.equal(shown.all(e => e.title)[0].title, "the item is linked to this case already");
  here.language = "en";
  assert.equal(said(linked), "A1 · declared by the sender");
  assert.equal(
    said(refused),
    "Linked to case · ST-107 the item is linked to this case already".replace("Linked to case", words.en.event.linkedToCase),
  );
});
test("what a person wrote stands as it was written", () => {
  here.language = "zh";
  const by = { actor: { kind: "OFFICER", id: "110023", credential: "password" }, instrument: { tool: "review", version: "1" } };
  assert.equal(said(event("holdPlaced", {}, { ...by, purpose: "received" })), "received");
  assert.equal(said(event("handoverRefused", { reason: "RV-101 is wrong" }, by)), "RV-101 is wrong");
});
test("a denial says why, from where, and how often", () => {
  here.language = "zh";
  assert.equal(inWords("IN-151 None of your roles may do this; the attempt is on the record"), "您的角色不能执行此操作（IN-151）");
  assert.equal(
    inWords("IN-126 Another authority issued this certificate (from 10.0.0.7; and 3 times before it)"),
    "证书不是本站签发的（IN-126，来自 10.0.0.7，此前另有 3 次）",
  );
  assert.equal(inWords("RV-121 the case A-7 is open"), "案件 A-7 尚未结案（RV-121）");
});
test("gaps are told in the reader's language, with the local time", () => {
  here.language = "zh";
  assert.equal(inWords("received 26 hours after the recording ended"), "录制结束 26 小时后才收到");
  assert.equal(
    inWords("no recording is linked to the incident or proposed for it; dispatched to: 110023, DSJ-7"),
    "没有关联或待选择的录像；出警：110023、DSJ-7",
  );
  const early = "the last recording ends at 2026-11-27T17:00:00Z, the call was cleared at 2026-11-27T18:00:00Z; dispatched to: 110023";
  assert.match(inWords(early), /^最后的录像结束于 .*，处警结束于 .*；出警：110023$/);
  for (here.language of /** @type {["zh", "en"]} */ (["zh", "en"])) assert.ok(!/\dZ/.test(inWords(early)), "no time in UTC");
  assert.match(inWords(early), /^the last recording ends at .*; dispatched to: 110023$/);
});
test("an item has no English of a part on the Chinese page", () => {
  here.language = "zh";
  const one = {
    id: "01jdb3kz0r0000000000000000",
    cases: [],
    enforcement: "read-only file; not enforced by Object Lock",
    descriptionFailure: "Tika: Unexpected end of file; positions: cut",
    failedSteps: { seal: { code: "VT-104", reason: "There are no bytes to seal", at: "2026-11-26T00:00:00Z" } },
    disposalRefusedFor: "RV-121 its time has not come",
  };
  const shown = facts(one);
  for (const text of [
    "文件设为只读；未由对象锁强制",
    "文档信息未能读取；轨迹未能读取",
    "没有此上传或对象（VT-104）",
    "保存期限未满（RV-121）",
  ])
    assert.ok(shown.textContent.includes(text), `${text} in ${shown.textContent}`);
  assert.ok(!/[a-z]{3,} [a-z]{3,}/.test(shown.textContent), shown.textContent);
  assert.ok(shown.all(e => e.title === one.descriptionFailure).length === 1, "the words of the record are in the title");
});
test("a wrong password in the log is told apart from a session that is over", () => {
  here.language = "zh";
  const from = "(from 10.0.0.7; 3 unauthenticated denials before it have no entry)";
  assert.equal(
    inWords(`IN-150 Number and password do not belong together ${from}`),
    "警号与口令不符（IN-150，来自 10.0.0.7，此前另有 3 次未登录的未逐条记录）",
  );
  assert.match(inWords(`IN-150 Nobody is signed in ${from}`), /^尚未登录/);
});
