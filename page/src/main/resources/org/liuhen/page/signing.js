// A key of one's own, made in this browser, which never leaves it. Opinions and handovers are signed with it, beside the log, which signs everything.
import { get, here, post, t } from "./core.js";

/** The acts that a person signs, each with the event that it becomes, as the record writes it (docs/formats/log.md). */
const SIGNED = {
  return: (_item, values) => ({
    eventType: "reviewReturned",
    reviewId: values.reviewId,
    finding: values.reason,
    ...(values.due ? { due: values.due } : {}),
  }),
  answer: (_item, values) => ({ eventType: "reviewAnswered", reviewId: values.reviewId, outcome: values.outcome, words: values.reason }),
  sign: (_item, values) => ({ eventType: "reviewSigned", reviewId: values.reviewId, opinion: values.reason }),
  offer: (_item, { handoverId, to, toUnit }) =>
    toUnit ? { eventType: "handoverOfferedToUnit", handoverId, toUnit } : { eventType: "handoverOffered", handoverId, to },
  accept: item => ({ eventType: "handoverAccepted", handoverId: item.handover.id }),
  refuse: (item, values) => ({ eventType: "handoverRefused", handoverId: item.handover.id, reason: values.reason }),
};
/** Whether people sign this act. @param {string} act */
export const isSigned = act => Object.hasOwn(SIGNED, act);
/** The acts that nobody does without signing them. */
const MUST = ["sign", "accept"];
/** The acts of which the reason stands in the context, as the purpose. */
const PURPOSE = ["offer", "accept"];

const base64 = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const asked = request =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
let opened = null;
async function keys(mode) {
  if (!opened) {
    const opening = indexedDB.open("liuhen", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opened = asked(opening);
    opened.catch(() => {
      opened = null;
    });
  }
  return (await opened).transaction("keys", mode).objectStore("keys");
}
let making = null;
/** The key pair of who is there. Those who ask at the same time, as for many items, are given the same one. */
function ownKey() {
  making ||= ownOrNewKey().finally(() => {
    making = null;
  });
  return making;
}
/** A new key is registered, which is on the record before anything is signed with it. */
async function ownOrNewKey() {
  let pair = await asked((await keys("readonly")).get(here.person.id));
  if (!pair) {
    pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    await asked((await keys("readwrite")).put(pair, here.person.id));
  }
  const publicKey = base64(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { keys: known } = await get("/api/signing-keys");
  if (!known.includes(publicKey) && !(await post("/api/signing-keys", { publicKey }))) throw new Error(t().later);
  return { privateKey: pair.privateKey, publicKey };
}
/**
 * What is sent for an act: where it is one that people sign, with the signature. `seen` is the last leaf of the chain that this browser has
 * checked; nobody signs on top of a chain that does not hold. A browser without Ed25519 signs nothing, and the timeline says so;
 * an opinion and the acceptance of a handover need another browser then.
 */
export async function signed(item, act, values, seen) {
  if (!isSigned(act)) return values;
  if (!seen) throw new Error(t().notSigned);
  const sent = { ...values };
  if (act === "offer") sent.handoverId = crypto.randomUUID().replaceAll("-", "");
  if (act === "sign" || act === "return") sent.reviewId = Object.keys(item.reviews)[0];
  if (act === "answer") sent.reviewId = item.lastReview.id;
  try {
    const { privateKey, publicKey } = await ownKey();
    const event = { schemaVersion: 1, ...SIGNED[act](item, sent) },
      purpose = PURPOSE.includes(act) && sent.reason ? sent.reason : undefined;
    const value = base64(await crypto.subtle.sign("Ed25519", privateKey, Liuhen.statement(here.person.id, item.id, event, purpose, seen)));
    return { ...sent, signature: { publicKey, seen, value } };
  } catch (failed) {
    if (failed.name !== "NotSupportedError") throw failed;
    if (MUST.includes(act)) throw new Error(t().mustSign);
    return sent;
  }
}
