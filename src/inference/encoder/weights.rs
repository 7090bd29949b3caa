//! The tensors of a model by name, in f32, each checked against the shape that the configuration expects.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{DType, Device, Tensor, safetensors};

use crate::inference::InferenceError;

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

    /// The numbers of one tensor in f32, row by row.
    pub(super) fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, InferenceError> {
        let found = self.0.get(name);
        match found.filter(|tensor| tensor.dims() == shape) {
            Some(tensor) => {
                to_numbers(tensor).map_err(|error| InferenceError::Compute(error.into()))
            }
            None => Err(InferenceError::Shape {
                name: name.to_owned(),
                expected: shape.to_vec(),
                found: found.map(|tensor| tensor.dims().to_vec()),
            }),
        }
    }
}

fn to_numbers(tensor: &Tensor) -> candle_core::Result<Vec<f32>> {
    tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()
}
