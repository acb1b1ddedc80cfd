#include "ui/findings/findings_text.hh"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/cli/color.hh"
#include "ui/explain/socket_words.hh"
#include "ui/findings/finding_words.hh"
#include "ui/findings/padded.hh"

namespace lastack::ui {
namespace {

using base::Language;
using base::Phrase;
using model::Finding;

constexpr Phrase kId{"Id", "编号"};
constexpr Phrase kWho{"Who", "进程"};
constexpr Phrase kCommand{"Command", "命令行"};
constexpr Phrase kWhere{"Where", "位置"};
constexpr Phrase kSince{"Since", "开始"};
constexpr Phrase kEvidence{"Evidence", "证据"};
constexpr Phrase kSockets{"Sockets", "套接字"};
constexpr Phrase kWhy{"Why", "为何要紧"};
constexpr Phrase kSure{"Sure?", "把握"};
constexpr Phrase kNow{"Now", "立即"};
constexpr Phrase kLasting{"For good", "根治"};
constexpr Phrase kSee{"See", "参见"};

constexpr Phrase kInNetns{"network namespace {}", "网络命名空间 {}"};
constexpr Phrase kInferred{"{}: inferred from what was seen", "{}：由所见推断"};
constexpr Phrase kColon{": ", "："};
constexpr Phrase kMoreSockets{"{} and {} more", "{} 另有 {} 个"};
constexpr Phrase kMoreFindings{"{} and {} more of {} (--json has them all)",
                               "{0} {2} 另有 {1} 项（--json 列出全部）"};
constexpr Phrase kNothing{"nothing found ({})", "没有发现问题（{}）"};
constexpr Phrase kFound{"{}: {} ({})", "{}：{}（{}）"};
constexpr Phrase kOneFinding{"1 finding", "共 1 项"};
constexpr Phrase kFindings{"{} findings", "共 {} 项"};
constexpr Phrase kComma{", ", "，"};
constexpr Phrase kSeverityCount{"{0} {1}", "{1} {0}"};
constexpr Phrase kLookedAt{"{} {} looked at {} {}", "{0} 个检测器查看了 {2} 个套接字"};
constexpr Phrase kStood{" (stood {})", "（持续了 {}）"};
constexpr Phrase kStoodAndReturned{" (stood {}, came back {} times)",
                                   "（持续了 {}，其间复现 {} 次）"};

constexpr std::size_t kHanging = 2;  // columns, of what follows the first line

constexpr std::array<std::string_view, model::kSeverityCount> kSeverityColors{
    "\x1b[36m",  // notice: cyan
    "\x1b[33m",  // warning: yellow
    "\x1b[31m",  // critical: red
};
constexpr std::array<char, 3> kTurnSigns{'+', '!', '-'};

std::string with(Phrase const& phrase, Language language, auto const&... values) {
  return fmt::format(fmt::runtime(phrase.in(language)), values...);
}

std::string_view ellipsis(PageStyle const& style) { return style.unicode ? "…" : "..."; }

std::string state_text(model::Endpoint const& endpoint) {
  auto const state = model::name(endpoint.state);
  return endpoint.protocol == model::Protocol::Udp ? fmt::format("udp {}", state)
                                                   : std::string(state);
}

// "label: value", the values below each other; one that does not fit there follows its label.
void write_evidence(Page& page, Finding const& finding) {
  auto const& style = page.style();
  std::vector<std::string> labels;
  labels.reserve(finding.evidence.size());
  std::size_t column = 0;
  for (auto const& each : finding.evidence) {
    auto const& label = labels.emplace_back(
        fmt::format("{}{}", each.label.in(style.language), kColon.in(style.language)));
    column = std::max(column, base::display_width(label));
  }
  std::vector<std::string> lines;
  lines.reserve(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    auto const value = printable_text(finding.evidence[i].value, style.language);
    if (column + base::display_width(value) <= page.room()) {
      append_padded(lines.emplace_back(), labels[i], column);
      lines.back() += value;
      continue;
    }
    auto const text = labels[i] + value;
    bool const fits = base::display_width(text) <= page.room();
    std::string lead;
    for (auto const& line : wrap(text, fits ? page.room() : page.room() - kHanging)) {
      lines.push_back(lead + line);
      lead.assign(kHanging, ' ');
    }
  }
  page.lines(kEvidence, lines);
}

void write_sockets(Page& page, Finding const& finding) {
  auto const& style = page.style();
  std::size_t state_width = 0;
  std::size_t local_width = 0;
  for (auto const& socket : finding.sockets) {
    state_width = std::max(state_width, state_text(socket.endpoint).size());
    local_width = std::max(local_width, local_text(socket.endpoint).size());
  }
  std::vector<std::string> lines;
  lines.reserve(finding.sockets.size() + 1);
  for (auto const& socket : finding.sockets) {
    auto const& endpoint = socket.endpoint;
    auto& line = lines.emplace_back();
    append_padded(line, state_text(endpoint), state_width + 2);
    if (endpoint.flow.remote_port == 0) {
      line += local_text(endpoint);
    } else {
      append_padded(line, local_text(endpoint), local_width);
      line += style.arrow();
      line += remote_text(endpoint);
    }
    // Where all are in the same one, it stands above.
    if (!is_usual_netns(socket.netns) && finding.netns.empty()) {
      line += "  " + with(kInNetns, style.language, base::printable(socket.netns));
    }
  }
  if (finding.socket_count > finding.sockets.size() && !lines.empty()) {
    lines.push_back(with(kMoreSockets, style.language, ellipsis(style),
                         finding.socket_count - finding.sockets.size()));
  }
  page.lines(kSockets, lines);
}

// Which script an interpreter runs, which worker it is; two lines of it at the most. Not where it
// tells nothing new.
std::string command_text(PageStyle const& style, Finding const& finding, std::size_t room) {
  if (!finding.process) return "";
  auto const& command = finding.process->cmdline;
  bool const known = command == finding.process->exe ||
                     std::ranges::any_of(finding.evidence, [&](model::Evidence const& each) {
                       return each.value.in(style.language) == command;
                     });
  if (known) return "";
  std::string text;
  base::append_cut(text, base::printable(command), 2 * room - 1, ellipsis(style));
  return text;
}

void write_remedies(Page& page, Phrase const& label, std::vector<model::Remedy> const& remedies) {
  std::vector<std::string> lines;
  lines.reserve(remedies.size() * 2);
  for (auto const& remedy : remedies) {
    auto const text = printable_text(remedy.text, page.style().language);
    std::ranges::move(wrap(text, page.room()), std::back_inserter(lines));
    if (!remedy.command.empty()) lines.push_back("  $ " + printable_command(remedy.command));
  }
  page.lines(label, lines);
}

std::string joined(std::vector<std::string_view> const& references) {
  return fmt::format("{}", fmt::join(references, "; "));
}

// "2 findings: 1 critical, 1 warning (14 detectors looked at 312 sockets)"
std::string closing_line(PageStyle const& style, std::span<Finding const> findings,
                         LookedAt const& looked_at) {
  auto const language = style.language;
  auto const looked = with(kLookedAt, language, looked_at.detectors,
                           looked_at.detectors == 1 ? "detector" : "detectors", looked_at.sockets,
                           looked_at.sockets == 1 ? "socket" : "sockets");
  if (findings.empty()) return with(kNothing, language, looked);
  std::string counts;
  for (auto i = model::kSeverityCount; i-- > 0;) {
    auto const severity = static_cast<model::Severity>(i);
    auto const count = std::ranges::count(findings, severity, &Finding::severity);
    if (count == 0) continue;
    if (!counts.empty()) counts += kComma.in(language);
    counts += with(kSeverityCount, language, count, model::text_of(severity).in(language));
  }
  auto const all = findings.size() == 1 ? std::string(kOneFinding.in(language))
                                        : with(kFindings, language, findings.size());
  return with(kFound, language, all, counts, looked);
}

bool same_kind(Finding const& a, Finding const& b) {
  return a.severity == b.severity && a.detector == b.detector;
}

void write_title(Page& page, Finding const& finding) {
  auto const language = page.style().language;
  page.title(model::text_of(finding.severity).in(language), printable_text(finding.title, language),
             color_of(finding.severity));
}

// Findings of one kind: a detector's, of one severity.
void write_kind(base::Output& output, PageStyle const& style, std::span<Finding const> kind,
                std::uint64_t now_ns) {
  auto& out = output.buffer();
  auto const full = std::min(kind.size(), kFullFindings);
  for (auto const& finding : kind.first(full)) {
    write_finding(out, style, finding, now_ns);
    out += '\n';
    output.drain();
  }
  kind = kind.subspan(full);
  if (kind.empty()) return;
  auto const brief = std::min(kind.size(), kShortFindings);
  Page page(out, style);
  for (auto const& finding : kind.first(brief)) write_title(page, finding);
  if (kind.size() > brief) {
    out += with(kMoreFindings, style.language, ellipsis(style), kind.size() - brief,
                kind.front().detector);
    out += '\n';
  }
  out += '\n';
  output.drain();
}

std::string stood_text(detect::Standing const& standing, Language language) {
  auto const stood = standing.seen_ns - std::min(standing.seen_ns, standing.arose_ns);
  auto const age = age_text(stood, language);
  return standing.returns == 0 ? with(kStood, language, age)
                               : with(kStoodAndReturned, language, age, standing.returns);
}

// Of the names of severities, so that what follows them stands in a column.
std::size_t severity_width(Language language) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < model::kSeverityCount; ++i) {
    auto const text = model::text_of(static_cast<model::Severity>(i)).in(language);
    width = std::max(width, base::display_width(text));
  }
  return width;
}

}  // namespace

void write_finding(std::string& out, PageStyle const& style, Finding const& finding,
                   std::uint64_t now_ns) {
  auto const language = style.language;
  Page page(out, style);
  write_title(page, finding);
  page.row(kId, base::printable(finding.id()));
  page.row(kWho, who_text(finding, language));
  page.row(kCommand, command_text(style, finding, page.room()));
  if (!is_usual_netns(finding.netns)) {
    page.row(kWhere, with(kInNetns, language, base::printable(finding.netns)));
  }
  page.row(kSince, since_text(finding, language, now_ns));
  write_evidence(page, finding);
  write_sockets(page, finding);
  page.row(kWhy, printable_text(finding.why, language));
  if (finding.confidence != model::Confidence::Certain) {
    page.row(kSure, with(kInferred, language, model::text_of(finding.confidence).in(language)));
  }
  write_remedies(page, kNow, finding.now);
  write_remedies(page, kLasting, finding.lasting);
  page.row(kSee, joined(finding.references));
}

void write_report(base::Output& output, PageStyle const& style, std::span<Finding const> findings,
                  std::uint64_t now_ns, LookedAt const& looked_at) {
  for (auto rest = findings; !rest.empty();) {
    auto const other = std::ranges::find_if_not(
        rest, [&](Finding const& each) { return same_kind(each, rest.front()); });
    auto const count = static_cast<std::size_t>(other - rest.begin());
    write_kind(output, style, rest.first(count), now_ns);
    rest = rest.subspan(count);
  }
  output.append(closing_line(style, findings, looked_at) + '\n');
}

std::string finding_line(PageStyle const& style, detect::Change const& change,
                         std::string_view clock) {
  auto const language = style.language;
  auto const& finding = change.standing->finding;
  std::string line(clock);
  line += ' ';
  line += kTurnSigns.at(static_cast<std::size_t>(change.turn));
  line += ' ';
  if (style.color) line += color_of(finding.severity);
  auto const severity = model::text_of(finding.severity).in(language);
  line += severity;
  if (style.color) line += kPlain;
  line.append(severity_width(language) + 1 - base::display_width(severity), ' ');
  line += finding.detector;
  line += "  ";
  line += printable_text(finding.title, language);
  if (change.turn == detect::Turn::Cleared) line += stood_text(*change.standing, language);
  return line;
}

std::string_view color_of(model::Severity severity) {
  return kSeverityColors.at(static_cast<std::size_t>(severity));
}

}  // namespace lastack::ui
