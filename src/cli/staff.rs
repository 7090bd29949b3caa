//! `jiwen staff`: accounts of clinicians and those who run the service. What is secret is printed once.

use std::io::{BufRead, Write};

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use jiwen::domain::Role;
use jiwen::service::staff::{
    AccountError, Credentials, StaffBook, add_account, list_accounts, remove_account,
    reset_account, show_code, unlock_account,
};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// What to do with accounts.
#[derive(Subcommand)]
pub enum StaffCommand {
    /// Add an account; prints its password and second factor once.
    Add {
        /// What is typed to sign in.
        name: String,
        /// What it may do.
        #[arg(long, value_parser = read_role)]
        role: Role,
        /// What colleagues see; the name when left out.
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        #[command(flatten)]
        password: Password,
    },
    /// List the accounts.
    List,
    /// Give an account a new password and second factor; ends its sessions.
    Reset {
        /// Account.
        name: String,
        #[command(flatten)]
        password: Password,
    },
    /// Forget failures to sign in.
    Unlock {
        /// Account.
        name: String,
    },
    /// Remove an account; what it did stays in the audit.
    Remove {
        /// Account.
        name: String,
    },
    /// Print the code of this half minute, for who has lost the telephone.
    Code {
        /// Account.
        name: String,
    },
}

/// Where a password comes from.
#[derive(Args)]
pub struct Password {
    /// Read the password from standard input, one line; without this one is made and printed.
    #[arg(long)]
    password_stdin: bool,
}

fn read_role(text: &str) -> Result<Role, String> {
    Role::parse(text).map_err(|error| error.to_string())
}

/// Does it.
pub async fn run(book: &StaffBook, command: &StaffCommand, out: &mut dyn Write) -> Result<()> {
    match command {
        StaffCommand::Add {
            name,
            role,
            display_name,
            password,
        } => {
            let shown = display_name.as_ref().unwrap_or(name);
            let told = add_account(book, name, shown, *role, given(password)?).await?;
            print(out, &told, true)?;
        }
        StaffCommand::List => {
            for one in list_accounts(book).await? {
                let locked = if one.locked { "  locked" } else { "" };
                writeln!(
                    out,
                    "{:<16} {:<8} {}{locked}",
                    one.name, one.role, one.display_name
                )?;
            }
        }
        StaffCommand::Reset { name, password } => {
            print(
                out,
                &reset_account(book, name, given(password)?).await?,
                true,
            )?;
        }
        StaffCommand::Unlock { name } => unlock_account(book, name).await?,
        StaffCommand::Remove { name } => remove_account(book, name).await?,
        StaffCommand::Code { name } => writeln!(out, "{}", show_code(book, name).await?)?,
    }
    Ok(())
}

fn given(password: &Password) -> Result<Option<String>> {
    if !password.password_stdin {
        return Ok(None);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn print(out: &mut dyn Write, told: &Credentials, picture: bool) -> Result<()> {
    writeln!(out, "account   {}", told.name)?;
    if let Some(password) = &told.password {
        writeln!(out, "password  {password}")?;
    }
    writeln!(out, "secret    {}", told.secret)?;
    writeln!(out, "uri       {}", told.uri)?;
    if picture {
        let code = QrCode::new(&told.uri).map_err(|error| anyhow!("draw the QR code: {error}"))?;
        writeln!(
            out,
            "{}",
            code.render::<Dense1x2>().quiet_zone(true).build()
        )?;
    }
    writeln!(
        out,
        "This is shown once. Scan the picture, or type the secret, into an authenticator app."
    )?;
    Ok(())
}

/// Accounts of a demonstration: one doctor, one nurse, one administrator.
const DEMO: [(&str, &str, Role); 3] = [
    ("demo-doctor", "演示医生", Role::Doctor),
    ("demo-nurse", "演示护士", Role::Nurse),
    ("demo-admin", "演示管理员", Role::Admin),
];

/// Makes the demonstration accounts that are missing and prints what is secret about them, once.
pub async fn add_demo(book: &StaffBook, out: &mut dyn Write) -> Result<()> {
    for (name, shown, role) in DEMO {
        match add_account(book, name, shown, role, None).await {
            Ok(told) => print(out, &told, role == Role::Doctor)?,
            Err(AccountError::Taken(_)) => {
                writeln!(
                    out,
                    "account   {name} is there; `jiwen staff reset {name}` shows new secrets"
                )?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    writeln!(
        out,
        "`jiwen staff code demo-doctor` prints the code of this half minute."
    )?;
    Ok(())
}
