#include "ui/columns/socket_cells.hh"

#include <array>

#include "base/text.hh"
#include "ui/columns/number_cells.hh"

namespace lastack::ui {
namespace {

using model::Endpoint;
using model::kUnknown64;

// The protocol, the family and the state are names with an order of their own.
template <auto Field>
std::uint64_t order_of(Row const& row) {
  return static_cast<std::uint64_t>(row.endpoint.*Field);
}
template <auto Field>
void name_text(std::string& out, Row const& row) {
  out += name(row.endpoint.*Field);
}
template <auto Field>
void name_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  json.key(column.json_name()).string(name(row.endpoint.*Field));
}
template <auto Field>
constexpr Cells kNameCells{.text = name_text<Field>,
                           .json = name_json<Field>,
                           .keys = {order_of<Field>},
                           .same = order_of<Field>};

template <auto Field>
std::uint64_t field(Row const& row) {
  return row.endpoint.*Field;
}
// Zero means that there is none.
template <auto Field>
std::uint64_t field_or_unknown(Row const& row) {
  auto const value = row.endpoint.*Field;
  return value == 0 ? kUnknown64 : value;
}

// A listening socket's queues are its accept queue, which has a name of its own in JSON.
template <auto Field>
void queue_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const value = row.endpoint.*Field;
  json.key(column.members[0].name).number(value);
  if (row.endpoint.state == model::SocketState::Listen) {
    json.key(column.members[1].name).number(value);
  }
}
template <auto Field>
constexpr Cells kQueueCells{.text = number_text<field<Field>, append_number>,
                            .json = queue_json<Field>,
                            .keys = {field<Field>}};

// Indexed by TimerKind.
constexpr std::array<std::string_view, 5> kTimerNames{"", "retransmit", "keepalive", "timewait",
                                                      "persist"};

void timer_text(std::string& out, Row const& row) {
  auto const& endpoint = row.endpoint;
  if (endpoint.timer == model::TimerKind::None) {
    out += row.view.unknown;
    return;
  }
  out += name(endpoint.timer);
  out += ' ';
  append_duration(out, endpoint.timer_ms);
  if (endpoint.retransmits > 0) {
    out += " #";
    append_number(out, endpoint.retransmits);
  }
}

void timer_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const& endpoint = row.endpoint;
  if (endpoint.timer == model::TimerKind::None) return;
  json.key(column.json_name()).begin_object();
  json.key("kind").string(name(endpoint.timer));
  json.key("expires_ms").number(endpoint.timer_ms);
  json.key("retransmits").number(endpoint.retransmits);
  json.end_object();
}

std::uint64_t timer_kind(Row const& row) {
  auto const kind = row.endpoint.timer;
  return kind == model::TimerKind::None ? kUnknown64 : static_cast<std::uint64_t>(kind);
}

// Cookies go beyond 2^53, where JSON numbers lose their last digits: a string, as ss's sk:.
void cookie_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  if (row.endpoint.cookie == 0) return;
  std::array<char, 16> digits{};
  auto const end = std::to_chars(digits.begin(), digits.end(), row.endpoint.cookie, 16).ptr;
  json.key(column.json_name()).string({digits.data(), end});
}

// TIME_WAIT and request sockets are the kernel's own: nobody created them.
std::uint64_t creator(Row const& row) {
  return row.endpoint.uid == model::kNone ? kUnknown64 : row.endpoint.uid;
}

void interface_text(std::string& out, Row const& row) {
  auto const* name = row.view.snapshot.interface_of(row.endpoint);
  if (name != nullptr) {
    base::append_printable(out, *name);
  } else if (row.endpoint.interface != 0) {
    append_number(out, row.endpoint.interface);
  } else {
    out += row.view.unknown;
  }
}

void interface_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  if (row.endpoint.interface == 0) return;
  auto const* name = row.view.snapshot.interface_of(row.endpoint);
  if (name != nullptr) json.key(column.json_name()).string(*name);
  json.key(column.members[1].name).number(row.endpoint.interface);
}

void socket_user_text(std::string& out, Row const& row) {
  auto const& users = row.view.snapshot.users;
  auto const user = users.find(row.endpoint.uid);
  if (user != users.end()) {
    base::append_printable(out, user->second);
  } else if (row.endpoint.uid == model::kNone) {
    out += row.view.unknown;
  } else {
    append_number(out, row.endpoint.uid);
  }
}

void socket_user_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const& users = row.view.snapshot.users;
  auto const user = users.find(row.endpoint.uid);
  if (user != users.end()) json.key(column.json_name()).string(user->second);
}

void namespace_text(std::string& out, Row const& row) {
  auto const* netns = row.view.snapshot.netns_of(row.endpoint);
  if (netns == nullptr) {
    out += row.view.unknown;
  } else if (netns->label.empty()) {
    append_number(out, netns->inode);
  } else {
    base::append_printable(out, netns->label);
  }
}

void namespace_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const* netns = row.view.snapshot.netns_of(row.endpoint);
  if (netns == nullptr) return;
  json.key(column.json_name()).begin_object();
  json.key("inode").number(netns->inode);
  json.key("label").string(netns->label);
  json.end_object();
}

std::uint64_t same_namespace(Row const& row) {
  auto const index = row.endpoint.netns;
  return index < row.view.snapshot.namespaces.size() ? index : kUnknown64;
}

// The kernel says it only of sockets that take or may take peers (inet_diag_msg_attrs_fill).
std::uint64_t is_v6_only(Row const& row) {
  constexpr auto kTold = model::mask_of(model::SocketState::Listen) |
                         model::mask_of(model::SocketState::BoundInactive) |
                         model::mask_of(model::SocketState::Unconnected);
  bool const told = row.endpoint.family == model::Family::Inet6 &&
                    (kTold & model::mask_of(row.endpoint.state)) != 0;
  return told ? row.endpoint.v6_only : kUnknown64;
}

std::uint64_t is_mapped(Row const& row) {
  if (row.endpoint.family != model::Family::Inet6) return kUnknown64;
  return model::is_v4_mapped(row.endpoint.flow.local) ||
         model::is_v4_mapped(row.endpoint.flow.remote);
}

// An MPTCP owner tells it too; that it is none only the details do.
std::uint64_t is_mptcp(Row const& row) {
  if (row.endpoint.mptcp_subflow) return 1;
  bool const told =
      row.endpoint.protocol == model::Protocol::Tcp && row.endpoint.details != model::kNone;
  return told ? 0 : kUnknown64;
}

bool is_ownerless(Endpoint const& endpoint) {
  return endpoint.owner_count == 0 && endpoint.no_owner != model::NoOwner::HasOwner;
}

void no_owner_text(std::string& out, Row const& row) {
  out += is_ownerless(row.endpoint) ? model::explain(row.endpoint.no_owner) : row.view.unknown;
}

void no_owner_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  if (!is_ownerless(row.endpoint)) return;
  json.key(column.json_name()).string(model::json_id(row.endpoint.no_owner));
}

}  // namespace

std::string_view name(model::Family family) {
  return family == model::Family::Inet ? "inet" : "inet6";
}
std::string_view name(model::TimerKind kind) { return kTimerNames[static_cast<std::size_t>(kind)]; }

constinit Cells const kProtocolCells = kNameCells<&Endpoint::protocol>;
constinit Cells const kFamilyCells = kNameCells<&Endpoint::family>;
constinit Cells const kStateCells = kNameCells<&Endpoint::state>;
constinit Cells const kReceiveQueueCells = kQueueCells<&Endpoint::recv_queue>;
constinit Cells const kSendQueueCells = kQueueCells<&Endpoint::send_queue>;
constinit Cells const kTimerCells{
    .text = timer_text, .json = timer_json, .keys = {timer_kind, field<&Endpoint::timer_ms>}};
constinit Cells const kInodeCells = kNumberCells<field_or_unknown<&Endpoint::inode>>;
constinit Cells const kCookieCells{
    .text = number_text<field_or_unknown<&Endpoint::cookie>, append_hex>,
    .json = cookie_json,
    .keys = {field_or_unknown<&Endpoint::cookie>}};
constinit Cells const kUidCells = kNumberCells<creator>;
constinit Cells const kSocketUserCells{.text = socket_user_text, .json = socket_user_json};
constinit Cells const kInterfaceCells{.text = interface_text, .json = interface_json};
constinit Cells const kNamespaceCells{
    .text = namespace_text, .json = namespace_json, .same = same_namespace};
constinit Cells const kV6OnlyCells = kBooleanCells<is_v6_only>;
constinit Cells const kV4MappedCells = kBooleanCells<is_mapped>;
constinit Cells const kMptcpCells = kBooleanCells<is_mptcp>;
constinit Cells const kNoOwnerCells{.text = no_owner_text, .json = no_owner_json};

}  // namespace lastack::ui
