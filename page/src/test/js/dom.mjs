// As much of a document as the page's modules need to say something: what they say is read, nothing is drawn. Import it before them.
import { File } from "node:buffer";
import { webcrypto } from "node:crypto";

class Element {
  constructor(name) {
    this.tagName = name.toUpperCase();
    this.className = "";
    this.dataset = {};
    this.style = {};
    this.attributes = {};
    this.nodes = [];
    this.listeners = {};
    this.hidden = false;
    this.isConnected = true;
    this.value = "";
  }
  append(...nodes) {
    // A browser would show the word "null".
    for (const node of nodes)
      if (typeof node !== "string" && !(node instanceof Element)) throw new TypeError(`${node} is no part of a page`);
    this.nodes.push(...nodes);
    for (const node of nodes) if (node instanceof Element) node.parent = this;
  }
  replaceChildren(...nodes) {
    this.nodes = [];
    this.append(...nodes);
  }
  remove() {
    this.parent.nodes = this.parent.nodes.filter(node => node !== this);
  }
  replaceWith(...nodes) {
    this.before(...nodes);
    this.remove();
  }
  get nextElementSibling() {
    const all = this.parent?.children || [];
    return all[all.indexOf(this) + 1] || null;
  }
  get firstElementChild() {
    return this.children[0] || null;
  }
  before(...nodes) {
    this.beside(0, nodes);
  }
  after(...nodes) {
    this.following = nodes;
    if (this.parent) this.beside(1, nodes);
  }
  beside(behind, nodes) {
    const all = this.parent.nodes;
    this.parent.nodes = [...all.slice(0, all.indexOf(this) + behind), ...nodes, ...all.slice(all.indexOf(this) + behind)];
    for (const node of nodes) if (node instanceof Element) node.parent = this.parent;
  }
  /** The elements of a class or of a name in it. @param {string} selector such as `.media`, `form`, `input:invalid` or `details[open], button:disabled` */
  querySelectorAll(selector) {
    if (selector.includes(", ")) return selector.split(", ").flatMap(one => this.querySelectorAll(one));
    const [, named, is] = /^(\w+)(?::|\[)(disabled|open)\]?$/.exec(selector) || [];
    if (is) return this.querySelectorAll(named).filter(e => e[is]);
    if (selector.endsWith(":invalid"))
      return this.querySelectorAll(selector.replace(":invalid", "")).filter(e => e.validity && !e.validity.valid);
    const [dot, name] = [selector[0] === ".", selector.replace(".", "")];
    return this.all(e => (dot ? e.className.split(" ").includes(name) : e.tagName === name.toUpperCase()));
  }
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] || null;
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  contains(node) {
    return node === this || this.all(e => e === node).length > 0;
  }
  get parentNode() {
    return this.parent || null;
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  dispatchEvent(event) {
    this.listeners[event.type]?.(event);
  }
  focus() {
    document.activeElement = this;
  }
  scrollIntoView() {
    document.scrolledTo = this;
  }
  /** The element or the nearest one around it that has a member of its data, such as `[data-about]`, or a name, such as `label`. */
  closest(selector = "") {
    const data = /^\[data-(\w+)\]$/.exec(selector)?.[1];
    let at = /** @type {any} */ (this);
    while (at && !(data ? data in at.dataset : at.tagName === selector.toUpperCase())) at = at.parentElement;
    return at;
  }
  get parentElement() {
    return this.parent || null;
  }
  set parentElement(parent) {
    this.parent = parent;
  }
  get classList() {
    const all = new Set(this.className.split(" ").filter(Boolean)),
      keep = () => {
        this.className = [...all].join(" ");
      };
    return {
      contains: name => all.has(name),
      add: name => {
        all.add(name);
        keep();
      },
      toggle: (name, wanted = !all.has(name)) => {
        if (wanted) all.add(name);
        else all.delete(name);
        keep();
        return wanted;
      },
    };
  }
  get children() {
    return this.nodes.filter(node => node instanceof Element);
  }
  get childElementCount() {
    return this.children.length;
  }
  get textContent() {
    return this.nodes.map(node => (node instanceof Element ? node.textContent : String(node))).join("");
  }
  set textContent(text) {
    this.nodes = [text];
  }
  /** All elements in it for which this is true, in their order. @param {(element: any) => boolean} wanted @returns {any[]} */
  all(wanted) {
    return this.children.flatMap(child => [...(wanted(child) ? [child] : []), ...child.all(wanted)]);
  }
}
const places = new Map();
/** The element of this id, which is made when it is asked for. @returns {any} */
export function place(id) {
  if (!places.has(id)) places.set(id, new Element("div"));
  return places.get(id);
}
/** What the modules hear of the page and of the window, by the name of the event. @type {Record<string, ((event: any) => void)[]>} */
const heard = {};
const hear = (name, listener) => {
  heard[name] = [...(heard[name] || []), listener];
};
/** An event of the page or of the window. @param {string} name */
export const happen = name => {
  for (const listener of heard[name] || []) listener({ type: name });
};
place("top").append(place("help"));
Object.assign(globalThis, {
  window: globalThis,
  location: { search: "?lang=zh", hash: "", hostname: "station" },
  localStorage: {},
  addEventListener: hear,
  document: {
    createElement: name => new Element(name),
    createElementNS: (_space, name) => new Element(name),
    getElementById: place,
    querySelectorAll: () => [],
    querySelector: selector => (selector === "#uploadsNow" ? place("top").all(e => e.id === "uploadsNow")[0] || null : null),
    addEventListener: hear,
    dispatchEvent: () => {},
    contains: () => true,
  },
});
// What Debian's Node 18 has under another name, or not at all.
if (!globalThis.crypto) Object.assign(globalThis, { crypto: webcrypto });
if (!globalThis.File) Object.assign(globalThis, { File });
if (!globalThis.CustomEvent) {
  Object.assign(globalThis, {
    CustomEvent: class extends Event {
      constructor(name, { detail = null } = {}) {
        super(name);
        this.detail = detail;
      }
    },
  });
}
if (!globalThis.navigator) Object.assign(globalThis, { navigator: { language: "zh-CN" } });
// What the page wants to do seconds later, as taking a message away, does not keep a test waiting.
for (const name of ["setTimeout", "setInterval"]) {
  const real = globalThis[name];
  globalThis[name] = (act, millis = 0, ...given) => {
    const timer = real(act, millis, ...given);
    return millis >= 1000 ? timer.unref() : timer;
  };
}
/** What the station answers, by the path that is asked for; the questions are kept. @param {Record<string, any>} answers */
export function station(answers) {
  const asked = [];
  globalThis.fetch = async (path, options = {}) => {
    asked.push(`${options.method || "GET"} ${path}`);
    const found = Object.entries(answers).find(([begins]) => String(path).startsWith(begins));
    if (!found) throw new Error(`nobody answers ${path}`);
    const [body, headers] = found[1] instanceof Headers ? [null, found[1]] : [JSON.stringify(found[1]), undefined];
    return new Response(body, { headers });
  };
  return asked;
}
