//! Talking like a person: digressions come back to the question, what is played down still counts, fear alone does not, and
//! what was told and denied is asked about once.

use jiwen::domain::{Channel, Consent, Opening, Reply, Said, Sex, Timestamp, Urgency};
use jiwen::interview::{self, State};

use crate::support::test_mind;

struct Talk {
    state: Option<State>,
    reply: Reply,
}

impl Talk {
    fn begin(age: f64) -> Self {
        let opening = Opening {
            channel: Channel::Api,
            for_self: true,
            age: Some(age),
            sex: Some(Sex::Male),
            region: None,
            patient_ref: None,
            consent: Consent::default(),
        };
        let (state, reply) = interview::open(&test_mind(), &opening, Timestamp::UNIX_EPOCH);
        Self {
            state: Some(state),
            reply,
        }
    }

    fn say(&mut self, words: &str) {
        self.take(Said::Text(words.to_owned()));
    }

    fn tap(&mut self, option: &str) {
        self.take(Said::Choices(vec![option.to_owned()]));
    }

    fn take(&mut self, said: Said) {
        let mind = test_mind();
        let state = self.state.take().expect("a state");
        let heard = mind.hear(&state, said);
        let (state, reply, _) = interview::step(&mind, state, &heard, Timestamp::UNIX_EPOCH);
        self.state = Some(state);
        self.reply = reply;
    }

    fn state(&self) -> &State {
        self.state.as_ref().expect("a state")
    }

    fn asks(&self) -> String {
        let question = self.reply.question.as_ref();
        question.map_or_else(String::new, |question| question.id.to_string())
    }

    fn urgency(&self) -> Urgency {
        let assessment = self.state().assessment.as_ref();
        assessment.map_or(Urgency::Routine, |one| one.urgency)
    }

    /// Taps "no" or the like until the visit ends.
    fn deny_the_rest(&mut self) {
        for _ in 0..40 {
            let Some(question) = &self.reply.question else {
                return;
            };
            let denials = [
                "none", "no", "same", "steady", "can", "yes", "w1_6", "3", "one",
            ];
            let denial = denials
                .iter()
                .find(|id| question.options.iter().any(|option| option.id == **id));
            match denial {
                Some(id) => self.tap(id),
                None => self.say("不清楚"),
            }
        }
        panic!("the visit does not end");
    }
}

#[test]
fn a_digression_comes_back_to_the_question_about_the_saddle() {
    let mut talk = Talk::begin(40.0);
    talk.say("腰疼半个月,扯到右腿");
    assert_eq!(talk.asks(), "Q-SADDLE");
    for words in [
        "你问这个干啥",
        "等一下,我接个电话",
        "停车场在哪",
        "布洛芬能不能吃",
    ] {
        talk.say(words);
        assert_eq!(talk.asks(), "Q-SADDLE", "after {words}");
    }
    talk.say("一样的");
    assert_ne!(talk.asks(), "Q-SADDLE");
    let known = talk.state().case.fact("SYM.NUMB_SADDLE");
    assert!(known.is_some(), "the answer after the digressions counts");
}

#[test]
fn what_is_played_down_still_counts() {
    let mut talk = Talk::begin(50.0);
    talk.say("老毛病,没事,腰疼,就是这两天尿不太出来");
    talk.deny_the_rest();
    assert!(talk.urgency() >= Urgency::Within24h, "{:?}", talk.urgency());
}

#[test]
fn fear_alone_raises_nothing() {
    let mut talk = Talk::begin(35.0);
    talk.say("腰疼三天,吓死我了,我会不会瘫痪啊,是不是癌");
    talk.deny_the_rest();
    let assessment = talk.state().assessment.as_ref().expect("a decision");
    let raised: Vec<&str> = assessment.raised().map(|flag| flag.rule.as_str()).collect();
    assert!(raised.is_empty(), "{raised:?}");
}

#[test]
fn what_was_told_and_denied_is_asked_about_once() {
    let mut talk = Talk::begin(45.0);
    talk.say("腰疼,右腿没劲");
    let mut put = 0;
    for _ in 0..30 {
        if talk.state().contradicted.values().any(|put| *put) {
            put += 1;
            break;
        }
        if ["Q-SADDLE", "Q-BLADDER", "Q-FEVER"].contains(&talk.asks().as_str()) {
            talk.say("一样的,没有,右腿有劲的");
        } else if talk.reply.question.is_some() {
            let id = talk
                .reply
                .question
                .as_ref()
                .expect("asked")
                .options
                .iter()
                .map(|option| option.id.clone());
            let id = id
                .into_iter()
                .find(|id| ["same", "can", "none", "no"].contains(&id.as_str()));
            match id {
                Some(id) => talk.tap(&id),
                None => talk.say("不清楚"),
            }
        } else {
            break;
        }
    }
    assert_eq!(put, 1, "weakness told and denied is asked about");
    assert_eq!(talk.asks(), "Q-WEAK");
    assert!(talk.reply.text.contains("不太一样"), "{}", talk.reply.text);
    talk.tap("none");
    assert_ne!(talk.asks(), "Q-WEAK");
    assert!(!talk.state().case.has("SYM.WEAK_LEG"));
}

#[test]
fn a_decision_says_what_would_change_it() {
    let mut talk = Talk::begin(45.0);
    talk.say("腰疼,擦屁股没感觉好几年了,一直这样没变过");
    talk.deny_the_rest();
    let mind = test_mind();
    let other = interview::what_if(&mind, talk.state());
    let saddle = other
        .iter()
        .find(|one| one.concept.as_str() == "SYM.NUMB_SADDLE" && one.urgency == Urgency::Immediate);
    assert!(
        saddle.is_some(),
        "new numbness would be an emergency: {other:?}"
    );
    assert!(talk.urgency() < Urgency::Immediate, "{:?}", talk.urgency());
}

#[test]
fn who_asks_whether_this_is_a_machine_or_complains_of_the_questions_is_not_let_go() {
    for words in ["你是真人还是机器", "滚,问个没完"] {
        let mut talk = Talk::begin(45.0);
        talk.say("腰疼两个月了");
        let asked = talk.asks();
        assert_eq!(asked, "Q-SADDLE");
        talk.say(words);
        assert_eq!(talk.asks(), asked, "{words}");
    }
    let mut talk = Talk::begin(45.0);
    talk.say("腰疼两个月了");
    talk.say("我要找人工");
    assert!(talk.state().is_done());
}

#[test]
fn a_follow_up_is_put_after_cannot_say() {
    let mut talk = Talk::begin(58.0);
    talk.say("膀子骨中间闷疼,走快了就来");
    assert_eq!(talk.asks(), "Q-EXERT/rest");
    talk.tap("unsure");
    let mut asked = vec![];
    for _ in 0..12 {
        asked.push(talk.asks());
        if talk.asks() == "Q-EXERT/course" || talk.state().is_done() {
            break;
        }
        talk.tap("none");
    }
    assert!(asked.contains(&"Q-EXERT/course".to_owned()), "{asked:?}");
}
