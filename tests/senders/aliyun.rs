//! Aliyun: what is sent, and what each thing that can go wrong means.

use rand::SeedableRng;
use rand::rngs::StdRng;
use zhuanjie::membership::sender::{Aliyun, AliyunSettings, Outside, SendError};

use super::provider::{Fault, KEY, Provider, SECRET, SIGN, SLOW, TEMPLATE};
use super::upstream::{Act, Upstream};
use super::{CODE, PHONE, Stage, TIMEOUT, kind, nobody, secret, send, send_to};

fn settings(provider: &Provider) -> AliyunSettings {
    AliyunSettings {
        endpoint: provider.url(),
        access_key_id: KEY.to_owned(),
        access_key_secret: secret(SECRET),
        sign_name: SIGN.to_owned(),
        template_code: TEMPLATE.to_owned(),
        timeout: TIMEOUT,
    }
}

fn aliyun(settings: AliyunSettings, outside: Outside) -> Aliyun {
    Aliyun::new(settings, outside).expect("a sender")
}

fn ready() -> (Stage, Provider, Aliyun) {
    let stage = Stage::new();
    let provider = Provider::start(stage.time.clone());
    let sender = aliyun(settings(&provider), stage.outside());
    (stage, provider, sender)
}

#[test]
fn a_code_arrives() {
    let (stage, provider, sender) = ready();
    assert_eq!(send(&sender, "m-1"), Ok(()));
    let inbox = provider.inbox();
    assert_eq!((inbox.len(), inbox[0].to.as_str(), inbox[0].code.as_str()), (1, PHONE, CODE));
    assert_eq!(provider.actions(), ["SendSms"]);
    assert!(stage.waited().is_empty());
}

#[test]
fn a_number_that_had_enough_has_to_wait() {
    let (stage, provider, sender) = ready();
    let wait = |id| match send(&sender, id) {
        Err(SendError::Throttled { wait, .. }) => wait.map(|wait| wait.as_secs()),
        other => panic!("{other:?}"),
    };
    assert_eq!(send(&sender, "m-1"), Ok(()));
    stage.forward(59);
    assert_eq!(wait("m-2"), Some(60));
    // Another number is not meant.
    assert_eq!(send_to(&sender, "13800138001", "m-3"), Ok(()));
    stage.forward(1);
    for id in ["m-4", "m-5", "m-6", "m-7"] {
        assert_eq!(send(&sender, id), Ok(()), "{id}");
        stage.forward(60);
    }
    assert_eq!(wait("m-8"), Some(3600));
    stage.forward(3600);
    for id in ["n-1", "n-2", "n-3", "n-4", "n-5"] {
        assert_eq!(send(&sender, id), Ok(()), "{id}");
        stage.forward(60);
    }
    stage.forward(3600);
    assert_eq!(wait("n-6"), Some(86_400));
    assert_eq!(provider.inbox().len(), 11);
    assert!(!provider.actions().contains(&"QuerySendDetails".to_owned()));
}

#[test]
fn what_the_provider_refuses_is_told_by_its_kind() {
    let (_stage, provider, sender) = ready();
    let echo = "13800138000 048213";
    for (status, code, expected, says) in [
        (200, "isv.BUSINESS_LIMIT_CONTROL", "throttled", "limit"),
        (200, "isv.MOBILE_NUMBER_ILLEGAL", "refused", "isv.MOBILE_NUMBER_ILLEGAL"),
        (200, "isv.AMOUNT_NOT_ENOUGH", "broken", "money"),
        (200, "isv.SMS_SIGNATURE_ILLEGAL", "broken", "sign_name"),
        (200, "isv.13800138000", "broken", "without a name"),
        (400, "SignatureDoesNotMatch", "broken", "secret"),
        (404, "InvalidAccessKeyId.NotFound", "broken", "access_key_id"),
        (400, "Throttling.User", "unsent", "too many requests"),
    ] {
        provider.next(Fault::Code(status, code, echo));
        let result = send(&sender, "m-1");
        assert_eq!(kind(&result), expected, "{code}");
        let error = result.expect_err(code).to_string();
        assert!(error.contains(says), "{error}");
    }
    assert!(provider.inbox().is_empty());
    assert!(provider.actions().iter().all(|action| action == "SendSms"));
}

/// What does not tell whether a message went out.
fn unclear() -> Vec<Act> {
    vec![
        Act::status(500),
        Act::status(503),
        Act::status(200),
        Act::Answer(200, Vec::new(), "<html>".to_owned()),
        Act::Late(SLOW, "{}".to_owned()),
        Act::Cut,
        Act::Half(200),
    ]
}

#[test]
fn after_an_unclear_outcome_the_provider_is_asked_once() {
    for act in unclear() {
        let (stage, provider, sender) = ready();
        provider.next(Fault::Instead { applied: true, act: act.clone() });
        assert_eq!(send(&sender, "m-1"), Ok(()), "{act:?}");
        assert_eq!(provider.actions(), ["SendSms", "QuerySendDetails"], "{act:?}");
        assert_eq!(stage.waited(), [1000]);
    }
}

#[test]
fn what_the_provider_does_not_know_of_stays_unclear_and_is_not_sent_again() {
    for act in unclear() {
        for applied in [true, false] {
            let (_stage, provider, sender) = ready();
            provider.forget();
            provider.next(Fault::Instead { applied, act: act.clone() });
            assert_eq!(kind(&send(&sender, "m-1")), "unclear", "{act:?}");
            assert_eq!(provider.actions(), ["SendSms", "QuerySendDetails"], "{act:?}");
            assert_eq!(provider.inbox().len(), usize::from(applied));
        }
    }
}

#[test]
fn an_earlier_message_to_the_number_is_not_taken_for_this_one() {
    let (stage, provider, sender) = ready();
    assert_eq!(send(&sender, "m-1"), Ok(()));
    stage.forward(60);
    provider.next(Fault::Instead { applied: false, act: Act::Cut });
    assert_eq!(kind(&send(&sender, "m-2")), "unclear");
}

#[test]
fn ok_is_written_one_way() {
    let (_stage, provider, sender) = ready();
    provider.next(Fault::OtherCase);
    assert_eq!(send(&sender, "m-1"), Ok(()));
    assert_eq!(provider.actions(), ["SendSms", "QuerySendDetails"]);
    provider.next(Fault::Code(200, "Ok", "send success"));
    assert_eq!(kind(&send(&sender, "m-2")), "unclear");
}

#[test]
fn the_system_error_of_the_provider_is_unclear() {
    let (_stage, provider, sender) = ready();
    provider.next(Fault::Code(200, "isp.SYSTEM_ERROR", ""));
    assert_eq!(kind(&send(&sender, "m-1")), "unclear");
    assert_eq!(provider.actions(), ["SendSms", "QuerySendDetails"]);
}

#[test]
fn a_wrong_clock_is_named() {
    let stage = Stage::new();
    let theirs = Stage::new();
    let provider = Provider::start(theirs.time.clone());
    let sender = aliyun(settings(&provider), stage.outside());
    stage.forward(15 * 60);
    assert_eq!(send(&sender, "m-1"), Ok(()));
    stage.forward(1);
    let error = send(&sender, "m-2").expect_err("too far off");
    assert!(kind(&Err(error.clone())) == "broken" && error.to_string().contains("clock"), "{error}");
}

#[test]
fn a_nonce_that_was_used_sends_nothing_twice() {
    let stage = Stage::new();
    let provider = Provider::start(stage.time.clone());
    let sender = aliyun(settings(&provider), stage.with_chance(|| StdRng::seed_from_u64(1)));
    assert_eq!(send_to(&sender, "13800138001", "m-1"), Ok(()));
    assert_eq!(kind(&send(&sender, "m-2")), "unclear");
    assert_eq!(provider.inbox().len(), 1);
}

#[test]
fn a_wrong_secret_or_key_is_named() {
    let stage = Stage::new();
    let provider = Provider::start(stage.time.clone());
    for (key, hidden, says) in [(KEY, "hidden", "secret"), ("LTAI5tOther", SECRET, "access_key_id")] {
        let mine =
            AliyunSettings { access_key_id: key.to_owned(), access_key_secret: secret(hidden), ..settings(&provider) };
        let error = send(&aliyun(mine, stage.outside()), "m-1").expect_err(says);
        assert!(kind(&Err(error.clone())) == "broken" && error.to_string().contains(says), "{error}");
    }
    let mine = AliyunSettings { template_code: "SMS_0".to_owned(), ..settings(&provider) };
    assert_eq!(kind(&send(&aliyun(mine, stage.outside()), "m-1")), "broken");
    assert!(provider.inbox().is_empty());
}

#[test]
fn where_nobody_answers_nothing_was_sent() {
    let stage = Stage::new();
    let provider = Provider::start(stage.time.clone());
    let mine = AliyunSettings { endpoint: nobody(), ..settings(&provider) };
    let error = send(&aliyun(mine, stage.outside()), "m-1").expect_err("nobody");
    assert_eq!(error.to_string(), "not sent: cannot connect");
}

#[test]
fn a_code_does_not_follow_to_another_address() {
    let (stage, provider, _) = ready();
    let there = provider.url().to_string();
    let elsewhere = Upstream::start(move |_| Act::Answer(307, vec![("Location", there.clone())], String::new()));
    let mine = AliyunSettings { endpoint: elsewhere.url(), ..settings(&provider) };
    assert_eq!(kind(&send(&aliyun(mine, stage.outside()), "m-1")), "broken");
    assert!(provider.actions().is_empty());
}

#[test]
fn a_runtime_that_ends_meanwhile_leaves_it_unclear() {
    let (stage, _provider, sender) = ready();
    stage.runtime.shutdown_background();
    assert_eq!(kind(&send(&sender, "m-1")), "unclear");
}
