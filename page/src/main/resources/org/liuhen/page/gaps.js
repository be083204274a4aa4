// What should be there and is not, and what supervisors say of it.
import { $, actForm, el, get, may, post, t, time, trouble } from "./core.js";
import { address } from "./format.js";

/** What the log says of a gap, by the form of its words. @type {[string, RegExp][]} */
const FINDINGS = [
  ["late", /^received (\d+) hours after the recording ended$/],
  ["never", /^declared and not received within a day$/],
  ["none", /^no recording is linked to the incident or proposed for it(?:; dispatched to: (.*))?$/],
  ["early", /^the last recording ends at (\S+), the call was cleared at ([^;\s]+)(?:; dispatched to: (.*))?$/],
];
/** What was found, in the reader's language; the record has it in English. @param {string} [words] */
export function finding(words = "") {
  for (const [name, form] of FINDINGS) {
    const found = form.exec(words);
    if (found) return t().findings[name](...found.slice(1).map(value => (/^\d{4}-.*Z$/.test(value) ? time(value) : value)));
  }
  return words;
}
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
function line(gap, again) {
  const subject = gap.gapId.slice(gap.gapId.indexOf(" ") + 1),
    said = gap.explained;
  const item = el(
    "li",
    null,
    {},
    el("b", t().gap[gap.gapKind]),
    " ",
    el("a", gap.fileName || subject, {
      href: gap.evidenceId ? address("item/" + subject, { in: "evidence" }) : "#/case/" + encodeURIComponent(subject),
    }),
    el("div", `${time(gap.since)} · ${finding(gap.finding)}`, { className: "small" }),
  );
  if (said)
    item.append(
      el(
        "div",
        `${t().gapsExplained} · ${t().gapGrounds[said.ground] || said.ground} · ${said.words} · ${said.by} · ${time(said.at)}`,
        { className: "small" },
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
  return el("p", t().gapsWait(records, time(next), next === last ? "" : time(last)), {
    id: "gapsWait",
    className: "small",
    role: "status",
  });
}
/** The gaps that are open come first, then those that are explained: neither is hidden. */
export async function showGaps(again) {
  const place = $("detail");
  if (!may("SEE_GAPS")) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  try {
    const [found, segments] = [await get("/api/gaps"), await get("/api/missing-segments")];
    const open = segments.recordings.map(r => el("li", `${t().gap.MISSING_SEGMENTS} ${r.recordingId}: ${r.missing.join(", ")}`));
    const list = el("ul", null, { id: "gapList" }, ...open),
      all = found.open + open.length;
    place.replaceChildren(
      el("div", null, { className: "title" }, el("h2", t().gaps), el("span", t().gapsOpen(all), { className: "small" })),
      el("p", t().gapsAre, { className: "small" }),
      ...[waits(found.waiting)].filter(Boolean),
      all ? list : el("p", found.waiting?.records ? t().noGapsYet : t().noGaps, { className: "empty" }),
      ...(found.explained.length
        ? [
            el("h3", `${t().gapsExplained} (${found.explainedInAll})`),
            ...(found.explained.length < found.explainedInAll
              ? [el("p", t().newestOnly(found.explained.length), { className: "small" })]
              : []),
            el("p", t().gapsExplainedAre, { className: "small" }),
            el("ul", null, { id: "explainedGaps" }, ...found.explained.map(gap => line(gap, again))),
          ]
        : []),
    );
    page(list, found, again);
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
/** Adds one page of open gaps to the list, and a button for the next one where there are more. */
function page(list, { gaps, open }, again, shown = 0) {
  list.append(...gaps.map(gap => line(gap, again)));
  const sum = shown + gaps.length;
  if (!gaps.length || sum >= open) return;
  const more = el("button", `${t().more} (${open - sum})`, { className: "more" });
  more.onclick = async () => {
    more.disabled = true;
    try {
      const next = await get(`/api/gaps?before=${gaps.at(-1).index}`);
      more.remove();
      page(list, { gaps: next.gaps, open }, again, sum);
    } catch (failed) {
      more.disabled = false;
      more.after(trouble(failed));
    }
  };
  list.after(more);
}
