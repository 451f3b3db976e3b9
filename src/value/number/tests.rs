use super::*;
use proptest::prelude::*;

fn read(s: &str) -> Parsed {
    parse(s).unwrap_or_else(|e| panic!("{s}: {e:?}"))
}

fn shown(s: &str) -> String {
    let p = read(s);
    let bound = |b: Option<Decimal>| b.map_or("∞".to_owned(), |d| d.normalize().to_string());
    let unit = p.unit.unwrap_or_default();
    format!("{} [{}, {}] {:?} {unit}", p.face.normalize(), bound(p.low), bound(p.high), p.modifier)
}

#[test]
fn as_people_write_them() {
    for (text, want) in [
        ("8850", "8850 [8850, 8850] Exact "),
        ("１２３．４", "123.4 [123.4, 123.4] Exact "),
        ("1,234", "1234 [1234, 1234] Exact "),
        ("1，234", "1234 [1234, 1234] Exact "),
        ("1 234", "1234 [1234, 1234] Exact "),
        ("1,234,567.89", "1234567.89 [1234567.89, 1234567.89] Exact "),
        ("-12.5", "-12.5 [-12.5, -12.5] Exact "),
        ("（1,234.00）", "-1234 [-1234, -1234] Exact "),
        ("￥800", "800 [800, 800] Exact "),
        ("12万", "120000 [120000, 120000] Exact "),
        ("12.5万元", "125000 [125000, 125000] Exact 元"),
        ("2.2亿元", "220000000 [220000000, 220000000] Exact 元"),
        ("1亿2000万元", "120000000 [120000000, 120000000] Exact 元"),
        ("800元/亩", "800 [800, 800] Exact 元/亩"),
        ("3.2%", "3.2 [3.2, 3.2] Exact "),
        ("30余户", "30 [30, 40] Over 户"),
        ("30多户", "30 [30, 40] Over 户"),
        ("4000余场次", "4000 [4000, 5000] Over 次"),
        ("3500余", "3500 [3500, 3600] Over "),
        ("15余处", "15 [15, 20] Over 处"),
        ("80余万元", "800000 [800000, 900000] Over 元"),
        ("200万余元", "2000000 [2000000, 3000000] Over 元"),
        ("73万余人", "730000 [730000, 740000] Over 人"),
        ("5万多人次", "50000 [50000, 60000] Over 人次"),
        ("约500", "500 [475, 525] About "),
        ("500左右", "500 [475, 525] About "),
        ("240元左右", "240 [228, 252] About 元"),
        ("2000以上", "2000 [2000, ∞] AtLeast "),
        ("2000元以上", "2000 [2000, ∞] AtLeast 元"),
        ("超20万", "200000 [200000, ∞] Over "),
        ("突破15万元", "150000 [150000, ∞] Over 元"),
        ("近3万", "30000 [27000, 30000] Nearly "),
        ("不足100", "100 [0, 100] Under "),
        ("不超过100亩", "100 [0, 100] AtMost 亩"),
        ("60万至80万", "600000 [600000, 800000] Range "),
        ("60至80万元", "600000 [600000, 800000] Range 元"),
        ("800元-1000元", "800 [800, 1000] Range 元"),
        ("800至1万", "800 [800, 10000] Range "),
        ("15%至20%", "15 [15, 20] Range "),
        ("三千五百", "3500 [3500, 3500] Exact "),
        ("三千五", "3500 [3500, 3500] Exact "),
        ("三千零五", "3005 [3005, 3005] Exact "),
        ("十二户", "12 [12, 12] Exact 户"),
        ("两万五", "25000 [25000, 25000] Exact "),
        ("一百二十万元", "1200000 [1200000, 1200000] Exact 元"),
        ("百分之四十", "40 [40, 40] Exact "),
        ("六成", "60 [60, 60] Exact "),
        ("十二点五", "12.5 [12.5, 12.5] Exact "),
        ("570餘個", "570 [570, 580] Over 个"),
        ("達76.38萬元", "763800 [763800, 763800] Exact 元"),
        ("12千克", "12 [12, 12] Exact 公斤"),
        ("1.86万平方米", "18600 [18600, 18600] Exact 平方米"),
        ("上万", "10000 [10000, ∞] AtLeast "),
    ] {
        assert_eq!(shown(text), want, "{text}");
    }
    assert!(read("36%").percent && read("六成").percent && !read("36").percent);
    assert!(read("预计56232吨").forecast);
    assert!(read("12万").scaled && !read("12").scaled);
}

#[test]
fn refusals() {
    use ParseReason::{FormulaError, NotANumber, OutOfRange, PrecisionLost};
    for (text, reason) in [
        ("#REF!", FormulaError),
        ("#DIV/0!", FormulaError),
        ("#VALUE!", FormulaError),
        ("#N/A", FormulaError),
        ("######", FormulaError),
        ("暂无", NotANumber),
        ("不知火", NotANumber),
        ("", NotANumber),
        ("12 34", NotANumber),
        ("1,23", NotANumber),
        ("12.3.4", NotANumber),
        ("1万2345", NotANumber),
        ("80至60", NotANumber),
        ("约", NotANumber),
        ("12345678901234567890", OutOfRange),
        ("99999999999999亿", OutOfRange),
        ("1.38E+10", PrecisionLost),
    ] {
        assert_eq!(parse(text).map_err(|e| e.reason), Err(reason), "{text}");
    }
}

#[test]
fn doubles_are_what_was_typed() {
    for (f, want) in [
        (12.340000000000002, "12.34"),
        (0.1 + 0.2, "0.3"),
        (8850.0, "8850"),
        (622.5699999999999, "622.57"),
        (0.000001234, "0.000001234"),
        (-3.5, "-3.5"),
        (123456789012.34, "123456789012.34"),
        (3333.333333333333, "3333.33333333333"),
    ] {
        assert_eq!(from_f64(f).unwrap().to_string(), want);
    }
    assert_eq!(from_f64(1.2345678901234567e19), Err(ParseReason::PrecisionLost));
    assert_eq!(from_f64(f64::NAN), Err(ParseReason::PrecisionLost));
}

/// N with few significant digits, as figures in prose have.
fn rounded() -> impl Strategy<Value = (i64, i64)> {
    (1i64..100, 0u32..8).prop_map(|(n, zeros)| (n * 10i64.pow(zeros), 10i64.pow(zeros)))
}

proptest! {
    #[test]
    fn any_wording_reads_back_with_its_interval((n, _) in rounded(), which in 0usize..10) {
        let d = Decimal::from(n);
        let last = { let mut p = 1i64; while n % (p * 10) == 0 { p *= 10; } p };
        let step = if last == 1 { (n / 10 + 1) * 10 } else { n + last };
        let pct = |h: i64| (d * Decimal::new(h, 2)).normalize();
        let (text, low, high) = match which {
            0 => (format!("{n}"), Some(d), Some(d)),
            1 => (format!("{n}余"), Some(d), Some(Decimal::from(step))),
            2 => (format!("{n}多户"), Some(d), Some(Decimal::from(step))),
            3 => (format!("超{n}"), Some(d), None),
            4 => (format!("{n}以上"), Some(d), None),
            5 => (format!("近{n}"), Some(pct(90)), Some(d)),
            6 => (format!("约{n}元"), Some(pct(95)), Some(pct(105))),
            7 => (format!("不足{n}"), Some(Decimal::ZERO), Some(d)),
            8 => (format!("不超过{n}亩"), Some(Decimal::ZERO), Some(d)),
            _ => (format!("{n}至{}", n + 1), Some(d), Some(Decimal::from(n + 1))),
        };
        let parsed = parse(&text).unwrap();
        prop_assert_eq!((parsed.face, parsed.low, parsed.high), (d, low, high), "{}", text);
    }

    #[test]
    fn separators_and_width_change_nothing(fen in -99_999_999_999i64..99_999_999_999) {
        let plain = Decimal::new(fen, 2);
        let (whole, part) = (fen.abs() / 100, fen.abs() % 100);
        let mut grouped = String::new();
        for (i, c) in whole.to_string().chars().rev().enumerate() {
            if i > 0 && i % 3 == 0 { grouped.insert(0, ','); }
            grouped.insert(0, c);
        }
        let sign = if fen < 0 { "-" } else { "" };
        let text = format!("{sign}{grouped}.{part:02}");
        prop_assert_eq!(parse(&text).unwrap().face, plain);
        let wide: String = text.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        prop_assert_eq!(parse(&wide).unwrap().face, plain);
    }

    #[test]
    fn doubles_of_two_decimals_are_exact(fen in -9_999_999_999_999i64..9_999_999_999_999) {
        prop_assert_eq!(from_f64(fen as f64 / 100.0).unwrap(), Decimal::new(fen, 2).normalize());
    }

    #[test]
    fn nothing_panics(s in ".{0,80}") {
        let _ = parse(&s);
    }

    #[test]
    fn nothing_like_a_number_panics(s in "[0-9０-９,，. 一二三十百千万亿余多约近超至到%元亩/E+()-]{0,80}") {
        let _ = parse(&s);
    }
}
