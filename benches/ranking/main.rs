//! The ranking beside nlp.js and bm25s with jieba: the same entries and questions, in one run. `benches/ranking/run`
//! installs the two others and starts this; what the table says is in benches/README.md.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod compare;
mod data;
mod forms;
mod generated;
mod ours;

use std::path::Path;

use zhuanjie::knowledge::files::Files;

use data::Size;

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    match arguments[..] {
        ["ours", folder] => ours::answer(Path::new(folder), &root.join("dialogs")),
        ["compare", folder] => {
            let knowledge = Files::of_folder(&root.join("knowledge")).unwrap();
            let mut verdicts = Vec::new();
            compare::heading();
            for size in [Size::BuiltIn, Size::Generated] {
                verdicts.extend(compare::size(&knowledge, size, Path::new(folder)));
            }
            println!();
            verdicts.iter().for_each(|line| println!("{line}"));
        }
        _ => println!("The ranking beside others is measured by benches/ranking/run, which installs them first."),
    }
}
