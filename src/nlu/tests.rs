use super::*;
use crate::contents;
use crate::domain::Recency;
use proptest::prelude::*;
use std::sync::LazyLock;

static READER: LazyLock<Reader> =
    LazyLock::new(|| Reader::new(&Knowledge::read(&contents::embedded()).0));

/// A Saturday.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 28);

fn findings(text: &str) -> Vec<Finding> {
    heard_by(&READER, text)
}

fn heard_by(reader: &Reader, text: &str) -> Vec<Finding> {
    let known = Case::default();
    let context = Context {
        today: TODAY,
        turn: 1,
        question: None,
        asked_about: &[],
        region: None,
        known: &known,
        speaker: None,
    };
    let statements = reader.understand(text, &context).statements;
    statements
        .into_iter()
        .filter_map(|s| match s {
            Statement::Finding { finding, .. } => Some(finding),
            _ => None,
        })
        .collect()
}

fn of(text: &str, assertion: Assertion) -> Vec<String> {
    let mut ids: Vec<String> = findings(text)
        .into_iter()
        .filter(|f| f.assertion == assertion && f.concept.kind() == "SYM")
        .map(|f| f.concept.to_string())
        .collect();
    ids.sort();
    ids
}

#[track_caller]
fn present(text: &str, expected: &[&str]) {
    assert_eq!(of(text, Assertion::Present), expected, "{text}");
}

#[track_caller]
fn absent(text: &str, expected: &[&str]) {
    assert_eq!(of(text, Assertion::Absent), expected, "{text}");
}

#[test]
fn part_and_sensation_make_a_symptom() {
    present("腰杆子酸胀", &["SYM.LBP"]);
    present("腰和腿都疼", &["SYM.LBP", "SYM.LEG_PAIN"]);
    present("两条腿又麻又胀", &["SYM.LEG_PAIN", "SYM.NUMB_LEG"]);
    present("磕膝盖疼", &["SYM.KNEE_PAIN"]);
}

#[test]
fn who_is_asked_for_is_the_patient() {
    present(
        "我大伯左腿突然剧痛,整条小腿冰凉发白",
        &["SYM.LEG_PAIN", "SYM.LIMB_ISCH"],
    );
    present("我同学腰疼,想问挂什么科", &["SYM.LBP"]);
    present("隔壁老王膝盖疼,我腰疼", &["SYM.LBP"]);
    present(
        "老婆也走了,每天疼得睡不着,真的不想活了",
        &["SYM.NIGHT_PAIN", "SYM.SELF_HARM"],
    );
}

#[test]
fn what_was_meant_or_only_asked_is_no_sign() {
    absent("跟教练减磅,半年瘦了二十斤", &["SYM.WEIGHT_LOSS"]);
    present("没减肥就瘦了十斤", &["SYM.WEIGHT_LOSS"]);
    present("烧没烧我不清楚", &[]);
    present("换了双拖鞋出门", &[]);
    absent("没劲倒没有,炕上腿抬得高高的", &["SYM.WEAK_LEG"]);
}

#[test]
fn what_is_left_out_is_not_heard() {
    let knowledge = Knowledge::read(&contents::embedded()).0;
    for (text, concept, skill) in [
        ("手腕子酸", "SYM.HAND_PAIN", Skill::Composition),
        ("我有糖尿病", "HX.DIABETES", Skill::Lexicon),
        ("系扣子要系半天", "SYM.HAND_CLUMSY", Skill::Frames),
        ("屁古疼", "SYM.BUTTOCK_PAIN", Skill::Sound),
    ] {
        let is_heard = |found: Vec<Finding>| found.iter().any(|f| f.concept.as_str() == concept);
        assert!(is_heard(findings(text)), "{text}");
        let reader = Reader::without(&knowledge, LeftOut::of(&[skill]));
        assert!(!is_heard(heard_by(&reader, text)), "{text} {skill:?}");
    }
}

#[test]
fn saddle_numbness_is_heard_in_folk_words() {
    present("擦屁股没感觉", &["SYM.NUMB_SADDLE"]);
    present("屁股沟木木的", &["SYM.NUMB_SADDLE"]);
    absent("下身不麻", &["SYM.NUMB_SADDLE"]);
}

#[test]
fn denial_reaches_over_lists_and_no_further() {
    absent(
        "没有发烧、咳嗽和大小便失禁",
        &["SYM.FECAL_INC", "SYM.FEVER", "SYM.URIN_INC"],
    );
    present("没发烧,腰疼", &["SYM.LBP"]);
    present("不是不麻,脚麻", &["SYM.NUMB_FOOT"]);
    absent("发烧倒是没有", &["SYM.FEVER"]);
    // With a place, and the finding's own words between.
    absent("不往腿上窜", &["SYM.LEG_RAD"]);
    absent("夜里不疼醒", &["SYM.NIGHT_PAIN"]);
    // What compares or tells of one side denies nothing.
    present("从没像现在这样麻", &["SYM.NUMB"]);
    absent("小腿一边粗一边细", &[]);
}

#[test]
fn a_question_repeated_tells_nothing() {
    present("问我手麻不麻", &[]);
    absent("问她脚麻不麻,她说没有", &["SYM.NUMB_FOOT"]);
}

#[test]
fn ones_own_sign_stays_beside_the_same_of_another() {
    present("我右手老是麻,我公公也是手麻", &["SYM.NUMB_HAND"]);
    assert_eq!(
        of("半身不遂,那是我二大爷", Assertion::OtherPerson),
        ["SYM.UNILAT_DEFICIT"]
    );
    present("左腿麻是我妈发现的", &["SYM.NUMB_LEG"]);
    present("大姨妈推迟了十天", &["SYM.AMENORR"]);
}

#[test]
fn who_when_and_which_side_are_kept_apart() {
    let found = findings("腰疼半年了,前天开始左腿麻");
    let days = |id: &str| {
        found
            .iter()
            .find(|f| f.concept.as_str() == id)
            .and_then(|f| f.course.onset_days)
    };
    assert_eq!(days("SYM.LBP").map(f64::round), Some(183.0));
    assert_eq!(days("SYM.NUMB_LEG"), Some(2.0));
    assert!(
        found
            .iter()
            .any(|f| f.concept.as_str() == "SYM.NUMB_LEG" && f.side == crate::domain::Side::Left)
    );
    let others = of("我同事腰疼,我是来看膝盖的", Assertion::OtherPerson);
    assert_eq!(others, ["SYM.LBP"]);
}

#[test]
fn a_correction_leaves_one_side() {
    let found = findings("左腿疼,不对,是右腿");
    assert_eq!(
        found
            .iter()
            .filter(|f| f.concept.as_str() == "SYM.LEG_PAIN")
            .map(|f| f.side)
            .collect::<Vec<_>>(),
        [crate::domain::Side::Right]
    );
}

#[test]
fn idioms_and_ordinary_words_are_no_symptoms() {
    for text in [
        "麻烦你了",
        "腰包鼓了",
        "我的手机坏了",
        "心疼钱",
        "会不会瘫痪",
        "担心是癌",
    ] {
        present(text, &[]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_read_and_quotes_are_its_own_words(text in "\\PC{0,30}|[腰腿疼麻没有不是我妈左右两条,。三天个月的就好了过一]{0,30}") {
        let chars: Vec<char> = text.chars().collect();
        for finding in findings(&text) {
            let quote = &finding.evidence;
            prop_assert!(quote.start < quote.end && quote.end <= chars.len());
            prop_assert_eq!(chars[quote.start..quote.end].iter().collect::<String>(), quote.text.clone());
        }
    }

    #[test]
    fn saying_it_twice_adds_nothing(text in "[腰腿脚手疼麻酸肿左右两条没不,天三]{1,12}") {
        let mut case = Case::default();
        let say = |case: &mut Case| findings(&text).into_iter().for_each(|finding| case.apply(Statement::Finding { finding, replaces: false }));
        say(&mut case);
        let once = case.facts.clone();
        say(&mut case);
        prop_assert_eq!(case.facts, once);
    }
}

/// What a text says as the answer to a question, in turn `turn`.
fn heard(question: &str, turn: u32, text: &str) -> Understanding {
    let (knowledge, _) = Knowledge::read(&contents::embedded());
    let known = Case::default();
    let context = Context {
        today: TODAY,
        turn,
        question: knowledge
            .questions
            .values()
            .find(|q| q.id.to_string() == question),
        asked_about: &[],
        region: None,
        known: &known,
        speaker: None,
    };
    READER.understand(text, &context)
}

fn options(question: &str, text: &str) -> Vec<String> {
    let answer = heard(question, 1, text).answer;
    answer.map(|a| a.options).unwrap_or_default()
}

#[test]
fn every_option_that_is_told_is_taken_where_several_may_be_true() {
    let mut told = options("Q-INFRISK", "上个月腰上打的封闭,后来还拔了牙");
    told.sort();
    assert_eq!(told, ["needle", "tooth"]);
    assert_eq!(options("Q-GAIT", "脚底没根,要人扶"), ["cotton"]);
}

#[test]
fn an_idiom_that_reassures_does_not_hide_what_is_told_beside_it() {
    assert_eq!(options("Q-BLADDER", "没有啥变化,就是尿得没劲"), ["strain"]);
    assert_eq!(options("Q-GAIT", "没晃过,就是脚底没根"), ["cotton"]);
}

#[test]
fn a_denied_answer_is_not_the_answer() {
    for (question, option, text) in [
        ("Q-WALK4", "can", "不能走四步"),
        ("Q-JOINT/pros", "yes", "没换过关节"),
        ("Q-SADDLE", "clear", "没有下面木木的"),
        ("Q-SAFE", "yes", "没有不想活"),
        ("Q-TRAUMA", "fall", "没有摔了一跤"),
    ] {
        let told = options(question, text);
        assert!(!told.iter().any(|id| id == option), "{text}: {told:?}");
    }
}

#[test]
fn what_sounds_like_our_words_is_heard_and_keeps_its_quote() {
    let found = findings("膝改疼了三天");
    let knee = found.iter().find(|f| f.concept.as_str() == "SYM.KNEE_PAIN");
    let knee = knee.expect("膝改 is 膝盖");
    assert_eq!(knee.source, Source::Phonetic);
    assert_eq!(knee.evidence.text, "膝改疼");
}

#[test]
fn a_repair_turns_no_meaning_round_and_breaks_no_word() {
    absent("腰不酸", &["SYM.LBP"]);
    present("脚凉得很", &["SYM.COLD_LIMB"]);
    assert!(findings("脚比手大").is_empty());
}

#[test]
fn the_only_side_of_a_sentence_is_that_of_its_findings() {
    let side = |text: &str, concept: &str| {
        let found = findings(text);
        let one = found.iter().find(|f| f.concept.as_str() == concept);
        one.unwrap_or_else(|| panic!("{text}: no {concept}")).side
    };
    assert_eq!(
        side("右腿从屁股蛋子一直窜疼到脚后跟", "SYM.LEG_RAD"),
        Side::Right
    );
    assert_eq!(
        side("腰疼三个月左右,腿没劲", "SYM.WEAK_LEG"),
        Side::Unspecified
    );
}

#[test]
fn one_denial_may_stand_behind_all_that_it_denies() {
    absent("大小便失禁那些都没有的", &["SYM.FECAL_INC", "SYM.URIN_INC"]);
    assert!(
        findings("没得过肺结核")
            .iter()
            .all(|f| f.assertion == Assertion::Absent)
    );
}

/// The findings of an answer to a question.
fn answered(question: &str, text: &str) -> Vec<Finding> {
    let told = heard(question, 2, text).statements;
    told.into_iter()
        .filter_map(|statement| match statement {
            Statement::Finding { finding, .. } => Some(finding),
            _ => None,
        })
        .collect()
}

fn stands(found: &[Finding], concept: &str) -> Option<Assertion> {
    let one = found.iter().find(|f| f.concept.as_str() == concept);
    one.map(|f| f.assertion)
}

#[test]
fn a_relative_named_in_an_answer_is_not_the_patient() {
    for text in [
        "没有,我哥是肝癌",
        "我大舅肝癌走的",
        "我没有,我小姨得过乳腺癌",
    ] {
        let found = answered("Q-CANCER", text);
        assert_eq!(
            stands(&found, "HX.CANCER"),
            Some(Assertion::OtherPerson),
            "{text}"
        );
    }
    let found = answered("Q-CANCER", "癌、瘤子都没得");
    assert_eq!(stands(&found, "HX.CANCER"), Some(Assertion::Absent));
    present("前天让人家按了一下脖子,结果头一直晕", &["SYM.DIZZY"]);
}

#[test]
fn what_happened_years_ago_is_asked_about_and_what_was_months_ago_is_past() {
    let found = findings("三年前胃出过血,拉的黑得跟墨似的,差点没命");
    assert_eq!(
        stands(&found, "SYM.BLACK_STOOL"),
        Some(Assertion::Uncertain)
    );
    let found = findings("三年前胃出过血,这两天又拉黑屎");
    assert_eq!(stands(&found, "SYM.BLACK_STOOL"), Some(Assertion::Present));
    let found = findings("三个月前发过烧");
    assert_eq!(stands(&found, "SYM.FEVER"), Some(Assertion::Past));
}

#[test]
fn a_change_of_late_is_of_the_sign_told_before_it_and_playing_down_is_none() {
    let recency = |text: &str, concept: &str| {
        let found = findings(text);
        let one = found.iter().find(|f| f.concept.as_str() == concept);
        one.unwrap_or_else(|| panic!("{text}: no {concept}"))
            .course
            .recency
    };
    let told = "尿得慢是老毛病,十几年了。不过这个礼拜跟以前不一样";
    assert_eq!(recency(told, "SYM.URIN_HES"), Some(Recency::Worse14));
    assert_eq!(
        recency("右手右脚没劲,从那以后没变", "SYM.UNILAT_DEFICIT"),
        Some(Recency::Stable)
    );
    assert_eq!(recency("手麻,老毛病了吧", "SYM.NUMB_HAND"), None);
}

#[test]
fn but_is_no_denial() {
    absent("不过胸口不闷不压", &["SYM.CHEST_PAIN"]);
    let found = findings("不是一下子炸开那种头疼");
    assert_eq!(
        stands(&found, "SYM.SEVERE_HEADACHE"),
        Some(Assertion::Absent)
    );
}

#[test]
fn walking_that_ends_in_sitting_down_is_claudication() {
    let found = findings("走不到一条巷子两个腿就胀得迈不动,非要坐倒才好");
    assert_eq!(stands(&found, "SYM.CLAUD_NEURO"), Some(Assertion::Present));
}

#[test]
fn a_drug_that_is_not_taken_is_denied() {
    for text in ["没吃过抗凝的", "没在吃抗凝药", "無食薄血藥", "没吃抗凝药"] {
        let stands = stands(&findings(text), "MED.ANTICOAG");
        assert_eq!(stands, Some(Assertion::Absent), "{text}");
    }
    let taken = stands(&findings("一直在吃抗凝药"), "MED.ANTICOAG");
    assert_eq!(taken, Some(Assertion::Present));
}

#[test]
fn of_two_temperatures_the_higher_counts() {
    present("37度9变38度3", &["SYM.FEVER"]);
    absent("36度5,刚量36度8", &["SYM.FEVER"]);
}

#[test]
fn a_clause_with_a_time_of_its_own_is_of_now() {
    present("小时候得过肺结核,这一个多月后背疼", &["SYM.THOR_PAIN"]);
}

#[test]
fn a_relative_who_is_introduced_with_an_age_is_the_patient() {
    let found = findings("父亲66岁,一年前开始两只手发木。我自己查资料怀疑是颈椎");
    assert_eq!(
        stands(&found, "SYM.NUMB_BOTH_HANDS"),
        Some(Assertion::Present)
    );
    let found = findings("我妈六十二岁,手发麻。我自己是腰疼");
    assert_eq!(stands(&found, "SYM.LBP"), Some(Assertion::Present));
    assert_ne!(stands(&found, "SYM.NUMB_HAND"), Some(Assertion::Present));
}

#[test]
fn one_leg_that_gets_worse_is_worse() {
    let course = options("Q-WEAK/course", "右腿越来越没劲,有三个礼拜了");
    assert_eq!(course, ["worse_weeks"]);
}

#[test]
fn feet_that_hang_over_the_bed_do_not_drop() {
    let found = findings("夜里脚疼,得把脚耷拉到床边才舒服点");
    assert_ne!(stands(&found, "SYM.FOOT_DROP"), Some(Assertion::Present));
    let found = findings("一下床走路脚尖就拖地");
    assert_eq!(stands(&found, "SYM.FOOT_DROP"), Some(Assertion::Present));
}

#[test]
fn a_rash_is_called_an_allergy_only_in_so_many_words() {
    assert!(
        options("Q-RASH/kind", "以为是膏药过敏,起了一串水疱")
            .iter()
            .all(|one| one == "blister")
    );
    assert_eq!(options("Q-RASH/kind", "贴膏药那块,光痒"), ["allergic"]);
}

#[test]
fn what_a_friend_recommended_leaves_the_trouble_to_the_patient() {
    let found = findings("五十肩,朋友介绍去打了一针,过两天肩膀又红又肿又烫,烧到38.8");
    for sign in ["SYM.HOT_JOINT", "SYM.FEVER"] {
        assert_eq!(stands(&found, sign), Some(Assertion::Present), "{sign}");
    }
}

#[test]
fn less_than_before_is_still_there() {
    for text in ["腿没那么麻了", "要不腿麻得站不住"] {
        let stands = stands(&findings(text), "SYM.NUMB_LEG");
        assert_eq!(stands, Some(Assertion::Present), "{text}");
    }
    let numb = stands(&findings("脚麻又不痛"), "SYM.NUMB_FOOT");
    assert_eq!(numb, Some(Assertion::Present));
}

#[test]
fn weight_is_lost_on_purpose_only_by_those_who_say_so() {
    let lost = |text: &str| stands(&findings(text), "SYM.WEIGHT_LOSS");
    assert_eq!(
        lost("瘦了十八斤,其实是请了教练跑步减下来的"),
        Some(Assertion::Absent)
    );
    for text in ["糖尿病一直控糖,这半年瘦了二十斤", "瘦了二十斤,不是自己减的"]
    {
        assert_eq!(lost(text), Some(Assertion::Present), "{text}");
    }
}

#[test]
fn a_verb_is_no_misheard_stool() {
    let found = findings("俺是憋不住尿,得小跑着去茅房");
    assert_ne!(stands(&found, "SYM.FECAL_INC"), Some(Assertion::Uncertain));
    assert_ne!(stands(&found, "SYM.FECAL_INC"), Some(Assertion::Present));
}

#[test]
fn an_asked_name_of_a_disease_is_no_history() {
    assert_ne!(
        stands(&findings("脚趾头又红又肿,是痛风吗"), "HX.GOUT_HX"),
        Some(Assertion::Present)
    );
    assert_eq!(
        stands(&findings("老痛风了,脚趾头又红又肿"), "HX.GOUT_HX"),
        Some(Assertion::Present)
    );
}
