// Files that are dropped or chosen: their digest is computed here, then tus carries them; one that broke off goes on where it stopped.
import { $, el, here, may, t } from "./core.js";
import { address } from "./format.js";
import { icon } from "./icons.js";
import { proposeCases } from "./numbers.js";

const PIECE = 8 << 20;

export function uploadPlace(desk) {
  const place = $("upload"),
    after = () => desk();
  place.hidden = !may("UPLOAD") || !here.person?.id;
  if (place.hidden) return;
  const pick = el("input", null, { type: "file", multiple: true, id: "files", className: "hidden" }),
    intoCase = el("input", null, { id: "intoCase", size: 18 }),
    lines = el("div", null, { role: "status" });
  const start = files => [...files].forEach(file => send(file, intoCase.value.trim(), lines, after));
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
    lines,
  );
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
const headers = () => (here.signIn === "claimed" ? { "Liuhen-Officer": encodeURIComponent(here.person.id) } : {});
/** The item that had the bytes of this upload before, if one had (RFC 6249, "duplicate"). @param {string} url */
async function alreadyHere(url) {
  const answer = await fetch(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0", ...headers() } });
  return /\/(\w{26})>; rel="?duplicate/.exec(answer.headers.get("Link") || "")?.[1];
}
/** One file on its way: a bar, a button that ends it while it goes, and one that clears the line afterwards. */
async function send(file, caseId, lines, after) {
  const words = el("span", "", { className: "small" }),
    bar = el("progress", null, { max: 1, value: 0, ariaLabel: file.name }),
    stop = el("button", t().cancel, { type: "button", className: "quiet" });
  const line = el("div", null, { className: "sending" }, el("b", file.name), bar, words, stop);
  const say = (what, done) => {
    bar.value = file.size ? done / file.size : 1;
    words.textContent = `${what} ${file.size ? Math.floor((100 * done) / file.size) : 100} %`;
  };
  const end = (className, what) => {
    words.className = `small ${className}`;
    words.textContent = what;
    bar.hidden = true;
    stop.textContent = t().clear;
    stop.onclick = () => line.remove();
  };
  let stopped = false,
    upload = null;
  stop.onclick = () => {
    stopped = true;
    upload?.abort();
    end("", t().cancelled);
  };
  lines.append(line);
  try {
    const metadata = {
      filename: file.name,
      filetype: file.type || "application/octet-stream",
      sha256: await digest(file, done => say(t().hashing, done)),
      officerNo: here.person.id,
    };
    if (stopped) return;
    if (caseId) metadata.caseId = caseId;
    upload = new tus.Upload(file, {
      endpoint: "/files",
      chunkSize: PIECE,
      retryDelays: [0, 1000, 3000, 5000, 10000],
      removeFingerprintOnSuccess: true,
      metadata,
      headers: headers(),
      onProgress: sent => say(t().uploading, sent),
      onError: failed => end("bad", t().failedUpload + (failed.originalResponse?.getBody() || failed.message)),
      onSuccess: async () => {
        end("good", t().uploaded);
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
    if (!stopped) upload.start();
  } catch (failed) {
    end("bad", failed.message);
  }
}
