#!/bin/sh
# sh run.sh BASE REPO WORK OUT
set -eu
here=$(dirname "$0") base=$1 work=$3 out=$4
export OMP_WAIT_POLICY=passive      # threads that spin are three times slower when others use the cores
mkdir -p "$work"
python "$here/prepare.py" --repo "$2" --out "$work/data.json"
learn() { python "$here/train.py" --base "$base" --data "$work/data.json" --layers 0,2,4,7,9,11 "$@"; }
learn --out "$work/first" --epochs 2 --end .7
learn --out "$work/second" --epochs 4 --init "$work/first/last.pt" --answers-weight 1.5 --lr 1.05e-4 --lr-words 1.4e-4 --lr-heads 7e-4 --end .02 --seed 17
learn --out "$work/third" --epochs 1 --init "$work/second/last.pt" --answers-weight 1.5 --lr 4e-5 --lr-words 5e-5 --lr-heads 4e-4 --end .02 --seed 27
python "$here/measure.py" --base "$base" --data "$work/data.json" --checkpoint "$work/third/last.pt" --out "$work/report.json"
python "$here/export.py" --base "$base" --data "$work/data.json" --checkpoint "$work/third/last.pt" --report "$work/report.json" --out "$out"
