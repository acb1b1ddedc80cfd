#include "ui/explain/socket_page.hh"

#include <algorithm>

#include <fmt/format.h>

#include "ui/cli/color.hh"

namespace lastack::ui {
namespace {

using base::Phrase;
using explain::SocketExplanation;
using model::Endpoint;

constexpr Phrase kOwner{"Owner", "所有者"};
constexpr Phrase kSince{"Since", "已持续"};
constexpr Phrase kWay{"Way here", "经过"};
constexpr Phrase kWaits{"Waits for", "在等什么"};
constexpr Phrase kToDo{"To do", "应做的事"};
constexpr Phrase kTimer{"Timer", "定时器"};
constexpr Phrase kEnds{"Then", "之后"};
constexpr Phrase kNormal{"Normal?", "是否正常"};
constexpr Phrase kOther{"Other end", "另一端"};
constexpr Phrase kExamples{"Examples", "例如"};
constexpr Phrase kNoTimer{"none runs", "无"};
constexpr Phrase kUsually{" (the usual way; ", "（常规路径；"};
constexpr Phrase kEndOfUsually{")", "）"};
constexpr Phrase kInNetns{", network namespace {}", "，网络命名空间 {}"};
constexpr Phrase kNowhere{"not on this machine, or gone already", "不在本机，或已经消失"};
constexpr Phrase kOf{"{} of {}: {}", "{}，属于 {}：{}"};
constexpr Phrase kSocket{"1 socket", "1 个套接字"};
constexpr Phrase kSockets{"{} sockets", "{} 个套接字"};
constexpr Phrase kPeer{" with {}", "，对端 {}"};
constexpr Phrase kPeers{" with {} remote addresses", "，对端地址 {} 个"};
constexpr Phrase kRest{"{} more groups with {} sockets: narrow the filter, or use --json for all",
                       "另有 {} 组，共 {} 个套接字：请缩小过滤范围，或用 --json 查看全部"};

std::string with(Phrase const& phrase, base::Language language, auto const&... values) {
  return fmt::format(fmt::runtime(phrase.in(language)), values...);
}

std::string flow_text(PageStyle const& style, SocketExplanation const& explanation) {
  auto const& endpoint = *explanation.endpoint;
  if (endpoint.flow.remote_port == 0) return local_text(endpoint);
  auto const by_peer = style.unicode ? "←" : "<-";
  auto const by_us = style.unicode ? "→" : "->";
  auto const arrow = explanation.opened_by == model::Side::Remote  ? by_peer
                     : explanation.opened_by == model::Side::Local ? by_us
                                                                   : "-";
  return fmt::format("{} {} {}", local_text(endpoint), arrow, remote_text(endpoint));
}

std::string owner_and_place(SocketView const& view, Endpoint const& endpoint, bool with_fd) {
  auto text = owner_text(view, endpoint);
  auto const owners = view.snapshot.owners_of(endpoint);
  if (!owners.empty() && with_fd) text += fmt::format(" fd {}", owners.front().fd);
  if (owners.empty()) text += fmt::format(": {}", why_no_owner(endpoint.no_owner, view.language));
  if (view.snapshot.namespaces.size() > 1) {
    text += with(kInNetns, view.language, netns_text(view, endpoint));
  }
  return text;
}

std::string way_text(PageStyle const& style, SocketView const& view,
                     SocketExplanation const& explanation) {
  std::string text;
  for (auto const state : explanation.way) {
    if (!text.empty()) text += style.arrow();
    text += tcp::name(state);
  }
  if (text.empty()) return "";
  return fmt::format("{}{}{}{}", text, kUsually.in(view.language), history_text(view, explanation),
                     kEndOfUsually.in(view.language));
}

std::string other_end_text(SocketView const& view, SocketExplanation const& explanation) {
  if (explanation.way.empty()) return "";
  auto const* other = explanation.other_end;
  if (other == nullptr) return std::string(kNowhere.in(view.language));
  auto const words = words_of(view, *other, explain::situation_of(*other, explanation.endpoint));
  auto text =
      with(kOf, view.language, model::name(other->state), owner_text(view, *other), words.waits);
  if (other->netns != explanation.endpoint->netns) {
    text += with(kInNetns, view.language, netns_text(view, *other));
  }
  return text;
}

std::string_view title_of(Endpoint const& endpoint) {
  return endpoint.protocol == model::Protocol::Udp ? "UDP" : model::name(endpoint.state);
}

}  // namespace

void write_socket(std::string& out, PageStyle const& style, SocketView const& view,
                  SocketExplanation const& explanation) {
  auto const& endpoint = *explanation.endpoint;
  auto const words = words_of(view, endpoint, explanation.situation);
  auto const timer = timer_text(view, endpoint);
  bool const udp = endpoint.protocol == model::Protocol::Udp;
  Page page(out, style);
  page.title(title_of(endpoint), flow_text(style, explanation), color_of(endpoint.state));
  page.row(kOwner, owner_and_place(view, endpoint, true));
  if (!udp) page.row(kSince, since_text(view, explanation));
  page.row(kWay, way_text(style, view, explanation));
  page.row(kWaits, words.waits);
  page.row(kToDo, words.owes);
  if (!udp) page.row(kTimer, timer.empty() ? kNoTimer.in(style.language) : timer);
  page.row(kEnds, words.ends);
  page.row(kNormal, words.verdict);
  page.row(kOther, other_end_text(view, explanation));
}

namespace {

std::string count_text(PageStyle const& style, explain::Group const& group, Endpoint const& first) {
  auto text = group.count == 1 ? std::string(kSocket.in(style.language))
                               : with(kSockets, style.language, group.count);
  if (first.flow.remote_port == 0) return text;
  if (group.remote_hosts > 1) return text + with(kPeers, style.language, group.remote_hosts);
  return text + with(kPeer, style.language, model::to_string(first.flow.remote, first.family));
}

std::string examples_text(SocketView const& view, explain::Group const& group) {
  std::string text;
  for (std::size_t i = 0; i < std::min(group.members.size(), explain::Group::kExamples); ++i) {
    auto const& endpoint = view.snapshot.endpoints.at(group.members[i]);
    if (!text.empty()) text += ", ";
    text += local_text(endpoint);
    if (endpoint.flow.remote_port != 0) text += "-" + remote_text(endpoint);
  }
  return text;
}

}  // namespace

std::vector<Endpoint const*> members_of(SocketView const& view, explain::Group const& group) {
  std::vector<Endpoint const*> members;
  members.reserve(group.members.size());
  for (auto const index : group.members) members.push_back(&view.snapshot.endpoints.at(index));
  return members;
}

void write_group(std::string& out, PageStyle const& style, SocketView const& view,
                 explain::Group const& group) {
  auto const members = members_of(view, group);
  auto const& first = *members.front();
  auto const words = words_of(view, members, group.situation);
  Page page(out, style);
  page.title(title_of(first), count_text(style, group, first), color_of(first.state));
  page.row(kOwner, owner_and_place(view, first, group.count == 1));
  page.row(kExamples, examples_text(view, group));
  page.row(kWaits, words.waits);
  page.row(kToDo, words.owes);
  page.row(kEnds, words.ends);
  page.row(kNormal, words.verdict);
}

void write_rest(std::string& out, PageStyle const& style, std::size_t groups, std::size_t sockets) {
  out += with(kRest, style.language, groups, sockets) + "\n";
}

}  // namespace lastack::ui
