//! `/openapi.json` (OpenAPI 3.1) and the browsable page at `/docs`, which needs no other machine.

use axum::Router;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{
    AppState, Problem, call_person, change_consent, create_session, create_turn, erase_session,
    export_session, find_session, get_pathway, get_record, health, page, scales, staff, voice,
    wechat_login, wire,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Jiwen 脊问",
        description = "Pre-visit triage for neck, back, limb and joint complaints. Errors are RFC 9457 problem details with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        create_session::create_session,
        create_turn::create_turn,
        find_session::find_session,
        get_record::get_record,
        get_pathway::get_pathway,
        erase_session::erase_session,
        export_session::export_session,
        call_person::call_person,
        change_consent::change_consent,
        staff::sign_in::sign_in,
        staff::sign_in::get_me,
        staff::sign_in::sign_out,
        staff::list_visits::list_visits,
        staff::watch_visits::watch_visits,
        staff::open_record::open_record,
        staff::find_similar::find_similar,
        staff::review_record::review_record,
        staff::mark_misunderstood::mark_misunderstood,
        staff::keep_desk::keep_desk,
        staff::get_figures::get_figures,
        staff::get_figures::get_figures_csv,
        staff::get_audit::get_audit,
        staff::list_phrases::list_phrases,
        page::get_site,
        scales::list_scales,
        scales::score_scale,
        voice::open_voice,
        wechat_login::wechat_login,
        health::get_health,
        health::get_readiness,
        health::get_metrics,
    ),
    components(schemas(
        Problem,
        wire::NewSession, wire::Patient, wire::Consent, wire::NewTurn,
        wire::OpenedSession, wire::TurnAnswer, wire::Session, wire::PastTurn,
        wire::Reply, wire::Question, wire::ChoiceOption, wire::Alert,
        wire::Finding, wire::Evidence,
        wire::NewCall, wire::CalledPerson, wire::AgreedTo, wire::ExportedSession, wire::ExportedThing,
        wire::Assessment, wire::RedFlag, wire::Department, wire::Route,
        page::SiteInfo,
        scales::Scale, scales::ScaleItem, scales::ScaleOption, scales::ScaleAnswers, scales::ScaleScore,
        wechat_login::WeChatCode, wechat_login::WeChatRef,
        staff::wire::NewSignIn, staff::wire::Me,
        staff::wire::Worklist, staff::wire::ListedVisit, staff::wire::ListedFlag,
        staff::wire::ListedReview,
        staff::wire::SimilarVisits, staff::wire::SimilarVisit, staff::wire::ChangedDecision,
        staff::wire::OpenedRecord, staff::wire::ShownPatient, staff::wire::RecordLine,
        staff::wire::ShownQuote, staff::wire::ShownFlag, staff::wire::ShownDepartment,
        staff::wire::ShownReason, staff::wire::ShownRoute, staff::wire::ShownName,
        staff::wire::ShownCriterion, staff::wire::ShownTechnique, staff::wire::Condition, staff::wire::ShownTurn,
        staff::wire::ShownTime, staff::wire::ShownBody, staff::wire::OpenedReview,
        staff::wire::Replaced, staff::wire::Change,
        staff::wire::NewReview, staff::wire::NewLineEdit, staff::wire::NamedDecision,
        staff::wire::Decision, staff::wire::NewMisunderstood, staff::wire::MarkedPhrase,
        staff::wire::NewDesk,
        staff::wire::Summary, staff::wire::DayCount, staff::wire::Agreement,
        staff::wire::OverrideCount, staff::wire::SpreadOf,
        staff::wire::VoiceCount,
        staff::wire::Audit, staff::wire::AuditItem,
        staff::wire::PhraseQueue, staff::wire::PhraseItem,
    )),
    modifiers(&SessionToken),
    tags(
        (name = "sessions", description = "A visit, from consent to record"),
        (name = "staff", description = "For clinicians and those who run the service; a cookie says who calls"),
        (name = "scales", description = "Questionnaires with a licence, and their scores"),
        (name = "operation", description = "For the machines that watch this one"),
    )
)]
struct Document;

/// The security scheme that session routes name.
struct SessionToken;

impl Modify for SessionToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token that `POST /v1/sessions` answered"))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("session", SecurityScheme::Http(scheme));
        let cookie = ApiKeyValue::with_description(
            "jiwen_staff",
            "Set by `POST /v1/staff/sign-in`; calls other than GET also need `X-Requested-With: jiwen`",
        );
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("staff", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(super) fn routes() -> Router<AppState> {
    SwaggerUi::new("/docs")
        .url("/openapi.json", document())
        // The validator badge would ask a machine on the Internet.
        .config(Config::default().validator_url("none"))
        .into()
}
