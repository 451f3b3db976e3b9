// Words from a list: the best is taken, a new one is asked for, two of one name are told apart; amounts are exact.

import { assert, scene, until } from "./harness.mjs";
import { Form, Table, openSample, rowsOf, saved } from "./pages.mjs";

async function sample(app) {
  await openSample(app.page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  // Pinyin comes after the first screen.
  const search = app.page.getByRole("searchbox", { name: "查找" });
  await search.fill("qxc");
  await until("names to be found by pinyin", async () => { const n = await table.count(); return n > 0 && (await table.text(1, "村（社区）")) === "清溪村"; });
  await search.fill("");
  await until("all again", async () => (await table.count()) > 3);
  return table;
}

const option = (table, name) => table.grid.getByRole("option", { name, exact: true });

/** Types into a cell and presses Enter. */
async function type(table, row, title, text) {
  await table.select(row, title);
  await table.page.keyboard.type(text);
  await table.page.keyboard.press("Enter");
}

scene("Enter takes the first word of the list: bzh is 不知火, wxc is 五星村", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const products = await rowsOf(app, "R06");
  await Table.open(app, "R06");
  await table.select(1, "产品");
  await page.keyboard.type("bzh");
  assert.equal(await option(table, "不知火").getAttribute("aria-selected"), "true", "what Enter takes is marked");
  await page.keyboard.press("Enter");
  await table.expectText(1, "产品", "不知火");
  // In an order that does not change with the village.
  await table.sort("面积");
  await type(table, 1, "村", "wxc");
  await table.expectText(1, "村", "五星村");
  // A listed word stands for itself; a closed list knows no other.
  await type(table, 2, "产品", "中药材");
  await table.expectText(2, "产品", "中药材");
  await type(table, 2, "环节", "开矿");
  await table.grid.getByRole("alert").getByText("没有“开矿”这一项").waitFor();
  await page.keyboard.press("Escape");
  await saved(page);
  await app.reload();
  const again = await Table.open(app, "R06");
  await again.sort("面积");
  await again.expectText(1, "村", "五星村");
  assert.equal(await rowsOf(app, "R06"), products, "no word was made");
});

scene("a new word is written only when the person says so, and is known from then on", async (app) => {
  const { page } = app;
  const table = await sample(app);
  await table.sort("面积");
  const before = await table.text(1, "产品");
  await type(table, 1, "产品", "金花梨");
  const question = table.grid.getByRole("group", { name: "没有“金花梨”这个产品：新建它？" });
  await question.waitFor();
  // A second Enter means nothing yet: it goes back to the cell.
  await page.keyboard.press("Enter");
  await question.waitFor({ state: "detached" });
  assert.equal(await table.editor.inputValue(), "金花梨");
  await page.keyboard.press("Escape");
  await table.expectText(1, "产品", before);

  await type(table, 1, "产品", "金花梨");
  await question.getByRole("button", { name: "新建", exact: true }).click();
  await table.expectText(1, "产品", "金花梨");
  await saved(page);
  assert.match(await table.undo.innerText(), /新增1行.*产品/);
  await type(table, 2, "产品", "金花");
  await table.expectText(2, "产品", "金花梨");
  // The word as it was typed can be made although another contains it.
  await table.select(3, "产品");
  await page.keyboard.type("金花");
  await option(table, "新建“金花”").click();
  await table.grid.getByRole("group", { name: /没有“金花”这个产品/ }).getByRole("button", { name: "新建", exact: true }).click();
  await table.expectText(3, "产品", "金花");
});

scene("a pasted block asks once for all its new words", async (app) => {
  const { page } = app;
  await app.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: app.server.origin });
  const table = await sample(app);
  const before = await table.text(1, "产品");
  await page.evaluate(() => navigator.clipboard.writeText("金花梨\n不知火\n丰水梨\n金花梨"));
  await table.select(1, "产品");
  await page.keyboard.press("Control+V");
  const question = table.grid.getByRole("group", { name: "粘贴的内容里有2个新词：产品“丰水梨”、产品“金花梨”。都新建吗？" });
  await question.getByRole("button", { name: "改一改" }).click();
  await table.expectText(1, "产品", before);
  await page.keyboard.press("Control+V");
  await question.getByRole("button", { name: "新建并粘贴" }).click();
  for (const [row, word] of [[1, "金花梨"], [2, "不知火"], [3, "丰水梨"], [4, "金花梨"]]) await table.expectText(row, "产品", word);
  assert.match(await table.undo.innerText(), /新增2行/);
});

scene("a form takes the best word, asks for new ones, and refuses what is no amount", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const form = await Form.add(table);
  await form.field("产品").fill("bzh");
  await form.dialog.getByRole("option", { name: "不知火", exact: true }).waitFor();
  await form.field("产品").press("Enter");
  assert.equal(await form.field("产品").inputValue(), "不知火");
  // Left half written, the field shows what it took.
  await form.field("村（社区）").fill("wx");
  await form.field("期间").fill("2031");
  assert.equal(await form.field("村（社区）").inputValue(), "五星村");

  await form.field("产值").fill("8万至10万");
  await form.dialog.getByText("金额要一个确数，“8万至10万”不是", { exact: false }).waitFor();
  await form.save.click();
  assert.ok(await form.dialog.isVisible());
  await form.field("产值").fill("8万");
  await form.field("产品").fill("金花梨");
  await form.save.click();
  const question = form.dialog.getByRole("group", { name: "没有“金花梨”这个产品：新建它？" });
  await question.waitFor();
  await question.getByRole("button", { name: "改一改" }).click();
  assert.ok(await form.dialog.isVisible());
  await form.save.click();
  await question.getByRole("button", { name: "新建", exact: true }).click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
});

scene("约500 and 8万至10万 are no amounts of money; an area may be about so much", async (app) => {
  const { page } = app;
  const table = await sample(app);
  for (const text of ["约500", "8万至10万", "12万余元"]) {
    await type(table, 1, "产值", text);
    await table.grid.getByRole("alert").getByText(`金额要一个确数，“${text}”不是`, { exact: false }).waitFor();
    assert.equal(await table.editor.inputValue(), text);
    await page.keyboard.press("Escape");
  }
  await type(table, 1, "产值", "8万");
  await table.expectText(1, "产值", "80,000.00");
  await type(table, 1, "用工", "约500");
  await table.expectText(1, "用工", "约500");
});

scene("a second village of one name is asked about; from then on which one is meant is asked too", async (app) => {
  const { page } = app;
  await sample(app);
  let table = await Table.open(app, "R01");
  let form = await Form.add(table);
  await form.fill({ 名称: "五星村", 类别: "村", 上级: "示例镇二" });
  await form.save.click();
  const question = form.dialog.getByRole("group", { name: "已经有叫“五星村”的：五星村。确实是另一个吗？" });
  await question.waitFor();
  await question.getByRole("button", { name: "是另一个，仍用这个名称" }).click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);

  table = await Table.open(app, "R06");
  await table.sort("面积");
  await type(table, 1, "村", "五星村");
  const which = table.grid.getByRole("group", { name: "“五星村”有2个，是哪一个？" });
  await which.getByRole("button", { name: "五星村（示例镇二）" }).click();
  await table.expectText(1, "村", "五星村（示例镇二）");
  // No village of the sample grows it: the row is no second one there.
  await type(table, 2, "产品", "中药材");
  await table.expectText(2, "产品", "中药材");
  await type(table, 2, "村", "五星村（示例镇一）");
  await table.expectText(2, "村", "五星村（示例镇一）");

  form = await Form.add(table);
  await form.field("村（社区）").fill("五星村");
  const asked = form.dialog.getByRole("group", { name: "“五星村”有2个，是哪一个？" });
  await asked.getByRole("button", { name: "五星村（示例镇一）" }).click();
  assert.equal(await form.field("村（社区）").inputValue(), "五星村（示例镇一）");
  await asked.waitFor({ state: "detached" });
});
