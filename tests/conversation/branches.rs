//! A question with two branches, added to a copy of `dialogs/`, changes the conversation without a build.

use std::path::Path;
use std::sync::Arc;

use chrono::DateTime;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;
use zhuanjie::assistant::{Assistant, Engine, Message, Said};
use zhuanjie::store::Store;

use crate::files;

const BRANCHES: &str = r#"
[[node]]
id = "account"
fills = "account"
ask = "现在的系统还登得上吗？"
why = "登不上就先找回账号，不然发起不了。"
options = [
    { label = "登得上", value = "yes", next = "branch" },
    { label = "登不上", value = "no", next = "phone" },
]
next = "known_there"

[[node]]
id = "branch"
fills = "branch"
ask = "接收的团支部全称问到了吗？"
why = "发起时要选到具体的支部。"
options = [{ label = "问到了", value = "yes" }, { label = "还没问", value = "no" }]
next = "known_there"

[[node]]
id = "phone"
fills = "phone"
ask = "当时留的手机号还在用吗？"
why = "找回账号要收验证码。"
options = [{ label = "在用", value = "yes" }, { label = "换号了", value = "no" }]
next = "known_there"
"#;

fn with_branches() -> Arc<Engine> {
    let mut dialogs = files("dialogs");
    let tree = dialogs.get("transfer.toml").expect("the tree").to_owned();
    let changed = tree.replace("next = \"known_there\"", "next = \"account\"") + BRANCHES;
    assert_ne!(tree.len() + BRANCHES.len(), changed.len(), "the edge that the question is put into");
    dialogs.set("transfer.toml", changed);
    Arc::new(Engine::load(&files("knowledge"), &dialogs).expect("a tree with one more question"))
}

fn open(engine: &Arc<Engine>, folder: &Path) -> Assistant {
    Assistant::new(Arc::clone(engine), Store::open(folder).expect("a store"))
}

fn say(assistant: &Assistant, user: &str, text: &str) -> Said {
    let now = DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").expect("a time");
    let message = Message::text(user, text, now);
    assistant.hear(message, StdRng::seed_from_u64(1)).expect("a turn")
}

#[track_caller]
fn check(said: &Said, kind: &str, holds: &str, options: &[&str]) {
    let text: Vec<&str> = said.replies.iter().map(|r| r.text.as_str()).collect();
    assert!(said.kind == kind && text.concat().contains(holds), "expected {kind} with {holds}: {said:#?}");
    let offered: Vec<&String> = said.replies.iter().flat_map(|r| &r.options).collect();
    assert!(options.iter().all(|o| offered.iter().any(|l| l == o)), "expected {options:?}: {said:#?}");
}

#[test]
fn a_question_with_two_branches_changes_the_conversation() {
    let folder = TempDir::new().expect("a folder");
    let engine = with_branches();
    let assistant = open(&engine, folder.path());
    for user in ["u1", "u2"] {
        let asked = say(&assistant, user, "从广东转到北京");
        check(&asked, "clarify", "现在的系统还登得上吗？", &["登得上", "登不上"]);
    }
    check(&say(&assistant, "u1", "登得上"), "clarify", "接收的团支部全称问到了吗？", &["问到了", "还没问"]);
    check(&say(&assistant, "u2", "2"), "clarify", "当时留的手机号还在用吗？", &["在用", "换号了"]);
    check(&say(&assistant, "u2", "为什么问这个"), "clarify", "找回账号要收验证码。", &["在用", "换号了"]);

    // Answers survive a restart, with them the branch that was taken; going back asks the question again.
    drop(assistant.finish().expect("the store closes"));
    let assistant = open(&engine, folder.path());
    check(&say(&assistant, "u1", "问到了"), "plan", "青春北京", &["记录这次转接"]);
    check(&say(&assistant, "u2", "返回"), "clarify", "现在的系统还登得上吗？", &["登得上", "登不上"]);
    check(&say(&assistant, "u2", "登得上"), "clarify", "接收的团支部全称问到了吗？", &["问到了", "还没问"]);

    // The tree as shipped takes the conversation up where its own questions are answered.
    drop(assistant.finish().expect("the store closes"));
    let assistant = open(&crate::engine(), folder.path());
    check(&say(&assistant, "u2", "看步骤"), "plan", "青春北京", &["记录这次转接"]);
    check(&say(&assistant, "u3", "从广东转到北京"), "plan", "青春北京", &["记录这次转接"]);
}
