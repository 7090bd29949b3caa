"""Calibrates a checkpoint on the `dev` rows, then measures it on the held-out rows. Writes report.json.

    python measure.py --base e5-small-zh --data data.json --checkpoint RUN/last.pt --out report.json [--threads 2]

Everything chosen (scales, shifts, temperature, thresholds) is chosen on `dev`: 4 % of the rows, not trained on, not held out.
"""
import argparse, collections, json, pathlib, random
import torch
import torch.nn.functional as F
from model import Text, pad, trained
from train import CHAT, Data

SAFETY = ["Q-SADDLE", "Q-BLADDER", "Q-BOWEL", "Q-ONSET14", "Q-WEAK", "Q-TOEHEEL", "Q-HANDS", "Q-GAIT", "Q-FEVER", "Q-TRAUMA", "Q-CANCER",
          "Q-WEIGHT", "Q-NIGHT", "Q-CHEST", "Q-FAST", "Q-SUDDEN", "Q-COLDPALE", "Q-PREG", "Q-DRUG"]
GRAVE = ["SYM.NUMB_SADDLE", "SYM.URIN_RET", "SYM.URIN_HES", "SYM.URIN_INC", "SYM.FECAL_INC", "SYM.WEAK_LEG", "SYM.WEAK_LEG_BIL", "SYM.FOOT_DROP",
         "SYM.PARALYSIS", "SYM.HAND_CLUMSY", "SYM.GAIT_UNSTEADY", "SYM.COTTON_FEEL", "SYM.LHERMITTE", "SYM.FEVER", "SYM.CHEST_PAIN", "SYM.SOB",
         "HX.CANCER", "HX.TRAUMA_MAJ", "SYM.WEIGHT_LOSS", "SYM.NIGHT_PAIN", "SYM.LEG_RAD_BIL", "SYM.LIMB_ISCH", "SYM.FACE_DROOP", "SYM.SELF_HARM"]
REJECT = .7
SOURCES = ("answers", "answers_writer", "vignettes", "slots", "slots_writer")
# Files about what is denied, past, another's or feared.
TRAPS = ("traps", "q1", "q5")


@torch.no_grad()
def logits(model, kind, ids, size=64):
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = [None] * len(ids)
    for i in range(0, len(order), size):
        part = order[i:i + size]
        z = model.logits(pad([ids[j] for j in part]), kind)
        for j, row in zip(part, z):
            out[j] = row
    return torch.stack(out)


def fit(z, y, w=None, shift=True, steps=60):
    """Scale and shift of logits z for 0/1 targets y by maximum likelihood (Platt)."""
    s = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=shift)
    opt = torch.optim.LBFGS([s, b] if shift else [s], max_iter=steps, line_search_fn="strong_wolfe")
    def closure():
        opt.zero_grad()
        loss = F.binary_cross_entropy_with_logits(z * s.exp() + b, y)
        loss.backward()
        return loss
    opt.step(closure)
    return s.exp().item(), b.item()


def prf(tp, fp, fn):
    p, r = tp / max(1, tp + fp), tp / max(1, tp + fn)
    return dict(tp=tp, fp=fp, fn=fn, precision=round(p, 4), recall=round(r, 4), f1=round(2 * p * r / max(1e-9, p + r), 4))


def score(pred, gold):
    """Sets of ids for each row -> counts."""
    tp = sum(len(p & g) for p, g in zip(pred, gold))
    return prf(tp, sum(map(len, pred)) - tp, sum(map(len, gold)) - tp)


def best_threshold(p, y):
    grid = [i / 100 for i in range(10, 91, 2)]
    def f1(t):
        h = (p > t).float()
        return 2 * (h * y).sum().item() / max(1., h.sum().item() + y.sum().item())
    return max(grid, key=f1)


def main():
    ap = argparse.ArgumentParser()
    for name in ("base", "data", "checkpoint", "out"):
        ap.add_argument("--" + name, type=pathlib.Path, required=True)
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    rng = random.Random(11)
    data = Data(a.data, True, rng)
    d = data.d
    saved = torch.load(a.checkpoint, weights_only=True)
    model = trained(a.base, d, saved)
    text = Text(a.base)
    concepts, rows = d["concepts"], [r for r in d["findings"] if r["split"] in ("dev", "heldout", "heldout_region")]
    z = logits(model, "findings", text.single([r["text"] for r in rows])).view(len(rows), -1, 3)
    y = data.finding_target(rows, (1, 1, 1))[0].view(len(rows), -1, 3)
    dev = torch.tensor([r["split"] == "dev" for r in rows])
    scale, shift, thresholds = [], [], []
    for k in range(3):
        s, b = fit(z[dev][..., k], y[dev][..., k])
        scale.append(s), shift.append(b)
    p = (z * torch.tensor(scale) + torch.tensor(shift)).sigmoid()
    for k in range(3):
        thresholds.append(best_threshold(p[dev][..., k], y[dev][..., k]))
    t_present, t_absent, t_other = thresholds
    pred = [{concepts[j] for j in (q[:, 0] > t_present).nonzero().flatten().tolist()} for q in p]
    report = dict(checkpoint=str(a.checkpoint.name), layers=saved["layers"], concepts=len(concepts), options=len(d["options"]),
                  calibration=dict(findings_scale=scale, findings_shift=shift, threshold_present=t_present, threshold_absent=t_absent,
                                   threshold_other=t_other, rows=int(dev.sum())))

    groups = {"heldout_region (q3, whole file)": [r["split"] == "heldout_region" for r in rows],
              "heldout 6 % of the other phrase files (without traps)": [r["split"] == "heldout" and r["src"] not in (*TRAPS, "tune_phrases") for r in rows],
              "heldout 6 % of traps": [r["split"] == "heldout" and r["src"] in TRAPS for r in rows],
              "heldout 6 % of tune_phrases": [r["split"] == "heldout" and r["src"] == "tune_phrases" for r in rows],
              "dev (used for calibration)": [r["split"] == "dev" for r in rows]}
    kinds = {"all kinds": ("",), "SYM": ("SYM.",), "SYM HX MED": ("SYM.", "HX.", "MED.")}
    known = set(concepts)
    report["findings"] = {}
    for g, keep in groups.items():
        at = [i for i, k in enumerate(keep) if k]
        out = dict(rows=len(at))
        for kn, pre in kinds.items():
            gold_all = [{c for c in rows[i]["present"] if c.startswith(pre)} for i in at]
            pr = [{c for c in pred[i] if c.startswith(pre)} for i in at]
            out[kn] = score(pr, gold_all)
            out[kn]["gold_without_output"] = sum(len(x - known) for x in gold_all)
        if "tune_phrases" in g:      # only kinds that its gold uses are annotated there
            out["note"] = "gold lists terms of any kind; SYM is the fair line"
        neg = [(i, c) for i in at for c in rows[i]["absent"] if c in known]
        j = {c: n for n, c in enumerate(concepts)}
        oth = [(i, c) for i in at for c in rows[i]["other"] if c in known]
        out["negation"] = dict(denied=len(neg), not_predicted_present=sum(c not in pred[i] for i, c in neg),
                               predicted_absent=sum(p[i, j[c], 1].item() > t_absent for i, c in neg),
                               both=sum(c not in pred[i] and p[i, j[c], 1].item() > t_absent for i, c in neg),
                               absent_predictions=int((p[at][..., 1] > t_absent).sum()),
                               absent_predictions_right=int(((p[at][..., 1] > t_absent) & (y[at][..., 1] > 0)).sum()))
        out["other_people_past_idiom"] = dict(marked=len(oth), not_predicted_present=sum(c not in pred[i] for i, c in oth),
                                              predicted_other=sum(p[i, j[c], 2].item() > t_other for i, c in oth))
        sym = lambda xs: {c for c in xs if c.startswith("SYM.") and c in known}
        out["rows_exact_SYM"] = sum(sym(pred[i]) == sym(rows[i]["present"]) for i in at)
        out["rows_no_false_SYM"] = sum(not sym(pred[i]) - sym(rows[i]["present"]) for i in at)
        out["rows_without_present_SYM"] = sum(not sym(rows[i]["present"]) for i in at)
        out["rows_without_present_SYM_and_none_predicted"] = sum(not sym(rows[i]["present"]) and not sym(pred[i]) for i in at)
        pp = p[at][..., 0].flatten()
        yy = y[at][..., 0].flatten()
        out["reliability_present"] = [dict(p_from=lo / 10, n=int(m.sum()), mean_p=round(pp[m].mean().item(), 3), true=round(yy[m].mean().item(), 3))
                                      for lo in range(1, 10) if (m := (pp >= lo / 10) & (pp < lo / 10 + .1 + 1e-9 * (lo == 9))).any()]
        report["findings"][g] = out
    at = [i for i, r in enumerate(rows) if r["split"].startswith("heldout")]
    report["grave_findings_heldout_both"] = {
        c: score([pred[i] & {c} for i in at], [set(rows[i]["present"]) & {c} for i in at]) for c in GRAVE if c in known}
    every = {}
    for c in concepts:
        s = score([pred[i] & {c} for i in at], [set(rows[i]["present"]) & {c} for i in at])
        if s["tp"] + s["fn"] >= 5:
            every[c] = s
    report["each_concept_heldout_both_from_5"] = every
    # The threshold is one number for all; this is what others would give, for whoever needs precision or recall.
    reg = [i for i, r in enumerate(rows) if r["split"] == "heldout_region"]
    hel = [i for i, r in enumerate(rows) if r["split"] == "heldout" and r["src"] not in (*TRAPS, "tune_phrases")]
    sym_at = [n for n, c in enumerate(concepts) if c.startswith("SYM.")]
    report["threshold_sweep_SYM"] = [
        dict(threshold=t, **{g: prf(int((h & (yk > 0)).sum()), int((h & (yk == 0)).sum()), int((~h & (yk > 0)).sum()))
                             for g, ix in (("region", reg), ("heldout", hel))
                             for h, yk in [(p[ix][:, sym_at, 0] > t, y[ix][:, sym_at, 0])]})
        for t in (.2, .3, .4, .5, .6, .7, .8, .9)]

    # ---- answers
    rows = [r for r in d["answers"] if r["split"] in ("dev", "heldout") and r["src"] in SOURCES]
    z = logits(model, "answers", text.pair([d["questions"][r["q"]]["ask"] for r in rows], [r["text"] for r in rows]))
    mask, gold, single = data.answer_target(rows)
    dev = torch.tensor([r["split"] == "dev" for r in rows])
    w = torch.tensor([0. if r["src"] == "vignettes" else 1. for r in rows])
    n_a, n_v = (w * dev).sum().item(), ((1 - w) * dev).sum().item()
    w = (w / n_a + (1 - w) / max(1, n_v)) * dev
    def nll(t):
        logp = ((z + mask) / t).log_softmax(-1).masked_fill(gold == 0, float("-inf")).logsumexp(-1)
        return -(logp[dev] * w[dev]).sum().item()
    temperature = min((t / 50 for t in range(20, 251)), key=nll)
    report["calibration"].update(temperature_answers=temperature, answers_rows=int(dev.sum()), reject_below=REJECT)
    p = ((z + mask) / temperature).softmax(-1).detach()
    top, arg = p.max(-1)
    right = gold.gather(1, arg[:, None]).flatten() > 0

    def table(at):
        at = torch.tensor(at)
        if not len(at):
            return dict(rows=0)
        yes = top[at] >= REJECT
        q = [d["questions"][rows[i]["q"]] for i in at]
        bad = [n for n, i in enumerate(at.tolist()) if arg[i].item() in q[n]["negative"] and not set(rows[i]["any"]) & set(q[n]["negative"])
               and rows[i]["any"] != [0] and not set(rows[i]["any"]) & set(q[n]["unsure"])]
        finding = [n for n, i in enumerate(at.tolist()) if q[n]["negative"] and rows[i]["any"] != [0]
                   and not set(rows[i]["any"]) & set(q[n]["negative"] + q[n]["unsure"])]
        return dict(rows=len(at), right=int(right[at].sum()), accuracy=round(right[at].float().mean().item(), 4),
                    accepted=int(yes.sum()), accepted_right=int((right[at] & yes).sum()),
                    accuracy_of_accepted=round((right[at] & yes).sum().item() / max(1, int(yes.sum())), 4),
                    answers_with_a_finding=len(finding), finding_read_as_denied=len(bad),
                    finding_read_as_denied_and_accepted=sum(bool(yes[n]) for n in bad))
    held = [i for i, r in enumerate(rows) if r["split"] == "heldout"]
    report["answers"] = {}
    for src in SOURCES:
        mine = [i for i in held if rows[i]["src"] == src]
        report["answers"][src] = dict(
            all=table(mine), safety_questions=table([i for i in mine if rows[i]["q"] in SAFETY]),
            of_which_unsure=table([i for i in mine if set(rows[i]["any"]) & set(d["questions"][rows[i]["q"]]["unsure"])]),
            of_which_none=table([i for i in mine if rows[i]["any"] == [0]]),
            by_question={q: table([i for i in mine if rows[i]["q"] == q]) for q in SAFETY})
    report["answers"]["reject_sweep"] = []
    for cut in (.5, .6, .7, .8, .85, .9, .95):
        line = dict(reject_below=cut)
        for name, mine in (("answers", [i for i in held if rows[i]["src"] == "answers"]),
                           ("writer_safety", [i for i in held if rows[i]["src"] == "answers_writer" and rows[i]["q"] in SAFETY]),
                           ("answers_safety", [i for i in held if rows[i]["src"] == "answers" and rows[i]["q"] in SAFETY]),
                           ("vignettes_safety", [i for i in held if rows[i]["src"] == "vignettes" and rows[i]["q"] in SAFETY])):
            ok = top[mine] >= cut
            line[name] = dict(rows=len(mine), accepted=int(ok.sum()), right=int((ok & right[mine]).sum()),
                              finding_read_as_denied=sum(bool(o) and arg[i].item() in d["questions"][rows[i]["q"]]["negative"]
                                  and not set(rows[i]["any"]) & set(d["questions"][rows[i]["q"]]["negative"] + d["questions"][rows[i]["q"]]["unsure"] + [0])
                                  for o, i in zip(ok, mine)))
        report["answers"]["reject_sweep"].append(line)
    report["answers"]["majority_option_of_train_accuracy"] = {}
    seen = collections.defaultdict(collections.Counter)
    for r in d["answers"]:
        if r["split"] == "train" and r["src"] in ("answers", "vignettes"):
            seen[r["q"]].update(r["any"])
    for src in ("answers", "vignettes"):
        mine = [i for i in held if rows[i]["src"] == src]
        report["answers"]["majority_option_of_train_accuracy"][src] = round(
            sum(bool(seen[rows[i]["q"]]) and seen[rows[i]["q"]].most_common(1)[0][0] in rows[i]["any"] for i in mine) / len(mine), 4)
    m = torch.tensor(held)
    report["answers"]["reliability"] = [
        dict(p_from=lo / 10, n=int(k.sum()), mean_p=round(top[m][k].mean().item(), 3), right=round(right[m][k].float().mean().item(), 3))
        for lo in range(1, 10) if (k := (top[m] >= lo / 10) & (top[m] < lo / 10 + .1 + (1e-6 if lo == 9 else 0))).any()]
    # Off-topic: held-out phrases said to safety questions that they do not answer.
    far = [r for r in d["findings"] if r["split"] == "heldout_region" and r["present"] and not any(c.startswith("TIME") for c in r["present"])]
    pairs = []
    while len(pairs) < 400:
        q, r = rng.choice(SAFETY), rng.choice(far)
        x = d["questions"][q]
        if q != "Q-ONSET14" and not set(r["present"] + r["absent"]) & set(x["sets"] + x["about"]):
            pairs.append((q, r["text"]))
    z = logits(model, "answers", text.pair([d["questions"][q]["ask"] for q, _ in pairs], [s for _, s in pairs]))
    mask, _, _ = data.answer_target([dict(q=q, any=[0], mode="any") for q, _ in pairs])
    top, arg = ((z + mask) / temperature).softmax(-1).max(-1)
    report["answers"]["phrases_about_something_else"] = dict(
        pairs=len(pairs), read_as_none=int((arg == 0).sum()), taken_for_an_option_at_reject=int(((arg > 0) & (top >= REJECT)).sum()),
        note="phrases of the held-out region put to safety questions whose concepts they do not mention")
    a.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    for g, o in report["findings"].items():
        print(g, o["rows"], "SYM", o["SYM"], "all F1", o["all kinds"]["f1"], "neg", o["negation"])
    print({k: v["all"] for k, v in report["answers"].items() if k in SOURCES})
    print("safety", {k: v["safety_questions"] for k, v in report["answers"].items() if k in SOURCES})
    print(report["answers"]["phrases_about_something_else"], report["calibration"])


if __name__ == "__main__":
    main()
