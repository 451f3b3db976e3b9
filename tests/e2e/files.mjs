// Files that people really hand in, made on the spot: workbooks, and the many ways a file can be bad.
//
// Standard library only. A workbook is `workbook([{ name, rows, merges }])`; a cell is a string, a number,
// null, or `{ number: "12345678901234567890" }`, `{ error: "#REF!" }`, `{ formula, value }`.

import zlib from "node:zlib";

const CRC = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** A zip of [name, content] pairs. */
export function zip(entries) {
  const parts = [], directory = [];
  let offset = 0;
  for (const [name, content] of entries) {
    const title = Buffer.from(name), body = Buffer.from(content), packed = zlib.deflateRawSync(body, { level: 6 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(0x5a21_0000, 6);
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(title.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), common, title, packed);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, place, title);
    offset += 30 + title.length + packed.length;
  }
  const index = Buffer.concat(directory), end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, index, end]);
}

/** The parts of a zip by their names. */
export function unzipped(bytes) {
  const parts = new Map();
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  for (let at = bytes.readUInt32LE(end + 16), left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, title, extra, note] = [20, 28, 30, 32].map((n) => (n === 20 ? bytes.readUInt32LE(at + n) : bytes.readUInt16LE(at + n)));
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(from, from + packed);
    parts.set(bytes.subarray(at + 46, at + 46 + title).toString(), bytes.readUInt16LE(at + 10) === 8 ? zlib.inflateRawSync(body) : body);
    at += 46 + title + extra + note;
  }
  return parts;
}

const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

export function columnName(n) {
  let name = "";
  for (let k = n + 1; k > 0; k = Math.floor((k - 1) / 26)) name = String.fromCharCode(65 + ((k - 1) % 26)) + name;
  return name;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

/** An xlsx with shared strings, as spreadsheet programs write it. */
export function workbook(sheets) {
  const words = new Map();
  const word = (text) => {
    if (!words.has(text)) words.set(text, words.size);
    return words.get(text);
  };
  const cell = (value, at) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return `<c r="${at}"><v>${value}</v></c>`;
    if (typeof value === "string") return `<c r="${at}" t="s"><v>${word(value)}</v></c>`;
    if (value.blank) return `<c r="${at}" s="1"/>`;
    if (value.error) return `<c r="${at}" t="e">${value.formula ? `<f>${escaped(value.formula)}</f>` : ""}<v>${value.error}</v></c>`;
    if (value.formula) return `<c r="${at}"><f>${escaped(value.formula)}</f><v>${value.value}</v></c>`;
    return `<c r="${at}"><v>${value.number}</v></c>`;
  };
  const drawn = sheets.map(({ rows, merges = [] }) => {
    const lines = rows.map((row, r) => `<row r="${r + 1}">${row.map((value, c) => cell(value, columnName(c) + (r + 1))).join("")}</row>`);
    const joined = merges.length ? `<mergeCells count="${merges.length}">${merges.map((m) => `<mergeCell ref="${m}"/>`).join("")}</mergeCells>` : "";
    return `${HEAD}<worksheet ${MAIN}><sheetData>${lines.join("")}</sheetData>${joined}</worksheet>`;
  });
  const list = (make) => sheets.map((sheet, n) => make(sheet, n + 1)).join("");
  const strings = [...words.keys()].map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join("");
  return zip([
    ["[Content_Types].xml", `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>${list((_, n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)}<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`],
    ["_rels/.rels", `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `${HEAD}<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets>${list(({ name }, n) => `<sheet name="${escaped(name)}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${list((_, n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rId${sheets.length + 1}" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId${sheets.length + 2}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`],
    ["xl/styles.xml", `${HEAD}<styleSheet ${MAIN}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf applyBorder="1"/></cellXfs></styleSheet>`],
    ["xl/sharedStrings.xml", `${HEAD}<sst ${MAIN} count="${words.size}" uniqueCount="${words.size}">${strings}</sst>`],
    ...drawn.map((xml, n) => [`xl/worksheets/sheet${n + 1}.xml`, xml]),
  ]);
}

/** What a spreadsheet program saves when a password was set: a compound file with an encrypted stream. */
export function passwordProtected() {
  const SECTOR = 512, NONE = 0xffffffff, END = 0xfffffffe, SPECIAL = 0xfffffffd;
  const header = Buffer.alloc(SECTOR);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(header);
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(1, 44); // sectors of the allocation table
  header.writeUInt32LE(1, 48); // where the directory begins
  header.writeUInt32LE(4096, 56);
  header.writeUInt32LE(END, 60);
  header.writeUInt32LE(END, 68);
  header.fill(0xff, 76);
  header.writeUInt32LE(0, 76);
  const table = Buffer.alloc(SECTOR, 0xff);
  table.writeUInt32LE(SPECIAL, 0);
  table.writeUInt32LE(END, 4);
  for (const first of [2, 10]) {
    for (let n = 0; n < 8; n++) table.writeUInt32LE(n === 7 ? END : first + n + 1, (first + n) * 4);
  }
  const entry = (name, kind, start, size, links = {}) => {
    const bytes = Buffer.alloc(128);
    const title = Buffer.from(`${name}\0`, "utf16le");
    title.copy(bytes);
    bytes.writeUInt16LE(name ? title.length : 0, 64);
    bytes[66] = kind;
    bytes[67] = 1;
    bytes.writeUInt32LE(links.left ?? NONE, 68);
    bytes.writeUInt32LE(links.right ?? NONE, 72);
    bytes.writeUInt32LE(links.child ?? NONE, 76);
    bytes.writeUInt32LE(start, 116);
    bytes.writeUInt32LE(size, 120);
    return bytes;
  };
  const directory = Buffer.concat([
    entry("Root Entry", 5, END, 0, { child: 1 }), entry("EncryptionInfo", 2, 2, 4096, { right: 2 }),
    entry("EncryptedPackage", 2, 10, 4096), entry("", 0, 0, 0),
  ]);
  const noise = Buffer.alloc(8192, 0).map((_, n) => (n * 167 + 13) & 255);
  Buffer.from([4, 0, 4, 0, 0x40, 0, 0, 0]).copy(noise);
  return Buffer.concat([header, table, directory, noise]);
}

/** A small picture. */
export const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** A plain R06 sheet: one village a row. */
export const industrySheet = (rows, { title = "2024年产业生产统计表", heads = ["村名", "品种", "面积（亩）", "产量（吨）", "产值（万元）"], name = "2024年" } = {}) =>
  ({ name, rows: [[title], [null, null, null, null, "单位：亩、吨、万元"], heads, ...rows] });
