//! What the scripts have of the world outside a conversation: somebody who sends codes, and a roster.

use std::path::Path;
use std::sync::{Arc, Mutex};

use zhuanjie::membership::key::Key;
use zhuanjie::membership::roster;
use zhuanjie::membership::sender::{CodeMessage, SendError, Sender};
use zhuanjie::membership::{Registry, codes};
use zhuanjie::store::Total;

/// Two people; the second has no telephone to call and no superior.
const ROSTER: &str = "手机号,姓名,所在团支部,上级团组织,系统,联系方式
13800138000,张小明,某某大学软件学院2021级1班团支部,某某大学软件学院团委,广东,020-12345678
13800138001,欧阳小红,某某铁路局机务段团支部,,全国,
";
/// So many codes may be sent in an hour to everybody together.
const AN_HOUR: u32 = 8;

/// An office, closed at first: then nobody sends codes.
#[derive(Default)]
pub(crate) struct Office {
    open: bool,
    sent: Arc<Mutex<Vec<String>>>,
    /// The last pass that was shown.
    pass: String,
}

struct Recording(Arc<Mutex<Vec<String>>>);

impl Sender for Recording {
    fn send(&self, message: &CodeMessage<'_>) -> Result<(), SendError> {
        if message.to.reveal() == "13800138009" {
            return Err(SendError::Broken("on purpose".to_owned()));
        }
        self.0.lock().expect("whole").push(message.code.to_owned());
        Ok(())
    }

    fn name(&self) -> &'static str {
        "recording"
    }
}

impl Office {
    pub(crate) fn open(&mut self) {
        self.open = true;
    }

    /// What an assistant over this folder is given.
    pub(crate) fn registry(&self, folder: &Path) -> Registry {
        let key = Key::from_bytes([7; 32]);
        let sender = self.open.then(|| Arc::new(Recording(Arc::clone(&self.sent))) as Arc<dyn Sender>);
        if self.open {
            let table = roster::read(ROSTER.as_bytes()).expect("a roster");
            let at = chrono::DateTime::parse_from_rfc3339("2024-05-20T10:00:00+08:00").expect("a time");
            roster::import(folder, &key, &table, at, &mut |_, _| {}).expect("imported");
        }
        Registry { key, folder: Some(folder.to_owned()), sender, total: Total { an_hour: AN_HOUR, a_day: 1000 } }
    }

    /// Remembers the pass in a text, if it shows one.
    pub(crate) fn see(&mut self, text: &str) {
        if let Some((_, after)) = text.split_once("查询码：") {
            self.pass = after.chars().take_while(char::is_ascii_digit).collect();
        }
    }

    /// The text with `$CODE` and the like filled in.
    pub(crate) fn fill(&self, text: &str) -> String {
        let sent = self.sent.lock().expect("whole");
        let last = sent.last().cloned().unwrap_or_default();
        let wrong = |digits: &str| format!("{:06}", (digits.parse::<u32>().unwrap_or(0) + 1) % 1_000_000);
        let mut text = text.replace("$WRONGPASS", &wrong(&self.pass)).replace("$PASS", &self.pass);
        text = text.replace("$WRONG", &wrong(&last));
        for (number, code) in sent.iter().enumerate().rev() {
            text = text.replace(&format!("$CODE{}", number + 1), code);
        }
        text.replace("$CODE", &last)
    }
}

/// The numbers that members are told are those that hold.
#[test]
fn what_is_told_of_codes_is_what_holds() {
    let engine = crate::office_engine();
    let says = |id: &str| engine.known.service(id).expect("a statement").text.clone();
    let all = [says("service.code.sent"), says("service.code.too-soon"), says("service.code.enough")].concat();
    for told in [
        format!("{} 分钟内有效", codes::LIFETIME.num_minutes()),
        format!("输错 {} 次", codes::TRIES),
        format!("{} 秒", codes::PAUSE.num_seconds()),
        format!("1 小时最多 {} 次", codes::AN_HOUR),
        format!("1 天最多 {} 次", codes::A_DAY),
    ] {
        assert!(all.contains(&told), "{told} is not told");
    }
    let pass = says("service.pass.given");
    assert!(pass.contains(&format!("{} 小时内有效", codes::PASS_LIFETIME.num_hours())), "{pass}");
    assert!(pass.contains(&format!("输错 {} 次", codes::TRIES)), "{pass}");
    assert!(says("service.code.wrong").contains(&format!("{} 分钟", codes::LIFETIME.num_minutes())));
    assert!(says("service.code.failed").contains(&format!("{} 秒", codes::PAUSE.num_seconds())));
}
