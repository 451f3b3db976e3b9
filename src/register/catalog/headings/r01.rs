//! How offices head the columns of R01 组织台账.

use super::Named;

pub(super) const KINDS: &[(&str, Named)] = &[
    (
        "org",
        &[
            ("name", &["村名", "组织名称", "单位名称"]),
            ("kind", &["类型", "组织类别"]),
            ("parent", &["上级组织", "所属乡镇", "乡镇", "隶属"]),
            ("code", &["区划代码", "统计用区划代码", "代码"]),
            ("households", &["总户数"]),
            ("area_km2", &["辖区面积", "国土面积"]),
            ("farmland_mu", &["耕地"]),
            ("forest_mu", &["林地"]),
        ],
    ),
    (
        "honour",
        &[
            ("name", &["荣誉", "称号", "名称"]),
            ("level", &["荣誉级别"]),
            ("issuer", &["颁发单位", "表彰单位"]),
            ("year", &["年度", "年份", "表彰年度"]),
        ],
    ),
    (
        "change",
        &[
            ("what", &["变更类型", "调整方式"]),
            ("day", &["变更日期", "调整日期"]),
            ("from", &["原隶属"]),
            ("document", &["文号"]),
        ],
    ),
];
