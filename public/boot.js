/*
 * Runs before the program and on browsers that cannot run it, hence ES5 only.
 *
 * Input: the browser, the preferences kept on this device, and the event `TrunkApplicationStarted` that trunk's
 * loader sends after main() ran. Output: #boot looks as the first screen will (the program takes it away), or it
 * explains in plain Chinese what is missing and what to do; the program then does not start. It never touches the
 * ledger: no database is opened here.
 * `?reset` in the address is the way out of a broken installation: it removes the installed program files
 * (service worker and caches of this directory), keeps every record, and opens the page again.
 */
(function () {
  "use strict";
  var settled = false;

  function boot() { return document.getElementById("boot"); }

  function help(title, why, steps) {
    var place = boot();
    if (settled || !place) { return; }
    settled = true;
    var list = "";
    for (var i = 0; i < steps.length; i++) { list += "<li>" + steps[i] + "</li>"; }
    place.setAttribute("role", "alert");
    place.innerHTML =
      '<div class="boot-card boot-help"><h1>' + title + "</h1>" +
      '<p class="boot-calm">已保存的台账没有任何改动，仍在原来的浏览器里。</p>' +
      "<h2>请这样做</h2><ol>" + list + "</ol>" +
      '<p><a class="boot-again" href="./">重新打开</a></p>' +
      '<p class="boot-why" id="boot-why"></p></div>';
    // As text: the reason may quote an address or a message of the browser.
    document.getElementById("boot-why").appendChild(document.createTextNode("原因：" + why));
  }

  var BROWSERS = [
    "换用新版浏览器打开本页：Chrome 或 Edge（102 版以上）、Firefox（102 版以上）、Safari（16 版以上）。",
    "360 安全浏览器、360 极速浏览器、QQ 浏览器、搜狗浏览器：点地址栏右侧的闪电或“e”图标，切换到<b>极速模式</b>；仍打不开就把浏览器升级到最新版。",
    "在微信、钉钉里打开的：点右上角“…”，选“在浏览器打开”。",
    "旧电脑装不上新浏览器的，可以先在手机的浏览器里打开本页。"
  ];
  var STORAGE = [
    "正在用无痕（隐身、InPrivate）窗口的：关掉它，用普通窗口打开本页。",
    "在浏览器的“设置 → 隐私和安全 → 网站设置”里，允许本网站保存数据（Cookie 和网站数据），再点下面的“重新打开”。"
  ];
  var AGAIN = [
    "检查网络，然后点下面的“重新打开”。",
    '仍不行：<a href="./?reset">清除程序缓存后重新打开</a>（需要联网；只清除程序文件，不动台账数据）。',
    "还是不行：换用新版 Chrome、Edge、Firefox，或把 360、QQ、搜狗浏览器切换到<b>极速模式</b>。"
  ];

  // What the compiled program uses; each is the smallest module that needs one feature.
  var FEATURES = {
    "bulk memory": [5, 3, 1, 0, 1, 10, 14, 1, 12, 0, 65, 0, 65, 0, 65, 0, 252, 10, 0, 0, 11],
    "reference types": [10, 7, 1, 5, 0, 208, 112, 26, 11],
    "sign extension": [10, 8, 1, 6, 0, 65, 0, 192, 26, 11],
    "saturating conversion": [10, 12, 1, 10, 0, 67, 0, 0, 0, 0, 252, 0, 26, 11]
  };
  var HEAD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0];
  var MULTIVALUE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 0, 2, 127, 127, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 65, 0, 11];

  function missing() {
    if (typeof WebAssembly !== "object" || typeof WebAssembly.validate !== "function") { return "WebAssembly"; }
    for (var name in FEATURES) {
      if (!WebAssembly.validate(new Uint8Array(HEAD.concat(FEATURES[name])))) { return "WebAssembly " + name; }
    }
    if (!WebAssembly.validate(new Uint8Array(MULTIVALUE))) { return "WebAssembly multivalue"; }
    var database = null;
    try { database = window.indexedDB; } catch (denied) { /* some settings make even looking an error */ }
    return database ? null : "IndexedDB";
  }

  function reset() {
    var again = function () { location.replace(location.pathname + location.hash); };
    if (!navigator.serviceWorker || !window.caches) { again(); return; }
    // A worker in charge has already seen `?reset`: it removed itself if the network answered, and if not,
    // this page comes from its cache and removing that would leave nothing to open.
    if (navigator.serviceWorker.controller) { again(); return; }
    var here = new URL("./", location.href).pathname;
    navigator.serviceWorker.getRegistrations().then(function (all) {
      return Promise.all(all.map(function (one) {
        return new URL(one.scope).pathname === here ? one.unregister() : null;
      }));
    }).then(function () { return caches.keys(); }).then(function (names) {
      return Promise.all(names.map(function (name) {
        return /^xingcun-/.test(name) && name.slice(name.indexOf("@") + 1) === here ? caches.delete(name) : null;
      }));
    }).then(again, again);
  }

  if (location.protocol === "file:") {
    help("请从网址打开兴村台账", "浏览器不允许直接运行磁盘上的程序文件", [
      "不要双击 index.html；请打开单位提供的网址。",
      "自己部署的：把整个目录放到任意静态网站上（见项目说明），再用网址打开。"
    ]);
    return;
  }
  var lacking = missing();
  if (lacking) {
    // The program looks at this page and does not start (src/ui/shell.rs).
    help("这个浏览器打不开兴村台账", "缺少 " + lacking, lacking === "IndexedDB" ? STORAGE.concat(BROWSERS) : BROWSERS);
    return;
  }
  if (/[?&]reset\b/.test(location.search)) { settled = true; reset(); return; }

  function kept(key) {
    try { return window.localStorage.getItem(key); } catch (denied) { return null; }
  }

  /* The look and the language that were last chosen (src/ui/look.rs, lang.rs). */
  function dress() {
    var root = document.documentElement, theme = kept("xingcun.theme");
    var night = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches;
    if (theme === "dark" || (theme === "system" && night)) { root.setAttribute("data-theme", "dark"); }
    if (kept("xingcun.size") === "large") { root.setAttribute("data-size", "large"); }
    if (kept("xingcun.lang") !== "en") { return; }
    root.setAttribute("lang", "en");
    var words = boot().querySelectorAll("[data-en]");
    for (var i = 0; i < words.length; i++) { words[i].textContent = words[i].getAttribute("data-en"); }
  }

  /*
   * The places of what the program will draw: of the doors while nothing is recorded, of the figures as high as
   * they were when this browser last showed them in a window of this width (src/ui/first.rs keeps that, as
   * "width class:height class:height …"), and on other pages of neither.
   */
  function furnish() {
    var hash = location.hash.replace(/\/+$/, "") || "#", items = boot().querySelectorAll("[data-at]");
    for (var i = 0; i < items.length; i++) {
      var at = items[i].getAttribute("data-at").replace(/\/+$/, "");
      var here = at === hash || (at.length > 1 && at.indexOf("/R0") < 0 && hash.indexOf(at + "/") === 0);
      if (here) { items[i].setAttribute("aria-current", "page"); }
    }
    if (hash !== "#") { return; }
    var word = document.getElementById("boot-word"), shape = kept("xingcun.first");
    if (!shape) {
      document.getElementById("boot-doors").removeAttribute("hidden");
      return;
    }
    var figures = document.getElementById("boot-figures"), parts = shape.split(" ");
    figures.removeAttribute("hidden");
    figures.querySelector(".charts .card").appendChild(word);
    if (Number(parts[0]) !== window.innerWidth) { return; }
    for (i = 1; i < parts.length; i++) {
      var part = parts[i].split(":"), found = figures.querySelector("." + part[0] + ":not([style])");
      if (!found) {
        found = document.createElement("div");
        found.className = part[0];
        figures.insertBefore(found, figures.querySelector(".page-head"));
      }
      found.style.height = Number(part[1]) + "px";
    }
  }
  dress();
  furnish();

  // The program is here; it takes #boot away when it has drawn its first screen.
  function started() { settled = true; }
  function failed(why) {
    help("兴村台账没有打开", why || "程序文件没有读到", AGAIN);
  }
  window.addEventListener("TrunkApplicationStarted", started);
  // Capturing: a script or module that cannot be fetched reports only to its own element.
  window.addEventListener("error", function (event) {
    var from = event.target;
    if (from && from !== window) {
      if (from.tagName === "SCRIPT") { failed("没有读到 " + (from.src || "程序文件")); }
    } else {
      failed(event.message);
    }
  }, true);
  window.addEventListener("unhandledrejection", function (event) {
    failed(String(event.reason && event.reason.message || event.reason));
  });
  setTimeout(function () {
    var word = document.getElementById("boot-word");
    if (!settled && word) { word.innerHTML = '网络较慢，仍在打开…<br>等了很久？<a href="./">重新打开</a>'; }
  }, 12000);
})();
