// See ./door.
import { createHash } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cpu, either, here, leave, measure, memory, metadata, patience, say, seconds, server as serverOf, sh, sleep, startPeer, startStation, work } from "./parts.mjs";

const HELD = Number(process.env.HELD || either(10_000, 20)), HELD_SIZE = 128 << 10, NEW = either(500, 10);
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
const startOf = name => serverOf(name, servers[name]);

function file(seed, size) {
  const bytes = Buffer.alloc(size, `${seed} 证据 `);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
/** One request; gives the answer's headers. */
function ask(agent, method, url, headers, bytes, wanted) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, agent, headers: { "Tus-Resumable": "1.0.0", "Content-Length": bytes?.length ?? 0, ...headers } }, answer => {
      let said = "";
      answer.on("data", data => { said += data; }).on("end", () => answer.statusCode === wanted ? resolve(answer.headers) : reject(new Error(`${answer.statusCode} ${said}`)));
    });
    request.on("error", reject).end(bytes);
  });
}
const offsetStream = { "Content-Type": "application/offset+octet-stream" };
const about = ({ bytes, sha256 }, officer) => ({ "Upload-Length": bytes.length, "Upload-Metadata": metadata("bench.bin", sha256, officer) });
/** An upload without its bytes; gives its URL. */
const create = async (agent, server, one, officer) => new URL((await ask(agent, "POST", `${server.url}/files`, about(one, officer), undefined, 201)).location, server.url);
/** The bytes of an upload. */
const send = (agent, url, { bytes }) => ask(agent, "PATCH", url, { ...offsetStream, "Upload-Offset": 0 }, bytes, 204);
/** As every tus client can: create it, and send the bytes. */
const inTwo = async (agent, server, one) => send(agent, await create(agent, server, one, "110023"), one);
/** Creation with upload, which tus-java-server has not. */
const inOne = (agent, server, one) => ask(agent, "POST", `${server.url}/files`, { ...offsetStream, ...about(one, "110023") }, one.bytes, 201);

/** A request that brings half of its bytes and then next to nothing, on a connection of its own. */
class Held {
  constructor(url, bytes, n) {
    this.bytes = bytes; this.sent = bytes.length / 2; this.answer = "";
    this.socket = net.connect({ port: Number(url.port), host: url.hostname, localAddress: `127.0.2.${1 + n % 20}` }); // no address of too many
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
    const waiting = patience("no answer to a held upload");
    while (!this.closed && !/\r\n\r\n/.test(this.answer)) { waiting(); await sleep(10); }
    this.socket.destroy();
    return this.answer.split("\r\n")[0] || String(this.failed);
  }
}

/** Half-sent uploads of slow senders are held open; meanwhile new ones come, one after the other. */
async function held(name) {
  const server = await startOf(name), agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  for (let i = 0; i < either(1_000, 20); i++) await inTwo(agent, server, file(`warm ${i}`, 1 << 10));
  await sleep(either(10_000, 500));
  const restMiB = memory(server.pid), all = [], from = performance.now();
  let next = 0, failed = 0, on = true;
  const slow = (async () => { // each brings 2 KiB every 15 seconds or a little more, a few at a time
    for (let i = 0; on; i = (i + 1) % 150) {
      for (let k = i; k < all.length; k += 150) all[k].more(2_048);
      await sleep(100);
    }
  })();
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (next < HELD) {
      const n = next++, one = file(`held ${n}`, HELD_SIZE);
      all.push(new Held(await create(agent, server, one, String(100_000 + n % 500)), one.bytes, n));
    }
  }));
  const openedSeconds = seconds(from);
  await sleep(either(20_000, 500));
  const heldMiB = memory(server.pid), millis = [], wholeMillis = [];
  for (let i = 0; i < NEW; i++) {
    const one = file(`new ${i}`, 1 << 10), at = performance.now();
    await create(agent, server, one, "900001").then(url => { millis.push(performance.now() - at); return send(agent, url, one); }).then(() => wholeMillis.push(performance.now() - at), () => { failed++; });
  }
  const still = all.filter(one => !one.closed && !one.answer).length;
  const ends = [];
  for (let i = 0; i < all.length; i += 64) ends.push(...await Promise.all(all.slice(i, i + 64).map(one => one.end())));
  on = false; await slow;
  say({ what: "half-sent uploads held open", server: name, held: all.length, openedSeconds, heldSeconds: seconds(from), stillOpen: still, finished: ends.filter(line => line.startsWith("HTTP/1.1 204")).length, otherAnswers: [...new Set(ends)].filter(line => !line.startsWith("HTTP/1.1 204")), newUploads: NEW, newFailed: failed, newMillisP50: quantile(millis, 0.5), newMillisP99: quantile(millis, 0.99), withBytesMillisP99: quantile(wholeMillis, 0.99), restMiB, heldMiB, moreMiB: heldMiB - restMiB });
  agent.destroy();
  await leave(server);
}

/** What a server has to do with what came is not the next one's burden. */
async function quiet(server) {
  const waiting = patience(`${server.what} does not come to rest`, 600);
  for (let before = -1, now = 0; now - before > 0.5; ) {
    waiting();
    before = cpu(server.pid);
    await sleep(either(3_000, 200));
    now = cpu(server.pid);
  }
}

/** 1,000 files of 100 KiB, 16 at a time; the third thousand of each counts, when all of them are warm. */
async function small() {
  const FILES = either(1_000, 20), AT_ONCE = 16, ROUNDS = either(3, 1), rows = [];
  for (const name of Object.keys(servers)) rows.push([name, await startOf(name), inTwo]);
  rows.push(["liuhen, directory, creation with upload", rows[0][1], inOne]);
  for (const [, server] of rows) await quiet(server);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, server, upload] of rows) {
      const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
      const files = Array.from({ length: FILES }, (_, i) => file(`${name} ${round} ${i}`, 100 << 10)), before = cpu(server.pid), millis = [], from = performance.now();
      let next = 0;
      await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (next < FILES) { const one = files[next++], at = performance.now(); await upload(agent, server, one); millis.push(performance.now() - at); } }));
      const took = seconds(from);
      agent.destroy();
      await quiet(server);
      say({ what: `${FILES.toLocaleString("en")} files of 100 KiB, 16 at once`, server: name, thousand: round, perSecond: Math.round(FILES / took), millisP50: quantile(millis, 0.5), millisP99: quantile(millis, 0.99), cpuSecondsWithAllThatFollows: Number((cpu(server.pid) - before).toFixed(1)) });
    }
  }
  for (const server of new Set(rows.map(([, running]) => running))) await leave(server);
}

/** Requests of a good sender, one after the other: an upload opened, which is forced to the disk as in `held`, and asked for its offset, which is not. */
async function goodSender(agent, server, name) {
  const opened = [], asked = [];
  let failed = 0;
  for (let i = 0; i < NEW; i++) {
    const at = performance.now();
    try {
      const url = await create(agent, server, file(`${name} ${i}`, 1 << 10), "900001"), then = performance.now();
      await ask(agent, "HEAD", url, {}, undefined, 200);
      opened.push(then - at);
      asked.push(performance.now() - then);
    } catch { failed++; }
    await sleep(20);
  }
  return { requests: 2 * NEW, failed, openedMillisP50: quantile(opened, 0.5), openedMillisP99: quantile(opened, 0.99), askedMillisP50: quantile(asked, 0.5), askedMillisP99: quantile(asked, 0.99) };
}

/** Idle connections and half-sent requests are held by a process of their own, from many addresses and then from one, while a good sender asks. */
async function crowd() {
  const IDLE = either(10_000, 200), HALF = either(2_000, 100), server = await startOf("liuhen, directory"), agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < either(300, 20); i++) await inTwo(agent, server, file(`warm ${i}`, 1 << 10));
  const rounds = [["nobody", 0], ["20 addresses", 20], ["nobody", 0], ["one address", 1], ["nobody", 0]];
  for (const [who, addresses] of rounds) {
    await quiet(server);
    let state = { open: 0, refused: 0, ended: 0 }, others;
    if (addresses) {
      others = spawn("node", [join(here, "crowd.mjs"), new URL(server.url).port, String(IDLE), String(HALF), String(addresses)], { stdio: ["pipe", "pipe", "inherit"] });
      others.stdout.on("data", data => { const lines = data.toString().trim().split("\n"); try { state = JSON.parse(lines.at(-1)); } catch { /* half a line */ } });
      const waiting = patience("the crowd does not come in"), wanted = Math.min(IDLE + HALF, addresses * 1_000); // the station's limit for one address
      while (state.open < wanted * 0.99) { waiting(state.open); await sleep(100); }
      await sleep(either(10_000, 500));
    }
    const from = performance.now(), memoryMiB = memory(server.pid), good = await goodSender(agent, server, `${who} ${from}`);
    say({ what: "a crowd of connections", beside: who, idle: addresses ? IDLE : 0, halfSent: addresses ? HALF : 0, open: state.open, refusedAtOnce: state.refused, endedLater: state.ended, ...good, seconds: seconds(from), memoryMiB });
    if (others) { others.stdin.end(); await new Promise(resolve => others.once("exit", resolve)); }
  }
  agent.destroy();
  await leave(server);
}

await measure(async () => {
  const only = process.env.ONLY;
  // tus-java-server in Jetty did not come to an end with 200 held uploads in five minutes: a request of a servlet that waits for its body holds a thread.
  if (!only || only === "held") for (const name of ["liuhen, directory", "npm tus server"]) await held(name);
  if (!only || only === "crowd") await crowd();
  if (!only || only === "small") await small();
}, false);
