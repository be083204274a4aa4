// Whole documents, pictures and texts in the page. The bytes are fetched once, which is on the record, and shown only if they have the item's SHA-256.
import { ask, el, size, t, trouble } from "./core.js";
import { icon } from "./icons.js";
import { charsetOf } from "./table.js";

/** More bytes are for a program of the reader's own; a browser holds them several times. */
const BYTES_MAX = 200 * 2 ** 20;
/** More characters make the page slow. */
const CHARACTERS_MAX = 2_000_000;
/** A canvas with more pixels is not drawn by all browsers. */
const PIXELS_MAX = 16_000_000;
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
/** As the browser shows it by itself, without scripts; SVG and HTML are not among them. */
const PICTURES = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/avif"];

/** How an item can be shown whole: pdf, picture or text; null where it cannot. @param {any} item */
export function shows(item) {
  const type = (item.mediaType || "").replace(/;.*/, "").trim();
  if (item.sizeBytes > BYTES_MAX) return null;
  if (type === "application/pdf") return "pdf";
  if (PICTURES.includes(type)) return "picture";
  return ["text/plain", "text/csv", "application/json"].includes(type) ? "text" : null;
}
/** The bytes of an item, which must be those of the record. @param {any} item @returns {Promise<ArrayBuffer>} */
async function bytesOf(item) {
  const bytes = await (await ask(`/api/evidence/${item.id}/content?purpose=view`)).arrayBuffer(),
    digest = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), b => b.toString(16).padStart(2, "0")).join("");
  if (digest !== item.sha256) throw new Error(t().otherBytes(digest));
  return bytes;
}
/** Whether this item is shown in the page now. @param {string} id @param {Element} place */
export const isShown = (id, place) => Boolean(place.querySelector(`.viewer[data-of="${id}"]`));

/** A place with a button that fetches the item and shows it whole; null where it cannot be shown. @param {any} item */
export function viewer(item) {
  const how = shows(item);
  if (!how) return null;
  const place = el("div", null, { className: "whole" }),
    button = el("button", null, { className: "primary" }, icon("file"), t().showWhole);
  button.onclick = async () => {
    button.disabled = true;
    try {
      const bytes = await bytesOf(item),
        shown = el("div", null, { className: "viewer" }),
        close = el("button", t().closeView, { type: "button", className: "quiet", onclick: () => place.replaceChildren(button) });
      shown.dataset.of = item.id;
      place.replaceChildren(shown, el("p", t().sameBytes(size(bytes.byteLength)), { className: "small" }), close);
      await { pdf: showPdf, picture: showPicture, text: showText }[how](shown, bytes, item);
    } catch (failed) {
      place.replaceChildren(button, trouble(failed));
    }
    button.disabled = false;
  };
  place.append(button);
  return place;
}
const tool = (text, name, onclick) => el("button", text, { type: "button", className: "quiet", title: name, ariaLabel: name, onclick });
/** The next zoom above or below this one. @param {number} now @param {number} by 1 or -1 */
export const zoomed = (now, by) => (by > 0 ? ZOOMS.find(z => z > now) : ZOOMS.findLast(z => z < now)) || now;

function showText(place, bytes) {
  const text = new TextDecoder(charsetOf(bytes)).decode(bytes);
  if (text.length > CHARACTERS_MAX) place.append(el("p", t().textCut(CHARACTERS_MAX), { className: "banner" }));
  place.append(el("pre", text.slice(0, CHARACTERS_MAX), { tabIndex: 0 }));
}
async function showPicture(place, bytes, item) {
  const url = URL.createObjectURL(new Blob([bytes], { type: item.mediaType })),
    picture = el("img", undefined, { alt: item.fileName, src: url }),
    frame = el("div", null, { className: "sheet", tabIndex: 0 }, picture);
  let zoom = 0, // 0 fits the width
    turned = 0;
  const draw = () => {
    frame.dataset.turned = String(turned);
    picture.width = zoom ? Math.round(picture.naturalWidth * zoom) : 0;
    if (!zoom) picture.removeAttribute("width");
    picture.classList.toggle("whole", !zoom);
  };
  place.append(
    el(
      "div",
      null,
      { className: "controls", role: "group", ariaLabel: t().viewing },
      tool("−", t().smaller, () => {
        zoom = zoomed(zoom || 1, -1);
        draw();
      }),
      tool("+", t().larger, () => {
        zoom = zoom ? zoomed(zoom, 1) : 1;
        draw();
      }),
      tool(t().fits, t().fits, () => {
        zoom = 0;
        draw();
      }),
      tool("⟳", t().turn, () => {
        turned = (turned + 90) % 360;
        draw();
      }),
    ),
    frame,
  );
  await picture.decode().catch(() => {
    throw new Error(t().notDrawn);
  });
  URL.revokeObjectURL(url); // decoded already
  draw();
}
/** A text as it is looked for: without regard to case, width and line breaks. @param {string} text */
export const plain = text => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");

async function showPdf(place, bytes) {
  const pdfjs = await import(/** @type {any} */ ("/pdfjs/pdf.min.mjs"));
  pdfjs.GlobalWorkerOptions.workerSrc = "/pdfjs/pdf.worker.min.mjs";
  const reading = pdfjs.getDocument({
    data: bytes,
    cMapUrl: "/pdfjs/cmaps/",
    cMapPacked: true,
    standardFontDataUrl: "/pdfjs/fonts/",
    isEvalSupported: false,
    enableXfa: false,
    verbosity: 0,
  });
  reading.onPassword = () => reading.destroy();
  let pdf, first;
  try {
    pdf = await reading.promise;
    first = await pdf.getPage(1);
  } catch (failed) {
    throw new Error(failed?.name === "PasswordException" || reading.destroyed ? t().hasPassword : `${t().notDrawn} ${failed.message}`);
  }
  let zoom = 0;
  const pages = Array.from({ length: pdf.numPages }, () => el("div", null, { className: "leaf" })), // each with a canvas while it is in sight
    numbers = new Map(pages.map((page, index) => [/** @type {Element} */ (page), index])),
    drawn = new Map(),
    sheet = el("div", null, { className: "sheet", tabIndex: 0 }, ...pages),
    number = el("input", null, { size: 4, value: "1", ariaLabel: t().pageNumber, autocomplete: "off", inputMode: "numeric" }),
    wanted = el("input", null, { size: 12, placeholder: t().findHere, ariaLabel: t().findHere, autocomplete: "off" }),
    found = el("output", "", { className: "small" });
  const shape = first.getViewport({ scale: 1 }),
    scaleOf = page => (zoom ? zoom * (96 / 72) : Math.max(0.1, (sheet.clientWidth - 24) / page.getViewport({ scale: 1 }).width));
  /** Draws a page that came into sight, and empties one that left it. */
  const draw = async (index, inSight) => {
    const leaf = pages[index];
    drawn.get(index)?.cancel();
    drawn.delete(index);
    leaf.replaceChildren(); // it keeps its place by its style
    if (!inSight) return;
    const canvas = el("canvas"),
      drawing = { cancel: () => {} };
    drawn.set(index, drawing); // only the newest drawing of a page is shown
    const page = await pdf.getPage(index + 1),
      scale = scaleOf(page),
      shown = page.getViewport({ scale }),
      sharp = Math.min(devicePixelRatio || 1, Math.sqrt(PIXELS_MAX / (shown.width * shown.height))),
      viewport = page.getViewport({ scale: scale * sharp });
    if (drawn.get(index) !== drawing) return;
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    leaf.style.width = `${Math.floor(shown.width)}px`;
    leaf.style.height = `${Math.floor(shown.height)}px`;
    leaf.append(canvas);
    const task = page.render({ canvasContext: canvas.getContext("2d"), viewport });
    drawing.cancel = () => task.cancel();
    try {
      await task.promise;
      canvas.dataset.drawn = "yes";
    } catch (failed) {
      if (failed?.name !== "RenderingCancelledException") found.textContent = `${t().notDrawn} ${index + 1}: ${failed.message}`;
    }
  };
  const sight = new IntersectionObserver(
    seen => {
      for (const one of seen) {
        const index = /** @type {number} */ (numbers.get(one.target));
        if (one.isIntersecting || drawn.has(index)) draw(index, one.isIntersecting);
      }
      if (document.activeElement !== number) number.value = String(current() + 1);
    },
    { root: sheet, rootMargin: "50% 0px" },
  );
  const current = () => {
    const middle = sheet.scrollTop + sheet.clientHeight / 3;
    return Math.max(
      0,
      pages.findLastIndex(leaf => leaf.offsetTop <= middle),
    );
  };
  const go = index => {
    const at = Math.max(0, Math.min(pages.length - 1, index));
    sheet.scrollTop = pages[at].offsetTop;
    number.value = String(at + 1);
  };
  /** The places of all pages, as if each were as large as the first one; drawing one gives it its own size. */
  const arrange = (at = current()) => {
    sight.disconnect();
    const scale = scaleOf(first);
    for (const leaf of pages) {
      leaf.style.width = `${Math.floor(shape.width * scale)}px`;
      leaf.style.height = `${Math.floor(shape.height * scale)}px`;
    }
    go(at);
    for (const leaf of pages) sight.observe(leaf);
  };
  const find = async () => {
    const words = plain(wanted.value).trim();
    if (!words) return;
    for (let i = 1; i <= pages.length; i++) {
      const index = (current() + i) % pages.length,
        { items } = await (await pdf.getPage(index + 1)).getTextContent(),
        hits = plain(items.map(part => part.str + (part.hasEOL ? " " : "")).join("")).split(words).length - 1;
      if (hits > 0) {
        go(index);
        found.textContent = t().foundOn(index + 1, hits);
        return;
      }
    }
    found.textContent = t().foundNowhere;
  };
  const toPage = el("form", null, { className: "controls" }, number, el("span", ` / ${pages.length}`)),
    search = el("form", null, { className: "controls" }, wanted, found);
  toPage.onsubmit = event => {
    event.preventDefault();
    if (/^\d+$/.test(number.value.trim())) go(Number(number.value) - 1);
  };
  search.onsubmit = event => {
    event.preventDefault();
    find().catch(failed => {
      found.textContent = failed.message;
    });
  };
  place.append(
    el(
      "div",
      null,
      { className: "controls", role: "group", ariaLabel: t().viewing },
      tool("‹", t().pageBack, () => go(current() - 1)),
      toPage,
      tool("›", t().pageOn, () => go(current() + 1)),
      tool("−", t().smaller, () => {
        zoom = zoomed(zoom || 1, -1);
        arrange();
      }),
      tool("+", t().larger, () => {
        zoom = zoom ? zoomed(zoom, 1) : 1;
        arrange();
      }),
      tool(t().fits, t().fits, () => {
        zoom = 0;
        arrange();
      }),
      search,
    ),
    sheet,
  );
  arrange(0);
  // A page that fits the width fits the new one, too, and stays where it was read.
  let wide = sheet.clientWidth;
  const width = new ResizeObserver(() => {
    if (zoom || Math.abs(sheet.clientWidth - wide) < 2) return;
    wide = sheet.clientWidth;
    arrange();
  });
  width.observe(sheet);
  // Where the document is closed, the worker ends and its memory is free.
  const watch = setInterval(() => {
    if (sheet.isConnected) return;
    clearInterval(watch);
    sight.disconnect();
    width.disconnect();
    reading.destroy();
  }, 1000);
}
