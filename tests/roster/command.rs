//! `zhuanjie roster`.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::sheets::workbook;
use crate::{HEADER, ROWS, csv, files, run, zhuanjie};

/// A folder with a file to import, and the data folder in it.
struct Place {
    root: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { root: tempfile::tempdir().expect("a folder") }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.root.path().join(name);
        std::fs::write(&path, content).expect("written");
        path.display().to_string()
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    fn roster(&self, arguments: &[&str]) -> (i32, String, String) {
        let data = self.data().display().to_string();
        run(&[&["roster"], arguments, &["--data", &data]].concat())
    }

    fn ok(&self, arguments: &[&str]) -> String {
        let (code, out, err) = self.roster(arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        out
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let out = self.ok(arguments);
        assert_eq!(out.matches('\n').count(), 1, "{out}");
        serde_json::from_str(&out).expect("JSON")
    }
}

#[test]
fn an_import_is_told_shown_and_removed() {
    let place = Place::new();
    let file = place.file("a.csv", csv(&[ROWS[0], ROWS[1], ROWS[0]]));
    let imported = place.ok(&["import", &file, "--json"]);
    assert_eq!(imported, "{\"import\":1,\"rows\":3,\"entries\":2,\"duplicates\":1,\"unchanged\":false}\n");
    assert_eq!(place.json(&["import", &file, "--json"])["unchanged"], json!(true));
    assert_eq!(place.ok(&["import", &file]), "unchanged: this file is import 1\n");
    let book = place.file("b.xlsx", workbook(&[HEADER, ROWS[2]]));
    assert_eq!(place.ok(&["import", &book]), "import 2: 1 rows, 1 entries, 0 duplicates\n");

    let shown = place.json(&["show", "--json"]);
    let at = shown["imports"][0]["imported_at"].as_str().expect("a time");
    assert!(at.ends_with("+08:00"), "{at}");
    assert_eq!(shown["imports"][0]["rows"], json!(3));
    assert_eq!(shown["systems"], json!({ "central": 0, "guangdong": 1, "fujian": 1, "beijing": 1 }));
    let organizations = shown["organizations"].as_array().expect("a list");
    assert_eq!(organizations[0], json!({"system": "guangdong", "organization": "软件工程2301团支部", "entries": 1}));
    let text = place.ok(&["show"]);
    assert!(
        text.starts_with("import 1: 3 rows, 2 entries, ") && text.contains("\nfujian: 1\n  鼓浪屿街道团支部: 1\n"),
        "{text}"
    );

    assert_eq!(place.ok(&["remove", "1"]), "removed import 1\n");
    assert_eq!(place.json(&["show", "--json"])["systems"]["guangdong"], json!(0));
    let (code, _, err) = place.roster(&["remove", "1"]);
    assert_eq!((code, err.as_str()), (2, "zhuanjie: there is no import 1; `zhuanjie roster show` lists them\n"));
    assert_eq!(place.ok(&["remove", "--all"]), "removed all rosters\n");
    assert_eq!(place.ok(&["remove", "--all"]), "there is no roster\n");
    assert_eq!(files(&place.data()), ["key", "roster.lock"]);
}

#[test]
fn without_a_roster_nothing_is_made() {
    let place = Place::new();
    assert_eq!(place.ok(&["show"]), "there is no roster\n");
    assert_eq!(place.json(&["show", "--json"])["imports"], json!([]));
    assert!(!place.data().exists());
}

#[test]
fn all_rows_or_none() {
    let place = Place::new();
    place.ok(&["import", &place.file("good.csv", csv(&ROWS[..1]))]);
    let before = place.ok(&["show", "--json"]);
    let bad =
        place.file("bad.csv", csv(&[ROWS[1], "139,李四,团支部,,全国,", ROWS[2], "13711111111,李四,团支部,,上海,"]));
    let (code, out, err) = place.roster(&["import", &bad]);
    assert_eq!((code, out.as_str()), (1, ""));
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 2, "{err}");
    assert_eq!(lines[0], format!("{bad}:3: phone: is not one mobile number of eleven digits"));
    assert!(lines[1].starts_with(&format!("{bad}:5: system: ")), "{err}");
    assert_eq!(place.ok(&["show", "--json"]), before);
    // Where there was nothing, nothing is made.
    let other = Place::new();
    assert_eq!(other.roster(&["import", &bad]).0, 1);
    assert!(!other.data().exists());
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let place = Place::new();
    let (code, _, err) = place.roster(&["import", "nowhere.csv"]);
    assert!(code == 2 && err.contains("cannot read nowhere.csv"), "{err}");
    assert_eq!(place.roster(&["remove"]).0, 2);
    assert_eq!(place.roster(&["remove", "1", "--all"]).0, 2);
}

#[test]
fn the_key_can_come_from_the_environment() {
    let place = Place::new();
    let file = place.file("a.csv", csv(&ROWS));
    let data = place.data().display().to_string();
    let import = |key: &str| {
        let output = zhuanjie(&["roster", "import", &file, "--data", &data]).env("ZHUANJIE_KEY", key).output();
        let output = output.expect("runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    let (code, err) = import("not a key");
    assert!(code == Some(2) && err.contains("ZHUANJIE_KEY") && !err.contains("not a key\n"), "{err}");
    assert_eq!(import(&"a1".repeat(32)), (Some(0), String::new()));
    assert_eq!(files(&place.data()), ["roster.db", "roster.lock"]);
    let (code, err) = import(&"b2".repeat(32));
    assert!(code == Some(2) && err.contains("another key") && err.contains("roster remove --all"), "{err}");
    assert!(!err.contains("b2b2") && !err.contains("a1a1"), "{err}");
    place.ok(&["remove", "--all"]);
    assert_eq!(import(&"b2".repeat(32)).0, Some(0));
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let file = place.file("a.csv", csv(&ROWS));
    place.ok(&["import", &file]);
    let key = place.data().join("key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("set");
    let (code, _, err) = place.roster(&["import", &file]);
    assert!(code == 2 && err.contains(&format!("chmod 600 {}", key.display())), "{err}");
}
