//! The tensors of a model by name, in f32, each checked against the shape that the configuration expects.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{DType, Device, Tensor, safetensors};

use crate::inference::InferenceError;

/// The byte that stands for 0.
const ZERO: f32 = 128.0;

/// All tensors of a file. Dropped once the model is laid out.
pub(super) struct Weights(HashMap<String, Tensor>);

impl Weights {
    /// Reads a safetensors file whole: memory-mapping it would need `unsafe`, and it is converted once anyway.
    pub(super) fn read(path: &Path) -> Result<Self, InferenceError> {
        let bytes = fs::read(path).map_err(|source| InferenceError::Read {
            path: path.to_owned(),
            source,
        })?;
        let tensors = safetensors::load_buffer(&bytes, &Device::Cpu);
        tensors.map(Self).map_err(|source| InferenceError::Parse {
            path: path.to_owned(),
            source: source.into(),
        })
    }

    /// The numbers of one tensor in f32, row by row. A tensor of bytes holds `(byte - 128) · scale`, where `{name}.scale`
    /// has one scale for each row.
    pub(super) fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, InferenceError> {
        let tensor = self.shaped(name, shape)?;
        let mut numbers = read(tensor)?;
        if tensor.dtype() == DType::U8 {
            let scales = read(self.shaped(&format!("{name}.scale"), &shape[..1])?)?;
            let rows = numbers.chunks_exact_mut(shape[1..].iter().product());
            for (row, scale) in std::iter::zip(rows, scales) {
                for x in row {
                    *x = (*x - ZERO) * scale;
                }
            }
        }
        Ok(numbers)
    }

    fn shaped(&self, name: &str, shape: &[usize]) -> Result<&Tensor, InferenceError> {
        let found = self.0.get(name);
        found
            .filter(|tensor| tensor.dims() == shape)
            .ok_or_else(|| InferenceError::Shape {
                name: name.to_owned(),
                expected: shape.to_vec(),
                found: found.map(|tensor| tensor.dims().to_vec()),
            })
    }
}

fn read(tensor: &Tensor) -> Result<Vec<f32>, InferenceError> {
    to_numbers(tensor).map_err(|error| InferenceError::Compute(error.into()))
}

fn to_numbers(tensor: &Tensor) -> candle_core::Result<Vec<f32>> {
    tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()
}
