// What people said about an item, or about a moment of its recording. Notes are entries of the chain: they stay, and whoever sees the item reads them.
import { doer } from "./chain.js";
import { el, here, may, notice, post, sayRefused, t, time } from "./core.js";
import { position } from "./format.js";
import { icon } from "./icons.js";
import { doName, proposePeople, withNames } from "./names.js";
import { ended, sending, sent } from "./typed.js";

/** Kinds of what a player says that change where it stands. */
const MOVES = ["timeupdate", "seeked", "loadedmetadata", "emptied"];
/** Ends what the form that stands there hears of its player. */
let hearing = new AbortController();

/**
 * The notes of a chain: those about moments by their moments, then those about the item, newest first.
 * @param {any[]} entries of the chain
 * @returns {{ index: number, words: string, atMillis: number | null, context: any }[]}
 */
export function notesIn(entries) {
  const notes = entries.flatMap(e =>
      e.entry?.event.eventType === "noteAdded"
        ? [{ index: e.index, words: e.entry.event.words, atMillis: e.entry.event.atMillis ?? null, context: e.entry.event.context }]
        : [],
    ),
    moments = notes.filter(note => note.atMillis !== null),
    others = notes.filter(note => note.atMillis === null);
  return [...moments.sort((a, b) => Number(a.atMillis) - Number(b.atMillis)), ...others.reverse()];
}
/** The notes of an item, and a form for one more. @param {any} item @param {any[]} entries @param {() => any} again */
export function notes(item, entries, again) {
  const found = notesIn(entries || []),
    writes = may("NOTE") && ["received", "verified", "rejected", "disposed"].includes(item.state);
  if (!found.length && !writes) return null;
  const card = el("section", null, { className: "card", id: "notes" }),
    /** The newest that names the reader: to it an address points. */
    mine = found.filter(note => doName(note.words, here.person?.id)).reduce((last, note) => Math.max(last, note.index), -1);
  card.dataset.part = "notes";
  /** The player of this item, which is drawn and closed beside this card. @returns {HTMLMediaElement | null} */
  const player = () => card.parentElement?.querySelector(".media video, .media audio") || null;
  const goTo = millis => {
    const media = player();
    if (media) media.currentTime = millis / 1000;
    else notice(t().playFirst);
  };
  const lines = found.map(note => {
    const li = el(
      "li",
      null,
      {},
      note.atMillis === null
        ? null
        : el(
            "button",
            null,
            { type: "button", className: "quiet", onclick: () => goTo(note.atMillis) },
            icon("video"),
            position(note.atMillis),
          ),
      el("b", " ", {}, ...withNames(note.words)),
      el("div", `${time(note.context.occurredAt)} · `, { className: "small" }, ...doer(note.context.actor)),
    );
    if (note.index === mine) li.dataset.part = "notes";
    return li;
  });
  card.append(
    ...[
      el("h2", t().notes),
      lines.length ? el("ol", null, { className: "notes" }, ...lines) : null,
      writes ? form(item, player, again) : null,
    ].filter(Boolean),
  );
  return card;
}
/** Whom the last note of an item could not tell: it stays beside the form until the next one. */
let untold = { item: "", words: "", by: "" };
function form(item, player, again) {
  const words = el("input", null, { required: true, maxLength: 500, autocomplete: "off" }),
    marks = el("input", null, { type: "checkbox", checked: true }),
    moment = el("span", ""),
    atMoment = el("label", null, { hidden: true }, marks, " ", moment),
    said = el("span", untold.item === item.id && untold.by === here.person?.id ? untold.words : "", {
      className: "small bad said",
      role: "alert",
    }),
    button = el("button", t().act.note),
    body = el(
      "form",
      null,
      { className: "fields" },
      el("label", `${t().noteWords} `, { className: "words" }, words),
      atMoment,
      button,
      said,
      el("p", t().notesAre, { className: "small" }),
    );
  body.dataset.act = "note";
  proposePeople(words);
  const show = () => {
    const media = player();
    atMoment.hidden = !media;
    if (media) moment.textContent = t().atMoment(position(media.currentTime * 1000));
  };
  body.onsubmit = async event => {
    event.preventDefault();
    const media = player(),
      atMillis = media && marks.checked ? Math.round(media.currentTime * 1000) : undefined;
    sending(body);
    try {
      let missed = [];
      const recorded = await post(`/api/evidence/${item.id}/acts`, { act: "note", reason: words.value, atMillis }, answer => {
        missed = answer.notTold || [];
      });
      untold = { item: item.id, by: here.person?.id || "", words: missed.length ? t().notTold(missed.join(", ")) : "" };
      notice([t().act.note, recorded ? t().done : t().later, untold.words].filter(Boolean).join(" · "), undefined, missed.length > 0);
      sent(body);
      await again();
    } catch (failed) {
      sayRefused(body, t().act.note, failed.message);
    }
    ended(body);
  };
  // Players come and go beside this card; what they say is heard on its way down.
  hearing.abort(); // the card before this one is gone
  hearing = new AbortController();
  const hear = event => event.target === player() && show();
  for (const kind of MOVES) document.addEventListener(kind, hear, { capture: true, signal: hearing.signal });
  queueMicrotask(show); // once the card stands beside the player
  return body;
}
