// The frame of the page: who is there, the navigation, and which view the address names.

import { showCase, showCases } from "./cases.js";
import { $, all, byItself, el, get, go, here, link, may, notice, Refusal, reach, refusal, standing, t, trouble } from "./core.js";
import { alarm, figures, live, piles, showPipeline } from "./desk.js";
import { showDevices } from "./devices.js";
import { showExports } from "./exports.js";
import { address, isElsewhere, knowsZone, route, zoneInUse, zoneOffset } from "./format.js";
import { showGaps } from "./gaps.js";
import { shortcuts, showHelp } from "./help.js";
import { icon } from "./icons.js";
import { leaveItem, showItem } from "./item.js";
import { beside, desk, followAddress, forgetList, listAddress, refresh, searchForm } from "./list.js";
import { anyTicked } from "./many.js";
import { forgetNames, person, unit } from "./names.js";
import { bell, countNotices, forgetNotices, showNotices, tellNotices } from "./notices.js";
import { forget } from "./once.js";
import { showItemPaper, showPaper } from "./paper.js";
import { resetIs, showAccount, showPeople, tellProposals } from "./people.js";
import { endPlaying, isPlaying, tellLanguage } from "./play.js";
import { showProof } from "./proof.js";
import { showRecord } from "./record.js";
import { showRules } from "./rules.js";
import { showSettings } from "./settings.js";
import { signInForm } from "./signin.js";
import { inStep, showTogether } from "./together.js";
import { closeTour, forgetTour, offerTour } from "./tour.js";
import { keepTyped } from "./typed.js";
import { showUnits } from "./units.js";
import { uploadPlace } from "./upload.js";

/** The views of the navigation, each with its icon and the acts that open it; one of them is enough. */
const VIEWS = {
  "": ["inbox", ["SEARCH"]],
  evidence: ["evidence", ["SEARCH"]],
  cases: ["cases", ["SEARCH"]],
  gaps: ["gaps", ["SEE_GAPS"]],
  units: ["units", ["SEE_GAPS", "NAME_UNITS"]],
  handovers: ["transfer", ["OFFER_HANDOVER", "ANSWER_HANDOVER"]],
  exports: ["package", ["REQUEST_EXPORT", "APPROVE_EXPORT", "FETCH_EXPORT"]],
  rules: ["rules", ["PROPOSE_RULE", "APPROVE_RULE", "AUDIT"]],
  record: ["record", ["SEE_LOG", "SEARCH", "MANAGE_DEVICES"]],
  people: ["people", ["APPROVE_PERSON"]],
  devices: ["video", ["MANAGE_DEVICES"]],
  settings: ["settings", ["MANAGE_NOTIFICATIONS"]],
};
/** The views that stand without the list. */
const ALONE = [
  "account",
  "people",
  "devices",
  "settings",
  "case",
  "paper",
  "itemPaper",
  "proof",
  "together",
  "cases",
  "gaps",
  "units",
  "exports",
  "rules",
  "record",
  "notices",
  "help",
];
const AGAIN_MILLIS = 3000;
const PROPOSALS_MILLIS = 30000;
let told = null,
  shown = null,
  finds = false,
  /** Where somebody wanted to go before a second factor was asked for. */
  onward = /** @type {string | null} */ (null),
  /** Why the form to sign in is there. */
  why = "",
  /** Which view is there, and for whom. */
  about = "",
  /** What somebody was typing into which view when the session ended. @type {{ about: string, putBack: () => boolean } | null} */
  interrupted = null;

function translate() {
  document.documentElement.lang = here.language === "zh" ? "zh-CN" : "en";
  all("[data-t]").forEach(e => {
    e.textContent = t()[e.dataset.t];
  });
  all("[data-l]").forEach(e => e.setAttribute("aria-label", t()[e.dataset.l]));
  $("help").title = t().help;
  $("language").textContent = here.language === "zh" ? "English" : "中文";
  $("language").lang = here.language === "zh" ? "en" : "zh-CN";
  searchForm();
  forgetList();
}
/** A view that is open already is shown anew: a browser tells nobody that the same address was chosen again. */
const openAgain = where => {
  if (location.hash !== where) return;
  forgetList();
  go(where);
};
/** The zone of the times on the page, once for all of them. Where the browser has another one, or has no rules of the site's, that is said. */
function zone() {
  $("times").textContent =
    here.zone && !knowsZone(here.zone)
      ? t().zoneUnknown(here.zone, zoneInUse(), zoneOffset())
      : isElsewhere()
        ? t().zoneOfSite(zoneInUse(), zoneOffset())
        : t().zoneIs(zoneOffset());
}
function header() {
  const place = $("who"),
    { name, filters } = route(location.hash),
    now =
      name === "item"
        ? filters.in || ""
        : name === "itemPaper"
          ? "evidence"
          : ["case", "paper", "together"].includes(name)
            ? "cases"
            : name;
  const open = view => VIEWS[view][1].some(may) && (view !== "people" || here.signIn === "local");
  $("views").replaceChildren(
    ...Object.keys(VIEWS)
      .filter(open)
      .map(view => {
        const where = address(view),
          a = el("a", null, { href: where, onclick: () => openAgain(where) }, icon(VIEWS[view][0]), el("span", t().view[view]));
        if (view === now) a.setAttribute("aria-current", "page");
        return a;
      }),
  );
  proposals();
  bell();
  zone();
  const present = $("views").querySelector("[aria-current]");
  if (present) $("views").scrollLeft = present.offsetLeft - 12;
  $("views").hidden = !here.person || here.person.mustEnrol;
  $("reset").hidden = !here.person?.reset;
  if (here.person?.reset) $("reset").textContent = `${resetIs(here.person.reset)} ${t().notByYou}`;
  $("unproved").hidden = here.signIn !== "claimed";
  if (here.signIn === "claimed") {
    if ($("officer")) return;
    const input = el("input", null, { id: "officer", size: 10, autocomplete: "off", value: here.person?.id || "" });
    input.onchange = async () => {
      await endPlaying();
      forget();
      localStorage.officer = input.value.trim();
      start();
    };
    place.replaceChildren(el("label", null, {}, el("span", t().officer + " "), input));
  } else if (here.person) {
    place.replaceChildren(
      here.signIn === "local"
        ? el("a", null, { id: "own", href: "#/account", title: t().account }, person(here.person.id))
        : el("b", null, {}, person(here.person.id)),
      el(
        "span",
        null,
        { className: here.signIn === "local" ? "small ofAccount" : "small" },
        unit(here.person.unitCode),
        ` ${here.person.roles.map(role => t().role[role]).join(here.language === "zh" ? "、" : ", ")} `,
      ),
      el("button", t().signOut, {
        id: "signOut",
        className: "quiet",
        onclick: async () => {
          await endPlaying();
          try {
            await reach("/api/session", { method: "DELETE" });
          } catch (failed) {
            notice(failed.message, undefined, true); // still signed in: nobody leaves the desk in the belief to be out
            return;
          }
          here.person = null;
          start();
        },
      }),
    );
  } else place.replaceChildren();
}
/** The number of proposals on the menu's entry for people, where it is there. */
function proposals() {
  const entry = here.person && !here.person.mustEnrol && $("views").querySelector('[href="#/people"]');
  if (entry) tellProposals(entry);
}
/** Which parts stand beside each other: the list, the detail, or both where there is room (page.css decides by the width). */
function arrange(name, detail) {
  const list = finds && !ALONE.includes(name);
  $("finding").hidden = !list;
  $("detail").hidden = list && !detail;
  all("main")[0].className = !list ? "alone" : detail ? "both" : "listed";
}
/** Draws what stands there anew, and nothing around it; what is typed in it stays. @param {() => Promise<any>} draw */
async function inPlace(draw) {
  const putBack = keepTyped($("detail"), about),
    stands = standing();
  await draw();
  if (stands()) putBack();
}
async function view() {
  if (!here.person) return; // an act has ended since: `begin` shows what is outside, where somebody may be signing in
  if (here.person?.mustEnrol) {
    const there = location.hash.startsWith("#/account");
    onward ??= there ? "#/" : location.hash || "#/";
    if (!there) history.replaceState(null, "", "#/account"); // until then there is nothing else
  }
  const { name, rest, filters } = route(location.hash),
    current = name === "item" ? rest : undefined;
  leaveItem();
  closeTour();
  if (!isPlaying(current) && !inStep()) endPlaying(); // what it plays is not there any more
  header();
  const again = async () => {
    await view();
    if (may("SEARCH")) await desk();
  };
  if (name !== shown) {
    forget();
    $("detail").scrollTop = 0; // the place was that of another view
    delete $("detail").dataset.item;
    if (ALONE.includes(name)) scrollTo(0, 0); // on a phone the whole document scrolls
  }
  shown = name;
  about = `${here.person?.id} ${name}/${rest}`;
  if (!interrupted?.about.startsWith(`${here.person?.id} `)) interrupted = null; // it is nobody else's
  const left = interrupted?.about === about ? interrupted : null,
    putBack = left ? left.putBack : keepTyped($("detail"), about),
    stands = standing();
  arrange(name, Boolean(current));
  document.title = `${t().view[name === "item" ? filters.in || "" : name] || "留痕"} · 留痕 Liuhen`;
  const listing = finds && !$("finding").hidden ? followAddress(name, filters, current) : null;
  if (name !== "account") onward = null;
  if (name === "account")
    await showAccount(
      start,
      () => {
        here.person = null;
        start(t().ended);
      },
      onward,
    );
  else if (name === "people") await showPeople(again);
  else if (name === "devices") await showDevices(again);
  else if (name === "settings") await showSettings();
  else if (name === "help") showHelp();
  else if (current)
    await showItem(rest, again, listAddress(), filters, () => {
      forgetList(); // it has the item no more
      go(listAddress());
    });
  else if (name === "case" && rest) await showCase(decodeURIComponent(rest), again);
  else if (name === "paper" && rest) await showPaper(decodeURIComponent(rest), filters.form);
  else if (name === "itemPaper" && rest) await showItemPaper(rest, filters.form);
  else if (name === "proof") await showProof(filters);
  else if (name === "together" && rest) await showTogether(decodeURIComponent(rest));
  else if (name === "cases") await showCases();
  else if (name === "gaps") await showGaps(view, filters);
  else if (name === "units") await showUnits(again, filters);
  else if (name === "exports") await showExports(view, inPlace);
  else if (name === "rules") await showRules(view);
  else if (name === "record") await showRecord();
  else if (name === "notices") await showNotices();
  else if (!finds) $("detail").replaceChildren(el("p", may("APPROVE_PERSON") ? t().administers : t().needRole, { className: "empty" }));
  else $("detail").replaceChildren();
  if (stands() && putBack() && interrupted === left) interrupted = null; // else its forms are not there yet, as after a failed answer
  await listing;
  if (name === "" && route(location.hash).name === "") offerTour();
}
/** What is shown to whom nobody knows yet: the form to sign in, or how that is done. */
function outside() {
  arrange("", true);
  const { name, filters } = route(location.hash);
  if (name === "help") {
    showHelp();
    return;
  }
  if (name === "proof") {
    showProof(filters);
    return;
  }
  const claims = here.signIn === "claimed",
    putBack = keepTyped($("detail"), "outside");
  $("detail").replaceChildren(claims ? el("p", t().sayWho, { className: "banner" }) : signInForm(start, why));
  (claims ? $("officer") : $("number"))?.focus();
  putBack();
}
/** Finds out who is there, and shows what that person may see. What is shown stays where the station does not answer, which is said. */
const start = words =>
  begin(words).catch(failed => {
    if (here.person && $("detail").firstChild) {
      notice(failed.message, undefined, true);
      return;
    }
    forgetPerson();
    header();
    $("list").replaceChildren();
    $("detail").replaceChildren(trouble(failed));
  });
/** Nobody is there any more, or yet: what was shown and heard was for one person, and not for whoever comes next. */
function forgetPerson() {
  forget(); // half of a password is for one person's eyes
  endPlaying();
  deafen();
  forgetTour();
  alarm(null);
  forgetNames();
  forgetNotices();
}
async function begin(words) {
  const answer = await reach("/api/session" + (localStorage.officer ? `?officer=${encodeURIComponent(localStorage.officer)}` : ""));
  if (!answer.ok) throw new Refusal(answer.status, await refusal(answer));
  const session = await answer.json();
  here.signIn = session.signIn;
  here.zone = session.zone || "";
  here.person = session.person || null;
  header();
  $("frame").hidden = false; // before anything measures, scrolls or takes the focus, which does nothing in what is hidden
  const inside = here.person || here.signIn === "claimed";
  finds = inside && (!here.person || may("SEARCH")); // an administrator sees no item
  if (!here.person) {
    forgetPerson();
    uploadPlace(desk); // files on their way wait for their person, and are counted for nobody else
    finds = false;
    onward = null;
    why = words || "";
    outside();
    return;
  }
  forgetList();
  if (!finds) {
    countNotices(); // no live connection tells an administrator
    await view();
    return;
  }
  uploadPlace(desk);
  listen();
  await view();
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
    live.now = JSON.parse(event.data);
    showPipeline();
    alarm(live.now.piles);
    if (live.shown && live.shown !== figures(live.now)) byItself(anyTicked() ? () => piles() : () => refresh());
  });
  told.addEventListener("notices", event => tellNotices(JSON.parse(event.data).new));
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
  if (document.hidden) {
    deafen();
    return;
  }
  listen();
  if (told && !$("finding").hidden) byItself(() => refresh());
});
window.addEventListener("pagehide", deafen);
window.addEventListener("pageshow", event => event.persisted && start());
$("skip").onclick = () => $("detail").focus();
$("skipList").onclick = () => ($("finding").hidden ? $("detail") : $("list").querySelector(".row") || $("q")).focus();
$("language").onclick = () => {
  here.language = localStorage.language = here.language === "zh" ? "en" : "zh";
  $("who").replaceChildren();
  translate();
  tellLanguage();
  start();
};
window.onhashchange = () => (here.person ? view() : outside());
document.addEventListener("signed-out", () => {
  interrupted = { about, putBack: keepTyped($("detail"), about, false) }; // for the same person, who signs in again
  start(t().ended);
});
document.addEventListener("keydown", event =>
  shortcuts(event, { close: () => route(location.hash).name === "item" && go(listAddress()), beside }),
);
const officer = new URLSearchParams(location.search).get("officer");
if (officer) localStorage.officer = officer;
if (/^#\w{26}$/.test(location.hash)) history.replaceState(null, "", "#/item/" + location.hash.slice(1));
setInterval(() => {
  if (document.hidden) return;
  byItself(async () => proposals());
  if (here.person && !may("SEARCH")) countNotices();
}, PROPOSALS_MILLIS);
translate();
start().finally(() => {
  $("frame").hidden = false; // also where nobody answered
});
