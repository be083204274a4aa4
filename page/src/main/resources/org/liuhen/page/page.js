// Who is there, what is looked for, and which view the address names: #/item/ID, #/case/ID, #/gaps, #/units, #/rules, #/record, #/people, #/account.
import { $, ask, byItself, el, get, here, link, may, post, t, trouble } from "./core.js";
import { chosen, live, piles, row, showCase, showGaps, showPipeline, showRecord, showUnits } from "./desk.js";
import { showItem } from "./item.js";
import { forget, passkey, passkeysHere, resetIs, showAccount, showPeople } from "./people.js";
import { showRules } from "./rules.js";
import { uploadPlace } from "./upload.js";

/** Which acts open a view; one of them is enough. */
const OPENS = { gaps: ["SEE_GAPS"], units: ["SEE_GAPS"], rules: ["PROPOSE_RULE", "APPROVE_RULE", "AUDIT"], people: ["APPROVE_PERSON"] };
const ticked = new Set();
const AGAIN_MILLIS = 3000;
let told = null, shown = null, finds = false;

function translate() {
  document.documentElement.lang = here.language === "zh" ? "zh-CN" : "en";
  document.querySelectorAll("[data-t]").forEach(e => { e.textContent = t()[e.dataset.t]; });
  document.querySelectorAll("[data-l]").forEach(e => e.setAttribute("aria-label", t()[e.dataset.l]));
  document.querySelectorAll("[data-p]").forEach(e => { if ("placeholder" in e) e.placeholder = t()[e.dataset.p]; e.setAttribute("aria-label", t()[e.dataset.p]); });
  $("language").textContent = here.language === "zh" ? "English" : "中文";
  $("language").lang = here.language === "zh" ? "en" : "zh-CN";
  const before = $("state").value;
  $("state").replaceChildren(el("option", t().anyState, { value: "" }), ...Object.entries(t().state).filter(([key]) => key !== "unknown").map(([value, text]) => el("option", text, { value })));
  $("state").value = before;
}
function header() {
  const place = $("who");
  const now = location.hash.replace(/^#\/?/, "").split("/")[0];
  $("views").replaceChildren(...Object.entries(t().view).filter(([view]) => (!OPENS[view] || OPENS[view].some(may)) && (view !== "people" || here.signIn === "local")).map(([view, name]) => {
    const a = el("a", name, { href: "#/" + view });
    if (view === now) a.setAttribute("aria-current", "page");
    return a;
  }));
  $("views").hidden = !here.person || here.person.mustEnrol;
  $("reset").hidden = !here.person?.reset;
  if (here.person?.reset) $("reset").textContent = `${resetIs(here.person.reset)} ${t().notByYou}`;
  $("unproved").hidden = here.signIn !== "claimed";
  if (here.signIn === "claimed") {
    if ($("officer")) return;
    const input = el("input", null, { id: "officer", size: 10, autocomplete: "off", value: here.person?.id || "" });
    input.onchange = () => { localStorage.officer = input.value.trim(); start(); };
    place.replaceChildren(el("label", null, {}, el("span", t().officer + " "), input));
  } else if (here.person) {
    place.replaceChildren(here.signIn === "local" ? el("a", here.person.id, { id: "own", href: "#/account", title: t().account }) : el("b", here.person.id), ` ${here.person.unitCode} ${here.person.roles.map(role => t().role[role]).join(here.language === "zh" ? "、" : ", ")} `, el("button", t().signOut, { id: "signOut", onclick: async () => { await fetch("/api/session", { method: "DELETE" }); here.person = null; start(); } }));
  } else place.replaceChildren();
}
function signInForm(words) {
  const form = el("form", null, { id: "signIn", className: "signIn" });
  if (here.signIn === "oidc") {
    form.append(el("h2", t().signIn), el("a", t().provider, { href: "/sign-in", className: "button" }));
  } else {
    const number = el("input", null, { id: "number", autocomplete: "username", required: true }), password = el("input", null, { id: "password", type: "password", autocomplete: "current-password", required: true });
    const code = el("input", null, { id: "code", autocomplete: "one-time-code" });
    const own = el("input", null, { id: "newPassword", type: "password", autocomplete: "new-password", minLength: 12 }), ownLabel = el("label", t().newPassword, { hidden: true }, own), said = el("p", words || "", { role: "alert", className: "bad" });
    form.append(...[el("h2", t().signIn), el("label", t().officer, {}, number), el("label", t().password, {}, password), el("label", t().codeIfAny, {}, code), ownLabel, el("button", t().signIn), passkeysHere && el("button", t().withPasskey, { id: "passkey", type: "button", onclick: byPasskey }), said].filter(Boolean));
    async function byPasskey() {
      try {
        await ask("/api/session", { method: "POST", body: JSON.stringify({ passkey: await passkey() }) });
        await start();
      } catch (failed) { said.textContent = failed.name === "NotAllowedError" ? t().noPasskey : failed.message; }
    }
    form.onsubmit = async event => {
      event.preventDefault();
      const answer = await fetch("/api/session", { method: "POST", body: JSON.stringify({ officerNo: number.value.trim(), password: password.value, code: code.value.trim() || undefined, newPassword: own.value || undefined }) });
      if (answer.ok) { await start(); return; }
      const problem = await answer.json();
      if (problem.code === "IN-154") { ownLabel.hidden = false; own.required = true; own.focus(); }
      if (["IN-163", "IN-164"].includes(problem.code)) { code.value = ""; code.focus(); }
      said.textContent = problem.code === "IN-154" ? t().once : problem.code === "IN-163" ? t().codeNeeded : `${problem.code}: ${problem.detail}`;
    };
  }
  return form;
}
/** A place is typed as people write it, latitude first, or pasted as a box; about a kilometre around a point is meant. */
function box(text) {
  const numbers = text.trim().split(/[,，\s]+/).filter(Boolean);
  if (numbers.length !== 2) return numbers.join(",");
  const [north, east] = numbers.map(Number);
  return [east - 0.01, north - 0.01, east + 0.01, north + 0.01].map(side => side.toFixed(4)).join(",");
}
function query(before) {
  const asked = new URLSearchParams(), put = (name, value) => value && asked.set(name, value);
  put("q", $("q").value.trim()); put("case", $("case").value.trim()); put("state", $("state").value);
  put("from", $("from").value && new Date($("from").value).toISOString()); put("to", $("to").value && new Date(new Date($("to").value).getTime() + 86400000).toISOString());
  put("bbox", box($("place").value)); put("desk", chosen.pile); put("seed", chosen.seed); put("before", before);
  if (chosen.seed) asked.set("limit", "5");
  return "/api/evidence?" + asked;
}
const current = () => (location.hash.match(/^#\/item\/(\w+)/) || [])[1];
/** A line of the list, which can be ticked. */
function line(item) {
  if (!may("LINK")) return row(item, current());
  const tick = el("input", null, { type: "checkbox", checked: ticked.has(item.id), ariaLabel: `${t().tick} ${item.fileName}`, onchange: () => { if (tick.checked) ticked.add(item.id); else ticked.delete(item.id); linkTicked(); } });
  return el("div", null, { className: "ticked" }, tick, row(item, current()));
}
/** Many items into one case: the form is there as long as something is ticked. */
function linkTicked() {
  const place = $("many");
  place.hidden = ticked.size === 0;
  if (place.hidden) return;
  if (place.firstChild) { $("manyCount").textContent = t().tickedNow(ticked.size); return; }
  const caseId = el("input", null, { required: true, size: 18 }), reason = el("input", null, { required: true, maxLength: 500 }), said = el("span", "", { className: "small", role: "status" }), button = el("button", t().attach);
  place.append(el("b", t().tickedNow(ticked.size), { id: "manyCount" }), el("label", t().case + " ", {}, caseId), el("label", t().reason + " ", {}, reason), button, el("button", t().untick, { type: "button", onclick: () => { ticked.clear(); list(); } }), said);
  place.onsubmit = async event => {
    event.preventDefault();
    button.disabled = true;
    try {
      let refused = [];
      const recorded = await post("/api/links", { act: "attach", evidence: [...ticked], caseId: caseId.value, reason: reason.value }, ({ acts }) => { refused = acts.filter(act => act.code); });
      ticked.clear();
      await desk();
      $("listStatus").textContent = [recorded ? t().done : t().later, ...refused.map(act => `${act.evidenceId}: ${act.code} ${act.detail}`)].join(" · ");
    } catch (failed) { said.className = "small bad"; said.textContent = failed.message; button.disabled = false; }
  };
}
async function list() {
  try {
    const { evidence } = await get(query());
    const listed = new Set(evidence.map(item => item.id));
    ticked.forEach(id => listed.has(id) || ticked.delete(id)); // nobody links what he does not see
    chosen.drawn = chosen.seed ? [...listed] : [];
    const rows = evidence.map(line);
    if (ticked.size === 0) $("many").replaceChildren();
    linkTicked();
    if (evidence.length === 50) rows.push(el("button", t().more, { onclick: e => more(e.target, evidence.at(-1).id) }));
    $("list").replaceChildren(...rows);
    $("listStatus").textContent = evidence.length ? t().found(evidence.length) : t().none;
  } catch (failed) { $("list").replaceChildren(trouble(failed)); }
}
async function more(button, before) {
  const { evidence } = await get(query(before));
  button.before(...evidence.map(line));
  if (evidence.length < 50) button.remove(); else button.onclick = () => more(button, evidence.at(-1).id);
}
/** Whether there is a list beside the view. */
function alone(whole) {
  $("finding").hidden = whole || !finds;
  document.querySelector("main").classList.toggle("alone", $("finding").hidden);
}
async function view() {
  if (here.person?.mustEnrol) history.replaceState(null, "", "#/account"); // until then there is nothing else
  header();
  document.querySelectorAll(".row").forEach(r => r.setAttribute("aria-current", r.dataset.id === current()));
  const [, name, rest] = location.hash.match(/^#\/?([a-z]*)(?:\/(.*))?$/) || [null, "item", location.hash.slice(1)];
  const again = async () => { await view(); if (may("SEARCH")) await desk(); };
  if (name !== shown) forget();
  shown = name;
  alone(["account", "people"].includes(name));
  if (name === "account") await showAccount(start, () => { here.person = null; start(t().ended); });
  else if (name === "people") await showPeople(again);
  else if (name === "item" && rest) await showItem(rest, again);
  else if (name === "case" && rest) await showCase(decodeURIComponent(rest), again);
  else if (name === "gaps") await showGaps();
  else if (name === "units") await showUnits();
  else if (name === "rules") await showRules(view);
  else if (name === "record") await showRecord();
  else $("detail").replaceChildren(el("p", may("SEARCH") ? t().choose : t().needRole));
}
const desk = async () => { await Promise.all([list(), piles(desk)]); };
/** Finds out who is there, and shows what he may see. */
async function start(words) {
  const session = await (await fetch("/api/session" + (localStorage.officer ? `?officer=${encodeURIComponent(localStorage.officer)}` : ""))).json();
  here.signIn = session.signIn;
  here.person = session.person || null;
  header();
  const inside = here.person || here.signIn === "claimed";
  finds = inside && (!here.person || may("SEARCH")); // an administrator sees no item
  alone(false);
  if (!here.person) deafen();
  if (!inside) { $("detail").replaceChildren(signInForm(words)); $("number")?.focus(); return; }
  if (!here.person) { $("detail").replaceChildren(el("p", t().sayWho, { className: "banner" })); $("list").replaceChildren(); $("officer").focus(); return; }
  if (!finds) { await view(); return; }
  uploadPlace(desk);
  listen();
  await Promise.all([view(), desk()]);
}
/**
 * The page follows what happens as long as it is seen: the station tells it (server-sent events), and a connection that ends begins again. A
 * browser has six connections to a station, so pages that nobody sees hold none.
 */
function listen() {
  deafen();
  if (document.hidden || !here.person || !may("SEARCH")) return;
  told = new EventSource(link("/api/live"));
  told.addEventListener("desk", event => {
    const before = live.now;
    live.now = JSON.parse(event.data);
    showPipeline();
    if (before && JSON.stringify(before.piles) !== JSON.stringify(live.now.piles)) byItself(ticked.size ? () => piles(desk) : desk);
  });
  const mine = told;
  mine.onerror = () => {
    if (mine !== told || mine.readyState !== EventSource.CLOSED) return; // the browser connects again
    setTimeout(() => mine === told && byItself(() => get("/api/desk")).then(listen, listen), AGAIN_MILLIS); // a session that is over is seen here
  };
}
function deafen() {
  told?.close();
  told = live.now = null;
}
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { deafen(); return; }
  listen();
  if (told) byItself(desk);
});
window.addEventListener("pagehide", deafen);
window.addEventListener("pageshow", event => event.persisted && start());
$("language").onclick = () => { here.language = localStorage.language = here.language === "zh" ? "en" : "zh"; $("who").replaceChildren(); translate(); start(); };
$("search").onsubmit = e => { e.preventDefault(); chosen.seed = null; list(); };
window.onhashchange = view;
document.addEventListener("signed-out", () => start(t().ended));
const officer = new URLSearchParams(location.search).get("officer");
if (officer) localStorage.officer = officer;
if (/^#\w{26}$/.test(location.hash)) history.replaceState(null, "", "#/item/" + location.hash.slice(1));
translate();
start();
