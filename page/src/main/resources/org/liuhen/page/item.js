// One item: what is known of it, what it shows, what can be done with it, its chain.

import { judge, pointTo, trail } from "./chain.js";
import {
  $,
  actForm,
  ask,
  categoryName,
  el,
  get,
  go,
  here,
  link,
  may,
  notice,
  post,
  saidTime,
  sayRefused,
  standing,
  t,
  trouble,
} from "./core.js";
import { drawnBy, stateTag, willSeal } from "./desk.js";
import { exportForm } from "./exports.js";
import { facts, metadata } from "./facts.js";
import { endOfDay } from "./format.js";
import { mayAnswer, offered, offerFields } from "./handover.js";
import { icon } from "./icons.js";
import { notes } from "./notes.js";
import { proposeCases } from "./numbers.js";
import { printMenu } from "./paper.js";
import { endPlaying, isPlaying, player } from "./play.js";
import { signed } from "./signing.js";
import { showTrack } from "./track.js";
import { ended, sayIn, sending, sent } from "./typed.js";
import { isShown, viewer } from "./viewer.js";

let categories = null,
  recipients = [],
  question = 0;
const PLAYABLE = /^(video\/(mp4|webm|ogg)|audio\/(mpeg|mp4|ogg|wav|vnd\.wave))/;

/** The item that is on its way is not shown any more, as another view is asked for. */
export const leaveItem = () => {
  question++;
};
/** @param {string} id @param {() => any} again @param {string} back where the list is @param {{ entry?: string, part?: string }} [at] what to point to: the entry with this number in the log, or a part of the page: `handover`, `review` or `notes` @param {() => any} [left] when the item is not this person's to see any more */
export async function showItem(id, again, back, { entry, part } = {}, left = () => go(back)) {
  const place = $("detail");
  if (!here.person?.id) {
    place.replaceChildren(el("p", t().sayWho, { className: "banner" }));
    $("officer")?.focus();
    return;
  }
  const mine = ++question, // another item may be asked for while this one is on its way
    stands = standing(),
    isOld = () => mine !== question || !stands();
  try {
    const item = await get(`/api/evidence/${id}?with=custody`), // both at once: one opening is one entry
      chain = item.custody;
    categories = (await get("/api/categories")).categories;
    recipients = await offerFields();
    const { verdict, faulty, seen } = await judge(item.id, chain, again);
    if (isOld()) return;
    const tombstone = item.state === "disposed" && el("p", t().tombstone, { className: "banner bad", id: "tombstone" });
    const head = el(
      "div",
      null,
      { className: "head" },
      el("a", null, { href: back, className: "button quiet back", ariaLabel: t().back }, icon("back"), el("span", t().back)),
      el("h2", item.fileName),
      stateTag(item),
      el("span", null, { className: "gap" }),
      printMenu(item),
    );
    const opened = [id, entry, part].filter(Boolean).join(" "), // what is drawn again stays where it is
      top = place.dataset.item !== opened;
    around(
      place,
      item.object && (isPlaying(id) || isShown(id, place)) ? place.querySelector(".media") : null,
      [head, verdict, tombstone, candidates(item, again)],
      () => media(item),
      [notes(item, chain.entries, again), acts(item, seen, again, left), facts(item, categories), metadata(item), trail(chain, faulty)],
    );
    verdict.dataset.id = id;
    place.dataset.item = opened;
    place.dataset.language = here.language;
    if (!top) return;
    place.scrollTop = 0;
    if (innerWidth < 1200) scrollTo(0, 0);
    if (part) pointToPart(place, part);
    if (entry && !pointTo(entry)) notice(t().noEntry(entry));
  } catch (failed) {
    if (isOld()) return;
    endPlaying();
    place.replaceChildren(trouble(failed));
  }
}
/** Where a part of an item is answered: an act. */
const ANSWERS = { handover: "accept", review: "answer" };
/** Brings a part of the item into view, with the focus: where it is answered, if this person answers it; else where it is said. */
function pointToPart(place, part) {
  const act = [...place.querySelectorAll("details")].find(one => one.dataset.act && one.dataset.act === ANSWERS[part]),
    said = ["dd", "li", "section"].flatMap(name => [...place.querySelectorAll(name)]).find(one => one.dataset.part === part),
    there = act || said;
  if (!there) return; // as after a handover that was withdrawn
  if (act) act.open = true;
  else there.tabIndex = -1;
  (act ? act.querySelector("summary") : there).focus({ preventScroll: true });
  there.classList.add("wanted");
  there.scrollIntoView({ block: "center" });
}
/** Draws an item. A player that runs, or a document that is open, stays where it is, untouched: one that is moved or made anew begins again. */
function around(place, runs, above, still, below) {
  if (!runs) {
    endPlaying();
    place.replaceChildren(...[...above, still(), ...below].filter(Boolean));
    return;
  }
  for (const part of [...place.children]) if (part !== runs) part.remove();
  const player = place.dataset.language !== here.language && runs.querySelector(".player");
  if (player) {
    // what stands beside it is in another language; it goes on itself
    for (const part of [...runs.children]) if (part !== player) part.remove();
    player.after(...[...still().children].filter(part => part.className !== "player"));
  }
  runs.before(...above.filter(Boolean));
  runs.after(...below.filter(Boolean));
}
/** What can be looked at. Each look is on the record first. */
function media(item) {
  const place = el("div", null, { className: "media" });
  if (!item.object) return place;
  const made = (item.metadata || []).find(v => v.name === "previewSha256"),
    preview = el("div"),
    track = el("div");
  if (PLAYABLE.test(item.mediaType || "")) place.append(may("PLAY") ? player(item) : el("p", t().noPlay, { className: "small" }));
  const whole = may("DOWNLOAD") && viewer(item);
  if (whole) place.append(whole);
  if (made && may("PREVIEW")) preview.append(el("button", t().showPreview, { onclick: () => showPreview(preview, item, made) }));
  if (may("PREVIEW") && (item.metadata || []).some(v => v.name === "trackSha256"))
    track.append(el("button", t().showTrack, { onclick: () => showTrack(track, item) }));
  place.append(...[preview, track].filter(part => part.firstChild));
  if (may("DOWNLOAD")) place.append(el("a", t().download, { className: "button", href: link(`/api/evidence/${item.id}/content`) }));
  else if (may("PLAY")) place.append(el("p", t().noDownload, { className: "small" }));
  return place;
}
/** What was made from the item, so that people recognise it. A text stays text. */
async function showPreview(place, item, made) {
  try {
    const answer = await ask(`/api/evidence/${item.id}/preview`);
    const about = `${t().previewOf}${t().shows[made.source] || made.source} · ${made.tool} ${made.version}`;
    const shown =
      made.unit === "text/plain"
        ? el("pre", (await answer.text()).split("\n").slice(2).join("\n"))
        : el("img", undefined, {
            src: URL.createObjectURL(await answer.blob()),
            alt: about,
            onload: e => URL.revokeObjectURL(e.target.src),
          });
    place.replaceChildren(shown, el("div", about, { className: "small" }));
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
/** The incidents that match: one click says to which the recording belongs, and the record says who chose. */
function candidates(item, again) {
  const place = el("div");
  if (!item.candidates || !may("LINK")) return place;
  const said = el("span", "", { className: "small", role: "status" });
  place.className = "banner";
  place.id = "candidates";
  place.append(el("div", t().choice));
  item.candidates.forEach(c => {
    const choose = async () => {
      try {
        said.textContent = (await post(`/api/evidence/${item.id}/links`, {
          act: "attach",
          caseId: c.incidentNo,
          kind: "INCIDENT",
          reason: t().chosenOne,
        }))
          ? t().done
          : t().later;
        await again();
      } catch (failed) {
        said.textContent = failed.message;
        said.className = "bad";
      }
    };
    place.append(
      el(
        "p",
        null,
        {},
        el("button", `${t().belongs} ${c.incidentNo}`, { className: "primary", onclick: choose }),
        el(
          "span",
          ` ${saidTime(c.dispatchedAt)} – ${c.clearedAt ? saidTime(c.clearedAt) : t().notCleared} · ${c.matchedBy.replace(/^\w+/, party => t().party[party] || party)}`,
          { className: "small" },
        ),
      ),
    );
  });
  place.append(said);
  return place;
}
/** What this person may do with this item as it stands. The server asks again, and the record once more. */
function acts(item, seen, again, left) {
  const whole = ["received", "verified", "rejected"].includes(item.state),
    open = item.reviews && Object.keys(item.reviews).length > 0,
    mine = here.person.id;
  const send = act => async values =>
    post(`/api/evidence/${item.id}/acts`, { act, ...(await signed(item, act, { ...values, due: endOfDay(values.due) }, seen)) });
  const place = el("div", null, { className: "acts" }),
    reason = { name: "reason" },
    add = (allowed, name, fields) => allowed && place.append(actForm(name, fields, send(name), again));
  const choices = Object.fromEntries(
    (categories || []).map(c => [c.category, `${categoryName(c.category)} (${c.days ? t().days(c.days) : t().forEver})`]),
  );
  const daysOf = chosen => (categories || []).find(c => c.category === chosen)?.days;
  if (may("LINK") && whole) place.append(linkForm(item, again));
  add(may("CATEGORISE") && whole, "categorise", [{ name: "category", choices, says: chosen => willSeal([item], daysOf(chosen)) }]);
  const drawn = drawnBy(item.id),
    reasons = Object.fromEntries(
      Object.entries(t().reviewReasons)
        .filter(([code]) => (code === "RANDOM") === Boolean(drawn))
        .map(([code, text]) => [`${code} ${text}`, text]),
    );
  if (may("REVIEW") && whole && !open)
    place.append(
      actForm(
        "openReview",
        [{ name: "reviewReason", choices: reasons }],
        ({ reviewReason }) => send("openReview")({ reason: reviewReason, sample: drawn }),
        again,
      ),
    );
  add(may("REVIEW") && open, "return", [reason, { name: "due" }]);
  add(may("REVIEW") && open, "sign", [reason]);
  if (may("ANSWER_REVIEW") && item.lastReview?.outcome === "returned" && item.lastReview.id && item.lastReview.by !== mine)
    place.append(
      actForm(
        "answer",
        [{ name: "outcome", choices: t().answers }, { name: "answerWords" }],
        ({ outcome, answerWords }) => send("answer")({ outcome, reason: answerWords }),
        again,
      ),
    );
  add(may("HOLD") && whole, "hold", [reason]);
  add(may("HOLD") && item.holds, "release", [reason]);
  if (may("OFFER_HANDOVER") && whole && !item.handover)
    place.append(actForm("offer", [...recipients, reason], values => send("offer")(offered(values)), again));
  add(may("OFFER_HANDOVER") && item.handover, "withdraw", [reason]);
  add(mayAnswer(item), "accept", [{ name: "reason", optional: true }]);
  if (mayAnswer(item)) place.append(actForm("refuse", [reason], send("refuse"), left)); // the item is not this person's to see any more
  if (may("REQUEST_EXPORT") && ["verified", "rejected"].includes(item.state))
    place.append(exportForm(() => ({ evidence: [item.id] }), again));
  add(may("PROPOSE_DISPOSAL") && whole && !item.disposal, "proposeDisposal", [reason]);
  add(may("APPROVE_DISPOSAL") && item.disposal && !item.disposal.approvedBy, "approveDisposal", [{ name: "reason", optional: true }]);
  add(may("APPROVE_DISPOSAL") && item.disposal, "refuseDisposal", [reason]);
  return place.childElementCount ? el("section", null, { className: "card" }, el("h2", t().acts), place) : place;
}
function linkForm(item, again) {
  const form = el("form"),
    caseId = el("input", null, { value: item.cases[0] || "" }),
    reason = el("input"),
    said = el("span", "", { className: "small said", role: "status" });
  const act = what => async event => {
    event.preventDefault();
    sending(form);
    try {
      const recorded = await post(`/api/evidence/${item.id}/links`, { act: what, caseId: caseId.value, reason: reason.value }),
        outcome = recorded ? t().done : t().later;
      sayIn(form, outcome, false);
      notice(`${t()[what]} ${caseId.value.trim()} · ${outcome}`);
      sent(form);
      await again();
    } catch (failed) {
      sayRefused(form, `${t()[what]} ${caseId.value.trim()}`, failed.message);
    }
    ended(form);
  };
  form.append(
    el("label", t().case + " ", {}, caseId),
    el("label", t().reason + " ", {}, reason),
    el("button", t().attach, { type: "button", onclick: act("attach") }),
    item.cases.length ? el("button", t().detach, { type: "button", onclick: act("detach") }) : "",
    said,
  );
  proposeCases(caseId);
  form.onsubmit = act("attach");
  const details = el("details", null, { className: "act" }, el("summary", t().act.link), form);
  details.dataset.act = "link";
  return details;
}
