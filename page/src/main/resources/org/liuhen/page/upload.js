// Files that are dropped or chosen: their digest is computed here, then tus carries them; one that broke off goes on where it stopped.
import { $, el, get, here, may, Refusal, t } from "./core.js";
import { address } from "./format.js";
import { icon } from "./icons.js";
import { proposeCases } from "./numbers.js";
import { underway as areUnderway, began, over as isOver, SAYS_MILLIS, SILENT_MILLIS, unfinished } from "./unfinished.js";

const PIECE = 8 << 20;
/** So many files are read and sent at once; the others wait, for a browser has six connections to a station. */
const TOGETHER = 3;
/** A station that is started again, or a network that is gone, is waited for: some ten minutes from the last byte that it took. */
const AGAIN_AFTER_MILLIS = [0, 1000, 3000, 5000, ...Array(60).fill(10000)];
/** Refusals that pass by themselves, among those of 400 to 499. */
const PASSING = [409, 423, 429];

/**
 * The files of one person, as far as they were not cleared: they stay, and go on, when this person signs in again, and end when another one does.
 * @typedef {{ whose: string, lines: any, all: any, tell: () => void }} Sendings
 */
/** @type {Sendings | null} */
let shown = null;
/** Ends those that are on their way; they are named to their person later where another one came. @type {Set<(another?: unknown) => void>} */
const underway = new Set();
/** Those of which the person is signed out: each goes on when he is back. @type {Set<() => void>} */
const held = new Set();
/** What this page sends, by the IDs under which the browser remembers it. @type {Set<string>} */
const sending = new Set();
/** Those that have a line. @type {Set<string>} */
const known = new Set();
/** @type {(() => Promise<void>)[]} */
const waiting = [];
let running = 0;

function next() {
  while (running < TOGETHER && waiting.length) {
    running++;
    waiting
      .shift()?.()
      .finally(() => {
        running--;
        next();
      });
  }
}
/** The lines of files, and above many of them how far all are, with a button that clears those that have ended. @param {string} person @returns {Sendings} */
function linesOf(person) {
  if (shown?.whose === person) {
    for (const goOn of [...held]) goOn();
    return shown;
  }
  for (const stop of [...underway]) stop(true);
  known.clear();
  const lines = el("div", null, { className: "sendings", role: "status" }),
    count = el("b", ""),
    clear = el("button", t().clearDone, {
      type: "button",
      className: "quiet",
      onclick: () => {
        for (const line of /** @type {any[]} */ ([...lines.children])) if (line.dataset.ended) line.clear();
      },
    }),
    all = el("p", null, { className: "fields", hidden: true }, count, clear);
  function tell() {
    const each = /** @type {any[]} */ ([...lines.children]),
      ended = each.filter(line => line.dataset.ended),
      received = ended.filter(line => line.dataset.ended === "good"),
      failed = ended.filter(line => line.dataset.ended === "bad");
    all.hidden = each.length < 2;
    clear.textContent = t().clearDone; // the language may be another one now
    count.textContent = t().sendings(each.length, received.length, failed.length);
    clear.disabled = ended.length === 0;
    above(each.length - ended.length, failed.length);
  }
  shown = { whose: person, lines, all, tell };
  remind(person);
  return shown;
}
/** Says in the header of every view how many files are on their way, and how many broke off; a click leads to them. */
function above(going, broken) {
  let place = /** @type {any} */ (document.querySelector("#uploadsNow"));
  if (!place) {
    place = el("a", null, { id: "uploadsNow", href: address(""), className: "button quiet" });
    place.onclick = () => $("upload").scrollIntoView?.({ block: "center" });
    $("help").before(place);
  }
  place.hidden = going + broken === 0 || here.person?.id !== shown?.whose;
  place.replaceChildren(icon("upload"), t().uploadsNow(going, broken));
}
/** A line for each file of this person that was on its way in a page that is not there any more. @param {string} person */
function remind(person) {
  if (shown?.whose !== person) return;
  const { lines, tell } = shown,
    { broken, others } = unfinished(person);
  for (const one of broken.filter(one => !known.has(one.id))) {
    known.add(one.id);
    const line = el(
      "div",
      null,
      { className: "sending" },
      el("b", one.name),
      el("span", t().brokeOff, { className: "small bad" }),
      el("button", t().clear, { type: "button", className: "quiet", onclick: () => line.clear() }),
    );
    Object.assign(line.dataset, { ended: "bad", broken: `${one.size} ${one.name}` });
    line.clear = () => {
      line.remove();
      isOver(person, one.id);
      tell();
    };
    lines.append(line);
  }
  tell();
  if (others.some(one => !known.has(one.id))) setTimeout(() => remind(person), SILENT_MILLIS); // of another page, or of one that has just died
}
let saying = 0;
/** Says from time to time that these files are on their way, as long as any is. @param {string} person */
function sayUnderway(person) {
  clearTimeout(saying);
  if (!sending.size) return;
  areUnderway(person, sending);
  saying = Number(setTimeout(() => sayUnderway(person), SAYS_MILLIS));
}
window.addEventListener("pagehide", () => shown && areUnderway(shown.whose, sending, 0));
/** The case that somebody has put into the field for the next files: it stays in another language. @param {string} whose */
const typedCase = whose => (shown?.whose === whose && $("intoCase")?.value) || "";
export function uploadPlace(desk) {
  const place = $("upload"),
    after = () => desk();
  place.hidden = !may("UPLOAD") || !here.person?.id;
  if (place.hidden) {
    const counted = /** @type {any} */ (document.querySelector("#uploadsNow"));
    if (counted && here.person?.id !== shown?.whose) counted.hidden = true; // those of who was here before
    return;
  }
  const pick = el("input", null, { type: "file", multiple: true, id: "files", className: "hidden" }),
    intoCase = el("input", null, { id: "intoCase", size: 18, value: typedCase(here.person.id) }),
    { lines, all, tell } = linesOf(here.person.id);
  const start = files => [...files].forEach(file => send(file, intoCase.value.trim(), lines, after, tell));
  pick.onchange = () => {
    start(pick.files);
    pick.value = "";
  };
  const button = el("button", t().pick, { type: "button", onclick: () => pick.click() });
  pick.setAttribute("aria-label", t().pick);
  place.replaceChildren(
    el(
      "div",
      null,
      { className: "drop", id: "drop" },
      icon("upload"),
      t().drop + " ",
      button,
      pick,
      " ",
      el("label", t().toCase + " ", {}, intoCase),
    ),
    all,
    lines,
  );
  tell();
  proposeCases(intoCase);
  const zone = $("drop");
  zone.ondragover = event => {
    event.preventDefault();
    zone.classList.add("over");
  };
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = event => {
    event.preventDefault();
    zone.classList.remove("over");
    start(event.dataTransfer.files);
  };
}
export async function digest(file, progress) {
  const sha256 = new Liuhen.Sha256();
  for (let at = 0; at < file.size; at += PIECE) {
    sha256.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    progress(Math.min(file.size, at + PIECE));
  }
  return Liuhen.hex(sha256.end());
}
/** @returns {Record<string, string>} */
const headers = () => ({
  "Accept-Language": here.language,
  ...(here.signIn === "claimed" ? { "Liuhen-Officer": encodeURIComponent(here.person.id) } : {}),
});
/** What the station answered to a request that failed; nothing where nobody answered. */
const answerTo = failed => failed.originalResponse || failed.causingError?.answer;
/**
 * tus-js-client begins a new upload where an old one cannot be asked for, whatever the reason. Only one that is gone begins anew: that nobody is
 * signed in, or that the station is being started, is an error, which may pass.
 */
function keepsUpload(request, answer) {
  const status = answer.getStatus();
  if (request.getMethod() === "HEAD" && status >= 400 && status !== 404 && status !== 410)
    throw Object.assign(new Error(`HEAD was answered with ${status}`), { answer });
}
/** What went wrong, in words: the refusal of the station, or what the browser says. */
function wrong(failed) {
  const answer = answerTo(failed);
  if (!answer) return t().noAnswer;
  const status = answer.getStatus();
  try {
    return new Refusal(status, JSON.parse(answer.getBody())).message;
  } catch {
    return t().badAnswer(status); // of somebody else than the station, such as a proxy
  }
}
/** The item that had the bytes of this upload before, if one had (RFC 6249, "duplicate"). @param {string} url */
async function alreadyHere(url) {
  const answer = await fetch(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0", ...headers() } });
  return /\/(\w{26})>; rel="?duplicate/.exec(answer.headers.get("Link") || "")?.[1];
}
/** The file name of an item; its ID where the person may not see it. @param {string} id @returns {Promise<string>} */
const nameOf = id =>
  get(`/api/evidence?id=${id}&limit=1`).then(
    found => found.evidence[0]?.fileName || id,
    () => id,
  );
/** One file on its way: a bar, a button that ends it while it waits or goes, and one that clears the line afterwards. */
function send(file, caseId, lines, after, tell) {
  for (const line of [...lines.children]) if (line.dataset.broken === `${file.size} ${file.name}`) line.clear(); // it goes on now
  const words = el("span", t().waitsTurn, { className: "small" }),
    bar = el("progress", null, { max: 1, value: 0, ariaLabel: file.name }),
    stop = el("button", t().cancel, { type: "button", className: "quiet" }),
    officerNo = here.person.id;
  const line = el("div", null, { className: "sending" }, el("b", file.name), bar, words, stop);
  const id = began(officerNo, file);
  known.add(id);
  sending.add(id);
  sayUnderway(officerNo);
  line.clear = () => {
    line.remove();
    isOver(officerNo, id);
    tell();
  };
  const say = (what, done) => {
    bar.value = file.size ? done / file.size : 1;
    words.textContent = `${what} ${file.size ? Math.floor((100 * done) / file.size) : 100} %`;
  };
  const end = (className, what) => {
    words.className = `small ${className}`;
    words.textContent = what;
    bar.hidden = true;
    line.dataset.ended = className;
    underway.delete(cancel);
    sending.delete(id);
    if (className === "good") isOver(officerNo, id); // what broke off is named when the person is back
    if (className === "bad") line.dataset.broken = `${file.size} ${file.name}`;
    stop.textContent = t().clear;
    stop.onclick = line.clear;
    tell();
  };
  let stopped = false,
    upload = null,
    asker = here.person, // the sign-in with which it is sent
    over = () => {},
    goOn = () => {};
  const cancel = another => {
    stopped = true;
    upload?.abort();
    end("cancelled", t().cancelled);
    if (another === true) areUnderway(officerNo, new Set([id]), 0);
    else isOver(officerNo, id);
    goOn();
    over();
  };
  /** Waits until the person is signed in, which may be now. */
  const signedIn = () => {
    if (stopped || here.person?.id === officerNo) return Promise.resolve();
    words.textContent = t().waitsSignIn;
    return new Promise(done => {
      goOn = () => {
        held.delete(goOn);
        done(undefined);
      };
      held.add(goOn);
    });
  };
  stop.onclick = cancel;
  underway.add(cancel);
  lines.append(line);
  tell();
  const begin = () => {
    asker = here.person;
    upload.start();
  };
  const go = async () => {
    await signedIn();
    const metadata = {
      filename: file.name,
      filetype: file.type || "application/octet-stream",
      sha256: await digest(file, done => {
        if (stopped) throw new Error(t().cancelled); // the rest need not be read
        say(t().hashing, done);
      }),
      officerNo,
    };
    await signedIn();
    if (stopped) return;
    if (caseId) metadata.caseId = caseId;
    upload = new tus.Upload(file, {
      endpoint: "/files",
      chunkSize: PIECE,
      retryDelays: AGAIN_AFTER_MILLIS,
      onShouldRetry: failed => {
        const status = answerTo(failed)?.getStatus() || 0,
          passes = status < 400 || status >= 500 || PASSING.includes(status);
        if (passes) words.textContent = answerTo(failed) ? t().refusedForNow(wrong(failed)) : t().triesAgain;
        return passes;
      },
      removeFingerprintOnSuccess: true,
      onAfterResponse: keepsUpload,
      metadata,
      headers: headers(),
      onProgress: sent => say(t().uploading, sent),
      onError: async failed => {
        const status = answerTo(failed)?.getStatus();
        // 403: somebody else is signed in by now, in another tab.
        if ((status === 401 || (status === 403 && here.person?.id !== officerNo)) && !stopped) {
          if (here.person && here.person === asker) {
            here.person = null; // the session is over
            document.dispatchEvent(new CustomEvent("signed-out"));
          }
          await signedIn();
          if (!stopped) begin(); // goes on where it stopped
          return;
        }
        end("bad", t().failedUpload + wrong(failed));
        over();
      },
      onSuccess: async () => {
        end("good", t().uploaded);
        over();
        if (caseId) for (const said of $("upload").querySelectorAll(".unknown")) said.textContent = ""; // an item has the number now
        const before = await alreadyHere(upload.url).catch(() => null); // it is received, whatever else
        if (before) {
          words.textContent = t().uploadedAgain;
          words.append(el("a", await nameOf(before), { href: address("item/" + before) }));
        }
        after();
      },
    });
    const before = await upload.findPreviousUploads();
    if (before.length) upload.resumeFromPreviousUpload(before[0]);
    if (stopped) return;
    await new Promise(done => {
      over = () => done(undefined);
      begin();
    });
  };
  waiting.push(() => (stopped ? Promise.resolve() : go().catch(failed => (stopped ? undefined : end("bad", failed.message)))));
  next();
}
