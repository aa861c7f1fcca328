//! The pipeline from what a member wrote to what was understood.

use zhuanjie::language::clean::{ID_CARD, LIMIT, PHONE};
use zhuanjie::language::ends::Mention;

use super::numbers::{assert_hidden, private};
use super::{ENGINE, now};

/// The length of an ID of a transfer, in characters.
const ID: usize = 12;

/// Any text is understood: private numbers are hidden, what is found stands in it, and cleaning is done once for all.
pub fn text(raw: &str) {
    let numbers = private(raw);
    let said = ENGINE.understand(raw, now().date_naive());
    let clean = &said.clean.text;
    assert!(clean.chars().count() <= LIMIT, "a clean text is bounded");
    assert!(!clean.contains(char::is_control), "a clean text has no control characters");
    assert_hidden(&numbers, clean, "the clean text");
    assert_hidden(&numbers, &said.text, "the text with pinyin read");
    assert!(private(clean).is_empty(), "a clean text holds no private number");
    for (told, mark) in [(said.clean.phone.is_some(), PHONE), (said.clean.id_card.is_some(), ID_CARD)] {
        assert!(!told || said.clean.truncated || clean.contains(mark), "what is told is hidden");
    }

    let again = ENGINE.question(clean).clean;
    assert_eq!(&again.text, clean, "to clean again changes nothing");

    let text = said.text.as_str();
    let room = text.len() + 1;
    assert!(room <= 4 * LIMIT + 1, "reading pinyin makes no text longer than it may be");
    let ends = &said.ends;
    let lists = [&ends.unplaced, &ends.negated, &ends.aside, &ends.topics];
    let mentions = ends.origin.iter().chain(&ends.destination).chain(lists.into_iter().flatten());
    let mentions: Vec<&Mention> = mentions.collect();
    for mention in &mentions {
        assert!(text.get(mention.span.clone()).is_some(), "a place stands between characters: {:?}", mention.span);
    }
    for found in [mentions.len(), said.days.len(), said.sayings.len(), said.specific.len(), said.ids.len() * ID] {
        assert!(found <= room, "no more is found than there is text: {found}");
    }
    let mut targets = said.hits.iter().map(|hit| format!("{:?}", hit.target)).collect::<Vec<_>>();
    assert!(said.hits.iter().all(|hit| hit.score.is_finite() && (0.0..=1.001).contains(&hit.coverage)));
    targets.sort();
    targets.dedup();
    assert_eq!(targets.len(), said.hits.len(), "each answer is a candidate once");
}

/// A private number between two characters that belong to no number is hidden, however it is written.
pub fn planted(raw: &str, seed: u64) {
    // Written by itself: nothing around it can be taken for a part of it.
    const AROUND: char = '鼎';
    let (number, mark) = number(seed);
    let written = write(&number, seed >> 48);
    let before: String = raw.chars().take(LIMIT / 2).collect();
    for text in [format!("{AROUND}{written}{AROUND}{raw}"), format!("{before}{AROUND}{written}{AROUND}")] {
        let clean = ENGINE.question(&text).clean;
        let hidden = format!("{AROUND}{mark}{AROUND}");
        // What stood before may grow beyond what is kept.
        assert!(clean.truncated || clean.text.contains(&hidden), "a number written as `{}` is seen", shape(&written));
        assert!(if mark == PHONE { clean.phone.is_some() } else { clean.id_card.is_some() });
    }
}

/// A mobile number, or an identity card number whose birthday and check digit fit, and what stands in its place.
fn number(seed: u64) -> (String, &'static str) {
    let digit = |n: u64| char::from_digit(u32::try_from(n % 10).expect("a digit"), 10).expect("a digit");
    if seed & 1 == 0 {
        let rest: String = (0..9).map(|place| digit((seed >> 4) / 10u64.pow(place))).collect();
        return (format!("1{}{rest}", 3 + (seed >> 1) % 7), PHONE);
    }
    let (year, month, day) = (1950 + (seed >> 8) % 70, 1 + (seed >> 16) % 12, 1 + (seed >> 24) % 28);
    let body = format!("110105{year}{month:02}{day:02}{:03}", (seed >> 32) % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(weights).map(|(c, weight)| weight * c.to_digit(10).expect("a digit")).sum();
    let last = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize];
    (format!("{body}{last}"), ID_CARD)
}

/// A number as people write it.
fn write(number: &str, style: u64) -> String {
    let groups: &[usize] = if number.len() == 11 { &[3, 4, 4] } else { &[6, 8, 4] };
    let joined = |separator: &str| {
        let mut rest = number;
        let mut parts = Vec::new();
        for group in groups {
            let (part, after) = rest.split_at(*group);
            parts.push(part);
            rest = after;
        }
        parts.join(separator)
    };
    let spelled = |digits: [char; 10]| {
        number.chars().map(|c| c.to_digit(10).map_or(c, |digit| digits[digit as usize])).collect::<String>()
    };
    match style % 12 {
        0 => number.to_owned(),
        1 => number.chars().map(|c| char::from_u32(c as u32 + 0xfee0).expect("full width")).collect(),
        2 => joined(" "),
        3 => joined("-"),
        4 => joined("."),
        5 => joined("  "),
        6 => number.chars().map(String::from).collect::<Vec<_>>().join(" "),
        7 => number.chars().map(String::from).collect::<Vec<_>>().join("\u{200b}"),
        8 => spelled(['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九']),
        9 => spelled(['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖']),
        10 => spelled(['٠', '١', '٢', '٣', '٤', '٥', '٦', '٧', '٨', '٩']),
        _ => number.replace('0', "O"),
    }
}

/// How a number is written, without the number.
fn shape(written: &str) -> String {
    written.chars().map(|c| if c.is_alphanumeric() { 'N' } else { c }).collect()
}
