//! Where a message that asks several things is cut: pieces that end like a sentence, and clauses within them.
//!
//! What asks nothing belongs to the question after it, or to the one before where none follows. Nothing is left out: the
//! parts put together are the text but for punctuation and the numbers of a list.

/// What a sentence ends with.
const ENDS: [char; 6] = ['?', '!', ';', '。', '\n', '…'];
/// What a clause ends with.
const BREAKS: [char; 4] = [',', '，', '、', ' '];
/// What begins another question.
const JOINS: [&str; 16] = [
    "另外",
    "还有就是",
    "还有",
    "顺便问",
    "顺便",
    "顺带",
    "顺道",
    "再问",
    "还想问",
    "最后问",
    "对了",
    "以及",
    "然后问",
    "其次",
    "再有",
    "再就是",
];
/// What makes one question of two clauses.
const HELD_TOGETHER: [&str; 6] = ["还是", "或者", "或是", "要么", "是不是", "算不算"];
/// What counts questions in words; the second of a series says that the first did.
const SERIES: [[&str; 4]; 4] = [
    ["第一", "第二", "第三", "第四"],
    ["一是", "二是", "三是", "四是"],
    ["一、", "二、", "三、", "四、"],
    ["其一", "其二", "其三", "其四"],
];
/// What after 第一 makes it count something else than questions.
const COUNTED: &str = "步次个条项天年级届学期志批层轮";
/// A text with more sentences and clauses is one part.
const MOST: usize = 40;
/// Shorter clauses are part of their neighbour.
const LEAST: usize = 2;

/// A part of a message that asks something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it says.
    pub text: String,
    /// Does a sentence end before it and after it? Else a comma or a blank is all there is.
    pub whole: bool,
}

/// The parts of a clean text, each with one question as told by `asks`; one where it asks no more than one thing.
pub fn parts(text: &str, asks: impl Fn(&str) -> bool) -> Vec<Part> {
    // Who writes so much has no answer for each clause; a wall of commas must not cost more than its length.
    if text.chars().filter(|c| ENDS.contains(c) || BREAKS.contains(c)).count() > MOST {
        return vec![Part { text: text.to_owned(), whole: true }];
    }
    let sentences = sentences(text);
    if let [sentence] = &sentences[..]
        && !sentence.contains(BREAKS)
    {
        return vec![Part { text: sentence.clone(), whole: true }];
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut before = String::new();
    for sentence in sentences {
        let mut first = true;
        for clause in clauses(&sentence) {
            join(&mut before, &clause);
            let alternative = HELD_TOGETHER.iter().any(|word| clause.starts_with(word));
            match parts.last_mut() {
                Some(last) if alternative && !first => join(&mut last.text, &std::mem::take(&mut before)),
                _ if asks(&clause) => {
                    if !first && let Some(last) = parts.last_mut() {
                        last.whole = false;
                    }
                    parts.push(Part { text: std::mem::take(&mut before), whole: first || parts.is_empty() });
                    first = false;
                }
                _ => {}
            }
        }
        // What a sentence says after its question is about that question.
        if !first && let Some(last) = parts.last_mut() {
            join(&mut last.text, &std::mem::take(&mut before));
        }
    }
    match parts.last_mut() {
        Some(last) => join(&mut last.text, &before),
        None => parts.push(Part { text: before, whole: true }),
    }
    parts
}

fn join(to: &mut String, more: &str) {
    if !to.is_empty() && !more.is_empty() {
        to.push(',');
    }
    to.push_str(more);
}

/// Cut where a sentence ends, where another question is announced and before the numbers of a list.
fn sentences(text: &str) -> Vec<String> {
    let series = SERIES.iter().find(|series| series[..2].iter().all(|word| text.contains(word)));
    let number = |rest: &str, all: &[String]| number(rest, all).or_else(|| ordinal(rest, series?));
    let mut all = vec![String::new()];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let open = all.last().is_some_and(|s| !s.is_empty());
        if open && JOINS.iter().any(|join| rest.starts_with(join)) || number(rest, &all).is_some() {
            all.push(String::new());
        }
        let skipped = number(rest, &all).unwrap_or(0);
        if skipped > 0 {
            rest = &rest[skipped..];
            continue;
        }
        if let Some(last) = all.last_mut() {
            last.push(c);
        }
        if ENDS.contains(&c) {
            all.push(String::new());
        }
        rest = &rest[c.len_utf8()..];
    }
    let asked = |s: &String| s.chars().any(char::is_alphanumeric);
    all.into_iter().filter(asked).collect()
}

/// The length of a list's number at the start of a text: `1.`, `2、`, `(3)`, in bytes.
fn number(text: &str, before: &[String]) -> Option<usize> {
    // A list's number follows what ends a question, or a Chinese letter; 2.5 and 15.1 are none.
    let begins = before.last().is_none_or(|s| s.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric()));
    let inner = text.strip_prefix(['(', '(']).unwrap_or(text);
    let digits = inner.chars().take_while(char::is_ascii_digit).count();
    let after = inner.get(digits..)?.chars().next()?;
    let next = inner.get(digits + after.len_utf8()..)?.chars().next()?;
    let is_number =
        begins && (1..=2).contains(&digits) && ['.', '、', ')', '．'].contains(&after) && !next.is_ascii_digit();
    is_number.then(|| text.len() - inner.len() + digits + after.len_utf8())
}

/// The length of a number in words at the start of a text, in bytes.
fn ordinal(text: &str, series: &[&str]) -> Option<usize> {
    let word = series.iter().find(|word| text.starts_with(**word))?;
    let next = text[word.len()..].chars().next()?;
    (!COUNTED.contains(next)).then_some(word.len())
}

fn clauses(sentence: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for clause in sentence.split(BREAKS).map(str::trim).filter(|c| !c.is_empty()) {
        match all.last_mut() {
            Some(last) if clause.chars().count() < LEAST => last.push_str(clause),
            _ => all.push(clause.to_owned()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let asks = |clause: &str| ["几", "多大", "谁", "吗", "怎么", "什么"].iter().any(|word| clause.contains(word));
        parts(text, asks).into_iter().map(|part| part.text).collect()
    }

    #[test]
    fn one_question_with_its_story_stays_whole() {
        assert_eq!(cut("我在广州上学,要去北京,团关系怎么转?谢谢"), ["我在广州上学,要去北京,团关系怎么转?,谢谢"]);
        assert_eq!(cut("选广东还是选铁道"), ["选广东还是选铁道"]);
    }

    #[test]
    fn several_questions_are_parts_in_order() {
        assert_eq!(cut("附件多大?谁审核?"), ["附件多大?", "谁审核?"]);
        assert_eq!(cut("附件多大 照片几张 谁审核"), ["附件多大", "照片几张", "谁审核"]);
        assert_eq!(cut("1.附件多大2、谁审核"), ["附件多大", "谁审核"]);
        assert_eq!(cut("第一附件多大,第二谁审核"), ["附件多大", "谁审核"]);
        assert_eq!(cut("第一步谁审核,第二步呢"), ["第一步谁审核,第二步呢"]);
        assert_eq!(cut("谁来审核另外附件多大"), ["谁来审核", "另外附件多大"]);
        assert_eq!(cut("我转到福建,几天报到,谁审核"), ["我转到福建,几天报到", "谁审核"]);
    }

    #[test]
    fn a_wall_of_questions_is_one() {
        assert_eq!(cut(&"几天?".repeat(MOST + 1)).len(), 1);
    }

    #[test]
    fn only_sentences_make_whole_parts() {
        let whole = |text: &str| -> Vec<bool> { parts(text, |c| c.contains('几')).iter().map(|p| p.whole).collect() };
        assert_eq!(whole("几天?几张?"), [true, true]);
        assert_eq!(whole("几天,几张"), [false, false]);
    }
}
