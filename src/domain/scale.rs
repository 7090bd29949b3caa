//! Closed sets of values and small numbers that cannot be wrong once built.

use serde::{Deserialize, Serialize};

/// A text or number that is not one of the values a type allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {expected}, got `{got}`")]
pub struct ParseError {
    /// What was being read.
    pub what: &'static str,
    /// The values allowed.
    pub expected: &'static str,
    /// What came instead.
    pub got: String,
}

macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident, $what:literal, $expected:literal, { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The contract's identifier.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the contract's identifier.
            ///
            /// # Errors
            /// When the text is none of the identifiers.
            pub fn parse(text: &str) -> Result<Self, ParseError> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err(ParseError { what: $what, expected: $expected, got: other.to_owned() }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(super) use closed_set;

closed_set! {
    /// How soon the patient must be seen; ordered from least to most urgent.
    Urgency, "urgency", "self_care, routine, within_1w, within_24h or immediate", {
        /// 居家自我管理
        SelfCare = "self_care",
        /// 常规门诊
        Routine = "routine",
        /// 1 周内
        Within1w = "within_1w",
        /// 24 小时内
        Within24h = "within_24h",
        /// 立即急诊
        Immediate = "immediate",
    }
}

impl Urgency {
    /// One level less urgent; `routine` stays `routine` (redflags §0 ②).
    pub fn one_lower(self) -> Self {
        match self {
            Self::Immediate => Self::Within24h,
            Self::Within24h => Self::Within1w,
            Self::Within1w | Self::Routine => Self::Routine,
            Self::SelfCare => Self::SelfCare,
        }
    }

    /// The Chinese name that people see.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Immediate => "立即急诊",
            Self::Within24h => "24小时内",
            Self::Within1w => "1周内",
            Self::Routine => "常规门诊",
            Self::SelfCare => "自我管理",
        }
    }
}

closed_set! {
    /// The way of care that a visit leads to.
    Route, "route", "a route of the contract", {
        /// 急诊
        Emergency = "emergency",
        /// 紧急转诊
        UrgentReferral = "urgent_referral",
        /// 微创适应证评估
        MinimallyInvasiveAssessment = "minimally_invasive_assessment",
        /// 转诊评估(替换微创节点)
        ReferralAssessment = "referral_assessment",
        /// 保守治疗强化(替换微创节点)
        ConservativeIntensified = "conservative_intensified",
        /// 保守治疗
        Conservative = "conservative",
        /// 自我管理
        SelfCare = "self_care",
        /// 其他专科
        OtherDepartment = "other_department",
        /// 多学科评估
        MultidisciplinaryAssessment = "multidisciplinary_assessment",
        /// 人工接手
        HumanReview = "human_review",
    }
}

closed_set! {
    /// Which side of the body.
    Side, "side", "left, right, bilateral, midline or unspecified", {
        /// 左
        Left = "left",
        /// 右
        Right = "right",
        /// 双侧
        Bilateral = "bilateral",
        /// 正中
        Midline = "midline",
        /// 未说明
        Unspecified = "unspecified",
    }
}

impl Side {
    /// The Chinese word, empty when unspecified.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Left => "左侧",
            Self::Right => "右侧",
            Self::Bilateral => "双侧",
            Self::Midline => "正中",
            Self::Unspecified => "",
        }
    }
}

closed_set! {
    /// Sex as the contract has it.
    Sex, "sex", "male or female", {
        /// 男
        Male = "male",
        /// 女
        Female = "female",
    }
}

closed_set! {
    /// Who is talking.
    Speaker, "speaker", "self, relative or parent", {
        /// 本人
        Patient = "self",
        /// 家属代述
        Relative = "relative",
        /// 家长代述
        Parent = "parent",
    }
}

impl Speaker {
    /// 本人, 家属, 家长.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Patient => "本人",
            Self::Relative => "家属",
            Self::Parent => "家长",
        }
    }
}

/// Three-valued truth: nothing said is not the same as denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tri {
    /// Denied, or known not to hold.
    Absent,
    /// Not known.
    Unknown,
    /// Holds.
    Present,
}

impl Tri {
    /// The weaker of the two: both must hold.
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// The stronger of the two: one is enough.
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// Present and absent change places; unknown stays unknown.
    #[expect(
        clippy::should_implement_trait,
        reason = "`!` on three values would read as two-valued"
    )]
    pub fn not(self) -> Self {
        match self {
            Self::Present => Self::Absent,
            Self::Unknown => Self::Unknown,
            Self::Absent => Self::Present,
        }
    }

    /// True only when it holds.
    pub fn holds(self) -> bool {
        self == Self::Present
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::Present } else { Self::Absent }
    }
}

impl From<Option<bool>> for Tri {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Unknown, Self::from)
    }
}

/// Pain on the numeric rating scale: 0 no pain, 10 the worst imaginable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct PainScore(u8);

impl PainScore {
    /// Checks the range.
    ///
    /// # Errors
    /// When the number is not 0–10.
    pub fn parse(score: i64) -> Result<Self, ParseError> {
        u8::try_from(score)
            .ok()
            .filter(|score| *score <= 10)
            .map(Self)
            .ok_or_else(|| ParseError {
                what: "pain score",
                expected: "0 to 10",
                got: score.to_string(),
            })
    }

    /// 0–10.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for PainScore {
    type Error = ParseError;

    fn try_from(score: i64) -> Result<Self, ParseError> {
        Self::parse(score)
    }
}

impl From<PainScore> for i64 {
    fn from(score: PainScore) -> Self {
        i64::from(score.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgency_is_ordered_from_self_care_to_immediate() {
        assert!(Urgency::SelfCare < Urgency::Routine && Urgency::Within24h < Urgency::Immediate);
    }

    #[test]
    fn a_pain_score_outside_0_to_10_cannot_be_built() {
        assert!(PainScore::parse(11).is_err() && PainScore::parse(-1).is_err());
        assert_eq!(PainScore::parse(10).map(PainScore::get), Ok(10));
    }

    #[test]
    fn unknown_is_neither_present_nor_absent() {
        assert_eq!(Tri::Unknown.not(), Tri::Unknown);
        assert_eq!(Tri::Unknown.or(Tri::Present), Tri::Present);
        assert_eq!(Tri::Unknown.and(Tri::Absent), Tri::Absent);
    }
}
