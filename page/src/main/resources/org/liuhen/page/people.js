// The list of people, which two persons change, and one's own password and second factor.

import { admissions, approvals, called, difference, named, unitOf, wasOf } from "./admissions.js";
import { $, el, get, here, may, reveal, saidTime, standing, t, time, trouble } from "./core.js";
import { field, form, send } from "./forms.js";
import { person as personOf } from "./names.js";
import { shownOnce, showOnce } from "./once.js";
import { qrCode } from "./qr.js";

/** These texts and nodes on one line; what is empty is left out. */
const line = (...parts) => el("div", null, {}, ...parts.filter(Boolean).flatMap((part, at) => (at ? [" · ", part] : [part])));

const secret = (name, autocomplete, props = {}) => field(name, { type: "password", autocomplete, ...props });
const codeField = props => field("code", { autocomplete: "one-time-code", size: 22, ...props });
function roleField(chosen = []) {
  const boxes = Object.keys(t().role).map(role => [role, el("input", null, { type: "checkbox", checked: chosen.includes(role) })]);
  const set = el(
    "fieldset",
    null,
    {},
    el("legend", t().roles),
    ...boxes.map(([role, box]) => el("label", null, {}, box, " " + t().role[role])),
  );
  const roles = () => {
    const chosen = boxes.filter(([, box]) => box.checked).map(([role]) => role);
    if (!chosen.length) throw new Error(t().oneRole);
    return chosen;
  };
  return [set, roles];
}

/** Whether this person may decide about a change: somebody else proposed it, for somebody else. */
const decides = change => change.proposedBy !== here.person.id && change.officerNo !== here.person.id;
/** How many proposals waited when they were counted last, and for whom. */
let counted = { who: "", waits: 0 };
/** Says on the menu's entry how many proposals wait that this person may decide: as counted last at once, then as it is now. */
export async function tellProposals(entry) {
  const number = el("b", null, { className: "tag" }),
    who = here.person.id,
    show = waits => {
      counted = { who, waits };
      number.hidden = waits === 0;
      number.textContent = String(waits);
      number.title = t().proposalsWait(waits);
    };
  for (const before of entry.querySelectorAll(".tag")) before.remove();
  entry.append(number);
  show(counted.who === who ? counted.waits : 0);
  try {
    const { changes } = await get("/api/people?only=changes");
    if (here.person?.id === who) show(changes.filter(decides).length);
  } catch {} // the number is a hint; the view itself says what went wrong
}
export async function showPeople(again) {
  const place = $("detail"),
    stands = standing();
  if (!may("APPROVE_PERSON")) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  try {
    const { people, changes } = await get("/api/people");
    if (!stands()) return;
    /** A number with its name, of the list or of what waits. */
    const nameOf = number => called([...people, ...changes].find(one => one.officerNo === number && one.name) || { officerNo: number });
    const proposed = says => answer => {
      if (answer.passwordHalf) showOnce({ says, text: answer.passwordHalf });
      return again();
    };
    const change = c => {
      const li = el(
        "li",
        null,
        {},
        el("b", `${t().change[c.change]} · ${nameOf(c.officerNo)}`),
        c.roles
          ? line(el("span", null, {}, ...difference(wasOf(c, people), c)), c.reason)
          : line(unitOf(c.unitCode), c.secondFactor && t().withFactor, c.reason),
        el("div", `${t().proposedBy} `, { className: "small" }, personOf(c.proposedBy), ` · ${time(c.proposedAt)}`),
      );
      const decide = act => async reason =>
        proposed(t().secondHalf(nameOf(c.officerNo), nameOf(c.proposedBy)))(
          await send(`/api/people/changes/${c.changeId}/acts`, { act, reason }),
        );
      const [why, reason] = field("reason");
      const acts = el("div", null, { className: "acts" });
      if (decides(c)) acts.append(form("approveChange", [el("p", t().knowHim, { className: "small" })], () => decide("approve")()));
      else acts.append(el("p", t().notYou, { className: "small" }));
      acts.append(form(c.proposedBy === here.person.id ? "withdrawChange" : "refuseChange", [why], () => decide("refuse")(reason.value)));
      li.append(acts);
      li.dataset.about = c.changeId;
      return li;
    };
    const manage = p => {
      const path = `/api/people/${encodeURIComponent(p.officerNo)}`,
        waits = changes.some(c => c.officerNo === p.officerNo),
        acts = el("div", null, { className: "acts" });
      acts.dataset.about = p.officerNo;
      if (waits) acts.append(el("span", t().waits, { className: "small" }));
      else {
        const [whyReset, reset] = field("resetReason"),
          factor = el("input", null, { type: "checkbox" });
        acts.append(
          form("proposeReset", [whyReset, el("label", null, {}, factor, " " + t().withFactor)], async () =>
            proposed(t().firstHalf(called(p)))(await send(path + "/reset", { reason: reset.value, secondFactor: factor.checked })),
          ),
        );
        const [roles, chosen] = roleField(p.roles),
          [unitLabel, code] = field("unit", { required: false, value: p.unitCode, size: 10 }),
          [whyRoles, why] = field("reason");
        acts.append(
          form("proposeRoles", [unitLabel, roles, whyRoles], async () =>
            proposed("")(
              await send("/api/people", { officerNo: p.officerNo, unitCode: code.value.trim(), roles: chosen(), reason: why.value }),
            ),
          ),
        );
      }
      acts.append(
        form("dismiss", [el("p", t().dismissIs, { className: "small" })], async () => {
          await send(path, {}, "DELETE");
          await again();
        }),
      );
      return acts;
    };
    const person = p =>
      el(
        "li",
        null,
        {},
        el("b", called(p)),
        line(unitOf(p.unitCode), named(p.roles)),
        el("div", [p.first && t().firstPassword, p.secondFactor ? t().hasFactor : t().noFactor].filter(Boolean).join(" · "), {
          className: "small",
        }),
        may("MANAGE_PEOPLE") && manage(p),
      );
    const admission = () => {
      const [numberLabel, number] = field("number", { maxLength: 64, size: 12 }),
        [nameLabel, name] = field("name", { required: false, size: 12 }),
        [unitLabel, code] = field("unit", { required: false, size: 10 }),
        [roles, chosen] = roleField(),
        [whyLabel, why] = field("reason");
      return form("proposeAdmission", [numberLabel, nameLabel, unitLabel, roles, whyLabel], async () =>
        proposed(t().firstHalf(called({ officerNo: number.value.trim(), name: name.value.trim() })))(
          await send("/api/people", {
            officerNo: number.value.trim(),
            name: name.value.trim(),
            unitCode: code.value.trim(),
            roles: chosen(),
            reason: why.value,
          }),
        ),
      );
    };
    place.replaceChildren(
      ...[
        el("h2", t().view.people),
        el("p", t().peopleAre, { className: "small" }),
        shownOnce(),
        el("h3", t().waiting),
        approvals(changes.filter(decides), again, nameOf, people),
        changes.length ? el("ol", null, { id: "changes" }, ...changes.map(change)) : el("p", t().noneWaits),
        may("MANAGE_PEOPLE") && admission(),
        may("MANAGE_PEOPLE") && admissions(people, changes, again),
        el("h3", t().onTheList),
        el("ol", null, { id: "people" }, ...people.map(person)),
      ].filter(Boolean),
    );
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}

/** A passkey belongs to a host name; for an address in numbers browsers make none. */
export const passkeysHere = !!window.PublicKeyCredential?.parseRequestOptionsFromJSON && !/^[\d.]+$|:/.test(location.hostname);
/** What a passkey answered, as JSON (WebAuthn Level 3 §5.1); a browser that gives none ends as one where the person cancelled. */
function answerOf(credential) {
  if (!credential) throw new DOMException("no passkey", "NotAllowedError");
  return credential.toJSON();
}
/** What this browser's authenticator answers, for signing in. */
export async function passkey() {
  const options = await send("/api/session/passkey", {});
  return answerOf(await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
}

/** @param {() => any} again @param {() => any} signedOut @param {string | null} onward where the person wanted to go before a second factor was asked for */
export async function showAccount(again, signedOut, onward) {
  const place = $("detail"),
    stands = standing();
  try {
    const a = await get("/api/account");
    if (!stands()) return;
    const has = a.totp || a.passkeys.length > 0,
      facts = el("dl"),
      fact = (name, value) => facts.append(el("dt", name), el("dd", null, {}, value));
    fact(t().officer, personOf(a.officerNo));
    fact(t().unit, unitOf(here.person.unitCode));
    fact(t().roles, named(here.person.roles));
    fact(
      t().factor,
      a.totp || a.passkeys.length
        ? t().factorOn([a.totp && t().app, ...a.passkeys.map(p => `${t().passkey} ${p.name}`)].filter(Boolean), a.recoveryCodes)
        : a.needed
          ? t().factorNeeded
          : t().factorOff,
    );
    if (a.reset) fact(t().lastReset, resetIs(a.reset));
    const [oldLabel, old] = secret("password", "current-password", { required: false }),
      [altLabel, alt] = codeField({ required: false }),
      [newLabel, own] = secret("newPassword", "new-password", { minLength: 12 });
    const password = form("changePassword", [oldLabel, has && altLabel, newLabel, reveal(own)], async () => {
      await send("/api/account/password", { password: old.value, code: has ? alt.value : "", newPassword: own.value });
      showOnce(null);
      await again();
      $("detail").append(el("p", t().passwordChanged, { className: "banner good", role: "status" }));
    });
    const [proofLabel, proof] = secret("password", "current-password"),
      [presentLabel, present] = codeField({ required: false });
    const enrol = form(
      a.totp ? "replaceFactor" : "enrolFactor",
      [el("p", t().enrolIs, { className: "small" }), proofLabel, has && presentLabel],
      async () => {
        const { secret: text, uri } = await send("/api/account/totp", { password: proof.value, code: present.value });
        showSecret(text, uri);
      },
      !has && a.needed,
    );
    function showSecret(text, uri) {
      const [codeLabel, code] = codeField({ inputMode: "numeric", size: 8 });
      const confirm = form(
        "confirmFactor",
        [codeLabel],
        async () => {
          const { recoveryCodes } = await send("/api/account/totp/confirmation", { code: code.value });
          showOnce({ says: t().recoveryAre, text: recoveryCodes.join("\n") });
          await again();
        },
        true,
      );
      enrol.replaceWith(
        el(
          "div",
          null,
          { id: "newSecret", className: "banner" },
          el("p", t().secretIs),
          qrCode(uri, t().qrIs),
          el("pre", text.match(/.{1,4}/g).join(" "), { className: "code" }),
          el("p", null, {}, el("a", t().openApp, { href: uri })),
          confirm,
        ),
      );
      code.focus();
    }
    const [nameLabel, name] = field("passkeyName", { maxLength: 64, size: 14 }),
      [ownLabel, ownProof] = secret("password", "current-password"),
      [secondLabel, second] = codeField({ required: false });
    const add = form("addPasskey", [el("p", t().passkeyIs, { className: "small" }), nameLabel, ownLabel, has && secondLabel], async () => {
      const options = await send("/api/account/passkeys", { password: ownProof.value, code: second.value });
      const credential = answerOf(
        await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
      );
      const { recoveryCodes } = await send("/api/account/passkeys/confirmation", { name: name.value, credential });
      if (recoveryCodes.length) showOnce({ says: t().recoveryAre, text: recoveryCodes.join("\n") });
      await again();
    });
    const removePasskey = p => {
      const [label, proof] = secret("password", "current-password"),
        [codeLabel, code] = codeField({ required: false });
      const remove = form("removePasskey", [label, codeLabel], async () => {
        await send(`/api/account/passkeys/${p.id}/removal`, { password: proof.value, code: code.value });
        signedOut();
      });
      remove.firstChild.textContent += ` ${p.name}`;
      remove.dataset.about = p.id;
      return remove;
    };
    const [removeLabel, removeProof] = secret("password", "current-password"),
      [removeCodeLabel, removeCode] = codeField({ required: false });
    const remove = form("removeFactor", [removeLabel, removeCodeLabel], async () => {
      await send("/api/account/totp/removal", { password: removeProof.value, code: removeCode.value });
      signedOut();
    });
    place.replaceChildren(
      ...[
        el("h2", t().account),
        here.person.mustEnrol && el("p", t().mustEnrol, { id: "mustEnrol", className: "banner" }),
        shownOnce(),
        onward &&
          !here.person.mustEnrol &&
          el(
            "p",
            `${t().enrolled} `,
            { id: "onward", className: "banner good" },
            el("a", t().goOn, { id: "goOn", href: onward, className: "button primary" }),
          ),
        facts,
        el(
          "div",
          null,
          { className: "acts" },
          ...[passkeysHere && add, enrol, password, a.totp && remove, ...a.passkeys.map(removePasskey)].filter(Boolean),
        ),
        !passkeysHere && el("p", t().passkeyHost, { className: "small" }),
      ].filter(Boolean),
    );
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}
/** Who reset somebody's credentials, and when. */
export const resetIs = reset =>
  reset.proposedBy
    ? t().resetBy(reset.proposedBy, reset.approvedBy, saidTime(reset.at))
    : t().resetByConsole(reset.approvedBy.replace(/^console: /, ""), saidTime(reset.at));
