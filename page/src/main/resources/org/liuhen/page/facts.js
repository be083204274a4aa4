// What is known of an item, and what was read from its file, in the reader's words.

import { categoryName, el, lawOf, saidTime, size, t } from "./core.js";
import { keptUntil } from "./desk.js";
import { address, begin, duration, readable, saidDay } from "./format.js";
import { handoversOf } from "./handover.js";
import { inLine, person, unit } from "./names.js";
import { inWords, unread } from "./recorded.js";

/** What is known of an item, in the reader's words. @param {any} item @param {any[] | null} categories the site's, of which one tells its law */
export function facts(item, categories = null) {
  const list = el("dl"),
    add = (name, ...values) => {
      const said = el("dd", null, {}, ...values);
      list.append(el("dt", name), said);
      return said;
    },
    /** A part of the item to which an address can point. */
    part = (name, said) => {
      said.dataset.part = name;
    },
    fact = (name, value) => value && add(name, String(value));
  /** What a part wrote, in the reader's words; its own stand in the title. */
  const wrote = (name, words, raw) => words && add(name, el("span", words, words === raw ? {} : { title: raw }));
  const deeper = el("dl"),
    deep = (name, value) => value && deeper.append(el("dt", name), el("dd", String(value)));
  deep(t().type, item.mediaType);
  deep(t().size, `${size(item.sizeBytes)} (${item.sizeBytes})`);
  deep(t().digest, item.sha256);
  deep(t().uploadedAt, saidTime(item.declaredAt));
  const source = item.captureTime?.source;
  if (source) deeper.append(el("dt", t().recordedSource), el("dd", timeSource(source), { title: source }));
  if (item.place) {
    const [west, south, east, north] = item.place.map(n => (n / 100).toFixed(2));
    add(
      t().placeIs,
      `${south}–${north}° N, ${west}–${east}° E `,
      el("a", t().alsoHere, { href: address("evidence", { place: [west, south, east, north].join(",") }) }),
    );
  }
  const recorded = item.captureTime;
  if (recorded) {
    const when = recorded.corrected || recorded,
      clock = item.deviceClock,
      likely = begin(item);
    deep(t().recordedWithin, likely?.within && `± ${likely.within / 1000} s`);
    const length = recorded.lengthMillis ? [t().lasts(duration(recorded.lengthMillis))] : [];
    add(
      t().recorded,
      likely ? saidTime(likely.at) : t().recordedOf(saidTime(when.earliest), saidTime(when.latest)),
      el("div", [...length, t().recordedBy[recorded.clock]].join(" · "), { className: "small" }),
      recorded.corrected
        ? el("div", t().clockCorrected(clock.offsetMillis, clock.uncertaintyMillis, saidTime(clock.measuredAt)), { className: "small" })
        : "",
    );
  }
  if (item.sender) add(t().sender, person(item.sender));
  if (item.officerNo && item.officerNo !== item.sender) add(t().officer, person(item.officerNo));
  if (item.units?.length) add(t().unit, ...inLine(item.units, unit));
  fact(t().device, item.deviceSerial);
  item.cases.forEach(c =>
    add(
      t().cases,
      el("a", c, { href: "#/case/" + encodeURIComponent(c) }),
      item.links?.[c]?.basis === "RULE" ? ` (${t().byRule})` : "",
      item.links?.[c]?.foreign ? el("span", ` ${t().foreignCase}`, { className: "bad" }) : "",
    ),
  );
  (item.claims || []).forEach(claim =>
    add(t().claimed, el("span", t().claimedIs(t().claimOf[claim.name], claim.claimed, claim.proved), { className: "bad" })),
  );
  const category = categories?.find(c => c.category === item.category);
  if (item.category)
    add(
      t().category,
      `${categoryName(item.category)} · ${item.permanent ? t().forEver : t().days(item.keptDays)} · `,
      ...(category ? lawOf(category.source) : []),
    );
  fact(t().retention, keptUntil(item, saidDay));
  if (item.bytesDiffer) add(t().pile.anomalies, el("span", `${t().bytesDiffer} · ${saidTime(item.bytesDiffer)}`, { className: "bad" }));
  deep(Date.parse(item.sealedUntil) < Date.now() ? t().ended_ : t().sealed, saidTime(item.sealedUntil));
  deep(t().enforcement, inWords(item.enforcement));
  wrote(t().failure, unread(item.descriptionFailure), item.descriptionFailure);
  Object.entries(item.failedSteps || {}).forEach(([step, failed]) =>
    wrote(
      t().failedSteps,
      `${t().step_[step] || step} · ${inWords(`${failed.code} ${failed.reason}`)} · ${saidTime(failed.at)}`,
      failed.reason,
    ),
  );
  Object.values(item.holds || {}).forEach(hold => add(t().heldFor, `${hold.reason} · `, person(hold.by), ` · ${saidTime(hold.at)}`));
  const last = item.lastReview,
    reviews = Object.values(item.reviews || {}),
    answered = reviews.filter(review => review.answer).sort((one, other) => other.at.localeCompare(one.at))[0],
    pointed = answered || last || reviews[0]; // of several reviews the one that somebody is told of
  for (const review of reviews) {
    const line = add(
      t().review,
      review.answer ? `${t().event.reviewAnswered} · ${t().answers[review.answer]} · ${review.words} · ` : `${t().event.reviewOpened} · `,
      person(review.by),
      ` · ${saidTime(review.at)}`,
      !review.answer && review.sample ? el("span", ` · ${inWords(review.sample)}`, { title: review.sample }) : "",
    );
    if (review === pointed) part("review", line);
  }
  if (last) {
    const line = add(
      t().review,
      `${last.outcome === "signed" ? t().event.reviewSigned : t().event.reviewReturned} · ${last.words} · `,
      person(last.by),
      last.due ? ` · ${t().field.due} ${saidTime(last.due)}` : "",
    );
    if (last === pointed) part("review", line);
  }
  for (const line of handoversOf(item, saidTime)) part("handover", add(t().handover, ...line));
  if (item.disposal)
    add(
      t().disposal,
      `${item.disposal.ground} · ${t().proposedBy} `,
      person(item.disposal.by),
      ...(item.disposal.approvedBy ? [` · ${t().approvedBy} `, person(item.disposal.approvedBy)] : []),
    );
  wrote(t().disposalRefused, inWords(item.disposalRefusedFor), item.disposalRefusedFor);
  Object.entries(item.gaps || {}).forEach(([kind, words]) => {
    const said = item.explainedGaps?.[kind];
    add(
      t().gap[kind],
      inWords(words),
      ...(said ? [` · ${t().gapsExplained} · ${t().gapGrounds[said.ground]} · ${said.words} · `, person(said.by)] : []),
    );
  });
  (item.sameName || []).forEach(other =>
    add(t().sameName, el("a", other.fileName, { href: "#/item/" + other.id }), ` ${other.mediaType || ""}`),
  );
  const made = name => (item.metadata || []).some(v => v.name === name);
  if (made("textSha256")) fact(t().text, made("textCut") ? t().textSearchedPartly : t().textSearched);
  list.append(...known(item));
  return el("section", null, { className: "card" }, el("h2", t().about), list, el("details", null, {}, el("summary", t().more_), deeper));
}
/** Where a time of recording is stated, by the form of the names that readers give. @type {[string, RegExp][]} */
const TIME_SOURCES = [
  ["sender", /^sender$/],
  ["name", /^file name/],
  ["satellites", /^(GPS|GPX|GPMF|NMEA|KML|SRT)\b|GPSTimeStamp|\btrack$/],
  ["camera", /user data|MDPM|DV recording/],
  ["picture", /^(Exif|XMP|IPTC|CIFF|.*\bDate\/Time)/],
  ["container", /^(format|streams\[\d+\])\.|DateUTC|Creation Date|creation_?time|creationdate/i],
];
/** Where the time of a recording comes from, in the reader's words; the names themselves stand in the title. @param {string} source */
export function timeSource(source) {
  const say = name => {
    const [kind] = TIME_SOURCES.find(([, form]) => form.test(name)) || ["other"];
    return t().timeSources[kind] + (/ as local time$/.test(name) ? t().asLocalTime : "");
  };
  const said = source.split("; ").map(one => (one.startsWith("agrees with ") ? t().agreesWith(say(one.slice(12))) : say(one)));
  return t().listed([...new Set(said)]);
}
/** What was read from the file, in the reader's words; the first statement of each kind, as the other ones stand one click deeper. */
function known(item) {
  const names = t().fact,
    seen = new Set();
  return (item.metadata || [])
    .filter(v => names[v.name] && !seen.has(v.name) && seen.add(v.name))
    .flatMap(v => [el("dt", names[v.name]), el("dd", readable({ ...v, unit: t().unitWords[v.unit] || v.unit }))]);
}
/** All that was read from the file, as the tools name it. */
export function metadata(item) {
  const values = el("dl");
  (item.metadata || []).forEach(v =>
    values.append(
      el("dt", v.name),
      el(
        "dd",
        `${v.value}${v.unit ? " " + v.unit : ""}  — ${v.tool} ${v.version}: ${v.source}${v.confidence === "STATED" ? "" : " · " + t().confidence[v.confidence]}`,
      ),
    ),
  );
  (item.members || []).forEach(m =>
    values.append(el("dt", t().holds_), el("dd", `${m.name} · ${size(m.sizeBytes)} · ${m.sha256 || m.reason}`)),
  );
  return el("details", null, { className: "card" }, el("summary", `${t().metadata} (${(item.metadata || []).length})`), values);
}
