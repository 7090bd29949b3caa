//! Sessions of staff: found by their cookie, over after a time without a call.

use crate::domain::Action;

use super::super::{Service, Token, now};
use super::{Member, StaffError};

/// However busy, a session ends after so long; milliseconds.
const LONGEST_MS: i64 = 12 * 60 * 60 * 1000;

/// Who the cookie belongs to. `active` is false for calls that a screen makes by itself: they do not keep the session
/// alive.
///
/// # Errors
/// [`StaffError::NotSignedIn`] when there is no such session or it is over.
pub async fn find_member(
    service: &Service,
    token: &Token,
    active: bool,
) -> Result<Member, StaffError> {
    let (book, hash, at) = (service.log.staff(), token.hash(), now());
    let session = book
        .find_session(&hash)
        .await?
        .ok_or(StaffError::NotSignedIn)?;
    let since = |then: jiff::Timestamp| at.as_millisecond() - then.as_millisecond();
    let idle_ms = i64::from(service.staff_rules.idle_seconds) * 1000;
    if since(session.seen) > idle_ms || since(session.created) > LONGEST_MS {
        return Err(StaffError::NotSignedIn);
    }
    // Not each call is worth a write.
    if active && since(session.seen) > (idle_ms / 30).min(30_000) {
        book.touch_session(&hash, at).await?;
    }
    Ok(Member {
        name: session.name,
        display_name: session.display_name,
        role: session.role,
    })
}

/// Ends the session.
///
/// # Errors
/// [`StaffError::NotSignedIn`] when there is none.
pub async fn sign_out(service: &Service, token: &Token) -> Result<(), StaffError> {
    let member = find_member(service, token, false).await?;
    let entry = member.did(Action::SignedOut, now());
    Ok(service
        .log
        .staff()
        .end_session(&token.hash(), &entry)
        .await?)
}
