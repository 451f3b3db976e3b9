// Ctrl+Z and Ctrl+Y are the ledger's undo and redo, unless something is being typed.

import { assert, scene, until } from "./harness.mjs";
import { Form, Table, message, openSample, saved, slowDisk } from "./pages.mjs";

const NUMBER = "用工";

async function sample(app) {
  await openSample(app.page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  return table;
}

scene("Ctrl+Z takes the last step back and no neighbour changes", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const [first, second] = [await table.text(1, NUMBER), await table.text(2, NUMBER)];
  await table.select(1, NUMBER);
  await page.keyboard.type("111");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("ArrowDown");
  await table.expectText(1, NUMBER, first);
  await table.expectText(2, NUMBER, second);
  await message(page, /撤销：修改 用工/).waitFor();
  await saved(page);

  await page.keyboard.press("Control+Home");
  await table.select(1, NUMBER);
  await page.keyboard.press("Control+Shift+Z");
  await page.keyboard.press("Enter");
  await table.expectText(1, NUMBER, "111");
  await message(page, /重做：修改 用工/).waitFor();
  await table.expectText(2, NUMBER, second);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  await table.expectText(1, NUMBER, first);
  await page.keyboard.press("Control+y");
  await table.expectText(1, NUMBER, "111");
  await saved(page);
  await app.reload();
  const again = await Table.open(app, "R06");
  await again.expectText(1, NUMBER, "111");
  await again.expectText(2, NUMBER, second);
});

scene("steps asked for quickly are taken one after the other", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const before = await table.text(1, NUMBER);
  for (const value of ["5", "7", "9"]) {
    await table.select(1, NUMBER);
    await page.keyboard.type(value);
    await page.keyboard.press("Enter");
  }
  await table.expectText(1, NUMBER, "9");
  for (let n = 0; n < 3; n++) await page.keyboard.press("Control+z");
  await table.expectText(1, NUMBER, before);
  await until("three steps to do again", async () => (await table.redo.count()) === 1);
  for (const value of ["5", "7", "9"]) {
    await page.keyboard.press("Control+y");
    await table.expectText(1, NUMBER, value);
  }
});

scene("in an open cell undo takes back what is typed there, and only that", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const second = await table.text(2, NUMBER);
  await table.select(1, NUMBER);
  await page.keyboard.type("111");
  await page.keyboard.press("Enter");
  await table.expectText(1, NUMBER, "111");
  await page.keyboard.type("56");
  await page.keyboard.press("Control+z");
  assert.equal(await table.editor.inputValue(), "5");
  await page.keyboard.press("Control+y");
  assert.equal(await table.editor.inputValue(), "56");
  for (let n = 0; n < 6; n++) await page.keyboard.press("Control+z");
  assert.equal(await table.editor.inputValue(), "", "the cell before does not come back in here");
  for (let n = 0; n < 6; n++) await page.keyboard.press("Control+Shift+Z");
  assert.equal(await table.editor.inputValue(), "56");
  await page.keyboard.press("Escape");
  await table.expectText(1, NUMBER, "111");
  await table.expectText(2, NUMBER, second);
});

scene("outside of a table the keys work too, in a text box they are the box's", async (app) => {
  const { page } = app;
  await page.keyboard.press("Control+z");
  await message(page, "没有可撤销的步骤").waitFor();
  const table = await sample(app);
  const before = await table.text(1, NUMBER);
  await table.select(1, NUMBER);
  await page.keyboard.type("111");
  await page.keyboard.press("Enter");
  await table.expectText(1, NUMBER, "111");
  await saved(page);

  const search = page.getByRole("searchbox", { name: "查找" });
  await search.fill("");
  await search.pressSequentially("村");
  await page.keyboard.press("Control+z");
  assert.equal(await search.inputValue(), "");
  await table.expectText(1, NUMBER, "111");
  const form = await Form.add(table);
  await form.field("备注").fill("字");
  await page.keyboard.press("Control+z");
  assert.equal(await form.field("备注").inputValue(), "");
  await form.cancel.click();

  await app.goto("#/settings");
  await page.getByRole("heading", { name: "设置", exact: true }).waitFor();
  await page.keyboard.press("Control+z");
  await message(page, /撤销：修改 用工 · 产业生产台账/).waitFor();
  await page.keyboard.press("Control+y");
  await message(page, /重做：修改 用工 · 产业生产台账/).waitFor();
  await page.keyboard.press("Control+y");
  await message(page, "没有可重做的步骤").waitFor();
  await page.keyboard.press("Control+z");
  await message(page, /撤销：修改 用工/).waitFor();
  await (await Table.open(app, "R06")).expectText(1, NUMBER, before);
});

scene("what is typed while the step before is still being stored stands on that step", async (app) => {
  const { page } = app;
  let table = await sample(app);
  const COUNT = "参与农户", before = await table.text(1, COUNT);
  assert.match(before, /^\d+$/);
  const type = async (value) => {
    await page.keyboard.type(value);
    await page.keyboard.press("Enter");
    await table.expectText(1, COUNT, value);
    await page.keyboard.press("ArrowUp");
  };

  // Undoing the second brings back the first.
  await table.select(1, COUNT);
  let free = await slowDisk(page);
  await type("5");
  await type("7");
  await free();
  await saved(page);
  await table.undo.click();
  await table.expectText(1, COUNT, "5");
  await table.undo.click();
  await table.expectText(1, COUNT, before);
  await saved(page);

  // A slip that is taken back at once is taken back on disk as well.
  await table.select(1, COUNT);
  free = await slowDisk(page);
  await type("5");
  await type(before);
  await free();
  await saved(page);
  await table.expectText(1, COUNT, before);
  await app.reload();
  table = await Table.open(app, "R06");
  await table.expectText(1, COUNT, before);
});
