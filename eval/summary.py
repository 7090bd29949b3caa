#!/usr/bin/env python3
"""Writes eval/reports/README.md from the JSON reports beside it: figures with counts and Wilson intervals, and every
miss of the test half with its cause. Standard library only; called by scripts/eval.sh."""
import json
import pathlib

REPORTS = pathlib.Path(__file__).parent / "reports"
TARGETS = {
    "sensitivity": "≥ 99 %", "specificity": "≥ 92 %", "under_triage": "≤ 1.5 %", "over_triage": "≤ 10 %",
    "department": "≥ 92 %", "route": "≥ 90 %",
}
NAMES = {
    "sensitivity": "red-flag sensitivity", "specificity": "red-flag specificity", "under_triage": "under-triage",
    "over_triage": "over-triage", "hazardous": "hazardous misses", "department": "department first choice",
    "route": "route", "chains": "chain without a gap", "replays": "replays identically", "term_precision": "term precision", "term_recall": "term recall", "negation": "negation",
    "ended": "ended by itself",
}


def load(name):
    path = REPORTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def stale(run):
    """Marks a run of an earlier knowledge version."""
    newest = (load("test_vignettes_choices") or {}).get("knowledge_version")
    return "" if run and run.get("knowledge_version") == newest else " (earlier version)"


def rate(value):
    if not value or not value["of"]:
        return "–"
    low, high = 100 * value["low"], 100 * value["high"]
    return f"{100 * value['rate']:.1f} % ({value['hits']}/{value['of']}; {low:.1f}–{high:.1f})"


def vignettes(out):
    runs = {(half, way): load(f"{half}_vignettes_{way}") for half in ("test", "tune") for way in ("choices", "text")}
    if not all(runs.values()):
        return
    order = list(runs)
    out += ["## Whole patients", "", "| figure | target (test, taps) | " + " | ".join(
        f"{half}, {'taps' if way == 'choices' else 'own words'}{stale(runs[half, way])}" for half, way in order) + " |",
        "|---|---|" + "---|" * len(order)]
    for key, name in NAMES.items():
        cells = [rate(runs[run]["summary"].get(key)) for run in order]
        out.append(f"| {name} | {TARGETS.get(key, '')} | " + " | ".join(cells) + " |")
    cells = ["{} / {} / {}".format(*runs[run]["summary"]["questions"]) for run in order]
    out += ["| questions: median / p90 / max | median ≤ 12 | " + " | ".join(cells) + " |", ""]
    lists = {way: load(f"lists_test_vignettes_{way}") for way in ("choices", "text")}
    if all(lists.values()):
        out += ["### What the encoder adds: the test half by word lists and rules alone", "",
                f"| figure | taps, lists alone{stale(lists['choices'])} | taps | own words, lists alone{stale(lists['text'])} | own words |", "|---|---|---|---|---|"]
        for key, name in NAMES.items():
            cells = [rate(run["summary"].get(key)) for way in ("choices", "text") for run in (lists[way], runs["test", way])]
            out.append(f"| {name} | " + " | ".join(cells) + " |")
        out.append("")
    out += ["### Sensitivity by flag, test half", "", "| flag | taps | own words |", "|---|---|---|"]
    taps, words = (runs["test", way]["summary"]["by_flag"] for way in ("choices", "text"))
    out += [f"| {flag} | {rate(taps[flag])} | {rate(words.get(flag))} |" for flag in taps]
    out.append("")
    for way, name in (("choices", "taps"), ("text", "own words")):
        misses = runs["test", way]["misses"]
        out += [f"### Every miss of the test half, {name} ({len(misses)})", ""]
        out += [f"- {miss['miss']} — {miss['cause']}" for miss in misses] + [""]


def emergencies(out):
    """The set of emergencies: what is missed, with the bound that the count allows."""
    runs = {way: load(f"test_emergencies_{way}") for way in ("choices", "text")}
    if not all(runs.values()):
        return
    out += [f"## Emergencies over all flags and regions ({runs['choices']['summary']['cases']})", "",
            "| figure | taps | own words |", "|---|---|---|"]
    for key in ("sensitivity", "under_triage", "hazardous", "department", "route"):
        out.append(f"| {NAMES[key]} | " + " | ".join(rate(run["summary"][key]) for run in runs.values()) + " |")
    out.append("| hazardous misses: one-sided 95 % upper bound | " + " | ".join(
        f"{100 * run['summary']['hazardous_below']:.1f} %" for run in runs.values()) + " |")
    out += ["", "| flag | taps | own words |", "|---|---|---|"]
    taps, words = (run["summary"]["by_flag"] for run in runs.values())
    out += [f"| {flag} | {rate(taps[flag])} | {rate(words.get(flag))} |" for flag in taps] + [""]


def walks(out):
    found = load("walks")
    if not found:
        return
    s = found["summary"]
    out += [f"## Random walks ({s['walks']})", "",
            "Patients who answer one question in five with \"cannot say\" and one in seven with something else; word lists and rules alone.", "",
            "| figure | |", "|---|---|", f"| ended by itself | {rate(s['ended'])} |", f"| with a decision; the others with a person | {s['decided']} |",
            f"| cauda equina questions put or known | {rate(s['cauda_equina'])} |", f"| chain without a gap | {rate(s['chains'])} |",
            f"| turns of the longest | {s['longest']} |", ""]


def singles(out, kind, title, keys):
    runs = {half: load(f"{half}_{kind}") for half in ("test", "tune")}
    if not all(runs.values()):
        return
    out += [f"## {title}", "", f"| figure | test{stale(runs['test'])} | tune{stale(runs['tune'])} |", "|---|---|---|"]
    for key, name in keys:
        out.append(f"| {name} | " + " | ".join(
            rate(run["summary"][key]) if isinstance(run["summary"][key], dict) else f"{run['summary'][key]:.3f}"
            for run in runs.values()) + " |")
    misses = runs["test"]["misses"]
    out += ["", f"### Every miss of the test half ({len(misses)})", ""]
    out += [f"- {miss['miss']}" for miss in misses] + [""]


def heldout(out):
    """Answers and phrases that nothing has learned, with and without the encoder."""
    for kind, title, keys in (
        ("answers", "Answers of a writer never seen", [
            ("right", "option meant"), ("right_or_asked_again", "or asked again"), ("safety_right", "safety questions: option meant"),
            ("safety_right_or_asked_again", "safety questions: or asked again"), ("sign_taken_as_denial", "sign taken as denial")]),
        ("slots", "What patients of a writer never seen say to a slot, as answers to its questions", [
            ("right", "option meant, or nothing"), ("right_or_asked_again", "or asked again"), ("safety_right", "safety questions"),
            ("safety_right_or_asked_again", "safety questions: or asked again"), ("sign_taken_as_denial", "sign taken as denial")]),
        ("phrases", "Phrases of a region and a writer never seen", [
            ("precision", "term precision"), ("recall", "term recall"), ("f1", "term F1"), ("negation", "negation"),
            ("negation_inverted", "denied taken as present")])):
        runs = [load(f"{prefix}heldout_{kind}") for prefix in ("", "lists_")]
        if not all(runs):
            continue
        out += [f"## {title} ({runs[0]['summary']['cases']})", "", f"| figure | with the encoder{stale(runs[0])} | lists alone{stale(runs[1])} |", "|---|---|---|"]
        for key, name in keys:
            cells = [run["summary"][key] for run in runs]
            out.append(f"| {name} | " + " | ".join(rate(c) if isinstance(c, dict) else f"{c:.3f}" for c in cells) + " |")
        out.append("")


def robustness(out):
    """In a page of its own, with what else is measured about understanding."""
    if load("robustness"):
        out += ["## Skills left out, speech errors, and peers", "", "See [understanding.md](understanding.md).", ""]


def exemplars(out):
    found = load("exemplars")
    if not found:
        return
    out += ["## Hand-written phrases that the word lists did not learn from", "", "| file | phrases | term F1 |",
            "|---|---|---|"]
    out += [f"| {row['file']} | {row['cases']} | {row['f1']:.3f} |" for row in found["files"]]
    out += ["", found["note"], ""]


def speech(out):
    for half in ("test", "tune"):
        found = load(f"speech_{half}")
        if not found:
            continue
        every = found["every"]
        out += [f"## Spoken words, {half} half" + (f", each {every}th vignette" if every > 1 else ""), "",
                f"By {found['reader']}. Errors fitted to a recogniser's; what is compared and how the patient is played: "
                "[../speech/README.md](../speech/README.md).", "", f"![figures against the share of wrong characters](speech_{half}.svg)", "",
                "| figure | typed | at | raw | repaired | asked | asked, 3 % of wrong ones said yes to | won back by asking |",
                "|---|---|---|---|---|---|---|---|"]
        for name, rows in found["figures"].items():
            for row in rows:
                won = row["won_back"].get("asked")
                cells = [f"{100 * row[m]:.1f} %" if m in row else "–" for m in ("raw", "repaired", "asked", "asked_3")]
                out.append(f"| {name} | {100 * row['typed']:.1f} % | {100 * row['rate']:.0f} % | " + " | ".join(cells)
                           + f" | {'–' if won is None else f'{100 * won:.0f} %'} |")
        out.append("")
        for point in found["points"][1:]:
            for machine in ("raw", "repaired", "asked", "asked_3"):
                spoken = (point.get(machine, {}).get("vignettes") or {}).get("speech")
                if not spoken:
                    continue
                total, wrong = spoken["total"], spoken["patients_with_wrong_safety"]
                out.append(f"- {100 * point['rate']:.0f} %, {machine}: confirmations a visit {spoken['confirmations'][0]} (p90 {spoken['confirmations'][1]}), "
                           f"tapped {total['taps']}, first words lost {total['lost']}, visits with a wrong sign of danger {wrong['hits']} of {wrong['of']}; "
                           f"turns with one present {total['wrong_present']}, absent {total['wrong_absent']}, unconfirmed {total['wrong_unconfirmed']}")
        out.append("")


def main():
    first = load("test_vignettes_choices") or {}
    out = [
        "# Figures", "",
        f"Software {first.get('software_version')}, knowledge {first.get('knowledge_version')}. Written by "
        "`make eval`; counts and 95 % Wilson intervals in brackets. What the figures mean: [../README.md](../README.md).",
        "", "With the encoder of `models/encoder`, except where it says \"lists alone\". It has learned the tune half but for its newest batches (ix, iy, jx, jy, pt, pu, dn, do), and of the "
        "test half nothing. **Free-text understanding is still weak**, in own words above all. Where a figure misses its target, "
        "the target stands and the figure is what was measured.", "",
    ]
    vignettes(out)
    emergencies(out)
    walks(out)
    singles(out, "phrases", "Phrases", [("precision", "term precision"), ("recall", "term recall"), ("f1", "term F1"),
                                        ("negation", "negation"), ("side", "side")])
    singles(out, "departments", "Single messages", [("first", "first department"), ("shown", "among the two shown")])
    heldout(out)
    robustness(out)
    speech(out)
    exemplars(out)
    (REPORTS / "README.md").write_text("\n".join(out) + "\n")


main()
