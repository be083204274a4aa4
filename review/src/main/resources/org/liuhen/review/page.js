// Who is there, what is looked for, and which view the address names: #/item/ID, #/case/ID, #/gaps, #/units, #/record.
import { $, Refusal, el, get, here, may, t, trouble } from "./core.js";
import { chosen, piles, row, showCase, showGaps, showRecord, showUnits } from "./desk.js";
import { showItem } from "./item.js";
import { uploadPlace } from "./upload.js";

const LIVE_MILLIS = 5000;
let last = null;

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
  $("views").replaceChildren(...Object.entries(t().view).filter(([view]) => view === "" || view === "record" || may("SEE_GAPS")).map(([view, name]) => {
    const a = el("a", name, { href: "#/" + view });
    if (view === now) a.setAttribute("aria-current", "page");
    return a;
  }));
  $("views").hidden = !here.person;
  $("unproved").hidden = here.signIn !== "claimed";
  if (here.signIn === "claimed") {
    if ($("officer")) return;
    const input = el("input", null, { id: "officer", size: 10, autocomplete: "off", value: here.person?.id || "" });
    input.onchange = () => { localStorage.officer = input.value.trim(); start(); };
    place.replaceChildren(el("label", null, {}, el("span", t().officer + " "), input));
  } else if (here.person) {
    place.replaceChildren(el("b", here.person.id), ` ${here.person.unitCode} ${here.person.roles.map(role => t().role[role]).join("、")} `, el("button", t().signOut, { id: "signOut", onclick: async () => { await fetch("/api/session", { method: "DELETE" }); here.person = null; start(); } }));
  } else place.replaceChildren();
}
function signInForm(words) {
  const form = el("form", null, { id: "signIn", className: "signIn" });
  if (here.signIn === "oidc") {
    form.append(el("h2", t().signIn), el("a", t().provider, { href: "/sign-in", className: "button" }));
  } else {
    const number = el("input", null, { id: "number", autocomplete: "username", required: true }), password = el("input", null, { id: "password", type: "password", autocomplete: "current-password", required: true });
    const own = el("input", null, { id: "newPassword", type: "password", autocomplete: "new-password", minLength: 12 }), ownLabel = el("label", t().newPassword, { hidden: true }, own), said = el("p", words || "", { role: "alert", className: "bad" });
    form.append(el("h2", t().signIn), el("label", t().officer, {}, number), el("label", t().password, {}, password), ownLabel, el("button", t().signIn), said);
    form.onsubmit = async event => {
      event.preventDefault();
      const answer = await fetch("/api/session", { method: "POST", body: JSON.stringify({ officerNo: number.value.trim(), password: password.value, newPassword: own.value || undefined }) });
      if (answer.ok) { await start(); return; }
      const { code, detail } = await answer.json();
      if (code === "IN-154") { ownLabel.hidden = false; own.required = true; own.focus(); }
      said.textContent = code === "IN-154" ? t().once : `${code}: ${detail}`;
    };
  }
  return form;
}
function query(before) {
  const asked = new URLSearchParams(), put = (name, value) => value && asked.set(name, value);
  put("q", $("q").value.trim()); put("case", $("case").value.trim()); put("state", $("state").value);
  put("from", $("from").value && new Date($("from").value).toISOString()); put("to", $("to").value && new Date(new Date($("to").value).getTime() + 86400000).toISOString());
  put("desk", chosen.pile); put("seed", chosen.seed); put("before", before);
  if (chosen.seed) asked.set("limit", "5");
  return "/api/evidence?" + asked;
}
const current = () => (location.hash.match(/^#\/item\/(\w+)/) || [])[1];
async function list() {
  try {
    const { evidence } = await get(query());
    const rows = evidence.map(item => row(item, current()));
    if (evidence.length === 50) rows.push(el("button", t().more, { onclick: e => more(e.target, evidence.at(-1).id) }));
    $("list").replaceChildren(...rows);
    $("listStatus").textContent = evidence.length ? t().found(evidence.length) : t().none;
  } catch (failed) { $("list").replaceChildren(trouble(failed)); }
}
async function more(button, before) {
  const { evidence } = await get(query(before));
  button.before(...evidence.map(item => row(item, current())));
  if (evidence.length < 50) button.remove(); else button.onclick = () => more(button, evidence.at(-1).id);
}
async function view() {
  header();
  document.querySelectorAll(".row").forEach(r => r.setAttribute("aria-current", r.dataset.id === current()));
  const [, name, rest] = location.hash.match(/^#\/?([a-z]*)(?:\/(.*))?$/) || [null, "item", location.hash.slice(1)];
  const again = async () => { await view(); await Promise.all([list(), piles(desk)]); };
  if (name === "item" && rest) await showItem(rest, again);
  else if (name === "case" && rest) await showCase(decodeURIComponent(rest), again);
  else if (name === "gaps") await showGaps();
  else if (name === "units") await showUnits();
  else if (name === "record") await showRecord();
  else $("detail").replaceChildren(el("p", t().choose));
}
const desk = async () => { await Promise.all([list(), piles(desk)]); };
/** Finds out who is there, and shows what he may see. */
async function start(words) {
  const session = await (await fetch("/api/session" + (localStorage.officer ? `?officer=${encodeURIComponent(localStorage.officer)}` : ""))).json();
  here.signIn = session.signIn;
  here.person = session.person || null;
  header();
  const inside = here.person || here.signIn === "claimed";
  $("finding").hidden = !inside;
  document.querySelector("main").classList.toggle("alone", !inside);
  if (!inside) { $("detail").replaceChildren(signInForm(words)); $("number")?.focus(); return; }
  if (!here.person) { $("detail").replaceChildren(el("p", t().sayWho, { className: "banner" })); $("list").replaceChildren(); $("officer").focus(); return; }
  uploadPlace(desk);
  await Promise.all([view(), desk()]);
}
/** The list follows what happens, as long as somebody looks at it. Piles are counted, which is no search. */
async function live() {
  if (!document.hidden && here.person) {
    try {
      const now = JSON.stringify(await get("/api/desk"));
      if (last !== null && now !== last) await desk();
      last = now;
    } catch (failed) { if (!(failed instanceof Refusal)) $("listStatus").textContent = failed.message; }
  }
  setTimeout(live, LIVE_MILLIS);
}
$("language").onclick = () => { here.language = localStorage.language = here.language === "zh" ? "en" : "zh"; $("who").replaceChildren(); translate(); start(); };
$("search").onsubmit = e => { e.preventDefault(); chosen.seed = null; list(); };
window.onhashchange = view;
document.addEventListener("signed-out", () => start(t().ended));
const officer = new URLSearchParams(location.search).get("officer");
if (officer) localStorage.officer = officer;
if (/^#\w{26}$/.test(location.hash)) history.replaceState(null, "", "#/item/" + location.hash.slice(1));
translate();
start();
setTimeout(live, LIVE_MILLIS);
