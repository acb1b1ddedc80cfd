// A machine of the lab: sockets as programs know them, on the state machine of tcp/. What it sends
// is taken from its outbox by whoever plays the wire; time is told to it.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <vector>

#include "lab/observer.hh"
#include "lab/packet.hh"
#include "lab/settings.hh"
#include "lab/sockets.hh"
#include "tcp/machine.hh"

namespace lastack::lab {

enum class Shut : std::uint8_t { Read, Write, Both };

// One thread. Deterministic: the same calls, segments and times give the same answers.
class Host {
 public:
  // `seed`: of initial sequence numbers and chosen ports.
  Host(std::uint32_t address, Settings const& settings, std::uint64_t seed,
       Observer* observer = nullptr);

  [[nodiscard]] std::uint32_t address() const { return address_; }

  // ---- what programs call; nothing blocks --------------------------------------------------
  SocketId socket();
  [[nodiscard]] Options& options(SocketId id) { return sockets_[id].options; }
  Result bind(SocketId id, std::uint16_t port);
  Result listen(SocketId id, std::uint32_t backlog);
  // InProgress: the SYN is on its way.
  Result connect(SocketId id, Address remote);
  // Value: the new socket.
  Result accept(SocketId id);
  // Value: octets that were taken in, at most as many as there is room for.
  Result send(SocketId id, std::uint32_t octets);
  // Value: octets; 0: the peer has ended.
  Result receive(SocketId id, std::uint32_t octets);
  Result shutdown(SocketId id, Shut how);
  Result close(SocketId id);
  // connect(AF_UNSPEC): ABORT of RFC 9293; the socket stays.
  Result abort(SocketId id);
  // SO_ERROR: told once.
  Error take_error(SocketId id);

  // ---- the wire and the clock --------------------------------------------------------------
  void arrive(Packet const& packet, Moment now);
  // kNever: nothing runs.
  [[nodiscard]] Moment next_timer();
  void run_timers(Moment now);
  // What is to be sent, the first first; who takes it clears it.
  [[nodiscard]] std::vector<Packet>& outbox() { return outbox_; }
  // For calls.
  void set_time(Moment now) { now_ = now; }

  // ---- looked at from outside --------------------------------------------------------------
  [[nodiscard]] Sockets const& sockets() const { return sockets_; }
  // Closed: there is none.
  [[nodiscard]] tcp::State state_of(Flow const& flow) const;

 private:
  struct Alarm {
    Moment at;
    SocketId socket;
    constexpr bool operator>(Alarm const& other) const { return at > other.at; }
  };
  struct Before {
    tcp::State state;
    tcp::Seq snd_una;
    tcp::Seq rcv_nxt;
    std::uint32_t snd_wnd;
    bool request;
  };

  // host_calls.cc
  tcp::Outcome happen(SocketId id, tcp::Event event, tcp::Conditions extra = {});
  void end_listener(SocketId id);
  static std::optional<Result> phase_of(Socket& socket);
  void let_linger(SocketId id);
  std::uint16_t choose_port(Address remote);

  // host_arrivals.cc
  void knock(SocketId listener, Packet const& packet);
  void stray(Packet const& packet);
  void take(SocketId id, Packet const& packet);
  // A request whose listener is gone, which nobody has looked at since.
  bool drop_stale_request(SocketId id);
  // True: the segment was a SYN that found TIME_WAIT, and has been dealt with.
  bool reopen(SocketId id, Packet const& packet);
  void take_text(Socket& socket, Before const& was, Packet const& packet,
                 tcp::Outcome const& outcome);
  void take_acknowledgment(Socket& socket, Before const& before, tcp::Segment const& segment);
  void end_handshake(Socket& socket, Before const& was);
  void hear_of_probe(Socket& socket) const;
  void widen_window(Socket& socket, std::uint32_t octets, std::uint32_t segments) const;
  // True: a FIN was taken in, and acknowledged.
  bool take_ahead(SocketId id);
  SocketId beget(SocketId listener, tcp::Tcb const& tcb, Packet const& packet);
  [[nodiscard]] tcp::Conditions facts_of_listener(Socket const& listener, Moment now) const;
  [[nodiscard]] tcp::Seq cookie_of(Flow const& flow, tcp::Seq irs) const;
  void refresh_facts(Socket& socket) const;

  // host_output.cc
  void follow(SocketId id, Before const& before, tcp::Outcome const& outcome);
  [[nodiscard]] Span delay_of_fin_ack(Socket const& socket, Before const& was) const;
  void transmit(Socket& socket, tcp::Segment segment);
  void repeat_syn(Socket& socket, tcp::Outcome const& outcome);
  void transmit_stray(Packet const& cause, tcp::Segment const& segment);
  // Queued text and FIN, as far as the windows go. True: something was sent.
  bool push(Socket& socket);
  // Octets of a full segment.
  [[nodiscard]] std::uint32_t mss_of(Socket const& socket) const;
  // Octets that both windows have room for.
  [[nodiscard]] std::uint32_t room_of(Socket const& socket) const;
  [[nodiscard]] bool has_room(Socket const& socket) const { return room_of(socket) > 0; }
  [[nodiscard]] bool fits(Socket const& socket, std::uint32_t unsent) const;
  void wake_window(Socket& socket);
  [[nodiscard]] bool waits_for_small(Socket const& socket) const;
  std::uint32_t send_again(Socket& socket, tcp::Seq from, std::uint32_t most);
  void acknowledge(Socket& socket);
  void update_window(Socket& socket);
  void resend_lost(Socket& socket);
  void resend_head(SocketId id);

  // host_timers.cc
  void arm(SocketId id, tcp::Arm arm);
  void start_retransmission(Socket& socket);
  [[nodiscard]] Span until_user_gives_up(Socket const& socket) const;
  void set_alarm(SocketId id);
  void retransmission_timeout(SocketId id);
  void keepalive_timeout(SocketId id);
  void closing_timeout(SocketId id);
  [[nodiscard]] bool is_given_up(Socket const& socket) const;
  void restart_keepalive(Socket& socket) const;
  void note_path(SocketId id, Before const& before, tcp::Outcome const& outcome);
  void bury(SocketId id);

  [[nodiscard]] static Before look_before(Socket const& socket) {
    return {socket.tcb.state, socket.tcb.snd_una, socket.tcb.rcv_nxt, socket.tcb.snd_wnd,
            socket.tcb.facts.has(tcp::Condition::Request)};
  }
  tcp::Seq new_iss();
  std::uint64_t random();

  std::uint32_t address_;
  Settings settings_;
  tcp::Machine machine_;
  std::uint64_t random_;
  std::uint64_t secret_;  // of SYN cookies
  Observer* observer_;
  Moment now_;
  Sockets sockets_;
  std::vector<Packet> outbox_;
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
  std::uint16_t next_port_ = 32768;
};

}  // namespace lastack::lab
