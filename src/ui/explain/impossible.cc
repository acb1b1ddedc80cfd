// Why no edge of the table leads from one state to another.
#include <fmt/format.h>

#include "ui/explain/state_page.hh"

namespace lastack::ui {
namespace {

using base::Phrase;
using tcp::State;
using enum State;

// What is said of all edges out of, or into, certain states. The first that holds counts.
struct Obstacle {
  tcp::StateSet from;
  tcp::StateSet to;
  Phrase why;
};

constexpr tcp::StateSet kAny = tcp::StateSet::all();
constexpr tcp::StateSet kClosing = FinWait1 | FinWait2 | Closing | TimeWait;

constexpr auto kObstacles = std::to_array<Obstacle>({
    {Closed,
     kAny,
     {"a connection begins with listen() or connect(): only LISTEN and SYN_SENT follow CLOSED",
      "连接始于 listen() 或 connect()：CLOSED 之后只能是 LISTEN 或 SYN_SENT"}},
    {kAny,
     Listen,
     {"only listen() leads to LISTEN; on Linux a connection never becomes a listener again",
      "只有 listen() 进入 LISTEN；在 Linux 上连接不会再变成监听套接字"}},
    {kAny,
     SynSent,
     {"SYN_SENT is where connect() begins; an existing connection does not begin again",
      "SYN_SENT 是 connect() 的起点；已有的连接不会重新开始"}},
    {kAny,
     SynReceived,
     {"a SYN is accepted in LISTEN and SYN_SENT only (and takes TIME_WAIT over); later ones get an "
      "ACK",
      "只有 LISTEN 和 SYN_SENT 接受 SYN（TIME_WAIT 可被新 SYN 接替）；之后的 SYN 只会得到 ACK"}},
    {kAny,
     Established,
     {"only a handshake leads to ESTABLISHED, and a FIN that was sent or received is never taken "
      "back",
      "只有握手能进入 ESTABLISHED；已发出或已收到的 FIN 不能收回"}},
    {kAny,
     CloseWait,
     {"CLOSE_WAIT is for those whose peer closes first: here it has closed itself, or is not "
      "connected yet",
      "CLOSE_WAIT 属于对端先关闭的一方；而这里是本端已关闭，或还没有建立连接"}},
    {CloseWait | LastAck,
     kClosing,
     {"the peer has closed first: this side goes by CLOSE_WAIT and LAST_ACK, and its peer has "
      "TIME_WAIT",
      "对端先关闭：本端走 CLOSE_WAIT 和 LAST_ACK，TIME_WAIT 在对端"}},
    {kAny,
     LastAck,
     {"LAST_ACK comes after CLOSE_WAIT only: the peer closes first, then this side",
      "LAST_ACK 只出现在 CLOSE_WAIT 之后：对端先关闭，然后本端关闭"}},
    {kAny,
     FinWait2,
     {"FIN_WAIT_2 needs the ACK of our own FIN, which FIN_WAIT_1 waits for",
      "FIN_WAIT_2 需要对端确认本端的 FIN，即 FIN_WAIT_1 所等待的"}},
    {kAny,
     TimeWait,
     {"TIME_WAIT needs both FINs and the ACK of our own: it comes after FIN_WAIT_2 or CLOSING",
      "TIME_WAIT 需要双方的 FIN 和对本端 FIN 的确认：它在 FIN_WAIT_2 或 CLOSING 之后"}},
    {kAny,
     Closing,
     {"CLOSING is for two FINs that cross: it comes after FIN_WAIT_1 only",
      "CLOSING 表示双方的 FIN 交错：只在 FIN_WAIT_1 之后"}},
    {kAny,
     FinWait1,
     {"FIN_WAIT_1 is where this side closes first, out of ESTABLISHED (or SYN_RECEIVED)",
      "FIN_WAIT_1 是本端先关闭，从 ESTABLISHED（或 SYN_RECEIVED）进入"}},
});

constexpr Phrase kSame{"a state does not follow itself", "状态不会转换到自身"};
constexpr Phrase kShortest{"the shortest way: ", "最短的合法路径："};
constexpr Phrase kNoWay{"no way leads there: that connection is over first",
                        "没有路径通往那里：这个连接会先结束"};
constexpr Phrase kBetween{"; ", "；"};

std::string way(State from, State to, PageStyle const& style) {
  std::string text(tcp::name(from));
  for (auto at = from; at != to;) {
    auto const next = tcp::next_towards(at, to);
    if (!next) return "";
    text += fmt::format("{}{}", style.arrow(), tcp::name(*next));
    at = *next;
  }
  return text;
}

}  // namespace

std::string why_impossible(State from, State to, PageStyle const& style) {
  auto const language = style.language;
  if (from == to) return std::string(kSame.in(language));
  std::string text;
  for (auto const& obstacle : kObstacles) {
    if (!obstacle.from.has(from) || !obstacle.to.has(to)) continue;
    text = std::string(obstacle.why.in(language)) + std::string(kBetween.in(language));
    break;
  }
  auto const shortest = way(from, to, style);
  if (shortest.empty()) return text + std::string(kNoWay.in(language));
  return text + std::string(kShortest.in(language)) + shortest;
}

}  // namespace lastack::ui
