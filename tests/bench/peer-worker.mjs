// The best that we know on the other side: hucre reads the workbook in a worker, its rows go into IndexedDB as pages of
// JSON, in one strict transaction. Bundled by theirs.mjs; every question answers { ms, count }.

import { readXlsx } from "hucre/xlsx";

/** Rows of a page. */
const PAGE = 2000;

const asked = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

const open = () => {
  const request = indexedDB.open("peer-pages", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("pages");
  return asked(request);
};

const tasks = {
  /** From the file's bytes to a committed transaction. */
  async importPages(bytes) {
    const db = await open(), start = performance.now();
    const rows = (await readXlsx(new Uint8Array(bytes))).sheets[0].rows.slice(1);
    const turn = db.transaction("pages", "readwrite", { durability: "strict" }), store = turn.objectStore("pages");
    store.clear();
    for (let at = 0; at < rows.length; at += PAGE) store.put(JSON.stringify(rows.slice(at, at + PAGE)), at);
    await new Promise((done, fail) => { turn.oncomplete = done; turn.onabort = () => fail(turn.error); });
    const ms = performance.now() - start;
    db.close();
    return { ms, count: rows.length };
  },

  /** All rows into memory. */
  async reopenPages() {
    const start = performance.now(), db = await open();
    const rows = (await asked(db.transaction("pages").objectStore("pages").getAll())).flatMap((page) => JSON.parse(page));
    const ms = performance.now() - start;
    db.close();
    return { ms, count: rows.length };
  },
};

onmessage = async ({ data: [name, bytes] }) => {
  try {
    postMessage(await tasks[name](bytes));
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
