//! Cuts beside those of jieba.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use jieba_rs::Jieba;
use proptest::prelude::*;

use super::{Cutter, NEVER_SPLIT};
use std::sync::LazyLock;

/// Words kept whole: one that the dictionary has, one that is frequent there, one it has not, one listed twice.
const KEPT: [&str; 6] = ["团员", "我们", "转出方", "团组织关系", "转出方", "app"];

static BOTH: LazyLock<(Cutter, Jieba)> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    for word in KEPT {
        jieba.add_word(word, Some(NEVER_SPLIT), None);
    }
    (Cutter::keeping(KEPT.into_iter()), jieba)
});

fn jieba(text: &str) -> Vec<&str> {
    BOTH.1.cut(text, false).into_iter().map(|token| token.word).collect()
}

#[test]
fn the_shipped_knowledge_is_cut_as_jieba_cuts_it() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = crate::knowledge::files::Files::of_folder(&root.join("knowledge")).unwrap();
    let mut lines = 0;
    for (path, text) in files.under("") {
        for line in text.lines() {
            assert_eq!(BOTH.0.cut(line), jieba(line), "{path}");
            lines += 1;
        }
    }
    assert!(lines > 3_000, "{lines}");
}

#[test]
fn a_kept_word_is_not_split_and_what_is_no_word_is_cut_into_letters() {
    assert_eq!(BOTH.0.cut("转出方审核团组织关系"), ["转出方", "审核", "团组织关系"]);
    assert_eq!(BOTH.0.cut(" 鿿é\r\n。"), [" ", "鿿", "é", "\r", "\n", "。"]);
    assert_eq!(BOTH.0.cut(""), [""; 0]);
}

proptest! {
    #[test]
    fn texts_are_cut_as_jieba_cuts_them(text in "([一-鿿]{1,6}|[的我们转出方团组织关系中国人民大学北京市]{1,12}|[ -~]{1,6}|app|[ａ-ｚぁ-ん㐀-㐂𠀀-𠀂，。]){0,8}") {
        prop_assert_eq!(BOTH.0.cut(&text), jieba(&text));
    }
}
