//! A conversation by voice as a state machine: what comes in, what goes out. Reads no clock, opens no socket.
//!
//! Nothing that was heard counts before it was weighed: unclear words are asked for again, words that decide about danger
//! are said back and must be confirmed, and after two failures there are buttons. An alert is repeated until the patient
//! has acknowledged it.

use crate::domain::{Reply, Said, Spoken};
use crate::interview::{Mind, State, Utterance, Weighed, read_confirmation, weigh};
use crate::speech::{Doubt, Job, Judge, Pace, RATE, Recognised, TurnEvent, Turns};

use super::TurnTaken;

/// An alert is said again after this time, in ms, until it is acknowledged.
const ALERT_AGAIN_MS: u64 = 15_000;
/// Silence after which the patient is offered buttons, in ms.
const SILENCE_MS: u64 = 10_000;
/// New sound between two partial texts, in samples.
const PARTIAL_STEP: usize = RATE * 5 / 4;
/// Failures in a row after which there are buttons.
const FAILURES: u32 = 2;
/// Beginnings that were no speech, or words out of noise, in a row after which it is called noisy.
const NOISES: u32 = 3;
/// An open microphone after `start` and before `stop` in push-to-talk is one utterance, however long the pauses.
const PUSH_SILENCE_MS: usize = 30_000;
/// After the end of a prompt its echo may still be in the air, in ms.
const ECHO_MS: u64 = 800;

/// Sentences that a conversation by voice needs; the checker looks for them.
pub const KEYS: [&str; 15] = [
    "voice.voice.ai",
    "voice.voice.not_so",
    "voice.voice.silence",
    "voice.voice.noise",
    "voice.voice.too_long",
    "voice.voice.alert_again",
    "voice.errors.bad_frame",
    "voice.errors.bad_message",
    "voice.errors.unauthorised",
    "voice.errors.replaced",
    "voice.errors.time_up",
    "voice.errors.busy",
    "voice.errors.no_voice",
    "voice.errors.turn_failed",
    "voice.errors.closed",
];

/// How the microphone is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Microphone {
    /// The listener finds beginning and end.
    Auto,
    /// All between opening and closing is one utterance.
    Push,
}

/// What the patient has heard of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Playback {
    /// It begins to play.
    Started,
    /// It was broken off.
    Stopped,
    /// It was heard to its end.
    Ended,
}

/// Why there are buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Two utterances were not understood.
    NotUnderstood,
    /// Nobody speaks.
    Silence,
    /// Too much noise.
    Noise,
    /// An utterance was cut for its length.
    TooLong,
}

impl Fallback {
    /// Name on the wire and of its sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotUnderstood => "not_understood",
            Self::Silence => "silence",
            Self::Noise => "noise",
            Self::TooLong => "too_long",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::NotUnderstood => "dialogue.spoken.taps",
            Self::Silence => "voice.voice.silence",
            Self::Noise => "voice.voice.noise",
            Self::TooLong => "voice.voice.too_long",
        }
    }
}

/// What goes out.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// The patient began to speak: stop playing.
    SpeechStarted {
        /// How long ago, in ms.
        ms: usize,
    },
    /// The patient has ended.
    SpeechEnded,
    /// Words so far.
    Partial(String),
    /// What was understood of an utterance.
    Final(Spoken, String),
    /// Said back; counts when confirmed.
    Confirm {
        /// The sentence to say.
        question: String,
        /// The words in question.
        understood: String,
    },
    /// Say this.
    Speak {
        /// The prompt's number.
        id: u32,
        /// Text.
        text: String,
        /// An alert that is repeated.
        repeat: bool,
    },
    /// Show buttons.
    Fallback(Fallback, String),
    /// A failure, by its key under `voice.errors`.
    Error(&'static str),
    /// Recognise this sound; the result comes back with the ticket.
    Recognise {
        /// Ticket.
        ticket: u32,
        /// Sound.
        samples: Vec<f32>,
        /// How urgent.
        job: Job,
    },
    /// The result of this ticket is not wanted any more.
    Forget {
        /// Ticket.
        ticket: u32,
    },
    /// Take this turn.
    Take(Said, Option<Spoken>),
}

/// Words that were said back and wait for a yes.
#[derive(Debug, Clone, PartialEq)]
struct Pending {
    text: String,
    spoken: Spoken,
    question: String,
}

/// A prompt being said.
#[derive(Debug, Clone, Default)]
struct Prompt {
    id: u32,
    text: String,
    playing: bool,
    /// Broken off before its end.
    broken: bool,
    ended_at: Option<u64>,
}

/// An utterance on its way through the recogniser.
#[derive(Debug, Clone, Default)]
struct Flight {
    ticket: u32,
    /// The patient has ended; before that the result waits here.
    due: bool,
    result: Option<Recognised>,
    failed: Option<bool>,
}

impl Flight {
    fn is_ready(&self) -> bool {
        self.due && (self.result.is_some() || self.failed.is_some())
    }
}

/// One conversation by voice.
#[derive(Debug)]
pub struct Exchange {
    judge: Judge,
    turns: Turns,
    microphone: Microphone,
    end_silence_ms: usize,
    open: bool,
    prompt: Prompt,
    pending: Option<Pending>,
    flight: Option<Flight>,
    partial: Option<u32>,
    partial_at: usize,
    tickets: u32,
    failures: u32,
    noises: u32,
    /// Nothing was heard since.
    quiet_since: u64,
    silence_told: bool,
    alert: Option<String>,
    alert_at: u64,
    taking: bool,
    done: bool,
}

impl Exchange {
    /// Before the microphone is opened.
    pub fn new(judge: Judge) -> Self {
        Self {
            judge,
            turns: Turns::default(),
            microphone: Microphone::Auto,
            end_silence_ms: 500,
            open: false,
            prompt: Prompt::default(),
            pending: None,
            flight: None,
            partial: None,
            partial_at: 0,
            tickets: 0,
            failures: 0,
            noises: 0,
            quiet_since: 0,
            silence_told: false,
            alert: None,
            alert_at: 0,
            taking: false,
            done: false,
        }
    }

    /// The microphone is open.
    pub fn start(&mut self, microphone: Microphone, end_silence_ms: usize, now: u64) {
        self.microphone = microphone;
        self.end_silence_ms = end_silence_ms.clamp(300, 2000);
        self.open = true;
        self.quiet_since = now;
    }

    /// The microphone is closed; what was heard is recognised.
    pub fn stop(&mut self, mind: &Mind) -> Vec<Out> {
        if !std::mem::take(&mut self.open) {
            return vec![];
        }
        match self.turns.finish() {
            Some(sound) => {
                let mut out = vec![Out::SpeechEnded];
                out.extend(self.ended(sound));
                out
            }
            // A button held down without a word is told so; a closed microphone of the listener is not.
            None if self.microphone == Microphone::Push && self.flight.is_none() => {
                self.failed(mind, Doubt::Empty)
            }
            None => vec![],
        }
    }

    /// Says the reply that is open, at the beginning and after a break.
    pub fn resume(&mut self, mind: &Mind, reply: &Reply, first: bool, now: u64) -> Vec<Out> {
        self.done = reply.done;
        let opening = if first {
            mind.knowledge.prompts.line("voice.voice.ai")
        } else {
            ""
        };
        self.say_reply(reply, opening, now)
    }

    /// Sound from the microphone, 16 kHz. Frames before `start` are the caller's mistake.
    pub fn hear(&mut self, mind: &Mind, samples: &[i16], now: u64) -> Vec<Out> {
        if !self.open || self.done {
            return vec![];
        }
        let pace = Pace {
            end_silence_ms: match self.microphone {
                Microphone::Auto => self.end_silence_ms,
                Microphone::Push => PUSH_SILENCE_MS,
            },
            strict: self.prompt.playing,
        };
        let mut out = vec![];
        for event in self.turns.hear(samples, pace) {
            out.extend(self.noticed(mind, event, now));
        }
        out.extend(self.partial());
        out
    }

    fn noticed(&mut self, mind: &Mind, event: TurnEvent, now: u64) -> Vec<Out> {
        match event {
            TurnEvent::Started { ms } => {
                self.quiet_since = now;
                self.partial_at = 0;
                if std::mem::take(&mut self.prompt.playing) {
                    self.prompt.broken = true;
                }
                vec![Out::SpeechStarted { ms }]
            }
            TurnEvent::Paused(sound) => self.recognise(sound, false).into_iter().collect(),
            TurnEvent::Resumed => self.forget().into_iter().collect(),
            TurnEvent::Ended(sound) => {
                self.quiet_since = now;
                let too_long = Turns::is_cut(&sound);
                let mut out = vec![Out::SpeechEnded];
                if too_long {
                    out.push(self.fallback(mind, Fallback::TooLong));
                }
                out.extend(self.ended(sound));
                out
            }
            TurnEvent::Dropped => {
                let mut out = vec![Out::SpeechEnded];
                out.extend(self.forget());
                out.extend(self.noise(mind));
                out
            }
        }
    }

    /// Begins to recognise; `due` when the patient has ended for certain.
    fn recognise(&mut self, samples: Vec<f32>, due: bool) -> Option<Out> {
        if self.taking {
            return None;
        }
        self.tickets += 1;
        self.flight = Some(Flight {
            ticket: self.tickets,
            due,
            ..Flight::default()
        });
        Some(Out::Recognise {
            ticket: self.tickets,
            samples,
            job: Job::Final,
        })
    }

    /// The utterance is over: what was begun in the pause is good, and otherwise it begins now. The result is taken when
    /// it is there.
    fn ended(&mut self, sound: Vec<f32>) -> Vec<Out> {
        match &mut self.flight {
            Some(flight) if !flight.due => {
                flight.due = true;
                vec![]
            }
            _ => self.recognise(sound, true).into_iter().collect(),
        }
    }

    fn forget(&mut self) -> Option<Out> {
        let flight = self.flight.take_if(|flight| !flight.due)?;
        Some(Out::Forget {
            ticket: flight.ticket,
        })
    }

    /// Words while the patient goes on speaking.
    fn partial(&mut self) -> Option<Out> {
        if !self.turns.is_speaking() || self.partial.is_some() || self.flight.is_some() {
            return None;
        }
        let samples = self.turns.samples();
        if samples < self.partial_at + PARTIAL_STEP {
            return None;
        }
        self.partial_at = samples;
        self.tickets += 1;
        self.partial = Some(self.tickets);
        Some(Out::Recognise {
            ticket: self.tickets,
            samples: self.turns.so_far(),
            job: Job::Partial,
        })
    }

    /// A recognition is done; `Err(true)` when others were before it, `Err(false)` when it failed or took too long.
    pub fn recognised(&mut self, ticket: u32, result: Result<Recognised, bool>) -> Vec<Out> {
        if self.partial == Some(ticket) {
            self.partial = None;
            let shown = result
                .ok()
                .filter(|heard| self.judge.doubt(heard, None).is_none());
            return match shown {
                Some(heard) if self.turns.is_speaking() => vec![Out::Partial(heard.text)],
                _ => vec![],
            };
        }
        if let Some(flight) = self
            .flight
            .as_mut()
            .filter(|flight| flight.ticket == ticket)
        {
            match result {
                Ok(heard) => flight.result = Some(heard),
                Err(busy) => flight.failed = Some(busy),
            }
        }
        vec![]
    }

    /// Whether an utterance is over and recognised, and waits for [`Exchange::settle`].
    pub fn has_words(&self) -> bool {
        self.flight.as_ref().is_some_and(Flight::is_ready)
    }

    /// Weighs the words of an utterance that is over and recognised.
    pub fn settle(&mut self, mind: &Mind, state: &State, now: u64) -> Vec<Out> {
        let Some(flight) = self.flight.take_if(|flight| flight.is_ready()) else {
            return vec![];
        };
        if flight.failed == Some(true) {
            return vec![Out::Error("busy")];
        }
        let Some(heard) = flight.result else {
            return self.failed(mind, Doubt::Unclear);
        };
        let echo = self.prompt.playing
            || self.prompt.broken
            || self
                .prompt
                .ended_at
                .is_some_and(|at| now < at + ECHO_MS + heard.sound.as_millis() as u64);
        let prompt = echo.then_some(self.prompt.text.as_str());
        match self.judge.doubt(&heard, prompt) {
            Some(doubt) => self.failed(mind, doubt),
            None => self.weigh(mind, state, heard),
        }
    }

    fn weigh(&mut self, mind: &Mind, state: &State, heard: Recognised) -> Vec<Out> {
        self.noises = 0;
        let utterance = Utterance {
            text: &heard.text,
            confidence: heard.confidence,
            words: &heard.words,
        };
        if let Some(pending) = &self.pending {
            match read_confirmation(mind, &utterance) {
                Some(true) => return self.confirm(true, mind),
                Some(false) => return self.confirm(false, mind),
                None => {}
            }
            // Neither yes nor no: said anew, or not heard well. Only something that means something replaces it.
            if pending.text == heard.text {
                return self.confirm(true, mind);
            }
        }
        let spoken = |repairs, confirmed| Spoken {
            heard: heard.text.clone(),
            confidence: heard.confidence,
            confirmed,
            repairs,
        };
        match weigh(mind, state, &utterance) {
            Weighed::Take { text, repairs } => {
                let spoken = spoken(repairs, false);
                self.pending = None;
                let mut out = vec![Out::Final(spoken.clone(), text.clone())];
                out.push(self.take(Said::Text(text), Some(spoken)));
                out
            }
            Weighed::Confirm {
                text,
                repairs,
                question,
                ..
            } => {
                let spoken = spoken(repairs, false);
                self.pending = Some(Pending {
                    text: text.clone(),
                    spoken: spoken.clone(),
                    question: question.clone(),
                });
                let said = self.speak(question.clone(), false);
                vec![
                    Out::Final(spoken, text.clone()),
                    Out::Confirm {
                        question,
                        understood: text,
                    },
                    said,
                ]
            }
            Weighed::Again { say } => self.again(mind, &say),
        }
    }

    /// The patient has answered 「对吗?」.
    pub fn confirm(&mut self, yes: bool, mind: &Mind) -> Vec<Out> {
        let Some(pending) = self.pending.take() else {
            return vec![];
        };
        if yes {
            let spoken = Spoken {
                confirmed: true,
                ..pending.spoken
            };
            return vec![self.take(Said::Text(pending.text), Some(spoken))];
        }
        let say = mind.knowledge.prompts.line("voice.voice.not_so").to_owned();
        self.again(mind, &say)
    }

    /// Whether words wait for a yes.
    pub fn is_confirming(&self) -> bool {
        self.pending.is_some()
    }

    /// A typed or tapped turn; it takes the place of whatever was being said.
    pub fn typed(&mut self, said: Said, mind: &Mind) -> Vec<Out> {
        if self.is_confirming() {
            let answer = match &said {
                Said::Choices(ids) => match ids.as_slice() {
                    [id] if id == "yes" => Some(true),
                    [id] if id == "no" => Some(false),
                    _ => None,
                },
                Said::Text(_) => None,
            };
            if let Some(yes) = answer {
                return self.confirm(yes, mind);
            }
        }
        self.pending = None;
        let dropped = self.flight.take().map(|flight| Out::Forget {
            ticket: flight.ticket,
        });
        dropped.into_iter().chain([self.take(said, None)]).collect()
    }

    fn take(&mut self, said: Said, spoken: Option<Spoken>) -> Out {
        self.taking = true;
        Out::Take(said, spoken)
    }

    /// The turn was taken and stored.
    pub fn taken(&mut self, taken: &TurnTaken, now: u64) -> Vec<Out> {
        (self.taking, self.failures, self.noises, self.silence_told) = (false, 0, 0, false);
        self.done = taken.reply.done;
        self.say_reply(&taken.reply, "", now)
    }

    /// The turn was not taken; nothing is stored.
    pub fn not_taken(&mut self) {
        self.taking = false;
    }

    /// What of the prompt was heard.
    pub fn played(&mut self, id: u32, playback: Playback, now: u64) {
        self.quiet_since = now;
        if id != self.prompt.id {
            return;
        }
        self.prompt.playing = playback == Playback::Started;
        self.prompt.broken = playback == Playback::Stopped;
        self.prompt.ended_at = (playback != Playback::Started).then_some(now);
    }

    /// Whether a prompt is still the one to say; the patient may have begun to speak meanwhile.
    pub fn is_current(&self, id: u32) -> bool {
        self.prompt.id == id && !self.turns.is_speaking()
    }

    /// The patient has read the alert.
    pub fn acknowledged(&mut self) {
        self.alert = None;
    }

    /// Time passes: alerts are repeated, silence is noticed.
    pub fn tick(&mut self, mind: &Mind, now: u64) -> Vec<Out> {
        if self.turns.is_speaking() || self.flight.is_some() || self.taking || self.prompt.playing {
            return vec![];
        }
        if let Some(alert) = self
            .alert
            .clone()
            .filter(|_| now >= self.alert_at + ALERT_AGAIN_MS)
        {
            self.alert_at = now;
            let text = format!(
                "{}{alert}",
                mind.knowledge.prompts.line("voice.voice.alert_again")
            );
            return vec![self.speak(text, true)];
        }
        let silent = self.open && self.microphone == Microphone::Auto && !self.done;
        if silent && !self.silence_told && now >= self.quiet_since + SILENCE_MS {
            self.silence_told = true;
            return self.tell_fallback(mind, Fallback::Silence);
        }
        vec![]
    }

    fn failed(&mut self, mind: &Mind, doubt: Doubt) -> Vec<Out> {
        match doubt {
            // Nobody spoke but we.
            Doubt::Echo => vec![],
            Doubt::Invented | Doubt::Loop | Doubt::Foreign => {
                let noise = self.noise(mind);
                if noise.is_empty() {
                    let say = mind
                        .knowledge
                        .prompts
                        .line("dialogue.spoken.again")
                        .to_owned();
                    self.again(mind, &say)
                } else {
                    noise
                }
            }
            Doubt::Empty | Doubt::Unclear => {
                let say = mind
                    .knowledge
                    .prompts
                    .line("dialogue.spoken.again")
                    .to_owned();
                self.again(mind, &say)
            }
        }
    }

    /// Asks again, and after two failures for a tap.
    fn again(&mut self, mind: &Mind, say: &str) -> Vec<Out> {
        self.failures += 1;
        if self.failures >= FAILURES {
            self.pending = None;
            return self.tell_fallback(mind, Fallback::NotUnderstood);
        }
        // What stands to be confirmed is said again, and so is a question that was not heard to its end.
        let repeated = match &self.pending {
            Some(pending) => pending.question.clone(),
            None if self.prompt.broken => self.prompt.text.clone(),
            None => String::new(),
        };
        vec![self.speak(format!("{say}{repeated}"), false)]
    }

    fn noise(&mut self, mind: &Mind) -> Vec<Out> {
        self.noises += 1;
        if self.noises < NOISES {
            return vec![];
        }
        self.noises = 0;
        self.tell_fallback(mind, Fallback::Noise)
    }

    fn tell_fallback(&mut self, mind: &Mind, why: Fallback) -> Vec<Out> {
        let shown = self.fallback(mind, why);
        let text = mind.knowledge.prompts.line(why.key()).to_owned();
        vec![shown, self.speak(text, false)]
    }

    fn fallback(&self, mind: &Mind, why: Fallback) -> Out {
        Out::Fallback(why, mind.knowledge.prompts.line(why.key()).to_owned())
    }

    fn say_reply(&mut self, reply: &Reply, opening: &str, now: u64) -> Vec<Out> {
        if let Some(alert) = &reply.alert {
            self.alert = Some(alert.text.clone());
            self.alert_at = now;
        }
        self.quiet_since = now;
        let alert = reply.alert.as_ref().map_or("", |alert| alert.text.as_str());
        // The text of a closing reply holds the alert already.
        let alert = if reply.text.contains(alert) {
            ""
        } else {
            alert
        };
        let text = format!("{opening}{alert}{}", reply.text);
        vec![self.speak(text, false)]
    }

    fn speak(&mut self, text: String, repeat: bool) -> Out {
        self.prompt = Prompt {
            id: self.prompt.id + 1,
            text: text.clone(),
            ..Prompt::default()
        };
        Out::Speak {
            id: self.prompt.id,
            text,
            repeat,
        }
    }
}

#[cfg(test)]
mod tests;
