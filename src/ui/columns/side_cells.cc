#include "ui/columns/side_cells.hh"

#include <array>
#include <bit>
#include <cstring>

#include "base/text.hh"
#include "ui/columns/format.hh"

namespace lastack::ui {
namespace {

using model::Address;
using model::Family;

// Which end of the flow.
struct Local {
  static constexpr bool kShowsInterface = true;
  static Address const& address(model::Flow const& flow) { return flow.local; }
  static std::uint16_t port(model::Flow const& flow) { return flow.local_port; }
};
struct Remote {
  static constexpr bool kShowsInterface = false;
  static Address const& address(model::Flow const& flow) { return flow.remote; }
  static std::uint16_t port(model::Flow const& flow) { return flow.remote_port; }
};

std::string const* host_name(Naming const& naming, Address const& address, Family family) {
  if (naming.hosts == nullptr) return nullptr;
  auto const found = naming.hosts->find({family, address});
  return found == naming.hosts->end() ? nullptr : &found->second;
}

std::string const* service_name(Row const& row, std::uint16_t port) {
  if (row.view.naming.services == nullptr) return nullptr;
  auto const found = row.view.naming.services->find({row.endpoint.protocol, port});
  return found == row.view.naming.services->end() ? nullptr : &found->second;
}

void append_number_address(std::string& out, Address const& address, Family family) {
  std::array<char, model::kMaxAddressText> text{};
  out.append(text.data(), model::write_address(text.data(), address, family));
}

void append_address(std::string& out, Row const& row, Address const& address) {
  auto const& endpoint = row.endpoint;
  if (auto const* host = host_name(row.view.naming, address, endpoint.family); host != nullptr) {
    base::append_printable(out, *host);
  } else if (endpoint.family == Family::Inet) {
    append_number_address(out, address, Family::Inet);
  } else if (!endpoint.v6_only && model::is_unspecified(address)) {
    out += '*';
  } else {
    out += '[';
    append_number_address(out, address, Family::Inet6);
    out += ']';
  }
}

void append_port(std::string& out, Row const& row, std::uint16_t port) {
  if (port == 0) {
    out += '*';
  } else if (auto const* service = service_name(row, port); service != nullptr) {
    base::append_printable(out, *service);
  } else {
    append_number(out, port);
  }
}

// As ss does: "0.0.0.0%eth0:68", "[fe80::1]%eth0:546".
void append_interface(std::string& out, Row const& row) {
  out += '%';
  auto const* name = row.view.snapshot.interface_of(row.endpoint);
  if (name != nullptr) {
    base::append_printable(out, *name);
  } else {
    append_number(out, row.endpoint.interface);
  }
}

template <typename Side>
void side_text(std::string& out, Row const& row) {
  append_address(out, row, Side::address(row.endpoint.flow));
  if (Side::kShowsInterface && row.endpoint.interface != 0) append_interface(out, row);
  out += ':';
  append_port(out, row, Side::port(row.endpoint.flow));
}

template <typename Side>
void side_json(exporting::JsonWriter& json, Row const& row, Column const& column) {
  auto const& address = Side::address(row.endpoint.flow);
  auto const port = Side::port(row.endpoint.flow);
  std::array<char, model::kMaxAddressText> text{};
  auto const* end = model::write_address(text.data(), address, row.endpoint.family);
  json.key(column.json_name()).begin_object();
  json.key("addr").string({text.data(), end});
  json.key("port").number(port);
  auto const* host = host_name(row.view.naming, address, row.endpoint.family);
  if (host != nullptr) json.key("host").string(*host);
  auto const* service = service_name(row, port);
  if (service != nullptr && port != 0) json.key("service").string(*service);
  json.end_object();
}

std::uint64_t big_endian(std::uint8_t const* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
  return value;
}

// IPv4 sorts as its v4-mapped twin, so that both stand together.
template <typename Side>
std::uint64_t high_half(Row const& row) {
  if (row.endpoint.family == Family::Inet) return 0;
  return big_endian(Side::address(row.endpoint.flow).bytes.data());
}
template <typename Side>
std::uint64_t low_half(Row const& row) {
  auto const* bytes = Side::address(row.endpoint.flow).bytes.data();
  constexpr std::uint64_t kMapped = 0xffffULL << 32U;
  if (row.endpoint.family == Family::Inet) return kMapped | big_endian(bytes) >> 32U;
  return big_endian(bytes + 8);
}
template <typename Side>
std::uint64_t port_key(Row const& row) {
  return Side::port(row.endpoint.flow);
}
std::uint64_t octet_digits(std::uint8_t octet) { return octet < 10 ? 1 : octet < 100 ? 2 : 3; }

// Only of numeric IPv4, the most frequent: digits, three dots and a colon.
template <typename Side>
std::uint64_t side_width(Row const& row) {
  auto const& naming = row.view.naming;
  bool const numeric = naming.hosts == nullptr && naming.services == nullptr;
  bool const plain = row.endpoint.family == Family::Inet && row.endpoint.interface == 0;
  if (!numeric || !plain) return model::kUnknown64;
  auto const& bytes = Side::address(row.endpoint.flow).bytes;
  return octet_digits(bytes[0]) + octet_digits(bytes[1]) + octet_digits(bytes[2]) +
         octet_digits(bytes[3]) + digits_of(Side::port(row.endpoint.flow)) + 4;
}

template <typename Side>
constexpr Cells kSideCells{.text = side_text<Side>,
                           .json = side_json<Side>,
                           .keys = {high_half<Side>, low_half<Side>, port_key<Side>},
                           .width = side_width<Side>};

}  // namespace

constinit Cells const kLocalCells = kSideCells<Local>;
constinit Cells const kRemoteCells = kSideCells<Remote>;

void append_host(std::string& out, Naming const& naming, Address const& address, Family family) {
  if (auto const* host = host_name(naming, address, family); host != nullptr) {
    base::append_printable(out, *host);
  } else {
    append_number_address(out, address, family);
  }
}

}  // namespace lastack::ui
