// What tus-js-client itself does with our options when the station is away and when nobody is signed in: one upload, which goes on.
import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { runInThisContext } from "node:vm";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { uploadPlace } from "../../main/resources/org/liuhen/page/upload.js";
import { place } from "./dom.mjs";

const pause = millis => new Promise(done => setTimeout(done, millis));
/** The requests of a browser, by those of Node. */
class Request {
  upload = {};
  headers = {};
  open(method, path) {
    Object.assign(this, { method, path });
  }
  setRequestHeader(name, value) {
    this.headers[name] = value;
  }
  getResponseHeader(name) {
    return this.answer.headers.get(name);
  }
  abort() {}
  async send(body) {
    try {
      this.answer = await told(new URL(this.path, origin), { method: this.method, headers: this.headers, body });
      this.status = this.answer.status;
      this.responseText = await this.answer.text();
      this.onload();
    } catch (failed) {
      this.onerror(failed);
    }
  }
}
const told = globalThis.fetch;
/** @type {string} */
let origin;
Object.assign(globalThis, {
  XMLHttpRequest: Request,
  Liuhen: {
    Sha256: class {
      update() {}
      end() {}
    },
    hex: () => "00",
  },
});

Object.assign(globalThis, { window: globalThis });
runInThisContext(readFileSync(new URL("../../main/resources/org/liuhen/page/tus.js", import.meta.url), "utf8"));

test("an upload is one upload, whether the station was away or nobody was signed in", async t => {
  const asked = /** @type {string[]} */ ([]);
  let offset = 0,
    signedIn = true,
    starting = 0;
  const server = createServer(async (request, response) => {
    asked.push(String(request.method));
    const parts = [];
    for await (const part of request) parts.push(part);
    const answer = (status, headers = {}) => response.writeHead(status, { "Tus-Resumable": "1.0.0", ...headers }).end();
    if (starting > 0) {
      starting--;
      answer(503);
    } else if (!signedIn) answer(401);
    else if (request.method === "POST") answer(201, { Location: `${origin}/files/a` });
    else if (request.method === "HEAD") answer(200, { "Upload-Offset": String(offset), "Upload-Length": "10" });
    else if (asked.filter(one => one === "PATCH").length === 1) {
      offset = 4; // four bytes came, then the station went away, and forgot who was signed in
      signedIn = false;
      starting = 1;
      request.socket.destroy();
    } else {
      offset += Buffer.concat(parts).length;
      answer(204, { "Upload-Offset": String(offset) });
    }
  });
  t.after(() => {
    server.closeAllConnections();
    server.close(); // else a test that failed would never end
  });
  await new Promise(done => server.listen(0, "127.0.0.1", () => done(undefined)));
  origin = `http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;
  globalThis.fetch = /** @type {any} */ (async () => new Response(null));
  const signIn = () => {
    here.signIn = "local";
    here.person = { id: "110023", roles: [], acts: ["UPLOAD"] };
    uploadPlace(() => {});
  };
  const line = () => place("upload").all(e => e.className === "sending")[0].textContent;
  const until = async words => {
    for (let tries = 0; !words.test(line()); tries++) {
      assert.ok(tries < 400, `${line()} ${asked}`);
      await pause(20);
    }
  };
  here.language = "zh";
  Object.assign(document, { dispatchEvent: () => true });
  signIn();
  const pick = place("upload").all(e => e.type === "file")[0];
  pick.files = [new File(["0123456789"], "a.mp4")];
  pick.onchange();
  await until(/重新登录后自动继续/);
  signedIn = true;
  signIn();
  await until(/已接收/);
  assert.equal(asked.filter(one => one === "POST").length, 1, asked.join());
  assert.equal(offset, 10);
});
