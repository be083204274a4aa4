// A case: what stands above its items, and what its links are called.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { showCase } from "../../main/resources/org/liuhen/page/cases.js";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { place, station } from "./dom.mjs";

test("the columns of a case have heads, and its graph is called by what it is for", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["VIEW"] };
  const item = { id: "a", fileName: "a.mp4", state: "verified", declaredAt: "2026-11-28T04:00:00Z", cases: ["A-7"] };
  station({
    "/api/cases/A-7": { evidence: [item], file: null, summary: { items: 1, senders: {}, first: item.declaredAt, last: item.declaredAt } },
    "/api/names": { people: [] },
  });
  await showCase("A-7", () => {});
  const [heads] = place("detail").all(e => e.className === "columns"),
    [line] = place("detail").all(e => e.className.split(" ").includes("row"));
  assert.equal(heads.children.length, line.children.length, "a head for each cell");
  assert.match(heads.textContent, /录制时间/);
  assert.match(place("detail").all(e => e.tagName === "A" && /jsonld/.test(e.href))[0].textContent, /^导出案件关系图/);
});

const settled = () => new Promise(done => setTimeout(done, 20));
const items = count =>
  Array.from({ length: count }, (_, at) => ({
    id: `i${at}`,
    fileName: `${at}.mp4`,
    state: "verified",
    declaredAt: "2026-11-28T04:00:00Z",
    cases: ["A-7"],
  }));
/** A station with a case of so many items, 500 of them in an answer; one of its items is refused. */
function caseOf(state) {
  const asked = station({ "/api/": {} }),
    answer = globalThis.fetch;
  globalThis.fetch = async (path, options = {}) => {
    await answer(path, options);
    const url = new URL(path, "http://station"),
      all = items(state.count),
      from = Number(url.searchParams.get("before") || 0);
    const body = url.pathname.startsWith("/api/cases/")
      ? { evidence: all.slice(0, 50), file: null, summary: { items: state.says, senders: {} } }
      : url.pathname === "/api/evidence"
        ? { evidence: all.slice(from, from + 500), ...(from + 500 < all.length && { next: String(from + 500) }) }
        : url.pathname === "/api/categories"
          ? { categories: [{ category: "GENERAL", days: 90 }] }
          : url.pathname === "/api/evidence/i3/acts"
            ? { code: "RV-120", title: "您无权查看该证据" }
            : {};
    return new Response(JSON.stringify(body), { status: body.code ? 403 : 200 });
  };
  return asked;
}
test("all of a case is held at once, also what no list shows; the count is said before, and a refusal after", async () => {
  here.language = "zh";
  here.person = { id: "2", roles: [], acts: ["HOLD"] };
  const state = { count: 620, says: 619 },
    asked = caseOf(state),
    draw = () => showCase("A-7", draw),
    form = () => place("detail").all(e => e.tagName === "DETAILS" && e.dataset.act === "hold")[0],
    said = () => place("detail").all(e => e.id === "caseDone")[0].textContent,
    done = () => asked.filter(one => one.startsWith("POST")).length,
    submit = async () => {
      form().all(e => e.tagName === "INPUT")[0].value = "理由";
      await form()
        .all(e => e.tagName === "FORM")[0]
        .onsubmit({ preventDefault: () => {} });
      await settled();
    };
  await draw();
  assert.match(form().textContent, /^锁定.*锁定 · 619 件/, "the number is said before, by the button that does it");
  await submit();
  assert.equal(done(), 0, "nothing is done with another number of items");
  assert.match(form().textContent, /本案现有 620 件，不是 619 件/);
  state.says = 620;
  await submit();
  assert.equal(done(), 620);
  assert.match(said(), /^已处理 619 \/ 620 件/);
  assert.match(said(), /RV-120.* 3\.mp4/, "what was refused is named with its reason");
  assert.match(form().textContent, /锁定 · 620 件/, "the view was drawn anew, and still says it");
  here.person = { id: "3", roles: [], acts: ["HOLD"] };
  await draw();
  assert.equal(said(), "", "another person is not told of it");
});
test("all of a case is categorised by a second click, and nobody without a right is offered anything", async () => {
  here.person = { id: "2", roles: [], acts: ["CATEGORISE"] };
  const asked = caseOf({ count: 2, says: 2 }),
    posts = () => asked.filter(one => one.startsWith("POST")).length;
  await showCase("A-8", () => {});
  const button = place("detail").all(e => e.tagName === "BUTTON" && e.textContent === "分类")[0],
    [select] = place("detail").all(e => e.tagName === "SELECT");
  select.value = "GENERAL";
  await button.onclick({ detail: 1 });
  assert.equal(button.textContent, "确认分类 2 件：将封存至 2027年2月26日，不能缩短");
  assert.equal(posts(), 0);
  await button.onclick({ detail: 1 });
  assert.equal(posts(), 2);
  here.person = { id: "2", roles: [], acts: ["VIEW"] };
  await showCase("A-8", () => {});
  assert.equal(place("detail").all(e => e.id === "caseAll").length, 0);
  here.person = { id: "2", roles: [], acts: ["CATEGORISE"] };
  station({ "/api/cases/A-8": { evidence: items(1), file: null, summary: { items: 1, senders: {} } }, "/api/names": { people: {} } });
  await showCase("A-8", () => {}); // nobody says which categories there are
  assert.match(place("detail").textContent, /nobody answers \/api\/categories/);
  assert.equal(place("detail").all(e => e.id === "caseItems").length, 1, "its items are there all the same");
});
test("the disposal of a whole case is approved by a second click, after the first has said of how many items", async () => {
  const evidence = ["a", "b"].map(id => ({ id, fileName: `${id}.mp4`, state: "verified", declaredAt: "2026-11-28T04:00:00Z", cases: [] }));
  here.person = { id: "5", roles: [], acts: ["APPROVE_DISPOSAL"] };
  for (const [language, says] of /** @type {[string, RegExp][]} */ ([
    ["zh", /将批准销毁本案 2 件证据，销毁后不能恢复/],
    ["en", /approves the disposal of all 2 items of the case/],
  ])) {
    here.language = /** @type {any} */ (language);
    const asked = station({
        "/api/evidence?": { evidence },
        "/api/evidence/": {},
        "/api/cases/A-9": { evidence, file: null, summary: { items: 2, senders: {} } },
        "/api/recipients": { recipients: [], units: [] },
        "/api/names": { people: {} },
      }),
      sent = () => asked.filter(one => one.startsWith("POST")).length;
    await showCase("A-9", () => {});
    const [act] = place("detail").all(e => e.dataset.act === "approveDisposal"),
      [form] = act.querySelectorAll("form"),
      [button] = form.querySelectorAll("button");
    await form.onsubmit({ preventDefault: () => {} });
    assert.equal(sent(), 0);
    assert.match(form.textContent, says);
    let prevented = false;
    button.onclick({
      detail: 2,
      preventDefault: () => {
        prevented = true;
      },
    });
    assert.ok(prevented, "a double click is no answer");
    assert.equal(button.disabled, false);
    await form.onsubmit({ preventDefault: () => {} });
    assert.equal(sent(), 2);
  }
});
test("a case says its incidents and what is missing of each, its other numbers, and when everything was recorded", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["SEARCH", "SEE_GAPS"] };
  const gap = {
    gapId: "DISPATCH_WITHOUT_RECORDING JQ-2",
    gapKind: "DISPATCH_WITHOUT_RECORDING",
    finding: "no recording is linked to the incident or proposed for it",
    index: 7,
  };
  const sent = { dispatchedAt: "2026-11-28T01:00:00Z", officerNos: ["110023"], unitCode: "110105" };
  station({
    "/api/cases/A-1": {
      caseId: "A-1",
      evidence: [],
      summary: { items: 3, senders: {}, others: { "JQ-1": 2, "JQ-2": 1, "A-2": 1 } },
      incidents: [
        { incidentNo: "JQ-1", ...sent, clearedAt: "2026-11-28T02:00:00Z", items: 2, gaps: [] },
        { incidentNo: "JQ-2", ...sent, items: 1, gaps: [gap] },
        { incidentNo: "JQ-3", altered: true, officerNos: 7, items: 1, gaps: [{ ...gap, altered: true }] },
        { incidentNo: "JQ-4", ...sent, items: 1, gaps: [{ ...gap, explained: { index: 9, altered: true } }] },
      ],
    },
    "/api/names": { people: {}, units: {} },
  });
  await showCase("A-1", () => {});
  const text = place("detail").textContent,
    [first, second, third, fourth] = place("detail").all(e => e.id === "incidents")[0].children;
  assert.match(text, /同时关联A-2 1 件证据/);
  assert.match(first.textContent, /JQ-1 派警 .+，结警 .+110023.*2 件证据目前没有发现应录未录/);
  assert.match(second.textContent, /JQ-2 派警 .+，尚未结警.*没有关联或待选择的录像/);
  assert.equal(second.all(e => e.className === "bad").length, 1);
  assert.match(third.textContent, /^JQ-3此接处警记录在检索库中被改动，与日志不符 · 1 件证据日志序号 7 的条目/);
  assert.match(fourth.textContent, /1 件证据日志序号 9 的条目/);
  assert.equal(place("detail").all(e => e.id === "timeline").length, 1);
});
const slow = (wait, path) => new Promise(done => setTimeout(() => done(path), wait));
test("nothing is sealed before its question was seen, however often somebody clicks", async () => {
  here.language = "en";
  here.person = { id: "2", roles: [], acts: ["CATEGORISE"] };
  const asked = /** @type {string[]} */ ([]),
    all = Array.from({ length: 3 }, (_, at) => ({
      id: `i${at}`,
      fileName: `${at}.mp4`,
      state: "verified",
      declaredAt: "2026-11-28T04:00:00Z",
      cases: [],
    }));
  globalThis.fetch = /** @type {any} */ (
    async (path, options = {}) => {
      asked.push(`${options.method || "GET"} ${path}`);
      const { pathname } = new URL(path, "http://station");
      if (pathname === "/api/evidence") await slow(60, path);
      return new Response(
        JSON.stringify(
          pathname.startsWith("/api/cases/")
            ? { evidence: all, file: null, summary: { items: 3, senders: {} } }
            : pathname === "/api/categories"
              ? { categories: [{ category: "GENERAL", days: null }] }
              : { evidence: all },
        ),
      );
    }
  );
  const draw = () => showCase("A-7", draw);
  await draw();
  const [form] = place("detail").all(e => e.tagName === "DETAILS" && e.all(one => one.tagName === "SELECT").length > 0),
    [button] = form.all(e => e.tagName === "BUTTON"),
    before = button.textContent,
    posts = () => asked.filter(one => one.startsWith("POST")).length;
  const first = button.onclick({ detail: 1 });
  await slow(20, "");
  await Promise.all([first, button.onclick({ detail: 1 })]);
  assert.equal(posts(), 0);
  assert.notEqual(button.textContent, before, "the question is there");
  await button.onclick({ detail: 1 });
  assert.equal(posts(), 3);
});
test("a case that comes late does not take the place of one that was asked for after it", async () => {
  here.language = "en";
  here.person = { id: "2", roles: [], acts: [] };
  globalThis.fetch = /** @type {any} */ (
    async path => {
      if (path.includes("A-BIG")) await slow(60, path);
      return new Response(JSON.stringify(path.startsWith("/api/cases/") ? { evidence: [], file: null } : {}));
    }
  );
  await Promise.all([showCase("A-BIG", () => {}), slow(10, "").then(() => showCase("B-2", () => {}))]);
  assert.equal(place("detail").all(e => e.tagName === "H2")[0].textContent, "B-2");
});
test("what is done with all of a case stands in groups, each act in one of them, and no group is empty", async () => {
  here.language = "zh";
  const everything = ["CATEGORISE", "REVIEW", "HOLD", "OFFER_HANDOVER", "ANSWER_HANDOVER", "PROPOSE_DISPOSAL", "APPROVE_DISPOSAL"],
    groups = () =>
      place("detail")
        .all(e => e.id === "caseAll")[0]
        .children.map(group => [
          group.attributes["aria-label"],
          group.children.filter(e => e.tagName === "DETAILS").map(e => e.dataset.act || e.children[0].textContent),
        ]);
  here.person = { id: "2", roles: [], acts: everything };
  station({
    "/api/cases/": { evidence: items(2), file: null, summary: { items: 2, senders: {} } },
    "/api/categories": { categories: [] },
    "/api/recipients": { recipients: [], units: [] },
    "/api/": {},
  });
  await showCase("A-10", () => {});
  assert.deepEqual(groups(), [
    ["分类与锁定", ["分类", "hold", "release"]],
    ["审核", ["openReview", "sign", "return"]],
    ["移送与证据包", ["offer", "withdraw", "accept", "refuse"]],
    ["保存期届满", ["proposeDisposal", "approveDisposal", "refuseDisposal"]],
  ]);
  here.person = { id: "2", roles: [], acts: ["REVIEW"] };
  await showCase("A-10", () => {});
  assert.deepEqual(groups(), [["审核", ["openReview", "sign", "return"]]]);
});
test("a case that comes after its person has left draws nothing", async () => {
  here.person = { id: "1", roles: [], acts: ["VIEW"] };
  caseOf({ count: 1, says: 1 });
  const answer = globalThis.fetch;
  globalThis.fetch = async (...asked) => {
    here.person = null;
    return answer(...asked);
  };
  place("detail").replaceChildren("the form to sign in");
  await showCase("A-7", () => {});
  assert.equal(place("detail").textContent, "the form to sign in");
});
