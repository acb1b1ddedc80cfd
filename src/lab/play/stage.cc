#include "lab/play/stage.hh"

#include <algorithm>
#include <utility>

#include "lab/scenario/host_settings.hh"

namespace lastack::lab {

using tcp::State;

namespace {

constexpr Span kLook = milliseconds(20);  // how often a guest's states are read
constexpr std::uint32_t kForgedWindow = 65535;

Settings settings_for(Part const& part, tcp::Reading const& reading) {
  auto settings = settings_of(reading);
  for (auto const& [name, value] : part.settings) {
    (void)find_host_setting(name)->set(settings, value);
  }
  return settings;
}

std::uint64_t key(Address address) { return std::uint64_t{address.host} << 16U | address.port; }

}  // namespace

Stage::Stage(Scenario const& scenario, StageTraits const& traits, Guest guest)
    : scenario_(scenario), guest_(guest), wire_(traits.wire, traits.seed) {
  for (PartId id = 0; id < scenario.parts.size(); ++id) {
    auto const& part = scenario.parts[id];
    bool const simulated = !part.puppet && !(is_live() && guest.part == id);
    auto& host = hosts_.emplace_back();
    if (!simulated) continue;
    host = std::make_unique<SimulatedSubject>(part.address, settings_for(part, *traits.reading),
                                              traits.seed, this);
  }
  if (is_live()) now_ = guest_.subject->now();
}

Subject& Stage::subject(PartId part) {
  if (is_live() && guest_.part == part) return *guest_.subject;
  return *hosts_.at(part);
}

bool Stage::wire_is_empty() const { return wire_.next_arrival() == kNever && late_.empty(); }

std::optional<PartId> Stage::part_of(std::uint32_t address) const {
  auto const found = std::ranges::find(scenario_.parts, address, &Part::address);
  if (found == scenario_.parts.end()) return std::nullopt;
  return static_cast<PartId>(found - scenario_.parts.begin());
}

FlowId Stage::flow_id(Flow const& flow) {
  auto const [first, last] = std::minmax({key(flow.local), key(flow.remote)});
  auto const [found, added] =
      flow_ids_.try_emplace({first, last}, static_cast<FlowId>(story_.flows.size()));
  if (added) story_.flows.push_back(flow);
  return found->second;
}

// ---- what happens on hosts -----------------------------------------------------------------

void Stage::changed(std::uint32_t /*host*/, Moment /*when*/, Change const& change) {
  changes_.push_back(change);
}

// The steps of one connection are one line.
void Stage::tell_changes(PartId part) {
  auto const changes = std::exchange(changes_, {});
  std::vector<StateLine> lines;
  for (auto const& change : changes) {
    auto const flow = change.flow.remote.port == 0 ? kNoFlow : flow_id(change.flow);
    auto found = std::ranges::find(lines, flow, &StateLine::flow);
    if (found == lines.end()) {
      lines.push_back({.flow = flow, .from = change.from, .to = change.to});
      found = lines.end() - 1;
    }
    found->to = change.to;
    found->rules.push_back(change.rule);
  }
  for (auto& line : lines) add(part, std::move(line));
}

void Stage::watch(Flow const& flow) {
  auto const known = std::ranges::find(watched_, flow, &Watched::flow);
  if (known == watched_.end()) watched_.push_back({.flow = flow});
}

// What one of the guest's sockets has come to. `arrived`: a segment has come, so that a connection
// that is there now is one of a listener.
void Stage::look_at(Watched& each, bool arrived) {
  auto& subject = *guest_.subject;
  bool const listens = each.listener != kNoSocket;
  auto const state = listens ? subject.state_of(each.listener) : subject.state_of(each.flow);
  if (state == each.state) return;
  auto from = std::exchange(each.state, state);
  auto to = state;
  bool const passive = !listens && std::ranges::any_of(watched_, [&](Watched const& other) {
    return other.listener != kNoSocket && other.state == State::Listen &&
           other.flow.local.port == each.flow.local.port;
  });
  if (passive && arrived && from == State::Closed) from = State::Listen;
  if (passive && from == State::SynReceived && to == State::Closed) to = State::Listen;
  add(guest_.part,
      StateLine{.flow = listens ? kNoFlow : flow_id(each.flow), .from = from, .to = to});
}

void Stage::look_at_guest() {
  for (auto& each : watched_) look_at(each, false);
}

void Stage::send_for_guest(std::vector<Packet> const& packets) {
  for (auto const& packet : packets) {
    watch({packet.from, packet.to});
    send(guest_.part, packet, false);
  }
}

void Stage::tell(PartId part) {
  if (is_live() && part == guest_.part) {
    look_at_guest();
    send_for_guest(guest_.subject->wait({}));
    look_at_guest();
    return;
  }
  tell_changes(part);
  for (auto const& packet : std::exchange(hosts_[part]->host().outbox(), {})) {
    send(part, packet, false);
  }
}

Result Stage::call(PartId part, SocketId socket, CallLine line, bool again_if_it_would_block,
                   std::function<Result(Subject&)> const& call) {
  bool const live = is_live() && part == guest_.part;
  if (!live) hosts_[part]->host().set_time(now_);
  auto& who = subject(part);
  line.result = call(who);
  auto const result = line.result;
  bool const again = again_if_it_would_block && result.error == Error::Again;
  bool const listens = line.call == Call::Listen && result.ok();
  bool const connects = line.call == Call::Connect;
  if (!again) add(part, std::move(line));
  if (live && connects) watch(who.flow_of(socket));
  if (live && listens &&
      std::ranges::find(watched_, socket, &Watched::listener) == watched_.end()) {
    watched_.push_back({.flow = who.flow_of(socket), .listener = socket});
  }
  tell(part);
  return result;
}

void Stage::note(Words text) { add(0, NoteLine{std::move(text)}); }

// ---- the wire ------------------------------------------------------------------------------

void Stage::forge(PartId from, PartId to, Flow const& flow, SegmentPattern const& pattern) {
  Packet packet{.from = flow.local, .to = flow.remote, .segment = {}};
  auto& segment = packet.segment;
  segment.flags = pattern.flags;
  segment.seq = numbering_.seq_at(packet.from, packet.to, pattern.seq.value_or(0));
  if (segment.has(tcp::kAck) || pattern.ack) {
    segment.ack = numbering_.ack_at(packet.from, packet.to, pattern.ack.value_or(0));
  }
  segment.text = pattern.text.value_or(0);
  segment.window = pattern.window.value_or(kForgedWindow);
  packet.mss =
      pattern.mss.value_or(segment.has(tcp::kSyn) ? std::uint16_t{1460} : std::uint16_t{0});
  if (is_live() && to == guest_.part) watch(packet.at_receiver());
  send(from, packet, true);
}

void Stage::cut(PartId from, PartId to, bool cut) {
  std::erase(cuts_, std::pair(from, to));
  if (cut) cuts_.emplace_back(from, to);
}

bool Stage::matches(SegmentLine const& line, PartId from, EndName const& from_name,
                    EndName const& to_name, SegmentPattern const& pattern) const {
  if (from != from_name.part || line.to != to_name.part) return false;
  auto const& packet = line.packet;
  auto const flow = ports_(from_name, to_name);
  if (flow.local.port != 0 && flow.local.port != packet.from.port) return false;
  if (flow.remote.port != 0 && flow.remote.port != packet.to.port) return false;
  auto const& segment = packet.segment;
  auto const plain = [](tcp::Flags flags) { return flags & ~unsigned{tcp::kPsh}; };
  if (!pattern.any_flags && plain(segment.flags) != plain(pattern.flags)) return false;
  return (!pattern.seq || *pattern.seq == line.seq) && (!pattern.ack || *pattern.ack == line.ack) &&
         (!pattern.text || *pattern.text == segment.text) &&
         (!pattern.window || *pattern.window == segment.window) &&
         (!pattern.mss || *pattern.mss == packet.mss);
}

Fate Stage::fate_of(PartId part, SegmentLine const& line, Span& late) {
  if (std::ranges::find(cuts_, std::pair(part, line.to)) != cuts_.end()) return Fate::Lost;
  auto const found = std::ranges::find_if(fates_, [&](FateStep const& each) {
    return matches(line, part, each.from, each.to, each.segment);
  });
  if (found == fates_.end()) return Fate::Arrives;
  auto const fate = found->fate;
  late = found->late;
  if (--found->times == 0) fates_.erase(found);
  return fate;
}

void Stage::send(PartId part, Packet const& packet, bool forged) {
  auto const to = part_of(packet.to.host);
  if (!to) return;
  numbering_.see(packet, forged);
  SegmentLine line{.to = *to,
                   .flow = flow_id({packet.from, packet.to}),
                   .packet = packet,
                   .seq = numbering_.seq_of(packet),
                   .ack = packet.segment.has(tcp::kAck) ? numbering_.ack_of(packet) : 0,
                   .forged = forged};
  Span late;
  line.fate = fate_of(part, line, late);
  if (line.fate == Fate::Late) late_.push_back({now_ + late, packet});
  bool const carried = line.fate == Fate::Arrives || line.fate == Fate::Twice;
  if (carried) {
    auto copies = wire_.carry(packet, now_);
    if (line.fate == Fate::Twice) copies += wire_.carry(packet, now_);
    line.fate = copies == 0 ? Fate::Lost : copies == 1 ? Fate::Arrives : Fate::Twice;
  }
  if (line.fate != Fate::Lost) under_way_.push_back(story_.lines.size());
  add(part, line);
}

void Stage::note_arrival(Packet const& packet) {
  auto const found = std::ranges::find_if(under_way_, [&](std::size_t index) {
    return std::get<SegmentLine>(story_.lines[index].what).packet == packet;
  });
  if (found == under_way_.end()) return;
  std::get<SegmentLine>(story_.lines[*found].what).arrived = now_;
  under_way_.erase(found);
}

void Stage::deliver(Packet const& packet) {
  note_arrival(packet);
  auto const part = part_of(packet.to.host);
  if (!part || scenario_.parts[*part].puppet) return;
  if (is_live() && *part == guest_.part) {
    deliver_to_guest(packet);
    return;
  }
  hosts_[*part]->host().arrive(packet, now_);
  tell(*part);
}

// Only the connection that it belongs to is looked at: in a flood there are many, and others are
// looked at as time passes.
void Stage::deliver_to_guest(Packet const& packet) {
  auto const flow = packet.at_receiver();
  auto const look = [&](bool arrived) {
    look_at(*std::ranges::find(watched_, flow, &Watched::flow), arrived);
  };
  watch(flow);
  guest_.subject->inject(packet);
  look(true);
  send_for_guest(guest_.subject->wait({}));
  look(false);
}

// ---- time ----------------------------------------------------------------------------------

Moment Stage::next_event() {
  auto next = wire_.next_arrival();
  for (auto const& each : late_) next = std::min(next, each.at);
  for (auto const& host : hosts_) {
    if (host) next = std::min(next, host->host().next_timer());
  }
  return next;
}

void Stage::pass_time(Moment until) {
  if (!is_live()) {
    now_ = std::max(now_, until);
    return;
  }
  auto const most = std::min(std::max(Span(), until - now_), kLook);
  auto const packets = guest_.subject->wait(most);
  now_ = guest_.subject->now();
  look_at_guest();
  send_for_guest(packets);
}

void Stage::take_turns() {
  for (auto const& each : std::exchange(late_, {})) {
    if (each.at > now_) {
      late_.push_back(each);
    } else if (wire_.carry(each.packet, now_) == 0) {
      note_arrival(each.packet);
    }
  }
  // Without a delay, answers to answers would never end.
  for (auto packet = wire_.arrived(now_); packet && !is_full(); packet = wire_.arrived(now_)) {
    deliver(*packet);
  }
  for (PartId part = 0; part < hosts_.size(); ++part) {
    if (!hosts_[part]) continue;
    auto& host = hosts_[part]->host();
    host.set_time(now_);
    host.run_timers(now_);
    tell(part);
  }
}

bool Stage::run(Moment end, std::function<bool()> const& enough) {
  while (true) {
    if (enough && enough()) return true;
    if (is_full()) return false;
    if (now_ >= end && next_event() > now_) return false;
    pass_time(std::min(next_event(), end));
    take_turns();
  }
}

}  // namespace lastack::lab
