//! Stage 5a: present, denied, doubted, over or not real.

use crate::domain::{Assertion, ConceptId};
use crate::knowledge::Cues;

use super::dictionary::{Cue, Meaning};
use super::matching::{Scan, Token};
use super::mention::{Mention, Origin};
use super::normalise::is_pause;

/// Gives every mention its assertion; what is only feared, asked or imagined goes.
pub(super) fn assert(scan: &Scan, mentions: &mut Vec<Mention>, cues: &Cues) {
    let meant = is_meant(scan);
    let spans: Vec<(usize, usize)> = mentions.iter().map(|m| m.key).collect();
    mentions.retain_mut(|mention| {
        if is_unreal(scan, mention) {
            return false;
        }
        let said = assertion(scan, mention, &spans, cues);
        let Some(assertion) = (if mention.denies { well(said) } else { said }) else {
            return false;
        };
        mention.assertion = if meant && cues.deliberate.concepts.contains(&mention.concept) {
            Assertion::Absent
        } else {
            assertion
        };
        true
    });
}

/// 跟教练减磅,瘦了二十磅; 没减肥就瘦 is not meant.
fn is_meant(scan: &Scan) -> bool {
    let denied = |meant: &Token| {
        let mut denials = scan.cues(Cue::NotMeant);
        denials.any(|no| no.start <= meant.start && meant.start <= no.end)
    };
    scan.cues(Cue::Meant).any(|meant| !denied(meant))
}

/// What words of well-being say of the trouble: 走路很稳 denies it; 小便不正常 does not say in which way, so
/// it is asked.
fn well(said: Option<Assertion>) -> Option<Assertion> {
    match said? {
        Assertion::Present => Some(Assertion::Absent),
        Assertion::Absent | Assertion::Uncertain => Some(Assertion::Uncertain),
        _ => None,
    }
}

fn assertion(
    scan: &Scan,
    mention: &mut Mention,
    spans: &[(usize, usize)],
    cues: &Cues,
) -> Option<Assertion> {
    let clause = scan.clause_at(mention.key.0);
    if a_not_a(scan, mention) {
        let end = scan.clauses.get(clause).map_or(0, |c| c.end);
        return answers_no(scan, end).then_some(Assertion::Absent);
    }
    let denied = denied_before(scan, mention, spans) || denied_after(scan, mention, spans);
    if denied {
        // 躺着不疼 tells when, not whether.
        let start = scan.clauses.get(clause).map_or(0, |c| c.start);
        if scan.has(Cue::Posture, start, mention.key.0) {
            return None;
        }
        let gone = scan.normal.chars.get(mention.span.1) == Some(&'了');
        mention.course.resolved = gone.then_some(true);
        return Some(Assertion::Absent);
    }
    // 八年前换过机械瓣: how it stands with somebody since then is no sign that went by.
    let stays = cues.circumstances.contains(&mention.concept);
    if !stays && is_past(scan, mention, clause, &cues.injuries) {
        mention.course.resolved = Some(true);
        return Some(Assertion::Past);
    }
    let told_of_then = mention.is_symptom() && tells_of_then(scan, clause);
    let start = scan.clauses.get(clause).map_or(0, |c| c.start);
    let guessed = mention.concept.kind() == "HX" && scan.has(Cue::Guess, start, mention.span.1);
    Some(if told_of_then || guessed || is_hedged(scan, mention) {
        Assertion::Uncertain
    } else {
        Assertion::Present
    })
}

/// Walks back from the key over parts, list items and bridges; an odd number of denials denies.
fn denied_before(scan: &Scan, mention: &Mention, spans: &[(usize, usize)]) -> bool {
    let clause = scan.clauses[scan.clause_at(mention.key.0)];
    if either_or(scan, clause.start, clause.end) {
        return false;
    }
    // 没有劲 denies 有劲, although 没有 ends inside it; in 都没问题 the denial is part of the words.
    let own_denial = scan
        .slice(mention.key.0, mention.key.0 + 1)
        .iter()
        .any(|c| "没不冇无莫".contains(*c));
    let straddles = mention.denies && !own_denial && denial_across(scan, mention.key.0);
    // 没吃抗凝, 没在吃抗凝药, 没吃过抗凝的: the verb of a drug stands between.
    let taking = if mention.concept.kind() == "MED" {
        verb_before(scan, clause.start, mention.key.0)
    } else {
        mention.key.0
    };
    let (mut at, mut count, mut crossed, mut listed) =
        (taking, usize::from(straddles), false, false);
    while at > clause.start {
        if let Some(token) = denial_ending(scan, at, crossed) {
            count += 1;
            at = token.start;
        } else if let Some((start, finding)) = bridge_ending(scan, at, mention, spans) {
            // 没受伤没发烧: behind another finding stands that finding's own denial.
            if finding && count > 0 {
                break;
            }
            // 不疼醒, 不红肿: what it reaches over first are the finding's own words.
            crossed |= finding && start < mention.span.0;
            listed |= scan
                .slice(start, at)
                .iter()
                .any(|c| "、和或及跟".contains(*c));
            at = start;
        } else if let Some(start) = unknown_item(scan, clause.start, at).filter(|_| listed) {
            crossed = true;
            at = start;
        } else if at > mention.span.0 && at <= mention.span.0 + 3 {
            // Other words of the finding itself: 腿 in 没往腿下窜.
            at = mention.span.0;
        } else {
            break;
        }
    }
    count % 2 == 1
}

/// Where the verb of taking a drug begins that stands right before it, with its aspect; the position itself where there is none.
fn verb_before(scan: &Scan, start: usize, position: usize) -> usize {
    let stepped = |at: usize, over: &str| {
        let before = scan.slice(at.saturating_sub(1).max(start), at);
        at - usize::from(before.iter().any(|c| over.contains(*c)))
    };
    let aspect = stepped(position, "过着");
    match stepped(aspect, "吃服用打喝食饮") {
        verb if verb < aspect => stepped(verb, "在"),
        _ => position,
    }
}

/// A denial begins before the position and ends behind it.
fn denial_across(scan: &Scan, at: usize) -> bool {
    let is_denial = |t: &&Token| matches!(t.meaning, Meaning::Cue(Cue::NegWide | Cue::NegTight));
    scan.tokens
        .iter()
        .filter(is_denial)
        .any(|t| t.start < at && at < t.end)
}

/// 不是麻就是疼 says both.
fn either_or(scan: &Scan, start: usize, end: usize) -> bool {
    let text: String = scan.slice(start, end).iter().collect();
    text.find("不是")
        .is_some_and(|at| text[at + 6..].contains("就是"))
}

/// A list item that we do not know (没有咳痰、发烧): from the denial or separator before it.
fn unknown_item(scan: &Scan, start: usize, at: usize) -> Option<usize> {
    let low = start.max(at.saturating_sub(6));
    (low..at)
        .rev()
        .find(|p| scan.normal.chars[*p] == '、' || denial_ending(scan, *p, true).is_some())
}

fn denial_ending(scan: &Scan, at: usize, crossed: bool) -> Option<&Token> {
    scan.tokens.iter().find(|t| {
        t.end == at
            && match t.meaning {
                Meaning::Cue(Cue::NegWide) => true,
                Meaning::Cue(Cue::NegTight) => !crossed,
                _ => false,
            }
            && !scan
                .cues(Cue::AskedYesNo)
                .any(|q| q.start <= t.start && q.end >= t.end)
            && !(t.start > 0 && scan.normal.chars[t.start - 1] == '有' && t.end - t.start == 2)
            // 不过胸口不闷, 毋过无肿: but, not a denial.
            && !matches!(scan.slice(t.start, t.start + 2), ['不' | '毋' | '勿', '过'])
    })
}

/// Something before `at` that a denial may reach over: its start, and whether it was a finding.
fn bridge_ending(
    scan: &Scan,
    at: usize,
    mention: &Mention,
    spans: &[(usize, usize)],
) -> Option<(usize, bool)> {
    if scan.normal.chars[at - 1] == '、' {
        return Some((at - 1, false));
    }
    if let Some((start, _)) = mention.part.filter(|(_, end)| *end == at) {
        return Some((start, false));
    }
    let longest = scan
        .tokens
        .iter()
        .filter(|t| t.end == at)
        .filter_map(|t| match t.meaning {
            // 不是一下子炸开那种.
            Meaning::Cue(
                Cue::Bridge | Cue::Left | Cue::Right | Cue::Both | Cue::Little | Cue::Sudden,
            ) => Some((t.start, false)),
            Meaning::Part(_) => Some((t.start, false)),
            Meaning::Sensation(_) | Meaning::Entry(_) | Meaning::Factor(_) => Some((t.start, true)),
            _ => None,
        })
        .min_by_key(|(start, _)| *start);
    let finding = spans
        .iter()
        .find(|(_, end)| *end == at)
        .map(|(start, _)| (*start, true));
    // A finding's words first: 没有大小便失禁 must not be taken apart.
    finding.or(longest)
}

/// 发烧咳嗽都没有: a denial behind the finding, with nothing but particles after it.
fn denied_after(scan: &Scan, mention: &Mention, spans: &[(usize, usize)]) -> bool {
    let clause = scan.clauses[scan.clause_at(mention.key.0)];
    // 没劲倒没有,炕上腿抬得高高的: a part named in the next clause comes after the denial.
    let same = scan.clause_at(mention.span.1.saturating_sub(1)) == scan.clause_at(mention.key.0);
    let mut at = if same { mention.span.1 } else { mention.key.1 };
    if copied_denial(scan, mention, clause.end) {
        return true;
    }
    while at < clause.end {
        // 爬楼不疼 denies that it comes of climbing.
        let of_trigger = scan
            .cues(Cue::NoTrigger)
            .filter(|_| mention.concept.kind() == "TRIG");
        let denial = scan
            .cues(Cue::NegAfter)
            .chain(of_trigger)
            .filter(|t| t.start == at)
            .max_by_key(|t| t.end);
        // 没扭过没摔过: what follows is denied by itself.
        let own = |(start, _): &(usize, usize)| {
            denial.is_some_and(|d| *start >= d.start && *start <= d.end)
        };
        if let Some(denial) = denial
            && (mention.concept.kind() == "TRIG" || !spans.iter().any(own))
            && rest_is_particles(scan, after_verb(scan, denial.end, clause.end), clause.end)
        {
            return !asked(scan, denial);
        }
        let c = scan.normal.chars[at];
        let finding = spans
            .iter()
            .find(|(start, _)| *start == at)
            .map(|(_, end)| *end);
        let part = scan
            .tokens
            .iter()
            .filter(|t| t.start == at && matches!(t.meaning, Meaning::Part(_)))
            .map(|t| t.end)
            .max();
        match finding.or(part) {
            Some(end) => at = end.max(at + 1),
            None
                if "都也倒到是这那些个玩意儿恶嘛呢咧哩啊呀和、么什的之类还有或者跟以及就可感觉情况现象我俺从来真种哪样东西字病症毛一彼款歹物仔她他佢伊说话讲根本压儿家里子瘤肿"
                    .contains(c) =>
            {
                at += 1
            }
            None => return false,
        }
    }
    (clause.asked || is_topic(scan, mention)) && answers_no(scan, clause.end)
}

/// 癌啊,跟我八竿子打不着: the clause names it and says no more.
fn is_topic(scan: &Scan, mention: &Mention) -> bool {
    let clause = scan.clauses[scan.clause_at(mention.key.0)];
    let rest = scan.slice(mention.span.1, clause.end);
    mention.span.0 <= clause.start + 2
        && !rest.is_empty()
        && rest.iter().all(|c| "啊呀嘛么呢哦这那个事病".contains(*c))
}

/// 手麻不麻, 漏不漏, 烧没烧我不清楚: the question repeated, which tells nothing by itself.
fn a_not_a(scan: &Scan, mention: &Mention) -> bool {
    let char_at = |at: usize| scan.normal.chars.get(at).copied();
    let (start, end) = mention.key;
    let repeats = |first: usize, no: usize, again: usize| {
        char_at(no).is_some_and(|c| "不没唔勿毋冇弗呒无".contains(c))
            && char_at(first).is_some()
            && char_at(first) == char_at(again)
    };
    // 有没有力气: the denial is half of the question.
    let half = start >= 1 && char_at(start - 1) == Some('有') && char_at(start) == Some('没');
    // The word before the denial, or the one behind it.
    let behind = if half {
        end
    } else if end > start && repeats(end - 1, end, end + 1) {
        end + 2
    } else if start >= 2 && repeats(start - 2, start - 1, start) {
        end
    } else {
        return false;
    };
    let clause = scan.clauses[scan.clause_at(start)];
    // 疼不疼都得去: nothing is asked where the sentence goes on from it.
    clause.asked
        || scan.has(Cue::Unsure, behind, clause.end)
        || rest_is_particles(scan, behind, clause.end)
        || scan.slice(clause.start, start).contains(&'问')
}

/// 疼倒不疼, 麻是不麻: the word again, denied.
fn copied_denial(scan: &Scan, mention: &Mention, end: usize) -> bool {
    let word = scan.slice(mention.key.0, mention.key.1);
    let rest = scan.slice(mention.key.1, end);
    let skip = rest
        .iter()
        .take_while(|c| "倒是也就还的".contains(**c))
        .count();
    let denied = |d: usize| rest.get(skip + d..skip + d + word.len()) == Some(word);
    skip > 0
        && rest
            .get(skip)
            .is_some_and(|c| "不没唔勿毋冇弗呒无莫么".contains(*c))
        && (denied(1) || (rest.get(skip + 1) == Some(&'有') && denied(2)))
}

/// 尿疼?没有。癌?没有没有。 The speaker asks and answers.
fn answers_no(scan: &Scan, end: usize) -> bool {
    let Some(next) = scan.clauses.iter().find(|c| c.start >= end) else {
        return false;
    };
    let lead = scan.slice(next.start, next.end).iter();
    let first = next.start
        + lead
            .take_while(|c| "那真可她他佢伊讲说话".contains(**c))
            .count();
    let mut at = first;
    while let Some(no) = scan
        .cues(Cue::NegAfter)
        .filter(|t| t.start == at)
        .max_by_key(|t| t.end)
    {
        at = no.end;
    }
    at > first && rest_is_particles(scan, at, next.end)
}

fn asked(scan: &Scan, denial: &Token) -> bool {
    denial.start > 0 && scan.normal.chars[denial.start - 1] == '有'
}

/// 癌没生过, 这病我没得过: what was not done, at the end of the clause.
fn after_verb(scan: &Scan, start: usize, end: usize) -> usize {
    let verb = scan
        .normal
        .chars
        .get(start)
        .is_some_and(|c| "生得有患犯查长沾发闹打做用吃碰摔弄搞听见试挨遭受染遇".contains(*c));
    let behind = scan.slice((start + 1).min(end), end);
    let taken = scan
        .normal
        .chars
        .get(start)
        .is_some_and(|c| "吃用打喝碰沾服".contains(*c));
    let length = match behind {
        ['过', ..] => 2,
        ['出', '过', ..] | ['说', '过', ..] => 3,
        // 抗凝的没吃.
        [] if taken => 1,
        _ => 0,
    };
    if verb { start + length } else { start }
}

fn rest_is_particles(scan: &Scan, start: usize, end: usize) -> bool {
    scan.slice(start, end)
        .iter()
        .all(|c| "了的过啊哦呀吧哈呢嘛哩咧嘞哒啦喔的呐哟咯额嗯个哉嘎".contains(*c))
}

/// 头几天脚麻,现在不麻了: denied now, so what was told before it is over. The denial stays, with the earlier course.
pub(super) fn end_what_is_gone(scan: &Scan, mentions: &mut Vec<Mention>) {
    let gone: Vec<(ConceptId, usize, bool)> = mentions
        .iter()
        .filter(|m| m.assertion == Assertion::Absent && is_now(scan, m))
        .map(|m| (m.concept.clone(), m.key.0, m.course.resolved == Some(true)))
        .collect();
    for (concept, at, _) in &gone {
        let before = |m: &Mention| {
            m.concept == *concept && m.assertion == Assertion::Present && m.key.0 < *at
        };
        let Some(earlier) = mentions.iter().position(before) else {
            continue;
        };
        let course = mentions.remove(earlier).course;
        for m in mentions.iter_mut().filter(|m| m.concept == *concept) {
            m.course = course.updated_by(m.course);
            m.course.resolved = Some(true);
        }
    }
}

/// A denial of the present moment: 不麻了, 现在不麻.
fn is_now(scan: &Scan, mention: &Mention) -> bool {
    let clause = scan.clauses[scan.clause_at(mention.key.0)];
    mention.course.resolved == Some(true) || scan.has(Cue::Now, clause.start, mention.key.0)
}

/// Days up to which a day that is named is about now: 昨晚膝盖突然红肿.
const LATELY: f64 = 14.0;

/// Days after which what happened once or twice is over.
const ONCE_OVER: f64 = 15.0;

/// Once and over: a word for then with 过 or an end, or an end right after the finding.
fn is_past(scan: &Scan, mention: &Mention, clause: usize, injuries: &[ConceptId]) -> bool {
    let kind = mention.concept.kind();
    if matches!(kind, "DIS" | "MED" | "TRIG" | "REL")
        || (kind == "HX" && !injuries.contains(&mention.concept))
    {
        return false;
    }
    let this = scan.clauses[clause];
    let next = scan
        .clauses
        .get(clause + 1)
        .filter(|c| c.sentence == this.sentence);
    let reach = next.map_or(this.end, |c| c.end);
    if ended(scan, mention.span.1, reach, mention) {
        return true;
    }
    let (start, _) = scan.sentence(clause);
    // 小时候得过肺结核,这一个多月后背疼: a clause with a time of its own is not dated by the one before.
    let mut times = scan.times.iter().filter(|t| !t.vague);
    let dated = times.any(|t| scan.clause_at(t.start) == clause);
    let reaches = usize::from(!dated);
    let then = scan
        .cues(Cue::PastTime)
        .chain(scan.cues(Cue::PastDefinite))
        .filter(|t| {
            t.start >= start
                && t.end <= mention.span.0.max(mention.key.0)
                && clause - scan.clause_at(t.start) <= reaches
        })
        .last();
    let told_since = |days: f64, length: bool| {
        scan.times.iter().any(|t| {
            let end = if length { t.start } else { t.end };
            let before = end <= mention.key.0 && scan.clause_at(t.start) == clause;
            before && t.days >= days && (t.point || length)
        })
    };
    let old = told_since(180.0, false);
    // 三个月前起过水泡, where 三个月前起 looks like a length.
    let verb = scan.slice(mention.key.0.saturating_sub(2), mention.key.0);
    let done = verb.contains(&'过')
        || followed_by_aspect(scan, mention, this.end)
        || inside_aspect(scan, mention);
    // 上个月也拉过一回黑的.
    let once = ["过一回", "过一次", "过一趟", "过两回", "过两次"]
        .iter()
        .any(|word| {
            let from = mention.span.0.saturating_sub(3);
            let near: String = scan.slice(from.max(this.start), this.end).iter().collect();
            near.contains(word)
        });
    if done && told_since(60.0, true) || once && told_since(ONCE_OVER, false) {
        return !scan.has(Cue::Continuing, this.start, this.end);
    }
    if then.is_none() && !old {
        return false;
    }
    // 我妈当年…没的,我这后脊梁疼仨月了: what has lasted so long goes on.
    let lasts = scan.times.iter().any(|t| {
        !t.point && !t.vague && t.start >= mention.span.1 && scan.clause_at(t.start) == clause
    });
    if lasts && !done {
        return false;
    }
    let from = then.map_or(this.start, |t| t.start);
    if scan.has(Cue::Continuing, from, this.end) {
        return false;
    }
    let aspect = followed_by_aspect(scan, mention, this.end) || inside_aspect(scan, mention);
    let definite = then.is_some_and(|t| scan.has(Cue::PastDefinite, t.start, t.end));
    aspect
        || definite
        || (old && kind == "HX")
        || (then.is_some() && kind == "HX")
        || scan.has(Cue::Resolved, mention.span.1, reach)
}

/// 三年前胃出过血,拉的黑得跟墨似的,差点没命: the clause goes on with what happened then, unless it speaks of now. Whether the
/// sign is there today is asked.
fn tells_of_then(scan: &Scan, clause: usize) -> bool {
    let sentence = scan.clauses[clause].sentence;
    let of_now = |at: usize| {
        let one = scan.clauses[at];
        [Cue::Now, Cue::Recent, Cue::Continuing]
            .iter()
            .any(|cue| scan.has(*cue, one.start, one.end))
            || scan
                .times
                .iter()
                .any(|t| (!t.point || t.days <= LATELY) && scan.clause_at(t.start) == at)
    };
    let of_then = |at: usize| {
        let one = scan.clauses[at];
        let dated = scan
            .times
            .iter()
            .any(|t| t.point && t.days >= 180.0 && scan.clause_at(t.start) == at);
        dated && scan.slice(one.start, one.end).contains(&'过')
    };
    for at in (0..=clause)
        .rev()
        .take_while(|at| scan.clauses[*at].sentence == sentence)
    {
        if of_now(at) {
            return false;
        }
        if at < clause && of_then(at) {
            return true;
        }
    }
    false
}

/// 早就好了, 退了, 现在没有了 behind the finding; 好了一点 and 没好 are no end.
fn ended(scan: &Scan, from: usize, to: usize, mention: &Mention) -> bool {
    let ends = scan
        .cues(Cue::Resolved)
        .find(|t| t.start >= from && t.end <= to && leads_its_clause(scan, from, t));
    ends.is_some_and(|end| {
        let other_finding_between = scan.tokens.iter().any(|t| {
            t.start >= from
                && t.end <= end.start
                && matches!(t.meaning, Meaning::Sensation(_) | Meaning::Entry(_))
                && !t.overlaps(mention.span.0, mention.span.1)
        });
        let spoiled = scan
            .cues(Cue::NotResolved)
            .any(|t| t.overlaps(end.start, end.end));
        let relief = scan
            .slice(from, end.start)
            .iter()
            .any(|c| "就才躺坐站歇停蹲".contains(*c));
        !other_finding_between && !spoiled && !relief
    })
}

/// In the clause after the finding, the end must be all that is said: 后来吃了药好了, not 安眠药都攒好了.
fn leads_its_clause(scan: &Scan, from: usize, end: &Token) -> bool {
    let clause = scan.clauses[scan.clause_at(end.start)];
    clause.start <= from
        || scan.slice(clause.start, end.start).iter().all(|c| {
            "后来现在早就已经慢自己都也又全过几天月年个周两三一半会没多久才刚上吃了药打针养歇休息睡觉它他她病像是做完手术治疗之以不昨今前晚夜日儿给当然礼拜星期院停出".contains(*c)
        })
}

fn followed_by_aspect(scan: &Scan, mention: &Mention, end: usize) -> bool {
    scan.slice(mention.span.1, end)
        .iter()
        .take(3)
        .any(|c| *c == '过')
}

fn inside_aspect(scan: &Scan, mention: &Mention) -> bool {
    scan.slice(mention.span.0, mention.span.1).contains(&'过')
}

/// 好像有点麻 doubts; 好像针扎 compares.
fn is_hedged(scan: &Scan, mention: &Mention) -> bool {
    if matches!(mention.origin, Origin::Factor) {
        return false;
    }
    let clause = scan.clauses[scan.clause_at(mention.key.0)];
    let comparing = |t: &Token| {
        scan.cues(Cue::Simile)
            .any(|s| s.start >= t.end && s.start <= (mention.span.1 + 4).min(clause.end))
    };
    scan.cues(Cue::Hedge).any(|t| {
        t.start >= clause.start
            && t.end <= mention.key.0
            && !comparing(t)
            && !scan
                .slice(t.end, mention.key.0)
                .iter()
                .any(|c| is_pause(*c))
            && covered(scan, t.end, mention.key.0, mention)
    })
}

/// Only bridges, parts and sides stand between.
fn covered(scan: &Scan, start: usize, end: usize, mention: &Mention) -> bool {
    let mut at = end;
    while at > start {
        match bridge_ending(scan, at, mention, &[]) {
            Some((next, _)) if next < at => at = next,
            _ => return false,
        }
    }
    true
}

/// 怕瘫, 会不会是癌, 听说腰突会…: after such a word nothing in the clause is real.
fn is_unreal(scan: &Scan, mention: &Mention) -> bool {
    let clause = scan.clauses[scan.clause_at(mention.key.0)];
    let before = scan.cues(Cue::Unreal).find(|t| {
        t.start >= clause.start
            && t.end <= mention.key.0.max(mention.span.0)
            && t.end <= mention.key.0
    });
    // 怕瘦了十四五斤: with a number, 怕 only guesses how much.
    let guesses = |cue: &Token| {
        scan.slice(cue.start, cue.end) == ['怕']
            && scan
                .slice(mention.span.0, clause.end)
                .iter()
                .any(|c| "一二两三四五六七八九十几半0123456789".contains(*c))
    };
    if let Some(cue) = before.filter(|cue| !guesses(cue)) {
        // 一躺下就疼,怕冷: what stands between must lead on to the finding, not close the thought.
        return !scan
            .slice(cue.end, mention.key.0)
            .iter()
            .any(|c| is_pause(*c) && *c != '、');
    }
    if scan.has(Cue::UnrealFinal, mention.span.1, clause.end) {
        return true;
    }
    let text: String = scan.slice(mention.span.1, clause.end).iter().collect();
    let leads: String = scan.slice(clause.start, mention.span.0).iter().collect();
    let future = leads.ends_with('会')
        || leads.ends_with("会不会")
        || leads.ends_with("不会是")
        || leads.ends_with("能");
    future && (text.contains('吗') || text.contains('么') || clause.asked)
        || text.starts_with("怎么办") && leads.contains("要是")
}
