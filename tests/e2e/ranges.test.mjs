// Many cells at once: selected, copied, pasted, filled, cleared, added up.

import { assert, scene, until } from "./harness.mjs";
import { Table, figure, openSample, saved } from "./pages.mjs";

const NUMBER = "用工";

async function sample(app, key = "R06") {
  await app.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: app.server.origin });
  await openSample(app.page);
  const table = await Table.open(app, key);
  await until("rows", async () => (await table.count()) > 3);
  return table;
}

const selected = (table) => table.grid.locator("[role=gridcell][aria-selected=true]");
const board = (page) => page.evaluate(() => navigator.clipboard.readText());
const put = (page, text) => page.evaluate((words) => navigator.clipboard.writeText(words), text);

scene("a block is selected by keys and by pointer, and says what it comes to", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const column = await table.column(NUMBER);
  const foot = page.getByRole("status").filter({ hasText: "选中" });
  await put(page, "10\n\n32");
  await table.select(1, NUMBER);
  await page.keyboard.press("Control+V");
  await table.expectText(3, NUMBER, "32");
  await table.expectText(2, NUMBER, "—");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await until("three cells", async () => (await selected(table).count()) === 3);
  await until("their sum, the blank one no zero", async () => /选中 3 格 · 有数 2 格 · 合计 42 人次 · 平均 21\.00 人次/.test(await foot.innerText()));
  await page.keyboard.press("Shift+ArrowUp");
  await until("two cells", async () => (await selected(table).count()) === 2);
  await page.keyboard.press("Escape");
  await until("one cell", async () => (await selected(table).count()) === 1);
  assert.equal(await foot.count(), 0);

  const area = await table.column("面积"), output = await table.column("产量");
  await table.select(1, area);
  await (await table.cell(2, output)).click({ modifiers: ["Shift"] });
  await until("both rows", async () => (await selected(table).count()) === 2 * (Math.abs(output - area) + 1));
  await until("no sum of two units", async () => /单位不同，不合计（.*亩.*吨|吨.*亩/.test(await foot.innerText()));

  await (await table.cell(1, area)).hover();
  await page.mouse.down();
  await (await table.cell(3, area)).hover();
  await page.mouse.up();
  await until("three cells by drawing", async () => (await selected(table).count()) === 3);
  const wanted = (await Promise.all([1, 2, 3].map((row) => table.text(row, area)))).filter((text) => text !== "—").reduce((sum, text) => sum + figure(text), 0);
  await until("their sum", async () => Math.abs(figure(/合计 ([\d,.]+)/.exec(await foot.innerText())[1]) - wanted) < 1e-9);

  await page.keyboard.press("Control+a");
  await until("every cell", async () => figure(/选中 ([\d,]+)/.exec(await foot.innerText())[1]) === (await table.count()) * Number(await table.grid.getAttribute("aria-colcount")));
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+Shift+End");
  await until("every cell again", async () => figure(/选中 ([\d,]+)/.exec(await foot.innerText())[1]) === (await table.count()) * Number(await table.grid.getAttribute("aria-colcount")));

  // Pages, and the edges of what is filled.
  await page.keyboard.press("Control+Home");
  await table.select(1, NUMBER);
  await page.keyboard.press("PageDown");
  assert.ok((await table.here())[0] > 5);
  await page.keyboard.press("PageUp");
  assert.deepEqual(await table.here(), [1, column]);
  await page.keyboard.press("Control+ArrowDown");
  assert.deepEqual(await table.here(), [3, column]);
  await page.keyboard.press("Control+ArrowUp");
  assert.deepEqual(await table.here(), [1, column]);
  await page.keyboard.press("Home");
  assert.equal((await table.here())[1], 1);
});

scene("copies go out with all digits; one value fills a block; a step each", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const column = await table.column(NUMBER);
  await put(page, "1234\n7\n8\n9");
  await table.select(1, NUMBER);
  await page.keyboard.press("Control+V");
  await table.expectText(1, NUMBER, "1,234");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Control+C");
  await until("plain digits on the clipboard", async () => (await board(page)) === "1234\n7");

  // One value into every selected cell.
  await put(page, "55");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Control+V");
  for (const row of [1, 2, 3]) await table.expectText(row, column, "55");
  await table.expectText(4, column, "9");
  await saved(page);
  await page.keyboard.press("Control+z");
  await table.expectText(3, column, "8");
  await table.expectText(1, column, "1,234");

  await table.select(1, NUMBER);
  for (let n = 0; n < 3; n++) await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Control+d");
  for (const row of [1, 2, 3, 4]) await table.expectText(row, column, "1,234");
  await saved(page);
  await page.keyboard.press("Control+z");
  await table.expectText(4, column, "9");

  // The same by its button, which gives the keyboard back to the table.
  await page.getByRole("button", { name: "向下填充", exact: true }).click();
  for (const row of [1, 2, 3, 4]) await table.expectText(row, column, "1,234");
  await saved(page);
  assert.ok(await table.editor.evaluate((e) => e === document.activeElement));
  await page.keyboard.press("Control+z");
  await table.expectText(4, column, "9");

  await page.keyboard.press("Delete");
  for (const row of [1, 2, 3, 4]) await table.expectText(row, column, "—");
  await saved(page);
  await page.keyboard.press("Control+z");
  await table.expectText(2, column, "7");

  // What the rules refuse is refused as a whole, with its place.
  await put(page, "oops");
  await page.keyboard.press("Control+V");
  await table.grid.getByRole("alert").getByText(/第.*1.*行.*oops/).waitFor();
  await table.expectText(1, column, "1,234");
});

scene("a row is selected by its number, a column by Ctrl on its heading, and a click still sorts", async (app) => {
  const { page } = app;
  const table = await sample(app);
  const columns = Number(await table.grid.getAttribute("aria-colcount")), rows = await table.count();
  const foot = page.getByRole("status").filter({ hasText: "选中" });
  const cells = async () => figure(/选中 ([\d,]+)/.exec(await foot.innerText())[1]);
  const number = (row) => table.grid.locator(`[role=row][aria-rowindex="${row + 1}"] .number`);
  const fill = page.getByRole("button", { name: "向下填充", exact: true });
  await number(3).click();
  await until("the row", async () => (await cells()) === columns);
  assert.deepEqual(await table.here(), [3, 1]);
  assert.equal(await fill.count(), 0, "one row fills nothing");
  await number(5).click({ modifiers: ["Shift"] });
  await until("three rows", async () => (await cells()) === 3 * columns);
  await fill.waitFor();
  assert.equal(await table.grid.evaluate((grid) => grid.scrollLeft), 0, "nothing moves away");
  await number(2).hover();
  await page.mouse.down();
  await (await table.cell(3, 4)).hover();
  await page.mouse.up();
  await until("two rows by drawing", async () => (await cells()) === 2 * columns);

  const head = async (title) => table.grid.getByRole("columnheader").nth((await table.column(title)) - 1);
  const sorted = async (title) => (await head(title)).getAttribute("aria-sort");
  const area = await table.column("面积"), output = await table.column("产量");
  await (await head("面积")).getByRole("button").click({ modifiers: ["Control"] });
  await until("the column", async () => (await cells()) === rows);
  assert.equal(await sorted("面积"), "none");
  assert.match(await foot.innerText(), /合计 [\d,.]+ 亩/);
  await (await head("产量")).getByRole("button").click({ modifiers: ["Shift"] });
  await until("all columns up to it", async () => (await cells()) === rows * (Math.abs(output - area) + 1));
  await (await head("面积")).getByRole("button").click();
  await until("sorted", async () => (await sorted("面积")) === "ascending");

  // As in a spreadsheet.
  await table.select(2, NUMBER);
  await page.keyboard.press("Shift+ ");
  await until("the row by keys", async () => (await cells()) === columns);
  await table.select(2, NUMBER);
  await page.keyboard.press("Control+ ");
  await until("the column by keys", async () => (await cells()) === rows);
});
