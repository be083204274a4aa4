// The settings of the site: what is set stands before the defaults, a witness that is away is marked, and nobody else sees the view.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { foreign } from "../../../../station/src/test/clients/foreign.mjs";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { showDevices } from "../../main/resources/org/liuhen/page/devices.js";
import { showExports } from "../../main/resources/org/liuhen/page/exports.js";
import { showGaps } from "../../main/resources/org/liuhen/page/gaps.js";
import { showItemPaper, showPaper } from "../../main/resources/org/liuhen/page/paper.js";
import { showAccount, showPeople } from "../../main/resources/org/liuhen/page/people.js";
import { showRecord } from "../../main/resources/org/liuhen/page/record.js";
import { showRules } from "../../main/resources/org/liuhen/page/rules.js";
import { showSettings } from "../../main/resources/org/liuhen/page/settings.js";
import { showUnits } from "../../main/resources/org/liuhen/page/units.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";
import { place, station } from "./dom.mjs";

const root = new URL("../../../../", import.meta.url),
  json = path => JSON.parse(readFileSync(new URL(path, root), "utf8")),
  PROFILES = json("describe/src/main/resources/org/liuhen/describe/profiles.json"),
  CAMERAS = json("dock/src/main/resources/org/liuhen/dock/cameras.json");
const ANSWER = {
  process: "review",
  file: "/etc/liuhen/site.properties",
  settings: [
    { name: "port", value: "8480", origin: "DEFAULT", where: "" },
    { name: "retention-days", value: "365", origin: "FILE", where: "/etc/liuhen/site.properties" },
    { name: "site", value: "site-e", origin: "ENVIRONMENT", where: "LIUHEN_OPTION_SITE" },
    { name: "time-zone", value: "Asia/Shanghai", origin: "COMMAND_LINE", where: "" },
    { name: "worm", value: "", origin: "DEFAULT", where: "" },
  ],
  secrets: [
    { name: "AWS_SECRET_ACCESS_KEY", set: true },
    { name: "PGPASSWORD", set: false },
  ],
  witnesses: {
    file: "/var/keys/policy",
    there: true,
    quorum: "two",
    groups: [{ name: "two", threshold: 2, members: ["fy", "jcy", "sf"] }],
    head: 1130,
    witnessed: 1120,
    met: true,
    witnesses: [
      { name: "fy", key: "fy.example/w", keyId: "0a1b2c3d", asked: true, size: 1130, at: "2026-11-26T00:00:00Z", behind: 0 },
      {
        name: "jcy",
        key: "jcy.example/w",
        keyId: "11111111",
        asked: true,
        size: 100,
        at: "2026-11-25T00:00:00Z",
        behind: 1030,
        trouble: "WT-103 the witness does not answer",
      },
      { name: "sf", key: "sf.example/w", keyId: "22222222", asked: false },
    ],
  },
  profiles: {
    file: "/var/profiles.json",
    there: true,
    profiles: [
      { name: "ours", about: "our own cameras since May", own: true },
      ...PROFILES.map(({ name, about }) => ({ name, about, own: false })),
    ],
  },
  cameras: {
    file: "cameras.json",
    kinds: CAMERAS.map(({ name, has, recordings, clockFile }) => ({ name, has, recordings, clock: !!clockFile })),
  },
};
/** What each view has in its answer. */
const MUCH = {
  ...ANSWER,
  devices: [],
  people: [],
  changes: [],
  passkeys: [],
  exports: [],
  categories: [],
  entries: [],
  channels: [],
  units: [],
  officers: [],
  evidence: [],
  recordings: [],
  explained: [],
  open: 0,
  gaps: [],
  healthy: true,
  summary: {},
  custody: { entries: [] },
  cases: [],
  id: "i",
};
const administrator = { id: "1", acts: ["MANAGE_NOTIFICATIONS"], roles: ["administrator"] };
const drawn = async (answer = ANSWER, person = administrator) => {
  here.person = person;
  const asked = station({ "/api/settings": answer });
  await showSettings();
  return asked;
};
const text = id =>
  place("detail")
    .all(e => e.id === id)
    .map(e => e.textContent)[0];
const rows = id =>
  place("detail")
    .all(e => e.id === id)[0]
    .all(e => e.tagName === "TR")
    .slice(1)
    .map(e => e.children.map(cell => cell.textContent));

test("what somebody has set comes first, each with its origin; the defaults are folded", async () => {
  here.language = "zh";
  await drawn();
  assert.deepEqual(rows("settingsChosen"), [
    ["retention-days", "365", "设置文件 /etc/liuhen/site.properties"],
    ["site", "site-e", "环境变量 LIUHEN_OPTION_SITE"],
    ["time-zone", "Asia/Shanghai", "启动命令"],
  ]);
  assert.deepEqual(rows("settingsDefault"), [
    ["port", "8480"],
    ["worm", "未设置"],
  ]);
  assert.deepEqual(rows("settingsSecret"), [
    ["AWS_SECRET_ACCESS_KEY", "已设置，不显示"],
    ["PGPASSWORD", "未设置"],
  ]);
  assert.match(place("detail").textContent, /进程 review 的设置/);
});
test("each witness is told with its newest cosignature, and one that is away is marked", async () => {
  here.language = "zh";
  await drawn();
  const [fy, jcy, sf] = rows("settingsWitnesses");
  assert.match(fy.join(" "), /fy fy\.example\/w 0a1b2c3d 前 1,130 条 · .* · 与日志同步/);
  assert.match(jcy.join(" "), /落后 1,030 条WT-103/);
  assert.match(sf.join(" "), /本站不主动请求.*没有见到其签名/);
  assert.match(place("detail").textContent, /前 1,120 条记录已见证，其后 10 条尚未见证.*fy、jcy、sf 中至少 2 个/);
  const marked = place("detail")
    .all(e => e.className === "bad")
    .map(e => e.textContent);
  assert.deepEqual(marked, ["落后 1,030 条", "本进程启动以来没有见到其签名"]);
});
test("a quorum that is not met, none at all, and a head that cannot be read are said", async () => {
  here.language = "en";
  const of = more => ({ ...ANSWER, witnesses: { ...ANSWER.witnesses, ...more } });
  await drawn(of({ met: false, witnessed: undefined }));
  assert.match(place("detail").textContent, /Fewer have cosigned than the policy asks/);
  await drawn(of({ quorum: "none", groups: [], witnesses: [] }));
  assert.match(place("detail").textContent, /signed by this site alone/);
  assert.equal(text("settingsWitnesses"), undefined);
  await drawn(of({ trouble: "Not a checkpoint", met: undefined, head: undefined, witnessed: undefined }));
  assert.match(place("detail").textContent, /cannot be read: Not a checkpoint/);
  assert.doesNotMatch(place("detail").textContent, /NaN|undefined|Fewer/);
});
test("profiles that come with the program are said in the reader's language; a site's own in the words of its file", async () => {
  const names = [...PROFILES, ...CAMERAS].map(one => one.name).sort();
  for (const language of /** @type {const} */ (["zh", "en"])) {
    here.language = language;
    assert.deepEqual(Object.keys(words[language].settings.about).sort(), names);
    await drawn();
    assert.match(rows("settingsProfiles")[0].join("|"), /^ours\|our own cameras since May\|/);
    const shown = place("detail")
      .all(e => !["CODE"].includes(e.tagName) && e.className !== "raw" && !e.children.length)
      .map(e => e.textContent)
      .filter(Boolean);
    assert.deepEqual(
      foreign(
        shown.filter(one => !one.startsWith("WT-")),
        language,
      ),
      [],
    );
  }
});
test("who does not run the station sees no setting and asks for none", async () => {
  here.language = "zh";
  assert.deepEqual(await drawn(ANSWER, { id: "2", acts: ["SEARCH", "APPROVE_RULE"], roles: [] }), []);
  assert.equal(text("settingsChosen"), undefined);
});
test("a site's own profile has its own words, also under the name of one that comes with the program", async () => {
  here.language = "zh";
  const { name } = PROFILES[0];
  await drawn({ ...ANSWER, profiles: { ...ANSWER.profiles, profiles: [{ name, about: "ours since May", own: true }] } });
  assert.deepEqual(rows("settingsProfiles"), [[name, "ours since May", "本站"]]);
});
test("the days that a new item is locked are said to be above only where they are", async () => {
  for (const language of /** @type {const} */ (["zh", "en"])) {
    here.language = language;
    await drawn();
    assert.match(place("detail").textContent, /retention-days(?: above)?[。.]/);
    await drawn({ ...ANSWER, settings: ANSWER.settings.filter(one => one.name !== "retention-days") });
    assert.doesNotMatch(place("detail").textContent, /retention-days/);
  }
});
test("an answer that comes when another view or the form to sign in is there is drawn nowhere", async () => {
  const acts = ["MANAGE_NOTIFICATIONS", "MANAGE_DEVICES", "APPROVE_PERSON", "REQUEST_EXPORT", "PROPOSE_RULE", "NAME_UNITS", "SEE_GAPS"],
    views = {
      showAccount,
      showDevices,
      showExports,
      showGaps,
      showItemPaper: () => showItemPaper("i"),
      showPaper: () => showPaper("A1"),
      showPeople,
      showRecord,
      showRules,
      showSettings,
      showUnits,
    },
    leave = {
      view: () => {
        location.hash = "#/another";
      },
      person: () => {
        here.person = null;
      },
    };
  for (const [name, show] of Object.entries(views))
    for (const [what, left] of Object.entries(leave))
      for (const answers of [true, false]) {
        here.person = { id: "1", acts, roles: [], unitCode: "" };
        location.hash = "#/this";
        const waiting = [];
        globalThis.fetch = () => new Promise((good, bad) => waiting.push({ good, bad }));
        const drawn = show(() => {}, {});
        left();
        place("detail").replaceChildren("another view");
        for (let i = 0; i < 50; i++) {
          for (const one of waiting.splice(0)) {
            if (answers) one.good(new Response(JSON.stringify(MUCH)));
            else one.bad(new TypeError("no network"));
          }
          await new Promise(done => setTimeout(done, 1));
        }
        await drawn;
        assert.equal(place("detail").textContent, "another view", `${name}, ${what}, ${answers}`);
      }
  location.hash = "";
});
test("what a rule would do is said by the last question, and not over a refusal", async () => {
  here.language = "zh";
  here.person = { id: "1", acts: ["PROPOSE_RULE"], roles: [], unitCode: "" };
  station({ "/api/rules": { categories: [{ category: "GENERAL", days: 90, legalDays: 90, source: "" }], changes: [] } });
  await showRules(() => {});
  const form = place("detail").all(e => e.id === "proposeRule")[0],
    [days] = form.querySelectorAll("input"),
    answers = /** @type {Record<string, (body: any, status?: number) => Promise<void>>} */ ({}),
    would = items => ({ allowed: true, items, longer: 0, longerBytes: 0, dueNowKept: 0 }),
    type = value => {
      days.value = value;
      days.onchange();
    };
  globalThis.fetch = (path, { method = "GET" } = {}) =>
    new Promise(done => {
      answers[method === "POST" ? "act" : path.split("days=")[1]] = (body, status = 200) => {
        done(new Response(JSON.stringify(body), { status }));
        return new Promise(soon => setTimeout(soon, 5));
      };
    });
  type("10");
  type("20");
  await answers[20](would(2222));
  const said = form.querySelector(".said");
  assert.match(said.textContent, /2,?222/);
  await answers[10](would(1111));
  assert.match(said.textContent, /2,?222/);
  type("30");
  const done = form.onsubmit({ preventDefault: () => {} });
  await answers.act({ title: "not so" }, 409);
  await done;
  await answers[30](would(3333));
  assert.equal(said.textContent, "not so");
});
