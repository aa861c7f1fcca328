//! Conversations: what one member writes and presses, and any state that an older version may have left.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Days, FixedOffset};
use rand::SeedableRng;
use rand::rngs::StdRng;
use zhuanjie::assistant::{Assistant, Dispatch, Input, Message, Post, Said, Taken};
use zhuanjie::channel::telegram::{PREFIX, outside};
use zhuanjie::reply::press::{BYTES, Press};
use zhuanjie::store::{Parcel, Store, StoreError};
use zhuanjie::transfer::{Record, Reminding, TransferId};

use super::numbers::{assert_hidden, private};
use super::{ENGINE, now};

/// The longest label of an option, in characters.
const LABEL: usize = 20;
/// The longest reply, in characters: a plan with all its notes.
const LONGEST: usize = 12_000;
/// So many turns are played.
const TURNS: usize = 24;
/// Who speaks.
const USER: &str = "telegram:7";
/// The kinds of a reply.
const KINDS: [&str; 6] = ["answer", "plan", "clarify", "progress", "where", "out_of_scope"];

/// How the member is reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// They read the reply back.
    Reader,
    /// Letters are sent to them.
    Private,
    /// Others read along.
    Company,
}

/// A member on their way through a conversation.
struct Talk {
    assistant: Assistant,
    way: Way,
    now: DateTime<FixedOffset>,
    turn: u64,
    /// The last reply, for what is chosen or pressed.
    last: Option<Said>,
    /// Private numbers that were written so far.
    numbers: Vec<String>,
    /// What was handed over to be sent.
    dispatched: Arc<Mutex<Vec<Parcel>>>,
    /// What is said is ours from beginning to end: no state was made up.
    ours: bool,
}

/// Plays a conversation, one turn a line. `#2` chooses the second option by its label, `!2` presses the second button,
/// `~o…` hands these bytes back as a button would, `+9` lets nine days pass; anything else is written. The first
/// character of the whole says how the member is reached.
pub fn turns(script: &str) {
    let (way, script) = match script.split_at_checked(1) {
        Some(("@", rest)) => (Way::Private, rest),
        Some(("&", rest)) => (Way::Company, rest),
        _ => (Way::Reader, script),
    };
    let mut talk = Talk::begin(way, true);
    talk.play(script);
    talk.end();
}

/// Plays a conversation that begins in any state: the first line is the stored state, the second the situation of a
/// stored transfer, the rest is played as in [`turns`].
pub fn states(script: &str) {
    let (state, rest) = script.split_once('\n').unwrap_or((script, ""));
    let (situation, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let mut talk = Talk::begin(Way::Private, false);
    let (state, situation) = (state.to_owned(), situation.to_owned());
    let at = talk.now;
    let stored = talk.assistant.with_store(move |tx| -> Result<(), StoreError> {
        let member = tx.set_state(USER, &state, 1, at)?;
        let id = TransferId::random(&mut StdRng::seed_from_u64(u64::MAX));
        let record =
            Record { id, situation: situation.clone(), created_at: at, reminding: Reminding::On, log: Vec::new() };
        tx.insert_transfer(member, &record)
    });
    stored.expect("any text can be stored");
    talk.play(rest);
    talk.play("你好\n我的转接\n1\n怎么转");
    talk.end();
}

impl Talk {
    fn begin(way: Way, ours: bool) -> Self {
        let store = Store::in_memory().expect("a store in memory");
        let assistant = Assistant::new(ENGINE.clone(), store);
        Self { assistant, way, now: now(), turn: 0, last: None, numbers: Vec::new(), dispatched: Arc::default(), ours }
    }

    fn play(&mut self, script: &str) {
        for line in script.split('\n').take(TURNS) {
            let nth = |digits: &str| digits.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let input = match (line.get(..1), line.get(1..)) {
                (Some("+"), Some(days)) => {
                    self.wait(days.trim().parse().unwrap_or(1));
                    continue;
                }
                (Some("#"), Some(number)) => nth(number).and_then(|n| self.option(n)).map(Input::Text),
                (Some("!"), Some(number)) => nth(number).and_then(|n| self.button(n)).map(Input::Press),
                (Some("~"), Some(code)) => Press::parse(code).map(Input::Press),
                _ => None,
            };
            self.hear(input.unwrap_or_else(|| Input::Text(line.to_owned())));
        }
    }

    /// The label of an option of the last reply.
    fn option(&self, number: usize) -> Option<String> {
        self.last.as_ref()?.replies.iter().flat_map(|reply| &reply.options).nth(number).cloned()
    }

    /// A button of the last reply: its options are buttons too.
    fn button(&self, number: usize) -> Option<Press> {
        let said = self.last.as_ref()?;
        let buttons = said.replies.iter().flat_map(|reply| reply.buttons.iter().flatten());
        let buttons = buttons.filter_map(|button| Press::parse(&button.data));
        let options = said.replies.iter().flat_map(|reply| &reply.options);
        buttons.chain(options.map(|label| Press::option(&said.page, label))).nth(number)
    }

    fn hear(&mut self, input: Input) {
        let text = match &input {
            Input::Text(text) => text.as_str(),
            Input::Press(Press::Option { label, .. }) => label.as_str(),
            Input::Press(_) => "",
        };
        // A state that is made up may hold the same number.
        if self.ours {
            self.numbers.extend(private(text));
        }
        let pressed = matches!(input, Input::Press(_));
        let chat = if self.way == Way::Company { "telegram:-9" } else { USER };
        let render = Box::new(move |said: &_| outside::letters(chat, said));
        let company = self.way == Way::Company;
        let post = Post { chat: chat.to_owned(), company, render, dispatch: self.dispatch() };
        let post = (self.way != Way::Reader).then_some(post);
        let message = Message { user: USER.to_owned(), input, delivery: None, now: self.now, post };
        self.turn += 1;
        let pending = self.assistant.take(message, StdRng::seed_from_u64(self.turn)).expect("a turn is taken");
        let taken = pending.wait().unwrap_or_else(|error| panic!("a turn fails: {error}"));
        self.judge(&taken, pressed);
        if !taken.said.replies.is_empty() {
            self.last = Some(taken.said);
        }
    }

    /// What every turn owes to the member.
    fn judge(&self, taken: &Taken, pressed: bool) {
        let said = &taken.said;
        assert!(!taken.again && KINDS.contains(&said.kind.as_str()));
        assert!(!said.replies.is_empty() || (pressed && said.notice.is_some()), "a turn without a reply");
        assert!(said.transfer.as_ref().is_none_or(|id| TransferId::parse(id).is_some()));
        let mut labels = BTreeSet::new();
        for reply in &said.replies {
            assert!(!reply.text.trim().is_empty(), "a reply that says nothing");
            assert_hidden(&self.numbers, &reply.text, "a reply");
            for label in &reply.options {
                assert_hidden(&self.numbers, label, "an option");
                assert!(!self.ours || !label.trim().is_empty(), "an option without a label");
                assert!(!self.ours || label.chars().count() <= LABEL, "an option of more than {LABEL} characters");
                assert!(!self.ours || labels.insert(label), "an option twice");
            }
            for button in reply.buttons.iter().flatten() {
                assert!(button.data.len() <= BYTES && Press::parse(&button.data).is_some(), "a button of no use");
            }
            if self.ours {
                assert!(reply.text.chars().count() <= LONGEST, "a reply of {} bytes", reply.text.len());
                assert!(!reply.text.contains(['{', '}']), "a placeholder is left");
            }
            for file in &reply.files {
                assert_hidden(&self.numbers, &file.text, "a file");
                assert!(file.text.starts_with("BEGIN:VCALENDAR") && file.text.trim_end().ends_with("END:VCALENDAR"));
            }
        }
        let posted = self.way != Way::Reader && !said.replies.is_empty();
        let parcels = self.dispatched();
        assert!(!posted || !parcels.is_empty(), "a reply that is not sent");
        self.judge_letters(&parcels);
    }

    fn judge_letters(&self, parcels: &[Parcel]) {
        for parcel in parcels {
            assert!(outside::letter(&parcel.body).is_some(), "a letter that cannot be read");
            assert_hidden(&self.numbers, &parcel.body, "a letter");
        }
    }

    fn dispatch(&self) -> Dispatch {
        let dispatched = Arc::clone(&self.dispatched);
        Arc::new(move |posted| dispatched.lock().expect("no panic").extend(posted.parcels))
    }

    /// What was handed over since this was asked last.
    fn dispatched(&self) -> Vec<Parcel> {
        std::mem::take(&mut *self.dispatched.lock().expect("no panic"))
    }

    /// Days pass, and reminders come.
    fn wait(&mut self, days: u64) {
        self.now = self.now.checked_add_days(Days::new(days.min(400))).unwrap_or(self.now);
        let reminded = self.assistant.remind(PREFIX, self.now, 25, outside::letters, self.dispatch());
        let reminders = self.dispatched();
        assert_eq!(reminded.expect("reminders are composed"), reminders.len());
        self.judge_letters(&reminders);
    }

    /// Nothing private is kept, and nothing at all where others read along.
    fn end(self) {
        let (numbers, company) = (self.numbers, self.way == Way::Company && self.ours);
        let looked = self.assistant.with_store(move |tx| -> Result<(), StoreError> {
            let Some(member) = tx.member(USER)? else { return Ok(()) };
            assert!(!company, "something is kept of what was said before others");
            assert_hidden(&numbers, &member.state, "the stored state");
            for record in tx.transfers(member.key)? {
                assert_hidden(&numbers, &record.situation, "a stored transfer");
            }
            Ok(())
        });
        looked.unwrap_or_else(|error| panic!("what is kept cannot be read: {error}"));
    }
}
