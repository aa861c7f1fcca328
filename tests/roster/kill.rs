//! An import killed at a random moment: the old rosters are there, or the new ones, and nothing of a half.

use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use zhuanjie::membership::key::Key;
use zhuanjie::membership::roster;

use crate::{HEADER, ROWS, csv, files, phone, zhuanjie};

const KILLS: u32 = 25;
const PEOPLE: u32 = 20_000;

#[test]
fn a_killed_import_leaves_the_old_or_the_new() {
    let seed = SystemTime::UNIX_EPOCH.elapsed().expect("a time").as_secs();
    eprintln!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let folder = data.display().to_string();
    let import = |file: &str| {
        let mut command = zhuanjie(&["roster", "import", file, "--data", &folder]);
        command.stdout(Stdio::null());
        command
    };
    let begun = Instant::now();
    assert!(import(&write("first.csv", &csv(&ROWS))).status().expect("runs").success());
    let mut most = begun.elapsed() * 20;
    let key = Key::load(Some(&data), |_| None, &mut rng).expect("a key");
    let (mut imports, mut left) = (1, 0);
    for round in 0..KILLS {
        let people: String = (0..PEOPLE).map(|n| format!("139{n:08},张三,{round}团支部,,全国,\n")).collect();
        let file = write("next.csv", &format!("{HEADER}\n{people}"));
        let begun = Instant::now();
        let mut child = import(&file).spawn().expect("runs");
        std::thread::sleep(Duration::from_secs_f64(most.as_secs_f64() * rng.random_range(0.0..1.0)));
        child.kill().expect("killed or ended");
        if child.wait().expect("ended").success() {
            // It was through; the next ones get less time.
            most = most.min(begun.elapsed());
        }
        left += u32::from(files(&data).contains(&"roster.db.new".to_owned()));
        let summary = roster::summary(&data).expect("readable");
        let now = summary.imports.len();
        assert!(now == imports || now == imports + 1, "{now} after {imports}");
        imports = now;
        let rosters = roster::Roster::open(&data, &key).expect("opens").expect("there");
        assert!(
            rosters.lookup(&key.phone(&phone(ROWS[0].split(',').next().expect("a number")))).expect("read").is_some()
        );
        for line in &summary.imports[1..] {
            assert_eq!((line.rows, line.entries), (PEOPLE, PEOPLE));
        }
        let counted: u32 = summary.counts.iter().map(|count| count.entries).sum();
        assert_eq!(counted, if imports == 1 { 3 } else { 3 + PEOPLE });
    }
    eprintln!("{left} of {KILLS} left something behind; {} imports were done", imports - 1);
    roster::tidy(&data).expect("tidied");
    assert_eq!(files(&data), ["key", "roster.db", "roster.lock"]);
}
