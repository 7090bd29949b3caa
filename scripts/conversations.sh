#!/usr/bin/env bash
# Plays the scripts of tests/dialogues/, writes docs/CONVERSATIONS.md and refreshes the records shown in README.md.
# A script that does not come out as written is still shown, with what is wrong; then the exit code is 1.
# Takes the release build, else the debug build, so build first; JIWEN=path/to/jiwen chooses another binary.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
jiwen="${JIWEN:-$target/release/jiwen}"
[ -x "$jiwen" ] || jiwen="$target/debug/jiwen"
[ -x "$jiwen" ] || { echo "conversations: no jiwen in $target; run: make build" >&2; exit 1; }
page=docs/CONVERSATIONS.md
# By word lists and rules alone, so that the page is the same on every machine and with every model.
export JIWEN__MODELS__ENCODER=none

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

heading() { # NAME: heading and one sentence, on two lines
  case $1 in
    sichuan_disc) printf '%s\n' "A disc herniation, in Sichuan dialect (四川话)" \
      "Words of a region are understood (腰杆, 脚杆, 扯起痛, 莫得), what was said at the start is not asked again, and no danger is found, so the visit goes on to what the choice of treatment needs." ;;
    incomplete_cauda_equina) printf '%s\n' "Told in passing, found: an incomplete cauda equina syndrome (马尾综合征)" \
      "The patient plays it down and hides numbness in a double negation, 「不是说没有麻」; a few questions later it is an emergency." ;;
    knee_rheumatology) printf '%s\n' "A knee that belongs to rheumatology (风湿免疫科)" \
      "Several swollen joints and more than an hour of morning stiffness (晨僵) point away from the knee surgeon." ;;
    my_mother_on_the_phone) printf '%s\n' "A daughter asks for her mother" \
      "The fall and the pain are the mother's and the daughter's own back is kept out; the flag for a fracture (骨折) is raised, and the record says that a relative spoke." ;;
    correction_of_side) printf '%s\n' "「不对,是右腿」: the patient corrects the side" \
      "The side is put right within one message, and the left leg does not become a second complaint." ;;
    *) printf '%s\n' "$1" "" ;;
  esac
}

record() { awk '/^【预问诊】/ { found = 1 } found'; }

block() { # NAME: the record in a fence, and what is wrong with it
  if [ -s "$work/$1.wrong" ]; then
    printf '> This script does not come out as written today: %s\n\n' "$(cat "$work/$1.wrong")"
  fi
  printf '```text\n%s\n```\n' "$(record <"$work/$1.out")"
}

# The order of the README, then whatever is new.
first="sichuan_disc incomplete_cauda_equina knee_rheumatology my_mother_on_the_phone correction_of_side"
names=""
for name in $first $(cd tests/dialogues && printf '%s\n' *.toml | sed 's/\.toml$//'); do
  case " $names " in *" $name "*) continue ;; esac
  if [ -f "tests/dialogues/$name.toml" ]; then names="$names $name"; fi
done

failed=""
for name in $names; do
  script="tests/dialogues/$name.toml"
  if ! "$jiwen" --knowledge . chat --script "$script" >"$work/$name.out" 2>"$work/$name.err"; then
    failed="$failed $name"
    sed -E "s|^jiwen: ($script: )?||" "$work/$name.err" | tail -n 1 >"$work/$name.wrong"
    echo "conversations: $name: $(cat "$work/$name.wrong")" >&2
  fi
done

{
  echo "# Five conversations"
  echo
  echo "Written by \`scripts/conversations.sh\` from the scripts in \`tests/dialogues/\`; do not edit by hand. A line with \`>\` is"
  echo "the patient, in square brackets where an option was tapped; \`!!\` marks an alert; the record at the end is what the"
  echo "doctor gets. The patients are invented."
  for name in $names; do
    heading "$name" >"$work/heading"
    printf '\n## %s\n\n%s\n' "$(sed -n 1p "$work/heading")" "$(sed -n 2p "$work/heading")"
    printf '\n`jiwen chat --script tests/dialogues/%s.toml`\n\n' "$name"
    if [ -s "$work/$name.wrong" ]; then
      printf '> This script does not come out as written today: %s\n\n' "$(cat "$work/$name.wrong")"
    fi
    printf '```text\n%s\n```\n' "$(cat "$work/$name.out")"
  done
} >"$work/page"
cp "$work/page" "$page"

# Everything between <!-- record:NAME --> and <!-- /record --> in the README becomes today's record.
for name in $names; do block "$name" >"$work/$name.block"; done
awk -v work="$work" '
  /^<!-- record:[a-z_]+ -->$/ {
    print
    name = $0; sub(/^<!-- record:/, "", name); sub(/ -->$/, "", name)
    file = work "/" name ".block"
    while ((getline line < file) > 0) print line
    close(file); inside = 1; next
  }
  /^<!-- \/record -->$/ { inside = 0 }
  !inside
  END { if (inside) exit 1 }
' README.md >"$work/readme"
cp "$work/readme" README.md

echo "wrote $page and the records in README.md"
[ -z "$failed" ] || { echo "conversations: failed:$failed" >&2; exit 1; }
