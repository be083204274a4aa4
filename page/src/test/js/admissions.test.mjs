// Many people at once: what a table may hold, and what one refusal does to the rest.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { admissions, approvals, peopleIn } from "../../main/resources/org/liuhen/page/admissions.js";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { forget, shownOnce } from "../../main/resources/org/liuhen/page/once.js";
import { station } from "./dom.mjs";

const row = (officerNo, roles, unitCode = "110105", name = "王芳") => ({ officerNo, name, unitCode, roles });
const table = text => ({ arrayBuffer: async () => new TextEncoder().encode(text).buffer });
const named = (form, tag) => form.all(e => e.tagName === tag);
const submit = async form => named(form, "FORM")[0].onsubmit({ preventDefault() {} });
const says = form => form.all(e => e.attributes.role === "alert" || e.role === "alert").map(e => e.textContent)[0];

test("roles are written as codes or in words of either language", () => {
  here.language = "zh";
  const { people, wrong } = peopleIn(
    [row("1", "民警；case-officer"), row("2", "Supervisor, 审批人"), row("3", "officer、民警")],
    new Set(),
  );
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    people.map(one => one.roles),
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
  ];
  const { people, wrong } = peopleIn(rows, new Set(["7"]));
  assert.deepEqual(
    people.map(one => one.officerNo),
    ["8"],
  );
  assert.deepEqual(
    wrong.map(line => line.match(/^第(\d+)行/)?.[1]),
    ["2", "4", "5", "6", "7", "8", "9", "10", "11"],
  );
  assert.match(wrong.join("\n"), /第10行 14：缺姓名\n第11行 15：缺姓名/);
  assert.match(wrong.join("\n"), /第2行 7：已在名单上[^\n]*\n第4行 8：表中重复\n第5行 九：警号须为[^\n]*\n第6行 10：没有“警犬”/);
});
test("a table with a wrong row is not sent at all", async () => {
  here.language = "zh";
  const asked = station({}),
    form = admissions([{ officerNo: "7" }], [], () => {}),
    [file, why] = named(form, "INPUT");
  file.files = [table("警号,姓名,单位代码,角色\n8,王芳,110105,民警\n7,李强,110105,民警\n")];
  why.value = "调入";
  await submit(form);
  assert.match(says(form), /尚未提交任何人：\n第3行 7/);
  file.files = [table("警号,姓名\n8,王芳\n")];
  await submit(form);
  assert.match(says(form), /首行须有/);
  assert.deepEqual(asked, []);
});
test("one that the station refuses stops no other one, and the halves of the others are shown", async () => {
  here.language = "zh";
  forget();
  const sent = [];
  globalThis.fetch = async (_path, options) => {
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
  file.files = [table("officerNo,name,unitCode,roles\n8,Wang,110105,officer\n9,Li,,supervisor\n10,Zhao,110105,officer;legal-officer\n")];
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
    approvals([change("c1", "8")], () => {}, String),
    null,
    "one alone has its own button",
  );
  assert.equal(
    approvals([change("c1", "8"), { ...change("c2", "9"), change: "reset" }], () => {}, String),
    null,
  );
  const asked = station({ "/api/people/changes/": { passwordHalf: "other" } }),
    form = approvals(
      [{ ...change("c1", "8"), name: "王芳" }, change("c2", "9"), change("c3", "10")],
      () => {},
      number => `${number} 赵敏`,
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
