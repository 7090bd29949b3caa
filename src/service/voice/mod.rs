//! A visit by voice: what hears, what speaks, and the state machine between them.

mod exchange;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

use crate::domain::Reply;
use crate::interview::State;
use crate::speech::{Job, Judge, Recognised, Speaker, SpeechError, Status, Worker};

use super::measures::time_recognition;
use super::{Service, Token, TurnTaken, VisitError};

pub use exchange::{Exchange, Fallback, KEYS, Microphone, Out, Playback};

/// What hears and speaks; one for the whole process.
#[derive(Debug)]
pub struct Voice {
    /// Recognises; nothing where there are no weights.
    pub worker: Option<Worker>,
    /// Reads aloud.
    pub speaker: Speaker,
    /// Refuses what was not said.
    pub judge: Judge,
}

impl Voice {
    /// Whether patients can be heard.
    pub fn hears(&self) -> bool {
        self.worker
            .as_ref()
            .is_some_and(|worker| !matches!(worker.status(), Status::Failed(_)))
    }
}

/// Connections by visit: the newest one has the voice.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<HashMap<Uuid, watch::Sender<bool>>>);

/// A connection's hold on the voice of its visit.
pub struct Hold {
    visit: Uuid,
    /// True when a newer connection has taken over.
    replaced: watch::Receiver<bool>,
    service: Arc<Service>,
}

impl Hold {
    /// Waits until a newer connection takes over.
    pub async fn replaced(&mut self) {
        if self.replaced.wait_for(|replaced| *replaced).await.is_err() {
            // The sender is only dropped by the newer connection or with the service.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut connections = self.service.connections.lock();
        // The newer connection's entry stays.
        if !*self.replaced.borrow() {
            connections.remove(&self.visit);
        }
    }
}

impl Connections {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, watch::Sender<bool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a conversation by voice begins with.
pub struct Joined {
    /// The hold on the visit's voice.
    pub hold: Hold,
    /// The open reply.
    pub reply: Reply,
    /// Turns taken.
    pub turn: u32,
}

/// Joins a visit by voice; an older connection to it is replaced.
///
/// # Errors
/// See [`VisitError`].
pub async fn join_voice(
    service: &Arc<Service>,
    id: Uuid,
    token: &Token,
) -> Result<Joined, VisitError> {
    let live = service.reach(id, token).await?.live();
    let (sender, replaced) = watch::channel(false);
    if let Some(older) = service.connections.lock().insert(id, sender) {
        older.send_replace(true);
    }
    Ok(Joined {
        hold: Hold {
            visit: id,
            replaced,
            service: Arc::clone(service),
        },
        reply: service.advised(live.reply.clone(), live.assessment.as_ref(), super::now()),
        turn: live.state.turn(),
    })
}

/// The state of a visit as it is now, for weighing what was heard.
///
/// # Errors
/// See [`VisitError`].
pub async fn get_state(service: &Service, id: Uuid, token: &Token) -> Result<State, VisitError> {
    Ok(service.reach(id, token).await?.live().state.clone())
}

/// What became of an utterance; the failure is true when too many others were waiting.
pub type Recognition = Result<Recognised, bool>;

/// A text read aloud.
#[derive(Debug)]
pub struct Sound {
    /// A WAV file, 16-bit mono.
    pub wave: Vec<u8>,
    /// `recorded` or `espeak`.
    pub voice: &'static str,
}

/// Recognises a stretch of sound; dropping the future stops it.
///
/// # Errors
/// True when too many are waiting, false when it failed.
pub async fn recognise(service: &Service, samples: Vec<f32>, job: Job) -> Recognition {
    let Some(worker) = &service.voice().worker else {
        return Err(false);
    };
    match worker.recognise(samples, job).await {
        Ok(heard) => {
            time_recognition(&heard, job);
            Ok(heard)
        }
        Err(SpeechError::Busy) => Err(true),
        Err(SpeechError::Stopped) => Err(false),
        Err(error) => {
            tracing::warn!(%error, "an utterance was not recognised");
            Err(false)
        }
    }
}

/// Reads a text aloud, off the runtime's threads; nothing where no voice has it.
pub async fn read_aloud(service: &Arc<Service>, text: &str) -> Option<Sound> {
    let (service, text) = (Arc::clone(service), text.to_owned());
    let speaking = move || service.voice().speaker.speak(&text);
    match tokio::task::spawn_blocking(speaking).await.ok()? {
        Ok(spoken) => spoken.map(|(wave, voice)| Sound {
            wave,
            voice: voice.as_str(),
        }),
        Err(error) => {
            tracing::warn!(%error, "a prompt is shown only");
            None
        }
    }
}
