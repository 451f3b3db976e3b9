// A figure per village says what it was divided by, and stays what it is when another register brings villages.

import { assert, scene, textOf, until } from "./harness.mjs";
import { workbook } from "./files.mjs";
import { INCOME, INDUSTRY, Table, chooseYear, createPlaces, importNew, openSample, preview, write } from "./pages.mjs";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const sheet = (name, heads, rows) => ({
  name: `${name}.xlsx`, mimeType: XLSX, buffer: workbook([{ name: "汇总", rows: [heads, ...rows] }]),
});

const perVillage = (page) => page.getByRole("main").getByRole("button", { name: /^村均经营性收入/ });
const heading = (page) => page.getByRole("main").getByRole("heading", { level: 1 });

scene("income per village stays what it is when another register brings other villages, and says what it is divided by", async (app) => {
  const { page } = app;
  await importNew(app, INCOME);
  await app.goto("#/");
  // The newest imported period is shown.
  await until("2025", async () => /2025年/.test(await textOf(heading(page))));
  await chooseYear(page, 2024);
  const before = await textOf(perVillage(page));
  assert.match(before, /21\.62 ?万元 ÷ 36村/);
  assert.match(before, /中位数 [\d.]+万元（36村）/);

  await importNew(app, INDUSTRY);
  await app.goto("#/");
  // The industry workbook ends with 2024.
  await until("2024", async () => /2024年/.test(await textOf(heading(page))));
  assert.equal(await textOf(perVillage(page)), before);
  const main = page.getByRole("main");
  await main.getByText(/集体经济收支台账已报 36 \/ 应报 36/).waitFor();
  await main.getByText(/产业生产台账已报 7 \/ 应报 7/).waitFor();
  // The count of villages over the line is out of the same 36.
  assert.match(await textOf(main.getByRole("button", { name: /^超20万元的村/ })), /13 ?\/ 36/);
  // Seven villages that report by the year are missing in no quarter.
  const quarters = main.getByRole("region", { name: "填报情况" });
  await quarters.getByText("已按年报送").first().waitFor();
  assert.equal(await quarters.getByText("已按年报送").count(), 7);
  assert.equal(await quarters.getByText("未报").count(), 0);
});

scene("where villages are missing, the mean of those that reported stands beside their median", async (app) => {
  const { page } = app;
  await openSample(page);
  await chooseYear(page, 2025);
  const words = await textOf(perVillage(page));
  assert.match(words, /÷ 应报36村/);
  assert.match(words, /已报34村：平均 [\d.]+万元 · 中位数 [\d.]+万元/);
});

scene("the foot of R07 has one sum for income and one for expense", async (app) => {
  const { page } = app;
  const heads = ["村名", "年份", "收/支", "科目", "金额（元）"];
  await preview(app, sheet("收支", heads, [
    ["甲村", "2024年", "收入", "经营收入", 1000], ["甲村", "2024年", "支出", "经营支出", 300], ["乙村", "2024年", "收入", "投资收益", 20],
  ]));
  await createPlaces(page);
  await write(page);
  await app.goto("#/registers/R07");
  const main = page.getByRole("main");
  await main.getByText(/收入合计（元）/).waitFor();
  const foot = await until("the foot", async () => {
    const text = await textOf(main);
    return /支出合计/.test(text) && text;
  });
  assert.match(foot, /收入合计（元）\s*1,020\.00/);
  assert.match(foot, /支出合计（元）\s*300\.00/);
  assert.doesNotMatch(foot, /1,320\.00/);
  // The cross table keeps them apart as well, and says so.
  await app.goto("#/analysis/pivot");
  await page.getByRole("combobox", { name: "台账" }).selectOption({ label: "集体经济收支台账" });
  await page.getByRole("combobox", { name: "只看" }).selectOption({ label: "全部" });
  await main.getByText("金额按“收/支”分开合计，不相加").waitFor();
  const table = main.getByRole("table");
  await until("a column each", async () => {
    const text = await textOf(table);
    return /收入/.test(text) && /支出/.test(text) && /1,000\.00/.test(text) && !/1,3[02]0/.test(text);
  });
});

scene("a village made by an import says which file spoke of it", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  const table = await Table.open(app, "R01");
  await table.expectText(1, "应报台账", "产业生产台账");
  await table.select(1, "名称");
  await page.getByRole("complementary", { name: "这一行" }).getByText(/产业生产统计表-不知火产业党委\.xlsx/).first().waitFor();
});
