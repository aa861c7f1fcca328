//! Small whole numbers in digits or Chinese numerals, and the step that a text names by one.

/// A number in digits, or up to 99 in Chinese numerals.
pub fn number(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |c: char| {
        "一二三四五六七八九".chars().zip(1..).find(|(d, _)| *d == c).map(|(_, n)| n).or((c == '两').then_some(2))
    };
    let tens = |c: char| match c {
        '十' => Some(10),
        '廿' => Some(20),
        '卅' => Some(30),
        _ => None,
    };
    let chars: Vec<char> = text.chars().collect();
    match chars[..] {
        [c] => tens(c).or_else(|| digit(c)),
        [ten, c] if tens(ten).is_some() => Some(tens(ten)? + digit(c)?),
        [c, '十'] => Some(digit(c)? * 10),
        [a, '十', b] => Some(digit(a)? * 10 + digit(b)?),
        _ => None,
    }
}

/// The number of the step that a text names, and what it says after it: 第三步做完了.
pub fn step(text: &str) -> Option<(usize, &str)> {
    let after = text.split_once('第')?.1;
    let end = after.find(['步', '条'])?;
    let rest = after[end..].trim_start_matches(['步', '条']);
    Some((usize::try_from(number(&after[..end])?).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_named_by_its_number() {
        let named = [("第三步详细点", 3), ("第12步呢", 12), ("第十步", 10), ("第二十一步", 21)];
        for (text, number) in named {
            assert_eq!(step(text).map(|(number, _)| number), Some(number), "{text}");
        }
        assert_eq!(step("下一步"), None);
        assert_eq!(step("第几步"), None);
        assert_eq!(step("第二步做完了"), Some((2, "做完了")));
    }
}
