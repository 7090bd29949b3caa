"""Peers (e) and (f): jieba against jieba-rs, ONNX Runtime against our encoder, by turns on the same texts and the same two cores.

    python3 eval/peers/speed.py --bench PROGRAM [--rounds 5] [--threads 2] [--cpu]

PROGRAM is what `cargo bench --bench peers --no-run` names. Needs what bert.py needs, and `jieba`. Texts are those of eval/training/phrases: all of
them for the segmenters (characters a second, HMM off, dictionaries loaded before), 300 different ones of 36 to 44 characters for the encoders
(milliseconds for one text by itself, tokens included; f32, and int8 by `quantize_dynamic`, which also quantises activations). Every contestant
has its round, then all again; a round is all of them. The round with the least time in all is reported, the others stand in the JSON: something
else may run on the machine.
"""
import argparse, csv, json, os, pathlib, resource, subprocess, tempfile, time

import numpy as np

import bert, score

ENCODER = score.ROOT / "models/encoder"


def texts():
    found = {}
    for path in sorted((score.EVAL / "training/phrases").glob("*.tsv")):
        with open(path, encoding="utf-8", newline="") as f:
            found |= {r["text"]: None for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
    return list(found)


def ours(bench, what, file, rounds, threads):
    out = subprocess.run([bench, what, str(file), str(rounds)], check=True, capture_output=True, text=True,
                         env={**os.environ, "RAYON_NUM_THREADS": str(threads)}).stdout
    return json.loads(out.splitlines()[-1])["nanoseconds"]


def timed(work, items):
    times = []
    for item in items:
        begun = time.perf_counter_ns()
        work(item)
        times.append(time.perf_counter_ns() - begun)
    return times


def milliseconds(times):
    return {"p50_ms": round(float(np.percentile(times, 50)) / 1e6, 3), "p95_ms": round(float(np.percentile(times, 95)) / 1e6, 3),
            "total_s": round(sum(times) / 1e9, 3)}


def encoders(a, sentences, file, folder):
    from onnxruntime.quantization import QuantType, quantize_dynamic
    import onnx
    f32, int8 = pathlib.Path(folder, "f32.onnx"), pathlib.Path(folder, "int8.onnx")
    onnx.save(bert.graph(ENCODER), f32)
    quantize_dynamic(str(f32), str(int8), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])
    text, sessions = bert.Text(ENCODER), {"onnxruntime f32": bert.session(f32, a.threads), "onnxruntime int8": bert.session(int8, a.threads)}
    ask = lambda one: lambda s: bert.mean(one, text.ids(s))
    vectors = {name: [ask(one)(s) for s in sentences[:50]] for name, one in sessions.items()}
    cosine = lambda x, y: float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
    nearest = min(cosine(x, y) for x, y in zip(*vectors.values()))
    rounds = []
    for _ in range(a.rounds):
        one = {"load": round(os.getloadavg()[0], 1), "jiwen": milliseconds(ours(a.bench, "encode", file, 1, a.threads))}
        one |= {name: milliseconds(timed(ask(s), sentences)) for name, s in sessions.items()}
        rounds.append(one)
        print(one, flush=True)
    best = least(rounds, lambda x: x["total_s"])
    ratio = {f"{name}, {p}": round(best["jiwen"][p] / best[name][p], 2) for name in sessions for p in ("p50_ms", "p95_ms")}
    return {"sentences": len(sentences), "threads": a.threads, "best_round": best, "jiwen_divided_by": ratio, "rounds": rounds,
            "least_cosine_int8_to_f32": round(nearest, 4), "tokens_median": int(np.median([len(text.ids(s)) for s in sentences]))}


def processor_time(work):
    """Seconds of this process and of those it waited for."""
    spent = lambda: sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
    begun = spent()
    work()
    return spent() - begun


def by_processor_time(a, sentences, all_texts, put):
    import jieba, logging
    from onnxruntime.quantization import QuantType, quantize_dynamic
    import onnx
    text, characters, short = bert.Text(ENCODER), sum(map(len, all_texts)), len(sentences) // 10
    files = {n: put(f"{n}.txt", sentences[:n]) for n in (short, len(sentences))}
    per_text = lambda long, few: round(1000 * (long - few) / (len(sentences) - short), 3)
    mine = lambda n: processor_time(lambda: ours(a.bench, "encode", files[n], 1, 1))
    encoders = {"jiwen": per_text(mine(len(sentences)), mine(short))}
    f32, int8 = put("f32.onnx", []), put("int8.onnx", [])
    onnx.save(bert.graph(ENCODER), f32)
    quantize_dynamic(str(f32), str(int8), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])
    for name, path in (("onnxruntime f32", f32), ("onnxruntime int8", int8)):
        one = bert.session(path, 1)
        ask = lambda rows: processor_time(lambda: [bert.mean(one, text.ids(s)) for s in rows])
        ask(sentences[:3])
        encoders[name] = per_text(ask(sentences), ask(sentences[:short]))
    print(encoders, flush=True)
    file = put("texts.txt", all_texts)
    rounds = lambda n: processor_time(lambda: ours(a.bench, "segment", file, n, 1))
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    seconds = {"jieba-rs": (rounds(110) - rounds(10)) / 100, "jieba": processor_time(lambda: [list(jieba.cut(t, HMM=False)) for t in all_texts])}
    return {"sentences": len(sentences), "milliseconds_per_sentence": encoders,
            "jiwen_divided_by": {name: round(encoders["jiwen"] / x, 2) for name, x in encoders.items() if name != "jiwen"},
            "characters": characters, "characters_per_second": {name: round(characters / x) for name, x in seconds.items()},
            "jieba_rs_times_as_fast": round(seconds["jieba"] / seconds["jieba-rs"], 1)}


def segmenters(a, all_texts, file):
    import jieba, logging
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    characters, rounds = sum(map(len, all_texts)), []
    speed = lambda ns: {"characters_per_second": round(characters / ns * 1e9), "total_s": round(ns / 1e9, 3)}
    for _ in range(a.rounds):
        one = {"load": round(os.getloadavg()[0], 1), "jieba-rs": speed(min(ours(a.bench, "segment", file, 3, 1)))}
        one["jieba"] = speed(min(timed(lambda _: [list(jieba.cut(t, HMM=False)) for t in all_texts], range(3))))
        rounds.append(one)
        print(one, flush=True)
    best = least(rounds, lambda x: x["total_s"])
    return {"characters": characters, "texts": len(all_texts), "best_round": best, "rounds": rounds,
            "jieba_rs_times_as_fast": round(best["jieba-rs"]["characters_per_second"] / best["jieba"]["characters_per_second"], 1)}


def least(rounds, of):
    return min(rounds, key=lambda one: sum(of(x) for x in one.values() if isinstance(x, dict)))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bench", required=True)
    ap.add_argument("--build", default="the release profile", help="how PROGRAM was built, for the report")
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--cpu", action="store_true")
    a = ap.parse_args()
    a.bench = str(pathlib.Path(a.bench).resolve())
    import importlib.metadata as versions
    said = {n: versions.version(n) for n in ("onnxruntime", "onnx", "tokenizers", "jieba", "numpy")}
    lock = (score.ROOT / "Cargo.lock").read_text()
    said |= {n: lock.split(f'name = "{n}"\nversion = "', 1)[1].split('"', 1)[0] for n in ("jieba-rs", "candle-core")}
    all_texts = texts()
    sentences = [t for t in all_texts if 36 <= len(t) <= 44][:300]
    command = f"python3 eval/peers/speed.py --bench PROGRAM --rounds {a.rounds} --threads {a.threads}"
    with tempfile.TemporaryDirectory() as folder:
        put = lambda name, lines: (path := pathlib.Path(folder, name), path.write_text("\n".join(lines) + "\n", encoding="utf-8"))[0]
        if a.cpu:
            figures = by_processor_time(a, sentences, all_texts, put)
            return score.keep("processor_time", {**figures, "build": a.build, "versions": said}, "python3 eval/peers/speed.py --bench PROGRAM --cpu")
        figures = encoders(a, sentences, put("sentences.txt", sentences), folder)
        score.keep(f"encoder_speed_{a.threads}_threads", {**figures, "build": a.build, "versions": said}, command)
        if a.threads > 1:
            score.keep("segmenter_speed", {**segmenters(a, all_texts, put("texts.txt", all_texts)), "build": a.build, "versions": said}, command)


if __name__ == "__main__":
    main()
