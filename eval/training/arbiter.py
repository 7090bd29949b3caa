"""Fits the arbiter between the word lists and the encoder: log-odds that a finding is there, from both.

    python arbiter.py --base e5-small-zh --data data.json --checkpoint RUN/last.pt --report report.json --jiwen BINARY --repo REPO

Fitted on rows that the encoder has not learned (splits dev and heldout), measured on the held-out region. Candidates are the symptoms
that a list finds or that the encoder finds at all likely; what is there and neither sees counts against recall only. Prints the weights for `src/interview/witness.rs`, precision,
recall and F1 by threshold, and the expected calibration error over ten bins.
"""
import argparse, json, os, pathlib, subprocess
import numpy as np
import torch
import torch.nn.functional as F
from measure import TRAPS, logits
from model import Text, build

UNSPOKEN = .05


def lists(jiwen, repo, rows):
    """What the word lists alone make of the texts: concept -> assertion for each."""
    put = "\n".join(json.dumps(dict(id=str(i), text=r["text"]), ensure_ascii=False) for i, r in enumerate(rows))
    said = subprocess.run([jiwen, "--knowledge", repo, "understand"], input=put, text=True, capture_output=True, check=True,
                          env={**os.environ, "JIWEN__MODELS__ENCODER": "none"}).stdout
    return [{f["concept"]: f["assertion"] for f in json.loads(l)["findings"]} for l in said.splitlines()]


def kind(r):
    return "region" if r["split"] == "heldout_region" else "traps" if r["src"] in TRAPS else "known writers"


def candidates(d, rows, z, listed):
    at = {c: i for i, c in enumerate(d["concepts"]) if c.startswith("SYM.")}
    floor = float(np.log(UNSPOKEN / (1 - UNSPOKEN)))
    x, y, group, missed = [], [], [], []
    for i, r in enumerate(rows):
        truth = {c for c in r["present"] if c.startswith("SYM.")}
        said = {c: a for c, a in listed[i].items() if c.startswith("SYM.")}
        seen = set(said) | {c for c, j in at.items() if z[i, j] > floor}
        missed.append(len(truth - seen))
        for c in seen:
            model = max(floor, z[i, at[c]].item()) if c in at else floor
            here = said.get(c) == "present"
            x.append([1, here, c in said and not here, model, here * model])
            y.append(c in truth)
            group.append(kind(r))
    return np.array(x, float), np.array(y), np.array(group), missed


def prf(hit, true, unseen):
    tp = (hit & true).sum()
    p, r = tp / max(1, hit.sum()), tp / max(1, true.sum() + unseen)
    return f"P {p:.3f} R {r:.3f} F1 {2 * p * r / max(1e-9, p + r):.3f} ({tp} of {hit.sum()} found, {true.sum() + unseen} there)"


def main():
    ap = argparse.ArgumentParser()
    for name in ("base", "data", "checkpoint", "report"):
        ap.add_argument("--" + name, type=pathlib.Path, required=True)
    for name in ("jiwen", "repo"):
        ap.add_argument("--" + name, required=True)
    a = ap.parse_args()
    d, cal = json.loads(a.data.read_text()), json.loads(a.report.read_text())["calibration"]
    saved = torch.load(a.checkpoint, weights_only=True)
    model = build(a.base, d, saved["layers"]).eval()
    model.load_state_dict(saved["model"])
    rows = [r for r in d["findings"] if r["split"] in ("dev", "heldout", "heldout_region") and r["src"] != "tune_phrases"]
    z = logits(model, "findings", Text(a.base).single([r["text"] for r in rows])).view(len(rows), -1, 3)[..., 0]
    z = z * cal["findings_scale"][0] + cal["findings_shift"][0]
    x, y, group, missed = candidates(d, rows, z, lists(a.jiwen, a.repo, rows))
    unseen = {"region": 0, "traps": 0, "known writers": 0}
    for r, n in zip(rows, missed):
        unseen[kind(r)] += n
    learn = torch.tensor(group != "region")
    features, target = torch.tensor(x), torch.tensor(y, dtype=torch.double)
    w = torch.zeros(5, dtype=torch.double, requires_grad=True)
    opt = torch.optim.LBFGS([w], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.binary_cross_entropy_with_logits(features[learn] @ w, target[learn])
        loss.backward()
        return loss
    opt.step(closure)
    p = torch.sigmoid(features @ w).detach().numpy()
    # The program leaves what the lists deny to the lists: the third weight only keeps such rows from bending the others.
    print("BIAS LISTED (listed otherwise) MODEL MODEL_WHERE_LISTED", w.detach().numpy().round(3))
    for g in ("known writers", "traps", "region"):
        m = group == g
        print(g, "| lists:", prf(x[m, 1] > 0, y[m], unseen[g]), "| encoder:", prf(1 / (1 + np.exp(-x[m, 3])) > cal["threshold_present"], y[m], unseen[g]))
        for t in (.3, .35, .4, .45, .5, .6, .8):
            print("   arbiter", t, prf(p[m] > t, y[m], unseen[g]))
    m = group == "region"
    bins = [m & (p >= lo / 10) & (p < lo / 10 + .1) for lo in range(10)]
    error = sum(abs(p[b].mean() - y[b].mean()) * b.sum() for b in bins if b.any()) / m.sum()
    print("region: expected calibration error", round(float(error), 4), "| bins (n, mean p, true):",
          [(int(b.sum()), round(float(p[b].mean()), 2), round(float(y[b].mean()), 2)) for b in bins if b.any()])


if __name__ == "__main__":
    main()
