//! What members do, and when: some days of their lives, as data. A cycle of days is held again with the scripts shared
//! out anew, as often as there are to be kills.

use chrono::{DateTime, Days, FixedOffset, TimeDelta};

/// A step of a script.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Writes this.
    Say(&'static str),
    /// Presses the latest button with this label.
    Press(&'static str),
    /// Sends all of it at once, without waiting for an answer; none of the texts is a sticker.
    AtOnce(&'static [&'static str]),
}

use Step::{AtOnce, Press, Say};

/// Sent at once with words, it stands for what is no text.
pub(crate) const PICTURE: &str = "";

/// A time at which the clock stops.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Day of the cycle, hour and minute.
    time: (u64, i64, i64),
    /// The clock goes on as soon as what is due is composed, without waiting until it has arrived.
    pub(crate) hurried: bool,
}

const fn at(day: u64, hour: i64, minute: i64) -> Moment {
    Moment { time: (day, hour, minute), hurried: false }
}

/// All times of a cycle. Submitted on the first day, a transfer to Beijing is due on day 10, one to Fujian on day 11;
/// reminders come three days before, one day before and on the day.
pub(crate) const MOMENTS: [Moment; 19] = [
    at(1, 8, 30),
    at(1, 10, 0),
    at(2, 10, 0),
    at(3, 23, 30),
    at(4, 10, 0),
    at(5, 12, 0),
    at(7, 9, 0),
    at(7, 18, 30),
    Moment { time: (7, 21, 30), hurried: true },
    // Reminders that did not get out before wait here, over a kill.
    at(7, 22, 30),
    at(8, 8, 10),
    at(8, 9, 0),
    at(8, 19, 0),
    at(9, 9, 0),
    at(9, 12, 0),
    at(10, 9, 0),
    at(11, 9, 0),
    at(11, 12, 0),
    at(13, 10, 0),
];

/// What somebody does, by day and hour.
type Script = &'static [((u64, i64), &'static [Step])];

/// Everything of the cycle before goes.
const BEGIN_ANEW: &[Step] = &[Say("删除我的数据"), Press("确认删除")];

const SCRIPTS: [Script; 8] = [
    // Is reminded until the last day, and then done.
    &[
        ((1, 10), &[Say("从广州转到福州"), Press("记录这次转接"), Say("今天发起成功"), Press("提醒我")]),
        ((2, 10), &[Say("附件要多大"), Press("有用")]),
        ((4, 10), &[Say("日历")]),
        ((8, 19), &[Press("晚点提醒")]),
        ((11, 12), &[Press("已办好")]),
        ((13, 10), &[Say("我的转接")]),
    ],
    // Puts a reminder off into the evening, then wants no more.
    &[
        ((1, 10), &[Say("从广东转到北京"), Say("记录这次转接"), Say("今天发起成功"), Press("提醒我")]),
        ((3, 23), &[Say("附件要多大"), Press("没用")]),
        ((7, 18), &[Press("晚点提醒")]),
        ((9, 12), &[Press("不再提醒")]),
        ((13, 10), &[Say("我的转接")]),
    ],
    // Ticks steps in place.
    &[
        ((1, 10), &[Say("从广州转到福州"), Press("记录这次转接"), Say("看步骤"), Press("☐ 1"), Press("☐ 2")]),
        ((2, 10), &[Press("☑ 1"), Press("☐ 3"), Say("第一步做完了")]),
        ((5, 12), &[Press("☐ 4"), AtOnce(&["我的转接", "要准备什么材料"])]),
        ((7, 22), &[Press("☑ 4")]),
        ((11, 12), &[Say("今天发起成功"), Press("不用提醒")]),
    ],
    // Puts days right and strikes out.
    &[
        (
            (1, 10),
            &[Say("在北京读书，毕业去广州工作"), Say("记录这次转接"), Say("昨天发起成功"), Say("不是昨天，是前天")],
        ),
        ((2, 10), &[Say("今天审核通过了"), Press("提醒我")]),
        ((4, 10), &[Say("按错了，还没通过"), Say("昨天审核通过了"), Say("日历")]),
        ((8, 19), &[Say("今天报到了")]),
        ((9, 12), &[Say("被退回了"), Say("今天重新发起成功")]),
        ((13, 10), &[Say("我的转接")]),
    ],
    // Erases everything in between: what was planned before must not come.
    &[
        ((1, 10), &[Say("从广东转到北京"), Press("记录这次转接"), Say("今天发起成功"), Press("提醒我")]),
        ((5, 12), &[Say("删除我的数据"), Press("确认删除"), Say("我的转接")]),
        ((8, 19), &[Say("从福州转到北京"), Press("记录这次转接"), Say("今天发起成功")]),
        ((11, 12), &[Press("提醒我"), Say("我的转接")]),
    ],
    // Asks a lot, also at night and in bursts.
    &[
        ((1, 10), &[Say("你好"), Say("几天内要报到"), Press("有用"), AtOnce(&["今天天气怎么样", "附件要多大"])]),
        ((2, 10), &[AtOnce(&["审核要多久", PICTURE]), AtOnce(&["要准备什么材料", PICTURE, "我的组织在哪"])]),
        ((3, 23), &[Say("团费交到哪里"), Say("从北京转到广东"), Say("没报到过")]),
        ((7, 22), &[Say("被退回怎么办"), Press("没用"), Say("来源")]),
        ((9, 12), &[Say("记录这次转接"), AtOnce(&["今天发起成功", "日历"])]),
    ],
    // Gets through before the first reminder.
    &[
        ((1, 10), &[Say("从广东转到北京"), Press("记录这次转接"), Say("今天发起成功"), Press("提醒我")]),
        ((4, 10), &[Say("昨天审核通过"), Say("日历")]),
        ((5, 12), &[AtOnce(&["今天报到了", "我的转接"]), Say("转好了")]),
        ((13, 10), &[Say("我的转接")]),
    ],
    // Has two transfers, reminded of both.
    &[
        ((1, 10), &[Say("从广东转到北京"), Say("记录这次转接"), Say("今天发起成功"), Press("提醒我")]),
        ((2, 10), &[Say("从福建转到广东"), Say("没报到过"), Say("记录这次转接")]),
        ((4, 10), &[Say("转广东的那个今天审核通过了"), Press("提醒我"), Say("我的转接")]),
        ((9, 12), &[Say("转北京的那个被退回了"), Say("日历")]),
        ((13, 10), &[Say("我的转接")]),
    ],
];

impl Moment {
    /// The time in a cycle.
    pub(crate) fn time(self, cycle: usize) -> DateTime<FixedOffset> {
        let begin = DateTime::parse_from_rfc3339("2025-03-03T00:00:00+08:00").expect("a time");
        let (day, hour, minute) = self.time;
        begin + Days::new(day - 1 + 14 * cycle as u64) + TimeDelta::hours(hour) + TimeDelta::minutes(minute)
    }

    /// What was due a moment ago may still be on its way.
    pub(crate) fn follows_hurry(self) -> bool {
        MOMENTS.windows(2).any(|pair| pair[0].hurried && pair[1].time == self.time)
    }

    /// Nobody may be disturbed then.
    pub(crate) fn at_night(self) -> bool {
        !(8..22).contains(&self.time.1)
    }

    /// What a member does then.
    pub(crate) fn steps(self, member: usize, cycle: usize) -> &'static [Step] {
        let (day, hour, minute) = self.time;
        if (day, hour, minute) == MOMENTS[0].time {
            return if cycle > 0 { BEGIN_ANEW } else { &[] };
        }
        let script = SCRIPTS[(member + cycle) % SCRIPTS.len()];
        script.iter().find(|(when, _)| *when == (day, hour)).map_or(&[], |(_, steps)| steps)
    }
}
