// The system and its log: whether all is well, what happened to no item, and what one person or device did.
import { doer, raw, said } from "./chain.js";
import { $, dayField, el, get, may, reach, saidTime, standing, t, time, trouble } from "./core.js";
import { showPipeline } from "./desk.js";
import { address, startOfDay } from "./format.js";
import { send } from "./forms.js";
import { proposeCases } from "./numbers.js";
import { ALL_KINDS } from "./trail.js";

const PAGE = 50;

/**
 * One way of notifications: whether it is set up, what waits, what came of the last messages, and a button that tries it.
 * @param {any} one @param {{ words: string, bad: boolean } | undefined} tested what came of a test just now
 * @param {(outcome: { words: string, bad: boolean }) => any} again
 */
function channel(one, tested, again) {
  const name = t().channels[one.channel];
  if (!one.setUp) return [el("dt", name), el("dd", t().notSetUp)];
  const said = el("span", tested?.words || "", { className: `small ${tested ? (tested.bad ? "bad" : "good") : ""}`, role: "status" }),
    button = el("button", t().testMe, { type: "button", ariaLabel: `${t().testMe} · ${name}` });
  button.onclick = async () => {
    button.disabled = true;
    said.className = "small";
    said.textContent = t().testing;
    try {
      await send("/api/notifications/test", { channel: one.channel });
      await again({ words: t().testSent[one.channel], bad: false });
    } catch (failed) {
      await again({ words: failed.code === "NT-108" ? t().testRefused : failed.message, bad: true });
    }
  };
  const now = [
    `${t().receiver} ${one.receiver}`,
    t().notSent(one.waiting),
    one.sentAt ? `${t().lastSent} ${saidTime(one.sentAt)}` : t().noneSent,
  ];
  return [
    el("dt", name),
    el(
      "dd",
      null,
      {},
      el("div", now.join(" · ")),
      one.stopped ? el("div", t().sendingStopped, { className: "bad" }) : null,
      one.refusedAt
        ? el(
            "div",
            null,
            {},
            el("span", `${t().lastRefused} ${saidTime(one.refusedAt)} · ${one.code}`, {
              className: Date.parse(one.refusedAt) > Date.parse(one.sentAt || 0) ? "bad" : "", // nothing was taken since
            }),
            " ",
            el("span", one.words, { className: "small raw", lang: "en" }),
          )
        : null,
      el("div", null, {}, button, " ", said),
    ),
  ];
}
/** How notifications go out, for whom that concerns. @returns {Promise<any[]>} */
async function notifications() {
  if (!may("MANAGE_NOTIFICATIONS")) return [];
  const list = el("dl", null, { id: "notifications" }),
    draw = async tested => {
      const { channels } = await get("/api/notifications");
      list.replaceChildren(
        ...channels.flatMap(one =>
          channel(one, tested?.of === one.channel ? tested : undefined, outcome => draw({ of: one.channel, ...outcome })),
        ),
      );
    };
  await draw(undefined).catch(failed => list.replaceChildren(el("dd", null, {}, trouble(failed)))); // the rest is shown all the same
  return [el("h2", t().notifications), el("p", t().notificationsAre, { className: "small" }), list];
}
/** One entry of the log, with a link to its item. */
function line(e) {
  const event = e.event,
    who = event.context.actor,
    item = event.context.evidenceId;
  return el(
    "li",
    null,
    { title: event.terms || raw(event) },
    el("b", t().event[event.eventType] || event.eventType, { title: t().means[event.eventType] || "" }),
    " ",
    ...said(event),
    " ",
    item ? el("a", item, { href: address("item/" + item) }) : null,
    el("div", `${time(event.context.occurredAt)} · `, { className: "small" }, ...doer(who), ` · ${t().inLog} ${e.index}`),
  );
}
/** A form that asks what somebody did, or what happened to an item or a case, of all that the reader may see; the question itself is on the record. */
function actsOf() {
  const actor = el("input", null, { id: "actsOf", size: 14, autocomplete: "off" }),
    item = el("input", null, { size: 28, maxLength: 26, autocomplete: "off" }),
    ofCase = el("input", null, { size: 20, autocomplete: "off" }),
    kind = el(
      "select",
      null,
      {},
      el("option", t().allKinds, { value: "" }),
      ...Object.keys(ALL_KINDS).map(value => el("option", t().entryKind[value], { value })),
    ),
    from = dayField(),
    to = dayField(),
    list = el("ol", null, { id: "acts" }),
    saying = el("p", "", { className: "small", role: "status" });
  let question = 0;
  const more = async (mine, before) => {
    const asks = new URLSearchParams({ limit: String(PAGE) });
    for (const [name, field] of Object.entries({ actor, item, case: ofCase })) if (field.value.trim()) asks.set(name, field.value.trim());
    if (![...asks.keys()].some(name => name !== "limit")) {
      saying.textContent = t().askOne;
      return;
    }
    for (const type of ALL_KINDS[kind.value] || []) asks.append("type", type);
    if (from.value) asks.set("from", startOfDay(from.value));
    if (to.value) asks.set("to", startOfDay(to.value, 1));
    if (before !== undefined) asks.set("before", String(before));
    try {
      const { entries } = await get("/api/entries?" + asks);
      if (mine !== question) return;
      list.append(...entries.map(line));
      saying.textContent = list.children.length ? "" : t().noActs;
      if (entries.length < PAGE) return;
      const next = el("button", t().more, {
        className: "more",
        onclick: () => {
          next.parentElement?.remove();
          more(mine, entries.at(-1).index);
        },
      });
      list.append(el("li", null, {}, next));
    } catch (failed) {
      if (mine === question) saying.textContent = failed.message;
    }
  };
  const form = el(
    "form",
    null,
    { className: "fields" },
    el("label", t().actor + " ", {}, actor),
    el("label", t().ofItem + " ", {}, item),
    el("label", t().case + " ", {}, ofCase),
    el("label", t().kindOfEntry + " ", {}, kind),
    el("label", t().from + " ", {}, from),
    el("label", t().to + " ", {}, to),
    el("button", t().search, { className: "primary" }),
  );
  form.onsubmit = event => {
    event.preventDefault();
    list.replaceChildren();
    more(++question);
  };
  form.dataset.act = "actsOf";
  proposeCases(ofCase);
  return el("section", null, {}, form, saying, list);
}
/** How many items or uploads a problem of the station is about; 0 where it is about none. */
const count = (health, part) => Number(health.items?.[part] ?? health[part]) || 0;
/** State of the jobs, the log and its witnesses, and what happened to no item. */
export async function showRecord() {
  const place = $("detail"),
    stands = standing();
  try {
    const health = await reach("/api/health").then(answer =>
        answer.json().catch(() => {
          throw new Error(t().badAnswer(answer.status)); // such as a proxy's
        }),
      ),
      facts = el("dl");
    facts.append(
      el("dt", t().health),
      el("dd", health.healthy ? t().healthy : t().unhealthy, { className: health.healthy ? "good" : "bad" }),
    );
    facts.append(el("dt", t().pipeline), el("dd", null, {}, el("span", "–", { id: "pipeline", role: "status" })));
    Object.entries(t().parts).forEach(
      ([part, name]) =>
        health[part] &&
        !health.problems?.[part] &&
        facts.append(
          el("dt", name),
          el("dd", part === "witnesses" && health[part] === "OK" ? t().noTrouble : t().healthWords[health[part]] || health[part]),
        ),
    );
    Object.entries(health.problems || {}).forEach(([part, words]) =>
      facts.append(
        el("dt", t().parts[part] || t().problems[part] || part),
        el(
          "dd",
          null,
          {},
          el("span", t().troubled(count(health, part)), { className: "bad" }),
          " ",
          el("span", words, { className: "small raw", lang: "en" }),
        ),
      ),
    );
    const events = may("SEE_LOG") ? (await get("/api/log-events")).entries.map(line) : [];
    const sent = await notifications();
    if (!stands()) return;
    place.replaceChildren(
      el("h2", t().view.record),
      facts,
      ...sent,
      ...(may("SEE_LOG") ? [el("h2", t().actsOf), actsOf(), el("h2", t().events)] : []),
      ...(may("SEE_LOG") ? [events.length ? el("ol", null, {}, ...events) : el("p", t().noEvents, { className: "empty" })] : []),
    );
    showPipeline();
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}
