#include "ui/probe/probe_text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/text.hh"
#include "explain/probe_text.hh"
#include "ui/cli/color.hh"
#include "ui/explain/page.hh"

namespace lastack::ui {
namespace {

using base::Phrase;
using model::ProbeResult;
using model::ProbeStep;
using model::ProbeTarget;
using model::ProbeVerdict;

constexpr std::string_view kGood = "\x1b[32m";
constexpr std::string_view kDoubtful = "\x1b[33m";
constexpr std::string_view kBad = "\x1b[31m";
constexpr std::size_t kWhoWidth = 22;
constexpr std::size_t kStateWidth = 13;  // SYN_RECEIVED and a blank
constexpr std::size_t kLabelWidth = 20;
constexpr std::size_t kTimeWidth = 12;
constexpr std::size_t kTableBanner = 60;  // columns

std::string_view color_of(ProbeVerdict verdict) {
  if (verdict == ProbeVerdict::Open || verdict == ProbeVerdict::OpenSilent) return kGood;
  return model::is_open(verdict) ? kDoubtful : kBad;
}

void pad(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  auto const taken = base::display_width(text);
  out.append(taken < width ? width - taken : 0, ' ');
}

std::string milliseconds(std::uint64_t ns) {
  return fmt::format("{:.3f} ms", static_cast<double>(ns) / 1e6);
}

std::string end_of(model::Address const& address, model::Family family, std::uint16_t port) {
  auto const text = model::to_string(address, family);
  return family == model::Family::Inet ? fmt::format("{}:{}", text, port)
                                       : fmt::format("[{}]:{}", text, port);
}

// "EHOSTUNREACH (No route to host)"
std::string error_text(int error) {
  auto const* name = ::strerrorname_np(error);
  return fmt::format("{} ({})", name == nullptr ? "error" : name, std::strerror(error));
}

}  // namespace

std::string probe_address(ProbeTarget const& target) {
  return end_of(target.address, target.family, target.port);
}

std::string probe_name(ProbeTarget const& target) {
  auto const host = base::printable(target.host);
  bool const bracketed = host.find(':') != std::string::npos;
  auto asked = bracketed ? fmt::format("[{}]:{}", host, target.port)
                         : fmt::format("{}:{}", host, target.port);
  if (!target.unresolved.empty() || asked == probe_address(target)) return asked;
  return fmt::format("{} ({})", asked, probe_address(target));
}

void ProbeText::append_title(std::string& out, ProbeTarget const& target) const {
  out += say({"probing ", "探测 "});
  out += probe_name(target);
  out += '\n';
}

void ProbeText::append_step(std::string& out, ProbeResult const& result,
                            ProbeStep const& step) const {
  bool const early = step.time_ns < result.started_ns;
  auto const since = early ? result.started_ns - step.time_ns : step.time_ns - result.started_ns;
  auto const time = (early ? "-" : "+") + milliseconds(since);
  out += "  ";
  out.append(time.size() < kTimeWidth ? kTimeWidth - time.size() : 0, ' ');
  out += time;
  out += "  ";
  auto const own =
      fmt::format("{} {} :{}", end_of(result.flow.local, result.family, result.flow.local_port),
                  arrow(), result.flow.remote_port);
  auto const other = fmt::format(":{} {} {}", result.flow.remote_port, arrow(),
                                 end_of(result.flow.local, result.family, result.flow.local_port));
  auto const nobody =
      say(step.other_end ? Phrase{"(no process)", "（无进程）"} : Phrase{"client", "客户端"});
  auto const who = step.process.empty() ? std::string(nobody) : step.process;
  pad(out, step.other_end ? fmt::format("  {} {}", style_.unicode ? "└" : "`", who) : who,
      kWhoWidth);
  out += "  ";
  pad(out, step.other_end ? other : own, base::display_width(own));
  out += "  ";
  if (step.kind == ProbeStep::Kind::Transition) {
    pad(out, model::name(step.from), kStateWidth);
    out += arrow();
    out += ' ';
    if (style_.color) out += ui::color_of(step.to);
    out += model::name(step.to);
    if (style_.color) out += kPlain;
    auto const length = model::name(step.to).size();
    out.append(length < kStateWidth ? kStateWidth - length : 0, ' ');
    out += ' ';
    out += model::describe(step.cause).text;
    if (step.inferred) out += say({" (inferred)", "（推断）"});
  } else {
    out += say(explain::words_of(step.kind));
    if (step.bytes > 0) out += fmt::format(" ({} {})", step.bytes, say({"bytes", "字节"}));
    if (step.error != 0) out += ": " + error_text(step.error);
    if (step.icmp) {
      out += fmt::format(": {} {} {}", model::name(*step.icmp), say({"from", "来自"}),
                         model::to_string(step.icmp->from, step.icmp->family));
    }
  }
  if (!step.netns.empty()) {
    out += "  netns ";
    base::append_printable(out, step.netns);
  }
  out += '\n';
}

std::string ProbeText::facts(ProbeResult const& result) const {
  std::string text;
  auto const add = [&](std::string const& fact) {
    if (!text.empty()) text += say({", ", "，"});
    text += fact;
  };
  if (result.handshake_ns) {
    add(fmt::format("{} {}", say({"handshake", "握手"}), milliseconds(*result.handshake_ns)));
  }
  bool const answered = result.stage == model::ProbeStage::Handshake && !result.timed_out;
  if (answered && result.verdict != ProbeVerdict::Cancelled) {
    add(fmt::format("{} {}", say({"known after", "得知时间"}),
                    milliseconds(result.ended_ns - result.started_ns)));
  }
  if (result.rtt_us != model::kUnknown32) {
    add(fmt::format("{} {}", say({"round trip", "往返"}),
                    milliseconds(std::uint64_t{result.rtt_us} * 1000)));
  }
  if (result.banner_ns) {
    add(fmt::format("{} {}", say({"spoke after", "首批数据"}), milliseconds(*result.banner_ns)));
  }
  if (result.syns_sent > 1 || (result.timed_out && result.syns_sent > 0)) {
    bool const once = result.syns_sent == 1;
    auto const words = once ? Phrase{"SYN sent once", "SYN 发送了 1 次"}
                            : Phrase{"SYN sent {} times", "SYN 发送了 {} 次"};
    add(fmt::format(fmt::runtime(say(words)), result.syns_sent));
  }
  if (result.timed_out) {
    add(fmt::format("{} {:.1f} s", say({"no answer within", "未应答时间"}),
                    static_cast<double>(result.ended_ns - result.started_ns) / 1e9));
  }
  if (!result.banner.empty() && result.peer_end != model::PeerEnd::Stayed) {
    add(std::string(result.peer_end == model::PeerEnd::Closed
                        ? say({"then closed by the peer", "随后对端关闭"})
                        : say({"then reset by the peer", "随后对端复位"})));
  }
  return text;
}

void ProbeText::append_label(std::string& out, ProbeVerdict verdict) const {
  if (style_.color) out += color_of(verdict);
  out += say(explain::words_of(verdict).label);
  if (style_.color) out += kPlain;
}

// What is particular to this one, after its label.
void ProbeText::append_reason(std::string& out, ProbeResult const& result) const {
  if (result.icmp) {
    auto const& icmp = *result.icmp;
    out += fmt::format("{}ICMP{} {}/{} {} {} {}: ", say({": ", "："}),
                       icmp.family == model::Family::Inet ? "" : "v6", icmp.type, icmp.code,
                       model::name(icmp), say({"from", "来自"}),
                       model::to_string(icmp.from, icmp.family));
    out += say(explain::words_of(icmp));
    if (icmp.own) out += fmt::format(" ({})", say(explain::own_words_of(icmp)));
  } else if (result.listener && result.verdict == ProbeVerdict::AcceptQueueFull) {
    out += fmt::format(fmt::runtime(say({": {} wait for accept(), the limit is {}",
                                         "：{} 个连接等待 accept()，上限为 {}"})),
                       result.listener->queue, result.listener->limit);
    if (!result.listener->netns.empty()) {
      out += "  netns ";
      base::append_printable(out, result.listener->netns);
    }
  } else if (!result.problem.empty()) {
    out += say({": ", "："});
    base::append_printable(out, result.problem);
  } else if (result.error != 0 && !model::is_open(result.verdict) &&
             result.verdict != ProbeVerdict::Refused && result.verdict != ProbeVerdict::Filtered) {
    out += say({": ", "："});
    out += error_text(result.error);
  }
}

void ProbeText::append_banner(std::string& out, std::string_view banner, bool cut) const {
  out += style_.unicode ? "“" : "\"";
  base::append_printable(out, banner);
  if (cut) out += style_.unicode ? "…" : "...";
  out += style_.unicode ? "”" : "\"";
}

void ProbeText::append_verdict(std::string& out, ProbeTarget const& target,
                               ProbeResult const& result) const {
  if (style_.color) out += kBold;
  out += probe_name(target);
  if (style_.color) out += kPlain;
  out += "  ";
  append_label(out, result.verdict);
  append_reason(out, result);
  out += '\n';
  if (auto const known = facts(result); !known.empty()) out += "  " + known + '\n';
  if (result.listener && result.verdict == ProbeVerdict::OpenSilent && result.listener->queue > 0) {
    auto const words = Phrase{"{} of its connections wait for accept(); the limit is {}",
                              "它有 {} 个连接在等待 accept()，上限为 {}"};
    out += "  " +
           fmt::format(fmt::runtime(say(words)), result.listener->queue, result.listener->limit) +
           '\n';
  }
  if (!result.banner.empty()) {
    out += "  ";
    out += say({"banner: ", "首批数据："});
    append_banner(out, result.banner, result.banner_cut);
    out += '\n';
  }
  auto const& words = explain::words_of(result.verdict);
  append_paragraph(out, say(words.meaning));
  if (words.todo.empty()) return;
  append_paragraph(out, fmt::format("{}{}", say({"What to do: ", "处理："}), say(words.todo)));
}

void ProbeText::append_paragraph(std::string& out, std::string_view text) const {
  constexpr std::string_view kIndent = "  ";
  for (auto const& line : wrap(text, style_.width - kIndent.size())) {
    out += kIndent;
    out += line;
    out += '\n';
  }
}

void ProbeText::append_short(std::string& out, ProbeTarget const& target,
                             ProbeResult const& result) const {
  out += target.unresolved.empty() ? probe_address(target) : probe_name(target);
  out += ' ';
  append_label(out, result.verdict);
  append_reason(out, result);
  out += '\n';
}

void ProbeText::measure(std::span<ProbeTarget const> targets) {
  host_width_ = std::string_view("HOST").size();
  address_width_ = std::string_view("ADDRESS").size();
  for (auto const& target : targets) {
    host_width_ = std::max(host_width_, base::display_width(base::printable(target.host)));
    if (target.unresolved.empty()) {
      address_width_ = std::max(address_width_, probe_address(target).size());
    }
  }
}

void ProbeText::append_header(std::string& out) const {
  pad(out, say({"HOST", "主机"}), host_width_ + 2);
  pad(out, say({"ADDRESS", "地址"}), address_width_ + 2);
  pad(out, say({"VERDICT", "结论"}), kLabelWidth + 2);
  pad(out, say({"HANDSHAKE", "握手"}), kTimeWidth + 2);
  out += say({"BANNER, OR WHY", "首批数据或原因"});
  out += '\n';
}

void ProbeText::append_row(std::string& out, ProbeTarget const& target,
                           ProbeResult const& result) const {
  pad(out, base::printable(target.host), host_width_ + 2);
  pad(out, target.unresolved.empty() ? probe_address(target) : std::string("-"),
      address_width_ + 2);
  append_label(out, result.verdict);
  auto const taken = base::display_width(say(explain::words_of(result.verdict).label));
  out.append(taken < kLabelWidth + 2 ? kLabelWidth + 2 - taken : 2, ' ');
  pad(out, result.handshake_ns ? milliseconds(*result.handshake_ns) : "-", kTimeWidth + 2);
  if (!result.banner.empty()) {
    std::string banner;
    append_banner(banner, result.banner, result.banner_cut);
    base::append_cut(out, banner, kTableBanner, style_.unicode ? "…" : "...");
  } else {
    std::string reason;
    append_reason(reason, result);
    bool const wide = reason.starts_with("：");
    if (wide) reason.erase(0, std::string_view("：").size());
    if (reason.starts_with(": ")) reason.erase(0, 2);
    out += reason.empty() ? std::string("-") : reason;
  }
  out += '\n';
}

void ProbeText::append_legend(std::string& out, std::span<ProbeVerdict const> verdicts) const {
  for (auto const verdict : verdicts) {
    auto const& words = explain::words_of(verdict);
    out += '\n';
    append_label(out, verdict);
    out += '\n';
    append_paragraph(out, say(words.meaning));
    if (!words.todo.empty()) append_paragraph(out, say(words.todo));
  }
}

}  // namespace lastack::ui
