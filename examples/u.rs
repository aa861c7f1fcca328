use std::io::BufRead;
use zhuanjie::assistant::Engine;
use zhuanjie::knowledge::files::Files;
fn main() {
    let f = |n: &str| Files::of_folder(std::path::Path::new(n)).unwrap();
    let e = Engine::load(&f("knowledge"), &f("dialogs")).unwrap();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    for l in std::io::stdin().lock().lines() {
        let l = l.unwrap();
        let u = e.understand(&l, today);
        println!(
            "== {l}\n   text {}\n   wants {:?} case {:?} outside {:?}\n   specific {:?}\n   parts {:?}",
            u.text,
            u.wants,
            u.case,
            u.outside,
            u.specific,
            u.parts.iter().map(|p| (&p.text, p.whole)).collect::<Vec<_>>()
        );
        let m = |m: &zhuanjie::language::ends::Mention| format!("{}:{:?}", &u.text[m.span.clone()], m.system());
        println!(
            "   origin {:?} dest {:?} un {:?} aside {:?} neg {:?} systems {:?}",
            u.ends.origin.as_ref().map(m),
            u.ends.destination.as_ref().map(m),
            u.ends.unplaced.iter().map(m).collect::<Vec<_>>(),
            u.ends.aside.iter().map(m).collect::<Vec<_>>(),
            u.ends.negated.iter().map(m).collect::<Vec<_>>(),
            u.systems
        );
        for h in u.hits.iter().take(5) {
            println!("   {:.1} cov {:.2} fit {:.2} {:?}", h.score, h.coverage, h.fit, h.target.id());
        }
    }
}
