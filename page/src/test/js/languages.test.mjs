// Each view in one language, and people by name: what parts of the system, the law and the page itself wrote in another language is not left so.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { foreign } from "../../../../station/src/test/clients/foreign.mjs";
import { showCase, showCases } from "../../main/resources/org/liuhen/page/cases.js";
import { trail } from "../../main/resources/org/liuhen/page/chain.js";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { row } from "../../main/resources/org/liuhen/page/desk.js";
import { showExports } from "../../main/resources/org/liuhen/page/exports.js";
import { showGaps } from "../../main/resources/org/liuhen/page/gaps.js";
import { showItem } from "../../main/resources/org/liuhen/page/item.js";
import { forgetNames } from "../../main/resources/org/liuhen/page/names.js";
import { showItemPaper, showPaper } from "../../main/resources/org/liuhen/page/paper.js";
import { showRecord } from "../../main/resources/org/liuhen/page/record.js";
import { showRules } from "../../main/resources/org/liuhen/page/rules.js";
import { showUnits } from "../../main/resources/org/liuhen/page/units.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";
import { place, station } from "./dom.mjs";

const ID = "01jdb3kz0r0000000000000000",
  AT = "2026-11-26T00:00:00Z",
  settled = () => new Promise(done => setTimeout(done, 5));
Object.assign(globalThis, {
  innerWidth: 1400,
  scrollTo: () => {},
  Liuhen: {
    chain: async () => ({
      head: null,
      entries: 0,
      faults: [
        { code: "VF-108", at: 0, detail: "ST-107 the item is linked to this case already" },
        { code: "VF-106", at: 1, detail: "a value of another form" },
        { code: "VF-101", at: null, detail: "the key did not sign this head" },
      ],
    }),
  },
});
const LAW = [
  ...readFileSync(
    new URL("../../../../review/src/main/java/org/liuhen/review/api/RetentionCategory.java", import.meta.url),
    "utf8",
  ).matchAll(/^ {4}([A-Z_]+)\("[^"]+", "([^"]+)", (\d+|null)\)/gm),
].map(([, category, source, days]) => ({ category, source, legalDays: Number(days) || null, days: Number(days) || null }));
let index = 0;
const entry = (eventType, more, context) => ({
  index: ++index,
  leaf: "ab".repeat(32),
  inclusionProof: [],
  entry: {
    itemSequence: index,
    event: {
      eventType,
      context: {
        occurredAt: AT,
        evidenceId: ID,
        actor: { kind: "OFFICER", id: "110023", role: "办案民警", credential: "password" },
        instrument: { tool: "review", version: "1" },
        ...context,
      },
      ...more,
    },
  },
});
const part = (id, purpose) => ({ actor: { kind: "COMPONENT", id }, instrument: { tool: "ingest-job", version: "1" }, purpose });
const ENTRIES = [
  entry("linkedToCase", { caseId: "A-7" }, part("attach", "declared by the sender")),
  entry("linkedToCase", { caseId: "A-8" }, { purpose: words.zh.chosenOne }),
  entry("refused", { refusedType: "sealed", code: "ST-107", reason: "the item is linked to this case already" }, part("record")),
  entry("rejected", { reason: "the stored object is missing" }, part("verify")),
  entry("stepFailed", { step: "seal", code: "VT-104", reason: "There are no bytes to seal" }, part("seal")),
  entry("descriptionFailed", { reason: "Tika: end of file; positions: cut" }, part("describe")),
  entry("gapClosed", {}, part("gaps", "recordings of the incident are there now")),
  entry("disposalRefused", {}, part("retention", "RV-121 its time has not come")),
  entry("accessDenied", { act: "GET /x", reason: "RV-120 You may not see this item" }),
  entry("viewed", {}),
  entry("downloaded", {}),
  entry("searched", { terms: "undecided= state=verified" }),
  entry("viewed", {}, { purpose: "view" }),
  entry("reviewOpened", {}, { purpose: `RANDOM ${words.zh.reviewReasons.RANDOM}` }),
  entry("handoverOffered", { to: "110023" }),
  entry("caseAssigned", { officers: ["110023", "110023"], unitCode: "110105" }),
  entry("deviceAssigned", { deviceSerial: "DSJ-1", officerNo: "110023" }),
  entry("categorised", { category: "GENERAL" }),
  entry("received", {}),
];
const ITEM = {
  id: ID,
  fileName: "a.mp4",
  mediaType: "video/mp4",
  state: "verified",
  declaredAt: AT,
  cases: ["A-7"],
  category: "CASE_EVIDENCE",
  permanent: true,
  sender: "110023",
  officerNo: "110023",
  sizeBytes: 3,
  sha256: "cd".repeat(32),
  enforcement: "read-only file; not enforced by Object Lock",
  links: { "A-7": { basis: "RULE", foreign: true } },
  claims: [{ name: "officerNo", claimed: "110024", proved: "" }],
  descriptionFailure: "Tika: end of file",
  failedSteps: { seal: { code: "VT-104", reason: "There are no bytes to seal", at: AT } },
  holds: { h: { reason: "trial", by: "110023", at: AT } },
  reviews: { r: { by: "110023", at: AT, sample: "md5(seed || id), first 5, seed 2026" } },
  lastReview: { outcome: "returned", words: "more", by: "110023", due: AT },
  handover: { to: "110023", by: "110099", at: AT },
  lastHandover: { outcome: "refused", by: "110023", words: "no" },
  disposal: { ground: "old", by: "110023", approvedBy: "110023" },
  disposalRefusedFor: "RV-121 the case A-7 is open",
  gaps: { LATE_UPLOAD: "received 26 hours after the recording ended" },
  explainedGaps: { LATE_UPLOAD: { ground: "OTHER", words: "late", by: "110023" } },
  metadata: [],
  custody: { entries: ENTRIES, checkpoint: "liuhen.org/log/site-1\n8\nroot=\n" },
};
const FILE = { officers: ["110023"], protection: "JUVENILE", unitCode: "110105" };
const GAP = {
  gapId: `LATE_UPLOAD ${ID}`,
  gapKind: "LATE_UPLOAD",
  evidenceId: ID,
  since: AT,
  finding: "declared and not received within a day",
};
const ANSWERS = {
  [`/api/evidence/${ID}`]: ITEM,
  "/api/categories": { categories: LAW },
  "/api/rules": {
    categories: LAW,
    changes: [
      {
        category: "GENERAL",
        days: 400,
        state: "approved",
        ground: "g",
        proposedBy: "110023",
        proposedAt: AT,
        decidedBy: "110023",
        decidedAt: AT,
      },
    ],
  },
  "/api/recipients": { recipients: [] },
  "/api/names": { people: { 110023: "Wang Fang" } },
  "/api/unit-names": { units: [{ unitCode: "110105", unitName: "Chaoyang" }] },
  "/api/gaps": { gaps: [GAP], explained: [{ ...GAP, explained: { ground: "OTHER", words: "w", by: "110023", at: AT } }] },
  "/api/missing-segments": { open: 0, recordings: [], explainedInAll: 0, explained: [] },
  "/api/health": { healthy: false, objectLock: "not enforced by Object Lock", problems: { feed: "Kafka" } },
  "/api/log-events": { entries: ENTRIES.map(e => ({ index: e.index, event: e.entry.event })) },
  "/api/exports": {
    exports: [
      {
        id: "x1",
        recipient: "Court",
        purpose: "trial",
        state: "approved",
        items: 1,
        requestedBy: "110023",
        requestedAt: AT,
        waitsFor: "the witnesses",
      },
      {
        id: "x2",
        recipient: "Court",
        purpose: "trial",
        state: "refused",
        items: 1,
        requestedBy: "110023",
        reason: "r",
        decidedBy: "110023",
      },
    ],
  },
  "/api/cases/A-7": {
    evidence: [ITEM],
    file: FILE,
    summary: { items: 1, first: AT, last: AT, senders: { 110023: 1 }, uncategorised: 0, held: 1 },
  },
  "/api/cases": { cases: [{ caseId: "A-7", items: 1, newest: AT, file: FILE }] },
  "/api/units": { units: [], days: [], officers: [] },
  "/api/figures": { units: [], days: [], officers: [] },
};
/** Each view, drawn; what it shows is in the element. @type {[string, () => any][]} */
const VIEWS = [
  ["row", () => row(ITEM)],
  ["item", () => showItem(ID, () => {}, "#/")],
  ["chain", () => trail(ITEM.custody, new Map())],
  ["retention", () => showRules(() => {})],
  ["gaps", () => showGaps(() => {})],
  ["log", () => showRecord()],
  ["exports", () => showExports(() => {})],
  ["case", () => showCase("A-7", () => {})],
  ["cases", () => showCases()],
  ["list of a case", () => showPaper("A-7")],
  ["receipt", () => showItemPaper(ID)],
  ["units", () => showUnits(() => {})],
];
beforeEach(() => {
  forgetNames();
  station(ANSWERS);
  here.person = {
    id: "110023",
    unitCode: "110105",
    roles: ["supervisor"],
    acts: ["SEARCH", "VIEW", "AUDIT", "SEE_GAPS", "SEE_LOG", "SEE_UNITS", "REQUEST_EXPORT", "FETCH_EXPORT", "REVIEW", "DECIDE_CASE"],
  };
});
async function drawn(view) {
  const shown = (await view()) || place("detail");
  await settled();
  return shown;
}
/** What stands in an element, without what has its language named. */
const texts = (element, without) =>
  element.nodes.flatMap(node =>
    typeof node === "object" && node
      ? node.lang === without || node.className?.includes("raw")
        ? []
        : texts(node, without)
      : [String(node)],
  );
for (const [name, view] of VIEWS) {
  test(`no Chinese on the English page: ${name}`, async () => {
    here.language = "en";
    const found = texts(await drawn(view), "zh");
    assert.ok(found.length > 5, found.join("\n"));
    assert.deepEqual([...foreign(found, "en"), ...found.filter(one => /[、；：（）]/.test(one))], []);
  });
  test(`no English sentence on the Chinese page: ${name}`, async () => {
    here.language = "zh";
    assert.deepEqual(foreign(texts(await drawn(view), "en"), "zh", ["Wang Fang"]), []);
  });
  test(`each person is named: ${name}`, async () => {
    here.language = "en";
    const text = texts(await drawn(view), "").join("");
    assert.deepEqual(text.match(/(?<!Wang Fang )110023(?! Wang Fang)/g) || [], [], text);
  });
}
test("the kind, the person and the day of a chain are chosen", () => {
  here.language = "en";
  assert.equal(trail(ITEM.custody, new Map()).all(e => e.tagName === "SELECT").length, 3);
});
test("a chain is drawn with the newest first, and looks one after the other as one line that is closed", () => {
  const four = ["received", "viewed", "viewed", "sealed"].map(kind => entry(kind, {}));
  const drawn = trail({ entries: four }, new Map()),
    folds = drawn.all(e => e.className === "looks");
  assert.deepEqual([folds.length, folds[0].open ?? false, folds[0].all(e => e.tagName === "LI").length], [1, false, 2]);
  assert.deepEqual(
    drawn.all(e => e.tagName === "LI" && /^entry-/.test(e.id)).map(e => e.id),
    [...four].reverse().map(e => `entry-${e.index}`),
  );
});
test("what is foreign is found in both directions; names, files and codes are not", () => {
  const texts = [
    "文件名 Record of questioning.txt",
    "封存 declared already",
    "对象锁 Object Lock",
    "京朝公（刑）立字〔2026〕17号",
    "证据 a.mp4",
    "GET /api/x 拒绝",
  ];
  assert.deepEqual(foreign(texts, "zh", ["Record of questioning.txt"]), ["封存 declared already"]);
  assert.deepEqual(foreign(["Case 京朝公（刑）立字〔2026〕17号", "Held 锁定", "a clip 笔录.txt"], "en", ["京朝公（刑）立字〔2026〕17号"]), [
    "Held 锁定",
  ]);
});
