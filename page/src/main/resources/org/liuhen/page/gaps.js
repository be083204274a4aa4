// What should be there and is not, and what supervisors say of it.
import { $, actForm, el, get, may, post, saidTime, standing, t, takeDay, time, trouble } from "./core.js";
import { address, zoneInUse } from "./format.js";
import { inLine, person, persons, proposeUnits, unit } from "./names.js";
import { backwards } from "./query.js";
import { inWords } from "./recorded.js";
import { prefix } from "./units.js";

/** Which question the page asked last. */
let asking = 0;

/** Explains a gap, or says that an explanation does not count any more. */
function acts(gap, again) {
  const send = (act, { gapGround, explanation, reason, relatedCase, relatedItem }) =>
    post("/api/gaps/acts", {
      act,
      gapId: gap.gapId,
      ground: gapGround,
      reason: explanation || reason,
      caseId: relatedCase || undefined,
      evidenceId: relatedItem || undefined,
    });
  return gap.explained
    ? actForm("reopenGap", [{ name: "reason" }], values => send("reopen", values), again)
    : actForm(
        "explainGap",
        [
          { name: "gapGround", choices: t().gapGrounds },
          { name: "explanation" },
          { name: "relatedCase", optional: true },
          { name: "relatedItem", optional: true },
        ],
        values => send("explain", values),
        again,
      );
}
/** When it should have been there, and whose it is. */
const whose = ({ since, officerNos = [], unitCodes = [] }) => [
  time(since),
  ...(officerNos.length ? [" · ", ...persons(officerNos)] : []),
  ...(unitCodes.length ? [" · ", ...inLine(unitCodes, unit)] : []),
];
/** What is missing: an incident or an item to look at, or segments of a recording. */
function subject(gap) {
  if (gap.missing) return el("span", `${gap.recordingId}: ${gap.missing.join(", ")}`);
  const id = gap.gapId.slice(gap.gapId.indexOf(" ") + 1);
  return el("a", gap.fileName || id, {
    href: gap.evidenceId ? address("item/" + id, { in: "evidence" }) : "#/case/" + encodeURIComponent(id),
  });
}
function line(gap, again) {
  if (gap.altered) return el("li", t().rowAltered(gap.index), { className: "bad" });
  const said = gap.explained;
  const item = el(
    "li",
    null,
    {},
    el("b", t().gap[gap.gapKind]),
    " ",
    subject(gap),
    el("div", null, { className: "small" }, ...whose(gap)),
    ...(gap.finding ? [el("div", inWords(gap.finding), { className: "small", title: gap.finding })] : []),
  );
  item.dataset.about = gap.gapId;
  if (gap.dispatchAltered !== undefined) item.append(el("div", t().rowAltered(gap.dispatchAltered), { className: "bad" }));
  if (said?.altered) {
    item.append(el("div", t().rowAltered(said.index), { className: "bad" }));
    return item;
  }
  if (said)
    item.append(
      el(
        "div",
        `${t().gapsExplained} · ${t().gapGrounds[said.ground] || said.ground} · ${said.words} · `,
        { className: "small" },
        person(said.by),
        ` · ${time(said.at)}`,
        said.caseId ? el("a", ` ${said.caseId}`, { href: "#/case/" + encodeURIComponent(said.caseId) }) : null,
        said.relatedItem ? el("a", ` ${said.relatedItem}`, { href: "#/item/" + said.relatedItem }) : null,
      ),
    );
  if (may("EXPLAIN_GAP")) item.append(el("div", null, { className: "acts" }, acts(gap, again)));
  return item;
}
/** How many dispatch records are not looked at yet, and until when; nothing where none is. @param {{ records: number, next: string, last: string }} [waiting] */
export function waits(waiting) {
  if (!waiting?.records) return null;
  const { records, next, last } = waiting;
  return el("p", t().gapsWait(records, saidTime(next), next === last ? "" : saidTime(last)), {
    id: "gapsWait",
    className: "small",
    role: "status",
  });
}
/** The fields by which the list is narrowed; what is chosen stands in the address. @param {Record<string, string>} filters */
function chooser(filters) {
  const /** @type {Record<string, any>} */ inputs = {},
    // All of them at once: two days that are typed one after the other are taken together.
    take = () => {
      const said = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value.trim()]));
      if (Object.entries(said).some(([name, value]) => value !== (filters[name] || ""))) location.hash = address("gaps", said);
    },
    field = (name, type, more = {}) => {
      const input = el("input", null, { id: `gaps-${name}`, type, value: filters[name] || "", ...more });
      inputs[name] = input;
      if (type === "date") takeDay(input, take);
      else input.onchange = take;
      return input;
    },
    of = field("unit", "text", { size: 14, autocomplete: "off" });
  const fields = el(
    "div",
    null,
    { className: "fields", id: "gapsOf" },
    el("label", `${t().unit} `, {}, of),
    el("label", `${t().from} `, {}, field("from", "date")),
    el("label", `${t().to} `, {}, field("to", "date")),
    ...(filters.unit || filters.from || filters.to ? [el("a", t().gapsAll, { href: "#/gaps", className: "button quiet" })] : []),
  );
  proposeUnits(of);
  return fields;
}
/** What the station is asked for these filters. @param {Record<string, string>} filters @param {Record<string, string>} [more] */
function question({ unit: of, from, to }, more = {}) {
  const asked = new URLSearchParams();
  if (of) asked.set("unit", of === "none" ? of : prefix(of));
  if (from) asked.set("from", from);
  if (to) asked.set("to", to);
  if (from || to) asked.set("zone", zoneInUse());
  for (const [name, value] of Object.entries(more)) asked.set(name, value);
  return String(asked) && `?${asked}`;
}
/** The gaps that are open come first, then those that are explained: neither is hidden. @param {() => any} again @param {Record<string, string>} [filters] */
export async function showGaps(again, filters = {}) {
  const place = $("detail"),
    mine = ++asking,
    stands = standing(),
    late = () => mine !== asking || !stands(); // another filter, or another view
  if (!may("SEE_GAPS")) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  try {
    const asked = question(filters),
      [found, segments] = [await get(`/api/gaps${asked}`), await get(`/api/missing-segments${asked}`)];
    if (late()) return;
    const list = el("ul", null, { id: "gapList" }),
      all = found.open + segments.open,
      explained = [...found.explained, ...segments.explained],
      explainedInAll = found.explainedInAll + segments.explainedInAll,
      focused = document.activeElement?.id;
    place.replaceChildren(
      el("div", null, { className: "title" }, el("h2", t().gaps), el("span", t().gapsOpen(all), { className: "small" })),
      el("p", t().gapsAre, { className: "small" }),
      chooser(filters),
      ...[waits(found.waiting)].filter(Boolean),
      ...(found.waiting?.altered ? [el("p", t().timesAltered(found.waiting.altered), { className: "bad" })] : []),
      all
        ? list
        : el(
            "p",
            backwards(filters) ? t().daysBackwards : asked ? t().noGapsOfThese : found.waiting?.records ? t().noGapsYet : t().noGaps,
            { className: "empty" },
          ),
      ...(explained.length
        ? [
            el("h3", `${t().gapsExplained} (${explainedInAll})`),
            ...(explained.length < explainedInAll ? [el("p", t().newestOnly(explained.length), { className: "small" })] : []),
            el("p", t().gapsExplainedAre, { className: "small" }),
            el("ul", null, { id: "explainedGaps" }, ...explained.map(gap => line(gap, again))),
          ]
        : []),
    );
    const next = async more => (await get(`/api/gaps${question(filters, { before: String(more.at(-1).index) })}`)).gaps,
      nextSegments = async more => (await get(`/api/missing-segments${question(filters, { after: more.at(-1).recordingId })}`)).recordings;
    page(list, segments.recordings, segments.open, again, nextSegments, `${t().gap.MISSING_SEGMENTS} · ${t().more}`);
    page(list, found.gaps, found.open, again, next, t().more);
    if (focused?.startsWith("gaps-")) $(focused)?.focus();
  } catch (failed) {
    if (!late()) place.replaceChildren(chooser(filters), trouble(failed));
  }
}
/** Adds one page of open gaps to the list, and a button for the next one where there are more. */
function page(list, gaps, open, again, next, label, shown = 0) {
  list.append(...gaps.map(gap => line(gap, again)));
  const sum = shown + gaps.length;
  if (!gaps.length || sum >= open) return;
  const more = el("button", `${label} (${open - sum})`, { className: "more" });
  more.onclick = async () => {
    more.disabled = true;
    try {
      const found = await next(gaps);
      more.remove();
      page(list, found, open, again, next, label, sum);
    } catch (failed) {
      more.disabled = false;
      more.after(trouble(failed));
    }
  };
  list.after(more);
}
