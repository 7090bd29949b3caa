"""A folder with a BERT in safetensors (ours or its base) as an ONNX graph: token ids of one sentence → the mean of its token vectors.

Needs `onnx`, `onnxruntime`, `safetensors`, `numpy` and `tokenizers`. Bytes are widened as src/inference/encoder/weights.rs does, so the numbers are
those of our own encoder. `python3 eval/peers/bert.py` compares with models/encoder/parity.json, which the training framework wrote.
"""
import json, pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open
from tokenizers import Tokenizer

BOS, EOS = 0, 2
OPSET = 20


def weights(folder):
    with safe_open(str(pathlib.Path(folder, "model.safetensors")), framework="np") as f:
        raw = {name: f.get_tensor(name) for name in f.keys()}
    wide = {}
    for name, x in raw.items():
        if x.dtype == np.uint8:
            wide[name] = (x.astype(np.float32) - 128) * raw[name + ".scale"].astype(np.float32).reshape(-1, *[1] * (x.ndim - 1))
        elif not name.endswith(".scale"):
            wide[name] = x.astype(np.float32)
    return {name.removeprefix("bert."): x for name, x in wide.items()}


def graph(folder):
    """Inputs `ids` and `positions`, [1, tokens] int64 each; output `mean`, [1, hidden] f32."""
    c, w = json.loads(pathlib.Path(folder, "config.json").read_text()), weights(folder)
    h, heads = c["hidden_size"], c["num_attention_heads"]
    nodes, constants = [], {}

    def constant(x, name):
        constants[name] = numpy_helper.from_array(np.ascontiguousarray(x), name)
        return name

    def op(kind, inputs, name, **how):
        nodes.append(helper.make_node(kind, inputs, [name], name=name, **how))
        return name

    def linear(x, prefix, name):
        product = op("MatMul", [x, constant(w[prefix + ".weight"].T, name + ".w")], name + ".mm")
        return op("Add", [product, constant(w[prefix + ".bias"], name + ".b")], name)

    def norm(x, prefix, name):
        inputs = [x, constant(w[prefix + ".weight"], name + ".g"), constant(w[prefix + ".bias"], name + ".b")]
        return op("LayerNormalization", inputs, name, axis=-1, epsilon=c["layer_norm_eps"])

    positions = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
    words = op("Gather", [constant(w["embeddings.word_embeddings.weight"], "words"), "ids"], "word")
    places = op("Gather", [constant(positions.astype(np.float32), "places"), "positions"], "place")
    x = norm(op("Add", [words, places], "embedded"), "embeddings.LayerNorm", "start")
    split = constant(np.array([0, 0, heads, h // heads], np.int64), "split")
    join = constant(np.array([0, 0, h], np.int64), "join")
    scale = constant(np.array((h // heads) ** -.5, np.float32), "scale")
    for i in range(c["num_hidden_layers"]):
        at, n = f"encoder.layer.{i}.", f"l{i}."
        apart = lambda part, order: op("Transpose", [op("Reshape", [linear(x, at + "attention.self." + part, n + part), split], n + part + ".r")], n + part + ".t", perm=order)
        q, k, v = apart("query", [0, 2, 1, 3]), apart("key", [0, 2, 3, 1]), apart("value", [0, 2, 1, 3])
        odds = op("Softmax", [op("Mul", [op("MatMul", [q, k], n + "qk"), scale], n + "scaled")], n + "soft", axis=-1)
        mixed = op("Transpose", [op("MatMul", [odds, v], n + "av")], n + "av.t", perm=[0, 2, 1, 3])
        attended = linear(op("Reshape", [mixed, join], n + "av.r"), at + "attention.output.dense", n + "o")
        x = norm(op("Add", [attended, x], n + "add1"), at + "attention.output.LayerNorm", n + "n1")
        inner = op("Gelu", [linear(x, at + "intermediate.dense", n + "up")], n + "gelu")
        x = norm(op("Add", [linear(inner, at + "output.dense", n + "down"), x], n + "add2"), at + "output.LayerNorm", n + "n2")
    op("ReduceMean", [x, constant(np.array([1], np.int64), "axis")], "mean", keepdims=0)
    put = lambda name: helper.make_tensor_value_info(name, TensorProto.INT64, [1, "tokens"])
    out = helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, h])
    built = helper.make_graph(nodes, "bert", [put("ids"), put("positions")], [out], list(constants.values()))
    return helper.make_model(built, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


def session(model, threads=2):
    """`model`: a path or a graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    source = model.SerializeToString() if isinstance(model, onnx.ModelProto) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


class Text:
    def __init__(self, folder, longest=64):
        self.tokenizer, self.longest = Tokenizer.from_file(str(pathlib.Path(folder, "tokenizer.json"))), longest

    def ids(self, text):
        return [BOS, *self.tokenizer.encode(text, add_special_tokens=False).ids][:self.longest - 1] + [EOS]


def mean(one, ids):
    feed = {"ids": np.array([ids], np.int64), "positions": np.arange(len(ids), dtype=np.int64)[None]}
    return one.run(["mean"], feed)[0][0]


def main():
    folder = pathlib.Path(__file__).resolve().parent.parent.parent / "models/encoder"
    one, text = session(graph(folder)), Text(folder)
    worst = 0.
    for s in json.loads((folder / "parity.json").read_text(encoding="utf-8"))["sentences"]:
        assert text.ids(s["text"]) == s["ids"], s["text"]
        worst = max(worst, float(np.abs(mean(one, s["ids"]) - np.array(s["pooled"])).max()))
    print(f"farthest from the training framework: {worst:.6f}")
    assert worst < 1e-3


if __name__ == "__main__":
    main()
