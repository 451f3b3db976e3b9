// Contracts: from a workbook to what is late, to a rent that is booked, to the overview; the clean-up step by step.

import { PHONE, assert, fs, path, scene, temporary, until } from "./harness.mjs";
import { workbook } from "./files.mjs";
import { CONTRACTS, Table, actAs, createPlaces, importNew, preview, rowsOf, saved, write } from "./pages.mjs";

const day = (from) => {
  const at = new Date(Date.now() + from * 86_400_000);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
};

/** Two contracts, one of which ends soon, and what falls due under them. */
function contracts() {
  const file = path.join(temporary("contracts"), "合同与应收.xlsx");
  const soon = day(40);
  fs.writeFileSync(file, workbook([
    { name: "合同", rows: [
      ["村名", "合同编号", "承包方", "标的", "起始日期", "终止日期", "面积（亩）", "单价（元/亩·年）", "总价款（元）"],
      ["清凉村", "HT-1", "张三", "果园", "2021-01-01", "2030-12-31", 10, 300, 30000],
      ["五四村", "HT-2", "李四", "鱼塘", "2020-01-01", soon, 8, 500, null],
    ] },
    { name: "应收明细", rows: [
      ["村名", "合同编号", "应收日期", "应收金额（元）", "已收金额（元）"],
      ["清凉村", "HT-1", day(-200), 3000, 1000],
      ["清凉村", "HT-1", day(100), 3000, null],
      ["五四村", "HT-2", day(-10), 4000, 4000],
    ] },
  ]));
  return file;
}

const late = (page) => page.getByRole("region", { name: "拖欠" });

scene("from a workbook to the arrears, to a booked rent, to the overview", async (app) => {
  const { page } = app;
  await preview(app, contracts());
  await createPlaces(page);
  await write(page);
  await app.goto("#/contracts");
  await late(page).getByText("张三").waitFor();
  assert.equal(await late(page).getByText("李四").count(), 0, "what was received is not late");
  await page.getByRole("region", { name: "即将到期" }).getByText("李四").waitFor();
  await app.shot("contracts-laptop");

  await late(page).getByRole("button", { name: /^记一笔收入 张三/ }).click();
  const dialog = page.getByRole("dialog", { name: "记一笔收入" });
  const amount = dialog.getByRole("textbox", { name: "收到金额（元）" });
  assert.equal(await amount.inputValue(), "2000");
  await amount.fill("约1000");
  await dialog.getByRole("button", { name: "记账" }).click();
  await dialog.getByRole("alert").waitFor();
  await amount.fill("1500");
  await dialog.getByRole("button", { name: "记账" }).click();
  await dialog.waitFor({ state: "detached" });
  await saved(page);
  await late(page).getByText("500.00元").first().waitFor();
  await late(page).getByRole("button", { name: /^记一笔收入 张三/ }).click();
  await dialog.getByRole("button", { name: "记账" }).click();
  await late(page).getByText("没有拖欠。").waitFor();
  await saved(page);
  assert.equal(await rowsOf(app, "R07"), 2);

  await app.goto("#/");
  const card = page.getByRole("region", { name: "合同", exact: true });
  await card.getByRole("link", { name: /即将到期/ }).getByText("1份合同").waitFor();
  await card.getByRole("link", { name: /拖欠/ }).getByText("0笔").waitFor();
  await app.reload();
  await card.getByRole("link", { name: /即将到期/ }).click();
  await page.getByRole("main").getByText("李四").first().waitFor();
  const table = new Table(app, page);
  await until("only the one that ends", async () => (await table.count()) === 1);
});

scene("the arrears on a phone: nothing is wider than it, and a rent is booked with the thumb", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await preview(app, contracts());
  await createPlaces(page);
  await write(page);
  await app.goto("#/contracts");
  await late(page).getByText("张三").waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no page is wider than the phone");
  await app.shot("contracts-phone");
  await late(page).getByRole("button", { name: /^记一笔收入 张三/ }).click();
  const dialog = page.getByRole("dialog", { name: "记一笔收入" });
  await dialog.getByRole("button", { name: "记账" }).scrollIntoViewIfNeeded();
  await dialog.getByRole("button", { name: "记账" }).click();
  await late(page).getByText("没有拖欠。").waitFor();
  await saved(page);
});

const side = (page) => page.getByRole("complementary", { name: "这一行" });
const move = (page, name) => side(page).getByRole("button", { name, exact: true });

scene("the clean-up of a contract: handed in, sent back with a reason, mended, settled", async (app) => {
  const { page } = app;
  await importNew(app, CONTRACTS);
  assert.equal(await rowsOf(app, "R09"), 1030);
  let table;
  const open = async () => {
    table = await Table.open(app, "R09");
    await until("1030 contracts", async () => (await table.count()) === 1030);
    await table.select(1, "村（社区）");
  };
  await actAs(app, "王会计", "村级填报员");
  await open();
  await move(page, "登记").click();
  await table.expectText(1, "状态", "已登记");
  await move(page, "报问题分类").click();
  await table.expectText(1, "状态", "问题分类");
  await saved(page);
  await actAs(app, "李审核", "乡镇审核员");
  await open();
  await move(page, "定处置").click();
  await side(page).getByRole("alert").filter({ hasText: "先填“处置”" }).waitFor();
  await move(page, "退回").click();
  await side(page).getByRole("textbox", { name: "原因" }).fill("处置没有写");
  await side(page).getByRole("button", { name: "确定" }).click();
  await table.expectText(1, "状态", "已登记");
  await saved(page);
});
