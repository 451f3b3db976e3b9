// The privacy lock: a passphrase set, wrong and right, the recovery code, several windows, a browser that dies while
// everything is being encrypted, and a search for plain text in all that the profile keeps.

import { assert, PHONE, scene, sleep, until } from "./harness.mjs";
import { actAs, holds, importNew, INDUSTRY, INDUSTRY_ROWS, light, message, rowsOf, saved, Table } from "./pages.mjs";

const WORDS = "麦地沟的核桃熟了";
const NAME = "欧阳青禾", TELEPHONE = "13987654321", NUMBER = "11010519491231002X";

const screen = (page) => page.getByRole("heading", { name: "台账已上锁" });
const dialog = (page) => page.getByRole("dialog");
const open = (page) => page.getByRole("button", { name: "打开台账" });

/** Writes into the first row's remark. */
async function remark(app, text, enter = true) {
  const table = await Table.open(app, "R06");
  await table.select(1, "备注");
  await app.page.keyboard.type(text);
  if (enter) {
    await app.page.keyboard.press("Enter");
    await saved(app.page);
  }
  return table;
}

/** Goes through the dialog up to the sheet; gives the recovery code. */
async function sheet(app, words = WORDS) {
  const { page } = app;
  await app.goto("#/settings");
  await page.getByRole("button", { name: "设置口令…" }).click();
  const [first, second] = [page.getByLabel("口令（至少 8 个字）"), page.getByLabel("再输入一次")];
  await first.fill(words);
  await second.fill(words);
  await dialog(page).getByRole("button", { name: "下一步" }).click();
  const code = await dialog(page).getByLabel("恢复码", { exact: true }).innerText();
  assert.match(code, /^([2-9A-HJKMNP-Z]{5}-){6}[2-9A-HJKMNP-Z]{5}$/);
  return code.trim();
}

async function confirm(page) {
  await dialog(page).getByRole("checkbox").check();
  await dialog(page).getByRole("button", { name: "设置口令并加密" }).click();
}

async function setLock(app, words = WORDS) {
  const code = await sheet(app, words);
  await confirm(app.page);
  await message(app.page, "口令已设好").waitFor({ timeout: 60_000 });
  return code;
}

async function unlock(page, words = WORDS) {
  await page.getByLabel("口令", { exact: true }).fill(words);
  await open(page).click();
}

/** Loads the page anew and waits for the screen. */
async function locked(app, page = app.page) {
  await page.reload();
  await screen(page).waitFor();
}

/** Where in all that this profile keeps any of the words stands, in either encoding; `found` how much was looked through. */
async function search(page, words) {
  return page.evaluate(async (words) => {
    const answer = (request) => new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    const utf16 = (word) => new Uint8Array(new Uint16Array([...word].flatMap((c) => [...c].map((_, n) => c.charCodeAt(n)))).buffer);
    const wanted = words.flatMap((word) => [new TextEncoder().encode(word), utf16(word)]);
    const latin = (bytes) => {
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      return text;
    };
    const needles = wanted.map(latin);
    const places = [];
    let looked = 0;
    const look = (place, bytes) => {
      looked += bytes.length;
      const text = latin(bytes);
      if (needles.some((needle) => text.includes(needle))) places.push(place);
    };
    const words_of = (place, text) => look(place, new TextEncoder().encode(text));
    const anything = (place, value) => {
      if (ArrayBuffer.isView(value)) look(place, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      else words_of(place, typeof value === "string" ? value : JSON.stringify(value));
    };
    for (const { name } of await indexedDB.databases()) {
      const db = await answer(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        const keys = await answer(db.transaction(store).objectStore(store).getAllKeys());
        const values = await answer(db.transaction(store).objectStore(store).getAll());
        keys.forEach((key, n) => { anything(`${store} key`, key); anything(`${store} ${JSON.stringify(key)}`, values[n]); });
      }
      db.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        words_of(`${name} address`, request.url);
        look(`${name} ${request.url}`, new Uint8Array(await (await cache.match(request)).arrayBuffer()));
      }
    }
    for (const storage of [localStorage, sessionStorage]) {
      for (let n = 0; n < storage.length; n++) {
        const key = storage.key(n);
        words_of("storage key", key);
        words_of(`storage ${key}`, storage.getItem(key));
      }
    }
    return { places, looked };
  }, words);
}

scene("a passphrase locks the ledger: a wrong one is refused and waited for, the right one opens every row", async (app) => {
  await importNew(app, INDUSTRY);
  await remark(app, "上锁以前");
  await setLock(app);
  await remark(app, "上锁以后");
  await locked(app);
  const { page } = app;
  for (const wrong of ["麦地沟的核桃熟", "x", "yyyyyyyy"]) {
    await unlock(page, wrong);
    await page.getByText("口令不对").waitFor();
    await until("another attempt", () => open(page).isEnabled(), 20_000);
  }
  await unlock(page, "第四次错");
  await page.getByText(/请等 \d+ 秒再试/).waitFor();
  assert.ok(await open(page).isDisabled(), "the fourth attempt costs time");
  await page.reload();
  await page.getByText(/请等 \d+ 秒再试/).waitFor();
  assert.ok(await open(page).isDisabled(), "loading anew changes nothing");
  await until("the wait to be over", () => open(page).isEnabled(), 30_000);
  // In wide letters, as an input method writes them.
  await unlock(page);
  await app.ready();
  await saved(page);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  await (await Table.open(app, "R06")).expectText(1, "备注", "上锁以后");
  // The step before is still there to be taken back: the log is whole.
  await page.keyboard.press("Control+z");
  await (await Table.open(app, "R06")).expectText(1, "备注", "上锁以前");
  // Workers have the key.
  await app.goto("#/exchange");
  await page.getByRole("main").getByRole("button", { name: "导出台账文件" }).last().click();
  await message(page, /已生成：/).waitFor({ timeout: 60_000 });
});

scene("the recovery code opens what the passphrase does not, and a new passphrase takes the old one's place", async (app) => {
  await importNew(app, INDUSTRY);
  const code = await setLock(app);
  await locked(app);
  const { page } = app;
  await page.getByRole("button", { name: /忘记口令/ }).click();
  const input = page.getByLabel(/^恢复码/);
  const groups = code.split("-");
  const slip = groups.map((g, n) => (n === 2 ? g.slice(0, 4) + (g[4] === "7" ? "8" : "7") : g)).join("-");
  await input.fill(slip);
  await open(page).click();
  await page.getByText("第 3 组抄错了").waitFor();
  await input.fill(code.toLowerCase().replaceAll("-", " "));
  await open(page).click();
  await app.ready();
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  await app.goto("#/settings");
  await page.getByRole("button", { name: "改口令…" }).click();
  await page.getByLabel("现在的口令（或恢复码）").fill(code);
  await page.getByLabel("新口令（至少 8 个字）").fill("新的一句话记得住");
  await page.getByLabel("再输入一次").fill("新的一句话记得住");
  await dialog(page).getByRole("button", { name: "改口令" }).click();
  await message(page, "口令已改").waitFor();
  await locked(app);
  await unlock(page);
  await page.getByText("口令不对").waitFor();
  await unlock(page, "新的一句话记得住");
  await app.ready();
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  // And off again: nothing is asked any more.
  await app.goto("#/settings");
  await page.getByRole("button", { name: "取消口令…" }).click();
  await page.getByLabel("现在的口令（或恢复码）").fill("新的一句话记得住");
  await dialog(page).getByRole("button", { name: "取消口令" }).click();
  await message(page, "口令已取消").waitFor();
  await app.reload();
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

scene("a locked profile holds no name and no number in plain text, and what is typed meanwhile neither", async (app) => {
  const { page } = app, words = [NAME, TELEPHONE, NUMBER];
  await importNew(app, INDUSTRY);
  await app.installed();
  await actAs(app, NAME, "村级填报员");
  await remark(app, `${NAME} ${TELEPHONE} ${NUMBER}`);
  assert.ok(await holds(page, NAME), "it was there before");
  await until("both to be found before", async () => (await search(page, words)).places.length >= 2);
  await setLock(app);
  await until("nothing to be found", async () => {
    const { places } = await search(page, words);
    if (places.length) throw new Error(`found in ${places.join(", ")}`);
    return true;
  });
  // A cell that is being typed, and is not entered.
  const table = await Table.open(app, "R06");
  await table.select(2, "备注");
  await page.keyboard.type(`${NAME}：${TELEPHONE}`);
  await sleep(300);
  await locked(app);
  const { places, looked } = await search(page, words);
  assert.deepEqual(places, []);
  assert.ok(looked > 100_000, `looked through ${looked} bytes`);
  assert.ok(!(await page.content()).includes(NAME), "nor does the page itself");
  await unlock(page);
  await app.ready();
  await Table.open(app, "R06");
  await page.getByText(`${NAME}：${TELEPHONE}`).first().waitFor();
});

scene("nobody there: the ledger shuts by itself, and the cell that was being typed waits for its return", async (app) => {
  await importNew(app, INDUSTRY);
  await setLock(app);
  const { page } = app;
  await page.getByRole("radio", { name: "1 分钟" }).click();
  await until("a minute to be chosen", async () => (await page.getByRole("radio", { name: "1 分钟" }).getAttribute("aria-checked")) === "true");
  const table = await Table.open(app, "R06");
  await table.select(3, "备注");
  await page.keyboard.type("还没填完");
  await screen(page).waitFor({ timeout: 90_000 });
  assert.ok(!(await holds(page, "还没填完")));
  await unlock(page);
  await app.ready();
  await Table.open(app, "R06");
  await page.getByText("还没填完").first().waitFor();
  // And by hand.
  await light(page, "已保存").click();
  await page.getByRole("button", { name: "立即锁定" }).click();
  await screen(page).waitFor();
});

scene("two windows: the lock is set for both, and shut for both", async (app) => {
  await importNew(app, INDUSTRY);
  const second = await app.window("#/registers");
  await light(second, "只读").waitFor();
  await setLock(app);
  await screen(second).waitFor();
  await unlock(second);
  await app.ready(second);
  assert.equal(await rowsOf(app, "R06", second), INDUSTRY_ROWS);
  await remark(app, "第一个窗口写的");
  await (await Table.open(app, "R06", second)).expectText(1, "备注", "第一个窗口写的");
  await light(app.page, "已保存").click();
  await app.page.getByRole("button", { name: "立即锁定" }).click();
  await Promise.all([screen(app.page).waitFor(), screen(second).waitFor()]);
});

for (const after of [0, 20, 60, 150, 400]) {
  scene(`the browser dies ${after} ms after encrypting has begun: every row is there, and the rest is encrypted`, async (app) => {
    await importNew(app, INDUSTRY);
    await remark(app, NAME);
    await sheet(app);
    await confirm(app.page);
    // Encrypting begins once the header is there.
    await until("it to have begun", () => app.page.evaluate(() => new Promise((done) => {
      const request = indexedDB.open("xingcun");
      request.onsuccess = () => {
        const get = request.result.transaction("meta").objectStore("meta").get("lock");
        get.onsuccess = () => { done(Boolean(get.result)); request.result.close(); };
      };
    })));
    await sleep(after);
    await app.kill();
    await app.launch();
    await app.page.goto(app.url);
    await screen(app.page).waitFor();
    await unlock(app.page);
    await app.ready();
    await saved(app.page);
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
    await (await Table.open(app, "R06")).expectText(1, "备注", NAME);
    assert.deepEqual((await search(app.page, [NAME])).places, []);
  });
}

scene("everything is removed from this computer on a deliberate wish", async (app) => {
  await importNew(app, INDUSTRY);
  await remark(app, NAME);
  await setLock(app);
  const { page } = app;
  await page.getByRole("button", { name: "清空本机个人数据…" }).click();
  const go = dialog(page).getByRole("button", { name: "清空本机", exact: true });
  assert.ok(await go.isDisabled());
  await dialog(page).getByLabel(/请输入“清空”/).fill("清空");
  await go.click();
  await page.getByRole("main").getByText("打开示例").first().waitFor();
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => /ledger|typing|place|period/.test(key))), []);
  await app.goto("#/registers");
  assert.ok(!(await holds(page, NAME)));
  await app.again();
  assert.ok(!(await holds(app.page, NAME)));
});

scene("on a phone the screen and the settings fit", { viewport: PHONE }, async (app) => {
  await importNew(app, INDUSTRY);
  await app.goto("#/settings");
  await app.shot("lock-settings-phone");
  await sheet(app);
  await app.shot("lock-sheet-phone");
  // What the printer gets is the sheet, and nothing else.
  await app.page.emulateMedia({ media: "print" });
  await app.page.locator(".recovery").waitFor();
  assert.ok(await app.page.locator(".shell").isHidden() && await dialog(app.page).isHidden());
  await app.shot("lock-sheet-printed");
  await app.page.emulateMedia({ media: "screen" });
  await confirm(app.page);
  await message(app.page, "口令已设好").waitFor();
  await locked(app);
  await app.shot("lock-phone");
  const wide = await app.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.ok(!wide, "nothing stands over the edge");
});

