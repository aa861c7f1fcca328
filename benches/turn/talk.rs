//! What members say in the mix: plans, questions, events, whereabouts, and what is none of it.

use chrono::{DateTime, Days, FixedOffset};

/// One member each, in order.
pub(crate) const SCRIPTS: [&[&str]; 10] = [
    &["从广州转到福州", "记录这次转接", "今天发起成功", "几天内要报到", "今天报到了", "日历", "我的转接"],
    &[
        "我在深圳上大学，考上了清华的研究生，团关系怎么转",
        "记录这次转接",
        "今天发起成功",
        "不是6月3号，是6月2号",
        "转出方审核通过了",
        "被退回了",
    ],
    &["在北京读书，毕业去广州工作", "记录这次转接", "昨天发起成功", "北京那边审核通过了", "看步骤", "按错了，还没通过"],
    &["怎么转团组织关系", "福州", "广州", "没报到过", "记录这次转接", "附件要多大"],
    &["我的组织在哪", "忘记密码怎么办", "发起以后能撤回吗", "审核要多久", "为什么要转团组织关系", "转到铁路系统"],
    &["毕业了还没找到工作，团关系怎么办", "广州", "去当兵了团关系怎么转", "出国读书要转吗", "延迟毕业呢"],
    &["今天天气怎么样", "入党要什么条件", "团费交多少", "你好", "帮助", "abc"],
    &["广东转北京几天内办好", "备注写什么", "要准备什么材料", "北京怎么注册", "福建在哪里报到", "转错了怎么办"],
    &[
        "我是支部书记，怎么审核团员的转入",
        "怎么把团员转出去",
        "团员28岁了怎么办",
        "党员还要转团关系吗",
        "找不到我的支部",
    ],
    &[
        "从福建转到北京",
        "不是北京，是上海",
        "返回",
        "重新开始",
        "从央企转到广东",
        "记录这次转接",
        "6月1日发起成功",
        "我的转接到哪了",
    ],
];

/// The time at which a member says something: a new day each time.
pub(crate) fn time(spoken: usize) -> DateTime<FixedOffset> {
    let start = DateTime::parse_from_rfc3339("2024-06-01T09:00:00+08:00").unwrap();
    start.checked_add_days(Days::new(spoken as u64)).unwrap()
}
