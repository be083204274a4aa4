// What parts of this system wrote into the record, in the reader's language. The record keeps its words, which are English.
import { here, t } from "./core.js";
import { saidTime } from "./format.js";
import { recordTitles, titles } from "./titles.js";
import { words as both } from "./words.js";

/** What a reader of files reads. @type {Record<string, string>} */
const READ = {
  Tika: "文档信息",
  PDFBox: "PDF",
  ffprobe: "音视频信息",
  "metadata-extractor": "图片信息",
  text: "文字",
  preview: "预览",
  positions: "轨迹",
  "positions or preview": "轨迹、预览",
  duration: "时长",
  language: "语言",
  structure: "文件结构",
  archive: "压缩包",
  camera: "拍摄设备信息",
  "document properties": "文档属性",
  "file name and contradictions": "文件名",
};
/** @type {Record<string, string>} */
const TITLES = { ...titles, ...recordTitles };
const dispatched = (/** @type {string | undefined} */ who) => (who ? `；出警：${who.replaceAll(", ", "、")}` : "");
/**
 * The form of each text that a part writes, and the same in Chinese. A new text in Java needs its form here; a test compares.
 * @type {[RegExp, (...found: string[]) => string][]}
 */
const FORMS = [
  // uploads
  [/^declared by the sender$/, () => "上传时申报"],
  [/^declared as (\S+)$/, id => `上传 ${id} 时申报`],
  [/^the same bytes are here as (\S+)$/, id => `相同内容已存为 ${id}`],
  [/^the upload was ended$/, () => "上传已终止"],
  [/^taken back by its sender$/, () => "上传人撤回"],
  [/^more bytes came than were declared$/, () => "收到的数据多于申报的长度"],
  [/^the upload was not finished by (\S+)$/, at => `到 ${at} 仍未传完`],
  [/^put together as (\S+)$/, id => `已合并为 ${id}`],
  [/^its parts could not be put together$/, () => "各分段未能合并"],
  // bytes
  [/^the stored object is missing$/, () => "存储中没有该文件"],
  [
    /^declared as (\w+) with (\d+) bytes, read back as (\w+) with (\d+) bytes$/,
    (declared, size, read, bytes) => `申报哈希值 ${declared}，${size} 字节；读回哈希值 ${read}，${bytes} 字节`,
  ],
  [/^(\S+) does not have the digest of the record any more: .*$/, id => `${id} 的内容与记录的哈希值不符，未出具证据包；请核验并恢复该文件`],
  [
    /^read-only file( with the immutable attribute)?(; not enforced by Object Lock)?$/,
    (immutable, weak) => `文件设为只读${immutable ? "、不可变" : ""}${weak ? "；未由对象锁强制" : ""}`,
  ],
  [/^S3 Object Lock, COMPLIANCE$/, () => "对象锁（合规模式）"],
  // retention
  [/^its category keeps it for ever, or it has none$/, () => "所属类别为永久保存，或尚未分类"],
  [/^its time has not come$/, () => "保存期限未满"],
  [/^the case (.+) is open$/, caseId => `案件 ${caseId} 尚未结案`],
  // dispatch records and gaps
  [/^(\S+ \S+): (\d+) dispatch records match now$/, (rule, n) => `现有 ${n} 条接处警记录相符（规则 ${rule}）`],
  [/^(\S+ \S+): the recording and the dispatch record do not match any more$/, rule => `录像与接处警记录不再相符（规则 ${rule}）`],
  [/^received$/, () => "已收到"],
  [/^recordings of the incident are there now$/, () => "已有该警情的录像"],
  [/^received (\d+) hours after the recording ended$/, hours => `录制结束 ${hours} 小时后才收到`],
  [/^declared and not received within a day$/, () => "申报后一天内未收到"],
  [
    /^no recording is linked to the incident or proposed for it(?:; dispatched to: (.*))?$/,
    who => `没有关联或待选择的录像${dispatched(who)}`,
  ],
  [
    /^the last recording ends at (\S+), the call was cleared at ([^;]+?)(?:; dispatched to: (.*))?$/,
    (end, cleared, who) => `最后的录像结束于 ${end}，处警结束于 ${cleared}${dispatched(who)}`,
  ],
  // denials
  [/^Number and password do not belong together$/, () => "警号与口令不符"],
  // how an item was drawn for a review
  [/^md5\(seed \|\| id\), first 5, seed (.*)$/, seed => `随机抽查 5 件，种子 ${seed}`],
  // devices
  [
    /^the same key sent from (\S+) and from (\S+), (\d+) changes within (\d+) s$/,
    (one, other, n, s) => `同一密钥从 ${one} 和 ${other} 发送，${s} 秒内变换 ${n} 次`,
  ],
  [
    /^its recording (\d+) began at (.+), its recording (\d+) at (.+): a counter or a clock was set back$/,
    (n, at, before, began) => `第 ${n} 段录像始于 ${at}，第 ${before} 段始于 ${began}：计数或时钟被回拨`,
  ],
  // who may feed what
  [/^no part whose key counts signed it$/, () => "没有有效密钥的签名"],
  [/^the part (\S+) does not make such events$/, part => `部件 ${part} 无权提交此类内容`],
  // packages
  [/^a second person's approval$/, () => "等待另一人批准"],
  [/^the record$/, () => "等待入账"],
  [/^the witnesses$/, () => "等待日志见证"],
  // what the verifier says
  [/^the key did not sign this head$/, () => "此日志头不是该公钥签署的"],
  [/^no entry$/, () => "没有记录"],
  [/^no witnessed head is given$/, () => "没有经见证的日志头"],
  [/^the head of size (\d+) has (\d+) of its cosignatures$/, (size, n) => `${size} 条的日志头只有 ${n} 个见证签名`],
  [/^the witnesses saw another log than this one, at size (\d+)$/, size => `见证方在 ${size} 条时见到的是另一份日志`],
  // what could not be read from a file
  [/^the file has 0 bytes$/, () => "文件为空"],
  [/^the file says more than (\d+) things$/, n => `信息超过 ${n} 项`],
  [/^the rest is left out$/, () => "其余未列出"],
  [/^the track ends early$/, () => "轨迹不完整"],
  [/^positions: the track has more than (\d+) samples and ends early$/, n => `轨迹超过 ${n} 点，不完整`],
  [/^positions or preview: more than .* would have to be read$/, () => "轨迹、预览所需读取的数据过多"],
  [/^positions: this is a log of positions in which none could be read$/, () => "未能读取任何轨迹点"],
  [/^a reader broke: .*$/s, () => "读取程序出错"],
];
/** Denials end with where they came from, and how many came before. */
const FROM = /^(.*) \(from (\S+?)(?:; and (\d+) times before it)?(?:; (\d+) unauthenticated denials before it have no entry)?\)$/s;
const moments = (/** @type {string} */ words) => words.replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z(?![\w.])/g, at => saidTime(at));

/** The Chinese of a text; undefined where no form fits. @param {string} words @returns {string | undefined} */
function chinese(words) {
  for (const [form, say] of FORMS) {
    const found = form.exec(words);
    if (found) return moments(say(...found.slice(1)));
  }
  const [, denied, address, times, others] = FROM.exec(words) || [],
    coded = /^([A-Z]{2}-\d{3}):? (.*)$/s.exec(denied || words);
  if (!coded) return undefined;
  const [, code, rest] = coded,
    says = chinese(rest) || TITLES[code];
  return (
    says &&
    `${says}（${[code, address && `来自 ${address}`, times && `此前另有 ${times} 次`, others && `此前另有 ${others} 次未登录的未逐条记录`]
      .filter(Boolean)
      .join("，")}）`
  );
}
/** A text that a part wrote, in the reader's language; as it stands there where no form of it is known. @param {string} [words] */
export const inWords = (words = "") => (here.language === "zh" ? chinese(words) : undefined) || moments(words);
/**
 * A purpose that the page wrote for a person who only chose it, in the reader's language: the page wrote it in the language of that person. What
 * somebody wrote stands as it is.
 * @param {string} [purpose]
 */
export function chosenWords(purpose = "") {
  const { zh, en } = both,
    code = /^[A-Z_]+(?= )/.exec(purpose)?.[0] || "";
  if ([zh.chosenOne, en.chosenOne].includes(purpose)) return t().chosenOne;
  return [zh, en].some(({ reviewReasons }) => purpose === `${code} ${reviewReasons[code]}`) ? t().reviewReasons[code] : purpose;
}
/** Whether the reader's language has it. @param {string} words */
export const hasWords = words => here.language !== "zh" || !/[a-z]{2,} [a-z]{2,}/i.test(words) || chinese(words) !== undefined;
/**
 * What could not be read from a file. The words of readers are those of other programs: in Chinese it says what is missing.
 * @param {string} [words] one or more failures, with semicolons between them
 */
export function unread(words = "") {
  if (!words || here.language !== "zh") return words;
  const coded = chinese(words);
  if (coded) return coded;
  const parts = words.split("; ").map(part => {
    const reader = /^([\w -]+?)(?: could not run)?:/.exec(part)?.[1];
    return chinese(part) || `${(reader && READ[reader]) || reader || "部分内容"}未能读取`;
  });
  return [...new Set(parts)].join("；");
}
