// For everyone: every page in both sizes and both lights without serious faults, and all of it by keyboard.

import { LAPTOP, PHONE, assert, fs, require, scene, until } from "./harness.mjs";
import { Form, INDUSTRY, INDUSTRY_ROWS, Table, light, openSample, rowsOf, preview, writeButton } from "./pages.mjs";

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

async function faults(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .flatMap((one) => one.nodes.slice(0, 4).map((node) => `${one.id}: ${node.target.join(" ")} – ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
}

/** What makes the page wider than the window. */
const overflow = (page) => page.evaluate(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map((one) => `${one.tagName}.${one.className}`);
});

const PAGES = [
  ["overview", "#/"], ["registers", "#/registers"], ["register", "#/registers/R06"], ["finance", "#/registers/R07"], ["analysis", "#/analysis"], ["pivot", "#/analysis/pivot"],
  ["exchange", "#/exchange"], ["import", "#/exchange/import"], ["settings", "#/settings"],
];

for (const [size, viewport] of [["phone", PHONE], ["laptop", LAPTOP]]) {
  for (const dark of [false, true]) {
    scene(`no serious fault on any page, ${size}, ${dark ? "dark" : "light"}`, { viewport, dark, init: dark ? "localStorage.setItem('xingcun.theme', 'dark')" : "" }, async (app) => {
      const { page } = app;
      const found = [];
      const look = async (name) => {
        await page.evaluate(() => document.fonts.ready);
        await app.shot(`${name}-${size}${dark ? "-dark" : ""}`);
        for (const fault of await faults(page)) found.push(`${name}: ${fault}`);
        if (size === "phone") for (const one of await overflow(page)) found.push(`${name}: wider than the screen: ${one}`);
      };
      await look("first");
      await openSample(page);
      for (const [name, hash] of PAGES) {
        await app.goto(hash);
        await page.getByRole("main").locator("h1, h2").first().waitFor();
        await look(name);
      }
      await app.goto("#/registers/R06");
      if (size === "phone") {
        // There a row opens from below, and the table is one press away.
        await page.getByRole("listitem").getByRole("button").first().click();
        await page.getByRole("dialog").waitFor();
        await look("row");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "选择", exact: true }).click();
        await page.getByRole("checkbox").first().click();
        await look("chosen");
        await page.getByRole("button", { name: "不选了", exact: true }).click();
        await page.getByRole("button", { name: "表格", exact: true }).click();
      }
      const table = new Table(app, page);
      await table.grid.waitFor();
      await table.select(1, "村（社区）");
      await look("selected");
      const form = await Form.add(table);
      await look("form");
      await form.cancel.click();
      await preview(app, INDUSTRY);
      await look("check");
      await light(page, "已保存").click();
      await look("light");
      assert.deepEqual(found, []);
    });
  }
}

scene("an import from the first page to the total, by keyboard alone", async (app) => {
  const { page } = app;
  // Listening from the beginning: asked for together with the key, the browser may see the key first.
  const chosen = [];
  page.on("filechooser", (chooser) => chosen.push(chooser));
  /** Tab until the focus is on a control with this name. */
  const reach = async (name) => {
    for (let n = 0; n < 80; n++) {
      await page.keyboard.press("Tab");
      const here = await page.evaluate(() => {
        const e = document.activeElement;
        if (e === document.body || e?.id === "main") return "";
        return (e?.getAttribute("aria-label") || e?.labels?.[0]?.innerText || e?.innerText || "").trim();
      });
      if (name.test(here)) return;
    }
    throw new Error(`no way by Tab to ${name}`);
  };
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.innerText), /跳到正文/);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await reach(/导入表格/);
  const focus = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
  assert.ok(focus, "the focus is visible");
  await page.keyboard.press("Enter");
  await page.getByText("把表格拖到这里").waitFor();
  await reach(/选择文件/);
  await page.keyboard.press("Enter");
  const chooser = await until("the list of files to be asked for", () => chosen[0]);
  await chooser.setFiles(INDUSTRY);
  await writeButton(page).waitFor({ timeout: 60_000 });
  await reach(/^全部新建/);
  await page.keyboard.press("Enter");
  await until("the button to write", () => writeButton(page).isEnabled());
  await reach(/^写入 \d+ 行/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "导入完成" }).waitFor();
  await reach(/看总览/);
  await page.keyboard.press("Enter");
  await page.getByRole("main").getByText(/10,344/).first().waitFor();
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

scene("a new page is read from its heading; the first load leaves the focus alone; the skip link leads past the rail", async (app) => {
  const { page } = app;
  const focused = () => page.evaluate(() => `${document.activeElement.tagName} ${document.activeElement.innerText.split("\n")[0]}`);
  await openSample(page);
  await app.reload();
  assert.match(await focused(), /^BODY/);
  await app.goto("#/registers");
  await until("the heading to have the focus", async () => (await focused()) === "H1 台账");
  await page.getByRole("main").getByRole("link", { name: /产业生产/ }).first().click();
  await until("the next heading", async () => (await focused()).startsWith("H1 产业生产"));
  await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "设置" }).first().focus();
  await page.keyboard.press("Enter");
  await until("the heading after the rail", async () => (await focused()) === "H1 设置");
  await page.getByRole("link", { name: "跳到正文" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null));
});

scene("places and periods are picked by keyboard and pinyin", async (app) => {
  const { page } = app;
  await openSample(page);
  await page.getByRole("button", { name: /^期间/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "选择期间" }).fill("2023");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^期间\s*2023年/ }).waitFor();
  await page.getByRole("button", { name: /^范围/ }).focus();
  await page.keyboard.press("Enter");
  const box = page.getByRole("combobox", { name: "选择范围" });
  await box.fill("c");
  const options = page.getByRole("option");
  await until("places that fit", async () => (await options.count()) > 0);
  await box.fill("");
  await page.keyboard.press("ArrowDown");
  const name = (await page.getByRole("option", { selected: true }).innerText()).trim().split("\n")[0];
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: new RegExp(`^范围.*${name}`) }).waitFor();
});

