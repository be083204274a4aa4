// See ./door.
import { createHash } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cpu, here, measure, memory, metadata, say, seconds, sh, sleep, startPeer, startStation, work } from "./parts.mjs";

const HELD = Number(process.env.HELD || 10_000), HELD_SIZE = 128 << 10, NEW = 500;
const folder = name => { const path = join(work, name); mkdirSync(path, { recursive: true }); return path; };
const classpath = sh("cat", join(here, "tus-java-server/target/classpath"));
const quantile = (numbers, q) => Number(numbers.sort((x, y) => x - y)[Math.min(numbers.length - 1, Math.floor(numbers.length * q))].toFixed(1));

const servers = {
  "liuhen, directory": () => startStation(folder("directory")),
  "npm tus server": () => startPeer("node", join(here, "tus-server.mjs"), folder("npm")),
  "npm tus server, made durable": () => startPeer("node", join(here, "tus-server.mjs"), folder("npm-durable"), "durable"),
  "tus-java-server": () => startPeer("java", "-cp", classpath, join(here, "TusJavaServer.java"), folder("java")),
  "tus-java-server, made durable": () => startPeer("java", "-cp", classpath, join(here, "TusJavaServer.java"), folder("java-durable"), "durable"),
};

function file(seed, size) {
  const bytes = Buffer.alloc(size, `${seed} 证据 `);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
/** A new upload with its bytes in one request; gives its URL. */
function post(agent, server, { bytes, sha256 }, officer) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${server.url}/files`, { method: "POST", agent, headers: { "Tus-Resumable": "1.0.0", "Upload-Length": bytes.length, "Upload-Metadata": metadata("small.bin", sha256, officer), "Content-Type": "application/offset+octet-stream", "Content-Length": bytes.length } }, answer => {
      let said = "";
      answer.on("data", data => { said += data; }).on("end", () => answer.statusCode === 201 ? resolve(new URL(answer.headers.location, server.url).href) : reject(new Error(`${answer.statusCode} ${said}`)));
    });
    request.on("error", reject).end(bytes);
  });
}
/** An upload without its bytes. */
function create(agent, server, { bytes, sha256 }, officer) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${server.url}/files`, { method: "POST", agent, headers: { "Tus-Resumable": "1.0.0", "Upload-Length": bytes.length, "Upload-Metadata": metadata("held.bin", sha256, officer), "Content-Length": 0 } }, answer => {
      answer.resume().on("end", () => answer.statusCode === 201 ? resolve(new URL(answer.headers.location, server.url)) : reject(new Error(answer.statusCode)));
    });
    request.on("error", reject).end();
  });
}

/** A request that brings half of its bytes and then next to nothing, on a connection of its own. */
class Held {
  constructor(url, bytes) {
    this.bytes = bytes; this.sent = bytes.length / 2; this.answer = "";
    this.socket = net.connect(Number(url.port), url.hostname);
    this.socket.on("data", data => { this.answer += data; }).on("error", failed => { this.failed = failed; }).on("close", () => { this.closed = true; });
    this.socket.write(`PATCH ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${bytes.length}\r\n\r\n`);
    this.socket.write(bytes.subarray(0, this.sent));
  }
  more(count) {
    const end = Math.min(this.bytes.length, this.sent + count);
    this.socket.write(this.bytes.subarray(this.sent, end));
    this.sent = end;
  }
  async end() {
    this.more(this.bytes.length);
    while (!this.closed && !/\r\n\r\n/.test(this.answer)) await sleep(10);
    this.socket.destroy();
    return /^HTTP\/1.1 204/.test(this.answer);
  }
}

/** Half-sent uploads of slow senders are held open; meanwhile new ones come, one after the other. */
async function held(name) {
  const server = await servers[name](), agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  for (let i = 0; i < 1_000; i++) await post(agent, server, file(`warm ${i}`, 1 << 10), "900000");
  await sleep(10_000);
  const restMiB = memory(server.pid), all = [], from = performance.now();
  let next = 0, failed = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (next < HELD) {
      const n = next++, one = file(`held ${n}`, HELD_SIZE);
      all.push(new Held(await create(agent, server, one, String(100_000 + n % 500)), one.bytes));
    }
  }));
  const openedSeconds = seconds(from);
  let on = true;
  const slow = (async () => { // each brings 2.5 KiB every 20 seconds, a few at a time
    for (let i = 0; on; i = (i + 1) % 200) {
      for (let k = i; k < all.length; k += 200) all[k].more(2_560);
      await sleep(100);
    }
  })();
  await sleep(5_000);
  const heldMiB = memory(server.pid), millis = [];
  for (let i = 0; i < NEW; i++) {
    const one = file(`new ${i}`, 1 << 10), at = performance.now();
    await post(agent, server, one, "900001").then(() => millis.push(performance.now() - at), () => { failed++; });
  }
  on = false; await slow;
  const still = all.filter(one => !one.closed && !one.answer).length;
  const ends = [];
  for (let i = 0; i < all.length; i += 64) ends.push(...await Promise.all(all.slice(i, i + 64).map(one => one.end())));
  say({ what: "half-sent uploads held open", server: name, held: all.length, openedSeconds, heldSeconds: seconds(from), stillOpen: still, finished: ends.filter(good => good).length, newUploads: NEW, newFailed: failed, newMillisP50: quantile(millis, 0.5), newMillisP99: quantile(millis, 0.99), restMiB, heldMiB, moreMiB: heldMiB - restMiB });
  agent.destroy();
  await server.stop();
}

/** 1,000 files of 100 KiB, 16 at a time; the third thousand of each counts, when all of them are warm. */
async function small() {
  const FILES = 1_000, AT_ONCE = 16, ROUNDS = 3;
  const running = [];
  for (const [name, start] of Object.entries(servers)) running.push([name, await start()]);
  await sleep(10_000);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, server] of running) {
      const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
      const files = Array.from({ length: FILES }, (_, i) => file(`${round} ${i}`, 100 << 10)), before = cpu(server.pid), millis = [], from = performance.now();
      let next = 0;
      await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (next < FILES) { const one = files[next++], at = performance.now(); await post(agent, server, one, "110023"); millis.push(performance.now() - at); } }));
      const took = seconds(from);
      agent.destroy();
      await sleep(name.startsWith("liuhen") ? 30_000 : 3_000); // what the pipeline has to do with them is not the next server's burden
      say({ what: "1,000 files of 100 KiB, 16 at once", server: name, thousand: round, perSecond: Math.round(FILES / took), millisP50: quantile(millis, 0.5), millisP99: quantile(millis, 0.99), cpuSeconds: Number((cpu(server.pid) - before).toFixed(1)) });
    }
  }
  for (const [, server] of running) await server.stop();
}

await measure(async () => {
  const only = process.env.ONLY;
  if (!only || only === "held") for (const name of ["liuhen, directory", "npm tus server", "tus-java-server"]) await held(name);
  if (!only || only === "small") await small();
}, false);
