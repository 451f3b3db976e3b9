// The other side of the bench: what a page written on the usual JavaScript libraries does with the same file, and the
// door to the worker beside it. Bundled by theirs.mjs. Each task resolves to milliseconds and a count.

import crossfilter from "crossfilter2";
import Dexie from "dexie";
import { deleteDB, openDB } from "idb";
import * as XLSX from "xlsx";

const NAMES = { 乡镇: "town", 村名: "village", 年份: "year", 品种: "product", "面积（亩）": "area", "产量（吨）": "output", "产值（万元）": "value" };

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

const book = async () => new Uint8Array(await (await fetch("county.xlsx")).arrayBuffer());

function rowsOf(bytes) {
  const { Sheets, SheetNames } = XLSX.read(bytes, { dense: true });
  const rows = XLSX.utils.sheet_to_json(Sheets[SheetNames[0]]);
  return rows.map((row, n) => {
    const one = { id: n };
    for (const key in row) one[NAMES[key] ?? key] = row[key];
    return one;
  });
}

function ledger() {
  const db = new Dexie("peer-dexie", { chromeTransactionDurability: "strict" });
  db.version(1).stores({ rows: "id, village, year, product" });
  return db;
}

/** From the file's bytes to a committed transaction, with the indexes that a list page needs. */
export async function importDexie() {
  await Dexie.delete("peer-dexie");
  const bytes = await book(), db = ledger();
  const [ms, count] = await timed(async () => {
    const rows = rowsOf(bytes);
    await db.rows.bulkPut(rows);
    return rows.length;
  });
  db.close();
  return { ms, count };
}

/** The same with the thinnest library and no index. */
export async function importIdb() {
  await deleteDB("peer-idb");
  const bytes = await book();
  const db = await openDB("peer-idb", 1, { upgrade: (d) => d.createObjectStore("rows", { keyPath: "id" }) });
  const [ms, count] = await timed(async () => {
    const rows = rowsOf(bytes), turn = db.transaction("rows", "readwrite", { durability: "strict" });
    for (const row of rows) turn.store.put(row);
    await turn.done;
    return rows.length;
  });
  db.close();
  return { ms, count };
}

/** What a page does when it opens: all rows into memory. */
export async function reopenDexie() {
  const [ms, rows] = await timed(async () => {
    const db = ledger(), all = await db.rows.toArray();
    db.close();
    return all;
  });
  globalThis.held = rows;
  return { ms, count: rows.length };
}

export async function reopenIdb() {
  const [ms, rows] = await timed(async () => {
    const db = await openDB("peer-idb", 1), all = await db.getAll("rows");
    db.close();
    return all;
  });
  globalThis.held = rows;
  return { ms, count: rows.length };
}

/** Output value by product and year of rows in memory. */
export async function pivotCrossfilter() {
  const [ms, groups] = await timed(async () => crossfilter(globalThis.held).dimension((row) => `${row.product}|${row.year}`).group().reduceSum((row) => row.value).all());
  return { ms, count: groups.length };
}

export async function pivotPlain() {
  const [ms, groups] = await timed(async () => {
    const sums = new Map();
    for (const row of globalThis.held) {
      const key = `${row.product}|${row.year}`;
      sums.set(key, (sums.get(key) || 0) + row.value);
    }
    return sums;
  });
  return { ms, count: groups.size };
}

/** One question to a worker that has the workbook's bytes already: its start is not timed. */
const inWorker = async (name, ...parts) => {
  const worker = new Worker("peer-worker.js");
  try {
    return await new Promise((done, fail) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = (event) => fail(new Error(event.message));
      worker.postMessage([name, ...parts]);
    });
  } finally {
    worker.terminate();
  }
};

/** hucre and pages of JSON in IndexedDB. */
export const importPages = async () => inWorker("importPages", (await book()).buffer);
export const reopenPages = () => inWorker("reopenPages");
