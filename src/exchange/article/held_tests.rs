//! Figures against a small ledger: proposed, linked, moved, taken over.

use super::compare::Verdict;
use super::judge::{Judge, Judged, Standing};
use super::kept::Link;
use super::{Document, Options, goal, kept, read, take, tell};
use crate::analysis::format::Lang;
use crate::ledger::{BatchKind, Draft};
use crate::table::fixture::{Bench, dec};
use crate::table::{Cache, Places};
use crate::value::{Decimal, Period, RowId, Text, Value};

struct Scene {
    bench: Bench,
    town: RowId,
    village: RowId,
    row: RowId,
}

fn scene() -> Scene {
    let mut bench = Bench::new();
    let town = bench.org("鱼溪镇", "乡镇", None);
    let village = bench.org("清凉村", "村", Some(town));
    let other = bench.org("五四村", "村", Some(town));
    let row = bench.crop(village, "不知火", "2024", ["5000", "6000", "50000000"], "实际");
    bench.crop(other, "不知火", "2024", ["3850", "4000", "40000000"], "实际");
    bench.crop(other, "血橙", "2024", ["100", "90", "1000000"], "实际");
    Scene { bench, town, village, row }
}

impl Scene {
    fn judged(&self, document: &Document, article: Option<RowId>) -> Vec<Judged> {
        let cache = Cache::new();
        let judge = Judge::new(&self.bench.state, &cache, (Some(self.town), Some(Period::year_of(2024))));
        let links = article.map(|a| kept::links(&self.bench.state, a)).unwrap_or_default();
        judge.document(document, &links)
    }

    fn new_id(&mut self) -> RowId {
        self.bench.author().row_id(1_700_000_900_000)
    }

    /// Stores the article and links its first figure as judged.
    fn keep(&mut self, text: &str, document: &Document, judged: &Judged, learn: bool) -> RowId {
        let (article, figure, rule) = (self.new_id(), self.new_id(), self.new_id());
        let mut draft = Draft::new(BatchKind::Edit);
        kept::article(&mut draft, article, "标题", None, "", text);
        judged.keep(&mut draft, &self.bench.state, article, &document.figures[0], figure);
        if learn && let Some(link) = &judged.link {
            kept::learn(&mut draft, &self.bench.state, &document.figures[0], link, rule);
        }
        self.bench.record(draft);
        article
    }
}

fn document(text: &str) -> Document {
    read(text, &Options { date: None, places: vec!["清凉村".to_owned(), "鱼溪镇".to_owned()] })
}

#[test]
fn a_proposal_says_its_reasons_and_is_not_taken_for_the_truth() {
    let scene = scene();
    let document = document("当前，2个村共种植不知火达8850亩。");
    let at = document.figures.iter().position(|f| f.figure == "8850亩").unwrap();
    let judged = scene.judged(&document, None)[at].clone();
    assert_eq!(judged.standing, Standing::Proposed);
    assert_eq!(judged.verdict, Verdict::Agrees { better: None });
    let link = judged.link.clone().unwrap();
    assert_eq!((link.target.as_str(), link.product.as_deref()), ("R06.line.area", Some("不知火")));
    assert_eq!((link.place, link.period), (Some(scene.town), Some(Period::year_of(2024))));
    let scope = judged.scope.unwrap().zh;
    assert_eq!(
        scope,
        "2024年 · 鱼溪镇 · 不知火 · 面积，因为本句前面说“当前”，按所选范围，本句说“不知火”，本句说“亩”"
    );
    assert_eq!(judged.rows.len(), 2);
}

/// 全镇 in an article about villages is the township, whatever village was named last and whatever is chosen.
#[test]
fn the_whole_township_is_the_township() {
    let scene = scene();
    let document = document("2024年清凉村种植不知火5000亩，全镇种植不知火8850亩。");
    let cache = Cache::new();
    for chosen in [None, Some(scene.village), Some(scene.town)] {
        let judge = Judge::new(&scene.bench.state, &cache, (chosen, None));
        let judged = judge.document(&document, &[]);
        assert_eq!(judged[1].link.as_ref().unwrap().place, Some(scene.town));
        assert_eq!(judged[1].verdict, Verdict::Agrees { better: None });
        assert_eq!(judged[0].link.as_ref().unwrap().place, Some(scene.village));
    }
}

#[test]
fn money_is_held_in_the_unit_of_the_text_and_differences_say_what_to_write() {
    let scene = scene();
    let document = document("2024年清凉村不知火总产值4500余万元。");
    let judged = scene.judged(&document, None)[0].clone();
    assert_eq!(judged.link.as_ref().and_then(|l| l.place), Some(scene.village));
    assert_eq!(judged.value, Some(dec("50000000")));
    assert!(matches!(&judged.verdict, Verdict::Differs { better: Some(_), .. }), "{:?}", judged.verdict);
    let words = tell::compared(&document.figures[0], &judged).unwrap().zh;
    assert!(words.contains("宜写"), "{words}");
}

#[test]
fn forecasts_and_classes_of_size_are_never_held_against_actual_numbers() {
    let scene = scene();
    let document = document("预计不知火产量达到5000吨，建设千亩示范基地。");
    let judged = scene.judged(&document, None);
    let verdicts: Vec<&Verdict> = judged.iter().map(|j| &j.verdict).collect();
    assert_eq!(verdicts, [&Verdict::Ahead, &Verdict::NotLinked]);
}

#[test]
fn a_linked_figure_is_flagged_when_the_ledger_moves_and_says_which_step_it_was() {
    let mut scene = scene();
    let text = "2个村共种植不知火达8850亩。";
    let mut document = document(text);
    document.figures.retain(|f| f.figure == "8850亩");
    let judged = scene.judged(&document, None)[0].clone();
    let article = scene.keep(text, &document, &judged, false);
    let linked = scene.judged(&document, Some(article))[0].clone();
    assert_eq!((linked.standing, linked.moved.is_none()), (Standing::Agrees, true));

    scene.bench.set("R06", scene.row, "area", Value::Decimal(dec("5050")));
    let now = scene.judged(&document, Some(article))[0].clone();
    assert_eq!(now.standing, Standing::Differs);
    let words = tell::moved(&document.figures[0], &now).unwrap().zh;
    assert_eq!(words, "台账已变：原 8,850亩，现 8,900亩");
    let last = scene.bench.state.batches().last().unwrap().id;
    assert_eq!(now.moved.unwrap().by, Some(last));
}

/// What is to come does not follow the ledger: that it moves says nothing about a target.
#[test]
fn a_target_is_not_flagged_when_the_ledger_moves() {
    let mut scene = scene();
    let text = "力争2024年全镇种植不知火突破9000亩。";
    let document = document(text);
    let judged = scene.judged(&document, None)[0].clone();
    assert_eq!((judged.standing, &judged.verdict), (Standing::Proposed, &Verdict::Ahead));
    let article = scene.keep(text, &document, &judged, false);
    scene.bench.set("R06", scene.row, "area", Value::Decimal(dec("5050")));
    let now = scene.judged(&document, Some(article))[0].clone();
    assert_eq!((now.standing, now.moved), (Standing::Ahead, None));
}

#[test]
fn a_correction_is_proposed_first_the_next_time() {
    let mut scene = scene();
    let text = "全镇种植规模8850亩。";
    let document = document(text);
    let mut judged = scene.judged(&document, None)[0].clone();
    judged.link = Some(Link {
        target: "R01.org.farmland_mu".to_owned(),
        place: Some(scene.town),
        period: Some(Period::year_of(2024)),
        product: None,
        ..Link::default()
    });
    scene.keep(text, &document, &judged, true);
    let again = scene.judged(&document, None)[0].clone();
    assert_eq!(again.standing, Standing::Proposed);
    assert_eq!(again.link.unwrap().target, "R01.org.farmland_mu");
    let scope = again.scope.unwrap().zh;
    assert!(scope.contains("按您以前的更正“"), "{scope}");
    assert_eq!(kept::rules(&scene.bench.state).len(), 1);
}

#[test]
fn taking_over_makes_a_record_with_its_origin_or_says_what_is_missing() {
    let mut scene = scene();
    let document = document("2025年清凉村不知火种植面积5200余亩。");
    let judged = scene.judged(&document, None)[0].clone();
    assert_eq!(judged.standing, Standing::Proposed);
    let link = judged.link.clone().unwrap();
    let places = Places::of(&scene.bench.state);
    let figure = &document.figures[0];
    let whole = Link { place: Some(scene.town), product: None, ..link.clone() };
    let lacking = take::taking(&scene.bench.state, &places, figure, &whole).ok().unwrap();
    let missing: Vec<String> = lacking.missing.iter().map(|l| l.zh.to_string()).collect();
    assert_eq!(missing, ["村（社区）", "产品"]);

    let taking = take::taking(&scene.bench.state, &places, figure, &link).ok().unwrap();
    assert!(taking.missing.is_empty() && taking.existing.is_none());
    let id = scene.new_id();
    let draft = taking.draft(&scene.bench.state, id, "标题", &figure.quote);
    scene.bench.record(draft);
    let record = scene.bench.state.record("R06", id).unwrap();
    assert_eq!(
        record.cells().iter().find(|(k, _)| &**k == "stage").map(|(_, v)| v),
        Some(&Value::choice("种植"))
    );
    let area = record.cells().iter().find(|(k, _)| &**k == "area").map(|(_, v)| v.clone()).unwrap();
    let quantity = area.as_quantity().unwrap();
    assert_eq!((quantity.face, &*quantity.text), (dec("5200"), "5200余亩"));
    let origin = crate::ledger::origin_of(&scene.bench.state, "R06", id, "area").unwrap();
    assert_eq!(origin.file, Text::from("标题"));
    let again = take::taking(&scene.bench.state, &places, figure, &link).ok().unwrap();
    assert!(again.is_there());
}

#[test]
fn the_marked_text_and_the_lines_say_the_state() {
    let scene = scene();
    let text = "2个村共种植不知火达8850亩。";
    let document = document(text);
    let judged = scene.judged(&document, None);
    let marked = tell::marked(text, &document, &judged, Lang::Zh);
    assert!(marked.contains("8850亩【建议待确认：台账 8,850亩】。"), "{marked}");
    let places = Places::of(&scene.bench.state);
    let rows = tell::rows(&document, &judged, (scene.bench.state.schema(), &places), Lang::Zh);
    assert!(rows.iter().all(|r| r.len() == tell::HEADINGS.len()));
}

/// 力争 is not held against what there is; it is kept as a target of the indicator, once for a place and a year.
#[test]
fn what_is_to_be_reached_is_a_target_and_no_difference() {
    let mut scene = scene();
    let said = document("力争2025年全镇集体经济总收入突破500万元。");
    let link = Link {
        target: "I-15".to_owned(),
        place: Some(scene.town),
        period: Some(Period::year_of(2025)),
        product: None,
        ..Link::default()
    };
    let cache = Cache::new();
    let judge = Judge::new(&scene.bench.state, &cache, (None, None));
    assert_eq!(judge.against(&said.figures[0], &link).standing, Standing::Ahead);
    for (text, low) in
        [("力争2025年集体经济总收入突破500万元。", 5_000_000), ("目标是2025年达到600万元。", 6_000_000)]
    {
        let figure = &document(text).figures[0];
        let new = scene.new_id();
        let draft = goal::keep(&scene.bench.state, figure, &link, (None, "计划"), new).unwrap();
        scene.bench.record(draft);
        let goals = goal::goals(&scene.bench.state);
        assert_eq!(goals.len(), 1, "one for a place and a year");
        assert_eq!(goals[0].low, Some(Decimal::from(low)), "{text}");
        assert_eq!(&*goals[0].title, "计划");
    }
    let goal = goal::goals(&scene.bench.state).remove(0);
    assert_eq!(goal.reached(Decimal::from(1_500_000)), Some(Decimal::from(25)));

    let no_period = Link { period: None, ..link.clone() };
    let a_field = Link { target: "R06.line.area".to_owned(), ..link.clone() };
    let area = &document("力争2025年达到600亩。").figures[0];
    assert!(goal::bounds(&said.figures[0], &no_period).is_none());
    assert!(goal::bounds(&said.figures[0], &a_field).is_none());
    assert!(goal::bounds(area, &link).is_none(), "亩 is no money");
}
