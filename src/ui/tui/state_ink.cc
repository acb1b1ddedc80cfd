#include "ui/tui/state_ink.hh"

#include <array>

namespace lastack::ui::tui {
namespace {

struct Look {
  Ink ink = Ink::Plain;
  std::string_view short_name;
  base::Phrase gist;
};

// In the order of SocketState.
constexpr std::array<Look, model::kSocketStateCount> kLooks{{
    {Ink::Dim, "CLOSED", {"no connection", "没有连接"}},
    {Ink::Good, "LISTEN", {"takes connections", "接受连接"}},
    {Ink::Calm, "SYN_SENT", {"opening", "正在建立"}},
    {Ink::Calm, "SYN_RECV", {"being opened", "正在被建立"}},
    {Ink::Good, "ESTAB", {"open", "已建立"}},
    {Ink::Warning, "CLOSE_W", {"closed by peer", "对端已关闭"}},
    {Ink::Calm, "FIN_W1", {"closing", "正在关闭"}},
    {Ink::Warning, "CLOSING", {"both closing", "双方正在关闭"}},
    {Ink::Warning, "LAST_ACK", {"last FIN sent", "已发最后的 FIN"}},
    {Ink::Calm, "FIN_W2", {"half closed", "已半关闭"}},
    {Ink::Calm, "TIME_W", {"waits 2MSL", "等待 2MSL"}},
    {Ink::Dim, "BOUND", {"bound only", "仅绑定"}},
    {Ink::Plain, "UNCONN", {"UDP, no peer", "UDP，无对端"}},
}};

Look const& look_of(model::SocketState state) { return kLooks[static_cast<std::size_t>(state)]; }

}  // namespace

Ink ink_of(model::SocketState state) { return look_of(state).ink; }
base::Phrase gist_of(model::SocketState state) { return look_of(state).gist; }
std::string_view short_name(model::SocketState state) { return look_of(state).short_name; }

Ink ink_of(model::Severity severity) {
  constexpr std::array kInks{Ink::Calm, Ink::Warning, Ink::Bad};
  return kInks.at(static_cast<std::size_t>(severity));
}

}  // namespace lastack::ui::tui
