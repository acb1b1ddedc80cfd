#include "app/watch_face.hh"

#include <fmt/format.h>

#include <algorithm>

#include "app/terminal.hh"
#include "base/text.hh"
#include "ui/stream/life_text.hh"
#include "ui/stream/stream_json.hh"
#include "ui/stream/tally.hh"
#include "ui/stream/transition_text.hh"

namespace lastack::app {
namespace {

using model::Life;
using model::Transition;

std::string words_of(Gap const& gap) {
  return base::counted(gap.lost, "record", "records") +
         " lost: the buffer was full (--ring-size); looking at all sockets anew";
}

class TransitionLines : public WatchFace {
 public:
  TransitionLines(base::Output& output, ui::TransitionText text)
      : output_(output), text_(std::move(text)) {}

  void transition(Life const& life, Transition const& transition) override {
    text_.append(output_.buffer(), life, transition);
    output_.drain();
  }
  void end(Life const& /*life*/, std::uint64_t /*end_ns*/) override {}
  void gap(Gap const& gap) override {
    text_.append_note(output_.buffer(), gap.time_ns, words_of(gap));
  }
  void process_changed(std::uint32_t entry) override { text_.owners().forget(entry); }
  void tick(std::uint64_t /*now_ns*/) override {}
  void finish(WatchSummary const& /*summary*/, std::uint64_t /*now_ns*/) override {}

 private:
  base::Output& output_;
  ui::TransitionText text_;
};

class LifeLines : public WatchFace {
 public:
  LifeLines(base::Output& output, ui::LifeText text, ui::TransitionText notes)
      : output_(output), text_(std::move(text)), notes_(std::move(notes)) {}

  void transition(Life const& /*life*/, Transition const& /*transition*/) override {}
  void end(Life const& life, std::uint64_t end_ns) override {
    text_.append(output_.buffer(), life, end_ns);
    output_.drain();
  }
  void gap(Gap const& gap) override {
    notes_.append_note(output_.buffer(), gap.time_ns, words_of(gap));
  }
  void process_changed(std::uint32_t entry) override { text_.owners().forget(entry); }
  void tick(std::uint64_t /*now_ns*/) override {}
  void finish(WatchSummary const& /*summary*/, std::uint64_t /*now_ns*/) override {}

 private:
  base::Output& output_;
  ui::LifeText text_;
  ui::TransitionText notes_;
};

void write_counters(exporting::JsonWriter& json, std::vector<CounterPair> const& pairs) {
  if (pairs.empty()) return;
  json.key("kernel_counters").begin_object();
  for (auto const& pair : pairs) {
    json.key(pair.name).begin_object();
    json.key("kernel").number(pair.kernel);
    if (pair.seen) {
      json.key("seen").number(*pair.seen);
      json.key("uncertain").number(pair.uncertain);
    }
    json.end_object();
  }
  json.end_object();
}

void write_losses(exporting::JsonWriter& json, WatchSummary const& summary) {
  if (summary.lost == 0) return;
  json.key("lost_by").begin_array();
  for (std::size_t cpu = 0; cpu < summary.lost_by_cpu.size(); ++cpu) {
    for (std::size_t kind = 0; kind < summary.lost_by_cpu[cpu].size(); ++kind) {
      auto const lost = summary.lost_by_cpu[cpu][kind];
      if (lost == 0) continue;
      json.begin_object();
      json.key("cpu").number(std::uint64_t{cpu});
      json.key("kind").string(model::kEventKindNames[kind]);
      json.key("lost").number(lost);
      json.end_object();
    }
  }
  json.end_array();
}

// "; the kernel's own counters agree", or by how much they do not; then those of which no event
// tells.
std::string counters_text(WatchSummary const& summary) {
  auto const& pairs = summary.kernel;
  std::string text;
  std::string besides;
  for (auto const& pair : pairs) {
    if (!pair.seen && pair.kernel > 0) {
      besides += fmt::format("{}{} {}", besides.empty() ? "; it also counted " : ", ", pair.kernel,
                             pair.name);
    }
    if (pair.agrees()) continue;
    text += fmt::format("; the kernel counted {} {}, seen were {}", pair.kernel, pair.name,
                        pair.seen.value_or(0));
  }
  if (text.empty() && !pairs.empty()) text = "; the kernel's own counters agree";
  if (summary.uncompared > 0) {
    text += fmt::format(" (but for {} that did not last from beginning to end)",
                        base::counted(summary.uncompared, "namespace", "namespaces"));
  }
  text += besides;
  std::ranges::replace(text, '_', ' ');
  return text;
}

class JsonLines : public WatchFace {
 public:
  JsonLines(base::Output& output, model::Snapshot const& book, ui::StreamClock& clock,
            WatchView view)
      : output_(output), json_(output.buffer(), book, clock), view_(view) {}

  void transition(Life const& life, Transition const& transition) override {
    if (view_ == WatchView::Tally) return tally_.add(transition);
    if (view_ != WatchView::Transitions) return;
    json_.write(life, transition);
    output_.drain();
  }
  void end(Life const& life, std::uint64_t end_ns) override {
    if (view_ != WatchView::Lives) return;
    json_.write(life, end_ns);
    output_.drain();
  }
  void gap(Gap const& gap) override { json_.write_gap(gap.since_ns, gap.time_ns, gap.lost); }
  void process_changed(std::uint32_t entry) override { json_.forget(entry); }
  void tick(std::uint64_t /*now_ns*/) override {}
  void finish(WatchSummary const& summary, std::uint64_t now_ns) override {
    if (view_ == WatchView::Tally) ui::write_tally(json_, tally_, now_ns);
    auto& json = json_.begin("summary", now_ns);
    json.key("duration_us").number(summary.duration_ns / 1000);
    json.key("shown").number(summary.shown);
    json.key("events").number(summary.events);
    json.key("transitions").number(summary.transitions);
    json.key("inferred").number(summary.inferred);
    json.key("begun").number(summary.begun);
    json.key("ended").number(summary.ended);
    json.key("alive").number(summary.alive);
    json.key("lost").number(summary.lost);
    write_losses(json, summary);
    json.key("skipped").number(summary.skipped);
    json.key("malformed").number(summary.malformed);
    json.key("gaps").number(summary.gaps);
    json.key("defects").number(summary.defects);
    json.key("polled").boolean(summary.polled);
    write_counters(json, summary.kernel);
    if (!summary.kernel.empty()) json.key("uncompared_namespaces").number(summary.uncompared);
    json_.end();
  }

 private:
  base::Output& output_;
  ui::StreamJson json_;
  WatchView view_;
  ui::EdgeTally tally_;
};

// Drawn over itself once a second on a terminal, printed once at the end elsewhere.
class TallyMatrix : public WatchFace {
 public:
  TallyMatrix(base::Output& output, bool unicode)
      : output_(output), unicode_(unicode), live_(is_room_for_tally()) {}

  void transition(Life const& /*life*/, Transition const& transition) override {
    tally_.add(transition);
  }
  void end(Life const& /*life*/, std::uint64_t /*end_ns*/) override {}
  void gap(Gap const& gap) override { lost_ += gap.lost; }
  void process_changed(std::uint32_t /*entry*/) override {}
  void tick(std::uint64_t /*now_ns*/) override {
    if (live_) draw();
  }
  [[nodiscard]] WatchPace pace() const override {
    WatchPace pace;
    pace.idle_ticks = live_;
    return pace;
  }
  void finish(WatchSummary const& /*summary*/, std::uint64_t /*now_ns*/) override { draw(); }

 private:
  static constexpr std::size_t kWide = 200;  // elsewhere than on a terminal

  void draw() {
    auto& out = output_.buffer();
    if (lines_ > 0) out += fmt::format("\r\x1b[{}A\x1b[J", lines_);  // behind an echoed ^C
    lines_ = 0;
    ui::TallyStyle const style{.width = terminal_width().value_or(kWide), .unicode = unicode_};
    auto const drawn = ui::append_tally(out, tally_, style);
    if (live_) lines_ = drawn;
    if (lost_ > 0) {
      out += base::counted(lost_, "record", "records") + " lost\n";
      lines_ += live_ ? 1 : 0;
    }
  }

  // What is torn by the terminal cannot be drawn over: then it is drawn at the end.
  static bool is_room_for_tally() {
    auto const rows = terminal_height();
    return stdout_is_terminal() && moves_cursor() && rows && *rows > ui::kTallyLines + 1 &&
           terminal_width().value_or(0) >= ui::kNarrowTally;
  }

  base::Output& output_;
  bool unicode_;
  bool live_;
  ui::EdgeTally tally_;
  std::uint64_t lost_ = 0;
  std::size_t lines_ = 0;
};

}  // namespace

model::Facts facts_of(WatchOptions const& options) {
  if (wants_all(options.view)) return model::kProcessFacts | model::Fact::SocketUser;
  bool const shows_processes = options.json && options.view != WatchView::Tally;
  return shows_processes ? ui::StreamJson::facts() : model::Facts();
}

std::unique_ptr<WatchFace> make_face(WatchOptions const& options, base::Output& output,
                                     model::Snapshot const& book, ui::StreamClock& clock,
                                     std::uint64_t own_netns) {
  if (options.json) return std::make_unique<JsonLines>(output, book, clock, options.view);
  if (options.view == WatchView::Tally) return std::make_unique<TallyMatrix>(output, speaks_utf8());
  ui::LineStyle const style{.color = wants_color(options.color), .unicode = speaks_utf8()};
  ui::TransitionText transitions(book, clock, style, own_netns);
  if (options.view == WatchView::Transitions) {
    return std::make_unique<TransitionLines>(output, std::move(transitions));
  }
  return std::make_unique<LifeLines>(output, ui::LifeText(book, clock, style, own_netns),
                                     std::move(transitions));
}

std::string summary_text(WatchSummary const& summary) {
  auto text = summary.filtered ? base::counted(summary.shown, "line", "lines") + " shown of "
                               : std::string();
  text += fmt::format("{} ({} inferred) in {:.1f}s; {} began, {} ended, {} alive; {} lost in {}",
                      base::counted(summary.transitions, "transition", "transitions"),
                      summary.inferred, static_cast<double>(summary.duration_ns) / 1e9,
                      base::counted(summary.begun, "connection", "connections"), summary.ended,
                      summary.alive, base::counted(summary.lost, "record", "records"),
                      base::counted(summary.gaps, "gap", "gaps"));
  if (summary.skipped > 0) {
    text += fmt::format("; {} skipped by the kernel and made good",
                        base::counted(summary.skipped, "event", "events"));
  }
  text += counters_text(summary);
  if (summary.polled) text += "; seen by polling: what was between two looks is inferred";
  if (summary.malformed > 0) {
    text +=
        fmt::format("; {} not understood", base::counted(summary.malformed, "record", "records"));
  }
  if (summary.defects > 0) {
    text += fmt::format("; {} that no rule of TCP allows: a defect of lastack, please report it",
                        base::counted(summary.defects, "transition", "transitions"));
  }
  return text;
}

}  // namespace lastack::app
