// Files that are dropped or chosen: their digest is computed here, then tus carries them; one that broke off goes on where it stopped.
import { $, el, here, may, Refusal, t } from "./core.js";
import { address } from "./format.js";
import { icon } from "./icons.js";
import { proposeCases } from "./numbers.js";

const PIECE = 8 << 20;
/** So many files are read and sent at once; the others wait, for a browser has six connections to a station. */
const TOGETHER = 3;

/**
 * The files of one person, as far as they were not cleared: they stay when this person signs in again, and end when another one does.
 * @typedef {{ whose: string, lines: any, all: any, tell: () => void }} Sendings
 */
/** @type {Sendings | null} */
let shown = null;
/** Ends those that are on their way. @type {Set<() => void>} */
const underway = new Set();
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
  if (shown?.whose === person) return shown;
  for (const stop of [...underway]) stop();
  const lines = el("div", null, { className: "sendings", role: "status" }),
    count = el("b", ""),
    clear = el("button", t().clearDone, {
      type: "button",
      className: "quiet",
      onclick: () => {
        for (const line of [...lines.children]) if (line.dataset.ended) line.remove();
        tell();
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
  }
  shown = { whose: person, lines, all, tell };
  return shown;
}
export function uploadPlace(desk) {
  const place = $("upload"),
    after = () => desk();
  place.hidden = !may("UPLOAD") || !here.person?.id;
  if (place.hidden) return;
  const pick = el("input", null, { type: "file", multiple: true, id: "files", className: "hidden" }),
    intoCase = el("input", null, { id: "intoCase", size: 18 }),
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
async function digest(file, progress) {
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
/** What went wrong, in words: the refusal of the station, or what the browser says. */
function wrong(failed) {
  if (!failed.originalResponse) return t().noAnswer;
  const status = failed.originalResponse.getStatus();
  try {
    return new Refusal(status, JSON.parse(failed.originalResponse.getBody())).message;
  } catch {
    return t().badAnswer(status); // of somebody else than the station, such as a proxy
  }
}
/** The item that had the bytes of this upload before, if one had (RFC 6249, "duplicate"). @param {string} url */
async function alreadyHere(url) {
  const answer = await fetch(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0", ...headers() } });
  return /\/(\w{26})>; rel="?duplicate/.exec(answer.headers.get("Link") || "")?.[1];
}
/** One file on its way: a bar, a button that ends it while it waits or goes, and one that clears the line afterwards. */
function send(file, caseId, lines, after, tell) {
  const words = el("span", t().waitsTurn, { className: "small" }),
    bar = el("progress", null, { max: 1, value: 0, ariaLabel: file.name }),
    stop = el("button", t().cancel, { type: "button", className: "quiet" }),
    officerNo = here.person.id;
  const line = el("div", null, { className: "sending" }, el("b", file.name), bar, words, stop);
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
    stop.textContent = t().clear;
    stop.onclick = () => {
      line.remove();
      tell();
    };
    tell();
  };
  let stopped = false,
    upload = null,
    over = () => {};
  const cancel = () => {
    stopped = true;
    upload?.abort();
    end("cancelled", t().cancelled);
    over();
  };
  stop.onclick = cancel;
  underway.add(cancel);
  lines.append(line);
  tell();
  const go = async () => {
    if (here.person?.id !== officerNo) throw new Error(t().failedUpload + t().signedOutNow);
    const metadata = {
      filename: file.name,
      filetype: file.type || "application/octet-stream",
      sha256: await digest(file, done => {
        if (stopped) throw new Error(t().cancelled); // the rest need not be read
        say(t().hashing, done);
      }),
      officerNo,
    };
    if (stopped) return;
    if (here.person?.id !== officerNo) throw new Error(t().failedUpload + t().signedOutNow);
    if (caseId) metadata.caseId = caseId;
    upload = new tus.Upload(file, {
      endpoint: "/files",
      chunkSize: PIECE,
      retryDelays: [0, 1000, 3000, 5000, 10000],
      removeFingerprintOnSuccess: true,
      metadata,
      headers: headers(),
      onProgress: sent => say(t().uploading, sent),
      onError: failed => {
        end("bad", t().failedUpload + wrong(failed));
        over();
      },
      onSuccess: async () => {
        end("good", t().uploaded);
        over();
        const before = await alreadyHere(upload.url).catch(() => null); // it is received, whatever else
        if (before) {
          words.textContent = t().uploadedAgain;
          words.append(el("a", before, { href: address("item/" + before) }));
        }
        after();
      },
    });
    const before = await upload.findPreviousUploads();
    if (before.length) upload.resumeFromPreviousUpload(before[0]);
    if (stopped) return;
    await new Promise(done => {
      over = () => done(undefined);
      upload.start();
    });
  };
  waiting.push(() => (stopped ? Promise.resolve() : go().catch(failed => (stopped ? undefined : end("bad", failed.message)))));
  next();
}
