//! `serve`, `backup` and `restore`: the real process, its signals, its log.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use regex::Regex;

use super::Place;
use crate::fake::{FakeTelegram, Fault, Settings, updates};

/// Longer than anything here takes, even on a busy machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
const CHAT: i64 = 42;
/// A day of June 2024, in Unix seconds.
pub(super) const DATE: i64 = 1_717_200_000;

/// The process, and what it has written to its log so far.
pub(super) struct Serving {
    child: Child,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Serving {
    pub(super) fn start(place: &Place, fake: &FakeTelegram, more: &[&str]) -> Self {
        let data = place.data();
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--data", &data];
        // The day of the messages: to today's clock they are older than anything that is kept.
        let clock = place.path("clock-of-messages").display().to_string();
        if !more.contains(&"--clock") {
            std::fs::write(&clock, "2024-06-01T08:00:00+08:00\n").expect("written");
            arguments.extend(["--clock", &clock]);
        }
        arguments.extend(more);
        let mut command = place.command(&arguments);
        command.env("TELOXIDE_TOKEN", fake.token()).env("TELOXIDE_API_URL", fake.url());
        let mut child = command.stdin(Stdio::null()).spawn().expect("starts");
        let mut stderr = child.stderr.take().expect("piped");
        let log = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(1..) = stderr.read(&mut buffer).inspect(|count| {
                written.lock().expect("a log").push_str(&String::from_utf8_lossy(&buffer[..*count]));
            }) {}
        });
        let serving = Self { child, log, reader: Some(reader) };
        serving.logs("listening on http://127.0.0.1:");
        serving
    }

    pub(super) fn log(&self) -> String {
        self.log.lock().expect("a log").clone()
    }

    /// Waits for something in the log.
    fn logs(&self, expected: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.log().contains(expected) {
            assert!(Instant::now() < end, "`{expected}` does not come:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(super) fn signal(&self, name: &str) {
        let killed = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(killed.expect("kill runs").success());
    }

    /// Waits for its end; the exit code and the whole log.
    pub(super) fn ended(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().expect("ends");
        self.reader.take().expect("read once").join().expect("read");
        (status.code(), self.log())
    }

    pub(super) fn stop(self) -> String {
        self.signal("TERM");
        let (code, log) = self.ended();
        assert_eq!(code, Some(0), "{log}");
        log
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Only where a test has failed is it still there.
        let _ = self.child.kill();
    }
}

pub(super) fn fake() -> FakeTelegram {
    FakeTelegram::start(Settings::default())
}

/// Says something and waits for this in the reply.
#[track_caller]
fn say(fake: &FakeTelegram, text: &str, expected: &str) {
    let before = fake.effects();
    fake.push(updates::text(CHAT, DATE, text));
    let said = fake.wait_until(PATIENCE, |world| {
        world.effects() > before && world.history(CHAT).iter().any(|e| e.shown.text.contains(expected))
    });
    assert!(said, "{expected} in {:#?}", fake.history(CHAT).last());
}

#[test]
fn what_cannot_be_served_is_refused_plainly() {
    let place = Place::new();
    place.run(&["serve"]).refused(&["no channel is configured", "TELOXIDE_TOKEN"]);
    std::fs::write(place.path("work/bad.toml"), "[telegram]\npatiense = \"1s\"\n").expect("written");
    place.run(&["serve", "--config", "bad.toml"]).refused(&["bad.toml", "line 2", "patiense"]);
    place.run(&["serve", "--config", "none.toml"]).refused(&["cannot read none.toml"]);
    let mut command = place.command(&["serve"]);
    let output = command.env("TELOXIDE_TOKEN", "not a token").output().expect("runs");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && err.contains("BotFather") && !err.contains("not a token"), "{err}");
    place.run(&["serve", "--token", "1:a"]).refused(&["--token"]);
}

#[test]
fn codes_go_to_one_place() {
    let place = Place::new();
    let (file, path) = (place.path("codes"), place.path("codes").display().to_string());
    let config = "[codes]\nsender = \"webhook\"\n[codes.webhook]\nurl = \"https://sms.example.org/\"\n";
    std::fs::write(place.path("work/codes.toml"), config).expect("written");
    place.run(&["serve", "--config", "codes.toml"]).refused(&["codes.webhook.secret_file", "ZHUANJIE_WEBHOOK_SECRET"]);
    let mut command = place.command(&["serve", "--config", "codes.toml", "--codes", &path]);
    command.env("TELOXIDE_TOKEN", "123456:test").env("ZHUANJIE_WEBHOOK_SECRET", "hidden");
    let output = command.output().expect("runs");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && err.contains("--codes is for trials"), "{err}");
    assert!(!err.contains("hidden") && !file.exists(), "{err}");
    let fake = fake();
    place.run(&["converse", "--json", "--codes", "none/codes"]).refused(&["--codes: cannot write none/codes"]);
    let serving = Serving::start(&place, &fake, &["--codes", &path]);
    assert_eq!(std::fs::metadata(&file).expect("made").permissions().mode() & 0o777, 0o600);
    let log = serving.log();
    let address = log.split("http://").nth(1).and_then(|rest| rest.lines().next()).expect("an address");
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.contains("codes: ok\n"), "{answer}");
    serving.stop();
}

#[test]
fn a_turn_is_one_line_of_the_log_and_says_nothing_of_the_member() {
    let (place, fake) = (Place::new(), fake());
    let serving = Serving::start(&place, &fake, &[]);
    let secrets = ["从广州转到福州", "13800138000", "110101199003078515", "乙"];
    say(&fake, secrets[0], "记录前请知道");
    fake.push(updates::contact(CHAT, DATE, secrets[1], Some(CHAT)));
    say(&fake, &format!("我的手机{}，身份证{}，叫{}", secrets[1], secrets[2], secrets[3]), "已经遮住");
    let log = serving.stop();
    let line = Regex::new(
        r#"(?m)^\S+Z +INFO answered a turn channel="telegram" kind="plan" input="text" duration_ms=[0-9.]+ outcome="answered"$"#,
    );
    assert_eq!(line.expect("a pattern").find_iter(&log).count(), 1, "{log}");
    for secret in secrets.iter().chain([&fake.token(), &"test-secret", &"telegram:42"]) {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    assert!(log.contains("told to stop") && log.contains("everything that was taken is finished"), "{log}");
}

#[test]
fn told_to_stop_it_keeps_what_it_cannot_send() {
    let (place, fake) = (Place::new(), fake());
    let serving = Serving::start(&place, &fake, &[]);
    say(&fake, "你好", "我是“转接”");
    let silence = Fault::Silence { applied: false, lasting: Duration::from_secs(30) };
    fake.set_faults(Some(Box::new(move |r| if r.method == "sendmessage" { silence.clone() } else { Fault::None })));
    let id = fake.push(updates::text(CHAT, DATE, "附件要传几张图片"));
    assert!(fake.wait_until(PATIENCE, |world| world.confirmed_up_to() >= id));
    let told = Instant::now();
    let log = serving.stop();
    assert!(told.elapsed() < Duration::from_secs(13), "{:?}", told.elapsed());
    assert!(log.contains("still to be sent"), "{log}");
    fake.set_faults(None);
    let serving = Serving::start(&place, &fake, &[]);
    assert!(fake.wait_until(PATIENCE, |world| world.history(CHAT).iter().any(|e| e.shown.text.contains("5张"))));
    serving.stop();
}

#[test]
fn a_second_signal_leaves_at_once() {
    let (place, fake) = (Place::new(), fake());
    let serving = Serving::start(&place, &fake, &[]);
    fake.set_faults(Some(Box::new(|r| {
        if r.method == "sendmessage" { Fault::Cut { applied: false } } else { Fault::None }
    })));
    let id = fake.push(updates::text(CHAT, DATE, "你好"));
    assert!(fake.wait_until(PATIENCE, |world| world.confirmed_up_to() >= id));
    serving.signal("TERM");
    serving.logs("finishing what was taken");
    let told = Instant::now();
    serving.signal("INT");
    let (code, log) = serving.ended();
    assert_eq!(code, Some(130), "{log}");
    assert!(told.elapsed() < Duration::from_secs(3), "{:?}", told.elapsed());
}

#[test]
fn maintenance_from_the_start_and_by_signal() {
    let (place, fake) = (Place::new(), fake());
    let serving = Serving::start(&place, &fake, &["--maintenance", "今晚维护。"]);
    say(&fake, "从广州转到福州", "今晚维护。");
    serving.signal("USR2");
    serving.logs("maintenance is over");
    say(&fake, "从广州转到福州", "记录前请知道");
    serving.signal("USR1");
    serving.logs("maintenance begins");
    let before = fake.history(CHAT).len();
    fake.push(updates::text(CHAT, DATE, "附件要传几张图片"));
    assert!(fake.wait_until(PATIENCE, |world| world.history(CHAT).len() > before));
    assert_eq!(fake.history(CHAT).last().expect("a reply").shown.text, "今晚维护。");
    serving.stop();
}

#[test]
fn knowledge_is_read_anew_unless_it_has_problems() {
    let (place, fake) = (Place::new(), fake());
    let knowledge = place.path("knowledge");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge"), &knowledge);
    let serving = Serving::start(&place, &fake, &["--knowledge", &knowledge.display().to_string()]);
    say(&fake, "你好", "我是“转接”");
    let file = knowledge.join("service.toml");
    let text = std::fs::read_to_string(&file).expect("read");
    std::fs::write(&file, text.replace("cites = [\"zhuanjie\"]", "cites = [\"nobody\"]")).expect("written");
    serving.signal("HUP");
    serving.logs("the old is kept");
    assert!(serving.log().contains("service.toml:"), "{}", serving.log());
    say(&fake, "谢谢", "不客气");
    std::fs::write(&file, text.replace("不客气。", "哪里哪里。")).expect("written");
    serving.signal("HUP");
    serving.logs("are read anew");
    say(&fake, "谢谢", "哪里哪里。");
    serving.stop();
}

#[test]
fn a_backup_and_a_look_beside_the_running_service() {
    let (place, fake) = (Place::new(), fake());
    let (data, copy) = (place.data(), place.path("work/backup.db").display().to_string());
    let serving = Serving::start(&place, &fake, &[]);
    say(&fake, "从广州转到福州", "记录前请知道");
    say(&fake, "记录这次转接", "已记录");
    let list = place.run(&["transfer", "list", "--data", &data]).ok();
    assert!(list.contains("planned"), "{list}");
    assert!(place.run(&["backup", &copy, "--data", &data]).ok().contains("backed up to"));
    place.run(&["backup", &copy, "--data", &data]).refused(&["exists already"]);
    place.run(&["restore", &copy, "--data", &data]).refused(&["in use by another process"]);
    say(&fake, "删除我的数据", "要删除");
    say(&fake, "确认删除", "已经删除");
    serving.stop();
    assert_eq!(place.run(&["transfer", "list", "--data", &data]).ok(), "");
    assert!(place.run(&["restore", &copy, "--data", &data]).ok().contains("is kept as"));
    assert_eq!(place.run(&["transfer", "list", "--data", &data]).ok(), list);
    assert!(place.run(&["transfer", "list", "--data", "mistyped"]).err.contains("there is no database mistyped"));
    assert!(!place.path("work/mistyped").exists());
    place.run(&["restore", "none.db", "--data", &data]).refused(&["there is no database", "none.db"]);
}

#[test]
fn two_services_on_one_folder_are_one_too_many() {
    let (place, fake) = (Place::new(), fake());
    let serving = Serving::start(&place, &fake, &[]);
    let mut second = place.command(&["serve", "--listen", "127.0.0.1:0", "--data", &place.data()]);
    let output = second.env("TELOXIDE_TOKEN", fake.token()).env("TELOXIDE_API_URL", fake.url()).output();
    let output = output.expect("runs");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && err.contains("in use by another process"), "{err}");
    serving.stop();
}

#[test]
fn a_clock_for_trials_tells_the_time() {
    let (place, fake) = (Place::new(), fake());
    let clock = place.path("clock");
    let path = clock.display().to_string();
    place.run(&["serve", "--clock", &path]).refused(&["--clock", "holds no time"]);
    std::fs::write(&clock, "2024-06-01T09:00:00+08:00\n").expect("written");
    let serving = Serving::start(&place, &fake, &["--clock", &path]);
    say(&fake, "从广州转到福州", "记录前请知道");
    say(&fake, "记录这次转接", "已记录");
    say(&fake, "今天发起成功", "要我在到期前提醒你吗");
    say(&fake, "提醒我", "2024-06-08");
    std::fs::write(&clock, "2024-06-08T09:00:30+08:00\n").expect("written");
    let reminded =
        fake.wait_until(PATIENCE, |world| world.history(CHAT).iter().any(|e| e.shown.text.contains("还剩3天")));
    assert!(reminded, "{:#?}", fake.history(CHAT).last());
    serving.stop();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let target = to.join(entry.file_name().expect("a name"));
        match entry.is_dir() {
            true => copy(&entry, &target),
            false => drop(std::fs::copy(&entry, &target).expect("copied")),
        }
    }
}
