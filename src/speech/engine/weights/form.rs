//! Walks a model file in whisper.cpp's form without loading it. whisper.cpp trusts what it reads: a broken length makes it
//! throw, and an exception from C++ ends the whole service. So a file is only handed over when it hangs together.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::SpeechError;

const MAGIC: u32 = 0x6767_6d6c;
/// Sizes in the head, in their order: vocabulary, audio context, state, heads and layers of the encoder, the same of the
/// decoder, mel bands, file type; each with the largest of any Whisper model, generously.
const HEAD: [(&str, u32); 11] = [
    ("n_vocab", 100_000),
    ("n_audio_ctx", 10_000),
    ("n_audio_state", 10_000),
    ("n_audio_head", 100),
    ("n_audio_layer", 200),
    ("n_text_ctx", 10_000),
    ("n_text_state", 10_000),
    ("n_text_head", 100),
    ("n_text_layer", 200),
    ("n_mels", 256),
    ("ftype", 10_000),
];
/// Bytes of a token or a name at most.
const LONGEST_NAME: u32 = 256;

/// Checks magic, head, filters, vocabulary and the heads of all tensors, to the last byte.
pub(super) fn check(path: &Path) -> Result<(), SpeechError> {
    let file = File::open(path).map_err(|cause| SpeechError::read(path, cause))?;
    let bytes = file
        .metadata()
        .map_err(|cause| SpeechError::read(path, cause))?
        .len();
    let mut walk = Walk {
        file: BufReader::new(file),
        at: 0,
        bytes,
    };
    walk.model().map_err(|found| SpeechError::Weights {
        path: path.to_owned(),
        found,
    })
}

struct Walk {
    file: BufReader<File>,
    at: u64,
    bytes: u64,
}

impl Walk {
    fn model(&mut self) -> Result<(), String> {
        if self.number()? != MAGIC {
            return Err("not a model in whisper.cpp's form".to_owned());
        }
        for (name, most) in HEAD {
            self.within(name, 0, most)?;
        }
        let (bands, bins) = (
            self.within("mel bands", 1, 256)?,
            self.within("mel bins", 1, 4096)?,
        );
        self.skip(u64::from(bands) * u64::from(bins) * 4)?;
        for _ in 0..self.within("tokens", 1, 100_000)? {
            let length = self.within("the length of a token", 0, LONGEST_NAME)?;
            self.skip(u64::from(length))?;
        }
        let mut tensors = 0;
        while self.at < self.bytes {
            self.tensor()?;
            tensors += 1;
        }
        if tensors == 0 {
            Err("no tensors".to_owned())
        } else {
            Ok(())
        }
    }

    fn tensor(&mut self) -> Result<(), String> {
        let dimensions = self.within("the dimensions of a tensor", 1, 4)?;
        let name = self.within("the length of a name", 1, LONGEST_NAME)?;
        let kind = self.number()?;
        let mut values = 1_u64;
        for _ in 0..dimensions {
            values *= u64::from(self.within("a dimension", 1, 1_000_000)?);
        }
        self.skip(u64::from(name))?;
        let (block, size) =
            block(kind).ok_or_else(|| format!("a tensor of unknown type {kind}"))?;
        if !values.is_multiple_of(block) {
            return Err(format!("a tensor of {values} values in blocks of {block}"));
        }
        self.skip(values / block * size)
    }

    fn within(&mut self, what: &str, least: u32, most: u32) -> Result<u32, String> {
        let number = self.number()?;
        if (least..=most).contains(&number) {
            Ok(number)
        } else {
            Err(format!("{what} is {number}, at most {most}"))
        }
    }

    fn number(&mut self) -> Result<u32, String> {
        let mut four = [0; 4];
        self.file.read_exact(&mut four).map_err(|_| self.short())?;
        self.at += 4;
        Ok(u32::from_le_bytes(four))
    }

    fn skip(&mut self, bytes: u64) -> Result<(), String> {
        if bytes > self.bytes - self.at {
            return Err(self.short());
        }
        let step = i64::try_from(bytes).map_err(|_| self.short())?;
        self.file
            .seek_relative(step)
            .map_err(|error| error.to_string())?;
        self.at += bytes;
        Ok(())
    }

    fn short(&self) -> String {
        format!("it ends too early, after {} bytes", self.bytes)
    }
}

/// Values of a block and its bytes.
/// Source: ggml-org/ggml `src/ggml-common.h` and `include/ggml.h`, `enum ggml_type` (2025).
fn block(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 => (1, 4),
        1 => (1, 2),
        2 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        10 => (256, 84),
        11 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one tensor of two values, and what is said of it after a change.
    fn check_changed(change: impl Fn(&mut Vec<u8>)) -> Option<String> {
        let mut bytes: Vec<u8> = MAGIC.to_le_bytes().to_vec();
        let mut put = |numbers: &[u32]| bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        put(&[1; 11]);
        put(&[1, 1, 0]); // one filter weight
        put(&[1, 1]); // one token of one byte
        bytes.push(b'a');
        let mut put = |numbers: &[u32]| bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        put(&[1, 1, 0, 2]);
        bytes.push(b'b');
        bytes.extend([0; 8]);
        change(&mut bytes);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("own.bin");
        std::fs::write(&path, bytes).expect("it is written");
        check(&path).err().map(|error| error.to_string())
    }

    #[test]
    fn a_file_that_hangs_together_passes_and_each_fault_is_named() {
        assert_eq!(check_changed(|_| {}), None);
        let says = |change: fn(&mut Vec<u8>), words: &str| {
            let said = check_changed(change).expect("a fault");
            assert!(said.contains(words), "{said}");
        };
        says(|bytes| bytes[0] = 0, "not a model");
        says(|bytes| bytes.truncate(30), "too early");
        says(|bytes| bytes.truncate(bytes.len() - 1), "too early");
        says(|bytes| bytes.push(0), "too early");
        says(|bytes| bytes[8..12].fill(0xff), "n_audio_ctx");
        says(|bytes| bytes[60..64].fill(0xff), "tokens");
    }
}
