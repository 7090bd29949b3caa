//! Members of staff: roles, and what each role may do. Who they are and how they sign in is the service's.

use serde::{Deserialize, Serialize};

use super::scale::{ParseError, closed_set};

closed_set! {
    /// What a member of staff is here for. A patient is no member of staff and has no account.
    Role, "role", "nurse, doctor, editor, admin or auditor", {
        /// 护士
        Nurse = "nurse",
        /// 医生
        Doctor = "doctor",
        /// 词条编辑
        Editor = "editor",
        /// 管理员
        Admin = "admin",
        /// 审计员
        Auditor = "auditor",
    }
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// See the list of visits and be told of changes.
    ListVisits,
    /// Open one visit's record.
    ReadRecord,
    /// Confirm or change a record, and say what was understood wrongly.
    ReviewRecord,
    /// Take over patients whom the machine handed to a person.
    KeepDesk,
    /// Read figures without patients.
    ReadFigures,
    /// Read who did what.
    ReadAudit,
    /// Read phrases that were understood wrongly.
    ReadPhrases,
}

impl Role {
    /// Whether this role may do that. Source: interop §7 C6 (an administrator reads no record).
    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Nurse => matches!(permission, P::ListVisits | P::ReadRecord | P::KeepDesk),
            Self::Doctor => matches!(
                permission,
                P::ListVisits | P::ReadRecord | P::ReviewRecord | P::KeepDesk | P::ReadFigures
            ),
            Self::Editor => permission == P::ReadPhrases,
            Self::Admin => permission == P::ReadFigures,
            Self::Auditor => permission == P::ReadAudit,
        }
    }
}

closed_set! {
    /// Where a patient stands whom the machine handed to a person.
    DeskState, "desk state", "taken or done", {
        /// 有人接待
        Taken = "taken",
        /// 已处理
        Done = "done",
    }
}

closed_set! {
    /// What a member of staff did. The names are part of the hash chain and never change.
    Action, "action", "an action of the audit", {
        /// 登录
        SignedIn = "signed_in",
        /// 登录失败
        SignInFailed = "sign_in_failed",
        /// 锁定
        Locked = "locked",
        /// 退出
        SignedOut = "signed_out",
        /// 看列表
        Listed = "listed",
        /// 看记录
        Read = "read",
        /// 看相似的就诊
        SimilarRead = "similar_read",
        /// 审核记录
        Reviewed = "reviewed",
        /// 导诊台处理
        Desk = "desk",
        /// 标记理解错误
        Misunderstood = "misunderstood",
        /// 看审计
        AuditRead = "audit_read",
        /// 看待审词条
        PhrasesRead = "phrases_read",
        /// 建账号
        AccountAdded = "account_added",
        /// 删账号
        AccountRemoved = "account_removed",
        /// 解锁账号
        AccountUnlocked = "account_unlocked",
        /// 重置账号
        AccountReset = "account_reset",
        /// 显示当前验证码
        CodeShown = "code_shown",
    }
}
