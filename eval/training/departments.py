"""Trains the head that takes first messages to departments, on the tokens of the shipped encoder, which stays as it is.

    python3 eval/training/departments.py --out models/encoder        about ten minutes on two cores

Reads messages/*.tsv, the tune half's messages and the first words of its patients; writes departments.safetensors and departments.json beside
the encoder. `--held FILE…` (as eval/tune/departments.jsonl) is scored and not learned: it is taken out of the tune half, too.
"""
import argparse, csv, hashlib, json, pathlib, re
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

import model as M

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONGEST, ALONE, SHARED = 36, 6, 8       # as src/app/witness.rs cuts what the encoder reads at once
PAUSES, STOPS = ",\uff0c、… :\uff1a", "。!\uff01?\uff1f;\uff1b\n"
# What the program is compared with (src/inference/encoder/tests.rs).
SAID = ["腰疼三个月,左腿后面一直麻到脚背", "脚趾甲灰黄发厚,一剪就掉渣", "血糖老是九点多,药加了也不下", "孩子三岁,走路脚尖朝里,老绊倒",
        "例假推迟十天了,小肚子坠", "爬两层楼胸口就闷,歇一会儿好。我爸有冠心病", "膝盖换了一个月,想找地方练弯腿"]
EPOCHS, BATCH, RATE, DECAY, DROP = 14, 64, 3e-3, .05, .3


def pieces(text):
    """Clauses, joined while they stay short; a longer one in windows: src/app/witness.rs::pieces."""
    cut, start = [], 0
    for at in range(len(text) + 1):
        if at < len(text) and text[at] not in PAUSES + STOPS:
            continue
        if at > start:
            closed = start > 0 and text[start - 1] in STOPS
            room = LONGEST + ALONE if at - start <= ALONE else LONGEST
            if cut and not closed and at - cut[-1][0] <= room:
                cut[-1][1] = at
            else:
                cut.append([start, at])
        start = at + 1
    out = []
    for a, b in cut:
        while b - a > LONGEST:
            out.append(text[a:a + LONGEST])
            a += LONGEST - SHARED
        out.append(text[a:b])
    return out


def tsv(path):
    with open(path, encoding="utf-8", newline="") as f:
        return [(r["text"], r["departments"].split("|")) for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)]


def jsonl(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]


def messages(path):
    return [(r["text"], r["mapped_department"].split("|")) for r in jsonl(path)]


def encoder(folder):
    tensors = load_file(str(folder / "model.safetensors"))
    config = json.loads((folder / "config.json").read_text())
    model = M.Encoder(config, tensors["findings.weight"].shape[0] // 3, tensors["answers.weight"].shape[0], None, True)
    model.load_state_dict(model.shipped(folder / "model.safetensors", None), strict=False)
    return model.eval()


def tokens(model, folder, texts):
    """For each text the states of all tokens of its pieces, [tokens, hidden], f16."""
    tok = M.Text(folder)
    cut = [pieces(text) or [text] for text in texts]
    flat = [(i, p) for i, some in enumerate(cut) for p in some]
    ids = tok.single([p for _, p in flat])
    order = sorted(range(len(flat)), key=lambda k: len(ids[k]))
    read = [None] * len(flat)
    with torch.no_grad():
        for i in range(0, len(order), BATCH):
            some = order[i:i + BATCH]
            x, _ = model.states(M.pad([ids[k] for k in some]))
            for row, k in zip(x, some):
                read[k] = row[:len(ids[k])].half()
    out = [[] for _ in texts]
    for (i, _), states in zip(flat, read):
        out[i].append(states)
    return [torch.cat(some) for some in out]


class Head(nn.Module):
    """What the mean of the tokens says, and what the tokens say that a department looks at (as the encoder's other heads)."""

    def __init__(self, shift, scale, outputs):
        super().__init__()
        hidden = len(shift)
        self.mean, self.at, self.say = nn.Linear(hidden, outputs), nn.Linear(hidden, outputs, bias=False), nn.Linear(hidden, outputs, bias=False)
        nn.init.zeros_(self.at.weight)
        nn.init.zeros_(self.say.weight)
        self.register_buffer("shift", shift)
        self.register_buffer("scale", scale)

    def forward(self, x, real, drop=0.):
        x = F.dropout((x - self.shift) / self.scale, drop, self.training)
        share = self.at(x).masked_fill(~real.unsqueeze(-1), float("-inf")).softmax(1)
        return self.mean(M.mean(x, real)) + (self.say(x) * share).sum(1)

    def tensors(self):
        """The same without the scaling of its input."""
        w = {"departments": self.mean.weight, "departments_at": self.at.weight, "departments_say": self.say.weight}
        out = {f"{name}.weight": (t / self.scale) for name, t in w.items()}
        moved = self.shift / self.scale
        # The shares sum to 1, so what the scaling moves in `say` moves the sum; in `at` it moves all tokens alike.
        out["departments.bias"] = self.mean.bias - (self.mean.weight + self.say.weight) @ moved
        return {name: t.detach().contiguous().half().float() for name, t in out.items()}


def batch(states, rows):
    n = max(len(states[i]) for i in rows)
    x, real = torch.zeros(len(rows), n, states[rows[0]].shape[1]), torch.zeros(len(rows), n, dtype=torch.bool)
    for k, i in enumerate(rows):
        x[k, :len(states[i])] = states[i].float()
        real[k, :len(states[i])] = True
    return x, real


def wanted(rows, names):
    """[rows, departments]: the first choice has most of the weight."""
    out = torch.zeros(len(rows), len(names))
    for i, (_, right) in enumerate(rows):
        rest = right[1:]
        out[i, names.index(right[0])] += .6 if rest else 1.
        for name in rest:
            out[i, names.index(name)] += .4 / len(rest)
    return out


def train(states, goal):
    some = torch.cat([s.float() for s in states[:2000]])
    head = Head(some.mean(0), some.std(0), goal.shape[1])
    made = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(states) // BATCH)
    pace = torch.optim.lr_scheduler.OneCycleLR(made, RATE, total_steps=steps)
    head.train()
    for epoch in range(EPOCHS):
        order = torch.randperm(len(states)).tolist()
        lost = 0.
        for i in range(0, len(order), BATCH):
            rows = order[i:i + BATCH]
            loss = -(goal[rows] * head(*batch(states, rows), DROP).log_softmax(1)).sum(1).mean()
            made.zero_grad()
            loss.backward()
            made.step()
            pace.step()
            lost += loss.item() * len(rows)
        print(f"epoch {epoch + 1}: {lost / len(states):.3f}", flush=True)
    return head.eval()


def probabilities(tensors, states):
    """From the tensors as they are written."""
    t = tensors
    out = []
    for s in states:
        x = s.float()
        share = (x @ t["departments_at.weight"].T).softmax(0)
        say = x @ t["departments_say.weight"].T
        out.append((x.mean(0) @ t["departments.weight"].T + t["departments.bias"] + (share * say).sum(0)).softmax(0))
    return torch.stack(out)


def score(rows, p, names):
    """First choice right; and what a probability means, in five bins."""
    best = p.max(1)
    right = [names[k] in r[1] for k, r in zip(best.indices.tolist(), rows)]
    bins, error = [], 0.
    for low in (0., .4, .6, .8, .95):
        high = {0.: .4, .4: .6, .6: .8, .8: .95, .95: 1.01}[low]
        here = [(q, ok) for q, ok in zip(best.values.tolist(), right) if low <= q < high]
        if here:
            mean_p, share = sum(q for q, _ in here) / len(here), sum(ok for _, ok in here) / len(here)
            error += abs(mean_p - share) * len(here) / len(rows)
            bins.append({"from": low, "n": len(here), "mean_p": round(mean_p, 3), "right": sum(ok for _, ok in here)})
    return {"rows": len(rows), "first": sum(right), "expected_calibration_error": round(error, 3), "bins": bins}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--encoder", type=pathlib.Path, default=ROOT / "models/encoder")
    ap.add_argument("--out", type=pathlib.Path, required=True)
    ap.add_argument("--held", type=pathlib.Path, nargs="*", default=[])
    ap.add_argument("--seed", type=int, default=3)
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    held = {str(path): messages(path) for path in a.held}
    left_out = {text for rows in held.values() for text, _ in rows}
    rows = [r for path in sorted((ROOT / "eval/training/messages").glob("*.tsv")) for r in tsv(path)]
    rows += messages(ROOT / "eval/tune/departments.jsonl")
    rows += [(v["opening"], v["expect"]["department"]) for v in jsonl(ROOT / "eval/tune/vignettes.jsonl")]
    with open(ROOT / "knowledge-graph/graph/departments.csv", encoding="utf-8", newline="") as f:
        names = sorted({r["contract_name"] for r in csv.DictReader(f) if r["contract_name"]})
    rows = [(text, [d for d in right if d in names]) for text, right in rows if text not in left_out]
    rows = [r for r in rows if r[1]]
    print(len(rows), "messages,", len(names), "departments")
    model = encoder(a.encoder)
    head = train(tokens(model, a.encoder, [text for text, _ in rows]), wanted(rows, names))
    tensors = head.tensors()
    report = {}
    for path, some in held.items():
        report[pathlib.Path(path).name] = score(some, probabilities(tensors, tokens(model, a.encoder, [t for t, _ in some])), names)
        print(path, report[pathlib.Path(path).name])
    a.out.mkdir(parents=True, exist_ok=True)
    save_file({name: t.half() for name, t in tensors.items()}, str(a.out / "departments.safetensors"))
    (a.out / "departments.safetensors").chmod(0o644)
    of = hashlib.sha256((a.encoder / "model.safetensors").read_bytes()).hexdigest()
    known = [{"clauses": pieces(text), "department": names[k], "probability": round(q, 4)} for text, (q, k) in zip(
        SAID, ((row.max().item(), row.argmax().item()) for row in probabilities(tensors, tokens(model, a.encoder, SAID))))]
    about = {"departments": names, "encoder_sha256": of, "messages": len(rows), "seed": a.seed, "held_out": report, "parity": known}
    (a.out / "departments.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
