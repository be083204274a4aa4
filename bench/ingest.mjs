// See ./ingest. Every figure is taken from outside: by the client's clock, and from /proc for processor time and memory.
import { execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, createReadStream, ftruncateSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const rounds = Number(process.argv[2]);
const work = mkdtempSync(join(process.env.BENCH_DIR || tmpdir(), "liuhen-bench-"));
const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const MIB = 1 << 20, GIB = 1 << 30;
const results = [];
const say = result => { results.push(result); console.log(JSON.stringify(result)); };
const sleep = millis => new Promise(resolve => setTimeout(resolve, millis));
const seconds = from => Number(((performance.now() - from) / 1000).toFixed(3));
const quiet = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"))); // rclone reads them
const sh = (program, ...args) => execFileSync(program, args, { stdio: ["ignore", "pipe", "inherit"], maxBuffer: GIB, env: quiet }).toString();
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
function cpu(pid) {
  return tree(pid).reduce((sum, p) => {
    try {
      const stat = readFileSync(`/proc/${p}/stat`, "utf8"), fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return sum + (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / 100;
    } catch { return sum; }
  }, 0);
}
/** Memory of a tree in MiB: shared pages are counted once (Pss). */
function memory(pid) {
  return Math.round(tree(pid).reduce((sum, p) => {
    try { return sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${p}/smaps_rollup`, "utf8"))[1]) / 1024; } catch { return sum; }
  }, 0));
}
async function watchMemory(pid, during) {
  let peak = 0, on = true;
  const watching = (async () => { while (on) { peak = Math.max(peak, memory(pid)); await sleep(150); } })();
  const result = await during();
  on = false; await watching;
  return [result, peak];
}

async function startStation(folder, s3) {
  const args = ["station", "--data", folder, "--port", "0", "--no-devices", "--no-immutable", ...(s3 ? ["--s3", s3, "--s3-bucket", basename(folder).toLowerCase()] : [])];
  const from = performance.now();
  const process_ = spawn(join(here, "../liuhen"), args, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, AWS_ACCESS_KEY_ID: "minioadmin", AWS_SECRET_ACCESS_KEY: "minioadmin" } });
  started.push(process_);
  let out = "";
  process_.stdout.on("data", data => { out += data; });
  while (!/^ready.*health/m.test(out)) { if (process_.exitCode !== null) throw new Error(out); await sleep(20); }
  return { pid: process_.pid, url: /http:\/\/[\d.:]+/.exec(/^ready.*/m.exec(out)[0])[0], startSeconds: seconds(from), stop: () => new Promise(resolve => { process_.on("exit", resolve); process_.kill("SIGTERM"); }) };
}
const metadata = (name, sha256) => Object.entries({ filename: name, sha256, officerNo: "110023" }).map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`).join(",");

/** One upload by curl: the same client for every tus server. Returns the upload's URL. */
function curlUpload(endpoint, file, size, sha256) {
  const head = sh("curl", "-sS", "-D", "-", "-o", "/dev/null", "-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H", `Upload-Length: ${size}`, "-H", `Upload-Metadata: ${metadata("recording.bin", sha256)}`, endpoint);
  const location = new URL(/^location: (.*)$/im.exec(head)[1].trim(), endpoint).href;
  return new Promise((resolve, reject) => execFile("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PATCH", "-H", "Expect:", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0", "-H", "Content-Type: application/offset+octet-stream", "-T", file, location],
    (failed, out) => failed || out !== "204" ? reject(failed || new Error(out)) : resolve(location)));
}
async function sealed(url, id) {
  while (true) {
    const { evidence } = await (await fetch(`${url}/api/evidence?limit=500`)).json();
    if (evidence.some(item => item.id === id && item.sealedUntil)) return;
    await sleep(30);
  }
}
async function ingest(station, file, size, sha256) {
  const before = cpu(station.pid), from = performance.now();
  const [ackSeconds, peakMiB] = await watchMemory(station.pid, async () => {
    const location = await curlUpload(`${station.url}/files`, file, size, sha256);
    const ack = seconds(from);
    await sealed(station.url, location.split("/").pop());
    return ack;
  });
  return { ackSeconds, sealedSeconds: seconds(from), cpuSeconds: Number((cpu(station.pid) - before).toFixed(2)), peakMiB };
}
const digest = file => new Promise((resolve, reject) => { const hash = createHash("sha256"); createReadStream(file).on("data", d => hash.update(d)).on("end", () => resolve(hash.digest("hex"))).on("error", reject); });
function sparse(file, size) { const fd = openSync(file, "w"); ftruncateSync(fd, size); closeSync(fd); }

async function oneFile(s3) {
  const file = `/dev/shm/liuhen-bench-${process.pid}`, copy = join(work, "copy");
  sh("sh", "-c", `openssl rand ${GIB} > ${file}`);
  const sha256 = await digest(file);
  mkdirSync(join(work, "tus"));
  const peer = spawn("node", [join(here, "tus-server.mjs"), join(work, "tus")], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(peer);
  const port = await new Promise(resolve => peer.stdout.once("data", data => resolve(Number(data))));
  const station = await startStation(join(work, "directory"));
  say({ what: "start", vault: "directory", startSeconds: station.startSeconds });
  await sleep(20_000);
  say({ what: "memory at rest, all processes", vault: "directory", MiB: memory(station.pid) });
  const onS3 = s3 && await startStation(join(work, "s3"), s3);
  for (let round = 0; round <= rounds; round++) { // round 0 warms all of them up and is not counted
    const counted = result => round > 0 ? say({ round, ...result }) : console.log(JSON.stringify({ warmUp: true, ...result }));
    counted({ what: "a: one Java thread, sha256 + durable write", seconds: Number(sh("java", join(here, "HashAndWrite.java"), file, copy)) });
    rmSync(copy);
    const from = performance.now(), before = cpu(peer.pid);
    const location = await curlUpload(`http://127.0.0.1:${port}/files`, file, GIB, sha256);
    const uploaded = seconds(from), stored = join(work, "tus", location.split("/").pop());
    sh("sync", stored); sh("openssl", "dgst", "-sha256", stored);
    counted({ what: "b: @tus/server + sync + openssl dgst", seconds: seconds(from), uploadSeconds: uploaded, cpuSeconds: Number((cpu(peer.pid) - before).toFixed(2)) });
    rmSync(stored);
    counted({ what: "liuhen", vault: "directory", ...await ingest(station, file, GIB, sha256) });
    if (s3) {
      const at = performance.now();
      sh("rclone", "copyto", "--config", "/dev/null", file, `:s3,provider=Ceph,access_key_id=minioadmin,secret_access_key=minioadmin,endpoint='${s3}',region=default:bench/recording-${round}`);
      counted({ what: "c: rclone copyto", seconds: seconds(at) });
      counted({ what: "liuhen", vault: "s3", ...await ingest(onS3, file, GIB, sha256) });
    }
  }
  rmSync(file); peer.kill();
  if (onS3) await onS3.stop();
  await station.stop();
}
async function memoryBySize(s3) {
  for (const [vault, endpoint, sizes] of [["directory", undefined, [100 * MIB, GIB, 8 * GIB]], ...(s3 ? [["s3", s3, [100 * MIB, GIB]]] : [])]) {
    const station = await startStation(join(work, `memory-${vault}`), endpoint);
    for (const size of sizes) {
      const file = join(work, "sparse");
      sparse(file, size);
      say({ what: "memory by size", vault, size, ...await ingest(station, file, size, await digest(file)) });
      rmSync(file);
    }
    await station.stop();
  }
}

/** An export of one large item as a ZIP file: memory and disk that the station takes for it. */
async function exportBySize() {
  const station = await startStation(join(work, "export"));
  const liuhen = (...args) => JSON.parse(sh(join(here, "../liuhen"), ...args, "--json", "--url", station.url));
  const disk = () => Number(sh("du", "-sk", join(work, "export")).split("\t")[0]) / 1024;
  for (const size of [100 * MIB, GIB, 8 * GIB]) {
    const file = join(work, "sparse");
    sparse(file, size);
    const location = await curlUpload(`${station.url}/files`, file, size, await digest(file));
    const id = location.split("/").pop();
    rmSync(file);
    await sealed(station.url, id);
    const before = disk(), from = performance.now();
    const [result, peakMiB] = await watchMemory(station.pid, async () => {
      const { exportId: number } = liuhen("export", id, "--recipient", "procuratorate", "--purpose", "benchmark", "--officer", "110023");
      liuhen("approve", number, "--officer", "110099");
      while ((await (await fetch(`${station.url}/api/exports/${number}`)).json()).state !== "ready") await sleep(100);
      const readySeconds = seconds(from), started_ = performance.now();
      const bytes = Number(sh("sh", "-c", `curl -sSf -H 'Liuhen-Officer: 110023' '${station.url}/api/exports/${number}/bag.zip' | wc -c`));
      return { readySeconds, bytes, zipSeconds: seconds(started_) };
    });
    say({ what: "export by size", vault: "directory", size, ...result, peakMiB, scratchMiB: Number((disk() - before).toFixed(1)) });
  }
  await station.stop();
}

/** 1,000 files of 100 KiB, 16 at a time, one POST with the bytes each; again and again on one station, which warms up. */
async function smallFiles(vault, s3) {
  const FILES = 1000, SIZE = 100 << 10, AT_ONCE = 16, ROUNDS = s3 ? 2 : 4;
  const station = await startStation(join(work, `small-${vault}`), s3);
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const post = ({ bytes, sha256 }) => new Promise((resolve, reject) => {
    const request = http.request(`${station.url}/files`, { method: "POST", agent, headers: { "Tus-Resumable": "1.0.0", "Upload-Length": SIZE, "Upload-Metadata": metadata("small.bin", sha256), "Content-Type": "application/offset+octet-stream", "Content-Length": SIZE } }, answer => {
      answer.resume().on("end", () => answer.statusCode === 201 ? resolve(answer.headers.location.split("/").pop()) : reject(new Error(answer.statusCode)));
    });
    request.on("error", reject).end(bytes);
  });
  for (let round = 1; round <= ROUNDS; round++) {
    const files = Array.from({ length: FILES }, (_, i) => { const bytes = Buffer.alloc(SIZE, `${round} ${i} 证据 `); return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") }; });
    const received = new Map(), recorded = new Map(), from = performance.now(), before = cpu(station.pid);
    let next = 0;
    const watching = (async () => { // asks twice a second, so each wait is known to half a second
      while (recorded.size < FILES) {
        let page = "";
        for (let pages = 0; pages < 2; pages++) {
          const { evidence } = await (await fetch(`${station.url}/api/evidence?limit=500${page}`)).json();
          const now = performance.now();
          evidence.forEach(item => { if (item.sealedUntil && received.has(item.id) && !recorded.has(item.id)) recorded.set(item.id, now); });
          if (evidence.length < 500) break;
          page = `&before=${evidence.at(-1).id}`;
        }
        await sleep(500);
      }
    })();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (next < FILES) { const id = await post(files[next++]); received.set(id, performance.now()); } }));
    const receivedSeconds = seconds(from);
    await watching;
    const waits = [...received].map(([id, at]) => (recorded.get(id) - at) / 1000).sort((a, b) => a - b);
    say({ what: "1,000 files of 100 KiB, 16 at once", vault, thousand: round, receivedPerSecond: Math.round(FILES / receivedSeconds), sealedPerSecond: Math.round(FILES / seconds(from)), p50Seconds: Number(waits[FILES / 2].toFixed(2)), p99Seconds: Number(waits[FILES * 0.99].toFixed(2)), cpuSeconds: Number((cpu(station.pid) - before).toFixed(1)) });
  }
  agent.destroy();
  await station.stop();
}

let s3, rgw;
try {
  if (has("rclone") && has("radosgw")) {
    rgw = { ...process.env, D: join(work, "rgw"), PORT: "18100", MON: "13400", STORE: "bluestore", BLOCK: String(40 * GIB) };
    execFileSync(join(here, "../docker/rgw-one-node"), { env: rgw, stdio: "ignore" });
    s3 = "http://127.0.0.1:18100";
  } else {
    say({ what: "S3 left out: rclone or radosgw is missing" });
  }
  const only = process.env.ONLY;
  if (!only || only === "one") await oneFile(s3);
  if (!only || only === "memory") await memoryBySize(s3);
  if (!only || only === "export") await exportBySize();
  if (!only || only === "small") { await smallFiles("directory"); if (s3) await smallFiles("s3", s3); }
  const median = numbers => numbers.sort((x, y) => x - y)[Math.floor(numbers.length / 2)];
  const of = (what, vault, field) => median(results.filter(r => r.round && r.what.startsWith(what) && r.vault === vault).map(r => r[field]));
  if (!only || only === "one") {
    const a = of("a:", undefined, "seconds"), b = of("b:", undefined, "seconds"), ack = of("liuhen", "directory", "ackSeconds"), end = of("liuhen", "directory", "sealedSeconds");
    console.log(`median: a ${a} s, b ${b} s; directory acknowledged ${ack} s = ${(ack / b).toFixed(2)} x b (target 0.8), sealed ${end} s = ${(end / a).toFixed(2)} x a (target 2.5)`);
    if (s3) console.log(`median: c ${of("c:", undefined, "seconds")} s; S3 acknowledged ${of("liuhen", "s3", "ackSeconds")} s = ${(of("liuhen", "s3", "ackSeconds") / of("c:", undefined, "seconds")).toFixed(2)} x c (target 1.3)`);
  }
} finally {
  started.forEach(process_ => process_.kill("SIGKILL"));
  if (rgw) execFileSync(join(here, "../docker/rgw-one-node"), ["stop"], { env: rgw });
  sh("sh", "-c", `pkill -INT -f "[l]${work.slice(work.indexOf("liuhen-bench") + 1)}" || true; sleep 1`); // PostgreSQL outlives a killed station
  rmSync(work, { recursive: true, force: true });
}
