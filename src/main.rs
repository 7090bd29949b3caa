//! The subcommands: reads arguments, prints results and errors. What they do lives in the library.
#![expect(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

mod cli {
    pub mod chat;
    pub mod eval;
    pub mod explain;
    pub mod input;
    pub mod kg;
    pub mod single;
}

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::{Parser, Subcommand};
use cli::chat::ChatArguments;
use cli::input::Line;
use jiwen::config::Config;
use jiwen::eval::Answers;
use jiwen::interview::Mind;
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
        /// Write the full report here.
        #[arg(long, value_name = "OUT.json")]
        report: Option<PathBuf>,
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
    /// Write the graph to standard output.
    Export {
        /// `graphml` or `jsonld`.
        #[arg(long, default_value = "graphml", value_parser = ["graphml", "jsonld"])]
        format: String,
    },
}

/// Exit code for bad input, as the contract has it.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("jiwen: {error:#}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let files = match &arguments.knowledge {
        Some(root) => contents::folder(root)?,
        None => contents::embedded(),
    };
    let config = || Config::load(arguments.config.as_deref());
    match &arguments.command {
        Command::Serve { listen, data } => {
            let mut config = with_data(config()?, data.as_ref());
            config.server.listen = listen.clone().unwrap_or(config.server.listen);
            serve(config, &files)
        }
        Command::Chat(chat) => {
            let config = config()?;
            let (mind, site) = (app::load_mind(&config, &files)?, app::site(&config));
            cli::chat::run(&mind, &site, chat)
        }
        Command::Understand { file } => each_line(
            &*app::load_mind(&config()?, &files)?,
            file.as_deref(),
            cli::single::understand,
        ),
        Command::Triage { file } => each_line(
            &*app::load_mind(&config()?, &files)?,
            file.as_deref(),
            cli::single::triage,
        ),
        Command::Explain { session, data } => {
            let config = with_data(config()?, data.as_ref());
            let mind = app::load_mind(&config, &files)?;
            let explained = runtime()?.block_on(app::explain(&config, session))?;
            cli::explain::stored(&mind.knowledge, &explained)
                .iter()
                .for_each(|line| println!("{line}"));
            Ok(ExitCode::SUCCESS)
        }
        Command::Replay { data } => {
            let config = with_data(config()?, data.as_ref());
            let mind = app::load_mind(&config, &files)?;
            replay(&config, &mind)
        }
        Command::Audit(AuditCommand::Verify { data }) => {
            verify(&with_data(config()?, data.as_ref()))
        }
        Command::Kg(command) => kg(command, &config()?, &files, arguments.json),
        Command::Eval {
            kind,
            file,
            answers,
            report,
        } => {
            let mind = app::load_mind(&config()?, &files)?;
            let (table, full) = cli::eval::run(&mind, *kind, file, *answers)?;
            if let Some(out) = report {
                std::fs::write(out, serde_json::to_string_pretty(&full)? + "\n")
                    .with_context(|| format!("write {}", out.display()))?;
            }
            print_table(&table, &full, arguments.json)
        }
    }
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
) -> Result<ExitCode> {
    for line in cli::input::lines(file)? {
        println!("{}", answer(mind, &line)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn print_table(
    table: &[(String, String)],
    full: &serde_json::Value,
    json: bool,
) -> Result<ExitCode> {
    if json {
        println!("{}", serde_json::to_string_pretty(full)?);
    } else {
        table
            .iter()
            .for_each(|(name, value)| println!("{name:<28} {value}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn replay(config: &Config, mind: &Mind) -> Result<ExitCode> {
    let compared = runtime()?.block_on(app::compare(config, mind))?;
    for one in compared.iter().filter(|one| !one.is_same()) {
        let changes = one.changes();
        let shown = if changes.is_empty() {
            "reasons only".to_owned()
        } else {
            changes.join("; ")
        };
        println!(
            "{} (knowledge {}): {shown}",
            one.visit, one.knowledge_version
        );
    }
    let changed = compared.iter().filter(|one| !one.is_same()).count();
    println!(
        "{} visits, {changed} decided differently with knowledge {}",
        compared.len(),
        mind.version()
    );
    Ok(ExitCode::SUCCESS)
}

/// Logs go to standard error, the address to standard output.
fn serve(config: Config, files: &Files) -> Result<ExitCode> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.filter)
        .with_context(|| format!("`log.filter` is `{}`", config.log.filter))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .init();
    runtime()?.block_on(app::serve(config, files, |address| {
        println!("http://{address}/         for patients");
        println!("http://{address}/docs     for programs");
        println!("http://{address}/metrics  for operation");
    }))?;
    Ok(ExitCode::SUCCESS)
}

fn verify(config: &Config) -> Result<ExitCode> {
    let verified = runtime()?.block_on(app::audit_verify(config))?;
    println!(
        "{} events of {} visits, {} erased",
        verified.events, verified.visits, verified.erased
    );
    Ok(match verified.fault {
        None => ExitCode::SUCCESS,
        Some(fault) => {
            eprintln!("jiwen: {fault}");
            ExitCode::FAILURE
        }
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("start the runtime")
}

fn kg(command: &KgCommand, config: &Config, files: &Files, json: bool) -> Result<ExitCode> {
    match command {
        KgCommand::Check => {
            let faults = cli::kg::check(files);
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            println!("{} faults", faults.len());
            Ok(if faults.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        KgCommand::Stats => {
            let stats = cli::kg::stats(&app::load_mind(config, files)?.knowledge);
            if json {
                let map: serde_json::Map<_, _> = stats
                    .into_iter()
                    .map(|(name, count)| (name, count.into()))
                    .collect();
                println!("{}", serde_json::to_string_pretty(&map)?);
            } else {
                stats
                    .iter()
                    .for_each(|(name, count)| println!("{count:>6}  {name}"));
            }
            Ok(ExitCode::SUCCESS)
        }
        KgCommand::Show { id } => {
            let lines = cli::kg::show(&app::load_mind(config, files)?.knowledge, id)
                .ok_or_else(|| anyhow!("`{id}` is not in the graph"))?;
            lines.iter().for_each(|line| println!("{line}"));
            Ok(ExitCode::SUCCESS)
        }
        KgCommand::Export { format } => {
            let mind = app::load_mind(config, files)?;
            match format.as_str() {
                "jsonld" => println!(
                    "{}",
                    serde_json::to_string_pretty(&cli::kg::jsonld(&mind.knowledge))?
                ),
                _ => print!("{}", cli::kg::graphml(&mind.knowledge)),
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
