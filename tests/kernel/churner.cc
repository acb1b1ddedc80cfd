#include "churner.hh"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <random>
#include <system_error>
#include <utility>

namespace lastack::test {
namespace {

constexpr int kBacklog = 512;
constexpr std::size_t kMostHeld = 100;

[[noreturn]] void give_up() { ::_exit(1); }

int checked(int result) {
  if (result < 0) give_up();
  return result;
}

sockaddr_storage loopback(int family, std::uint16_t port) {
  sockaddr_storage address{};
  if (family == AF_INET6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
    v6 = {.sin6_family = AF_INET6,
          .sin6_port = htons(port),
          .sin6_flowinfo = 0,
          .sin6_addr = IN6ADDR_LOOPBACK_INIT,
          .sin6_scope_id = 0};
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  return address;
}

socklen_t length_of(int family) {
  return family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

int listen_at(int family, std::uint16_t port) {
  int const on = 1;
  int const fd = checked(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto const address = loopback(family, port);
  checked(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
  checked(::bind(fd, reinterpret_cast<sockaddr const*>(&address), length_of(family)));
  checked(::listen(fd, kBacklog));
  return fd;
}

void reset(int fd) {
  linger const at_once{.l_onoff = 1, .l_linger = 0};
  checked(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
  ::close(fd);
}

void await_end_of(int fd) {
  char byte = 0;
  while (::read(fd, &byte, 1) > 0) {
  }
}

// A pair of ends in one process.
class Pairs {
 public:
  explicit Pairs(std::uint16_t port) : port_(port), dice_(port) {
    listeners_[0] = listen_at(AF_INET, port);
    listeners_[1] = listen_at(AF_INET6, port);
  }

  void open_and_end() {
    bool const v6 = dice_() % 2 == 0;
    int const family = v6 ? AF_INET6 : AF_INET;
    auto const address = loopback(family, port_);
    int const client = checked(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    checked(::connect(client, reinterpret_cast<sockaddr const*>(&address), length_of(family)));
    int const server = checked(::accept4(listeners_[v6 ? 1 : 0], nullptr, nullptr, SOCK_CLOEXEC));
    end(client, server);
    while (held_.size() > kMostHeld) {
      ::close(held_.front());
      held_.erase(held_.begin());
    }
  }

 private:
  void end(int client, int server) {
    switch (dice_() % 8) {
      case 0: held_.insert(held_.end(), {client, server}); return;
      case 1:
        reset(client);
        ::close(server);
        return;
      case 2:
        checked(::shutdown(client, SHUT_WR));
        held_.insert(held_.end(), {client, server});
        return;
      case 3:  // unread data
        checked(static_cast<int>(::write(server, "unread", 6)));
        ::close(client);
        ::close(server);
        return;
      case 4:
        ::close(server);
        held_.push_back(client);
        return;
      case 5:
        ::close(server);
        await_end_of(client);
        ::close(client);
        return;
      default:
        ::close(client);
        await_end_of(server);
        ::close(server);
    }
  }

  std::uint16_t port_;
  std::minstd_rand dice_;
  int listeners_[2] = {-1, -1};
  std::vector<int> held_;
};

[[noreturn]] void churn(std::uint16_t port, int rounds, int progress) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  Pairs pairs(port);
  for (int i = 0; i < rounds; ++i) pairs.open_and_end();
  if (::write(progress, &rounds, sizeof(rounds)) != sizeof(rounds)) give_up();
  for (;;) ::pause();
}

}  // namespace

void Churners::start(std::uint16_t port, int rounds) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
  auto const pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category());
  if (pid == 0) churn(port, rounds, ends[1]);
  ::close(ends[1]);
  churners_.push_back({pid, ends[0]});
}

bool Churners::are_done() {
  bool all = true;
  for (auto& churner : churners_) {
    if (churner.is_done) continue;
    pollfd waiting{churner.progress, POLLIN, 0};
    if (::poll(&waiting, 1, 0) <= 0) {
      all = false;
      continue;
    }
    int rounds = 0;
    if (::read(churner.progress, &rounds, sizeof(rounds)) != sizeof(rounds)) {
      throw std::runtime_error("a churner has failed");
    }
    opened_ += rounds;
    churner.is_done = true;
  }
  return all;
}

void Churners::end() {
  for (auto const& churner : std::exchange(churners_, {})) {
    ::kill(churner.pid, SIGKILL);
    ::waitpid(churner.pid, nullptr, 0);
    ::close(churner.progress);
  }
}

}  // namespace lastack::test
