// The chain of custody of one item: checked in this browser, shown as a timeline.
import { $, categoryName, el, saidTime, size, t } from "./core.js";
import { dayInList, fullTime, localDay, position, saidDay } from "./format.js";
import { inLine, named, person, persons, unit } from "./names.js";
import { chosenWords, hasWords, inWords, unread } from "./recorded.js";
import { ALL_KINDS, dayOf, days, grouped, kindOf, kinds, lookers, people, personOf, ways } from "./trail.js";
import { words } from "./words.js";

/**
 * What this browser finds out about a chain: with its own code, and with the key of the log that it has seen first. The word of the server
 * comes on top: it looks at more, and what it finds is shown, too.
 */
export async function judge(id, chain, again) {
  // A station has one log: remembered is its key, not a key for whatever name the server gives.
  const known = localStorage.logKey,
    verdict = el("div", undefined, { className: "banner", id: "verdict" });
  if (!known && chain.key) localStorage.logKey = chain.key;
  const used = known || chain.key || "",
    start = performance.now();
  let found;
  try {
    found = await Liuhen.chain(chain, id, used);
  } catch (failed) {
    found = { head: null, entries: 0, faults: [{ code: "", at: null, detail: `${t().cannotCheck} ${failed.message}` }] };
  }
  if (found.head) {
    const [size, root] = (localStorage.logHead || "0 ").split(" "),
      now = Liuhen.hex(found.head.root);
    if (found.head.size < BigInt(size) || (found.head.size === BigInt(size) && now !== root))
      found.faults.push({ code: "VF-112", at: null, detail: t().olderHead });
    else localStorage.logHead = `${found.head.size} ${now}`;
  }
  localStorage.policy ||= chain.policy || "";
  const policy = localStorage.policy;
  let witnessed = null;
  if (found.head) {
    try {
      witnessed = await Liuhen.witnessed(chain, found.head, policy);
    } catch (failed) {
      found.faults.push({ code: "VF-115", at: null, detail: failed.message });
    }
  }
  const faulty = new Map(found.faults.filter(f => f.at !== null).map(f => [f.at, f])),
    told = chain.faults || [],
    good = found.faults.length === 0 && told.length === 0;
  verdict.className = "banner " + (good ? "good" : "bad");
  verdict.setAttribute("role", good ? "status" : "alert");
  verdict.dataset.milliseconds = Math.round(performance.now() - start);
  verdict.append(el("div", good ? "✓ " + t().holds(found.entries) : "✗ " + t().broken, { className: "sentence" }));
  const deeper = el("details", null, { open: !good }, el("summary", t().howChecked));
  if (good) deeper.append(el("div", t().checkedHere(found.entries, found.head), { className: "small" }));
  found.faults.forEach(f =>
    verdict.append(
      el("div", `${f.code} ${t().fault[f.code] || ""}${f.at === null ? "" : ` · ${t().number}${f.at + 1}`} ${detail(f)}`, {
        title: f.detail,
      }),
    ),
  );
  const raw = found.faults.filter(f => f.detail && !hasWords(f.detail));
  if (raw.length) deeper.append(el("div", raw.map(f => `${f.code} ${f.detail}`).join(" · "), { className: "small raw", lang: "en" }));
  if (told.length > 0) verdict.append(el("div", t().serverSays));
  told.forEach(f => {
    const at = chain.entries?.findIndex(e => e.index === f.index) ?? -1;
    verdict.append(el("div", `${f.code} ${t().fault[f.code] || ""}${at < 0 ? "" : ` · ${t().number}${at + 1}`}`));
  });
  if (told.length > 0)
    deeper.append(
      el("details", null, { className: "small" }, el("summary", t().serverSays), ...told.map(f => el("div", `${f.code} ${f.fault}`))),
    );
  if (witnessed) {
    const later = chain.entries.filter(e => BigInt(e.index) >= witnessed.size),
      names = t().listed([...witnessed.names].map(([name, at]) => `${name} ${saidTime(at)}`));
    verdict.append(
      el(
        "div",
        t().witnessedBy(names, chain.entries.length - later.length) +
          (later.length ? t().notWitnessed(later.length, saidTime(later[0].entry?.event.context.occurredAt)) : ""),
        { id: "witnesses" },
      ),
    );
  } else if (found.head && !found.faults.some(f => f.code === "VF-115"))
    deeper.append(el("div", t().noWitness, { className: "small", id: "witnesses" }));
  if (chain.policy !== policy)
    verdict.append(
      el("div", `${t().policyChanged} ${chain.policy}`, { className: "bad" }),
      el("button", t().acceptPolicy, {
        onclick: () => {
          localStorage.policy = chain.policy;
          again();
        },
      }),
    );
  deeper.append(el("div", `${t().logKey} ${used}`, { className: "small" }));
  if (!known) deeper.append(el("div", t().firstSeen, { className: "small" }));
  else if (chain.key !== known) {
    verdict.append(
      el("div", `${t().keyChanged} ${chain.key}`),
      el("button", t().acceptKey, {
        onclick: () => {
          localStorage.logKey = chain.key;
          again();
        },
      }),
    );
  }
  verdict.append(deeper);
  return { verdict, faulty, seen: good ? found.last : null };
}
/** What the verifier says of a fault, where it is in the reader's language; the rest of its words stands one click deeper. */
const detail = ({ detail }) => (hasWords(detail) ? inWords(detail) : "");
const amount = ranges => size(ranges.reduce((sum, range) => sum + range.toByte - range.fromByte, 0));
/** What a session of playing comes to: what the player says that it showed, and what the server gave. */
function played(event) {
  if (event.eventType !== "played") return [];
  const ranges = t().listed((event.claimedShown || []).map(range => `${position(range.fromMillis)}–${position(range.toMillis)}`));
  return [
    event.claimedShown ? t().playerSays(ranges || "–") : t().playerSilent,
    event.served && t().serverGave(amount(event.served), event.servedForPictures && amount(event.servedForPictures)),
    t().playEndedBy[event.endedBy],
  ];
}
/** How a list was paged and written says nothing of what was looked for. */
const PAGING = ["limit", "before", "beforeCase", "sort", "lang", "zone"];
/** A search names a day, or a moment. @param {string} value */
const moment = value => (/^\d{4}-\d\d-\d\d$/.test(value) ? saidDay(value) : saidTime(value));
/** Kinds of entry, in words: those of one kind that the page offers are named together. @param {string} types with commas between them */
function typesNamed(types) {
  const offered = Object.entries(ALL_KINDS).find(([, all]) => all.join() === types);
  return offered
    ? t().entryKind[offered[0]]
    : t().listed(types.split(",").map(type => (Object.hasOwn(t().event, type) ? t().event[type] : type)));
}
/** What was searched for, in words. @param {string} terms as the record has them: how it was looked, then names and values */
function searched(terms) {
  const own = (/** @type {any} */ words, /** @type {string} */ key) => (Object.hasOwn(words, key) ? words[key] : undefined); // terms are anybody's text
  const [, way, rest] = /^(count|table|cases)?\s*(.*)$/s.exec(terms) || [],
    parts = rest.split(/ (?=\w+=)/).filter(Boolean),
    given = parts.map(part => [part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)]),
    look = Object.fromEntries(given).look;
  const word = (/** @type {string[]} */ [name, value]) => {
    if (name === "look" || PAGING.includes(name)) return "";
    const values = {
        state: own(t().state, value),
        desk: own(t().pile, value),
        from: moment(value),
        to: moment(value),
        uploaded_from: moment(value),
        uploaded_to: moment(value),
        figure: own(t().figure, value),
        by: own(t().by, value),
        of_unit: value === "none" ? t().noUnit : value,
        type: typesNamed(value),
        unit: value === "none" ? t().noUnit : value,
        undecided: " ",
        mine: " ",
      },
      called = own(t().searchTerms, name);
    return called ? `${called} ${own(values, name) || value}`.trim() : `${name} ${value}`;
  };
  return [own(t().searchWay, look || way || "list") || look, ...given.map(word)].filter(Boolean).join(" · ");
}
/** Whether a part of this system wrote the purpose of an event: that of an upload that is not to come is the intake's, in the name of its sender. */
const byPart = ({ context }) => context.actor.kind === "COMPONENT" || context.instrument?.tool === "intake";
/** Events whose reason a person may write. */
const BY_PERSONS = ["exportRefused", "exportWithdrawn", "gapReopened", "handoverRefused", "handoverWithdrawn"];
/** What a part wrote into an event, in the reader's words. @returns {string[]} */
function written(event) {
  const words = event.reason || event.finding || "",
    purpose = event.context.purpose;
  return [
    event.eventType === "refused" && (t().event[event.refusedType] || event.refusedType),
    event.eventType === "stepFailed" && (t().step_[event.step] || event.step),
    event.eventType === "descriptionFailed"
      ? unread(words)
      : BY_PERSONS.includes(event.eventType)
        ? words
        : inWords([event.code, words].filter(Boolean).join(" ")),
    t().purposes[purpose] || (byPart(event) ? inWords(purpose) : chosenWords(purpose)),
  ];
}
/** The words of the record where `said` has others; they stand in the title. */
export function raw(event) {
  const shown = written(event).filter(Boolean);
  return [event.reason, event.finding, event.context.purpose].filter(words => words && !shown.some(one => one.includes(words))).join(" · ");
}
/** What an explanation is about, by the name of its gap: the kind, and the item, incident or recording. @param {string} gapId */
function gapNamed(gapId) {
  const [, kind, rest] = /^(\S+) ?(.*)$/s.exec(gapId) || [];
  return kind && Object.hasOwn(t().gap, kind) ? `${t().gap[kind]} ${rest}` : gapId;
}
/** What an event says beside its name, as parts of a line. @returns {any[]} */
export function said(event) {
  return [
    event.caseId,
    t().listed((event.rule?.candidates || []).map(c => c.incidentNo).filter(c => c !== event.caseId)),
    event.rule && `${event.rule.name} ${event.rule.version}`,
    t().gap[event.gapKind],
    (event.eventType === "gapExplained" || event.eventType === "gapReopened") && gapNamed(event.gapId),
    event.eventType === "gapExplained" && event.words,
    event.eventType === "gapExplained" && event.relatedItem,
    event.opinion,
    event.eventType === "noteAdded" && [event.atMillis !== undefined && position(event.atMillis), event.words].filter(Boolean).join(" "),
    event.due && saidTime(event.due),
    (event.to || event.toUnit) && [`${t().to_} `, event.to ? person(event.to) : unit(event.toUnit)],
    event.category && categoryName(event.category),
    t().gapGrounds[event.ground] || event.ground,
    event.act,
    event.terms !== undefined && searched(event.terms),
    event.dispatch?.incidentNo,
    event.deviceSerial,
    event.officerNo && person(event.officerNo),
    event.unitCode && unit(event.unitCode),
    event.officers?.length && persons(event.officers),
    event.protection && t().protections[event.protection],
    ...played(event),
    ...written(event),
  ]
    .filter(Boolean)
    .flatMap((one, at) => [at ? " · " : "", ...[one].flat()]);
}
/** A role in the reader's language; the record has its Chinese title. */
function roleName(title) {
  const role = Object.keys(words.zh.role).find(name => words.zh.role[name] === title);
  return role ? t().role[role] : title;
}
/** How somebody proved who it is, in the reader's words. @param {string} code */
export const credentialName = code =>
  code
    .slice(0, 24)
    .split("+")
    .map(part => t().credentials[part] || part)
    .join("+");
/** Who did it, as parts of a line: a person with name, role and proof, or a part of this system by what it does. */
export const doer = (who, name = person) =>
  who.kind === "COMPONENT"
    ? [`${t().kind[who.kind]} ${t().components[who.id] || who.id}`]
    : [`${t().kind[who.kind]} `, name(who.id), `${who.role ? ` ${roleName(who.role)}` : ""} (${credentialName(who.credential)})`];
/** One entry: what, what it proves, by whom, and whether it holds. */
export function entry(e, fault) {
  if (!e.entry) return el("li", `${t().inLog} ${e.index}: ${t().fault["VF-106"]}`, { className: "bad" });
  const event = e.entry.event,
    who = event.context.actor,
    li = el("li", null, { id: `entry-${e.index}` });
  li.append(el("b", t().event[event.eventType] || event.eventType), el("span", " ", { title: raw(event) }, ...said(event)));
  if (t().means[event.eventType]) li.append(el("div", t().means[event.eventType], { className: "small" }));
  li.append(
    el(
      "div",
      `${fullTime(event.context.occurredAt)} · `,
      { className: "small" },
      ...doer(who),
      ` · ${event.context.instrument.tool} ${event.context.instrument.version}`,
    ),
  );
  li.append(
    el("div", `${t().number}${e.entry.itemSequence + 1} · ${t().inLog} ${e.index} · ${e.leaf.slice(0, 16)}…`, { className: "small" }),
  );
  if (event.signature)
    li.append(
      el("div", `${fault?.code === "VF-118" ? "✗" : "✓"} ${t().ownKey(event.signature.publicKey.slice(0, 12))}`, {
        className: fault?.code === "VF-118" ? "small bad" : "small good",
      }),
    );
  else if (
    [
      "reviewReturned",
      "reviewAnswered",
      "reviewSigned",
      "handoverOffered",
      "handoverOfferedToUnit",
      "handoverAccepted",
      "handoverRefused",
    ].includes(event.eventType)
  )
    li.append(el("div", t().logOnly, { className: "small" }));
  li.append(
    fault
      ? el("div", `✗ ${fault.code} ${t().fault[fault.code] || ""} ${detail(fault)}`, { className: "small bad", title: fault.detail })
      : el("div", `✓ ${t().proves((e.inclusionProof || []).length)}`, { className: "small good" }),
  );
  return li;
}

/** Brings an entry of the chain into view and marks it; a fold that hides it is opened. @param {string} index its number in the log */
export function pointTo(index) {
  const li = /^\d+$/.test(index) && $(`entry-${index}`);
  if (!li) return false;
  const fold = li.closest("details");
  if (fold) fold.open = true;
  li.classList.add("wanted");
  li.scrollIntoView({ block: "center" });
  return true;
}
/** The chain, newest first: looks that follow on each other are folded and counted. Kind, person and day may be chosen. */
export function trail(chain, faulty) {
  const entries = chain.entries || [],
    place = el("div", null, { id: "trail" });
  const choice = (name, every, values, option = value => el("option", value, { value })) => {
    return el("select", null, { ariaLabel: name, onchange: draw }, el("option", every, { value: "" }), ...values.map(option));
  };
  const kind = choice(t().kindOfEntry, t().allKinds, kinds(entries), value => el("option", t().entryKind[value], { value })),
    whose = choice(t().personOfEntry, t().allPeople, people(entries), value =>
      t().components[value] ? el("option", t().components[value], { value }) : named(el("option", value, { value }), value),
    ),
    day = choice(t().dayOfEntry, t().allDays, days(entries, localDay), value => el("option", dayInList(value), { value }));
  const wanted = e =>
    (!kind.value || kindOf(e) === kind.value) &&
    (!whose.value || personOf(e) === whose.value) &&
    (!day.value || dayOf(e, localDay) === day.value);
  function draw() {
    const parts = [];
    for (const group of grouped(entries, at => faulty.has(at))) {
      const shown = { ...group, entries: group.entries.filter(({ entry: e }) => wanted(e)) };
      if (!shown.entries.length) continue;
      const list = el("ol", null, {}, ...shown.entries.map(({ entry: e, at }) => entry(e, faulty.get(at)))),
        who = lookers(shown);
      parts.push(
        group.looks && shown.entries.length > 1
          ? el(
              "details",
              null,
              { className: "looks", open: kind.value === "looks" },
              el(
                "summary",
                t().looked(t().listed(ways(shown).map(([way, n]) => t().looks[way](n)))),
                {},
                ...inLine(who, ([name, n]) => [person(name), ` ×${n}`]),
              ),
              list,
            )
          : list,
      );
    }
    place.replaceChildren(...parts);
  }
  draw();
  return el(
    "section",
    null,
    { className: "card" },
    el(
      "div",
      null,
      { className: "title" },
      el("h2", `${t().chain}`),
      el("span", t().entriesAre(entries.length), { className: "small" }),
      el("span", null, { className: "gap" }),
      kind,
      whose,
      day,
    ),
    place,
  );
}
