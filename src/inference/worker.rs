//! Runs the model on a thread of its own behind a bounded queue, so that neither the async runtime nor a patient
//! waits behind a crowd: when the queue is full the caller is told at once and goes on without the model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use tokio::sync::{mpsc, oneshot};

use super::{Encoder, InferenceError, Opinion, Turn};

/// What comes back for a turn.
type Answer = Result<Opinion, InferenceError>;

/// A turn in the queue, and where its opinion goes.
struct Job {
    turn: Turn,
    reply: oneshot::Sender<Answer>,
}

/// The way to the thread that runs the model. Clones share it; the thread ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Worker {
    queue: mpsc::Sender<Job>,
}

impl Worker {
    /// Starts the thread. `places` turns may wait (at least one) beside the one that is being read.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(encoder: Encoder, places: usize) -> std::io::Result<Self> {
        Self::run(move |turn| encoder.read(turn), places)
    }

    fn run(
        read: impl Fn(&Turn) -> Answer + Send + 'static,
        places: usize,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(places.max(1));
        thread::Builder::new()
            .name("encoder".to_owned())
            .spawn(move || serve(jobs, read))?;
        Ok(Self { queue })
    }

    /// What the model makes of a turn. Dropping the future takes the turn out of the queue.
    ///
    /// # Errors
    /// [`InferenceError::Busy`] at once when the queue is full; otherwise as the model fails.
    pub async fn ask(&self, turn: Turn) -> Answer {
        let reply = self.enqueue(turn)?;
        reply.await.unwrap_or(Err(InferenceError::Stopped))
    }

    /// The same for callers that are not async. It must not be called on a thread of the async runtime.
    ///
    /// # Errors
    /// As [`Worker::ask`].
    pub fn ask_blocking(&self, turn: Turn) -> Answer {
        let reply = self.enqueue(turn)?;
        reply
            .blocking_recv()
            .unwrap_or(Err(InferenceError::Stopped))
    }

    fn enqueue(&self, turn: Turn) -> Result<oneshot::Receiver<Answer>, InferenceError> {
        let (reply, answer) = oneshot::channel();
        match self.queue.try_send(Job { turn, reply }) {
            Ok(()) => Ok(answer),
            Err(mpsc::error::TrySendError::Full(_)) => Err(InferenceError::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(InferenceError::Stopped),
        }
    }
}

fn serve(mut jobs: mpsc::Receiver<Job>, read: impl Fn(&Turn) -> Answer) {
    while let Some(job) = jobs.blocking_recv() {
        // Who has stopped waiting costs the next one nothing.
        if job.reply.is_closed() {
            continue;
        }
        // A turn on which a library panics must not take the model from every later turn.
        let answer = catch_unwind(AssertUnwindSafe(|| read(&job.turn))).unwrap_or_else(|_| {
            Err(InferenceError::Compute(
                "a panic; see standard error".into(),
            ))
        });
        // The caller may be gone by now; then nobody wants to know.
        let _ = job.reply.send(answer);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::sync::{Arc, Mutex};

    use super::*;

    fn turn(text: &str) -> Turn {
        Turn {
            clauses: vec![text.to_owned()],
            asked: vec![],
            compared: vec![],
            begins: false,
        }
    }

    /// A worker that reports each turn it begins and waits for leave to end it.
    fn held(places: usize) -> (Worker, Receiver<String>, Sender<()>) {
        let (begun, begins) = channel();
        let (leave, leaves) = channel::<()>();
        let read = move |turn: &Turn| {
            begun.send(turn.clauses[0].clone()).expect("the test waits");
            leaves.recv().expect("the test gives leave");
            Ok(Opinion::default())
        };
        (Worker::run(read, places).expect("a thread"), begins, leave)
    }

    #[test]
    fn a_full_queue_is_busy_at_once_and_serves_again_later() {
        let (worker, begins, leave) = held(1);
        let first = worker.enqueue(turn("one")).expect("the queue is empty");
        assert_eq!(begins.recv().expect("it begins"), "one");
        let second = worker.enqueue(turn("two")).expect("one place is free");
        assert!(matches!(
            worker.ask_blocking(turn("three")),
            Err(InferenceError::Busy)
        ));
        leave.send(()).expect("the worker waits");
        leave.send(()).expect("the worker waits");
        assert!(first.blocking_recv().expect("an answer").is_ok());
        assert!(second.blocking_recv().expect("an answer").is_ok());
    }

    #[test]
    fn a_turn_nobody_waits_for_is_left_out() {
        let (worker, begins, leave) = held(2);
        let first = worker.enqueue(turn("one")).expect("the queue is empty");
        assert_eq!(begins.recv().expect("it begins"), "one");
        drop(worker.enqueue(turn("left")).expect("a place is free"));
        let third = worker.enqueue(turn("three")).expect("a place is free");
        leave.send(()).expect("the worker waits");
        leave.send(()).expect("the worker waits");
        assert!(first.blocking_recv().expect("an answer").is_ok());
        assert!(third.blocking_recv().expect("an answer").is_ok());
        assert_eq!(begins.try_iter().collect::<Vec<_>>(), ["three"]);
    }

    #[tokio::test]
    async fn a_panic_costs_one_turn_only() {
        let seen = Arc::new(Mutex::new(0));
        let count = Arc::clone(&seen);
        let read = move |turn: &Turn| {
            *count.lock().expect("no panic holds it") += 1;
            assert_ne!(turn.clauses[0], "bad");
            Ok(Opinion::default())
        };
        let worker = Worker::run(read, 4).expect("a thread");
        let bad = worker.ask(turn("bad")).await;
        assert!(matches!(bad, Err(InferenceError::Compute(_))));
        assert!(worker.ask(turn("good")).await.is_ok());
        assert_eq!(*seen.lock().expect("no panic holds it"), 2);
    }
}
