// What should be there and is not, and what supervisors say of it.
import { $, actForm, el, get, may, post, saidTime, t, time, trouble } from "./core.js";
import { address } from "./format.js";
import { person } from "./names.js";
import { inWords } from "./recorded.js";

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
    el("div", `${time(gap.since)} · ${inWords(gap.finding)}`, { className: "small", title: gap.finding }),
  );
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
