//! Tables of messages and what they become, and what holds for any text.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::knowledge::files::Files;
use crate::knowledge::problem::Problems;

static VARIANTS: LazyLock<Variants> = LazyLock::new(|| {
    let problems = Problems::default();
    let variants = Variants::load(&shipped(), &problems);
    let problems: Vec<_> = problems.into_sorted().iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    variants
});

fn shipped() -> Files {
    Files::of([(variants::FILE.to_owned(), include_str!("../../../knowledge/language/variants.toml").to_owned())])
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(raw, want)| (raw, want, clean(&VARIANTS, raw).text))
        .filter(|(_, want, got)| got != *want)
        .map(|(raw, want, got)| format!("{raw:?}\n  want {want:?}\n  got  {got:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hides_identity_cards() {
    check(&[
        ("11010519491231002X", "〔证件号〕"),
        ("11010519491231002x", "〔证件号〕"),
        ("身份证11010519491231002X怎么查", "身份证〔证件号〕怎么查"),
        ("１１０１０５１９４９１２３１００２Ｘ", "〔证件号〕"),
        ("110105 19491231 002X", "〔证件号〕"),
        ("110105-19491231-002X", "〔证件号〕"),
        ("110105.1949.1231.002 X", "〔证件号〕"),
        ("1101 0519 4912 3100 21", "〔证件号〕"),
        ("1\u{200b}1\u{200b}0105194912310021", "〔证件号〕"),
        ("110105😀194912310021", "〔证件号〕"),
        ("110105\n19491231\n0021", "〔证件号〕"),
        ("110105491231002", "〔证件号〕"),
        ("我的110105491231002是老证", "我的〔证件号〕是老证"),
        ("abc110105194912310021def", "abc〔证件号〕def"),
        ("1101051949123100213344", "〔证件号〕"),
        ("110105194912310021 13800138000", "〔证件号〕 〔手机号〕"),
        ("13800138000，110105194912310021", "〔手机号〕,〔证件号〕"),
        ("110105194912310021和330105199912310021", "〔证件号〕和〔证件号〕"),
        ("11010519491231002ｘ，谢谢", "〔证件号〕,谢谢"),
        ("11010519491231002×", "〔证件号〕"),
        ("110105——19491231——0021", "〔证件号〕"),
        ("110105 1990-01-01 1234", "〔证件号〕"),
        ("①①0105194912310021", "〔证件号〕"),
        ("11010519491231002 xian", "〔证件号〕 xian"),
        ("2024-06-01 110105194912310021", "2024-06-01 〔证件号〕"),
    ]);
}

#[test]
fn hides_what_is_separated_or_spelled_otherwise() {
    for between in [
        ",",
        "，",
        "、",
        "/",
        ":",
        "：",
        ";",
        "；",
        "|",
        "\\",
        "+",
        "*",
        "=",
        "~",
        "#",
        "@",
        "<",
        ">",
        "(",
        ")",
        "【",
        "】",
        "“",
        "”",
        "'",
        "\"",
        " / ",
        "), (",
        "<br>",
        "</td>\n<td>",
        "「",
        "」",
        "^",
        "%",
        "&",
        "$",
        "?",
        "!",
    ] {
        for parts in [["110105", "19491231", "002X"], ["110105", "19991231", "0021"], ["440106", "20050101", "1234"]] {
            let cleaned = clean(&VARIANTS, &parts.join(between));
            assert_eq!(cleaned.text, ID_CARD, "{between:?}");
        }
        let phone = clean(&VARIANTS, &["138", "0013", "8000"].join(between));
        assert_eq!(phone.text, PHONE, "{between:?}");
    }
    check(&[
        ("1,1,0,1,0,5,1,9,4,9,1,2,3,1,0,0,2,X", "〔证件号〕"),
        ("1、1、0、1、0、5、1、9、9、9、1、2、3、1、0、0、2、1", "〔证件号〕"),
        ("【110105】【19491231】【002X】", "【〔证件号〕】"),
        ("一一零一零五一九四九一二三一零零二X", "〔证件号〕"),
        ("我是一一〇一〇五 一九四九一二三一 零零二一 的", "我是〔证件号〕 的"),
        ("壹壹零壹零伍壹玖肆玖壹贰叁壹零零贰壹", "〔证件号〕"),
        ("壹壹零壹零伍壹玖肆玖壹貳參壹零零貳壹", "〔证件号〕"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢١", "〔证件号〕"),
        ("۱۱۰۱۰۵۱۹۴۹۱۲۳۱۰۰۲۱", "〔证件号〕"),
        ("११०१०५१९४९१२३१००२१", "〔证件号〕"),
        ("๑๑๐๑๐๕๑๙๔๙๑๒๓๑๐๐๒๑", "〔证件号〕"),
        ("11O1O5l949l23lOO2X", "〔证件号〕"),
        ("1100001950010><1000><0", "〔证件号〕"),
        ("11o1o5 1949 1231 oo21", "〔证件号〕"),
        ("1一0一05一九四九12310021", "〔证件号〕"),
        ("(138)0013 8000", "(〔手机号〕"),
        ("1,3,8,0,0,1,3,8,0,0,0", "〔手机号〕"),
        ("一三八零零一三八零零零", "〔手机号〕"),
        ("电话幺三八零零幺三八零零零一直用", "电话〔手机号〕直用"),
        ("138OO138OOO", "〔手机号〕"),
        ("١٣٨٠٠١٣٨٠٠٠", "〔手机号〕"),
        ("13800138000一直没变", "〔手机号〕一直没变"),
    ]);
}

#[test]
fn hides_mobile_numbers() {
    check(&[
        ("13800138000", "〔手机号〕"),
        ("+8613800138000", "〔手机号〕"),
        ("+86 138 0013 8000", "〔手机号〕"),
        ("86-138-0013-8000", "〔手机号〕"),
        ("0086 13800138000", "〔手机号〕"),
        ("手机138-0013-8000查一下", "手机〔手机号〕查一下"),
        ("１３８００１３８０００", "〔手机号〕"),
        ("138 0013 8000 13900139000", "〔手机号〕 〔手机号〕"),
        ("2024-06-01 13800138000", "2024-06-01 〔手机号〕"),
        ("12800138000", "12800138000"),
        ("电话020-87654321", "电话020-87654321"),
    ]);
}

#[test]
fn leaves_other_numbers() {
    check(&[
        ("2024-06-01", "2024-06-01"),
        ("2024-06-01 2024-06-15", "2024-06-01 2024-06-15"),
        ("T20260820-0007", "t20260820-0007"),
        ("20260915-117", "20260915-117"),
        ("T20260820-0007 2024-06-01 发起成功", "t20260820-0007 2024-06-01 发起成功"),
        ("T20260820-0007 06-01", "t20260820-0007 06-01"),
        ("20260915-117 20260915-118", "20260915-117 20260915-118"),
        ("TJ-88213", "tj-88213"),
        ("A-2026-0731", "a-2026-0731"),
        ("3f9a2c", "3f9a2c"),
        ("组织ID 15606145", "组织id 15606145"),
        ("编号202012345678", "编号202012345678"),
        ("6.1提交 6/3通过", "6.1提交 6/3通过"),
        ("12355", "12355"),
        ("6/1, 6/2, 6/3, 6/15, 6/16, 6/20, 6/21", "6/1, 6/2, 6/3, 6/15, 6/16, 6/20, 6/21"),
        ("2024/06/01、2024/06/15", "2024/06/01、2024/06/15"),
        ("2024-06-01~2024-06-15", "2024-06-01~2024-06-15"),
        ("2024.06.01-2024.06.15", "2024.06.01-2024.06.15"),
        ("2024-06-01, 2024-06-15, 12", "2024-06-01, 2024-06-15, 12"),
        ("2024-06-01 09:30:00,2024-06-02 10:00", "2024-06-01 09:30:00,2024-06-02 10:00"),
        ("2020、2021、2022、2023级", "2020、2021、2022、2023级"),
        ("组织id 15606145、15606146", "组织id 15606145、15606146"),
        ("T20260820-0007,20260915-117", "t20260820-0007,20260915-117"),
        ("D1W2-K3P4-Z5Q", "d1w2-k3p4-z5q"),
        ("一、二、三、四、五、六、七、八、九、十", "一、二、三、四、五、六、七、八、九、十"),
        ("二〇二四年六月一日提交,六月三日通过", "二〇二四年六月一日提交,六月三日通过"),
        ("office 365 oil 12", "office 365 oil 12"),
    ]);
}

#[test]
fn folds_and_simplifies() {
    check(&[
        ("", ""),
        ("  \t ", ""),
        ("進度查詢 T20260820-0007", "进度查询 t20260820-0007"),
        ("我 的 組 織 在 哪 裡", "我的组织在哪里"),
        ("重慶轉北京大興，新公司有團支部", "重庆转北京大兴,新公司有团支部"),
        ("团员\u{200b}证", "团员证"),
        ("转团😀关系", "转团关系"),
        ("广东➡️北京", "广东→北京"),
        ("gd→fj", "gd→fj"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("SUSTech in Shenzhen", "sustech in shenzhen"),
        ("怎么转？急！", "怎么转?急!"),
        ("a\u{0}b\u{7}c", "a b c"),
        ("第一行\r\n第二行", "第一行,第二行"),
        ("没电脑 光手机能弄吗  支书能不能替我点", "没电脑,光手机能弄吗,支书能不能替我点"),
        ("转 团 关 系 怎么弄", "转团关系怎么弄"),
        ("广州大学 毕业 去北京 工作", "广州大学毕业去北京工作"),
    ]);
}

#[test]
fn writes_variants_one_way() {
    check(&[
        (
            "我們公司有個員工由廣州轉去泉州分公司，團組織關係點樣轉",
            "我们公司有个员工由广州转去泉州分公司,团组织关系怎么转",
        ),
        ("我係團員，團組織關係喺邊度", "我是团员,团组织关系在哪里"),
        ("我而家喺深圳返工", "我现在在深圳上班"),
        ("嗰個係唔係要轉", "那个是不是要转"),
        ("冇報到點算好", "没有报到怎么办"),
        ("佢幾時批", "他什么时候批"),
        ("审核搞掂咗", "审核办好了"),
        ("返回上一步", "返回上一步"),
        ("智慧团健 山东转到珠海怎么转", "智慧团建,山东转到珠海怎么转"),
        ("组织关系转介流程发我一下", "组织关系转接流程发我一下"),
        ("要去哪里报道", "要去哪里报到"),
        ("看到新闻报道了", "看到新闻报道了"),
        ("团组织观系转结", "团组织关系转接"),
        ("园员怎么转", "团员怎么转"),
        ("公园员工怎么转", "公园员工怎么转"),
        ("转介绍信", "转介绍信"),
        ("广东这边还需要点转出吗", "广东这边还需要点转出吗"),
        ("登陆不上", "登录不上"),
        ("帐号忘了", "账号忘了"),
        // Words in which a variant would only seem to stand.
        ("仲恺农业工程学院转宜昌", "仲恺农业工程学院转宜昌"),
        ("大专到本科,专接本", "大专到本科,专接本"),
        ("返家乡活动,返学校", "返家乡活动,返学校"),
        ("点击跳转界面,下一步截图", "点击跳转界面,下一步截图"),
        ("而家长不知道,我这边个人账号", "而家长不知道,我这边个人账号"),
        ("重点解决,重点做", "重点解决,重点做"),
        ("单位涉密吗", "单位涉密吗"),
        ("交通国企", "交通国企"),
        ("转结果什么时候出", "转结果什么时候出"),
        ("把问题交给支部,转发其他人", "把问题交给支部,转发其他人"),
    ]);
}

#[test]
fn tells_whether_a_card_number_fits() {
    let plausible = |raw: &str| clean(&VARIANTS, raw).id_card.map(|c| c.plausible);
    assert_eq!(plausible("11010519491231002X"), Some(true));
    assert_eq!(plausible("110105 19491231 002 x"), Some(true));
    assert_eq!(plausible("110105194912310021"), Some(false));
    assert_eq!(plausible("110105491231002"), Some(true));
    assert_eq!(plausible("110105491331002"), Some(false));
    assert_eq!(plausible("13800138000"), None);
}

#[test]
fn a_phone_shows_its_ends_only() {
    let phone = clean(&VARIANTS, "我的手机+86 138-0013-8000").phone.expect("a phone");
    assert_eq!(phone.masked(), "138****8000");
    assert_eq!(format!("{phone:?}"), "Phone(138****8000)");
    assert_eq!(phone.reveal(), "13800138000");
    assert_eq!(Phone::parse("138 0013 8000").as_ref(), Some(&phone));
    assert_eq!(Phone::parse("我的13800138000"), None);
    assert_eq!(Phone::parse("1380013800"), None);
    // A number of North America.
    for foreign in ["+14155550101", "+1-587-555-0199", "+ 1 415 555 0100", "＋14155550101"] {
        assert_eq!(Phone::parse(foreign), None, "{foreign}");
        let told = clean(&VARIANTS, &format!("我的手机{foreign}"));
        assert!(told.phone.is_none() && !told.text.contains("555"), "{foreign}: {told:?}");
    }
}

#[test]
fn keeps_two_thousand_characters() {
    let long = clean(&VARIANTS, &"转团".repeat(1_500));
    assert!(long.truncated);
    assert_eq!(long.text.chars().count(), LIMIT);
    let hidden = clean(&VARIANTS, &format!("{}110105194912310021", "转".repeat(1_998)));
    assert!(hidden.truncated && !hidden.text.contains("11010"));
}

#[test]
fn reports_authors_mistakes() {
    let text = "keep = [\"返回\"]\n[[variant]]\nwrite = \"回\"\nfor = [\"返\", \"返\"]\n[[variant]]\nwrit = \"的\"\nfor = [\"回的\"]\n";
    let problems = Problems::default();
    Variants::load(&Files::of([(variants::FILE.to_owned(), text.to_owned())]), &problems);
    let shown: Vec<String> = problems.into_sorted().iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "language/variants.toml:4:13: `返` is listed already in line 4",
            "language/variants.toml:5:1: missing key `write`",
            "language/variants.toml:6:1: unknown key `writ`, did you mean `write`?",
        ]
    );
}

/// Seen with `--nocapture`; fails only when something is badly slow.
#[test]
fn is_fast() {
    let start = Instant::now();
    LazyLock::force(&OPENCC);
    let built = start.elapsed();
    LazyLock::force(&VARIANTS);
    let start = Instant::now();
    for _ in 0..1_000 {
        clean(&VARIANTS, "我們公司有個員工由廣州轉去泉州分公司，團組織關係點樣轉");
    }
    eprintln!("tables {built:?}, a message {:?}", start.elapsed() / 1_000);
    assert!(start.elapsed().as_millis() < 2_000);
}

fn separators() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec![" ", "-", ".", "·", "\u{200b}", "　", "—", "\t", "－", "．"]), 0..3)
        .prop_map(|s| s.concat())
}

proptest! {
    #[test]
    fn no_card_number_survives_any_separators(
        digits in "[1-8][1-6][0-9]{4}(19[5-9][0-9]|20[0-2][0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}",
        last in "[0-9xXｘＸ]",
        between in prop::collection::vec(separators(), 17),
        wide: bool,
    ) {
        let mut raw = String::from("我的证");
        for (c, separator) in digits.chars().zip(between) {
            let full = char::from_u32(c as u32 + 0xfee0).unwrap();
            raw.push(if wide { full } else { c });
            raw.push_str(&separator);
        }
        raw.push_str(&last);
        raw.push_str("怎么办");
        let cleaned = clean(&VARIANTS, &raw);
        prop_assert!(cleaned.text.chars().filter(char::is_ascii_digit).count() < 8, "{raw:?} → {:?}", cleaned.text);
    }

    #[test]
    fn no_card_number_survives_punctuation_or_script(
        digits in "[1-8][1-6][0-9]{4}(19[5-9][0-9]|20[0-2][0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}",
        last in "[0-9xX]",
        between in "[,，、/:;|\\\\+*=~#@<>()【】\"'“”!?%&^$ ]{1,3}",
        split in prop::collection::vec(any::<bool>(), 17),
        script in prop::sample::select(vec!['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{e50}', '\u{ff10}', '\u{1d7ce}']),
        han: bool,
    ) {
        let mut raw = String::from("我的证");
        for (i, c) in digits.chars().enumerate() {
            let value = c.to_digit(10).unwrap();
            let other = char::from_u32(script as u32 + value).unwrap();
            raw.push(if han { "零一二三四五六七八九".chars().nth(value as usize).unwrap() } else { other });
            if split[i] {
                raw.push_str(&between);
            }
        }
        raw.push_str(&last);
        raw.push_str("怎么办");
        let cleaned = clean(&VARIANTS, &raw);
        let left = |c: &char| c.is_ascii_digit() || "零一二三四五六七八九".contains(*c);
        prop_assert!(cleaned.text.chars().filter(left).count() < 8, "{raw:?} → {:?}", cleaned.text);
    }

    #[test]
    fn no_long_number_survives(digits in "[0-9]{15,30}", x in "[xX]?", before in "[a-z转团 ]{0,3}", after in "[a-z转团 ]{0,3}") {
        let cleaned = clean(&VARIANTS, &format!("{before}{digits}{x}{after}"));
        prop_assert!(!cleaned.text.chars().any(|c| c.is_ascii_digit()), "{:?}", cleaned.text);
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(raw: String) {
        let once = clean(&VARIANTS, &raw);
        prop_assert_eq!(&clean(&VARIANTS, &once.text).text, &once.text);
    }

    #[test]
    fn cleaning_twice_is_cleaning_once_for_likely_text(raw in "[係关系關返喺唔边度點样咗转介園員报道智慧团健0-9xX .\\-，。➡️a-zA-Z①Ｗ\u{30a}]{0,60}") {
        let once = clean(&VARIANTS, &raw);
        let twice = clean(&VARIANTS, &once.text);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert!(twice.id_card.is_none() && twice.phone.is_none());
    }
}
