//! The subcommands: reads arguments, prints results and errors. What they do lives in the library.
mod cli {
    pub mod chat;
    pub mod eval;
    pub mod explain;
    pub mod find;
    pub mod input;
    pub mod kg;
    pub mod lexicon;
    pub mod scales;
    pub mod single;
    pub mod staff;
    pub mod voice;
}

use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::{Parser, Subcommand};
use cli::chat::ChatArguments;
use cli::input::Line;
use cli::lexicon::LexiconCommand;
use cli::scales::ScalesCommand;
use cli::staff::StaffCommand;
use cli::voice::ModelsCommand;
use jiwen::config::Config;
use jiwen::eval::{Answers, Manner, Speech};
use jiwen::interview::{Mind, Skill};
use jiwen::knowledge::Files;
use jiwen::{app, contents};

/// Jiwen 脊问: pre-visit triage for neck, back, limb and joint complaints.
#[derive(Parser)]
#[command(name = "jiwen", version)]
struct Arguments {
    /// Configuration file (TOML).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long, global = true)]
    json: bool,
    /// Folder with knowledge-graph/ and prompts/ to use instead of the built-in copy.
    #[arg(long, global = true, value_name = "FOLDER")]
    knowledge: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the whole service.
    Serve {
        /// Address and port to listen on.
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<String>,
        /// Folder of the data.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// Make accounts for a demonstration (doctor, nurse, administrator) and print their secrets once.
        #[arg(long)]
        demo: bool,
    },
    /// Accounts of clinicians and of those who run the service.
    Staff {
        /// Folder of the data.
        #[arg(long, value_name = "DIR", global = true)]
        data: Option<PathBuf>,
        #[command(subcommand)]
        command: StaffCommand,
    },
    /// Words of this hospital: review what was understood wrongly, accept, take back.
    Lexicon {
        /// Folder of the data.
        #[arg(long, value_name = "DIR", global = true)]
        data: Option<PathBuf>,
        #[command(subcommand)]
        command: LexiconCommand,
    },
    /// The same conversation in the terminal; ends with the record.
    Chat(ChatArguments),
    /// JSONL of texts `{"id","text","slot"?}` to findings.
    Understand {
        /// JSONL file; standard input when left out.
        file: Option<PathBuf>,
    },
    /// JSONL of single messages `{"id","text","age"?,"sex"?}` to departments, urgency and route.
    Triage {
        /// JSONL file; standard input when left out.
        file: Option<PathBuf>,
    },
    /// Sound files (wav, mp3, ogg, m4a) to JSONL `{"file","text","seconds","elapsed"}`.
    Transcribe {
        /// Files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print what is said into the microphone.
    Listen(cli::voice::ListenArguments),
    /// Models that are fetched.
    #[command(subcommand)]
    Models(cli::voice::ModelsCommand),
    /// Print the OpenAPI document.
    Openapi,
    /// Questionnaires: which may be used here, and scoring of answers.
    #[command(subcommand)]
    Scales(ScalesCommand),
    /// The chain from the patient's words to the source for a stored decision.
    Explain {
        /// Id of the session.
        session: String,
        /// Folder of the data.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Decide stored visits again with the current knowledge and list what changes.
    Replay {
        /// Folder of the data.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Look after the event log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Check, count, show or export the knowledge graph.
    #[command(subcommand)]
    Kg(KgCommand),
    /// Run an evaluation set.
    Eval {
        /// Kind of set.
        kind: cli::eval::Kind,
        /// JSONL file.
        file: PathBuf,
        /// How the simulated patient answers.
        #[arg(long, default_value = "text")]
        answers: Answers,
        /// How spoken words reach the machine; the set carries what a recogniser wrote (`eval/speech/noise.py`).
        #[arg(long, default_value = "none")]
        speech: Speech,
        /// Share of wrong confirmations that a speaking patient says yes to by mistake, 0-1.
        #[arg(long, default_value_t = 0.0)]
        mistaken: f64,
        /// Skill of understanding to leave out; may be repeated. Only evaluations can.
        #[arg(long, value_name = "SKILL")]
        without: Vec<Skill>,
        /// Write the full report here.
        #[arg(long, value_name = "OUT.json")]
        report: Option<PathBuf>,
        /// The report lists every patient of a set of vignettes, not the misses alone.
        #[arg(long)]
        every: bool,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Walk the hash chain and name the first changed or missing event; exits 1 when there is one.
    Verify {
        /// Folder of the data.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum KgCommand {
    /// Report every fault with file and line; run all examples.
    Check,
    /// Count what is there.
    Stats,
    /// Show an id with its neighbours and uses.
    Show {
        /// Concept, rule, question or disease.
        id: String,
    },
    /// The concepts and diseases nearest to a text, with their ICD-10 codes; needs the encoder.
    Find {
        /// What is looked for, in anybody's words.
        #[arg(required = true)]
        texts: Vec<String>,
        /// So many of each at most.
        #[arg(long, default_value_t = 5)]
        most: usize,
    },
    /// Write the graph to standard output.
    Export {
        /// `graphml` or `jsonld`.
        #[arg(long, default_value = "graphml", value_parser = ["graphml", "jsonld"])]
        format: String,
    },
}

/// Exit code for bad input, as the contract has it.
const BAD_INPUT: u8 = 2;

/// Where results go: standard output, locked once. It fails instead of panicking when the reader has
/// gone away (`jiwen kg export | head`), which is no error of ours.
type Out<'o> = &'o mut dyn Write;

fn main() -> ExitCode {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let result = run(Arguments::parse(), &mut out)
        .and_then(|code| out.flush().map(|()| code).map_err(anyhow::Error::from));
    match result {
        Ok(code) => code,
        Err(error) if reader_is_gone(&error) => {
            // What is still in the buffer has no reader either.
            drop(out.into_parts());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("jiwen: {error:#}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

fn reader_is_gone(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}

fn run(arguments: Arguments, out: Out<'_>) -> Result<ExitCode> {
    let files = match &arguments.knowledge {
        Some(root) => contents::folder(root)?,
        None => contents::embedded(),
    };
    let config = || Config::load(arguments.config.as_deref());
    match &arguments.command {
        Command::Serve { listen, data, demo } => {
            let mut config = with_data(config()?, data.as_ref());
            config.server.listen = listen.clone().unwrap_or(config.server.listen);
            if *demo {
                runtime()?.block_on(async {
                    let book = app::staff_book(&config).await?;
                    cli::staff::add_demo(&book, out).await?;
                    book.close().await;
                    anyhow::Ok(())
                })?;
            }
            serve(config, &files, out)
        }
        Command::Staff { data, command } => {
            let config = with_data(config()?, data.as_ref());
            runtime()?.block_on(async {
                let book = app::staff_book(&config).await?;
                let done = cli::staff::run(&book, command, out).await;
                book.close().await;
                done
            })?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Lexicon { data, command } => {
            let config = with_data(config()?, data.as_ref());
            let (files, mind) = (own(&config, &files)?, mind(&config, &files)?);
            runtime()?.block_on(async {
                let book = app::staff_book(&config).await?;
                let data = &config.store.data;
                let done = cli::lexicon::run(data, &files, &mind, &book, command, out).await;
                book.close().await;
                done
            })?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Chat(chat) => {
            let config = config()?;
            let mind = mind(&config, &files)?;
            let site = app::site(&config, &mind);
            cli::chat::run(&mind, &site, chat, out)
        }
        Command::Understand { file } => each_line(
            &*mind(&config()?, &files)?,
            file.as_deref(),
            cli::single::understand,
            out,
        ),
        Command::Triage { file } => each_line(
            &*mind(&config()?, &files)?,
            file.as_deref(),
            cli::single::triage,
            out,
        ),
        Command::Transcribe { files } => {
            let (mut recogniser, judge) = app::open_recogniser(&config()?)?;
            for file in files {
                writeln!(
                    out,
                    "{}",
                    cli::voice::transcribe(&mut recogniser, &judge, file)?
                )?;
                out.flush()?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Listen(listen) => {
            let (mut recogniser, judge) = app::open_recogniser(&config()?)?;
            cli::voice::listen(&mut recogniser, &judge, listen, out)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Models(ModelsCommand::Fetch { folder }) => {
            let path = cli::voice::fetch(&config()?, folder.as_deref())?;
            writeln!(out, "{}", path.display())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Models(ModelsCommand::Sentences) => {
            let mind = mind(&config()?, &files)?;
            for (file, sentence) in cli::voice::list_sentences(&mind.knowledge) {
                writeln!(out, "{file}\t{sentence}")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Scales(command) => {
            let mind = mind(&config()?, &files)?;
            cli::scales::run(&mind.knowledge.scales, command, arguments.json, out)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Openapi => {
            writeln!(out, "{}", jiwen::http::openapi_document().to_pretty_json()?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Explain { session, data } => {
            let config = with_data(config()?, data.as_ref());
            let mind = mind(&config, &files)?;
            let explained = runtime()?.block_on(app::explain(&config, &mind, session))?;
            for line in cli::explain::stored(&mind.knowledge, &explained) {
                writeln!(out, "{line}")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Replay { data } => {
            let config = with_data(config()?, data.as_ref());
            let mind = mind(&config, &files)?;
            replay(&config, &mind, out)
        }
        Command::Audit(AuditCommand::Verify { data }) => {
            verify(&with_data(config()?, data.as_ref()), out)
        }
        Command::Kg(command) => kg(command, &config()?, &files, arguments.json, out),
        Command::Eval {
            kind,
            file,
            answers,
            speech,
            mistaken,
            without,
            report,
            every,
        } => {
            let manner = Manner {
                answers: *answers,
                speech: *speech,
                mistaken: *mistaken,
            };
            let config = config()?;
            let mind = app::load_mind_without(&config, &own(&config, &files)?, without)?;
            let encoder = match kind {
                cli::eval::Kind::Alike => app::open_embedder(&config)?,
                _ => None,
            };
            let encoder = encoder.as_deref();
            let (table, mut full) = cli::eval::run(&mind, *kind, file, manner, *every, encoder)?;
            cli::eval::note_left_out(&mut full, without);
            if let Some(out) = report {
                std::fs::write(out, serde_json::to_string_pretty(&full)? + "\n")
                    .with_context(|| format!("write {}", out.display()))?;
            }
            print_table(&table, &full, arguments.json, out)
        }
    }
}

/// The contents with the hospital's own words.
fn own(config: &Config, files: &Files) -> Result<Files> {
    Ok(contents::with_own_words(files, &config.store.data)?)
}

/// What is made of them.
fn mind(config: &Config, files: &Files) -> Result<Arc<Mind>> {
    Ok(app::load_mind(config, &own(config, files)?)?)
}

fn with_data(mut config: Config, data: Option<&PathBuf>) -> Config {
    config.store.data = data.cloned().unwrap_or(config.store.data);
    config
}

/// One line out for each line in.
fn each_line(
    mind: &Mind,
    file: Option<&Path>,
    answer: fn(&Mind, &Line) -> Result<serde_json::Value>,
    out: Out<'_>,
) -> Result<ExitCode> {
    for line in cli::input::lines(file)? {
        writeln!(out, "{}", answer(mind, &line)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_table(
    table: &[(String, String)],
    full: &serde_json::Value,
    json: bool,
    out: Out<'_>,
) -> Result<ExitCode> {
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(full)?)?;
    } else {
        for (name, value) in table {
            writeln!(out, "{name:<28} {value}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn replay(config: &Config, mind: &Mind, out: Out<'_>) -> Result<ExitCode> {
    let compared = runtime()?.block_on(app::compare(config, mind))?;
    for one in compared.iter().filter(|one| !one.is_same()) {
        let changes = one.changes();
        let shown = if changes.is_empty() {
            "reasons only".to_owned()
        } else {
            changes.join("; ")
        };
        writeln!(
            out,
            "{} (knowledge {}): {shown}",
            one.visit, one.knowledge_version
        )?;
    }
    let changed = compared.iter().filter(|one| !one.is_same()).count();
    writeln!(
        out,
        "{} visits, {changed} decided differently with knowledge {}",
        compared.len(),
        mind.version()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Logs go to standard error, the address to standard output.
fn serve(config: Config, files: &Files, out: Out<'_>) -> Result<ExitCode> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.filter)
        .with_context(|| format!("`log.filter` is `{}`", config.log.filter))?
        // The HTTP client would print addresses, and one of them holds a secret.
        .add_directive("ureq=off".parse()?)
        .add_directive("ureq_proto=off".parse()?);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .init();
    runtime()?.block_on(app::serve(config, files, |address| {
        let written = writeln!(
            out,
            "http://{address}/         all screens\n\
             http://{address}/patient  for patients\n\
             http://{address}/kiosk    for the waiting hall\n\
             http://{address}/doctor   for doctors and nurses\n\
             http://{address}/manage   for management\n\
             http://{address}/docs     for programs\n\
             http://{address}/metrics  for operation"
        );
        // The service runs whether or not anybody reads its addresses.
        if let Err(error) = written.and_then(|()| out.flush()) {
            tracing::warn!(%error, "the addresses could not be printed");
        }
    }))?;
    Ok(ExitCode::SUCCESS)
}

fn verify(config: &Config, out: Out<'_>) -> Result<ExitCode> {
    let verified = runtime()?.block_on(app::audit_verify(config))?;
    writeln!(
        out,
        "{} events of {} visits, {} erased; {} entries of the audit",
        verified.events, verified.visits, verified.erased, verified.entries
    )?;
    let event = verified.fault.map(|fault| fault.to_string());
    let entry = verified.entry_fault.map(|fault| fault.to_string());
    let faults: Vec<String> = event.into_iter().chain(entry).collect();
    faults.iter().for_each(|fault| eprintln!("jiwen: {fault}"));
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("start the runtime")
}

fn kg(
    command: &KgCommand,
    config: &Config,
    files: &Files,
    json: bool,
    out: Out<'_>,
) -> Result<ExitCode> {
    match command {
        KgCommand::Check => {
            let faults = cli::kg::check(files);
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            writeln!(out, "{} faults", faults.len())?;
            Ok(if faults.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        KgCommand::Stats => {
            let stats = cli::kg::stats(&mind(config, files)?.knowledge);
            if json {
                let map: serde_json::Map<_, _> = stats
                    .into_iter()
                    .map(|(name, count)| (name, count.into()))
                    .collect();
                writeln!(out, "{}", serde_json::to_string_pretty(&map)?)?;
            } else {
                for (name, count) in &stats {
                    writeln!(out, "{count:>6}  {name}")?;
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        KgCommand::Show { id } => {
            let lines = cli::kg::show(&mind(config, files)?.knowledge, id)
                .ok_or_else(|| anyhow!("`{id}` is not in the graph"))?;
            for line in lines {
                writeln!(out, "{line}")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        KgCommand::Find { texts, most } => {
            let knowledge = &mind(config, files)?.knowledge;
            let encoder = app::open_embedder(config)?.ok_or_else(|| {
                let folder = config.models.encoder.display();
                anyhow!("{folder}: no encoder there, and texts are compared by its vectors")
            })?;
            let found = cli::find::find(knowledge, &*encoder, texts, *most)?;
            for (text, found) in std::iter::zip(texts, found) {
                if json {
                    let found: Vec<_> = found.iter().map(cli::find::Found::to_json).collect();
                    writeln!(out, "{}", serde_json::json!({"text": text, "found": found}))?;
                } else {
                    writeln!(out, "{text}")?;
                    for one in found {
                        writeln!(out, "  {}", one.line())?;
                    }
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        KgCommand::Export { format } => {
            let mind = mind(config, files)?;
            match format.as_str() {
                "jsonld" => {
                    let graph = serde_json::to_string_pretty(&cli::kg::jsonld(&mind.knowledge))?;
                    writeln!(out, "{graph}")?;
                }
                _ => write!(out, "{}", cli::kg::graphml(&mind.knowledge))?,
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
