//! The process killed at random instructions inside turns: nothing that was confirmed is lost, nothing is applied
//! twice.
//!
//! A driver holds a conversation of several members through `converse --json --data`, each message with a delivery id,
//! and kills the process (SIGKILL) at a random moment after it has handed over a turn. A new process gets the
//! unanswered deliveries again, and some that were answered. Afterwards an auditor delivers everything once more, holds
//! the whole conversation again with a process that nobody kills, and compares replies and records with it.

use std::collections::HashMap;
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use regex::Regex;
use serde_json::{Value, json};

use super::{Place, Running, json_of};

/// Kills inside a turn, over all lanes.
const KILLS: usize = 200;
/// Data folders worked on at the same time.
const LANES: u64 = 2;
/// Members who talk at the same time.
const MEMBERS: usize = 4;

/// What members say, each with the day of June on which they say it.
const SCRIPTS: [&[(u32, &str)]; 4] = [
    &[
        (1, "从广州转到福州"),
        (1, "记录这次转接"),
        (1, "今天发起成功"),
        (2, "几天内要报到"),
        (3, "不是6月1号，是6月2号"),
        (4, "6月3号报到了"),
        (4, "按错了，还没报到"),
        (5, "今天报到了"),
        (5, "日历"),
        (6, "被退回了"),
        (7, "今天重新发起成功"),
        (7, "我的转接"),
    ],
    &[
        (1, "我在深圳上大学，考上了清华的研究生，团关系怎么转"),
        (1, "1"),
        (2, "发起成功"),
        (2, "昨天"),
        (3, "附件要多大"),
        (4, "转出方审核通过了"),
        (5, "第一步做完了"),
        (6, "撤回了"),
        (6, "今天天气怎么样"),
        (7, "我的组织在哪"),
    ],
    &[
        (1, "在北京读书，毕业去广州工作"),
        (1, "记录这次转接"),
        (2, "昨天发起成功"),
        (3, "北京那边审核通过了"),
        (4, "从广州转到福州"),
        (4, "记录这次转接"),
        (5, "今天发起成功"),
        (6, "6月5日发起成功"),
        (7, "我的转接"),
        (8, "5月20日报到了"),
    ],
    &[
        (1, "从福建转到北京"),
        (1, "记录这次转接"),
        (2, "今天发起成功"),
        (3, "删除我的数据"),
        (3, "确认删除"),
        (4, "我的转接"),
        (5, "从福建转到广东"),
        (5, "记录这次转接"),
        (6, "今天发起成功"),
    ],
];

/// What a member says last before everything of them is erased, their delivery ids with it.
const ERASING: &str = "确认删除";

/// A delivery, and the reply that confirmed it.
struct Delivery {
    line: String,
    reply: Option<String>,
    /// It comes before an erasure, after which it would be taken for a new one.
    erased: bool,
}

/// Members who talk in turns; who is through is followed by somebody new.
struct Conversation {
    talking: Vec<(usize, usize)>,
    members: usize,
    all: Vec<Delivery>,
}

impl Conversation {
    fn new() -> Self {
        Self { talking: (0..MEMBERS).map(|m| (m, 0)).collect(), members: MEMBERS, all: Vec::new() }
    }

    /// The next delivery of a random member.
    fn next(&mut self, rng: &mut StdRng) -> Delivery {
        let at = rng.random_range(0..MEMBERS);
        let (member, spoken) = self.talking[at];
        let script = SCRIPTS[member % SCRIPTS.len()];
        let (day, text) = script[spoken];
        self.talking[at] = if spoken + 1 < script.len() {
            (member, spoken + 1)
        } else {
            self.members += 1;
            (self.members - 1, 0)
        };
        let line = json!({
            "user": format!("member {member}"),
            "text": text,
            "message": format!("{spoken}"),
            "now": format!("2024-06-{day:02}T09:00:00+08:00"),
        });
        let erased = script[spoken + 1..].iter().any(|(_, later)| *later == ERASING);
        Delivery { line: line.to_string(), reply: None, erased }
    }
}

/// Counts of one lane.
#[derive(Default)]
struct Count {
    inside: usize,
    elsewhere: usize,
    repeated: usize,
}

/// Talks and kills until there were enough kills inside turns.
fn drive(place: &Place, rng: &mut StdRng, kills: usize) -> (Conversation, Count) {
    let (mut talk, mut count) = (Conversation::new(), Count::default());
    // How long a turn takes, as far as seen.
    let mut turn = Duration::from_millis(3);
    while count.inside < kills {
        let mut running = place.converse(true);
        if rng.random_ratio(1, 30) {
            // Some are killed while they start.
            std::thread::sleep(Duration::from_micros(rng.random_range(0..400_000)));
            kill(running);
            count.elsewhere += 1;
            continue;
        }
        // What went unanswered is delivered again, in order; so is something that was answered.
        let open: Vec<usize> = (0..talk.all.len()).filter(|i| talk.all[*i].reply.is_none()).collect();
        for at in open {
            running.send(&talk.all[at].line);
            talk.all[at].reply = Some(running.line().expect("a reply"));
        }
        let mut lasting = talk.all.iter().filter(|d| !d.erased);
        if let Some(delivery) = lasting.nth_back(rng.random_range(0..4)) {
            running.send(&delivery.line);
            assert_eq!(running.line(), delivery.reply, "another reply to {}", delivery.line);
            count.repeated += 1;
        }
        for _ in 0..rng.random_range(1..5) {
            let mut delivery = talk.next(rng);
            let started = Instant::now();
            running.send(&delivery.line);
            delivery.reply = Some(running.line().expect("a reply"));
            turn = (turn * 7 + started.elapsed().min(Duration::from_millis(50))) / 8;
            talk.all.push(delivery);
        }
        // Now the turn that it does not survive, or two that were handed over at once.
        let burst = rng.random_range(1..3);
        let fatal: Vec<Delivery> = (0..burst).map(|_| talk.next(rng)).collect();
        running.send(&fatal.iter().map(|d| d.line.as_str()).collect::<Vec<_>>().join("\n"));
        let wait = turn.mul_f64(f64::from(burst) * rng.random_range(0.0..0.8));
        // Sleeping is far coarser than a turn.
        let started = Instant::now();
        while started.elapsed() < wait {
            std::hint::spin_loop();
        }
        let answered = kill(running);
        let counted = if answered.len() < fatal.len() { &mut count.inside } else { &mut count.elsewhere };
        *counted += 1;
        let mut answered = answered.into_iter();
        talk.all.extend(fatal.into_iter().map(|delivery| Delivery { reply: answered.next(), ..delivery }));
    }
    (talk, count)
}

/// Kills a process; what it had said until then.
fn kill(mut running: Running) -> Vec<String> {
    running.child.kill().expect("runs until it is killed");
    running.child.wait().expect("ends");
    std::iter::from_fn(|| running.line()).collect()
}

/// With everybody's IDs alike, as two runs draw different ones.
fn blind(text: &str) -> String {
    let id = Regex::new(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").expect("a pattern");
    id.replace_all(text, "ID").into_owned()
}

/// What a place has on record, by the ID.
fn records(place: &Place) -> HashMap<String, Value> {
    let all = place.run(&["transfer", "list", "--json", "--data", &place.data()]).lines();
    all.into_iter().map(|r| (r["id"].as_str().expect("an ID").to_owned(), r)).collect()
}

/// Compares with the same conversation undisturbed.
fn audit(place: &Place, talk: &mut Conversation) {
    let mut running = place.converse(true);
    for delivery in talk.all.iter_mut().filter(|d| !d.erased || d.reply.is_none()) {
        running.send(&delivery.line);
        let reply = running.line().expect("a reply");
        assert_eq!(*delivery.reply.get_or_insert_with(|| reply.clone()), reply, "another reply to {}", delivery.line);
    }
    running.end();

    let calm = Place::new();
    let mut running = calm.converse(true);
    let mut same: HashMap<String, String> = HashMap::new();
    for Delivery { line, reply, .. } in &talk.all {
        let reply = reply.as_deref().expect("all are confirmed");
        running.send(line);
        let calm = running.line().expect("a reply");
        assert_eq!(blind(reply), blind(&calm), "with and without kills, the reply to {line}");
        let id = |reply: &str| json_of(reply)["transfer"].as_str().map(str::to_owned);
        if let (Some(id), Some(calm)) = (id(reply), id(&calm)) {
            assert_eq!(*same.entry(id).or_insert_with(|| calm.clone()), calm, "two transfers for one: {line}");
        }
    }
    running.end();

    let (with, without) = (records(place), records(&calm));
    assert_eq!(with.len(), without.len(), "more or fewer transfers than without kills");
    for (id, record) in &with {
        let calm = same.get(id).and_then(|id| without.get(id)).unwrap_or_else(|| panic!("nobody was told of {id}"));
        assert_eq!(blind(&record.to_string()), blind(&calm.to_string()));
    }
    // The list shows what `show` shows.
    for id in with.keys().take(5) {
        let shown = place.run(&["transfer", "show", id, "--json", "--data", &place.data()]).lines();
        assert_eq!((shown.len(), &shown[0]), (1, &with[id]));
    }
}

#[test]
fn killed_inside_turns_it_loses_nothing_and_repeats_nothing() {
    let seed: u64 = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").subsec_nanos().into()
    });
    writeln!(std::io::stdout(), "SEED={seed}").expect("printed");
    let lanes: Vec<(usize, Count)> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                scope.spawn(move || {
                    let mut rng = StdRng::seed_from_u64(seed ^ lane);
                    let place = Place::new();
                    let (mut talk, count) = drive(&place, &mut rng, KILLS.div_ceil(LANES as usize));
                    audit(&place, &mut talk);
                    (talk.all.len(), count)
                })
            })
            .collect();
        lanes.into_iter().map(|lane| lane.join().unwrap_or_else(|_| panic!("failed with SEED={seed}"))).collect()
    });
    for (deliveries, Count { inside, elsewhere, repeated }) in lanes {
        writeln!(
            std::io::stdout(),
            "{inside} kills inside turns, {elsewhere} elsewhere, {deliveries} deliveries, {repeated} repeated"
        )
        .expect("printed");
    }
}
