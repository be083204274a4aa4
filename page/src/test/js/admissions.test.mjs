// Many people at once: what a table may hold, and what one refusal does to the rest.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { admissions, approvals, difference, peopleIn } from "../../main/resources/org/liuhen/page/admissions.js";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { forget, shownOnce } from "../../main/resources/org/liuhen/page/once.js";
import { station } from "./dom.mjs";

const row = (officerNo, roles, unitCode = "110105", name = "王芳") => ({ officerNo, name, unitCode, roles });
const table = text => ({ arrayBuffer: async () => new TextEncoder().encode(text).buffer });
const named = (form, tag) => form.all(e => e.tagName === tag);
const submit = async form => named(form, "FORM")[0].onsubmit({ preventDefault() {} });
/** What stands beside the button. */
const says = form => form.all(e => e.role === "alert" && e.tagName === "SPAN").map(e => e.textContent)[0];

const listed = (officerNo, roles, unitCode = "110105", name = "王芳") => ({ officerNo, name, unitCode, roles });
const waits = (officerNo, roles, unitCode = "110105", change = "roles") => ({ officerNo, roles, unitCode, change });
const plan = form => form.all(e => e.id === "peoplePlan")[0].textContent;
/** A file is chosen, as in a browser, which tells of it. */
async function choose(file, text) {
  file.files = [table(text)];
  await file.onchange();
}

test("roles are written as codes or in words of either language", () => {
  here.language = "zh";
  const { admitted, wrong } = peopleIn([row("1", "民警；case-officer"), row("2", "Supervisor, 审批人"), row("3", "officer、民警")], [], []);
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    admitted.map(one => one.roles),
    [["officer", "case-officer"], ["supervisor", "approver"], ["officer"]],
  );
});
test("each wrong row is named with all that is wrong with it", () => {
  here.language = "zh";
  const rows = [
    row("7", "民警"),
    row("8", "民警"),
    row("8", "民警"),
    row("九", "民警"),
    row("10", "警犬"),
    row("11", ""),
    row("12", "管理员；民警"),
    row("13", "民警", "朝阳"),
    row("14", "民警", "110105", ""),
    row("15", "民警", "110105", " \u3000"),
    row("16", "民警"),
  ];
  const { admitted, wrong } = peopleIn(
    rows,
    [listed("16", ["approver"])],
    [waits("7", ["supervisor"]), { officerNo: "16", change: "reset" }],
  );
  assert.deepEqual(
    admitted.map(one => one.officerNo),
    ["8"],
  );
  assert.deepEqual(
    wrong.map(line => line.match(/^第(\d+)行/)?.[1]),
    ["2", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
  );
  assert.match(wrong.join("\n"), /第10行 14：缺姓名\n第11行 15：缺姓名\n第12行 16：有其他变更待批准/);
  assert.match(wrong.join("\n"), /第2行 7：有其他变更待批准\n第4行 8：表中重复\n第5行 九：警号须为[^\n]*\n第6行 10：没有“警犬”/);
});
test("who is on the list is changed where unit or roles differ, and nobody else", () => {
  here.language = "zh";
  const people = [
      listed("1", ["officer"]),
      listed("2", ["officer"]),
      listed("3", ["officer", "case-officer"]),
      listed("4", ["officer"], ""),
      listed("5", ["officer"]), // not in the table: stays
      listed("6", ["officer"]),
      { officerNo: "7", roles: ["officer"], unitCode: "110105" }, // has no name
    ],
    rows = [
      row("1", "民警"),
      row("2", "民警", "110106", ""),
      row("3", "民警；办案民警"),
      row("4", "督察", "", "李强"),
      row("6", "民警", "110106"),
      row("7", "民警"),
      row("9", "民警"),
    ],
    { admitted, changed, asTheyAre, wait, names, wrong } = peopleIn(rows, people, [
      waits("6", ["officer"], "110106"),
      waits("9", ["officer"]),
    ]);
  assert.deepEqual([wrong, admitted], [[], []]);
  assert.deepEqual(
    changed.map(one => [one.officerNo, one.name, one.unitCode, one.roles.join(), one.was.unitCode, one.was.roles.join()]),
    [
      ["2", "王芳", "110106", "officer", "110105", "officer"],
      ["4", "王芳", "", "supervisor", "", "officer"],
    ],
  );
  assert.deepEqual([asTheyAre, wait], [3, 2], "the order of roles is none; what is proposed already is not proposed again");
  assert.deepEqual(names, ["4 王芳", "7"]);
});
test("an empty cell keeps the unit or the roles of who is on the list; who is new is of the whole site", () => {
  here.language = "zh";
  const { admitted, changed, asTheyAre, wrong } = peopleIn(
    [row("1", "督察", ""), row("2", "", "110106"), row("3", "", ""), row("4", "民警", ""), row("5", "", "")],
    [listed("1", ["officer"]), listed("2", ["officer"]), listed("3", ["officer"])],
    [],
  );
  assert.deepEqual(
    changed.map(one => [one.officerNo, one.unitCode, one.roles.join()]),
    [
      ["1", "110105", "supervisor"],
      ["2", "110106", "officer"],
    ],
  );
  assert.deepEqual([asTheyAre, admitted.map(one => one.unitCode), wrong.length], [1, [""], 1]);
  assert.match(wrong[0], /^第6行 5：请至少选择一个角色/);
});
test("a number or a unit that lost its zeros, and a name that is on the list, are doubted", async () => {
  const people = [
      listed("010203", ["officer"], "0105"),
      listed("7", ["officer"], "0105", "李强"),
      listed("8", ["officer"], "110106", "周杰"),
    ],
    waiting = [{ ...waits("0099", ["officer"], "", "admission"), name: "吴敏" }];
  for (const [language, zeros, name, unit, red] of [
    [
      "zh",
      "名单或待批准中有 010203，只差开头的 0",
      "同名人员已在名单上或待批准：7 李强",
      "单位代码 105 与 0105 只差开头的 0",
      "4 人请先核对",
    ],
    [
      "en",
      "010203 is on the list or waits, and differs by zeros at the beginning alone",
      "the same name is on the list or waits: 7 李强",
      "unit 105 differs from 0105 by zeros at the beginning alone",
      "Look at 4 first",
    ],
  ]) {
    here.language = /** @type {"zh" | "en"} */ (language);
    const form = admissions(people, waiting, () => {}),
      [file] = named(form, "INPUT");
    station({ "/api/units": { units: [] } });
    await choose(
      file,
      "officerNo,name,unitCode,roles\n5,新人,110106,officer\n10203,王芳,0105,officer\n6,李强,110106,officer\n8,周杰,105,officer\n99,吴敏,,officer\n",
    );
    const lines = form
      .all(e => e.tagName === "LI")
      .map(e => [e.children[0].textContent, ...e.children.slice(2).map(red => red.textContent)]);
    assert.deepEqual(lines.slice(0, 2), [
      ["10203 王芳", zeros],
      ["6 李强", name],
    ]);
    assert.deepEqual(lines.slice(3), [["5 新人"], ["8 周杰", unit]], "what is doubted comes first");
    assert.match(lines[2].join(" "), /^99 吴敏 .*0099/);
    assert.ok(plan(form).includes(red), plan(form));
  }
});
test("two rows of a table that may mean one person are doubted, and a large table does not keep the page busy", async () => {
  here.language = "zh";
  station({ "/api/units": { units: [] } });
  const form = admissions([listed("1", ["officer"])], [], () => {}),
    [file] = named(form, "INPUT"),
    many = Array.from({ length: 190 }, (_, at) => `${900000 + at},新人${at},0106,officer`);
  await choose(file, `officerNo,name,unitCode,roles\n012345,张一,0106,officer\n12345,张二,0106,officer\n${many.join("\n")}\n`);
  const [first] = form.all(e => e.tagName === "LI");
  assert.match(first.textContent, /^12345 张二.*012345/);
});
test("a table that proposes nothing says why", async () => {
  here.language = "zh";
  const people = [listed("1", ["officer"]), listed("2", ["officer"])],
    said = async (rows, changes = []) => {
      station({ "/api/people": { people, changes }, "/api/units": { units: [] } });
      const form = admissions(people, changes, () => {}),
        [file, why] = named(form, "INPUT");
      why.value = "调动";
      await choose(file, `警号,姓名,单位代码,角色\n${rows}`);
      await submit(form);
      return [plan(form), says(form)];
    };
  assert.match((await said("1,王芳,110105,民警\n"))[1], /名单与此表一致/);
  const [all, nothing] = await said("1,王芳,110105,督察\n", [waits("1", ["supervisor"])]);
  assert.match(all, /1 人已有相同的提议待批准/);
  assert.equal(nothing, "没有可提议的内容，原因见上。");
  assert.equal((await said("1,李强,110105,民警\n"))[1], nothing, "another name changes nothing");
  const [other, still] = await said("1,王芳,110105,民警\n2,王芳,110105,民警\n", [waits("1", ["supervisor"])]);
  assert.match(other, /2 人不变。其中 1 人与名单相同，但另有变更待批准：1 王芳$/);
  assert.equal(still, nothing);
});
test("a change says what was and what will be, and an admission only what will be", () => {
  const said = (was, will) =>
    difference(was, will)
      .map(part => (typeof part === "string" ? part : part.textContent))
      .join("");
  here.language = "zh";
  const officer = listed("1", ["officer"], "");
  assert.equal(said(officer, listed("1", ["officer", "approver"], "")), "角色 民警 → 民警、审批人");
  assert.match(said(officer, listed("1", ["approver"], "110106")), /^单位 全站 → .*110106.* · 角色 民警 → 审批人$/);
  assert.equal(said(officer, officer), "单位和角色与现在相同");
  assert.equal(said(undefined, officer), "全站 · 民警");
});
test("a table with a wrong row is not sent at all, and what is wrong is said when it is chosen", async () => {
  here.language = "zh";
  const people = [listed("7", ["officer"])],
    asked = station({ "/api/people": { people, changes: [] } }),
    form = admissions(people, [], () => {}),
    [file, why] = named(form, "INPUT"),
    wrong = "警号,姓名,单位代码,角色\n8,王芳,110105,民警\n7,李强,110105,警犬\n";
  await choose(file, wrong);
  assert.match(plan(form), /尚未提交任何人：\n第3行 7/);
  assert.deepEqual(asked, []);
  why.value = "调入";
  await submit(form);
  assert.match(says(form), /尚未提交任何人/);
  await choose(file, "警号,姓名\n8,王芳\n");
  assert.match(plan(form), /首行须有/);
  await submit(form);
  assert.deepEqual(new Set(asked), new Set(["GET /api/people"]));
});
test("what a table does is said before it is sent, and said again where the list is another one by then", async () => {
  here.language = "zh";
  forget();
  let people = [listed("7", ["officer"]), listed("9", ["officer"])];
  const sent = [];
  globalThis.fetch = async (path, options = {}) => {
    if (options.method !== "POST") return new Response(JSON.stringify(path === "/api/people" ? { people, changes: [] } : { units: [] }));
    sent.push(JSON.parse(options.body));
    return new Response(JSON.stringify({ changeId: "c" }), { status: 202 });
  };
  const form = admissions(people, [], () => {}),
    [file, why] = named(form, "INPUT"),
    text = "警号,姓名,单位代码,角色\n7,李强,110106,民警\n8,赵敏,110105,民警\n9,王芳,110105,民警\n";
  why.value = "调动";
  await choose(file, text);
  assert.match(
    plan(form),
    /将提议准予 1 人登录、变更 1 人的单位或角色；1 人不变。1 人的姓名与名单不同，名单上的姓名不变：7 王芳准予登录8 赵敏.*110105.* · 民警变更单位或角色7 王芳单位 .*110105.* → .*110106/,
  );
  people = [...people, listed("8", ["officer"])]; // somebody else admitted him meanwhile
  await submit(form);
  assert.deepEqual(sent, []);
  assert.match(says(form), /请核对后再点一次/);
  assert.match(plan(form), /准予 0 人登录、变更 1 人的单位或角色；2 人不变/);
  await submit(form);
  assert.deepEqual(sent, [{ officerNo: "7", name: "王芳", unitCode: "110106", roles: ["officer"], reason: "调动" }]);
  people = people.map(one => (one.officerNo === "7" ? { ...one, unitCode: "110106" } : one));
  await choose(file, text);
  await submit(form); // the list that the form was drawn with is old
  await submit(form);
  assert.match(says(form), /没有可提议的内容/);
  assert.equal(sent.length, 1);
  forget();
});
test("one that the station refuses stops no other one, and the halves of the others are shown", async () => {
  here.language = "zh";
  forget();
  const sent = [];
  globalThis.fetch = async (_path, options) => {
    if (!options.body) return new Response(JSON.stringify({ people: [], changes: [] }));
    const body = JSON.parse(options.body);
    sent.push(body);
    return body.officerNo === "9"
      ? new Response(JSON.stringify({ code: "IN-105", title: "不行" }), {
          status: 400,
          headers: { "Content-Type": "application/problem+json" },
        })
      : new Response(JSON.stringify({ changeId: "c", passwordHalf: `half-of-${body.officerNo}` }), { status: 202 });
  };
  let drawn = 0;
  const form = admissions([], [], () => drawn++),
    [file, why] = named(form, "INPUT");
  await choose(file, "officerNo,name,unitCode,roles\n8,Wang,110105,officer\n9,Li,,supervisor\n10,Zhao,110105,officer;legal-officer\n");
  why.value = "moved here";
  await submit(form);
  assert.deepEqual(
    sent.map(one => [one.officerNo, one.roles.join(), one.reason]),
    [
      ["8", "officer", "moved here"],
      ["9", "supervisor", "moved here"],
      ["10", "officer,legal-officer", "moved here"],
    ],
  );
  assert.equal(drawn, 1);
  assert.match(shownOnce().textContent, /8 Wang {2}half-of-8\n10 Zhao {2}half-of-10\n\n\n未成：\n9 Li: /);
  forget();
});
test("a second person ticks those that are known, and only those are approved", async () => {
  here.language = "zh";
  forget();
  const change = (changeId, officerNo) => ({
    changeId,
    officerNo,
    change: "admission",
    name: "",
    unitCode: "",
    roles: ["officer"],
    reason: "调入",
    proposedBy: "a1",
  });
  assert.equal(
    approvals([change("c1", "8")], () => {}, String, []),
    null,
    "one alone has its own button",
  );
  assert.equal(
    approvals([change("c1", "8"), { ...change("c2", "9"), change: "reset", roles: undefined }], () => {}, String, []),
    null,
    "a reset needs the person",
  );
  const asked = station({ "/api/people/changes/": { passwordHalf: "other" } }),
    form = approvals(
      [{ ...change("c1", "8"), name: "王芳" }, change("c2", "9"), change("c3", "10")],
      () => {},
      number => `${number} 赵敏`,
      [],
    ),
    boxes = named(form, "INPUT").filter(e => e.type === "checkbox");
  assert.deepEqual(
    boxes.map(box => Boolean(box.checked)),
    [false, false, false, false],
    "nobody is ticked beforehand",
  );
  await submit(form);
  assert.match(says(form), /至少选择一人/);
  boxes[1].checked = true;
  boxes[3].checked = true;
  await submit(form);
  assert.deepEqual(asked, ["POST /api/people/changes/c1/acts", "POST /api/people/changes/c3/acts"]);
  assert.match(shownOnce().textContent, /a1 赵敏[\s\S]*8 王芳 {2}other\n10 {2}other/);
  forget();
});
test("changes of unit and roles are approved with the admissions, each with what was and what will be by the list", async () => {
  here.language = "zh";
  forget();
  const changes = [
      { changeId: "c1", ...waits("8", ["officer"], "", "admission"), name: "新人", reason: "调入", proposedBy: "a1" },
      { changeId: "c2", ...waits("9", ["approver"], ""), name: "另一个名字", reason: "升任", proposedBy: "a2" },
      { changeId: "c3", ...waits("10", ["approver"], ""), name: "", reason: "升任", proposedBy: "a2" },
    ],
    people = [listed("9", ["officer"], "", "李强"), listed("10", ["officer"], "", "周杰")],
    form = approvals(changes, () => {}, String, people),
    lines = named(form, "LABEL")
      .slice(1)
      .map(e => e.textContent.trim());
  assert.deepEqual(lines, [
    "8 新人 · 准予登录 · 全站 · 民警 · 调入",
    "9 李强 · 变更单位或角色 · 角色 民警 → 审批人 · 升任",
    "10 周杰 · 变更单位或角色 · 角色 民警 → 审批人 · 升任",
  ]);
  globalThis.fetch = async path =>
    path.includes("c3")
      ? new Response(JSON.stringify({ code: "IN-112", title: "没有这项变更", detail: "x" }), { status: 404 })
      : new Response(JSON.stringify({ changeId: "c" }));
  const boxes = named(form, "INPUT");
  boxes[2].checked = boxes[3].checked = true;
  await submit(form);
  const said = shownOnce().textContent;
  assert.match(said, /1 项已办理，其余见下。[\s\S]*未成：\n10 周杰: 没有这项变更/);
  assert.doesNotMatch(said, /全部未成|首次口令/);
  forget();
});
