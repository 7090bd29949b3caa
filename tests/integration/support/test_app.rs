//! `TestApp`: a builder for the service as it runs in a hospital, on a port and a folder of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use jiwen::app;
use jiwen::config::Config;
use jiwen::contents;
use jiwen::interview::Mind;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use ureq::Agent;
use ureq::http::Request;

use super::test_mind;

/// A service that runs until it is dropped.
pub struct TestApp {
    address: SocketAddr,
    agent: Agent,
    config: Config,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    _folder: Option<TempDir>,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub text: String,
    /// What `Set-Cookie` sets, up to the first semicolon.
    pub cookie: Option<String>,
}

/// A session that was opened.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: String,
    pub token: String,
    pub reply: Value,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("the answer is JSON")
    }

    /// Checks status and code of a problem, and that it says something; returns it.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.content_type, "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["type"], format!("urn:jiwen:problem:{code}"));
        assert_eq!(problem["status"], status);
        for field in ["title", "detail"] {
            assert!(!problem[field].as_str().unwrap_or_default().is_empty());
        }
        problem
    }
}

impl TestApp {
    /// On a folder of its own, without limits on calls.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// With settings as environment variables name them.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut app = Self::start_on(folder.path().to_owned(), settings);
        app._folder = Some(folder);
        app
    }

    /// On a folder of its own, with a configuration file of this text and what a hospital's files make of the knowledge.
    pub fn start_configured(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut app = Self::start_configured_on(folder.path().to_owned(), text);
        app._folder = Some(folder);
        app
    }

    /// The same on a folder that stays.
    pub fn start_configured_on(data: PathBuf, text: &str) -> Self {
        let settings = [("JIWEN__MODELS__ENCODER", "none")];
        let mut config = settings_of_a_test(Some(text), &settings);
        let mind = app::load_mind(&config, &contents::embedded()).expect("no faults");
        config.store.data = data;
        Self::start_as(config, Some(mind))
    }

    /// On a folder that stays.
    pub fn start_on(data: PathBuf, settings: &[(&str, &str)]) -> Self {
        let mut config = settings_of_a_test(None, settings);
        config.store.data = data;
        Self::start_as(config, Some(test_mind()))
    }

    /// As `jiwen serve` starts it: with knowledge and encoder of its own, words of the hospital and vectors of visits.
    pub fn start_whole(data: PathBuf, settings: &[(&str, &str)]) -> Self {
        let mut config = settings_of_a_test(None, settings);
        config.store.data = data;
        Self::start_as(config, None)
    }

    /// With this mind, or with everything loaded for itself.
    fn start_as(config: Config, mind: Option<Arc<Mind>>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (bound, address) = std::sync::mpsc::channel();
        let running = config.clone();
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let app = match mind {
                    Some(mind) => app::bind(&running, mind).await,
                    None => app::start(&running, &contents::embedded()).await,
                };
                let app = app.expect("the service starts");
                bound.send(app.address).expect("the test waits");
                let stop = async { stopped.await.unwrap_or_default() };
                app.run(stop).await.expect("the service runs");
            });
        });
        Self {
            address: address.recv().expect("the service tells its address"),
            agent: agent(),
            config,
            stop: Some(stop),
            server: Some(server),
            _folder: None,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn log_file(&self) -> PathBuf {
        self.config.log_file()
    }

    /// Stops as SIGTERM would.
    pub fn stop(&mut self) {
        self.agent = agent(); // closes idle connections
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(server) = self.server.take() {
            server.join().expect("the service stops without a panic");
        }
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_vec()).expect("a request");
        let mut response = self.agent.run(request).expect("the service answers");
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        Answer {
            status: response.status().as_u16(),
            content_type: header("content-type").unwrap_or_default(),
            cookie: header("set-cookie")
                .and_then(|cookie| cookie.split(';').next().map(str::to_owned)),
            text: response.body_mut().read_to_string().expect("text"),
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub fn open_with(&self, body: &Value) -> Answer {
        self.send("POST", "/v1/sessions", &[], body.to_string().as_bytes())
    }

    pub fn open(&self) -> Session {
        let answer = self.open_with(&json!({
            "channel": "api", "for_self": true, "patient": {"age": 62, "sex": "female"},
            "consent": {"version": "1", "scopes": ["triage"]},
        }));
        assert_eq!(answer.status, 201, "{}", answer.text);
        let body = answer.json();
        let text = |field: &str| body[field].as_str().expect("a text").to_owned();
        Session {
            id: text("session_id"),
            token: text("token"),
            reply: body["reply"].clone(),
        }
    }

    pub fn turn(&self, session: &Session, body: &Value) -> Answer {
        self.turn_with(session, body, &[])
    }

    pub fn turn_with(&self, session: &Session, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", session.token);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend(headers);
        let path = format!("/v1/sessions/{}/turns", session.id);
        self.send("POST", &path, &all, body.to_string().as_bytes())
    }

    pub fn look(&self, session: &Session, rest: &str, accept: &str) -> Answer {
        let bearer = format!("Bearer {}", session.token);
        let path = format!("/v1/sessions/{}{rest}", session.id);
        self.send(
            "GET",
            &path,
            &[("authorization", &bearer), ("accept", accept)],
            b"",
        )
    }

    /// Answers questions until the visit is over; returns the last answer.
    pub fn finish(&self, session: &Session) -> Value {
        let mut reply = session.reply.clone();
        for _ in 0..60 {
            let answer = self.turn(session, &answer_to(&reply));
            assert_eq!(answer.status, 200, "{}", answer.text);
            let body = answer.json();
            reply = body["reply"].clone();
            if reply["done"] == true {
                return body;
            }
        }
        panic!("a visit ends within 60 turns");
    }
}

fn settings_of_a_test(file: Option<&str>, settings: &[(&str, &str)]) -> Config {
    let defaults = [
        ("JIWEN__RATE__ENABLED", "false"),
        ("JIWEN__SERVER__LISTEN", "127.0.0.1:0"),
        // Loading the recogniser costs each test a second; those that need it say so.
        ("JIWEN__SPEECH__WEIGHTS", "none"),
    ];
    let settings = defaults.iter().chain(settings);
    Config::from_layers(
        file.map(|text| ("test.toml".to_owned(), text.to_owned())),
        settings
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<std::collections::BTreeMap<_, _>>(),
    )
    .expect("settings of a test are valid")
}

/// The last option, or words where there is none.
pub fn answer_to(reply: &Value) -> Value {
    match reply["question"]["options"]
        .as_array()
        .and_then(|options| options.last())
    {
        Some(option) => json!({"choices": [option["id"]]}),
        None => json!({"text": "腰疼三个多月了"}),
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stop();
        }
    }
}

/// Everything that the program logs, at the finest level, for as long as the tests run.
pub fn captured_log() -> &'static LogBuffer {
    static BUFFER: OnceLock<LogBuffer> = OnceLock::new();
    BUFFER.get_or_init(|| {
        let buffer = LogBuffer::default();
        tracing_subscriber::fmt()
            // The client in these tests is not part of the service.
            .with_env_filter("trace,ureq=off,ureq_proto=off")
            .with_ansi(false)
            .with_writer(buffer.clone())
            .try_init()
            .expect("no other test installs a subscriber");
        buffer
    })
}

/// Log lines in memory.
#[derive(Clone, Default)]
pub struct LogBuffer(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl LogBuffer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("unpoisoned")).into_owned()
    }
}

impl std::io::Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for LogBuffer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
