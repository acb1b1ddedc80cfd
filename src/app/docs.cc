// `lastack docs`: the reference that is generated from the tables of the program.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "app/command.hh"
#include "app/command_line.hh"
#include "ui/columns/reference.hh"
#include "ui/explain/state_page.hh"
#include "ui/findings/detectors_document.hh"

namespace lastack::app {
namespace {

struct Document {
  std::string_view name;
  std::string (*text)();
};

constexpr auto kDocuments = std::to_array<Document>({
    {"columns", [] { return ui::columns_document(); }},
    {"schema", [] { return ui::json_schema(); }},
    {"detectors", [] { return ui::detectors_document(base::Language::English); }},
    {"detectors-zh", [] { return ui::detectors_document(base::Language::Chinese); }},
    {"states", [] { return ui::states_document(base::Language::English); }},
    {"states-zh", [] { return ui::states_document(base::Language::Chinese); }},
});

}  // namespace

int run_docs(std::span<char const* const> arguments) {
  CLI::App app(
      "generated reference: columns, states and detectors (Markdown; states-zh and detectors-zh "
      "in\n"
      "Chinese), schema (JSON Schema of list --json)",
      "lastack docs");
  std::string name;
  app.add_option("DOCUMENT", name, "columns, schema, detectors, detectors-zh, states or states-zh")
      ->required();
  if (auto const exit = parse_command_line(app, arguments, "docs")) return *exit;
  auto const* document = std::ranges::find(kDocuments, std::string_view(name), &Document::name);
  if (document == kDocuments.end()) {
    complain("docs",
             "no document '" + name +
                 "'; there are: columns, schema, detectors, detectors-zh, states, states-zh");
    return kExitUsage;
  }
  return print(document->text());
}

}  // namespace lastack::app
