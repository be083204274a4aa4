// A chain as people read it: newest first, with looks of one person that follow on each other folded. Pure, tested in node.

/** @typedef {{ index: number, entry?: { itemSequence: number, event: { eventType: string, playId?: string, context: { occurredAt: string, actor: { id: string } } } } }} ChainEntry */
/** @typedef {{ looks: boolean, entries: { entry: ChainEntry, at: number }[], begun: Set<string | undefined> }} Group the sessions of playing that begin somewhere in the chain */

/** Events that say that somebody looked, and change nothing. */
const LOOKS = new Set(["viewed", "playOpened", "played", "downloaded", "searched"]);
/** What a reader may ask for, and which events belong to it; `others` is all that no kind names. */
const KINDS = {
  looks: ["viewed", "playOpened", "played", "downloaded", "searched", "accessDenied"],
  links: ["linkProposed", "linkedToCase", "unlinkedFromCase", "categorised"],
  notes: ["noteAdded"],
  reviews: ["reviewOpened", "reviewReturned", "reviewAnswered", "reviewSigned", "holdPlaced", "holdReleased"],
  transfers: [
    "handoverOffered",
    "handoverOfferedToUnit",
    "handoverAccepted",
    "handoverRefused",
    "handoverWithdrawn",
    "exportRequested",
    "exportApproved",
    "exportRefused",
    "exportWithdrawn",
    "exported",
  ],
  storage: [
    "sealed",
    "retentionExtended",
    "fixityChecked",
    "lockProbed",
    "disposalProposed",
    "disposalApproved",
    "disposalRefused",
    "disposed",
    "copyErased",
  ],
};

/** What somebody may ask for in the whole log: the kinds of a chain, and those of entries that a chain of an item seldom has or never. */
export const ALL_KINDS = {
  ...KINDS,
  others: [
    "declared",
    "received",
    "receivedAgain",
    "withdrawn",
    "verified",
    "rejected",
    "described",
    "descriptionFailed",
    "descriptionRequested",
    "stepFailed",
  ],
  refusals: ["accessDenied", "refused"],
  signIns: ["signedIn", "passwordChanged", "secondFactorEnrolled", "secondFactorRemoved", "signingKeyRegistered"],
  people: [
    "admissionProposed",
    "admissionApproved",
    "admissionRefused",
    "roleChangeProposed",
    "roleChangeApproved",
    "roleChangeRefused",
    "credentialResetProposed",
    "credentialResetApproved",
    "credentialResetRefused",
    "admittedByConsole",
    "rolesChangedByConsole",
    "credentialResetByConsole",
    "personAdmitted",
    "personDismissed",
    "unitNamed",
  ],
  cases: ["caseAssigned", "caseClosed", "caseReopened"],
  gaps: ["gapFound", "gapClosed", "gapExplained", "gapReopened", "dispatchRecorded"],
  rules: ["retentionRuleProposed", "retentionRuleApproved", "retentionRuleRefused"],
  devices: [
    "deviceAdded",
    "deviceCertified",
    "deviceSuspended",
    "deviceResumed",
    "deviceRevoked",
    "deviceAssigned",
    "deviceReturned",
    "deviceAlarmed",
    "clockMeasured",
  ],
  system: ["keyRotated", "keyRevoked", "feedRestored", "timePassed"],
};

/** @param {ChainEntry} e */
export function kindOf(e) {
  const type = e.entry?.event.eventType || "";
  return Object.entries(KINDS).find(([, types]) => types.includes(type))?.[0] || "others";
}
/** The kinds that occur in a chain, in a fixed order. @param {ChainEntry[]} entries */
export function kinds(entries) {
  const there = new Set(entries.map(kindOf));
  return [...Object.keys(KINDS), "others"].filter(kind => there.has(kind));
}
/**
 * Groups of a chain, newest first. A faulty entry is never folded.
 * @param {ChainEntry[]} entries as the log has them, oldest first
 * @param {(at: number) => boolean} faulty whether something is wrong with the entry at this position
 * @returns {Group[]}
 */
export function grouped(entries, faulty) {
  /** @type {Group[]} */
  const groups = [],
    begun = new Set(entries.flatMap(e => (e.entry?.event.eventType === "playOpened" ? [e.entry.event.playId] : [])));
  entries.forEach((entry, at) => {
    const looks = LOOKS.has(entry.entry?.event.eventType || "") && !faulty(at),
      last = groups.at(-1);
    if (last && last.looks === looks) last.entries.unshift({ entry, at });
    else groups.push({ looks, entries: [{ entry, at }], begun });
  });
  return groups.reverse();
}
/** Who did what an entry says. @param {ChainEntry} e */
export const personOf = e => e.entry?.event.context.actor.id || "";
/** The people of a chain, in the order of their names. @param {ChainEntry[]} entries */
export const people = entries => [...new Set(entries.map(personOf))].filter(Boolean).sort();
/** The day of an entry where the reader is. @param {ChainEntry} e @param {(iso: string) => string} day */
export const dayOf = (e, day) => (e.entry ? day(e.entry.event.context.occurredAt) : "");
/** The days of a chain, the newest first. @param {ChainEntry[]} entries @param {(iso: string) => string} day the local day of a moment */
export const days = (entries, day) => [...new Set(entries.map(e => dayOf(e, day)))].filter(Boolean).sort().reverse();
/** The looks of a group: a session of playing is one, which counts where it begins, also if it ends in another group. @param {Group} group */
function looks({ entries, begun }) {
  const events = entries.flatMap(({ entry }) => entry.entry?.event || []),
    counting = events.filter(e => e.eventType !== "played" || !begun.has(e.playId));
  return counting.length ? counting : events; // nothing but ends of sessions
}
/** @param {string[]} names @returns {[string, number][]} */
function counted(names) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) || 0) + 1);
  return [...counts];
}
/** Who looked how often in a group, most often first. @param {Group} group */
export const lookers = group => counted(looks(group).map(e => e.context.actor.id)).sort((a, b) => b[1] - a[1]);
/** How many looks of each way a group has, in the order of LOOKS: who folds them hides no download. @param {Group} group */
export function ways(group) {
  const of = new Map(counted(looks(group).map(e => (e.eventType === "playOpened" ? "played" : e.eventType))));
  return [...LOOKS].flatMap(way => (of.has(way) ? [/** @type {[string, number]} */ ([way, of.get(way)])] : []));
}
