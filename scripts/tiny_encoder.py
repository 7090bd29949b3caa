"""Writes tests/data/encoder/: a random two-layer model of the real one's form, with what numpy makes of it.

Needs numpy. `python3 scripts/tiny_encoder.py` rewrites the same bytes; the numbers mean nothing.
"""
import json
import math
import pathlib
import struct

import numpy as np

OUT = pathlib.Path(__file__).parent.parent / "tests/data/encoder"
HIDDEN, HEADS, INNER, LAYERS, POSITIONS = 32, 4, 48, 2, 24
LETTERS = "腰背颈腿疼痛麻有没无力发烧大小便吗了的,"
WORDS = ["<s>", "<pad>", "</s>", "<unk>", *LETTERS]
CONCEPTS = ["SYM.LBP", "SYM.NUMB_LEG", "SYM.FEVER", "SYM.WEAK_LEG", "SYM.NECK_PAIN"]
OPTIONS = ["none", "Q-FEVER#yes", "Q-FEVER#no", "Q-WEAK#yes", "Q-WEAK#no"]
LAYOUT = {"max_tokens": 16, "bos": 0, "eos": 2}
TEMPERATURE = 1.5
SINGLES = ["腰疼", "没有", "大小便有没有发烧", "我腿麻", "颈", "腰背颈腿疼痛麻有没无力发烧大小便"]
PAIRS = [("Q-FEVER", "有没有发烧", "没有的"), ("Q-WEAK", "腿有没有无力", "有,没力了的")]

# Stored in bytes with a scale for each row; the others are f16.
IN_BYTES = {"embeddings.word_embeddings.weight", "encoder.layer.1.output.dense.weight", "answers_say.weight"}
DTYPES = {"uint8": "U8", "float16": "F16", "float32": "F32"}

random = np.random.default_rng(5)


def shapes():
    yield "embeddings.word_embeddings.weight", (len(WORDS), HIDDEN)
    yield "embeddings.position_embeddings.weight", (POSITIONS, HIDDEN)
    yield "embeddings.token_type_embeddings.weight", (2, HIDDEN)
    yield from pair("embeddings.LayerNorm", (HIDDEN,))
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            yield from pair(f"{name}attention.self.{part}", (HIDDEN, HIDDEN))
        yield from pair(f"{name}attention.output.dense", (HIDDEN, HIDDEN))
        yield from pair(f"{name}attention.output.LayerNorm", (HIDDEN,))
        yield from pair(f"{name}intermediate.dense", (INNER, HIDDEN))
        yield from pair(f"{name}output.dense", (HIDDEN, INNER))
        yield from pair(f"{name}output.LayerNorm", (HIDDEN,))
    yield from pair("findings", (3 * len(CONCEPTS), HIDDEN))
    yield from pair("answers", (len(OPTIONS), HIDDEN))
    yield "findings_at.weight", (len(CONCEPTS), HIDDEN)
    yield "findings_say.weight", (3 * len(CONCEPTS), HIDDEN)
    yield "answers_at.weight", (len(OPTIONS), HIDDEN)
    yield "answers_say.weight", (len(OPTIONS), HIDDEN)


def pair(name, shape):
    return (f"{name}.weight", shape), (f"{name}.bias", shape[:1])


def draw(name, shape):
    numbers = random.standard_normal(shape) * 0.3
    return (numbers + ("LayerNorm.weight" in name)).astype(np.float16)


def stored(name, numbers):
    if name not in IN_BYTES:
        return {name: numbers}
    scale = (np.abs(numbers.astype(np.float32)).max(1) / 127).astype(np.float32)
    return {name: (np.rint(numbers / scale[:, None]) + 128).astype(np.uint8), name + ".scale": scale}


def read_back(name, tensors):
    numbers = tensors[name].astype(np.float64)
    return (numbers - 128) * tensors[name + ".scale"].astype(np.float64)[:, None] if name in IN_BYTES else numbers


def norm(x, name, w):
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
    return x * w[name + ".weight"] + w[name + ".bias"]


def linear(x, name, w):
    return x @ w[name + ".weight"].T + w[name + ".bias"]


def softmax(x):
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def read(ids, w):
    n = len(ids)
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:n]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm", w)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        q, k, v = (
            linear(x, f"{name}attention.self.{part}", w).reshape(n, HEADS, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        mixed = softmax(q @ k.swapaxes(1, 2) / math.sqrt(HIDDEN // HEADS)) @ v
        mixed = linear(mixed.swapaxes(0, 1).reshape(n, HIDDEN), f"{name}attention.output.dense", w)
        x = norm(x + mixed, f"{name}attention.output.LayerNorm", w)
        up = linear(x, f"{name}intermediate.dense", w)
        up = up * 0.5 * (1 + np.vectorize(math.erf)(up / math.sqrt(2)))
        x = norm(x + linear(up, f"{name}output.dense", w), f"{name}output.LayerNorm", w)
    return x


def logits(x, kind, each, w):
    """What the mean says, and what the tokens say that each output (each `each` outputs) looks at."""
    at = softmax((x @ w[kind + "_at.weight"].T).T)
    say = (x @ w[kind + "_say.weight"].T).T
    return linear(x.mean(0), kind, w) + (np.repeat(at, each, axis=0) * say).sum(1)


def ids(*texts):
    found = [LAYOUT["bos"]]
    for text in texts:
        found += [WORDS.index(c) if c in LETTERS else 3 for c in text] + [LAYOUT["eos"]]
    return found[: LAYOUT["max_tokens"] - 1] + [LAYOUT["eos"]] if len(found) > LAYOUT["max_tokens"] else found


def findings(x, w):
    p = 1 / (1 + np.exp(-logits(x, "findings", 3, w) / TEMPERATURE))
    kinds = ("present", "absent", "other")
    return [dict(concept=CONCEPTS[i // 3], output=kinds[i % 3], p=round(float(x), 6)) for i, x in enumerate(p)]


def options(question, x, w):
    rows = [i for i, name in enumerate(OPTIONS) if name == "none" or name.startswith(question + "#")]
    p = softmax(logits(x, "answers", 1, w)[rows] / TEMPERATURE)
    return {OPTIONS[i]: round(float(x), 6) for i, x in zip(rows, p)}


def rounded(vector):
    return [round(float(x), 6) for x in vector]


def parity(w):
    sentences, pairs = [], []
    for text in SINGLES:
        x = read(ids(text), w)
        sentences.append(dict(text=text, ids=ids(text), pooled=rounded(x.mean(0)), findings=findings(x, w)))
    for question, ask, text in PAIRS:
        x = read(ids(ask, text), w)
        found = dict(question=question, ask=ask, text=text, ids=ids(ask, text), pooled=rounded(x.mean(0)))
        pairs.append(found | dict(options=options(question, x, w)))
    return dict(sentences=sentences, pairs=pairs)


def safetensors(tensors):
    header, at = {}, 0
    for name, tensor in tensors.items():
        header[name] = dict(dtype=DTYPES[tensor.dtype.name], shape=tensor.shape, data_offsets=[at, at + tensor.nbytes])
        at += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(t.tobytes() for t in tensors.values())


def tokenizer():
    special = [
        dict(id=i, content=WORDS[i], single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
        for i in range(4)
    ]
    return dict(
        version="1.0", truncation=None, padding=None, added_tokens=special, normalizer=None,
        pre_tokenizer=dict(type="Split", pattern=dict(Regex="."), behavior="Isolated", invert=False),
        post_processor=None, decoder=None,
        model=dict(type="WordLevel", vocab={word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"),
    )


def main():
    tensors = {}
    for name, shape in shapes():
        tensors |= stored(name, draw(name, shape))
    config = dict(
        vocab_size=len(WORDS), hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=INNER, hidden_act="gelu", max_position_embeddings=POSITIONS, type_vocab_size=2,
        layer_norm_eps=1e-12,
    )
    labels = dict(
        concepts=CONCEPTS, options=OPTIONS, threshold_findings=0.5, temperature_findings=TEMPERATURE,
        temperature_answers=TEMPERATURE, **LAYOUT,
    )
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "model.safetensors").write_bytes(safetensors(tensors))
    wide = {name: read_back(name, tensors) for name in tensors}
    files = dict(config=config, labels=labels, tokenizer=tokenizer(), parity=parity(wide))
    for name, value in files.items():
        (OUT / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False) + "\n")


main()
