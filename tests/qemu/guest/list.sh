# lastack list: a listener and an established pair that another user's process holds, by each of
# the two ways to find owners. Which way is taken follows from the capabilities: /proc/PID/fd of
# another user needs CAP_SYS_PTRACE, the BPF iterator CAP_BPF or CAP_SYS_ADMIN. A way that does
# not work shows up as a socket without an owner, as with all three taken away.
list_port=4100
setpriv=/programs/setpriv # util-linux's; without its path the shell runs busybox's, which can less

list_by() { # WAY CAPABILITIES-TAKEN-AWAY
  way=$1 out=/tmp/list.$1
  expect_success "list by $way: exits with 0" "$out" \
    $setpriv --bounding-set "$2" lastack list -tan
  owner="^hold +$holder +tcp +"
  listener="127[.]0[.]0[.]1:$list_port" client="127[.]0[.]0[.]1:$client_port"
  expect_line "list by $way: the listener and its pid" "$out" "$owner$listener +[^ ]+ +LISTEN "
  expect_line "list by $way: the client and its pid" "$out" "$owner$client +$listener +ESTABLISHED "
  expect_line "list by $way: the server and its pid" "$out" "$owner$listener +$client +ESTABLISHED "
}

test_list() {
  if ! held=$($setpriv --reuid 65534 --regid 65534 --clear-groups hold $list_port); then
    not_ok "list: a process to look at"
    return
  fi
  holder=${held% *} client_port=${held#* }
  list_by proc -sys_admin,-bpf
  list_by iterator -sys_ptrace
  $setpriv --bounding-set -sys_admin,-bpf,-sys_ptrace lastack list -tan >/tmp/list.neither 2>&1
  expect_line "list by neither: the listener without an owner" /tmp/list.neither \
    "^[(]hidden[)] +- +tcp +127[.]0[.]0[.]1:$list_port +[^ ]+ +LISTEN "
  kill "$holder"
}
