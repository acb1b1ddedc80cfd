#include "filter/fields.hh"

#include <algorithm>

#include "base/text.hh"

namespace lastack::filter {
namespace {

using model::Fact;
using model::Facts;

constexpr Facts kOwners = Fact::Owners;
constexpr Facts kUserFacts = Fact::Owners | Fact::User | Fact::SocketUser;

constexpr auto kFields = std::to_array<Field>({
    {"state",
     {},
     Kind::States,
     Subject::State,
     {},
     "TCP state, or a group of states",
     "state established"},
    {"exclude",
     {"excl"},
     Kind::States,
     Subject::State,
     {},
     "every state but these",
     "exclude time-wait"},
    {"from",
     {},
     Kind::States,
     Subject::FromState,
     {},
     "watch only: the state before a transition",
     "from syn-sent"},
    {"to",
     {},
     Kind::States,
     Subject::ToState,
     {},
     "watch only: the state after a transition",
     "to = close-wait"},
    {"src",
     {"local"},
     Kind::Host,
     Subject::LocalHost,
     {},
     "local address, prefix or :port",
     "src 127/8"},
    {"dst",
     {"remote"},
     Kind::Host,
     Subject::RemoteHost,
     {},
     "remote address, prefix or :port",
     "dst [2001:db8::]/32"},
    {"sport", {}, Kind::Port, Subject::LocalPort, {}, "local port or service", "sport = :ssh"},
    {"dport", {}, Kind::Port, Subject::RemotePort, {}, "remote port or service", "dport >= 1024"},
    {"port", {}, Kind::Port, Subject::EitherPort, {}, "local or remote port", "port:443"},
    {"proto", {"protocol"}, Kind::Choice, Subject::Protocol, {}, "tcp or udp", "proto udp"},
    {"family",
     {},
     Kind::Choice,
     Subject::Family,
     {},
     "inet (or 4) or inet6 (or 6), of the socket",
     "family inet6"},
    {"process",
     {"comm"},
     Kind::Text,
     Subject::Process,
     kOwners,
     "name of an owning process",
     "process = nginx"},
    {"pid", {}, Kind::Number, Subject::Pid, kOwners, "process id of an owner", "pid = 4711"},
    {"fd", {}, Kind::Number, Subject::OwnerFd, kOwners, "file descriptor in an owner", "fd = 3"},
    {"user",
     {},
     Kind::Text,
     Subject::User,
     kUserFacts,
     "name or uid of an owner's effective user; of the socket's where it has no owner",
     "user = www-data"},
    {"exe",
     {},
     Kind::Text,
     Subject::Exe,
     Fact::Owners | Fact::Exe,
     "path of an owner's executable",
     "exe ~ ^/opt/"},
    {"cmdline",
     {},
     Kind::Text,
     Subject::Cmdline,
     Fact::Owners | Fact::Cmdline,
     "command line of an owner, arguments joined by blanks",
     "cmdline ~ 'java .*kafka'"},
    {"unit",
     {},
     Kind::Text,
     Subject::Unit,
     Fact::Owners | Fact::Cgroup,
     "systemd unit of an owner",
     "unit = ssh.service"},
    {"container",
     {},
     Kind::Text,
     Subject::Container,
     Fact::Owners | Fact::Cgroup,
     "container id of an owner; its first 12 hex digits or more are enough",
     "container = 3f4e5d6c7b8a"},
    {"cgroup",
     {},
     Kind::Text,
     Subject::Cgroup,
     Fact::Owners | Fact::Cgroup,
     "cgroup path of an owner",
     "cgroup ~ ^/user.slice/"},
    {"netns",
     {"ns"},
     Kind::Text,
     Subject::Netns,
     {},
     "network namespace: its label, or its inode number",
     "netns = host"},
    {"uid", {}, Kind::Number, Subject::SocketUid, {}, "uid that created the socket", "uid >= 1000"},
    {"inode",
     {"ino"},
     Kind::Number,
     Subject::Inode,
     {},
     "inode of the socket, 0: none",
     "inode = 31337"},
    {"cookie",
     {},
     Kind::Number,
     Subject::Cookie,
     {},
     "the kernel's id of the socket",
     "cookie = 0x1a2b"},
    {"recv-q",
     {"recvq"},
     Kind::Number,
     Subject::RecvQueue,
     {},
     "bytes waiting to be read; listen: connections waiting to be accepted",
     "recv-q > 0"},
    {"send-q",
     {"sendq"},
     Kind::Number,
     Subject::SendQueue,
     {},
     "bytes not yet acknowledged; listen: limit of the accept queue",
     "send-q >= 65536"},
});

struct Operators {
  std::string_view text;
  unsigned accepted;  // bit i: Compare(i)
};

constexpr unsigned bit(Compare compare) { return 1U << static_cast<unsigned>(compare); }
constexpr unsigned kEquality = bit(Compare::Equal) | bit(Compare::NotEqual);
constexpr unsigned kOrder = kEquality | bit(Compare::Less) | bit(Compare::LessEqual) |
                            bit(Compare::Greater) | bit(Compare::GreaterEqual);
constexpr unsigned kRegex = kEquality | bit(Compare::Match) | bit(Compare::NotMatch);

constexpr Operators kEqualityOperators{"= or !=", kEquality};
constexpr Operators kOrderOperators{"=, !=, <, <=, > or >=", kOrder};
constexpr Operators kTextOperators{"=, !=, ~ or !~", kRegex};

constexpr Operators const& operators_for(Kind kind) {
  switch (kind) {
    case Kind::Port:
    case Kind::Number: return kOrderOperators;
    case Kind::Text: return kTextOperators;
    default: return kEqualityOperators;
  }
}

bool is_called(Field const& field, std::string_view name) {
  if (base::equals_ignoring_case(field.name, name)) return true;
  return std::ranges::any_of(field.aliases, [&](std::string_view alias) {
    return !alias.empty() && base::equals_ignoring_case(alias, name);
  });
}

std::string with_aliases(Field const& field) {
  std::string out = "`" + std::string(field.name) + "`";
  for (auto const alias : field.aliases) {
    if (!alias.empty()) out += ", `" + std::string(alias) + "`";
  }
  return out;
}

}  // namespace

std::span<Field const> fields() { return kFields; }

Field const* find_field(std::string_view name) {
  auto const* found =
      std::ranges::find_if(kFields, [&](Field const& field) { return is_called(field, name); });
  return found == kFields.end() ? nullptr : found;
}

bool takes(Kind kind, Compare compare) {
  return (operators_for(kind).accepted & bit(compare)) != 0;
}

std::string_view operators_of(Kind kind) { return operators_for(kind).text; }

std::string fields_as_markdown() {
  std::string out = "| field | operators | what it compares | example |\n|---|---|---|---|\n";
  for (auto const& field : kFields) {
    out += "| " + with_aliases(field) + " | " + std::string(operators_of(field.kind)) + " | " +
           std::string(field.help) + " | `" + std::string(field.example) + "` |\n";
  }
  return out;
}

}  // namespace lastack::filter
