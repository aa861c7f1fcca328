//! (to be written)
use pinyin::ToPinyin;
/// Pinyin without tones of each Chinese character.
pub fn syllables(text: &str) -> Vec<String> {
    text.to_pinyin().flatten().map(|p| p.plain().to_owned()).collect()
}
