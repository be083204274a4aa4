// People: what waits for a second person.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here, Refusal } from "../../main/resources/org/liuhen/page/core.js";
import { shortcuts, showHelp } from "../../main/resources/org/liuhen/page/help.js";
import { forgetNames, proposeNumber } from "../../main/resources/org/liuhen/page/names.js";
import { forget, shownOnce } from "../../main/resources/org/liuhen/page/once.js";
import { showAccount, showPeople, tellProposals } from "../../main/resources/org/liuhen/page/people.js";
import { signInForm } from "../../main/resources/org/liuhen/page/signin.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";
import { place, station } from "./dom.mjs";

const tags = entry => entry.all(e => e.className === "tag").map(e => [e.hidden, e.textContent]);
test("the menu says how many proposals wait that this person may decide, and nothing where none does", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["APPROVE_PERSON"] };
  const entry = document.createElement("a"),
    change = (proposedBy, officerNo) => ({ proposedBy, officerNo });
  const asked = station({
    "/api/people": { people: [], changes: [change("1", "7"), change("2", "1"), change("2", "8"), change("3", "9")] },
  });
  await tellProposals(entry);
  assert.deepEqual(tags(entry), [[false, "2"]], "neither one's own nor about oneself");
  assert.deepEqual(asked, ["GET /api/people?only=changes"]);
  station({ "/api/people": { people: [], changes: [] } });
  await tellProposals(entry);
  assert.deepEqual(tags(entry), [[true, "0"]]);
});
test("a new password can be shown and hidden again", () => {
  here.language = "zh";
  here.signIn = "local";
  const form = signInForm(() => {}),
    [field] = form.all(e => e.id === "newPassword"),
    [button] = form.all(e => e.tagName === "BUTTON" && e.textContent === "显示口令");
  assert.equal(field.type, "password");
  button.onclick();
  assert.deepEqual([field.type, button.textContent, button.attributes["aria-pressed"]], ["text", "隐藏口令", "true"]);
  button.onclick();
  assert.deepEqual([field.type, button.textContent], ["password", "显示口令"]);
});

const settled = () => new Promise(done => setTimeout(done, 5));
test("who proposed a change and whose half of a password it is are named, not only numbered", async () => {
  here.language = "zh";
  here.person = { id: "2", roles: [], acts: ["APPROVE_PERSON", "MANAGE_PEOPLE"] };
  forgetNames();
  station({
    "/api/people/changes/c": { passwordHalf: "half" },
    "/api/people": {
      people: [{ officerNo: "900001", name: "赵敏", unitCode: "", roles: ["administrator"] }],
      changes: [
        {
          changeId: "c",
          change: "admission",
          officerNo: "8",
          name: "王芳",
          unitCode: "",
          roles: ["officer"],
          proposedBy: "900001",
          proposedAt: "2026-11-28T04:00:00Z",
        },
      ],
    },
    "/api/names": { people: { 900001: "赵敏" } },
    "/api/unit-names": { units: [] },
  });
  await showPeople(() => {});
  await settled();
  const changes = place("detail").all(e => e.id === "changes")[0];
  assert.match(changes.textContent, /8 王芳.*900001 赵敏/);
  await changes
    .all(e => e.tagName === "DETAILS" && e.dataset.act === "approveChange")[0]
    .all(e => e.tagName === "FORM")[0]
    .onsubmit({ preventDefault: () => {} });
  assert.match(shownOnce()?.textContent || "", /8 王芳 首次口令的后一半.*前一半由 900001 赵敏/);
  forget();
});
test("one's own account has the name, and leads on once the second factor is there", async () => {
  here.language = "zh";
  here.person = { id: "7", unitCode: "", roles: [], acts: [], mustEnrol: true };
  forgetNames();
  station({ "/api/account": { officerNo: "7", passkeys: [], totp: true, recoveryCodes: 8 }, "/api/names": { people: { 7: "李强" } } });
  const links = () =>
    place("detail")
      .all(e => e.id === "goOn")
      .map(e => e.href);
  const draw = () =>
    showAccount(
      () => {},
      () => {},
      "#/item/a",
    );
  await draw();
  await settled();
  assert.match(place("detail").textContent, /7 李强/);
  assert.deepEqual(links(), [], "not before");
  here.person.mustEnrol = false;
  await draw();
  assert.deepEqual(links(), ["#/item/a"]);
});
test("a refused sign-in is asked for in the language of the page", async () => {
  const headers = [];
  globalThis.fetch = async (_path, options) => {
    headers.push(new Headers(options.headers).get("Accept-Language"));
    return new Response(JSON.stringify({ code: "IN-152", title: "t", detail: "d" }), { status: 429 });
  };
  for (here.language of /** @type {["zh", "en"]} */ (["zh", "en"])) await signInForm(() => {}).onsubmit({ preventDefault: () => {} });
  assert.deepEqual(headers, ["zh", "en"]);
});
test("a wrong password says how many are left, and from when on one is looked at again", async () => {
  here.signIn = "local";
  here.zone = "Asia/Shanghai";
  const now = Date.now;
  Date.now = () => Date.parse("2026-11-30T04:00:00Z");
  for (here.language of /** @type {["zh", "en"]} */ (["zh", "en"])) {
    const zh = here.language === "zh",
      form = signInForm(() => {}),
      [said] = form.all(e => e.role === "alert"),
      tell = async (status, problem) => {
        globalThis.fetch = async () => new Response(JSON.stringify({ title: "t", detail: "d", ...problem }), { status });
        await form.onsubmit({ preventDefault: () => {} });
        return said.textContent;
      },
      wrong = words[here.language].wrongPassword;
    assert.equal(await tell(401, { code: "IN-150", attemptsLeft: 3 }), `${wrong} ${zh ? "至少还可再试 3 次。" : "At least 3 more tries."}`);
    assert.equal(
      await tell(401, { code: "IN-150", attemptsLeft: 0, waitSeconds: 41 }),
      `${wrong} ${zh ? "12:00:41 起可再试。" : "Try again from 12:00:41."}`,
    );
    assert.equal(await tell(401, { code: "IN-150" }), wrong);
    assert.equal(
      await tell(429, { code: "IN-152", waitSeconds: 41 }),
      zh ? "t（IN-152）。12:00:41 起可再试。" : "IN-152: d. Try again from 12:00:41.",
    );
    assert.equal(
      new Refusal(403, { code: "IN-164", title: "t", detail: "d", attemptsLeft: 2 }).message,
      zh ? "t（IN-164）。至少还可再试 2 次。" : "IN-164: d. At least 2 more tries.",
      "on one's own account",
    );
  }
  Date.now = now;
  here.zone = "";
});
test("a sign-in that nobody answers, or a proxy without a reason, says so", async () => {
  for (here.language of /** @type {["zh", "en"]} */ (["zh", "en"])) {
    const form = signInForm(() => {}, "old words"),
      [said] = form.all(e => e.attributes?.role === "alert" || e.role === "alert");
    globalThis.fetch = async () => {
      throw new TypeError("Failed to fetch");
    };
    await form.onsubmit({ preventDefault: () => {} });
    assert.equal(said.textContent, words[here.language].noAnswer);
    globalThis.fetch = async () => new Response("<html>", { status: 502 });
    await form.onsubmit({ preventDefault: () => {} });
    assert.match(said.textContent, /502/);
  }
});
test("before signing in the help says how that is done, and the question mark leads to it", () => {
  here.language = "zh";
  here.person = null;
  here.signIn = "local";
  location.hash = "";
  shortcuts({ key: "?", target: {} }, { close: () => {}, beside: async () => null });
  assert.equal(location.hash, "#/help");
  showHelp();
  assert.match(place("detail").textContent, /如何登录.*前后两半/);
  assert.deepEqual(
    place("detail")
      .all(e => e.tagName === "A")
      .map(e => e.href),
    ["#/"],
  );
  here.person = { id: "7", roles: [], acts: [] };
  showHelp();
  assert.match(place("detail").textContent, /键盘操作/);
  const guides = ["officers", "supervisors", "prosecutors", "administrators"];
  for (here.language of /** @type {["zh", "en"]} */ (["zh", "en"])) {
    showHelp();
    const leads = place("detail").all(e => e.tagName === "A");
    assert.deepEqual(
      leads.map(e => e.href),
      guides.map(name => `/guides/${name}.${here.language}`),
    );
  }
});
test("a field for a number proposes people, and asks nothing more once one of them is chosen", async () => {
  const asked = station({ "/api/names?like=": { people: { 110023: "王伟", 110024: "" } } }),
    field = document.createElement("input"),
    typed = async value => {
      field.value = value;
      field.dispatchEvent(new Event("input"));
      await new Promise(done => setTimeout(done, 350));
    };
  proposeNumber(field);
  await typed("王");
  const [list] = /** @type {any} */ (field).following;
  assert.deepEqual(
    list.children.map(option => [option.value, option.textContent]),
    [
      ["110023", "王伟 110023"],
      ["110024", "110024"],
    ],
  );
  assert.equal(/** @type {any} */ (field).attributes.list, list.id);
  await typed("110023");
  assert.deepEqual(asked, [`GET /api/names?like=${encodeURIComponent("王")}`]);
});
