// What is typed in a cell and not entered is found again – after F5, Back, a power cut – until it is entered or given
// up; a value that could not be read stays to be seen with its reason.

import { assert, scene, until } from "./harness.mjs";
import { Form, InputMethod, Table, holds, nav, openSample, saved } from "./pages.mjs";

const TEXT = "备注", NUMBER = "用工";

async function sample(app) {
  await openSample(app.page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  return table;
}

const list = (page) => page.getByRole("region", { name: /^有\d+格没有录完$/ });
/** One of the cells that wait, by words of it. */
const waiting = (page, words) => list(page).getByRole("group", { name: words });

async function taken(table, words, text) {
  await waiting(table.page, words).getByRole("button", { name: "接着填" }).click();
  await until("the text in the editor", async () => (await table.editor.inputValue()) === text);
  await table.page.keyboard.press("End");
}

scene("F5 in the middle of a cell: it is offered by name and time, taken up, entered, and gone", async (app) => {
  const { page } = app;
  let table = await sample(app);
  const village = await table.text(2, "村（社区）");
  await table.select(2, TEXT);
  await page.keyboard.type("说到一半");
  await app.reload();
  table = await Table.open(app, "R06");
  const words = new RegExp(`^${village} .*备注“说到一半”，\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d$`);
  await waiting(page, words).waitFor();
  // The cell itself shows it as not saved.
  await (await table.cell(2, TEXT)).getByText("未保存").waitFor();
  await taken(table, words, "说到一半");
  await page.keyboard.type("，说完了");
  await page.keyboard.press("Enter");
  await table.expectText(2, TEXT, "说到一半，说完了");
  await saved(page);
  assert.equal(await list(page).count(), 0);
  await app.reload();
  table = await Table.open(app, "R06");
  await table.expectText(2, TEXT, "说到一半，说完了");
  assert.equal(await list(page).count(), 0);
});

scene("killed as soon as the last letter is stored: the cell and the form offer what was typed", async (app) => {
  let table = await sample(app);
  await table.select(1, TEXT);
  await app.page.keyboard.type("没有按回车");
  await until("the whole cell to be stored", () => holds(app.page, "没有按回车"));
  await app.kill();
  await app.again();
  table = await Table.open(app, "R06", app.page);
  await waiting(app.page, /备注“没有按回车”/).getByRole("button", { name: "放弃" }).click();
  await list(app.page).waitFor({ state: "detached" });

  table = await Table.open(app, "R01", app.page);
  let form = await Form.add(table);
  await form.field("名称").focus();
  await app.page.keyboard.type("新坪村");
  await until("the whole name to be stored", () => holds(app.page, "新坪村"));
  await app.kill();
  await app.again();
  table = await Table.open(app, "R01", app.page);
  form = await Form.add(table);
  await form.dialog.getByRole("button", { name: "接着填" }).click();
  assert.equal(await form.field("名称").inputValue(), "新坪村");
});

scene("a value that cannot be read is not dropped by leaving: it stands in its cell with its reason", async (app) => {
  const { page } = app;
  let table = await sample(app);
  const before = await table.text(1, NUMBER);
  await table.select(1, NUMBER);
  await page.keyboard.type("一些");
  await nav(page, "总览").click();
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  table = await Table.open(app, "R06");
  const one = waiting(page, /用工“一些”/);
  await one.getByText("不是数字", { exact: false }).waitFor();
  const cell = await table.cell(1, NUMBER);
  await cell.getByText("未保存").waitFor();
  assert.match(await cell.innerText(), /^一些/);
  assert.match(await cell.getAttribute("title"), /不是数字/);
  // It survives the next start as well; giving it up is said, not silent.
  await app.reload();
  table = await Table.open(app, "R06");
  await one.getByText("不是数字", { exact: false }).waitFor();
  await one.getByRole("button", { name: "放弃" }).click();
  await table.expectText(1, NUMBER, before);
  await app.reload();
  await Table.open(app, "R06");
  assert.equal(await list(page).count(), 0);
});

scene("several wait in a list; one whose cell has changed and one whose row is gone say so", async (app) => {
  const { page } = app;
  let table = await sample(app);
  for (const [row, text] of [[1, "甲"], [2, "乙"]]) {
    await table.select(row, NUMBER);
    await page.keyboard.type(text);
    await app.reload();
    table = await Table.open(app, "R06");
    await waiting(page, new RegExp(`用工“${text}”`)).waitFor();
  }
  await page.getByRole("region", { name: "有2格没有录完" }).waitFor();

  // The first cell gets another value on the form, the second row goes.
  await table.select(1, TEXT);
  await page.getByRole("complementary", { name: "这一行" }).getByRole("button", { name: "打开表单" }).click();
  const form = new Form(page);
  await form.field(NUMBER).fill("77");
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await waiting(page, /用工“甲”/).getByText(/这一格后来由“.*”改成了“77”/).waitFor();
  await table.select(2, TEXT);
  await page.getByRole("complementary", { name: "这一行" }).getByRole("button", { name: "删除此行" }).click();
  const gone = waiting(page, /用工“乙”/);
  await gone.getByText("这一行后来删除了").waitFor();
  assert.equal(await gone.getByRole("button", { name: "接着填" }).count(), 0);
  await gone.getByRole("button", { name: "放弃" }).click();
  await taken(table, /用工“甲”/, "甲");
  await page.keyboard.press("Escape");
  await list(page).waitFor({ state: "detached" });
  await table.expectText(1, NUMBER, "77");
});

scene("a cell in another period is found again; letters of a composition and what Escape gave up are not", async (app) => {
  const { page } = app;
  let table = await sample(app);
  await page.getByRole("button", { name: "所有期间" }).click();
  await table.sort("期间");
  await table.select(1, TEXT);
  await page.keyboard.type("早年的");
  await app.reload();
  table = await Table.open(app, "R06");
  await taken(table, /备注“早年的”/, "早年的");
  await page.keyboard.press("Escape");
  await list(page).waitFor({ state: "detached" });

  await page.keyboard.press("Control+Home");
  await table.select(1, TEXT);
  const ime = await InputMethod.on(app);
  await ime.compose("ceshi");
  await app.reload();
  table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 0);
  assert.equal(await list(page).count(), 0);
});
