// For how long the categories keep items: what the law says, what holds here, and changes, which need two persons.
import { $, actForm, categoryName, el, get, lawOf, may, post, sayRefused, size, standing, t, time, trouble } from "./core.js";
import { person } from "./names.js";
import { ended, sending, sent } from "./typed.js";

const kept = days => (days ? t().days(days) : t().forEver);

export async function showRules(again) {
  const place = $("detail"),
    stands = standing();
  if (!["PROPOSE_RULE", "APPROVE_RULE", "AUDIT"].some(may)) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  try {
    const { categories, changes, altered = [] } = await get("/api/rules");
    if (!stands()) return;
    const table = el(
      "table",
      null,
      { tabIndex: 0 },
      el(
        "thead",
        null,
        {},
        el("tr", null, {}, ...[t().category, t().lawSays, t().holdsNow, t().legalSource].map(name => el("th", name, { scope: "col" }))),
      ),
      el(
        "tbody",
        null,
        {},
        ...categories.map(c =>
          el(
            "tr",
            null,
            {},
            el("td", categoryName(c.category)),
            el("td", kept(c.legalDays)),
            el("td", kept(c.days)),
            el("td", null, { className: "small" }, ...lawOf(c.source)),
          ),
        ),
      ),
    );
    const change = c => {
      const li = el(
        "li",
        null,
        {},
        el("b", `${categoryName(c.category)} → ${kept(c.days)}`),
        ` ${t().ruleState[c.state]} · ${c.ground}`,
        el(
          "div",
          `${t().proposedBy} `,
          { className: "small" },
          person(c.proposedBy),
          ` · ${time(c.proposedAt)}`,
          ...(c.decidedBy ? [` · ${t().decidedBy} `, person(c.decidedBy), ` · ${time(c.decidedAt)}`] : []),
          c.reason ? " · " + c.reason : "",
        ),
      );
      if (c.state === "proposed" && may("APPROVE_RULE")) {
        const decide = act => values => post(`/api/rules/${c.ruleId}/acts`, { act, ...values });
        const effect = el("div", "", { className: "small", role: "status" });
        preview(effect, c.category, c.days);
        li.append(
          effect,
          el(
            "div",
            null,
            { className: "acts" },
            actForm("approveRule", [{ name: "reason", optional: true }], decide("approve"), again),
            actForm("refuseRule", [{ name: "reason" }], decide("refuse"), again),
          ),
        );
      }
      li.dataset.about = c.ruleId;
      return li;
    };
    place.replaceChildren(
      el("h2", t().view.rules),
      el("p", t().rulesAre, { className: "small" }),
      ...altered.map(index => el("p", t().rowAltered(index), { className: "bad" })),
      table,
      ...(may("PROPOSE_RULE") ? [el("h2", t().proposeRule), proposal(categories, again)] : []),
      el("h2", t().ruleChanges),
      changes.length ? el("ol", null, { id: "ruleChanges" }, ...changes.map(change)) : el("p", t().noChanges),
    );
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}
/** What a change would do, said before anybody asks for it. @param {() => boolean} [stands] whether nothing else was asked for meanwhile */
async function preview(place, category, days, stands = () => true) {
  try {
    const p = await get(`/api/rules/preview?category=${category}${days ? `&days=${days}` : ""}`);
    if (!stands()) return;
    place.className = p.allowed ? "small said" : "small said bad";
    place.textContent = p.allowed ? t().ruleWould(p.items, p.longer, size(p.longerBytes), p.dueNowKept) : t().belowLaw;
  } catch (failed) {
    if (!stands()) return;
    place.className = "small said bad";
    place.textContent = failed.message;
  }
}
function proposal(categories, again) {
  const form = el("form", null, { id: "proposeRule" }),
    category = el("select", null, {}, ...categories.map(c => el("option", categoryName(c.category), { value: c.category })));
  const days = el("input", null, { type: "number", min: 1, max: 36500, size: 6 }),
    ground = el("input", null, { required: true, maxLength: 500 }),
    effect = el("p", "", { className: "said", role: "status" });
  let asked = 0;
  const look = () => {
    const now = ++asked;
    return preview(effect, category.value, days.value, () => now === asked);
  };
  category.onchange = days.onchange = look;
  form.dataset.act = "proposeRule";
  form.append(
    el("label", t().category + " ", {}, category),
    el("label", t().forDays + " ", {}, days),
    el("label", t().ruleGround + " ", {}, ground),
    el("button", t().propose),
    effect,
  );
  form.onsubmit = async event => {
    event.preventDefault();
    asked++; // what comes of the act is not overwritten by what it would do
    sending(form);
    try {
      await post("/api/rules", { category: category.value, days: days.value ? Number(days.value) : null, reason: ground.value });
      sent(form);
      await again();
    } catch (failed) {
      sayRefused(form, t().proposeRule, failed.message);
    }
    ended(form);
  };
  return form;
}
