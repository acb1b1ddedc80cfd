# TAP for sh. tap_end prints the plan, so that a self-test which stops early is noticed.
tap_count=0

ok() { # NAME
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1"
}

not_ok() { # NAME
  tap_count=$((tap_count + 1))
  echo "not ok $tap_count - $1"
}

skip() { # NAME REASON
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}

say() { # TEXT...
  echo "# $*"
}

show() { # FILE [LINES]: its beginning, as comments
  head -n "${2:-200}" "$1" | sed 's/^/#   /'
}

# Ok where FILE has a line that matches the extended regular expression; else shows FILE.
expect_line() { # NAME FILE PATTERN
  if grep -qE -- "$3" "$2"; then
    ok "$1"
  else
    not_ok "$1"
    say "no line matches $3 in:"
    show "$2"
  fi
}

# Runs COMMAND with its output in FILE; ok where it exits with 0, else shows FILE.
expect_success() { # NAME FILE COMMAND...
  name=$1 file=$2
  shift 2
  if "$@" >"$file" 2>&1; then
    ok "$name"
  else
    not_ok "$name"
    say "'$*' ended with another status than 0:"
    show "$file"
  fi
}

tap_end() {
  echo "1..$tap_count"
}
