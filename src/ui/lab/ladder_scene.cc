#include "ui/lab/ladder_scene.hh"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "lab/scenario/words.hh"
#include "ui/lab/ladder_lanes.hh"
#include "ui/lab/ladder_text.hh"
#include "ui/lab/ladder_words.hh"

namespace lastack::ui {
namespace {

using lab::Moment;
using lab::PartId;
using tcp::State;

// Across.
constexpr int kSide = 312;       // beside an outer rail
constexpr int kBetween = 420;    // rails
constexpr int kBesideMore = 60;  // of a rail in the middle, whose words stand between rails
constexpr int kLane = kSceneBar + 3;
constexpr int kAir = 10;              // between a bar and what belongs to it
constexpr std::size_t kColumns = 49;  // of characters in kSide
// Downward.
constexpr int kRow = 22;
constexpr int kReasonRow = 15;
constexpr int kArrival = 12;
constexpr int kNoteRow = 19;
constexpr int kLater = 10;  // between different times
constexpr int kPause = 30;
constexpr lab::Span kLongWait = lab::milliseconds(500);

LadderTone tone_of(tcp::Segment const& segment) {
  if (segment.has(tcp::kRst)) return LadderTone::Reset;
  if (segment.has(tcp::kSyn)) return LadderTone::Opening;
  return segment.has(tcp::kFin) ? LadderTone::Closing : LadderTone::Open;
}

std::string label_of(lab::SegmentLine const& line, base::Language language) {
  auto label = segment_words(line);
  if (line.forged) {
    label = (language == base::Language::Chinese ? "伪造 " : "forged ") + label;
  }
  if (auto const fate = fate_words(line, language); !fate.empty()) {
    label += fmt::format(" ({})", fate);
  }
  return label;
}

// Where rails and what belongs to them stand across.
class Columns {
 public:
  Columns(lab::Scenario const& scenario, Lanes const& lanes) : lanes_(lanes) {
    auto const count = scenario.parts.size();
    int x = kSceneTimes;
    for (PartId part = 0; part < count; ++part) {
      auto const more = kLane * static_cast<int>(lanes.per_part[part] - 1);
      if (part == 0) {
        x += count > 1 ? kSide + more : kAir + kSceneBar;
      } else {
        x += kBetween + (part > 1 ? kBesideMore : 0);
      }
      rails_.push_back({.name = scenario.parts[part].name,
                        .address = lab::address_text(scenario.parts[part].address),
                        .x = x,
                        .left = x - kSceneBar / 2 - (is_left(part, count) ? more : 0),
                        .right = x + kSceneBar / 2 + (is_left(part, count) ? 0 : more)});
      if (!is_left(part, count)) x += more;
    }
    width_ = x + kSide + kSceneMargin;
  }

  [[nodiscard]] std::vector<SceneRail> const& rails() const { return rails_; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] bool is_left(PartId part) const { return is_left(part, rails_.size()); }
  [[nodiscard]] int beside(PartId part) const {
    return is_left(part) ? rails_[part].left - kAir : rails_[part].right + kAir;
  }
  [[nodiscard]] int lane(PartId part, std::size_t lane) const {
    auto const away = kLane * static_cast<int>(lane);
    return rails_[part].x + (is_left(part) ? -away : away);
  }
  // The end of an arrow to or from another part.
  [[nodiscard]] int edge(PartId part, PartId other) const {
    return rails_[part].x < rails_[other].x ? rails_[part].right + 2 : rails_[part].left - 2;
  }

 private:
  // Words and more bars are on the left of the first rail, on the right of the others.
  static bool is_left(PartId part, std::size_t count) { return part == 0 && count > 1; }

  Lanes const& lanes_;
  std::vector<SceneRail> rails_;
  int width_ = 0;
};

class Layout {
 public:
  Layout(lab::Scenario const& scenario, lab::Story const& story, base::Language language, int top)
      : story_(story),
        language_(language),
        lanes_(ladder_lanes(story, scenario.parts.size())),
        columns_(scenario, lanes_),
        y_(top + kRow) {
    scene_.top = top;
    scene_.rails = columns_.rails();
    scene_.width = columns_.width();
  }

  LadderScene make() {
    for (index_ = 0; index_ < story_.lines.size(); ++index_) {
      auto const& line = story_.lines[index_];
      arrive_until(line.at);
      go_to(line.at);
      std::visit([&](auto const& what) { place(line, what); }, line.what);
    }
    arrive_until(lab::kNever);
    y_ += kRow;
    for (auto const& [who, bar] : bars_) add_bar(bar);
    scene_.bottom = y_;
    return std::move(scene_);
  }

 private:
  struct UnderWay {
    Moment arrives;
    std::size_t arrow = 0;
  };

  void go_to(Moment at) {
    if (at == now_ && began_) return;
    auto const passed = at - now_;
    if (std::exchange(began_, true)) {
      if (passed >= kLongWait) {
        auto const whole = lab::milliseconds((passed.us + 500) / 1000);
        scene_.pauses.push_back({y_ + kPause / 2, "+" + lab::span_text(whole)});
        y_ += kPause;
      }
      y_ += kLater;
    }
    now_ = at;
    scene_.times.push_back({y_, time_words(at)});
  }

  // What comes at one time comes before all that follows from it.
  void arrive_until(Moment at) {
    std::ranges::stable_sort(under_way_, {}, &UnderWay::arrives);
    auto const later =
        std::ranges::find_if(under_way_, [&](UnderWay const& each) { return each.arrives > at; });
    for (auto each = under_way_.begin(); each != later; ++each) {
      go_to(each->arrives);
      scene_.arrows[each->arrow].y2 = y_ + kArrival / 2;
      y_ += kArrival;
    }
    under_way_.erase(under_way_.begin(), later);
  }

  void add_line(PartId part, Kind kind, int base, std::string text) {
    scene_.lines.push_back({.x = columns_.beside(part),
                            .y = base,
                            .right = columns_.is_left(part),
                            .kind = kind,
                            .text = std::move(text)});
  }

  void place(lab::StoryLine const& line, lab::CallLine const& call) {
    for (auto const& row : wrapped(call_words(call), kColumns - 8)) {
      add_line(line.part, Kind::Call, y_ + 15, row);
      y_ += kRow;
    }
  }

  void place(lab::StoryLine const& line, lab::StateLine const& change) {
    auto const top = y_ + 2;
    add_line(line.part, Kind::Change, y_ + 15, std::string(tcp::name(change.from)));
    scene_.lines.back().to = change.to;
    y_ += kRow;
    auto const reason = reason_words(change, language_);
    if (!reason.empty()) {
      for (auto const& row : wrapped(reason, kColumns)) {
        add_line(line.part, Kind::Reason, y_ + 9, row);
        y_ += kReasonRow;
      }
      y_ += 3;
    }
    if (!lanes_.goes_on[index_]) change_bar(line.part, change, top);
  }

  void change_bar(PartId part, lab::StateLine const& change, int top) {
    auto const who = std::pair(part, change.flow);
    if (auto const bar = bars_.find(who); bar != bars_.end()) {
      bar->second.bottom = top;
      scene_.bars.push_back(bar->second);
      bars_.erase(bar);
    }
    if (ends_life(change)) return;
    bars_[who] = {.x = columns_.lane(part, lanes_.of_line[index_]), .top = top, .state = change.to};
  }
  void add_bar(SceneBar bar) {
    bar.bottom = y_;
    scene_.bars.push_back(bar);
  }

  void place(lab::StoryLine const& line, lab::SegmentLine const& sent) {
    SceneArrow arrow{.x1 = columns_.edge(line.part, sent.to),
                     .y1 = y_ + 14,
                     .x2 = columns_.edge(sent.to, line.part),
                     .y2 = y_ + 14 + kRow,
                     .tone = tone_of(sent.packet.segment),
                     .forged = sent.forged,
                     .twice = sent.fate == lab::Fate::Twice,
                     .label = label_of(sent, language_)};
    bool const lost = sent.fate == lab::Fate::Lost;
    if (lost || sent.arrived == lab::kNever) {
      // Lost on its way, or still on it when the story ends.
      arrow.tip = lost ? Tip::Cross : Tip::None;
      arrow.x2 = arrow.x1 + (arrow.x2 - arrow.x1) * 7 / 10;
      arrow.y2 = arrow.y1 + kRow * 7 / 10;
    } else {
      under_way_.push_back({sent.arrived, scene_.arrows.size()});
    }
    scene_.arrows.push_back(std::move(arrow));
    y_ += kRow;
  }

  void place(lab::StoryLine const& /*line*/, lab::NoteLine const& note) {
    // Between the outer rails, which it would hide.
    auto const across =
        scene_.rails.size() > 1 ? scene_.rails.back().left - scene_.rails[0].right : kSide;
    SceneNote made{
        .top = y_ + 2,
        .lines = wrapped(note.text.in(language_), static_cast<std::size_t>(across - 2 * kAir) / 7)};
    made.height = kNoteRow * static_cast<int>(made.lines.size()) + 8;
    y_ += made.height + 8;
    scene_.notes.push_back(std::move(made));
  }

  lab::Story const& story_;
  base::Language language_;
  Lanes lanes_;
  Columns columns_;
  LadderScene scene_;
  std::vector<UnderWay> under_way_;
  std::map<std::pair<PartId, lab::FlowId>, SceneBar> bars_;
  std::size_t index_ = 0;
  Moment now_;
  bool began_ = false;
  int y_;
};

}  // namespace

LadderTone tone_of(State state) {
  switch (state) {
    case State::SynSent:
    case State::SynReceived: return LadderTone::Opening;
    case State::Established: return LadderTone::Open;
    case State::CloseWait:
    case State::FinWait1:
    case State::FinWait2:
    case State::Closing:
    case State::LastAck: return LadderTone::Closing;
    case State::Listen:
    case State::TimeWait: return LadderTone::Waiting;
    default: return LadderTone::Muted;
  }
}

LadderScene ladder_scene(lab::Scenario const& scenario, lab::Story const& story,
                         base::Language language, int top) {
  return Layout(scenario, story, language, top).make();
}

int ladder_scene_width(lab::Scenario const& scenario, lab::Story const& story) {
  auto const lanes = ladder_lanes(story, scenario.parts.size());
  return Columns(scenario, lanes).width();
}

}  // namespace lastack::ui
