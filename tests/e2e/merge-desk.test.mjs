// 合账台: what others send is looked at before anything is written, taken as one step, and decided where it contradicts.

import { App, PHONE, assert, scene, textOf, until } from "./harness.mjs";
import { INDUSTRY, INDUSTRY_ROWS, Table, actAs, bytesOf, download, importNew, message, nav, rowsOf, saved, slowDisk, stored } from "./pages.mjs";

const VILLAGES = 7;
const picker = (page) => page.getByRole("main").locator("input[type=file][accept='.xcz']").first();
const opened = (page) => page.getByRole("region", { name: "打开的台账文件" });
const line = (page, name) => opened(page).getByRole("listitem").filter({ hasText: name });
const says = (page, name, words) => until(`${name}: ${words}`, async () => words.test(await textOf(line(page, name))));
const conflicts = (page) => page.getByRole("region", { name: "待裁定的冲突" });
const dispute = (page) => conflicts(page).getByRole("article");
const merge = (page) => opened(page).getByRole("button", { name: "合账", exact: true });

async function ledgerOf(app) {
  await app.goto("#/exchange");
  return bytesOf(await download(app.page, app.page.getByRole("button", { name: "导出台账文件" })));
}

async function remark(app, words) {
  const table = await Table.open(app, "R06");
  await table.select(1, "备注");
  await app.page.keyboard.type(words);
  await app.page.keyboard.press("Enter");
  await table.expectText(1, "备注", words);
  await saved(app.page);
}

/** What somebody else does with a computer of their own. */
async function elsewhere(app, work) {
  const other = new App(app.server, {});
  try {
    await other.open();
    const made = await work(other);
    other.assertQuiet();
    return made;
  } finally {
    await other.close();
  }
}

const file = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer });

scene("five files at once: each says what it is, one conflict is decided on a phone, all of it is one undo", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  const base = await ledgerOf(app);
  const colleague = await elsewhere(app, async (other) => {
    await other.goto("#/exchange");
    await picker(other.page).setInputFiles(file("镇里的.xcz", base));
    await until("the rows to be there", async () => (await rowsOf(other, "R06")) === INDUSTRY_ROWS, 60_000);
    await remark(other, "同事写的");
    return ledgerOf(other);
  });
  // Another town's computer has read the same workbook by itself: its villages are ours.
  const stranger = await elsewhere(app, async (other) => {
    await importNew(other, INDUSTRY);
    return ledgerOf(other);
  });
  await remark(app, "我写的");
  const broken = Buffer.from(colleague);
  broken[Math.floor(broken.length / 2)] ^= 1;

  await app.goto("#/exchange");
  await page.getByRole("main").getByRole("link", { name: "合账…" }).click();
  await page.getByRole("heading", { name: "合账台" }).waitFor();
  await picker(page).setInputFiles([
    file("去年的副本.xcz", base),
    file("同事.xcz", colleague),
    file("邻镇.xcz", stranger),
    file("坏的.xcz", broken),
    file("一张表.xcz", bytesOf(INDUSTRY)),
  ]);
  await merge(page).waitFor({ timeout: 60_000 });
  await says(page, "去年的副本.xcz", /没有新内容.*较早的副本/);
  await says(page, "同事.xcz", /有新内容.*产业生产台账：修改 1.*冲突 1/);
  await says(page, "邻镇.xcz", /有新内容.*并为一行 7/);
  await says(page, "坏的.xcz", /打不开.*损坏/);
  await says(page, "一张表.xcz", /打不开.*不是兴村的台账文件/);
  assert.match(await textOf(opened(page)), /1 处冲突/);
  // Nothing was written by looking.
  assert.equal(await conflicts(page).getByRole("article").count(), 0);
  await merge(page).click();
  await page.getByText(/已合入 \d+ 处改动，可以整体撤销/).waitFor({ timeout: 60_000 });
  await dispute(page).first().waitFor();
  assert.equal(await rowsOf(app, "R01"), VILLAGES, "the neighbour's villages are these");
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);

  // It waits among what is to be done, and the cell leads to it.
  await nav(page, "总览").click();
  await page.getByRole("link", { name: /冲突 1 处/ }).waitFor();
  const table = await Table.open(app, "R06");
  await table.select(1, "备注");
  await table.expectText(1, "备注", "我写的冲突");
  await page.getByRole("complementary", { name: "这一行" }).getByRole("link", { name: "看两边的值，裁定" }).waitFor();

  await page.setViewportSize(PHONE);
  await app.goto("#/exchange/merge");
  await dispute(page).first().waitFor();
  const words = await textOf(dispute(page).first());
  for (const part of ["我写的", "同事写的", "来自 同事.xcz", "本机", "改前"]) assert.ok(words.includes(part), `${part} in ${words}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  assert.ok(wide, "nothing is wider than the phone");
  // Where records are handed on, a decision is the township's.
  await dispute(page).first().getByRole("button", { name: "取 同事写的" }).click();
  await message(page, /还没有写明谁在操作/).first().waitFor();
  await actAs(app, "李审核", "乡镇审核员");
  await dispute(page).first().getByRole("button", { name: "取 同事写的" }).click();
  await dispute(page).first().waitFor({ state: "detached" });
  await saved(page);
  // Whoever takes the decision back is asked again.
  await message(page, /裁定/).locator("..").getByRole("button", { name: "撤销" }).click();
  await dispute(page).first().waitFor();
  await dispute(page).first().getByRole("button", { name: "取 同事写的" }).click();
  await dispute(page).first().waitFor({ state: "detached" });
  await page.setViewportSize({ width: 1440, height: 900 });
  const decided = await Table.open(app, "R06");
  await decided.expectText(1, "备注", "同事写的");

  // Back over the decision and the merge: one step each.
  await decided.undo.click();
  await decided.expectText(1, "备注", "我写的冲突");
  await page.getByRole("main").getByRole("button", { name: /^撤销：合账 2 份文件/ }).click();
  await decided.expectText(1, "备注", "我写的");
  await saved(page);
  assert.equal(await rowsOf(app, "R01"), VILLAGES);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

/** A merge of which a register is left, and the region that lists what is left. */
async function partTaken(app) {
  const { page } = app;
  const stranger = await elsewhere(app, async (other) => {
    await importNew(other, INDUSTRY);
    return ledgerOf(other);
  });
  await app.goto("#/registers/R01");
  await page.getByRole("button", { name: /新增$/ }).first().waitFor();
  await importNew(app, INDUSTRY);
  await remark(app, "我写的");
  await app.goto("#/exchange/merge");
  await picker(page).setInputFiles([file("邻镇.xcz", stranger)]);
  await merge(page).waitFor({ timeout: 60_000 });
  await page.getByText("只取一部分").click();
  const register = page.getByRole("group", { name: "哪些台账" }).getByRole("checkbox", { name: /产业生产台账/ });
  await register.uncheck();
  await until("what is left", async () => /行不取，以后可以再取/.test(await textOf(opened(page))));
  await merge(page).click();
  await page.getByText(/已合入/).waitFor({ timeout: 60_000 });
  const left = page.getByRole("region", { name: "还没取的" });
  await left.waitFor();
  return { left, stranger };
}

scene("a part is taken, the rest is listed and taken later; the same files again bring nothing", async (app) => {
  const { page } = app;
  const { left, stranger } = await partTaken(app);
  await left.getByRole("button", { name: "现在取" }).click();
  await left.waitFor({ state: "detached", timeout: 60_000 });
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  await app.goto("#/exchange/merge");
  await picker(page).setInputFiles([file("邻镇又发.xcz", stranger)]);
  await says(page, "邻镇又发.xcz", /没有新内容/);
});

scene("the worker dies while it takes what a merge left: said as it is, and taken the second time", async (app) => {
  const { page } = app;
  app.expected.push(/unreachable|RuntimeError/);
  const { left } = await partTaken(app);
  const take = left.getByRole("button", { name: "现在取" });
  const { log } = await stored(page);
  // The disk is held: nothing can be written before the worker ends.
  const free = await slowDisk(page);
  await take.click();
  await left.getByText("正在写入", { exact: false }).waitFor();
  // That is said before there is a worker; from here on it has leave to write.
  const begun = async () => (await navigator.locks.query()).held.some((lock) => lock.name.startsWith("xingcun.merge."));
  await until("the worker to begin", () => page.evaluate(begun));
  const fails = () => { setTimeout(() => { throw new Error("RuntimeError: unreachable"); }); };
  await Promise.all(page.workers().map((worker) => worker.evaluate(fails).catch(() => {})));
  await left.getByText("正在核实写没写进去", { exact: false }).waitFor();
  await free();
  await left.getByRole("alert").filter({ hasText: /邻镇\.xcz：写入的时候后台程序中断了.*已核实什么也没有写入/ }).waitFor();
  assert.equal((await stored(page)).log, log, "nothing is half-written");
  await take.click();
  await left.waitFor({ state: "detached", timeout: 60_000 });
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});
