//! The contract: its fields, its natural keys and how it is shown.

use super::super::{FieldKind, Target, choice, closed, common, label, names, org, several, shared};
use super::{KEY, PER_FLOOR, PER_MU, PER_YEAR, SHARE, areas, asset, contract, flow, rules};
use crate::register::{
    Aggregate, Condition, Field, Fields, Fill, Law, NaturalKey, RowKind, Sense, View, World,
};
use crate::value::{Date, Decimal, Value};

pub(super) fn contract() -> RowKind {
    let mut fields = parties();
    fields.extend(time_and_price());
    fields.extend(subject());
    fields.extend(clean_up());
    fields.extend(common().into_iter().map(Field::aside));
    let key = |when, parts: &[&'static str], present: &[&'static str]| NaturalKey {
        when,
        parts: names(parts),
        present: names(present),
        weak: false,
    };
    let without_day = Condition::Not(Box::new(Condition::Present("start")));
    RowKind {
        key: contract::KIND.into(),
        label: super::CONTRACT,
        under: None,
        fields: shared(fields),
        keys: vec![
            key(Condition::Any, &["org", "contract_no"], &["org", "contract_no"]),
            key(
                Condition::Present("start"),
                &["org", "asset", "name", "party_b", "start"],
                &["org", "party_b"],
            ),
            // An oral contract has no number, and nobody remembers the first day.
            key(without_day, &["org", "asset", "name", "party_b", "sign_date"], &["org", "party_b"]),
        ],
        rules: rules::of_contracts(),
        workflow: Some(flow::clean_up()),
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["org", "name", "party_b", "contract_no"]),
        key_figures: names(&["amount_total", "end"]),
        views: vec![
            View {
                label: label("有问题的", "With issues"),
                filter: Condition::All(vec![
                    Condition::Present("issue_kinds"),
                    Condition::Not(Box::new(Condition::Is("issue_kinds", vec!["无"]))),
                ]),
            },
            View {
                label: label("有增收的", "Recovered"), filter: Condition::Present("recovered_amount")
            },
            View {
                label: label("托管", "Custody"), filter: Condition::Is("rec_kind", vec!["托管合同"])
            },
        ],
    }
}

fn parties() -> Vec<Field> {
    let mut place = org();
    // The village is one of the two that sign.
    place.aliases.extend(
        ["甲方", "发包方", "出租方", "甲方（发包方）", "发包单位", "出租单位", "村组名称"].map(Into::into),
    );
    vec![
        place,
        Field::new("contract_no", label("合同编号", "Contract no."), FieldKind::Text(60))
            .also(&["合同号", "合同序号", "合同代码"])
            .aside(),
        Field::new("name", label("标的名称", "Subject"), FieldKind::Text(200)).asked().also(&[
            "标的",
            "标的物",
            "合同标的",
            "合同名称",
            "地块名称",
            "项目名称",
            "承包项目",
            "租赁物",
            "承包标的",
            "资产资源名称",
            "资产（资源）名称",
            "发包标的",
            "名称",
        ]),
        Field::new("party_b", label("承包（租）方", "Tenant"), FieldKind::Text(100)).required().also(&[
            "承包方",
            "承租方",
            "承包人",
            "承租人",
            "乙方",
            "乙方（承包方）",
            "承包户",
            "承包者",
            "租赁方",
            "租赁人",
            "承包（租）人",
            "承包单位",
            "承租单位",
            "受让方",
            "经营者",
            "对方当事人",
            "乙方名称",
            "乙方姓名",
        ]),
    ]
}

fn time_and_price() -> Vec<Field> {
    vec![
        Field::new("start", label("起始日期", "From"), FieldKind::Date).sense(Sense::Begins).asked().also(&[
            "起始时间",
            "开始日期",
            "开始时间",
            "起",
            "自",
            "起租日期",
            "合同起始日期",
            "合同起始时间",
            "承包起始时间",
            "租赁起始日期",
            "生效日期",
            "起始年月",
            "开始年月",
            "起始年份",
            "起始",
            "开始",
        ]),
        Field::new("end", label("终止日期", "Until"), FieldKind::Date)
            .sense(Sense::Ends)
            .asked()
            .derive(Fill::WhenBlank, end)
            .also(&[
                "到期日期",
                "到期时间",
                "截止日期",
                "截止时间",
                "终止时间",
                "结束日期",
                "结束时间",
                "止",
                "至",
                "合同到期日期",
                "合同终止日期",
                "合同到期时间",
                "届满日期",
                "终止年月",
                "截止年月",
                "终止年份",
                "到期年月",
                "到期日",
                "终止",
                "截止",
                "结束",
            ]),
        Field::new("price", label("单价", "Price"), FieldKind::Money)
            .unit("元")
            .per("price_unit")
            .adds(Aggregate::Rate)
            .asked_when(Condition::Not(Box::new(Condition::Is("price_unit", vec![SHARE]))))
            .also(&[
                "价格",
                "承包单价",
                "租金单价",
                "租金标准",
                "承包费标准",
                "承包费单价",
                "年租金",
                "年承包费",
                "年租金标准",
                "租金",
                "承包费",
                "承包价格",
                "租赁价格",
                "亩均价格",
            ]),
        per(),
        Field::new("amount_total", label("总价款", "Total"), FieldKind::Money)
            .unit("元")
            .sense(Sense::Weight)
            .asked_when(Condition::Not(Box::new(Condition::Is("price_unit", vec![SHARE]))))
            .also(&[
                "合同总价款",
                "合同金额",
                "合同总金额",
                "合同总价",
                "总价",
                "总金额",
                "总租金",
                "总承包费",
                "承包费总额",
                "租金总额",
                "承包总额",
                "承包金额",
                "合同标的额",
                "标的额",
                "合同总额",
            ]),
        Field::new("sign_date", label("签订日期", "Signed on"), FieldKind::Date)
            .sense(Sense::Agreed)
            .aside()
            .also(&[
                "签订时间",
                "签约日期",
                "签约时间",
                "签订年月",
                "合同签订日期",
                "合同签订时间",
                "订立日期",
            ]),
        Field::new("term", label("期限", "Term"), FieldKind::Decimal(2))
            .unit("年")
            .sense(Sense::Term)
            .adds(Aggregate::None)
            .derive(Fill::WhenBlank, term)
            .aside()
            .also(&[
                "承包期限",
                "租赁期限",
                "合同期限",
                "承包年限",
                "租赁年限",
                "合同年限",
                "年限",
                "期限（年）",
                "承包期",
                "租期",
                "起止年限",
                "起止时间",
                "起止日期",
                "承包起止时间",
                "承包起止年限",
                "合同起止时间",
                "合同起止日期",
                "合同起止期限",
                "承包期限起止",
                "租赁起止时间",
            ]),
    ]
}

fn per() -> Field {
    let words = [
        (PER_MU, "yuan a mu and year"),
        (PER_YEAR, "yuan a year"),
        (PER_FLOOR, "yuan a m² and year"),
        (super::ONCE, "once"),
        (SHARE, "share in %"),
    ];
    let mut field = closed("price_unit", "计价单位", "Per", &words)
        .asked_when(Condition::Present("price"))
        .also(&["价格单位", "租金单位", "计价方式", "计费方式", "计价标准"]);
    if let FieldKind::Choice(options) = &mut field.kind {
        let known = std::mem::replace(options, crate::register::Options::closed(&[]));
        *options = known
            .also(
                PER_MU,
                &[
                    "元/亩",
                    "元/亩/年",
                    "元/年/亩",
                    "元/年·亩",
                    "元/亩年",
                    "元/亩.年",
                    "元每亩",
                    "元/每亩",
                    "亩均价格",
                ],
            )
            .also(PER_YEAR, &["每年", "按年", "年租金", "元/每年", "元每年"])
            .also(
                PER_FLOOR,
                &[
                    "元/平方米",
                    "元/㎡",
                    "元/平方米/年",
                    "元/平方米·年",
                    "元/m2",
                    "元/m2/年",
                    "元/㎡/年",
                    "元/平米",
                ],
            )
            .also(super::ONCE, &["一次性收取", "一次性付清", "一次性缴纳", "总价"])
            .also(SHARE, &["分成", "按比例分成", "比例分成"]);
    }
    field
}

fn subject() -> Vec<Field> {
    let [mu, floor] = areas();
    let asset = Target::rows(KEY, asset::KIND);
    vec![
        mu.aside(),
        closed("rec_kind", "记录类别", "Sort", &[("合同", "Contract"), ("托管合同", "Custody contract")])
            .sense(Sense::Sort)
            .starts(Value::choice("合同"))
            .aside()
            .also(&["合同类别", "合同类型"]),
        Field::new("asset", label("标的资产", "Asset"), FieldKind::Ref(asset))
            .aside()
            .also(&["标的资产名称", "对应资产", "资产编号"])
            .help("本村资产名录里的那一项；一物多租靠它查出", "The entry in the village's list of assets"),
        floor.aside(),
        Field::new("qty", label("数量", "Quantity"), FieldKind::Int).aside(),
        Field::new("location", label("坐落", "Location"), FieldKind::Text(200)).aside().also(&[
            "位置",
            "地点",
            "坐落位置",
            "具体位置",
            "地块位置",
            "四至",
        ]),
        Field::new("purpose", label("用途", "Purpose"), FieldKind::Text(200)).aside().also(&[
            "经营项目",
            "土地用途",
            "承包用途",
            "种植项目",
        ]),
        Field::new("party_b_id", label("证件号码", "Identity no."), FieldKind::IdentityNumber)
            .aside()
            .also(&["身份证号", "身份证号码", "承包人身份证号", "承租人身份证号", "乙方身份证号"]),
        Field::new("phone", label("电话", "Phone"), FieldKind::Phone).aside().also(&[
            "联系电话",
            "联系方式",
            "手机号",
            "手机",
            "承包人电话",
            "乙方电话",
        ]),
        choice(
            "service_mode",
            "托管方式",
            "Custody",
            &[("全产业链", "Whole chain"), ("菜单式", "Chosen services")],
        )
        .aside(),
        Field::new("lump_years", label("一次性收取分摊年数", "Years of a lump sum"), FieldKind::Int)
            .unit("年")
            .adds(Aggregate::None)
            .aside()
            .help(
                "一次收取多年租金时，记账按年分摊",
                "Rent received for several years counts one slice a year",
            ),
    ]
}

/// What the clean-up (清化收) finds and does.
fn clean_up() -> Vec<Field> {
    vec![
        choice("form", "合同形式", "Form", &[("书面合同", "Written"), ("口头协议", "Oral")])
            .aside()
            .also(&["签订形式"]),
        choice(
            "bidding",
            "发包方式",
            "How it was let",
            &[("公开竞价", "Open bidding"), ("协议", "Agreement"), ("无程序", "No procedure")],
        )
        .aside()
        .also(&["承包方式", "出租方式", "交易方式", "招标方式"]),
        Field::new("meeting", label("民主程序", "Meeting"), FieldKind::Text(200))
            .aside()
            .also(&["四议两公开", "会议记录", "民主议事程序", "决议", "村民会议"])
            .help("哪次会议、哪一天、文号", "Which meeting, when, its number"),
        issues(),
        choice(
            "disposition",
            "处置",
            "Disposition",
            &[
                ("继续履行", "Carry on"),
                ("补签规范", "Sign properly"),
                ("调整价款", "Change the price"),
                ("解除收回", "Take back"),
                ("诉讼", "Lawsuit"),
                ("重新发包", "Let anew"),
            ],
        )
        .aside()
        .also(&["处置方式", "处理方式", "处置意见", "处理意见", "整改措施", "清理结果", "处理结果"]),
        Field::new("price_before", label("处置前单价", "Price before"), FieldKind::Money)
            .unit("元")
            .adds(Aggregate::Rate)
            .aside()
            .also(&["处置前价", "调整前价格", "原价格", "原单价", "原租金"]),
        Field::new("price_after", label("处置后单价", "Price after"), FieldKind::Money)
            .unit("元")
            .adds(Aggregate::Rate)
            .aside()
            .also(&["处置后价", "调整后价格", "现价格", "新单价", "现租金"]),
        Field::new("recovered_amount", label("增收金额", "Recovered"), FieldKind::Money)
            .unit("元")
            .sense(Sense::Weight)
            .aside()
            .also(&["增加收入", "增收", "增收额", "清收金额", "追缴金额", "清理增收", "年增收", "收回金额"]),
        Field::new("new_resource_mu", label("新增资源面积", "Newly found area"), FieldKind::Decimal(4))
            .unit("亩")
            .aside()
            .also(&["新增面积", "清理出面积", "多占面积", "收回面积"]),
    ]
}

fn issues() -> Field {
    let mut field = several(
        "issue_kinds",
        "问题类型",
        "Issues",
        &[
            ("期限过长", "Term too long"),
            ("价格过低", "Price too low"),
            ("未经民主程序", "No meeting"),
            ("口头合同", "Oral contract"),
            ("面积不实", "Wrong area"),
            ("长期拖欠", "In arrears for long"),
            ("改变用途", "Changed purpose"),
            ("一地多包", "Let twice"),
            ("被侵占", "Occupied"),
            ("合同要素不全", "Incomplete contract"),
            ("无", "None"),
        ],
    )
    .aside()
    .also(&["存在问题", "存在的问题", "问题类别", "问题", "主要问题"]);
    if let FieldKind::Choices(options) = &mut field.kind {
        let known = std::mem::replace(options, crate::register::Options::closed(&[]));
        *options = known
            .also("期限过长", &["合同期过长", "期限超长", "承包期过长", "合同期限过长", "超期限", "租期过长"])
            .also("价格过低", &["价格明显偏低", "价格偏低", "租金过低", "承包费过低", "低价发包", "价款过低"])
            .also(
                "未经民主程序",
                &["未公开发包", "未履行民主程序", "未经民主议定程序", "程序不规范", "未公开竞价", "未招投标"],
            )
            .also("口头合同", &["口头协议", "无书面合同", "未签合同"])
            .also("面积不实", &["面积不符", "面积不准", "少报面积"])
            .also("长期拖欠", &["拖欠承包费", "拖欠租金", "拖欠", "欠缴", "欠租"])
            .also("改变用途", &["擅自改变用途", "变更用途"])
            .also("一地多包", &["一地多租", "重复发包"])
            .also("被侵占", &["侵占", "非法占用", "被占用", "强占"])
            .also("合同要素不全", &["要素不全", "合同不规范", "条款不全", "合同不完整", "内容不全"])
            .also("无", &["无问题", "没有问题", "正常", "规范"]);
    }
    field
}

/// How many years lie between the two days, the last included.
fn term(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let (from, until) = (day(record, "start")?, day(record, "end")?);
    years(from, until).map(Value::Decimal)
}

/// Written by its length, it ends on the eve of its first day.
fn end(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let from = day(record, "start")?;
    until(from, record.value("term")?.as_decimal()?).map(Value::Date)
}

/// The last day of so many years that begin on `from`; only whole months have one.
fn until(from: Date, years: Decimal) -> Option<Date> {
    use rust_decimal::prelude::ToPrimitive as _;
    let months = years.checked_mul(Decimal::from(12))?.normalize();
    months.fract().is_zero().then_some(())?;
    from.months_later(months.to_i32()?)?.days_later(-1)
}

/// From the first day to the last, in years; whole months are counted exactly.
pub(super) fn years(from: Date, until: Date) -> Option<Decimal> {
    (from <= until).then_some(())?;
    let months = i64::from(until.year() - from.year()) * 12 + i64::from(until.month() - from.month());
    for whole in [months, months + 1] {
        let there = from.months_later(i32::try_from(whole).ok()?)?.days_later(-1)?;
        if there == until {
            return Decimal::from(whole).checked_div(Decimal::from(12)).map(|n| n.round_dp(2).normalize());
        }
    }
    let days = Decimal::from(from.days_until(until) + 1);
    days.checked_div(DAYS).map(|n| n.round_dp(2).normalize())
}

/// A year's days on average.
const DAYS: Decimal = Decimal::from_parts(36_525, 0, 0, false, 2);

/// The day in a field, as typed or as it follows.
pub(super) fn day(record: &dyn Fields, key: &str) -> Option<Date> {
    match record.value(key) {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    }
}

/// The last day, as typed or as it follows from the term.
pub(super) fn last_day(record: &dyn Fields, world: &dyn World) -> Option<Date> {
    day(record, "end").or_else(|| match end(record, world) {
        Some(Value::Date(day)) => Some(day),
        _ => None,
    })
}
