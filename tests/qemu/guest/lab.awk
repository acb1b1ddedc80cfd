# lab.awk -v series=SERIES lab.table OUTPUT...: one line a verdict on what lastack lab check printed:
# "listed TEXT", "gone TEXT" (listed, but equal), "new TEXT". Only the kinds of difference are judged
# whose output is there.

# The line without its first `count` fields, one blank between the others.
function rest(count,    text, i) {
  text = $(count + 1)
  for (i = count + 2; i <= NF; i++) text = text " " $i
  return text
}

function note(text) {
  found[text] = 1
  founds[++found_count] = text
}

FNR == 1 { file++ }

file == 1 {
  if (!/^#/ && $1 == series) {
    listed[rest(1)] = 1
    rows[++row_count] = rest(1)
  }
  next
}

$1 == "situation" { asked["cell:"] = 1 }
$1 == "scenario" { asked["scenario:"] = 1 }

# "SITUATION, SEGMENT" and below it "  kernel ANSWER".
/^  kernel / { note("cell: " before ": " rest(1)) }
{ before = $0 }

# "NAME, the kernel plays HOST: WHAT"
match($0, /, the kernel plays [^:]*: /) {
  host = substr($0, RSTART + 19, RLENGTH - 21)
  note("scenario: " substr($0, 1, RSTART - 1) " " host)
}

END {
  for (i = 1; i <= row_count; i++) {
    split(rows[i], kind, " ")
    if (!(kind[1] in asked)) continue
    print rows[i] in found ? "listed" : "gone", rows[i]
  }
  for (i = 1; i <= found_count; i++) if (!(founds[i] in listed)) print "new", founds[i]
}
