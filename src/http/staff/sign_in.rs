//! `POST /v1/staff/sign-in`, `GET /v1/staff/me`, `POST /v1/staff/sign-out`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;

use crate::http::body::JsonBody;
use crate::http::{ApiError, AppState, Problem};
use crate::service::staff::{SignIn, sign_in as enter, sign_out as leave};

use super::admit::{Signed, check_origin, write_cookie};
use super::wire::{Me, NewSignIn};

/// Signs in with name, password and the code of this half minute; the answer sets the cookie.
#[utoipa::path(
    post, path = "/v1/staff/sign-in", tag = "staff", request_body = NewSignIn,
    params(("X-Requested-With" = String, Header, description = "`jiwen`")),
    responses(
        (status = 200, description = "signed in", body = Me),
        (status = 401, description = "name, password or code is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 423, description = "locked after too many failures", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "too many tries from this address", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(in crate::http) async fn sign_in(
    State(state): State<AppState>,
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewSignIn>,
) -> Result<impl IntoResponse, ApiError> {
    check_origin(&headers)?;
    let given = SignIn {
        name: new.name,
        password: new.password,
        code: new.code,
    };
    let signed = enter(&state.service, given).await?;
    let cookie = write_cookie(Some(&signed.token), state.secure_cookie);
    Ok((
        [(header::SET_COOKIE, cookie)],
        Json(Me::new(&state.service, &signed.member)),
    ))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/v1/staff/me", tag = "staff",
    responses(
        (status = 200, description = "signed in", body = Me),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn get_me(State(state): State<AppState>, signed: Signed) -> Json<Me> {
    Json(Me::new(&state.service, &signed.member))
}

/// Signs out; the cookie is worth nothing from now on.
#[utoipa::path(
    post, path = "/v1/staff/sign-out", tag = "staff",
    params(("X-Requested-With" = String, Header, description = "`jiwen`")),
    responses(
        (status = 204, description = "signed out"),
        (status = 401, description = "not signed in", body = Problem, content_type = "application/problem+json"),
    ),
    security(("staff" = []))
)]
pub(in crate::http) async fn sign_out(
    State(state): State<AppState>,
    signed: Signed,
) -> Result<impl IntoResponse, ApiError> {
    leave(&state.service, &signed.token).await?;
    let cookie = write_cookie(None, state.secure_cookie);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}
