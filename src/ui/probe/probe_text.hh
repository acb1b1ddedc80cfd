// What `lastack probe` shows people: the steps of a connection under each other, what they mean,
// and a table of many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.hh"
#include "model/probe.hh"

namespace lastack::ui {

struct ProbeStyle {
  base::Language language = base::Language::English;
  bool color = false;
  bool unicode = true;
  std::size_t width = 100;  // columns of a paragraph
};

// "127.0.0.1:80", "[::1]:80"
[[nodiscard]] std::string probe_address(model::ProbeTarget const& target);
// "db.example:5432 (192.0.2.7:5432)", printable.
[[nodiscard]] std::string probe_name(model::ProbeTarget const& target);

class ProbeText {
 public:
  explicit ProbeText(ProbeStyle style) : style_(style) {}

  // "probing db.example:5432 (192.0.2.7:5432)"
  void append_title(std::string& out, model::ProbeTarget const& target) const;
  // "  +0.031 ms  client 127.0.0.1:40312 → :80  SYN_SENT → ESTABLISHED  SYN+ACK received"
  void append_step(std::string& out, model::ProbeResult const& result,
                   model::ProbeStep const& step) const;
  // The verdict, what it means, what to do: some lines.
  void append_verdict(std::string& out, model::ProbeTarget const& target,
                      model::ProbeResult const& result) const;
  // One line, for --quiet: "127.0.0.1:80 open".
  void append_short(std::string& out, model::ProbeTarget const& target,
                    model::ProbeResult const& result) const;

  // A table: how wide its first columns must be is known before its first row.
  void measure(std::span<model::ProbeTarget const> targets);
  void append_header(std::string& out) const;
  void append_row(std::string& out, model::ProbeTarget const& target,
                  model::ProbeResult const& result) const;
  // What each of these verdicts means and what to do, for below a table.
  void append_legend(std::string& out, std::span<model::ProbeVerdict const> verdicts) const;

  // "handshake 0.031 ms, round trip 0.020 ms", "SYN sent 5 times", …: "" where nothing is known.
  [[nodiscard]] std::string facts(model::ProbeResult const& result) const;

 private:
  [[nodiscard]] std::string_view say(base::Phrase const& phrase) const {
    return phrase.in(style_.language);
  }
  [[nodiscard]] std::string_view arrow() const { return style_.unicode ? "→" : "->"; }
  void append_paragraph(std::string& out, std::string_view text) const;
  void append_label(std::string& out, model::ProbeVerdict verdict) const;
  void append_reason(std::string& out, model::ProbeResult const& result) const;
  void append_banner(std::string& out, std::string_view banner, bool cut) const;

  ProbeStyle style_;
  std::size_t host_width_ = 0;
  std::size_t address_width_ = 0;
};

}  // namespace lastack::ui
