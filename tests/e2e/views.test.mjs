// 视图: what a table shows is kept under a name, travels with the ledger, and never hides a row silently.

import { App, LAPTOP, PHONE, assert, scene, until } from "./harness.mjs";
import { INDUSTRY, INDUSTRY_ROWS, Table, actAs, bytesOf, download, importNew, openSample, rowsOf, saved } from "./pages.mjs";

const button = (page) => page.getByRole("main").getByRole("button", { name: /^视图/ });
const menu = (page) => page.getByRole("dialog", { name: "视图", exact: true });
const views = (page) => menu(page).getByRole("radiogroup", { name: "用哪个视图" }).getByRole("radio");
const titles = async (table) => (await table.grid.getByRole("columnheader").allInnerTexts()).map((text) => text.replace(/[▲▼\s]/g, ""));
const has = async (table, title) => (await titles(table)).some((one) => one.startsWith(title));
const heading = (page) => page.getByRole("heading", { level: 1 });

async function opens(page) {
  if (!(await menu(page).count())) await button(page).click();
  await menu(page).waitFor();
}

async function make(page, name) {
  await opens(page);
  await menu(page).getByRole("textbox", { name: "新视图的名称" }).fill(name);
  await menu(page).getByRole("button", { name: "保存为新视图" }).click();
  await until(`${name} to be chosen`, async () => (await button(page).innerText()) === `视图：${name}`);
  await saved(page);
}

async function choose(page, name) {
  await opens(page);
  await views(page).filter({ hasText: name }).first().click();
  await menu(page).waitFor({ state: "detached" });
}

/** Hides a column and finds a word. */
async function arrange(page, table, column, words) {
  await page.getByRole("button", { name: /^列/ }).click();
  await page.getByRole("dialog", { name: "列", exact: true }).getByRole("checkbox", { name: new RegExp(`^${column}`) }).uncheck();
  await page.keyboard.press("Escape");
  await until("hidden", async () => !(await has(table, column)));
  if (words) await page.getByRole("searchbox", { name: "查找" }).fill(words);
}

scene("a view keeps columns, sort and filters, says what it holds back, and is changed, renamed and taken away", { viewport: LAPTOP }, async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  const all = await table.count();
  await table.sort("面积");
  await arrange(page, table, "用工", "柑橘");
  await until("fewer rows", async () => (await table.count()) < all);
  const few = await table.count();
  await until("the count says so", async () => (await heading(page).innerText()).includes(`显示 ${few} / ${all} 行`));
  await make(page, "柑橘");
  const shown = await titles(table);

  await choose(page, "原样");
  await until("as declared", async () => (await table.count()) === all && (await has(table, "用工")));
  await choose(page, "柑橘");
  await until("the view", async () => (await table.count()) === few && (await titles(table)).join() === shown.join());
  const sorted = async () => table.grid.getByRole("columnheader").nth((await table.column("面积")) - 1).getAttribute("aria-sort");
  assert.equal(await sorted(), "ascending");

  await page.getByRole("button", { name: "显示全部" }).click();
  await until("all rows, and the view says that it is not this", async () => (await table.count()) === all && /已改/.test(await button(page).innerText()));
  await opens(page);
  await menu(page).getByRole("button", { name: "更新", exact: true }).click();
  await until("updated", async () => (await button(page).innerText()) === "视图：柑橘");
  await opens(page);
  await menu(page).getByRole("button", { name: "改名", exact: true }).first().click();
  await menu(page).getByRole("textbox", { name: "新的名称" }).fill("按面积");
  await menu(page).getByRole("textbox", { name: "新的名称" }).press("Enter");
  await until("renamed", async () => (await button(page).innerText()) === "视图：按面积");
  await opens(page);
  await menu(page).getByRole("textbox", { name: "新视图的名称" }).fill("按面积");
  await menu(page).getByRole("button", { name: "保存为新视图" }).click();
  await menu(page).getByRole("alert").filter({ hasText: "已有同名的视图" }).waitFor();
  await app.shot("views-menu");
  await page.keyboard.press("Escape");

  // What was used last comes again on this device.
  await app.reload();
  await until("the same view", async () => (await button(page).innerText()) === "视图：按面积" && !(await has(table, "用工")));
  await opens(page);
  await menu(page).getByRole("button", { name: "删除", exact: true }).click();
  await until("gone", async () => (await button(page).innerText()) === "视图");
  await table.undo.click();
  await opens(page);
  await until("back by one undo", async () => (await views(page).allInnerTexts()).some((text) => text.includes("按面积")));
});

scene("a view that names a column which is gone shows the rest and says so", { viewport: LAPTOP }, async (app) => {
  const { page } = app;
  await openSample(page);
  await actAs(app, "县农经站", "县级管理员");
  await app.goto("#/settings/county");
  const own = page.getByRole("region", { name: "本县的字段" });
  await own.getByRole("combobox", { name: "台账" }).selectOption("R06/line");
  await own.getByRole("textbox", { name: "字段名称" }).fill("农机台数");
  await own.getByRole("combobox", { name: "填什么" }).selectOption("整数");
  await own.getByRole("button", { name: "添加字段" }).click();
  await saved(page);
  const table = await Table.open(app, "R06");
  await until("the column", () => has(table, "农机台数"));
  await arrange(page, table, "用工", "");
  await make(page, "农机");
  await app.goto("#/settings/county");
  await own.getByRole("button", { name: /^删除 .*农机台数/ }).click();
  await saved(page);
  await Table.open(app, "R06");
  await page.getByRole("status").filter({ hasText: "视图“农机”里这些已不在台账里：农机台数" }).waitFor();
  assert.ok(await has(table, "面积"));
  assert.ok(!(await has(table, "用工")));
});

scene("views travel with the ledger: two of one name both stay, and the one that opens first does so on another device", { viewport: LAPTOP }, async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  const ledger = async (one) => {
    await one.goto("#/exchange");
    return bytesOf(await download(one.page, one.page.getByRole("button", { name: "导出台账文件" })));
  };
  const picker = (one) => one.page.getByRole("main").locator("input[type=file][accept='.xcz']").first();
  const file = (buffer) => ({ name: "台账.xcz", mimeType: "application/octet-stream", buffer });
  const base = await ledger(app);
  const other = new App(app.server, { viewport: LAPTOP });
  let theirs;
  try {
    await other.open();
    await other.goto("#/exchange");
    await picker(other).setInputFiles(file(base));
    await until("the rows", async () => (await rowsOf(other, "R06")) === INDUSTRY_ROWS, 60_000);
    const table = await Table.open(other, "R06");
    await arrange(other.page, table, "用工", "");
    await make(other.page, "月报");
    await opens(other.page);
    await menu(other.page).getByRole("button", { name: "设为默认" }).click();
    await opens(other.page);
    await until("it opens first", async () => (await views(other.page).allInnerTexts()).some((text) => text.includes("月报（默认）")));
    await saved(other.page);
    theirs = await ledger(other);
  } finally {
    await other.close();
  }
  const table = await Table.open(app, "R06");
  await arrange(page, table, "产值", "");
  await make(page, "月报");
  await app.goto("#/exchange");
  await picker(app).setInputFiles(file(theirs));
  const opened = page.getByRole("region", { name: "打开的台账文件" });
  await opened.getByRole("button", { name: "合账", exact: true }).click();
  await page.getByRole("heading", { name: "合账完成" }).waitFor();
  await saved(page);
  await Table.open(app, "R06");
  await opens(page);
  await until("both", async () => (await views(page).allInnerTexts()).filter((text) => text.includes("月报")).length === 2);
  assert.ok((await views(page).allInnerTexts()).some((text) => text.includes("（2）")));
  await page.keyboard.press("Escape");
  // A device that has used no view yet begins with the one that opens first.
  await page.evaluate(() => ["xingcun.view.R06.line", "xingcun.columns.R06.line"].forEach((key) => localStorage.removeItem(key)));
  await app.reload();
  await until("the first view", async () => /^视图：月报/.test(await button(page).innerText()) && !(await has(table, "用工")));
});

scene("on a phone a view is chosen from the same menu", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/registers/R06");
  const cards = page.getByRole("list", { name: /台账$/ }).getByRole("listitem");
  await cards.first().waitFor();
  await page.getByRole("searchbox", { name: "查找" }).fill("柑橘");
  await make(page, "柑橘");
  await choose(page, "原样");
  await until("no word", async () => (await page.getByRole("searchbox", { name: "查找" }).inputValue()) === "");
  await opens(page);
  const { x, y, width, height } = await menu(page).boundingBox();
  assert.ok(x >= 0 && x + width <= 360 && y >= 0 && y + height <= 740, JSON.stringify([x, y, width, height]));
  await app.shot("views-phone");
  await choose(page, "柑橘");
  await until("the word again", async () => (await page.getByRole("searchbox", { name: "查找" }).inputValue()) === "柑橘");
});
