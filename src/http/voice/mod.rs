//! `GET /v1/sessions/{id}/voice`: a conversation by voice over a WebSocket.
//!
//! This file moves bytes and messages; what they mean is decided by the exchange. Sound is never written anywhere: it
//! is held while its utterance lasts and forgotten with it.

mod wire;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::response::Response;
use tokio::time::{interval, timeout};
use uuid::Uuid;

use crate::domain::{Said, Spoken};
use crate::service::{
    Exchange, Hold, Joined, Microphone, Out, Playback, Recognition, Service, Sound, Token,
    TurnError, TurnRequest, count_voice, get_state, join_voice, read_aloud, recognise, take_turn,
};

use super::auth::read_visit;
use super::wire::TurnAnswer;
use super::{ApiError, AppState, Problem};

use wire::{FromClient, ToClient};

/// The first message must come within this time.
const GREETING: Duration = Duration::from_secs(10);
/// A connection lasts this long at most.
const LONGEST: Duration = Duration::from_secs(600);
/// How often time is looked at.
const TICK: Duration = Duration::from_millis(250);
/// A text message is at most this long, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;
/// Frames of sound: 20 to 100 ms of 16-bit samples at 16 kHz.
const FRAME_BYTES: std::ops::RangeInclusive<usize> = 640..=3200;

/// Something under way beside the conversation.
type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A prompt with its sound, if there is one.
struct Prompt {
    id: u32,
    text: String,
    repeat: bool,
    sound: Option<Sound>,
}

/// Speech in, text and events out; the messages are in `docs/VOICE.md`.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/voice", tag = "sessions",
    params(("id" = String, Path, description = "session")),
    responses(
        (status = 101, description = "a WebSocket; the token comes in its first message"),
        (status = 404, description = "no such session", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn open_voice(
    State(state): State<AppState>,
    Path(id): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let visit = read_visit(&id)?;
    Ok(upgrade
        .max_message_size(MAX_MESSAGE)
        .on_upgrade(move |socket| converse(state.service, visit, socket)))
}

/// One connection from its first message to its end.
async fn converse(service: Arc<Service>, visit: Uuid, mut socket: WebSocket) {
    let started = timeout(GREETING, first_message(&mut socket)).await;
    let Ok(Some(FromClient::Start(start))) = started else {
        refuse(&service, &mut socket, "bad_message").await;
        return;
    };
    let token = Token::presented(start.token.as_deref().unwrap_or_default());
    let Ok(joined) = join_voice(&service, visit, &token).await else {
        refuse(&service, &mut socket, "unauthorised").await;
        return;
    };
    let Joined { hold, reply, turn } = joined;
    let mut line = Line {
        exchange: Exchange::new(service.voice().judge.clone()),
        service,
        visit,
        token,
        socket,
        began: Instant::now(),
        with_audio: start.audio,
        recognitions: vec![],
        prompt: None,
    };
    let ready = ToClient::ready(&line.service, &reply, turn, LONGEST);
    if line.send(&ready).await.is_err() {
        return;
    }
    line.exchange
        .start(start.microphone(), start.end_silence_ms, 0);
    let mind = line.service.mind();
    let out = line.exchange.resume(&mind, &reply, turn == 0, 0);
    if line.carry_out(out).await.is_ok() {
        // A broken connection ends the loop; the visit goes on where it stands when the patient comes back.
        let _ = line.run(hold).await;
    }
}

async fn first_message(socket: &mut WebSocket) -> Option<FromClient> {
    match socket.recv().await?.ok()? {
        Message::Text(text) => FromClient::parse(&text),
        _ => None,
    }
}

async fn refuse(service: &Service, socket: &mut WebSocket, code: &'static str) {
    // The client may be gone; nothing depends on its reading this.
    let _ = socket.send(ToClient::error(service, code).message()).await;
    let _ = socket.send(closing(code)).await;
}

fn closing(code: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code: close_code::NORMAL,
        reason: code.into(),
    }))
}

/// The connection is gone.
struct Gone;

/// An open connection.
struct Line {
    exchange: Exchange,
    service: Arc<Service>,
    visit: Uuid,
    token: Token,
    socket: WebSocket,
    began: Instant,
    with_audio: bool,
    /// Recognitions with their tickets.
    recognitions: Vec<(u32, Running<Recognition>)>,
    prompt: Option<Running<Prompt>>,
}

impl Line {
    async fn run(&mut self, mut hold: Hold) -> Result<(), Gone> {
        let mut ticks = interval(TICK);
        loop {
            tokio::select! {
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.received(message).await?,
                    _ => return Err(Gone),
                },
                () = hold.replaced() => return self.close("replaced").await,
                (ticket, result) = first_of(&mut self.recognitions) => {
                    let out = self.exchange.recognised(ticket, result);
                    self.carry_out(out).await?;
                }
                prompt = made(&mut self.prompt) => self.speak(prompt).await?,
                _ = ticks.tick() => {
                    if self.began.elapsed() >= LONGEST {
                        return self.close("time_up").await;
                    }
                    let mind = self.service.mind();
                    let out = self.exchange.tick(&mind, self.now());
                    self.carry_out(out).await?;
                }
            }
            self.settle().await?;
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    async fn received(&mut self, message: Message) -> Result<(), Gone> {
        let mind = self.service.mind();
        let now = self.now();
        let out = match message {
            Message::Binary(bytes) => {
                if !FRAME_BYTES.contains(&bytes.len()) || bytes.len() % 2 != 0 {
                    return self.fail("bad_frame").await;
                }
                if !self.service.voice().hears() {
                    return self.fail("no_voice").await;
                }
                let samples = bytes
                    .chunks_exact(2)
                    .map(|two| i16::from_le_bytes([two[0], two[1]]));
                self.exchange
                    .hear(&mind, &samples.collect::<Vec<i16>>(), now)
            }
            Message::Text(text) => match FromClient::parse(&text) {
                Some(message) => self.told(message, now),
                None => return self.fail("bad_message").await,
            },
            Message::Close(_) => return Err(Gone),
            Message::Ping(_) | Message::Pong(_) => vec![],
        };
        self.carry_out(out).await
    }

    fn told(&mut self, message: FromClient, now: u64) -> Vec<Out> {
        let mind = self.service.mind();
        match message {
            FromClient::Start(start) => {
                self.exchange
                    .start(start.microphone(), start.end_silence_ms, now);
                vec![]
            }
            FromClient::Stop => self.exchange.stop(&mind),
            FromClient::Said(said) => self.exchange.typed(said, &mind),
            FromClient::Playback(id, playback) => {
                self.exchange.played(id, playback, now);
                vec![]
            }
            FromClient::Acknowledge => {
                self.exchange.acknowledged();
                vec![]
            }
        }
    }

    /// Weighs what is recognised by now.
    async fn settle(&mut self) -> Result<(), Gone> {
        if !self.exchange.has_words() {
            return Ok(());
        }
        let Ok(state) = get_state(&self.service, self.visit, &self.token).await else {
            return self.fail("turn_failed").await;
        };
        let mind = self.service.mind();
        let now = self.now();
        // The model reads the words, too, and is waited for.
        let out = tokio::task::block_in_place(|| self.exchange.settle(&mind, &state, now));
        self.carry_out(out).await
    }

    /// Does what the exchange wants, and what comes of it.
    async fn carry_out(&mut self, out: Vec<Out>) -> Result<(), Gone> {
        let mut waiting = VecDeque::from(out);
        while let Some(one) = waiting.pop_front() {
            count_voice(&one);
            match one {
                Out::Recognise {
                    ticket,
                    samples,
                    job,
                } => {
                    let service = Arc::clone(&self.service);
                    let running = async move { recognise(&service, samples, job).await };
                    self.recognitions.push((ticket, Box::pin(running)));
                }
                Out::Forget { ticket } => self.recognitions.retain(|(own, _)| *own != ticket),
                Out::Speak { id, text, repeat } => self.prepare(id, text, repeat),
                Out::Take(said, spoken) => waiting.extend(self.take(said, spoken).await?),
                Out::Error(code) => self.fail(code).await?,
                shown => {
                    if let Some(message) = ToClient::shown(shown) {
                        self.send(&message).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn take(&mut self, said: Said, spoken: Option<Spoken>) -> Result<Vec<Out>, Gone> {
        let request = TurnRequest {
            visit: self.visit,
            token: self.token.clone(),
            said,
            spoken,
            idempotency_key: None,
        };
        match take_turn(&self.service, request).await {
            Ok(taken) => {
                let now = self.now();
                let out = self.exchange.taken(&taken, now);
                let answer = TurnAnswer::new(&self.service, taken);
                self.send(&ToClient::turn(answer)).await?;
                Ok(out)
            }
            Err(error) => {
                self.exchange.not_taken();
                let code = match error {
                    TurnError::Closed => "closed",
                    _ => "turn_failed",
                };
                self.fail(code).await?;
                Ok(vec![])
            }
        }
    }

    /// Makes the sound of a prompt beside the conversation; the text goes out with it. Only the newest is said.
    fn prepare(&mut self, id: u32, text: String, repeat: bool) {
        let (service, with_audio) = (Arc::clone(&self.service), self.with_audio);
        self.prompt = Some(Box::pin(async move {
            let sound = if with_audio {
                read_aloud(&service, &text).await
            } else {
                None
            };
            Prompt {
                id,
                text,
                repeat,
                sound,
            }
        }));
    }

    async fn speak(&mut self, prompt: Prompt) -> Result<(), Gone> {
        // Once the patient speaks, the prompt is only shown.
        let sound = prompt.sound.filter(|_| self.exchange.is_current(prompt.id));
        let voice = sound.as_ref().map_or("none", |sound| sound.voice);
        let shown = ToClient::speak(
            prompt.id,
            prompt.text,
            sound.is_some(),
            voice,
            prompt.repeat,
        );
        self.send(&shown).await?;
        match sound {
            Some(sound) => {
                let wave = Message::Binary(sound.wave.into());
                self.socket.send(wave).await.map_err(|_| Gone)
            }
            None => Ok(()),
        }
    }

    async fn fail(&mut self, code: &'static str) -> Result<(), Gone> {
        let error = ToClient::error(&self.service, code);
        self.send(&error).await
    }

    async fn close(&mut self, code: &'static str) -> Result<(), Gone> {
        self.fail(code).await?;
        self.socket.send(closing(code)).await.map_err(|_| Gone)
    }

    async fn send(&mut self, message: &ToClient) -> Result<(), Gone> {
        self.socket.send(message.message()).await.map_err(|_| Gone)
    }
}

/// The first recognition that is done, taken out of the list; never, when there is none.
async fn first_of(running: &mut Vec<(u32, Running<Recognition>)>) -> (u32, Recognition) {
    let (at, result) = poll_fn(|context| {
        let mut all = running.iter_mut().enumerate();
        all.find_map(|(at, (_, one))| match one.as_mut().poll(context) {
            Poll::Ready(result) => Some(Poll::Ready((at, result))),
            Poll::Pending => None,
        })
        .unwrap_or(Poll::Pending)
    })
    .await;
    (running.remove(at).0, result)
}

/// The prompt once its sound is made; never, when there is none.
async fn made(running: &mut Option<Running<Prompt>>) -> Prompt {
    let prompt = poll_fn(|context| {
        running
            .as_mut()
            .map_or(Poll::Pending, |one| one.as_mut().poll(context))
    })
    .await;
    *running = None;
    prompt
}

impl wire::Start {
    fn microphone(&self) -> Microphone {
        if self.mode.as_deref() == Some("push") {
            Microphone::Push
        } else {
            Microphone::Auto
        }
    }
}

impl wire::PlaybackState {
    fn playback(self) -> Playback {
        match self {
            Self::Started => Playback::Started,
            Self::Stopped => Playback::Stopped,
            Self::Ended => Playback::Ended,
        }
    }
}
