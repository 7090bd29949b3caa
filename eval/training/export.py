"""Writes the shipped files: model.safetensors (8 bits, a scale for each row), config.json, tokenizer.json, labels.json, parity.json, report.json.

    python export.py --base e5-small-zh --data data.json --checkpoint FINAL/last.pt --report report.json --out OUT

Scale and shift of the findings (chosen by measure.py) are folded into findings.weight and findings.bias, so that a plain
sigmoid is the calibrated probability; temperature_findings is 1 then. answers: softmax(logits / temperature_answers).
"""
import argparse, collections, json, pathlib, shutil
import torch
from safetensors.torch import load_file, save_file
from model import BOS, EOS, PAD, Text, pad, read_back, trained

# Pieces that the program reads at once. Training cuts at 48; later positions have kept what the base knew of them.
READ_LEN = 64
# Rows of training from which an option counts as taught.
FEWEST = 4

# Invented for this file; none is in the training data (checked below).
SENTENCES = ["蹲下去捡筷子,站起来时膝盖里头咯噔一声", "左脚面最近老像踩着湿棉被", "右手端锅铲端着端着就滑下去", "昨晚睡到三点,腰把我从梦里揪醒", "拧毛巾的时候手腕外侧扯着痛",
             "从臀尖一路麻到小脚趾,开车时更凶", "没发过烧,体重秤上也没掉", "我爸十年前腰椎开过刀,我自己没有", "憋了一上午,站在便池前就是出不来", "头往后一仰,胳膊就像被电了一下",
             "脖子僵得像落了枕,转头得连身子一起转", "走两站路小腿就发紧,歇一歇又能走", "楼梯上踩空,一屁股坐到台阶沿上", "大拇脚趾根半夜肿得通红,被子都碰不得", "肩膀抬到一半就卡住,梳头梳不了",
             "髌骨下面一压就酸", "行落斜坡膝头哥软晒", "腰杆子硬翘翘的,早上要磨半个钟头才活泛", "脚后跟早上头几步像踩钉子", "股票跌得我心口疼"]
PAIRS = [("Q-SADDLE", "纸擦过去跟隔着手套差不多"), ("Q-BLADDER", "站半天才滴几滴"), ("Q-BOWEL", "都憋得住"), ("Q-FEVER", "昨晚量了三十八度七"), ("Q-WEAK", "这句话叫我怎么回您"), ("Q-TRAUMA", "今天食堂的鱼不错")]


def stored(name, t):
    """A matrix in bytes: (byte - 128) * scale of its row. Everything else in f16."""
    if t.dim() != 2:
        return {name: t.half().contiguous()}
    scale = t.abs().amax(1).clamp(min=1e-8) / 127
    return {name: ((t / scale[:, None]).round() + 128).to(torch.uint8).contiguous(), name + ".scale": scale.float().contiguous()}


def main():
    ap = argparse.ArgumentParser()
    for name in ("base", "data", "checkpoint", "report", "out"):
        ap.add_argument("--" + name, type=pathlib.Path, required=True)
    ap.add_argument("--keep", type=pathlib.Path, help="folder of the weights that train.py went on from with --resume")
    ap.add_argument("--freeze", type=int, default=0, help="as in train.py")
    a = ap.parse_args()
    torch.set_num_threads(2)
    a.out.mkdir(parents=True, exist_ok=True)
    d = json.loads(a.data.read_text())
    report = json.loads(a.report.read_text())
    cal = report["calibration"]
    saved = torch.load(a.checkpoint, weights_only=True)
    model = trained(a.base, d, saved)
    with torch.no_grad():
        s = torch.tensor(cal["findings_scale"]).repeat(len(d["concepts"]))
        model.findings.weight.mul_(s[:, None])
        model.findings_say.weight.mul_(s[:, None])
        model.findings.bias.mul_(s).add_(torch.tensor(cal["findings_shift"]).repeat(len(d["concepts"])))
        # The sounds are part of each piece's vector: nothing is left to do with them.
        model.words.weight.copy_(model.word_vectors(torch.arange(model.config["vocab_size"])))
    model.sounds = None
    tensors = {}
    for name, t in model.names().items():
        tensors |= stored(name, t.detach())
    if a.keep:
        # What was not trained keeps its very bytes, so that the repository need not keep it twice.
        kept, frozen = load_file(str(a.keep / "model.safetensors")), ("embeddings.", *(f"encoder.layer.{i}." for i in range(a.freeze)))
        tensors |= {name: t for name, t in kept.items() if name.startswith(frozen)}
    save_file(tensors, str(a.out / "model.safetensors"), metadata={"format": "pt"})
    (a.out / "model.safetensors").chmod(0o644)
    config = json.loads((a.base / "config.json").read_text())
    config["num_hidden_layers"] = len(saved["layers"])
    (a.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    shutil.copyfile(a.base / "tokenizer.json", a.out / "tokenizer.json")
    # The program must not know options of which too little was learned: there the lists decide alone.
    seen = collections.Counter(o for r in d["answers"] if r["split"] == "train" and r["src"] != "labels" for o in r["any"])
    options = [name if seen[i] >= FEWEST or name == "none" else f"untaught {name}" for i, name in enumerate(d["options"])]
    labels = dict(concepts=d["concepts"], options=options, threshold_findings=cal["threshold_present"],
                  threshold_absent=cal["threshold_absent"], threshold_other=cal["threshold_other"], temperature_findings=1.0,
                  temperature_answers=round(cal["temperature_answers"], 4), reject_answers=cal["reject_below"],
                  max_tokens=READ_LEN, bos=BOS, eos=EOS, pad=PAD,
                  layout=dict(single="<s> text </s>", pair="<s> question </s> answer </s>", pooling="mean of all tokens, <s> and </s> too",
                              findings="3 rows for each concept: present, absent, other; sigmoid(logit / temperature_findings)",
                              attention="logit = findings . mean + sum over tokens of softmax(findings_at . token) * findings_say . token; answers alike",
                              answers="softmax over none and the question's options of logit / temperature_answers"))
    (a.out / "labels.json").write_text(json.dumps(labels, indent=1, ensure_ascii=False) + "\n")

    # Parity: from the file as written, upcast to f32.
    known = {r["text"] for r in d["findings"]} | {r["text"] for r in d["answers"]}
    assert not known & set(SENTENCES + [t for _, t in PAIRS])
    tensors = load_file(str(a.out / "model.safetensors"))
    for name, t in model.names().items():
        t.data.copy_(read_back(name, tensors))
    text = Text(a.out)
    singles, pairs = [], []
    with torch.no_grad():
        for s, ids in zip(SENTENCES, text.single(SENTENCES)):
            v = model.pooled(pad([ids]))[0]
            p = model.logits(pad([ids]), "findings")[0].sigmoid().view(-1, 3)
            top = sorted(((round(p[i, k].item(), 6), c, kind) for i, c in enumerate(d["concepts"])
                          for k, kind in enumerate(("present", "absent", "other"))), reverse=True)[:6]
            singles.append(dict(text=s, ids=ids, pooled=[round(x, 6) for x in v.tolist()],
                                findings=[dict(concept=c, output=kind, p=x) for x, c, kind in top]))
        for (q, t), ids in zip(PAIRS, text.pair([d["questions"][q]["ask"] for q, _ in PAIRS], [t for _, t in PAIRS])):
            v = model.pooled(pad([ids]))[0]
            at = [0] + d["questions"][q]["options"]
            p = (model.logits(pad([ids]), "answers")[0][at] / labels["temperature_answers"]).softmax(-1)
            pairs.append(dict(question=q, ask=d["questions"][q]["ask"], text=t, ids=ids, pooled=[round(x, 6) for x in v.tolist()],
                              options={d["options"][i]: round(x, 6) for i, x in zip(at, p.tolist())}))
    (a.out / "parity.json").write_text(json.dumps(dict(sentences=singles, pairs=pairs), ensure_ascii=False) + "\n")
    shutil.copyfile(a.report, a.out / "report.json")
    for x in singles:
        print(x["text"], [(f["concept"], f["output"], round(f["p"], 2)) for f in x["findings"] if f["p"] > .2])
    for x in pairs:
        print(x["question"], x["text"], {k: round(v, 2) for k, v in x["options"].items() if v > .1})


if __name__ == "__main__":
    main()
