// Devices of the site, for the administrator: which there are, who carries them, whether they may send. And the import of dispatch records.
import { $, actForm, ask, el, get, may, post, sayRefused, standing, t, time, trouble } from "./core.js";
import { size } from "./format.js";
import { person, proposeNumber, proposeUnits, unit } from "./names.js";
import { shownOnce, showOnce } from "./once.js";
import { charsetOf } from "./table.js";
import { ended, sayIn, sending, sent } from "./typed.js";

/** A certificate that ends within so many days is marked. A device renews its own one in time, if it is switched on. */
const ENDS_SOON_DAYS = 14;

function certificate(device) {
  const last = device.certificates.at(-1);
  if (!last) return el("div", t().noCertificate, { className: "small" });
  const left = (Date.parse(last.notAfter) - Date.now()) / 86400000;
  return el("div", `${left < 0 ? t().certificateOver : t().certificateUntil} ${time(last.notAfter)}`, {
    className: left < ENDS_SOON_DAYS ? "small bad" : "small",
  });
}
/** When it was seen last, and what it told of itself: nothing proves that. */
function seen(device, unseenDays) {
  const { seenAt, unseen, told } = device,
    parts = seenAt
      ? [
          `${t().seenAt} ${time(seenAt)}`,
          unseen && el("span", t().unseenFor(unseenDays), { className: "bad" }),
          told ? t().versionTold(told.version) : t().versionNotTold,
          told ? t().freeTold(size(told.freeBytes)) : t().freeNotTold,
          told?.lowSpace && el("span", t().lowSpace, { className: "bad" }),
        ].filter(Boolean)
      : device.certificates.length
        ? [unseen ? el("span", t().neverSeen, { className: "bad" }) : t().neverSeen]
        : device.kind === "camera"
          ? [t().noKeyOfItsOwn]
          : []; // that it has no certificate stands there already
  return el(
    "div",
    null,
    { className: "small seen", title: told ? t().toldAt(time(told.at)) : "" },
    ...parts.flatMap((part, at) => (at ? [" · ", part] : [part])),
  );
}
function acts(device, again) {
  const change = (act, values) => post(`/api/devices/${encodeURIComponent(device.serial)}/${act}`, values),
    form = (name, act, ...fields) => actForm(name, [...fields, { name: "reason" }], values => change(act, values), again),
    revoked = device.state === "revoked";
  return el(
    "div",
    null,
    { className: "acts" },
    ...[
      !revoked && !device.officerNo && form("assignDevice", "assign", { name: "officerNo", proposes: proposeNumber }),
      device.officerNo && form("returnDevice", "return"),
      (device.state === "enrolled" || device.state === "added") && form("suspendDevice", "suspend"),
      device.state === "suspended" && form("resumeDevice", "resume"),
      !revoked &&
        device.state !== "suspended" &&
        actForm("newCode", [{ name: "reason" }], ({ reason }) => add({ ...device, reason }), again),
      !revoked && form("revokeDevice", "revoke"),
    ].filter(Boolean),
  );
}
/** Adds a device, or gives one that is there a new code. */
async function add({ serial, kind, unitCode, reason }) {
  return post("/api/devices", { serial, kind, unitCode: unitCode || null, reason }, ({ code }) => {
    showOnce({ says: t().codeIs(serial), text: code });
  });
}
function card(device, again, unseenDays) {
  const state = { enrolled: "good", suspended: "bad", revoked: "bad" }[device.state] || "";
  const li = el(
    "li",
    null,
    { className: "card" },
    el(
      "div",
      null,
      { className: "title" },
      el("h3", device.serial),
      el("span", t().deviceState[device.state], { className: `tag ${state}` }),
      el("span", t().deviceKind[device.kind], { className: "small" }),
      device.unitCode && el("span", null, { className: "small" }, unit(device.unitCode)),
    ),
    device.officerNo && el("div", `${t().carriedBy} `, {}, person(device.officerNo)),
    certificate(device),
    seen(device, unseenDays),
    acts(device, again),
  );
  li.dataset.serial = li.dataset.about = device.serial;
  return li;
}
/** What is wrong with a table, in the reader's words where they are known: the line of the table, and what belongs there. */
export function wrongTable(failed) {
  const [, record, why] = /^Record (\d+): (.*)\. None of this request was taken$/s.exec(failed.detail || "") || [],
    reasons = t().dispatchWrong;
  if (!record) return failed.message;
  const [, time] = /^(\w+) is a time with its zone/.exec(why) || [],
    [, unknown] = /^A dispatch record has no member ([^;]+);/.exec(why) || [];
  const said = time
    ? reasons.time(time)
    : unknown
      ? reasons.unknown(unknown)
      : why.startsWith("incidentNo is missing")
        ? reasons.number
        : why;
  return `${reasons.line(Number(record) + 1, said)} (${failed.code})`; // the first line has the names
}
/** A line of a table to begin with. */
const EXAMPLE = `incidentNo,revision,officerNos,dispatchedAt,clearedAt,unitCode
JQ20261125-0017,1,110023;110024,2026-11-25T08:00:00+08:00,2026-11-25T08:40:00+08:00,110105`;
/** A table of dispatch records. */
function dispatchImport() {
  const file = el("input", null, { type: "file", accept: ".csv,text/csv", required: true, id: "dispatchFile" }),
    said = el("span", "", { className: "small said", role: "status" }),
    form = el(
      "form",
      null,
      { className: "fields" },
      el("label", t().field.dispatchFile + " ", {}, file),
      el("button", t().act.importDispatch),
      said,
    );
  form.onsubmit = async event => {
    event.preventDefault();
    sending(form);
    try {
      const bytes = await file.files[0].arrayBuffer(),
        charset = charsetOf(bytes);
      const answer = await ask("/api/dispatch-records", {
        method: "POST",
        headers: { "Content-Type": `text/csv; charset=${charset}` },
        body: bytes,
      });
      sayIn(form, t().dispatchTaken((await answer.json()).recorded), false);
      sent(form);
      form.reset();
    } catch (failed) {
      sayRefused(form, t().act.importDispatch, wrongTable(failed));
    }
    ended(form);
  };
  const details = el(
    "details",
    null,
    { className: "act" },
    el("summary", t().act.importDispatch),
    el("p", t().dispatchIs, { className: "small" }),
    el("pre", EXAMPLE, { className: "code" }),
    form,
  );
  details.dataset.act = "importDispatch";
  return details;
}
export async function showDevices(again) {
  const place = $("detail"),
    stands = standing();
  try {
    const { devices, unseenDays } = await get("/api/devices");
    if (!stands()) return;
    const list = el("ol", null, { id: "devices", className: "cards" }),
      said = el("p", "", { className: "small", role: "status" }),
      words = el("input", null, { type: "search", id: "deviceWords", size: 24 });
    const draw = () => {
      const wanted = words.value.trim().toLowerCase();
      const found = devices.filter(d => [d.serial, d.unitCode, d.officerNo].some(text => text?.toLowerCase().includes(wanted)));
      list.replaceChildren(...found.map(device => card(device, again, unseenDays)));
      said.textContent = devices.length === 0 ? t().noDevices : t().devicesFound(found.length, devices.length);
    };
    words.oninput = draw;
    draw();
    place.replaceChildren(
      ...[
        el("h2", t().view.devices),
        el("p", t().devicesAre, { className: "small" }),
        shownOnce(),
        el(
          "div",
          null,
          { className: "acts" },
          actForm(
            "addDevice",
            [
              { name: "serial" },
              { name: "deviceKind", choices: t().deviceKind },
              { name: "unit", optional: true, proposes: proposeUnits },
              { name: "reason" },
            ],
            values => add({ ...values, kind: values.deviceKind, unitCode: values.unit }),
            again,
          ),
          may("IMPORT_DISPATCH") ? dispatchImport() : null,
        ),
        el("div", null, { className: "fields" }, el("label", t().findDevice + " ", {}, words)),
        said,
        list,
      ].filter(Boolean),
    );
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}
