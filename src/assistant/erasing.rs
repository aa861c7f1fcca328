//! What is kept of a member, and erasing all of it after asking once.

use chrono::TimeDelta;

use super::state::{Action, State};
use super::turn::{Answer, Change, Turn};
use crate::plan::text;
use crate::reply::{Block, Kind, Reply};
use crate::store::{DELIVERY_DAYS, Kept, Periods};

/// Chosen to erase everything.
pub(super) const ERASE: &str = "确认删除";

/// What else says yes to it, right after the question.
const YES: [&str; 24] = [
    "确认",
    "确定",
    "是",
    "是的",
    "对",
    "对的",
    "好",
    "好的",
    "嗯",
    "嗯嗯",
    "嗯删",
    "要",
    "要删",
    "删",
    "删掉",
    "删除",
    "全删",
    "全部删除",
    "确定删除",
    "可以",
    "行",
    "yes",
    "y",
    "ok",
];

impl Turn<'_> {
    /// Asks whether everything is to go.
    pub(super) fn ask_to_erase(&mut self, says: &str) -> Answer {
        self.state.pending = None;
        self.offer_by_words(ERASE, &YES, Action::Erase);
        self.offer("不删", Action::Leave);
        Answer::of(Kind::Progress, Reply::text(self.service(says)))
    }

    /// Says so where the question whether to erase was not answered with yes.
    pub(super) fn nothing_erased(&self, answer: &mut Answer) {
        let again = self.offers.iter().any(|o| o.action == Action::Erase);
        if again || self.changes.iter().any(|c| matches!(c, Change::Erase)) {
            return;
        }
        let says = Block::Text(self.service("service.erase.kept"));
        match answer.replies.first_mut() {
            Some(first) => first.blocks.insert(0, says),
            None => answer.replies.push(Reply { blocks: vec![says], ..Reply::default() }),
        }
    }

    /// Erases everything; the receipt tells what it was.
    pub(super) fn erase(&mut self) -> Answer {
        let kept = self.looked.kept.unwrap_or_default();
        // What comes and goes by itself is named without its number: it may be another one by the time this is read.
        let mut gone = vec!["对话进度、保存的回复、还没发出的消息、聊天软件给的编号".to_owned()];
        if kept.transfers > 0 {
            let records = format!("转接记录{}条，时间线{}条，连同提醒和查询码", kept.transfers, kept.entries);
            gone.insert(0, records);
        }
        if kept.codes > 0 {
            gone.push("等着输的验证码".to_owned());
        }
        self.state = State::default();
        self.records.clear();
        self.changes.push(Change::Erase);
        let blocks = vec![
            Block::Heading("已经删除：".to_owned()),
            Block::Points(gone),
            Block::Text(self.service("service.erase.done")),
        ];
        Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() })
    }

    /// What is kept of the member, and until when.
    pub(super) fn my_data(&mut self) -> Answer {
        let kept = self.looked.kept.unwrap_or_default();
        if kept.seen_at.is_none() {
            return Answer::of(Kind::Progress, self.own("service.data.none"));
        }
        let points = self.holdings(&kept).into_iter().map(|(what, until)| match until {
            Some(until) => format!("{what}：{until}"),
            None => what,
        });
        let blocks = vec![
            Block::Heading("我这里存着你的：".to_owned()),
            Block::Points(points.collect()),
            Block::Text(self.service("service.data.not")),
            Block::Text(self.service("service.data.erase")),
        ];
        Answer::of(Kind::Progress, Reply { blocks, ..Reply::default() })
    }

    /// What there is of the member, each with how long it stays; what there is none of is left out.
    fn holdings(&self, kept: &Kept) -> Vec<(String, Option<String>)> {
        let days = |period: fn(&Periods) -> TimeDelta| self.around.periods.as_ref().map(|p| period(p).num_days());
        let after = |what: &str, days: Option<i64>| days.map(|days| format!("{what}{days}天后自动删"));
        let finished = days(|p| p.finished).zip(days(|p| p.unfinished));
        let finished = finished.map(|(finished, other)| {
            format!("最后一次更新起，办结、退回或撤回的{finished}天后自动删，其余{other}天后自动删")
        });
        let seen = kept.seen_at.map(|at| text::day(at.with_timezone(self.around.now.offset()).date_naive()));
        let talk = match seen {
            Some(seen) => format!("对话进度和聊天软件给的编号（上次说话 {seen}）"),
            None => "对话进度".to_owned(),
        };
        let all = [
            (kept.transfers, format!("转接记录{}条，时间线{}条", kept.transfers, kept.entries), finished),
            (kept.reminders, format!("要发的提醒{}个", kept.reminders), Some("发出或不再需要就删".to_owned())),
            (kept.passes, format!("查询码{}个（只存算它用的随机数）", kept.passes), Some("到期自动删".to_owned())),
            (kept.codes, format!("验证码{}个（只存密钥指纹）", kept.codes), after("过期", days(|p| p.codes))),
            (kept.unsent, format!("还没发出的消息{}条", kept.unsent), after("一直发不出，", days(|p| p.unsent))),
            (kept.replies, format!("保存的回复{}条", kept.replies), after("", Some(DELIVERY_DAYS.into()))),
            (1, talk, after("没有在办的转接、又一直不说话，", days(|p| p.conversations))),
        ];
        all.into_iter().filter(|(count, ..)| *count > 0).map(|(_, what, until)| (what, until)).collect()
    }
}
