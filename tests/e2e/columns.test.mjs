// Columns: what matters first, what names a row in sight, the selected cell never hidden.

import { LAPTOP, PHONE, assert, scene, until } from "./harness.mjs";
import { Table, openSample } from "./pages.mjs";

const titles = async (table) => (await table.grid.getByRole("columnheader").allInnerTexts()).map((text) => text.replace(/[▲▼\s]/g, ""));
const box = async (locator) => locator.evaluate((e) => { const { left, right, top, bottom } = e.getBoundingClientRect(); return { left, right, top, bottom }; });

scene("the figures that matter stand next to what names the row", { viewport: { width: 1440, height: 900 } }, async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R07");
  await until("rows", async () => (await table.count()) > 3);
  const named = (await titles(table)).filter((title) => /^(村|科目$|期间|金额)/.test(title));
  assert.equal(named.length, 4, (await titles(table)).join(" "));
  const amount = await table.column("金额");
  assert.ok(amount <= 6, `金额 is column ${amount}`);
  const frame = await box(table.grid), cell = await box(await table.cell(1, amount));
  assert.ok(cell.right <= frame.right, "金额 is in sight at once");
});

scene("a selected cell is in sight beside the panel that opens, and what names the row stays", { viewport: { width: 1440, height: 900 } }, async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  const all = await titles(table);
  // The last column that is in sight while the table has the page to itself.
  const frame = await box(table.grid);
  let last = 1;
  for (let n = 1; n <= all.length; n++) if ((await box(await table.cell(2, n))).right <= frame.right) last = n;
  await table.select(2, last);
  await page.getByRole("complementary", { name: "这一行" }).waitFor();
  const inSight = async (n) => {
    const [cell, grid] = [await box(await table.cell(2, n)), await box(table.grid)];
    return cell.right <= grid.right + 1 && cell.left >= grid.left - 1;
  };
  await until("the cell in sight", () => inSight(last));
  await page.keyboard.press("End");
  await until("the last column in sight", () => inSight(all.length));
  for (const title of ["村", "产品"]) {
    const at = all.findIndex((one) => one.startsWith(title)) + 1;
    assert.ok(at > 0, all.join(" "));
    assert.ok(await inSight(at), `${title} stays in sight`);
  }
  await page.keyboard.press("Control+ArrowLeft");
  await page.keyboard.press("Home");
  await until("the first column in sight", () => inSight(1));
});

const WIDE = { viewport: { width: 1440, height: 900 } };

async function arranged(app) {
  await openSample(app.page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  return table;
}

const menu = (page) => page.getByRole("dialog", { name: "列", exact: true });
const opens = async (page) => {
  await page.getByRole("button", { name: /^列/ }).click();
  await menu(page).waitFor();
};
const width = async (table, title) => { const { left, right } = await box(await table.cell(1, title)); return Math.round(right - left); };
const has = async (table, title) => (await titles(table)).some((one) => one.startsWith(title));

scene("columns are hidden, moved and made wider, remembered, and set back", WIDE, async (app) => {
  const { page } = app;
  const table = await arranged(app);
  const before = await titles(table);
  const totals = page.getByRole("region", { name: "合计" });
  const sums = await totals.innerText();
  await opens(page);
  await until("the focus is in the menu", () => menu(page).evaluate((e) => e.contains(document.activeElement)));
  assert.ok(await menu(page).getByRole("checkbox", { name: "产品" }).isDisabled(), "what names a row cannot be hidden");
  await menu(page).getByRole("checkbox", { name: /^用工/ }).uncheck();
  await until("hidden", async () => !(await has(table, "用工")));
  assert.equal(await totals.innerText(), sums, "a hidden column still adds up");
  const area = await table.column("面积"), output = await table.column("产量");
  const [late, early] = output > area ? ["产量", "面积"] : ["面积", "产量"];
  for (let n = 0; n < 20 && (await table.column(late)) > (await table.column(early)); n++) {
    const was = (await menu(page).getByRole("checkbox").count());
    await menu(page).getByRole("button", { name: new RegExp(`^上移 ${late}`) }).click();
    assert.equal(await menu(page).getByRole("checkbox").count(), was);
  }
  assert.ok((await table.column(late)) < (await table.column(early)), (await titles(table)).join(" "));
  const wide = menu(page).getByRole("spinbutton", { name: new RegExp(`^宽度 ${late}`) });
  await wide.fill("222");
  await wide.press("Tab");
  await until("wider", async () => (await width(table, late)) === 222);
  await page.keyboard.press("Escape");
  const button = page.getByRole("button", { name: /^列（隐藏1）/ });
  await until("the focus is back", () => button.evaluate((e) => e === document.activeElement));
  const after = await titles(table);

  await page.reload();
  await until("the same after a new start", async () => (await titles(table)).join() === after.join());
  assert.equal(await width(table, late), 222);
  await opens(page);
  await menu(page).getByRole("button", { name: "恢复默认" }).click();
  await until("as declared", async () => (await titles(table)).join() === before.join());
  assert.notEqual(await width(table, late), 222);
});

scene("a column is made wider by its edge, and rows stay sorted by what they were sorted by", WIDE, async (app) => {
  const { page } = app;
  const table = await arranged(app);
  const at = await table.column("面积");
  const was = await width(table, at);
  const head = table.grid.getByRole("columnheader").nth(at - 1);
  const edge = await box(head);
  await page.mouse.move(edge.right - 5, (edge.top + edge.bottom) / 2);
  await page.mouse.down();
  await page.mouse.move(edge.right + 25, (edge.top + edge.bottom) / 2, { steps: 4 });
  await until("the width to follow", async () => Math.abs((await width(table, at)) - was - 30) <= 1);
  await page.mouse.move(edge.right + 55, (edge.top + edge.bottom) / 2, { steps: 4 });
  await page.mouse.up();
  await until("wider by what was drawn", async () => Math.abs((await width(table, at)) - was - 60) <= 1);
  await table.sort("面积");
  const sorted = () => head.getAttribute("aria-sort");
  await until("sorted", async () => (await sorted()) === "ascending");
  const rows = await table.texts("面积");
  await opens(page);
  await menu(page).getByRole("button", { name: /^下移 面积/ }).click();
  await until("moved", async () => (await table.column("面积")) === at + 1);
  assert.deepEqual(await table.texts("面积"), rows);
  assert.equal(await table.grid.getByRole("columnheader").nth(at).getAttribute("aria-sort"), "ascending");
  await menu(page).getByRole("checkbox", { name: /^面积/ }).uncheck();
  await page.getByRole("button", { name: /^列（隐藏1），按面积.*排序$/ }).waitFor();
});

scene("an entry that is moved keeps the keyboard; the menu is wide enough and goes with a click elsewhere", WIDE, async (app) => {
  const { page } = app;
  const table = await arranged(app);
  await opens(page);
  const lines = menu(page).getByRole("checkbox");
  for (let n = 0; n < (await lines.count()); n++) {
    const label = lines.nth(n).locator("xpath=..");
    const [tall, one] = await label.evaluate((e) => [e.getBoundingClientRect().height, parseFloat(getComputedStyle(e).lineHeight) || 30]);
    assert.ok(tall < 2 * one, `${await label.innerText()} takes ${tall} px`);
  }
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") || document.activeElement.parentElement.innerText.trim());
  const at = await table.column("面积");
  const down = menu(page).getByRole("button", { name: /^下移 面积/ });
  await down.click();
  await until("moved once", async () => (await table.column("面积")) === at + 1);
  await until("the button has the focus", async () => /^下移 面积/.test(await focused()));
  await page.keyboard.press("Enter");
  await until("moved twice", async () => (await table.column("面积")) === at + 2);
  await menu(page).getByRole("checkbox", { name: /^面积/ }).focus();
  for (const n of [1, 0]) {
    await page.keyboard.press("Alt+ArrowUp");
    await until("moved by keys", async () => (await table.column("面积")) === at + n);
    await until("the entry has the focus", async () => /^面积/.test(await focused()));
  }
  // A press inside leaves it open, one elsewhere closes it.
  await menu(page).getByText("总在前面").click();
  assert.equal(await menu(page).count(), 1);
  await page.getByRole("heading", { level: 1 }).click();
  await menu(page).waitFor({ state: "detached" });
  await opens(page);
  await (await table.cell(1, 2)).click();
  await menu(page).waitFor({ state: "detached" });
  assert.deepEqual(await table.here(), [1, 2]);
});

for (const [name, viewport, size] of [["a phone", PHONE, "normal"], ["a phone in large type", PHONE, "large"], ["a small laptop", { width: 1180, height: 760 }, "normal"], ["a laptop in large type", LAPTOP, "large"]]) {
  scene(`the menu of columns stays within the window on ${name}`, { viewport, init: `localStorage.setItem("xingcun.size", "${size}")` }, async (app) => {
    const { page } = app;
    await openSample(page);
    await app.goto("#/registers/R06");
    if (viewport === PHONE) await page.getByRole("button", { name: "表格", exact: true }).click();
    await opens(page);
    const { left, right, top, bottom } = await box(menu(page));
    assert.ok(left >= 0 && right <= viewport.width && top >= 0 && bottom <= viewport.height, JSON.stringify([left, right, top, bottom]));
    assert.ok((await box(menu(page).getByRole("spinbutton").first())).right <= right, "the widths can be reached");
  });
}

/** Cells whose words stand out of them and are not cut off: they would be read as the next cell's. */
const spilled = (page) => page.evaluate(() => [...document.querySelectorAll("main .grid .line [role=gridcell]")]
  .filter((cell) => cell.scrollWidth > cell.clientWidth && getComputedStyle(cell).overflowX === "visible")
  .map((cell) => `${cell.innerText} (${cell.scrollWidth} > ${cell.clientWidth})`));

for (const size of ["standard", "large"]) {
  scene(`no cell's words stand over the next one, not even where a column is made narrow: ${size} type`, WIDE, async (app) => {
    const { page } = app;
    await openSample(page);
    if (size === "large") {
      await app.goto("#/settings");
      await page.getByRole("radio", { name: "大字（适老）" }).click();
    }
    for (const register of ["R01", "R06", "R07", "R09"]) {
      const table = await Table.open(app, register);
      await until("rows", async () => (await table.count()) > 3);
      assert.deepEqual(await spilled(page), [], register);
    }
    const table = await Table.open(app, "R06");
    await until("rows", async () => (await table.count()) > 3);
    const first = await table.column("村"), head = table.grid.getByRole("columnheader").nth(first - 1);
    const edge = await box(head), height = (edge.top + edge.bottom) / 2;
    await page.mouse.move(edge.right - 5, height);
    await page.mouse.down();
    await page.mouse.move(edge.left + 10, height, { steps: 4 });
    await until("the width to follow", async () => (await width(table, first)) < 60);
    assert.deepEqual(await spilled(page), [], "while the edge is drawn");
    await page.mouse.up();
    await until("the edge to be let go", async () => (await page.locator(".grid.drawing").count()) === 0);
    const cell = await table.cell(1, first);
    assert.equal(await cell.evaluate((one) => getComputedStyle(one).overflowX), "clip", "its words have no room");
    assert.deepEqual(await spilled(page), []);
  });
}
