//! Words made comparable: headings, place names, product names (domain §2.0 import key, §7.1-13).

use crate::value::fold::nfkc;
use crate::value::number;

/// Traditional characters that occur in headings, subjects, products and place names.
const TRADITIONAL: &str = "產产業业種种積积額额總总單单備备註注數数經经營营發发補补資资實实際际農农鎮镇鄉乡縣县區区組组織织鶴鹤龍龙雲云灣湾橋桥東东溝沟壩坝興兴廣广豐丰華华國国慶庆勝胜會会員员類类蠶蚕雞鸡豬猪魚鱼養养葉叶藥药糧粮價价費费稅税務务運运報报時时負负責责審审填填話话聯联電电電电編编號号產产銷销參参與与戶户畝亩噸吨萬万億亿餘余個个歲岁間间樹树園园場场廠厂車车馬马鳥鸟陽阳陰阴嶺岭島岛溪溪漢汉陳陈張张劉刘趙赵楊杨黃黄吳吴孫孙馮冯鄧邓蕭萧蔣蒋許许葉叶閻阎賴赖羅罗謝谢鄭郑盧卢蘇苏範范齊齐賈贾鄒邹韓韩遠远長长門门開开關关連连達达邊边過过還还進进選选適适遙遥團团圓圆圖图壇坛處处備备優优僑侨儀仪億亿兒儿內内兩两劃划勞劳勢势勵励協协參参雙双變变啟启嚴严單单喬乔嘗尝員员壯壮壽寿夢梦夾夹奮奋婦妇孫孙學学寧宁寶宝實实審审對对將将導导層层屬属崗岗島岛嶽岳帶带幹干幾几庫库應应廳厅弘弘強强彈弹彌弥彎弯後后從从徑径復复徵征德德恆恒惠惠愛爱慘惨態态憑凭憲宪懷怀戰战戲戏戶户撥拨據据擔担擇择擴扩攝摄數数斷断於于昇升晉晋時时曉晓暫暂書书條条來来極极構构樂乐標标樓楼機机橫横檔档檢检櫃柜權权歡欢歲岁歸归殺杀殘残毀毁氣气決决沖冲沒没況况淚泪淨净淺浅減减測测渾浑湯汤準准溫温滅灭滾滚滿满漁渔漸渐潔洁潤润澤泽濕湿濟济濱滨瀏浏災灾為为無无煙烟煩烦熱热燈灯燒烧爐炉爭争爾尔牆墙狀状獎奖獨独獲获現现環环瓊琼畫画異异當当療疗監监盤盘盡尽睜睁礦矿碼码確确禮礼禦御稱称穀谷積积穩稳窮穷競竞筆笔節节築筑簡简籌筹籃篮糧粮紀纪約约紅红級级納纳純纯紙纸細细終终結结給给統统絲丝綠绿維维綱纲網网線线緊紧練练縮缩縱纵績绩繁繁繼继續续纖纤罰罚義义習习聖圣聞闻聯联聲声職职聽听肅肃腦脑腳脚膠胶臨临興兴舉举舊旧艱艰藝艺蓮莲蘭兰蘋苹蟲虫術术衛卫補补裝装複复見见規规視视親亲覺觉覽览觀观計计訂订討讨訓训記记訪访設设許许訴诉診诊評评詞词試试詩诗該该詳详認认語语誠诚誤误說说課课調调談谈請请諒谅論论諸诸謀谋講讲證证識识譜谱警警譯译議议護护讀读變变讓让豐丰貝贝財财貢贡貧贫貨货販贩貸贷費费貼贴貿贸賀贺賃赁賓宾賞赏賠赔賢贤賣卖質质賬账購购贈赠贊赞趨趋跡迹踐践蹤踪車车軌轨軍军軟软較较載载輔辅輕轻輛辆輝辉輪轮輯辑輸输轄辖轉转辦办農农遲迟遷迁郵邮鄉乡醫医釀酿釋释針针釣钓鈴铃銀银銅铜鋪铺鋼钢錄录錢钱錦锦錯错鍋锅鍵键鎖锁鏈链鐵铁鑒鉴閉闭閑闲閣阁閱阅隊队階阶隨随險险隱隐隸隶雖虽雜杂離离難难零零靈灵靜静響响頁页頂顶順顺須须預预領领頭头題题願愿顧顾顯显風风飛飞飯饭飲饮養养館馆駐驻駕驾驗验騎骑騰腾驚惊體体鮮鲜鳳凤鴨鸭鵝鹅鹽盐麗丽麥麦點点黨党齒齿龜龟臺台涼凉莊庄鄰邻蘆芦楓枫榮荣灘滩壪湾峽峡磯矶鐘钟隴陇巖岩岡冈廟庙廈厦曬晒柵栅棗枣樁桩櫻樱瀘泸瀾澜竈灶繡绣臘腊蔭荫轎轿錫锡閘闸顏颜驛驿鰲鳌鶯莺鷄鸡鷹鹰貓猫薑姜麯曲";

/// One character in Simplified. 〇 is a numeral and stays what it is in names.
pub(super) fn simplified(c: char) -> char {
    use std::sync::LazyLock;
    static PAIRS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
        let (mut pairs, mut chars) = (Vec::new(), TRADITIONAL.chars());
        while let (Some(a), Some(b)) = (chars.next(), chars.next()) {
            pairs.push((a, b));
        }
        pairs.sort_unstable();
        pairs.dedup_by_key(|(a, _)| *a);
        pairs
    });
    if c < '\u{4e00}' || c == '〇' {
        return c;
    }
    match PAIRS.binary_search_by_key(&c, |(a, _)| *a) {
        Ok(i) => PAIRS.get(i).map_or(c, |(_, b)| *b),
        Err(_) => number::simplified(c),
    }
}

/// NFKC, Simplified, without blanks, small letters: two writings of one word become equal.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in nfkc(text).chars().map(simplified) {
        if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') {
            continue;
        }
        if c.is_ascii_uppercase() { out.push(c.to_ascii_lowercase()) } else { out.push(c) }
    }
    out
}

/// A folded heading without brackets and what stands in them, and without marks.
pub fn bare(folded: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            ':' | '、' | ',' | '.' | '*' | '"' | '“' | '”' | '_' | '-' | '—' => {}
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The words inside the brackets of a folded heading.
pub fn bracketed(folded: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = folded;
    while let Some((_, after)) = rest.split_once(['(', '[', '【']) {
        let Some((inside, next)) = after.split_once([')', ']', '】']) else { break };
        found.push(inside);
        rest = next;
    }
    found
}

/// Suffixes of places, the longer ones first; 村 and 社区 are taken off only for comparing.
const SUFFIXES: &[&str] = &[
    "村股份经济合作联合社",
    "村股份经济合作社",
    "股份经济合作社",
    "村经济合作社",
    "经济合作社",
    "村村民委员会",
    "村民委员会",
    "社区居民委员会",
    "居民委员会",
    "社区居委会",
    "村委会",
    "居委会",
    "村党支部",
    "村党总支",
    "村两委",
    "行政村",
    "社区",
    "村",
];

/// A place's name for comparing: folded, bracket content and suffix removed. 清 凉村村民委员会 → 清凉.
pub fn place(name: &str) -> String {
    let folded = bare(&fold(name));
    for suffix in SUFFIXES {
        if let Some(stem) = folded.strip_suffix(suffix)
            && !stem.is_empty()
        {
            return stem.to_owned();
        }
    }
    folded
}

/// What sort of place a name says it is.
pub fn place_kind(name: &str) -> Option<&'static str> {
    let folded = bare(&fold(name));
    let ends = |words: &[&str]| words.iter().any(|w| folded.ends_with(w));
    if ends(&["社区", "居委会", "居民委员会"]) {
        Some("社区")
    } else if ends(&["村民小组", "小组", "组"]) {
        Some("村民小组")
    } else if ends(&["村", "村委会", "村民委员会", "合作社", "村党支部", "村党总支"]) {
        Some("村")
    } else if ends(&["街道", "街道办事处", "街道办"]) {
        Some("街道")
    } else if ends(&["镇", "乡", "镇人民政府", "乡人民政府"]) {
        Some("乡镇")
    } else {
        None
    }
}

/// The township that a reporter's name carries: 某镇农经站 → 某镇.
pub fn town_in(name: &str) -> Option<String> {
    let folded = bare(&fold(name));
    ["街道", "镇", "乡"].iter().find_map(|mark| {
        let (before, after) = folded.split_once(mark)?;
        let before = before.rsplit(['县', '市', '区']).next().unwrap_or(before);
        // 乡镇 as a word, 乡村振兴局 and 镇江 are no townships.
        let real = !before.is_empty()
            && before.chars().count() <= 8
            && !after.starts_with(['村', '镇', '江'])
            && !before.ends_with('各');
        real.then(|| format!("{before}{mark}"))
    })
}

/// Edit distance, given up beyond 2.
pub fn near(a: &str, b: &str) -> Option<usize> {
    const FAR: usize = 3;
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) >= FAR {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(b.len() + 1);
        next.push(i + 1);
        for (j, cb) in b.iter().enumerate() {
            let keep = row.get(j).copied().unwrap_or(FAR) + usize::from(ca != cb);
            let drop = row.get(j + 1).copied().unwrap_or(FAR) + 1;
            let add = next.get(j).copied().unwrap_or(FAR) + 1;
            next.push(keep.min(drop).min(add));
        }
        if next.iter().all(|d| *d >= FAR) {
            return None;
        }
        row = next;
    }
    row.last().copied().filter(|d| *d < FAR)
}

/// Words that stand for "none" or "does not apply".
pub fn is_none_mark(text: &str) -> bool {
    matches!(
        text.trim(),
        "—" | "——" | "-" | "--" | "–" | "－" | "/" | "\\" | "／" | "＼" | "无" | "無" | "N/A" | "n/a" | "…"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_compared_without_suffix_and_blanks() {
        for name in ["清 凉村", "清凉村村民委员会", "清凉村委会", "清凉", "清凉（村）", "清涼村"]
        {
            assert_eq!(place(name), "清凉", "{name}");
        }
        assert_eq!(place("滨河社区居委会"), "滨河");
        assert_eq!(place("鶴林村"), "鹤林");
        assert_eq!(place("村"), "村");
    }

    #[test]
    fn towns_inside_reporters() {
        assert_eq!(town_in("某镇农经站").as_deref(), Some("某镇"));
        assert_eq!(town_in("云阳县沙溪镇人民政府").as_deref(), Some("沙溪镇"));
        assert_eq!(town_in("城东街道办事处").as_deref(), Some("城东街道"));
        assert_eq!(town_in("不知火产业党委"), None);
        assert_eq!(town_in("县乡村振兴局"), None);
    }

    #[test]
    fn distance() {
        assert_eq!(near("经营收入", "经营收人"), Some(1));
        assert_eq!(near("经营收入", "补助"), None);
        assert_eq!(near("面积", "面积"), Some(0));
    }
}
