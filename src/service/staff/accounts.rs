//! Accounts: added, reset and removed by whoever may read the data folder, through `jiwen staff`.

use crate::domain::{Action, Role};
use crate::store::{Account, Entry, ReadError, StaffBook};

use super::super::now;
use super::sign_in::name_hash;
use super::{password, totp};

/// Characters of a password at least.
pub const MIN_PASSWORD: usize = 10;
/// Bytes of a secret. Source: RFC 4226 §4 R6 recommends 160 bits.
const SECRET: usize = 20;
/// Characters of a name at most.
const MAX_NAME: usize = 64;

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The name is taken.
    #[error("there is an account `{0}` already; `jiwen staff reset` gives it a new password")]
    Taken(String),
    /// There is no such account.
    #[error("there is no account `{0}`; see `jiwen staff list`")]
    Unknown(String),
    /// Not a name.
    #[error("a name has 1 to {MAX_NAME} letters, digits, dots, dashes or underscores")]
    BadName,
    /// Too short.
    #[error("a password has at least {MIN_PASSWORD} characters")]
    ShortPassword,
    /// The book failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What a new member of staff is told, once.
pub struct Credentials {
    /// Name.
    pub name: String,
    /// Password; only when the program made it.
    pub password: Option<String>,
    /// Secret as apps take it.
    pub secret: String,
    /// What an authenticator app reads from a QR code.
    pub uri: String,
}

/// An account as `jiwen staff list` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Name.
    pub name: String,
    /// What colleagues see.
    pub display_name: String,
    /// Role.
    pub role: Role,
    /// Locked after failures.
    pub locked: bool,
}

/// Adds an account; a password is made when none is given.
///
/// # Errors
/// See [`AccountError`].
pub async fn add_account(
    book: &StaffBook,
    name: &str,
    display_name: &str,
    role: Role,
    given: Option<String>,
) -> Result<Credentials, AccountError> {
    let (account, credentials) = draw(name, display_name, role, given)?;
    if book
        .add_account(&account, &entry(&account, Action::AccountAdded))
        .await?
    {
        Ok(credentials)
    } else {
        Err(AccountError::Taken(name.to_owned()))
    }
}

/// Gives an account a new password and second factor, and ends its sessions and lock.
///
/// # Errors
/// See [`AccountError`].
pub async fn reset_account(
    book: &StaffBook,
    name: &str,
    given: Option<String>,
) -> Result<Credentials, AccountError> {
    let found = find(book, name).await?;
    let (account, credentials) = draw(name, &found.display_name, found.role, given)?;
    let entry = entry(&account, Action::AccountReset);
    if !book.reset_account(&account, &entry).await? {
        return Err(AccountError::Unknown(name.to_owned()));
    }
    unlock_account(book, name).await?;
    Ok(credentials)
}

/// Removes an account; what it did stays in the audit.
///
/// # Errors
/// See [`AccountError`].
pub async fn remove_account(book: &StaffBook, name: &str) -> Result<(), AccountError> {
    let account = find(book, name).await?;
    book.remove_account(name, &entry(&account, Action::AccountRemoved))
        .await?;
    Ok(())
}

/// Forgets failures to sign in.
///
/// # Errors
/// See [`AccountError`].
pub async fn unlock_account(book: &StaffBook, name: &str) -> Result<(), AccountError> {
    let account = find(book, name).await?;
    let entry = entry(&account, Action::AccountUnlocked);
    book.unlock(&name_hash(name), &entry).await?;
    Ok(())
}

/// The code of this half minute, for who has lost the telephone; noted in the audit.
///
/// # Errors
/// See [`AccountError`].
pub async fn show_code(book: &StaffBook, name: &str) -> Result<String, AccountError> {
    let account = find(book, name).await?;
    let entry = entry(&account, Action::CodeShown);
    book.note(&entry).await?;
    let step = totp::step_of(entry.at.as_second());
    Ok(totp::code(&account.totp_secret, step))
}

/// Every account, by name.
///
/// # Errors
/// When the book cannot be read.
pub async fn list_accounts(book: &StaffBook) -> Result<Vec<Listed>, AccountError> {
    let mut listed = vec![];
    for account in book.list_accounts().await? {
        let attempts = book.find_attempts(&name_hash(&account.name)).await?;
        listed.push(Listed {
            locked: attempts.locked_until_ms > now().as_millisecond(),
            name: account.name,
            display_name: account.display_name,
            role: account.role,
        });
    }
    Ok(listed)
}

async fn find(book: &StaffBook, name: &str) -> Result<Account, AccountError> {
    let found = book.find_account(name).await?;
    found.ok_or_else(|| AccountError::Unknown(name.to_owned()))
}

fn draw(
    name: &str,
    display_name: &str,
    role: Role,
    given: Option<String>,
) -> Result<(Account, Credentials), AccountError> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !(1..=MAX_NAME).contains(&name.chars().count()) || !name.chars().all(is_plain) {
        return Err(AccountError::BadName);
    }
    if given
        .as_ref()
        .is_some_and(|given| given.chars().count() < MIN_PASSWORD)
    {
        return Err(AccountError::ShortPassword);
    }
    let secret: [u8; SECRET] = rand::random();
    let (password, told) = match given {
        Some(given) => (given, None),
        None => {
            let drawn = password::draw();
            (drawn.clone(), Some(drawn))
        }
    };
    let account = Account {
        name: name.to_owned(),
        display_name: display_name.to_owned(),
        role,
        password: password::hash(&password),
        totp_secret: secret.to_vec(),
    };
    let credentials = Credentials {
        name: name.to_owned(),
        password: told,
        secret: totp::base32(&secret),
        uri: totp::uri(name, &secret),
    };
    Ok((account, credentials))
}

/// Who has the data folder has every account; the audit says which one was touched.
fn entry(account: &Account, action: Action) -> Entry {
    Entry {
        at: now(),
        who: account.name.clone(),
        role: account.role.to_string(),
        action,
        visit: None,
        detail: "jiwen staff".to_owned(),
    }
}
