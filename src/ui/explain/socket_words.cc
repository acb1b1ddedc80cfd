#include "ui/explain/socket_words.hh"

#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "base/text.hh"

namespace lastack::ui {
namespace {

using base::Phrase;
using explain::Milliseconds;
using model::Endpoint;
using model::Side;
using model::TimerKind;

std::string place(model::Address const& address, model::Family family, std::uint16_t port) {
  auto const text = model::to_string(address, family);
  return family == model::Family::Inet6 ? fmt::format("[{}]:{}", text, port)
                                        : fmt::format("{}:{}", text, port);
}

std::string process_text(model::Process const& process) {
  return fmt::format("{}[{}]", base::printable(process.comm), process.pid);
}

constexpr Phrase kAndMore{" and {} more", " 等 {} 个进程"};
constexpr Phrase kItsProgram{"its program", "持有它的程序"};
constexpr Phrase kThePeer{"the peer", "对端"};
constexpr Phrase kAnUnknownTime{"an unknown time", "未知时间"};

constexpr Phrase kRange{"{} to {}", "{} 到 {}"};

// In the order of model::NoOwner, whose own words are English.
constexpr std::array<std::string_view, 8> kWhyNoOwnerInChinese{
    "有所有者",
    "未查询所有者",
    "双方都已关闭；由内核保留到 2MSL 结束",
    "握手尚未完成；还只是内核中的请求套接字",
    "进程已关闭它；由内核完成关闭过程",
    "连接已建立，但监听程序还没有 accept()",
    "有些进程不允许读取，其中之一可能持有它",
    "可见的进程都不持有它：属于内核、正在传递、由 io_uring 持有，或在外层 pid 命名空间"};
static_assert(kWhyNoOwnerInChinese.size() ==
              static_cast<std::size_t>(model::NoOwner::NoProcess) + 1);

model::TcpSettings const& settings_of(SocketView const& view, Endpoint const& endpoint) {
  return view.settings.at(endpoint.netns);
}

std::string time_text(SocketView const& view, std::uint64_t ms) {
  return explain::duration_text(Milliseconds(static_cast<std::int64_t>(ms)), view.language);
}

constexpr std::array<Phrase, 5> kTimers{{
    {"", ""},
    {"retransmission", "重传"},
    {"keepalive", "保活"},
    {"TIME_WAIT", "TIME_WAIT"},
    {"window probe", "窗口探测"},
}};
constexpr Phrase kFires{"{}: fires in {}", "{}：{}后触发"};
constexpr Phrase kTries{", {} time(s) so far", "，已触发 {} 次"};

constexpr Phrase kSinceKnown{"about {} (by its timer)", "约 {}（由定时器推算）"};
constexpr Phrase kSinceUnknown{"not known: nobody watched it ('lastack watch' would)",
                               "未知：没有人观察过（lastack watch 可以观察）"};
constexpr Phrase kLastReceived{"; data came {} ago", "；{}前收到过数据"};
constexpr Phrase kLastSent{"; data were sent {} ago", "；{}前发送过数据"};

constexpr Phrase kOpenedHere{"opened from here, as nobody listens on port {}",
                             "由本端发起，因为端口 {} 上没有监听"};
constexpr Phrase kOpenedThere{"opened by the peer, as port {} has a listener",
                              "由对端发起，因为端口 {} 上有监听"};
constexpr Phrase kOpenedByWhom{"by whom it was opened is not known, nobody listens on port {} now",
                               "不知由谁发起，端口 {} 上现在没有监听"};
constexpr Phrase kClosedHere{"; this side closed first", "；本端先关闭"};
constexpr Phrase kClosedThere{"; the peer closed first", "；对端先关闭"};

std::string with(Phrase const& phrase, base::Language language, auto const&... values) {
  return fmt::format(fmt::runtime(phrase.in(language)), values...);
}

}  // namespace

std::string local_text(Endpoint const& endpoint) {
  return place(endpoint.flow.local, endpoint.family, endpoint.flow.local_port);
}

std::string remote_text(Endpoint const& endpoint) {
  if (endpoint.flow.remote_port == 0) return "*";
  return place(endpoint.flow.remote, endpoint.family, endpoint.flow.remote_port);
}

std::string netns_text(SocketView const& view, Endpoint const& endpoint) {
  auto const* netns = view.snapshot.netns_of(endpoint);
  return netns == nullptr ? "?" : base::printable(netns->label);
}

std::string owner_text(SocketView const& view, Endpoint const& endpoint) {
  auto const owners = view.snapshot.owners_of(endpoint);
  if (owners.empty()) return std::string(model::label(endpoint.no_owner));
  auto text = process_text(view.snapshot.process_of(owners.front()));
  std::size_t others = 0;
  auto last = owners.front().process;
  for (auto const& owner : owners) {
    if (owner.process != last) ++others;
    last = owner.process;
  }
  if (others > 0) {
    bool const chinese = view.language == base::Language::Chinese;
    text += with(kAndMore, view.language, chinese ? others + 1 : others);
  }
  return text;
}

namespace {

using Endpoints = std::span<Endpoint const* const>;

// "12", "3 to 12"
template <typename Figure, typename Write>
std::string range(SocketView const& view, Endpoints endpoints, Figure figure, Write write) {
  auto const [least, most] = std::ranges::minmax(
      endpoints | std::views::transform([&](Endpoint const* each) { return figure(*each); }));
  if (least == most) return write(least);
  return with(kRange, view.language, write(least), write(most));
}

std::string owner_of(SocketView const& view, Endpoint const& endpoint) {
  return endpoint.owner_count > 0 ? owner_text(view, endpoint)
                                  : std::string(kItsProgram.in(view.language));
}

std::string peer_of(SocketView const& view, Endpoints endpoints) {
  auto const& first = *endpoints.front();
  bool const same = std::ranges::all_of(endpoints, [&](Endpoint const* each) {
    return each->flow.remote == first.flow.remote &&
           each->flow.remote_port == first.flow.remote_port;
  });
  return same && first.flow.remote_port != 0 ? remote_text(first)
                                             : std::string(kThePeer.in(view.language));
}

explain::Values values_of(SocketView const& view, Endpoints endpoints) {
  auto const& first = *endpoints.front();
  auto values = explain::values_of(settings_of(view, first), view.language);
  auto const number = [](std::uint32_t value) { return fmt::format("{}", value); };
  auto const time = [&](std::uint32_t ms) { return time_text(view, ms); };
  auto const add = [&](char const* name, auto figure, auto write) {
    values[name] = range(view, endpoints, figure, write);
  };
  values["owner"] = owner_of(view, first);
  values["give_up"] = values[first.owner_count > 0 ? "retries2_limit" : "orphan_limit"];
  values["peer"] = peer_of(view, endpoints);
  add("retransmits", [](Endpoint const& each) { return std::uint32_t{each.retransmits}; }, number);
  add("recv_queue", [](Endpoint const& each) { return each.recv_queue; }, number);
  add("send_queue", [](Endpoint const& each) { return each.send_queue; }, number);
  if (first.timer == TimerKind::None) {
    values["timer"] = kAnUnknownTime.in(view.language);
  } else {
    add("timer", [](Endpoint const& each) { return each.timer_ms; }, time);
  }
  return values;
}

}  // namespace

SituationWords words_of(SocketView const& view, Endpoints endpoints, explain::Situation situation) {
  auto const& text = explain::text_of(situation);
  auto const values = values_of(view, endpoints);
  auto const filled = [&](Phrase const& phrase) {
    return explain::fill(phrase.in(view.language), values);
  };
  return {filled(text.waits), filled(text.owes), filled(text.ends),
          std::string(explain::text_of(text.verdict).in(view.language))};
}

SituationWords words_of(SocketView const& view, Endpoint const& endpoint,
                        explain::Situation situation) {
  auto const* only = &endpoint;
  return words_of(view, std::span(&only, 1), situation);
}

std::string_view why_no_owner(model::NoOwner reason, base::Language language) {
  return language == base::Language::English
             ? model::explain(reason)
             : kWhyNoOwnerInChinese.at(static_cast<std::size_t>(reason));
}

std::string since_text(SocketView const& view, explain::SocketExplanation const& explanation) {
  auto const language = view.language;
  if (explanation.since) {
    return with(kSinceKnown, language, explain::duration_text(*explanation.since, language));
  }
  auto text = std::string(kSinceUnknown.in(language));
  auto const* details = view.snapshot.details_of(*explanation.endpoint);
  if (details == nullptr) return text;
  if (details->last_receive_ms != model::kUnknown32 && details->bytes_received != 0) {
    text += with(kLastReceived, language, time_text(view, details->last_receive_ms));
  }
  if (details->last_send_ms != model::kUnknown32 && details->bytes_acked > 1) {
    text += with(kLastSent, language, time_text(view, details->last_send_ms));
  }
  return text;
}

std::string timer_text(SocketView const& view, Endpoint const& endpoint) {
  if (endpoint.timer == TimerKind::None) return "";
  bool const fin_timeout =
      endpoint.state == model::SocketState::FinWait2 && endpoint.timer == TimerKind::TimeWait;
  auto const name = fin_timeout
                        ? std::string_view("tcp_fin_timeout")
                        : kTimers.at(static_cast<std::size_t>(endpoint.timer)).in(view.language);
  auto text = with(kFires, view.language, name, time_text(view, endpoint.timer_ms));
  if (endpoint.retransmits > 0) {
    text += with(kTries, view.language, static_cast<unsigned>(endpoint.retransmits));
  }
  return text;
}

std::string history_text(SocketView const& view, explain::SocketExplanation const& explanation) {
  if (explanation.way.empty()) return "";
  auto const& opened = explanation.opened_by == Side::Remote  ? kOpenedThere
                       : explanation.opened_by == Side::Local ? kOpenedHere
                                                              : kOpenedByWhom;
  auto text = with(opened, view.language, explanation.endpoint->flow.local_port);
  if (explanation.closed_first_by == Side::Local) text += kClosedHere.in(view.language);
  if (explanation.closed_first_by == Side::Remote) text += kClosedThere.in(view.language);
  return text;
}

}  // namespace lastack::ui
