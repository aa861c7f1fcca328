//! Every kind of mistake an author can make in `knowledge/`: where it is told, and what the message quotes.

use crate::broken::copy;

const SERVICE: &str = "service.toml";
const FAMILIES: &str = "families.toml";
const EXAMPLES: &str = "examples.toml";
const GUANGDONG: &str = "routes/guangdong.toml";
const FAQ: &str = "faq/age.toml";

/// A statement of the assistant's own, whole but for what `with` says.
fn statement(with: &str) -> String {
    format!("[[statement]]\nid = \"service.test\"\n{with}\n")
}

/// A step whose keys are right but for those of `with`.
fn step(with: &str) -> String {
    format!("[[step]]\nid = \"gd.test\"\ntext = \"等。\"\ncites = [\"guangdong-guide §一\"]\n{with}\n")
}

/// A deadline of Guangdong's, but for those keys that `with` gives.
fn deadline(with: &str) -> String {
    let keys = "legs = [\"leave\"]\nduty = \"system\"\nfrom = \"submitted\"\nby = \"completed\"";
    format!("[[deadline]]\nid = \"gd.test\"\n{keys}\ncites = [\"guangdong-guide §一\"]\n{with}\n")
}

/// An entry that is whole, but for those keys that `with` gives.
fn entry(with: &str) -> String {
    format!(
        "¦[[entry]]\nid = \"faq.test\"\n{with}\n[[entry.say]]\ntext = \"答。\"\ncites = [\"guangdong-guide §一\"]\n"
    )
}

/// The same without a mark of its own.
fn entry_unmarked(with: &str) -> String {
    entry(with).replacen('¦', "", 1)
}

const ASK: &str = "ask = [\"一问\", \"二问\", \"三问\", \"四问\", \"五问\"]";

#[test]
fn the_shipped_trees_have_no_problem() {
    copy().reports(&[]);
}

#[test]
fn an_unknown_source() {
    let says = statement("text = \"好。\"\ncites = [\"guangdong-guide §一\", ¦\"guangdong-gide §二\"]");
    copy().add(SERVICE, &says).reports(&["unknown source `guangdong-gide`"]);
}

#[test]
fn a_section_without_its_sign() {
    let says = statement("text = \"好。\"\ncites = [¦\"guangdong-guide 三.6\"]");
    copy().add(SERVICE, &says).reports(&["section `三.6` must begin with §"]);
}

#[test]
fn a_duplicate_id() {
    let says = "[[statement]]\nid = ¦\"gd.out.open\"\ntext = \"好。\"\ncites = [\"zhuanjie\"]\n";
    let (problems, _) = copy().add(SERVICE, says).problems();
    // The service's own statements are read first: the second use is the one of the route.
    let [problem] = problems.as_slice() else { panic!("{problems:#?}") };
    assert!(problem.starts_with(&format!("{GUANGDONG}:")), "{problem}");
    assert!(problem.contains("duplicate id `gd.out.open`, first used at service.toml:"), "{problem}");

    let twice = "[[statement]]\nid = \"service.test\"\ntext = \"好。\"\ncites = [\"zhuanjie\"]\n\
                 [[statement]]\nid = ¦\"service.test\"\ntext = \"好。\"\ncites = [\"zhuanjie\"]\n";
    let twice = format!("checked_on = 2026-11-21\n{twice}");
    copy()
        .write(EXAMPLES, "")
        .write(SERVICE, &twice)
        .reports(&["duplicate id `service.test`, first used at service.toml:3"]);
}

#[test]
fn an_id_that_is_no_id() {
    let says = "[[statement]]\nid = ¦\"Service.测试\"\ntext = \"好。\"\ncites = [\"zhuanjie\"]\n";
    copy().add(SERVICE, says).reports(&["id `Service.测试` must be lower-case words joined by dots"]);
}

#[test]
fn a_misspelt_key() {
    let says = statement("text = \"好。\"\n¦cite = [\"zhuanjie\"]\nknown = \"documented\"\ncites = [\"zhuanjie\"]");
    copy().add(SERVICE, &says).reports(&["unknown key `cite`, did you mean `cites`?"]);
    let far = statement("text = \"好。\"\ncites = [\"zhuanjie\"]\n¦remark = \"x\"");
    copy().add(SERVICE, &far).reports(&["unknown key `remark`"]);
}

#[test]
fn a_wrong_type() {
    let says = statement("text = \"好。\"\ncites = ¦\"zhuanjie\"\nknown = \"inferred\"").replace("text = ", "text = ¦");
    copy().add(SERVICE, &says).reports(&[
        "a statement without `cites` must be `unknown`: 好。",
        "`cites` must be a list, not string `\"zhuanjie\"`",
    ]);
    let says = statement("text = \"好。\"\ncites = [¦7]\nyear = ¦\"2019\"").replace("text = ", "text = ¦");
    copy().add(SERVICE, &says).reports(&[
        "a statement without `cites` must be `unknown`: 好。",
        "`cites` must be a string, not integer `7`",
        "`year` must be a whole number, not string `\"2019\"`",
    ]);
    let says = statement("text = \"好。\"\ncites = [\"zhuanjie\"]\nyear = ¦70000\nchecked_on = ¦\"2026-11-21\"");
    copy().add(SERVICE, &says).reports(&[
        "`year` must be a number from 0 to 65535, not integer `70000`",
        "`checked_on` must be a date such as 2026-01-31, not string `\"2026-11-21\"`",
    ]);
    let when = step("legs = [\"leave\"]\nphase = \"submit\"\nactor = \"member\"\nwhen = { committee = ¦\"yes\" }");
    copy().add(GUANGDONG, &when).reports(&["`committee` must be true or false, not string `\"yes\"`"]);
    let when = step("legs = [\"leave\"]\nphase = \"submit\"\nactor = \"member\"\nwhen = ¦true");
    copy().add(GUANGDONG, &when).reports(&["`when` must be a table, not boolean `true`"]);
}

#[test]
fn an_unknown_word_of_a_vocabulary() {
    let all = step(
        "legs = [¦\"leaving\"]\nphase = ¦\"sending\"\nactor = ¦\"secretary\"\nknown = ¦\"sure\"\n\
         when = { to = [¦\"shanghai\"], role = [¦\"teacher\"] }",
    );
    copy().add(GUANGDONG, &all).reports(&[
        "unknown leg `leaving`, expected one of leave, arrive, within",
        "unknown phase `sending`, expected one of prepare, submit, origin_review, report, destination_review, feedback",
        "unknown actor `secretary`, expected one of member, origin_branch, origin_superior, destination_branch, \
         destination_superior, system",
        "unknown level `sure`, expected one of documented, inferred, conflict, unknown",
        "unknown system `shanghai`, expected one of central, guangdong, fujian, beijing",
        "unknown role `teacher`, expected one of member, origin_branch, destination_branch",
    ]);
    let note = "[[step.note]]\nid = \"gd.test.note\"\nkind = ¦\"hint\"\ntext = \"好。\"\ncites = [\"zhuanjie\"]\n";
    let whole = step("legs = [\"leave\"]\nphase = \"submit\"\nactor = \"member\"");
    copy()
        .add(GUANGDONG, &whole)
        .add(GUANGDONG, note)
        .reports(&["unknown note kind `hint`, expected one of prepare, pitfall, detail"]);
    let rule = deadline("days = 3\ntext = \"三天内。\"\nstart_known = ¦\"maybe\"")
        .replace("duty = ", "duty = ¦")
        .replace("\"system\"", "\"team\"")
        .replace("\"completed\"", "¦\"finished\"");
    copy().add(GUANGDONG, &rule).reports(&[
        "unknown duty `team`, expected one of member, system, organization",
        "unknown event `finished`, expected one of submitted, origin_approved, reported, destination_approved, \
         completed, returned, withdrawn",
        "unknown level `maybe`, expected one of documented, inferred, conflict, unknown",
    ]);
    copy()
        .swap("cases/enlistment.toml", "effect = \"replaces\"", "effect = ¦\"moves\"")
        .reports(&["unknown effect `moves`, expected one of keeps, replaces, stays"]);
    copy()
        .swap("sources.toml", "rank = \"seed\"", "rank = ¦\"best\"")
        .reports(&["unknown rank `best`, expected one of seed, official, mirror, ui, low, own"]);
}

#[test]
fn a_missing_key() {
    let says = "¦[[statement]]\nid = \"service.test\"\ncites = [\"zhuanjie\"]\n";
    copy().add(SERVICE, says).reports(&["missing key `text`"]);
    let nothing = "¦¦¦¦¦[[step]]\n";
    copy().add(GUANGDONG, nothing).reports(&[
        "missing key `actor`",
        "missing key `id`",
        "missing key `legs`",
        "missing key `phase`",
        "missing key `text`",
    ]);
    copy().add(GUANGDONG, &format!("¦{}", deadline("text = \"三天内。\""))).reports(&["missing key `days`"]);
    let text = format!("¦¦checked_at = 2026-11-21\n{}", entry_unmarked(&format!("topic = \"试\"\n{ASK}")));
    copy()
        .write(FAMILIES, "")
        .write(FAQ, &text)
        .reports(&["missing key `checked_on`", "unknown key `checked_at`, did you mean `checked_on`?"]);
}

#[test]
fn legs_where_there_are_none() {
    let step = "¦[[step]]\nid = \"case.test\"\nlegs = [\"leave\"]\nphase = \"submit\"\nactor = \"member\"\n\
                text = \"等。\"\ncites = [\"guangdong-guide §一\"]\n";
    copy().add("cases/employment.toml", step).reports(&["`legs` is for routes; a case has none"]);
}

#[test]
fn an_empty_text() {
    copy().add(SERVICE, &statement("text = ¦\" \"\ncites = [\"zhuanjie\"]")).reports(&["`text` is empty"]);
}

#[test]
fn a_text_of_two_lines() {
    let says = statement("text = ¦\"\"\"一\n二\"\"\"\ncites = [\"zhuanjie\"]");
    copy().add(SERVICE, &says).reports(&["a statement is one line"]);
}

#[test]
fn a_statement_that_cites_nothing() {
    let says = statement("text = ¦\"好。\"\ncites = []");
    copy().add(SERVICE, &says).reports(&["a statement without `cites` must be `unknown`: 好。"]);
}

#[test]
fn an_unknown_statement_that_names_nobody() {
    let says = statement("text = ¦\"没有公开依据。\"\ncites = []\nknown = \"unknown\"");
    copy().add(SERVICE, &says).reports(&["a statement that is `unknown` must say whom to ask with {contact}"]);
}

#[test]
fn an_unknown_placeholder() {
    let says = statement("text = ¦\"在{deadline}前去{place}。\"\ncites = [\"zhuanjie\"]");
    copy().add(SERVICE, &says).reports(&["unknown placeholder `{deadline}`, expected {place} or {contact}"]);
}

#[test]
fn days_that_the_text_does_not_say() {
    let rule = deadline("days = ¦9\ntext = \"八天内办好。\"");
    copy().add(GUANGDONG, &rule).reports(&["`days` is 9 but the text does not say so: 八天内办好。"]);
}

#[test]
fn a_year_on_a_deadline() {
    let rule = format!("¦{}", deadline("days = 9\ntext = \"九天内办好。\"\nyear = 2019"));
    copy().add(GUANGDONG, &rule).reports(&["`gd.test`: a year's arrangement never yields a date"]);
}

#[test]
fn two_deadlines_where_one_must_apply() {
    let rule = "[[deadline]]\nid = ¦\"bj.test\"\nlegs = [\"arrive\"]\nduty = \"member\"\ndays = 5\nfrom = \"submitted\"\n\
                by = \"destination_approved\"\ntext = \"五天内。\"\ncites = [\"guangdong-guide §三.6\"]\n\
                when = { from = [\"guangdong\"] }\n";
    copy()
        .add("routes/beijing.toml", rule)
        .reports(&["two deadlines apply where one must: `bj.test` and `bj.in.nine` both by `destination_approved`"]);
}

#[test]
fn a_case_that_leaves_nothing_to_do() {
    let case = "checked_on = 2026-11-21\nid = \"delayed_graduation\"\nname = \"延迟毕业\"\neffect = \"stays\"\n\
                names = [\"延毕\"]\n[[placement]]\nid = ¦\"case.test\"\ntext = \"留下。\"\ncites = [\"haikou-2023\"]\n";
    copy().write("cases/delayed_graduation.toml", case).reports(&["a plan without a step"]);
}

#[test]
fn a_reused_step_that_there_is_not() {
    copy()
        .swap("cases/enlistment.toml", "\"gd.out.open\"", "¦\"gd.out.opne\"")
        .reports(&["`reuse` names `gd.out.opne`, which is no step of a route"]);
    copy()
        .swap("cases/employment.toml", "effect = \"keeps\"", "effect = \"keeps\"\nreuse = [¦\"gd.out.open\"]")
        .reports(&["`reuse` is only for a case that replaces the destination"]);
}

#[test]
fn an_entry_with_too_few_ways_to_ask() {
    let few = entry("topic = \"试\"\nask = [\"一问\", \"二问\"]");
    copy().add(FAQ, &few).reports(&["an entry needs at least 5 ways to ask it, here are 2"]);
}

#[test]
fn a_way_to_ask_that_stands_twice() {
    let twice = entry_unmarked("topic = \"试\"\nask = [\"一问\", \"二问\", \"三问\", \"四问\", ¦\"一问\"]");
    let text = format!("checked_on = 2026-11-21\n{twice}");
    copy().write(FAMILIES, "").write(FAQ, &text).reports(&["`一问` is asked before, at faq/age.toml:5"]);
}

#[test]
fn a_family_without_its_entries() {
    let one = "[[family]]\nid = ¦\"test\"\nfujian = \"faq.fj-forgot\"\n";
    copy().add(FAMILIES, one).reports(&["`test` has 1 entries, a family has at least 2"]);
    let none = "[[family]]\nid = \"test\"\ncentral = ¦\"faq.nothing\"\nfujian = ¦\"faq.gd-forgot\"\n";
    copy().add(FAMILIES, none).reports(&["unknown entry `faq.nothing`", "`faq.gd-forgot` is not about fujian"]);
}

#[test]
fn examples_of_nothing() {
    let desk = "[[desk]]\nid = ¦\"elsewhere\"\nask = [\"去别处\"]\n";
    copy().add(EXAMPLES, desk).reports(&["unknown desk `elsewhere`, expected one of where, progress, transfer"]);
    let says = "[[outside]]\nsays = ¦\"service.nothing\"\nask = [\"别的\"]\n";
    copy().add(EXAMPLES, says).reports(&["unknown statement `service.nothing`"]);
}

#[test]
fn a_topic_that_is_too_long() {
    let long = entry_unmarked(&format!("topic = ¦\"一二三四五六七八九十一二三四五六七八九十一\"\n{ASK}"));
    copy()
        .add(FAQ, &long)
        .reports(&["`一二三四五六七八九十一二三四五六七八九十一` has 21 characters, an option at most 20"]);
}

#[test]
fn an_answer_that_is_too_long() {
    let long = entry(&format!("topic = \"试\"\n{ASK}")).replace("答。", &"长".repeat(371));
    copy().add(FAQ, &long).reports(&["`faq.test`: the answer has 371 characters, at most 370"]);
}

#[test]
fn an_entry_without_an_answer() {
    let none = format!("¦[[entry]]\nid = \"faq.test\"\ntopic = \"试\"\n{ASK}\n");
    copy().add(FAQ, &none).reports(&["`faq.test` has no answer"]);
}

#[test]
fn a_file_of_another_system() {
    let (problems, _) = copy().swap("routes/fujian.toml", "system = \"fujian\"", "system = \"beijing\"").problems();
    assert!(problems.contains(&"routes/fujian.toml:1:1: this file is for `fujian`".to_owned()), "{problems:#?}");
}

#[test]
fn a_missing_file() {
    copy().write(EXAMPLES, "").without(SERVICE).reports(&["this file is missing"]);
}

#[test]
fn mistakes_of_syntax() {
    copy()
        .add(SERVICE, "[[statement]]\nid = ¦service.test\ntext = \"好。\"\ncites = [\"zhuanjie\"]\n")
        .reports_at_marks();
    // Several in one file, and a mistake of another kind after them.
    let three = "[[statement]]\nid = \"service.test\"\ntext = \"好。\"\ncites = [\"zhuanjie\"]\na ¦\n\
                 [[statement]]\nid = \"service.other\"\ntext = \"好。\"\ncites = [\"zhuanjie\"]\nyear = ¦¦20x19\n\
                 [[statement]]\nid = \"service.third\"\ntext = \"好。\"\ncites = [¦\"nobody\"]\n";
    copy().add(SERVICE, three).reports_at_marks();
}

#[test]
fn ten_mistakes_in_five_files_are_told_at_once_in_order() {
    copy()
        .add(SERVICE, &statement("text = ¦\"去{plaec}。\"\ncites = [¦\"zhuanjei\"]"))
        .add(GUANGDONG, &step("legs = [\"leave\"]\nphase = ¦\"sumbit\"\nactor = \"member\"\n¦cites_ = []"))
        .add(
            FAQ,
            &entry("topic = \"试\"\nask = [\"一问\"]")
                .replace("[\"guangdong-guide §一\"]", "[¦\"guangdong-guide 一\"]"),
        )
        .swap("cases/enlistment.toml", "\"gd.out.form\"", "¦\"gd.out.from\"")
        .swap("cases/enlistment.toml", "known = \"unknown\"", "known = ¦\"unkown\"")
        .swap("transfer.toml", "next = \"destination\"", "next = ¦\"destinatoin\"")
        .swap("transfer.toml", "value = \"unsure\"", "value = ¦\"maybe\"")
        .reports_among(&[
            "`reuse` names `gd.out.from`",
            "unknown level `unkown`",
            "an entry needs at least 5",
            "section `一` must begin with §",
            "unknown phase `sumbit`",
            "unknown key `cites_`, did you mean `cites`?",
            "unknown placeholder `{plaec}`",
            "unknown source `zhuanjei`",
            "unknown node `destinatoin`",
            "`maybe` is no value of `known_there`",
        ]);
}

#[test]
fn a_draft_that_nobody_finished() {
    let topic = "topic = ¦\"TODO: a label\"\nask = [\"一问\", \"二问\", \"三问\", \"四问\", ¦\"TODO\"]";
    let draft = entry_unmarked(topic).replace("text = \"答。\"", "text = ¦\"TODO: {contact}\"");
    copy().add(FAQ, &draft).reports(&[
        "this is a draft: write what `TODO` stands for: TODO: a label",
        "this is a draft: write what `TODO` stands for: TODO",
        "this is a draft: write what `TODO` stands for: TODO: {contact}",
    ]);
}
