//! From CTranslate2's names to OpenAI's. CTranslate2 keeps each norm inside its sublayer and joins query, key and value;
//! here they are taken apart. Whisper's key has no bias, so the joined bias is zero there.

use half::f16;

use super::SpeechError;
use super::ctranslate::{Model, Tensor, fault};

/// A tensor under its name in the checkpoint.
pub(super) struct Named {
    pub name: String,
    pub tensor: Tensor,
}

/// All tensors in the order of OpenAI's checkpoint.
pub(super) fn checkpoint(model: &Model) -> Result<Vec<Named>, SpeechError> {
    let mut out = Out {
        model,
        found: vec![],
    };
    for side in ["decoder", "encoder"] {
        let source = format!("{side}/position_encodings/encodings");
        out.copy(&source, format!("{side}.positional_embedding"))?;
    }
    out.copy(
        "decoder/embeddings/weight",
        "decoder.token_embedding.weight".to_owned(),
    )?;
    for layer in 0..model.layers("decoder") {
        out.block(
            &format!("decoder/layer_{layer}"),
            &format!("decoder.blocks.{layer}"),
            true,
        )?;
    }
    out.norm("decoder/layer_norm", "decoder.ln")?;
    for conv in ["conv1", "conv2"] {
        out.copy(
            &format!("encoder/{conv}/weight"),
            format!("encoder.{conv}.weight"),
        )?;
        let mut bias = model.tensor(&format!("encoder/{conv}/bias"))?.clone();
        bias.dims.push(1);
        out.put(format!("encoder.{conv}.bias"), bias);
    }
    for layer in 0..model.layers("encoder") {
        out.block(
            &format!("encoder/layer_{layer}"),
            &format!("encoder.blocks.{layer}"),
            false,
        )?;
    }
    out.norm("encoder/layer_norm", "encoder.ln_post")?;
    Ok(out.found)
}

struct Out<'m> {
    model: &'m Model,
    found: Vec<Named>,
}

impl Out<'_> {
    fn put(&mut self, name: String, tensor: Tensor) {
        self.found.push(Named { name, tensor });
    }

    fn copy(&mut self, source: &str, name: String) -> Result<(), SpeechError> {
        let tensor = self.model.tensor(source)?.clone();
        self.put(name, tensor);
        Ok(())
    }

    fn norm(&mut self, source: &str, name: &str) -> Result<(), SpeechError> {
        self.copy(&format!("{source}/gamma"), format!("{name}.weight"))?;
        self.copy(&format!("{source}/beta"), format!("{name}.bias"))
    }

    fn linear(&mut self, source: &str, name: &str) -> Result<(), SpeechError> {
        self.copy(&format!("{source}/weight"), format!("{name}.weight"))?;
        self.copy(&format!("{source}/bias"), format!("{name}.bias"))
    }

    fn block(&mut self, source: &str, name: &str, crosses: bool) -> Result<(), SpeechError> {
        self.norm(
            &format!("{source}/ffn/layer_norm"),
            &format!("{name}.mlp_ln"),
        )?;
        self.linear(&format!("{source}/ffn/linear_0"), &format!("{name}.mlp.0"))?;
        self.linear(&format!("{source}/ffn/linear_1"), &format!("{name}.mlp.2"))?;
        let own = format!("{source}/self_attention");
        self.norm(&format!("{own}/layer_norm"), &format!("{name}.attn_ln"))?;
        let joined = [
            self.model.tensor(&format!("{own}/linear_0/weight"))?,
            self.model.tensor(&format!("{own}/linear_0/bias"))?,
        ];
        let [weights, biases] = joined.map(|tensor| split(tensor, 3));
        self.attention(
            &format!("{name}.attn"),
            &[weights, biases].concat(),
            &format!("{own}/linear_1"),
        )?;
        if crosses {
            let other = format!("{source}/attention");
            self.norm(
                &format!("{other}/layer_norm"),
                &format!("{name}.cross_attn_ln"),
            )?;
            let part = |end: &str| self.model.tensor(&format!("{other}/{end}"));
            let (mut weights, mut biases) = (
                split(part("linear_0/weight")?, 1),
                split(part("linear_0/bias")?, 1),
            );
            weights.extend(split(part("linear_1/weight")?, 2));
            biases.extend(split(part("linear_1/bias")?, 2));
            self.attention(
                &format!("{name}.cross_attn"),
                &[weights, biases].concat(),
                &format!("{other}/linear_2"),
            )?;
        }
        Ok(())
    }

    /// `parts`: weights of query, key and value, then their biases.
    fn attention(&mut self, name: &str, parts: &[Tensor], out: &str) -> Result<(), SpeechError> {
        let [query, key, value, query_bias, key_bias, value_bias] = parts else {
            return Err(fault(format!(
                "{name} does not divide into query, key and value"
            )));
        };
        if key_bias.values.iter().any(|bias| *bias != f16::ZERO) {
            return Err(fault(format!(
                "{name}: the key has a bias, which Whisper's has not"
            )));
        }
        for (end, tensor) in [
            ("query.weight", query),
            ("query.bias", query_bias),
            ("key.weight", key),
            ("value.weight", value),
            ("value.bias", value_bias),
        ] {
            self.put(format!("{name}.{end}"), tensor.clone());
        }
        self.linear(out, &format!("{name}.out"))
    }
}

/// Divides the rows into `count` equal parts.
fn split(tensor: &Tensor, count: usize) -> Vec<Tensor> {
    let rows = tensor.dims[0] / count;
    let size = tensor.values.len() / count;
    let mut dims = tensor.dims.clone();
    dims[0] = rows;
    let part = |values: &[f16]| Tensor {
        dims: dims.clone(),
        values: values.to_vec(),
    };
    tensor.values.chunks(size.max(1)).map(part).collect()
}
