// See ./ingest.
import { createHash } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { cpu, curlUpload, digest, either, GIB, here, ingest, leave, measure, memory, metadata, MIB, patience, results, say, scrap, sealed, seconds, server, sh, sleep, sparse, startPeer, startStation, watchMemory, work } from "./parts.mjs";

const rounds = Number(process.argv[2]);
const ONE = either(GIB, 8 * MIB);

async function oneFile(s3) {
  const file = `/dev/shm/liuhen-bench-${process.pid}`, copy = join(work, "copy");
  scrap.push(file);
  sh("sh", "-c", `openssl rand ${ONE} > ${file}`);
  mkdirSync(join(work, "tus"));
  const peer = await startPeer("node", join(here, "tus-server.mjs"), join(work, "tus"));
  const onePass = await startPeer("java", join(here, "OnePass.java"), join(work, "one-pass"));
  const station = await server("directory", () => startStation(join(work, "directory")));
  say({ what: "start", vault: "directory", startSeconds: station.startSeconds });
  await sleep(either(20_000, 500));
  say({ what: "memory at rest, all processes", vault: "directory", MiB: memory(station.pid) });
  const onS3 = s3 && await startStation(join(work, "s3"), s3);
  for (let round = 0; round <= rounds; round++) { // round 0 warms all of them up and is not counted
    sh("sh", "-c", `openssl rand 16 | dd of=${file} conv=notrunc status=none`); // the same bytes again would be the same item
    const sha256 = await digest(file);
    const counted = result => round > 0 ? say({ round, ...result }) : console.log(JSON.stringify({ warmUp: true, ...result }));
    counted({ what: "a: one Java thread, sha256 + durable write", seconds: Number(sh("java", join(here, "HashAndWrite.java"), file, copy)) });
    rmSync(copy);
    const from = performance.now(), before = cpu(peer.pid);
    const location = await curlUpload(`${peer.url}/files`, file, ONE, sha256);
    const uploaded = seconds(from), stored = join(work, "tus", location.split("/").pop());
    sh("sync", stored); sh("openssl", "dgst", "-sha256", stored);
    counted({ what: "b: @tus/server + sync + openssl dgst", seconds: seconds(from), uploadSeconds: uploaded, cpuSeconds: Number((cpu(peer.pid) - before).toFixed(2)) });
    rmSync(stored);
    const at = performance.now();
    const passed = sh("curl", "-sSf", "-H", "Expect:", "-T", file, onePass.url);
    if (passed !== sha256) throw new Error(passed);
    counted({ what: "d: one-pass receiver, sha256 + fsync", seconds: seconds(at) });
    counted({ what: "liuhen", vault: "directory", ...await ingest(station, file, ONE, sha256) });
    if (s3) {
      const copying = performance.now();
      sh("rclone", "copyto", "--config", "/dev/null", file, `:s3,provider=Ceph,access_key_id=minioadmin,secret_access_key=minioadmin,endpoint='${s3}',region=default:bench/recording-${round}`);
      counted({ what: "c: rclone copyto", seconds: seconds(copying) });
      counted({ what: "liuhen", vault: "s3", ...await ingest(onS3, file, ONE, sha256) });
    }
  }
  rmSync(file); await peer.stop(); await onePass.stop();
  if (onS3) await leave(onS3);
  await leave(station);
}
async function memoryBySize(s3) {
  for (const [vault, endpoint, sizes] of [["directory", undefined, either([100 * MIB, GIB, 50 * GIB], [MIB, 2 * MIB])], ...(s3 ? [["s3", s3, [100 * MIB, GIB]]] : [])]) {
    const station = await server(vault, () => startStation(join(work, `memory-${vault}`), endpoint));
    for (const size of sizes) {
      const file = join(work, "sparse");
      sparse(file, size);
      say({ what: "memory by size", vault, size, ...await ingest(station, file, size, await digest(file)) });
      rmSync(file);
    }
    await leave(station);
  }
}

/** An export of one large item as a ZIP file: memory and disk that the station takes for it. */
async function exportBySize() {
  const station = await server("directory", () => startStation(join(work, "export")));
  const liuhen = (...args) => JSON.parse(sh(join(here, "../liuhen"), ...args, "--json", "--url", station.url));
  const disk = () => Number(sh("du", "-sk", station.folder).split("\t")[0]) / 1024;
  for (const size of either([100 * MIB, GIB, 8 * GIB], [3 * MIB])) {
    const file = join(work, "sparse");
    sparse(file, size);
    const location = await curlUpload(`${station.url}/files`, file, size, await digest(file));
    const id = location.split("/").pop();
    rmSync(file);
    await sealed(station.url, id, size);
    const before = disk(), from = performance.now();
    const [result, peakMiB] = await watchMemory(station.pid, async () => {
      const { exportId: number } = liuhen("export", id, "--recipient", "procuratorate", "--purpose", "benchmark", "--officer", "110023");
      liuhen("approve", number, "--officer", "110099");
      const waiting = patience("the export does not get ready", 120 + size / (20 * MIB));
      while ((await (await fetch(`${station.url}/api/exports/${number}?officer=110023`)).json()).state !== "ready") { waiting(); await sleep(100); }
      const readySeconds = seconds(from), started_ = performance.now();
      const bytes = Number(sh("sh", "-c", `curl -sSf -H 'Liuhen-Officer: 110023' '${station.url}/api/exports/${number}/bag.zip' | wc -c`));
      return { readySeconds, bytes, zipSeconds: seconds(started_) };
    });
    say({ what: "export by size", vault: "directory", size, ...result, peakMiB, scratchMiB: Number((disk() - before).toFixed(1)) });
  }
  await leave(station);
}

/** 1,000 files of 100 KiB, 16 at a time, one POST with the bytes each; again and again on one station, which warms up. */
async function smallFiles(vault, s3) {
  const FILES = either(1000, 20), SIZE = 100 << 10, AT_ONCE = 16, ROUNDS = either(s3 ? 2 : 4, 1);
  const station = await server(vault, () => startStation(join(work, `small-${vault}`), s3));
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
      const waiting = patience("the small files are not sealed");
      while (recorded.size < FILES) {
        waiting(recorded.size);
        let page = "";
        for (let pages = 0; pages < 2; pages++) {
          const { evidence } = await (await fetch(`${station.url}/api/evidence?officer=110023&limit=500${page}`)).json();
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
    say({ what: `${FILES.toLocaleString("en")} files of 100 KiB, 16 at once`, vault, thousand: round, receivedPerSecond: Math.round(FILES / receivedSeconds), sealedPerSecond: Math.round(FILES / seconds(from)), p50Seconds: Number(waits[FILES / 2].toFixed(2)), p99Seconds: Number(waits[Math.floor(FILES * 0.99)].toFixed(2)), cpuSeconds: Number((cpu(station.pid) - before).toFixed(1)) });
  }
  agent.destroy();
  await leave(station);
}

await measure(async s3 => {
  const only = process.env.ONLY;
  if (!only || only === "one") await oneFile(s3);
  if (!only || only === "memory") await memoryBySize(s3);
  if (!only || only === "export") await exportBySize();
  if (!only || only === "small") { await smallFiles("directory"); if (s3) await smallFiles("s3", s3); }
  const median = numbers => numbers.sort((x, y) => x - y)[Math.floor(numbers.length / 2)];
  const of = (what, vault, field) => median(results.filter(r => r.round && r.what.startsWith(what) && r.vault === vault).map(r => r[field]));
  if (!only || only === "one") {
    const a = of("a:", undefined, "seconds"), b = of("b:", undefined, "seconds"), d = of("d:", undefined, "seconds");
    const ack = of("liuhen", "directory", "ackSeconds"), end = of("liuhen", "directory", "sealedSeconds");
    console.log(`median: a ${a} s, b ${b} s, d ${d} s; directory acknowledged ${ack} s = ${(ack / b).toFixed(2)} x b (target 0.8) = ${(ack / d).toFixed(2)} x d (target 1.2), sealed ${end} s = ${(end / a).toFixed(2)} x a (target 2.5)`);
    if (s3) console.log(`median: c ${of("c:", undefined, "seconds")} s; S3 acknowledged ${of("liuhen", "s3", "ackSeconds")} s = ${(of("liuhen", "s3", "ackSeconds") / of("c:", undefined, "seconds")).toFixed(2)} x c (target 1.2)`);
  }
});
