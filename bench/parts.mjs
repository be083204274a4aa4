// What the measurements of ingest share. Every figure is taken from outside: by the client's clock, and from /proc for processor
// time and memory.
import { execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, createReadStream, ftruncateSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** With --smoke as the first argument of the script that started this one: the same work with tiny sizes. */
export const smoke = process.env.SMOKE === "yes";
/** Two values: the first one as usual, the second one for --smoke. */
export const either = (usual, tiny) => smoke ? tiny : usual;
export const work = mkdtempSync(join(process.env.BENCH_DIR || tmpdir(), "liuhen-bench-"));
export const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
export const MIB = 1 << 20, GIB = 1 << 30;
export const results = [];
export const say = result => { results.push(result); console.log(JSON.stringify(result)); };
export const sleep = millis => new Promise(resolve => setTimeout(resolve, millis));
export const seconds = from => Number(((performance.now() - from) / 1000).toFixed(3));
const quiet = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"))); // rclone reads them
export const sh = (program, ...args) => execFileSync(program, args, { stdio: ["ignore", "pipe", "inherit"], maxBuffer: GIB, env: quiet }).toString();
const started = [];
/** Files outside the working folder that are removed at the end. */
export const scrap = [];
let rgw;
const has = program => { try { execFileSync("which", [program], { stdio: "ignore" }); return true; } catch { return false; } };

/** A process and all that it started. */
function tree(pid) {
  const parents = new Map();
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name)) try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch { /* it ended */ }
  }
  const all = [pid];
  for (let i = 0; i < all.length; i++) parents.forEach((parent, child) => { if (parent === all[i]) all.push(child); });
  return all;
}
/** Processor seconds of a tree, with those of its children that ended. */
export function cpu(pid) {
  return tree(pid).reduce((sum, p) => {
    try {
      const stat = readFileSync(`/proc/${p}/stat`, "utf8"), fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return sum + (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / 100;
    } catch { return sum; }
  }, 0);
}
/** Memory of a tree in MiB: shared pages are counted once (Pss). */
export function memory(pid) {
  return Math.round(tree(pid).reduce((sum, p) => {
    try { return sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${p}/smaps_rollup`, "utf8"))[1]) / 1024; } catch { return sum; }
  }, 0));
}
export async function watchMemory(pid, during) {
  let peak = 0, on = true;
  const watching = (async () => { while (on) { peak = Math.max(peak, memory(pid)); await sleep(150); } })();
  const result = await during();
  on = false; await watching;
  return [result, peak];
}

/** A program that was started; one that ends before it was asked to ends the measurement, with a message. */
function begin(what, program, args, env = process.env) {
  const process_ = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"], env });
  started.push(process_);
  const one = { what, process: process_, pid: process_.pid, out: "" };
  process_.stdout.on("data", data => { one.out += data; });
  process_.on("error", failed => { throw new Fault(`${what} does not start: ${failed.message}`); });
  process_.on("exit", (code, signal) => { if (!one.asked) throw new Fault(`${what} has ended by itself (${signal ?? code}): ${one.out.trim().split("\n").at(-1)}`); });
  one.stop = () => { one.asked = true; return process_.exitCode ?? process_.signalCode ?? new Promise(resolve => { process_.once("exit", resolve); process_.kill("SIGTERM"); setTimeout(() => process_.kill("SIGKILL"), 30_000).unref(); }); };
  return one;
}
/** What makes a figure impossible; said in one line. */
export class Fault extends Error {}
/** For a loop that waits: call it each time round, with how far the work is; it throws when that has not changed for 120 seconds. */
export function patience(what, limit = 120) {
  let last, since = performance.now();
  return now => {
    if (now !== last) [last, since] = [now, performance.now()];
    if (seconds(since) > limit) throw new Fault(`${what}: nothing new for ${limit} s`);
  };
}

export async function startStation(folder, s3) {
  const args = ["station", "--data", folder, "--port", "0", "--no-devices", "--no-immutable", ...(s3 ? ["--s3", s3, "--s3-bucket", basename(folder).toLowerCase()] : [])];
  const from = performance.now(), waiting = patience("the station does not get ready");
  const station = begin("the station", join(here, "../liuhen"), args, { ...process.env, AWS_ACCESS_KEY_ID: "minioadmin", AWS_SECRET_ACCESS_KEY: "minioadmin" });
  while (!/^ready.*health/m.test(station.out)) { waiting(); await sleep(20); }
  return Object.assign(station, { folder, url: /http:\/\/[\d.:]+/.exec(/^ready.*/m.exec(station.out)[0])[0], startSeconds: seconds(from) });
}
export const metadata = (name, sha256, officerNo = "110023") => Object.entries({ filename: name, sha256, officerNo }).map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`).join(",");

/** One upload by curl: the same client for every tus server. Returns the upload's URL. */
export function curlUpload(endpoint, file, size, sha256) {
  const head = sh("curl", "-sS", "-D", "-", "-o", "/dev/null", "-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H", `Upload-Length: ${size}`, "-H", `Upload-Metadata: ${metadata("recording.bin", sha256)}`, endpoint);
  const location = new URL(/^location: (.*)$/im.exec(head)[1].trim(), endpoint).href;
  return new Promise((resolve, reject) => execFile("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PATCH", "-H", "Expect:", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0", "-H", "Content-Type: application/offset+octet-stream", "-T", file, location],
    (failed, out) => failed || out !== "204" ? reject(failed || new Error(out)) : resolve(location)));
}
export async function sealed(url, id, size = 0) {
  const waiting = patience(`${id} is not sealed`, 120 + size / (20 * MIB)); // it is read back first
  while (true) {
    waiting();
    const { evidence } = await (await fetch(`${url}/api/evidence?officer=110023&limit=500`)).json();
    if (evidence.some(item => item.id === id && item.sealedUntil)) return;
    await sleep(30);
  }
}
export async function ingest(station, file, size, sha256) {
  const before = cpu(station.pid), from = performance.now();
  const [ackSeconds, peakMiB] = await watchMemory(station.pid, async () => {
    const location = await curlUpload(`${station.url}/files`, file, size, sha256);
    const ack = seconds(from);
    await sealed(station.url, location.split("/").pop(), size);
    return ack;
  });
  return { ackSeconds, sealedSeconds: seconds(from), cpuSeconds: Number((cpu(station.pid) - before).toFixed(2)), peakMiB };
}
export const digest = file => new Promise((resolve, reject) => { const hash = createHash("sha256"); createReadStream(file).on("data", d => hash.update(d)).on("end", () => resolve(hash.digest("hex"))).on("error", reject); });
export function sparse(file, size) { const fd = openSync(file, "w"); ftruncateSync(fd, size); closeSync(fd); }

/** Another program that says its port when it listens. */
export async function startPeer(program, ...args) {
  const waiting = patience(`${program} does not get ready`), peer = begin(`${program} ${args.find(argument => /\.(mjs|java)$/.test(argument)) ?? ""}`, program, args);
  while (!/^\d+\n/.test(peer.out)) { waiting(); await sleep(20); }
  return Object.assign(peer, { url: `http://127.0.0.1:${parseInt(peer.out)}` });
}

const kept = new Map();
/** A server that is started for a measurement. With --smoke one of a name does for all of them: most of the time is its start. */
export async function server(name, start) {
  if (!smoke) return start();
  if (!kept.has(name)) kept.set(name, await start());
  return kept.get(name);
}
/** Stops it; with --smoke, that is at the end of all. */
export const leave = one => smoke ? undefined : one.stop();

// At the end, however it comes, nothing that was started stays.
process.on("exit", () => {
  started.forEach(process_ => process_.kill("SIGKILL"));
  if (rgw) try { execFileSync(join(here, "../docker/rgw-one-node"), ["stop"], { env: rgw, stdio: "ignore" }); } catch { /* it was not there yet */ }
  for (const name of readdirSync(work)) try { // PostgreSQL outlives a killed station
    const data = join(work, name, "postgres"), pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    if (readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data)) process.kill(pid, "SIGQUIT");
  } catch { /* there is none */ }
  scrap.forEach(file => rmSync(file, { force: true }));
  for (let i = 0; i < 50; i++) try { rmSync(work, { recursive: true, force: true }); break; } catch { execFileSync("sleep", ["0.1"]); }
});
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) process.on(signal, () => process.exit(code));
function failed(why) {
  console.error(why instanceof Fault ? why.message : why);
  process.exit(1);
}
process.on("uncaughtException", failed);

/** Runs the measurements beside a one-node S3 store, where the machine has one, and stops everything afterwards. */
export async function measure(what, besideS3 = true) {
  try {
    let s3;
    if (besideS3 && !smoke && has("rclone") && has("radosgw")) {
      rgw = { ...process.env, D: join(work, "rgw"), PORT: "18100", MON: "13400", STORE: "bluestore", BLOCK: String(40 * GIB) };
      execFileSync(join(here, "../docker/rgw-one-node"), { env: rgw, stdio: "ignore" });
      s3 = "http://127.0.0.1:18100";
    } else if (besideS3) {
      say({ what: smoke ? "S3 left out with --smoke" : "S3 left out: rclone or radosgw is missing" });
    }
    await what(s3);
    process.exit(0);
  } catch (why) {
    failed(why);
  }
}
