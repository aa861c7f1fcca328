//! Whole conversations as data: `tests/conversations/*.txt`, one theme a file.
//!
//! A line is a message, an expectation about the reply to the message above it, or a command:
//!
//! ```text
//! # a comment
//! @ 2024-06-01T09:00:00+08:00     the clock stands here from now on
//! u1> 广东转北京                  u1 says this
//! u1 #m7> 记录这次转接            … with the delivery id m7
//! u1 *10000> 啊                   … this text 10,000 times over
//! kind plan                       the kind of the reply
//! has 青春北京                    the whole reply (all its messages) holds this text
//! lacks 9日                       … does not hold it
//! once 2024-06-10                 … holds it exactly once
//! option 记录这次转接             this can be chosen
//! no option 日历                  this cannot
//! options none                    nothing can be chosen
//! replies 2                       the reply has so many messages
//! at most 400                     the whole reply has at most so many characters
//! transfer new                    the turn created a transfer; from now on it is $ID, and $ID1, $ID2 … by number
//! transfer same                   the turn is about the transfer $ID
//! transfer $ID1                   … about this one
//! transfer none                   … about none
//! file BEGIN:VCALENDAR            a file comes with the reply and holds this text
//! same                            exactly the reply to the message before
//! same #m7                        exactly the reply to the delivery m7
//! kept 2024-06-01                 a file of the data folder holds this text now
//! not kept 110101                 no file of the data folder holds it
//! restart                         the assistant closes, and another one opens the same data folder
//! codes                           from now on somebody sends codes, and there is a roster (see `office.rs`)
//! ```
//!
//! In messages and expectations `$ID` stands for the ID of the last transfer created, `$NONE` for an ID that no
//! transfer has, `$CODE` for the last code that was sent (`$CODE1` for the first, `$WRONG` for one that is not it), `$PASS`
//! and `$WRONGPASS` for the last pass that was shown and one that is not it, and in messages `\u{7}` for a character that an editor would not show.
//!
//! Besides what a script expects, every reply has to have manners (see [`stage`]): it says something, no line of it
//! stands twice in one message, no placeholder is left, options are short and distinct. `TALK=all`, or `TALK=` and a
//! part of a file's name, prints the conversations with `--nocapture`.

mod branches;
mod office;
mod order;
mod script;
mod stage;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::files::Files;

use script::Script;
use stage::Stage;

/// The texts of a folder of the repository.
fn files(folder: &str) -> Files {
    Files::of_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder of text files")
}

use engine as office_engine;

/// The engine of the shipped knowledge, loaded once for all scripts.
fn engine() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    let load = || Engine::load(&files("knowledge"), &files("dialogs")).expect("what is shipped loads");
    Arc::clone(ENGINE.get_or_init(|| Arc::new(load())))
}

#[test]
fn every_script_holds() {
    let scripts = files("tests/conversations");
    let shown = std::env::var("TALK").unwrap_or_default();
    let (mut failures, mut count) = (Vec::new(), 0);
    for (name, text) in scripts.under("").filter(|(name, _)| name.ends_with(".txt")) {
        count += 1;
        match Script::parse(name, text) {
            Ok(script) => {
                let show = !shown.is_empty() && (shown == "all" || name.contains(&shown));
                failures.extend(Stage::new(engine(), show).play(&script));
            }
            Err(problems) => failures.extend(problems),
        }
    }
    assert!(count >= 25, "only {count} scripts");
    assert!(failures.is_empty(), "{} expectations failed:\n\n{}", failures.len(), failures.join("\n\n"));
}
