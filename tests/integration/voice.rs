//! Conversations by voice over the real WebSocket. What needs the recogniser's weights says so when they are not there.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::stream::MaybeTlsStream;
use tokio_tungstenite::tungstenite::{Message, WebSocket, connect};

use crate::support::{Session, TestApp};

/// Bytes of 100 ms of sound.
const FRAME: usize = 3200;
const WEIGHTS: &str = "models/whisper/ggml-base-q8_0.bin";

/// One client.
struct Client(WebSocket<MaybeTlsStream<TcpStream>>);

impl Client {
    fn connect(app: &TestApp, session: &Session) -> Self {
        let address = format!("ws://{}/v1/sessions/{}/voice", app.address(), session.id);
        let (socket, _) = connect(address).expect("the service upgrades");
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            let limit = Some(Duration::from_secs(60));
            stream.set_read_timeout(limit).expect("a limit");
        }
        Self(socket)
    }

    /// Connects and opens the microphone.
    fn start(app: &TestApp, session: &Session) -> (Self, Value) {
        let mut client = Self::connect(app, session);
        client.tell(&json!({"type": "start", "token": session.token, "audio": false}));
        let ready = client.next();
        assert_eq!(ready["type"], "ready", "{ready}");
        (client, ready)
    }

    fn tell(&mut self, message: &Value) {
        self.0
            .send(Message::text(message.to_string()))
            .expect("it is sent");
    }

    /// The next message that is text; null when the connection was closed.
    fn next(&mut self) -> Value {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).expect("JSON"),
                Ok(Message::Close(_)) | Err(_) => return Value::Null,
                Ok(_) => {}
            }
        }
    }

    /// Skips to the next message of a type.
    fn await_type(&mut self, kind: &str) -> Value {
        for _ in 0..200 {
            let message = self.next();
            assert!(!message.is_null(), "closed before `{kind}`");
            if message["type"] == kind {
                return message;
            }
        }
        panic!("no `{kind}` in 200 messages");
    }

    /// Sends samples as fast as they go, in frames of 100 ms.
    fn play(&mut self, samples: &[i16]) {
        let bytes: Vec<u8> = samples
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        for frame in bytes.chunks_exact(FRAME) {
            self.0
                .send(Message::binary(frame.to_vec()))
                .expect("it is sent");
        }
    }

    /// All messages until nothing comes for a while.
    fn drain(&mut self, quiet: Duration) -> Vec<Value> {
        if let MaybeTlsStream::Plain(stream) = self.0.get_ref() {
            stream.set_read_timeout(Some(quiet)).expect("a limit");
        }
        let mut all = vec![];
        loop {
            let message = self.next();
            if message.is_null() {
                return all;
            }
            all.push(message);
        }
    }
}

/// A service with the recogniser, or nothing where there are no weights.
fn with_recogniser() -> Option<TestApp> {
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join(WEIGHTS);
    if !weights.exists() || cfg!(not(feature = "speech")) {
        eprintln!("skipped: no {WEIGHTS}; `jiwen models fetch` brings it");
        return None;
    }
    let path = weights.display().to_string();
    let app = TestApp::start_with(&[("JIWEN__SPEECH__WEIGHTS", &path)]);
    let until = Instant::now() + Duration::from_secs(120);
    while !app.get("/readyz").text.contains("voice ready") {
        assert!(Instant::now() < until, "{}", app.get("/readyz").text);
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(app)
}

fn silence(seconds: usize) -> Vec<i16> {
    vec![0; seconds * 16_000]
}

/// The same noise each time.
fn noise(seconds: usize, loudness: i32) -> Vec<i16> {
    let mut seed = 7_u32;
    (0..seconds * 16_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 16) as i32 % (2 * loudness + 1) - loudness) as i16
        })
        .collect()
}

/// Three voices of an organ.
fn music(seconds: usize) -> Vec<i16> {
    (0..seconds * 16_000)
        .map(|at| {
            let time = at as f64 / 16_000.0;
            let step = [262.0, 330.0, 392.0, 523.0][(time * 2.0) as usize % 4];
            let wave = |hertz: f64| (time * hertz * std::f64::consts::TAU).sin();
            ((wave(step) + wave(step * 1.5) + wave(step / 2.0)) * 4000.0) as i16
        })
        .collect()
}

/// A sentence by espeak-ng at 16 kHz; nothing where it is not installed.
fn spoken(pinyin: &str) -> Option<Vec<i16>> {
    let output = Command::new("espeak-ng")
        .args(["-v", "cmn-latn-pinyin", "-s", "140", "--stdout", pinyin])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let folder = tempfile::tempdir().expect("a folder");
    let file: PathBuf = folder.path().join("a.wav");
    std::fs::write(&file, output.stdout).expect("it is written");
    let samples = jiwen::speech::read_file(&file).expect("espeak-ng writes sound");
    Some(
        samples
            .iter()
            .map(|sample| (sample * 32_000.0) as i16)
            .collect(),
    )
}

/// Nothing of a visit was said.
fn is_untouched(app: &TestApp, session: &Session) {
    let visit = app.look(session, "", "application/json").json();
    assert_eq!(visit["turns"], json!([]), "a turn was taken");
}

#[test]
fn without_weights_a_patient_is_told_and_types() {
    let app = TestApp::start_with(&[("JIWEN__SPEECH__WEIGHTS", "no-such-file.bin")]);
    assert!(app.get("/readyz").text.contains("voice no weights"));
    let session = app.open();
    let (mut client, ready) = Client::start(&app, &session);
    assert_eq!(ready["voice"], false);
    assert_eq!(
        ready["reply"]["question"]["id"],
        session.reply["question"]["id"]
    );
    client.play(&silence(1)[..1600]);
    let error = client.await_type("error");
    assert_eq!(error["code"], "no_voice");
    assert!(
        error["detail"]
            .as_str()
            .expect("a sentence")
            .contains("打字")
    );
    client.tell(&json!({"type": "text", "text": "腰疼三个月了"}));
    let turn = client.await_type("turn");
    assert_eq!(turn["turn"], 1);
    assert_eq!(turn["findings"][0]["concept"], "SYM.LBP");
    let next = client.await_type("speak");
    assert_eq!(next["audio"], false);
    assert!(
        next["text"]
            .as_str()
            .expect("a text")
            .contains(turn["reply"]["text"].as_str().expect("a text"))
    );
}

#[test]
fn a_corrupt_model_is_named_and_nobody_is_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["ggml-base-q8_0.bin", "own.bin"] {
        let file = folder.path().join(name);
        std::fs::write(&file, b"lmgg and then nothing that belongs there").expect("it is written");
        let app = TestApp::start_with(&[("JIWEN__SPEECH__WEIGHTS", &file.display().to_string())]);
        let until = Instant::now() + Duration::from_secs(30);
        while !app.get("/readyz").text.contains("voice failed") {
            assert!(Instant::now() < until, "{}", app.get("/readyz").text);
        }
        let (_, ready) = Client::start(&app, &app.open());
        assert_eq!(ready["voice"], false, "{name}");
    }
}

#[test]
fn a_wrong_token_or_a_first_message_without_sense_ends_the_connection() {
    let app = TestApp::start();
    let session = app.open();
    let mut stranger = Client::connect(&app, &session);
    stranger.tell(&json!({"type": "start", "token": "not it"}));
    assert_eq!(stranger.next()["code"], "unauthorised");
    assert!(stranger.next().is_null(), "the connection is closed");
    let mut client = Client::connect(&app, &session);
    client.play(&silence(1)[..1600]);
    assert_eq!(client.next()["code"], "bad_message");
    assert!(client.next().is_null(), "the connection is closed");
    is_untouched(&app, &session);
}

#[test]
fn frames_of_a_wrong_size_and_messages_without_sense_are_refused_with_a_reason() {
    let app = TestApp::start();
    let session = app.open();
    let (mut client, _) = Client::start(&app, &session);
    for bytes in [0, 2, 638, 641, 3202, 10_000] {
        client
            .0
            .send(Message::binary(vec![0; bytes]))
            .expect("it is sent");
        assert_eq!(
            client.await_type("error")["code"],
            "bad_frame",
            "{bytes} bytes"
        );
    }
    for text in [
        "",
        "{",
        "[]",
        r#"{"type":"sing"}"#,
        r#"{"type":"text"}"#,
        r#"{"type":"playback","id":"x"}"#,
    ] {
        client.0.send(Message::text(text)).expect("it is sent");
        assert_eq!(client.await_type("error")["code"], "bad_message", "{text}");
    }
    client.tell(&json!({"type": "text", "choices": ["no-such-option"]}));
    assert_eq!(client.await_type("error")["code"], "turn_failed");
    is_untouched(&app, &session);
}

#[test]
fn a_second_client_takes_over_and_the_visit_goes_on() {
    let app = TestApp::start();
    let session = app.open();
    let (mut first, _) = Client::start(&app, &session);
    first.tell(&json!({"type": "text", "text": "腰疼"}));
    first.await_type("turn");
    let (mut second, ready) = Client::start(&app, &session);
    assert_eq!(first.await_type("error")["code"], "replaced");
    assert!(first.next().is_null(), "the connection is closed");
    assert_eq!(ready["turn"], 1, "what was said is there");
    second.tell(&json!({"type": "text", "text": "三个月了"}));
    assert_eq!(second.await_type("turn")["turn"], 2);
}

#[test]
fn an_alert_is_spoken() {
    let app = TestApp::start();
    let session = app.open();
    let (mut client, _) = Client::start(&app, &session);
    client
        .tell(&json!({"type": "text", "text": "屁股和下身都麻了,尿不出来,两条腿没劲,昨天开始的"}));
    client.await_type("turn");
    client.tell(&json!({"type": "text", "choices": ["today"]}));
    let turn = client.await_type("turn");
    let alert = turn["reply"]["alert"]["text"].as_str().expect("an alert");
    let said = client.await_type("speak");
    let said = said["text"].as_str().expect("a text");
    // The alert and the reply are said aloud, each once.
    assert_eq!(said.matches(alert).count(), 1, "{said}");
    let reply = turn["reply"]["text"].as_str().expect("a text");
    assert!(said.contains(reply), "{said}");
    client.tell(&json!({"type": "acknowledge"}));
}

#[test]
fn silence_noise_and_music_are_no_patient() {
    let Some(app) = with_recogniser() else { return };
    for (name, sound) in [
        ("silence", silence(4)),
        ("noise", noise(6, 3000)),
        ("loud noise", noise(4, 20_000)),
        ("music", music(6)),
    ] {
        let session = app.open();
        let (mut client, ready) = Client::start(&app, &session);
        assert_eq!(ready["voice"], true);
        client.play(&sound);
        client.play(&silence(1));
        for message in client.drain(Duration::from_secs(6)) {
            assert_ne!(message["type"], "turn", "{name}: {message}");
            assert_ne!(message["type"], "final", "{name}: {message}");
        }
        is_untouched(&app, &session);
    }
}

#[test]
fn a_connection_that_breaks_in_mid_sentence_loses_nothing() {
    let Some(app) = with_recogniser() else { return };
    let Some(sound) = spoken("wo3 yao1 teng2 san1 ge4 yue4 le5") else {
        eprintln!("skipped: espeak-ng is not installed");
        return;
    };
    let session = app.open();
    let (mut client, _) = Client::start(&app, &session);
    client.tell(&json!({"type": "text", "text": "腰疼"}));
    client.await_type("turn");
    client.play(&sound[..sound.len() / 2]);
    drop(client);
    let (mut again, ready) = Client::start(&app, &session);
    assert_eq!(ready["turn"], 1);
    assert!(
        ready["reply"]["question"].is_object(),
        "the open question is there"
    );
    again.tell(&json!({"type": "text", "text": "三个月了"}));
    assert_eq!(again.await_type("turn")["turn"], 2);
}

#[test]
fn speech_is_noticed_recognised_and_weighed() {
    let Some(app) = with_recogniser() else { return };
    let Some(sound) = spoken("wo3 yao1 teng2 san1 ge4 yue4 le5, you4 tui3 ye3 you3 dian3 ma2")
    else {
        eprintln!("skipped: espeak-ng is not installed");
        return;
    };
    let session = app.open();
    let (mut client, _) = Client::start(&app, &session);
    client.play(&sound);
    client.play(&silence(1));
    let started = client.await_type("speech_started");
    assert!(started["ms"].as_u64().expect("ms") <= 150, "{started}");
    client.await_type("speech_ended");
    // A robot's voice may be misheard; then it is asked again, and never taken for something else.
    let outcome = client.next();
    let kinds = ["partial", "final", "speak", "fallback", "confirm", "turn"];
    assert!(
        kinds.contains(&outcome["type"].as_str().unwrap_or_default()),
        "{outcome}"
    );
}

#[test]
fn ten_minutes_of_talk_are_cut_into_utterances() {
    let Some(app) = with_recogniser() else { return };
    let Some(sound) = spoken(
        "wo3 yao1 teng2 san1 ge4 yue4 le5, you4 tui3 ye3 you3 dian3 ma2, zou3 lu4 jiu4 teng2",
    ) else {
        eprintln!("skipped: espeak-ng is not installed");
        return;
    };
    let session = app.open();
    let (mut client, _) = Client::start(&app, &session);
    for _ in 0..(600 * 16_000 / sound.len()) {
        client.play(&sound);
    }
    // The visit answers as soon as the sound is over, and was never told of one endless sentence.
    client.tell(&json!({"type": "text", "text": "腰疼"}));
    let mut utterances = 0;
    let turn = loop {
        let message = client.next();
        assert!(!message.is_null(), "closed");
        utterances += usize::from(message["type"] == "speech_ended");
        if message["type"] == "turn" {
            break message;
        }
    };
    assert_eq!(turn["reply"]["done"], false);
    assert!(
        utterances >= 600 / 28,
        "{utterances} utterances in ten minutes"
    );
}
