# lastack status: as root on a kernel of Debian's, everything that lists sockets and owners works.
# (Bound, inactive sockets are left out: only kernels from 6.8 list them.)
test_status() {
  expect_success "status: exits with 0" /tmp/status lastack status
  say "lastack status:"
  show /tmp/status
  for row in "kernel BTF" "TCP sockets" "UDP sockets" "owners by BPF" "owners by /proc" \
    "network namespaces"; do
    expect_line "status: yes to $row" /tmp/status "^ *yes +$row "
  done
}
