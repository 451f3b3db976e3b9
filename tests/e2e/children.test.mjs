// What stands under a record: lines in its form, records of their own, a sheet that comes back.

import { PHONE, assert, scene, until } from "./harness.mjs";
import { Form, Table, download, message, preview, promised, saved, writeButton } from "./pages.mjs";

const side = (page) => page.getByRole("complementary", { name: "这一行" });
const lines = (form) => form.dialog.getByRole("group", { name: "荣誉" });
const line = (form, label, n) => lines(form).getByLabel(`${label} ${n}`, { exact: true });

/** A town, and a village with two honours. */
async function village(app) {
  const { page } = app;
  await app.goto("#/registers/R01");
  const table = new Table(app, page);
  let form = await Form.add(table);
  await form.fill({ 名称: "柳河镇", 类别: "乡镇" });
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  form = await Form.add(table);
  await form.fill({ 名称: "清凉村", 类别: "村", 上级: "柳河镇" });
  for (const [n, [name, level, year]] of [["文明村", "县", "2023"], ["卫生村", "省", "2024"]].entries()) {
    await lines(form).getByRole("button", { name: "加一行" }).click();
    await line(form, "荣誉名称", n + 1).fill(name);
    await line(form, "级别", n + 1).fill(level);
    await line(form, "授予年度", n + 1).fill(year);
  }
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
}

scene("lines are written in the form of their record, and are records of their own", async (app) => {
  const { page } = app;
  await village(app);
  await app.reload();
  let table = await Table.open(app, "R01/honour");
  await until("two honours", async () => (await table.count()) === 2);
  await table.expectText(1, "组织", "清凉村");
  assert.deepEqual((await table.texts("荣誉名称")).map((t) => t.trim()).sort(), ["卫生村", "文明村"]);

  // Beside the table of villages; changed and taken away in the form, and taken back as one step.
  table = await Table.open(app, "R01");
  const row = (await table.texts("名称")).findIndex((t) => t.trim() === "清凉村") + 1;
  await table.select(row, "名称");
  await side(page).getByRole("region", { name: "荣誉" }).getByText("文明村").waitFor();
  await side(page).getByRole("button", { name: "打开表单" }).click();
  const form = new Form(page);
  await form.dialog.waitFor();
  await line(form, "级别", 1).fill("市");
  await lines(form).getByRole("button", { name: "删除第几行 2" }).click();
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
  table = await Table.open(app, "R01/honour");
  await until("one honour", async () => (await table.count()) === 1);
  await table.expectText(1, "级别", "市");
  await table.undo.click();
  await until("both again", async () => (await table.count()) === 2);
});

scene("a sheet of lines names what they stand under, and comes back with nothing changed", async (app) => {
  const { page } = app;
  await village(app);
  await app.goto("#/exchange");
  const file = await download(page, page.getByRole("button", { name: /组织台账/ }));
  await preview(app, file);
  assert.equal(await writeButton(page).innerText(), "没有可写的");
  // Into another ledger both come, the lines under their village.
  await app.goto("#/registers/R01");
  const table = new Table(app, page);
  const row = (await table.texts("名称")).findIndex((t) => t.trim() === "清凉村") + 1;
  await table.select(row, "名称");
  await side(page).getByRole("button", { name: "删除此行" }).click();
  await message(page, /已删除 1 行，连同它们下面的 2 行明细/).waitFor();
  await saved(page);
  await preview(app, file);
  assert.equal(await promised(page), 3);
  await app.goto("#/registers/R01");
  await table.undo.click();
  await until("the village again", async () => (await table.count()) === 2);
  await preview(app, file);
  assert.equal(await writeButton(page).innerText(), "没有可写的");
});

/** Every line is a card of its own, its values under each other with their names, and nothing has to be moved sideways. */
async function asCards(place) {
  const cards = await place.locator("tbody tr").evaluateAll((rows) => rows.map((row) => ({
    box: row.getBoundingClientRect().toJSON(),
    tops: [...row.querySelectorAll("td[data-label]")].map((cell) => cell.getBoundingClientRect().top),
    names: [...row.querySelectorAll("td[data-label]")].map((cell) => getComputedStyle(cell, "::before").content),
    wide: row.closest(".scroll").scrollWidth > row.closest(".scroll").clientWidth + 1,
  })));
  assert.ok(cards.length >= 2);
  for (const { box, tops, names, wide } of cards) {
    assert.ok(box.left >= 0 && box.right <= 360 && !wide, JSON.stringify(box));
    assert.ok(tops.length >= 3 && tops.every((top, n) => n === 0 || top > tops[n - 1]), JSON.stringify(tops));
    assert.ok(names.some((name) => name.includes("级别")), names.join());
  }
}

scene("on a phone a village shows its honours, and takes one more", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await village(app);
  await app.goto("#/registers/R01");
  await page.getByRole("main").getByText("清凉村").first().click();
  const sheet = page.getByRole("dialog");
  const told = sheet.getByRole("region", { name: "荣誉" });
  await told.getByText("卫生村").waitFor();
  await asCards(told);
  await sheet.getByRole("button", { name: "打开表单" }).click();
  const form = new Form(page);
  await lines(form).getByRole("button", { name: "加一行" }).click();
  await line(form, "荣誉名称", 3).fill("示范村");
  await asCards(lines(form));
  for (const label of ["荣誉名称", "级别", "授予年度"]) {
    const { x, width } = await line(form, label, 2).boundingBox();
    assert.ok(x >= 0 && x + width <= 360, `${label} is in sight: ${x} + ${width}`);
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 360, `the page is ${width} wide`);
  await form.save.click();
  await lines(form).waitFor({ state: "detached" });
  await saved(page);
  await app.goto("#/registers/R01/honour");
  await page.getByRole("main").getByText("示范村").first().waitFor();
});
