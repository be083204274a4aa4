// What people read, in both languages: rows, piles, an item, its chain, refusals.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { credentialName, doer, entry, judge } from "../../main/resources/org/liuhen/page/chain.js";
import { ask, here, Refusal, t } from "../../main/resources/org/liuhen/page/core.js";
import { alarm, live, piles, row } from "../../main/resources/org/liuhen/page/desk.js";
import { facts, metadata } from "../../main/resources/org/liuhen/page/facts.js";
import { fullTime } from "../../main/resources/org/liuhen/page/format.js";
import { forgetNames, person } from "../../main/resources/org/liuhen/page/names.js";
import { proposeCases } from "../../main/resources/org/liuhen/page/numbers.js";
import { showItemPaper, showPaper } from "../../main/resources/org/liuhen/page/paper.js";
import { qrCode } from "../../main/resources/org/liuhen/page/qr.js";
import { showRecord } from "../../main/resources/org/liuhen/page/record.js";
import { uploadPlace } from "../../main/resources/org/liuhen/page/upload.js";
import { place, station } from "./dom.mjs";

const IN_BOTH = /** @type {["zh", "en"]} */ (["zh", "en"]);
const item = more => ({
  id: "01jdb3kz0r0000000000000000",
  fileName: "a.mp4",
  state: "verified",
  declaredAt: "2026-11-26T00:00:00Z",
  cases: [],
  ...more,
});
const cell = (one, name) =>
  one
    .all(e => e.className.split(" ").includes(name))
    .map(e => e.textContent)
    .join();
const acts = (...may) => ({ id: "110023", unitCode: "110105", roles: [], acts: may });
const settled = () => new Promise(done => setTimeout(done, 5));

test("a row says when it was recorded and how long it is, not when it was uploaded", () => {
  const capture = { earliest: "2026-11-25T22:15:00Z", latest: "2026-11-25T22:15:00Z", lengthMillis: 3_723_000 };
  here.zone = "Asia/Shanghai";
  for (here.language of IN_BOTH) {
    const one = row(item({ recordedFrom: "2026-11-25T22:15:00Z", captureTime: capture, mediaType: "video/mp4" }));
    assert.equal(cell(one, "when"), here.language === "zh" ? "2026-11-26 06:15:00" : "26 Nov 2026, 06:15:00");
    assert.ok(!cell(one, "when").includes(here.language === "zh" ? "上传" : "Uploaded"));
    assert.equal(cell(one, "length"), "1:02:03");
    const told = facts(item({ recordedFrom: capture.earliest, captureTime: { ...capture, clock: "DEVICE" } })).textContent;
    assert.ok(told.includes(here.language === "zh" ? "2026年11月26日 06:15:00" : "26 Nov 2026, 06:15:00"), told);
    assert.ok(told.includes("1:02:03"), told);
  }
  here.language = "zh";
  assert.match(cell(row(item({})), "when"), /^上传于 /, "where nothing says when it was recorded");
});
test("what is past its retention does not read as sealed", () => {
  for (const [language, past, later] of [
    ["zh", "保存期已届满 2026-05-01", "已封存至 2226-05-01"],
    ["en", "retention ended on 1 May 2026", "sealed until 1 May 2226"],
  ]) {
    here.language = language;
    assert.equal(cell(row(item({ sealedUntil: "2026-05-01T12:00:00Z" })), "sealed"), past);
    assert.equal(cell(row(item({ sealedUntil: "2226-05-01T12:00:00Z" })), "sealed"), later);
    const all = facts(item({ sealedUntil: "2026-05-01T12:00:00Z" })).textContent;
    assert.ok(!all.includes(later.split(" 2226")[0]) && all.includes(past.replace("2026-05-01", "2026年5月1日")), all);
  }
});
test("an item says that its words can be searched, and nothing more of them", () => {
  const value = (name, value) => ({ name, value, source: "words of the document", tool: "Tika", version: "3" });
  for (here.language of IN_BOTH) {
    const words = facts(item({ metadata: [value("textSha256", "ab".repeat(32))] })).textContent,
      cut = facts(item({ metadata: [value("textSha256", "ab".repeat(32)), value("textCut", "true")] })).textContent,
      zh = here.language === "zh";
    assert.ok(words.includes(zh ? "文档内容可检索" : "Words in documentscan be searched"), words);
    assert.ok(cut.includes(zh ? "只检索开头部分" : "only its beginning"), cut);
    assert.ok(!words.includes("abab"));
    assert.ok(!facts(item({})).textContent.includes(zh ? "文档内容" : "Words in"));
  }
});
test("the desk has a pile and an alarm for what does not verify, and one for retention that has ended", async () => {
  here.language = "zh";
  const counts = { anomalies: 2, expired: 3, rejected: 1, holds: 0 };
  live.now = { piles: counts, handoversLate: 0, returnedLate: 0 };
  let chosen = null;
  const shown = async person_ => {
    here.person = person_;
    await piles(filters => {
      chosen = filters;
    });
    return place("piles")
      .children.filter(one => one.dataset.pile)
      .map(one => [one.dataset.pile, one.textContent]);
  };
  assert.deepEqual(await shown(acts("SEARCH", "PROPOSE_DISPOSAL")), [
    ["anomalies", "2核验异常"],
    ["expired", "3保存期届满"],
  ]);
  assert.ok(place("piles").children[0].className.includes("alarm"));
  place("piles").children[0].onclick();
  assert.deepEqual(chosen, { pile: "anomalies", seed: "" });
  assert.equal(place("alarm").hidden, false);
  assert.match(place("alarm").textContent, /2 件证据核验异常/);
  assert.equal(place("alarm").children[0].href, "#/?pile=anomalies");
  assert.deepEqual(
    (await shown(acts("SEARCH"))).map(([name]) => name),
    ["anomalies"],
    "who decides about no disposal has no pile of them",
  );
  alarm({ anomalies: 0 });
  assert.equal(place("alarm").hidden, true);
  live.now = null;
});
test("an approver has a pile for each kind of request that waits, and nobody else", async () => {
  here.language = "zh";
  live.now = { piles: {}, exportsToApprove: 2, rulesToApprove: 1 };
  const shown = async person_ => {
    here.person = person_;
    await piles(() => {});
    return place("piles")
      .children.filter(one => one.id.endsWith("ToApprove"))
      .map(one => one.textContent);
  };
  assert.deepEqual(await shown(acts("APPROVE_EXPORT", "APPROVE_RULE")), ["2待批准的证据包", "1待批准的保存期限调整"]);
  assert.deepEqual(await shown(acts("SEARCH")), []);
  live.now = null;
});
test("a row names what is wrong with the stored bytes", () => {
  here.language = "zh";
  const broken = row(item({ chainFault: "VF-103 VF-107" }));
  assert.equal(cell(broken, "tag"), "核验异常", "and not verified");
  assert.match(cell(row(item({ bytesDiffer: "2026-11-26T00:00:00Z" })), "marks"), /存储中的内容与记录不符/);
  assert.match(cell(row(item({ failedSteps: { verify: { code: "VT-104" } } })), "marks"), /读回核验/);
});
test("facts of a file have words and units; the raw names stand one click deeper", () => {
  const described = item({
    category: "CASE_EVIDENCE",
    permanent: true,
    metadata: [
      { name: "frameRate", value: "30000/1001", tool: "ffprobe", version: "1", source: "s", confidence: "STATED" },
      { name: "bitRate", value: "5370000", unit: "bits per second", tool: "ffprobe", version: "1", source: "s", confidence: "STATED" },
      { name: "timeClaim", value: "2026-11-26T00:00:00Z", tool: "names", version: "1", source: "s", confidence: "STATED" },
    ],
  });
  for (const [language, ...said] of [
    ["zh", "帧率", "码率", "文件自述时间", "作为行政、刑事案件证据使用"],
    ["en", "Frame rate", "Bit rate", "Time the file states", "evidence in an administrative or criminal case"],
  ]) {
    here.language = language;
    const text = facts(described).textContent;
    for (const words of [...said, "29.97 fps", "5.37 Mbit/s"]) assert.ok(text.includes(words), `${words} in ${text}`);
    for (const raw of ["frameRate", "bitRate", "timeClaim", "30000/1001", "CASE_EVIDENCE"])
      assert.ok(!text.includes(raw), `${raw} in ${text}`);
    const deeper = metadata(described);
    assert.equal(deeper.tagName, "DETAILS");
    assert.ok(deeper.textContent.includes("30000/1001") && deeper.textContent.includes("timeClaim"));
  }
});
test("an entry of the chain has no code that only a programmer reads", () => {
  const context = {
    occurredAt: "2026-11-26T00:00:00Z",
    actor: { kind: "OFFICER", id: "110023", role: "办案民警", credential: "password" },
    instrument: { tool: "review", version: "1" },
  };
  const said = event =>
    entry(
      { index: 4, leaf: "0".repeat(64), entry: { itemSequence: 1, event: { ...event, context: { ...context, ...event.context } } } },
      null,
    ).textContent;
  here.language = "zh";
  assert.match(said({ eventType: "categorised", category: "CASE_EVIDENCE" }), /^分类 作为行政、刑事案件证据使用/);
  assert.match(said({ eventType: "viewed", context: { purpose: "custody" } }), /^查看 保管链/);
  assert.match(said({ eventType: "gapExplained", gapId: "LATE_UPLOAD a", words: "", ground: "NO_DEVICE" }), /未配发执法记录仪/);
  const gapId = "DISPATCH_WITHOUT_RECORDING JQ-2";
  assert.match(
    said({ eventType: "gapExplained", gapId, ground: "OTHER", words: "维修单 17" }),
    /^说明缺失原因 有出警无录像 JQ-2 · 维修单 17 · /,
  );
  assert.match(said({ eventType: "gapReopened", gapId: "MISSING_SEGMENTS R-1 2", reason: "单号不符" }), /缺少分段 R-1 2 · 单号不符/);
  for (const [terms, words] of [
    ["count limit=50", "证据计数"],
    ["limit=50", "查看证据列表"],
    ["look=gaps", "查看应录未录"],
    ["desk=handovers limit=50 sort=-uploaded", "查看证据列表 · 待办 移送待接收"],
    ["cases q=A（2026）", "查看案件列表 · 关键词 A（2026）"],
    ["table case=A-7 q=三里屯 西街", "导出证据表格（CSV） · 案件 A-7 · 关键词 三里屯 西街"],
    ["case=A-7", "查看证据列表 · 案件 A-7"],
    ["text=张三 扒窃 case=A-7", "查看证据列表 · 文档内容 张三 扒窃 · 案件 A-7"],
    ["colour=red", "查看证据列表 · colour red"],
    ["look=entries item=x type=viewed,received", "查看人员操作记录 · 证据 x · 类型 查看、接收完毕"],
    ["look=entries type=caseAssigned,caseClosed,caseReopened", "查看人员操作记录 · 类型 案件办理"],
    ["look=gaps unit=none", "查看应录未录 · 单位 无单位代码"],
    ["look=gaps unit=110105", "查看应录未录 · 单位 110105"],
    ["from=2026-11-17 to=2026-11-18", "查看证据列表 · 起 2026年11月17日 · 止 2026年11月18日"],
  ])
    assert.ok(said({ eventType: "searched", terms }).startsWith(`查找 ${words}`), said({ eventType: "searched", terms }));
  assert.match(said({ eventType: "dispatchRecorded", dispatch: { incidentNo: "J110105-7" } }), /J110105-7/);
  here.language = "en";
  assert.match(said({ eventType: "viewed", context: { purpose: "positions" } }), /^Viewed track.*case officer/s);
});
test("what the station found wrong is said in words, with the number of the entry", async () => {
  const { Liuhen } = globalThis;
  globalThis.Liuhen = { chain: async () => ({ head: null, entries: 0, faults: [] }) };
  const java = "BrokenLink[index=51, chain=01j, expected=number 2 after Sha256Digest[hex=00], found=number 3]";
  const chain = { key: "k", policy: "", entries: [{ index: 50 }, { index: 51 }], faults: [{ code: "VF-107", fault: java, index: 51 }] };
  for (const [language, words] of [
    ["zh", "VF-107 此项与前一项不相连 · 第2"],
    ["en", "VF-107 does not follow on the one before · no. 2"],
  ]) {
    here.language = language;
    const { verdict } = await judge("01j", chain, () => {});
    const [first, ...others] = verdict.all(e => e.textContent.includes("VF-107") && !e.children.length);
    assert.equal(first.textContent, words);
    const raw = verdict.all(
      e => e.tagName === "DETAILS" && e.children[0].textContent === (language === "zh" ? "服务器报告：" : "The server reports:"),
    )[0];
    assert.deepEqual(
      others.map(e => e.parent === raw && e.textContent.includes("BrokenLink")),
      [true],
    );
    assert.ok(!raw.open, "the rest is one click deeper");
  }
  globalThis.Liuhen = Liuhen;
});
test("the state of the system has words, also where no witness is named", async () => {
  here.language = "zh";
  here.person = acts();
  station({
    "/api/health": {
      healthy: false,
      "liuhen-ingest": "RUNNING",
      readModel: "FOLLOWING",
      parsers: "OK",
      witnesses: "NONE",
      objectLock: "enforced",
      items: { chainsBroken: 2 },
      problems: { chainsBroken: "2 items" },
    },
  });
  await showRecord();
  const text = place("detail").textContent;
  for (const words of ["运行中", "同步中", "见证未指定日志见证方", "已强制锁定", "保管链不符2 件 2 items"])
    assert.ok(text.includes(words), `${words} in ${text}`);
  for (const raw of ["RUNNING", "FOLLOWING", "NONE", "OK", "enforced", "chainsBroken"]) assert.ok(!text.includes(raw), `${raw} in ${text}`);
});
test("a refusal on the Chinese page is Chinese", () => {
  const problem = { code: "IN-150", title: "请先登录", detail: "Sign in first" };
  here.language = "zh";
  assert.equal(new Refusal(401, problem).message, "请先登录（IN-150）");
  here.language = "en";
  assert.equal(new Refusal(401, problem).message, "IN-150: Sign in first");
});
test("every request asks for an answer in the language of the page", async () => {
  const asked = [],
    before = globalThis.fetch;
  globalThis.fetch = async (_path, options) => {
    asked.push(options.headers["Accept-Language"]);
    return new Response("{}");
  };
  for (here.language of IN_BOTH) await ask("/api/desk");
  globalThis.fetch = before;
  assert.deepEqual(asked, IN_BOTH);
});
test("why an item cannot be disposed of is said in Chinese", () => {
  here.language = "zh";
  const source = readFileSync(
      new URL("../../../../review/src/main/java/org/liuhen/review/api/DisposalConditions.java", import.meta.url),
      "utf8",
    ),
    reasons = [...source.matchAll(/Optional\.of\("([^"]+)"(?: \+ (\w+))?(?: \+ "([^"]*)")?/g)].map(
      ([, begins, value, ends]) => begins + (value ? "2027-01-01T00:00:00Z" : "") + (ends || ""),
    );
  assert.ok(reasons.length >= 6, `${reasons}`);
  for (const reason of [...reasons, "by your unit: 110106 sent it, too"]) {
    const { message } = new Refusal(409, {
      code: "RV-121",
      title: "此件目前不能销毁",
      detail: `The item cannot be disposed of: ${reason}`,
    });
    assert.match(message, /^此件目前不能销毁（RV-121：[^a-z]*）$/, reason);
  }
});
/** The literal details of these codes in a Java source, with 7 for each value. */
function detailsOf(path, codes) {
  const source = readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");
  return [...source.matchAll(/"(IN-\d+)",\s+((?:"[^"]*"|[\w.()]+|\s+|\+)+)/g)]
    .filter(([, code]) => codes.includes(code))
    .map(([, code, parts]) => [
      code,
      [...parts.matchAll(/"([^"]*)"|(\w[\w.()]*)/g)].map(([, text, value]) => (value === undefined ? text : "7")).join(""),
    ]);
}
test("why a password or a field was not taken is said in Chinese", () => {
  here.language = "zh";
  const access = "access/src/main/java/org/liuhen/access/",
    details = [
      ...detailsOf(`${access}Passwords.java`, ["IN-153"]),
      ...detailsOf(`${access}PeopleApi.java`, ["IN-105"]).filter(([, detail]) => !detail.startsWith("act is ")), // no field of a form
      ...detailsOf(`${access}AccountApi.java`, ["IN-105"]),
      ...detailsOf("intake/src/main/java/org/liuhen/intake/DevicesApi.java", ["IN-105"]).filter(
        ([, detail]) => !detail.startsWith("kind is "),
      ),
      ["IN-105", "unitCode has 1 to 128 characters, none of them control or direction marks; got 200"],
    ];
  assert.ok(details.length >= 10, details.join("\n"));
  for (const [code, detail] of details) {
    const { message } = new Refusal(400, { code, title: "填写的内容有误", detail });
    assert.doesNotMatch(message.replace(code, ""), /[A-Za-z]{2}/, `${detail}: ${message}`);
    assert.ok(message.length > 20, message);
  }
  const password = details[0][1].replace("7", "12").replace("7", "6");
  assert.equal(
    new Refusal(400, { code: "IN-153", title: "口令过于简单，请换一个", detail: password }).message,
    "口令过于简单，请换一个（IN-153：口令至少 12 个字符，其中不同的字符至少 6 个，且不含本人警号；可用几个词连成）",
  );
});
test("who may not upload is offered no field for it", () => {
  here.language = "zh";
  for (const [person_, hidden] of [
    [acts("SEARCH", "VIEW", "DOWNLOAD", "ANSWER_HANDOVER"), true],
    [acts("SEARCH", "UPLOAD"), false],
  ]) {
    here.person = person_;
    uploadPlace(() => {});
    assert.equal(place("upload").hidden, hidden);
  }
  assert.match(place("upload").textContent, /将文件拖到此处/);
});
test("a number gets the name of its person, asked for once for all of a list", async () => {
  forgetNames();
  const asked = station({ "/api/names": { people: { 110023: "王芳" } } });
  const shown = ["110023", "DOCK-1", "110023"].map(person);
  assert.deepEqual(
    shown.map(e => e.textContent),
    ["110023", "DOCK-1", "110023"],
  );
  await settled();
  assert.deepEqual(
    shown.map(e => e.textContent),
    ["110023 王芳", "DOCK-1", "110023 王芳"],
  );
  assert.equal(person("110023").textContent, "110023 王芳");
  await settled();
  assert.deepEqual(asked, ["GET /api/names?of=110023&of=DOCK-1"]);
});
test("a case is proposed by the beginning of its number, and one that nobody knows is named", async () => {
  here.language = "zh";
  const asked = station({ "/api/cases": { cases: [{ caseId: "京朝公（刑）立字〔2026〕17号" }] } }),
    field = /** @type {any} */ (document.createElement("input"));
  proposeCases(field);
  const [list, said] = field.following;
  assert.equal(field.attributes.list, list.id);
  field.value = "京朝";
  field.listeners.input();
  await new Promise(done => setTimeout(done, 500));
  assert.deepEqual(
    list.children.map(option => option.value),
    ["京朝公（刑）立字〔2026〕17号"],
  );
  assert.equal(asked.length, 1);
  await field.listeners.change();
  assert.match(said.textContent, /没有此案件编号/);
  field.value = "京朝公（刑）立字〔2026〕17号";
  await field.listeners.change();
  assert.equal(said.textContent, "");
});
test("an upload has a bar, can be cancelled and cleared, and says when the content was there before", async () => {
  const { Liuhen, tus } = globalThis,
    uploads = /** @type {any[]} */ ([]);
  class Upload {
    constructor(_file, how) {
      Object.assign(this, how);
      this.url = "/files/01jdb3kz0r0000000000000001";
      uploads.push(this);
    }
    findPreviousUploads = async () => [];
    start = () => uploads.at(-1).onProgress(1);
    abort = () => {
      uploads.at(-1).aborted = true;
    };
  }
  class Sha256 {
    update() {}
    end() {}
  }
  Object.assign(globalThis, { Liuhen: { Sha256, hex: () => "00" }, tus: { Upload } });
  here.language = "zh";
  here.person = acts("SEARCH", "UPLOAD");
  let listed = 0;
  uploadPlace(() => listed++);
  const pick = place("upload").all(e => e.type === "file")[0],
    lines = () => place("upload").all(e => e.className === "sending"),
    send = async () => {
      pick.files = [new File(["1234"], "a.txt")];
      pick.onchange();
      await settled();
      return lines().at(-1);
    };
  const first = await send(),
    bar = first.all(e => e.tagName === "PROGRESS")[0],
    stop = first.all(e => e.tagName === "BUTTON")[0];
  assert.equal(bar.value, 0.25);
  assert.equal(stop.textContent, "取消");
  stop.onclick();
  assert.ok(uploads[0].aborted && bar.hidden && first.textContent.includes("已取消"));
  assert.equal(stop.textContent, "清除");
  stop.onclick();
  assert.equal(lines().length, 0);
  const second = await send();
  station({ "/files/": new Headers() });
  await uploads[1].onSuccess();
  assert.match(second.textContent, /已接收/);
  const third = await send();
  const duplicate = new Headers({ Link: '</files/01j/receipt>; rel="x", </files/01jdb3kz0r0000000000000000>; rel="duplicate"' });
  station({ "/files/": duplicate, "/api/evidence?id=01jdb3kz0r0000000000000000": { evidence: [{ fileName: "询问笔录.pdf" }] } });
  await uploads[2].onSuccess();
  assert.match(third.textContent, /未重复保存：询问笔录.pdf/);
  assert.equal(third.all(e => e.tagName === "A")[0].href, "#/item/01jdb3kz0r0000000000000000");
  assert.equal(listed, 2);
  Object.assign(globalThis, { Liuhen, tus });
});
test("who did it is said without codes", () => {
  const said = who =>
    doer(who)
      .map(part => part.textContent ?? part)
      .join("");
  here.language = "zh";
  assert.equal(said({ kind: "COMPONENT", id: "gaps", credential: "process" }), "系统组件 缺失检查");
  assert.equal(said({ kind: "OFFICER", id: "110099", role: "审批人", credential: "password+totp" }), "民警 110099 审批人 (口令+动态口令)");
  assert.equal(credentialName("claimed"), "自报，未核实");
  here.language = "en";
  assert.equal(credentialName("password+recovery"), "password+recovery code");
});
test("a list that is signed says no moment at which nobody knows that a recording began", async () => {
  here.language = "zh";
  here.person = acts("SEARCH", "VIEW");
  const began = (earliest, latest, clock) => item({ sizeBytes: 3, captureTime: { earliest, latest, clock } });
  const vague = began("2026-11-28T08:29:49Z", "2026-11-28T16:30:02Z", "UNKNOWN"),
    exact = began("2026-11-28T08:29:49Z", "2026-11-28T08:29:51Z", "DEVICE");
  station({ "/api/cases/A1": { evidence: [vague, exact], summary: { items: 2 } }, "/api/names": { people: {} } });
  await showPaper("A1");
  const [first, second] = place("detail").all(e => e.tagName === "TBODY")[0].children;
  assert.ok(
    second.textContent.includes(t().recordedOf(fullTime(vague.captureTime.earliest), fullTime(vague.captureTime.latest))),
    second.textContent,
  );
  assert.ok(first.textContent.includes(fullTime("2026-11-28T08:29:50Z")) && !first.textContent.includes("至"), first.textContent);
});
test("a paper of an item quotes the entries that it is about, and says what this browser verified", async () => {
  here.language = "zh";
  here.person = acts("SEARCH", "VIEW");
  const said = (eventType, index, more) => ({
    index,
    leaf: "ab".repeat(32),
    entry: {
      itemSequence: index,
      event: {
        eventType,
        context: { occurredAt: "2026-11-26T00:00:00Z", actor: { kind: "OFFICER", id: "110023", credential: "password" }, ...more?.context },
        ...more,
      },
    },
  });
  const custody = {
    entries: [said("received", 4), said("viewed", 5), said("disposalProposed", 6), said("disposed", 7)],
    checkpoint: "liuhen.org/log/site-1\n8\nroot=\n",
  };
  const gone = item({ state: "disposed", sizeBytes: 3, sha256: "cd".repeat(32), custody });
  station({ [`/api/evidence/${gone.id}`]: gone, "/api/names": { people: {} } });
  for (const [form, title, quoted] of [
    ["receipt", "电子数据接收回执", ["4"]],
    ["disposal", "电子数据销毁记录", ["6", "7"]],
  ]) {
    await showItemPaper(gone.id, form);
    await settled();
    const paper = place("detail");
    assert.ok(paper.textContent.includes(title) && paper.textContent.includes("cd".repeat(32)), paper.textContent);
    const lines = paper.all(e => e.tagName === "TBODY")[0].children.map(line => line.children[0].textContent);
    assert.deepEqual(lines, quoted);
    assert.match(paper.textContent, /本机核验结果[✗✓]/);
  }
  const kept = item({ state: "verified", sizeBytes: 3, custody });
  station({ [`/api/evidence/${kept.id}`]: kept, "/api/names": { people: {} } });
  await showItemPaper(kept.id, "disposal");
  assert.ok(!place("detail").textContent.includes("电子数据销毁记录"), "no disposal record of what is there");
  await showItemPaper(kept.id, "certificate");
  const lead = place("detail").all(e => e.className === "lead")[0];
  assert.ok(lead.textContent.includes("4") && lead.children[0].tagName === "SVG", "a code that leads to the entry");
  const leads = qrCode(`${location.origin}/#/proof?log=site-1&entry=4&leaf=${custody.entries[0].leaf}&item=${kept.id}`, "x"),
    drawn = code => code.children.map(part => part.attributes);
  assert.deepEqual(drawn(lead.children[0]), drawn(leads), "without signing in");
  assert.match(place("detail").textContent, /902\(13\)[\s\S]*902\(14\)[\s\S]*28 U\.S\.C\. § 1746/);
  station({ [`/api/evidence/${gone.id}`]: gone, "/api/names": { people: {} } });
  await showItemPaper(gone.id, "certificate");
  assert.ok(!place("detail").textContent.includes("1746"), "nobody certifies bytes that are gone");
});
test("each time on a paper has its offset, so that a copy printed under another zone says the same moments", async () => {
  here.language = "zh";
  const said = (eventType, index) => ({
      index,
      leaf: "ab".repeat(32),
      entry: {
        itemSequence: index,
        event: {
          eventType,
          context: { occurredAt: "2026-07-01T02:03:04Z", actor: { kind: "OFFICER", id: "110023", credential: "password" } },
        },
      },
    }),
    custody = { entries: ["received", "verified", "sealed"].map(said), checkpoint: "liuhen.org/log/site-1\n8\nroot=\n" },
    capture = { earliest: "2026-11-25T22:15:00Z", latest: "2026-11-25T23:15:00Z" },
    kept = item({ sizeBytes: 3, custody, sealedUntil: "2027-05-29T16:00:00Z", captureTime: capture }),
    moments = () =>
      [...place("detail").textContent.matchAll(/(\d+)年(\d+)月(\d+)日 (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?/g)].map(
        ([words, year, month, day, clock, offset]) => {
          assert.ok(offset, `${words} has no offset`);
          return Date.parse(`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}T${clock}${offset}`);
        },
      ),
    printed = async zone => {
      here.zone = zone;
      const all = [];
      for (const form of ["receipt", "certificate"]) {
        await showItemPaper(kept.id, form);
        all.push(...moments());
      }
      for (const form of ["handover", "extraction"]) {
        await showPaper("A-7", form);
        all.push(...moments());
      }
      return all.filter(at => Math.abs(at - Date.now()) > 60_000); // when it was printed is another moment each time
    };
  station({
    [`/api/evidence/${kept.id}`]: kept,
    "/api/cases/A-7": { evidence: [kept], summary: { items: 1 } },
    "/api/names": { people: {} },
  });
  const first = await printed("Asia/Shanghai");
  assert.equal(first.length, 3 + 1 + 3 + 2 + 1);
  assert.deepEqual(await printed("America/New_York"), first);
  here.zone = "";
});
test("what somebody searched for is never taken for a word of the page", () => {
  here.language = "zh";
  for (const terms of [
    "look=constructor",
    "constructor=1",
    "state=toString desk=valueOf",
    "__proto__=x",
    "count hasOwnProperty=y",
    "from=never",
  ]) {
    const event = {
      eventType: "searched",
      terms,
      found: 0,
      context: {
        occurredAt: "2026-11-26T00:00:00Z",
        actor: { kind: "OFFICER", id: "1", credential: "password" },
        instrument: { tool: "review", version: "1" },
      },
    };
    const shown = entry({ index: 1, leaf: "ab".repeat(32), entry: { itemSequence: 0, event } }, null).textContent;
    assert.ok(!shown.includes("native code") && !shown.includes("[object"), shown);
  }
});

test("who runs the station sees how notifications go out, and tries them; a refusal is said in words", async () => {
  here.language = "zh";
  here.person = acts("MANAGE_NOTIFICATIONS", "MANAGE_DEVICES");
  let mail = { channel: "mail", setUp: true, receiver: "smtp.example", waiting: 1203, sentAt: "2026-11-28T04:00:00Z" };
  const asked = [];
  globalThis.fetch = async (path, options = {}) => {
    asked.push(`${options.method || "GET"} ${path} ${options.body || ""}`.trim());
    if (path === "/api/health") return new Response(JSON.stringify({ healthy: true }));
    if (path === "/api/notifications") return new Response(JSON.stringify({ channels: [{ channel: "webhook", setUp: false }, mail] }));
    mail = { ...mail, refusedAt: "2026-11-28T05:00:00Z", code: "NT-108", words: "the mail server: 535 no" };
    return new Response(JSON.stringify({ code: "NT-108", title: "测试消息未被接收", detail: mail.words }), { status: 502 });
  };
  await showRecord();
  const text = () => place("detail").all(e => e.id === "notifications")[0].textContent,
    buttons = () => place("detail").all(e => e.tagName === "BUTTON");
  assert.match(text(), /^推送（Webhook）未设置，不发送电子邮件接收方 smtp\.example · 待发送 1,203 条 · 最近一次发出 2026年11月28日/);
  assert.equal(buttons().length, 1, "what is not set up cannot be tried");
  await buttons()[0].onclick();
  assert.ok(asked.includes('POST /api/notifications/test {"channel":"mail"}'), asked.join());
  assert.match(text(), /最近一次未被接收 2026年11月28日.* · NT-108 the mail server: 535 no.*测试消息未被接收，原因见上。/);
  assert.equal(buttons()[0].disabled, undefined, "it can be tried again");
  assert.doesNotMatch(text(), /已停止发送/);
  mail.stopped = true;
  await showRecord();
  assert.match(text(), /已停止发送；排除原因后请重新启动本站/);
  here.person = acts("SEE_LOG");
  station({ "/api/health": { healthy: true }, "/api/log-events": { entries: [] } });
  await showRecord();
  assert.equal(place("detail").all(e => e.id === "notifications").length, 0);
});
test("the log is asked by person, item, case and kind; one of the first three is needed", async () => {
  here.language = "zh";
  here.person = acts("SEE_LOG");
  const asked = station({
    "/api/health": { healthy: true },
    "/api/log-events": { entries: [] },
    "/api/names": { people: {} },
    "/api/entries": { entries: [] },
  });
  await showRecord();
  const section = place("detail").all(e => e.tagName === "SECTION")[0],
    form = section.all(e => e.tagName === "FORM")[0],
    [actor, item, ofCase] = form.all(e => e.tagName === "INPUT"),
    [kind] = form.all(e => e.tagName === "SELECT");
  const search = () => form.onsubmit({ preventDefault: () => {} });
  const questions = () => asked.filter(one => one.includes("/api/entries"));
  search();
  await settled();
  assert.deepEqual(questions(), []);
  assert.ok(section.textContent.includes("中的一项"), section.textContent);
  item.value = " 01abc ";
  ofCase.value = "A-7";
  kind.value = "cases";
  search();
  await settled();
  actor.value = "110023";
  item.value = ofCase.value = kind.value = "";
  search();
  await settled();
  assert.deepEqual(questions(), [
    "GET /api/entries?limit=50&item=01abc&case=A-7&type=caseAssigned&type=caseClosed&type=caseReopened",
    "GET /api/entries?limit=50&actor=110023",
  ]);
  assert.ok(!form.textContent.includes("caseClosed"));
});

test("an answer of the session before ends no later one", async () => {
  const answers = /** @type {((answer: Response) => void)[]} */ ([]);
  globalThis.fetch = /** @type {any} */ (() => new Promise(answer => answers.push(answer)));
  const refused = () => new Response(JSON.stringify({ code: "IN-150", title: "" }), { status: 401 });
  here.person = { id: "110023", acts: [] };
  const late = ask("/api/desk");
  here.person = { id: "110023", acts: [] }; // signed in again meanwhile
  answers[0](refused());
  await assert.rejects(late);
  assert.ok(here.person);
  const now = ask("/api/desk");
  answers[1](refused());
  await assert.rejects(now);
  assert.equal(here.person, null);
});
