//! Runs the recogniser on a thread of its own, one utterance at a time: two at once would take four times as long, since
//! whisper.cpp's threads wait for each other while they hold the cores. What a patient waits for goes before what is
//! shown while they speak: the latter is stopped at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use super::{Recognised, Recogniser, SpeechError};

/// What comes back for an utterance.
type Answer = Result<Recognised, SpeechError>;

/// How an utterance is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// The patient waits for it.
    Final,
    /// Shown while the patient goes on speaking; gives way to anything else.
    Partial,
}

/// Whether words can be recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// The weights are being read.
    Loading,
    /// Ready.
    Ready,
    /// They cannot be used; why, in one line.
    Failed(String),
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Loading => f.write_str("loading"),
            Self::Ready => f.write_str("ready"),
            Self::Failed(reason) => write!(f, "failed: {reason}"),
        }
    }
}

struct Waiting {
    samples: Vec<f32>,
    job: Job,
    /// Nobody waits for it any more.
    left: Arc<AtomicBool>,
    reply: oneshot::Sender<Answer>,
}

/// Says so when the caller goes away.
struct Leaving(Arc<AtomicBool>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// The way to the thread that recognises. Clones share it; the thread ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Worker {
    queue: mpsc::Sender<Waiting>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    opened: OnceLock<Result<(), String>>,
    /// Final utterances that wait or run.
    finals: AtomicUsize,
    busy: AtomicBool,
}

/// Something that recognises, until `stop` says so.
type Recognise = Box<dyn FnMut(&[f32], Box<dyn Fn() -> bool>) -> Answer>;

impl Worker {
    /// Starts the thread, which loads the recogniser first. `places` utterances may wait; one takes `limit` at most.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        open: impl FnOnce() -> Result<Recogniser, SpeechError> + Send + 'static,
        places: usize,
        limit: Duration,
    ) -> std::io::Result<Self> {
        let open = move || {
            let mut recogniser = open()?;
            let recognise = move |samples: &[f32], stop| recogniser.recognise(samples, stop);
            Ok(Box::new(recognise) as Recognise)
        };
        Self::run(open, places, limit)
    }

    fn run(
        open: impl FnOnce() -> Result<Recognise, SpeechError> + Send + 'static,
        places: usize,
        limit: Duration,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(places.max(1));
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        thread::Builder::new()
            .name("recogniser".to_owned())
            .spawn(move || {
                let opened = open();
                let told = opened.as_ref().map(|_| ()).map_err(ToString::to_string);
                if let Err(reason) = &told {
                    tracing::warn!(%reason, "no voice: patients type or tap");
                }
                let _ = ours.opened.set(told);
                match opened {
                    Ok(recognise) => serve(jobs, recognise, &ours, limit),
                    Err(error) => refuse(jobs, &ours, &error.to_string()),
                }
            })?;
        Ok(Self { queue, shared })
    }

    /// Whether words can be recognised.
    pub fn status(&self) -> Status {
        match self.shared.opened.get() {
            None => Status::Loading,
            Some(Ok(())) => Status::Ready,
            Some(Err(reason)) => Status::Failed(reason.clone()),
        }
    }

    /// Recognises an utterance. Dropping the future stops it.
    ///
    /// # Errors
    /// [`SpeechError::Busy`] at once when the queue is full, or, for a partial, when anything is being recognised;
    /// otherwise as the recogniser fails.
    pub async fn recognise(&self, samples: Vec<f32>, job: Job) -> Answer {
        let idle = !self.shared.busy.load(Ordering::Acquire)
            && self.shared.finals.load(Ordering::Acquire) == 0;
        if job == Job::Partial && !idle {
            return Err(SpeechError::Busy);
        }
        let (reply, answer) = oneshot::channel();
        if job == Job::Final {
            self.shared.finals.fetch_add(1, Ordering::AcqRel);
        }
        let left = Arc::new(AtomicBool::new(false));
        let _leaving = Leaving(Arc::clone(&left));
        let sent = self.queue.try_send(Waiting {
            samples,
            job,
            left,
            reply,
        });
        if let Err(error) = sent {
            if job == Job::Final {
                self.shared.finals.fetch_sub(1, Ordering::AcqRel);
            }
            return Err(match error {
                mpsc::error::TrySendError::Full(_) => SpeechError::Busy,
                mpsc::error::TrySendError::Closed(_) => SpeechError::Stopped,
            });
        }
        answer.await.unwrap_or(Err(SpeechError::Stopped))
    }
}

fn serve(
    mut jobs: mpsc::Receiver<Waiting>,
    mut recognise: Recognise,
    shared: &Arc<Shared>,
    limit: Duration,
) {
    while let Some(Waiting {
        samples,
        job,
        left,
        reply,
    }) = jobs.blocking_recv()
    {
        shared.busy.store(true, Ordering::Release);
        let (ours, until) = (Arc::clone(shared), Instant::now() + limit);
        let stop = move || {
            left.load(Ordering::Acquire)
                || Instant::now() > until
                || (job == Job::Partial && ours.finals.load(Ordering::Acquire) > 0)
        };
        let answer = if stop() {
            Err(SpeechError::Stopped)
        } else {
            recognise(&samples, Box::new(stop))
        };
        if job == Job::Final {
            shared.finals.fetch_sub(1, Ordering::AcqRel);
        }
        shared.busy.store(false, Ordering::Release);
        // The caller may be gone by now; then nobody wants to know.
        let _ = reply.send(answer);
    }
}

/// Without a recogniser every utterance is answered with the reason.
fn refuse(mut jobs: mpsc::Receiver<Waiting>, shared: &Shared, reason: &str) {
    while let Some(waiting) = jobs.blocking_recv() {
        if waiting.job == Job::Final {
            shared.finals.fetch_sub(1, Ordering::AcqRel);
        }
        let _ = waiting
            .reply
            .send(Err(SpeechError::Recognise(reason.to_owned())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A recogniser that works until it is stopped, or for as long as there are samples (in ms).
    fn slow(limit: Duration) -> Worker {
        let open = || {
            let recognise = |samples: &[f32], stop: Box<dyn Fn() -> bool>| {
                for _ in 0..samples.len() {
                    if stop() {
                        return Err(SpeechError::Stopped);
                    }
                    thread::sleep(Duration::from_millis(1));
                }
                Ok(Recognised {
                    tokens: samples.len(),
                    ..Recognised::default()
                })
            };
            Ok(Box::new(recognise) as Recognise)
        };
        Worker::run(open, 2, limit).expect("a thread")
    }

    #[tokio::test]
    async fn what_a_patient_waits_for_stops_what_is_only_shown() {
        let worker = slow(Duration::from_secs(60));
        let shown = tokio::spawn({
            let worker = worker.clone();
            async move { worker.recognise(vec![0.0; 30_000], Job::Partial).await }
        });
        while !worker.shared.busy.load(Ordering::Acquire) {
            tokio::task::yield_now().await;
        }
        let waited = worker
            .recognise(vec![0.0; 3], Job::Final)
            .await
            .expect("words");
        assert_eq!(waited.tokens, 3);
        assert!(matches!(
            shown.await.expect("no panic"),
            Err(SpeechError::Stopped)
        ));
    }

    #[tokio::test]
    async fn an_utterance_takes_no_longer_than_the_limit() {
        let worker = slow(Duration::from_millis(30));
        let answer = worker.recognise(vec![0.0; 60_000], Job::Final).await;
        assert!(matches!(answer, Err(SpeechError::Stopped)));
        assert!(worker.recognise(vec![0.0; 1], Job::Final).await.is_ok());
    }

    #[tokio::test]
    async fn more_than_can_wait_are_told_at_once() {
        let worker = slow(Duration::from_secs(60));
        let waiting: Vec<_> = (0..8)
            .map(|_| {
                let worker = worker.clone();
                tokio::spawn(async move { worker.recognise(vec![0.0; 100], Job::Final).await })
            })
            .collect();
        let mut busy = 0;
        for one in waiting {
            busy += usize::from(matches!(
                one.await.expect("no panic"),
                Err(SpeechError::Busy)
            ));
        }
        assert!((1..8).contains(&busy), "{busy} of 8 were refused");
        assert!(worker.recognise(vec![0.0; 1], Job::Final).await.is_ok());
    }

    #[tokio::test]
    async fn without_weights_every_utterance_is_answered_with_the_reason() {
        let open = || Err(SpeechError::Recognise("no weights".to_owned()));
        let worker = Worker::run(open, 1, Duration::from_secs(1)).expect("a thread");
        let answer = worker.recognise(vec![0.0; 1], Job::Final).await;
        assert!(matches!(answer, Err(SpeechError::Recognise(_))));
        assert!(matches!(worker.status(), Status::Failed(_)));
    }
}
