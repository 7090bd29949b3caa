//! Messages of the voice WebSocket.

use std::time::Duration;

use axum::extract::ws::Message;
use serde::{Deserialize, Serialize};

use crate::domain::{self, Said};
use crate::service::{Out, Playback, Service};

use super::super::wire::{Reply, TurnAnswer};

/// The microphone opens; the first message of a connection.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    /// Needed in the first message.
    pub token: Option<String>,
    /// `auto` or `push`.
    pub mode: Option<String>,
    /// Silence that ends an utterance, in ms.
    #[serde(default = "usual_silence")]
    pub end_silence_ms: usize,
    /// Whether prompts are to be sent as sound.
    #[serde(default)]
    pub audio: bool,
}

fn usual_silence() -> usize {
    500
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PlaybackState {
    Started,
    Stopped,
    Ended,
}

/// Any message as it comes.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Raw {
    Start(Start),
    Stop {},
    Text {
        text: Option<String>,
        choices: Option<Vec<String>>,
    },
    Playback {
        id: u32,
        state: PlaybackState,
        /// What of it was heard; the state says all that is used.
        #[serde(rename = "played_ms")]
        _played_ms: Option<u64>,
    },
    Acknowledge {},
}

/// A message that makes sense.
#[derive(Debug)]
pub(super) enum FromClient {
    Start(Start),
    Stop,
    Said(Said),
    Playback(u32, Playback),
    Acknowledge,
}

impl FromClient {
    /// Nothing when it is not one of the messages.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match serde_json::from_str(text).ok()? {
            Raw::Start(start) => Self::Start(start),
            Raw::Stop {} => Self::Stop,
            Raw::Text { text, choices } => Self::Said(match (text, choices) {
                (Some(text), None) => Said::Text(text),
                (None, Some(choices)) => Said::Choices(choices),
                _ => return None,
            }),
            Raw::Playback { id, state, .. } => Self::Playback(id, state.playback()),
            Raw::Acknowledge {} => Self::Acknowledge,
        })
    }
}

/// A message to the client.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ToClient {
    Ready {
        voice: bool,
        speaker: bool,
        limit_seconds: u64,
        turn: u32,
        reply: Reply,
    },
    SpeechStarted {
        ms: usize,
    },
    SpeechEnded {},
    Partial {
        text: String,
    },
    Final {
        text: String,
        heard: String,
        confidence: f32,
        repairs: Vec<Repair>,
    },
    Confirm {
        text: String,
        understood: String,
        options: [Choice; 2],
    },
    Turn(Box<TurnAnswer>),
    Speak {
        id: u32,
        text: String,
        audio: bool,
        voice: &'static str,
        repeat: bool,
    },
    Fallback {
        reason: &'static str,
        text: String,
    },
    Error {
        code: &'static str,
        title: String,
        detail: String,
    },
}

#[derive(Serialize)]
pub(super) struct Repair {
    from: String,
    to: String,
}

#[derive(Serialize)]
pub(super) struct Choice {
    id: &'static str,
    label: &'static str,
}

impl ToClient {
    pub fn ready(service: &Service, reply: &domain::Reply, turn: u32, limit: Duration) -> Self {
        let voice = service.voice();
        Self::Ready {
            voice: voice.hears(),
            speaker: voice.speaker.can_speak(),
            limit_seconds: limit.as_secs(),
            turn,
            reply: reply.clone().into(),
        }
    }

    pub fn turn(answer: TurnAnswer) -> Self {
        Self::Turn(Box::new(answer))
    }

    pub fn speak(id: u32, text: String, audio: bool, voice: &'static str, repeat: bool) -> Self {
        Self::Speak {
            id,
            text,
            audio,
            voice,
            repeat,
        }
    }

    pub fn error(service: &Service, code: &'static str) -> Self {
        let mind = service.mind();
        let prompts = &mind.knowledge.prompts;
        let detail = prompts.line(&format!("voice.errors.{code}"));
        let title = detail
            .split(['。', ',', '\u{ff0c}'])
            .next()
            .unwrap_or_default();
        Self::Error {
            code,
            title: title.to_owned(),
            detail: detail.to_owned(),
        }
    }

    /// What is only shown; nothing for what is done otherwise.
    pub fn shown(out: Out) -> Option<Self> {
        Some(match out {
            Out::SpeechStarted { ms } => Self::SpeechStarted { ms },
            Out::SpeechEnded => Self::SpeechEnded {},
            Out::Partial(text) => Self::Partial { text },
            Out::Final(spoken, text) => Self::Final {
                text,
                heard: spoken.heard,
                confidence: spoken.confidence,
                repairs: spoken
                    .repairs
                    .into_iter()
                    .map(|repair| Repair {
                        from: repair.from,
                        to: repair.to,
                    })
                    .collect(),
            },
            Out::Confirm {
                question,
                understood,
            } => Self::Confirm {
                text: question,
                understood,
                options: [
                    Choice {
                        id: "yes",
                        label: "对",
                    },
                    Choice {
                        id: "no",
                        label: "不对",
                    },
                ],
            },
            Out::Fallback(why, text) => Self::Fallback {
                reason: why.as_str(),
                text,
            },
            Out::Speak { .. }
            | Out::Error(_)
            | Out::Recognise { .. }
            | Out::Forget { .. }
            | Out::Take(..) => return None,
        })
    }

    pub fn message(&self) -> Message {
        // These types hold nothing that JSON cannot.
        Message::Text(serde_json::to_string(self).unwrap_or_default().into())
    }
}
