//! Errors on the wire: one [`ApiError`], one envelope (RFC 9457), simple Chinese that says what to do.

use std::any::Any;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::service::{ChangeError, MAX_CHARACTERS, OpenError, SaidError, TurnError, VisitError};

/// Problem details, RFC 9457. Further fields may be present, as `code` says.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:jiwen:problem:` followed by the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong, in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do next.
    pub detail: String,
    /// Stable identifier.
    pub code: String,
    /// What the code brings with it: `valid_options`, `max_characters`, …
    #[serde(flatten)]
    #[schema(ignore)]
    pub more: Map<String, Value>,
}

/// The one error of every action. Made by conversion from the errors of use cases.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    /// Boxed: an error is seldom, and a result that may hold one is passed around a lot.
    more: Box<Map<String, Value>>,
}

impl ApiError {
    /// An error without further fields.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            title,
            detail: detail.into(),
            more: Box::default(),
        }
    }

    /// Adds a field.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// A field of the request that does not hold what it should.
    pub fn field(field: &str, expected: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-field",
            "内容不对",
            format!("「{field}」应为:{expected}。请改正后再发送。"),
        )
        .with("field", field)
    }

    fn scopes(field: &str) -> Self {
        Self::field(
            field,
            "triage、record、audio、improvement、research 中的若干项",
        )
    }

    fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "storage-unavailable",
            "暂时无法保存",
            "系统暂时无法保存,您刚才的话没有记下。请稍后再试;如症状很重,请直接到急诊科或拨打120。",
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = Problem {
            kind: format!("urn:jiwen:problem:{}", self.code),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.code.to_owned(),
            more: *self.more,
        };
        // A problem holds texts and numbers only, which always can be written.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NoConsent => Self::new(
                StatusCode::FORBIDDEN,
                "consent-required",
                "需要您的同意",
                "开始问诊前,请先阅读说明,并同意用于预问诊分诊。没有同意,我们不保存任何内容。",
            ),
            OpenError::NeedsGuardian => Self::new(
                StatusCode::FORBIDDEN,
                "guardian-required",
                "需要家长陪同",
                "未满14岁,请由家长或监护人代为填写并同意。没有保存任何内容。",
            ),
            OpenError::UnknownScope => Self::scopes("consent.scopes"),
            OpenError::BadAge => Self::field("patient.age", "0到130之间的岁数"),
            OpenError::Append(error) => {
                tracing::error!(%error, "could not open a visit");
                Self::unavailable()
            }
        }
    }
}

impl From<VisitError> for ApiError {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::Unknown => Self::new(
                StatusCode::NOT_FOUND,
                "session-not-found",
                "找不到这次问诊",
                "找不到这次问诊,请重新开始。",
            ),
            VisitError::WrongToken => Self::new(
                StatusCode::UNAUTHORIZED,
                "token-invalid",
                "无法确认身份",
                "凭证不对,无法打开这次问诊,请重新开始。",
            ),
            VisitError::Erased => Self::new(
                StatusCode::GONE,
                "session-erased",
                "内容已删除",
                "这次问诊的内容已按要求删除。如需要,请重新开始。",
            ),
            VisitError::Read(error) => {
                tracing::error!(%error, "could not read a visit");
                Self::unavailable()
            }
        }
    }
}

impl From<TurnError> for ApiError {
    fn from(error: TurnError) -> Self {
        match error {
            TurnError::Visit(error) => error.into(),
            TurnError::Said(error) => error.into(),
            TurnError::NoConsent => Self::new(
                StatusCode::FORBIDDEN,
                "consent-required",
                "需要您的同意",
                "您已撤回同意,这句话没有记下。如要接着问诊,请先在设置里重新同意。",
            ),
            TurnError::Closed => Self::new(
                StatusCode::CONFLICT,
                "visit-closed",
                "问诊已经结束",
                "这次问诊已经结束,可以查看结果;如有新的不适,请重新开始一次。",
            ),
            TurnError::Conflict => Self::new(
                StatusCode::CONFLICT,
                "turn-conflict",
                "上一句还在处理",
                "上一句话还在处理,这一句没有记下。请看到回复后再发送。",
            ),
            TurnError::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "重复的编号",
                "这个 Idempotency-Key 已用于另一句话,请为每句话换一个新的编号。",
            ),
            TurnError::Append(error) => {
                tracing::error!(%error, "could not store a turn");
                Self::unavailable()
            }
            TurnError::BrokenOff => {
                tracing::error!("a turn broke off");
                broken()
            }
        }
    }
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Visit(error) => error.into(),
            ChangeError::NoVersion => Self::field("version", "所看说明的版本号"),
            ChangeError::UnknownScope => Self::scopes("scopes"),
            ChangeError::NoConsent(scope) => Self::new(
                StatusCode::FORBIDDEN,
                "no-consent",
                "病人没有同意",
                "病人没有同意这样使用记录,不能打开。请当面询问病人。",
            )
            .with("scope", scope),
            ChangeError::NoDecision => Self::new(
                StatusCode::CONFLICT,
                "no-decision",
                "还没有结果",
                "病人还没有回答问题,没有可以审核的内容。请稍后再试。",
            ),
            ChangeError::NotHandedOver => Self::new(
                StatusCode::CONFLICT,
                "not-handed-over",
                "没有叫过人",
                "这位病人没有叫人,不在导诊台的名单上。请刷新名单。",
            ),
            ChangeError::UnknownLine { id } => Self::new(
                StatusCode::CONFLICT,
                "line-changed",
                "这一行已经变了",
                "病人又说了新的内容,这一行已经变了。请重新打开记录再改。",
            )
            .with("line", id),
            ChangeError::Field { field, expected } => Self::field(field, expected),
            ChangeError::Append(error) => {
                tracing::error!(%error, "could not store a change of a visit");
                Self::unavailable()
            }
            ChangeError::BrokenOff => {
                tracing::error!("a change of a visit broke off");
                broken()
            }
        }
    }
}

impl From<SaidError> for ApiError {
    fn from(error: SaidError) -> Self {
        let new = |code, title, detail: String| {
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, detail)
        };
        match error {
            SaidError::Empty => new("empty", "没有内容", "请说一说哪里不舒服,或点一个选项。".into()),
            SaidError::TooLong { characters } => new(
                "text-too-long",
                "一次说得太多",
                format!("这段话有{characters}个字,一次最多{MAX_CHARACTERS}个字。请分成几段,一段一段地说。"),
            )
            .with("max_characters", MAX_CHARACTERS),
            SaidError::UnknownOption { valid } if valid.is_empty() => new(
                "unknown-option",
                "现在没有选项可点",
                "现在的问题没有选项,请直接用文字回答。".into(),
            )
            .with("valid_options", json!(valid)),
            SaidError::UnknownOption { valid } => new(
                "unknown-option",
                "没有这个选项",
                format!("请从现在的选项中选择:{}。", valid.join("、")),
            )
            .with("valid_options", json!(valid)),
            SaidError::OneOnly => new("one-option-only", "只能选一个", "这个问题只能选一个,请选最符合的一个。".into()),
        }
    }
}

pub(super) async fn not_found() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "没有这个地址",
        "没有这个地址,请检查网址。接口说明见 /docs。",
    )
}

pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "不支持这种请求",
        "这个地址不支持这种请求方法。接口说明见 /docs。",
    )
}

/// A panic is a fault of ours; its message may quote anything, so it is neither sent nor logged here.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request broke off");
    broken().into_response()
}

fn broken() -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "系统出错",
        "系统出错了,请再试一次;如症状很重,请直接到急诊科或拨打120。",
    )
}
