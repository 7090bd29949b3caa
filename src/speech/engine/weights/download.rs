//! Fetching one package from a simple index, going on where an earlier try stopped.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use ureq::tls::{RootCerts, TlsConfig};

use super::{Package, SpeechError};

/// The JSON form of a simple index. Source: PEP 691 (2022).
const INDEX_FORM: &str = "application/vnd.pypi.simple.v1+json";
/// Bytes read at once.
const CHUNK: usize = 1 << 16;
/// How often a broken transfer is taken up again.
const TRIES: u32 = 4;

/// The files of a package in the index.
#[derive(Deserialize)]
struct Index {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    url: String,
}

/// Fetches a package's file to `target`, telling the bytes so far.
pub(super) fn download(
    registry: &str,
    package: &Package,
    target: &Path,
    mut tell: impl FnMut(u64),
) -> Result<(), SpeechError> {
    let failed = |reason: String| SpeechError::Fetch {
        what: package.file.clone(),
        registry: registry.to_owned(),
        reason,
    };
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(20)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        // The machine's own roots: many hospitals look into what leaves their network.
        .tls_config(
            TlsConfig::builder()
                .root_certs(RootCerts::PlatformVerifier)
                .build(),
        )
        .build()
        .into();
    let page = format!("{}/{}/", registry.trim_end_matches('/'), package.name);
    let index: Index = agent
        .get(&page)
        .header("Accept", INDEX_FORM)
        .call()
        .and_then(|mut response| response.body_mut().read_json())
        .map_err(|error| failed(error.to_string()))?;
    let file = index
        .files
        .into_iter()
        .find(|file| file.filename == package.file);
    let url = file
        .ok_or_else(|| failed("the index does not list it".to_owned()))?
        .url;
    let url = absolute(&page, &url);
    let part = target.with_extension("part");
    let mut last = String::new();
    for _ in 0..TRIES {
        match resume(&agent, &url, &part, package.bytes, &mut tell) {
            Ok(()) => {
                return fs::rename(&part, target)
                    .map_err(|source| SpeechError::write(target, source));
            }
            Err(reason) => last = reason,
        }
    }
    Err(failed(last))
}

/// Some mirrors give addresses relative to their host.
fn absolute(page: &str, url: &str) -> String {
    if !url.starts_with('/') {
        return url.to_owned();
    }
    let host = page
        .match_indices('/')
        .nth(2)
        .map_or(page.len(), |(at, _)| at);
    format!("{}{url}", &page[..host])
}

fn resume(
    agent: &ureq::Agent,
    url: &str,
    part: &Path,
    bytes: u64,
    tell: &mut impl FnMut(u64),
) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    let mut have = fs::metadata(part).map_or(0, |file| file.len());
    if have > bytes {
        fs::remove_file(part).map_err(text)?;
        have = 0;
    }
    if have == bytes {
        return Ok(());
    }
    let response = agent
        .get(url)
        .header("Range", format!("bytes={have}-"))
        .call()
        .map_err(|error| error.to_string())?;
    // A server that knows no ranges sends the whole file again.
    let goes_on = response.status().as_u16() == 206;
    if !goes_on {
        have = 0;
    }
    let mut out = OpenOptions::new()
        .create(true)
        .write(true)
        .append(goes_on)
        .truncate(!goes_on)
        .open(part)
        .map_err(text)?;
    let mut body = response.into_body().into_reader();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = body.read(&mut chunk).map_err(text)?;
        if read == 0 {
            break;
        }
        out.write_all(&chunk[..read]).map_err(text)?;
        have += read as u64;
        tell(have);
    }
    out.sync_all().map_err(text)?;
    if have == bytes {
        Ok(())
    } else {
        Err(format!("{have} of {bytes} bytes came"))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    const CONTENT: &[u8] = b"0123456789";

    /// A registry that breaks off after four bytes of the first transfer.
    fn registry() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            for (call, stream) in listener.incoming().enumerate() {
                let mut stream = stream.expect("a connection");
                let mut range = None;
                for line in BufReader::new(&stream).lines().map_while(Result::ok) {
                    if let Some(from) = line.to_lowercase().strip_prefix("range: bytes=") {
                        range = from.trim_end_matches('-').parse::<usize>().ok();
                    }
                    if line.is_empty() {
                        break;
                    }
                }
                let from = range.unwrap_or_default();
                let (head, body) = match call {
                    0 => {
                        let index = r#"{"files":[{"filename":"a.whl","url":"/files/a.whl"}]}"#;
                        (
                            format!("200 OK\r\nContent-Length: {}", index.len()),
                            index.as_bytes(),
                        )
                    }
                    1 => (
                        "206 Partial\r\nContent-Length: 10".to_owned(),
                        &CONTENT[..4],
                    ),
                    _ => (
                        format!("206 Partial\r\nContent-Length: {}", CONTENT.len() - from),
                        &CONTENT[from..],
                    ),
                };
                let head = format!(
                    "HTTP/1.1 {head}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).expect("it listens");
                stream.write_all(body).expect("it listens");
            }
        });
        format!("http://{address}/simple")
    }

    #[test]
    fn a_transfer_that_broke_off_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("a.whl");
        let package = Package {
            name: "a".to_owned(),
            file: "a.whl".to_owned(),
            bytes: 10,
            sha256: String::new(),
        };
        let mut told = vec![];
        download(&registry(), &package, &target, |have| told.push(have)).expect("it arrives");
        assert_eq!(fs::read(&target).expect("a file"), CONTENT);
        assert_eq!(told, [4, 10], "the second transfer brings the rest only");
    }
}
