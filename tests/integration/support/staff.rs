//! Staff in tests: accounts made as `jiwen staff` makes them, signed in over HTTP.

use jiwen::domain::Role;
use jiwen::service::staff::{StaffBook, add_account, show_code};
use serde_json::{Value, json};

use super::{Answer, Session, TestApp};

/// A member of staff who is signed in.
pub struct Staff {
    pub cookie: String,
}

/// Works on the book of a service that runs, as `jiwen staff` does.
fn with_book<T>(app: &TestApp, work: impl AsyncFnOnce(&StaffBook) -> T) -> T {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let book = StaffBook::open(&app.log_file()).await.expect("a book");
        let done = work(&book).await;
        book.close().await;
        done
    })
}

impl TestApp {
    /// Adds an account and tells its password.
    pub fn add_staff(&self, name: &str, role: Role) -> String {
        with_book(self, async |book| {
            let told = add_account(book, name, &format!("{name}甲"), role, None).await;
            told.ok()
                .and_then(|told| told.password)
                .expect("a password")
        })
    }

    /// The code of this half minute.
    pub fn code(&self, name: &str) -> String {
        with_book(self, async |book| {
            show_code(book, name).await.expect("a code")
        })
    }

    pub fn sign_in(&self, name: &str, password: &str, code: &str) -> Answer {
        let body = json!({"name": name, "password": password, "code": code});
        self.send(
            "POST",
            "/v1/staff/sign-in",
            &[("x-requested-with", "jiwen")],
            body.to_string().as_bytes(),
        )
    }

    /// Somebody new of this role, signed in.
    pub fn staff(&self, role: Role) -> Staff {
        self.staff_named(role.as_str(), role)
    }

    pub fn staff_named(&self, name: &str, role: Role) -> Staff {
        let password = self.add_staff(name, role);
        let answer = self.sign_in(name, &password, &self.code(name));
        assert_eq!(answer.status, 200, "{}", answer.text);
        Staff {
            cookie: answer.cookie.expect("a cookie"),
        }
    }

    pub fn staff_get(&self, staff: &Staff, path: &str) -> Answer {
        self.send("GET", path, &[("cookie", &staff.cookie)], b"")
    }

    pub fn staff_post(&self, staff: &Staff, path: &str, body: &Value) -> Answer {
        let headers = [
            ("cookie", staff.cookie.as_str()),
            ("x-requested-with", "jiwen"),
        ];
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// A visit whose patient agrees to a record.
    pub fn open_for_record(&self, channel: &str, scopes: &[&str]) -> Session {
        let opened = self.open_with(&json!({
            "channel": channel, "patient": {"age": 62, "sex": "female", "ref": "M-1001"},
            "consent": {"version": "1", "scopes": scopes},
        }));
        assert_eq!(opened.status, 201, "{}", opened.text);
        let body = opened.json();
        let text = |field: &str| body[field].as_str().expect("a text").to_owned();
        Session {
            id: text("session_id"),
            token: text("token"),
            reply: body["reply"].clone(),
        }
    }

    /// Ids on the worklist in this state.
    pub fn listed(&self, staff: &Staff, query: &str) -> Vec<String> {
        let answer = self.staff_get(staff, &format!("/v1/worklist?{query}"));
        assert_eq!(answer.status, 200, "{}", answer.text);
        let list = answer.json();
        let visits = list["visits"].as_array().expect("visits");
        visits
            .iter()
            .map(|one| one["session_id"].as_str().expect("an id").to_owned())
            .collect()
    }
}
