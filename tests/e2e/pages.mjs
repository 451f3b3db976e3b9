// The pages as a person knows them: what controls are called and what one does with them. Tests say what should
// happen; how a control is found is said here, once, by role and visible name.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { App, ROOT, assert, sleep, temporary, until } from "./harness.mjs";

/** A sample under the name its maker gave it; on disk it has a plain one, which every tool can write. */
function sample(file, name) {
  const place = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "xingcun-sample-")), name);
  fs.copyFileSync(path.join(ROOT, "tests/golden/import", file), place);
  process.on("exit", () => fs.rmSync(path.dirname(place), { recursive: true, force: true }));
  return place;
}
/** Three yearly sheets of seven villages: merged cells, sums, text where numbers should be. */
export const INDUSTRY = sample("industry.xlsx", "产业生产统计表-不知火产业党委.xlsx");
export const INDUSTRY_ROWS = 63;
/** An old workbook of Excel 97 (.xls). */
export const CONTRACTS = sample("contracts.xls", "清化收合同台账.xls");
/** Five yearly sheets of 36 villages in 万元, the sum first. */
export const INCOME = sample("income.xlsx", "村级集体经济收支-36村-2021至2025.xlsx");
export const INCOME_ROWS = 1188;
/** Some talents with their people, some households with their hubs, the businesses and the centres of a town. */
export const TALENTS = sample("talents-gbk.csv", "人才库-GBK.csv");
export const HOUSEHOLDS = sample("households.xlsx", "党员联户台账.xlsx");
export const BUSINESSES = sample("businesses.xlsx", "经营主体名录.xlsx");
export const FACILITIES = sample("facilities.xlsx", "阵地台账-服务中心与小区站.xlsx");

// ---- the frame ---------------------------------------------------------------------------------------------

/** The state light: the one button of the bar that says how the data is. */
export const light = (page, word) => page.getByRole("banner").getByRole("button", { name: word, exact: true });
export const saved = (page) => light(page, "已保存").waitFor();
export const message = (page, words) => page.locator("[aria-live=polite]").getByText(words);
export const nav = (page, name) => page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name, exact: true }).filter({ visible: true }).first();

/** Chooses a year in the top bar. */
export async function chooseYear(page, year) {
  await page.getByRole("button", { name: /^期间/ }).click();
  await page.getByRole("option", { name: `${year}年`, exact: true }).click();
}

/** As if this year had been chosen on the last visit: on any size of page, also where a table has a column 期间. */
export async function recallYear(app, year) {
  await app.page.evaluate((y) => localStorage.setItem("xingcun.period", y), String(year));
  await app.reload();
}

// ---- 总览 --------------------------------------------------------------------------------------------------

export const doors = (page) => ["打开示例", "导入表格", "新建台账"].map((name) => page.getByRole("main").getByText(name, { exact: true }).first());

/** Says who works here: a name, a role, a place; and goes back to where one was. */
export async function actAs(app, name, role, place = "全部") {
  const { page } = app;
  const back = await page.evaluate(() => location.hash);
  await app.goto("#/settings");
  const who = page.getByRole("region", { name: "谁在用" });
  await who.getByRole("textbox", { name: "姓名" }).fill(name);
  await who.getByRole("combobox", { name: "岗位" }).selectOption(role);
  const places = who.getByRole("combobox", { name: /^单位/ });
  const option = await places.locator("option").filter({ hasText: new RegExp(`^\\u3000*${place}$`) }).first().getAttribute("value");
  await places.selectOption(option);
  await who.getByRole("button", { name: "保存", exact: true }).click();
  // A message goes by itself; who acts stays to be seen.
  await who.getByRole("radio", { name: new RegExp(`^${name}`), checked: true }).waitFor();
  await app.goto(back || "#/");
}

export async function openSample(page) {
  await doors(page)[0].click();
  await page.getByRole("button", { name: /^移除示例/ }).waitFor();
  await saved(page);
}

/** A chart's card, found by words of its title. */
export const card = (page, words) => page.getByRole("region", { name: words }).filter({ has: page.getByRole("button", { name: "表", exact: true }) });

/** The table under a chart as rows of texts; the first row is its head. */
export async function twin(page, words) {
  const one = card(page, words).first();
  await one.getByRole("button", { name: "表", exact: true }).click();
  const table = one.getByRole("table").first();
  await table.waitFor();
  const rows = await table.evaluate((t) => [...t.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  await one.getByRole("button", { name: "图", exact: true }).click();
  return rows;
}

export const figure = (text) => Number(String(text).replace(/[,，\s]/g, "").replace(/[^\d.-]/g, ""));

// ---- 导入 --------------------------------------------------------------------------------------------------

export const writeButton = (page) => page.getByRole("button", { name: /^(写入 [\d,]+ 行|没有可写的)$/ });
export const fileInput = (page) => page.locator("input[type=file]").first();

/** Hands a file over and waits for the preview. `file`: a path, or { name, mimeType, buffer }. */
export async function preview(app, file, page = app.page) {
  await app.goto("#/registers", page); // what the import page still shows of the last file goes
  await app.goto("#/exchange/import", page);
  await fileInput(page).setInputFiles(file);
  await page.getByRole("heading", { name: /^导入：/ }).waitFor();
  await writeButton(page).waitFor({ timeout: 60_000 });
}

/** Takes the one step that makes unknown villages known; `enough`: nothing else has to be decided. */
export async function createPlaces(page, enough = true) {
  const all = page.getByRole("button", { name: /^(全部)?新建/ });
  await all.first().waitFor();
  await all.first().click();
  const known = async () => (await all.count()) === 0 && (await writeButton(page).count()) > 0;
  await until("the places to be known", async () => (await known()) && (!enough || writeButton(page).isEnabled()));
}

/** Number of rows that the button promises. */
export async function promised(page) {
  const [count] = /[\d,]+/.exec(await writeButton(page).innerText()) || ["0"];
  return figure(count);
}

/** Imports a workbook whose villages are not known yet. */
export async function importNew(app, file, page = app.page) {
  await preview(app, file, page);
  await createPlaces(page);
  await write(page);
}

export async function write(page) {
  await writeButton(page).click();
  await page.getByRole("heading", { name: "导入完成" }).waitFor({ timeout: 60_000 });
  await saved(page);
}

export const refusal = (page) => page.getByRole("main").getByRole("alert");

// ---- 台账 --------------------------------------------------------------------------------------------------

/** How many rows a register has, from the list of registers. */
export async function rowsOf(app, key, page = app.page) {
  await app.goto("#/registers", page);
  const entry = page.getByRole("main").getByRole("link").filter({ hasText: `${key} ·` }).first();
  await entry.waitFor();
  const words = await entry.innerText();
  return figure(/·\s*([\d,]+)\s*行/.exec(words)[1]);
}

/** The table of a register. */
export class Table {
  static async open(app, key, page = app.page) {
    await app.goto(`#/registers/${key}`, page);
    const table = new Table(app, page);
    await table.grid.waitFor();
    return table;
  }

  constructor(app, page) {
    this.app = app;
    this.page = page;
    this.grid = page.getByRole("grid");
    /** The text area that lies over the selected cell. */
    this.editor = this.grid.getByRole("textbox");
  }

  /** Place of a column, counted from 1, as the grid tells assistive programs. */
  async column(title) {
    const titles = await this.grid.getByRole("columnheader").allInnerTexts();
    const at = titles.findIndex((one) => one.replace(/[▲▼\s]/g, "").startsWith(title));
    assert.ok(at >= 0, `no column ${title} in ${titles.join(" ")}`);
    return at + 1;
  }

  /** Rows are counted from 1. */
  async cell(row, title) {
    const column = typeof title === "number" ? title : await this.column(title);
    return this.grid.locator(`[role=row][aria-rowindex="${row + 1}"] [role=gridcell][aria-colindex="${column}"]`);
  }

  async text(row, title) {
    return (await (await this.cell(row, title)).innerText()).trim();
  }

  async select(row, title) {
    const cell = await this.cell(row, title);
    await cell.click();
    await until("the cell to be selected", async () => (await cell.getAttribute("aria-selected")) === "true");
    return cell;
  }

  /** Row and column that are selected, counted from 1; the table may have to scroll before they are drawn. */
  async here() {
    return until("the selected cell to be drawn", () => this.grid.evaluate((grid) => {
      const cell = grid.querySelector("[role=gridcell][aria-selected=true]");
      return cell && [Number(cell.closest("[role=row]").getAttribute("aria-rowindex")) - 1, Number(cell.getAttribute("aria-colindex"))];
    }));
  }

  async count() {
    return Number(await this.grid.getAttribute("aria-rowcount")) - 1;
  }

  async sort(title) {
    const column = await this.column(title);
    await this.grid.getByRole("columnheader").nth(column - 1).getByRole("button").click();
  }

  /** Texts of a column in the rows that are drawn. */
  async texts(title) {
    const column = await this.column(title);
    return this.grid.locator(`[role=gridcell][aria-colindex="${column}"]`).allInnerTexts();
  }

  async expectText(row, title, wanted) {
    await until(`row ${row} ${title} to be ${wanted}`, async () => {
      const found = await this.text(row, title);
      if (found !== wanted) throw new Error(`it is ${found}`);
      return true;
    });
  }

  get undo() { return this.page.getByRole("main").getByRole("button", { name: /^撤销：/ }); }
  get redo() { return this.page.getByRole("main").getByRole("button", { name: /^重做：/ }); }
  get add() { return this.page.getByRole("button", { name: /新增$/ }); }
}

/** The dialog of a record. */
export class Form {
  static async add(table) {
    await table.add.click();
    const form = new Form(table.page);
    await form.dialog.waitFor();
    return form;
  }

  constructor(page) {
    this.page = page;
    this.dialog = page.getByRole("dialog");
  }

  field(label) { return this.dialog.getByLabel(new RegExp(`^${label}( \\*)?$`)).first(); }

  async fill(values) {
    for (const [label, value] of Object.entries(values)) {
      const chip = this.dialog.getByRole("radiogroup", { name: label }).getByRole("radio", { name: value, exact: true });
      if (await chip.count()) await chip.click();
      else await this.field(label).fill(value);
    }
  }

  get save() { return this.dialog.getByRole("button", { name: "保存", exact: true }); }
  get cancel() { return this.dialog.getByRole("button", { name: "取消", exact: true }); }
}

// ---- input methods -----------------------------------------------------------------------------------------

/** Types as a pinyin input method does: letters compose, Enter or a digit picks, the word arrives. */
export class InputMethod {
  static async on(app, page = app.page) {
    const ime = new InputMethod();
    ime.devtools = await app.devtools(page);
    return ime;
  }

  async compose(letters) {
    for (let n = 1; n <= letters.length; n++) {
      await this.key("rawKeyDown", letters[n - 1]);
      await this.devtools.send("Input.imeSetComposition", { text: letters.slice(0, n), selectionStart: n, selectionEnd: n });
      await this.key("keyUp", letters[n - 1]);
    }
  }

  /** A key that the input method keeps for itself reaches the page with code 229. */
  async key(type, key) {
    await this.devtools.send("Input.dispatchKeyEvent", { type, key, windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 });
  }

  async pick(word) {
    await this.key("rawKeyDown", "Enter");
    await this.devtools.send("Input.insertText", { text: word });
    await this.key("keyUp", "Enter");
  }
}

/** What is on disk in the other window's eyes: sizes are enough to see that nothing was written. */
export async function stored(page) {
  return page.evaluate(async () => {
    const open = await new Promise((done, fail) => {
      const request = indexedDB.open("xingcun");
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    const counts = {};
    for (const name of open.objectStoreNames) {
      counts[name] = await new Promise((done, fail) => {
        const request = open.transaction(name).objectStore(name).count();
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });
    }
    open.close();
    return counts;
  });
}

/** Nothing more reaches the ledger on disk until what this gives back is called: another reader holds it. */
export async function slowDisk(page) {
  await page.evaluate(async () => {
    const db = await new Promise((done, fail) => {
      const request = indexedDB.open("xingcun");
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    await new Promise((held) => {
      const store = db.transaction("log", "readwrite").objectStore("log");
      const hold = () => {
        held();
        if (window.diskFree) return db.close();
        store.count().onsuccess = hold;
      };
      window.diskFree = false;
      store.count().onsuccess = hold;
    });
  });
  return () => page.evaluate(() => { window.diskFree = true; });
}

/** Whether anything in the database, other than the ledger's own pages, has this text in it. */
export async function holds(page, text) {
  return page.evaluate(async (wanted) => {
    const answer = (request) => new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    const open = await answer(indexedDB.open("xingcun"));
    try {
      for (const name of open.objectStoreNames) {
        for (const value of await answer(open.transaction(name).objectStore(name).getAll())) {
          const words = JSON.stringify(value, (_, one) => (ArrayBuffer.isView(one) || one instanceof ArrayBuffer ? new TextDecoder().decode(one) : one));
          if (words?.includes(wanted)) return true;
        }
      }
      return false;
    } finally {
      open.close();
    }
  }, text);
}

export const bytesOf = (file) => fs.readFileSync(file);

/** Saves what a click gives, under the name it comes with. */
export async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), button.click()]);
  const place = path.join(temporary("download"), file.suggestedFilename());
  await file.saveAs(place);
  return place;
}

/** Drags files over whatever is shown and lets them go there. */
export async function drop(page, files, look = async () => {}) {
  const transfer = await page.evaluateHandle((all) => {
    const data = new DataTransfer();
    for (const { bytes, name } of all) data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
    return data;
  }, files.map(({ bytes, name }) => ({ bytes: Buffer.from(bytes).toString("base64"), name })));
  const target = page.getByRole("main");
  await target.dispatchEvent("dragenter", { dataTransfer: transfer });
  await target.dispatchEvent("dragover", { dataTransfer: transfer });
  await look();
  await target.dispatchEvent("drop", { dataTransfer: transfer });
}

/** Reads a ledger file of `INDUSTRY` and a remark into a second browser, where both are to be found. */
export async function readElsewhere(app, file, remark) {
  const other = new App(app.server, {});
  try {
    await other.open();
    await other.goto("#/exchange");
    await other.page.locator("input[type=file][accept='.xcz']").setInputFiles(file);
    await until("the rows to be there", async () => (await rowsOf(other, "R06")) === INDUSTRY_ROWS);
    await (await Table.open(other, "R06")).expectText(1, "备注", remark);
    await other.reload();
    await saved(other.page);
    assert.equal(await other.page.getByRole("alert").count(), 0, "nothing is damaged there");
    other.assertQuiet();
  } finally {
    await other.close();
  }
}

/** A page of the same origin that runs nothing of ours: what a disk does to the database is done from here. */
export async function bench(app, work, argument) {
  app.expected.push(/favicon\.ico/);
  const page = await app.context.newPage();
  await page.goto(`${app.server.url}manifest.webmanifest`);
  try {
    return await page.evaluate(work, argument);
  } finally {
    await page.close();
  }
}

/** The n-th record of the log, optionally with one byte flipped; returns its bytes as they are then. */
const record = async ({ which, at, flip }) => {
  const db = await new Promise((done, fail) => {
    const request = indexedDB.open("xingcun");
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const log = db.transaction("log", "readwrite").objectStore("log");
  const ask = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const key = (await ask(log.getAllKeys()))[which], bytes = await ask(log.get(key));
  if (flip) {
    bytes[at] ^= flip;
    await ask(log.put(bytes, key));
  }
  db.close();
  return [...bytes];
};

export const damageLog = (app, which, how) => bench(app, record, { which, ...how });
/** A page of `register` whose middle is nonsense under a checksum that fits, as a fault of the program would leave it; returns it. */
const nonsense = async ({ register, from, length }) => {
  const ask = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const db = await ask(indexedDB.open("xingcun"));
  const pages = db.transaction("pages", "readwrite").objectStore("pages"), bytes = await ask(pages.get([register, 0]));
  const table = new Uint32Array(256).map((_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
  // The checksum is of all but itself; it stands in the head and in the list of pages, and is kept.
  const summed = () => [...bytes.subarray(0, 4), ...bytes.subarray(8)];
  const after = (sum, part) => part.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), sum) >>> 0;
  const before = (sum, part) => [...part].reverse().reduce((c, byte) => {
    const n = table.findIndex((entry) => entry >>> 24 === c >>> 24);
    return (((c ^ table[n]) << 8) | (n ^ byte)) >>> 0;
  }, sum);
  const whole = after(0xffffffff, summed()), start = Math.floor(bytes.length * from);
  bytes.fill(0xff, start, start + length);
  const now = summed(), at = start - 4 + length - 4;
  const gap = (after(0xffffffff, now.slice(0, at)) ^ before(before(whole, now.slice(at + 4)), [0, 0, 0, 0])) >>> 0;
  [0, 8, 16, 24].forEach((shift, n) => { bytes[start + length - 4 + n] = (gap >>> shift) & 255; });
  if (after(0xffffffff, summed()) !== whole) throw new Error("the checksum does not fit");
  await ask(pages.put(bytes, [register, 0]));
  db.close();
  return String(bytes);
};

export const spoilPage = (app, how) => bench(app, nonsense, how);
export const readBack = (app, which) => bench(app, record, { which });

/** Waits until pages are written, others than `before`, and no more are on their way; gives their manifest, or the page of a register. */
export async function flushed(page, before = "", of = "#manifest") {
  const written = () => page.evaluate(async (of) => {
    const ask = (request) => new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    const db = await ask(indexedDB.open("xingcun"));
    const bytes = await ask(db.transaction("pages").objectStore("pages").get([of, 0]));
    db.close();
    return String(bytes || "");
  }, of);
  let last = "";
  return until("the pages to be written", async () => {
    const now = await written(), calm = now !== "" && now !== before && now === last;
    last = now;
    await sleep(300);
    return calm && now;
  });
}
