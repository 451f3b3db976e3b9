//! 设置: places, the device's name, language and look, storage, the log, the version.

use leptos::prelude::*;

use super::closed::Closed;
use super::history::Steps;
use super::who::Who;
use crate::register::catalog::PLACE_REGISTER;
use crate::storage::{Estimate, Store as _};
use crate::ui::desk::{Desk, this_build};
use crate::ui::lang::{Lang, LangSwitch, lang, t};
use crate::ui::look::{self, Choice};
use crate::ui::parts::lock_card;
use crate::ui::route::Route;
use crate::ui::words;
use crate::value::RowId;

/// The page.
#[component]
pub(in crate::ui) fn Settings() -> impl IntoView {
    view! {
        <div class="page-head"><h1>{t("设置", "Settings")}</h1></div>
        <div class="settings"><Who /><County /><Closed /><Look /><Storage />{lock_card()}<Places /><Steps /><About /></div>
    }
}

/// The way to what the county sets for its own ledger.
#[component]
fn County() -> impl IntoView {
    view! {
        <section class="card stack"><h2>{t("本县字段与词语", "Own fields and words")}</h2>
            <p class="second">{t("给台账加字段、给列表加词、改阈值和报送期限；没有台账对得上的表，导入时可以建成本县自己的台账。", "Add fields and words, move thresholds and deadlines; a workbook that no register fits can become a register of your own.")}</p>
            <div class="row"><a class="btn" href=Route::County.href()>{t("打开", "Open")}</a></div></section>
    }
}

#[component]
fn Look() -> impl IntoView {
    let switch = use_context::<LangSwitch>();
    let language = |to: Lang, word: &'static str| {
        view! { <button class="chip" role="radio" aria-checked=(lang() == to).to_string() on:click=move |_| if let Some(s) = switch { s.to(to) }>{word}</button> }
    };
    view! {
        <section class="card stack"><h2>{t("语言与显示", "Language and look")}</h2>
            <div class="row" role="radiogroup" aria-label=t("语言", "Language")>{language(Lang::Zh, "中文")}{language(Lang::En, "English")}</div>
            <Chips choice=&look::THEME label=t("明暗", "Brightness") />
            <Chips choice=&look::SIZE label=t("字号", "Text size") />
        </section>
    }
}

#[component]
fn Chips(choice: &'static Choice, label: &'static str) -> impl IntoView {
    let now = RwSignal::new(choice.chosen());
    let chip = |(value, word): (&'static str, &'static str)| {
        let take = move |_| {
            choice.choose(value);
            now.set(value);
        };
        view! { <button class="chip" role="radio" aria-checked=move || (now.get() == value).to_string() on:click=take>{word}</button> }
    };
    view! { <div class="row" role="radiogroup" aria-label=label>{choice.words().map(chip).collect_view()}</div> }
}

#[component]
fn Storage() -> impl IntoView {
    let desk = Desk::here();
    let space = RwSignal::new(None::<Estimate>);
    let persisted = RwSignal::new(None::<bool>);
    let look = move || {
        leptos::task::spawn_local(async move {
            if let Some(session) = desk.session() {
                space.set(Some(session.store().estimate().await));
            }
            persisted.set(Some(crate::web::quota::is_persisted().await));
        });
    };
    look();
    let ask = move |_| {
        leptos::task::spawn_local(async move {
            let granted = Some(crate::web::quota::persist().await);
            persisted.set(granted);
            match granted {
                Some(true) => {
                    desk.say(t("浏览器答应不自动清理", "The browser will not clear it by itself"), false)
                }
                _ => desk.complain(t(
                    "浏览器没有答应。请把本页安装为应用或加入收藏后再试，并常备份。",
                    "The browser refused. Install this page as an app, and keep backups.",
                )),
            }
        });
    };
    let room = |n: Option<u64>| n.map_or_else(|| words::NONE.to_owned(), words::bytes);
    view! {
        <section class="card stack"><h2>{t("存储", "Storage")}</h2>
            <dl class="facts">
                <dt>{t("已用", "Used")}</dt><dd>{move || room(space.get().and_then(|s| s.used))}</dd>
                <dt>{t("可用上限", "Limit")}</dt><dd>{move || room(space.get().and_then(|s| s.quota))}</dd>
                <dt>{t("备份", "Backup")}</dt><dd>{move || desk.backup_words()}</dd>
                <dt>{t("浏览器会不会自动清理", "May the browser clear it")}</dt><dd>{move || match persisted.get() { Some(true) => t("不会", "No"), Some(false) => t("可能会", "Perhaps"), None => words::NONE }}</dd>
            </dl>
            <div class="row">
                <button class="btn" on:click=ask>{t("请浏览器长期保存", "Ask to keep it for good")}</button>
                <a class="btn" href=Route::Exchange.href()>{t("去备份", "Back up")}</a>
                <InstallButton />
            </div>
            {move || Some(desk.damaged.get().places).filter(|n| *n > 0).map(|n| view! { <p class="hint wrong" role="alert">{n}" "{t("处日志损坏，坏掉的字节原样保留。请导出一份完整的备份。", "damaged places in the log; the damaged bytes are kept. Save a complete backup.")}</p> })}
        </section>
    }
}

/// Offered only where the browser offers it.
#[component]
fn InstallButton() -> impl IntoView {
    let desk = Desk::here();
    move || {
        desk.installable.get().then(|| view! { <button class="btn" on:click=move |_| desk.install()>{t("安装为应用", "Install as an app")}</button> })
    }
}

#[component]
fn Places() -> impl IntoView {
    let desk = Desk::here();
    let tree = move || {
        let places = desk.places();
        let roots = places.roots().to_vec();
        if roots.is_empty() {
            return view! { <p class="hint">{t("还没有组织。导入表格时会提出新建，也可以在组织台账里新增。", "No places yet. An import offers to create them.")}</p> }.into_any();
        }
        view! { <ul class="tree">{roots.into_iter().map(|id| branch(&places, id, 0)).collect_view()}</ul> }
            .into_any()
    };
    view! {
        <section class="card stack"><div class="row between"><h2>{t("组织与村", "Places")}</h2><a class="btn small" href=Route::Register(PLACE_REGISTER.to_owned(), None).href()>{t("打开组织台账", "Open the register")}</a></div>
            <div style="max-height:320px" class="scroll" tabindex="0" role="region" aria-label=t("组织树", "Tree of places")>{tree}</div></section>
    }
}

/// Trees deeper than this are circles, which rules report elsewhere.
const DEEPEST: usize = 9;

fn branch(places: &crate::table::Places, id: RowId, depth: usize) -> AnyView {
    let Some(place) = places.get(id) else { return ().into_any() };
    let children = if depth < DEEPEST { place.children.clone() } else { Vec::new() };
    let below = (!children.is_empty()).then(|| view! { <ul class="tree">{children.into_iter().map(|c| branch(places, c, depth + 1)).collect_view()}</ul> });
    view! { <li>{place.name.to_string()}" "<span class="second small">{place.kind.to_string()}</span>{below}</li> }.into_any()
}

/// The way to the other build that is kept, where there is one.
#[component]
fn OtherBuild(current: String) -> impl IntoView {
    let desk = Desk::here();
    // Its name, since when it is here (milliseconds), and whether it is older than this one.
    let other = RwSignal::new(None::<(String, u64, bool)>);
    leptos::task::spawn_local(async move {
        let Some(builds) = desk.builds().await else { return };
        let since = |name: &str| builds.kept.iter().find(|(b, _)| b == name).map(|(_, at)| *at);
        let Some(mine) = since(&current) else { return };
        let found = builds.kept.iter().find(|(b, _)| *b != current);
        let _ = other.try_set(found.map(|(b, at)| (b.clone(), *at, *at < mine)));
    });
    let go = move |name: String| {
        leptos::task::spawn_local(async move {
            if desk.use_build(&name).await {
                return crate::web::service_worker::reload();
            }
            desk.complain(t(
                "那一版的文件已不完整，没有换；现在这一版照常使用",
                "That build is no longer whole; nothing was changed",
            ));
        });
    };
    move || {
        other.get().map(|(name, since, older)| {
            let (verb, why) = if older {
                (t("回到上一版", "Go back to the previous build"), t("新版有问题时用。台账不动；如果新版改过数据的写法，上一版会说打不开，再换回来即可。", "For when this build misbehaves. The ledger is not touched; should the previous build be unable to read it, it says so, and you can switch again."))
            } else {
                (t("换回新版", "Return to the newer build"), t("现在用的是较早的一版。", "This is an earlier build."))
            };
            view! {
                <div class="row between"><span class="grow small">{if older { t("上一版 ", "Previous build ") } else { t("新版 ", "Newer build ") }}{name.clone()}<span class="second">{t("，装于 ", ", here since ")}{words::moment(since)}</span></span>
                    <button class="btn small" on:click=move |_| go(name.clone())>{verb}</button></div>
                <p class="hint">{why}</p>
            }
        })
    }
}

#[component]
fn About() -> impl IntoView {
    let build = this_build().unwrap_or_default();
    let shown = build.clone();
    view! {
        <section class="card stack"><h2>{t("关于", "About")}</h2>
            <p>{t("兴村台账", "Xingcun")}" "{env!("CARGO_PKG_VERSION")}<span class="second small">" "{t("构建 ", "build ")}{shown}</span></p>
            <OtherBuild current=build />
            <p class="hint">{t("所有数据只在本机浏览器里，不上传。不排名、不打卡、不统计在线时长。", "All data stays in this browser. Nothing is uploaded; nobody is ranked or tracked.")}</p>
        </section>
    }
}
