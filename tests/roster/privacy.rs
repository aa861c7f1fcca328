//! Numbers and names where they do not belong: in the files, in what is printed, in what is logged.

use std::path::Path;

use zhuanjie::membership::roster;

use crate::{ROWS, csv, expected, import, is_in, lookup, run, table};

const JUNE: &str = "2024-06-01T09:00:00+08:00";

fn write(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, text).expect("written");
    path.display().to_string()
}

#[test]
fn no_number_is_in_any_byte_of_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), JUNE);
    import(dir.path(), csv(&ROWS[..2]), JUNE);
    for row in expected() {
        assert!(!is_in(dir.path(), &row[0]) && !is_in(dir.path(), &row[0][2..]));
        let number: u64 = row[0].parse().expect("a number");
        for bytes in [number.to_be_bytes(), number.to_le_bytes()] {
            let digits: Vec<u8> = bytes.into_iter().filter(|b| *b != 0).collect();
            let file = std::fs::read(dir.path().join(roster::FILE)).expect("there");
            assert!(!file.windows(digits.len()).any(|part| part == digits));
        }
    }
    // The names are what is looked up.
    assert!(is_in(dir.path(), "欧阳娜娜"));
}

#[test]
fn debug_output_is_masked() {
    let dir = tempfile::tempdir().expect("a folder");
    import(dir.path(), csv(&ROWS), JUNE);
    let shown = format!("{:?}{:?}", table(csv(&ROWS)), lookup(dir.path(), "13900139000"));
    for row in expected() {
        assert!(!shown.contains(&row[0]) && !shown.contains(&row[1]), "{shown}");
    }
    assert!(shown.contains("欧***") && !shown.contains("020-12345678"), "{shown}");
}

#[test]
fn nothing_private_is_printed() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data").display().to_string();
    let good = write(dir.path(), "good.csv", &csv(&ROWS));
    let bad = write(
        dir.path(),
        "bad.csv",
        &csv(&[
            "13800138000,张三丰,团支部,,上海,",
            "13800138000,王小明,团支部13900139000,,全国,",
            "13711112222,11010519491231002X,团支部,,全国,",
            "1370013700012,李大四,团支部,,全国,",
            ROWS[0],
            "13800138000,张无忌,团支部,,全国,",
        ]),
    );
    let (mut all, mut codes) = (String::new(), Vec::new());
    for arguments in [
        &["roster", "import", &bad, "--data", &data][..],
        &["roster", "import", &good, "--data", &data],
        &["roster", "import", &good, "--json", "--data", &data],
        &["roster", "show", "--data", &data],
        &["roster", "show", "--json", "--data", &data],
        &["roster", "remove", "1", "--data", &data],
    ] {
        let (code, out, err) = run(arguments);
        codes.push(code);
        all += &(out + &err);
    }
    assert_eq!(codes, [1, 0, 0, 0, 0, 0], "{all}");
    let private = ["138001", "139001", "150123", "137111", "137001", "1949", "张", "王小", "李", "欧阳", "020-"];
    for private in private {
        assert!(!all.contains(private), "{private}: {all}");
    }
}

#[cfg(unix)]
#[test]
fn the_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let file = write(dir.path(), "roster.csv", &csv(&ROWS));
    let other = write(dir.path(), "other.csv", &csv(&ROWS[..1]));
    let import = |file: &str| assert_eq!(run(&["roster", "import", file, "--data", &data.display().to_string()]).0, 0);
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    import(&file);
    // Somebody loosens it; the next one is private again.
    std::fs::set_permissions(data.join(roster::FILE), std::fs::Permissions::from_mode(0o644)).expect("set");
    import(&other);
    assert_eq!(mode(&data), 0o700);
    for name in crate::files(&data) {
        assert_eq!(mode(&data.join(&name)), 0o600, "{name}");
    }
}
