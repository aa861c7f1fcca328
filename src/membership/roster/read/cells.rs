//! What stands in one cell, and what it means in its column.

use std::borrow::Cow;

use super::{CELL, private};
use crate::knowledge::terms::{System, Term};
use crate::language::clean::Phone;

/// From here on a spreadsheet does not keep all digits of a number.
const EXACT: f64 = 1e15;

/// A cell as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    /// Text, in a workbook or in a table of text.
    Text(Cow<'a, str>),
    /// A number of a workbook.
    Number(f64),
    /// An error such as #N/A, or what is none of a sheet's kinds.
    Broken,
}

impl Cell<'_> {
    /// What it says, without what only makes up the look: blanks at the ends, invisible characters, the apostrophe or
    /// the `="…"` by which digits are kept from being read as a number.
    pub(super) fn tidy(&self) -> Result<String, &'static str> {
        let text = match self {
            Self::Text(text) => text,
            Self::Number(number) if number.abs() >= EXACT => return Err("a number of more digits than a sheet keeps"),
            Self::Number(number) => return Ok(number.to_string()),
            Self::Broken => return Err("an error of the sheet"),
        };
        let visible: Cow<'_, str> = match text.contains(is_invisible) {
            true => text.chars().filter(|c| !is_invisible(*c)).collect::<String>().into(),
            false => Cow::Borrowed(&**text),
        };
        let text = visible.trim();
        let text = text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')).unwrap_or(text);
        Ok(text.strip_prefix(['\'', '‘', '’', '`']).unwrap_or(text).trim().to_owned())
    }

    /// Whether nothing can be seen in it.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.chars().all(|c| c.is_whitespace() || is_invisible(c)))
    }

    /// Whether an identity card number is in it.
    pub(super) fn holds_id_card(&self) -> bool {
        match self {
            Self::Text(text) => private::holds_id_card(text),
            Self::Number(number) => {
                *number >= EXACT / 10.0 && *number < 1e18 && private::holds_id_card(&format!("{number:.0}"))
            }
            Self::Broken => false,
        }
    }
}

/// Marks of direction and joining that programs put around numbers and names.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A phone number.
pub(super) fn phone(text: &str) -> Result<Phone, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    if is_scientific(text) {
        return Err("is in scientific notation, which loses digits; make the column text and export again");
    }
    // Some programs write whole numbers with a fraction.
    let text = text.strip_suffix(".0").unwrap_or(text);
    Phone::parse(text).ok_or("is not one mobile number of eleven digits")
}

fn is_scientific(text: &str) -> bool {
    let exponent = |e: &str| {
        let digits = e.strip_prefix('+').unwrap_or(e);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let mantissa = |m: &str| !m.is_empty() && m.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.split_once(['e', 'E']).is_some_and(|(m, e)| mantissa(m) && exponent(e))
}

/// Text of a column in which no phone number belongs.
pub(super) fn words(text: String) -> Result<String, &'static str> {
    let text = plain(text)?;
    if private::holds_mobile(&text) { Err("holds a mobile number; are the columns shifted?") } else { Ok(text) }
}

/// Text that can be kept and shown.
pub(super) fn plain(text: String) -> Result<String, &'static str> {
    if text.chars().nth(CELL).is_some() {
        return Err("is longer than 200 characters; is a quotation mark not closed?");
    }
    if text.chars().any(char::is_control) {
        return Err("holds a control character or a line break");
    }
    Ok(text)
}

/// A name; the blanks that stretch short Chinese names to the width of longer ones are none of it.
pub(super) fn name(text: String) -> Result<String, &'static str> {
    let mut text = words(text)?;
    if text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')) {
        text.retain(|c| !c.is_whitespace());
    }
    Ok(text)
}

/// A system, by its code or by what people call it.
pub(super) fn system(text: &str) -> Result<System, &'static str> {
    let is_look = |c: char| c.is_whitespace() || matches!(c, '“' | '”' | '"' | '「' | '」' | '《' | '》');
    let bare: String = text.chars().filter(|c| !is_look(*c)).flat_map(char::to_lowercase).collect();
    let bare = bare.strip_suffix("系统").unwrap_or(&bare);
    Ok(match bare {
        "" => return Err("is empty"),
        "全国" | "中央" | "团中央" | "智慧团建" | "全国智慧团建" | "团中央智慧团建" => {
            System::Central
        }
        "广东" | "广东省" | "广东智慧团建" | "广东省智慧团建" => System::Guangdong,
        "福建" | "福建省" | "福建智慧团建" | "福建省智慧团建" => System::Fujian,
        "北京" | "北京市" | "北京智慧团建" | "北京市智慧团建" | "北京共青团" | "北京共青团线上" => {
            System::Beijing
        }
        code => System::parse(code)
            .ok_or("is not one of central (全国), guangdong (广东), fujian (福建), beijing (北京)")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::knowledge::files::Files;
    use crate::knowledge::problem::Problems;

    #[test]
    fn phones_are_read_as_offices_write_them() {
        for text in [
            "13800138000",
            " 138 0013 8000\t",
            "138-0013-8000",
            "+86 13800138000",
            "8613800138000",
            "0086-138-0013-8000",
            "１３８００１３８０００",
            "'13800138000",
            "=\"13800138000\"",
            "\u{202d}13800138000\u{202c}",
            "13800138000.0",
        ] {
            let read = Cell::Text(text.into()).tidy().map(|text| phone(&text));
            assert_eq!(read.expect("text").map(|p| p.reveal().to_owned()), Ok("13800138000".into()), "{text}");
        }
        assert!(Cell::Number(1.3800138E10).tidy().is_ok_and(|text| text == "13800138000"));
        for text in
            ["", "1380013800", "138001380000", "12800138000", "020-12345678", "13800138000/13900139000", "1.38E+10"]
        {
            assert!(phone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn systems_are_known_by_code_and_by_name() {
        let built_in = Files::of_folder(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge").as_ref()).expect("files");
        let known = Knowledge::load(&built_in, &Problems::default());
        for route in &known.routes {
            for name in [&route.name, &route.short] {
                assert_eq!(system(name), Ok(route.system), "{name}");
            }
        }
        for (text, expected) in [
            ("central", System::Central),
            ("Guangdong", System::Guangdong),
            ("全国", System::Central),
            ("智慧团建", System::Central),
            (" 广 东 ", System::Guangdong),
            ("福建智慧团建系统", System::Fujian),
            ("北京", System::Beijing),
        ] {
            assert_eq!(system(text), Ok(expected), "{text}");
        }
        assert!(system("").is_err() && system("上海").is_err());
    }
}
