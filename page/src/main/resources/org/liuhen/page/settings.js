// What this process runs with, for administrators: its settings, the witnesses of the log, the profiles. They are changed in files, not here.
import { $, el, get, may, saidTime, standing, t, trouble } from "./core.js";

const code = text => el("code", text);
/** A table that scrolls by itself on a phone. @param {string} id @param {string[]} heads @param {any[][]} rows of texts and nodes */
const table = (id, heads, rows) =>
  el(
    "table",
    null,
    { id, tabIndex: 0 },
    el("thead", null, {}, el("tr", null, {}, ...heads.map(name => el("th", name, { scope: "col" })))),
    el("tbody", null, {}, ...rows.map(row => el("tr", null, {}, ...row.map(cell => el("td", null, {}, ...[cell].flat()))))),
  );
/** Where a value comes from. */
const origin = one => [t().settings.origin[one.origin], ...(one.where ? [" ", code(one.where)] : [])];
const settingRow = one => [code(one.name), one.value ? code(one.value) : t().settings.empty, origin(one)];

/** The settings: those that somebody has set, then the defaults, then which secrets there are. */
function settings({ settings: all, secrets, process, file }) {
  const words = t().settings,
    heads = [words.name, words.value, words.from],
    chosen = all.filter(one => one.origin !== "DEFAULT"),
    rest = all.filter(one => one.origin === "DEFAULT");
  return [
    el("p", `${words.readOnly} `, { className: "small" }, ...(file ? [`${words.fileIs} `, code(file)] : [words.noFile])),
    el("h3", words.of(process)),
    chosen.length ? table("settingsChosen", heads, chosen.map(settingRow)) : el("p", words.noneChosen, { className: "small" }),
    el(
      "details",
      null,
      {},
      el("summary", words.defaults(rest.length)),
      table(
        "settingsDefault",
        heads.slice(0, 2),
        rest.map(one => settingRow(one).slice(0, 2)),
      ),
    ),
    el("h3", words.secrets),
    el("p", words.secretsAre, { className: "small" }),
    table(
      "settingsSecret",
      [words.variable, words.value],
      secrets.map(one => [code(one.name), one.set ? words.set : words.empty]),
    ),
  ];
}
/** What a witness has signed last, and how far that is behind the head. */
function cosignature(one) {
  const words = t().settings;
  return one.at
    ? [
        `${words.upTo(one.size)} · ${saidTime(one.at)} · `,
        one.behind === undefined
          ? words.behindUnknown
          : one.behind
            ? el("span", words.behind(one.behind), { className: one.trouble ? "bad" : "" })
            : el("span", words.atHead, { className: "good" }),
      ]
    : [el("span", words.neverSigned, { className: "bad" })];
}
/** The quorum of the policy in words: one witness, or how many of a group. */
function quorum({ quorum: name, groups }) {
  const group = groups.find(one => one.name === name);
  return group ? t().settings.someOf(group.threshold, group.members) : name;
}
/** The witnesses of the log, and whether as many as the policy asks have signed. */
function witnesses(of) {
  const words = t().settings,
    asked = of.quorum !== "none",
    said = !asked
      ? el("p", of.witnesses.length ? words.noQuorum : words.noWitness, { className: "banner" })
      : of.met === undefined
        ? null
        : el("p", of.met ? words.met(of.witnessed, of.head - of.witnessed) : words.notMet, {
            className: `banner ${of.met ? "good" : "bad"}`,
          });
  return [
    el("h3", words.witnesses),
    el("p", `${words.policyIs(of.there)} `, { className: "small" }, code(of.file)),
    ...(of.trouble
      ? [el("p", `${words.unreadable} `, { className: "bad" }, el("span", of.trouble, { className: "raw", lang: "en" }))]
      : []),
    ...(said ? [said] : []),
    ...(asked ? [el("p", words.quorum(quorum(of)))] : []),
    ...(of.witnesses.length
      ? [
          table(
            "settingsWitnesses",
            [words.witness, words.keyId, words.newest],
            of.witnesses.map(one => [
              [el("b", one.name), " ", code(one.key), ...(one.asked ? [] : [` · ${words.notAsked}`])],
              code(one.keyId),
              [
                ...cosignature(one),
                ...(one.trouble
                  ? [el("div", null, { className: "small" }, el("span", one.trouble, { className: "raw", lang: "en" }))]
                  : []),
              ],
            ]),
          ),
        ]
      : []),
  ];
}
/** What a name reads like or a camera is recognised by, in the reader's words where they are known; a site's own file says it in its own. */
const about = (name, text, own = false) => (!own && t().settings.about[name]) || (text ? el("span", text, { className: "raw" }) : "");
function profiles({ file, there, profiles: all }) {
  const words = t().settings;
  return [
    el("h3", words.profiles),
    el("p", `${words.profilesAre(there)} `, { className: "small" }, code(file)),
    table(
      "settingsProfiles",
      [words.name, words.profileFor, words.profileOf],
      all.map(one => [code(one.name), about(one.name, one.about, one.own), one.own ? words.own : words.shipped]),
    ),
  ];
}
function cameras({ file, kinds }) {
  const words = t().settings;
  return [
    el("h3", words.cameras),
    el("p", `${words.camerasAre} `, { className: "small" }, code(file)),
    table(
      "settingsCameras",
      [words.kind, words.knownBy, words.recordings, words.clock],
      kinds.map(one => [
        about(one.name, one.name),
        code(one.has),
        code(one.recordings.join(" ")),
        one.clock ? words.clockRead : words.clockNot,
      ]),
    ),
  ];
}
/** Retention is decided by people and not set in a file: where that is done. */
const retention = all => [
  el("h3", t().view.rules),
  el("p", [t().settings.rulesAre, all.some(one => one.name === "retention-days") && t().settings.retentionAbove].filter(Boolean).join(" ")),
];
export async function showSettings() {
  const place = $("detail"),
    stands = standing();
  if (!may("MANAGE_NOTIFICATIONS")) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  try {
    const all = await get("/api/settings");
    if (!stands()) return;
    place.replaceChildren(
      el("h2", t().view.settings),
      ...settings(all),
      ...witnesses(all.witnesses),
      ...profiles(all.profiles),
      ...cameras(all.cameras),
      ...retention(all.settings),
    );
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}
