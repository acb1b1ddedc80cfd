#include "ui/explain/state_page.hh"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "explain/state_text.hh"
#include "ui/cli/color.hh"
#include "ui/explain/edge_words.hh"

namespace lastack::ui {
namespace {

using base::Phrase;

constexpr Phrase kMeaning{"Meaning", "含义"};
constexpr Phrase kSide{"Side", "哪一端"};
constexpr Phrase kIn{"In from", "从何而来"};
constexpr Phrase kOut{"Out to", "去往何处"};
constexpr Phrase kLasts{"Lasts", "持续多久"};
constexpr Phrase kNormal{"Normal?", "是否正常"};
constexpr Phrase kMany{"Many", "大量出现"};
constexpr Phrase kToDo{"To do", "怎么办"};
constexpr Phrase kWhy{"Why", "原因"};
constexpr Phrase kWhere{"Where", "出处"};
constexpr Phrase kMore{
    "lastack explain CLOSE_WAIT, FIN_WAIT_1 CLOSING, :8080 or any filter tells more",
    "更多：lastack explain CLOSE_WAIT、FIN_WAIT_1 CLOSING、:8080 或任何过滤表达式"};
constexpr Phrase kColon{": ", "："};

std::string_view color_of_state(tcp::State state) { return color_of(model::from_tcp(state)); }

void write_ways(Page& page, Phrase const& label, std::vector<EdgeWords> const& ways) {
  bool first = true;
  for (auto const& way : ways) {
    auto const text = fmt::format("{}{}{}", way.where, kColon.in(page.style().language), way.why);
    first ? page.row(label, text) : page.more(text);
    first = false;
  }
}

// Where an edge is written down, and on whose way it is.
constexpr std::array<Phrase, 4> kKinds{{
    {"drawn in figure 5 of RFC 9293", "RFC 9293 图 5 中画出"},
    {"figure 5 of RFC 9293, note 2: two steps in one segment",
     "RFC 9293 图 5 注 2：一个报文段走了两步"},
    {"drawn because Linux goes it; not in figure 5 of RFC 9293",
     "因为 Linux 会这样走而画出；不在 RFC 9293 图 5 中"},
    {"in the text of RFC 9293; figure 5 does not draw it", "见 RFC 9293 正文；图 5 没有画出"},
}};
constexpr std::array<Phrase, 4> kPaths{{
    {"", ""},
    {"on the usual way of the side that opens and closes first",
     "属于先打开、先关闭一方的常规路径"},
    {"on the usual way of the side that listens and closes second",
     "属于监听、后关闭一方的常规路径"},
    {"not on the usual ways", "不在常规路径上"},
}};
constexpr Phrase kNotLinux{"; Linux never does so", "；Linux 从不这样做"};
constexpr Phrase kOnlyLinux{"Linux only", "仅 Linux"};
constexpr Phrase kOnlyRfc{"RFC only, not Linux", "仅 RFC，Linux 没有"};

}  // namespace

void write_state_list(std::string& out, PageStyle const& style, explain::Values const& values) {
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    auto const state = tcp::state_at(i);
    if (style.color) out.append(kBold).append(color_of_state(state));
    fmt::format_to(std::back_inserter(out), "{:12}", tcp::name(state));
    if (style.color) out += kPlain;
    fmt::format_to(std::back_inserter(out), "  {}\n",
                   explain::fill(explain::text_of(state).gist.in(style.language), values));
  }
  fmt::format_to(std::back_inserter(out), "\n{}\n", kMore.in(style.language));
}

void write_state(std::string& out, PageStyle const& style, tcp::State state,
                 explain::Values const& values) {
  auto const& text = explain::text_of(state);
  auto const language = style.language;
  auto const filled = [&](Phrase const& phrase) {
    return explain::fill(phrase.in(language), values);
  };
  Page page(out, style);
  page.title(tcp::name(state), filled(text.gist), color_of_state(state));
  page.row(kMeaning, filled(text.meaning));
  page.row(kSide, filled(text.side));
  write_ways(page, kIn, ways_in(state, language));
  write_ways(page, kOut, ways_out(state, language));
  page.row(kLasts, filled(text.lasts));
  page.row(kNormal, filled(text.normal));
  page.row(kMany, filled(text.many));
  auto label = kToDo;
  for (auto const& advice : text.to_do()) {
    page.advice(std::exchange(label, {}), filled(advice.text), advice.command);
  }
}

void write_edge(std::string& out, PageStyle const& style, tcp::Edge const& edge,
                explain::Values const& values) {
  auto const language = style.language;
  Page page(out, style);
  auto const kind = kKinds.at(static_cast<std::size_t>(edge.kind)).in(language);
  auto const path = kPaths.at(static_cast<std::size_t>(edge.path)).in(language);
  page.title(fmt::format("{}{}{}", tcp::name(edge.from), style.arrow(), tcp::name(edge.to)), "");
  page.row(kWhere, fmt::format("{}{}", kind, edge.in_linux ? "" : kNotLinux.in(language)));
  page.more(path);
  bool first = true;
  for (auto const& reason : edge.reasons()) {
    auto text = sentence(edge, reason, language);
    auto const only = !reason.in_rfc ? kOnlyLinux : !reason.in_linux ? kOnlyRfc : Phrase{};
    auto const source =
        reason.in_rfc ? fmt::format("RFC 9293 {}", reason.source) : std::string(only.in(language));
    text +=
        fmt::format(" ({}{})", source,
                    reason.in_rfc && !only.empty() ? fmt::format("; {}", only.in(language)) : "");
    first ? page.row(kWhy, text) : page.more(text);
    first = false;
  }
  page.row({"From", "起点"},
           fmt::format("{}{}{}", tcp::name(edge.from), kColon.in(language),
                       explain::fill(explain::text_of(edge.from).gist.in(language), values)));
  page.row({"To", "终点"},
           fmt::format("{}{}{}", tcp::name(edge.to), kColon.in(language),
                       explain::fill(explain::text_of(edge.to).gist.in(language), values)));
}

}  // namespace lastack::ui
