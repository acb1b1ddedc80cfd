# lastack watch: every edge that play makes, once and no more, for both families; nothing lost.
watch_seconds=15
beacon_port=4199 # nobody listens here: a connect to it is refused, and seen once watch is attached
first_port=4200
events=/tmp/watch.json
watch_errors=/tmp/watch.err

# Loading takes seconds under emulation. It is over when a refused connection is reported.
watch_is_attached() {
  tries=0
  until grep -q "\"port\":$beacon_port[,}]" "$events"; do
    tries=$((tries + 1))
    [ $tries -le 300 ] && kill -0 "$watcher" 2>/dev/null || return 1
    nc 127.0.0.1 $beacon_port </dev/null >/dev/null 2>&1
    usleep 100000
  done
}

watch_fails() { # NAME
  not_ok "$1"
  say "stderr of watch:"
  show "$watch_errors" 20
  say "its first lines:"
  show "$events" 20
}

check_edges() {
  awk -f edges.awk edges.table /tmp/played "$events" >/tmp/verdicts
  while read -r verdict text; do
    case $verdict in
      pass) ok "watch: $text" ;;
      fail) not_ok "watch: $text" ;;
      *) say "$text" ;;
    esac
  done </tmp/verdicts
}

check_summary() {
  tail -n 1 "$events" >/tmp/summary
  expect_line "watch: ends with a summary" /tmp/summary '^[{]"event":"summary",'
  expect_line "watch: lost nothing" /tmp/summary '"lost":0[,}]'
}

test_watch() {
  if ! lastack watch --help >/dev/null 2>&1; then
    skip "watch: every edge on loopback" "no watch"
    return
  fi
  : >"$events"
  timeout -s KILL $((watch_seconds + 60)) \
    lastack watch --json --for ${watch_seconds}s >"$events" 2>"$watch_errors" &
  watcher=$!
  if ! watch_is_attached; then
    watch_fails "watch: reports a refused connection while it runs"
    kill "$watcher" 2>/dev/null
    return
  fi
  expect_success "watch: there is something to see" /tmp/played play $first_port
  if wait "$watcher"; then ok "watch: exits with 0"; else watch_fails "watch: exits with 0"; fi
  show "$watch_errors" 20
  check_edges
  check_summary
}
