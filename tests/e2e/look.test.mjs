// Light and dark: as chosen, as the system asks for, and never on paper.

import { assert, scene, until } from "./harness.mjs";
import { card, openSample } from "./pages.mjs";

const paper = (page) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--paper").trim());
const LIGHT = "#f7f5f1", DARK = "#191715", SHEET = "#fff";

scene("the look follows the system while it is asked to, is remembered, and is light on paper", { hash: "#/settings" }, async (app) => {
  const { page } = app;
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await paper(page), LIGHT, "nobody asked for the dark yet");
  await page.getByRole("radio", { name: "跟随系统" }).click();
  assert.equal(await paper(page), DARK);
  await page.emulateMedia({ colorScheme: "light" });
  await until("the light to come back", async () => (await paper(page)) === LIGHT);
  await page.emulateMedia({ colorScheme: "dark" });
  await until("the dark to come back", async () => (await paper(page)) === DARK);
  await app.reload();
  await until("the dark after a reload", async () => (await paper(page)) === DARK);
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  assert.equal(await paper(page), SHEET);
  await page.emulateMedia({ colorScheme: "dark", media: "screen" });
  await page.getByRole("radio", { name: "浅色" }).click();
  assert.equal(await paper(page), LIGHT);
  await page.getByRole("radio", { name: "大字（适老）" }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.size), "large");
});

/** Colours of the bars of a chart, and each number that lies on one with how well it reads there. */
const bars = (chart) => chart.locator("svg").first().evaluate((svg) => {
  const channels = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const painted = [...svg.querySelectorAll("rect, path")].map((shape) => ({ fill: getComputedStyle(shape).fill, place: shape.getBoundingClientRect() }))
    .filter(({ fill, place }) => /^rgb\(/.test(fill) && place.width > 6 && place.height > 6);
  const numbers = [...svg.querySelectorAll("text")].filter((text) => /^\d+$/.test(text.textContent)).flatMap((text) => {
    const { left, top, width, height } = text.getBoundingClientRect();
    const x = left + width / 2, y = top + height / 2;
    const under = painted.filter(({ place }) => place.left <= x && x <= place.right && place.top <= y && y <= place.bottom).at(-1);
    if (!under) return [];
    const [a, b] = [luminance(getComputedStyle(text).fill), luminance(under.fill)];
    return [{ text: text.textContent, on: under.fill, contrast: Math.max(a, b) / Math.min(a, b) }];
  });
  return { colours: [...new Set(painted.map(({ fill }) => fill))], numbers };
});

for (const dark of [false, true]) {
  const theme = dark ? "dark" : "light";
  const init = `localStorage.setItem("xingcun.theme", "${theme}")`;
  scene(`bands of income and their numbers can be told apart and read, and a register fills the page: ${theme}`, { dark, init }, async (app) => {
    const { page } = app;
    await openSample(page);
    const ladder = card(page, /阶梯/);
    await ladder.locator("svg [data-target]").first().waitFor();
    const { colours, numbers } = await bars(ladder);
    assert.ok(colours.length >= 5 && !colours.includes("rgb(0, 0, 0)"), colours.join(" "));
    assert.ok(numbers.length >= 5, "there are numbers on the bars");
    for (const { text, on, contrast } of numbers) assert.ok(contrast >= 4.5, `${text} on ${on}: ${contrast.toFixed(2)}`);
    await ladder.scrollIntoViewIfNeeded();
    await app.shot(`bands-${theme}`);
    await app.goto("#/registers/R07");
    const grid = page.getByRole("grid");
    await grid.getByRole("gridcell").first().waitFor();
    const { height } = await grid.boundingBox();
    assert.ok(height > 500, `the table is ${height} px high in a window of 900`);
    await app.shot(`register-${theme}`);
  });
}
