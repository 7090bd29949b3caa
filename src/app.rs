//! Opens everything once and wires it together.

mod alike;
mod departments;
mod own_words;
mod scales;
mod similar;
mod technique;
mod voice;
mod witness;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use uuid::Uuid;

use crate::config::{Config, CoreNode, Survives};
use crate::contents::{self, ContentsError};
use crate::http::{self, RateLimits, Settings};
use crate::inference::{InferenceError, Worker};
use crate::interview::{LeftOut, Mind, Skill};
use crate::knowledge::{Fault, Files};
use crate::search::{Embed, SearchError};
use crate::service::staff::StaffRules;
use crate::service::{
    Comparison, Explained, Service, Similar, Site, VisitError, compare_visits, explain_visit,
    keep_similar, list_old_visits,
};
use crate::speech::{Judge, Recogniser, SpeechError};
use crate::store::{
    Durability, EventLog, EventReader, OpenError, StaffBook, Verified, verify_file,
};
use crate::triage::Node;
use crate::wechat::{KeyError, WeChat};

use alike::Alike;
use witness::EncoderWitness;

/// Why the service could not be started, or stopped before its time; one line each.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The log cannot be used.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// There is no log to look at.
    #[error("{}: no such file; nothing was stored here yet", .0.display())]
    NoLog(PathBuf),
    /// A visit cannot be read.
    #[error(transparent)]
    Visit(#[from] VisitError),
    /// Not the id of a session.
    #[error("`{0}` is not the id of a session")]
    NotAnId(String),
    /// Nothing was decided yet.
    #[error("nothing was said in this session yet")]
    NoDecision,
    /// The knowledge has faults; the first is named.
    #[error("load the knowledge: {first} ({faults} faults in all; see `jiwen kg check`)")]
    Knowledge {
        /// The first.
        first: String,
        /// How many.
        faults: usize,
        /// File and line of the first.
        at: String,
    },
    /// The hospital's own words cannot be read.
    #[error(transparent)]
    OwnWords(#[from] ContentsError),
    /// A department of the configuration that the knowledge does not know.
    #[error("unknown department `site.departments.{name}`; there are {known}")]
    UnknownDepartment {
        /// As configured.
        name: String,
        /// What there is.
        known: String,
    },
    /// A file of the hospital has faults, one a line.
    #[error("{}", in_lines(.0))]
    SiteFile(Vec<Fault>),
    /// A file of the hospital cannot be read.
    #[error("read {}: {source}", path.display())]
    SiteFileUnreadable {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// The encoder is there and cannot be used.
    #[error("{0}")]
    Encoder(#[from] InferenceError),
    /// The index of similar visits cannot be used.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// What hears and speaks cannot be set up.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// Sign-in with WeChat has no key.
    #[error("open the key of the WeChat sign-in: {0}")]
    WeChatKey(#[from] KeyError),
    /// Sign-in with WeChat has no secret.
    #[error("wechat.secret_file {}: {source}", path.display())]
    WeChatSecret {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// The address cannot be listened on.
    #[error("listen on {address}: {source}")]
    Listen {
        /// Address.
        address: String,
        /// Cause.
        source: std::io::Error,
    },
    /// Loading ended early.
    #[error("load: {0}")]
    BrokenOff(tokio::task::JoinError),
    /// Metrics cannot be recorded.
    #[error("install metrics: {0}")]
    Metrics(String),
    /// Signals cannot be waited for.
    #[error("wait for signals: {0}")]
    Signals(std::io::Error),
    /// The server stopped.
    #[error("serve: {0}")]
    Serve(std::io::Error),
}

fn in_lines(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
    lines.join("\n")
}

/// The service with its address, bound but not running yet.
pub struct Bound {
    /// Where it listens.
    pub address: SocketAddr,
    listener: TcpListener,
    router: axum::Router,
    service: Arc<Service>,
    drain: Duration,
}

/// Starts, tells the address to `announce`, and runs until SIGTERM or Ctrl-C; then finishes what is
/// under way.
///
/// # Errors
/// [`AppError`], one line.
pub async fn serve(
    config: Config,
    files: &Files,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), AppError> {
    let bound = start(&config, files).await?;
    announce(bound.address);
    bound.run(stop_signal()?).await
}

/// Loads everything and binds. `files` are the contents without the hospital's own words: those are read from the data
/// folder, now and whenever they change.
///
/// # Errors
/// [`AppError`], one line.
pub async fn start(config: &Config, files: &Files) -> Result<Bound, AppError> {
    // Opening waits for the encoder, which no thread of the runtime may.
    let (settings, contents) = (config.clone(), files.clone());
    let load = tokio::task::spawn_blocking(move || {
        let encoder = witness::open(&settings)?;
        let own = contents::with_own_words(&contents, &settings.store.data)?;
        let mind = think(&settings, &own, encoder.as_ref(), &[])?;
        let similar = match &encoder {
            Some(encoder) => similar::open(&settings, encoder)?,
            None => None,
        };
        Ok::<_, AppError>((encoder, own, mind, similar))
    });
    let (encoder, own, mind, similar) = load.await.map_err(AppError::BrokenOff)??;
    let bound = bind_with(config, mind, similar).await?;
    own_words::watch(&bound.service, config, files.clone(), &own, encoder);
    Ok(bound)
}

/// Parses the knowledge for this hospital.
///
/// # Errors
/// The first fault, and how many there are.
pub fn load_mind(config: &Config, files: &Files) -> Result<Arc<Mind>, AppError> {
    load_mind_without(config, files, &[])
}

/// The same for an evaluation that leaves skills out.
///
/// # Errors
/// The first fault, and how many there are.
pub fn load_mind_without(
    config: &Config,
    files: &Files,
    skills: &[Skill],
) -> Result<Arc<Mind>, AppError> {
    let encoder = if skills.contains(&Skill::Encoder) {
        None
    } else {
        witness::open(config)?
    };
    think(config, files, encoder.as_ref(), skills)
}

/// Parses the knowledge, and lets the encoder read beside it.
fn think(
    config: &Config,
    files: &Files,
    encoder: Option<&Worker>,
    skills: &[Skill],
) -> Result<Arc<Mind>, AppError> {
    let node = match config.site.core_node {
        CoreNode::Mis => Node::Mis,
        CoreNode::Referral => Node::Referral,
        CoreNode::EnhancedConservative => Node::EnhancedConservative,
    };
    let left_out = LeftOut::of(skills);
    let mut mind =
        Mind::load_without(files, node, left_out).map_err(|faults| AppError::Knowledge {
            first: faults.first().map(ToString::to_string).unwrap_or_default(),
            faults: faults.len(),
            at: faults.first().map(Fault::place).unwrap_or_default(),
        })?;
    departments::check(config, &mind)?;
    technique::adopt(&mut mind, config)?;
    mind.knowledge.scales.forms = scales::read(config, &mind)?;
    if let Some(encoder) = encoder {
        let alike = Alike::new(&mind.knowledge, encoder, config.models.alike);
        mind.witness = Some(Box::new(EncoderWitness::new(encoder.clone(), alike)));
    }
    Ok(Arc::new(mind))
}

/// The encoder by itself, as a maker of vectors; `None` where there is none.
///
/// # Errors
/// The model is there and cannot be used.
pub fn open_embedder(config: &Config) -> Result<Option<Box<dyn Embed>>, AppError> {
    let encoder = witness::open(config)?;
    Ok(encoder.map(|encoder| Box::new(similar::Embedder(encoder)) as Box<dyn Embed>))
}

/// The recogniser by itself, loaded now, and what judges its texts.
///
/// # Errors
/// When the weights are missing or broken.
pub fn open_recogniser(config: &Config) -> Result<(Recogniser, Judge), AppError> {
    let speech = &config.speech;
    Ok((
        Recogniser::open(&speech.weights, speech.threads)?,
        Judge::new()?,
    ))
}

/// The hospital as configured.
pub fn site(config: &Config, mind: &Mind) -> Site {
    Site {
        hospital: config.site.hospital.clone(),
        phone: config.site.phone.clone(),
        emergency: config.site.emergency.clone(),
        departments: departments::read(config, mind),
        fallback: config.site.fallback.clone(),
    }
}

/// Opens the log and the port, without vectors of earlier visits and without looking after own words.
///
/// # Errors
/// When one of them cannot be opened.
pub async fn bind(config: &Config, mind: Arc<Mind>) -> Result<Bound, AppError> {
    bind_with(config, mind, None).await
}

async fn bind_with(
    config: &Config,
    mind: Arc<Mind>,
    similar: Option<Similar>,
) -> Result<Bound, AppError> {
    let metrics = http::install_metrics().map_err(|error| AppError::Metrics(error.to_string()))?;
    let durability = match config.store.survives {
        Survives::Kill => Durability::Process,
        Survives::PowerCut => Durability::Machine,
    };
    let log = EventLog::open(&config.log_file(), durability).await?;
    let cached = usize::try_from(config.visits.cached).unwrap_or(usize::MAX);
    let voice = voice::open(config)?;
    let site = site(config, &mind);
    let service = Service::new(mind, log, site, voice, cached);
    let rules = StaffRules {
        idle_seconds: config.staff.idle_seconds,
        lock_after: config.staff.lock_after,
        lock_seconds: config.staff.lock_seconds,
    };
    let service = service.with_staff_rules(rules).with_similar(similar);
    let service = Arc::new(service);
    list_what_is_old(&service);
    tokio::spawn(keep_similar(Arc::clone(&service)));
    let failed = |source| AppError::Listen {
        address: config.server.listen.clone(),
        source,
    };
    let listener = TcpListener::bind(&config.server.listen)
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Bound {
        address,
        listener,
        router: http::router(service.clone(), metrics, &settings(config, wechat(config)?)),
        service,
        drain: Duration::from_secs(config.server.drain_seconds),
    })
}

impl Bound {
    /// Runs until `stop` is ready, then takes no new connection and finishes what is under way,
    /// for as long as the configuration allows.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), AppError> {
        let (stopping, mut stopped) = watch::channel(false);
        let service = self.service;
        let serving = axum::serve(
            self.listener,
            self.router
                .into_make_service_with_connect_info::<SocketAddr>(),
        )
        .with_graceful_shutdown(async move {
            stop.await;
            tracing::info!("stopping; requests under way are finished");
            // Screens that wait for changes would wait for ever.
            service.end_listening();
            let _ = stopping.send(true);
        });
        let overdue = async {
            // An idle connection that a client keeps open must not hold the process up.
            let _ = stopped.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(self.drain).await;
        };
        tokio::select! {
            result = serving => result.map_err(AppError::Serve),
            () = overdue => {
                tracing::warn!("stopped with connections still open");
                Ok(())
            }
        }
    }
}

/// After an update there are visits that no list knows of yet; the service does not wait for them.
fn list_what_is_old(service: &Arc<Service>) {
    let service = Arc::clone(service);
    tokio::spawn(async move {
        match list_old_visits(&service).await {
            Ok(0) => {}
            Ok(visits) => tracing::info!(visits, "listed visits of an earlier version"),
            Err(error) => tracing::error!(%error, "could not list visits of an earlier version"),
        }
    });
}

/// The accounts of the staff; also while the service runs.
///
/// # Errors
/// When the file cannot be opened.
pub async fn staff_book(config: &Config) -> Result<StaffBook, AppError> {
    Ok(StaffBook::open(&config.log_file()).await?)
}

/// Walks the chain of the log; also while the service runs.
///
/// # Errors
/// When there is no log or it cannot be read; a broken chain is a result.
pub async fn audit_verify(config: &Config) -> Result<Verified, AppError> {
    Ok(verify_file(&existing_log(config)?).await?)
}

/// The last decision of a stored visit; also while the service runs.
///
/// # Errors
/// When there is no log, no such visit or no decision.
pub async fn explain(config: &Config, mind: &Mind, session: &str) -> Result<Explained, AppError> {
    let reader = EventReader::open(&existing_log(config)?).await?;
    let visit = Uuid::try_parse(session).map_err(|_| AppError::NotAnId(session.to_owned()))?;
    explain_visit(mind, &site(config, mind), &reader, visit)
        .await?
        .ok_or(AppError::NoDecision)
}

/// Stored visits decided again with `mind`; also while the service runs.
///
/// # Errors
/// When there is no log or it cannot be read.
pub async fn compare(config: &Config, mind: &Mind) -> Result<Vec<Comparison>, AppError> {
    let reader = EventReader::open(&existing_log(config)?).await?;
    Ok(compare_visits(mind, &site(config, mind), &reader).await?)
}

fn existing_log(config: &Config) -> Result<PathBuf, AppError> {
    let path = config.log_file();
    if path.exists() {
        Ok(path)
    } else {
        Err(AppError::NoLog(path))
    }
}

/// Sign-in with WeChat, when a mini-program is configured.
fn wechat(config: &Config) -> Result<Option<Arc<WeChat>>, AppError> {
    let settings = &config.wechat;
    if settings.app_id.is_empty() {
        return Ok(None);
    }
    let path = &settings.secret_file;
    let secret = if path.as_os_str().is_empty() {
        settings.secret.reveal().to_owned()
    } else {
        std::fs::read_to_string(path).map_err(|source| AppError::WeChatSecret {
            path: path.clone(),
            source,
        })?
    };
    let wechat = WeChat::open(
        settings.app_id.clone(),
        secret.trim().to_owned(),
        settings.session_url.clone(),
        &config.store.data.join("wechat.key"),
    )?;
    Ok(Some(Arc::new(wechat)))
}

fn settings(config: &Config, wechat: Option<Arc<WeChat>>) -> Settings {
    Settings {
        timeout: Duration::from_secs(config.server.timeout_seconds),
        body_bytes: usize::try_from(config.server.body_bytes).unwrap_or(usize::MAX),
        secure_cookie: config.staff.secure_cookie,
        rate: config.rate.enabled.then_some(RateLimits {
            token_per_second: config.rate.token_per_second,
            token_burst: config.rate.token_burst,
            address_per_second: config.rate.address_per_second,
            address_burst: config.rate.address_burst,
            trust_proxy: config.rate.trust_proxy,
        }),
        wechat,
    }
}

/// SIGTERM (a service manager) or Ctrl-C.
fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, AppError> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(AppError::Signals)?;
    Ok(async move {
        #[cfg(unix)]
        let terminated = terminate.recv();
        #[cfg(not(unix))]
        let terminated = std::future::pending::<Option<()>>();
        tokio::select! {
            _ = terminated => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    })
}
