//! Rosters at their boundary: files in, rows and answers out, and nothing private anywhere else.

mod bounds;
mod command;
mod formats;
mod keeping;
mod kill;
mod mistakes;
mod privacy;
mod properties;
mod sheets;

use std::path::Path;
use std::process::{Command, Output};

use chrono::{DateTime, FixedOffset};
use zhuanjie::language::clean::Phone;
use zhuanjie::membership::key::{Key, PhoneHash};
use zhuanjie::membership::roster::{self, Entry, Imported, Roster, Row, Table};

const HEADER: &str = "phone,name,organization,superior,system,contact";
const CHINESE: &str = "手机号,姓名,所在团支部,上级团组织,系统,联系方式";
/// Three people whose rows have nothing odd.
const ROWS: [&str; 3] = [
    "13800138000,张三,软件工程2301团支部,计算机学院团委,guangdong,020-12345678",
    "13900139000,欧阳娜娜,机械2202团支部,机械学院团委,北京,",
    "15012345678,李四,鼓浪屿街道团支部,,fujian,0592-1234567",
];

/// A table with the usual header.
fn csv(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn key(seed: u8) -> Key {
    Key::from_bytes([seed; 32])
}

fn phone(text: &str) -> Phone {
    Phone::parse(text).expect("a number")
}

fn hash(text: &str) -> PhoneHash {
    key(1).phone(&phone(text))
}

fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("a time")
}

fn now() -> DateTime<FixedOffset> {
    time("2024-06-01T09:00:00+08:00")
}

fn table(bytes: impl AsRef<[u8]>) -> Table {
    roster::read(bytes.as_ref()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The problems of a file, as they are told.
fn problems(bytes: impl AsRef<[u8]>) -> Vec<String> {
    roster::read(bytes.as_ref()).expect_err("bad rows").iter().map(ToString::to_string).collect()
}

/// A row with each cell, to be compared.
fn plain(row: &Row) -> [String; 6] {
    let of = &row.membership;
    let some = |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
    [
        row.phone.reveal().to_owned(),
        of.name.reveal().to_owned(),
        of.organization.to_string(),
        some(&of.superior),
        format!("{:?}", of.system).to_lowercase(),
        some(&of.contact),
    ]
}

fn rows(bytes: impl AsRef<[u8]>) -> Vec<[String; 6]> {
    table(bytes).entries.iter().map(plain).collect()
}

/// What [`ROWS`] say.
fn expected() -> Vec<[String; 6]> {
    let row = |cells: [&str; 6]| cells.map(str::to_owned);
    vec![
        row(["13800138000", "张三", "软件工程2301团支部", "计算机学院团委", "guangdong", "020-12345678"]),
        row(["13900139000", "欧阳娜娜", "机械2202团支部", "机械学院团委", "beijing", ""]),
        row(["15012345678", "李四", "鼓浪屿街道团支部", "", "fujian", "0592-1234567"]),
    ]
}

fn import(dir: &Path, file: impl AsRef<[u8]>, at: &str) -> Imported {
    roster::import(dir, &key(1), &table(file), time(at), &mut |_, _| {}).expect("imported")
}

fn lookup(dir: &Path, phone: &str) -> Option<Entry> {
    Roster::open(dir, &key(1)).expect("opens")?.lookup(&hash(phone)).expect("looked up")
}

/// The names of all files of a folder, sorted.
fn files(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    names
}

/// Whether a text is in a file of a folder.
fn is_in(dir: &Path, text: &str) -> bool {
    files(dir).iter().any(|name| {
        let bytes = std::fs::read(dir.join(name)).expect("readable");
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

/// The program, with nothing of this machine's environment that it would look at.
fn zhuanjie(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhuanjie"));
    command.args(arguments).env_remove("ZHUANJIE_KEY");
    command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = zhuanjie(arguments).output().expect("runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("not killed"), text(stdout), text(stderr))
}
