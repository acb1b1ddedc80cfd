#include "ui/tui/details_text.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hh"
#include "explain/fill.hh"
#include "explain/situation.hh"
#include "explain/state_text.hh"
#include "ui/columns/format.hh"
#include "ui/explain/socket_words.hh"
#include "ui/tui/cause_words.hh"
#include "ui/tui/life_line.hh"
#include "ui/tui/process_text.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/state_ink.hh"
#include "ui/tui/tcp_info_text.hh"

namespace lastack::ui::tui {
namespace {

using base::Phrase;
using model::Side;

constexpr Phrase kLife{"Life", "经历"};
constexpr Phrase kNow{"Now", "现状"};
constexpr Phrase kOtherEnd{"Other end", "另一端"};

constexpr Phrase kSocket{"socket", "套接字"};
constexpr Phrase kOwner{"owner", "所有者"};
constexpr Phrase kQueues{"queues", "队列"};
constexpr Phrase kTimer{"timer", "定时器"};
constexpr Phrase kBegan{"began", "开始"};
constexpr Phrase kEnded{"ended", "结束"};
constexpr Phrase kCarried{"carried", "传输"};
constexpr Phrase kMeans{"means", "含义"};
constexpr Phrase kWaits{"waits for", "等待"};
constexpr Phrase kOwes{"owner owes", "程序应做"};
constexpr Phrase kEnds{"ends by", "如何结束"};
constexpr Phrase kVerdict{"normal?", "正常吗"};
constexpr Phrase kSettings{"settings", "系统设置"};
constexpr Phrase kState{"state", "状态"};
constexpr Phrase kPlace{"place", "位置"};

constexpr Phrase kNoLife{"not known yet how it came here", "尚不知道它的经历"};
constexpr Phrase kUsual{"could not be read; times above are of Linux' usual ones",
                        "无法读取；以上时间按 Linux 默认值计算"};
constexpr Phrase kHasEnded{"It is over.", "它已经结束。"};
constexpr Phrase kElsewhere{"not on this machine, or not seen", "不在本机，或未能看到"};
constexpr Phrase kListenQueue{"{} of {} connections wait for accept()",
                              "{} 个连接等待 accept()（上限 {}）"};
constexpr Phrase kByteQueues{"{} bytes unread, {} bytes not acknowledged",
                             "未读 {} 字节，未确认 {} 字节"};
constexpr Phrase kTotals{"sent {} in {} segments, received {} in {}, {} retransmitted",
                         "发送 {}（{} 个报文段），接收 {}（{} 个），重传 {} 个"};

// In the order of Side.
constexpr std::array<Phrase, 4> kOpened{
    {{"", ""}, {"opened from here", "由本端打开"}, {"opened by the peer", "由对端打开"}, {"", ""}}};
constexpr std::array<Phrase, 4> kClosed{{{"", ""},
                                         {"closed here first", "本端先关闭"},
                                         {"closed by the peer first", "对端先关闭"},
                                         {"ended by the kernel", "由内核结束"}}};

template <typename... Values>
std::string with(Phrase const& phrase, base::Language language, Values const&... values) {
  return fmt::format(fmt::runtime(phrase.in(language)), values...);
}

void append_part(std::string& text, std::string_view part) {
  if (part.empty()) return;
  if (!text.empty()) text += "  ";
  text += part;
}

// In the order of Verdict.
constexpr std::array<Ink, 4> kVerdictInks{Ink::Good, Ink::Calm, Ink::Warning, Ink::Bad};

// Writes the sections of one page.
class Writer {
 public:
  Writer(DetailsFacts const& facts, Slot slot, int width, Frame const& frame)
      : facts_(facts), slot_(slot), width_(width), frame_(frame), page_(width, frame.language) {
    auto const netns = std::size_t{facts.endpoint.netns} + 1;
    settings_ = facts.settings;
    settings_.resize(std::max({settings_.size(), netns, book().namespaces.size()}));
  }

  std::vector<PageLine> write() {
    head();
    life();
    now();
    if (facts_.process) process_rows(page_, *facts_.process, facts_.more, frame_);
    if (facts_.endpoint.protocol == model::Protocol::Tcp) tcp_info_rows(page_, facts_.log, frame_);
    other_end();
    return page_.take();
  }

 private:
  [[nodiscard]] model::Snapshot const& book() const { return frame_.store.snapshot(); }
  [[nodiscard]] base::Language language() const { return frame_.language; }
  [[nodiscard]] SocketView view() const { return {book(), settings_, language()}; }
  [[nodiscard]] bool is_udp() const { return facts_.endpoint.protocol == model::Protocol::Udp; }

  void head() {
    auto const& endpoint = facts_.endpoint;
    std::string flow;
    append_local(flow, frame_, endpoint);
    if (endpoint.flow.remote_port != 0) {
      flow.append(" ").append(arrow(frame_)).append(" ");
      append_remote(flow, frame_, endpoint);
    }
    auto const protocol = std::string(model::name(endpoint.protocol));
    auto const x = static_cast<int>(protocol.size()) + 1;
    auto const after = x + static_cast<int>(base::display_width(flow)) + 2;
    Ink const ink = facts_.gone ? Ink::Dim : ink_of(endpoint.state);
    page_.line({{0, protocol, {.ink = Ink::Dim}},
                {x, flow, {.ink = Ink::Title, .bold = true}},
                {after, std::string(model::name(endpoint.state)), {.ink = ink, .bold = true}}});
    page_.row(kOwner, facts_.owners);
    std::string text = endpoint.cookie == 0 ? "" : fmt::format("cookie {:x}", endpoint.cookie);
    if (endpoint.inode != 0) append_part(text, fmt::format("inode {}", endpoint.inode));
    std::string netns;
    append_netns(netns, frame_, endpoint.netns);
    append_part(text, netns);
    if (endpoint.mptcp_subflow) append_part(text, "mptcp");
    page_.row(kSocket, text, {.ink = Ink::Dim});
    queues();
  }

  void queues() {
    auto const& endpoint = facts_.endpoint;
    if (facts_.gone) return;
    auto const& words = endpoint.state == model::SocketState::Listen ? kListenQueue : kByteQueues;
    page_.row(kQueues, with(words, language(), count_text(endpoint.recv_queue),
                            count_text(endpoint.send_queue)));
    page_.row(kTimer, timer_text(view(), endpoint));
  }

  // As far as it is known without the life itself.
  [[nodiscard]] LifePath known_path() const {
    auto const now = facts_.gone ? facts_.gone_ns : frame_.store.now_ns();
    if (facts_.life) {
      auto path = path_of(*facts_.life, now);
      if (facts_.gone && !path.over) {
        path.over = true;
        path.steps.back().left_by = facts_.extra.gone_by;
      }
      return path;
    }
    LifePath path;
    auto& step = path.steps.emplace_back();
    step.state = facts_.endpoint.state;
    step.left_by = facts_.extra.gone_by;
    auto const since = facts_.extra.since_ns;
    if (since != 0 && now >= since) step.dwell_us = (now - since) / 1000;
    path.over = facts_.gone;
    return path;
  }

  void life() {
    if (is_udp()) return;
    page_.title(kLife);
    for (auto& line : life_line(known_path(), width_, frame_)) page_.line(std::move(line));
    if (!facts_.life) page_.row({}, kNoLife.in(language()), {.ink = Ink::Dim});
    auto const born = facts_.life ? facts_.life->born_ns : facts_.extra.born_ns;
    auto const opener = facts_.life ? facts_.life->opened_by : facts_.extra.opened_by;
    std::string text;
    if (born != 0) append_clock(text, frame_, born, 3);
    append_part(text, kOpened.at(static_cast<std::size_t>(opener)).in(language()));
    page_.row(kBegan, text);
    ending();
  }

  void ending() {
    std::string text;
    if (facts_.gone) {
      append_clock(text, frame_, facts_.gone_ns, 3);
      append_part(text, words_of(facts_.extra.gone_by).in(language()));
    }
    auto const closer = facts_.life ? facts_.life->closed_first_by : Side::Unknown;
    append_part(text, kClosed.at(static_cast<std::size_t>(closer)).in(language()));
    page_.row(kEnded, text);
    if (!facts_.life || !facts_.life->totals_known) return;
    auto const& totals = facts_.life->totals;
    page_.row(kCarried,
              with(kTotals, language(), bytes_text(totals.bytes_sent), totals.segs_out,
                   bytes_text(totals.bytes_received), totals.segs_in, totals.retransmits));
  }

  void now() {
    page_.title(kNow);
    if (facts_.gone) {
      page_.row({}, kHasEnded.in(language()));
      return;
    }
    auto const& endpoint = facts_.endpoint;
    auto const other = facts_.other_end;
    auto const situation =
        explain::situation_of(endpoint, other == kNoSlot ? nullptr : &frame_.store.endpoint(other));
    auto const words = ui::words_of(view(), endpoint, situation);
    if (auto const state = model::tcp_state(endpoint.state); state && !is_udp()) {
      page_.row(kMeans, explain::fill(explain::text_of(*state).gist.in(language()),
                                      explain::values_of(settings_[endpoint.netns], language())));
    }
    page_.row(kWaits, words.waits);
    page_.row(kOwes, words.owes, {.ink = Ink::Warning});
    page_.row(kEnds, words.ends);
    auto const verdict = explain::text_of(situation).verdict;
    page_.row(kVerdict, words.verdict, {.ink = kVerdictInks.at(static_cast<std::size_t>(verdict))});
    bool const usual = settings_[endpoint.netns].all_usual();
    if (usual && !is_udp()) page_.row(kSettings, kUsual.in(language()), {.ink = Ink::Dim});
  }

  void other_end() {
    if (facts_.gone || is_udp() || facts_.endpoint.flow.remote_port == 0) return;
    page_.title(kOtherEnd);
    auto const slot = facts_.other_end;
    if (slot == kNoSlot) {
      page_.row({}, kElsewhere.in(language()), {.ink = Ink::Dim});
      return;
    }
    auto const& other = frame_.store.endpoint(slot);
    page_.row(kState, PageLine{{0,
                                std::string(model::name(other.state)),
                                {.ink = ink_of(other.state), .bold = true}}});
    std::string text;
    append_owners(text, frame_, other);
    page_.row(kOwner, text);
    page_.row(kQueues, with(kByteQueues, language(), count_text(other.recv_queue),
                            count_text(other.send_queue)));
    page_.row(kTimer, timer_text(view(), other));
    text.clear();
    if (other.netns != facts_.endpoint.netns) append_netns(text, frame_, other.netns);
    page_.row(kPlace, text);
    auto const situation = explain::situation_of(other, &facts_.endpoint);
    page_.row(kWaits, ui::words_of(view(), other, situation).waits);
  }

  DetailsFacts const& facts_;
  Slot slot_;
  int width_;
  Frame const& frame_;
  PageWriter page_;
  std::vector<model::TcpSettings> settings_;
};

}  // namespace

std::vector<PageLine> details_page(DetailsFacts const& facts, Slot slot, int width,
                                   Frame const& frame) {
  return Writer(facts, slot, width, frame).write();
}

}  // namespace lastack::ui::tui
