//! Private numbers in a text, looked for in the simplest way there is: not by the code under test.

/// The mobile and identity card numbers that stand in a text in plain digits, half or full width, touching no other
/// digit.
pub fn private(text: &str) -> Vec<String> {
    let mut all = runs(text);
    all.retain(|run| {
        let digits = run.trim_end_matches('x');
        is_mobile(digits) || matches!((digits.len(), run.len()), (18, 18) | (17, 18))
    });
    all
}

/// Panics where one of these numbers stands in a text.
pub fn assert_hidden(numbers: &[String], text: &str, whose: &str) {
    if numbers.is_empty() {
        return;
    }
    for run in runs(text) {
        assert!(!numbers.contains(&run), "a private number stands in {whose}");
    }
}

/// Eleven digits as mobile numbers are.
pub fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && !digits[1..].starts_with(['0', '1', '2'])
}

/// Digits that touch, each run with the x that may end an identity card number.
fn runs(text: &str) -> Vec<String> {
    let (mut runs, mut run) = (Vec::new(), String::new());
    for c in text.chars().chain([' ']) {
        let c = match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            'X' | 'Ｘ' | 'ｘ' => 'x',
            other => other,
        };
        if c.is_ascii_digit() {
            run.push(c);
            continue;
        }
        if c == 'x' && run.len() == 17 {
            run.push(c);
        }
        if !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
    }
    runs
}
