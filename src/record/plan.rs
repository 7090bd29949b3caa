//! The care plan as JSON: one form for the record and for the pathway itself.

use serde_json::{Value, json};

use crate::domain::CarePlan;

/// Stage, template and dated contacts.
pub fn plan_to_json(plan: &CarePlan) -> Value {
    let contacts: Vec<Value> = plan
        .contacts
        .iter()
        .map(|contact| {
            json!({
                "date": contact.date.to_string(),
                "day": contact.day,
                "mode": contact.mode,
                "content": contact.content,
                "red_flag_check": contact.red_flag_check,
            })
        })
        .collect();
    let stages: Vec<Value> = plan
        .stages
        .iter()
        .map(|stage| json!({"id": stage.id, "name": stage.name}))
        .collect();
    json!({
        "stage": {"id": plan.stage.id, "name": plan.stage.name},
        "stages": stages,
        "route": plan.route.as_str(),
        "urgency": plan.urgency.as_str(),
        "see_by": plan.see_by.to_string(),
        "department": plan.department,
        "follow_up": plan.follow_up,
        "contacts": contacts,
    })
}

/// 视频, 电话, 消息; an unknown mode stays as it is.
pub fn mode_chinese(mode: &str) -> &str {
    match mode {
        "video" => "视频",
        "phone" => "电话",
        "message" => "消息",
        other => other,
    }
}
