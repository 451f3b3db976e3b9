//! The sample workbooks under the names their makers gave them. The names matter to what is tested: a file's name
//! tells a period, and an origin shows it. On disk they have plain ones, which every tool can write.

/// Products of seven villages in three yearly sheets.
pub const INDUSTRY: &str = "产业生产统计表-不知火产业党委.xlsx";
/// Income of 36 villages in five yearly sheets.
pub const INCOME: &str = "村级集体经济收支-36村-2021至2025.xlsx";
/// Contracts, in the old binary format.
pub const CONTRACTS: &str = "清化收合同台账.xls";
/// Businesses of a township, with days written in four ways and codes that are not always there.
pub const BUSINESSES: &str = "经营主体名录.xlsx";
/// Service centres and stations, two sheets of two sorts.
pub const FACILITIES: &str = "阵地台账-服务中心与小区站.xlsx";

/// Some talents, with two pairs of one name in one village, in the encoding of an old spreadsheet.
pub const TALENTS: &str = "人才库-GBK.csv";
/// Some households and who links them: two hubs of one name in one group, and heads called like a hub.
pub const HOUSEHOLDS: &str = "党员联户台账.xlsx";

pub fn bytes(name: &str) -> Vec<u8> {
    let file = match name {
        INDUSTRY => "industry.xlsx",
        INCOME => "income.xlsx",
        CONTRACTS => "contracts.xls",
        BUSINESSES => "businesses.xlsx",
        FACILITIES => "facilities.xlsx",
        TALENTS => "talents-gbk.csv",
        HOUSEHOLDS => "households.xlsx",
        other => panic!("no sample is called {other}"),
    };
    let path = format!("{}/tests/golden/import/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
