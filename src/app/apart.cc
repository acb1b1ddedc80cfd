#include "app/apart.hh"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/fd.hh"

namespace lastack::app {
namespace {

struct Worker {
  std::size_t index;
  pid_t pid;
  base::Fd pipe;
  std::string said;
};

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto const written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Waits for a process that was ours to start; true: it ended well.
bool reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

base::Result<Worker> start(Work const& work, std::size_t index) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::fail_errno("pipe");
  base::Fd reading(ends[0]);
  base::Fd const writing(ends[1]);
  auto const pid = ::fork();
  if (pid < 0) return base::fail_errno("fork");
  if (pid == 0) {
    write_all(writing.get(), work());
    ::_exit(0);  // nothing of the parent's is flushed twice
  }
  return Worker{index, pid, std::move(reading), {}};
}

// False: its process has closed the pipe.
bool listen(Worker& worker) {
  std::array<char, 4096> buffer{};
  auto const size = ::read(worker.pipe.get(), buffer.data(), buffer.size());
  if (size < 0) return errno == EINTR;
  worker.said.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0;
}

}  // namespace

base::Result<std::vector<std::optional<std::string>>> do_apart(
    std::vector<Work> const& works, std::size_t most, int gap_ms,
    std::function<bool(std::size_t done)> const& look) {
  std::vector<std::optional<std::string>> results(works.size());
  std::vector<Worker> workers;
  std::size_t begun = 0;
  std::size_t done = 0;
  while (look(done) && done < works.size()) {
    if (begun < works.size() && workers.size() < most) {
      auto worker = start(works[begun], begun);
      if (!worker) return std::unexpected(worker.error());
      workers.push_back(std::move(*worker));
      ++begun;
    }
    std::vector<pollfd> waiting;
    waiting.reserve(workers.size());
    for (auto const& worker : workers) waiting.push_back({worker.pipe.get(), POLLIN, 0});
    bool const more = begun < works.size() && workers.size() < most;
    (void)::poll(waiting.data(), waiting.size(), more ? gap_ms : 200);
    for (std::size_t i = waiting.size(); i-- > 0;) {
      if (waiting[i].revents == 0 || listen(workers[i])) continue;
      if (reap(workers[i].pid)) results[workers[i].index] = std::move(workers[i].said);
      workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(i));
      ++done;
    }
  }
  for (auto const& worker : workers) {
    ::kill(worker.pid, SIGKILL);
    (void)reap(worker.pid);
  }
  return results;
}

}  // namespace lastack::app
