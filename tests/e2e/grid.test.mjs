// A table under the hands of someone who knows spreadsheets.

import { assert, scene, until } from "./harness.mjs";
import { Table, figure, message, openSample, saved } from "./pages.mjs";

/** A column of R06 that takes a number and is not needed by any rule of the sample. */
const NUMBER = "用工", TEXT = "备注";

async function sample(app) {
  await openSample(app.page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  return table;
}

scene("arrows, Tab, Enter, F2, Escape and Delete do what they do in a spreadsheet", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const column = await table.column(TEXT);
  await table.select(1, TEXT);
  const press = async (key, ...place) => {
    await page.keyboard.press(key);
    assert.deepEqual(await table.here(), place, key);
  };
  await press("ArrowDown", 2, column);
  await press("ArrowUp", 1, column);
  await press("ArrowLeft", 1, column - 1);
  await press("Tab", 1, column);
  await press("Shift+Tab", 1, column - 1);
  await press("ArrowRight", 1, column);
  await press("Control+Home", 1, 1);
  await page.keyboard.press("Control+End");
  assert.equal((await table.here())[0], await table.count());

  await page.keyboard.press("Control+Home");
  await table.select(1, TEXT);
  await page.keyboard.type("one");
  await press("Enter", 2, column);
  await table.expectText(1, TEXT, "one");
  await page.keyboard.type("two");
  await press("Shift+Enter", 1, column);
  await table.expectText(2, TEXT, "two");
  // F2 opens what is there; typing without it replaces.
  await page.keyboard.press("F2");
  await page.keyboard.press("End");
  await page.keyboard.type(" more");
  await press("Enter", 2, column);
  await table.expectText(1, TEXT, "one more");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.type("given up");
  await press("Escape", 1, column);
  await table.expectText(1, TEXT, "one more");
  await press("Delete", 1, column);
  await table.expectText(1, TEXT, "—");
  await saved(page);
  await app.reload();
  await (await Table.open(app, "R06")).expectText(2, TEXT, "two");
});

scene("a value that cannot be read stays in the cell with the reason, and nothing is lost", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const before = await table.text(1, NUMBER);
  await table.select(1, NUMBER);
  await page.keyboard.type("abc");
  await page.keyboard.press("Enter");
  await table.grid.getByRole("alert").getByText("不是数字", { exact: false }).waitFor();
  assert.equal(await table.editor.inputValue(), "abc");
  assert.equal(await table.editor.getAttribute("aria-invalid"), "true");
  // Going elsewhere does not throw it away either.
  await (await table.cell(3, NUMBER)).click();
  await table.grid.getByRole("alert").waitFor();
  assert.equal(await table.editor.inputValue(), "abc");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("12");
  await page.keyboard.press("Enter");
  await table.expectText(1, NUMBER, "12");
  await saved(page);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.type("xyz");
  await page.keyboard.press("Enter");
  await table.grid.getByRole("alert").waitFor();
  await page.keyboard.press("Escape");
  await table.expectText(1, NUMBER, "12");
  assert.notEqual(before, "12");
});

scene("a block from a spreadsheet is pasted where it belongs, and a bad one not at all", async (app) => {
  const { page } = app;
  await app.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: app.server.origin });
  const table = await sample(app);
  const put = (text) => page.evaluate((words) => navigator.clipboard.writeText(words), text);
  const column = await table.column(NUMBER);
  await put("11\t\n22\t\n33\t\n");
  await table.select(1, NUMBER);
  await page.keyboard.press("Control+V");
  for (const [row, wanted] of [[1, "11"], [2, "22"], [3, "33"]]) await table.expectText(row, column, wanted);
  await put("44\noops\n66");
  await table.select(1, NUMBER);
  await page.keyboard.press("Control+V");
  await table.grid.getByRole("alert").getByText(/第.*2.*行.*oops/).waitFor();
  for (const [row, wanted] of [[1, "11"], [2, "22"], [3, "33"]]) await table.expectText(row, column, wanted);
  // One paste is one step.
  await table.undo.click();
  await until("the paste to be undone", async () => (await table.text(3, column)) !== "33");
  assert.notEqual(await table.text(1, column), "11");
});

scene("sort, saved views, a filter, and search by pinyin initials", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const all = await table.count();
  const ascending = (values) => values.every((value, n) => n === 0 || values[n - 1] <= value);
  const numbers = async () => (await table.texts("面积")).filter((text) => text !== "—").map(figure);
  await table.sort("面积");
  await until("ascending", async () => ascending(await numbers()));
  await table.sort("面积");
  await until("descending", async () => ascending((await numbers()).reverse()));
  await table.sort("面积");

  await page.getByRole("button", { name: "所有期间" }).click();
  await until("more rows", async () => (await table.count()) > all);
  await page.getByRole("button", { name: "所有期间" }).click();
  await until("as before", async () => (await table.count()) === all);

  const search = page.getByRole("searchbox", { name: "查找" });
  await search.fill("bzh");
  await until("only 不知火", async () => {
    const products = await table.texts("产品");
    return products.length > 0 && products.every((product) => product === "不知火");
  });
  const found = await table.count();
  assert.ok(found > 0 && found < all);
  await search.fill("不知火");
  await until("the same by its characters", async () => (await table.count()) === found);
  await search.fill("");
  await until("all again", async () => (await table.count()) === all);

  await page.getByRole("button", { name: "＋ 筛选" }).click();
  await page.getByRole("combobox", { name: "字段" }).selectOption({ label: "产品" });
  await page.getByRole("combobox", { name: "比较" }).selectOption({ label: "等于" });
  await page.getByRole("textbox", { name: "值", exact: true }).fill("不知火");
  await page.getByRole("button", { name: "加上" }).click();
  await until("the filter to hold", async () => (await table.count()) === found);
  await page.getByRole("button", { name: /去掉筛选/ }).click();
  await until("all again", async () => (await table.count()) === all);
});

scene("a cell tells its history; undo and redo say what they take back", async (app) => {
  const { page } = app;
  const table = await sample(app);
  await table.select(1, NUMBER);
  for (const value of ["5", "7"]) {
    await page.keyboard.type(value);
    await page.keyboard.press("Enter");
    await table.expectText(1, NUMBER, value);
    await page.keyboard.press("ArrowUp");
  }
  const side = page.getByRole("complementary", { name: "这一行" });
  assert.equal(await side.getByText(/5\s*→\s*7/).count(), 0, "the log is not read for everyone who passes by");
  await side.getByText("未命名", { exact: false }).first().waitFor();
  await side.getByRole("button", { name: "看全部来历" }).click();
  await side.getByText(/5\s*→\s*7/).waitFor();
  await side.getByText("示例数据", { exact: false }).first().waitFor();
  assert.match(await table.undo.innerText(), /修改 用工/);
  await table.undo.click();
  await table.expectText(1, NUMBER, "5");
  assert.match(await table.redo.innerText(), /修改 用工/);
  await table.redo.click();
  await table.expectText(1, NUMBER, "7");
  await message(page, "已保存").first().waitFor();

  // Deleting a row is a step like any other.
  const rows = await table.count();
  await table.select(2, "村（社区）");
  await side.getByRole("button", { name: "删除此行" }).click();
  await until("one row less", async () => (await table.count()) === rows - 1);
  await table.undo.click();
  await until("the row again", async () => (await table.count()) === rows);
});
