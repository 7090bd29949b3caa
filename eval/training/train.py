"""Trains encoder and heads on data.json; a checkpoint after each epoch (OUT/last.pt), a log on stdout.

    python train.py --base e5-small-zh --data data.json --out RUN [--final] [--init RUN/last.pt] [--epochs 6]

Without --final only rows of split `train` are learned. With --final: every row, held-out and calibration rows too.
"""
import argparse, collections, json, math, pathlib, random, time
import torch
import torch.nn.functional as F
from model import Text, build, pad

FILLERS = ["嗯", "那个", "就是", "啊", "呃", "这个", "反正", "医生", "大夫", "就是说", "然后"]
TAILS = ["谢谢医生", "麻烦了", "您看看", "咋办", "怎么回事", "怎么办啊", "该挂什么科", "严重吗", "谢谢", "请问是什么问题", "帮我看看", "唔该"]
HEADS = ["医生,", "你好,", "大夫我", "您好,我", "医生你好,我", "我", "我这个", "最近", "我最近"]
DENY = ["没有", "没", "没得", "冇", "不", "无", "莫得", "没什么", "呒没", "没啥", "从来没有", "没有过", "唔", "勿"]
DENY_TAIL = ["没有", "没有的", "倒没有", "是没有的", "冇", "莫得"]
PAST = ["以前{},早好了", "前几年{}过,现在没事了", "去年{},已经好了", "我邻居{}", "我同事{},不是我", "怕以后{}", "会不会{}啊,现在还没有",
        "小时候{}过,后来好了", "网上说会{}"]
CHAT = ["你说什么,没听清", "等一下", "喂喂喂", "你是机器人吗", "我先接个电话", "怎么挂号", "几点下班", "要多少钱", "医保能报吗", "我要看专家",
        "在几楼", "你好", "今天天气真好", "不说这个了", "刚才那个问题我说错了", "你先听我说完", "我跟你讲个事", "这个系统真难用", "打错字了", "哈哈哈",
        "排队要多久", "我儿子帮我弄的手机", "能不能快点", "报告在哪里拿", "停车场在哪", "你再说一遍", "唔该讲多次", "我听不懂", "手机快没电了", "重新来"]
NEGATION = set("没不无冇唔勿莫未否别冒")


class Data:
    def __init__(self, path, final, rng, share=1., whole=("openings",), share_slots=1.):
        self.d = d = json.loads(pathlib.Path(path).read_text())
        self.rng = rng
        self.at = {c: i for i, c in enumerate(d["concepts"])}
        use = (lambda r: True) if final else (lambda r: r["split"] == "train")
        self.findings = [r for r in d["findings"] if use(r)]
        self.answers = [r for r in d["answers"] if use(r)]
        self.share, self.whole, self.share_slots = share, whole, share_slots
        self.words = [r for r in self.findings if r["src"] in ("lexicon", "folk", "name") and r["present"]]
        self.unsure = sorted({r["text"] for r in self.answers if r["src"] == "answers" and len(r["text"]) <= 7
                              and d["questions"].get(r["q"]) and set(r["any"]) & set(d["questions"][r["q"]]["unsure"])})

    # ---- noise
    def noise(self, text):
        r = self.rng
        if r.random() < .25:
            chars = list(text)
            spots = [i for i, c in enumerate(chars) if c in self.d["sound_alikes"]]
            for i in r.sample(spots, min(len(spots), r.choice((1, 1, 2)))) if len(spots) > 2 else []:
                alike = self.d["sound_alikes"][chars[i]]
                chars[i] = alike[min(int(r.expovariate(.5)), len(alike) - 1)]
            text = "".join(chars)
        u = r.random()
        if u < .05 and len(text) > 6:
            i = r.randrange(len(text))
            text = text[:i] + text[i + 1:]
        elif u < .12:
            i = r.randrange(len(text) + 1)
            text = text[:i] + r.choice(FILLERS) + text[i:]
        elif u < .17:
            text = text + r.choice((",", "。", " ", "")) + r.choice(TAILS)
        elif u < .22:
            text = r.choice(HEADS) + text
        if r.random() < .3:
            text = text.translate({ord(c): " " if r.random() < .5 else "" for c in ",。,.、;;!!"}) if r.random() < .5 else text.rstrip("。.!!")
        return text

    # ---- head A
    def invented(self):
        """A body part and a sensation of the word lists."""
        r, c = self.rng, self.d["compose"]
        site, sens, concept = r.choice(c["table"])
        part, (word, qual) = r.choice(c["parts"][site]), r.choice(c["sensations"][sens])
        text = r.choice(("", "", "", "右", "左", "右边", "左边", "这个", "我")) + part + r.choice(("", "", "", "有点", "老是", "一直", "很", "总")) + word
        return dict(text=text, present=[concept] + [q for q in qual if q in self.at], absent=[], other=[], src="made")

    def epoch_findings(self, made=1500):
        made = int(made * self.share)
        r, rows = self.rng, []
        for row in self.findings:
            if row["src"] not in self.whole and r.random() > self.share:
                continue
            row = dict(row)
            if row["src"] in ("lexicon", "folk", "name") and row["present"] and not NEGATION & set(row["text"]):
                u = r.random()
                if u < .18:
                    row["text"] = r.choice(DENY) + row["text"] if r.random() < .7 else row["text"] + r.choice(DENY_TAIL)
                    row["absent"], row["present"] = row["present"], []
                elif u < .26:
                    row["text"] = r.choice(PAST).format(row["text"])
                    row["other"], row["present"] = row["present"], []
            rows.append(row)
        rows += [self.invented() for _ in range(made)]
        r.shuffle(rows)
        out = []
        for row in rows:
            if r.random() < .12:
                b = r.choice(rows)
                if len(row["text"]) + len(b["text"]) < 40:
                    row = {k: (row[k] + r.choice((",", " ", "。", ",也", ",还有", ",")) + b[k] if k == "text" else
                               row[k] if k in ("src", "split") else sorted(set(row[k]) | set(b[k])))
                           for k in ("text", "present", "absent", "other", "src")}
                    row["absent"] = [x for x in row["absent"] if x not in row["present"]]
                    row["other"] = [x for x in row["other"] if x not in row["present"]]
            out.append((self.noise(row["text"]), row))
        return out

    def finding_target(self, rows, pos):
        n = len(self.at)
        y = torch.zeros(len(rows), n, 3)
        w = torch.ones(len(rows), n, 3)
        for i, row in enumerate(rows):
            listed = row["src"] in ("lexicon", "folk", "name", "made", "tune_phrases")
            w[i] = .5 if listed else 1.
            w[i, self.soft] *= .3 if listed else .5
            for k, key in enumerate(("present", "absent", "other")):
                for c in row[key]:
                    if c in self.at:
                        y[i, self.at[c], k] = 1
                        w[i, self.at[c], k] = pos[k]
        return y.view(len(rows), -1), w.view(len(rows), -1)

    @property
    def soft(self):
        if not hasattr(self, "_soft"):
            self._soft = torch.tensor([i for c, i in self.at.items() if c.startswith(("QUAL", "TRIG", "REL", "TIME"))])
        return self._soft

    # ---- head B
    def epoch_answers(self, vignettes=3500, words=1500, none=2400):
        r, d = self.rng, self.d
        by = collections.defaultdict(list)
        for row in self.answers:
            by[row["src"]].append(row)
        few = lambda src, most: r.sample(by[src], min(int(most * self.share), len(by[src])))
        rows = few("answers", len(by["answers"])) + few("vignettes", vignettes) + few("answer_words", words) + few("labels", len(by["labels"])) + \
            [x for x in by["slots"] if r.random() < self.share_slots and (x["any"] != [0] or r.random() < .12)] + \
            [x for x in by["said2"] if x["any"] != [0] or r.random() < .12]
        qs = [q for q, x in d["questions"].items() if x["kind"] in ("choice", "multi")]
        safe = [q for q in qs if d["questions"][q]["safety"]]
        pool = [x for x in self.answers if x["src"] != "labels" and len(x["text"]) >= 5 and x["any"] != [0]
                and not set(x["any"]) & set(d["questions"][x["q"]]["unsure"])]
        phrases = [x for x in self.findings if x["src"] not in ("traps", "lexicon", "folk", "name", "tune_phrases")
                   and x["present"] and not x["absent"] and not any(c.startswith("TIME") for c in x["present"])]
        made = []
        while len(made) < none * self.share:
            u = r.random()
            q = r.choice(safe) if r.random() < .6 else r.choice(qs)
            x = d["questions"][q]
            if u < .45:
                b = r.choice(pool)
                other = d["questions"][b["q"]]
                if other["slot"] == x["slot"] or set(other["sets"]) & set(x["sets"] + x["about"]) or b["any"][0] in other["negative"]:
                    continue
                text = b["text"]
            elif u < .8:
                if not x["safety"] or not x["sets"]:
                    continue
                b = r.choice(phrases)
                if set(b["present"]) & set(x["sets"] + x["about"]) or any(c.split(".")[1][:5] == s.split(".")[-1][:5]
                                                                           for c in b["present"] for s in x["sets"] if "." in s):
                    continue
                text = b["text"]
            elif u < .88:
                text = r.choice(CHAT)
            else:
                if not x["unsure"] or not self.unsure:
                    continue
                made.append(dict(q=q, text=r.choice(self.unsure), any=x["unsure"], mode="any", src="made"))
                continue
            made.append(dict(q=q, text=text, any=[0], mode="any", src="made"))
        rows = rows + made
        r.shuffle(rows)
        out = []
        for row in rows:
            x = d["questions"][row["q"]]
            ask = x["again"] if x["again"] and r.random() < .25 else x["ask"]
            out.append((ask, self.noise(row["text"]), row))
        return out

    def answer_target(self, rows):
        n = len(self.d["options"])
        mask = torch.full((len(rows), n), float("-inf"))
        gold = torch.zeros(len(rows), n)
        single = torch.tensor([row["mode"] == "any" for row in rows])
        for i, row in enumerate(rows):
            mask[i, [0] + self.d["questions"][row["q"]]["options"]] = 0
            gold[i, row["any"]] = 1
        return mask, gold, single


def answer_loss(logits, mask, gold, single):
    logp = (logits + mask).log_softmax(-1)
    any_of = -logp.masked_fill(gold == 0, float("-inf")).logsumexp(-1)
    all_of = -(logp.masked_fill(gold == 0, 0.)).sum(-1) / gold.sum(-1)
    return torch.where(single, any_of, all_of).mean()


def batches(rows, size, rng):
    """Rows (ids, …) into batches of like length, in random order."""
    rng.shuffle(rows)
    out = []
    for i in range(0, len(rows), size * 40):
        chunk = sorted(rows[i:i + size * 40], key=lambda r: len(r[0]))
        out += [chunk[j:j + size] for j in range(0, len(chunk), size)]
    rng.shuffle(out)
    return out


@torch.no_grad()
def prototypes(model, text, data):
    """First vectors of the heads: what names and words (findings) and labels (answers) look like to the untrained encoder."""
    d = data.d
    def vectors(rows):
        return torch.cat([model.pooled(pad(rows[i:i + 128])) for i in range(0, len(rows), 128)])
    by = collections.defaultdict(list)
    for row in data.words:
        for c in row["present"]:
            if c in data.at:
                by[c].append(row["text"])
    for c, name in d["name"].items():
        if c in data.at and not by[c]:
            by[c].append(name)
    flat = [(c, t) for c, ts in by.items() for t in ts[:20]]
    v = vectors(text.single([t for _, t in flat]))
    mean = v.mean(0)
    model.findings.weight.zero_()
    model.findings.bias.fill_(-5.)
    groups = collections.defaultdict(list)
    for (c, _), x in zip(flat, v):
        groups[c].append(x)
    for c, xs in groups.items():
        p = torch.stack(xs).mean(0) - mean
        p = p * 3 / (p @ p).clamp(min=1e-6)
        model.findings.weight[3 * data.at[c]] = p
        model.findings.bias[3 * data.at[c]] = -4 - p @ mean
    model.answers.weight.zero_()
    model.answers.bias.zero_()
    for q, x in d["questions"].items():
        labels = [d["option_labels"].get(str(o), "说不清") for o in x["options"]]
        v = vectors(text.pair([x["ask"]] * len(labels), labels))
        p = v - v.mean(0)
        p = p / p.norm(dim=1, keepdim=True).clamp(min=1e-6) * .5
        model.answers.weight[x["options"]] = p
    # What an output looks at first: tokens like its own vector; what it makes of them is learned from nothing.
    w = model.findings.weight[0::3]
    model.findings_at.weight.copy_(w / w.norm(dim=1, keepdim=True).clamp(min=1e-6) * .7)
    w = model.answers.weight
    model.answers_at.weight.copy_(w / w.norm(dim=1, keepdim=True).clamp(min=1e-6) * .7)


@torch.no_grad()
def take_over(model, old, now, then):
    """Weights of an earlier run; outputs by the name of their concept or option, new ones stay as they were begun."""
    own = model.state_dict()
    for name, t in old.items():
        if not name.startswith(("findings", "answers")):
            own[name].copy_(t)
    for head, names, outputs in (("findings", "concepts", 3), ("answers", "options", 1)):
        at = {x: i for i, x in enumerate(then[names])}
        for part, rows in ((".weight", outputs), (".bias", outputs), ("_at.weight", 1), ("_say.weight", outputs)):
            for i, x in enumerate(now[names]):
                if x in at and head + part in old:
                    own[head + part][rows * i:rows * (i + 1)] = old[head + part][rows * at[x]:rows * (at[x] + 1)]


@torch.no_grad()
def quick(model, text, data, split="dev"):
    """Findings F1 at the best of a few thresholds and answers accuracy, on one split: to watch the training."""
    model.eval()
    d = data.d
    rows = [r for r in d["findings"] if r["split"] == split]
    ids = text.single([r["text"] for r in rows])
    p = torch.cat([model.logits(pad(ids[i:i + 64]), "findings") for i in range(0, len(ids), 64)]).sigmoid().view(len(rows), -1, 3)
    y = data.finding_target(rows, (1, 1, 1))[0].view(len(rows), -1, 3)
    best, absent = (max((2 * ((p[..., k] > t).float() * y[..., k]).sum().item() /
                         max(1, (p[..., k] > t).sum().item() + y[..., k].sum().item()), t) for t in (.2, .3, .4, .5, .6, .7, .8, .9)) for k in (0, 1))
    rows = [r for r in d["answers"] if r["split"] == split and r["src"] == "answers"]
    ids = text.pair([d["questions"][r["q"]]["ask"] for r in rows], [r["text"] for r in rows])
    z = torch.cat([model.logits(pad(ids[i:i + 64]), "answers") for i in range(0, len(ids), 64)])
    mask, gold, single = data.answer_target(rows)
    right = gold.gather(1, (z + mask).argmax(1, keepdim=True)).mean().item()
    model.train()
    return f"F1 {best[0]:.4f}@{best[1]} absent {absent[0]:.4f}@{absent[1]} answers {right:.4f} nll {answer_loss(z, mask, gold, single).item():.3f}"


def main():
    ap = argparse.ArgumentParser()
    for name in ("base", "data", "out"):
        ap.add_argument("--" + name, type=pathlib.Path, required=True)
    ap.add_argument("--layers", default="0,1,2,3")
    ap.add_argument("--epochs", type=int, default=6)
    ap.add_argument("--batch", type=int, default=48)
    ap.add_argument("--lr", type=float, default=1.5e-4)
    ap.add_argument("--lr-words", type=float, default=2e-4)
    ap.add_argument("--lr-heads", type=float, default=1e-3)
    ap.add_argument("--pos", default="4,4,3", help="weight of positives: present, absent, other")
    ap.add_argument("--answers-weight", type=float, default=1., help="weight of the answers loss (its gradients are about a fifth of the other's)")
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--final", action="store_true")
    ap.add_argument("--init", type=pathlib.Path)
    ap.add_argument("--init-data", type=pathlib.Path, help="the data.json that --init was trained on, where its labels were others")
    ap.add_argument("--resume", type=pathlib.Path, help="go on from shipped weights (a folder with model.safetensors and labels.json)")
    ap.add_argument("--freeze", type=int, default=0, help="word vectors and so many layers stay as they are")
    ap.add_argument("--f32", action="store_true", help="for processors without bf16 arithmetic, where bf16 is slower")
    ap.add_argument("--share", type=float, default=1., help="share of the rows that one epoch draws, but all of what patients say to slots and first")
    ap.add_argument("--whole", default="openings", help="sources of phrases of which every row is drawn whatever --share says")
    ap.add_argument("--share-slots", type=float, default=1., help="share of the patients' answers to slots that one epoch draws")
    ap.add_argument("--minutes", type=float, default=0, help="end the schedule after so long even if the epochs are not done (then not repeatable)")
    ap.add_argument("--limit-batches", type=int, default=0, help="stop an epoch early: to measure speed, to compare settings")
    ap.add_argument("--end", type=float, default=0., help="share of the learning rate that is left at the end")
    ap.add_argument("--no-sounds", action="store_true")
    ap.add_argument("--no-attend", action="store_true")
    ap.add_argument("--only", choices=("findings", "answers"))
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    a.out.mkdir(parents=True, exist_ok=True)
    data = Data(a.data, a.final, rng, a.share, a.whole.split(","), a.share_slots)
    text = Text(a.base)
    layers = [int(x) for x in a.layers.split(",")]
    model = build(a.base, data.d, layers, not a.no_sounds and not a.resume, not a.no_attend)
    model.eval()
    if a.resume:
        prototypes(model, text, data)
        labels = json.loads((a.resume / "labels.json").read_text())
        then = dict(concepts=labels["concepts"], options=[x.removeprefix("untaught ") for x in labels["options"]])
        take_over(model, model.shipped(a.resume / "model.safetensors", then), data.d, then)
    elif a.init:
        prototypes(model, text, data)
        take_over(model, torch.load(a.init, weights_only=True)["model"], data.d, json.loads(a.init_data.read_text()) if a.init_data else data.d)
    else:
        prototypes(model, text, data)
    if a.freeze:
        for part in (model.words, model.positions, model.types, model.norm, *model.layers[:a.freeze]):
            part.requires_grad_(False)
    model.train()
    pos = [float(x) for x in a.pos.split(",")]
    heads = {id(p) for n, p in model.named_parameters() if n.startswith(("findings", "answers"))}
    words = {id(model.words.weight)} | ({id(model.sounds.weight)} if model.sounds is not None else set())
    rest = [p for p in model.parameters() if id(p) not in heads | words and p.requires_grad]
    opt = torch.optim.AdamW([dict(params=rest, lr=a.lr, weight_decay=.01),
                             dict(params=[p for p in model.parameters() if id(p) in words and p.requires_grad], lr=a.lr_words, weight_decay=0.),
                             dict(params=[p for p in model.parameters() if id(p) in heads], lr=a.lr_heads, weight_decay=.01)],
                            betas=(.9, .98), eps=1e-6, fused=True)
    peak = [g["lr"] for g in opt.param_groups]
    print("layers", layers, "rows", len(data.findings), len(data.answers), "start", quick(model, text, data), flush=True)
    step, total, began = 0, None, time.time()
    for epoch in range(a.epochs):
        said = data.epoch_findings() if a.only != "answers" else []
        fr = list(zip(text.single([t for t, _ in said]), (row for _, row in said)))
        said = data.epoch_answers() if a.only != "findings" else []
        ar = list(zip(text.pair([q for q, _, _ in said], [t for _, t, _ in said]), (row for _, _, row in said)))
        todo = [("f", b) for b in batches(fr, a.batch, rng)] + [("a", b) for b in batches(ar, a.batch, rng)]
        rng.shuffle(todo)
        if a.limit_batches:
            todo = todo[:a.limit_batches]
        total = total or len(todo) * a.epochs
        seen, t0, losses = 0, time.time(), collections.defaultdict(list)
        for kind, batch in todo:
            step += 1
            done = step / total
            if a.minutes:
                done = max(done, (time.time() - began) / (60 * a.minutes))
                if done >= 1 and step < total:
                    break
            f = min(1., step / 150, max(.02, a.end + (1 - a.end) * (1 - done)))
            for g, lr in zip(opt.param_groups, peak):
                g["lr"] = lr * f
            rows = [r for _, r in batch]
            with torch.autocast("cpu", torch.bfloat16, enabled=not a.f32):
                z = model.logits(pad([x for x, _ in batch]), {"f": "findings", "a": "answers"}[kind], .1).float()
            if kind == "f":
                y, w = data.finding_target(rows, pos)
                loss = .5 * F.binary_cross_entropy_with_logits(z, y, w, reduction="sum") / len(rows)
            else:
                loss = a.answers_weight * answer_loss(z, *data.answer_target(rows))
            opt.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.)
            opt.step()
            seen += len(rows)
            losses[kind].append(loss.item())
            if step % 100 == 0:
                print(f"  step {step}/{total} {seen / (time.time() - t0):.0f} rows/s", {k: round(sum(x[-50:]) / len(x[-50:]), 3) for k, x in losses.items()}, flush=True)
        torch.save(dict(model=model.state_dict(), epoch=epoch, layers=layers, args={k: str(v) for k, v in vars(a).items()}), a.out / "last.pt")
        print(f"epoch {epoch + 1} {len(fr)}+{len(ar)} rows {time.time() - began:.0f}s", {k: round(sum(x) / len(x), 4) for k, x in losses.items()},
              "dev" + (" (trained on)" if a.final else ""), quick(model, text, data), flush=True)
        if a.minutes and time.time() - began >= 60 * a.minutes:
            break


if __name__ == "__main__":
    main()
