//! What the person is told.

use std::borrow::Cow;

use crate::exchange::finding::{CellFinding, Report};
use crate::exchange::resolve::{Candidate, Places, UnknownPlace};
use crate::exchange::totals::TotalCheck;
use crate::ledger::State;
use crate::register::{Audience, Field, Message, RowKind, Severity, present};
use crate::table::dimension;
use crate::value::{Lang, ParseReason, Quantity, Text, Value};

pub(super) fn unknown_table(state: &State, sheet: &str) -> Message {
    let Message { zh, en } = state.schema().names();
    Message::new(
        format!("表“{sheet}”认不出是哪本台账，没有读入。现有：{zh}。请指定台账或核对表头"),
        format!(
            "Sheet {sheet} fits no register and was not read. There are: {en}. Name one or check the header"
        ),
    )
}

pub(super) fn no_table() -> Message {
    Message::new("没有找到带表头的表格", "No table with a header was found")
}

/// What stands in a cell, as far as a sentence can hold it: a cell may be a page long.
fn quoted(shown: &str) -> Cow<'_, str> {
    const MOST: usize = 40;
    match shown.char_indices().nth(MOST).and_then(|(end, _)| shown.get(..end)) {
        Some(beginning) => Cow::Owned(format!("{beginning}…")),
        None => Cow::Borrowed(shown),
    }
}

/// Why a cell was refused, with what stands in it.
pub(in crate::exchange) fn refused(
    reason: ParseReason,
    shown: &str,
    field: &Field,
    unit: Option<&str>,
) -> Message {
    let (zh, en) = (&field.label.zh, &field.label.en);
    let shown = &*quoted(shown);
    let unit_zh = unit.unwrap_or("");
    match reason {
        ParseReason::FormulaError => Message::new(
            format!("“{zh}”是公式错误或没有算出结果（{shown}），请在原表改正"),
            format!("{en}: the formula has no result ({shown}); correct it in the workbook"),
        ),
        ParseReason::NotANumber => Message::new(
            format!("“{zh}”应填数字，这里是“{shown}”"),
            format!("{en} must be a number, not {shown}"),
        ),
        ParseReason::OutOfRange => Message::new(
            format!("“{zh}”的数太长或太大，无法准确保存（{shown}）"),
            format!("{en} is too large to be kept exactly ({shown})"),
        ),
        ParseReason::Inexact => Message::new(
            format!("“{zh}”要一个确数，这里是“{shown}”：请填确切的金额，约数、区间可以写在备注里"),
            format!("{en} must be one exact amount, not {shown}; write about or between in the remark"),
        ),
        ParseReason::PrecisionLost => Message::new(
            format!("“{zh}”在表格软件里已丢失精度（{shown}），请设为文本格式后重新填写"),
            format!("{en} has already lost digits ({shown}); type it again as text"),
        ),
        ParseReason::TooPrecise => Message::new(
            format!("“{zh}”应为整数，这里是{shown}"),
            format!("{en} must be a whole number, not {shown}"),
        ),
        ParseReason::WrongUnit => Message::new(
            format!("“{zh}”的单位不对：“{shown}”不能换算成{unit_zh}"),
            format!("{en}: {shown} cannot be converted"),
        ),
        ParseReason::NotADate => Message::new(
            format!("“{zh}”认不出日期或期间：“{shown}”"),
            format!("{en}: {shown} is no date or period"),
        ),
        ParseReason::AmbiguousMonth => Message::new(
            format!("“{zh}”{shown}可能是1月也可能是10月（数字格丢了末尾的0），请改成“年-月”"),
            format!("{en}: {shown} may be January or October"),
        ),
        ParseReason::NotAnOption => {
            Message::new(format!("“{zh}”没有“{shown}”这一项"), format!("{en}: {shown} is not on the list"))
        }
        ParseReason::NotABool => {
            Message::new(format!("“{zh}”应填是或否，这里是“{shown}”"), format!("{en} must be yes or no"))
        }
        ParseReason::BadCheckDigit => Message::new(
            format!("“{zh}”的位数或校验位不对"),
            format!("{en} has a wrong length or check digit"),
        ),
        ParseReason::Masked => Message::new(
            format!("“{zh}”是打码显示的“{shown}”，请填完整的号码"),
            format!("{en}: {shown} is masked; give the whole number"),
        ),
        ParseReason::NotAPhone => Message::new(format!("“{zh}”不是电话号码"), format!("{en} is no phone")),
        ParseReason::TooLong => Message::new(format!("“{zh}”太长"), format!("{en} is too long")),
        ParseReason::Unknown => {
            Message::new(format!("“{zh}”找不到“{shown}”"), format!("{en}: {shown} was not found"))
        }
        ParseReason::Ambiguous => {
            Message::new(format!("“{shown}”对应到不止一个"), format!("{shown} fits more than one"))
        }
    }
}

/// 按 12.00 记，区间 11.4–12.6
pub(super) fn worded(q: &Quantity, unit: &str) -> Message {
    let low = q.low.map_or("不限".to_owned(), |d| d.normalize().to_string());
    let high = q.high.map_or("不限".to_owned(), |d| d.normalize().to_string());
    let face = q.face.normalize();
    Message::new(
        format!("“{}”按 {face}{unit} 记，区间 {low}–{high}", q.text),
        format!("{} is kept as {face} within {low}–{high}", q.text),
    )
}

/// A masked number of a record that is new: nobody knows what it hides.
pub(super) fn masked(field: &Field, shown: &str) -> Message {
    Message::new(
        format!("“{}”是打码显示的“{shown}”，没有写入，请补上完整的号码", field.label.zh),
        format!("{}: {shown} is masked and was not written; fill in the whole number", field.label.en),
    )
}

/// A masked number that hides another one than the ledger has.
pub(super) fn another_mask(field: &Field, shown: &str) -> Message {
    Message::new(
        format!("“{}”打码后是“{shown}”，与台账里的不一样，请填完整的号码", field.label.zh),
        format!("{}: {shown} is not what the ledger has, masked; give the whole number", field.label.en),
    )
}

/// A name that more than one record has.
pub(super) fn several(name: &str, count: usize, field: &Field) -> Message {
    Message::new(
        format!("“{}”：叫“{name}”的有{count}个，请写编号，说明是哪一个", field.label.zh),
        format!("{}: {count} are called {name}; give the number of the one that is meant", field.label.en),
    )
}

/// A name that becomes a record of its own.
pub(super) fn named(name: &str, field: &Field) -> Message {
    Message::new(
        format!("“{}”：台账里没有“{name}”，按名称新建，其余各栏以后补上", field.label.zh),
        format!("{}: no record is called {name}; one is made of its name", field.label.en),
    )
}

/// A name that becomes a record beside another one of that name.
pub(super) fn named_alike(name: &str, field: &Field, twice: bool) -> Message {
    let (zh, en) = if twice {
        ("表里两处各领一段", "two blocks of the table begin with it")
    } else {
        ("表里也有同名的一行", "a row of the table has this name too")
    };
    Message::new(
        format!(
            "“{}”：“{name}”{zh}，分不清是不是同一个，按另一个新建；若是同一个，请在台账里合并",
            field.label.zh
        ),
        format!("{}: {name} is made as another record ({en}); join them if they are one", field.label.en),
    )
}

/// Two rows of a file that have one name and say different things.
pub(super) fn homonym(kind: &RowKind) -> Message {
    let (zh, en) = (&kind.label.zh, &kind.label.en);
    Message::new(
        format!("表里有同名的{zh}，别的栏不一样，按另一个写入，请核对"),
        format!("Another {en} of the table has this name and says something else; both are written"),
    )
}

/// A row that is known by another of its keys than the record's own.
pub(super) fn known_otherwise(kind: &RowKind) -> Message {
    let (zh, en) = (&kind.label.zh, &kind.label.en);
    Message::new(
        format!("编号对不上，按其余各栏认作台账里已有的{zh}"),
        format!("Known by its other fields as the {en} that the ledger has"),
    )
}

/// A row that could be any of several records.
pub(super) fn several_alike(kind: &RowKind, count: usize) -> Message {
    let (zh, en) = (&kind.label.zh, &kind.label.en);
    Message::new(
        format!("台账里有{count}个{zh}与这一行相符，请写编号，说明是哪一个"),
        format!("{count} of the {en} in the ledger fit this row; give the number of the one that is meant"),
    )
}

/// No record above that the row could stand under, or more than one.
pub(super) fn parent(kind: &RowKind, said: &[String], found: usize) -> Message {
    let (zh, en, said) = (&kind.label.zh, &kind.label.en, said.join("、"));
    match (said.is_empty(), found) {
        (true, _) => {
            Message::new(format!("没有写明是哪个{zh}的"), format!("It does not say of which {en} it is"))
        }
        (_, 0) => Message::new(
            format!("没有这个{zh}（{said}），请先导入{zh}，或核对写法"),
            format!("There is no such {en} ({said}); import it first, or check how it is written"),
        ),
        _ => Message::new(
            format!("符合的{zh}有{found}个（{said}），请再写一栏，说明是哪一个"),
            format!("{found} fit ({said}); say in one more column which {en} is meant"),
        ),
    }
}

pub(super) fn missing(field: &Field) -> Message {
    Message::new(format!("缺“{}”", field.label.zh), format!("{} is missing", field.label.en))
}

/// What a complete record has and this one lacks.
pub(super) fn incomplete(gaps: &[&Field]) -> Message {
    let zh: Vec<&str> = gaps.iter().map(|f| &*f.label.zh).collect();
    let en: Vec<&str> = gaps.iter().map(|f| &*f.label.en).collect();
    Message::new(
        format!("要素不全，缺“{}”；照样写入，以后补上", zh.join("、")),
        format!("Incomplete, without {}; written all the same", en.join(", ")),
    )
}

/// Columns that a complete table has and this one lacks.
pub(super) fn columns_lacking(gaps: &[&Field]) -> Message {
    let zh: Vec<&str> = gaps.iter().map(|f| &*f.label.zh).collect();
    let en: Vec<&str> = gaps.iter().map(|f| &*f.label.en).collect();
    Message::new(
        format!("要素不全：这张表没有“{}”；各行照样写入，以后补上", zh.join("、")),
        format!("Incomplete: the table has no {}; its rows are written all the same", en.join(", ")),
    )
}

pub(super) fn sum_differs(heading: &str, printed: &str, computed: &str) -> Message {
    Message::new(
        format!("“{heading}”写的是{printed}，各栏相加是{computed}"),
        format!("{heading} says {printed}, its parts add up to {computed}"),
    )
}

/// Printed sums that disagree become warnings.
pub(super) fn disagreeing(checks: &[TotalCheck], report: &mut Report) {
    for check in checks.iter().filter(|c| !c.agrees) {
        let unit = check.unit.as_deref().unwrap_or("");
        report.push(CellFinding {
            severity: Severity::Warning,
            sheet: check.sheet.clone(),
            cell: check.cell.clone(),
            field: None,
            rule: Text::from("total_differs"),
            ask: None,
            listed: false,
            message: Message::new(
                format!("{}写的是{}{unit}，逐行相加是{}{unit}", check.label, check.printed, check.computed),
                format!("{} says {}, the rows add up to {}", check.label, check.printed, check.computed),
            ),
        });
    }
}

/// A name that needs a decision.
pub(super) fn unknown_place(unknown: &UnknownPlace) -> CellFinding {
    let first = unknown.cells.first().map_or("", String::as_str);
    let (sheet, cell) = first.rsplit_once('!').unwrap_or(("", first));
    let called = |c: &Candidate| c.parent.as_ref().map_or(c.name.clone(), |p| format!("{p}{}", c.name));
    let names: Vec<String> = unknown.candidates.iter().map(called).collect();
    let (name, rows) = (&unknown.name, unknown.rows);
    let (rule, message) = if unknown.ambiguous {
        let message = Message::new(
            format!("“{name}”对应到{}个村（{}），请指明是哪一个", names.len(), names.join("、")),
            format!("{name} fits {} places ({}); say which", names.len(), names.join(", ")),
        );
        ("ambiguous_place", message)
    } else {
        let near =
            if names.is_empty() { String::new() } else { format!("，相近的有{}", names.join("、")) };
        let message = Message::new(
            format!("“{name}”不在名册（{rows}行用到）{near}，请新建或对应到已有的村"),
            format!("{name} is not in the ledger ({rows} rows); create it or choose one"),
        );
        ("unknown_place", message)
    };
    CellFinding {
        severity: Severity::Error,
        sheet: Text::from(sheet),
        cell: cell.to_owned(),
        field: Some(Text::from(dimension::PLACE)),
        rule: Text::from(rule),
        ask: None,
        listed: true,
        message,
    }
}

/// Places that need a decision, and what will be created.
pub(super) fn places(places: &Places<'_>, report: &mut Report) {
    places.unknown.iter().for_each(|unknown| report.push(unknown_place(unknown)));
    let homeless =
        places.new.iter().filter(|p| p.parent.is_none() && matches!(&*p.kind, "村" | "社区")).count();
    if homeless > 0 {
        report.about_table(
            Severity::Warning,
            &Text::from(""),
            "no_town",
            Message::new(
                format!("新建的{homeless}个村没有写明所属乡镇，请到组织台账补上"),
                format!("{homeless} new villages have no township yet"),
            ),
        );
    }
}

/// The words of a value of a field, for sentences; of records only how many there are is known here.
pub(super) fn shown(field: Option<&Field>, value: &Value) -> String {
    present(field, value, Audience::Sentence(Lang::Zh), &|_| "…".to_owned())
}
