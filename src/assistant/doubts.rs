//! What is asked when something told cannot go into the record as it stands.

use super::state::{Action, Told};
use super::turn::{Answer, Turn};
use crate::knowledge::terms::{Event, Term};
use crate::plan::text::day;
use crate::reply::{Kind, Reply};
use crate::transfer::{Doubt, Record};

impl Turn<'_> {
    /// The question that a doubt is.
    pub(super) fn doubt(&mut self, record: &Record, told: Event, doubt: Doubt) -> Answer {
        let transfer = record.id.to_string();
        let name = told.name();
        let tell = |event: Event, on, long_ago_is_meant| {
            Action::Tell(Told { transfer: transfer.clone(), event: event.code().to_owned(), on, long_ago_is_meant })
        };
        let text = match doubt {
            Doubt::Future { on } => {
                format!("{} 还没到，没有记下。“{name}”是哪一天的事？", day(on))
            }
            Doubt::LongAgo { on } => {
                self.offer("就是这一天", tell(told, Some(on), true));
                self.offer("不是，没有改动", Action::Leave);
                format!("你说的是 {} 吗？隔得有点久，还没有记下。不是的话，请带上年份再说一次。", day(on))
            }
            Doubt::AlreadyThere { event, on, number } => {
                let said = self.said.days.first().and_then(|d| d.date()).filter(|d| *d != on && *d <= self.today());
                match said {
                    Some(other) => {
                        self.offer("改成新日期", Action::Correct { transfer, number, on: other });
                        self.offer("保持原来的", Action::Leave);
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
                self.offer(&format!("补记“{}”", needs.name()), tell(needs, None, false));
                format!(
                    "还没有记“{}”，“{}”要在它之后，先没有记下。“{}”是哪一天？",
                    needs.name(),
                    event.name(),
                    needs.name()
                )
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
            Doubt::NotBegun => format!("还没有记发起成功，“{name}”没有记下。先告诉我哪天发起成功的？"),
            Doubt::StillNeeded { event, by, by_on } => {
                format!("“{}”之后还记着 {} {}，要先划掉后面那条，才能划掉它。", event.name(), day(by_on), by.name())
            }
            Doubt::NotThere => "没有找到这一条，没有改动。".to_owned(),
        };
        let mut answer = Answer::of(Kind::Progress, Reply::text(text));
        if let Some(situation) = super::state::situation_from_text(&record.situation) {
            answer.origin = Some(situation.from.system);
            answer.destination = situation.to.map(|to| to.system);
        }
        answer
    }
}
