// Which detectors look, as people say it on a command line; for `diagnose` and `watch --findings`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hh"
#include "base/phrase.hh"
#include "detect/baseline.hh"
#include "detect/config.hh"

namespace CLI {
class App;
}

namespace lastack::app {

struct DetectorChoice {
  std::vector<std::string> only;
  std::vector<std::string> skip;
  std::optional<std::string> config;    // nullopt: the usual file, if it is there
  std::optional<std::string> baseline;  // likewise
  std::string lang = "auto";
  base::Language language = base::Language::English;

  // Something was asked for that only detectors understand.
  [[nodiscard]] bool is_made() const {
    return !only.empty() || !skip.empty() || config || baseline || lang != "auto";
  }
};

// --only, --skip, --config, --baseline and --lang. `choice` must outlive the parsing; afterwards
// finish_choice() reads the language.
void add_detector_options(CLI::App& app, DetectorChoice& choice);
void finish_choice(DetectorChoice& choice);

// Error: what is wrong, in words.
[[nodiscard]] base::Result<detect::Config> detector_config(DetectorChoice const& choice);
// nullopt: there is none, and none was asked for.
[[nodiscard]] base::Result<std::optional<detect::Baseline>> known_baseline(
    DetectorChoice const& choice);
// Where the baseline is.
[[nodiscard]] std::string baseline_file(DetectorChoice const& choice);

}  // namespace lastack::app
