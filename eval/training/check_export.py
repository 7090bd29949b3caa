"""Independent check of the shipped files with Hugging Face's BertModel: python check_export.py --out OUT (needs transformers)."""
import argparse, json, pathlib
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

ap = argparse.ArgumentParser()
ap.add_argument("--out", type=pathlib.Path, required=True)
a = ap.parse_args()
raw = load_file(str(a.out / "model.safetensors"))
t = {k: (v.float() - 128) * raw[k + ".scale"][:, None] if v.dtype == torch.uint8 else v.float() for k, v in raw.items() if not k.endswith(".scale")}
labels = json.loads((a.out / "labels.json").read_text())
parity = json.loads((a.out / "parity.json").read_text())
bert = BertModel(BertConfig(**{k: v for k, v in json.loads((a.out / "config.json").read_text()).items() if k not in ("torch_dtype", "architectures")}),
                 add_pooling_layer=False).eval()
missing, extra = bert.load_state_dict({k: v for k, v in t.items() if not k.startswith(("findings", "answers"))}, strict=False)
tok = Tokenizer.from_file(str(a.out / "tokenizer.json"))
worst = worst_p = 0
with torch.no_grad():
    for x in parity["sentences"] + parity["pairs"]:
        s = x["text"] if "ask" not in x else x["ask"] + "</s>" + x["text"]
        assert tok.encode(s).ids == x["ids"], s
        states = bert(input_ids=torch.tensor([x["ids"]]), attention_mask=torch.ones(1, len(x["ids"]))).last_hidden_state[0]
        h = states.mean(0)
        worst = max(worst, (h - torch.tensor(x["pooled"])).abs().max().item())
        for f in x.get("findings", []):
            row = 3 * labels["concepts"].index(f["concept"]) + ("present", "absent", "other").index(f["output"])
            at = (states @ t["findings_at.weight"][row // 3]).softmax(0)
            z = t["findings.weight"][row] @ h + t["findings.bias"][row] + at @ (states @ t["findings_say.weight"][row])
            worst_p = max(worst_p, abs(z.sigmoid().item() - f["p"]))
print("missing", missing, "extra", extra, "largest difference of a pooled number", worst, "of a probability", worst_p)
assert t["findings.weight"].shape == (3 * len(labels["concepts"]), 384) and t["answers.weight"].shape == (len(labels["options"]), 384)
