//! whisper.cpp's model file, with 8-bit weights: header, mel filters, vocabulary, tensors.
//! Source: ggml-org/whisper.cpp `models/convert-pt-to-ggml.py` and `ggml/src/ggml-quants.c`,
//! `quantize_row_q8_0_ref` (v1.8.3, 2025).

use std::collections::HashMap;

use half::f16;

use super::SpeechError;
use super::ctranslate::{Model, Tensor, fault};
use super::mel;
use super::tensors::{Named, checkpoint};

const MAGIC: u32 = 0x6767_6d6c;
/// File type of 8-bit weights (7), with the version of the quantisation (2) in thousands.
const FILE_TYPE: i32 = 2007;
/// Types of tensors.
const F32: i32 = 0;
const F16: i32 = 1;
const Q8_0: i32 = 8;
/// Values that share one scale.
const BLOCK: usize = 32;
/// Two-dimensional, and kept as they are.
const KEPT: [&str; 4] = [
    "encoder.conv1.bias",
    "encoder.conv2.bias",
    "encoder.positional_embedding",
    "decoder.positional_embedding",
];

/// The whole file.
pub(super) fn write_q8_0(model: &[u8], vocabulary: &[u8]) -> Result<Vec<u8>, SpeechError> {
    let model = Model::parse(model)?;
    let embedding = &model.tensor("decoder/embeddings/weight")?.dims;
    let positions = |side: &str| {
        let tensor = model.tensor(&format!("{side}/position_encodings/encodings"));
        tensor.map(|tensor| tensor.dims[0])
    };
    let conv = &model.tensor("encoder/conv1/weight")?.dims;
    let n_mels = conv[1];
    let mut out = Vec::with_capacity(90 << 20);
    out.extend(MAGIC.to_le_bytes());
    for size in [embedding[0], positions("encoder")?, conv[0]] {
        put(&mut out, size);
    }
    out.extend(model.number("encoder/num_heads")?.to_le_bytes());
    for size in [model.layers("encoder"), positions("decoder")?, embedding[1]] {
        put(&mut out, size);
    }
    out.extend(model.number("decoder/num_heads")?.to_le_bytes());
    for size in [model.layers("decoder"), n_mels] {
        put(&mut out, size);
    }
    out.extend(FILE_TYPE.to_le_bytes());
    put(&mut out, n_mels);
    put(&mut out, mel::BINS);
    for weight in mel::filters(n_mels) {
        out.extend(weight.to_le_bytes());
    }
    let tokens = tokens(vocabulary, embedding[0])?;
    put(&mut out, tokens.len());
    for token in tokens {
        put(&mut out, token.len());
        out.extend(token);
    }
    for named in checkpoint(&model)? {
        write_tensor(&mut out, &named)?;
    }
    Ok(out)
}

/// Sizes are 32-bit in the file; all of them are small.
fn put(out: &mut Vec<u8>, size: usize) {
    out.extend((size as u32).to_le_bytes());
}

fn write_tensor(out: &mut Vec<u8>, named: &Named) -> Result<(), SpeechError> {
    let Tensor { dims, values } = &named.tensor;
    let kind = if dims.len() < 2 || KEPT.contains(&named.name.as_str()) {
        F32
    } else if dims.len() == 2 {
        Q8_0
    } else {
        F16
    };
    put(out, dims.len());
    put(out, named.name.len());
    out.extend(kind.to_le_bytes());
    dims.iter().rev().for_each(|dim| put(out, *dim));
    out.extend(named.name.as_bytes());
    match kind {
        F32 => out.extend(values.iter().flat_map(|value| value.to_f32().to_le_bytes())),
        F16 => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        _ => {
            let width = dims[dims.len() - 1];
            if width % BLOCK != 0 {
                return Err(fault(format!(
                    "{}: rows of {width} do not divide into blocks",
                    named.name
                )));
            }
            values.chunks(BLOCK).for_each(|block| quantise(out, block));
        }
    }
    Ok(())
}

/// One scale, then one byte a value.
fn quantise(out: &mut Vec<u8>, block: &[f16]) {
    let largest = block
        .iter()
        .map(|value| value.to_f32().abs())
        .fold(0.0, f32::max);
    let scale = largest / 127.0;
    let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
    out.extend(f16::from_f32(scale).to_le_bytes());
    // `round` goes half away from zero, as C's `roundf` does.
    out.extend(
        block
            .iter()
            .flat_map(|value| ((value.to_f32() * inverse).round() as i8).to_le_bytes()),
    );
}

/// The tokens before `<|endoftext|>` as bytes; whisper.cpp makes the special ones itself.
fn tokens(vocabulary: &[u8], expected: usize) -> Result<Vec<Vec<u8>>, SpeechError> {
    let words: Vec<String> = serde_json::from_slice(vocabulary)
        .map_err(|error| fault(format!("vocabulary.json: {error}")))?;
    if words.len() != expected {
        return Err(fault(format!(
            "{} tokens in vocabulary.json, {expected} in the model",
            words.len()
        )));
    }
    let bytes = printable();
    let plain = words.iter().take_while(|word| *word != "<|endoftext|>");
    plain
        .map(|word| {
            let token = word.chars().map(|sign| bytes.get(&sign).copied());
            token.collect::<Option<Vec<u8>>>().ok_or_else(|| {
                fault(format!(
                    "vocabulary.json: `{word}` is not in GPT-2's alphabet"
                ))
            })
        })
        .collect()
}

/// GPT-2's printable character of each byte.
/// Source: openai/gpt-2 `src/encoder.py`, `bytes_to_unicode` (2019).
fn printable() -> HashMap<char, u8> {
    let (mut table, mut next) = (HashMap::new(), 256_u32);
    for byte in 0..=u8::MAX {
        let shown = matches!(byte, 33..=126 | 161..=172 | 174..=255);
        let code = if shown {
            u32::from(byte)
        } else {
            next += 1;
            next - 1
        };
        table.extend(char::from_u32(code).map(|sign| (sign, byte)));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_keeps_its_largest_value_and_rounds_half_away_from_zero() {
        let mut values = [f16::ZERO; BLOCK];
        (values[0], values[1], values[2]) = (
            f16::from_f32(-127.0),
            f16::from_f32(2.5),
            f16::from_f32(-2.5),
        );
        let mut out = vec![];
        quantise(&mut out, &values);
        assert_eq!(out.len(), BLOCK + 2);
        assert_eq!(f16::from_le_bytes([out[0], out[1]]), f16::ONE);
        assert_eq!(
            out[2..6].iter().map(|b| *b as i8).collect::<Vec<_>>(),
            [-127, 3, -3, 0]
        );
    }

    #[test]
    fn each_byte_has_its_printable_character() {
        let table = printable();
        assert_eq!(table.len(), 256);
        assert_eq!(table.get(&'A'), Some(&b'A'));
        assert_eq!(table.get(&'Ġ'), Some(&b' '));
    }
}
