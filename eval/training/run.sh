#!/bin/sh
# sh run.sh BASE REPO WORK OUT
set -eu
here=$(dirname "$0") base=$1 work=$3 out=$4
export OMP_WAIT_POLICY=passive      # threads that spin are three times slower when others use the cores
mkdir -p "$work"
python "$here/prepare.py" --repo "$2" --out "$work/data.json"
learn() { python "$here/train.py" --base "$base" --data "$work/data.json" --layers 0,3,7,11 "$@"; }
learn --out "$work/held" --epochs 5
learn --out "$work/held2" --epochs 2 --init "$work/held/last.pt" --answers-weight 2 --lr 1.2e-4 --seed 17
learn --out "$work/held3" --epochs 1 --init "$work/held2/last.pt" --answers-weight 2 --lr 1e-4 --seed 27
python "$here/measure.py" --base "$base" --data "$work/data.json" --checkpoint "$work/held3/last.pt" --out "$work/report.json"
learn --out "$work/final" --epochs 1 --init "$work/held3/last.pt" --answers-weight 2 --lr 1e-4 --seed 8 --final
python "$here/export.py" --base "$base" --data "$work/data.json" --checkpoint "$work/final/last.pt" --report "$work/report.json" --out "$out"
