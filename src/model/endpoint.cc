#include "model/endpoint.hh"

namespace lastack::model {
namespace {

struct Reason {
  std::string_view label;
  std::string_view json;
  std::string_view sentence;
};

// Indexed by NoOwner.
constexpr auto kReasons = std::to_array<Reason>({
    {"", "", ""},
    {"-", "not_asked", "owners were not collected"},
    {"(kernel)", "time_wait", "closed on both sides; the kernel alone keeps it until 2MSL is over"},
    {"(kernel)", "request", "the handshake is not finished; the kernel alone keeps the request"},
    {"(orphan)", "orphan", "its process has closed it; the kernel finishes the closing handshake"},
    {"(accept queue)", "accept_queue", "established, but its listener has not called accept() yet"},
    {"(hidden)", "not_permitted", "some processes could not be read, and one of them may own it"},
    {"(no process)", "no_process",
     "no visible process has it open: a kernel socket, one in flight between processes, or one "
     "of an outer pid namespace"},
});

Reason const& reason_of(NoOwner reason) { return kReasons[static_cast<std::size_t>(reason)]; }

}  // namespace

std::string_view label(NoOwner reason) { return reason_of(reason).label; }
std::string_view json_id(NoOwner reason) { return reason_of(reason).json; }
std::string_view explain(NoOwner reason) { return reason_of(reason).sentence; }

}  // namespace lastack::model
