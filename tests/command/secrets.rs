//! What members tell in confidence is in no byte of the data folder, the log or the metrics, after a full run of the
//! real process: not while it runs, not after it was killed, not after it ended.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use zhuanjie::store::Reader;

use super::Place;
use super::serve::{DATE, PATIENCE, Serving, fake};
use crate::fake::{FakeTelegram, World, updates};

const PHONE: &str = "13800138000";
const STRANGERS_PHONE: &str = "13900139000";
/// Invented; the check digit fits.
const ID_CARD: &str = "11010519491231002X";
const ID_CARD_WRONG: &str = "110105194912310021";
const NAME: &str = "欧阳小明";
const ROSTER: &str = "手机号,姓名,所在团支部,上级团组织,系统,联系方式
13800138000,欧阳小明,某某大学软件学院2021级1班团支部,某某大学软件学院团委,广东,020-12345678
";
const MEMBER: i64 = 42;
const SECRETARY: i64 = 43;
const STRANGER: i64 = 44;

/// Says something and waits until the answer holds this.
#[track_caller]
fn say(fake: &FakeTelegram, chat: i64, text: &str, expected: &str) -> String {
    answer(fake, chat, updates::text(chat, DATE, text), expected)
}

#[track_caller]
fn answer(fake: &FakeTelegram, chat: i64, update: updates::Update, expected: &str) -> String {
    let before = fake.history(chat).len();
    fake.push(update);
    let said = |world: &World| -> String {
        world.history(chat)[before..].iter().map(|event| event.shown.text.as_str()).collect()
    };
    let came = fake.wait_until(PATIENCE, |world| said(world).contains(expected));
    assert!(came, "{expected} does not come: {}", fake.look(said));
    fake.look(said)
}

/// The code that was sent as this one, counted from 1, once it is in the file of the trial.
fn code(file: &Path, number: usize) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        let text = fs::read_to_string(file).unwrap_or_default();
        // A line that is not whole yet is no JSON.
        let line = text.lines().nth(number - 1).and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        if let Some(line) = line {
            return line["code"].as_str().expect("a code").to_owned();
        }
        assert!(Instant::now() < end, "no code was sent");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn get(log: &str, path: &str) -> String {
    let address = log.split("http://").nth(1).and_then(|rest| rest.lines().next()).expect("an address");
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").expect("asked");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("answered");
    text
}

/// Every secret that some file of the folder holds.
fn found(folder: &Path, secrets: &[String]) -> Vec<(PathBuf, String)> {
    let files = fs::read_dir(folder).expect("a folder").flatten().map(|file| file.path());
    let mut found = Vec::new();
    for path in files {
        let bytes = fs::read(&path).expect("read");
        for secret in secrets.iter().filter(|s| bytes.windows(s.len()).any(|part| part == s.as_bytes())) {
            found.push((path.clone(), secret.clone()));
        }
    }
    found
}

#[test]
fn nothing_told_in_confidence_is_in_any_byte() {
    let place = Place::new();
    let data = PathBuf::from(place.data());
    let codes = place.path("codes");
    fs::write(place.path("work/roster.csv"), ROSTER).expect("written");
    let imported = place.run(&["roster", "import", "roster.csv", "--data", &place.data()]);
    let fake = fake();
    let serving = Serving::start(&place, &fake, &["--codes", &codes.display().to_string()]);

    let mut secrets: Vec<String> = [PHONE, STRANGERS_PHONE, ID_CARD, ID_CARD_WRONG].map(str::to_owned).into();
    say(&fake, MEMBER, &format!("我叫{NAME}，身份证{ID_CARD}，帮我查下我的组织在哪"), "已经遮住");
    say(&fake, MEMBER, ID_CARD_WRONG, "已经遮住");
    say(&fake, MEMBER, PHONE, "138****8000");
    secrets.push(code(&codes, 1));
    say(&fake, MEMBER, "000000", "不能用");
    let told = say(&fake, MEMBER, &code(&codes, 1), "某某大学软件学院2021级1班团支部");
    assert!(told.contains(NAME), "{told}");
    answer(
        &fake,
        STRANGER,
        updates::contact(STRANGER, DATE, &format!("+86{STRANGERS_PHONE}"), Some(STRANGER)),
        "139****9000",
    );
    secrets.push(code(&codes, 2));
    say(&fake, STRANGER, "１３８ ００１３ ８０００", "60 秒");
    say(&fake, STRANGER, &format!("{NAME}的{PHONE}为什么不能在火星上转"), "");
    say(&fake, MEMBER, "从广东转到北京", "青春北京");
    say(&fake, MEMBER, "记录这次转接", "已记录");
    say(&fake, MEMBER, "今天发起成功", "已记下");
    let shown = say(&fake, MEMBER, "查询码", "查询码：");
    let digits: String =
        shown.split("查询码：").nth(1).expect("a pass").chars().take_while(char::is_ascii_digit).collect();
    let id = zhuanjie::transfer::id::find(&shown).first().expect("an ID").to_string();
    say(&fake, SECRETARY, &format!("{id} {digits}"), "只能看");
    secrets.push(digits);
    say(&fake, MEMBER, "我的数据", "转接记录1条");

    let public = ["/metrics", "/readyz", "/healthz"].map(|path| get(&serving.log(), path)).concat();
    assert!(!found(&data, &["telegram:42".to_owned()]).is_empty(), "what is there is found");
    assert_eq!(found(&data, &secrets), [], "while it runs");
    serving.signal("KILL");
    let (_, log) = serving.ended();
    assert_eq!(found(&data, &secrets), [], "after it was killed");
    let again = Serving::start(&place, &fake, &["--codes", &codes.display().to_string()]);
    say(&fake, MEMBER, "我的组织在哪", "手机号发给我");
    let log = log + &again.stop();
    assert_eq!(found(&data, &secrets), [], "after it ended");

    // In what operators see there is no name either, nor an ID; a roster has the names that it was given.
    secrets.extend([NAME.to_owned(), id, "软件学院".to_owned(), "138****8000".to_owned()]);
    for (what, text) in [("the log", &log), ("metrics and health", &public), ("the import", &imported.out)] {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{what} holds {secret}:\n{text}");
        }
    }
    assert!(
        log.lines().count() > 10 && public.contains("zhuanjie_codes_total"),
        "both were looked at:\n{log}\n{public}"
    );
    let mut store = Reader::open(&data).expect("a database");
    let misses = store.read(|tx| tx.misses()).expect("read");
    assert!(misses.iter().all(|(miss, _)| !miss.words.contains("欧阳")), "{misses:?}");
}
