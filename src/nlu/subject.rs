//! Stage 5b: whose symptom it is. A helper speaks for a relative; a relative mentioned in passing is not the patient.

use crate::domain::{Assertion, Sex, Speaker};
use crate::knowledge::Cues;

use super::dictionary::Cue;
use super::matching::{Scan, Token};
use super::mention::Mention;

/// What the words tell about the speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Voice {
    /// Newly found out.
    pub speaker: Option<Speaker>,
    /// Sex of the person spoken for.
    pub sex: Option<Sex>,
    /// A helper passes on the patient's own words.
    pub relays: bool,
}

/// Marks what belongs to others. `opening` is true while nothing is known of the patient.
pub(super) fn attribute(
    scan: &Scan,
    mentions: &mut [Mention],
    (speaker, opening): (Option<Speaker>, bool),
    cues: &Cues,
) -> Voice {
    let voice = attributed(scan, mentions, speaker, opening);
    // Whose wish to die it is is asked rather than guessed.
    for mention in mentions {
        if mention.assertion == Assertion::OtherPerson
            && cues.own_or_asked.contains(&mention.concept)
        {
            mention.assertion = Assertion::Uncertain;
        }
    }
    voice
}

fn attributed(
    scan: &Scan,
    mentions: &mut [Mention],
    speaker: Option<Speaker>,
    opening: bool,
) -> Voice {
    let family: Vec<Token> = scan.cues(Cue::Family).copied().collect();
    let helper = scan.cues(Cue::Helper).next().is_some();
    let for_another = matches!(speaker, Some(Speaker::Relative | Speaker::Parent));
    if for_another && takes_over(scan, mentions) {
        for mention in mentions.iter_mut() {
            if belongs_to_other(scan, mention, false) {
                mention.assertion = Assertion::OtherPerson;
            }
        }
        return Voice {
            speaker: Some(Speaker::Patient),
            ..Voice::default()
        };
    }
    if speaker == Some(Speaker::Patient) && helper {
        return Voice {
            speaker: Some(Speaker::Relative),
            ..Voice::default()
        };
    }
    let relays = for_another && passes_on(scan);
    let speaks_for = match speaker {
        Some(Speaker::Relative | Speaker::Parent) => family.first().copied(),
        Some(Speaker::Patient) => None,
        None if opening => family
            .iter()
            .find(|t| is_patient(scan, t, mentions) || helper)
            .copied(),
        None => None,
    };
    let asked_for = if speaks_for.is_none() && opening {
        asked_for(scan, mentions)
    } else {
        None
    };
    for mention in mentions.iter_mut() {
        let theirs = asked_for.is_some() && owner(scan, mention).map(|(t, _)| t) == asked_for;
        if !theirs && belongs_to_other(scan, mention, speaks_for.is_some() || for_another) {
            mention.assertion = Assertion::OtherPerson;
        }
    }
    let Some(patient) = speaks_for.or(asked_for) else {
        return Voice {
            relays,
            ..Voice::default()
        };
    };
    let within = |cue: Cue| scan.has(cue, patient.start, patient.end);
    let found = if within(Cue::ParentSays) {
        Speaker::Parent
    } else {
        Speaker::Relative
    };
    Voice {
        speaker: Some(found).filter(|_| speaker.is_none()),
        sex: if within(Cue::Female) {
            Some(Sex::Female)
        } else if within(Cue::Male) {
            Some(Sex::Male)
        } else {
            None
        },
        relays,
    }
}

/// 我大伯腿突然发白, 我同学手麻挂什么科: who tells of nobody else, oneself least of all, asks for that person.
fn asked_for(scan: &Scan, mentions: &[Mention]) -> Option<Token> {
    let symptoms = || mentions.iter().filter(|m| m.is_symptom());
    let of_oneself = |m: &Mention| owner(scan, m).is_some_and(|(_, oneself)| oneself);
    if let Some(person) = introduced(scan)
        && !symptoms().any(of_oneself)
    {
        return Some(person);
    }
    let person = symptoms().find_map(|m| owner(scan, m).map(|(person, _)| person))?;
    let all_theirs = symptoms().all(|m| owner(scan, m) == Some((person, false)));
    // 我想问挂什么科 tells nothing of oneself.
    let asks_only = |t: &Token| {
        let end = (t.end + 3).min(scan.normal.chars.len());
        let rest: String = scan.slice(t.end, end).iter().collect();
        let mut asking = [
            "想",
            "该",
            "要问",
            "问",
            "来问",
            "来咨询",
            "帮",
            "替",
            "陪",
            "带",
        ]
        .iter();
        asking.any(|word| rest.starts_with(word))
    };
    let mut own = scan.cues(Cue::Oneself).filter(|t| t.start >= person.end);
    let oneself = own.any(|t| !asks_only(t));
    let asks = all_theirs && !oneself && is_patient(scan, &person, mentions);
    (asks && !acts(scan, &person) && !leaves(scan, &person)).then_some(person)
}

/// 父亲66岁,… : who opens with a relative and that one's age asks for them.
fn introduced(scan: &Scan) -> Option<Token> {
    const FILLERS: usize = 4;
    let first = scan
        .cues(Cue::Family)
        .find(|person| person.start <= FILLERS)?;
    let rest: String = scan
        .slice(first.end, scan.normal.chars.len())
        .iter()
        .collect();
    let rest = rest.trim_start_matches(['今', '年', ',', ':', '都', '快', '已', '经']);
    let aged = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let age = rest.chars().take_while(|c| aged(*c)).count();
    let years = rest.chars().nth(age);
    (age > 0 && years.is_some_and(|c| "岁,。".contains(c))).then_some(*first)
}

/// 老婆也走了,每天睡不着: who has gone is not spoken of any more.
fn leaves(scan: &Scan, person: &Token) -> bool {
    let clause = scan.clauses[scan.clause_at(person.start)];
    let rest: String = scan.slice(person.end, clause.end).iter().collect();
    let mut gone = [
        "走了",
        "跑了",
        "离了",
        "离婚",
        "分了",
        "不要我",
        "不管我",
        "丢了",
        "没了",
    ]
    .iter();
    gone.any(|word| rest.contains(word))
}

/// 我自己说; 他说得不对,我不麻: the patient speaks. Who goes on about 他 or 她 is still the helper.
fn takes_over(scan: &Scan, mentions: &[Mention]) -> bool {
    let disputes = scan.cues(Cue::Disputes).any(|cue| {
        let after: Vec<&Mention> = mentions.iter().filter(|m| m.span.0 >= cue.end).collect();
        let of_oneself = |m: &&Mention| owner(scan, m).is_some_and(|(_, oneself)| oneself);
        let rest = scan.slice(cue.end, scan.normal.chars.len());
        !rest.iter().any(|c| "他她".contains(*c))
            && (after.iter().any(of_oneself) || scan.cues(Cue::Oneself).any(|t| t.start >= cue.end))
    });
    disputes || scan.cues(Cue::TakesOver).next().is_some()
}

/// 我妈说她没麻, 她自己说不麻.
fn passes_on(scan: &Scan) -> bool {
    let says = |person: &Token| {
        let end = (person.end + 2).min(scan.normal.chars.len());
        let after = scan.slice(person.end, end);
        let pronoun = after.first().is_some_and(|c| "他她".contains(*c));
        after
            .get(usize::from(pronoun))
            .is_some_and(|c| "说讲".contains(*c))
    };
    scan.cues(Cue::Relays).next().is_some() || scan.cues(Cue::Family).any(says)
}

/// A relative is the patient when the sentence goes on about them and nobody says "I have …".
fn is_patient(scan: &Scan, person: &Token, mentions: &[Mention]) -> bool {
    let mentioned = likewise(scan, person);
    let about_oneself = mentions
        .iter()
        .any(|m| m.is_symptom() && owner(scan, m).is_some_and(|t| t.1));
    let about_them = mentions.iter().any(|m| m.span.0 >= person.end);
    // 我来问我自己的腰: the speaker is the patient after all.
    let own = scan
        .cues(Cue::Oneself)
        .any(|t| t.start >= person.end && scan.slice(t.start, t.end).ends_with(&['自', '己']));
    about_them && !mentioned && !about_oneself && !own && !contrasts(scan, person)
}

/// 我爸中风瘫了,我倒没事: a later clause says that the speaker has nothing of the kind.
fn contrasts(scan: &Scan, person: &Token) -> bool {
    let later = scan.clauses.iter().filter(|c| c.start >= person.end);
    later.clone().any(|clause| {
        let starts = scan.cues(Cue::Oneself).any(|t| t.start == clause.start);
        let ends = scan
            .cues(Cue::NegAfter)
            .any(|t| t.end == clause.end && clause.end - t.start <= 4);
        let denies = scan.slice(clause.end.saturating_sub(2), clause.end) == ['不', '是'];
        starts && clause.end - clause.start <= 10 && (ends || denies)
    })
}

/// 我爸也…, 我妈以前…, 我妈说…, 我妈是乳腺癌走的.
fn likewise(scan: &Scan, person: &Token) -> bool {
    let clause = scan.clauses[scan.clause_at(person.start)];
    let died = scan.has(Cue::Deceased, person.end, clause.end);
    let mut alike = scan.cues(Cue::Likewise);
    died || alike.any(|t| t.start >= person.end && t.start <= person.end + 1)
}

/// The person that a mention is about: the last one named before it in its sentence, and whether it is the speaker.
fn owner(scan: &Scan, mention: &Mention) -> Option<(Token, bool)> {
    let (start, _) = scan.sentence(scan.clause_at(mention.key.0));
    // 我大伯 is of the family, though 大伯 may be anybody's.
    let related = |t: &Token| {
        scan.cues(Cue::Family)
            .any(|one| one.overlaps(t.start, t.end))
    };
    let strangers = scan.cues(Cue::Stranger).filter(|t| !related(t));
    let others = scan
        .cues(Cue::Family)
        .chain(strangers)
        .filter(|t| !is_companion(scan, t))
        .map(|t| (*t, false));
    let person_here = |t: &Token| {
        scan.cues(Cue::Family)
            .chain(scan.cues(Cue::Stranger))
            .any(|o| o.overlaps(t.start, t.end))
    };
    let oneself = scan
        .cues(Cue::Oneself)
        .filter(|t| !person_here(t))
        .map(|t| (*t, true));
    others
        .chain(oneself)
        .filter(|(t, _)| t.start >= start && t.start <= mention.span.0)
        .max_by_key(|(t, _)| t.start)
}

/// 跟闺蜜去骑车, 给人家按了一下: who comes along, or does something to the speaker, has nothing of what is told.
fn is_companion(scan: &Scan, person: &Token) -> bool {
    let before = scan.slice(person.start.saturating_sub(1), person.start);
    let stranger = scan.has(Cue::Stranger, person.start, person.end);
    let beside = |c: &char| "跟和同与陪".contains(*c) || stranger && "给让被叫找请".contains(*c);
    before.iter().any(beside)
}

/// 半身不遂,那是我二大爷; 癌是俺妈: whose it is comes after it.
fn named_behind(scan: &Scan, mention: &Mention) -> Option<Token> {
    let clause = scan.clause_at(mention.key.0);
    let this = scan.clauses[clause];
    let rest = scan.slice(mention.span.1, this.end);
    let particles = rest
        .iter()
        .take_while(|c| "的个嘛啊呢".contains(**c))
        .count();
    let is = match rest.get(particles) {
        Some('是') => mention.span.1 + particles + 1,
        Some(_) => return None,
        None => {
            let next = scan.clauses.get(clause + 1)?;
            let head = scan.slice(next.start, next.end);
            let lead = ["那是", "那都是", "说的是", "讲的是", "那个是"];
            let length = lead.iter().find_map(|lead| {
                let lead: Vec<char> = lead.chars().collect();
                head.starts_with(&lead).then_some(lead.len())
            })?;
            next.start + length
        }
    };
    // 腿麻是我妈发现的 goes on about something else.
    let closes = |t: &Token| {
        let end = scan.clauses[scan.clause_at(is)].end;
        let rest = scan.slice(t.end, end);
        rest.iter().all(|c| "的得有过了呀啊嘛呢".contains(*c))
    };
    scan.cues(Cue::Family)
        .chain(scan.cues(Cue::Stranger))
        .filter(|t| t.start == is)
        .max_by_key(|t| t.end)
        .copied()
        .filter(closes)
}

fn belongs_to_other(scan: &Scan, mention: &Mention, for_family: bool) -> bool {
    if let Some(person) = named_behind(scan, mention) {
        return !for_family || !scan.has(Cue::Family, person.start, person.end);
    }
    let Some((person, false)) = owner(scan, mention) else {
        return false;
    };
    let elsewhere = scan.clause_at(person.start) != scan.clause_at(mention.key.0);
    if elsewhere && leaves(scan, &person) {
        return false;
    }
    let stranger = scan.has(Cue::Stranger, person.start, person.end)
        && !scan.has(Cue::Family, person.start, person.end);
    (stranger || !for_family || likewise(scan, &person)) && !acts(scan, &person)
}

/// 我妈说我腰不好, 我同事背我去的, 隔壁医生说骨头滑了: the person acts on the speaker.
fn acts(scan: &Scan, person: &Token) -> bool {
    let after: String = scan.slice(person.end, person.end + 4).iter().collect();
    let doctor = DOCTORS.iter().any(|word| after.starts_with(word));
    doctor
        || scan.cues(Cue::Likewise).any(|t| {
            t.start >= person.end
                && t.start <= person.end + 1
                && scan
                    .normal
                    .chars
                    .get(t.start)
                    .is_some_and(|c| ACTS.contains(*c))
        })
}

/// Who is named by a place and speaks of the patient: 隔壁医生, 楼下诊所.
const DOCTORS: [&str; 6] = ["医生", "大夫", "郎中", "诊所", "医院", "推拿"];

/// How the words of [`Cue::Likewise`] begin that tell what the person does for or to the speaker.
const ACTS: &str = "说让叫陪带问给催劝要讲逼喊帮送拉背扶跟介推约笑骂怪";
