// The cross table: known totals, and every number opens its rows.

import { assert, scene, until } from "./harness.mjs";
import { INDUSTRY, chooseYear, figure, importNew, nav } from "./pages.mjs";

const rowsOf = (table) => table.evaluate((t) => [...t.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim())));

scene("products over years add up, and each number leads to its rows, by pointer and by keyboard", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await nav(page, "分析").click();
  await page.getByRole("link", { name: "交叉表" }).click();
  await page.getByRole("heading", { name: "交叉表" }).waitFor();
  const pick = (name, label) => page.getByRole("combobox", { name, exact: true }).selectOption({ label });
  const table = page.getByRole("main").getByRole("table");
  await pick("行", "产品");
  await pick("数字", "面积");
  const read = async (word) => (await rowsOf(table)).find((cells) => cells[0] === word);
  await until("the products", () => read("不知火"));
  assert.deepEqual((await rowsOf(table))[0].slice(1), ["2022年", "2023年", "2024年", "合计"]);
  // An area stands; over the years the last one counts. A value flows and adds up.
  assert.deepEqual((await read("不知火")).slice(1).map(figure), [7600, 8200, 8850, 8850]);
  await page.getByText("跨期间取最后一期", { exact: false }).waitFor();

  // 21 villages reported 不知火 in 2024.
  const line = table.getByRole("row").filter({ hasText: "不知火" }).first();
  await line.getByRole("button", { name: "8,850" }).first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("heading", { name: /不知火 · 2024年/ }).waitFor();
  const behind = (await rowsOf(drawer.getByRole("table"))).length - 1;
  assert.ok(behind > 0);
  await drawer.getByText(new RegExp(`${behind} 行`)).first().waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await pick("数字", "产值");
  await page.getByRole("heading", { name: "产值 · 合计" }).waitFor();
  const [, ...values] = (await read("不知火")).map(figure);
  assert.ok(Math.abs(values[0] + values[1] + values[2] - values[3]) < 0.011, values.join(" "));
  await line.getByRole("button").last().focus();
  await page.keyboard.press("Enter");
  await drawer.getByText(new RegExp(`${behind * 3} 行`)).first().waitFor();
  await page.keyboard.press("Escape");
  await pick("数字", "面积");

  // Only the period of the top bar; then how many rows stand behind each village.
  await chooseYear(page, 2024);
  await page.getByRole("button", { name: "所有期间" }).click();
  await until("one year", async () => (await rowsOf(table))[0].length === 3);
  assert.deepEqual((await read("不知火")).slice(1).map(figure), [8850, 8850]);
  await pick("算法", "行数");
  await pick("列", "（不分列）");
  await until("counts", async () => (await read("合计"))?.[1] === String(21));

  await pick("台账", "集体经济收支台账");
  await page.getByText("这里没有数据", { exact: false }).waitFor();
});
