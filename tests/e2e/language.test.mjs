// Chinese first, English by a switch: nothing of the program's own words stays behind.

import { PHONE, assert, scene, textOf } from "./harness.mjs";
import { nav } from "./pages.mjs";

const PAGES = ["#/", "#/registers", "#/registers/R01", "#/registers/R06", "#/registers/R07", "#/analysis", "#/analysis/pivot", "#/exchange", "#/exchange/import", "#/settings"];

/** Texts and names with Chinese characters that can be seen, without data and without the two names of languages. */
const chinese = (page) => page.evaluate(() => {
  const HAN = /\p{Script=Han}/u, found = [];
  const seen = (element) => element.checkVisibility?.() ?? true;
  const excused = (element) => element.closest("[aria-hidden=true], td, [role=gridcell], #boot, noscript, script, style, dd");
  for (const element of document.querySelectorAll("body *")) {
    if (!seen(element) || excused(element)) continue;
    const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ");
    const names = ["aria-label", "title", "placeholder", "alt"].map((name) => element.getAttribute(name) || "");
    for (const text of [own, ...names]) if (HAN.test(text) && text.trim() !== "中文") found.push(text.trim());
  }
  return [...new Set(found)];
});

scene("the whole program in English, and back", async (app) => {
  const { page } = app;
  await app.goto("#/settings");
  await page.getByRole("radio", { name: "English" }).click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  await app.reload(); // the choice is remembered, and the device's name is given anew
  for (const hash of PAGES) {
    await app.goto(hash);
    await page.getByRole("main").getByRole("heading").or(page.getByRole("main").getByRole("button")).first().waitFor();
    const left = (await chinese(page)).filter((text) => !/本机/.test(text));
    assert.deepEqual(left, [], hash);
  }
  for (const key of ["R01", "R06", "R07"]) {
    await app.goto(`#/registers/${key}`);
    await page.getByRole("button", { name: /Add$/ }).click();
    await page.getByRole("dialog").waitFor();
    const left = (await chinese(page)).filter((text) => !/本机/.test(text));
    assert.deepEqual(left, [], `form of ${key}`);
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  }
  await app.goto("#/settings");
  await page.getByRole("radio", { name: "中文" }).click();
  await page.getByRole("heading", { name: "设置" }).waitFor();
  await nav(page, "总览").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
});

scene("figures in English: millions of yuan, and no unit in Chinese on a card, an axis, a mark or in a table", { init: "localStorage.setItem('xingcun.lang', 'en')" }, async (app) => {
  const { page } = app;
  const main = page.getByRole("main");
  await main.getByText("Open the sample").click();
  await main.getByRole("button", { name: /^Collective income/ }).waitFor();
  assert.match(await textOf(main.getByRole("button", { name: /^Collective income/ })), /^Collective income 10\.71 million yuan .*last year 10\.26 million yuan/);
  assert.match(await textOf(main.getByRole("button", { name: /^Area [\d,]/ })), /53,891 mu .*area [\d.]+ mu per household/);
  assert.match(await textOf(main.getByRole("button", { name: /^Operating income per village/ })), /÷ 36 expected villages/);
  await main.locator("[data-target]").first().waitFor();
  const marks = await main.locator("[data-target]").evaluateAll((all) => all.map((mark) => mark.getAttribute("aria-label")));
  assert.ok(marks.some((label) => /[\d.]+ million yuan/.test(label)), marks[0]);
  for (const tables of await main.getByRole("button", { name: "Table", exact: true }).all()) await tables.click();
  const everything = [await textOf(main), ...marks].join("\n");
  assert.doesNotMatch(everything, /\d[\d,.]* ?(亩|户|吨|元|万|亿|村|人|公斤)/);
  assert.doesNotMatch(everything, /\d ?(10k|100m|k)\b/);
  assert.doesNotMatch(everything, /10k yuan|（|；/);
  await app.goto("#/analysis");
  await main.getByText("10.71 million yuan").waitFor();
  assert.doesNotMatch(await textOf(main), /\d[\d,.]* ?(亩|户|吨|元|万|亿|村|人|公斤)|；/);
});

scene("the sheet of a row says its subject and their class in English", { viewport: PHONE, init: "localStorage.setItem('xingcun.lang', 'en')" }, async (app) => {
  const { page } = app;
  await page.getByRole("main").getByText("Open the sample").click();
  await page.getByRole("button", { name: /^Remove the sample/ }).waitFor();
  await app.goto("#/registers/R07");
  await page.getByRole("list").getByRole("listitem").getByRole("button").first().click();
  const facts = page.getByRole("dialog").locator("dl.facts");
  const told = async (name) => facts.locator("dt", { hasText: name }).locator("xpath=following-sibling::dd[1]").innerText();
  assert.match(await told("Subject class"), /^[A-Z][a-z ]+$/);
  assert.doesNotMatch(await told("Direction"), /\p{Script=Han}/u);
});
