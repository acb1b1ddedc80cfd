#include "ui/explain/edge_words.hh"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lastack::ui {
namespace {

using base::Language;
using tcp::Edge;
using tcp::EdgeKind;

constexpr base::Phrase kComma{", ", "、"};
// States from which it is no usual way.
constexpr base::Phrase kAnyState{"others", "其他状态"};
constexpr base::Phrase kOr{"; or ", "；或者"};

// Events that mean something else on certain edges: only Linux' rows lead there by them.
struct Special {
  tcp::Event event;
  tcp::StateSet from;
  tcp::State to;
  base::Phrase label;
  base::Phrase meaning;
};
constexpr auto kSpecial = [] {
  using enum tcp::State;
  using E = tcp::Event;
  constexpr auto kAll = tcp::StateSet::all();
  constexpr auto kConnected = ~(Listen | tcp::StateSet(SynSent));
  return std::to_array<Special>({
      {E::Close,
       kConnected,
       Closed,
       {"close() with unread data", "有未读数据时 close()"},
       {"close() with unread data, or with SO_LINGER and a time of 0",
        "程序在有未读数据时 close()，或 SO_LINGER 时间为 0"}},
      {E::AckStray,
       Listen,
       SynReceived,
       {"rcv ACK of cookie", "收到 cookie 的 ACK"},
       {"the ACK of a SYN cookie arrives", "收到对 SYN cookie 的 ACK"}},
      {E::AckOfSyn,
       SynReceived,
       Closed,
       {"accept queue full", "accept 队列已满"},
       {"the ACK arrives while the accept queue is full (tcp_abort_on_overflow)",
        "ACK 到达时 accept 队列已满（tcp_abort_on_overflow）"}},
      {E::AckOld,
       SynReceived,
       Established,
       {"rcv old ACK", "收到旧 ACK"},
       {"both SYNs have crossed, and an ACK of nothing new arrives",
        "双方的 SYN 交错，并收到没有确认新内容的 ACK"}},
      {E::AckOfFin,
       FinWait1,
       Closed,
       {"negative TCP_LINGER2", "TCP_LINGER2 为负"},
       {"the ACK of our FIN arrives, and TCP_LINGER2 is negative",
        "收到对本端 FIN 的 ACK，而 TCP_LINGER2 为负"}},
      {E::SeqUnacceptable,
       kAll,
       Closed,
       {"rcv RST after FIN", "收到 FIN 之后的 RST"},
       {"an RST with the sequence number of the peer's FIN arrives",
        "收到与对端 FIN 同序号的 RST"}},
      {E::Syn,
       kAll,
       Closed,
       {"rcv another SYN", "收到另一个 SYN"},
       {"another SYN arrives in the window", "在窗口内收到另一个 SYN"}},
      {E::Fin,
       FinWait1,
       TimeWait,
       {"rcv FIN with ACK of FIN", "收到 FIN 和对 FIN 的 ACK"},
       {"one segment brings the peer's FIN and the ACK of ours",
        "同一报文段带来对端的 FIN 和对本端 FIN 的 ACK"}},
      {E::Fin,
       FinWait1,
       Closing,
       {"rcv FIN", "收到 FIN"},
       {"the peer's FIN arrives without the ACK of ours",
        "收到对端的 FIN，但没有对本端 FIN 的 ACK"}},
      {E::Text,
       CloseWait,
       Closed,
       {"rcv data across FIN", "收到跨越 FIN 的数据"},
       {"data arrive that reach across the peer's FIN", "收到跨越对端 FIN 的数据"}},
      {E::Text,
       kAll,
       Closed,
       {"rcv data without a reader", "收到无人读取的数据"},
       {"data arrive that no process can read any more", "收到已无进程能读取的数据"}},
      {E::TextAhead,
       kAll,
       Closed,
       {"rcv data without a reader", "收到无人读取的数据"},
       {"data arrive that no process can read any more, beyond a gap",
        "收到已无进程能读取、且中间有缺口的数据"}},
  });
}();

struct ReasonText {
  base::Phrase label;
  base::Phrase meaning;
};

ReasonText text_of(Edge const& edge, tcp::Reason const& reason) {
  auto const* special = std::ranges::find_if(kSpecial, [&](Special const& each) {
    return each.event == reason.event && each.from.has(edge.from) && each.to == edge.to;
  });
  if (special != kSpecial.end()) return {special->label, special->meaning};
  return {describe(reason.event).label, describe(reason.event).meaning};
}

// Kinds of RST and rare segments: on the page of the edge, not on that of a state.
constexpr tcp::EventSet kDetails = tcp::Event::SeqUnacceptable | tcp::Event::RstElsewhere |
                                   tcp::Event::Syn | tcp::Event::AckOfSyn | tcp::Event::AckOfFin |
                                   tcp::Event::AckOld | tcp::Event::TextAhead |
                                   tcp::Event::AckStray | tcp::Event::UserTimeout;

// Those of Linux from the `first` on.
void add_labels(std::vector<std::string_view>& labels, Edge const& edge, std::size_t first,
                Language language) {
  for (auto const& reason : edge.reasons().subspan(first)) {
    auto const label = text_of(edge, reason).label.in(language);
    bool const known = std::ranges::find(labels, label) != labels.end();
    if (reason.in_linux && !kDetails.has(reason.event) && !known) labels.push_back(label);
  }
}

// The drawn reason in words, the others of a drawn edge by their labels.
std::string why(Edge const& edge, Language language) {
  auto text = std::string(text_of(edge, edge.reasons().front()).meaning.in(language));
  std::vector<std::string_view> others;
  add_labels(others, edge, 1, language);
  if (others.empty()) return text;
  return text + std::string(kOr.in(language)) +
         fmt::format("{}", fmt::join(others, kComma.in(language)));
}

template <typename OtherEnd>
std::vector<EdgeWords> ways(Language language, bool (*concerns)(Edge const&, tcp::State),
                            OtherEnd other_end, tcp::State state, bool each_in_full) {
  std::vector<EdgeWords> words;
  std::vector<std::string_view> states;
  std::vector<std::string_view> labels;
  for (auto const& edge : tcp::kEdges) {
    if (!concerns(edge, state) || !edge.in_linux) continue;
    auto const& drawn = edge.reasons().front();
    if (edge.kind == EdgeKind::Text) {
      states.push_back(tcp::name(other_end(edge)));
      add_labels(labels, edge, 0, language);
      continue;
    }
    words.push_back({std::string(tcp::name(other_end(edge))),
                     each_in_full ? why(edge, language)
                                  : std::string(text_of(edge, drawn).meaning.in(language))});
    if (!each_in_full) add_labels(labels, edge, 1, language);
  }
  if (states.empty()) return words;
  auto const where = each_in_full ? fmt::format("{}", fmt::join(states, ", "))
                                  : std::string(kAnyState.in(language));
  words.push_back({where, fmt::format("{}", fmt::join(labels, kComma.in(language)))});
  return words;
}

}  // namespace

std::vector<EdgeWords> ways_in(tcp::State state, Language language) {
  return ways(
      language, [](Edge const& edge, tcp::State at) { return edge.to == at; },
      [](Edge const& edge) { return edge.from; }, state, state != tcp::State::Closed);
}

std::vector<EdgeWords> ways_out(tcp::State state, Language language) {
  return ways(
      language, [](Edge const& edge, tcp::State at) { return edge.from == at; },
      [](Edge const& edge) { return edge.to; }, state, true);
}

std::string meaning(Edge const& edge, tcp::Reason const& reason, Language language) {
  return std::string(text_of(edge, reason).meaning.in(language));
}

std::string sentence(Edge const& edge, tcp::Reason const& reason, Language language) {
  auto const action = label(reason.emit).in(language);
  auto text = meaning(edge, reason, language);
  if (!action.empty()) text += fmt::format(" / {}", action);
  return text;
}

}  // namespace lastack::ui
