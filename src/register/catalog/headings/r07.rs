//! How offices head the columns of R07 集体经济收支台账.

use super::Named;

pub(super) const KINDS: &[(&str, Named)] = &[(
    "line",
    &[
        ("book_no", &["凭证编号", "凭证"]),
        ("direction", &["收支", "方向", "收支类别", "收支方向", "类别"]),
        ("subject", &["收支科目", "会计科目", "收入科目", "科目名称", "收入类别"]),
        ("amount", &["发生额", "收入金额", "金额合计", "数额"]),
        ("counter_party", &["往来单位", "付款方", "收款方", "对方单位"]),
        ("cash_flow", &["收款日期", "付款日期", "到账日期"]),
    ],
)];
