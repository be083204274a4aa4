// What the measurements of ingest share. Every figure is taken from outside: by the client's clock, and from /proc for processor
// time and memory.
import { execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, createReadStream, ftruncateSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

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

export async function startStation(folder, s3) {
  const args = ["station", "--data", folder, "--port", "0", "--no-devices", "--no-immutable", ...(s3 ? ["--s3", s3, "--s3-bucket", basename(folder).toLowerCase()] : [])];
  const from = performance.now();
  const process_ = spawn(join(here, "../liuhen"), args, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, AWS_ACCESS_KEY_ID: "minioadmin", AWS_SECRET_ACCESS_KEY: "minioadmin" } });
  started.push(process_);
  let out = "";
  process_.stdout.on("data", data => { out += data; });
  while (!/^ready.*health/m.test(out)) { if (process_.exitCode !== null) throw new Error(out); await sleep(20); }
  return { pid: process_.pid, url: /http:\/\/[\d.:]+/.exec(/^ready.*/m.exec(out)[0])[0], startSeconds: seconds(from), stop: () => new Promise(resolve => { process_.on("exit", resolve); process_.kill("SIGTERM"); }) };
}
export const metadata = (name, sha256, officerNo = "110023") => Object.entries({ filename: name, sha256, officerNo }).map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`).join(",");

/** One upload by curl: the same client for every tus server. Returns the upload's URL. */
export function curlUpload(endpoint, file, size, sha256) {
  const head = sh("curl", "-sS", "-D", "-", "-o", "/dev/null", "-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H", `Upload-Length: ${size}`, "-H", `Upload-Metadata: ${metadata("recording.bin", sha256)}`, endpoint);
  const location = new URL(/^location: (.*)$/im.exec(head)[1].trim(), endpoint).href;
  return new Promise((resolve, reject) => execFile("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PATCH", "-H", "Expect:", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0", "-H", "Content-Type: application/offset+octet-stream", "-T", file, location],
    (failed, out) => failed || out !== "204" ? reject(failed || new Error(out)) : resolve(location)));
}
export async function sealed(url, id) {
  while (true) {
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
    await sealed(station.url, location.split("/").pop());
    return ack;
  });
  return { ackSeconds, sealedSeconds: seconds(from), cpuSeconds: Number((cpu(station.pid) - before).toFixed(2)), peakMiB };
}
export const digest = file => new Promise((resolve, reject) => { const hash = createHash("sha256"); createReadStream(file).on("data", d => hash.update(d)).on("end", () => resolve(hash.digest("hex"))).on("error", reject); });
export function sparse(file, size) { const fd = openSync(file, "w"); ftruncateSync(fd, size); closeSync(fd); }

/** Another program that says its port when it listens. */
export async function startPeer(program, ...args) {
  const peer = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  started.push(peer);
  const port = await new Promise((resolve, reject) => { peer.stdout.once("data", data => resolve(Number(data))); peer.once("exit", code => reject(new Error(`${program} ${args} ended with ${code}`))); });
  return { pid: peer.pid, url: `http://127.0.0.1:${port}`, stop: () => new Promise(resolve => { peer.once("exit", resolve); peer.kill(); }) };
}

/** Runs the measurements beside a one-node S3 store, where the machine has one, and stops everything afterwards. */
export async function measure(what, besideS3 = true) {
  let s3, rgw;
  try {
    if (besideS3 && has("rclone") && has("radosgw")) {
      rgw = { ...process.env, D: join(work, "rgw"), PORT: "18100", MON: "13400", STORE: "bluestore", BLOCK: String(40 * GIB) };
      execFileSync(join(here, "../docker/rgw-one-node"), { env: rgw, stdio: "ignore" });
      s3 = "http://127.0.0.1:18100";
    } else if (besideS3) {
      say({ what: "S3 left out: rclone or radosgw is missing" });
    }
    await what(s3);
  } finally {
    started.forEach(process_ => process_.kill("SIGKILL"));
    if (rgw) execFileSync(join(here, "../docker/rgw-one-node"), ["stop"], { env: rgw });
    sh("sh", "-c", `pkill -INT -f "[l]${work.slice(work.indexOf("liuhen-bench") + 1)}" || true; sleep 1`); // PostgreSQL outlives a killed station
    rmSync(work, { recursive: true, force: true });
  }
}
