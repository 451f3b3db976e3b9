//! Compatibility forms made one (NFKC): full width and half width, ㎡ and m2, ① and 1; and letters made small.
//!
//! Most texts have nothing to change. The tables for the rest weigh a tenth of the whole page, and every browser has
//! them already: in wasm the browser's are used.

use std::borrow::Cow;

/// Traditional characters, each before its Simplified one: what occurs in headings, names and articles. Characters
/// that are words of their own in Simplified too (乾, 著) are left alone.
const TRADITIONAL: &str = "\
    並并亂乱亞亚佈布佔占來来侖仑侶侣係系俠侠倆俩倉仓個个們们倫伦偉伟側侧偵侦偽伪傑杰傘伞備备傢家傭佣傳传債债傷伤傾倾僅仅僑侨僥侥價价儀仪億亿儈侩儉俭儘尽償偿優优儲储兌兑兒儿內内兩两凍冻凜凛凱凯則则\
    剛刚剮剐創创剷铲劃划劄札劇剧劉刘劊刽劍剑劑剂勁劲動动務务勝胜勞劳勢势勳勋勵励勸劝勻匀匯汇區区協协卻却厭厌厲厉參参叢丛吋寸吳吴呂吕員员問问啓启啞哑啟启喚唤喪丧喬乔單单喲哟嗆呛嗎吗嗚呜嘆叹嘔呕嘗尝\
    嘩哗嘯啸噓嘘噴喷噸吨嚨咙嚮向嚴严囑嘱囪囱國国圍围園园圓圆圖图團团執执堅坚堯尧報报場场堿碱塊块塗涂塢坞塵尘塹堑墊垫墜坠墮堕墳坟墻墙墾垦壇坛壓压壘垒壞坏壟垄壩坝壪湾壯壮壺壶壽寿夠够夢梦夾夹奪夺奮奋\
    妝妆娛娱婁娄婦妇媽妈嬌娇嬰婴嬸婶孫孙學学孿孪宮宫實实寧宁審审寫写寬宽寵宠寶宝將将專专尋寻對对導导屆届屍尸屜屉屢屡層层屬属岡冈峯峰島岛峽峡崗岗嶄崭嶺岭嶼屿嶽岳巋岿巒峦巖岩帥帅師师帳帐帶带幀帧幟帜\
    幣币幫帮幹干幾几庫库廁厕廂厢廄厩廈厦廚厨廟庙廠厂廢废廣广廬庐廳厅張张強强彈弹彌弥彎弯彥彦後后徑径從从復复徹彻恆恒恥耻悅悦悶闷惡恶惱恼愛爱態态慘惨慚惭慣惯慫怂慮虑慶庆慾欲憂忧憊惫憐怜憑凭憚惮憤愤\
    憫悯憲宪憶忆懇恳應应懲惩懶懒懷怀懸悬懼惧懾慑戀恋戰战戲戏戶户扡扦挾挟掃扫掄抡掙挣掛挂採采揀拣揚扬換换揮挥損损搖摇搗捣搶抢摟搂摯挚摳抠撈捞撐撑撓挠撚捻撣掸撥拨撫抚撲扑撻挞撾挝撿捡擁拥擄掳擇择擊击\
    擋挡擔担擕携據据擠挤擯摈擰拧擱搁擲掷擴扩擺摆擻擞擾扰攆撵攏拢攔拦攙搀攜携攝摄攢攒攣挛攤摊攪搅攬揽敗败敵敌數数斂敛斃毙斬斩斷断於于昇升時时晉晋晝昼暈晕暢畅暫暂曆历曉晓曠旷曬晒書书會会朶朵東东柵栅\
    桿杆條条棄弃棗枣棟栋棧栈楊杨楓枫業业極极榮荣構构槍枪槳桨樁桩樂乐樓楼標标樞枢樣样樸朴樹树橋桥機机橢椭橫横檔档檢检檸柠檻槛櫃柜櫥橱櫻樱欄栏權权欽钦歎叹歐欧歛敛歡欢歲岁歷历歸归殘残殲歼殺杀殼壳毀毁\
    毆殴氈毡氣气氫氢氹凼決决沍冱沒没沖冲況况洶汹涖莅涼凉淚泪淨净淩凌淪沦淵渊淺浅渙涣減减渦涡測测渾浑湊凑湧涌湯汤準准溝沟溫温溼湿滄沧滅灭滌涤滬沪滯滞滲渗滾滚滿满漁渔漚沤漢汉漣涟漬渍漲涨漸渐漿浆潑泼\
    潔洁潛潜潤润潰溃澀涩澆浇澇涝澗涧澤泽澱淀濁浊濃浓濕湿濘泞濟济濤涛濫滥濰潍濱滨濺溅濾滤瀉泻瀏浏瀕濒瀘泸瀝沥瀾澜灑洒灘滩灣湾灤滦災灾為为烏乌烴烃無无煉炼煖暖煙烟煥焕煩烦熒荧熱热熾炽燈灯燒烧燙烫營营\
    燦灿燭烛燴烩燼烬爍烁爐炉爛烂爭争爺爷爾尔牀床牆墙牽牵犢犊犧牺狀状狹狭狽狈猙狰猶犹獃呆獄狱獅狮獎奖獨独獰狞獲获獵猎獸兽獺獭獻献現现琺珐瑠琉瑣琐瑤瑶瑩莹瑪玛環环瓊琼甕瓮產产畝亩畢毕畫画異异畵画當当\
    疇畴疊叠痙痉痳麻瘋疯瘍疡瘓痪瘡疮瘧疟療疗癟瘪癡痴癢痒癬癣癰痈癱瘫發发皁皂皺皱盃杯盜盗盞盏盡尽監监盤盘盧卢眞真眾众睜睁瞞瞒矚瞩矯矫矽硅硯砚碩硕確确碼码磚砖磯矶礎础礙碍礦矿礫砾礬矾祇只祕秘祿禄禍祸\
    禦御禮礼禱祷稅税種种稱称穀谷積积穎颖穢秽穨颓穩稳窩窝窮穷窯窑窺窥竄窜竅窍竈灶竊窃竝并競竞筆笔筍笋箋笺節节範范築筑篩筛簍篓簡简簽签簾帘籃篮籌筹籠笼籬篱籮箩籲吁粧妆粵粤糉粽糞粪糧粮糾纠紀纪約约紅红\
    紉纫紋纹納纳紐纽純纯紗纱紙纸級级紛纷紡纺紮扎細细紳绅紹绍終终絃弦組组絆绊結结絕绝絞绞絡络絢绚給给絨绒統统絲丝絳绦絹绢綁绑綏绥經经綜综綠绿綢绸綫线維维綱纲網网綴缀綸纶綻绽綽绰綿绵緊紧緒绪緘缄線线\
    緝缉緞缎締缔緣缘編编緩缓緬缅緯纬練练縛缚縣县縫缝縮缩縱纵縷缕總总績绩繃绷織织繕缮繞绕繡绣繩绳繪绘繭茧繳缴繹绎繼继續续纏缠纓缨纖纤纜缆缽钵罰罚罵骂罷罢羅罗羣群羨羡義义羶膻習习翹翘聖圣聞闻聯联聰聪\
    聲声聳耸聶聂職职聽听聾聋肅肃脅胁脈脉脣唇脫脱脹胀腎肾腦脑腫肿腳脚腸肠膚肤膠胶膩腻膽胆膿脓臉脸臍脐臘腊臟脏臨临臺台與与興兴舉举舊旧舖铺艙舱艦舰艱艰艷艳艸草茲兹荊荆莊庄莖茎莢荚華华菸烟萊莱萬万葉叶\
    葦苇葷荤蒼苍蓋盖蓮莲蔣蒋蔥葱蔭荫蔴麻蕓芸蕩荡蕪芜蕭萧薊蓟薑姜薔蔷薦荐薩萨藍蓝藝艺藥药蘆芦蘇苏蘊蕴蘋苹蘭兰蘿萝處处虛虚虜虏號号虧亏蛻蜕蝕蚀蝦虾蝸蜗螞蚂螢萤蟄蛰蟬蝉蟲虫蟻蚁蠅蝇蠍蝎蠟蜡蠱蛊蠶蚕蠻蛮\
    衆众術术衛卫裏里補补裝装裡里裵裴複复褲裤襃褒襖袄襪袜襯衬襲袭覈核見见規规覓觅視视親亲覺觉覽览觀观觸触訂订訃讣計计訊讯討讨訓训訖讫託托記记訛讹訝讶訟讼訣诀訪访設设許许訴诉診诊註注詐诈評评詛诅詞词\
    詠咏詢询詣诣試试詩诗詫诧詭诡話话該该詳详誅诛誇夸誌志認认誕诞誘诱語语誠诚誡诫誣诬誤误誦诵誨诲說说説说誰谁課课誹诽誼谊調调諄谆談谈請请諒谅論论諜谍諡谥諧谐諱讳諷讽諸诸諺谚諾诺謀谋謂谓謄誊謅诌謊谎\
    謎谜謙谦講讲謝谢謠谣謬谬謹谨謾谩譁哗證证譏讥識识譚谭譜谱譯译議议譴谴護护譽誉讀读變变讒谗讓让讕谰讚赞豈岂豎竖豐丰豬猪貍狸貓猫貝贝貞贞負负財财貢贡貧贫貨货販贩貪贪貫贯責责貯贮貳二貴贵貶贬買买貸贷\
    費费貼贴貿贸賀贺賂赂賃赁賄贿資资賈贾賊贼賒赊賓宾賜赐賞赏賠赔賢贤賣卖賤贱賦赋質质賬账賭赌賴赖賺赚購购賽赛贅赘贈赠贊赞贍赡贏赢贓赃贖赎贛赣趕赶趙赵趨趋跡迹踐践踰逾踴踊蹟迹蹤踪躊踌躍跃躥蹿軀躯車车\
    軋轧軌轨軍军軒轩軟软軸轴較较載载輔辅輕轻輛辆輝辉輥辊輩辈輪轮輯辑輸输輻辐輾辗輿舆轄辖轅辕轉转轍辙轎轿轟轰辦办辭辞辮辫辯辩農农迴回逕径這这連连週周進进遊游運运過过達达違违遙遥遜逊遞递遠远適适遲迟\
    遷迁選选遺遗遼辽邁迈還还邊边邏逻郵邮鄉乡鄒邹鄖郧鄧邓鄭郑鄰邻鄲郸酧酬醃腌醜丑醞酝醫医醬酱釀酿釁衅釋释釘钉針针釣钓釩钒釺钎鈉钠鈍钝鈔钞鈕钮鈞钧鈣钙鈴铃鈾铀鉀钾鉅巨鉗钳鉚铆鉛铅鉤钩鉸铰鉻铬銀银銅铜\
    銑铣銘铭銜衔銥铱銳锐銷销銻锑鋁铝鋅锌鋒锋鋤锄鋪铺鋸锯鋼钢錄录錐锥錘锤錠锭錢钱錦锦錨锚錫锡錯错錳锰錶表鍁锨鍋锅鍍镀鍘铡鍛锻鍬锹鍵键鍺锗鍼针鎂镁鎖锁鎢钨鎬镐鎮镇鎳镍鏇旋鏈链鏟铲鏡镜鏽锈鐐镣鐘钟鐮镰\
    鐳镭鐵铁鑄铸鑒鉴鑛矿鑰钥鑲镶鑷镊鑼锣鑽钻鑿凿長长門门閃闪閉闭開开閏闰閑闲閒闲間间閘闸閡阂閣阁閥阀閨闺閩闽閱阅閹阉閻阎闊阔闌阑闖闯關关闡阐陝陕陞升陣阵陰阴陳陈陸陆陽阳隊队階阶隕陨際际隨随險险隱隐\
    隴陇隸隶隻只雖虽雙双雛雏雜杂雞鸡離离難难雲云電电霧雾靈灵靜静鞏巩韋韦韌韧韓韩韮韭韻韵響响頁页頂顶頃顷項项順顺須须頌颂預预頑顽頒颁頓顿頗颇領领頤颐頭头頰颊頸颈頹颓頻频頼赖顆颗題题額额顏颜顔颜願愿\
    顛颠類类顧顾顫颤顯显顱颅顴颧風风飄飘飈飙飛飞飯饭飲饮飼饲飽饱飾饰餃饺餅饼養养餌饵餒馁餓饿餘余餞饯餡馅館馆餵喂餾馏饅馒饋馈饑饥饒饶饞馋馬马馭驭馮冯馱驮馳驰馴驯駁驳駐驻駒驹駕驾駛驶駝驼駡骂駭骇駱骆\
    駿骏騁骋騎骑騙骗騰腾騷骚騾骡驅驱驕骄驗验驚惊驛驿驟骤驢驴體体髮发鬆松鬍胡鬚须鬥斗鬧闹鬱郁魚鱼魯鲁鮎鲇鮮鲜鯉鲤鯰鲶鰓鳃鰲鳌鱉鳖鱗鳞鳥鸟鳳凤鳴鸣鴈雁鴉鸦鴕鸵鴛鸳鴦鸯鴨鸭鴻鸿鴿鸽鵑鹃鵝鹅鵬鹏鵰雕鵲鹊\
    鶯莺鶴鹤鷄鸡鷗鸥鷹鹰鹵卤鹹咸鹼碱鹽盐麗丽麥麦麪面麯曲麵面麼么黃黄點点黨党黴霉齊齐齋斋齒齿齡龄齣出齧啮齲龋龍龙龐庞龔龚龜龟";

/// One character in Simplified. 〇 is a numeral and stays what it is in names.
pub fn simplified(c: char) -> char {
    use std::sync::LazyLock;
    const FIRST: u32 = 0x4e00;
    const HAN: usize = 0x5200;
    // By place in the block: an article asks for every character.
    static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
        let mut table: Vec<char> = (0..HAN)
            .filter_map(|i| char::from_u32(FIRST + u32::try_from(i).ok()?))
            .map(super::number::simplified)
            .collect();
        let mut chars = TRADITIONAL.chars();
        while let (Some(a), Some(b)) = (chars.next(), chars.next()) {
            if let Some(entry) = table.get_mut((u32::from(a) - FIRST) as usize) {
                *entry = b;
            }
        }
        table
    });
    let place = u32::from(c).checked_sub(FIRST).and_then(|i| SIMPLIFIED.get(i as usize));
    place.copied().unwrap_or(c)
}

/// Whether [`fold`] would change nothing, as with most names.
pub fn is_folded(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_ascii_uppercase() && simplified(c) == c;
    text.chars().all(|c| stays(c) && plain(c))
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

/// `text` in the form NFKC.
pub fn nfkc(text: &str) -> Cow<'_, str> {
    if text.chars().all(stays) { Cow::Borrowed(text) } else { Cow::Owned(normalised(text)) }
}

/// Characters that NFKC leaves alone and that combine with nothing: ASCII, the common Han characters and
/// punctuation.
fn stays(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}' | '·' | '—' | '、' | '。' | '“' | '”' | '〇')
}

#[cfg(target_arch = "wasm32")]
fn normalised(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFKC").into()
}

#[cfg(not(target_arch = "wasm32"))]
fn normalised(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfkc(text).collect()
}

/// `text` in small letters, each on its own: a Greek Σ becomes σ at the end of a word too.
pub fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // What NFKC leaves alone has no case, except for ASCII.
        if stays(c) { out.push(c.to_ascii_lowercase()) } else { push_lower(&mut out, c) }
    }
    out
}

#[cfg(target_arch = "wasm32")]
fn push_lower(out: &mut String, c: char) {
    out.push_str(&String::from(js_sys::JsString::from(c).to_lower_case()));
}

#[cfg(not(target_arch = "wasm32"))]
fn push_lower(out: &mut String, c: char) {
    out.extend(c.to_lowercase());
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization as _;

    #[test]
    fn what_stays_really_stays() {
        for c in ('\0'..='\u{ffff}').filter(|c| stays(*c)) {
            assert_eq!(c.nfkc().collect::<String>(), c.to_string(), "{c:?}");
        }
    }

    #[test]
    fn what_is_folded_stays() {
        for c in '\0'..='\u{ffff}' {
            let text = c.to_string();
            assert!(!is_folded(&text) || fold(&text) == text, "{c:?}");
        }
        assert!(
            is_folded("清凉村2组")
                && !is_folded("A区")
                && !is_folded("清 凉")
                && !is_folded("萬")
                && !is_folded("１")
        );
    }

    #[test]
    fn every_letter_becomes_small() {
        for c in '\0'..='\u{2ffff}' {
            assert_eq!(lower(&c.to_string()), c.to_lowercase().collect::<String>(), "{c:?}");
        }
        assert_eq!(lower("QLC 清凉村 Ä ΟΔΟΣ Ⅷ"), "qlc 清凉村 ä οδοσ ⅷ");
    }

    #[test]
    fn both_widths_are_one() {
        assert_eq!(nfkc("１２３．４㎡（村）"), "123.4m2(村)");
        assert!(matches!(nfkc("清凉村 A1"), Cow::Borrowed(_)));
    }
}
