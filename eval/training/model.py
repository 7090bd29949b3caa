"""BERT with few layers, mean pooling and two linear heads; tensor names as in Hugging Face's BertModel."""
import json, pathlib
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file
from tokenizers import Tokenizer

BOS, PAD, EOS = 0, 1, 2
MAX_LEN = 48


class Text:
    """Text -> token ids. One text: <s> a </s>. Question and answer: <s> question </s> answer </s>; the answer is cut first."""

    def __init__(self, folder):
        self.tok = Tokenizer.from_file(str(pathlib.Path(folder) / "tokenizer.json"))
        self.tok.no_padding()
        self.tok.no_truncation()

    def pieces(self, texts):
        return [e.ids for e in self.tok.encode_batch(list(texts), add_special_tokens=False)]

    def single(self, texts):
        return [[BOS] + x[:MAX_LEN - 2] + [EOS] for x in self.pieces(texts)]

    def pair(self, questions, answers):
        return [([BOS] + q + [EOS] + a)[:MAX_LEN - 1] + [EOS]
                for q, a in zip(self.pieces(questions), self.pieces(answers))]


def pad(rows):
    n = max(map(len, rows))
    ids = torch.full((len(rows), n), PAD, dtype=torch.long)
    for i, r in enumerate(rows):
        ids[i, :len(r)] = torch.tensor(r)
    return ids


def mean(x, real):
    w = real.unsqueeze(-1).float()
    return (x.float() * w).sum(1) / w.sum(1)


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        h, m, eps = c["hidden_size"], c["intermediate_size"], c["layer_norm_eps"]
        self.heads = c["num_attention_heads"]
        self.q, self.k, self.v, self.o = (nn.Linear(h, h) for _ in range(4))
        self.up, self.down = nn.Linear(h, m), nn.Linear(m, h)
        self.norm1, self.norm2 = nn.LayerNorm(h, eps), nn.LayerNorm(h, eps)
        self.drop = nn.Dropout(c["hidden_dropout_prob"])

    def forward(self, x, mask):
        b, n, h = x.shape
        q, k, v = (f(x).view(b, n, self.heads, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(b, n, h)
        x = self.norm1(x + self.drop(self.o(a)))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


# our name -> name in the file, inside one layer
LAYER = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "o": "attention.output.dense",
         "norm1": "attention.output.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm"}


def syllables(folder, vocab_size):
    """[vocab, 4] numbers of the near-sounds of each piece's characters, 0 where there is none; and how many sounds there are.

    Sounds that dialects and recognisers mix up share a number: z/zh, c/ch, s/sh, n/l, h/f before u, an/ang, en/eng, in/ing; no tones.
    """
    from pypinyin import lazy_pinyin
    import re
    tok = Tokenizer.from_file(str(pathlib.Path(folder) / "tokenizer.json"))
    table, known = torch.zeros(vocab_size, 4, dtype=torch.long), {}
    for piece, i in tok.get_vocab().items():
        chars = "".join(c for c in piece if "\u4e00" <= c <= "\u9fff")
        if not chars or i >= vocab_size:
            continue
        for j, p in enumerate(lazy_pinyin(chars)[:4]):
            p = re.sub(r"^([zcs])h", r"\1", p)
            p = re.sub(r"^n", "l", p)
            p = re.sub(r"^hu(?=[aeio])", "f", p)
            p = re.sub(r"^r", "l", p)
            p = re.sub(r"ng$", "n", p)
            table[i, j] = known.setdefault(p, len(known) + 1)
    return table, len(known) + 1


class Encoder(nn.Module):
    def __init__(self, config, concepts, options, sounds=None, attend=True):
        super().__init__()
        self.config = config
        h = config["hidden_size"]
        self.words = nn.Embedding(config["vocab_size"], h)
        self.positions = nn.Embedding(config["max_position_embeddings"], h)
        self.types = nn.Embedding(config["type_vocab_size"], h)
        self.norm = nn.LayerNorm(h, config["layer_norm_eps"])
        self.drop = nn.Dropout(config["hidden_dropout_prob"])
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.findings = nn.Linear(h, 3 * concepts)
        self.answers = nn.Linear(h, options)
        self.attend = attend
        self.findings_at, self.findings_say = nn.Linear(h, concepts, bias=False), nn.Linear(h, 3 * concepts, bias=False)
        self.answers_at, self.answers_say = nn.Linear(h, options, bias=False), nn.Linear(h, options, bias=False)
        for m in (self.findings_at, self.findings_say, self.answers_at, self.answers_say):
            nn.init.zeros_(m.weight)
        self.sounds = None
        if sounds is not None:
            table, n = sounds
            self.register_buffer("table", table)
            self.sounds = nn.Embedding(n, h, padding_idx=0)
            nn.init.zeros_(self.sounds.weight)

    def word_vectors(self, ids):
        x = self.words(ids)
        if self.sounds is not None:
            t = self.table[ids]
            x = x + self.sounds(t).sum(-2) / (t > 0).sum(-1, keepdim=True).clamp(min=1)
        return x

    def states(self, ids):
        """[b, n, h] of the last layer, and which are no padding."""
        real = ids != PAD
        mask = real[:, None, None, :]
        x = self.word_vectors(ids) + self.positions.weight[:ids.shape[1]] + self.types.weight[0]
        x = self.drop(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask)
        return x, real

    def pooled(self, ids):
        return mean(*self.states(ids))

    def logits(self, ids, kind, drop=0.):
        """kind "findings" or "answers": what the mean of the tokens says, and what the tokens say that each output looks at."""
        x, real = self.states(ids)
        v = F.dropout(mean(x, real), drop, self.training)
        z = getattr(self, kind)(v)
        if self.attend:
            x = F.dropout(x.float(), drop, self.training)
            at = getattr(self, kind + "_at")(x).masked_fill(~real.unsqueeze(-1), float("-inf")).softmax(1)
            say = getattr(self, kind + "_say")(x)
            if kind == "findings":
                b, n, c = at.shape
                z = z + (say.view(b, n, c, 3) * at.unsqueeze(-1)).sum(1).reshape(b, -1)
            else:
                z = z + (say * at).sum(1)
        return z

    def names(self):
        """file name -> parameter"""
        out = {"embeddings.word_embeddings": self.words, "embeddings.position_embeddings": self.positions,
               "embeddings.token_type_embeddings": self.types, "embeddings.LayerNorm": self.norm,
               "findings": self.findings, "answers": self.answers, "findings_at": self.findings_at, "findings_say": self.findings_say,
               "answers_at": self.answers_at, "answers_say": self.answers_say}
        for i, layer in enumerate(self.layers):
            for ours, theirs in LAYER.items():
                out[f"encoder.layer.{i}.{theirs}"] = getattr(layer, ours)
        return {f"{name}.{p}": t for name, m in out.items() for p, t in m.named_parameters()}

    def shipped(self, path, then):
        """State of the shipped weights `path`, whose outputs are named by `then`; its word vectors have the sounds in them."""
        tensors = load_file(str(path))
        ours = {id(p): n for n, p in self.named_parameters()}
        return {ours[id(p)]: read_back(name, tensors) for name, p in self.names().items()}

    def load(self, path, layers=None):
        """Weights from a file; `layers` picks and renumbers layers of a deeper one. Heads only where the file has them."""
        with safe_open(str(path), "pt") as f:
            have = set(f.keys())
            for name, t in self.names().items():
                if name.startswith("encoder.layer.") and layers:
                    _, _, i, rest = name.split(".", 3)
                    name = f"encoder.layer.{layers[int(i)]}.{rest}"
                if name in have:
                    t.data.copy_(f.get_tensor(name).float())
                elif not name.startswith(("findings", "answers")):
                    raise SystemExit(f"{path}: no tensor {name}")
        return self


def read_back(name, tensors):
    """A matrix of the shipped file: bytes with a scale for each row."""
    t = tensors[name].float()
    return (t - 128) * tensors[name + ".scale"][:, None] if tensors[name].dtype == torch.uint8 else t


def build(base, data, layers, sounds=True, attend=True):
    config = json.loads((pathlib.Path(base) / "config.json").read_text())
    config["num_hidden_layers"] = len(layers)
    return Encoder(config, len(data["concepts"]), len(data["options"]), syllables(base, config["vocab_size"]) if sounds else None, attend).load(pathlib.Path(base) / "model.safetensors", layers)


def trained(base, data, saved):
    """The encoder of a checkpoint of train.py."""
    model = build(base, data, saved["layers"], "sounds.weight" in saved["model"]).eval()
    model.load_state_dict(saved["model"])
    return model
