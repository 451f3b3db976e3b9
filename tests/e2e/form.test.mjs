// The form of a record: what must be filled, what is odd, what is kept.

import { assert, scene, until } from "./harness.mjs";
import { Form, Table, openSample, rowsOf, saved } from "./pages.mjs";

/** Of the sample. */
async function village(app) {
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 0);
  return table.text(1, "村（社区）");
}

scene("required fields are asked for, an impossible yield is doubted, the row is saved", async (app) => {
  const { page } = app;
  await openSample(page);
  const rows = await rowsOf(app, "R06");
  const name = await village(app);
  const table = await Table.open(app, "R06");
  const form = await Form.add(table);
  await form.save.click();
  await form.dialog.getByRole("alert").filter({ hasText: "必须填写" }).first().waitFor();
  assert.ok(await form.dialog.isVisible());
  await until("the first problem to have the focus", () => page.evaluate(() => document.activeElement?.getAttribute("aria-invalid") === "true"));

  // 100 亩 with 9000 吨 would be 90 tonnes a mu.
  await form.field("产品").fill("不知火");
  await form.field("村（社区）").fill(name);
  await form.field("期间").fill("2031");
  await form.field("面积").fill("100");
  await form.field("产量").fill("9000");
  await form.dialog.getByText(/亩产.*超出该品种范围.*多写或少写了一位/).waitFor();
  await form.field("产量").fill("abc");
  await form.dialog.getByText(/“abc”不是数字/).waitFor();
  await form.save.click();
  assert.ok(await form.dialog.isVisible(), "what cannot be read is not saved");
  await form.field("产量").fill("130");
  await until("the doubt to go", async () => (await form.dialog.getByText(/超出该品种范围/).count()) === 0);
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
  assert.equal(await rowsOf(app, "R06"), rows + 1);
});

scene("a form that is left keeps its draft; discarding it is a choice", async (app) => {
  const { page } = app;
  await app.goto("#/registers/R01");
  let form = await Form.add(new Table(app, page));
  await form.field("名称").fill("半个名字");
  await form.dialog.getByText(/草稿已存/).waitFor();
  await page.keyboard.press("Escape");
  await form.dialog.waitFor({ state: "detached" });
  form = await Form.add(new Table(app, page));
  await form.dialog.getByText(/没保存的草稿/).waitFor();
  await form.dialog.getByRole("button", { name: "放弃草稿" }).click();
  await form.cancel.click();
  form = await Form.add(new Table(app, page));
  assert.equal(await form.dialog.getByText(/没保存的草稿/).count(), 0);
  assert.equal(await form.field("名称").inputValue(), "");
});

scene("Ctrl+Enter saves, and the same row is not made twice", async (app) => {
  const { page } = app;
  await app.goto("#/registers/R01");
  for (const again of [false, true]) {
    const form = await Form.add(new Table(app, page));
    await form.fill({ 名称: "新坪镇", 类别: "乡镇" });
    await page.keyboard.press("Control+Enter");
    if (again) {
      await form.dialog.getByText(/已有相同的一行/).waitFor();
      await form.cancel.click();
    } else {
      await form.dialog.waitFor({ state: "detached" });
    }
  }
  await saved(page);
  assert.equal(await rowsOf(app, "R01"), 1);
});
