// The browser is killed, not closed: a step is there as a whole or not at all, and what was shown as saved is there.

import { assert, scene, sleep, until } from "./harness.mjs";
import { Form, INCOME, INCOME_ROWS, Table, createPlaces, holds, preview, rowsOf, saved, write, writeButton } from "./pages.mjs";

for (const delay of [0, 60, 250]) {
  scene(`killed ${delay} ms after 写入: all rows or none`, async (app) => {
    await preview(app, INCOME);
    await createPlaces(app.page);
    await writeButton(app.page).click();
    await sleep(delay);
    await app.kill();
    await app.again();
    const rows = await rowsOf(app, "R07"), places = await rowsOf(app, "R01");
    assert.ok(rows === 0 || rows === INCOME_ROWS, `${rows} rows`);
    assert.equal(places > 0, rows > 0, "places and rows belong to one step");
    console.log(`killed after ${delay} ms: ${rows} rows`);
    if (rows === 0) {
      await preview(app, INCOME);
      await createPlaces(app.page);
      await write(app.page);
      assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);
    }
  });
}

scene("killed as soon as 已保存 is shown: everything is there", async (app) => {
  const { page } = app;
  await preview(app, INCOME);
  await createPlaces(page);
  await write(page);
  await app.kill();
  await app.again();
  assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);

  const table = await Table.open(app, "R07", app.page);
  await table.select(1, "备注");
  await app.page.keyboard.type("kept");
  await app.page.keyboard.press("Enter");
  await table.expectText(1, "备注", "kept");
  await saved(app.page);
  await app.kill();
  await app.again();
  await (await Table.open(app, "R07", app.page)).expectText(1, "备注", "kept");
});

scene("killed in the middle of a word: the form offers it back with its time", async (app) => {
  let table = await Table.open(app, "R01");
  let form = await Form.add(table);
  await form.field("名称").fill("新坪");
  await form.dialog.getByText(/草稿已存/).waitFor();
  await form.field("名称").press("End");
  await app.page.keyboard.type("村委");
  await form.dialog.getByText(/草稿已存 \d{4}-\d\d-\d\d \d\d:\d\d/).waitFor();
  // The minute that is shown may still be that of the first word.
  await until("the whole word to be stored", () => holds(app.page, "新坪村委"));
  await app.kill();
  await app.again();
  table = await Table.open(app, "R01", app.page);
  form = await Form.add(table);
  await form.dialog.getByText(/没保存的草稿.*\d{4}-\d\d-\d\d \d\d:\d\d/).waitFor();
  await form.dialog.getByRole("button", { name: "接着填" }).click();
  assert.equal(await form.field("名称").inputValue(), "新坪村委");
});
