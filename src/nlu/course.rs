//! Stage 5d: since when, how suddenly, how it goes: every time word to the symptom it belongs to.

use crate::domain::{Assertion, Course, Recency};

use super::dictionary::{Cue, Meaning};
use super::matching::{Scan, Token};
use super::mention::{Mention, Origin};
use super::times::Time;

/// Gives every mention its course.
pub(super) fn course(scan: &Scan, mentions: &mut [Mention]) {
    for time in scan.times.iter().filter(|t| is_course(scan, t)) {
        for index in targets(scan, mentions, time) {
            let course = &mut mentions[index].course;
            if time.vague {
                course.recency = course.recency.or(Some(Recency::New14));
            } else if course.onset_days.is_none() {
                course.onset_days = Some(time.days);
            }
        }
    }
    for mention in mentions.iter_mut() {
        // 腰一下子别住了,疼: from the part of the body on.
        let from = mention.span.0.min(mention.key.0);
        let said = (
            scan.clauses[scan.clause_at(from)].start,
            scan.clauses[scan.clause_at(mention.key.0)].end,
        );
        manner(scan, said, mention);
    }
    share_within_clause(scan, mentions);
    share_sudden(scan, mentions);
    share_change(scan, mentions);
    share_stable(scan, mentions);
}

/// 走十分钟, 吃药两个月, 每天 are not how long it has lasted.
fn is_course(scan: &Scan, time: &Time) -> bool {
    if time.days < 0.01 {
        return false;
    }
    let clause = scan.clauses[scan.clause_at(time.start)];
    let previous = scan
        .cues(Cue::NotCourse)
        .any(|t| t.start >= clause.start && t.end <= time.start && time.start - t.end <= 2);
    let rate = scan
        .normal
        .chars
        .get(time.end)
        .is_some_and(|c| "次回趟顿".contains(*c));
    // 蹦跶半天才活动开 is a while.
    if scan.slice(time.start, time.end) == ['半', '天'] {
        return false;
    }
    // 冇一日安乐 counts no days.
    let none = time.start > 0
        && scan
            .normal
            .chars
            .get(time.start - 1)
            .is_some_and(|c| "没冇无".contains(*c));
    !previous && !rate && !none
}

/// The mentions a time belongs to.
fn targets(scan: &Scan, mentions: &[Mention], time: &Time) -> Vec<usize> {
    let clause = scan.clause_at(time.start);
    let dated = |m: &Mention| m.is_symptom() || m.concept.kind() == "HX";
    let of = |wanted: usize| -> Vec<usize> {
        (0..mentions.len())
            .filter(|i| {
                dated(&mentions[*i])
                    && mentions[*i].assertion != Assertion::Absent
                    && scan.clause_at(mentions[*i].key.0) == wanted
            })
            .collect()
    };
    let here = of(clause);
    let before: Vec<usize> = here
        .iter()
        .copied()
        .filter(|i| mentions[*i].key.0 < time.start)
        .collect();
    let after: Vec<usize> = here
        .iter()
        .copied()
        .filter(|i| mentions[*i].key.0 >= time.end)
        .collect();
    let other_time = |start: usize, end: usize| {
        scan.times
            .iter()
            .any(|t| t.start >= start && t.end <= end && t.start != time.start)
    };
    if !here.is_empty() {
        // 腰疼三年腿麻两天: a length looks back, a moment looks forward.
        let back: Vec<usize> = before
            .iter()
            .copied()
            .filter(|i| !other_time(mentions[*i].key.1, time.start))
            .collect();
        let on: Vec<usize> = after
            .iter()
            .copied()
            .filter(|i| !other_time(time.end, mentions[*i].key.0))
            .collect();
        return match (time.point, back.is_empty(), on.is_empty()) {
            (true, _, false) | (false, true, false) => on,
            _ => back,
        };
    }
    let neighbours = |clause: Option<usize>| clause.map(of).unwrap_or_default();
    let previous = neighbours(clause.checked_sub(1));
    let next = neighbours(Some(clause + 1));
    let text_after: String = scan
        .slice(time.end, scan.clauses[clause].end)
        .iter()
        .collect();
    let leads =
        time.point && (previous.is_empty() || text_after.contains("开始") || text_after.is_empty());
    if time.point {
        return if leads && !next.is_empty() || previous.is_empty() {
            next
        } else {
            previous
        };
    }
    // 脚有点勾不起来,拖着走,三四天了: a length by itself dates what its sentence told before it.
    let sentence = scan.clauses[clause].sentence;
    let told: Vec<usize> = (0..clause)
        .rev()
        .take_while(|c| scan.clauses[*c].sentence == sentence)
        .flat_map(of)
        .collect();
    if !told.is_empty() {
        told
    } else if previous.is_empty() {
        next
    } else {
        previous
    }
}

/// Sudden, worse, recent, stable, severe, after an injury: words of the same clause.
fn manner(scan: &Scan, (start, end): (usize, usize), mention: &mut Mention) {
    let said = |cue: Cue| scan.has(cue, start, end);
    let course = &mut mention.course;
    if said(Cue::Sudden) {
        course.sudden = Some(true);
    } else if said(Cue::Gradual) {
        course.sudden = Some(false);
    }
    if said(Cue::Rapid) {
        course.rapid = Some(true);
    }
    let denied = |t: &Token| {
        let before: String = scan
            .slice(t.start.saturating_sub(2), t.start)
            .iter()
            .collect();
        ["不是", "唔系", "勿是", "毋是", "没有", "冇得", "不算"].contains(&before.as_str())
    };
    let severe = scan
        .cues(Cue::Severe)
        .filter(|t| t.start >= start && t.end <= end);
    if severe.copied().any(|t| !denied(&t)) {
        course.severe = Some(true);
    }
    if said(Cue::Injury) {
        course.after_injury = Some(true);
    }
    course.recency = recency(
        course,
        said(Cue::Worse),
        said(Cue::Recent),
        said(Cue::Stable),
    )
    .or(course.recency);
}

fn recency(course: &Course, worse: bool, recent: bool, stable: bool) -> Option<Recency> {
    let long = course.onset_days.is_some_and(|days| days > 14.0);
    match (worse, recent) {
        (true, true) => Some(Recency::Worse14),
        (true, false) if !long => course.recency.map(|_| Recency::Worse14),
        (false, true) if !long => Some(Recency::New14),
        _ if stable => Some(Recency::Stable),
        _ => None,
    }
}

/// 尿慢是老毛病。不过这个礼拜不一样: a change of late, in a clause without a finding, is of what was told last before it.
fn share_change(scan: &Scan, mentions: &mut [Mention]) {
    let told = |m: &Mention| m.is_symptom() && m.assertion == Assertion::Present;
    let of = |m: &Mention| scan.clause_at(m.key.0);
    for (at, clause) in scan.clauses.iter().enumerate() {
        let said = |cue: Cue| scan.has(cue, clause.start, clause.end);
        let changed = said(Cue::Different) || said(Cue::Worse);
        let lately = said(Cue::Recent) || said(Cue::Now);
        if !changed || !lately || mentions.iter().any(|m| m.is_symptom() && of(m) == at) {
            continue;
        }
        let Some(last) = mentions
            .iter()
            .filter(|m| told(m))
            .map(of)
            .filter(|c| *c < at)
            .max()
        else {
            continue;
        };
        let told_last = mentions.iter_mut().filter(|m| told(m) && of(m) == last);
        told_last.for_each(|m| m.course.recency = Some(Recency::Worse14));
    }
}

/// 右手比左边弱点,从那时到今日一个样: that nothing changed, in a clause that speaks of nothing else, is of what its sentence told
/// last. 老毛病 says no such thing: it plays down.
fn share_stable(scan: &Scan, mentions: &mut [Mention]) {
    let told = |m: &Mention| m.is_symptom() && m.assertion == Assertion::Present;
    let of = |m: &Mention| scan.clause_at(m.key.0);
    for (at, clause) in scan.clauses.iter().enumerate() {
        let said = |cue: Cue| scan.has(cue, clause.start, clause.end);
        let place = scan.tokens.iter().any(|t| {
            matches!(t.meaning, Meaning::Part(_)) && t.start >= clause.start && t.end <= clause.end
        });
        let other = place || mentions.iter().any(|m| m.is_symptom() && of(m) == at);
        if !said(Cue::Unchanged) || other {
            continue;
        }
        let same = |m: &&mut Mention| told(m) && scan.clauses[of(m)].sentence == clause.sentence;
        let last = mentions
            .iter()
            .filter(|m| told(m))
            .map(of)
            .filter(|c| *c < at)
            .max();
        let fresh = |m: &&mut Mention| m.course.recency.is_none();
        mentions
            .iter_mut()
            .filter(|m| Some(of(m)) == last)
            .filter(same)
            .filter(fresh)
            .for_each(|m| m.course.recency = Some(Recency::Stable));
    }
}

/// 脚尖勾不起来了。坐着能抬。一下子就这样: how it came, in a clause without a finding, is of the findings told last before it.
fn share_sudden(scan: &Scan, mentions: &mut [Mention]) {
    for cue in [Cue::Sudden, Cue::Gradual] {
        let clauses: Vec<usize> = scan.cues(cue).map(|t| scan.clause_at(t.start)).collect();
        for clause in clauses {
            let told = |m: &Mention| m.is_symptom() && m.assertion == Assertion::Present;
            let of = |m: &Mention| scan.clause_at(m.key.0);
            if mentions.iter().any(|m| m.is_symptom() && of(m) == clause)
                || !refers_back(scan, clause)
            {
                continue;
            }
            let Some(last) = mentions
                .iter()
                .filter(|m| told(m))
                .map(of)
                .filter(|c| *c < clause)
                .max()
            else {
                continue;
            };
            for mention in mentions
                .iter_mut()
                .filter(|m| told(m) && scan.clause_at(m.key.0) == last)
            {
                mention.course.sudden = mention.course.sudden.or(Some(cue == Cue::Sudden));
            }
        }
    }
}

/// 一下子就这样, 突然来的.
fn refers_back(scan: &Scan, clause: usize) -> bool {
    let clause = scan.clauses[clause];
    let text: String = scan.slice(clause.start, clause.end).iter().collect();
    [
        "这样",
        "来的",
        "来嘅",
        "起来的",
        "开始的",
        "的事",
        "噶样",
        "迭能",
        "咁样",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Findings made of one clause share its time: 前天开始腿麻没劲.
fn share_within_clause(scan: &Scan, mentions: &mut [Mention]) {
    let times: Vec<(usize, Course, Origin)> = mentions
        .iter()
        .map(|m| (scan.clause_at(m.key.0), m.course, m.origin))
        .collect();
    for mention in mentions
        .iter_mut()
        .filter(|m| m.course.onset_days.is_none() && matches!(m.origin, Origin::Frame(_)))
    {
        let clause = scan.clause_at(mention.key.0);
        let shared = times
            .iter()
            .find(|(c, course, _)| *c == clause && course.onset_days.is_some());
        mention.course.onset_days = shared.and_then(|(_, course, _)| course.onset_days);
    }
}
