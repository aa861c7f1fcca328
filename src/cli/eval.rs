//! `zhuanjie eval`: asks a labelled set and reports how many answers are right, and why the others are not.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::arguments::{EvalOptions, Trees};
use super::{Failure, engine, input};
use crate::assistant::Assistant;
use crate::evaluation::report::{self, Report, end};
use crate::evaluation::{KINDS, NOW, Question, question};
use crate::search::{Brought, Explained, Hit};
use crate::store::Store;

/// How much of a text is shown, in characters.
const SHORT: usize = 80;
/// How many parts of a score are shown of each sort.
const PARTS: usize = 6;
/// How wide a column of the table of kinds is.
const COLUMN: usize = 13;

pub(super) fn run(options: &EvalOptions, trees: &Trees) -> Result<(), Failure> {
    let now = input::time("--now", options.now.as_deref().unwrap_or(NOW))?;
    let questions = read(&options.file)?;
    let assistant = Assistant::new(Arc::new(engine(trees)?), Store::in_memory()?);
    let report = report::report(&assistant, &questions, now)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if options.json { input::answer(&mut out, &report) } else { Ok(print(&mut out, &report)?) }
}

/// The questions of a file; what is wrong in it is told on standard error.
fn read(file: &Path) -> Result<Vec<Question>, Failure> {
    let name = file.display();
    let bytes = std::fs::read(file).map_err(|error| Failure::Input(format!("cannot read {name}: {error}")))?;
    question::read(&bytes).map_err(|bad| {
        let lines: Vec<String> = bad.iter().map(|line| format!("{name}:{line}")).collect();
        Failure::Input(format!("{} bad lines:\n{}", lines.len(), lines.join("\n")))
    })
}

fn print(out: &mut impl Write, report: &Report) -> std::io::Result<()> {
    for failure in &report.failures {
        for text in &failure.before {
            writeln!(out, "BEFORE {}: {}", failure.id, short(text))?;
        }
        writeln!(out, "FAIL {}: {}", failure.id, failure.text.replace(char::is_control, " "))?;
        writeln!(out, "  why: {}", failure.why.join("; "))?;
        let end = |end: &Option<String>| end.clone().unwrap_or_else(|| "?".to_owned());
        let route = format!("{} → {}", end(&failure.origin), end(&failure.destination));
        writeln!(out, "  reply: {}, {route}: {}", failure.kind, short(&failure.reply))?;
        for (place, candidate) in failure.candidates.iter().enumerate() {
            print_candidate(out, place + 1, candidate)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{:<14} {:<19} kind right", "kind", "passed")?;
    for (kind, figures) in KINDS.iter().zip(&report.kinds).filter(|(_, figures)| figures.passed.of > 0) {
        writeln!(out, "{:<14} {:<19} {}", kind.code(), figures.passed, figures.kind_right)?;
    }
    writeln!(out, "route accuracy {}  (origin {}, destination {})", report.route, report.origin, report.destination)?;
    for ((from, to), passed) in &report.routes {
        writeln!(out, "  plan {:<22} {passed}", format!("{}→{}", end(*from), end(*to)))?;
    }
    writeln!(out, "mention accuracy {}  (groups {})", report.mentions, report.groups)?;
    writeln!(out, "forbidden text shown {}", report.forbidden)?;
    writeln!(out, "out_of_scope answered all the same {}", report.answered_outside)?;
    let ranks = &report.ranks;
    writeln!(
        out,
        "mean reciprocal rank of the right candidate {:.3}  (any candidate right for {} of {} questions)",
        ranks.mean_reciprocal, ranks.found, ranks.questions
    )?;
    writeln!(out, "confusion of kinds (row: expected, column: said)")?;
    let columns: Vec<String> = KINDS.iter().map(|kind| format!("{:>COLUMN$}", kind.code())).collect();
    writeln!(out, "{:<14}{}", "", columns.concat())?;
    for ((kind, counts), figures) in KINDS.iter().zip(&report.confusion).zip(&report.kinds) {
        if figures.passed.of > 0 {
            let counts: Vec<String> = counts.iter().map(|count| format!("{count:>COLUMN$}")).collect();
            writeln!(out, "{:<14}{}", kind.code(), counts.concat())?;
        }
    }
    let score = report.score;
    writeln!(out, "score {}/{} = {:.1}%", score.right, score.of, score.percent())?;
    out.flush()
}

fn print_candidate(out: &mut impl Write, place: usize, candidate: &Explained) -> std::io::Result<()> {
    let Explained { hit: Hit { target, score, coverage, fit }, systems, about, .. } = candidate;
    writeln!(
        out,
        "  {place}. {}  {score:.1}: covers {coverage:.2} of the question, {fit:.2} of its text is asked for; \
         systems ×{systems:.2}, kind and case ×{about:.2}",
        target.id()
    )?;
    let more = match candidate.documents {
        0 | 1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    writeln!(out, "     “{}” {:.1}{more}", short(&candidate.text), candidate.document_score)?;
    let sorts = [("words", &candidate.words), ("pairs", &candidate.pairs), ("sounds", &candidate.sounds)];
    let parts: Vec<String> =
        sorts.iter().filter(|(_, all)| !all.is_empty()).map(|(name, all)| parts(name, all)).collect();
    writeln!(out, "     {}", parts.join("; "))
}

/// What brought most, and how much the rest did together.
fn parts(name: &str, all: &[Brought]) -> String {
    let (shown, rest) = all.split_at(all.len().min(PARTS));
    let mut parts: Vec<String> = shown.iter().map(|part| format!("{} {:.1}", part.text, part.score)).collect();
    if !rest.is_empty() {
        let sum: f32 = rest.iter().map(|part| part.score).sum();
        parts.push(format!("{} more {sum:.1}", rest.len()));
    }
    format!("{name} {}", parts.join(", "))
}

/// The beginning of a text, in one line.
fn short(text: &str) -> String {
    let mut line: String =
        text.split(char::is_whitespace).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(SHORT) {
        line.truncate(end);
        line.push('…');
    }
    line.replace(char::is_control, " ")
}
