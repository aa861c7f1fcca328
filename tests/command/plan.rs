//! `zhuanjie plan`.

use serde_json::{Value, json};

use super::{Place, json_of, keys};

const SYSTEMS: [&str; 4] = ["central", "guangdong", "fujian", "beijing"];
const ACTORS: [&str; 6] =
    ["member", "origin_branch", "origin_superior", "destination_branch", "destination_superior", "system"];
const KNOWN: [&str; 4] = ["documented", "inferred", "conflict", "unknown"];
const EVENTS: [&str; 7] =
    ["submitted", "origin_approved", "destination_approved", "reported", "completed", "returned", "withdrawn"];

fn plan(arguments: &str) -> Value {
    let arguments = format!("plan --json {arguments}");
    let out = Place::new().run(&arguments.split_whitespace().collect::<Vec<_>>()).ok();
    assert_eq!(out.lines().count(), 1, "{out}");
    let plan = json_of(&out);
    check_shape(&out, &plan);
    plan
}

fn check_shape(line: &str, plan: &Value) {
    assert_eq!(keys(line), ["origin", "destination", "placement", "case", "steps", "deadlines", "warnings"]);
    assert!(!line.contains("{contact}") && !line.contains("{place}"), "{line}");
    let cites = |of: &Value| of["citations"].as_array().expect("citations").len();
    for (i, step) in plan["steps"].as_array().expect("steps").iter().enumerate() {
        let text = step.to_string();
        for key in ["id", "number", "actor", "if", "text", "citations", "known"] {
            assert!(step.get(key).is_some(), "{key}: {text}");
        }
        assert_eq!(step["number"], i + 1);
        assert!(ACTORS.contains(&step["actor"].as_str().expect("an actor")), "{text}");
        assert!(KNOWN.contains(&step["known"].as_str().expect("a level")), "{text}");
        assert!(step["known"] == "unknown" || cites(step) > 0, "{text}");
    }
    for deadline in plan["deadlines"].as_array().expect("deadlines") {
        let text = deadline.to_string();
        for key in ["id", "what", "if_missed", "due"] {
            assert!(deadline.get(key).is_some(), "{key}: {text}");
        }
        assert!(["member", "system", "organization"].contains(&deadline["duty"].as_str().expect("a duty")), "{text}");
        for key in ["from", "by"] {
            assert!(EVENTS.contains(&deadline[key].as_str().expect("an event")), "{text}");
        }
        for key in ["known", "start_known"] {
            assert!(KNOWN.contains(&deadline[key].as_str().expect("a level")), "{text}");
        }
        assert!(deadline["days"].is_u64() && cites(deadline) > 0, "{text}");
    }
    assert!(plan["warnings"].as_array().expect("warnings").iter().all(Value::is_string));
}

/// The member's own deadlines as (from, by, due).
fn own(plan: &Value) -> Vec<(String, String, Value)> {
    let all = plan["deadlines"].as_array().expect("deadlines").iter().filter(|d| d["duty"] == "member");
    let text = |v: &Value| v.as_str().expect("text").to_owned();
    all.map(|d| (text(&d["from"]), text(&d["by"]), d["due"].clone())).collect()
}

fn one(from: &str, by: &str, due: &str) -> Vec<(String, String, Value)> {
    vec![(from.to_owned(), by.to_owned(), json!(due))]
}

#[test]
fn every_pair_of_systems_has_a_plan() {
    for from in SYSTEMS {
        for to in SYSTEMS {
            let plan = plan(&format!("--from {from} --to {to}"));
            assert_eq!((&plan["origin"], &plan["destination"]), (&json!(from), &json!(to)));
            assert!(plan["placement"].is_null() && plan["case"].is_null());
            assert!(!plan["steps"].as_array().expect("steps").is_empty(), "{from} {to}");
        }
    }
}

#[test]
fn dates_are_those_of_the_contract() {
    let on = "--on submitted=2024-06-01";
    let beijing = plan(&format!("--from guangdong --to beijing {on}"));
    assert_eq!(own(&beijing), one("submitted", "destination_approved", "2024-06-10"));
    let nine = beijing["deadlines"].as_array().expect("deadlines").iter().find(|d| d["duty"] == "member");
    let nine = nine.expect("one");
    assert_eq!(
        (&nine["days"], &nine["known"], &nine["start_known"]),
        (&json!(9), &json!("documented"), &json!("inferred"))
    );
    assert_eq!(own(&plan(&format!("--from guangdong --to fujian {on}"))), one("submitted", "reported", "2024-06-11"));
    assert_eq!(own(&plan(&format!("--from guangdong --to central {on}"))), []);
    assert_eq!(own(&plan(&format!("--from guangdong --to guangdong {on}"))), []);
    for from in ["central", "fujian", "beijing"] {
        let unknown = plan(&format!("--from {from} --to guangdong {on}"));
        assert!(own(&unknown).iter().all(|(from, _, due)| from == "origin_approved" && due.is_null()), "{unknown}");
        assert_eq!(own(&unknown).len(), 1);
        let approved = plan(&format!("--from {from} --to guangdong {on} --on origin_approved=2024-06-05"));
        assert!(own(&approved)[0].2.is_string(), "{approved}");
        assert_eq!(own(&plan(&format!("--from {from} --to guangdong --reported-before yes {on}"))), []);
    }
    // No clock: the future is as good as the past, and so are days before what they follow.
    assert_eq!(own(&plan("--from guangdong --to beijing --on submitted=2099-02-20"))[0].2, "2099-03-01");
}

#[test]
fn committees_are_in_central() {
    for committee in ["railway", "aviation", "state_organs", "finance", "soe"] {
        let to = plan(&format!("--from guangdong --committee {committee}"));
        assert_eq!((&to["origin"], &to["destination"]), (&json!("guangdong"), &json!("central")));
        assert_eq!(plan(&format!("--from guangdong --to central --committee {committee}")), to);
        let from = plan(&format!("--from-committee {committee} --to beijing"));
        assert_eq!((&from["origin"], &from["destination"]), (&json!("central"), &json!("beijing")));
        assert_eq!(plan(&format!("--from central --from-committee {committee} --to beijing")), from);
        let place = Place::new();
        place.run(&["plan", "--from", "guangdong", "--to", "beijing", "--committee", committee]).refused(&[committee]);
        place
            .run(&["plan", "--from", "fujian", "--from-committee", committee, "--to", "beijing"])
            .refused(&[committee]);
    }
}

#[test]
fn cases_that_decide_the_destination_need_none() {
    for case in ["enlistment", "classified_unit", "overseas_study", "delayed_graduation"] {
        for from in SYSTEMS {
            let plan = plan(&format!("--from {from} --case {case}"));
            assert_eq!((&plan["case"], &plan["destination"]), (&json!(case), &Value::Null));
            assert!(plan["placement"].as_str().is_some_and(|p| !p.is_empty()), "{plan}");
        }
    }
    for case in
        ["overseas_official", "overseas_private", "further_study", "employment", "employed_no_org", "unemployed"]
    {
        let with = plan(&format!("--from guangdong --to beijing --case {case}"));
        assert_eq!((&with["case"], &with["destination"]), (&json!(case), &json!("beijing")));
        Place::new().run(&["plan", "--from", "guangdong", "--case", case]).refused(&["--to"]);
    }
}

#[test]
fn what_is_known_at_the_destination_makes_a_difference() {
    let unsaid = plan("--from guangdong --to beijing");
    let steps = |plan: &Value| plan["steps"].as_array().expect("steps").clone();
    let ids = |plan: &Value| steps(plan).iter().map(|s| s["id"].to_string()).collect::<Vec<_>>();
    assert!(steps(&unsaid).iter().any(|s| !s["if"].is_null()), "{unsaid}");
    let (yes, no) = (
        plan("--from guangdong --to beijing --reported-before yes"),
        plan("--from guangdong --to beijing --reported-before no"),
    );
    assert!(steps(&yes).iter().chain(&steps(&no)).all(|s| s["if"].is_null()));
    assert_ne!(ids(&yes), ids(&no));
    // Unsaid is the newcomer's plan.
    let newcomer: Vec<String> =
        steps(&unsaid).iter().filter(|s| s["if"].is_null()).map(|s| s["id"].to_string()).collect();
    assert_eq!(newcomer, ids(&no));
}

#[test]
fn roles_are_read() {
    for role in ["member", "origin_branch", "destination_branch"] {
        assert!(
            !plan(&format!("--from guangdong --to beijing --role {role}"))["steps"]
                .as_array()
                .expect("steps")
                .is_empty()
        );
    }
}

#[test]
fn mistakes_are_named() {
    let cases: [(&str, &[&str]); 14] = [
        ("--from guangdong", &["--to"]),
        ("--to guangdong", &["--from"]),
        ("--from guangdong --to nowhere", &["--to", "nowhere", "central"]),
        ("--from nowhere --to beijing", &["--from", "nowhere"]),
        ("--from guangdong --committee tea", &["--committee", "tea", "railway"]),
        ("--from-committee tea --to beijing", &["--from-committee", "tea"]),
        ("--from guangdong --to beijing --case holiday", &["--case", "holiday", "enlistment"]),
        ("--from guangdong --to beijing --role boss", &["--role", "boss", "member"]),
        ("--from guangdong --to beijing --reported-before maybe", &["--reported-before", "maybe"]),
        ("--from guangdong --to beijing --on submitted", &["--on", "submitted"]),
        ("--from guangdong --to beijing --on eaten=2024-06-01", &["--on", "eaten", "submitted"]),
        ("--from guangdong --to beijing --on submitted=2024-06-31", &["--on", "2024-06-31"]),
        ("--from guangdong --to beijing --on submitted=soon", &["--on", "soon"]),
        ("--from guangdong --to beijing --colour red", &["--colour"]),
    ];
    for (arguments, says) in cases {
        for json in ["", "--json"] {
            let arguments = format!("plan {json} {arguments}");
            let ran = Place::new().run(&arguments.split_whitespace().collect::<Vec<_>>());
            ran.refused(says);
            assert_eq!(ran.out, "", "{arguments}");
        }
    }
}

#[test]
fn as_text_it_is_what_a_member_reads() {
    let out =
        Place::new().run(&["plan", "--from", "guangdong", "--to", "beijing", "--on", "submitted=2024-06-01"]).ok();
    assert!(out.contains("2024-06-10") && out.contains("\n1. ") && out.contains("来源："), "{out}");
}
