const words = {
  zh: { motto: "每一次接触都留下痕迹", officer: "警号", evidence: "证据", find: "文件名或上传人", case: "案件编号", search: "查找",
    choose: "请在左侧选择一件证据，查看其保管链。", none: "没有找到证据。可用命令 liuhen upload 上传。", sealed: "已封存至", notSealed: "未封存",
    broken: "保管链核验未通过：", chain: "保管链", size: "大小", digest: "SHA-256", cases: "案件",
    sender: "上传人", type: "类型", enforcement: "锁定方式", metadata: "元数据", reason: "理由", attach: "关联", detach: "解除关联", download: "下载（将留下记录）", sayWho: "请先填写警号：查看、下载和关联都会被记录。",
    cannotCheck: "此浏览器无法核验（需要 Chrome/Edge 137、Firefox 129、Safari 17 或更新版本）：", checkedHere: (n, head) => `已在您的浏览器中核验：${n} 项记录都在日志头 ${head.size} 中，该日志头由下列公钥签名；各项前后相连，每一步都被允许。末尾是否缺少记录，由回执和监督程序证明。`,
    logKey: "日志公钥", firstSeen: "此浏览器首次见到此公钥并已记住：请与管理员另行提供的公钥核对。", keyChanged: "日志公钥与此浏览器所记住的不同。仍按所记住的公钥核验。若管理员证实已更换公钥：", acceptKey: "改用新公钥", olderHead: "日志头比此浏览器以前见过的更旧，或与其矛盾。", serverSays: "服务器报告：", proves: n => `此项在日志中，由 ${n} 个散列值证明`, fault: { "VF-101": "日志头的签名无效", "VF-103": "此项不在已签名的日志中", "VF-106": "此项格式有误", "VF-107": "此项与前一项不相连", "VF-108": "此步不被允许", "VF-112": "日志被回退", "VF-212": "时间先后矛盾" },
    undecided: "待选择警情", party: { officer: "警号", device: "设备" }, gaps: "应有而缺失", noGaps: "没有发现缺失。", gap: { DISPATCH_WITHOUT_RECORDING: "有出警无录像", ENDS_BEFORE_CLEARED: "录像早于处警结束", DECLARED_NOT_RECEIVED: "已申报未收到", LATE_UPLOAD: "超时上传", MISSING_SEGMENTS: "缺少分段" }, choice: "可能属于以下警情，请选择一个：", belongs: "属于", byRule: "按规则", chosenOne: "从候选警情中选定", notCleared: "未结束",
    by: "", showTrack: "显示轨迹（将留下记录）", showPreview: "显示预览（将留下记录）", previewOf: "预览，不是原件：", shows: { "first key frame": "首个关键帧", "loudness over time": "音量随时间变化", "the image, smaller": "缩小的图像", "page 1": "第1页", "first words": "开头的文字" }, sameName: "同名文件", positions: "位置点", holds_: "内含", confidence: { COMPUTED: "计算得出", GUESSED: "推测" }, number: "第", inLog: "日志序号", failure: "未能提取", sent: "已记录，稍后刷新。",
    state: { declared: "已申报", received: "已接收", verified: "已核验", rejected: "校验不符", withdrawn: "已撤回", unknown: "未知" },
    event: { declared: "申报", received: "接收完毕", verified: "读回核验一致", rejected: "读回核验不符", described: "提取元数据", descriptionFailed: "元数据提取失败", descriptionRequested: "要求重新提取元数据", linkedToCase: "关联案件", unlinkedFromCase: "解除关联", sealed: "封存", viewed: "查看", downloaded: "下载", refused: "拒绝", withdrawn: "撤回上传", lockProbed: "锁定测试", linkProposed: "提示可能的警情", dispatchRecorded: "接处警记录", gapFound: "发现缺失", gapClosed: "缺失已补", exportRequested: "申请移送", exportApproved: "批准移送", exported: "移送", receivedAgain: "再次收到相同内容", copyErased: "上传方清除副本" },
    kind: { DEVICE: "设备", OFFICER: "民警", PROSECUTOR: "检察官", COMPONENT: "系统组件" } },
  en: { motto: "Every touch leaves a trace", officer: "Officer no.", evidence: "Evidence", find: "File name or sender", case: "Case ID", search: "Search",
    choose: "Choose an item on the left to see its chain of custody.", none: "No evidence found. Upload some with: liuhen upload", sealed: "sealed until", notSealed: "not sealed",
    broken: "The chain does not hold:", chain: "Chain of custody", size: "Size", digest: "SHA-256", cases: "Cases",
    sender: "Sender", type: "Type", enforcement: "Lock", metadata: "Metadata", reason: "Reason", attach: "Attach", detach: "Detach", download: "Download (is recorded)", sayWho: "Enter your officer number first: viewing, downloading and attaching are recorded.",
    cannotCheck: "This browser cannot check (Chrome or Edge 137, Firefox 129, Safari 17 or newer can):", checkedHere: (n, head) => `Checked in your browser: all ${n} entries are in the head of size ${head.size} that the key below signed; each follows on the one before and was allowed. That none is missing at the end is for receipts and monitors to show.`,
    logKey: "Key of the log", firstSeen: "This browser sees this key for the first time and remembers it: compare it with the one that the administrator gave you.", keyChanged: "The key of the log is not the one that this browser remembers. What it remembers is what counts here. If the administrator confirms the change:", acceptKey: "use the new key", olderHead: "The head is older than one that this browser has seen before, or contradicts it.", serverSays: "The server reports:", proves: n => `in the log, by a proof of ${n} hashes`, fault: { "VF-101": "the head's signature is not good", "VF-103": "not in the signed log", "VF-106": "malformed", "VF-107": "does not follow on the one before", "VF-108": "not allowed at this point", "VF-112": "the log was rolled back", "VF-212": "earlier than the one before" },
    undecided: "To be decided", party: {}, gaps: "What is missing", noGaps: "Nothing is missing.", gap: { DISPATCH_WITHOUT_RECORDING: "Dispatch without recording", ENDS_BEFORE_CLEARED: "Recording ends before the call was cleared", DECLARED_NOT_RECEIVED: "Declared and not received", LATE_UPLOAD: "Uploaded late", MISSING_SEGMENTS: "Segments missing" }, choice: "May belong to one of these incidents; choose:", belongs: "Belongs to", byRule: "by rule", chosenOne: "chosen among the candidates", notCleared: "not cleared",
    by: "by ", showTrack: "Show the track (is recorded)", showPreview: "Show a preview (is recorded)", previewOf: "Preview, not the original: ", shows: {}, sameName: "Same name", positions: "positions", holds_: "holds", confidence: { COMPUTED: "computed", GUESSED: "guessed" }, number: "no. ", inLog: "in the log at", failure: "not extracted", sent: "Recorded. Refresh in a moment.",
    state: { declared: "declared", received: "received", verified: "verified", rejected: "rejected", withdrawn: "withdrawn", unknown: "unknown" },
    event: { declared: "Declared", received: "Received", verified: "Read back and verified", rejected: "Read back, digest differs", described: "Metadata extracted", descriptionFailed: "Metadata not extracted", descriptionRequested: "Asked to extract metadata again", linkedToCase: "Attached to case", unlinkedFromCase: "Detached from case", sealed: "Sealed", viewed: "Viewed", downloaded: "Downloaded", refused: "Refused", withdrawn: "Upload withdrawn", lockProbed: "Lock probed", linkProposed: "Incidents proposed", dispatchRecorded: "Dispatch recorded", gapFound: "Gap found", gapClosed: "Gap closed", exportRequested: "Export requested", exportApproved: "Export approved", exported: "Exported", receivedAgain: "Same bytes received again", copyErased: "Sender erased its copy" },
    kind: { DEVICE: "device", OFFICER: "officer", PROSECUTOR: "prosecutor", COMPONENT: "component" } }
};
const asked = new URLSearchParams(location.search);
let language = asked.get("lang") || localStorage.language || (navigator.language.startsWith("zh") ? "zh" : "en");
let chosen = location.hash.slice(1);
const $ = id => document.getElementById(id), t = () => words[language];
$("officer").value = asked.get("officer") || localStorage.officer || "";

/** An element with text; nothing from a file ever becomes markup. */
function el(name, text, props = {}) {
  const e = Object.assign(document.createElement(name), props);
  if (text !== undefined) e.textContent = text;
  return e;
}
async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: { "Liuhen-Officer": encodeURIComponent($("officer").value), ...options.headers } });
  if (!answer.ok) { const { code, detail } = await answer.json(); throw new Error(`${code}: ${detail}`); }
  return answer;
}
const get = async (path, options) => (await ask(path, options)).json();
const size = n => n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KiB` : n < 1073741824 ? `${(n / 1048576).toFixed(1)} MiB` : `${(n / 1073741824).toFixed(2)} GiB`;
const time = iso => iso ? new Date(iso).toLocaleString(language === "zh" ? "zh-CN" : "en-GB", { timeZoneName: "short" }) : "";

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.querySelectorAll("[data-t]").forEach(e => { e.textContent = t()[e.dataset.t]; });
  document.querySelectorAll("[data-p]").forEach(e => { e.placeholder = t()[e.dataset.p]; e.setAttribute("aria-label", t()[e.dataset.p]); });
  $("language").textContent = language === "zh" ? "English" : "中文";
  $("language").lang = language === "zh" ? "en" : "zh-CN";
}
async function list() {
  const query = new URLSearchParams();
  if ($("q").value) query.set("q", $("q").value);
  if ($("case").value) query.set("case", $("case").value);
  if ($("undecided").checked) query.set("undecided", "true");
  try {
    const { evidence } = await get("/api/evidence?" + query);
    $("list").replaceChildren(...(evidence.length ? evidence.map(row) : [el("p", t().none, { className: "small" })]));
  } catch (failed) { $("list").replaceChildren(el("p", failed.message, { className: "bad" })); }
}
/** What should be there and is not; asked for when somebody opens the list. */
async function gaps() {
  if (!$("gaps").open) return;
  const place = $("gaps").querySelector("ul");
  try {
    const [found, segments] = [await get("/api/gaps"), await get("/api/missing-segments")];
    const lines = found.gaps.map(g => {
      const li = el("li"), subject = g.gapId.slice(g.gapId.indexOf(" ") + 1);
      li.append(el("b", t().gap[g.gapKind]), " ", g.evidenceId ? el("a", subject, { href: "#" + subject, onclick: () => { chosen = subject; show(); } }) : subject, el("div", `${time(g.since)} · ${g.finding}`, { className: "small" }));
      return li;
    });
    segments.recordings.forEach(r => lines.push(el("li", `${t().gap.MISSING_SEGMENTS} ${r.recordingId}: ${r.missing.join(", ")}`)));
    place.replaceChildren(...(lines.length ? lines : [el("li", t().noGaps)]));
  } catch (failed) { place.replaceChildren(el("li", failed.message, { className: "bad" })); }
}
function row(item) {
  const b = el("button", undefined, { className: "row", onclick: () => { chosen = item.id; location.hash = chosen; show(); } });
  b.setAttribute("aria-current", item.id === chosen);
  const state = el("span", t().state[item.state] || item.state, { className: "tag " + (item.state === "verified" ? "good" : item.state === "rejected" ? "bad" : "") });
  const about = el("span", ` ${size(item.sizeBytes)} · ${item.sealedUntil ? t().sealed + " " + item.sealedUntil.slice(0, 10) : t().notSealed}${item.cases.length ? " · " + item.cases.join("、") : ""}${item.candidates ? " · " + t().undecided : ""}`, { className: "small" });
  b.append(el("b", item.fileName), state, about, el("div", time(item.declaredAt), { className: "small" }));
  return b;
}
async function show() {
  document.querySelectorAll(".row").forEach(r => r.setAttribute("aria-current", false));
  const place = $("detail");
  if (!chosen) return;
  if (!$("officer").value) { place.replaceChildren(el("p", t().sayWho, { className: "banner" })); $("officer").focus(); return; }
  try {
    const [item, chain] = [await get("/api/evidence/" + chosen), await get(`/api/evidence/${chosen}/custody`)];
    const facts = el("dl");
    const fact = (name, value) => value && facts.append(el("dt", name), el("dd", value));
    fact(t().type, item.mediaType); fact(t().size, `${size(item.sizeBytes)} (${item.sizeBytes})`); fact(t().digest, item.sha256);
    fact(t().sender, item.sender); fact(t().cases, item.cases.map(c => c + (item.links?.[c]?.basis === "RULE" ? `（${t().byRule}）` : "")).join("、")); fact(t().sealed, time(item.sealedUntil)); fact(t().enforcement, item.enforcement);
    fact(t().failure, item.descriptionFailure);
    Object.entries(item.gaps || {}).forEach(([kind, finding]) => fact(t().gap[kind], finding));
    (item.sameName || []).forEach(other => { const go = el("a", other.fileName, { href: "#" + other.id, onclick: () => { chosen = other.id; show(); } }), dd = el("dd"); dd.append(go, ` ${other.mediaType}`); facts.append(el("dt", t().sameName), dd); });
    const { verdict, faulty } = await judge(item.id, chain);
    const entries = el("ol");
    (chain.entries || []).forEach((e, i) => entries.append(entry(e, faulty.get(i))));
    const metadata = el("details"); metadata.append(el("summary", `${t().metadata} (${(item.metadata || []).length})`));
    const values = el("dl");
    (item.metadata || []).forEach(v => values.append(el("dt", v.name), el("dd", `${v.value}${v.unit ? " " + v.unit : ""}  — ${v.tool} ${v.version}: ${v.source}${v.confidence === "STATED" ? "" : " · " + t().confidence[v.confidence]}`)));
    (item.members || []).forEach(m => values.append(el("dt", t().holds_), el("dd", `${m.name} · ${size(m.sizeBytes)} · ${m.sha256 || m.reason}`)));
    metadata.append(values);
    const preview = el("div"), made = (item.metadata || []).find(v => v.name === "previewSha256");
    if (made) preview.append(el("button", t().showPreview, { onclick: () => showPreview(preview, item, made) }));
    const track = el("div");
    if ((item.metadata || []).some(v => v.name === "trackSha256")) track.append(el("button", t().showTrack, { onclick: () => drawTrack(track, item) }));
    const download = el("a", t().download, { href: `/api/evidence/${chosen}/content?officer=${encodeURIComponent($("officer").value)}` });
    place.replaceChildren(el("h2", item.fileName), verdict, facts, candidates(item), download, links(item), preview, track, metadata, el("h2", t().chain), entries);
  } catch (failed) { place.replaceChildren(el("p", failed.message, { className: "banner bad" })); }
}
/**
 * What this browser finds out about a chain: with its own code, and with the key of the log that it has seen first. The word of the server
 * comes on top: it looks at more, and what it finds is shown, too.
 */
async function judge(id, chain) {
  // A station has one log: remembered is its key, not a key for whatever name the server gives.
  const known = localStorage.logKey, verdict = el("div", undefined, { className: "banner" });
  if (!known && chain.key) localStorage.logKey = chain.key;
  const used = known || chain.key || "", start = performance.now();
  let found;
  try { found = await Liuhen.chain(chain, id, used); }
  catch (failed) { found = { head: null, entries: 0, faults: [{ code: "", at: null, detail: `${t().cannotCheck} ${failed.message}` }] }; }
  if (found.head) {
    const [size, root] = (localStorage.logHead || "0 ").split(" "), now = Liuhen.hex(found.head.root);
    if (found.head.size < BigInt(size) || (found.head.size === BigInt(size) && now !== root)) found.faults.push({ code: "VF-112", at: null, detail: t().olderHead });
    else localStorage.logHead = `${found.head.size} ${now}`;
  }
  const faulty = new Map(found.faults.filter(f => f.at !== null).map(f => [f.at, f])), told = chain.faults || [], good = found.faults.length === 0 && told.length === 0;
  verdict.className = "banner " + (good ? "good" : "bad");
  verdict.dataset.milliseconds = Math.round(performance.now() - start);
  verdict.append(el("div", good ? "✓ " + t().checkedHere(found.entries, found.head) : "✗ " + t().broken));
  found.faults.forEach(f => verdict.append(el("div", `${f.code} ${t().fault[f.code] || ""}${f.at === null ? "" : ` · ${t().number}${f.at + 1}`} ${f.detail}`)));
  if (told.length > 0) verdict.append(el("div", t().serverSays));
  told.forEach(f => verdict.append(el("div", `${f.code} ${f.fault}`)));
  verdict.append(el("div", `${t().logKey} ${used}`, { className: "small" }));
  if (!known) verdict.append(el("div", t().firstSeen, { className: "small" }));
  else if (chain.key !== known) {
    verdict.append(el("div", `${t().keyChanged} ${chain.key}`), el("button", t().acceptKey, { onclick: () => { localStorage.logKey = chain.key; show(); } }));
  }
  return { verdict, faulty };
}
/** What was made from the item, so that people recognise it. A text stays text. */
async function showPreview(place, item, made) {
  try {
    const answer = await ask(`/api/evidence/${item.id}/preview`);
    const words = `${t().previewOf}${t().shows[made.source] || made.source} · ${made.tool} ${made.version}`;
    const shown = made.unit === "text/plain" ? el("pre", (await answer.text()).split("\n").slice(2).join("\n"))
      : el("img", undefined, { src: URL.createObjectURL(await answer.blob()), alt: words, onload: e => URL.revokeObjectURL(e.target.src) });
    place.replaceChildren(shown, el("div", words, { className: "small" }));
  } catch (failed) { place.replaceChildren(el("p", failed.message, { className: "bad" })); }
}
/** The way of the positions without a map: nobody outside learns where an officer was. Looking is recorded. */
async function drawTrack(place, item) {
  try {
    const { geometry, properties, bbox: [west, south, east, north] } = await get(`/api/evidence/${item.id}/track`);
    const points = geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates;
    const shrink = Math.cos((south + north) / 2 * Math.PI / 180), span = Math.max((east - west) * shrink, north - south) || 1e-6;
    const at = ([x, y]) => [10 + 280 * (x - west) * shrink / span, 10 + 280 * (north - y) / span].map(n => n.toFixed(1));
    const svg = (name, attributes) => { const node = document.createElementNS("http://www.w3.org/2000/svg", name); for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value); return node; };
    const first = points[0], last = points.at(-1), words = `${t().positions}: ${points.length} · ${first[1]}, ${first[0]} → ${last[1]}, ${last[0]} · ${properties.source}`;
    const picture = svg("svg", { viewBox: "0 0 300 300", width: 300, height: 300, role: "img", "aria-label": words });
    picture.append(svg("polyline", { points: points.map(p => at(p).join(",")).join(" "), fill: "none", stroke: "currentColor", "stroke-width": 2 }));
    for (const [point, colour] of [[first, "var(--good)"], [last, "var(--bad)"]]) { const [cx, cy] = at(point); picture.append(svg("circle", { cx, cy, r: 4, fill: colour })); }
    place.replaceChildren(picture, el("div", words, { className: "small" }));
  } catch (failed) { place.replaceChildren(el("p", failed.message, { className: "bad" })); }
}
function entry(e, fault) {
  if (!e.entry) return el("li", `${t().inLog} ${e.index}: ${t().fault["VF-106"]}`, { className: "bad" });
  const event = e.entry.event, who = event.context.actor, li = el("li");
  li.append(el("b", t().event[event.eventType] || event.eventType), el("span", ` ${[event.caseId, (event.rule?.candidates || []).map(c => c.incidentNo).filter(c => c !== event.caseId).join("、"), event.rule && `${event.rule.name} ${event.rule.version}`, t().gap[event.gapKind], event.finding, event.reason, event.context.purpose].filter(Boolean).join(" · ")}`));
  li.append(el("div", `${time(event.context.occurredAt)} · ${t().kind[who.kind]} ${who.id} (${who.credential}) · ${event.context.instrument.tool} ${event.context.instrument.version}`, { className: "small" }));
  li.append(el("div", `${t().number}${e.entry.itemSequence + 1} · ${t().inLog} ${e.index} · ${e.leaf.slice(0, 16)}…`, { className: "small" }));
  li.append(fault ? el("div", `✗ ${fault.code} ${t().fault[fault.code] || ""} ${fault.detail}`, { className: "small bad" })
    : el("div", `✓ ${t().proves((e.inclusionProof || []).length)}`, { className: "small good" }));
  return li;
}
/** The incidents that match: one click says to which the recording belongs, and the record says who chose. */
function candidates(item) {
  const place = el("div");
  if (!item.candidates) return place;
  const said = el("span", "", { className: "small", role: "status" });
  place.className = "banner";
  place.append(el("div", t().choice));
  item.candidates.forEach(c => {
    const choose = async () => {
      try {
        await get(`/api/evidence/${item.id}/links`, { method: "POST", body: JSON.stringify({ act: "attach", caseId: c.incidentNo, kind: "INCIDENT", reason: t().chosenOne }) });
        said.textContent = t().sent; setTimeout(() => { list(); show(); }, 2500);
      } catch (failed) { said.textContent = failed.message; said.className = "bad"; }
    };
    const line = el("p");
    line.append(el("button", `${t().belongs} ${c.incidentNo}`, { onclick: choose }), el("span", ` ${time(c.dispatchedAt)} – ${c.clearedAt ? time(c.clearedAt) : t().notCleared} · ${c.matchedBy.replace(/^\w+/, party => t().party[party] || party)}`, { className: "small" }));
    place.append(line);
  });
  place.append(said);
  return place;
}
function links(item) {
  const form = el("form"), caseId = el("input", undefined, { placeholder: t().case, ariaLabel: t().case, value: item.cases[0] || "" }), reason = el("input", undefined, { placeholder: t().reason, ariaLabel: t().reason }), said = el("span", "", { className: "small", role: "status" });
  const act = what => async event => {
    event.preventDefault();
    try {
      await get(`/api/evidence/${item.id}/links`, { method: "POST", body: JSON.stringify({ act: what, caseId: caseId.value, reason: reason.value }) });
      said.textContent = t().sent; setTimeout(() => { list(); show(); }, 2500);
    } catch (failed) { said.textContent = failed.message; said.className = "bad"; }
  };
  form.append(caseId, reason, el("button", t().attach, { type: "button", onclick: act("attach") }), el("button", t().detach, { type: "button", onclick: act("detach") }), said);
  return form;
}
$("language").onclick = () => { language = localStorage.language = language === "zh" ? "en" : "zh"; translate(); list(); show(); gaps(); };
$("officer").onchange = () => { localStorage.officer = $("officer").value; show(); };
$("gaps").ontoggle = gaps;
$("undecided").onchange = () => list();
$("search").onsubmit = e => { e.preventDefault(); list(); };
translate(); list(); show();
