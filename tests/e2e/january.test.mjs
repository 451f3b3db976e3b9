// January in a town: last year's lists come in from four workbooks, what is not known is asked, what lacks is shown, and a
// talent goes from the village to the county through three hands.

import { PHONE, assert, scene, until } from "./harness.mjs";
import { workbook } from "./files.mjs";
import { BUSINESSES, FACILITIES, Form, HOUSEHOLDS, TALENTS, Table, actAs, createPlaces, importNew, openSample, preview, promised, rowsOf, saved, write, writeButton } from "./pages.mjs";

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const book = (name, rows) => ({ name, mimeType: SHEET, buffer: workbook([{ name: "名册", rows }]) });

/** Chooses an answer of the question that offers it. */
async function answer(page, words) {
  const question = page.getByRole("combobox", { name: /^回答 / }).filter({ hasText: words });
  await question.waitFor();
  const option = question.locator("option").filter({ hasText: words }).first();
  await question.selectOption(await option.getAttribute("value"));
  await question.waitFor({ state: "detached" });
}

async function fourWorkbooks(app) {
  const { page } = app;
  await importNew(app, TALENTS);
  await preview(app, HOUSEHOLDS);
  if (await page.getByRole("button", { name: /^(全部)?新建/ }).count()) await createPlaces(page, false);
  await answer(page, /新建10条/);
  await until("nothing to be open", () => writeButton(page).isEnabled());
  await write(page);
  for (const file of [BUSINESSES, FACILITIES]) {
    await preview(app, file);
    if (await page.getByRole("button", { name: /^(全部)?新建/ }).count()) await createPlaces(page);
    await until("nothing to be open", () => writeButton(page).isEnabled());
    await write(page);
  }
}

scene("four workbooks become people, talents, households, businesses and centres; nothing is new the second time", async (app) => {
  const { page } = app;
  await fourWorkbooks(app);
  for (const [key, rows] of [["R02", 30], ["R03", 30], ["R04", 139], ["R05", 29]]) {
    assert.equal(await rowsOf(app, key), rows, key);
  }
  for (const file of [TALENTS, HOUSEHOLDS, BUSINESSES, FACILITIES]) {
    await preview(app, file);
    assert.equal(await promised(page), 0, "a second time brings nothing");
  }
  // Who has not said all that is asked for.
  const table = await Table.open(app, "R04");
  await until("every household", async () => (await table.count()) >= 139);
  await app.shot("january-households-laptop");
  await app.goto("#/analysis");
  await page.getByRole("row").filter({ hasText: "I-33" }).getByRole("button", { name: /^12\.9(?!\d)/ }).waitFor();
  await app.shot("january-indicators-laptop");
});

scene("somebody of a name that the village has is asked about, and either answer holds", async (app) => {
  const { page } = app;
  const head = ["姓名", "性别", "身份证号", "联系电话", "所在村"];
  await importNew(app, book("一.xlsx", [head, ["许涛", "男", "511025198012108751", "15887356621", "藿麻村"]]));
  const again = () => book("二.xlsx", [["姓名", "性别", "联系电话", "所在村"], ["许涛", "男", "18601682604", "藿麻村"]]);
  await preview(app, again());
  assert.equal(await writeButton(page).isEnabled(), false, "nobody guesses");
  await page.getByText("看是哪些").click();
  await page.getByRole("listitem").getByText(/藿麻村 许涛/).first().waitFor();
  await app.shot("january-homonym-laptop");
  await answer(page, "是另一个，新建");
  await until("nothing to be open", () => writeButton(page).isEnabled());
  await write(page);
  assert.equal(await rowsOf(app, "R02"), 2);
  await preview(app, again());
  assert.equal(await promised(page), 0, "from now on he is known by his phone");
});

scene("a talent is found in the village, reviewed in the town and filed in the county", async (app) => {
  const { page } = app;
  const head = ["姓名", "所在村", "人才类别", "入库级别", "特长"];
  await importNew(app, book("人才.xlsx", [head, ["许涛", "藿麻村", "乡贤", "县级人才库", "返乡投资"]]));
  const move = async (role, place, verb, to) => {
    await actAs(app, `${role}甲`, role, place);
    const table = await Table.open(app, "R03");
    await table.select(1, "特长");
    const panel = page.getByRole("complementary", { name: "这一行" });
    await panel.getByRole("button", { name: verb, exact: true }).click();
    await panel.getByText(to, { exact: true }).waitFor();
    await saved(page);
  };
  await move("村级填报员", "藿麻村", "报乡镇审核", "乡级审核");
  await move("乡镇审核员", "全部", "审核通过", "县级备案");
  await move("部门", "全部", "备案入库", "在库");
});

scene("on a phone the four registers are cards with what matters", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await fourWorkbooks(app);
  await app.goto("#/registers/R04");
  const cards = page.getByRole("main").getByRole("list", { name: /农户/ }).getByRole("button");
  await until("cards", async () => (await cards.count()) > 0);
  assert.match(await cards.first().innerText(), /家庭人口/);
  await app.shot("january-households-phone");
});

scene("a number that belongs to somebody is hidden until it is asked for, and who asked stays on record", async (app) => {
  const { page } = app;
  const head = ["姓名", "性别", "身份证号", "联系电话", "所在村"];
  await importNew(app, book("一.xlsx", [head, ["许涛", "男", "511025198012108751", "15887356621", "藿麻村"]]));
  const table = await Table.open(app, "R02");
  const cell = await table.select(1, "身份证号");
  assert.equal(await table.text(1, "身份证号"), "511***********8751");
  // What is only looked at stays what it is.
  await page.keyboard.press("Enter");
  assert.equal(await table.editor.inputValue(), "511***********8751");
  await page.keyboard.press("Enter");
  await saved(page);
  await cell.click();
  const panel = page.getByRole("complementary", { name: "这一行" });
  await panel.getByRole("button", { name: "显示完整的身份证号" }).click();
  await panel.getByText("511025198012108751").waitFor();
  await panel.getByRole("button", { name: "打开表单" }).click();
  const form = page.getByRole("dialog");
  const phone = form.getByRole("textbox", { name: "联系电话" });
  assert.equal(await phone.inputValue(), "158****6621");
  await form.getByRole("button", { name: "显示完整的联系电话" }).click();
  await until("the whole phone", async () => (await phone.inputValue()) === "15887356621");
  await form.getByRole("textbox", { name: "姓名" }).fill("许涛涛");
  await form.getByRole("button", { name: /^保存/ }).first().click();
  await form.waitFor({ state: "detached" });
  await saved(page);
  await app.goto("#/settings");
  const history = page.getByRole("region", { name: "操作历史" });
  await history.getByText(/显示了完整的身份证号：许涛/).waitFor();
  await history.getByText(/显示了完整的联系电话：许涛/).waitFor();
  // The number itself was not touched by any of it.
  const again = await Table.open(app, "R02");
  await again.select(1, "身份证号");
  await page.getByRole("complementary", { name: "这一行" }).getByRole("button", { name: "显示完整的身份证号" }).click();
  await page.getByText("511025198012108751").waitFor();
});

scene("households are typed one after another on a phone; what neighbours have in common stays", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/registers/R04");
  const before = await rowsOf(app, "R04");
  await app.goto("#/registers/R04");
  await page.getByRole("button", { name: /新增$/ }).first().click();
  const form = new Form(page);
  await form.dialog.waitFor();
  await form.field("村（社区）").fill("清溪村");
  await form.field("户主姓名").focus();
  const MANY = 50;
  for (let n = 1; n <= MANY; n += 1) {
    await form.field("户主姓名").fill(`户主${"一二三四五六七八九十"[n % 10]}${"甲乙丙丁戊"[Math.floor(n / 10)] ?? "己"}`);
    await form.field("户编号").fill(`新${n}`);
    await form.field("家庭人口").fill(String((n % 6) + 1));
    await form.dialog.getByRole("button", { name: "保存并再填一条" }).click();
    await form.dialog.getByText(`已存${n}条，接着填下一条`).waitFor();
    assert.equal(await form.field("村（社区）").inputValue(), "清溪村");
    await until("the next head", async () => (await form.field("户主姓名").inputValue()) === "");
  }
  await app.shot("january-typing-phone");
  await form.cancel.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
  assert.equal(await rowsOf(app, "R04"), before + MANY);
});
