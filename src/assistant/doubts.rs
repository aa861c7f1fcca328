//! What is asked when something told cannot go into the record as it stands.

use chrono::Datelike;

use super::state::{Action, Pending, Told};
use super::told::YES;
use super::turn::{Answer, Turn};
use crate::knowledge::terms::{Event, Term};
use crate::plan::text::day;
use crate::reply::{Kind, Reply};
use crate::transfer::{Doubt, Record};

impl Turn<'_> {
    /// The question that a doubt is.
    pub(super) fn doubt(&mut self, record: &Record, told: &Told, event: Event, doubt: Doubt) -> Answer {
        let transfer = record.id.to_string();
        let name = event.name();
        let again = Told { on: None, ..told.clone() };
        let first = |needs: Event| Told {
            transfer: told.transfer.clone(),
            event: needs.code().to_owned(),
            on: None,
            long_ago_is_meant: false,
            again: false,
            then: Some(Box::new(told.clone())),
        };
        let text = match doubt {
            Doubt::Future { on } => {
                self.offer_days(again);
                format!("{} 还没到，没有记下。“{name}”是哪一天的事？", day(on))
            }
            Doubt::LongAgo { on } => {
                self.offer("就是这一天", Action::Tell(Told { long_ago_is_meant: true, ..told.clone() }));
                self.offer("不是，没有改动", Action::Leave);
                self.state.pending = Some(Pending::Day(again));
                let this_year = on.with_year(self.today().year()).filter(|d| *d > self.today());
                let coming = this_year.map(|d| format!("{} 还没到。", day(d))).unwrap_or_default();
                format!("{coming}你说的是 {} 吗？隔得有点久，先没有记下；不是的话，再说一次日期。", day(on))
            }
            Doubt::AlreadyThere { event, on, number } => {
                let said = self.said.days.first().and_then(|d| d.date()).filter(|d| *d != on && *d <= self.today());
                match said {
                    Some(other) => {
                        let change = Action::Correct { transfer: transfer.clone(), number, on: other };
                        self.offer_by_words("改成新日期", &YES, change);
                        if event == Event::Submitted {
                            let anew = Told { on: Some(other), again: true, ..told.clone() };
                            let says = ["重新发起的", "重新发起", "又发起的", "是重新发起的"];
                            self.offer_by_words("是重新发起的", &says, Action::Tell(anew));
                        }
                        let keep = ["不用", "不改", "不是", "不", "不要"];
                        self.offer_by_words("保持原来的", &keep, Action::Leave);
                        format!("已经记着 {} {}，要改成 {} 吗？", day(on), event.name(), day(other))
                    }
                    None => return self.after(record.id, &format!("这条已经记着：{} {}。", day(on), event.name())),
                }
            }
            Doubt::Before { event, on, than, than_on } => format!(
                "日期对不上：{} {} 早于 {} {}，没有记下。请核对是哪个日期不对，再告诉我。",
                day(on),
                event.name(),
                day(than_on),
                than.name()
            ),
            Doubt::Missing { event, needs } => {
                self.offer_days(first(needs));
                let needs = needs.name();
                format!("“{}”要在“{needs}”之后，先没有记下。“{needs}”是哪一天？", event.name())
            }
            Doubt::NotOnThisRoute { event } => {
                format!("这条路线没有“{}”这一步，没有记下。说的是别的步骤，还是别的转接？", event.name())
            }
            Doubt::Finished { on } => {
                format!(
                    "这次转接在 {} 已经完成，没有再记。要改前面的日期就说“不是…，是…”；新的转接请先说从哪转到哪。",
                    day(on)
                )
            }
            Doubt::NotBegun => {
                self.offer_days(first(Event::Submitted));
                format!("还没有记“{}”，“{name}”先没有记下。哪天发起成功的？", Event::Submitted.name())
            }
            Doubt::StillNeeded { event, by, by_on } => {
                format!("“{}”之后还记着 {} {}，要先划掉后面那条，才能划掉它。", event.name(), day(by_on), by.name())
            }
            Doubt::NotThere => "没有找到这一条，没有改动。".to_owned(),
        };
        let route = self.several().then(|| self.which_route(&transfer)).flatten().unwrap_or_default();
        let mut answer = Answer::of(Kind::Progress, Reply::text(format!("{route}{text}")));
        if let Some(situation) = super::state::situation_from_text(&record.situation) {
            answer.origin = Some(situation.from.system);
            answer.destination = situation.to.map(|to| to.system);
        }
        answer
    }
}
