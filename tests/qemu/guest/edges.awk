# edges.awk edges.table PLAYED EVENTS: one line a verdict, "pass NAME", "fail NAME" or "note TEXT".
# PLAYED is what play printed: "player PID", then "SCENARIO ADDRESS PORT" lines. EVENTS are the
# JSON lines of watch. Each edge of the table must be there once, with its owner, and at the ports
# of play there must be no other.

# The member `key` of the line, whose value looks like `pattern`; "" if there is none.
function member(key, pattern) {
  return match($0, "\"" key "\":" pattern) ? substr($0, RSTART, RLENGTH) : ""
}

function text_of(object, key,    parts) {
  if (!match(object, "\"" key "\":\"[^\"]*\"")) return ""
  split(substr(object, RSTART, RLENGTH), parts, "\"")
  return parts[4]
}

function number_of(object, key) {
  if (!match(object, "\"" key "\":[0-9]+")) return ""
  return substr(object, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
}

function place_of(key,    object) {
  object = member(key, "[{][^}]*[}]")
  return text_of(object, "addr") " " number_of(object, "port")
}

# Who the socket belongs to, of the transition in $0.
function has_player() {
  return member("owners", "[[][^]]*[]]") ~ ("\"pid\":" player "[,}]")
}

function note_edge(where, side,    id) {
  if (!(where in scenario)) return
  id = where " " side " " text_of($0, "from") " " text_of($0, "to")
  seen[id]++
  line_of[id] = $0
  if (has_player()) owned[id]++
}

FNR == 1 { file++ }
/^#/ || NF == 0 { next }

file == 1 {
  rows++
  row_scenario[rows] = $1
  row_edge[rows] = $2 " " $3 " " $4
  row_owner[rows] = $5
  next
}

file == 2 && $1 == "player" { player = $2; next }

file == 2 {
  plays++
  played_at[plays] = $2 " " $3
  scenario[$2 " " $3] = $1
  next
}

/"event":"transition"/ {
  note_edge(place_of("local"), "server")
  note_edge(place_of("remote"), "client")
}

function judge(where, row,    id, name) {
  id = where " " row_edge[row]
  split(row_edge[row], part, " ")
  split(where, address, " ")
  name = address[1] " " row_scenario[row] ", " part[1] ": " part[2] " -> " part[3]
  known[id] = 1
  if (seen[id] != 1) {
    print "fail " name
    print "note seen " seen[id] + 0 " times"
    return
  }
  if (row_owner[row] == "player" && !owned[id]) {
    print "fail " name
    print "note the owner is not process " player ": " line_of[id]
    return
  }
  print "pass " name
}

function judge_the_rest(    id, strangers) {
  for (id in seen) if (!(id in known)) strangers++
  print (strangers ? "fail" : "pass") " no edge but these"
  for (id in seen) if (!(id in known)) print "note " seen[id] " times: " line_of[id]
}

END {
  if (!plays || !rows || !player) print "fail nothing was played, or nothing was expected"
  for (p = 1; p <= plays; p++) {
    matched = 0
    for (row = 1; row <= rows; row++) {
      if (row_scenario[row] != scenario[played_at[p]]) continue
      judge(played_at[p], row)
      matched = 1
    }
    if (!matched) print "fail edges.table says nothing of " scenario[played_at[p]]
  }
  judge_the_rest()
}
