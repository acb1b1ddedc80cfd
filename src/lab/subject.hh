// A host that is asked what it does: simulated, or the running kernel. Whoever asks plays its peers
// with segments made by hand.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.hh"
#include "lab/errors.hh"
#include "lab/host.hh"
#include "lab/moment.hh"
#include "lab/packet.hh"

namespace lastack::lab {

class Subject {
 public:
  Subject() = default;
  Subject(Subject const&) = delete;
  Subject& operator=(Subject const&) = delete;
  virtual ~Subject() = default;

  // ---- calls of its programs; as of Host ----------------------------------------------------
  virtual SocketId socket() = 0;
  // Before the first bind() or connect().
  virtual void set(SocketId id, Options const& options) = 0;
  virtual Result bind(SocketId id, std::uint16_t port) = 0;
  virtual Result listen(SocketId id, std::uint32_t backlog) = 0;
  virtual Result connect(SocketId id, Address remote) = 0;
  virtual Result accept(SocketId id) = 0;
  virtual Result send(SocketId id, std::uint32_t octets) = 0;
  virtual Result receive(SocketId id, std::uint32_t octets) = 0;
  virtual Result shutdown(SocketId id, Shut how) = 0;
  virtual Result close(SocketId id) = 0;
  virtual Result abort(SocketId id) = 0;
  virtual Error take_error(SocketId id) = 0;

  // ---- its wire ------------------------------------------------------------------------------
  [[nodiscard]] virtual std::uint32_t address() const = 0;
  virtual void inject(Packet const& packet) = 0;
  // Lets time pass; what it has sent meanwhile, and since the last time.
  [[nodiscard]] virtual std::vector<Packet> settle(Span span) = 0;
  // Closed: there is none.
  [[nodiscard]] virtual tcp::State state_of(Flow const& flow) = 0;
  // Of a socket that a process has; Closed also where none has it any more.
  [[nodiscard]] virtual tcp::State state_of(SocketId id) = 0;
  // As far as it is known: ports that were not chosen yet are 0; all is 0 where there is no socket.
  [[nodiscard]] virtual Flow flow_of(SocketId id) = 0;
};

}  // namespace lastack::lab
