//! Long texts in parts, cut where a reader would pause.

use std::ops::Range;

/// The most that one message holds, in UTF-16 units: whoever counts otherwise counts less.
pub(super) const MOST: usize = 4096;

/// The parts of a text, none longer than `most` UTF-16 units and none blank: cut between paragraphs, else before a
/// numbered step, else between lines, else between sentences, else between characters. Nothing but white space at the
/// cuts is left out.
pub(super) fn parts(text: &str, most: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    loop {
        start = skip_blank(text, start);
        let rest = &text[start..];
        if rest.is_empty() {
            return parts;
        }
        let end = match fits(rest, most) {
            all if all == rest.len() => start + rest.trim_end().len(),
            room => start + cut(rest, room),
        };
        parts.push(start..end);
        start = end;
    }
}

/// The length of a text, in UTF-16 units.
pub(super) fn units(text: &str) -> usize {
    // Counted in bytes, which is many times as fast: one for the first byte of each character, one more for those of four.
    let units = |byte: &u8| usize::from(*byte as i8 >= -0x40) + usize::from(*byte >= 0xf0);
    text.as_bytes().iter().map(units).sum()
}

/// Any white space: of what is left, something visible comes first, so that every part has some of it.
fn skip_blank(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start().len()
}

/// How many bytes of a text fit.
fn fits(text: &str, most: usize) -> usize {
    // No unit takes less than a byte.
    if text.len() <= most || units(text) <= most {
        return text.len();
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > most {
            return at;
        }
    }
    text.len()
}

/// Where to end a part that has so many bytes of room. A cut in its first half would waste too much.
fn cut(text: &str, room: usize) -> usize {
    let head = &text[..room];
    let half = head.char_indices().nth(head.chars().count() / 2).map_or(0, |(at, _)| at);
    let paragraph = || head.rfind("\n\n");
    let step = || head.match_indices('\n').map(|(at, _)| at).rfind(|at| numbered(&text[at + 1..]));
    let line = || head.rfind('\n');
    let sentence = || head.rfind(['。', '；', '！', '？']).map(|at| at + '。'.len_utf8());
    let cuts: [&dyn Fn() -> Option<usize>; 4] = [&paragraph, &step, &line, &sentence];
    cuts.iter().find_map(|cut| cut().filter(|at| *at > half)).unwrap_or(room)
}

/// Does a numbered step begin here?
fn numbered(line: &str) -> bool {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    digits > 0 && line[digits..].starts_with(". ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut_up(text: &str, most: usize) -> Vec<&str> {
        parts(text, most).into_iter().map(|part| &text[part]).collect()
    }

    #[test]
    fn the_border_is_exact() {
        let full = "团".repeat(MOST);
        assert_eq!(cut_up(&full, MOST), [full.as_str()]);
        let more = "团".repeat(MOST + 1);
        let pieces = cut_up(&more, MOST);
        assert_eq!(pieces, ["团".repeat(MOST).as_str(), "团"]);
        // An emoji is two units and is not cut in half.
        let faces = "😀".repeat(MOST / 2 + 1);
        assert_eq!(cut_up(&faces, MOST), ["😀".repeat(MOST / 2).as_str(), "😀"]);
    }

    #[test]
    fn steps_stay_whole() {
        let text = "开头\n\n1. 第一步，做这个\n   · 注意\n2. 第二步，做那个\n   · 注意\n3. 第三步";
        assert_eq!(
            cut_up(text, 26),
            ["开头\n\n1. 第一步，做这个\n   · 注意", "2. 第二步，做那个\n   · 注意\n3. 第三步"]
        );
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert!(cut_up("", 10).is_empty());
        assert!(cut_up(" \n\n ", 10).is_empty());
        assert!(cut_up("\t\u{3000}", 10).is_empty());
        assert_eq!(cut_up("好。\u{3000}\r\n", 2), ["好。"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(text in "[a团😀。 \\n\t\u{3000}1.]{0,300}", most in 2usize..40) {
            let pieces = cut_up(&text, most);
            let units = |s: &str| s.encode_utf16().count();
            prop_assert!(pieces.iter().all(|p| units(p) <= most && !p.trim().is_empty()));
            let visible = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(visible(&pieces.concat()), visible(&text));
        }
    }
}
