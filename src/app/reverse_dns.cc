#include "app/reverse_dns.hh"

#include <ares.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

namespace lastack::app {
namespace {

using Clock = std::chrono::steady_clock;

struct DestroyChannel {
  void operator()(ares_channel channel) const { ares_destroy(channel); }
};
using Channel = std::unique_ptr<std::remove_pointer_t<ares_channel>, DestroyChannel>;

// c-ares wants a global start before the first channel.
class Library {
 public:
  Library() : status_(ares_library_init(ARES_LIB_INIT_ALL)) {}
  Library(Library const&) = delete;
  Library& operator=(Library const&) = delete;
  ~Library() {
    if (status_ == ARES_SUCCESS) ares_library_cleanup();
  }
  [[nodiscard]] int status() const { return status_; }

 private:
  int status_;
};

struct Shared {
  ReverseNames result;
  std::size_t under_way = 0;
};

struct Lookup {
  Shared* shared;
  HostKey key;
};

void on_answer(void* context, int status, int /*timeouts*/, char* node, char* /*service*/) {
  std::unique_ptr<Lookup> const lookup(static_cast<Lookup*>(context));
  --lookup->shared->under_way;
  if (status == ARES_SUCCESS && node != nullptr) {
    lookup->shared->result.names.emplace(lookup->key, node);
  } else if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED || status == ARES_ETIMEOUT) {
    ++lookup->shared->result.unanswered;
  }
}

void ask(ares_channel channel, Shared& shared, HostKey const& key) {
  sockaddr_storage storage{};
  ares_socklen_t length = 0;
  auto const& [family, host] = key;
  if (family == model::Family::Inet) {
    auto* address = reinterpret_cast<sockaddr_in*>(&storage);
    address->sin_family = AF_INET;
    std::memcpy(&address->sin_addr, host.bytes.data(), sizeof address->sin_addr);
    length = sizeof *address;
  } else {
    auto* address = reinterpret_cast<sockaddr_in6*>(&storage);
    address->sin6_family = AF_INET6;
    std::memcpy(&address->sin6_addr, host.bytes.data(), sizeof address->sin6_addr);
    length = sizeof *address;
  }
  ++shared.under_way;
  ares_getnameinfo(channel, reinterpret_cast<sockaddr*>(&storage), length,
                   ARES_NI_LOOKUPHOST | ARES_NI_NAMEREQD, on_answer,
                   new Lookup{&shared, key});  // owned by on_answer, which is always called
}

// Waits for answers, at most until `deadline`, and lets c-ares take them in.
void wait_for_answers(ares_channel channel, Clock::time_point deadline) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  auto const mask = static_cast<unsigned>(
      ares_getsock(channel, sockets.data(), static_cast<int>(sockets.size())));
  std::vector<pollfd> polled;
  for (unsigned i = 0; i < sockets.size(); ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(mask, i)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(mask, i)) events |= POLLOUT;
    if (events != 0) polled.push_back({sockets[i], events, 0});
  }
  auto const left = std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count());
  timeval longest{left / 1000, (left % 1000) * 1000};
  timeval chosen{};
  auto const* wait = ares_timeout(channel, &longest, &chosen);
  auto const wait_ms = static_cast<int>(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1);
  ::poll(polled.data(), polled.size(), wait_ms);
  for (auto const& entry : polled) {
    ares_process_fd(
        channel, (entry.revents & (POLLIN | POLLERR | POLLHUP)) != 0 ? entry.fd : ARES_SOCKET_BAD,
        (entry.revents & POLLOUT) != 0 ? entry.fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // lets its time-outs fire
}

}  // namespace

base::Result<ReverseNames> reverse_names(std::set<HostKey> const& hosts,
                                         std::chrono::milliseconds limit) {
  Library const library;
  if (library.status() != ARES_SUCCESS) return base::fail(ares_strerror(library.status()));
  ares_channel raw = nullptr;
  if (int const status = ares_init(&raw); status != ARES_SUCCESS) {
    return base::fail(std::string("start the resolver: ") + ares_strerror(status));
  }
  Shared shared;
  {
    Channel const channel(raw);  // destroying it answers what is still under way
    auto const deadline = Clock::now() + limit;
    auto next = hosts.begin();
    while ((next != hosts.end() || shared.under_way > 0) && Clock::now() < deadline) {
      while (next != hosts.end() && shared.under_way < kLookupsAtOnce && Clock::now() < deadline) {
        ask(channel.get(), shared, *next++);
      }
      if (shared.under_way > 0) wait_for_answers(channel.get(), deadline);
    }
    shared.result.unanswered += static_cast<std::size_t>(std::distance(next, hosts.end()));
  }
  return std::move(shared.result);
}

}  // namespace lastack::app
