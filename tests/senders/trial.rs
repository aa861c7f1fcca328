//! The file for trials.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use zhuanjie::membership::sender::Trial;

use super::{CODE, PHONE, kind, log, send};

#[test]
fn each_code_is_a_line_of_a_file_for_its_owner() {
    log::listen();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("codes");
    let sender = Trial::new(&file).expect("a sender");
    let mode = || std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    let lines = || -> Vec<Value> {
        let text = std::fs::read_to_string(&file).expect("a file");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    assert!(lines().is_empty());
    assert_eq!(send(&sender, "m-1"), Ok(()));
    let line = json!({ "to": PHONE, "code": CODE, "at": "2026-01-15T16:30:00+08:00" });
    assert_eq!(lines(), std::slice::from_ref(&line));
    // What is there stays.
    let sender = Trial::new(&file).expect("a sender");
    assert_eq!(send(&sender, "m-2"), Ok(()));
    assert_eq!(lines(), [line.clone(), line.clone()]);
    // Taken away meanwhile.
    std::fs::remove_file(&file).expect("removed");
    assert_eq!(send(&sender, "m-3"), Ok(()));
    assert_eq!((lines(), mode()), (vec![line], 0o600));
}

#[test]
fn many_at_once_are_whole_lines() {
    log::listen();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("codes");
    let sender = Trial::new(&file).expect("a sender");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..50).for_each(|n| assert_eq!(send(&sender, &n.to_string()), Ok(()))));
        }
    });
    let text = std::fs::read_to_string(&file).expect("a file");
    assert_eq!(text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 400);
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Trial::new(&folder.path().join("none/codes")).expect_err("no folder").to_string();
    assert!(error.contains("--codes: cannot write") && error.contains("none/codes"), "{error}");
    let file = folder.path().join("codes");
    let sender = Trial::new(&file).expect("a sender");
    std::fs::remove_file(&file).expect("removed");
    std::fs::create_dir(&file).expect("a folder in its place");
    assert_eq!(kind(&send(&sender, "m-1")), "broken");
}
