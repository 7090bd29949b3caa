//! CTranslate2's `model.bin`, binary version 6: named tensors, then aliases.
//! Source: OpenNMT/CTranslate2 `python/ctranslate2/specs/model_spec.py`, `save` (2024).

use std::collections::HashMap;
use std::path::PathBuf;

use half::f16;

use super::SpeechError;

/// The only version that is read.
const VERSION: u32 = 6;
/// CTranslate2's number of the type float16, in which OpenAI published the weights.
const FLOAT16: u8 = 4;
/// The whole numbers among the variables; only their last four bytes matter here.
const INT32: u8 = 3;
const INT16: u8 = 2;
const INT8: u8 = 1;

/// A tensor: dimensions, outermost first, and values.
#[derive(Debug, Clone)]
pub(super) struct Tensor {
    pub dims: Vec<usize>,
    pub values: Vec<f16>,
}

/// What a model file holds.
#[derive(Debug, Default)]
pub(super) struct Model {
    tensors: HashMap<String, Tensor>,
    numbers: HashMap<String, i32>,
    aliases: HashMap<String, String>,
}

impl Model {
    /// Parses a whole file.
    pub fn parse(bytes: &[u8]) -> Result<Self, SpeechError> {
        let mut rest = Bytes(bytes);
        let version = rest.u32()?;
        if version != VERSION {
            return Err(fault(format!(
                "CTranslate2 binary version {version}; only {VERSION} is read"
            )));
        }
        let spec = rest.text()?;
        if spec != "WhisperSpec" {
            return Err(fault(format!("a {spec}, not a WhisperSpec")));
        }
        rest.u32()?; // revision of the specification
        let mut model = Self::default();
        for _ in 0..rest.u32()? {
            let name = rest.text()?;
            let count = rest.take(1)?[0];
            let dims = (0..count).map(|_| rest.u32().map(|dim| dim as usize));
            let dims = dims.collect::<Result<Vec<_>, _>>()?;
            let kind = rest.take(1)?[0];
            let size = rest.u32()? as usize;
            let raw = rest.take(size)?;
            model.insert(name, dims, kind, raw)?;
        }
        for _ in 0..rest.u32()? {
            let (alias, name) = (rest.text()?, rest.text()?);
            model.aliases.insert(alias, name);
        }
        if rest.0.is_empty() {
            Ok(model)
        } else {
            Err(fault("bytes past its end".to_owned()))
        }
    }

    fn insert(
        &mut self,
        name: String,
        dims: Vec<usize>,
        kind: u8,
        raw: &[u8],
    ) -> Result<(), SpeechError> {
        match (kind, raw) {
            (FLOAT16, _) => {
                let values = raw
                    .chunks_exact(2)
                    .map(|two| f16::from_le_bytes([two[0], two[1]]));
                let values: Vec<f16> = values.collect();
                if values.len() != dims.iter().product::<usize>() {
                    return Err(fault(format!(
                        "{name} has {} values for {dims:?}",
                        values.len()
                    )));
                }
                self.tensors.insert(name, Tensor { dims, values });
            }
            (INT32, [a, b, c, d]) => {
                self.numbers
                    .insert(name, i32::from_le_bytes([*a, *b, *c, *d]));
            }
            (INT16, [a, b]) => {
                self.numbers
                    .insert(name, i16::from_le_bytes([*a, *b]).into());
            }
            (INT8, [a]) => {
                self.numbers.insert(name, i8::from_le_bytes([*a]).into());
            }
            // Lists of whole numbers (which heads align words) are of no use here.
            (INT8..=INT32, _) => {}
            _ => {
                return Err(fault(format!(
                    "{name} has CTranslate2 type {kind}; float16 is read"
                )));
            }
        }
        Ok(())
    }

    /// A tensor by name or alias.
    pub fn tensor(&self, name: &str) -> Result<&Tensor, SpeechError> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        self.tensors
            .get(name)
            .ok_or_else(|| fault(format!("no tensor {name}")))
    }

    /// A number by name.
    pub fn number(&self, name: &str) -> Result<i32, SpeechError> {
        self.numbers
            .get(name)
            .copied()
            .ok_or_else(|| fault(format!("no number {name}")))
    }

    /// Layers of `encoder` or `decoder`.
    pub fn layers(&self, side: &str) -> usize {
        let norm = |layer: usize| format!("{side}/layer_{layer}/ffn/layer_norm/gamma");
        (0..)
            .take_while(|layer| self.tensors.contains_key(&norm(*layer)))
            .count()
    }
}

pub(super) fn fault(found: String) -> SpeechError {
    SpeechError::Weights {
        path: PathBuf::from("model.bin"),
        found,
    }
}

/// What is left to read.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], SpeechError> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| fault("it ends too early: a part is missing".to_owned()))?;
        self.0 = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, SpeechError> {
        let four = self.take(4)?;
        Ok(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
    }

    /// A length of two bytes, then the text with a zero at its end.
    fn text(&mut self) -> Result<String, SpeechError> {
        let two = self.take(2)?;
        let bytes = self.take(usize::from(u16::from_le_bytes([two[0], two[1]])))?;
        let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        String::from_utf8(text.to_vec()).map_err(|_| fault("a name is not text".to_owned()))
    }
}
