#include "app/detector_choice.hh"

#include <CLI/CLI.hpp>

#include "app/baseline_file.hh"
#include "app/detect_settings.hh"
#include "app/language.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

std::string some_path(std::string const& text) { return text.empty() ? "no file is named" : ""; }

}  // namespace

void add_detector_options(CLI::App& app, DetectorChoice& choice) {
  app.add_option("--only", choice.only, "only these detectors, separated by commas")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(1)
      ->allow_extra_args(false)  // what follows is the filter
      ->type_name("ID,...");
  app.add_option("--skip", choice.skip, "all but these")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(1)
      ->allow_extra_args(false)  // what follows is the filter
      ->type_name("ID,...");
  app.add_option("--config", choice.config,
                 "thresholds, as TOML (~/.config/lastack/diagnose.toml, if it is there)")
      ->check(some_path)
      ->type_name("FILE");
  app.add_option("--baseline", choice.baseline,
                 "what is usual here (~/.local/state/lastack/baseline.toml, if it is there)")
      ->check(some_path)
      ->type_name("FILE");
  app.add_option("--lang", choice.lang, "en, zh or auto (the default): that of the locale")
      ->check(one_of_the_languages)
      ->type_name("LANGUAGE");
}

void finish_choice(DetectorChoice& choice) { choice.language = read_language(choice.lang); }

base::Result<detect::Config> detector_config(DetectorChoice const& choice) {
  detect::Config config;
  auto const path = choice.config.value_or(detect_settings_path());
  if (auto const read = read_detect_settings(path, choice.config.has_value(), config); !read) {
    return std::unexpected(read.error());
  }
  if (auto const chosen = choose_detectors(choice.only, choice.skip, config); !chosen) {
    return std::unexpected(chosen.error());
  }
  for (std::size_t i = 0; i < detect::detectors().size(); ++i) {
    if (config.is_on(i)) return config;
  }
  return base::fail("no detector is left on");
}

std::string baseline_file(DetectorChoice const& choice) {
  return choice.baseline.value_or(baseline_path());
}

base::Result<std::optional<detect::Baseline>> known_baseline(DetectorChoice const& choice) {
  auto baseline = read_baseline(baseline_file(choice));
  if (baseline && !*baseline && choice.baseline) {
    return base::fail(base::printable(*choice.baseline) +
                      ": there is no such file; --learn makes it");
  }
  return baseline;
}

}  // namespace lastack::app
