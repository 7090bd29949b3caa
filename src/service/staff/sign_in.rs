//! Signing in: password and code together. What was wrong is not told, and five failures lock the name for a while,
//! whether or not somebody has it.

use sha2::{Digest, Sha256};

use crate::domain::{Action, Role};
use crate::store::{Account, Entry, Hash};

use super::super::{Service, Token, now};
use super::{Member, StaffError, password, totp};

/// Characters of a password that are looked at; more are no password of ours.
const MAX_PASSWORD: usize = 200;

/// What somebody types.
pub struct SignIn {
    /// Name of the account.
    pub name: String,
    /// Password.
    pub password: String,
    /// Code of this half minute.
    pub code: String,
}

/// Somebody who is signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Goes into the cookie; told once.
    pub token: Token,
    /// Who.
    pub member: Member,
}

/// The key under which failures of a name are counted.
pub(super) fn name_hash(name: &str) -> Hash {
    Sha256::digest(name).into()
}

/// Signs in, or counts a failure.
///
/// # Errors
/// See [`StaffError`].
pub async fn sign_in(service: &Service, given: SignIn) -> Result<SignedIn, StaffError> {
    // One at a time: guesses at the same moment would all pass before the first is counted.
    let _one = service.signing.lock().await;
    let book = service.log.staff();
    let (name, key, at) = (given.name.trim(), name_hash(given.name.trim()), now());
    let locked_ms = book.find_attempts(&key).await?.locked_until_ms - at.as_millisecond();
    if locked_ms > 0 {
        let seconds = u32::try_from(locked_ms / 1000 + 1).unwrap_or(u32::MAX);
        return Err(StaffError::Locked { seconds });
    }
    let account = book.find_account(name).await?;
    let right = is_right(given.password, account.as_ref()).await;
    let step = account
        .as_ref()
        .and_then(|account| totp::matching_step(&account.totp_secret, &given.code, at.as_second()));
    if let (true, Some(account), Some(step)) = (right, &account, step) {
        let token = Token::draw();
        let member = member(account);
        let entry = member.did(Action::SignedIn, at);
        // A code that was seen over somebody's shoulder is used up.
        if book
            .begin_session(&key, step, &token.hash(), &entry)
            .await?
        {
            return Ok(SignedIn { token, member });
        }
    }
    fail(service, &key, account.as_ref()).await
}

async fn is_right(given: String, account: Option<&Account>) -> bool {
    let hashed = account.map(|account| account.password.clone());
    let fits = given.chars().count() <= MAX_PASSWORD;
    let checked =
        tokio::task::spawn_blocking(move || fits && password::verify(&given, hashed.as_deref()));
    checked.await.unwrap_or(false)
}

/// A name that nobody has may be a password typed into the wrong field, so it is not written down.
async fn fail(
    service: &Service,
    key: &Hash,
    account: Option<&Account>,
) -> Result<SignedIn, StaffError> {
    let rules = &service.staff_rules;
    let entry = |action| Entry {
        at: now(),
        who: account.map_or("-", |account| &account.name).to_owned(),
        role: account
            .map_or("", |account| Role::as_str(account.role))
            .to_owned(),
        action,
        visit: None,
        detail: String::new(),
    };
    let locked = service
        .log
        .staff()
        .note_failure(
            key,
            rules.lock_after,
            i64::from(rules.lock_seconds) * 1000,
            &entry(Action::SignInFailed),
            &entry(Action::Locked),
        )
        .await?;
    Err(if locked {
        StaffError::Locked {
            seconds: rules.lock_seconds,
        }
    } else {
        StaffError::Failed
    })
}

fn member(account: &Account) -> Member {
    Member {
        name: account.name.clone(),
        display_name: account.display_name.clone(),
        role: account.role,
    }
}
