// What rows point at is not removed under them: a village's money would stay in the totals without the village.

import { assert, scene, until } from "./harness.mjs";
import { Form, Table, message, openSample, rowsOf, saved, actAs } from "./pages.mjs";

const side = (page) => page.getByRole("complementary", { name: "这一行" });

/** Row of a name in R01, counted from 1. */
async function rowNamed(table, name) {
  const search = table.page.getByRole("searchbox", { name: "查找" });
  await search.fill(name);
  await until(`${name} alone`, async () => (await table.count()) > 0 && (await table.texts("名称")).includes(name));
  return (await table.texts("名称")).indexOf(name) + 1;
}

scene("a village that rows point at is not deleted; the list says which rows", async (app) => {
  const { page } = app;
  await openSample(page);
  const places = await rowsOf(app, "R01");
  let table = await Table.open(app, "R01");
  await table.select(await rowNamed(table, "五星村"), "名称");
  await side(page).getByRole("button", { name: "删除此行" }).click();
  const refusal = side(page).getByRole("alert").filter({ hasText: "没有删除：还有行用着“五星村”" });
  await refusal.waitFor();
  const words = await refusal.innerText();
  assert.match(words, /产业生产台账 \d+ 行（五星村 \S+ \d{4}年/);
  assert.match(words, /集体经济收支台账 \d+ 行（五星村/);
  assert.match(words, /可以把状态改为“撤并”/);
  assert.equal(await rowsOf(app, "R01"), places);

  // A town holds its villages.
  table = await Table.open(app, "R01");
  await table.select(await rowNamed(table, "示例镇一"), "名称");
  await side(page).getByRole("button", { name: "删除此行" }).click();
  await side(page).getByRole("alert").filter({ hasText: /还有行用着“示例镇一”。组织台账 \d+ 行（/ }).waitFor();

  // A village that nothing points at goes.
  table = await Table.open(app, "R01");
  const form = await Form.add(table);
  await form.fill({ 名称: "新坪村", 类别: "村", 上级: "示例镇一" });
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
  await table.select(await rowNamed(table, "新坪村"), "名称");
  await side(page).getByRole("button", { name: "删除此行" }).click();
  await until("the village to be gone", async () => (await rowsOf(app, "R01")) === places);
  await saved(page);
});

scene("an undo leaves the villages that later rows use, and says so", async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R06");
  const form = await Form.add(table);
  await form.fill({ 产品: "不知火", "村（社区）": "五星村", 期间: "2031", 面积: "12" });
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
  await app.goto("#/");
  await page.getByRole("button", { name: /^移除示例/ }).click();
  await message(page, /3 行还有别的行用着，没有删除/).waitFor();
  const words = await message(page, /3 行还有别的行用着，没有删除/).innerText();
  assert.match(words, /产业生产台账 1 行（五星村 不知火 2031年|产业生产台账 1 行（五星村/);
  // The village, its town and the county stay: the row still has its place.
  assert.equal(await rowsOf(app, "R01"), 3);
  assert.equal(await rowsOf(app, "R06"), 1);
});

scene("a move that needs a reason says so beside the field", async (app) => {
  const { page } = app;
  await openSample(page);
  await actAs(app, "县农经站", "县级管理员");
  const table = await Table.open(app, "R07");
  await until("rows", async () => (await table.count()) > 3);
  await table.select(1, "村（社区）");
  const move = (name) => side(page).getByRole("button", { name, exact: true });
  await until("the row to be closed", async () => {
    if (await move("红冲").count()) return true;
    for (const step of ["书记确认", "复核通过", "结账"]) if (await move(step).count()) await move(step).click();
    return false;
  });
  await move("红冲").click();
  await side(page).getByRole("button", { name: "确定" }).click();
  await side(page).getByRole("alert").filter({ hasText: "还没有写原因：写了才能“红冲”" }).waitFor();
  const reason = side(page).getByRole("textbox", { name: "原因" });
  assert.equal(await reason.getAttribute("aria-invalid"), "true");
  await until("the field to have the focus", () => reason.evaluate((e) => e === document.activeElement));
  await reason.fill("重复记账");
  assert.equal(await side(page).getByRole("alert").filter({ hasText: "还没有写原因" }).count(), 0);
  await side(page).getByRole("button", { name: "确定" }).click();
  await side(page).getByText("已红冲").first().waitFor();
});
