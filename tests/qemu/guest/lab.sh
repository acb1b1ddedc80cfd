# lastack lab check: what it says differs must be what lab.table lists for this kernel.
lab_cells=/tmp/lab.cells
lab_scenarios=/tmp/lab.scenarios
lab_saved=/tmp/lab.tsv

# Exit status 3, something differs, is well.
lab_check() { # NAME FILE OPTION...
  name=$1 file=$2
  shift 2
  lastack lab check "$@" >"$file" 2>/tmp/lab.err
  case $? in
    0 | 3) ok "$name" ;;
    *)
      not_ok "$name"
      show /tmp/lab.err 20
      ;;
  esac
  say "lab: $(grep '^all ' "$file")"
}

check_saved() {
  asked=$(awk '$1 == "all" { print $2 }' $lab_cells)
  saved=$(wc -l <$lab_saved)
  if [ "${asked:-0}" -gt 0 ] && [ "$saved" -eq $((asked + 1)) ]; then
    ok "lab: saves every cell and a heading"
  else
    not_ok "lab: saves every cell and a heading: $saved lines, ${asked:-no} cells"
  fi
}

# An emulated processor may be too late for a scenario, 'lab check' itself asks twice. What is a
# difference comes every time.
differs_again() { # SCENARIO HOST
  for again in 1 2 3; do
    lastack lab run "$1" --kernel "$2" </dev/null >/tmp/lab.ladder 2>&1 && return 1
  done
  return 0
}

unlisted() { # TEXT
  case $1 in
    "scenario: "*)
      scenario=${1#scenario: }
      if differs_again ${scenario% *} ${scenario#* }; then
        not_ok "lab: differs and is not listed: $1"
        show /tmp/lab.ladder
      else
        ok "lab: differs only now and then: $1"
      fi
      ;;
    *) not_ok "lab: differs and is not listed: $1" ;;
  esac
}

judge_differences() { # FILE...
  awk -v series="$(uname -r | cut -d. -f1,2)" -f lab.awk lab.table "$@" >/tmp/lab.verdicts
  while read -r verdict text; do
    case $verdict in
      listed) ok "lab: differs as listed: $text" ;;
      gone) not_ok "lab: is listed and does not differ: $text" ;;
      new) unlisted "$text" ;;
    esac
  done </tmp/lab.verdicts
}

test_lab() {
  if ! lastack lab check --help >/dev/null 2>&1; then
    skip "lab: the table against this kernel" "no lab check"
    return
  fi
  lab_check "lab: asks all cells" $lab_cells --only matrix --save $lab_saved
  check_saved
  if grep -q 'lastack[.]quick' /proc/cmdline; then
    skip "lab: plays all scenarios" "--quick"
    judge_differences $lab_cells
  else
    lab_check "lab: plays all scenarios" $lab_scenarios --only scenarios
    judge_differences $lab_cells $lab_scenarios
  fi
}
